//! Changes of the right sides of rewriting rules.

mod words;

use std::collections::BTreeSet;

use proc_macro2::Ident;
use quote::ToTokens;
use syn::Expr;

use self::words::shown;
use super::expression::values;
use super::pattern::{alike, bound};
use super::{Change, Mutation};
use crate::model::ops::{OperandKind, Ops};
use crate::model::rewriting::Dialects;
use crate::parse::lowering::{self, StatementKind};
use crate::parse::mentions;
use crate::parse::rewriting::{ElementSyntax, IfSyntax, OperandSyntax, RightSyntax, SliceSyntax};

/// Right sides in the place of one.
pub fn sides(
    right: &RightSyntax,
    left: &lowering::RuleSyntax,
    dialects: Dialects<'_>,
) -> Vec<(Change, RightSyntax)> {
    let (names, yields) = around(right, left, dialects.from);
    let before = shown(right);
    let mut seen = BTreeSet::from([before.clone()]);
    let mut found = Vec::new();
    for (mutation, side) in blocks(right, &names, yields, dialects.to) {
        let text = shown(&side);
        if seen.insert(text.clone()) {
            let words = format!("`becomes {text}` instead of `becomes {before}`");
            found.push((Change::new(mutation, words), RightSyntax { text, ..side }));
        }
    }
    found
}

/// What the operands of a right side may be, the values of its steps aside, and whether it has to yield something.
fn around(right: &RightSyntax, left: &lowering::RuleSyntax, ops: &Ops) -> (Vec<String>, bool) {
    let patterns = left
        .statements
        .iter()
        .filter_map(|statement| match &statement.kind {
            StatementKind::When { pattern, .. } => Some(pattern),
            _ => None,
        });
    let yields = |name: &Ident| {
        let op = ops.op(&name.to_string());
        op.is_some_and(|op| ops[op].result.is_some())
    };
    let given = ops
        .givens
        .iter()
        .map(|given| given.operand.name.to_string());
    // By the tokens of a right side is told what of the given it names, so no mutant names more of it.
    let given = given.filter(|name| mentions(&right.tokens, name));
    let names = patterns.clone().flat_map(bound).chain(given).collect();
    (names, patterns.clone().any(|pattern| yields(&pattern.name)))
}

/// Blocks in the place of one, in which these names may be used.
fn blocks(
    block: &RightSyntax,
    names: &[String],
    yields: bool,
    ops: &Ops,
) -> Vec<(Mutation, RightSyntax)> {
    let steps = block.steps.iter().filter_map(|step| step.name.as_ref());
    let steps = steps.map(ToString::to_string);
    let names: Vec<String> = names.iter().cloned().chain(steps).collect();
    let mut found = Vec::new();
    for (index, step) in block.steps.iter().enumerate() {
        for (mutation, operation) in others(&step.operation, &names, ops) {
            let mut changed = block.clone();
            changed.steps[index].operation = operation;
            found.push((mutation, changed));
        }
        let mut changed = block.clone();
        changed.steps.remove(index);
        found.push((Mutation::DropOperation, changed));
    }
    let ending = |result| RightSyntax {
        result,
        ..block.clone()
    };
    if let Some(result) = &block.result {
        for (mutation, operand) in others(result, &names, ops) {
            found.push((mutation, ending(Some(operand))));
        }
        if !yields {
            found.push((Mutation::DropOperation, ending(None)));
        }
    }
    found
}

/// Operands in the place of one.
fn others(operand: &OperandSyntax, names: &[String], ops: &Ops) -> Vec<(Mutation, OperandSyntax)> {
    match operand {
        OperandSyntax::Operation {
            name,
            operands,
            arguments,
        } => {
            let operation = |name: &Ident, operands: Vec<OperandSyntax>| OperandSyntax::Operation {
                name: name.clone(),
                operands,
                arguments: *arguments,
            };
            let declared = ops.op(&name.to_string()).map(|op| &ops[op]);
            let mut found = Vec::new();
            for other in alike(declared, ops) {
                let other = Ident::new(&other, name.span());
                found.push((
                    Mutation::ChangeOperation,
                    operation(&other, operands.clone()),
                ));
            }
            for (index, inner) in operands.iter().enumerate() {
                let mut put = |mutation, operand: OperandSyntax| {
                    let mut changed = operands.clone();
                    changed[index] = operand;
                    found.push((mutation, operation(name, changed)));
                };
                let is_list = declared.and_then(|op| op.operands.get(index));
                if is_list.is_some_and(|operand| operand.kind == OperandKind::List) {
                    let nothing = OperandSyntax::List(Vec::new(), inner.region());
                    put(Mutation::DropElement, nothing);
                }
                for (mutation, other) in others(inner, names, ops) {
                    put(mutation, other);
                }
                found.push((Mutation::DropOperation, inner.clone()));
                for second in index + 1..operands.len() {
                    let mut swapped = operands.clone();
                    swapped.swap(index, second);
                    found.push((Mutation::SwapOperands, operation(name, swapped)));
                }
            }
            found
        }
        OperandSyntax::If(conditional) => conditionals(conditional, names, ops)
            .into_iter()
            .map(|(mutation, changed)| (mutation, OperandSyntax::If(Box::new(changed))))
            .collect(),
        OperandSyntax::List(elements, region) => lists(elements, names, ops)
            .into_iter()
            .map(|(mutation, changed)| (mutation, OperandSyntax::List(changed, *region)))
            .collect(),
        OperandSyntax::Float(value, region) => {
            let near = [-value, value * 2.0].into_iter();
            near.map(|value| (Mutation::ChangeValue, OperandSyntax::Float(value, *region)))
                .collect()
        }
        OperandSyntax::Expression(Expr::Path(path)) if path.path.get_ident().is_some() => {
            let span = path.path.get_ident().map(Ident::span);
            let name = |name: &String| {
                let name = Ident::new(name, span?);
                let name = syn::parse2(name.into_token_stream()).ok()?;
                Some((Mutation::ChangeOperand, OperandSyntax::Expression(name)))
            };
            names.iter().filter_map(name).collect()
        }
        OperandSyntax::Expression(value) => values(value)
            .into_iter()
            .map(|(_, other)| (Mutation::ChangeValue, OperandSyntax::Expression(other)))
            .collect(),
    }
}

/// An `if` in the place of one.
fn conditionals(before: &IfSyntax, names: &[String], ops: &Ops) -> Vec<(Mutation, IfSyntax)> {
    let IfSyntax {
        condition,
        then,
        otherwise,
        ..
    } = before;
    let empty = |block: &RightSyntax| RightSyntax {
        steps: Vec::new(),
        result: None,
        ..block.clone()
    };
    let mut found = Vec::new();
    let mut put = |mutation, change: &dyn Fn(&mut IfSyntax)| {
        let mut changed = before.clone();
        change(&mut changed);
        found.push((mutation, changed));
    };
    for (mutation, other) in others(condition, names, ops) {
        put(mutation, &|it| it.condition = other.clone());
    }
    // Whether a value is wanted is not known here; where one is, a block without is refused.
    for (mutation, other) in blocks(then, names, false, ops) {
        put(mutation, &|it| it.then = other.clone());
    }
    put(Mutation::DropBlock, &|it| it.then = empty(then));
    put(Mutation::SwapBlocks, &|it| {
        it.then = otherwise.clone().unwrap_or_else(|| empty(then));
        it.otherwise = Some(then.clone());
    });
    if let Some(otherwise) = otherwise {
        for (mutation, other) in blocks(otherwise, names, false, ops) {
            put(mutation, &|it| it.otherwise = Some(other.clone()));
        }
        put(Mutation::DropBlock, &|it| it.otherwise = None);
    }
    found
}

/// Lists in the place of one.
fn lists(
    before: &[ElementSyntax],
    names: &[String],
    ops: &Ops,
) -> Vec<(Mutation, Vec<ElementSyntax>)> {
    let mut found = Vec::new();
    for (index, element) in before.iter().enumerate() {
        let mut dropped = before.to_vec();
        dropped.remove(index);
        found.push((Mutation::DropElement, dropped));
        for second in index + 1..before.len() {
            let mut swapped = before.to_vec();
            swapped.swap(index, second);
            found.push((Mutation::SwapOperands, swapped));
        }
        for (mutation, other) in elements(element, names, ops) {
            let mut changed = before.to_vec();
            changed[index] = other;
            found.push((mutation, changed));
        }
    }
    found
}

/// Elements of a list in the place of one.
fn elements(
    element: &ElementSyntax,
    names: &[String],
    ops: &Ops,
) -> Vec<(Mutation, ElementSyntax)> {
    match element {
        ElementSyntax::Value(value) => others(value, names, ops)
            .into_iter()
            .map(|(mutation, value)| (mutation, ElementSyntax::Value(value)))
            .collect(),
        ElementSyntax::Spread(list, slice, region) => {
            let other = match slice {
                SliceSyntax::All => return Vec::new(),
                SliceSyntax::First(count) => SliceSyntax::Behind(count.clone()),
                SliceSyntax::Behind(count) => SliceSyntax::First(count.clone()),
            };
            [other, SliceSyntax::All]
                .into_iter()
                .map(|slice| ElementSyntax::Spread(list.clone(), slice, *region))
                .map(|element| (Mutation::ChangeSlice, element))
                .collect()
        }
    }
}
