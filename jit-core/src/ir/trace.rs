//! What matchers report while they ask: nothing to whoever applies rules, the reason of a refusal to explanations and
//! coverage.
//!
//! Both come from the one function that is generated for a row, so an explanation cannot say anything else than what
//! happens.

use super::entity::Value;

/// What a generated matcher of operations `O` reports to. Every refusal answers `false`, which is then what the matcher
/// answers.
pub trait Trace<O> {
    /// Whether a matcher that accepts also applies the rule. If not, it changes nothing at all.
    const APPLIES: bool;

    /// The operand that ought to be the constant with this index in the pattern is none.
    fn not_constant(&mut self, constant: usize, value: Value) -> bool;
    /// The constant with this index in the pattern is outside of its ranges.
    fn outside(&mut self, constant: usize, word: i64) -> bool;
    /// The operand cannot be taken as the result of `op`.
    fn unfolded(
        &mut self,
        value: Value,
        op: O,
        why: impl FnOnce() -> Option<Unfoldable<O>>,
    ) -> bool;
    /// Two operands of one name are not the same value.
    fn different(&mut self, name: &'static str, values: [Value; 2]) -> bool;
    /// A condition does not hold for these constants.
    fn unmet(&mut self, condition: &'static str, words: &[(&'static str, i64)]) -> bool;
    /// The constant with this index in the pattern is within its ranges.
    fn accepted(&mut self, constant: usize, word: i64);
}

/// Ignores everything: rules are applied.
#[derive(Clone, Copy, Default, Debug)]
pub struct Untraced;

impl<O> Trace<O> for Untraced {
    const APPLIES: bool = true;

    #[inline(always)]
    fn not_constant(&mut self, _: usize, _: Value) -> bool {
        false
    }

    #[inline(always)]
    fn outside(&mut self, _: usize, _: i64) -> bool {
        false
    }

    #[inline(always)]
    fn unfolded(&mut self, _: Value, _: O, _: impl FnOnce() -> Option<Unfoldable<O>>) -> bool {
        false
    }

    #[inline(always)]
    fn different(&mut self, _: &'static str, _: [Value; 2]) -> bool {
        false
    }

    #[inline(always)]
    fn unmet(&mut self, _: &'static str, _: &[(&'static str, i64)]) -> bool {
        false
    }

    #[inline(always)]
    fn accepted(&mut self, _: usize, _: i64) {}
}

/// Why an operand is not taken as the result of an operation: there is another one, or it cannot be folded into its user,
/// which only rules for instructions do.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Unfoldable<O> {
    /// It is a parameter.
    Parameter,
    /// It is the result of another operation.
    OtherOperation(O),
    /// It is used as often as this: whoever folds it has to be the only one.
    Uses(u32),
    /// The operation does more than yield a value.
    Effects,
    /// Its operation stands in another block.
    OtherBlock,
    /// Its operation reads memory, and something between it and its user may write.
    WriteBetween,
}

/// The first thing about a row that did not hold.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Failure<O> {
    /// The constant with index `constant` in the pattern would have to be one; it is `value`.
    NotConstant {
        /// The index in the pattern, from left to right.
        constant: usize,
        /// The operand.
        value: Value,
    },
    /// The constant with index `constant` in the pattern is outside of its ranges.
    Outside {
        /// The index in the pattern, from left to right.
        constant: usize,
        /// The operand.
        word: i64,
    },
    /// An operand cannot be taken as the result of an operation.
    Unfolded {
        /// The operation that the pattern wants.
        op: O,
        /// The operand.
        value: Value,
        /// Why not.
        why: Unfoldable<O>,
    },
    /// Operands of one name are different.
    Different {
        /// The name.
        name: &'static str,
        /// What they are.
        values: [Value; 2],
    },
    /// A condition does not hold.
    Unmet {
        /// The condition as text.
        condition: &'static str,
        /// The constants that it is about, by name.
        words: Vec<(&'static str, i64)>,
    },
}

impl<O: Copy> Failure<O> {
    /// The operand that is not the result of any operation that the pattern could fold, and the operation that it wants.
    pub fn other_operation(&self) -> Option<(Value, O)> {
        match *self {
            Failure::Unfolded {
                op,
                value,
                why: Unfoldable::Parameter | Unfoldable::OtherOperation(_),
            } => Some((value, op)),
            _ => None,
        }
    }
}

/// What a matcher found out, without applying anything.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Findings<O> {
    /// The constants of the pattern that were within their ranges, from left to right.
    pub constants: Vec<i64>,
    /// Why the row does not match.
    pub failure: Option<Failure<O>>,
}

impl<O> Default for Findings<O> {
    fn default() -> Self {
        Self {
            constants: Vec::new(),
            failure: None,
        }
    }
}

impl<O> Findings<O> {
    fn refuse(&mut self, failure: Failure<O>) -> bool {
        self.failure = Some(failure);
        false
    }
}

impl<O> Trace<O> for Findings<O> {
    const APPLIES: bool = false;

    fn not_constant(&mut self, constant: usize, value: Value) -> bool {
        self.refuse(Failure::NotConstant { constant, value })
    }

    fn outside(&mut self, constant: usize, word: i64) -> bool {
        self.refuse(Failure::Outside { constant, word })
    }

    fn unfolded(
        &mut self,
        value: Value,
        op: O,
        why: impl FnOnce() -> Option<Unfoldable<O>>,
    ) -> bool {
        match why() {
            Some(why) => self.refuse(Failure::Unfolded { op, value, why }),
            // The matcher has just been told otherwise by the same function.
            None => false,
        }
    }

    fn different(&mut self, name: &'static str, values: [Value; 2]) -> bool {
        self.refuse(Failure::Different { name, values })
    }

    fn unmet(&mut self, condition: &'static str, words: &[(&'static str, i64)]) -> bool {
        self.refuse(Failure::Unmet {
            condition,
            words: words.to_vec(),
        })
    }

    fn accepted(&mut self, _: usize, word: i64) {
        self.constants.push(word);
    }
}
