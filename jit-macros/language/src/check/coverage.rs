//! Every input of a total operation has a rule (JL020), and every operation listed with rules has some (JL021).

use super::example::Asked;
use super::order::too_hard;
use crate::error::{Code, Diagnostic};
use crate::model::lowering::rows::Rows;
use crate::model::lowering::{Listed, Lowering};
use crate::space::{
    OperationId, Pattern, Relations, Row, Set, Shape, Universe, Witness, by_operation,
};

/// Gaps; `lists` says whether the set has lists that an operation could be moved to.
pub fn check(lowering: &Lowering, rows: &Rows, lists: bool) -> Vec<Diagnostic> {
    let relations = Relations::new(&rows.universe, &rows.impossible);
    let together = by_operation(&rows.rows, 0..rows.rows.len());
    let indices_of = |listed: &Listed| {
        let mine = together.get(&OperationId(listed.op.0 as u32));
        mine.cloned().unwrap_or_default()
    };
    let rows_of = |listed: &Listed| {
        let mine = indices_of(listed).into_iter();
        mine.map(|row| &rows.rows[row]).collect::<Vec<&Row>>()
    };
    let total = lowering.total.iter().filter_map(|listed| {
        let mine = rows_of(listed);
        let example = relations.uncovered(OperationId(listed.op.0 as u32), &mine)?;
        let asked = Asked {
            lowering,
            rows,
            accepting: Vec::new(),
            others: indices_of(listed)
                .iter()
                .map(|row| *row..*row + 1)
                .collect(),
        };
        let example = asked.agreeing(&example);
        Some(uncovered(listed, &mine, &rows.universe, &example, lists))
    });
    let without = lowering
        .partial
        .iter()
        .filter(|listed| rows_of(listed).is_empty());
    let without = without.map(|listed| {
        let message = format!("`{}` is listed as partial and has no rule", listed.name);
        Diagnostic::new(Code::NotLowered, listed.name.span(), message).help(format!(
            "add a rule, or list it: `unlowered {{ {} }}`",
            listed.name
        ))
    });
    let mut found: Vec<_> = total.chain(without).collect();
    let hard = relations.too_hard();
    found.extend(hard.iter().map(|op| too_hard(lowering, rows, *op)));
    found
}

/// What is wrong with an operation for which there is an input without a rule; `mine` are its rows.
fn uncovered(
    listed: &Listed,
    mine: &[&Row],
    universe: &Universe,
    example: &Witness,
    lists: bool,
) -> Diagnostic {
    let printed = example.print(universe);
    let name = &listed.name;
    if mine.is_empty() && !lists {
        let message = format!("no rule is for `{name}`");
        return Diagnostic::new(Code::NotCovered, name.span(), message)
            .example(printed)
            .help("add a rule: what stays behind has no place in the other dialect");
    }
    if mine.is_empty() {
        let message = format!("`{name}` is listed as total and has no rule");
        return Diagnostic::new(Code::NotCovered, name.span(), message)
            .example(printed)
            .help(format!("add a rule, or list it: `unlowered {{ {name} }}`"));
    }
    let message = match lists {
        true => format!("no rule for `{printed}`, and `{name}` is listed as total"),
        false => format!("no rule for `{printed}`"),
    };
    let mut finding = Diagnostic::new(Code::NotCovered, name.span(), message).example(printed);
    for (value, taken) in constants(&example.operands, mine) {
        finding = finding.note(match taken.is_empty() {
            true => format!("no rule accepts a constant in place of {value}"),
            false => format!("in place of {value}, rules accept {taken} only"),
        });
    }
    if mine.iter().any(|row| !row.guards.is_empty()) {
        finding = finding.note("rules with a condition other than a range of one constant are not counted: the condition may fail");
    }
    finding.help(match lists {
        true => format!(
            "add a rule that accepts it, usually one on registers, or say `impossible {name}(…);`, or move `{name}` to `partial`"
        ),
        false => "add a rule that accepts it, usually one for any operands".to_owned(),
    })
}

/// The constants among the operands of an example, each with those that rules accept in its place.
fn constants(example: &[Shape], rows: &[&Row]) -> Vec<(i128, Set)> {
    let at = |(index, shape): (usize, &Shape)| {
        let Shape::Constant(value) = shape else {
            return None;
        };
        let others = |row: &&&Row| {
            let mut operands = row.operands.iter().zip(example).enumerate();
            row.guards.is_empty()
                && operands
                    .all(|(other, (pattern, shape))| other == index || pattern.accepts(shape))
        };
        let taken = rows.iter().filter(others);
        let sets = taken.filter_map(|row| match &row.operands[index] {
            Pattern::Constants(set) => Some(set.pieces()),
            Pattern::Any | Pattern::Definition(..) => None,
        });
        Some((*value, Set::from_pieces(sets.flatten().copied())))
    };
    example.iter().enumerate().filter_map(at).collect()
}
