//! A rewriting rule keeps the effects of the operation that it replaces (JL092).
//!
//! The right side stands where the replaced operation stood. So it may do there what that operation did, once: write,
//! call, or end the block. It may read memory if that operation did, for memory is in the same state; it may leave if
//! that operation could leave. Leaving out a guard or a read changes nothing that others see, if the values are the same,
//! which is for proofs and tests to show.
//!
//! On the way to another dialect one operation becomes many, so there is no "once"; and what an operation does not do, its
//! right side does not do either.

use crate::error::{Code, Diagnostic, Region};
use crate::model::lowering::Rule;
use crate::model::ops::{Effects, Op};
use crate::model::rewriting::{Dialects, Operation, Right, Term};

/// What the effects of the two sides have against each other.
pub fn check(left: &Rule, right: &Right, dialects: Dialects<'_>) -> Vec<Diagnostic> {
    let root = &dialects.from[left.pattern.op];
    match dialects.differ() {
        false => within(root, right, dialects),
        true => across(root, right, dialects),
    }
}

fn against(root: &Op, region: Region, message: String, help: &str) -> Diagnostic {
    Diagnostic::new(Code::OtherEffects, region, message)
        .declared(format!("`{}`", root.name), root.signature)
        .help(help)
}

/// On the way to another dialect.
fn across(root: &Op, right: &Right, dialects: Dialects<'_>) -> Vec<Diagnostic> {
    let operations = right.operations();
    let help = "declare that the operation does it, or leave it out";
    let mut found: Vec<Diagnostic> = operations
        .iter()
        .filter_map(|operation| {
            let op = &dialects.to[operation.op];
            let what = added(op.effects, root.effects)?;
            let message = format!("`{}` {what}, and `{}` does not", op.name, root.name);
            Some(against(root, operation.region, message, help))
        })
        .collect();
    let ends = |operation: &Operation| dialects.to[operation.op].effects.terminator;
    let is_last = match right.steps.last().map(|step| &step.does) {
        Some(Term::Operation(last)) => ends(last),
        _ => false,
    };
    let count = operations
        .iter()
        .filter(|operation| ends(operation))
        .count();
    if root.effects.terminator && !(is_last && count == 1) {
        let message = format!(
            "`{}` ends its block, and so has to do the last step, alone",
            root.name
        );
        let help = "write one operation that ends the block, last and outside of an `if`";
        found.push(against(root, right.region, message, help));
    }
    let writes = |effects: Effects| effects.call || effects.writes;
    let mut made = operations.iter().map(|made| dialects.to[made.op].effects);
    if writes(root.effects) && !made.any(writes) {
        let message = format!(
            "`{}` {}, and the right side does not",
            root.name,
            what(root)
        );
        let help = "write a right side that does it";
        found.push(against(root, right.region, message, help));
    }
    found
}

/// Within a dialect.
fn within(root: &Op, right: &Right, dialects: Dialects<'_>) -> Vec<Diagnostic> {
    let ops = dialects.from;
    let operations = right.operations();
    let finding = |region, message: String| {
        let help = "write a right side that does what the operation does, once, at the end";
        against(root, region, message, help)
    };
    let mut found = Vec::new();
    let mut kept: Vec<&Operation> = Vec::new();
    for operation in &operations {
        let op = &ops[operation.op];
        let added = added(op.effects, root.effects);
        if let Some(what) = added {
            let message = format!("`{}` {what}, and `{}` does not", op.name, root.name);
            found.push(finding(operation.region, message));
        } else if must_stay(op.effects) {
            kept.push(operation);
        }
    }
    match kept[..] {
        [] if must_stay(root.effects) && found.is_empty() => {
            let message = format!(
                "`{}` {}, and the right side does not",
                root.name,
                what(root)
            );
            found.push(finding(right.region, message));
        }
        [once] if ops[once.op].effects != root.effects && found.is_empty() => {
            let (op, does) = (&ops[once.op], what(root));
            let differ = lost(op.effects, root.effects);
            if differ {
                let message = format!("`{}` {does}, and `{}` does less", root.name, op.name);
                found.push(finding(once.region, message));
            }
        }
        [_, second, ..] => {
            let message = format!(
                "`{}` {} once, the right side does so again",
                root.name,
                what(root)
            );
            found.push(finding(second.region, message));
        }
        _ => {}
    }
    if root.effects.terminator
        && found.is_empty()
        && let Some(last) = operations.last()
        && !ops[last.op].effects.terminator
    {
        let message = format!(
            "nothing can follow what ends a block, and `{}` does",
            ops[last.op].name
        );
        found.push(finding(last.region, message));
    }
    found
}

/// Whether an operation does something that others see.
fn must_stay(effects: Effects) -> bool {
    effects.writes || effects.call || effects.terminator
}

/// What `mine` has and `theirs` has not, in words.
fn added(mine: Effects, theirs: Effects) -> Option<&'static str> {
    let may_read = theirs.reads || theirs.call;
    [
        (
            mine.writes && !theirs.writes && !theirs.call,
            "writes memory",
        ),
        (mine.call && !theirs.call, "calls"),
        (mine.terminator && !theirs.terminator, "ends the block"),
        (mine.guard && !theirs.guard, "may leave"),
        (mine.reads && !may_read, "reads memory"),
    ]
    .into_iter()
    .find_map(|(added, what)| added.then_some(what))
}

/// Whether something that must stay has gone.
fn lost(mine: Effects, theirs: Effects) -> bool {
    (theirs.writes && !mine.writes) || (theirs.call && !mine.call)
}

fn what(op: &Op) -> &'static str {
    match op.effects {
        Effects {
            terminator: true, ..
        } => "ends the block",
        Effects { call: true, .. } => "calls",
        _ => "writes memory",
    }
}
