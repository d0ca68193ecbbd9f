//! A claim: what has to be shown of a rule or of other code, for which inputs, and how these are told.

use std::collections::{BTreeMap, HashSet};

use crate::model::lowering::{BindingId, OperandPattern, OperationPattern};
use crate::space::Set;
use crate::term::Term;

/// Something that has to hold wherever the hypotheses of the claim do.
#[derive(Clone, Debug)]
pub struct Goal {
    /// What is claimed, and of which form and case: `the result, with `d` in the register of `a``.
    pub text: String,
    /// The claim.
    pub holds: Term,
    /// What should be, where there is one value.
    pub expected: Option<Term>,
    /// What is.
    pub actual: Option<Term>,
}

/// Something that a rule is given.
#[derive(Clone, Debug)]
pub struct Input {
    /// What the rule calls it.
    pub name: String,
    /// Its symbol, of 64 bits.
    pub symbol: Term,
    /// The values that it may have, if it is a constant.
    pub set: Option<Set>,
    /// Whether it is a float.
    pub is_float: bool,
    /// How many of its bits count.
    pub bits: u32,
}

/// How an input of a claim is told.
#[derive(Clone, Debug)]
pub enum Title {
    /// As the pattern of a rule with values in it: `Add(a = 5, b = -1)`.
    Rule {
        /// The pattern.
        pattern: OperationPattern,
        /// What its bindings stand for.
        words: BTreeMap<BindingId, Term>,
    },
    /// As the pattern of a rewriting rule, likewise.
    Rewriting {
        /// The pattern.
        pattern: OperationPattern,
        /// What its bindings stand for.
        words: BTreeMap<BindingId, Term>,
    },
    /// As this, followed by the inputs with their values.
    Text(String),
}

/// Everything that has to be shown of a rule, or of other code.
#[derive(Clone, Debug)]
pub struct Claim {
    /// Its name.
    pub name: String,
    /// Where it stands, as `file:line`.
    pub place: String,
    /// Its template, or its right side.
    pub template: String,
    /// How an input is told.
    pub title: Title,
    /// What it is given.
    pub inputs: Vec<Input>,
    /// What may be presupposed: constants are what kinds and conditions say.
    pub hypotheses: Vec<Term>,
    /// What has to be shown, as far as it is not plain.
    pub goals: Vec<Goal>,
    /// Whether floating-point arithmetic decides about it, which is executed and not proved.
    pub has_float_arithmetic: bool,
}

impl Goal {
    /// A claim that is not about one value.
    pub fn new(text: impl Into<String>, holds: Term) -> Goal {
        Goal {
            text: text.into(),
            holds,
            expected: None,
            actual: None,
        }
    }
}

/// Those of the goals that are not plain, each once.
pub(super) fn open(mut goals: Vec<Goal>) -> Vec<Goal> {
    let mut known = HashSet::new();
    goals.retain(|goal| goal.holds.truth() != Some(true) && known.insert(goal.holds));
    goals
}

impl Claim {
    /// An input in words, with the values of symbols as `value` says: `Add(a = 5, b = -1)`.
    pub fn input(&self, value: &impl Fn(Term) -> String) -> String {
        match &self.title {
            Title::Rule { pattern, words } | Title::Rewriting { pattern, words } => {
                self.operation(pattern, words, value)
            }
            Title::Text(text) => {
                let inputs = self.inputs.iter();
                let inputs =
                    inputs.map(|input| format!("{} = {}", input.name, value(input.symbol)));
                format!("{text}({})", inputs.collect::<Vec<_>>().join(", "))
            }
        }
    }

    fn operation(
        &self,
        pattern: &OperationPattern,
        words: &BTreeMap<BindingId, Term>,
        value: &impl Fn(Term) -> String,
    ) -> String {
        let operand = |operand: &OperandPattern| match operand {
            OperandPattern::Bound(id) => {
                let word = *words.get(id)?;
                let input = self.inputs.iter().find(|input| input.symbol == word);
                Some(match input {
                    Some(input) => format!("{} = {}", input.name, value(word)),
                    None => word
                        .constant()
                        .map_or_else(|| "_".to_owned(), |value| (value as i64).to_string()),
                })
            }
            OperandPattern::Definition(inner) => Some(self.operation(inner, words, value)),
            OperandPattern::Any | OperandPattern::AnyConstant => None,
        };
        let operands: Vec<String> = pattern.operands.iter().filter_map(operand).collect();
        format!("{}({})", pattern.name, operands.join(", "))
    }
}
