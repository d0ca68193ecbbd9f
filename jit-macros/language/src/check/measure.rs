//! What a rewriting rule makes less.
//!
//! An expression is measured by a number that grows with each of its operands: the weight of its operation, and the sum
//! of its operands' numbers, which some operations count twice. Seen as a polynomial over the operands of the pattern,
//! the left side of a rule can be compared with the right one for whatever stands there. Or what is counted is the
//! instructions that are still to be visited: one on the left, those that are made on the right. Operations that make
//! constants count for nothing, for a constant stands on a left side as what it is, however it has been made.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::lowering::{BindingId, BindingKind, OperandPattern, OperationPattern, Rule};
use crate::model::ops::{OpId, Ops};
use crate::model::rewriting::{Operation, Right, Term};

/// How expressions are measured.
#[derive(Clone, Copy, Debug)]
pub enum Measure {
    /// Operations, all of them or those of one kind.
    Operations(Option<OpId>),
    /// Operations, where those below one of this kind count twice.
    Below(OpId),
    /// Instructions still to be visited, all of them or those of one kind.
    Pending(Option<OpId>),
}

impl Measure {
    /// Every measure that can tell sides of rules apart in which these operations occur, simple ones first.
    pub fn all(ops: &BTreeSet<OpId>) -> impl Iterator<Item = Measure> {
        let kinds = || std::iter::once(None).chain(ops.iter().copied().map(Some));
        let below = kinds().flatten().map(Measure::Below);
        let counts = kinds().map(Measure::Operations);
        counts.chain(below).chain(kinds().map(Measure::Pending))
    }

    fn weight(self, op: OpId, ops: &Ops) -> u64 {
        match self {
            _ if ops.is_constant_op(op) => 0,
            Measure::Operations(Some(kind)) | Measure::Pending(Some(kind)) => u64::from(kind == op),
            Measure::Operations(None) | Measure::Pending(None) | Measure::Below(_) => 1,
        }
    }

    fn factor(self, op: OpId) -> u64 {
        match self {
            Measure::Below(kind) if kind == op => 2,
            _ => 1,
        }
    }

    /// Whether a rule makes it less; none if it may make it more.
    pub fn decreases(self, left: &Rule, right: &Right, ops: &Ops) -> Option<bool> {
        if let Measure::Pending(_) = self {
            let made: u64 = right
                .operations()
                .iter()
                .map(|made| self.weight(made.op, ops))
                .sum();
            let taken = self.weight(left.pattern.op, ops);
            return (made <= taken).then_some(made < taken);
        }
        let before = self.taken(&left.pattern, left, ops);
        let after = self.made(right, ops);
        let more = after.times.iter().any(|(id, times)| {
            let is_value = matches!(left[*id].kind, BindingKind::Value { .. });
            is_value && *times > before.times.get(id).copied().unwrap_or(0)
        });
        (!more && after.constant <= before.constant).then_some(after.constant < before.constant)
    }

    fn taken(self, pattern: &OperationPattern, left: &Rule, ops: &Ops) -> Size {
        let mut inside = Size::default();
        for operand in &pattern.operands {
            match operand {
                OperandPattern::Definition(inner) => inside.add(&self.taken(inner, left, ops)),
                OperandPattern::Bound(id) => match left[*id].kind {
                    BindingKind::Value { .. } => inside.add(&Size::of(*id)),
                    BindingKind::Again(first) => inside.add(&Size::of(first)),
                    _ => {}
                },
                OperandPattern::Any | OperandPattern::AnyConstant => {}
            }
        }
        self.around(pattern.op, inside, ops)
    }

    /// The sum of everything on the right side that is no operand of something else there.
    fn made(self, right: &Right, ops: &Ops) -> Size {
        let mut steps: Vec<Size> = Vec::new();
        for step in &right.steps {
            let size = self.term(&step.does, &steps, ops);
            steps.push(size);
        }
        let mut whole = Size::default();
        for (step, size) in right.steps.iter().zip(&steps) {
            if !right.uses_step(step.id) {
                whole.add(size);
            }
        }
        if let Some(result) = &right.result {
            whole.add(&self.term(result, &steps, ops));
        }
        whole
    }

    fn operation(self, operation: &Operation, steps: &[Size], ops: &Ops) -> Size {
        let mut inside = Size::default();
        for operand in &operation.operands {
            inside.add(&self.term(operand, steps, ops));
        }
        self.around(operation.op, inside, ops)
    }

    fn term(self, term: &Term, steps: &[Size], ops: &Ops) -> Size {
        match term {
            Term::Bound(id) => Size::of(*id),
            // The last two lead to another dialect, which is no circle.
            Term::Constant(..) | Term::List(_) | Term::If(_) => Size::default(),
            Term::Operation(operation) => self.operation(operation, steps, ops),
            Term::Step(step) => steps[step.0].clone(),
        }
    }

    fn around(self, op: OpId, mut inside: Size, ops: &Ops) -> Size {
        let factor = self.factor(op);
        inside.constant = inside
            .constant
            .saturating_mul(factor)
            .saturating_add(self.weight(op, ops));
        for times in inside.times.values_mut() {
            *times = times.saturating_mul(factor);
        }
        inside
    }
}

/// A number that depends on what the operands of a pattern are.
#[derive(Clone, Debug, Default)]
struct Size {
    constant: u64,
    /// How often each operand counts.
    times: BTreeMap<BindingId, u64>,
}

impl Size {
    fn of(id: BindingId) -> Size {
        Size {
            constant: 0,
            times: BTreeMap::from([(id, 1)]),
        }
    }

    fn add(&mut self, other: &Size) {
        self.constant = self.constant.saturating_add(other.constant);
        for (id, times) in &other.times {
            let mine = self.times.entry(*id).or_default();
            *mine = mine.saturating_add(*times);
        }
    }
}
