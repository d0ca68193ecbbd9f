//! Every change that is made to a call strategy.
//!
//! From how many sites on it pays, its feature and its environment variable are left alone: whatever they say, calls
//! arrive.

use std::collections::BTreeSet;

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::Expr;

use super::expression::values;
use super::sequence::without_clobbers;
use super::template::{Scope, templates};
use super::tokens::{each, group, instead, name, number, split, value, with};
use super::{Change, Mutant, Mutation};
use crate::model::calls::Strategy;
use crate::model::isa::Isa;
use crate::parse::calls::strategy_statements;
use crate::text::text;

/// The mutants of a strategy; `names` are those of all.
pub fn mutants(strategy: &Strategy, names: &[String], isa: &Isa) -> Vec<Mutant<TokenStream>> {
    let declaration: Vec<TokenTree> = strategy.declaration.clone().into_iter().collect();
    let Some((TokenTree::Group(body), head)) = declaration.split_last() else {
        return Vec::new();
    };
    let statements = strategy_statements(body.stream());
    let around = Around::of(strategy, names, isa);
    let mut found = Vec::new();
    for (index, statement) in statements.iter().enumerate() {
        for (change, changed) in around.of_statement(statement) {
            let mut all = statements.clone();
            all[index] = changed;
            let body = group(Delimiter::Brace, all.into_iter().collect());
            let syntax = head.iter().cloned().chain([body]).collect();
            found.push(Mutant { change, syntax });
        }
    }
    found
}

/// A change, and what stands in the place of the statement.
type Changed = (Change, TokenStream);

/// What a statement can refer to.
struct Around<'a> {
    scope: Scope<'a>,
    pool: Option<String>,
    /// The other strategies.
    others: Vec<&'a String>,
}

impl<'a> Around<'a> {
    fn of(strategy: &Strategy, names: &'a [String], isa: &'a Isa) -> Around<'a> {
        let pool = strategy.pool.as_ref().map(|pool| pool.name.to_string());
        let stub = strategy.stub.as_ref().map(|_| "stub".to_owned());
        let fixed = ["target", "page"].map(str::to_owned);
        Around {
            scope: Scope {
                isa,
                operands: BTreeSet::from(["offset".to_owned()]),
                labels: fixed.into_iter().chain(stub).chain(pool.clone()).collect(),
            },
            pool,
            others: names.iter().filter(|name| strategy.name != name).collect(),
        }
    }

    fn of_statement(&self, statement: &TokenStream) -> Vec<Changed> {
        let first = statement.clone().into_iter().next();
        let first = first.map_or_else(String::new, |word| word.to_string());
        match first.as_str() {
            "site" => self.lines(statement),
            "stub" => [self.lines(statement), shared(statement)].concat(),
            "pool" => shared(statement),
            "links" => self.links(statement),
            "clobbers" => without_clobbers(statement),
            "retarget" => self.retargets(statement),
            "size" => sizes(statement),
            "singleton" | "otherwise" => self.fallbacks(statement, &first),
            _ => Vec::new(),
        }
    }

    /// `site { lines }`
    fn lines(&self, statement: &TokenStream) -> Vec<Changed> {
        let tokens: Vec<TokenTree> = statement.clone().into_iter().collect();
        let Some(TokenTree::Group(lines)) = tokens.get(1) else {
            return Vec::new();
        };
        let changed = templates(&lines.stream(), &self.scope).into_iter();
        let put = |lines| with(statement, &[1], group(Delimiter::Brace, lines));
        changed
            .map(|(change, lines)| (change, put(lines)))
            .collect()
    }

    /// `links { site -> stub: Branch26, stub -> entry: Literal19 }`
    fn links(&self, statement: &TokenStream) -> Vec<Changed> {
        let tokens: Vec<TokenTree> = statement.clone().into_iter().collect();
        let Some(TokenTree::Group(list)) = tokens.get(1) else {
            return Vec::new();
        };
        let links = split(&list.stream(), ',');
        let put = |links: &[TokenStream]| {
            let list = group(Delimiter::Brace, quote!(#(#links),*));
            with(statement, &[1], list)
        };
        let mut found = Vec::new();
        for (index, link) in links
            .iter()
            .enumerate()
            .filter(|(_, link)| !link.is_empty())
        {
            let mut rest = links.clone();
            rest.remove(index);
            let words = format!("without `{}`", text(link));
            found.push((Change::new(Mutation::ChangeLink, words), put(&rest)));
            let all = each(link);
            let Some((path, kind)) = all.last() else {
                continue;
            };
            for other in &self.scope.isa.links {
                if other.name != kind.to_string() {
                    let mut changed = links.clone();
                    changed[index] = with(link, path, name(&other.name.to_string(), kind));
                    let words = instead(&changed[index], link);
                    found.push((Change::new(Mutation::ChangeLink, words), put(&changed)));
                }
            }
        }
        found
    }

    fn retargets(&self, statement: &TokenStream) -> Vec<Changed> {
        let store = self.pool.as_ref().and_then(|pool| {
            let text = format!("retarget by store({pool});");
            text.parse::<TokenStream>().ok()
        });
        let others = [quote!(retarget by rewrite(site);), quote!(retarget never;)];
        let others = others.into_iter().chain(store);
        others
            .filter(|other| other.to_string() != statement.to_string())
            .map(|other| {
                let words = format!("`{other}` instead of `{}`", text(statement));
                (Change::new(Mutation::ChangeRetarget, words), other)
            })
            .collect()
    }

    /// `otherwise literal_blr;`
    fn fallbacks(&self, statement: &TokenStream, word: &str) -> Vec<Changed> {
        let words = format!("without `{}`", text(statement));
        let mut found = vec![(
            Change::new(Mutation::ChangeFallback, words),
            TokenStream::new(),
        )];
        if word == "singleton" {
            // Without it nothing takes over, which is right where the strategy itself is.
            found.clear();
        }
        let all = each(statement);
        if let Some((path, before)) = all.get(1) {
            for other in &self.others {
                let changed = with(statement, path, name(other, before));
                if changed.to_string() != statement.to_string() {
                    let words = instead(&changed, statement);
                    found.push((Change::new(Mutation::ChangeFallback, words), changed));
                }
            }
        }
        found
    }
}

/// `align 8, one per (function, target)`, in which a stub and a literal end.
fn shared(statement: &TokenStream) -> Vec<Changed> {
    let all = each(statement);
    let mut found = Vec::new();
    for (position, (path, token)) in all.iter().enumerate() {
        let before = position
            .checked_sub(1)
            .map(|before| all[before].1.to_string());
        let align = value(token).filter(|_| before.as_deref() == Some("align"));
        if let Some(align) = align.filter(|align| *align > 1) {
            let words = format!("`align {}` instead of `align {align}`", align / 2);
            let changed = with(statement, path, number(align / 2, token));
            found.push((Change::new(Mutation::ReduceAlignment, words), changed));
        }
        let other = match token.to_string().as_str() {
            "function" => "arena",
            "arena" => "function",
            _ => continue,
        };
        let words = format!("one per `{other}` instead of one per `{token}`");
        let changed = with(statement, path, name(other, token));
        found.push((Change::new(Mutation::ChangeSharing, words), changed));
    }
    found
}

/// `size |sites, targets| formula;`
fn sizes(statement: &TokenStream) -> Vec<Changed> {
    let parts = split(statement, '|');
    let [size, names, formula] = &parts[..] else {
        return Vec::new();
    };
    let formula = split(formula, ';').into_iter().next().unwrap_or_default();
    let Ok(formula) = syn::parse2::<Expr>(formula) else {
        return Vec::new();
    };
    let others = values(&formula).into_iter().map(|(words, formula)| {
        let formula = formula.to_token_stream();
        let changed = quote!(#size |#names| #formula;);
        (Change::new(Mutation::ChangeSize, words), changed)
    });
    others.collect()
}
