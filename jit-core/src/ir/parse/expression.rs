//! Reads one operation with its operands written in place: `Add(x, Shl(y, 3))`.
//!
//! Names are parameters of the function that is made, each of the type of the place where it stands; numbers are constants.
//! Exits, addresses, blocks and lists may be left out at the end. The function has no more than the expression: whoever
//! wants it whole ends its blocks.

use super::cursor::{Cursor, ParseError, Parsed, number, numbered};
use super::lexer::Token;
use crate::ir::builder::Builder;
use crate::ir::dialect::{Dialect, EXIT, OperandInfo, OperandKind};
use crate::ir::entity::{Block, Inst, Value};
use crate::ir::function::{BlockCall, Function};
use crate::ir::print::{ADDRESS, FLOAT};

/// What an expression became.
#[derive(Debug)]
pub struct Expression<D: Dialect> {
    /// The instructions, in the entry block; other blocks are empty.
    pub function: Function<D>,
    /// The operation at the root.
    pub root: Inst,
    /// The parameters by name.
    pub names: Vec<(String, Value)>,
}

/// Reads an expression, which is all that the text may hold.
///
/// # Errors
/// The first place where the text stops being one.
pub fn parse_expression<D: Dialect>(text: &str) -> Result<Expression<D>, ParseError> {
    let mut parser = Parser {
        text: Cursor::new(text),
        function: Function::new("expression"),
        names: Vec::new(),
    };
    let op = match parser.op() {
        Some(op) => op,
        None => {
            let text = &parser.text;
            return text.no_operation::<D, _>(text.position, text.token);
        }
    };
    parser.operation(op)?;
    if parser.text.token != Token::End {
        return parser.text.expected("nothing more");
    }
    let Some(&root) = parser.function[Block::ENTRY].insts.last() else {
        return parser.text.expected("an operation");
    };
    Ok(Expression {
        function: parser.function,
        root,
        names: parser.names,
    })
}

struct Parser<'a, D: Dialect> {
    text: Cursor<'a>,
    function: Function<D>,
    names: Vec<(String, Value)>,
}

impl<D: Dialect> Parser<'_, D> {
    /// The operation that the next token names.
    fn op(&self) -> Option<D::Op> {
        let Token::Word(word) = self.text.token else {
            return None;
        };
        let mut all = D::ops().iter().copied();
        all.find(|&op| D::info(op).name == word)
    }

    /// `Add(x, 4)`, standing at the name.
    fn operation(&mut self, op: D::Op) -> Parsed<Option<Value>> {
        let info = D::info(op);
        self.text.advance();
        self.text.punctuation('(')?;
        let (mut args, mut list) = (Vec::new(), Vec::new());
        let (mut attributes, mut targets) = (Vec::new(), Vec::new());
        for (index, operand) in info.operands.iter().enumerate() {
            let is_left_out = self.text.token == Token::Punctuation(')')
                && info.operands[index..].iter().all(Self::may_be_left_out);
            if index > 0 && !is_left_out && !self.text.accept(',') {
                return self.text.expected(format_args!(
                    "`,` and operand `{}` of `{}`",
                    operand.name, info.name
                ));
            }
            match operand.kind {
                OperandKind::Value(ty) => args.push(self.value(ty)?),
                OperandKind::Const(_) if is_left_out => attributes.push(0),
                OperandKind::Const(kind) => attributes.push(self.constant(kind)?),
                OperandKind::Block => {
                    if !is_left_out {
                        self.name("a block")?;
                    }
                    targets.push(BlockCall::from(self.function.add_block()));
                }
                OperandKind::List if is_left_out => {}
                OperandKind::List => list = self.list()?,
            }
        }
        self.text.punctuation(')')?;
        args.append(&mut list);
        Ok(Builder::new(&mut self.function).emit(op, args, attributes, targets))
    }

    fn may_be_left_out(operand: &OperandInfo<D>) -> bool {
        match operand.kind {
            OperandKind::List | OperandKind::Block => true,
            OperandKind::Const(kind) => kind == EXIT || kind == ADDRESS,
            OperandKind::Value(_) => false,
        }
    }

    /// An expression, a number or a name, for a value of type `ty`.
    fn value(&mut self, ty: D::Type) -> Parsed<Value> {
        let (position, found) = (self.text.position, self.text.token);
        if let Some(op) = self.op() {
            return match (self.operation(op)?, D::info(op).result) {
                (Some(value), Some(result)) if result == ty => Ok(value),
                _ => self.text.fail(
                    position,
                    format_args!("a value of type {}", D::type_name(ty)),
                    found,
                ),
            };
        }
        if let Token::Number(_) = self.text.token {
            return self.constant_of(ty);
        }
        let name = self.name("an operation, a number or a name")?;
        if self.text.token == Token::Punctuation('(') {
            return self.text.no_operation::<D, _>(position, found);
        }
        self.parameter(name, ty)
    }

    fn parameter(&mut self, name: &str, ty: D::Type) -> Parsed<Value> {
        if let Some((_, value)) = self.names.iter().find(|(known, _)| known == name) {
            let known = self.function.value_type(*value);
            if known == ty {
                return Ok(*value);
            }
            let (wanted, known) = (D::type_name(ty), D::type_name(known));
            return self.text.expected(format_args!(
                "something of type {wanted} where `{name}`, of type {known}, stands"
            ));
        }
        let value = self.function.add_param(Block::ENTRY, ty);
        self.names.push((name.to_owned(), value));
        Ok(value)
    }

    /// A number where a value of type `ty` is wanted.
    fn constant_of(&mut self, ty: D::Type) -> Parsed<Value> {
        let yields = |op: &D::Op| D::info(*op).is_constant() && D::info(*op).result == Some(ty);
        let op = D::ops().iter().copied().find(yields);
        let kind = op.and_then(|op| D::info(op).attribute_kinds().next());
        let (Some(op), Some(kind)) = (op, kind) else {
            return self.text.expected("a name: there are no such constants");
        };
        let word = self.constant(kind)?;
        Ok(Builder::new(&mut self.function).emit_value(op, ty, [], [word], []))
    }

    fn constant(&mut self, kind: &str) -> Parsed<i64> {
        let word = match self.text.token {
            Token::Number(text) => number(text, kind == FLOAT),
            Token::Word(text) if kind == EXIT => numbered(text, "exit").map(i64::from),
            _ => None,
        };
        let Some(word) = word else {
            return self
                .text
                .expected(format_args!("a constant of kind `{kind}`"));
        };
        self.text.advance();
        Ok(word)
    }

    /// `[x, y]`; every name in it is of the first type of the dialect, unless it is known.
    fn list(&mut self) -> Parsed<Vec<Value>> {
        self.text.punctuation('[')?;
        let mut values = Vec::new();
        while !self.text.accept(']') {
            if !values.is_empty() {
                self.text.punctuation(',')?;
            }
            let name = self.name("a name")?;
            let known = self.names.iter().find(|(known, _)| known == name);
            match (known, D::types().first()) {
                (Some(&(_, value)), _) => values.push(value),
                (None, Some(&(ty, _))) => values.push(self.parameter(name, ty)?),
                (None, None) => return self.text.expected("no value: there are no types"),
            }
        }
        Ok(values)
    }
}

impl<'a, D: Dialect> Parser<'a, D> {
    fn name(&mut self, what: &str) -> Parsed<&'a str> {
        let Token::Word(word) = self.text.token else {
            return self.text.expected(what);
        };
        self.text.advance();
        Ok(word)
    }
}
