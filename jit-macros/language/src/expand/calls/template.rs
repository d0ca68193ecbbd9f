//! Templates of sequences, sites and stubs as `dynasm!` invocations.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use crate::model::calls::Part;
use crate::model::template::{ImmediateRef, Item, LabelRef, Template};

/// Emits the lines of a template into `assembler`. `address` names the variable with the address that `use` lines build.
pub(super) fn emit(
    template: &Template,
    assembler: &Ident,
    address: Option<(&Part, &Ident)>,
) -> TokenStream {
    let mut tokens = TokenStream::new();
    let mut lines = TokenStream::new();
    let mut constants = address.into_iter().flat_map(|(part, _)| &part.constants);
    for item in &template.items {
        match item {
            Item::Line(line) => {
                let line = &line.tokens;
                lines.extend(quote!(; #line));
            }
            Item::Label(label) => lines.extend(quote!(; #label:)),
            Item::Directive(_) => {
                tokens.extend(assemble(assembler, std::mem::take(&mut lines)));
                if let (Some(constant), Some((_, address))) = (constants.next(), address) {
                    let register = constant.register.code();
                    tokens.extend(quote! {
                        ::jit_core::emit::mov_imm64(#assembler, #register, #address);
                    });
                }
            }
        }
    }
    tokens.extend(assemble(assembler, lines));
    tokens
}

/// Emits the lines of a template whose one directive is a planned call; `emit` names what knows the plan, `assembler` is
/// what it writes into.
pub(super) fn emit_with_site(template: &Template, emit: &Ident, assembler: &Ident) -> TokenStream {
    let items = template
        .items
        .split(|item| matches!(item, Item::Directive(_)));
    let parts = items.map(|items| {
        let part = Template {
            items: items.to_vec(),
            region: template.region,
        };
        let lines = self::emit(&part, assembler, None);
        quote! {{ let #assembler = #emit.assembler(); #lines }}
    });
    let parts: Vec<TokenStream> = parts.collect();
    let call = std::iter::repeat_n(quote!(#emit.call();), parts.len() - 1);
    let call = call.chain([TokenStream::new()]);
    quote! { #(#parts #call)* }
}

fn assemble(assembler: &Ident, lines: TokenStream) -> TokenStream {
    if lines.is_empty() {
        lines
    } else {
        quote! {{
            #[allow(unused_imports, reason = "lines without labels need only one of them")]
            use ::dynasmrt::{DynasmApi as _, DynasmLabelApi as _};
            ::dynasmrt::dynasm!(#assembler ; .arch aarch64 #lines);
        }}
    }
}

/// The first mention of each label that a template takes from outside.
pub(super) fn labels(template: &Template) -> Vec<&Ident> {
    let mut labels: Vec<&Ident> = Vec::new();
    for line in template.lines() {
        if let Some(LabelRef::Dynamic(name)) = line.label.as_ref().map(|label| &label.label)
            && !labels.contains(&name)
        {
            labels.push(name);
        }
    }
    labels
}

/// The first mention of each constant that a template takes from outside.
pub(super) fn constants(template: &Template) -> Vec<&Ident> {
    let mut constants: Vec<&Ident> = Vec::new();
    for immediate in template.lines().flat_map(|line| &line.immediates) {
        if let ImmediateRef::Bound(name) = &immediate.value
            && !constants.contains(&name)
        {
            constants.push(name);
        }
    }
    constants
}
