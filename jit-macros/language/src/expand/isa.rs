//! What `isa!` leaves behind in Rust: the register lists and reaches that the allocator and the planner go by.

mod probe;

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::names::upper;
use super::{forward, references};
use crate::model::isa::{Bank, Convention, Isa, Link, Register, RegisterClass};

/// Expands a machine declaration; `tokens` are those it was read from.
pub fn expand(isa: &Isa, tokens: &TokenStream) -> TokenStream {
    let links = isa.own_links().iter().map(link);
    let probe = probe::expand(isa);
    let references = references::of_isa(isa, tokens);
    if let Some(base) = &isa.base {
        let path = &base.path;
        let declarations = forward::declarations("isa", tokens, Some(path));
        return quote! {
            #(#links)*
            #probe
            #references
            #declarations
        };
    }
    let classes = isa.classes.iter().map(class);
    let conventions = isa.conventions.iter().map(convention);
    let scratch = banks(
        "SCRATCH",
        "Registers that no value lives in, free between a call site and its target",
        isa.scratch(),
    );
    let declarations = forward::declarations("isa", tokens, None);
    quote! {
        #(#classes)*
        #scratch
        #(#conventions)*
        #(#links)*
        #probe
        #references
        #declarations
    }
}

fn class(class: &RegisterClass) -> TokenStream {
    let name = upper(&class.name);
    let doc = format!(
        "Codes of the registers of class `{}`. {}",
        class.name, class.doc
    );
    let codes = class.registers.iter().map(|register| register.code());
    quote! {
        #[doc = #doc]
        pub const #name: &[u8] = &[#(#codes),*];
    }
}

fn convention(convention: &Convention) -> TokenStream {
    let name = convention.name.to_string();
    let prefix = name.to_uppercase();
    let lists = [
        banks(
            &format!("{prefix}_ARGUMENTS"),
            &format!("Argument registers of {name}, in order"),
            convention.arguments.iter().copied(),
        ),
        banks(
            &format!("{prefix}_RESULTS"),
            &format!("Result registers of {name}, in order"),
            convention.results.iter().copied(),
        ),
        banks(
            &format!("{prefix}_PRESERVED"),
            &format!("What a callee leaves as it was, by {name}"),
            convention.preserved.iter().copied(),
        ),
        banks(
            &format!("{prefix}_CLOBBERED"),
            &format!("What a call may change, by {name}"),
            convention.clobbered(),
        ),
    ];
    quote!(#(#lists)*)
}

/// One list per bank: the codes of the registers that lie in it.
fn banks(name: &str, doc: &str, registers: impl Iterator<Item = Register>) -> TokenStream {
    let registers: Vec<Register> = registers.collect();
    let list = |bank: Bank, suffix: &str, which: &str| {
        let name = format_ident!("{name}_{suffix}");
        let doc = format!("{doc}: codes of the {which} registers.");
        let codes = registers
            .iter()
            .filter(|register| register.bank() == bank)
            .map(|register| register.code());
        quote! {
            #[doc = #doc]
            pub const #name: &[u8] = &[#(#codes),*];
        }
    };
    let general = list(Bank::General, "GENERAL", "general");
    let float = list(Bank::Float, "FLOAT", "floating-point");
    quote!(#general #float)
}

fn link(link: &Link) -> TokenStream {
    let name = upper(&link.name);
    let doc = format!(
        "Distances in bytes that `{}` reaches. {}",
        link.name, link.doc
    );
    let (lo, hi) = link.reach.bounds().unwrap_or((0, 0));
    let (lo, hi) = (lo as i64, hi as i64);
    quote! {
        #[doc = #doc]
        pub const #name: ::core::ops::RangeInclusive<i64> = #lo..=#hi;
    }
}
