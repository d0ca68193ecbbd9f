//! Words of a declaration, told apart by where they stand: which of them name something that is declared elsewhere, and
//! which something that the rule around them binds.
//!
//! Tokens are looked at, not what was understood of them, so that words lead somewhere in declarations that are wrong too.
//! Places are of no use here: to rust-analyzer's macro server all tokens are in one place.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::{Delimiter, Group, Ident, TokenStream, TokenTree};
use quote::quote;

use crate::parse::grammar::{self, Grammar};

/// A dialect, by its operations.
pub(super) struct Operations<'a> {
    /// The module of the dialect.
    pub path: &'a TokenStream,
    /// Their names.
    pub names: BTreeSet<String>,
}

/// What the words of an invocation may name.
#[derive(Default)]
pub(super) struct Known<'a> {
    /// The module of the markers for `kinds` and for what templates use.
    pub machine: Option<TokenStream>,
    /// Register classes, immediate kinds and links.
    pub kinds: BTreeSet<String>,
    /// Mnemonics and conditions.
    pub instructions: BTreeSet<String>,
    /// The operations of patterns.
    pub ops: Option<Operations<'a>>,
    /// The operations of right sides, if they are those of another dialect.
    pub to: Option<Operations<'a>>,
    /// The module of the markers for what is given, and the names of that.
    pub given: Option<(TokenStream, BTreeSet<String>)>,
    /// Value types, and the enum that they are variants of.
    pub types: (TokenStream, BTreeSet<String>),
    /// What has a marker in the invocation's own module, if it stands behind one of these words.
    pub own: (&'static [&'static str], BTreeSet<String>),
    /// How items begin.
    pub items: &'static [Grammar],
    /// How the statements of an item begin.
    pub statements: &'static [Grammar],
}

/// What was found.
#[derive(Default)]
pub(super) struct Found {
    /// The module of the markers that words may name without a path.
    open: Option<TokenStream>,
    /// Modules of markers for words that begin something.
    beginnings: TokenStream,
    /// For each rule and sequence the names that it binds, and a statement for each word.
    scopes: Vec<(Vec<Ident>, Vec<TokenStream>)>,
}

impl Found {
    /// Names a type outside of all rules.
    pub fn type_named(&mut self, path: TokenStream) {
        self.scopes.push((Vec::new(), vec![quote!(let _: #path;)]));
    }

    /// Names a value outside of all rules.
    pub fn value_named(&mut self, path: TokenStream) {
        self.scopes.push((Vec::new(), vec![quote!(let _ = #path;)]));
    }

    /// A function that names all of it and does nothing. Only editors see what is in it, so words that name nothing may
    /// stand there too: an editor that completes a word looks what could stand in its place.
    pub fn expand(self) -> TokenStream {
        let open = self.open.map(|module| quote!(use #module::*;));
        let beginnings = self.beginnings;
        let scopes = self
            .scopes
            .iter()
            .map(|(bound, statements)| match &bound[..] {
                [] => quote!(#(#statements)*),
                bound => quote!({ #(let #bound = ();)* #(#statements)* }),
            });
        quote! {
            #[allow(dead_code, non_snake_case, unexpected_cfgs, reason = "generated: for editors")]
            fn __words() {
                #[cfg(rust_analyzer)]
                {
                    #beginnings
                    #open
                    #(#scopes)*
                }
            }
        }
    }
}

/// What the tokens around a word are.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Part {
    /// Words of the language, for the most part.
    #[default]
    Other,
    /// Items, each begun by a word of the language.
    Items,
    /// The statements of an item, likewise.
    Statements,
    /// A list of operations, or the pattern of a rule.
    Pattern,
    /// A condition, or the value of a name.
    Expression,
    /// The right side of a rewriting rule.
    Right,
    /// The lines of a template.
    Template,
    /// The table of a family.
    Table,
}

impl Part {
    /// The part that a word begins within a rule.
    fn behind(word: &Ident) -> Option<Part> {
        match word.to_string().as_str() {
            "when" => Some(Part::Pattern),
            "if" | "let" => Some(Part::Expression),
            "becomes" => Some(Part::Right),
            _ => None,
        }
    }
}

/// Finds all words of a rule set, a set of rewriting rules, or calls.
pub(super) fn find(body: &TokenStream, known: &Known<'_>) -> Found {
    let mut finder = Finder {
        known,
        found: Found {
            open: known.given.as_ref().map(|(module, _)| module.clone()),
            beginnings: beginnings(known),
            ..Found::default()
        },
    };
    finder.items(body, &[]);
    finder.found
}

/// Markers for the words that begin items and statements, each with an example of what it begins. Those that are words of
/// Rust cannot be named, and nobody needs them completed.
fn beginnings(known: &Known<'_>) -> TokenStream {
    let modules = [
        (quote!(__items), known.items),
        (quote!(__statements), known.statements),
    ];
    let modules = modules.into_iter().map(|(module, grammars)| {
        let words: BTreeMap<&str, &str> = grammars.iter().copied().flatten().copied().collect();
        let markers = words.into_iter().filter_map(|(word, example)| {
            let word = syn::parse_str::<Ident>(word).ok()?;
            let doc = format!("`{example}`");
            Some(quote!(#[doc = #doc] pub enum #word {}))
        });
        quote!(#[allow(non_camel_case_types)] mod #module { #(#markers)* })
    });
    modules.collect()
}

/// What words are bound to where they stand.
#[derive(Default)]
struct Bound {
    /// By families, which replace any token.
    family: Vec<Ident>,
    /// By the rule or sequence: never an instruction.
    own: Vec<Ident>,
}

/// The words that begin what binds names.
const ITEMS: &[&str] = &["rule", "sequence", "routine", "strategy"];
/// The words that begin anything else.
const OTHERS: &[&str] = &["choose", "for", "prefer"];
/// The words in front of lists of operations.
const LISTS: &[&str] = &["total", "partial", "unlowered", "fold"];
/// The words that go on behind braces.
const CLAUSES: &[&str] = &["align", "clobbers", "means", "undoes"];

struct Finder<'a> {
    known: &'a Known<'a>,
    found: Found,
}

impl Finder<'_> {
    /// Rules, families and sequences; `family` are the names of the families around them.
    fn items(&mut self, tokens: &TokenStream, family: &[Ident]) {
        let tokens: Vec<TokenTree> = tokens.clone().into_iter().collect();
        let is_end = |token: &TokenTree| match token {
            TokenTree::Ident(word) => ITEMS.iter().chain(OTHERS).any(|known| word == known),
            TokenTree::Punct(punct) => punct.as_char() == '#',
            _ => false,
        };
        let mut rest = &tokens[..];
        while let [first, after @ ..] = rest {
            let end = after.iter().position(is_end).unwrap_or(after.len());
            match rest {
                [TokenTree::Ident(word), ..] if ITEMS.iter().any(|known| word == known) => {
                    self.item(&after[..end], family);
                }
                [
                    TokenTree::Ident(word),
                    TokenTree::Group(names),
                    _,
                    TokenTree::Group(table),
                    TokenTree::Group(inside),
                    ..,
                ] if word == "for" => {
                    let names = idents(&names.stream());
                    self.outside(&table.stream(), Part::Table);
                    self.items(&inside.stream(), &[family, &names].concat());
                    self.outside(&after[4..end].iter().cloned().collect(), Part::Items);
                }
                _ => {
                    let tokens = std::iter::once(first)
                        .chain(&after[..end])
                        .cloned()
                        .collect();
                    self.outside(&tokens, Part::Items);
                }
            }
            rest = &after[end..];
        }
    }

    /// What follows the word `rule` and so on: a name, and what it names.
    fn item(&mut self, tokens: &[TokenTree], family: &[Ident]) {
        let tokens: TokenStream = tokens.iter().skip(1).cloned().collect();
        let mut all = family.to_vec();
        binders(&tokens, false, &mut all);
        let bound = Bound {
            family: all[..family.len()].to_vec(),
            own: all[family.len()..].to_vec(),
        };
        let mut statements = Vec::new();
        self.words(&tokens, Part::Items, &bound, &mut statements);
        self.found.scopes.push((all, statements));
    }

    /// Words that stand in no item.
    fn outside(&mut self, tokens: &TokenStream, part: Part) {
        let mut statements = Vec::new();
        self.words(tokens, part, &Bound::default(), &mut statements);
        self.found.scopes.push((Vec::new(), statements));
    }

    fn words(&self, tokens: &TokenStream, around: Part, bound: &Bound, out: &mut Vec<TokenStream>) {
        let tokens: Vec<TokenTree> = tokens.clone().into_iter().collect();
        let mut part = around;
        for (index, token) in tokens.iter().enumerate() {
            let before = index.checked_sub(1).map(|index| &tokens[index]);
            let after = tokens.get(index + 1);
            match token {
                TokenTree::Group(group) => {
                    let is_body = group.delimiter() == Delimiter::Brace;
                    let inside = match part {
                        _ if is_template(group) && part != Part::Right => Part::Template,
                        Part::Items if is_one_of(before, LISTS) => Part::Pattern,
                        Part::Items if is_body && !is_one_of(before, CLAUSES) => Part::Statements,
                        Part::Items | Part::Statements => Part::Other,
                        part => part,
                    };
                    self.words(&group.stream(), inside, bound, out);
                }
                TokenTree::Ident(word) => {
                    let begun = Part::behind(word).filter(|_| around == Part::Statements);
                    part = begun.unwrap_or(part);
                    if begun.is_none() {
                        out.extend(self.word(word, part, (before, after), bound));
                    }
                }
                TokenTree::Punct(punct) if punct.as_char() == ';' => part = around,
                TokenTree::Punct(_) | TokenTree::Literal(_) => {}
            }
        }
    }

    /// A statement that names what a word names; what it could name, if it names nothing.
    fn word(
        &self,
        word: &Ident,
        part: Part,
        (before, after): (Option<&TokenTree>, Option<&TokenTree>),
        bound: &Bound,
    ) -> Option<TokenStream> {
        let text = word.to_string();
        let is = |token: Option<&TokenTree>, sign: char| matches!(token, Some(TokenTree::Punct(punct)) if punct.as_char() == sign);
        let begins_line = part == Part::Template && is(before, ';') && !is(after, ':');
        let is_behind = |words: &[&str]| is_one_of(before, words);
        let Known {
            machine,
            kinds,
            instructions,
            ops,
            to,
            given,
            types: (types, type_names),
            own: (own_behind, own),
            ..
        } = self.known;
        let ops = match part {
            Part::Right => to.as_ref().or(ops.as_ref()),
            _ => ops.as_ref(),
        };
        let in_template = matches!(part, Part::Template | Part::Table);
        let marker = |module: &TokenStream| quote!(let _: #module::#word;);
        let operation = |ops: &Operations<'_>| {
            let path = ops.path;
            quote!(let _ = #path::Op::#word;)
        };
        let is_own = bound.own.contains(word) && !begins_line;
        if bound.family.contains(word) || is_own {
            return Some(quote!(let _ = #word;));
        }
        if let Some(machine) = machine
            && (kinds.contains(&text) || in_template && instructions.contains(&text))
        {
            return Some(marker(machine));
        }
        if let Some(ops) = ops.filter(|ops| ops.names.contains(&text)) {
            return Some(operation(ops));
        }
        if type_names.contains(&text) {
            return Some(quote!(let _ = #types::#word;));
        }
        if let Some((module, names)) = given
            && part == Part::Right
            && names.contains(&text)
        {
            return Some(marker(module));
        }
        let behind_own = is_behind(own_behind) || is(before, ',') || is(before, '[');
        if behind_own && own.contains(&text) {
            return Some(quote!(let _: __names::#word;));
        }
        // It names nothing. Words of Rust never could, and would not be a path.
        if !is_name(word) {
            return None;
        }
        let is_capital = text.starts_with(char::is_uppercase);
        match (part, machine) {
            (Part::Items, _) if self.begins(word, before) => Some(quote!(let _: __items::#word;)),
            (Part::Statements, _) if self.begins(word, before) => {
                Some(quote!(let _: __statements::#word;))
            }
            _ if is_behind(own_behind) => Some(quote!(let _: __names::#word;)),
            _ if is_behind(&["const"]) => Some(quote!(let _ = #types::#word;)),
            (_, Some(machine)) if is(before, ':') => Some(marker(machine)),
            (Part::Template, Some(machine)) if begins_line => Some(marker(machine)),
            (Part::Table, Some(machine)) if !is_capital => Some(marker(machine)),
            (Part::Pattern | Part::Table, _) => ops.map(operation),
            (Part::Right, _) if is_capital => ops.map(operation),
            (Part::Template | Part::Expression | Part::Right, _) => Some(quote!(let _ = #word;)),
            (Part::Other | Part::Items | Part::Statements, _) => None,
        }
    }

    /// Whether a word that begins nothing in the language stands where an item or a statement begins.
    fn begins(&self, word: &Ident, before: Option<&TokenTree>) -> bool {
        let is_first = match before {
            None => true,
            Some(TokenTree::Punct(punct)) => punct.as_char() == ';',
            // Behind a body, or behind a comment.
            Some(TokenTree::Group(group)) => group.delimiter() != Delimiter::Parenthesis,
            Some(_) => false,
        };
        let Known {
            items, statements, ..
        } = self.known;
        let grammars = items.iter().chain(*statements);
        let mut words = grammars.chain(&[grammar::HEADERS]).copied().flatten();
        is_first && !words.any(|(known, _)| word == known) && !CLAUSES.iter().any(|it| word == it)
    }
}

fn is_one_of(token: Option<&TokenTree>, words: &[&str]) -> bool {
    matches!(token, Some(TokenTree::Ident(word)) if words.iter().any(|known| word == known))
}

/// The inside of `emit` and its like, whose lines begin with semicolons.
fn is_template(group: &Group) -> bool {
    let first = group.stream().into_iter().next();
    let is_semicolon = matches!(first, Some(TokenTree::Punct(punct)) if punct.as_char() == ';');
    group.delimiter() == Delimiter::Brace && is_semicolon
}

/// Words that bind names: those in front of a colon, behind `let`, and alone in the parentheses of a pattern, unless they are
/// capital, for then they will be an operation.
fn binders(tokens: &TokenStream, in_pattern: bool, bound: &mut Vec<Ident>) {
    let tokens: Vec<TokenTree> = tokens.clone().into_iter().collect();
    let mut pattern = in_pattern;
    let comma = |token: Option<&TokenTree>| match token {
        Some(TokenTree::Punct(punct)) => punct.as_char() == ',',
        other => other.is_none(),
    };
    let colon = |token: Option<&TokenTree>| {
        let is_colon = |punct: &proc_macro2::Punct| {
            punct.as_char() == ':' && punct.spacing() == proc_macro2::Spacing::Alone
        };
        matches!(token, Some(TokenTree::Punct(punct)) if is_colon(punct))
    };
    for (index, token) in tokens.iter().enumerate() {
        match token {
            TokenTree::Group(group) => binders(&group.stream(), pattern, bound),
            TokenTree::Ident(word) if word == "when" => pattern = true,
            TokenTree::Ident(word) => {
                let before = index.checked_sub(1).and_then(|index| tokens.get(index));
                let after = tokens.get(index + 1);
                let behind_let =
                    matches!(before, Some(TokenTree::Ident(before)) if before == "let");
                let is_capital = word.to_string().starts_with(char::is_uppercase);
                let is_alone = in_pattern && !is_capital && comma(before) && comma(after);
                let binds = colon(after) || behind_let || is_alone;
                if binds && is_name(word) && !bound.contains(word) {
                    bound.push(word.clone());
                }
            }
            TokenTree::Punct(punct) if punct.as_char() == ';' => pattern = in_pattern,
            _ => {}
        }
    }
}

/// Whether Rust takes a word as a name.
fn is_name(word: &Ident) -> bool {
    syn::parse_str::<Ident>(&word.to_string()).is_ok()
}

pub(super) fn idents(tokens: &TokenStream) -> Vec<Ident> {
    let ident = |token: TokenTree| match token {
        TokenTree::Ident(word) => Some(word),
        _ => None,
    };
    tokens.clone().into_iter().filter_map(ident).collect()
}

#[cfg(test)]
mod tests;
