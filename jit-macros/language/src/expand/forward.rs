//! Handing declarations on from one macro to another.
//!
//! A macro sees nothing but its own tokens. So `isa!` and `ops!` also leave behind a `macro_rules!` that passes their
//! tokens, spans included, to whatever macro it is told to call next, together with what it was handed itself:
//!
//! ```text
//! lowering! { lowering Integer for crate::ops on crate::isa; … }
//!  => crate::ops::declarations! { { body { … } } [crate::isa::declarations] [::jit_macros::__lowering] }
//!  => crate::isa::declarations! { { body { … } ops { … } } [::jit_macros::__lowering] }
//!  => ::jit_macros::__lowering! { { body { … } ops { … } isa { … } } }
//! ```

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::Path;

/// The macro that passes `tokens` on under the name `what`, visible in the whole crate as `declarations`.
pub fn declarations(what: &str, tokens: &TokenStream) -> TokenStream {
    let what = format_ident!("{what}");
    quote! {
        #[doc(hidden)]
        #[allow(unused_macros, reason = "nothing else may refer to these declarations")]
        macro_rules! declarations {
            ({ $($known:tt)* } [$($next:tt)*] $($later:tt)*) => {
                $($next)*! { { $($known)* #what { #tokens } } $($later)* }
            };
        }
        #[doc(hidden)]
        #[allow(unused_imports, reason = "nothing else may refer to these declarations")]
        pub(crate) use declarations;
    }
}

/// Calls the hidden macro `last` with `body` and what the modules `through` declare.
pub fn chain(body: &TokenStream, through: &[Path], last: &str) -> TokenStream {
    let last = format_ident!("{last}");
    let mut calls = through.iter().map(|module| quote!(#module::declarations));
    let first = calls.next().unwrap_or_else(|| quote!(::jit_macros::#last));
    quote! { #first! { { body { #body } } #([#calls])* [::jit_macros::#last] } }
}
