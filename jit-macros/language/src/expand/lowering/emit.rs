//! Template functions: what a rule becomes, with the registers that came back from the allocator.
//!
//! A conditional branch with an inverse has two forms for each of its directions. Near, it is taken; far, the inverse is
//! taken around an unconditional jump. Which of them it is, and which block comes next, was decided before, when sizes
//! were computed: [`size`](super::size) follows the same cases.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;

use super::{Numbering, function, named_in};
use crate::model::lowering::{BindingId, BindingKind, Branch, Lowering, Rule};
use crate::model::template::{Directive, Item, Template};

/// The template function of a rule.
pub(super) fn expand(rule: &Rule, lowering: &Lowering) -> TokenStream {
    let name = function("emit", rule);
    let doc = format!("{}\n\n{}", rule.doc, rule.pattern_text);
    let writer = Writer {
        rule,
        lowering,
        numbering: Numbering::new(rule),
    };
    let main = writer.main();
    let branch = rule.branch.as_ref().map(|branch| writer.branch(branch));
    let goto = rule
        .goto
        .as_ref()
        .map(|goto| writer.goto_unless_next(goto.target));
    quote! {
        #[doc = #doc]
        #[inline(never)]
        #[allow(unused_variables, clippy::all, reason = "generated, with expansions of dynasm in it")]
        fn #name(emit: &mut ::jit_core::emit::Emit<'_>) {
            #main
            #branch
            #goto
        }
    }
}

struct Writer<'a> {
    rule: &'a Rule,
    lowering: &'a Lowering,
    numbering: Numbering,
}

/// The blocks that a rule with a branch may go to: the one it names, and the other one if there is one.
pub(super) fn other_target(rule: &Rule, branch: &Branch) -> Option<BindingId> {
    if !matches!(rule[branch.target].kind, BindingKind::Block(_)) {
        return None;
    }
    let is_other =
        |id: &BindingId| *id != branch.target && matches!(rule[*id].kind, BindingKind::Block(_));
    (0..rule.bindings.len()).map(BindingId).find(is_other)
}

impl Writer<'_> {
    fn main(&self) -> TokenStream {
        let near = self
            .rule
            .emit
            .as_ref()
            .map(|template| self.template(template));
        match &self.rule.otherwise {
            None => quote!(#near),
            Some(far) => {
                let far = self.template(far);
                let links = 0..self.numbering.pool.len();
                quote! { if false #(|| emit.is_far(#links))* { #far } else { #near } }
            }
        }
    }

    /// The instructions of a template, with everything that they name bound in front.
    fn template(&self, template: &Template) -> TokenStream {
        let bindings = named_in(template)
            .into_iter()
            .filter_map(|name| self.binding(&name));
        let body = self.body(template);
        quote! { #(#bindings)* #body }
    }

    fn body(&self, template: &Template) -> TokenStream {
        let mut body = TokenStream::new();
        let mut lines = TokenStream::new();
        let flush = |lines: &mut TokenStream, body: &mut TokenStream| {
            if !lines.is_empty() {
                body.extend(assemble(&std::mem::take(lines)));
            }
        };
        for item in &template.items {
            match item {
                Item::Line(line) => {
                    let tokens = &line.tokens;
                    lines.extend(quote!(; #tokens));
                }
                Item::Label(name) => lines.extend(quote!(; #name :)),
                Item::Directive(directive) => {
                    flush(&mut lines, &mut body);
                    body.extend(self.directive(directive));
                }
            }
        }
        flush(&mut lines, &mut body);
        body
    }

    fn directive(&self, directive: &Directive) -> TokenStream {
        if directive.keyword == "call" {
            return quote!(emit.call(););
        }
        let mut tokens = directive.tokens.clone().into_iter();
        let routine = tokens
            .next()
            .map(|token| token.to_string())
            .unwrap_or_default();
        let argument: Option<Ident> = syn::parse2(tokens.collect::<TokenStream>())
            .ok()
            .and_then(|group: proc_macro2::Group| syn::parse2(group.stream()).ok());
        let operand = argument
            .and_then(|name| self.numbering.operand(self.rule.binding(&name)?))
            .map(usize::from);
        quote! {
            let register = emit.register(#operand);
            emit.routine(#routine, register);
        }
    }

    /// `let a = …;` for a name of a template.
    fn binding(&self, name: &Ident) -> Option<TokenStream> {
        let id = self.rule.binding(name)?;
        Some(match self.rule[id].kind {
            BindingKind::Result { .. }
            | BindingKind::Register { .. }
            | BindingKind::Temporary { .. } => {
                let operand = usize::from(self.numbering.operand(id)?);
                quote!(let #name: u8 = emit.register(#operand);)
            }
            BindingKind::Constant { .. } | BindingKind::Let { .. } => {
                let immediate = usize::from(self.numbering.immediate(id)?);
                quote!(let #name: i64 = emit.immediate(#immediate);)
            }
            BindingKind::Literal { .. } => {
                let literal = usize::from(self.numbering.literal(id)?);
                quote!(let #name = emit.pool_label(#literal);)
            }
            BindingKind::Exit | BindingKind::Block(_) => {
                let label = self.label(id);
                quote!(let #name = #label;)
            }
            BindingKind::Address
            | BindingKind::List
            | BindingKind::Value { .. }
            | BindingKind::Given(_)
            | BindingKind::Again(_) => return None,
        })
    }

    fn label(&self, id: BindingId) -> TokenStream {
        match self.rule[id].kind {
            BindingKind::Block(target) => quote!(emit.label(#target)),
            _ => quote!(emit.exit_label()),
        }
    }

    /// The conditional branch, towards its target or, if that comes next, inverted towards the other one.
    fn branch(&self, branch: &Branch) -> TokenStream {
        let link = self.numbering.pool.len();
        let towards = |template, inverse, target, link| {
            self.conditional(branch, template, inverse, target, link)
        };
        let direct = towards(
            &branch.template,
            branch.inverse.as_ref(),
            branch.target,
            link,
        );
        let (Some(inverse), Some(other)) = (&branch.inverse, other_target(self.rule, branch))
        else {
            return direct;
        };
        let BindingKind::Block(next) = self.rule[branch.target].kind else {
            return direct;
        };
        let inverted = towards(inverse, Some(&branch.template), other, link + 1);
        let goto = self.goto_unless_next(Some(other));
        quote! {
            if emit.is_next(#next) {
                #inverted
            } else {
                #direct
                #goto
            }
        }
    }

    fn conditional(
        &self,
        branch: &Branch,
        template: &Template,
        inverse: Option<&Template>,
        target: BindingId,
        link: usize,
    ) -> TokenStream {
        let name = &branch.label;
        let label = self.label(target);
        let bindings: TokenStream = named_in(template)
            .iter()
            .filter(|other| *other != name)
            .filter_map(|name| self.binding(name))
            .collect();
        let near = self.body(template);
        let Some(inverse) = inverse else {
            return quote! { #bindings let #name = #label; #near };
        };
        let around = self.body(inverse);
        let jump = self.jump(&label);
        let skip = Ident::new("skip", Span::mixed_site());
        let place = assemble(&quote!(; =>#skip));
        quote! {
            #bindings
            if emit.is_far(#link) {
                let #skip = emit.assembler().new_dynamic_label();
                let #name = #skip;
                #around
                #jump
                #place
            } else {
                let #name = #label;
                #near
            }
        }
    }

    fn goto_unless_next(&self, target: Option<BindingId>) -> TokenStream {
        let (is_next, label) = match target.map(|id| &self.rule[id].kind) {
            None => (quote!(is_epilogue_next()), quote!(emit.epilogue_label())),
            Some(BindingKind::Block(target)) => {
                (quote!(is_next(#target)), quote!(emit.label(#target)))
            }
            Some(_) => return TokenStream::new(),
        };
        let jump = self.jump(&label);
        quote! { if !emit.#is_next { #jump } }
    }

    /// The declared jump to a label.
    fn jump(&self, label: &TokenStream) -> Option<TokenStream> {
        let jump = self.lowering.jump.as_ref()?;
        let name = &jump.label;
        let body = self.body(&jump.template);
        Some(quote! { { let #name = #label; #body } })
    }
}

fn assemble(lines: &TokenStream) -> TokenStream {
    let ops = Ident::new("ops", Span::mixed_site());
    quote! {
        {
            #[allow(unused_imports, reason = "generated: labels are not in every template")]
            use ::dynasmrt::{DynasmApi as _, DynasmLabelApi as _};
            let #ops = emit.assembler();
            ::dynasmrt::dynasm!(#ops ; .arch aarch64 #lines);
        }
    }
}
