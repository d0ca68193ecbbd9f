//! What the declared rules turned into: tables of rules, found by operation and by number.

use super::select::{Findings, Select};
use crate::constant::refuse;
use crate::emit::{Emit, Sizes};
use crate::ir::Inst;
use crate::ir::trace::Untraced;
use crate::specs::lowering::RULE_SETS;
use crate::specs::ops::Op;

/// One invocation of `lowering!`.
#[derive(Debug)]
pub struct RuleSet {
    /// Its name.
    pub name: &'static str,
    /// Its rules, in the order of declaration, instances of families in the order of the table.
    pub rules: &'static [RuleInfo],
    /// The ways in which its rules match, in the order in which they are tried.
    pub rows: &'static [RowInfo],
    /// The operations that it lowers.
    pub roots: &'static [Root],
    /// Whether its declaration is wrong. Compilation fails for that, and what it lowers is not known.
    pub is_refused: bool,
}

/// An operation that a rule set lowers.
#[derive(Clone, Copy, Debug)]
pub struct Root {
    /// The operation.
    pub op: Op,
    /// Applies the first rule that matches.
    pub choose: Chooser,
}

/// Applies the first rule that matches an instruction of a certain operation, or answers that none does.
pub type Chooser = fn(&mut Select<'_>, Inst) -> bool;

/// A rule, as it was declared and as what it became.
#[derive(Debug)]
pub struct RuleInfo {
    /// Its name, unique within the set.
    pub name: &'static str,
    /// The operation at the root of its pattern.
    pub op: Op,
    /// The file of the declaration.
    pub file: &'static str,
    /// The line of the declaration.
    pub line: u32,
    /// The documentation comment.
    pub doc: &'static str,
    /// The pattern as it was written.
    pub pattern: &'static str,
    /// Its conditions as they were written.
    pub condition: &'static str,
    /// The template as it was written.
    pub template: &'static str,
    /// The least number of bytes that it becomes. A planned call counts with its least strategy.
    pub min_bytes: u32,
    /// The greatest number of bytes that it becomes; none if a planned call is part of it.
    pub max_bytes: Option<u32>,
    /// The clobbers as they were written.
    pub clobbers: &'static [&'static str],
    /// Rules of the set that are tried before this one and may accept the same input.
    pub after: &'static [&'static str],
    /// What the template refers to by distance.
    pub links: &'static [LinkInfo],
    /// Expands the template.
    pub emit: fn(&mut Emit<'_>),
    /// The number of bytes that [`emit`](Self::emit) will produce, exactly.
    pub size: fn(&Sizes<'_>) -> u32,
}

/// A rule is the same as itself only: its table entry exists once.
impl PartialEq for RuleInfo {
    fn eq(&self, other: &RuleInfo) -> bool {
        std::ptr::eq(self, other)
    }
}

impl Eq for RuleInfo {}

/// One of the ways in which a rule matches: its pattern as it was written, or with the operands of commutative operations
/// in another order.
#[derive(Debug)]
pub struct RowInfo {
    /// The rule.
    pub rule: &'static RuleInfo,
    /// Which order of operands it is; 0 is the written one.
    pub variant: u8,
    /// The pattern in this order. Conditions that are no sets of constants are not in it.
    pub tree: PatternInfo,
    /// Whether there are no other conditions.
    pub is_exact: bool,
    /// Applies the rule to the instruction if it matches.
    pub apply: Matcher<Untraced>,
    /// Asks the same without applying anything.
    pub explain: Matcher<Findings>,
}

/// A row is the same as itself only: its table entry exists once.
impl PartialEq for RowInfo {
    fn eq(&self, other: &RowInfo) -> bool {
        std::ptr::eq(self, other)
    }
}

impl Eq for RowInfo {}

/// A generated matcher.
pub type Matcher<T> = fn(&mut Select<'_>, Inst, &mut T) -> bool;

/// The left side of a lowering rule as data.
pub type PatternInfo = crate::ir::pattern::PatternInfo<Op>;
/// What an operand must be for a lowering rule to match.
pub type OperandPattern = crate::ir::pattern::OperandPattern<Op>;

/// Something that a template refers to by distance.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct LinkInfo {
    /// What it is.
    pub target: LinkTarget,
    /// How far it may be away from the instruction that refers to it.
    pub reach: Reach,
}

/// What a template may refer to by distance.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LinkTarget {
    /// The exit of the instruction.
    Exit,
    /// The target with this index.
    Block(u8),
    /// The literal with this index.
    Pool(u8),
}

/// Distances in bytes, both included.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Reach {
    /// The farthest backwards; negative.
    pub least: i64,
    /// The farthest forwards.
    pub most: i64,
}

/// Which rule set lowers which operation, and how, by the number of the operation.
static OWNERS: [(u8, Chooser); Op::ALL.len()] = owners(&RULE_SETS);

/// Panics, and thereby refuses to compile, unless every operation is lowered by exactly one of `sets`.
const fn owners(sets: &[&RuleSet]) -> [(u8, Chooser); Op::ALL.len()] {
    const NOBODY: u8 = u8::MAX;
    let mut owners: [(u8, Chooser); Op::ALL.len()] = [(NOBODY, |_, _| false); Op::ALL.len()];
    let mut is_complete = true;
    let mut set = 0;
    while set < sets.len() {
        let roots = sets[set].roots;
        let mut root = 0;
        while root < roots.len() {
            let Root { op, choose } = roots[root];
            if owners[op.number()].0 != NOBODY {
                refuse(&[op.name(), " is lowered by two rule sets"]);
            }
            owners[op.number()] = (set as u8, choose);
            root += 1;
        }
        is_complete &= !sets[set].is_refused;
        set += 1;
    }
    let mut op = 0;
    while is_complete && op < owners.len() {
        if owners[op].0 == NOBODY {
            let why = " is lowered by no rule set: list it in the `total` of one";
            refuse(&[Op::ALL[op].name(), why]);
        }
        op += 1;
    }
    owners
}

/// The rule set that lowers `op`.
pub(super) fn owner(op: Op) -> &'static RuleSet {
    match op {
        Op::Extension(extension) => (extension.rules)(),
        op => RULE_SETS[usize::from(OWNERS[op.number()].0)],
    }
}

/// What applies the first rule that matches an instruction of `op`.
pub(super) fn chooser(op: Op) -> Chooser {
    let Op::Extension(extension) = op else {
        return OWNERS[op.number()].1;
    };
    let roots = (extension.rules)().roots.iter();
    let root = roots.copied().find(|root| root.op == op);
    root.map_or(|_, _| false, |root| root.choose)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lowering(ops: &[Op]) -> RuleSet {
        let root = |&op: &Op| Root {
            op,
            choose: |_, _| false,
        };
        RuleSet {
            name: "Test",
            rules: &[],
            rows: &[],
            roots: ops.iter().map(root).collect::<Vec<_>>().leak(),
            is_refused: false,
        }
    }

    fn all_but(missing: Op) -> Vec<Op> {
        let others = Op::ALL.iter().copied();
        others.filter(|op| *op != missing).collect()
    }

    #[test]
    fn the_owner_of_an_operation_lists_it() {
        for op in Op::ALL {
            let lists = |root: &Root| root.op == *op;
            assert!(owner(*op).roots.iter().any(lists), "{}", op.name());
        }
    }

    #[test]
    #[should_panic(expected = "Add is lowered by no rule set: list it in the `total` of one")]
    fn an_operation_that_nobody_lowers_is_named() {
        owners(&[&lowering(&all_but(Op::Add))]);
    }

    #[test]
    #[should_panic(expected = "Add is lowered by two rule sets")]
    fn an_operation_that_two_sets_lower_is_named() {
        owners(&[&lowering(Op::ALL), &lowering(&[Op::Add])]);
    }

    #[test]
    fn nothing_is_missing_while_a_set_is_refused() {
        let refused = RuleSet {
            is_refused: true,
            ..lowering(&[])
        };
        owners(&[&lowering(&all_but(Op::Add)), &refused]);
    }
}
