//! Reads the printed form of a function back, so that tests and bug reports can be text.
//!
//! Only what has the shape of the printed form is accepted: known operations and types, declared operands, blocks in the
//! order of their numbers, no value defined twice. Whether the function makes sense is the verifier's business; a value
//! that nothing defines gets through here. Values keep their printed numbers, instructions are numbered as they stand.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

use super::dialect::{Dialect, EXIT, OpInfo, OperandKind};
use super::entity::{Block, Origin, Value};
use super::function::{BlockCall, Function, InstData, ValueDef};
use super::lexer::{Lexer, Position, Token};
use super::print::FLOAT;

/// Numbers of values beyond this one are refused, because everything below them takes memory.
const MAX_VALUE: u32 = 1 << 24;

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

/// Reads one function, which is all that the text may hold.
///
/// # Errors
/// The first place where the text stops being a printed function.
pub fn parse<D: Dialect>(text: &str) -> Result<Function<D>, ParseError> {
    let mut lexer = Lexer::new(text);
    let (token, position) = lexer.next();
    let mut parser = Parser {
        lexer,
        token,
        position,
        function: Function::new(""),
        defined: Vec::new(),
    };
    parser.function()?;
    Ok(parser.function)
}

impl<D: Dialect> FromStr for Function<D> {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        parse(text)
    }
}

struct Parser<'a, D: Dialect> {
    lexer: Lexer<'a>,
    /// The next token, and where it is.
    token: Token<'a>,
    position: Position,
    function: Function<D>,
    /// What was defined so far, by number.
    defined: Vec<Option<(D::Type, ValueDef)>>,
}

type Parsed<T> = Result<T, ParseError>;

impl<'a, D: Dialect> Parser<'a, D> {
    fn function(&mut self) -> Parsed<()> {
        self.keyword("function")?;
        self.function.name = self.quoted()?;
        self.punctuation('{')?;
        let mut blocks = 0;
        while self.token != Token::Punctuation('}') {
            self.block(blocks)?;
            blocks += 1;
        }
        if blocks == 0 {
            return self.expected("`block0`");
        }
        self.advance();
        if self.token != Token::End {
            return self.expected("nothing more");
        }
        self.number_values();
        Ok(())
    }

    /// `block1(v4: I64) cold:` and the instructions below.
    fn block(&mut self, index: u32) -> Parsed<()> {
        let block = Block(index);
        self.keyword(&block.to_string())?;
        if index > 0 {
            self.function.add_block();
        }
        if self.accept('(') {
            loop {
                let position = self.position;
                let value = self.value()?;
                self.punctuation(':')?;
                let ty = self.ty()?;
                let number = self.function[block].params.len() as u32;
                self.define(value, position, ty, ValueDef::Param(block, number))?;
                self.function[block].params.push(value);
                if !self.accept(',') {
                    break;
                }
            }
            self.punctuation(')')?;
        }
        if self.token == Token::Word("cold") {
            self.advance();
            self.function[block].cold = true;
        }
        self.punctuation(':')?;
        while !self.at_block() && self.token != Token::Punctuation('}') {
            self.inst(block)?;
        }
        Ok(())
    }

    /// `v3 = Add v1, v2 @12`.
    fn inst(&mut self, block: Block) -> Parsed<()> {
        let position = self.position;
        let result = match self.token {
            Token::Word(word) if numbered(word, "v").is_some() => {
                let value = self.value()?;
                self.punctuation('=')?;
                Some(value)
            }
            _ => None,
        };
        let op_position = self.position;
        let op = self.op()?;
        let info = D::info(op);
        let mut data = InstData {
            op,
            args: Default::default(),
            attributes: Default::default(),
            targets: Default::default(),
            result,
            origin: Origin::NONE,
        };
        self.operands(info, &mut data)?;
        if self.accept('@') {
            data.origin = Origin(self.integer("the number of an origin")?);
        }
        let inst = self.function.add_inst(data);
        self.function[block].insts.push(inst);
        match (result, info.result) {
            (Some(value), Some(ty)) => self.define(value, position, ty, ValueDef::Inst(inst)),
            (None, None) => Ok(()),
            (Some(_), None) => self.fail(
                op_position,
                "an operation that yields a value",
                format_args!("`{}`, which yields none", info.name),
            ),
            (None, Some(_)) => self.fail(
                position,
                format_args!("`v… =` before `{}`, which yields a value", info.name),
                format_args!("`{}`", info.name),
            ),
        }
    }

    fn operands(&mut self, info: &OpInfo<D>, data: &mut InstData<D>) -> Parsed<()> {
        let mut list = Vec::new();
        for (index, operand) in info.operands.iter().enumerate() {
            if index > 0 && !self.accept(',') {
                return self.expected(format_args!(
                    "`,` and operand `{}` of `{}`",
                    operand.name, info.name
                ));
            }
            match operand.kind {
                OperandKind::Value(_) => data.args.push(self.value()?),
                OperandKind::Const(kind) => data.attributes.push(self.constant(kind)?),
                OperandKind::Block => data.targets.push(self.target()?),
                OperandKind::List => {
                    self.punctuation('[')?;
                    list = self.values(']')?;
                }
            }
        }
        data.args.extend(list);
        Ok(())
    }

    /// `block2(v3, v4)`, or `block2` alone.
    fn target(&mut self) -> Parsed<BlockCall> {
        let block = match self.token {
            Token::Word(word) => numbered(word, "block"),
            _ => None,
        };
        let Some(block) = block else {
            return self.expected("a block, such as `block1`");
        };
        self.advance();
        let args = if self.accept('(') {
            self.values(')')?
        } else {
            Vec::new()
        };
        Ok(BlockCall::new(Block(block), args))
    }

    /// Values up to and including `close`.
    fn values(&mut self, close: char) -> Parsed<Vec<Value>> {
        let mut values = Vec::new();
        if self.accept(close) {
            return Ok(values);
        }
        loop {
            values.push(self.value()?);
            if !self.accept(',') {
                self.punctuation(close)?;
                return Ok(values);
            }
        }
    }

    fn value(&mut self) -> Parsed<Value> {
        let number = match self.token {
            Token::Word(word) => numbered(word, "v"),
            _ => None,
        };
        match number {
            Some(number) if number < MAX_VALUE => {
                self.advance();
                Ok(Value(number))
            }
            Some(_) => self.expected(format_args!("a value below v{MAX_VALUE}")),
            None => self.expected("a value, such as `v1`"),
        }
    }

    fn constant(&mut self, kind: &str) -> Parsed<i64> {
        let word = match self.token {
            Token::Number(text) => number(text, kind == FLOAT),
            Token::Word(text) if kind == EXIT => numbered(text, "exit").map(i64::from),
            _ => None,
        };
        match word {
            Some(word) => {
                self.advance();
                Ok(word)
            }
            None if kind == EXIT => self.expected("an exit, such as `exit1`"),
            None => self.expected(format_args!("a constant of kind `{kind}`")),
        }
    }

    fn integer(&mut self, what: &str) -> Parsed<u32> {
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

    fn op(&mut self) -> Parsed<D::Op> {
        let found = match self.token {
            Token::Word(word) => D::ops()
                .iter()
                .copied()
                .find(|&op| D::info(op).name == word),
            _ => None,
        };
        match found {
            Some(op) => {
                self.advance();
                Ok(op)
            }
            None => self.expected(format_args!("an operation of {}", D::NAME)),
        }
    }

    fn ty(&mut self) -> Parsed<D::Type> {
        let found = match self.token {
            Token::Word(word) => D::types().iter().find(|(_, name)| *name == word),
            _ => None,
        };
        match found {
            Some(&(ty, _)) => {
                self.advance();
                Ok(ty)
            }
            None => self.expected(format_args!("a type of {}", D::NAME)),
        }
    }

    fn quoted(&mut self) -> Parsed<String> {
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

    fn keyword(&mut self, word: &str) -> Parsed<()> {
        if self.token == Token::Word(word) {
            self.advance();
            Ok(())
        } else {
            self.expected(format_args!("`{word}`"))
        }
    }

    fn punctuation(&mut self, c: char) -> Parsed<()> {
        if self.accept(c) {
            Ok(())
        } else {
            self.expected(format_args!("`{c}`"))
        }
    }

    fn accept(&mut self, c: char) -> bool {
        let there = self.token == Token::Punctuation(c);
        if there {
            self.advance();
        }
        there
    }

    fn at_block(&self) -> bool {
        matches!(self.token, Token::Word(word) if numbered(word, "block").is_some())
    }

    fn advance(&mut self) {
        (self.token, self.position) = self.lexer.next();
    }

    fn define(
        &mut self,
        value: Value,
        position: Position,
        ty: D::Type,
        def: ValueDef,
    ) -> Parsed<()> {
        if self.defined.len() <= value.index() {
            self.defined.resize(value.index() + 1, None);
        }
        if self.defined[value.index()].is_some() {
            return self.fail(
                position,
                "a value that is not defined yet",
                format_args!("`{value}` again"),
            );
        }
        self.defined[value.index()] = Some((ty, def));
        Ok(())
    }

    /// Gives every value that was defined its number, and marks the numbers between them as unused.
    fn number_values(&mut self) {
        let Some(&(any_type, _)) = D::types().first() else {
            return;
        };
        for defined in std::mem::take(&mut self.defined) {
            let (ty, def) = defined.unwrap_or((any_type, ValueDef::Removed));
            self.function.add_value(ty, def);
        }
    }

    fn expected<T>(&self, expected: impl fmt::Display) -> Parsed<T> {
        self.fail(self.position, expected, self.token)
    }

    fn fail<T>(
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

/// The number in `v12`, `block3` and the like; numbers have no leading zeros.
fn numbered(word: &str, prefix: &str) -> Option<u32> {
    let digits = word.strip_prefix(prefix)?;
    if digits.len() > 1 && digits.starts_with('0') {
        return None;
    }
    digits.parse().ok()
}

/// A decimal integer, 64 bits in hexadecimal, or, where a float is wanted, a decimal float as its bits.
fn number(text: &str, float: bool) -> Option<i64> {
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
