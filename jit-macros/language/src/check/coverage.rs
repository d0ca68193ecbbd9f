//! Every input of a total operation has a rule (JL020), and every operation listed with rules has some (JL021).

use crate::error::{Code, Diagnostic};
use crate::model::lowering::rows::Rows;
use crate::model::lowering::{Listed, Lowering};
use crate::space::{OperationId, Relations, Row};

pub fn check(lowering: &Lowering, rows: &Rows) -> Vec<Diagnostic> {
    let relations = Relations::new(&rows.universe, &rows.impossible);
    let total = lowering
        .total
        .iter()
        .filter_map(|listed| uncovered(listed, rows, &relations));
    let without = lowering
        .partial
        .iter()
        .filter(|listed| rows_of(listed, rows).is_empty());
    let without = without.map(|listed| {
        let message = format!("`{}` is listed as partial and has no rule", listed.name);
        Diagnostic::new(Code::NotLowered, listed.name.span(), message).help(format!(
            "add a rule, or list it: `unlowered {{ {} }}`",
            listed.name
        ))
    });
    total.chain(without).collect()
}

fn rows_of<'a>(listed: &Listed, rows: &'a Rows) -> Vec<&'a Row> {
    let operation = OperationId(listed.op.0 as u32);
    rows.rows
        .iter()
        .filter(|row| row.operation == operation)
        .collect()
}

fn uncovered(listed: &Listed, rows: &Rows, relations: &Relations<'_>) -> Option<Diagnostic> {
    let operation = OperationId(listed.op.0 as u32);
    let mine = rows_of(listed, rows);
    let example = relations.uncovered(operation, &mine)?;
    let printed = example.print(&rows.universe);
    let name = &listed.name;
    if mine.is_empty() {
        let message = format!("`{name}` is listed as total and has no rule");
        return Some(
            Diagnostic::new(Code::NotCovered, name.span(), message)
                .example(printed)
                .help(format!("add a rule, or list it: `unlowered {{ {name} }}`")),
        );
    }
    let message = format!("no rule for `{printed}`, and `{name}` is listed as total");
    let mut finding = Diagnostic::new(Code::NotCovered, name.span(), message).example(printed);
    if mine.iter().any(|row| !row.guards.is_empty()) {
        finding = finding.note("rules with a condition other than a range of one constant are not counted: the condition may fail");
    }
    Some(finding.help(format!(
        "add a rule that accepts it, usually one on registers, or say `impossible {name}(…);`, or move `{name}` to `partial`"
    )))
}
