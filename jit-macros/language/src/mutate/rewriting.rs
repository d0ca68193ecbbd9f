//! Mutants of rewriting rules, judged.

use proc_macro2::TokenStream;

use super::expression::conditions;
use super::fate::{Fate, first_error};
use super::pattern::{Of, whens};
use super::{Change, Declaration, Mutant, Mutate, right};
use crate::error::{Code, Context};
use crate::model::lowering::Rule;
use crate::model::ops::Ops;
use crate::model::rewriting::{Dialects, Rewriting, Right};
use crate::parse::lowering::{Statement, StatementKind};
use crate::parse::rewriting::{Item, RewritingSyntax, RuleSyntax};
use crate::prove::{self, Solver};
use crate::reading::{self, RewriteSet};
use crate::{check, model, parse};

/// A set of rules, in which there is no mistake.
pub struct Rules<'a> {
    set: &'a RewriteSet,
    /// The first line of the set.
    header: TokenStream,
    dialects: Dialects<'a>,
    rules: Vec<RuleSyntax>,
}

impl<'a> Rules<'a> {
    /// For a set with its dialects.
    pub fn new(set: &'a RewriteSet, dialects: Dialects<'a>) -> Rules<'a> {
        let statements = parse::statements(set.declaration.clone());
        let rules = syntax(&set.declaration).map_or_else(Vec::new, |syntax| syntax.items);
        let rules = rules.into_iter().filter_map(|item| match item {
            Item::Rule(rule) => Some(rule),
            _ => None,
        });
        Rules {
            set,
            header: statements.into_iter().next().unwrap_or_default(),
            dialects,
            rules: rules.collect(),
        }
    }

    /// The two sides of a mutant, or what is wrong with it by itself.
    fn resolved(&self, mutant: &Mutant<RuleSyntax>) -> Result<(Rule, Right), Code> {
        let alone = RewritingSyntax {
            items: vec![Item::Rule(mutant.syntax.clone())],
            ..syntax(&self.header).ok_or(Code::Syntax)?
        };
        let context = Context::new();
        let mut alone = model::rewriting::resolve(alone, self.dialects, &context);
        let mut found = context.take();
        let (Some(left), Some(right)) = (alone.left.rules.pop(), alone.right.pop()) else {
            return Err(first_error(&found).unwrap_or(Code::Syntax));
        };
        found.extend(check::rewriting_rule(&left, &right, self.dialects));
        first_error(&found).map_or(Ok((left, right)), Err)
    }

    /// What is wrong with the set that has these sides in the place of the rule.
    fn refused_in_set(&self, rule: usize, (left, right): (Rule, Right)) -> Option<Code> {
        let mut rewriting: Rewriting = self.set.rewriting.clone();
        rewriting.left.rules[rule] = left;
        rewriting.right[rule] = right;
        let dialects = self.dialects;
        let (rows, order) = reading::rewriting_rows(&rewriting, dialects.from);
        let context = Context::new();
        let mut found = check::among_rewriting_rules(&rewriting, dialects, &rows, &order, &context);
        found.extend(context.take());
        first_error(&found)
    }
}

/// A set, or no more than its header, as it was written.
fn syntax(declaration: &TokenStream) -> Option<RewritingSyntax> {
    let context = Context::new();
    let syntax = parse::rewriting::parse(declaration.clone(), &context);
    // They were reported when the set was read.
    context.take();
    syntax
}

impl Mutate for Rules<'_> {
    type Syntax = RuleSyntax;

    fn set(&self) -> String {
        self.set.rewriting.name.to_string()
    }

    fn declarations(&self) -> Vec<Declaration> {
        let rules = self.set.rewriting.left.rules.iter();
        rules.map(Declaration::of_rule).collect()
    }

    fn mutants(&self, declaration: usize) -> Vec<Mutant<RuleSyntax>> {
        let rule = &self.rules[declaration];
        let mut mutants = Vec::new();
        for (index, statement) in rule.left.statements.iter().enumerate() {
            for (change, kind) in of_left(statement, self.dialects.from) {
                let mut syntax = rule.clone();
                match kind {
                    Some(kind) => syntax.left.statements[index].kind = kind,
                    None => {
                        syntax.left.statements.remove(index);
                    }
                }
                mutants.push(Mutant { change, syntax });
            }
        }
        for (index, right) in rule.right.iter().enumerate() {
            for (change, changed) in right::sides(right, &rule.left, self.dialects) {
                let mut syntax = rule.clone();
                syntax.right[index] = changed;
                mutants.push(Mutant { change, syntax });
            }
        }
        mutants
    }

    fn fate(
        &self,
        declaration: usize,
        mutant: &Mutant<RuleSyntax>,
        solver: &mut dyn Solver,
    ) -> Fate {
        let (left, right) = match self.resolved(mutant) {
            Ok(sides) => sides,
            Err(code) => return Fate::Refused(code),
        };
        let claim = prove::rewriting_claim(&left, &right, self.dialects);
        let refused = || self.refused_in_set(declaration, (left, right));
        Fate::of(claim, refused, solver)
    }
}

/// The statement with each change of it.
fn of_left(statement: &Statement, ops: &Ops) -> Vec<(Change, Option<StatementKind>)> {
    match &statement.kind {
        StatementKind::When { .. } => whens(&statement.kind, ops, &Of::Operations),
        StatementKind::If(condition) => conditions(condition),
        // Kinds of immediates and everything about instructions are not for rewriting.
        _ => Vec::new(),
    }
}
