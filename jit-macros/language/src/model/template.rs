//! A template with every line matched against the instruction forms of the machine.
//!
//! The tokens go to `dynasm!` unchanged but for casts of bound immediates to the type of their field; whoever expands a
//! template binds every [`RegisterRef::Bound`] name to a `u8`, every [`ImmediateRef::Bound`] name to an `i64` and every
//! [`LabelRef::Dynamic`] name to a `DynamicLabel` of the same name in front of it.

use proc_macro2::{Ident, TokenStream};

use super::isa::{FormId, ImmediateId, Isa, LinkId, Register, Role, View};
use crate::error::Region;

/// The bytes of one instruction.
pub const LINE_BYTES: u32 = 4;

/// The inside of an `emit`, `site` or `stub` block.
#[derive(Clone, Debug)]
pub struct Template {
    /// What it consists of, in order.
    pub items: Vec<Item>,
    /// All of it.
    pub region: Region,
}

/// A part of a template.
#[derive(Clone, Debug)]
pub enum Item {
    /// An instruction.
    Line(Line),
    /// `name:`, a label of this template.
    Label(Ident),
    /// `keyword …`: a statement of the surrounding language, such as `use sequence(…)` or `call target`.
    Directive(Directive),
}

/// A statement in a template that is not an instruction.
#[derive(Clone, Debug)]
pub struct Directive {
    /// Its first word, one of those that the surrounding language announced.
    pub keyword: Ident,
    /// What follows, up to the `;`.
    pub tokens: TokenStream,
    /// All of it.
    pub region: Region,
}

/// An instruction.
#[derive(Clone, Debug)]
pub struct Line {
    /// The form that it has.
    pub form: FormId,
    /// The mnemonic; just `b` for `b.cond`.
    pub mnemonic: Ident,
    /// The register operands in order, those within brackets included.
    pub registers: Vec<RegisterUse>,
    /// The immediate operands in order, those within brackets and of shifts included.
    pub immediates: Vec<ImmediateUse>,
    /// The label operand.
    pub label: Option<LabelUse>,
    /// The condition that it carries, as an operand or behind the mnemonic.
    pub condition: Option<Ident>,
    /// What `dynasm!` gets, without the `;` in front.
    pub tokens: TokenStream,
    /// All of it.
    pub region: Region,
}

/// A register in a line.
#[derive(Clone, Debug)]
pub struct RegisterUse {
    /// Which register.
    pub register: RegisterRef,
    /// The view written in the template.
    pub view: View,
    /// The view that the form takes here; differs from `view` where a fixed register fits both, as `x0` does in `XSP`.
    pub field: View,
    /// What the instruction does with it.
    pub role: Role,
    /// `X(a)`, `x16`.
    pub region: Region,
}

/// Which register.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum RegisterRef {
    /// That of a bound operand: `X(a)`.
    Bound(Ident),
    /// This one: `x16`.
    Fixed(Register),
}

/// An immediate in a line.
#[derive(Clone, Debug)]
pub struct ImmediateUse {
    /// The number, or where it comes from.
    pub value: ImmediateRef,
    /// The field that has to hold it.
    pub field: ImmediateId,
    /// The token.
    pub region: Region,
}

/// The number, or where it comes from.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ImmediateRef {
    /// A bound operand.
    Bound(Ident),
    /// A literal, which the field holds.
    Literal(i128),
}

/// A label operand.
#[derive(Clone, Debug)]
pub struct LabelUse {
    /// Which label.
    pub label: LabelRef,
    /// The link that reaches it.
    pub link: LinkId,
    /// The operand.
    pub region: Region,
}

/// Which label.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum LabelRef {
    /// `=>name`: a label from outside of the template.
    Dynamic(Ident),
    /// `>name`: the next definition in this template.
    Forward(Ident),
    /// `<name`: the last definition in this template.
    Backward(Ident),
}

impl Template {
    /// The instructions in order.
    pub fn lines(&self) -> impl Iterator<Item = &Line> {
        self.items.iter().filter_map(|item| match item {
            Item::Line(line) => Some(line),
            _ => None,
        })
    }

    /// The statements that are not instructions.
    pub fn directives(&self) -> impl Iterator<Item = &Directive> {
        self.items.iter().filter_map(|item| match item {
            Item::Directive(directive) => Some(directive),
            _ => None,
        })
    }

    /// The bytes of the instructions; what directives add is not known here.
    pub fn line_bytes(&self) -> u32 {
        self.lines().count() as u32 * LINE_BYTES
    }
}

impl Line {
    /// Every register that the instruction reads, operand or not, with its place.
    pub fn reads(&self, isa: &Isa) -> Vec<(RegisterRef, Region)> {
        let operands = self.registers.iter().filter(|operand| operand.role.reads());
        let implied = isa[self.form].effects.reads.iter();
        operands
            .map(|operand| (operand.register.clone(), operand.region))
            .chain(implied.map(|register| (RegisterRef::Fixed(*register), self.region)))
            .collect()
    }

    /// Every register that the instruction writes, operand or not, with its place.
    pub fn writes(&self, isa: &Isa) -> Vec<(RegisterRef, Region)> {
        let operands = self
            .registers
            .iter()
            .filter(|operand| operand.role.writes());
        let implied = isa[self.form].effects.writes.iter();
        operands
            .map(|operand| (operand.register.clone(), operand.region))
            .chain(implied.map(|register| (RegisterRef::Fixed(*register), self.region)))
            .collect()
    }
}
