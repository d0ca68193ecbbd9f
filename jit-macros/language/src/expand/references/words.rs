//! Words of a declaration, told apart by where they stand: which of them name something that is declared elsewhere, and
//! which something that the rule around them binds.
//!
//! Tokens are looked at, not what was understood of them, so that words lead somewhere in declarations that are wrong too.
//! Places are of no use here: to rust-analyzer's macro server all tokens are in one place.

use std::collections::BTreeSet;

use proc_macro2::{Delimiter, Group, Ident, TokenStream, TokenTree};
use quote::quote;

/// What the words of an invocation may name.
#[derive(Default)]
pub(super) struct Known<'a> {
    /// The module of the markers for `kinds` and for what templates use.
    pub machine: Option<TokenStream>,
    /// Register classes, immediate kinds and links.
    pub kinds: BTreeSet<String>,
    /// Mnemonics and conditions.
    pub instructions: BTreeSet<String>,
    /// The module of the dialect.
    pub dialect: Option<&'a TokenStream>,
    /// Operations.
    pub ops: BTreeSet<String>,
    /// Value types, and the enum that they are variants of.
    pub types: (TokenStream, BTreeSet<String>),
    /// What has a marker in the invocation's own module, if it stands behind one of these words.
    pub own: (&'static [&'static str], BTreeSet<String>),
}

/// What was found.
#[derive(Default)]
pub(super) struct Found {
    /// Types that words name.
    pub types: Vec<TokenStream>,
    /// Values that words name.
    pub values: Vec<TokenStream>,
    /// For each rule and sequence the words that bind names, and those that name them.
    scopes: Vec<(Vec<Ident>, Vec<Ident>)>,
}

impl Found {
    /// A function that names all of it and does nothing.
    pub fn expand(self) -> TokenStream {
        let scopes = self.scopes.iter().map(|(bound, used)| {
            let bound = bound.iter().filter(|word| used.contains(word));
            quote! {{ #(let #bound = ();)* #(let () = #used;)* }}
        });
        let Found { types, values, .. } = &self;
        quote! {
            #[allow(dead_code, non_snake_case, clippy::all, reason = "generated: for editors")]
            fn __words() {
                #(let _: #types;)*
                #(let _ = #values;)*
                #(#scopes)*
            }
        }
    }
}

/// Where tokens stand.
#[derive(Clone, Copy, Default)]
struct At {
    /// In the lines of a template.
    template: bool,
    /// In the table of a family.
    table: bool,
}

/// Finds all words of a rule set, a set of rewriting rules, or calls.
pub(super) fn find(body: &TokenStream, known: &Known<'_>) -> Found {
    let mut finder = Finder {
        known,
        found: Found::default(),
    };
    finder.items(body, &[]);
    finder.found
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
                    let at = At {
                        table: true,
                        ..At::default()
                    };
                    self.words(&table.stream(), at, &Bound::default(), &mut Vec::new());
                    self.items(&inside.stream(), &[family, &names].concat());
                }
                _ => {
                    let tokens = std::iter::once(first)
                        .chain(&after[..end])
                        .cloned()
                        .collect();
                    self.words(&tokens, At::default(), &Bound::default(), &mut Vec::new());
                }
            }
            rest = &after[end..];
        }
    }

    /// What follows the word `rule` and so on.
    fn item(&mut self, tokens: &[TokenTree], family: &[Ident]) {
        let tokens: TokenStream = tokens.iter().cloned().collect();
        let mut all = family.to_vec();
        binders(&tokens, false, &mut all);
        let bound = Bound {
            family: all[..family.len()].to_vec(),
            own: all[family.len()..].to_vec(),
        };
        let mut used = Vec::new();
        self.words(&tokens, At::default(), &bound, &mut used);
        self.found.scopes.push((all, used));
    }

    fn words(&mut self, tokens: &TokenStream, at: At, bound: &Bound, used: &mut Vec<Ident>) {
        let tokens: Vec<TokenTree> = tokens.clone().into_iter().collect();
        for (index, token) in tokens.iter().enumerate() {
            let before = index.checked_sub(1).map(|index| &tokens[index]);
            let after = tokens.get(index + 1);
            match token {
                TokenTree::Group(group) => {
                    let inside = At {
                        template: at.template || is_template(group),
                        ..at
                    };
                    self.words(&group.stream(), inside, bound, used);
                }
                TokenTree::Ident(word) => {
                    self.word(word, at, (before, after), bound, used);
                }
                _ => {}
            }
        }
    }

    fn word(
        &mut self,
        word: &Ident,
        at: At,
        (before, after): (Option<&TokenTree>, Option<&TokenTree>),
        bound: &Bound,
        used: &mut Vec<Ident>,
    ) {
        let text = word.to_string();
        let is = |token: Option<&TokenTree>, sign: char| matches!(token, Some(TokenTree::Punct(punct)) if punct.as_char() == sign);
        let begins_line = at.template && is(before, ';') && !is(after, ':');
        let behind_own = match before {
            Some(TokenTree::Ident(before)) => self.known.own.0.iter().any(|known| before == known),
            _ => is(before, ',') || is(before, '['),
        };
        let Known {
            machine,
            dialect,
            kinds,
            instructions,
            ops,
            types,
            own,
        } = self.known;
        let found = &mut self.found;
        let is_known = |set: &BTreeSet<String>| set.contains(&text);
        let is_own = bound.own.contains(word) && !begins_line;
        if bound.family.contains(word) || is_own {
            used.push(word.clone());
        } else if let (true, Some(machine)) = (is_known(kinds), machine) {
            found.types.push(quote!(#machine::#word));
        } else if let (true, Some(path)) = (is_known(ops), dialect) {
            found.values.push(quote!(#path::Op::#word));
        } else if is_known(&types.1) {
            let path = &types.0;
            found.values.push(quote!(#path::#word));
        } else if let (true, true, Some(machine)) =
            (at.template || at.table, is_known(instructions), machine)
        {
            found.types.push(quote!(#machine::#word));
        } else if behind_own && is_known(&own.1) {
            found.types.push(quote!(__names::#word));
        }
    }
}

/// The inside of `emit` and its like, whose lines begin with semicolons.
fn is_template(group: &Group) -> bool {
    let first = group.stream().into_iter().next();
    let is_semicolon = matches!(first, Some(TokenTree::Punct(punct)) if punct.as_char() == ';');
    group.delimiter() == Delimiter::Brace && is_semicolon
}

/// Words that bind names: those in front of a colon, behind `let`, and alone in the parentheses of a pattern.
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
                let is_alone = in_pattern && comma(before) && comma(after);
                let binds = colon(after) || behind_let || is_alone;
                if binds && word != "_" && !bound.contains(word) {
                    bound.push(word.clone());
                }
            }
            TokenTree::Punct(punct) if punct.as_char() == ';' => pattern = in_pattern,
            _ => {}
        }
    }
}

pub(super) fn idents(tokens: &TokenStream) -> Vec<Ident> {
    let ident = |token: TokenTree| match token {
        TokenTree::Ident(word) => Some(word),
        _ => None,
    };
    tokens.clone().into_iter().filter_map(ident).collect()
}
