//! Mutants of lowering rules, judged.

use super::fate::{Fate, first_error};
use super::isa::with_wider_kinds;
use super::{Declaration, Mutant, Mutate, Mutation, rule};
use crate::error::{Code, Context};
use crate::model::calls::Calls;
use crate::model::isa::Isa;
use crate::model::lowering::{Lowering, Rule};
use crate::model::ops::Ops;
use crate::parse::lowering::{Item, RuleSyntax};
use crate::prove::{self, Solver};
use crate::reading::{self, RuleSet};
use crate::source::Specs;
use crate::{check, model, parse};

/// A set of rules, in which there is no mistake.
pub struct Rules<'a> {
    isa: Isa,
    ops: &'a Ops,
    calls: &'a Calls,
    lowering: &'a Lowering,
    rules: Vec<RuleSyntax>,
}

impl<'a> Rules<'a> {
    /// For a set of `specs`.
    pub fn new(set: &'a RuleSet, specs: &'a Specs) -> Rules<'a> {
        let context = Context::new();
        let syntax = parse::lowering::parse(set.declaration.clone(), &context);
        // They were reported when the set was read.
        context.take();
        let items = syntax.map_or_else(Vec::new, |syntax| syntax.items);
        let rules = items.into_iter().filter_map(|item| match item {
            Item::Rule(rule) => Some(rule),
            _ => None,
        });
        Rules {
            isa: with_wider_kinds(&specs.isa),
            ops: &specs.ops,
            calls: &specs.calls,
            lowering: &set.lowering,
            rules: rules.collect(),
        }
    }

    /// The mutant as a rule, or what is wrong with it by itself.
    fn resolved(&self, mutant: &Mutant<RuleSyntax>) -> Result<Rule, Code> {
        let context = Context::new();
        let rule = model::lowering::rule(
            mutant.syntax.clone(),
            &self.isa,
            self.ops,
            Some(self.calls),
            &context,
        );
        let mut found = context.take();
        let Some(mut rule) = rule else {
            return Err(first_error(&found).unwrap_or(Code::Syntax));
        };
        if mutant.change.mutation == Mutation::DropLine {
            // Who leaves out a line declares the size that is left.
            let (least, most) = rule.size();
            if let Some((declared_least, declared_most, _)) = &mut rule.bytes {
                *declared_least = least;
                *declared_most = most.unwrap_or((*declared_most).max(least));
            }
        }
        found.extend(check::rule(&rule, &self.isa, self.ops));
        first_error(&found).map_or(Ok(rule), Err)
    }

    /// What is wrong with the set that has the mutant in the place of the rule.
    fn refused_in_set(&self, rule: usize, changed: Rule) -> Option<Code> {
        let mut lowering = self.lowering.clone();
        lowering.rules[rule] = changed;
        let (rows, order) = reading::rows(&lowering, self.ops);
        let context = Context::new();
        let mut found = check::among_rules(&lowering, &rows, &order, &context);
        found.extend(context.take());
        first_error(&found)
    }
}

impl Mutate for Rules<'_> {
    type Syntax = RuleSyntax;

    fn set(&self) -> String {
        self.lowering.name.to_string()
    }

    fn declarations(&self) -> Vec<Declaration> {
        let rules = self.lowering.rules.iter();
        rules.map(Declaration::of_rule).collect()
    }

    fn mutants(&self, declaration: usize) -> Vec<Mutant<RuleSyntax>> {
        rule::mutants(&self.rules[declaration], &self.isa, self.ops)
    }

    fn fate(&self, rule: usize, mutant: &Mutant<RuleSyntax>, solver: &mut dyn Solver) -> Fate {
        let changed = match self.resolved(mutant) {
            Ok(changed) => changed,
            Err(code) => return Fate::Refused(code),
        };
        let claim = prove::claim(&changed, &self.isa, self.ops, Some(self.calls));
        Fate::of(claim, || self.refused_in_set(rule, changed), solver)
    }
}
