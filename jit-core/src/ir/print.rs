//! The printed form of a function: one text for one function, which [`parse`](super::parse()) reads back.
//!
//! ```text
//! function "name" {
//! block0(v0: I64, v1: F64):
//!   v2 = Iconst 7
//!   v3 = Add v0, v2 @12
//!   GuardTrue v3, exit4, [v0, v1]
//!   Branch v3, block1(v3, v1), block2
//! block1(v4: I64, v5: F64) cold:
//!   Return v4
//! }
//! ```
//!
//! Operands stand in the order of their declaration. Constants are decimal, save addresses (hexadecimal), exits (`exit4`)
//! and floats (`1.5`, or the bits in hexadecimal where no decimal number says the same). `@12` is the origin. The type of
//! a result is not printed: the operation determines it. Instructions have no printed number; those in no block, and
//! numbers of values that nothing defines, are not part of the text. A function that does not verify is printed as far
//! as it goes (`?` stands for an operand that is not there), for messages; that text need not parse.

use std::fmt::{self, Display, Formatter, Write};

use super::dialect::{Dialect, EXIT, OperandKind};
use super::entity::{Inst, Value};
use super::function::{BlockCall, Function, InstData};

/// The kind of constant that is printed as an address.
pub(super) const ADDRESS: &str = "Address";
/// The kind of constant that is printed as a float.
pub(crate) const FLOAT: &str = "F64";

impl<D: Dialect> Function<D> {
    /// One instruction as it is printed in a function, without indentation.
    pub fn display_inst(&self, inst: Inst) -> impl Display + '_ {
        DisplayInst(self.get_inst(inst))
    }
}

impl<D: Dialect> Display for Function<D> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str("function ")?;
        write_quoted(f, &self.name)?;
        f.write_str(" {\n")?;
        for block in self.blocks() {
            let data = &self[block];
            write!(f, "{block}")?;
            if !data.params.is_empty() {
                f.write_char('(')?;
                separated(f, &data.params, |f, &param| {
                    let ty = self.get_value(param).map_or("?", |v| D::type_name(v.ty));
                    write!(f, "{param}: {ty}")
                })?;
                f.write_char(')')?;
            }
            f.write_str(if data.cold { " cold:\n" } else { ":\n" })?;
            for &inst in &data.insts {
                writeln!(f, "  {}", self.display_inst(inst))?;
            }
        }
        f.write_str("}\n")
    }
}

struct DisplayInst<'a, D: Dialect>(Option<&'a InstData<D>>);

impl<D: Dialect> Display for DisplayInst<'_, D> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Some(data) = self.0 else {
            return f.write_char('?');
        };
        let info = data.info();
        if let Some(result) = data.result {
            write!(f, "{result} = ")?;
        }
        f.write_str(info.name)?;

        let (fixed, list) = data.split_args();
        let mut values = fixed.iter();
        let mut attributes = data.attributes.iter();
        let mut targets = data.targets.iter();
        for (index, operand) in info.operands.iter().enumerate() {
            f.write_str(if index == 0 { " " } else { ", " })?;
            match operand.kind {
                OperandKind::Value(_) => or_missing(f, values.next(), |f, v| write!(f, "{v}")),
                OperandKind::Const(kind) => or_missing(f, attributes.next(), |f, &word| {
                    write_constant(f, kind, word)
                }),
                OperandKind::Block => or_missing(f, targets.next(), write_target),
                OperandKind::List => {
                    f.write_char('[')?;
                    write_values(f, list)?;
                    f.write_char(']')
                }
            }?;
        }
        let surplus: &[Value] = if info.has_list() { &[] } else { list };
        for value in surplus {
            write!(f, ", {value}")?;
        }
        for word in attributes {
            write!(f, ", {word}")?;
        }
        for target in targets {
            f.write_str(", ")?;
            write_target(f, target)?;
        }
        if data.origin.is_some() {
            write!(f, " {:?}", data.origin)?;
        }
        Ok(())
    }
}

fn or_missing<T>(
    f: &mut Formatter<'_>,
    operand: Option<&T>,
    write: impl FnOnce(&mut Formatter<'_>, &T) -> fmt::Result,
) -> fmt::Result {
    match operand {
        Some(operand) => write(f, operand),
        None => f.write_char('?'),
    }
}

fn separated<T>(
    f: &mut Formatter<'_>,
    items: &[T],
    mut write: impl FnMut(&mut Formatter<'_>, &T) -> fmt::Result,
) -> fmt::Result {
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            f.write_str(", ")?;
        }
        write(f, item)?;
    }
    Ok(())
}

fn write_values(f: &mut Formatter<'_>, values: &[Value]) -> fmt::Result {
    separated(f, values, |f, value| write!(f, "{value}"))
}

fn write_target(f: &mut Formatter<'_>, target: &BlockCall) -> fmt::Result {
    write!(f, "{}", target.block)?;
    if !target.args.is_empty() {
        f.write_char('(')?;
        write_values(f, &target.args)?;
        f.write_char(')')?;
    }
    Ok(())
}

fn write_constant(f: &mut Formatter<'_>, kind: &str, word: i64) -> fmt::Result {
    match kind {
        EXIT if u32::try_from(word).is_ok() => write!(f, "exit{word}"),
        ADDRESS => write!(f, "{word:#x}"),
        FLOAT => {
            let float = f64::from_bits(word as u64);
            if float.is_finite() {
                write!(f, "{float:?}")
            } else {
                write!(f, "{word:#x}")
            }
        }
        _ => write!(f, "{word}"),
    }
}

/// Writes a name between quotes. Only what would end or break the line is escaped.
fn write_quoted(f: &mut Formatter<'_>, text: &str) -> fmt::Result {
    f.write_char('"')?;
    for c in text.chars() {
        match c {
            '"' | '\\' => write!(f, "\\{c}")?,
            c if c.is_control() => write!(f, "\\u{{{:x}}}", u32::from(c))?,
            c => f.write_char(c)?,
        }
    }
    f.write_char('"')
}
