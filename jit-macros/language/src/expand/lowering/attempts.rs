//! The rows of an operation, tried one after the other until one accepts.
//!
//! Most rows want an operand to be the result of a certain operation, and most of the time it is that of another. So rows
//! in a row that look at the same operand are asked by what it is. Of rows that want different operations there, one at
//! most accepts an instruction, so their order among each other decides nothing; that of the others is kept.

use proc_macro2::TokenStream;
use quote::quote;

use super::choose::matcher;
use crate::model::lowering::rows::Rows;
use crate::model::lowering::{Lowering, OperandPattern, OperationPattern};
use crate::model::ops::{OpId, OperandKind, Ops};

/// An expression that is true if a row has been applied; `sequence` are the rows of one operation.
pub(super) fn expand(
    lowering: &Lowering,
    ops: &Ops,
    rows: &Rows,
    sequence: &[usize],
) -> TokenStream {
    let attempt = |row: usize| {
        let matcher = matcher(lowering, rows, row);
        quote!(|| #matcher(context, inst, trace))
    };
    let path = &lowering.ops_path;
    let mut tried = quote!(false);
    let mut left = sequence;
    while let Some((&first, behind)) = left.split_first() {
        let pattern = &rows.patterns[first];
        let is_wanted = |operand: &usize| wanted(pattern, *operand).is_some();
        let Some(operand) = (0..pattern.operands.len()).find(is_wanted) else {
            tried.extend(attempt(first));
            left = behind;
            continue;
        };
        let mut cases: Vec<(OpId, TokenStream)> = Vec::new();
        while let Some((&row, behind)) = left.split_first()
            && let Some(op) = wanted(&rows.patterns[row], operand)
        {
            match cases.iter_mut().find(|(known, _)| *known == op) {
                Some((_, tries)) => tries.extend(attempt(row)),
                None => cases.push((op, attempt(row))),
            }
            left = behind;
        }
        let declared = &ops[pattern.op].operands[..operand];
        let is_value = |kind: &OperandKind| matches!(kind, OperandKind::Value(_));
        let position = declared.iter().filter(|it| is_value(&it.kind)).count();
        let cases = cases.iter().map(|(op, tries)| {
            let op = &ops[*op].name;
            quote!(|| operation == ::core::option::Option::Some(#path::Op::#op) && (false #tries))
        });
        tried.extend(quote! {
            || {
                let operation = context.operation(inst, #position);
                false #(#cases)*
            }
        });
    }
    tried
}

/// The operation whose result a pattern wants an operand to be, if it wants that.
fn wanted(pattern: &OperationPattern, operand: usize) -> Option<OpId> {
    match &pattern.operands[operand] {
        OperandPattern::Definition(inner) => Some(inner.op),
        _ => None,
    }
}
