//! Reads the body of a `calls!` invocation.
//!
//! Items are read one after the other; what is wrong with one does not keep the others from being read. References
//! between strategies are resolved when all of them are known, so their order does not matter.

mod sequence;
mod statement;
mod strategy;

use proc_macro2::{Ident, TokenStream};
use syn::Token;
use syn::parse::{ParseStream, Parser};

use super::{documentation, expected_one_of, keyword, statements, word};
use crate::error::{Code, Context, Diagnostic, found};
use crate::model::calls::{Calls, Choice, Sequence, Strategy, StrategyId, StrategyRef};
use crate::model::isa::Isa;

/// Reads everything. `None`: not even the header could be read.
pub fn parse(body: TokenStream, isa: &Isa, context: &Context) -> Option<Calls> {
    let mut items = statements(body).into_iter();
    if let Err(error) = header.parse2(items.next().unwrap_or_default()) {
        context.syntax(&error);
        return None;
    }
    let mut reader = Reader {
        isa,
        context,
        sequences: Vec::new(),
        strategies: Vec::new(),
        choices: Vec::new(),
    };
    for tokens in items {
        if let Err(error) = (|input: ParseStream| reader.item(input)).parse2(tokens) {
            context.syntax(&error);
        }
    }
    Some(reader.resolve())
}

/// `calls Name on path;`
fn header(input: ParseStream) -> syn::Result<()> {
    documentation(input)?;
    keyword(input, "calls")?;
    input.parse::<Ident>()?;
    keyword(input, "on")?;
    input.call(syn::Path::parse_mod_style)?;
    input.parse::<Token![;]>()?;
    Ok(())
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
        let doc = documentation(input)?;
        let kind = word(input)?;
        match kind.to_string().as_str() {
            "sequence" | "routine" => {
                let sequence = sequence::parse(input, &kind, doc, self.isa, self.context)?;
                if !self.is_taken(&sequence.name, self.sequences.iter().map(|it| &it.name)) {
                    self.sequences.push(sequence);
                }
            }
            "strategy" => {
                let strategy = strategy::parse(input, doc, self.isa, self.context)?;
                if !self.is_taken(&strategy.item.name, self.selectable()) {
                    self.strategies.push(strategy);
                }
            }
            "choose" => {
                let choice = strategy::parse_choice(input, doc, self.context)?;
                if !self.is_taken(&choice.item.name, self.selectable()) {
                    self.choices.push(choice);
                }
            }
            _ => {
                let known = ["sequence", "routine", "strategy", "choose"];
                return Err(expected_one_of(&kind, &known));
            }
        }
        Ok(())
    }

    /// The names that a build can select: those of strategies and of choices among them.
    fn selectable(&self) -> impl Iterator<Item = &Ident> {
        let choices = self.choices.iter().map(|it| &it.item.name);
        self.strategies
            .iter()
            .map(|it| &it.item.name)
            .chain(choices)
    }

    /// Whether one of `names` is `name`, which is reported: only the first item of a name counts.
    fn is_taken<'a>(&self, name: &Ident, mut names: impl Iterator<Item = &'a Ident>) -> bool {
        let Some(first) = names.find(|other| *other == name) else {
            return false;
        };
        let finding = Diagnostic::new(
            Code::DuplicateName,
            name.span(),
            format!("`{name}` is declared twice"),
        );
        self.context.report(
            finding
                .also_at(first.span())
                .declared(format!("the first `{name}`"), first.span())
                .help("give one of them another name"),
        );
        true
    }

    /// Looks up the names of strategies.
    fn resolve(self) -> Calls {
        let context = self.context;
        let names: Vec<Ident> = self
            .strategies
            .iter()
            .map(|it| it.item.name.clone())
            .collect();
        let find = |name: &Ident| {
            let index = names.iter().position(|candidate| candidate == name);
            found(index, "strategy", name, &names, context).map(|index| StrategyRef {
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
        Calls {
            strategies: strategies.collect(),
            choices: choices.collect(),
            sequences: self.sequences,
        }
    }
}
