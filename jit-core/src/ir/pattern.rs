//! Left sides of rules as data: which operations they want, and where constants have to lie.
//!
//! Rules are applied by generated code. What they accept is told here besides, for whoever wants to know what a rule was
//! applied to, or to make functions that it accepts. Conditions that are no sets of constants are not told.

/// An operation with what its operands must be for a rule to match.
#[derive(Clone, Copy, Debug)]
pub struct PatternInfo<O: 'static> {
    /// The operation.
    pub op: O,
    /// One for each declared operand, in their order.
    pub operands: &'static [OperandPattern<O>],
}

/// What an operand must be for a rule to match.
#[derive(Clone, Copy, Debug)]
pub enum OperandPattern<O: 'static> {
    /// Any value.
    Register,
    /// A constant.
    Constant(ConstantInfo),
    /// The result of an operation. A rule for instructions wants it to be used by nobody else.
    Definition(PatternInfo<O>),
    /// An exit, an address, a list or a block.
    Other,
}

/// A constant of a pattern.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ConstantInfo {
    /// Its name in the pattern; in the operation's declaration, if the pattern gives it none.
    pub name: &'static str,
    /// The kind of immediate that it is; empty where any constant or a certain one is asked for.
    pub kind: &'static str,
    /// Where it must be: what is left by its kind and by conditions on this constant alone.
    pub ranges: &'static [ConstantRange],
}

/// Every `1 << shift`th value from `least` to `most`, both included.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ConstantRange {
    /// The least one.
    pub least: i64,
    /// The greatest one.
    pub most: i64,
    /// The binary logarithm of their distance.
    pub shift: u32,
}

impl ConstantRange {
    /// Whether a constant is in it.
    pub fn contains(&self, word: i64) -> bool {
        let between = (1u64 << self.shift) - 1;
        let above = word.wrapping_sub(self.least) as u64;
        (self.least..=self.most).contains(&word) && above & between == 0
    }
}

impl<O> PatternInfo<O> {
    /// The constants of the pattern, from left to right.
    pub fn constants(&self) -> Vec<ConstantInfo> {
        let of = |operand: &OperandPattern<O>| match operand {
            OperandPattern::Constant(constant) => vec![*constant],
            OperandPattern::Definition(inner) => inner.constants(),
            OperandPattern::Register | OperandPattern::Other => Vec::new(),
        };
        self.operands.iter().flat_map(of).collect()
    }
}

/// One of the ways in which the left side of a rewriting rule matches: as it was written, or with the operands of
/// commutative operations in another order.
#[derive(Debug)]
pub struct LeftRow<O: 'static> {
    /// The rule, by its number in its set.
    pub rule: usize,
    /// Which order of operands it is; 0 is the written one.
    pub variant: u8,
    /// The pattern in this order. Conditions that are no sets of constants are not in it.
    pub tree: PatternInfo<O>,
    /// Whether there are no other conditions.
    pub is_exact: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_holds_every_so_manieth_word_from_its_least_one_on() {
        let odd = ConstantRange {
            least: -7,
            most: 9,
            shift: 3,
        };
        let within: Vec<i64> = (-20..20).filter(|word| odd.contains(*word)).collect();
        assert_eq!(within, [-7, 1, 9]);
        let signs = ConstantRange {
            least: i64::MIN,
            most: 0,
            shift: 63,
        };
        assert!(signs.contains(i64::MIN) && signs.contains(0));
        assert!(!signs.contains(-1) && !signs.contains(1));
    }
}
