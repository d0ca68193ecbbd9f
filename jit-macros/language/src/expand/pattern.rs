//! Patterns as data: the values of `jit_core::ir::pattern` that tables of rules hold.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use crate::model::isa::Isa;
use crate::model::lowering::{BindingKind, ConstantKind, OperandPattern, OperationPattern, Rule};
use crate::model::ops::Ops;
use crate::space::Set;

/// What the pattern of a rule becomes.
pub struct Tree<'a> {
    /// Whose pattern it is.
    pub rule: &'a Rule,
    /// The machine, if the rule knows one.
    pub isa: Option<&'a Isa>,
    /// The dialect of the pattern.
    pub ops: &'a Ops,
    /// The module in which that is declared.
    pub path: &'a TokenStream,
}

impl Tree<'_> {
    /// The pattern of the rule, or that with operands in another order.
    pub fn operation(&self, pattern: &OperationPattern) -> TokenStream {
        let (op, path) = (&pattern.name, self.path);
        let declared = &self.ops[pattern.op].operands;
        let operands = pattern
            .operands
            .iter()
            .zip(declared)
            .map(|(operand, declared)| self.operand(operand, &declared.name));
        quote!(::jit_core::ir::pattern::PatternInfo { op: #path::Op::#op, operands: &[#(#operands),*] })
    }

    /// An operand; one without a name of its own goes by that of the declaration.
    fn operand(&self, operand: &OperandPattern, declared: &Ident) -> TokenStream {
        let operand = match operand {
            OperandPattern::Definition(inner) => {
                let inner = self.operation(inner);
                quote!(Definition(#inner))
            }
            OperandPattern::Bound(id) => {
                let name = self.rule.called(*id, declared);
                match &self.rule[*id].kind {
                    BindingKind::Constant { kind, set, .. } => self.constant(&name, *kind, set),
                    BindingKind::Register { .. }
                    | BindingKind::Value { .. }
                    | BindingKind::Again(_) => quote!(Register),
                    _ => quote!(Other),
                }
            }
            OperandPattern::Any | OperandPattern::AnyConstant => quote!(Other),
        };
        quote!(::jit_core::ir::pattern::OperandPattern::#operand)
    }

    fn constant(&self, name: &str, kind: ConstantKind, set: &Set) -> TokenStream {
        let kind = match kind {
            ConstantKind::Immediate(kind) => self.isa.map(|isa| isa[kind].name.to_string()),
            ConstantKind::Any | ConstantKind::Literal => None,
        };
        let kind = kind.unwrap_or_default();
        let ranges = set.pieces().iter().map(|piece| {
            let (least, most, shift) = (piece.lo as i64, piece.hi as i64, piece.shift);
            quote!(::jit_core::ir::pattern::ConstantRange { least: #least, most: #most, shift: #shift })
        });
        quote! {
            Constant(::jit_core::ir::pattern::ConstantInfo { name: #name, kind: #kind, ranges: &[#(#ranges),*] })
        }
    }
}
