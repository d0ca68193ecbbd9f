//! Reads the printed form of a function back, so that tests and bug reports can be text.
//!
//! Only what has the shape of the printed form is accepted: known operations and types, declared operands, blocks in the
//! order of their numbers, no value defined twice. Whether the function makes sense is the verifier's business; a value
//! that nothing defines gets through here. Values keep their printed numbers, instructions are numbered as they stand.

mod cursor;
mod expression;
mod lexer;

use std::str::FromStr;

use cursor::{Cursor, Parsed, number, numbered};
use lexer::{Position, Token};

use super::dialect::{Dialect, EXIT, OpInfo, OperandKind};
use super::entity::{Block, Origin, Value};
use super::function::{BlockCall, Function, InstData, ValueDef};
use super::print::FLOAT;

pub use cursor::ParseError;
pub use expression::{Expression, parse_expression};

/// Numbers of values beyond this one are refused, because everything below them takes memory.
const MAX_VALUE: u32 = 1 << 24;

/// Reads one function, which is all that the text may hold.
///
/// # Errors
/// The first place where the text stops being a printed function.
pub fn parse<D: Dialect>(text: &str) -> Result<Function<D>, ParseError> {
    parse_with(text, &[])
}

/// As [`parse`], where the function may also hold operations that other crates add to the dialect.
///
/// # Errors
/// As [`parse`].
pub fn parse_with<D: Dialect>(text: &str, added: &[D::Op]) -> Result<Function<D>, ParseError> {
    let mut parser = Parser {
        added,
        text: Cursor::new(text),
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
    text: Cursor<'a>,
    added: &'a [D::Op],
    function: Function<D>,
    /// What was defined so far, by number.
    defined: Vec<Option<(D::Type, ValueDef)>>,
}

impl<D: Dialect> Parser<'_, D> {
    fn function(&mut self) -> Parsed<()> {
        self.text.keyword("function")?;
        self.function.name = self.text.quoted()?;
        self.text.punctuation('{')?;
        let mut blocks = 0;
        while self.text.token != Token::Punctuation('}') {
            self.block(blocks)?;
            blocks += 1;
        }
        if blocks == 0 {
            return self.text.expected("`block0`");
        }
        self.text.advance();
        if self.text.token != Token::End {
            return self.text.expected("nothing more");
        }
        self.number_values();
        Ok(())
    }

    /// `block1(v4: I64) cold:` and the instructions below.
    fn block(&mut self, index: u32) -> Parsed<()> {
        let block = Block(index);
        self.text.keyword(&block.to_string())?;
        if index > 0 {
            self.function.add_block();
        }
        if self.text.accept('(') {
            loop {
                let position = self.text.position;
                let value = self.value()?;
                self.text.punctuation(':')?;
                let ty = self.ty()?;
                let number = self.function[block].params.len() as u32;
                self.define(value, position, ty, ValueDef::Param(block, number))?;
                self.function[block].params.push(value);
                if !self.text.accept(',') {
                    break;
                }
            }
            self.text.punctuation(')')?;
        }
        if self.text.token == Token::Word("cold") {
            self.text.advance();
            self.function[block].cold = true;
        }
        self.text.punctuation(':')?;
        while !self.at_block() && self.text.token != Token::Punctuation('}') {
            self.inst(block)?;
        }
        Ok(())
    }

    /// `v3 = Add v1, v2 @12`.
    fn inst(&mut self, block: Block) -> Parsed<()> {
        let position = self.text.position;
        let result = match self.text.token {
            Token::Word(word) if numbered(word, "v").is_some() => {
                let value = self.value()?;
                self.text.punctuation('=')?;
                Some(value)
            }
            _ => None,
        };
        let op_position = self.text.position;
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
        if self.text.accept('@') {
            data.origin = Origin(self.text.integer("the number of an origin")?);
        }
        let inst = self.function.add_inst(data);
        self.function[block].insts.push(inst);
        match (result, info.result) {
            (Some(value), Some(ty)) => self.define(value, position, ty, ValueDef::Inst(inst)),
            (None, None) => Ok(()),
            (Some(_), None) => self.text.fail(
                op_position,
                "an operation that yields a value",
                format_args!("`{}`, which yields none", info.name),
            ),
            (None, Some(_)) => self.text.fail(
                position,
                format_args!("`v… =` before `{}`, which yields a value", info.name),
                format_args!("`{}`", info.name),
            ),
        }
    }

    fn operands(&mut self, info: &OpInfo<D>, data: &mut InstData<D>) -> Parsed<()> {
        let mut list = Vec::new();
        for (index, operand) in info.operands.iter().enumerate() {
            if index > 0 && !self.text.accept(',') {
                return self.text.expected(format_args!(
                    "`,` and operand `{}` of `{}`",
                    operand.name, info.name
                ));
            }
            match operand.kind {
                OperandKind::Value(_) => data.args.push(self.value()?),
                OperandKind::Const(kind) => data.attributes.push(self.constant(kind)?),
                OperandKind::Block => data.targets.push(self.target()?),
                OperandKind::List => {
                    self.text.punctuation('[')?;
                    list = self.values(']')?;
                }
            }
        }
        data.args.extend(list);
        Ok(())
    }

    /// `block2(v3, v4)`, or `block2` alone.
    fn target(&mut self) -> Parsed<BlockCall> {
        let block = match self.text.token {
            Token::Word(word) => numbered(word, "block"),
            _ => None,
        };
        let Some(block) = block else {
            return self.text.expected("a block, such as `block1`");
        };
        self.text.advance();
        let args = if self.text.accept('(') {
            self.values(')')?
        } else {
            Vec::new()
        };
        Ok(BlockCall::new(Block(block), args))
    }

    /// Values up to and including `close`.
    fn values(&mut self, close: char) -> Parsed<Vec<Value>> {
        let mut values = Vec::new();
        if self.text.accept(close) {
            return Ok(values);
        }
        loop {
            values.push(self.value()?);
            if !self.text.accept(',') {
                self.text.punctuation(close)?;
                return Ok(values);
            }
        }
    }

    fn value(&mut self) -> Parsed<Value> {
        let number = match self.text.token {
            Token::Word(word) => numbered(word, "v"),
            _ => None,
        };
        match number {
            Some(number) if number < MAX_VALUE => {
                self.text.advance();
                Ok(Value(number))
            }
            Some(_) => self
                .text
                .expected(format_args!("a value below v{MAX_VALUE}")),
            None => self.text.expected("a value, such as `v1`"),
        }
    }

    fn constant(&mut self, kind: &str) -> Parsed<i64> {
        let word = match self.text.token {
            Token::Number(text) => number(text, kind == FLOAT),
            Token::Word(text) if kind == EXIT => numbered(text, "exit").map(i64::from),
            _ => None,
        };
        match word {
            Some(word) => {
                self.text.advance();
                Ok(word)
            }
            None if kind == EXIT => self.text.expected("an exit, such as `exit1`"),
            None => self
                .text
                .expected(format_args!("a constant of kind `{kind}`")),
        }
    }

    fn op(&mut self) -> Parsed<D::Op> {
        let found = match self.text.token {
            Token::Word(word) => D::ops()
                .iter()
                .chain(self.added)
                .copied()
                .find(|&op| D::info(op).name == word),
            _ => None,
        };
        match found {
            Some(op) => {
                self.text.advance();
                Ok(op)
            }
            None => self
                .text
                .no_operation::<D, _>(self.text.position, self.text.token),
        }
    }

    fn ty(&mut self) -> Parsed<D::Type> {
        let found = match self.text.token {
            Token::Word(word) => D::types().iter().find(|(_, name)| *name == word),
            _ => None,
        };
        match found {
            Some(&(ty, _)) => {
                self.text.advance();
                Ok(ty)
            }
            None => self.text.expected(format_args!("a type of {}", D::NAME)),
        }
    }

    fn at_block(&self) -> bool {
        matches!(self.text.token, Token::Word(word) if numbered(word, "block").is_some())
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
            return self.text.fail(
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
}
