//! Declarations as statements, and the names in a copy of one.

use std::collections::BTreeSet;

use proc_macro2::{Delimiter, Group, Ident, TokenStream, TokenTree};

/// The statements of a macro's body, each with its attributes and up to its `;` or `}`.
pub fn statements(tokens: &TokenStream) -> Vec<Vec<TokenTree>> {
    let mut statements = Vec::new();
    let mut statement = Vec::new();
    for token in tokens.clone() {
        let ends = match &token {
            TokenTree::Punct(punct) => punct.as_char() == ';',
            TokenTree::Group(group) => group.delimiter() == Delimiter::Brace,
            _ => false,
        };
        statement.push(token);
        if ends {
            statements.push(std::mem::take(&mut statement));
        }
    }
    statements
}

/// The first word of a statement.
pub fn keyword(statement: &[TokenTree]) -> String {
    let word = statement
        .iter()
        .find(|token| matches!(token, TokenTree::Ident(_)));
    word.map(ToString::to_string).unwrap_or_default()
}

/// The name behind a keyword.
pub fn name_behind(statement: &[TokenTree], keyword: &str) -> Option<String> {
    let at = statement
        .iter()
        .position(|token| token.to_string() == keyword)?;
    statement.get(at + 1).map(ToString::to_string)
}

/// The names that stand behind a keyword, at any depth.
pub fn names_behind(tokens: &TokenStream, keyword: &str) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let mut before = String::new();
    for token in tokens.clone() {
        match &token {
            TokenTree::Group(group) => names.extend(names_behind(&group.stream(), keyword)),
            TokenTree::Ident(name) if before == keyword => {
                names.insert(name.to_string());
            }
            _ => {}
        }
        before = token.to_string();
    }
    names
}

/// The names that every copy has its own of.
pub struct Names<'a> {
    /// The operations of the dialect.
    pub operations: &'a BTreeSet<String>,
    /// The rules and families of the set.
    pub rules: &'a BTreeSet<String>,
}

impl Names<'_> {
    /// The statement with the number of the copy behind the names of operations, and of rules where they are named.
    pub fn rename(&self, statement: &[TokenTree], copy: usize) -> TokenStream {
        let mut out = TokenStream::new();
        let mut before = String::new();
        // Within a `prefer` line.
        let mut prefers = false;
        for token in statement {
            let renamed = match token {
                TokenTree::Group(group) => {
                    let inside: Vec<TokenTree> = group.stream().into_iter().collect();
                    let mut group = Group::new(group.delimiter(), self.rename(&inside, copy));
                    group.set_span(token.span());
                    TokenTree::Group(group)
                }
                TokenTree::Ident(name) => {
                    let text = name.to_string();
                    prefers |= text == "prefer";
                    let text = match before.as_str() {
                        "rule" => format!("{text}{copy}"),
                        _ if prefers => self.rule(&text, copy),
                        // A kind of constant may be called like an operation.
                        "const" => text,
                        _ if self.operations.contains(&text) => format!("{text}{copy}"),
                        _ => text,
                    };
                    TokenTree::Ident(Ident::new(&text, name.span()))
                }
                other => {
                    prefers &= !matches!(other, TokenTree::Punct(end) if end.as_char() == ';');
                    other.clone()
                }
            };
            before = token.to_string();
            out.extend([renamed]);
        }
        out
    }

    /// The name of a rule in a copy. That of a family's instance ends in the operation it is for.
    fn rule(&self, name: &str, copy: usize) -> String {
        if self.rules.contains(name) {
            return format!("{name}{copy}");
        }
        let family = self.rules.iter().filter_map(|rule| {
            let suffix = name.strip_prefix(rule.as_str())?.strip_prefix('_')?;
            Some((rule, suffix))
        });
        match family.max_by_key(|(rule, _)| rule.len()) {
            Some((rule, suffix)) => format!("{rule}{copy}_{suffix}{copy}"),
            None => name.to_owned(),
        }
    }
}
