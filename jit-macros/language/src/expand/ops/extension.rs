//! What `ops!` leaves behind for operations that are added to a dialect of another crate: a static for each, which its
//! functions hold a reference to, and names by which rules and builders find them.
//!
//! Nobody keeps a list of all operations, so nothing has to be registered. An operation refers to the rule set that lowers
//! it by way of a trait, which `lowering!` implements for it: rustc refuses an operation that no rule set lowers, one that
//! two do, and rules for an operation of a third crate.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::Path;

use super::{build, doc_of, info, meaning};
use crate::expand::names::upper;
use crate::model::ops::{Base, Op, Ops};

/// Everything but the declarations for other macros.
pub fn expand(ops: &Ops, base: &Base) -> TokenStream {
    let path = &base.path;
    let dialect = &base.dialect;
    let whole = quote!(#path::#dialect);
    let (inherited, own) = ops.ops.split_at(base.count);
    let (inherited, docs_inherited): (Vec<_>, Vec<_>) = inherited
        .iter()
        .map(|op| (&op.name, format!("That of [`{dialect}`].")))
        .unzip();
    let (names, docs): (Vec<_>, Vec<_>) = own.iter().map(|op| (&op.name, doc_of(op))).unzip();
    let statics: Vec<_> = names.iter().map(|name| upper(name)).collect();
    let holder = base.holder.as_ref();
    let definitions = own.iter().map(|op| definition(op, ops, holder, &whole));
    let lowered_docs = names.iter().map(|name| {
        format!("[`Op::{name}`](super::Op::{name}) as a type, for its rule set to be found by.")
    });
    let doc = format!(
        "The operations of `{dialect}`, and those of `{}`.",
        ops.dialect
    );
    let build = build::expand(ops, &whole);
    quote! {
        #[doc(no_inline)]
        pub use #path::{#dialect, Type};

        #[doc = #doc]
        #[derive(Clone, Copy, Debug)]
        pub enum Op {}

        #[allow(non_upper_case_globals, reason = "written as the operations of the dialect are, which are variants")]
        impl Op {
            #(#[doc = #docs_inherited] pub const #inherited: #path::Op = #path::Op::#inherited;)*
            #(#[doc = #docs] pub const #names: #path::Op = #path::Op::Extension(&#statics);)*

            /// The operations that are added, in the order of declaration.
            pub const OWN: &'static [#path::Op] = &[#(Op::#names),*];
        }

        #(#definitions)*

        /// Each added operation as a type.
        pub mod lowered {
            #(
                #[doc = #lowered_docs]
                #[derive(Clone, Copy, Debug)]
                pub enum #names {}
            )*
        }

        #build
    }
}

fn definition(op: &Op, ops: &Ops, holder: Option<&Path>, dialect: &TokenStream) -> TokenStream {
    let (name, table) = (&op.name, upper(&op.name));
    let doc = doc_of(op);
    let info = info(op, ops, dialect);
    let evaluate = meaning::closure(op, ops);
    // Rust speaks up here if no rule set lowers it.
    let rules =
        quote_spanned!(name.span()=> <lowered::#name as ::jit_core::machine::Lowered>::rules);
    quote! {
        #[doc = #doc]
        pub static #table: #holder = #holder {
            info: #info,
            evaluate: #evaluate,
            rules: #rules,
        };
    }
}
