//! Reads the body of a `calls!` invocation.
//!
//! Items are read one after the other; what is wrong with one does not keep the others from being read. References
//! between strategies are resolved when all of them are known, so their order does not matter.

mod sequence;
mod statement;
mod strategy;

use proc_macro2::{Ident, TokenStream, TokenTree};
use syn::parse::{ParseStream, Parser};
use syn::{Attribute, Expr, ExprLit, Lit, Meta, Token};

use crate::error::{Code, Context, Diagnostic};
use crate::model::calls::{Calls, Choice, Sequence, Strategy, StrategyId, StrategyRef};
use crate::model::isa::Isa;

/// Reads everything. `None`: not even the header could be read.
pub fn parse(body: TokenStream, isa: &Isa, context: &Context) -> Option<Calls> {
    let parser = |input: ParseStream| -> syn::Result<Option<Calls>> {
        let name = match header(input) {
            Ok(name) => name,
            Err(error) => {
                context.syntax(&error);
                skip_all(input);
                return Ok(None);
            }
        };
        let mut reader = Reader {
            isa,
            context,
            sequences: Vec::new(),
            strategies: Vec::new(),
            choices: Vec::new(),
        };
        while !input.is_empty() {
            if let Err(error) = reader.item(input) {
                context.syntax(&error);
                skip_item(input);
            }
        }
        Ok(Some(reader.resolve(name)))
    };
    match parser.parse2(body) {
        Ok(calls) => calls,
        Err(error) => {
            context.syntax(&error);
            None
        }
    }
}

/// `calls Name on path;`
fn header(input: ParseStream) -> syn::Result<Ident> {
    keyword(input, "calls")?;
    let name = input.parse()?;
    keyword(input, "on")?;
    input.call(syn::Path::parse_mod_style)?;
    input.parse::<Token![;]>()?;
    Ok(name)
}

/// What a strategy or choice was read as, with its references still names.
struct Unresolved<T> {
    item: T,
    singleton: Option<Ident>,
    otherwise: Option<Ident>,
    candidates: Vec<Ident>,
}

struct Reader<'a> {
    isa: &'a Isa,
    context: &'a Context,
    sequences: Vec<Sequence>,
    strategies: Vec<Unresolved<Strategy>>,
    choices: Vec<Unresolved<Choice>>,
}

impl Reader<'_> {
    fn item(&mut self, input: ParseStream) -> syn::Result<()> {
        let doc = documentation(&input.call(Attribute::parse_outer)?);
        let word: Ident = input.parse()?;
        match word.to_string().as_str() {
            "sequence" | "routine" => {
                let sequence = sequence::parse(input, &word, doc, self.isa, self.context)?;
                self.sequences.push(sequence);
            }
            "strategy" => {
                let strategy = strategy::parse(input, doc, self.isa, self.context)?;
                self.strategies.push(strategy);
            }
            "choose" => {
                let choice = strategy::parse_choice(input, doc, self.context)?;
                self.choices.push(choice);
            }
            _ => {
                return Err(syn::Error::new(
                    word.span(),
                    "expected `sequence`, `routine`, `strategy` or `choose`",
                ));
            }
        }
        Ok(())
    }

    /// Looks up the names of strategies, and reports names that are taken twice.
    fn resolve(self, name: Ident) -> Calls {
        let context = self.context;
        let names: Vec<Ident> = self.strategies.iter().map(|it| it.item.name.clone()).collect();
        let find = |name: &Ident| {
            let found = names.iter().position(|candidate| candidate == name);
            if found.is_none() {
                let known: Vec<String> = names.iter().map(Ident::to_string).collect();
                let known = known.iter().map(String::as_str);
                context.report(crate::error::unknown("strategy", name, known));
            }
            found.map(|index| StrategyRef {
                strategy: StrategyId(index),
                region: name.span().into(),
            })
        };
        let strategies = self.strategies.iter().map(|it| Strategy {
            singleton: it.singleton.as_ref().and_then(find),
            otherwise: it.otherwise.as_ref().and_then(find),
            ..it.item.clone()
        });
        let choices = self.choices.iter().map(|it| Choice {
            candidates: it.candidates.iter().filter_map(find).collect(),
            ..it.item.clone()
        });
        let calls = Calls {
            name,
            strategies: strategies.collect(),
            choices: choices.collect(),
            sequences: self.sequences,
        };
        let selectable = calls.strategies.iter().map(|it| &it.name);
        unique(selectable.chain(calls.choices.iter().map(|it| &it.name)), context);
        unique(calls.sequences.iter().map(|it| &it.name), context);
        calls
    }
}

/// Reports every name that is taken already.
fn unique<'a>(names: impl Iterator<Item = &'a Ident>, context: &Context) {
    let mut seen: Vec<&Ident> = Vec::new();
    for name in names {
        match seen.iter().find(|earlier| **earlier == name) {
            Some(earlier) => context.report(
                Diagnostic::new(
                    Code::DuplicateName,
                    name.span(),
                    format!("`{name}` is declared twice"),
                )
                .also_at(earlier.span())
                .declared(format!("the other `{name}`"), earlier.span()),
            ),
            None => seen.push(name),
        }
    }
}

/// Reads exactly the word `word`.
fn keyword(input: ParseStream, word: &str) -> syn::Result<Ident> {
    let found: Ident = input.call(syn::ext::IdentExt::parse_any)?;
    if found == word {
        Ok(found)
    } else {
        Err(syn::Error::new(found.span(), format!("expected `{word}`")))
    }
}

/// The text of `///` comments.
fn documentation(attributes: &[Attribute]) -> String {
    let lines = attributes.iter().filter_map(|attribute| match &attribute.meta {
        Meta::NameValue(pair) if pair.path.is_ident("doc") => match &pair.value {
            Expr::Lit(ExprLit {
                lit: Lit::Str(text),
                ..
            }) => Some(text.value().trim().to_owned()),
            _ => None,
        },
        _ => None,
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// Skips to behind the next `;` or group in braces.
fn skip_item(input: ParseStream) {
    while let Ok(token) = input.parse::<TokenTree>() {
        match token {
            TokenTree::Punct(punct) if punct.as_char() == ';' => return,
            TokenTree::Group(group) if group.delimiter() == proc_macro2::Delimiter::Brace => return,
            _ => {}
        }
    }
}

fn skip_all(input: ParseStream) {
    while input.parse::<TokenTree>().is_ok() {}
}
