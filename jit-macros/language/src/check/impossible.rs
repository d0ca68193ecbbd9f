//! No `impossible` line is idle (JL014): without it, something would be refused, or another rule chosen.
//!
//! A line that changes nothing is a mistake about what arrives or about what the rules accept, and would silently begin to
//! take inputs away from rules that are written later. It is asked only of rules that are right otherwise: what is wrong
//! with others may be all that a line is for.

use crate::error::{Code, Diagnostic};
use crate::model::lowering::rows::Rows;
use crate::model::lowering::{Impossible, Lowering};
use crate::space::{OperationId, Preference, Relations, Row, order};

/// The lines that could be left out.
pub fn check(lowering: &Lowering, rows: &Rows) -> Vec<Diagnostic> {
    let lines = lowering.impossible.iter().enumerate();
    lines
        .filter_map(|(line, impossible)| idle(lowering, rows, line, impossible))
        .collect()
}

fn idle(
    lowering: &Lowering,
    rows: &Rows,
    line: usize,
    impossible: &Impossible,
) -> Option<Diagnostic> {
    let operation = OperationId(impossible.pattern.op.0 as u32);
    let name = &impossible.pattern.name;
    let (mine, others): (Vec<Row>, Vec<Row>) = rows
        .impossible
        .iter()
        .cloned()
        .partition(|row| row.rule == line);
    let without = Relations::new(&rows.universe, &others);
    let idle = |message: String| {
        let finding = Diagnostic::new(Code::BadPreference, impossible.region, message);
        finding.help("delete this line")
    };
    let mut examples = mine.iter().filter_map(|row| without.example(row));
    let Some(example) = examples.next() else {
        let finding = idle("what this line leaves out does not arrive anyway".to_owned());
        let earlier = &lowering.impossible;
        let about = earlier
            .iter()
            .enumerate()
            .filter(|(other, it)| *other != line && it.pattern.op == impossible.pattern.op);
        return Some(about.fold(finding, |finding, (_, other)| {
            let place = other.region.place();
            finding.note(format!("`impossible {name}` is also at {place}"))
        }));
    };
    let is_needed = {
        let of_operation = rows.rows.iter().filter(|row| row.operation == operation);
        let together: Vec<Row> = of_operation.cloned().collect();
        let is_about = |rule: usize| lowering.rules[rule].pattern.op == impossible.pattern.op;
        let preferences = rows.preferences.iter().copied();
        let preferences: Vec<Preference> = preferences
            .filter(|prefer| is_about(prefer.over) && is_about(prefer.under))
            .collect();
        let with = Relations::new(&rows.universe, &rows.impossible);
        let ordered = [&with, &without].map(|relations| order(relations, &together, &preferences));
        let [before, after] = &ordered;
        let mut total = lowering.total.iter();
        let is_total = total.any(|listed| listed.op == impossible.pattern.op);
        let all: Vec<&Row> = together.iter().collect();
        !after.overlaps.is_empty()
            || !after.cycles.is_empty()
            || !after.too_hard.is_empty()
            || after.unneeded.len() != before.unneeded.len()
            || after.sequence != before.sequence
            || is_total && without.uncovered(operation, &all).is_some()
    };
    if is_needed {
        return None;
    }
    let message = format!("no rule and no list needs `{name}` to be impossible like this");
    let finding = idle(message).example(example.print(&rows.universe));
    Some(finding.note(
        "the rules decide about such inputs, and about all others, as they do with this line",
    ))
}
