//! Cuts the printed form of a function into tokens that know where they stand.
//!
//! Spaces, line ends and comments (`// …`) separate tokens and mean nothing else. The lexer refuses nothing: what belongs
//! to no token of the printed form becomes [`Token::Unknown`], and the parser says what it wanted in that place.

use std::fmt;

/// A piece of text.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Token<'a> {
    /// A name or a keyword.
    Word(&'a str),
    /// What begins like a number.
    Number(&'a str),
    /// What stands between quotes, escapes and all.
    Quoted(&'a str),
    /// A character that stands for itself.
    Punctuation(char),
    /// A character that has no place in the printed form, or an opening quote without a closing one.
    Unknown(char),
    /// Nothing is left.
    End,
}

impl fmt::Display for Token<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Token::Word(text) | Token::Number(text) => write!(f, "`{text}`"),
            Token::Quoted(text) => write!(f, "`\"{text}\"`"),
            Token::Punctuation(c) | Token::Unknown(c) => write!(f, "`{c}`"),
            Token::End => f.write_str("the end of the text"),
        }
    }
}

/// A place in the text, both counted from one; columns count characters.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Position {
    pub(super) line: u32,
    pub(super) column: u32,
}

#[derive(Clone)]
pub(super) struct Lexer<'a> {
    rest: &'a str,
    position: Position,
}

impl<'a> Lexer<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self {
            rest: text,
            position: Position { line: 1, column: 1 },
        }
    }

    /// The next token, and where it begins.
    pub(super) fn next(&mut self) -> (Token<'a>, Position) {
        self.skip_blank();
        let start = self.position;
        let Some(first) = self.rest.chars().next() else {
            return (Token::End, start);
        };
        let token = if first.is_ascii_alphabetic() || first == '_' {
            Token::Word(self.take(word_length(self.rest)))
        } else if first.is_ascii_digit() || first == '-' {
            Token::Number(self.take(number_length(self.rest)))
        } else if first == '"' {
            match quoted_length(self.rest) {
                Some(length) => {
                    let text = self.take(length);
                    Token::Quoted(&text[1..length - 1])
                }
                None => Token::Unknown(first),
            }
        } else {
            self.take(first.len_utf8());
            match first {
                '(' | ')' | '{' | '}' | '[' | ']' | ',' | ':' | '=' | '@' => {
                    Token::Punctuation(first)
                }
                _ => Token::Unknown(first),
            }
        };
        (token, start)
    }

    fn skip_blank(&mut self) {
        loop {
            let blank = self.rest.len() - self.rest.trim_start().len();
            self.take(blank);
            if !self.rest.starts_with("//") {
                break;
            }
            let comment = self.rest.find('\n').unwrap_or(self.rest.len());
            self.take(comment);
        }
    }

    fn take(&mut self, length: usize) -> &'a str {
        let (taken, rest) = self.rest.split_at(length);
        for c in taken.chars() {
            if c == '\n' {
                self.position.line += 1;
                self.position.column = 1;
            } else {
                self.position.column += 1;
            }
        }
        self.rest = rest;
        taken
    }
}

fn word_length(text: &str) -> usize {
    text.find(|c: char| !c.is_ascii_alphanumeric() && c != '_')
        .unwrap_or(text.len())
}

/// Digits, letters and points; a sign at the start, and after the `e` of a decimal number.
fn number_length(text: &str) -> usize {
    let hexadecimal = text.trim_start_matches('-').starts_with("0x");
    let mut before = None;
    for (index, c) in text.char_indices() {
        let sign = matches!(c, '-' | '+')
            && (before.is_none() || (matches!(before, Some('e' | 'E')) && !hexadecimal));
        if !(c.is_ascii_alphanumeric() || c == '.' || sign) {
            return index;
        }
        before = Some(c);
    }
    text.len()
}

/// The length with both quotes, if there is a closing one.
fn quoted_length(text: &str) -> Option<usize> {
    let mut escaped = false;
    for (index, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return Some(index + 1),
            _ => {}
        }
    }
    None
}
