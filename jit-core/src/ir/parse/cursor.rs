//! The next token of a text, what to do with it, and what to say when it is the wrong one.

use std::fmt;

use thiserror::Error;

use super::lexer::{Lexer, Position, Token};
use crate::ir::dialect::Dialect;

/// Why a text is not a function.
#[derive(Clone, PartialEq, Eq, Debug, Error)]
#[error("{line}:{column}: expected {expected}, found {found}")]
pub struct ParseError {
    /// The line, counted from one.
    pub line: u32,
    /// The column in characters, counted from one.
    pub column: u32,
    /// What could have stood there.
    pub expected: String,
    /// What stood there instead.
    pub found: String,
}

pub(super) type Parsed<T> = Result<T, ParseError>;

/// A text and a place in it.
pub(super) struct Cursor<'a> {
    lexer: Lexer<'a>,
    /// The next token.
    pub(super) token: Token<'a>,
    /// Where that is.
    pub(super) position: Position,
}

impl<'a> Cursor<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        let mut lexer = Lexer::new(text);
        let (token, position) = lexer.next();
        Self {
            lexer,
            token,
            position,
        }
    }

    pub(super) fn advance(&mut self) {
        (self.token, self.position) = self.lexer.next();
    }

    pub(super) fn quoted(&mut self) -> Parsed<String> {
        let text = match self.token {
            Token::Quoted(text) => unescape(text),
            _ => None,
        };
        match text {
            Some(text) => {
                self.advance();
                Ok(text)
            }
            None => self.expected("a name in quotes"),
        }
    }

    pub(super) fn keyword(&mut self, word: &str) -> Parsed<()> {
        if self.token == Token::Word(word) {
            self.advance();
            Ok(())
        } else {
            self.expected(format_args!("`{word}`"))
        }
    }

    pub(super) fn punctuation(&mut self, c: char) -> Parsed<()> {
        if self.accept(c) {
            Ok(())
        } else {
            self.expected(format_args!("`{c}`"))
        }
    }

    pub(super) fn accept(&mut self, c: char) -> bool {
        let there = self.token == Token::Punctuation(c);
        if there {
            self.advance();
        }
        there
    }

    pub(super) fn integer(&mut self, what: &str) -> Parsed<u32> {
        let number = match self.token {
            Token::Number(text) => text.parse().ok(),
            _ => None,
        };
        match number {
            Some(number) => {
                self.advance();
                Ok(number)
            }
            None => self.expected(what),
        }
    }

    pub(super) fn expected<T>(&self, expected: impl fmt::Display) -> Parsed<T> {
        self.fail(self.position, expected, self.token)
    }

    /// Refuses a token that ought to be an operation of a dialect.
    pub(super) fn no_operation<D: Dialect, T>(
        &self,
        position: Position,
        found: Token<'_>,
    ) -> Parsed<T> {
        let names = D::ops().iter().map(|&op| D::info(op).name);
        let meant = match found {
            Token::Word(word) => nearest(word, names),
            _ => None,
        };
        let meant = meant.map_or_else(String::new, |name| format!("; did you mean `{name}`?"));
        let expected = format_args!("an operation of {}", D::NAME);
        self.fail(position, expected, format_args!("{found}{meant}"))
    }

    pub(super) fn fail<T>(
        &self,
        position: Position,
        expected: impl fmt::Display,
        found: impl fmt::Display,
    ) -> Parsed<T> {
        Err(ParseError {
            line: position.line,
            column: position.column,
            expected: expected.to_string(),
            found: found.to_string(),
        })
    }
}

/// The name in `known` that a wrong one was meant to be, if there is one that is much like it.
fn nearest<'k>(word: &str, known: impl Iterator<Item = &'k str>) -> Option<&'k str> {
    let distances = known.map(|name| (strsim::damerau_levenshtein(word, name), name));
    let (distance, name) = distances.min_by_key(|(distance, _)| *distance)?;
    (distance <= 1 + word.chars().count() / 4).then_some(name)
}

/// The number in `v12`, `block3` and the like; numbers have no leading zeros.
pub(super) fn numbered(word: &str, prefix: &str) -> Option<u32> {
    let digits = word.strip_prefix(prefix)?;
    if digits.len() > 1 && digits.starts_with('0') {
        return None;
    }
    digits.parse().ok()
}

/// A decimal integer, 64 bits in hexadecimal, or, where a float is wanted, a decimal float as its bits.
pub(super) fn number(text: &str, float: bool) -> Option<i64> {
    if let Some(digits) = text.strip_prefix("0x") {
        return u64::from_str_radix(digits, 16).ok().map(|bits| bits as i64);
    }
    if float {
        return text.parse().ok().map(|number: f64| number.to_bits() as i64);
    }
    text.parse().ok()
}

/// The name that was written between quotes.
fn unescape(text: &str) -> Option<String> {
    let mut name = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((plain, escaped)) = rest.split_once('\\') {
        name.push_str(plain);
        if let Some(code) = escaped.strip_prefix("u{") {
            let (digits, after) = code.split_once('}')?;
            name.push(char::from_u32(u32::from_str_radix(digits, 16).ok()?)?);
            rest = after;
        } else {
            let mut chars = escaped.chars();
            name.push(chars.next()?);
            rest = chars.as_str();
        }
    }
    name.push_str(rest);
    Some(name)
}
