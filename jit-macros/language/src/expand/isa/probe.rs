//! A test of the declaration against the encoder: one function per form that assembles it.
//!
//! The table of forms is written by hand. Whether the encoder knows a form is found out by compiling these functions;
//! whether the declared numbers are those that the fields hold, by running them at the ends of each range.

use proc_macro2::{Literal, TokenStream};
use quote::{format_ident, quote};

use crate::model::isa::{Form, FormOperand, ImmediateId, Isa, View};

/// `FORMS`, for tests of the crate that declares the machine.
pub fn expand(isa: &Isa) -> TokenStream {
    let probes = isa.own_forms().iter().map(|form| probe(isa, form));
    quote! {
        /// Each form: its text, its fields (least, greatest, stride; none if only a predicate knows), and what assembles
        /// it with given numbers in the fields.
        #[cfg(test)]
        #[allow(clippy::type_complexity, reason = "generated: a table that tests go through")]
        pub(crate) static FORMS: &[(
            &str,
            &[::core::option::Option<(i64, i64, i64)>],
            fn(&mut ::dynasmrt::VecAssembler<::dynasmrt::aarch64::Aarch64Relocation>, &[i64]),
        )] = &[#(#probes),*];
    }
}

fn probe(isa: &Isa, form: &Form) -> TokenStream {
    let text = &form.text;
    let mut fields = Vec::new();
    let mut registers = 0;
    let operands: Vec<TokenStream> = form
        .operands
        .iter()
        .map(|operand| self::operand(operand, &mut fields, &mut registers))
        .collect();
    let ranges = fields.iter().map(|field| range(isa, *field));
    let bindings = fields.iter().enumerate().map(|(index, field)| {
        let (name, ty) = (
            format_ident!("field{index}"),
            format_ident!("{}", isa[*field].ty.name()),
        );
        quote!(let #name = fields[#index] as #ty;)
    });
    let (mnemonic, condition) = match form.mnemonic.strip_suffix(".cond") {
        Some(mnemonic) => (mnemonic, quote!(.ne)),
        None => (form.mnemonic.as_str(), TokenStream::new()),
    };
    let mnemonic = format_ident!("{mnemonic}");
    let label = form
        .operands
        .iter()
        .any(|operand| matches!(operand, FormOperand::Label(_)));
    let labels = label.then(|| {
        quote!(
            use ::dynasmrt::DynasmLabelApi as _;
        )
    });
    let place = label.then(|| quote!(; ahead:));
    quote! {
        (#text, &[#(#ranges),*], |ops, fields| {
            let _ = fields;
            use ::dynasmrt::DynasmApi as _;
            #labels
            #(#bindings)*
            ::dynasmrt::dynasm!(ops ; .arch aarch64 ; #mnemonic #condition #(#operands),* #place);
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
    fields: &mut Vec<ImmediateId>,
    registers: &mut u8,
) -> TokenStream {
    let mut field = |id: ImmediateId| {
        fields.push(id);
        format_ident!("field{}", fields.len() - 1)
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
        FormOperand::Condition => quote!(ne),
        FormOperand::Label(_) => quote!(>ahead),
        FormOperand::Literal(text) => text
            .parse::<Literal>()
            .map_or_else(|_| quote!(0.0), |literal| quote!(#literal)),
        FormOperand::Memory {
            rest, write_back, ..
        } => {
            let base = register(View::Xsp, registers);
            let rest: Vec<TokenStream> = rest
                .iter()
                .map(|operand| self::operand(operand, fields, registers))
                .collect();
            let bang = write_back.then(|| quote!(!));
            quote!([#base #(, #rest)*] #bang)
        }
    }
}

/// Each register of a form is another one, since some forms are undefined if two are the same.
fn register(view: View, registers: &mut u8) -> TokenStream {
    *registers += 1;
    let (family, code) = (format_ident!("{}", view.name()), *registers);
    quote!(#family(#code))
}
