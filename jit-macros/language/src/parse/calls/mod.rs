//! Reads the body of a `calls!` invocation.
//!
//! Items are read one after the other; what is wrong with one does not keep the others from being read. References
//! between strategies are resolved when all of them are known, so their order does not matter.

mod clause;
mod sequence;
mod statement;
mod strategy;

use proc_macro2::{Ident, TokenStream};
use syn::parse::ParseStream;
use syn::{Path, Token};

pub use strategy::split as strategy_statements;

use super::{
    documentation, grammar, keyword, optional_path_behind, path_behind, statements_with, word,
};
use crate::error::{Code, Context, Diagnostic, again, duplicate, found};
use crate::model::calls::{Base, Calls, Choice, Strategy, StrategyId, StrategyRef};
use crate::model::isa::Isa;

/// Reads everything; `base` is what the header says that this extends. `None`: not even the header could be read.
pub fn parse(
    body: TokenStream,
    isa: &Isa,
    base: Option<Calls>,
    context: &Context,
) -> Option<Calls> {
    let mut items = statements_with(body, &clause::WORDS).into_iter();
    let tokens = items.next().unwrap_or_default();
    let header = super::statement(tokens, grammar::HEADERS, context, header)?;
    let mut reader = Reader {
        isa,
        context,
        isa_path: header.isa,
        base: header.extended.zip(base),
        sequences: Vec::new(),
        strategies: Vec::new(),
        choices: Vec::new(),
    };
    for tokens in items {
        reader.read(tokens);
    }
    Some(reader.resolve())
}

/// `calls` with `declaration`, a strategy, sequence or routine, in the place of that of its name.
pub fn replace(calls: &Calls, declaration: TokenStream, isa: &Isa, context: &Context) -> Calls {
    let mut reader = Reader {
        isa,
        context,
        isa_path: calls.isa_path.clone(),
        base: None,
        sequences: Vec::new(),
        strategies: Vec::new(),
        choices: Vec::new(),
    };
    reader.read(declaration);
    let names: Vec<Ident> = calls.strategies.iter().map(|it| it.name.clone()).collect();
    let mut changed = calls.clone();
    for new in resolved(&reader.strategies, &names, &reader.sequences, context) {
        let mut old = changed.strategies.iter_mut();
        if let Some(old) = old.find(|old| old.name == new.name) {
            *old = new;
        }
    }
    for new in sequence::resolved(reader.sequences, &calls.sequences, context) {
        let mut old = changed.sequences.iter_mut();
        if let Some(old) = old.find(|old| old.name == new.name) {
            *old = new;
        }
    }
    changed
}

/// `calls Name on path;` or `calls Name extends path on path;`
pub struct Header {
    /// The module behind `extends`.
    pub extended: Option<Path>,
    /// The module behind `on`.
    pub isa: Path,
}

/// Reads the header.
pub fn header(input: ParseStream) -> syn::Result<Header> {
    documentation(input)?;
    keyword(input, "calls")?;
    input.parse::<Ident>()?;
    let extended = optional_path_behind("extends", input)?;
    let isa = path_behind("on", input)?;
    input.parse::<Token![;]>()?;
    Ok(Header { extended, isa })
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
    /// Its module.
    isa_path: Path,
    context: &'a Context,
    /// What is extended, and its module.
    base: Option<(Path, Calls)>,
    sequences: Vec<sequence::Unresolved>,
    strategies: Vec<Unresolved<Strategy>>,
    choices: Vec<Unresolved<Choice>>,
}

impl Reader<'_> {
    fn read(&mut self, tokens: TokenStream) {
        let (declaration, context) = (tokens.clone(), self.context);
        super::statement(tokens, grammar::CALLS, context, |input| {
            self.item(input, &declaration)
        });
    }

    fn item(&mut self, input: ParseStream, declaration: &TokenStream) -> syn::Result<()> {
        let doc = documentation(input)?;
        let kind = word(input)?;
        match kind.to_string().as_str() {
            "sequence" | "routine" => {
                let mut sequence = sequence::parse(input, &kind, doc, self.isa, self.context)?;
                sequence.item.declaration = declaration.clone();
                let inherited = self.base.iter().flat_map(|(_, base)| &base.sequences);
                let own = self.sequences.iter().map(|it| &it.item.name);
                let known = inherited.map(|it| &it.name).chain(own);
                if !self.is_taken(&sequence.item.name, known) {
                    self.sequences.push(sequence);
                }
            }
            "strategy" => match strategy::parse(input, doc, self.isa, self.context)? {
                Some(mut strategy) if !self.is_taken(&strategy.item.name, self.selectable()) => {
                    strategy.item.declaration = declaration.clone();
                    self.strategies.push(strategy);
                }
                _ => {}
            },
            "choose" => {
                let choice = strategy::parse_choice(input, doc, self.context)?;
                if !self.is_taken(&choice.item.name, self.selectable()) {
                    self.choices.push(choice);
                }
            }
            _ => return Err(grammar::unknown_word(&kind, grammar::CALLS)),
        }
        Ok(())
    }

    /// The names that a build can select: those of strategies and of choices among them.
    fn selectable(&self) -> impl Iterator<Item = &Ident> {
        let inherited = self.base.iter().flat_map(|(_, base)| {
            let strategies = base.strategies.iter().map(|it| &it.name);
            strategies.chain(base.choices.iter().map(|it| &it.name))
        });
        let strategies = self.strategies.iter().map(|it| &it.item.name);
        let choices = self.choices.iter().map(|it| &it.item.name);
        inherited.chain(strategies).chain(choices)
    }

    /// Whether one of `names` is `name`, which is reported: only the first item of a name counts.
    fn is_taken<'a>(&self, name: &Ident, mut names: impl Iterator<Item = &'a Ident>) -> bool {
        let Some(first) = names.find(|other| *other == name) else {
            return false;
        };
        self.context.report(duplicate(None, name, first));
        true
    }

    /// Looks up the names of strategies.
    fn resolve(self) -> Calls {
        let context = self.context;
        let (base, inherited, mut strategies, mut choices) = match self.base {
            Some((path, inherited)) => {
                let base = Base {
                    path,
                    sequences: inherited.sequences.len(),
                    strategies: inherited.strategies.len(),
                    choices: inherited.choices.len(),
                };
                let Calls {
                    sequences,
                    strategies,
                    choices,
                    ..
                } = inherited;
                (Some(base), sequences, strategies, choices)
            }
            None => (None, Vec::new(), Vec::new(), Vec::new()),
        };
        let known = strategies.iter().map(|it| &it.name);
        let own = self.strategies.iter().map(|it| &it.item.name);
        let names: Vec<Ident> = known.chain(own).cloned().collect();
        let own = &self.sequences;
        strategies.extend(resolved(&self.strategies, &names, own, context));
        for it in &self.choices {
            for (index, name) in it.candidates.iter().enumerate() {
                let earlier = &it.candidates[..index];
                if let Some(first) = earlier.iter().find(|first| *first == name) {
                    context.report(again(&format!("`{name}`"), name.span(), first.span()));
                }
            }
        }
        let find = |name: &Ident| find(name, &names, own, context);
        choices.extend(self.choices.iter().map(|it| Choice {
            candidates: it.candidates.iter().filter_map(find).collect(),
            ..it.item.clone()
        }));
        Calls {
            strategies,
            choices,
            sequences: sequence::resolve(inherited, self.sequences, context),
            base,
            isa_path: self.isa_path,
        }
    }
}

/// The strategies with what they name looked up among `names`.
fn resolved(
    strategies: &[Unresolved<Strategy>],
    names: &[Ident],
    sequences: &[sequence::Unresolved],
    context: &Context,
) -> Vec<Strategy> {
    let find = |name: &Ident| find(name, names, sequences, context);
    let resolved = strategies.iter().map(|it| Strategy {
        singleton: it.singleton.as_ref().and_then(find),
        otherwise: it.otherwise.as_ref().and_then(find),
        ..it.item.clone()
    });
    resolved.collect()
}

/// The strategy of this name; `names` are those of all strategies, `sequences` what is none.
fn find(
    name: &Ident,
    names: &[Ident],
    sequences: &[sequence::Unresolved],
    context: &Context,
) -> Option<StrategyRef> {
    let index = names.iter().position(|candidate| candidate == name);
    let sequence = sequences.iter().find(|it| it.item.name == *name);
    if let (None, Some(sequence)) = (index, sequence) {
        let kind = match sequence.item.is_routine {
            true => "routine",
            false => "sequence",
        };
        let message = format!("`{name}` is a {kind}, and a strategy stands here");
        let finding = Diagnostic::new(Code::WrongKind, name.span(), message);
        let finding = finding.declared(format!("`{name}`"), sequence.item.name.span());
        context.report(finding.help("name a `strategy`: only these get from a site to a target"));
        return None;
    }
    found(index, "strategy", name, names, context).map(|index| StrategyRef {
        strategy: StrategyId(index),
        region: name.span().into(),
    })
}
