//! A test of the declaration against the encoder: one function per form that assembles it.
//!
//! The table of forms is written by hand. Whether the encoder knows a form is found out by compiling these functions;
//! whether the declared numbers are those that the fields hold, by running them at the ends of each range.

use proc_macro2::{Ident, Literal, TokenStream};
use quote::{format_ident, quote};

use crate::model::isa::{Form, FormOperand, ImmediateId, Isa, View};

/// `FORMS`, for tests of the crate that declares the machine.
pub fn expand(isa: &Isa) -> TokenStream {
    let probes = isa.own_forms().iter().map(|form| probe(isa, form));
    quote! {
        /// Each form: its text, its fields (least, greatest, stride; none if only a predicate knows), and what assembles
        /// it with given codes of registers, numbers in the fields, number of the condition among those declared, and label.
        #[cfg(test)]
        #[allow(clippy::type_complexity, reason = "generated: a table that tests go through")]
        pub(crate) static FORMS: &[(
            &str,
            &[::core::option::Option<(i64, i64, i64)>],
            fn(
                &mut ::dynasmrt::VecAssembler<::dynasmrt::aarch64::Aarch64Relocation>,
                &[u8],
                &[i64],
                usize,
                ::dynasmrt::DynamicLabel,
            ),
        )] = &[#(#probes),*];
    }
}

fn probe(isa: &Isa, form: &Form) -> TokenStream {
    let text = &form.text;
    let bind_fields = form.immediates().into_iter().enumerate();
    let bind_fields = bind_fields.map(|(index, field)| {
        let (name, ty) = (
            format_ident!("field{index}"),
            format_ident!("{}", isa[field].ty.name()),
        );
        quote!(let #name = fields[#index] as #ty;)
    });
    let bind_registers = (0..form.roles().len()).map(|index| {
        let name = format_ident!("register{index}");
        quote!(let #name = registers[#index];)
    });
    let (mnemonic, suffix) = match form.mnemonic.strip_suffix(".cond") {
        Some(mnemonic) => (mnemonic, true),
        None => (form.mnemonic.as_str(), false),
    };
    let mnemonic = format_ident!("{mnemonic}");
    let line = |condition: Option<&Ident>| {
        let (mut fields, mut registers) = (0, 0);
        let operands: Vec<TokenStream> = form
            .operands
            .iter()
            .map(|operand| self::operand(operand, condition, &mut fields, &mut registers))
            .collect();
        let suffix = suffix.then(|| quote!(. #condition));
        quote!(::dynasmrt::dynasm!(ops ; .arch aarch64 ; #mnemonic #suffix #(#operands),*))
    };
    // The encoder takes conditions by name only.
    let line = if suffix || form.operands.contains(&FormOperand::Condition) {
        let names = isa.conditions.iter().enumerate();
        let arms = names.map(|(index, condition)| {
            let line = line(Some(&condition.name));
            quote!(#index => #line,)
        });
        quote!(match condition { #(#arms)* other => panic!("no condition {other}") })
    } else {
        line(None)
    };
    let ranges = form.immediates().into_iter().map(|field| range(isa, field));
    quote! {
        (#text, &[#(#ranges),*], |ops, registers, fields, condition, label| {
            let _ = (registers, fields, condition, label);
            #[allow(unused_imports, reason = "the second is for forms with a label")]
            use ::dynasmrt::{DynasmApi as _, DynasmLabelApi as _};
            #(#bind_registers)*
            #(#bind_fields)*
            #line;
        })
    }
}

fn range(isa: &Isa, field: ImmediateId) -> TokenStream {
    let immediate = &isa[field];
    match immediate.set.bounds() {
        Some((lo, hi)) if immediate.encodable.is_none() => {
            let (lo, hi) = (lo as i64, hi as i64);
            let stride = 1i64 << immediate.set.common_shift();
            quote!(::core::option::Option::Some((#lo, #hi, #stride)))
        }
        _ => quote!(::core::option::Option::None),
    }
}

fn operand(
    operand: &FormOperand,
    condition: Option<&Ident>,
    fields: &mut usize,
    registers: &mut usize,
) -> TokenStream {
    let mut field = |_: ImmediateId| {
        *fields += 1;
        format_ident!("field{}", *fields - 1)
    };
    match operand {
        FormOperand::Register(_, view) => register(*view, registers),
        FormOperand::Immediate(id) => {
            let name = field(*id);
            quote!(#name)
        }
        FormOperand::Modifier(word, amount) => {
            let word = format_ident!("{word}");
            let amount = amount.map(field);
            quote!(#word #amount)
        }
        FormOperand::Condition => quote!(#condition),
        FormOperand::Label(_) => quote!(=>label),
        FormOperand::Literal(text) => text
            .parse::<Literal>()
            .map_or_else(|_| quote!(0.0), |literal| quote!(#literal)),
        FormOperand::Memory {
            rest, write_back, ..
        } => {
            let base = register(View::Xsp, registers);
            let rest: Vec<TokenStream> = rest
                .iter()
                .map(|operand| self::operand(operand, condition, fields, registers))
                .collect();
            let bang = write_back.then(|| quote!(!));
            quote!([#base #(, #rest)*] #bang)
        }
    }
}

fn register(view: View, registers: &mut usize) -> TokenStream {
    let (family, name) = (
        format_ident!("{}", view.name()),
        format_ident!("register{registers}"),
    );
    *registers += 1;
    quote!(#family(#name))
}
