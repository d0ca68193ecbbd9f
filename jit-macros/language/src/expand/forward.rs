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
//!
//! A declaration that extends another one passes its own tokens on first, and then calls the other's macro, so whoever
//! asks for an extension gets both, the extension in front. Another crate may ask too: the macro is exported from the
//! root of its crate, under a name that nobody writes, and `declarations` is that macro by the path of its module.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::Path;

/// The macro that passes `tokens` on under the name `what`, visible everywhere as `declarations`; then those of the module
/// `extended`, if there is one.
pub fn declarations(what: &str, tokens: &TokenStream, extended: Option<&Path>) -> TokenStream {
    // Exported macros share one namespace in their crate.
    let mut hasher = DefaultHasher::new();
    tokens.to_string().hash(&mut hasher);
    let exported = format_ident!("__{what}_{:016x}", hasher.finish());
    let what = format_ident!("{what}");
    let pass_on = match extended {
        None => quote!($($next)*! { { $($known)* #what { #tokens } } $($later)* }),
        Some(module) => quote! {
            #module::declarations! { { $($known)* #what { #tokens } } [$($next)*] $($later)* }
        },
    };
    quote! {
        #[doc(hidden)]
        #[macro_export]
        #[allow(clippy::crate_in_macro_def, reason = "whoever extends a declaration does not follow its paths")]
        macro_rules! #exported {
            ({ $($known:tt)* } [$($next:tt)*] $($later:tt)*) => { #pass_on };
        }
        #[doc(hidden)]
        pub use #exported as declarations;
    }
}

/// Calls the hidden macro `last` with `body` and what the modules `through` declare.
pub fn chain(body: &TokenStream, through: &[Path], last: &str) -> TokenStream {
    let last = format_ident!("{last}");
    let mut calls = through.iter().map(|module| quote!(#module::declarations));
    let first = calls.next().unwrap_or_else(|| quote!(::jit_macros::#last));
    quote! { #first! { { body { #body } } #([#calls])* [::jit_macros::#last] } }
}
