//! What becomes of a mutant.

use super::{Mutant, with_wider_kinds};
use crate::error::{Code, Context, Diagnostic};
use crate::model::calls::Calls;
use crate::model::isa::Isa;
use crate::model::lowering::{Lowering, Rule};
use crate::model::ops::Ops;
use crate::parse::lowering::{Item, RuleSyntax};
use crate::prove::{self, Counterexample, Solver, Verdict};
use crate::reading::{self, RuleSet};
use crate::{check, model, parse};

/// What became of a mutant.
#[derive(Clone, Debug)]
pub enum Fate {
    /// A check refuses it when the crate is built.
    Refused(Code),
    /// It was computed for an input, and the outcome was wrong.
    Computed(Counterexample),
    /// The solver found an input for which it is wrong.
    Solved(Counterexample),
    /// It is right too, for all inputs.
    RightToo,
    /// It is about floating-point arithmetic, and was right for each of so many inputs.
    Held {
        /// How many.
        inputs: u32,
    },
    /// Nobody objects, and nobody knows that it is right.
    Survived {
        /// Why nothing is known.
        reason: String,
    },
}

/// A set of rules whose mutants are judged.
pub struct Judge<'a> {
    isa: Isa,
    ops: &'a Ops,
    calls: &'a Calls,
    lowering: &'a Lowering,
    rules: Vec<RuleSyntax>,
}

impl<'a> Judge<'a> {
    /// For the rules of `set`, in which there is no mistake; what routines do, `calls` says.
    pub fn new(set: &'a RuleSet, isa: &Isa, ops: &'a Ops, calls: &'a Calls) -> Judge<'a> {
        let context = Context::new();
        let syntax = parse::lowering::parse(set.declaration.clone(), &context);
        // They were reported when the set was read.
        context.take();
        let items = syntax
            .map_or_else(Vec::new, |syntax| syntax.items)
            .into_iter();
        let rules = items.filter_map(|item| match item {
            Item::Rule(rule) => Some(rule),
            _ => None,
        });
        Judge {
            isa: with_wider_kinds(isa),
            ops,
            calls,
            lowering: &set.lowering,
            rules: rules.collect(),
        }
    }

    /// The mutants of the rule with this index.
    pub fn mutants(&self, rule: usize) -> Vec<Mutant> {
        super::mutants(&self.rules[rule], &self.isa)
    }

    /// What becomes of a mutant of the rule with this index.
    pub fn fate(&self, rule: usize, mutant: &Mutant, solver: &mut dyn Solver) -> Fate {
        let changed = match self.resolved(mutant) {
            Ok(changed) => changed,
            Err(code) => return Fate::Refused(code),
        };
        let claim = prove::claim(&changed, &self.isa, self.ops, Some(self.calls));
        if let Ok(claim) = &claim
            && let (_, Some(wrong)) = prove::refute(claim)
        {
            return Fate::Computed(wrong);
        }
        if let Some(code) = self.refused_in_set(rule, changed) {
            return Fate::Refused(code);
        }
        match claim.map(|claim| prove::decide(&claim, solver)) {
            Ok(Verdict::Refuted(wrong)) => Fate::Solved(wrong),
            Ok(Verdict::Proved) => Fate::RightToo,
            Ok(Verdict::Executed { inputs }) => Fate::Held { inputs },
            Ok(Verdict::Skipped { reason } | Verdict::Unknown { reason }) | Err(reason) => {
                Fate::Survived { reason }
            }
        }
    }

    /// The mutant as a rule, or what is wrong with it by itself.
    fn resolved(&self, mutant: &Mutant) -> Result<Rule, Code> {
        let context = Context::new();
        let rule = model::lowering::rule(mutant.syntax.clone(), &self.isa, self.ops, &context);
        let mut found = context.take();
        if let Some(rule) = &rule {
            found.extend(check::rule(rule, &self.isa, self.ops));
        }
        match (first_error(&found), rule) {
            (None, Some(rule)) => Ok(rule),
            (code, _) => Err(code.unwrap_or(Code::Syntax)),
        }
    }

    /// What is wrong with the set that has the mutant in the place of the rule.
    fn refused_in_set(&self, rule: usize, changed: Rule) -> Option<Code> {
        let mut lowering = self.lowering.clone();
        lowering.rules[rule] = changed;
        let context = Context::new();
        reading::ordered(&lowering, &self.isa, self.ops, &context);
        first_error(&context.take())
    }
}

fn first_error(found: &[Diagnostic]) -> Option<Code> {
    let error = found.iter().find(|finding| !finding.code.is_lint());
    error.map(|finding| finding.code)
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};
    use std::path::Path;

    use super::*;
    use crate::mutate::Mutation;
    use crate::prove::Nobody;
    use crate::source;

    /// The fates of the mutants of some rules, by what was changed.
    fn fates(rules: &[&str]) -> BTreeMap<(Mutation, String), Vec<Fate>> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../specs");
        let specs = source::read(&folder, "specs/").unwrap_or_else(|error| panic!("{error}"));
        let mut fates: BTreeMap<_, Vec<Fate>> = BTreeMap::new();
        for set in &specs.sets {
            let judge = Judge::new(set, &specs.isa, &specs.ops, &specs.calls);
            for (index, rule) in set.lowering.rules.iter().enumerate() {
                if !rules.contains(&rule.name.to_string().as_str()) {
                    continue;
                }
                for mutant in judge.mutants(index) {
                    let fate = judge.fate(index, &mutant, &mut Nobody);
                    let key = (mutant.mutation, mutant.words);
                    fates.entry(key).or_default().push(fate);
                }
            }
        }
        fates
    }

    #[test]
    fn what_is_wrong_is_objected_to_and_what_is_right_is_not() {
        let fates = fates(&["sub", "compare_imm12_lt_s", "iconst_negative_16"]);
        let fate = |mutation, words: &str| {
            let key = (mutation, words.to_owned());
            let found = fates
                .get(&key)
                .unwrap_or_else(|| panic!("{words}: {fates:?}"));
            format!("{:?}", found[0])
        };
        let wider = "`b: Imm12` accepts one value more at the upper end";
        let widened = fate(Mutation::WidenKind, wider);
        assert_eq!(widened, "Refused(ImmediateOutOfRange)");
        let dropped = fate(Mutation::DropClobber, "without `clobbers flags`");
        assert_eq!(dropped, "Refused(FlagsWritten)");
        let swapped = "`sub X (d) , X (b) , X (a)` instead of `sub X (d) , X (a) , X (b)`";
        let swapped = fate(Mutation::SwapOperands, swapped);
        assert!(swapped.starts_with("Computed("), "{swapped}");
        let other = "`cset X (d) , le` instead of `cset X (d) , lt`";
        let other = fate(Mutation::ChangeCondition, other);
        assert!(other.contains("LtS(a = 0, b = 0)"), "{other}");
        // What accepts less is right too, which nobody was asked to prove.
        let narrower = "`- 65535 <= value && value < 0` instead of `- 65536 <= value && value < 0`";
        let narrower = fate(Mutation::WidenCondition, narrower);
        assert!(narrower.starts_with("Survived"), "{narrower}");
    }

    #[test]
    fn every_kind_of_change_is_made_to_the_rules_of_specs() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../specs");
        let specs = source::read(&folder, "specs/").unwrap_or_else(|error| panic!("{error}"));
        let mut made = BTreeSet::new();
        for set in &specs.sets {
            let judge = Judge::new(set, &specs.isa, &specs.ops, &specs.calls);
            for rule in 0..set.lowering.rules.len() {
                let mutants = judge.mutants(rule).into_iter();
                made.extend(mutants.map(|mutant| mutant.mutation));
            }
        }
        let never: Vec<&str> = Mutation::ALL
            .iter()
            .filter(|mutation| !made.contains(mutation))
            .map(|mutation| mutation.name())
            .collect();
        assert!(never.is_empty(), "{never:?}");
    }
}
