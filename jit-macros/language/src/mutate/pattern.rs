//! Changes of patterns: what the left sides of rules of every kind have.

use std::collections::BTreeMap;

use proc_macro2::Ident;

use super::isa::WIDER;
use super::{Change, Mutation};
use crate::model::isa::{Isa, RegisterClass};
use crate::model::ops::{Op, Ops};
use crate::model::rewriting::constant_type;
use crate::parse::lowering::{Kind, Operand, OperationSyntax, StatementKind};

/// What patterns are about.
pub enum Of<'a> {
    /// Operations that become instructions of this machine, [with wider kinds](super::isa::with_wider_kinds).
    Instructions(&'a Isa),
    /// Operations that become others.
    Operations,
}

/// A pattern with one change in it.
type Changed = (Change, OperationSyntax);

/// The statements that stand in the place of `when …;`, with what was changed; nothing for another statement.
pub fn whens(
    statement: &StatementKind,
    ops: &Ops,
    of: &Of<'_>,
) -> Vec<(Change, Option<StatementKind>)> {
    let StatementKind::When {
        pattern,
        result,
        text,
    } = statement
    else {
        return Vec::new();
    };
    let when = |(change, pattern)| {
        let kind = StatementKind::When {
            pattern,
            result: result.clone(),
            text: text.clone(),
        };
        (change, Some(kind))
    };
    patterns(pattern, ops, of).into_iter().map(when).collect()
}

/// Patterns in the place of one: they accept more, or something else.
fn patterns(pattern: &OperationSyntax, ops: &Ops, of: &Of<'_>) -> Vec<Changed> {
    let mut found = of_operation(pattern, ops, of);
    // A name that stands twice wants the same value twice.
    let mut times = BTreeMap::new();
    count(pattern, &mut times);
    for (name, count) in times {
        for left_out in (0..count).filter(|_| count > 1) {
            let mut changed = pattern.clone();
            forget(&mut changed, &name, &mut { left_out });
            let words = format!("`{}` instead of `{}`", shown(&changed), shown(pattern));
            found.push((Change::new(Mutation::WidenPattern, words), changed));
        }
    }
    found
}

fn of_operation(pattern: &OperationSyntax, ops: &Ops, of: &Of<'_>) -> Vec<Changed> {
    let mut found = Vec::new();
    let declared = ops.op(&pattern.name.to_string()).map(|op| &ops[op]);
    for (position, operand) in pattern.operands.iter().enumerate() {
        let mut put = |mutation, words: String, operand: Operand| {
            let mut changed = pattern.clone();
            changed.operands[position] = operand;
            found.push((Change::new(mutation, words), changed));
        };
        match (operand, of) {
            (
                Operand::Named {
                    name,
                    kind: Some(Kind::Named(kind)),
                    region,
                },
                Of::Instructions(isa),
            ) => {
                let shown = name.as_ref().map_or("_".to_owned(), ToString::to_string);
                for (wider, words) in wider_kinds(&kind.to_string(), isa) {
                    let words = format!("`{shown}: {kind}` accepts {words}");
                    let operand = Operand::Named {
                        name: name.clone(),
                        kind: Some(Kind::Named(Ident::new(&wider, kind.span()))),
                        region: *region,
                    };
                    put(Mutation::WidenKind, words, operand);
                }
            }
            (
                Operand::Named {
                    name: Some(name),
                    kind: Some(Kind::Constant(ty)),
                    region,
                },
                Of::Operations,
            ) => {
                let operand = Operand::Named {
                    name: Some(name.clone()),
                    kind: None,
                    region: *region,
                };
                let words = format!("`{name}` instead of `{name}: const {ty}`");
                put(Mutation::WidenPattern, words, operand);
            }
            (Operand::Literal(value, region), _) => {
                for near in [value + 1, value - 1] {
                    let words = format!("`{near}` instead of `{value}` in the pattern");
                    put(
                        Mutation::ChangeNumber,
                        words,
                        Operand::Literal(near, *region),
                    );
                }
                if let Some(any) = any_constant(declared, position, ops, operand) {
                    let words = format!("any constant instead of `{value}`");
                    put(Mutation::WidenPattern, words, any);
                }
            }
            (Operand::Float(value, region), _) => {
                for other in [-value, value * 2.0] {
                    let words = format!("`{other:?}` instead of `{value:?}` in the pattern");
                    put(
                        Mutation::ChangeNumber,
                        words,
                        Operand::Float(other, *region),
                    );
                }
                if let Some(any) = any_constant(declared, position, ops, operand) {
                    let words = format!("any constant instead of `{value:?}`");
                    put(Mutation::WidenPattern, words, any);
                }
            }
            (Operand::Operation(inner), _) => {
                for (change, changed) in of_operation(inner, ops, of) {
                    put(change.mutation, change.words, Operand::Operation(changed));
                }
            }
            _ => {}
        }
    }
    if matches!(of, Of::Operations) {
        found.extend(others(pattern, declared, ops));
    }
    found
}

/// Another operation, or its operands in another order.
fn others(pattern: &OperationSyntax, declared: Option<&Op>, ops: &Ops) -> Vec<Changed> {
    let mut found = Vec::new();
    let mut add = |mutation, changed: OperationSyntax| {
        let words = format!("`{}` instead of `{}`", shown(&changed), shown(pattern));
        found.push((Change::new(mutation, words), changed));
    };
    for other in alike(declared, ops) {
        let mut changed = pattern.clone();
        changed.name = Ident::new(&other, pattern.name.span());
        add(Mutation::ChangeOperation, changed);
    }
    for second in 1..pattern.operands.len() {
        for first in 0..second {
            let mut changed = pattern.clone();
            changed.operands.swap(first, second);
            if shown(&changed) != shown(pattern) {
                add(Mutation::SwapOperands, changed);
            }
        }
    }
    found
}

/// The operations that take and yield what `declared` does.
pub fn alike(declared: Option<&Op>, ops: &Ops) -> Vec<String> {
    let Some(op) = declared else {
        return Vec::new();
    };
    let kinds = |op: &Op| {
        op.operands
            .iter()
            .map(|operand| operand.kind.clone())
            .collect::<Vec<_>>()
    };
    let is_alike = |other: &&Op| {
        other.name != op.name && other.result == op.result && kinds(other) == kinds(op)
    };
    let others = ops.ops.iter().filter(is_alike);
    others.map(|other| other.name.to_string()).collect()
}

/// `_: const I64` in the place of a constant.
fn any_constant(
    declared: Option<&Op>,
    position: usize,
    ops: &Ops,
    operand: &Operand,
) -> Option<Operand> {
    let (Operand::Literal(_, region) | Operand::Float(_, region)) = operand else {
        return None;
    };
    let ty = constant_type(&declared?.operands.get(position)?.kind)?;
    let ty = Ident::new(&ops[ty].name.to_string(), region.first);
    Some(Operand::Named {
        name: None,
        kind: Some(Kind::Constant(ty)),
        region: *region,
    })
}

/// The wider kinds beside a kind, with what each accepts besides: of immediates those made up for that, of registers
/// those that have all registers of this one.
pub fn wider_kinds(kind: &str, isa: &Isa) -> Vec<(String, String)> {
    let immediates = WIDER
        .iter()
        .map(|(suffix, words)| (format!("{kind}{suffix}"), (*words).to_owned()))
        .filter(|(name, _)| isa.immediate(name).is_some());
    let own = isa.classes.iter().find(|class| class.name == kind);
    let is_wider = |class: &&RegisterClass| {
        own.is_some_and(|own| {
            let has = |register| class.registers.contains(register);
            own.name != class.name && own.registers.iter().all(has)
        })
    };
    let classes = isa.classes.iter().filter(is_wider);
    let classes = classes.map(|class| {
        (
            class.name.to_string(),
            format!("what `{}` does", class.name),
        )
    });
    immediates.chain(classes).collect()
}

/// How often each name stands in a pattern.
fn count(pattern: &OperationSyntax, times: &mut BTreeMap<String, usize>) {
    for operand in &pattern.operands {
        match operand {
            Operand::Named {
                name: Some(name), ..
            } => *times.entry(name.to_string()).or_default() += 1,
            Operand::Operation(inner) => count(inner, times),
            _ => {}
        }
    }
}

/// Makes `_` of a name where it stands for the time after `left` others.
fn forget(pattern: &mut OperationSyntax, wanted: &str, left: &mut usize) {
    for operand in &mut pattern.operands {
        match operand {
            Operand::Operation(inner) => forget(inner, wanted, left),
            Operand::Named { name, .. } if name.as_ref().is_some_and(|name| name == wanted) => {
                if *left == 0 {
                    *name = None;
                }
                *left = left.wrapping_sub(1);
            }
            _ => {}
        }
    }
}

/// Every name that a pattern binds.
pub fn bound(pattern: &OperationSyntax) -> Vec<String> {
    let mut times = BTreeMap::new();
    count(pattern, &mut times);
    times.into_keys().collect()
}

/// A pattern as text.
fn shown(pattern: &OperationSyntax) -> String {
    let operands: Vec<String> = pattern.operands.iter().map(operand).collect();
    format!("{}({})", pattern.name, operands.join(", "))
}

fn operand(operand: &Operand) -> String {
    match operand {
        Operand::Named { name, kind, .. } => {
            let name = name.as_ref().map_or("_".to_owned(), ToString::to_string);
            match kind {
                None => name,
                Some(Kind::Named(kind)) => format!("{name}: {kind}"),
                Some(Kind::Constant(ty)) => format!("{name}: const {ty}"),
            }
        }
        Operand::Literal(value, _) => value.to_string(),
        Operand::Float(value, _) => format!("{value:?}"),
        Operand::Constant(_) => "const".to_owned(),
        Operand::Operation(inner) => shown(inner),
    }
}
