//! A set of lowering rules with every name resolved: what checks reason about and what expansion prints.
//!
//! Families are already expanded: each instance is a rule of its own that remembers where its row of the table stands.
//! Conditions on a single constant are already folded into the set of values that the constant may have; what is left
//! over is a [`Condition`]. Patterns are trees over [`Binding`]s; everything that a rule names is one of those.

pub mod expression;
pub(in crate::model) mod resolve;
pub mod rows;
mod size;

pub use resolve::{resolve, rule};

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};

use proc_macro2::{Ident, TokenStream};

use super::isa::{ClassId, ConventionId, ImmediateId, LinkId, Register};
use super::ops::{GivenId, OpId, TypeId};
use super::template::Template;
use crate::error::Region;
use crate::space::Set;
use expression::{Comparison, Expression, MOST_PIECES};

/// One invocation of `lowering!`.
#[derive(Clone, Debug)]
pub struct Lowering {
    /// Its name.
    pub name: Ident,
    /// The path behind `for`: the module of the `ops!` invocation.
    pub ops_path: TokenStream,
    /// The path behind `on`: the module of the `isa!` invocation. Empty for what is rewritten, which knows no machine.
    pub isa_path: TokenStream,
    /// Whether its operations are added to a dialect of another crate.
    pub is_extension: bool,
    /// Operations that its rules accept every input of.
    pub total: Vec<Listed>,
    /// Operations of which some inputs may have no rule.
    pub partial: Vec<Listed>,
    /// Operations that no rule of any set is for.
    pub unlowered: Vec<Listed>,
    /// Inputs that cannot arise.
    pub impossible: Vec<Impossible>,
    /// How control goes to a label unconditionally: `jump target { ; b =>target }`.
    pub jump: Option<Jump>,
    /// The rules, in the order of declaration, instances of a family in the order of its table.
    pub rules: Vec<Rule>,
    /// Whether there is more that could not be read or has no pattern that makes sense.
    pub incomplete: bool,
    /// The `prefer` lines.
    pub preferences: Vec<Prefer>,
}

impl Lowering {
    /// The rules as they were written: the instances of one in a family together.
    pub fn written(&self) -> Vec<Vec<&Rule>> {
        let mut places = HashMap::new();
        let mut written: Vec<Vec<&Rule>> = Vec::new();
        for rule in &self.rules {
            let place = format!("{:?}", rule.region);
            let index = *places.entry(place).or_insert(written.len());
            if index == written.len() {
                written.push(Vec::new());
            }
            written[index].push(rule);
        }
        written
    }
}

/// An operation in a list of the header.
#[derive(Clone, Debug)]
pub struct Listed {
    /// The operation.
    pub op: OpId,
    /// Its name there.
    pub name: Ident,
}

/// `impossible Add(const, const);`
#[derive(Clone, Debug)]
pub struct Impossible {
    /// The inputs. Bindings in it belong to no rule; there are only anonymous operands.
    pub pattern: OperationPattern,
    /// The whole line.
    pub region: Region,
}

/// `jump target { ; b =>target }`
#[derive(Clone, Debug)]
pub struct Jump {
    /// The name of the label in the template.
    pub label: Ident,
    /// One line.
    pub template: Template,
    /// The whole statement.
    pub region: Region,
}

/// `prefer a over b;`
#[derive(Clone, Debug)]
pub struct Prefer {
    /// Rules by index: each first one is preferred to its second one. Several where a name stands for a family.
    pub pairs: Vec<(usize, usize)>,
    /// The preferred rule, as named.
    pub over: Ident,
    /// The other one, as named.
    pub under: Ident,
    /// The whole line.
    pub region: Region,
}

/// A rule, or one instance of a family of rules.
#[derive(Clone, Debug)]
pub struct Rule {
    /// Its name; for an instance the name in the family followed by the first entry of its row, in snake case.
    pub name: Ident,
    /// The row of the table that it was made with, if it belongs to a family.
    pub instance: Option<Instance>,
    /// The documentation comment.
    pub doc: String,
    /// The name in the declaration.
    pub region: Region,
    /// What it accepts.
    pub pattern: OperationPattern,
    /// The pattern with the result, as written.
    pub pattern_region: Region,
    /// The pattern with the result, as text.
    pub pattern_text: String,
    /// Everything that has a name: result, operands of the pattern, `let`, `temp`, `pool`.
    pub bindings: Vec<Binding>,
    /// The result.
    pub result: Option<BindingId>,
    /// What has to hold besides.
    pub conditions: Vec<Condition>,
    /// The conditions as they were written, in order.
    pub stated: Vec<Stated>,
    /// The conditions as text, empty if there are none.
    pub condition_text: String,
    /// `d = a;`: result and operand in one register.
    pub same: Vec<Same>,
    /// `narrow a;`: operands of which the template means to read only the low bits, each with where that is said.
    pub narrow: Vec<(BindingId, Region)>,
    /// What the template changes.
    pub clobbers: Vec<Clobber>,
    /// `arguments: in aapcs64;`
    pub list: Option<ListPlace>,
    /// The template.
    pub emit: Option<Template>,
    /// The template for a literal out of reach.
    pub otherwise: Option<Template>,
    /// The conditional branch behind the template.
    pub branch: Option<Branch>,
    /// Where control goes at the end.
    pub goto: Option<Goto>,
    /// `bytes 4;` or `bytes 4..=16;`, with the place of the numbers.
    pub bytes: Option<(u32, u32, Region)>,
    /// The template parts as text.
    pub template_text: String,
    /// Whether all statements could be read and make sense. What seems to be missing otherwise may be in the others.
    pub complete: bool,
}

/// Where an instance of a family comes from.
#[derive(Clone, Debug)]
pub struct Instance {
    /// The name of the rule in the family.
    pub family: Ident,
    /// The row of the table.
    pub row: Region,
    /// The row as text.
    pub text: String,
}

/// A [`Binding`] of a rule.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct BindingId(pub usize);

impl std::ops::Index<BindingId> for Rule {
    type Output = Binding;
    fn index(&self, id: BindingId) -> &Binding {
        &self.bindings[id.0]
    }
}

/// Something that a rule gives a name to.
#[derive(Clone, Debug)]
pub struct Binding {
    /// The name; none where `_` or a literal was written.
    pub name: Option<Ident>,
    /// What it is.
    pub kind: BindingKind,
    /// `d: early`, `a: in x0`.
    pub constraint: Constraint,
    /// Whether a condition is about it, be it that it has become part of the set of a constant.
    pub tested: bool,
    /// Name and kind.
    pub region: Region,
}

/// What a name stands for.
#[derive(Clone, Debug)]
pub enum BindingKind {
    /// The result, in a register.
    Result {
        /// The registers that it may be in.
        class: ClassId,
    },
    /// An operand of type `ty`, in a register.
    Register {
        /// The registers that it may be in.
        class: ClassId,
        /// The type of the operand.
        ty: TypeId,
    },
    /// An operand of type `ty`, however it arrives; in rewriting rules only.
    Value {
        /// The type of the operand.
        ty: TypeId,
    },
    /// An operand that must be the value that another one is; in rewriting rules only.
    Again(BindingId),
    /// An operand that is a constant, or a constant held in the instruction.
    Constant {
        /// The kind as it was written.
        kind: ConstantKind,
        /// The values that it may have if there are no conditions: those of the kind that the operand can have.
        unconditional: Set,
        /// The values that are asked for before conditions are: those of the kind, those that the operand can have, and
        /// those that conditions on this constant alone leave, as far as these are a few ranges.
        set: Set,
        /// Exactly the values that it may have when the rule is chosen, as far as this constant alone decides: `set`, and
        /// all conditions that are sets of it.
        accepted: Set,
    },
    /// The number of an exit.
    Exit,
    /// The address of code outside of the function.
    Address,
    /// What the dialect is given; in rewriting rules only, on the right side.
    Given(GivenId),
    /// The list.
    List,
    /// A block; its position among the targets.
    Block(usize),
    /// `let n: Imm12 = -b;`
    Let {
        /// The field that it is for.
        kind: ImmediateId,
        /// Its value.
        value: Expression,
    },
    /// `temp t: Gpr;`
    Temporary {
        /// The registers that it may be in.
        class: ClassId,
    },
    /// `pool c: u64 = b;`
    Literal {
        /// The word.
        value: Expression,
    },
}

/// The kind of a constant.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ConstantKind {
    /// A kind of immediate. If it has an `encodable` predicate, there is a [`Condition::Fits`] for it.
    Immediate(ImmediateId),
    /// `const I64`: any constant.
    Any,
    /// A literal in the pattern.
    Literal,
}

/// Where the allocator has to put something.
#[derive(Clone, Copy, Debug)]
pub enum Constraint {
    /// Anywhere that its class allows.
    Free,
    /// `d: early;`, which is where: in a register in which nothing is that the template still reads.
    Early(Region),
    /// `a: in x0;`
    Fixed(Register),
}

/// `d = a;`
#[derive(Clone, Debug)]
pub struct Same {
    /// The result.
    pub result: BindingId,
    /// The operand that loses its register to it.
    pub operand: BindingId,
}

/// What a template changes besides results and temporaries.
#[derive(Clone, Debug)]
pub struct Clobber {
    /// What.
    pub what: Clobbered,
    /// The name in the declaration.
    pub region: Region,
    /// The name itself.
    pub text: String,
}

/// What may be changed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Clobbered {
    /// The condition flags.
    Flags,
    /// A register.
    Register(Register),
    /// Everything that a calling convention does not preserve, flags included.
    Convention(ConventionId),
}

/// Where the values of the list have to be.
#[derive(Clone, Debug)]
pub struct ListPlace {
    /// The argument registers of a convention; none: anywhere.
    pub convention: Option<ConventionId>,
}

/// `branch exit { ; cbz X(c), =>exit } inverse { ; cbnz X(c), =>exit }`
#[derive(Clone, Debug)]
pub struct Branch {
    /// An exit or a block.
    pub target: BindingId,
    /// The name of the label in the templates.
    pub label: Ident,
    /// One conditional branch to the label.
    pub template: Template,
    /// One conditional branch to the label, taken exactly if the other one is not.
    pub inverse: Option<Template>,
    /// The whole statement.
    pub region: Region,
}

impl Branch {
    /// The link by which the branch reaches its target.
    pub fn link(&self) -> Option<LinkId> {
        self.template
            .lines()
            .filter_map(|line| line.label.as_ref())
            .map(|label| label.link)
            .next()
    }
}

/// `goto target;` or `goto epilogue;`
#[derive(Clone, Debug)]
pub struct Goto {
    /// A block; none for the code that undoes the frame and returns.
    pub target: Option<BindingId>,
}

/// An operation with what its operands must be.
#[derive(Clone, Debug)]
pub struct OperationPattern {
    /// The operation.
    pub op: OpId,
    /// Its name in the pattern.
    pub name: Ident,
    /// One pattern per declared operand.
    pub operands: Vec<OperandPattern>,
    /// Name and operands.
    pub region: Region,
}

/// What an operand must be.
#[derive(Clone, Debug)]
pub enum OperandPattern {
    /// What the binding says.
    Bound(BindingId),
    /// Anything; in a pattern of `impossible` only.
    Any,
    /// Any constant; in a pattern of `impossible` only.
    AnyConstant,
    /// The result of an operation that is folded into this one.
    Definition(OperationPattern),
}

/// What has to hold besides the pattern, and cannot be said by the set of values of one constant.
#[derive(Clone, Debug)]
pub enum Condition {
    /// A comparison.
    Compare {
        /// How.
        comparison: Comparison,
        /// The left side.
        left: Expression,
        /// The right side.
        right: Expression,
    },
    /// A kind of immediate holds a value: it is in the set of the kind, and the `encodable` predicate accepts it.
    Fits {
        /// The kind.
        kind: ImmediateId,
        /// The value.
        value: Expression,
        /// The set of the kind.
        set: Set,
        /// Whether all of it is held: the kind has no predicate.
        is_exact: bool,
    },
    /// A predicate of the language: `power_of_two(b)`.
    Holds {
        /// The predicate.
        predicate: expression::Predicate,
        /// What it is asked about.
        value: Expression,
    },
}

/// A condition as it was written: `b in Imm12`, `power_of_two(b)`, or one comparison.
#[derive(Clone, Debug)]
pub struct Stated {
    /// The constant of the pattern that it restricts, and exactly to which values, if it does that.
    pub set: Option<(BindingId, Set)>,
    /// Its place among the [`Condition`]s of the rule, if that is not all that it says.
    pub open: Option<usize>,
    /// All of it.
    pub region: Region,
}

impl Condition {
    /// The bindings that it is about.
    pub fn names(&self) -> Vec<BindingId> {
        match self {
            Condition::Compare { left, right, .. } => [left.names(), right.names()].concat(),
            Condition::Fits { value, .. } | Condition::Holds { value, .. } => value.names(),
        }
    }

    /// The constant of the pattern that it is about, and exactly the values for which it holds, if it is about one alone and
    /// that is a set.
    pub fn exact(&self, bindings: &[Binding]) -> Option<(BindingId, Set)> {
        match self {
            Condition::Compare {
                comparison,
                left,
                right,
            } => {
                let (expression, set) = comparison.bounds(left, right)?;
                // What it leaves out may take fewer words.
                expression_in(expression, &set, bindings).or_else(|| {
                    let others = set.complement(MOST_PIECES)?;
                    let (id, others) = expression_in(expression, &others, bindings)?;
                    Some((id, others.complement(MOST_PIECES)?))
                })
            }
            Condition::Holds {
                predicate: expression::Predicate::PowerOfTwo,
                value,
            } => expression_in(value, &Set::powers_of_two(), bindings),
            // Where there is a predicate, only that can tell.
            Condition::Fits {
                value,
                set,
                is_exact,
                ..
            } => is_exact.then(|| expression_in(value, set, bindings))?,
        }
    }

    /// Whether it holds where names are these numbers; none if a name is no number, or if only a predicate of a kind can
    /// tell.
    pub fn holds(&self, of: &impl Fn(BindingId) -> Option<i64>) -> Option<bool> {
        match self {
            Condition::Compare {
                comparison,
                left,
                right,
            } => {
                let (left, right) = (left.compute(of)?, right.compute(of)?);
                Some(comparison.holds(left.cmp(&right)))
            }
            Condition::Fits {
                value,
                set,
                is_exact,
                ..
            } => match set.contains(value.compute(of)?.into()) {
                true => is_exact.then_some(true),
                false => Some(false),
            },
            Condition::Holds {
                predicate: expression::Predicate::PowerOfTwo,
                value,
            } => Some(value.compute(of)?.cast_unsigned().is_power_of_two()),
        }
    }
}

/// The constant of the pattern that an expression is computed from, and exactly the values for which it lies in `set`.
pub(in crate::model) fn expression_in(
    expression: &Expression,
    set: &Set,
    bindings: &[Binding],
) -> Option<(BindingId, Set)> {
    let (mut id, mut set) = expression.preimage(set)?;
    while let BindingKind::Let { value, .. } = &bindings[id.0].kind {
        (id, set) = value.preimage(&set)?;
    }
    let is_constant = matches!(bindings[id.0].kind, BindingKind::Constant { .. });
    is_constant.then_some((id, set))
}

impl Rule {
    /// The values that a name may have; of an expression, a set that contains them.
    pub fn values(&self, expression: &Expression) -> Set {
        self.values_by(expression, &RefCell::default())
    }

    /// Each `let` is computed once, however often others name it.
    fn values_by(&self, expression: &Expression, lets: &RefCell<BTreeMap<BindingId, Set>>) -> Set {
        expression.values(&|id| match &self[id].kind {
            BindingKind::Constant { accepted, .. } => accepted.clone(),
            BindingKind::Let { value, .. } => {
                let known = lets.borrow().get(&id).cloned();
                known.unwrap_or_else(|| {
                    let values = self.values_by(value, lets);
                    lets.borrow_mut().insert(id, values.clone());
                    values
                })
            }
            _ => Set::all_i64(),
        })
    }

    /// What an operand of the pattern goes by: its name, or that in the declaration of the operation.
    pub fn called(&self, id: BindingId, declared: &Ident) -> String {
        self[id].name.as_ref().unwrap_or(declared).to_string()
    }

    /// The binding with this name.
    pub fn binding(&self, name: &Ident) -> Option<BindingId> {
        let is_it = |binding: &Binding| binding.name.as_ref().is_some_and(|other| other == name);
        self.bindings.iter().position(is_it).map(BindingId)
    }

    /// Whether it accepts all that its pattern does, as far as that is told by sets of constants: there is no other
    /// condition, and no value has to stand twice.
    pub fn is_exact(&self) -> bool {
        let is_again = |binding: &Binding| matches!(binding.kind, BindingKind::Again(_));
        self.conditions.is_empty() && !self.bindings.iter().any(is_again)
    }

    /// Every template of the rule, with what it is called in the declaration.
    pub fn templates(&self) -> impl Iterator<Item = (&'static str, &Template)> {
        let branch = self.branch.as_ref();
        [
            ("emit", self.emit.as_ref()),
            ("otherwise", self.otherwise.as_ref()),
            ("branch", branch.map(|branch| &branch.template)),
            ("inverse", branch.and_then(|branch| branch.inverse.as_ref())),
        ]
        .into_iter()
        .filter_map(|(name, template)| Some((name, template?)))
    }
}
