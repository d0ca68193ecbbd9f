//! What a `calls!` invocation becomes: a function per sequence, a table entry per strategy, and the list of those built in.
//!
//! Planning and emission are written once, in the crate that the tables are for; what is generated is their data and the
//! few functions that spell instructions. A strategy whose feature is off is not selectable, and its code is there only
//! if one that is selectable may fall back to it.

mod strategy;
mod template;
#[cfg(test)]
mod tests;

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote};
use syn::ext::IdentExt;

use crate::model::calls::{Calls, Parameter, ParameterKind, Sequence};
use crate::model::isa::Isa;

/// Everything.
pub fn expand(calls: &Calls, isa: &Isa) -> TokenStream {
    let sequences = calls.own_sequences();
    let functions = sequences.iter().map(function);
    let sizes = sequences.iter().map(size);
    let infos = sequences.iter().map(info);
    let strategies = strategy::expand(calls, isa);
    quote! {
        /// The declared sequences and routines: each function emits the instructions of one.
        pub mod sequence {
            #(#functions)*

            /// The sizes of the sequences and routines, in bytes.
            pub mod bytes {
                #(#sizes)*
            }

            /// Every sequence and routine, in the order of declaration.
            pub static SEQUENCES: &[::jit_core::calls::SequenceInfo] = &[#(#infos),*];
        }
        #strategies
    }
}

fn function(sequence: &Sequence) -> TokenStream {
    let Sequence { name, doc, .. } = sequence;
    let parameters = sequence
        .parameters
        .iter()
        .map(|Parameter { name, kind, .. }| match kind {
            ParameterKind::Register(_) => quote!(#name: u8),
            ParameterKind::Immediate(_) => quote!(#name: impl ::core::convert::Into<i64>),
            ParameterKind::Label => quote!(#name: ::dynasmrt::DynamicLabel),
        });
    let numbers = sequence
        .parameters
        .iter()
        .filter(|parameter| matches!(parameter.kind, ParameterKind::Immediate(_)))
        .map(|Parameter { name, .. }| quote!(let #name: i64 = ::core::convert::Into::into(#name);));
    let assembler = Ident::new("assembler", Span::mixed_site());
    let (receiver, lines) = match sequence.has_site() {
        true => {
            let emit = Ident::new("emit", Span::mixed_site());
            let lines = template::emit_with_site(&sequence.template, &emit, &assembler);
            (quote!(#emit: &mut ::jit_core::emit::Emit<'_>), lines)
        }
        false => {
            let lines = template::emit(&sequence.template, &assembler, None);
            (quote!(#assembler: &mut ::jit_core::emit::Assembler), lines)
        }
    };
    quote! {
        #[doc = #doc]
        #[allow(clippy::useless_conversion, reason = "dynasm! converts register codes, which these are already")]
        pub fn #name(#receiver, #(#parameters),*) {
            #(#numbers)*
            #lines
        }
    }
}

fn size(sequence: &Sequence) -> TokenStream {
    let name = screaming(&sequence.name);
    let site = match sequence.has_site() {
        true => " without those of its planned call",
        false => "",
    };
    let doc = format!("The size of `{}`, in bytes{site}.", sequence.name);
    let bytes = sequence.template.line_bytes();
    quote! {
        #[doc = #doc]
        pub const #name: u32 = #bytes;
    }
}

fn info(sequence: &Sequence) -> TokenStream {
    let name = sequence.name.to_string();
    let doc = &sequence.doc;
    let bytes = sequence.template.line_bytes();
    let (file, line) = place(&sequence.name);
    let is_routine = sequence.is_routine;
    quote! {
        ::jit_core::calls::SequenceInfo {
            name: #name,
            doc: #doc,
            is_routine: #is_routine,
            bytes: #bytes,
            file: #file,
            line: #line,
        }
    }
}

/// The name of a constant for something named in snake case.
fn screaming(name: &Ident) -> Ident {
    format_ident!(
        "{}",
        name.unraw().to_string().to_uppercase(),
        span = name.span()
    )
}

/// The file and line of a declaration.
fn place(name: &Ident) -> (String, u32) {
    let span = name.span();
    (span.file(), span.start().line as u32)
}
