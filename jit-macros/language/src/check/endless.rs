//! Rewriting comes to an end (JL090).
//!
//! The engine visits an instruction when its operands can be rewritten no further, replaces it by the operations of a
//! right side, and visits those in their order. So if rewriting goes on for ever, there is an endless chain of rules, each
//! of which takes an operation that the one before it has made. Whether a rule can take what another one makes is a
//! question about sets of inputs, which [`space`](crate::space) answers: rules whose graph has no circle come to an end.
//!
//! What has been made from one instruction is done with before the next instruction is visited. So rules that no chain
//! connects have nothing to do with each other, and each connected part of the graph is looked at by itself.
//!
//! Where there is a circle, something may still become less. If no rule makes a [`Measure`] more, those that make it less
//! can be taken but finitely often and leave the graph.
//!
//! Rules that remain in a circle when no measure is left are refused, though a cleverer measure might exist.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::measure::Measure;
use super::trace;
use crate::error::{Code, Diagnostic};
use crate::model::lowering::expression::Expression;
use crate::model::lowering::rows::Rows;
use crate::model::lowering::{BindingId, OperandPattern, OperationPattern, Rule};
use crate::model::ops::{OpId, OperandKind, Ops, TypeId};
use crate::model::rewriting::{Operation, Rewriting, Term, value_types};
use crate::space::{OperationId, Pattern, Relations, Row, Set, Witness, by_operation};

/// Circles of rules in which nothing becomes less, the shortest first, of which no two have a rule in common.
pub fn check(rewriting: &Rewriting, ops: &Ops, rows: &Rows) -> Vec<Diagnostic> {
    let relations = Relations::new(&rows.universe, &rows.impossible);
    let rules = 0..rewriting.left.rules.len();
    let together = by_operation(&rows.rows, 0..rows.rows.len());
    let known = Known {
        ops,
        rows,
        together: &together,
        relations: &relations,
    };
    let next: Vec<Next> = rules
        .clone()
        .map(|rule| self::next(rewriting, rule, known))
        .collect();
    let mut found = Vec::new();
    for mut remaining in connected(&next) {
        let mut occurring = occurring(&remaining, rewriting);
        occurring.retain(|op| !ops.is_constant_op(*op));
        while let Some(circle) = circle(&remaining, &next) {
            let kept = Measure::all(&occurring)
                .map(|measure| keep(&remaining, rewriting, ops, measure))
                .find_map(|kept| kept.filter(|kept| kept.len() < remaining.len()));
            match kept {
                Some(kept) => remaining = kept,
                None => {
                    remaining.retain(|rule| !circle.contains(rule));
                    found.push(circle);
                }
            }
        }
    }
    found.sort_by_key(Vec::len);
    let reports = found.iter();
    reports
        .map(|circle| report(circle, rewriting, rows, &next))
        .collect()
}

/// The connected parts of the graph, each in the order of its rules.
fn connected(next: &[Next]) -> Vec<Vec<usize>> {
    let mut neighbours = vec![Vec::new(); next.len()];
    for (rule, after) in next.iter().enumerate() {
        for &other in after.keys() {
            neighbours[rule].push(other);
            neighbours[other].push(rule);
        }
    }
    let mut seen = vec![false; next.len()];
    let mut parts = Vec::new();
    for start in 0..next.len() {
        let mut part = Vec::new();
        let mut open = vec![start];
        while let Some(rule) = open.pop() {
            if !std::mem::replace(&mut seen[rule], true) {
                part.push(rule);
                open.extend(&neighbours[rule]);
            }
        }
        part.sort_unstable();
        parts.push(part);
    }
    parts.retain(|part| !part.is_empty());
    parts
}

/// The operations that occur on some side of some of these rules.
fn occurring(rules: &[usize], rewriting: &Rewriting) -> BTreeSet<OpId> {
    fn taken(pattern: &OperationPattern, into: &mut BTreeSet<OpId>) {
        into.insert(pattern.op);
        for operand in &pattern.operands {
            if let OperandPattern::Definition(inner) = operand {
                taken(inner, into);
            }
        }
    }
    let mut occurring = BTreeSet::new();
    for &rule in rules {
        taken(&rewriting.left.rules[rule].pattern, &mut occurring);
        let made = rewriting.right[rule].operations();
        occurring.extend(made.iter().map(|operation| operation.op));
    }
    occurring
}

/// The rules that can take an operation that a rule makes, with an example of it.
type Next = BTreeMap<usize, Witness>;

/// What is asked about the operations that rules make.
#[derive(Clone, Copy)]
struct Known<'a> {
    ops: &'a Ops,
    rows: &'a Rows,
    /// The rows of each operation.
    together: &'a BTreeMap<OperationId, Vec<usize>>,
    relations: &'a Relations<'a>,
}

fn next(rewriting: &Rewriting, rule: usize, known: Known<'_>) -> Next {
    let (left, right) = (&rewriting.left.rules[rule], &rewriting.right[rule]);
    let mut nodes = Nodes {
        left,
        known,
        arriving: value_types(&left.pattern, known.ops),
        next: BTreeMap::new(),
        steps: Vec::new(),
    };
    for step in &right.steps {
        let pattern = nodes.term(&step.does);
        nodes.steps.push(pattern);
    }
    if let Some(result) = &right.result {
        nodes.term(result);
    }
    nodes.next
}

/// The rules that do not make a measure less; none if there is one that may make it more.
fn keep(
    remaining: &[usize],
    rewriting: &Rewriting,
    ops: &Ops,
    measure: Measure,
) -> Option<Vec<usize>> {
    let mut kept = Vec::new();
    for &rule in remaining {
        let (left, right) = (&rewriting.left.rules[rule], &rewriting.right[rule]);
        if !measure.decreases(left, right, ops)? {
            kept.push(rule);
        }
    }
    Some(kept)
}

/// The operations of a right side as patterns, and which rules can take them.
struct Nodes<'a> {
    left: &'a Rule,
    known: Known<'a>,
    /// Operands of the pattern that are values, constants among them: these are there already.
    arriving: Vec<(BindingId, TypeId)>,
    next: BTreeMap<usize, Witness>,
    steps: Vec<Pattern>,
}

impl Nodes<'_> {
    /// What an operation may be when its user is visited: anything, if it may have been rewritten by then.
    fn operation(&mut self, operation: &Operation) -> Pattern {
        let operands: Vec<Pattern> = operation
            .operands
            .iter()
            .zip(&self.known.ops[operation.op].operands)
            .map(|(term, declared)| match declared.kind {
                OperandKind::Value(_) => self.term(term),
                _ => self.word(term),
            })
            .collect();
        let (taken, id) = self.made(operation.op, &operands);
        let folded = !self.known.relations.impossible(id).is_empty();
        match taken || folded || self.known.ops[operation.op].result.is_none() {
            true => Pattern::Any,
            false => Pattern::Definition(id, operands),
        }
    }

    /// Notes which rules can take an operation that is made, and says whether any can.
    fn made(&mut self, op: OpId, operands: &[Pattern]) -> (bool, OperationId) {
        let id = OperationId(op.0 as u32);
        let row = Row {
            rule: usize::MAX,
            variant: 0,
            operation: id,
            operands: operands.to_vec(),
            guards: Default::default(),
        };
        let mut taken = false;
        let Known {
            rows,
            together,
            relations,
            ..
        } = self.known;
        for &candidate in together.get(&id).into_iter().flatten() {
            let candidate = &rows.rows[candidate];
            if let Some(example) = relations.overlap(&row, candidate) {
                taken = true;
                self.next.entry(candidate.rule).or_insert(example);
            }
        }
        (taken, id)
    }

    /// What a value may be when its user is visited. A constant that was no value yet is made by an operation.
    fn term(&mut self, term: &Term) -> Pattern {
        match term {
            // The last two lead to another dialect, whose operations none of the rules accepts.
            Term::Bound(_) | Term::List(_) | Term::If(_) => Pattern::Any,
            Term::Step(step) => self.steps[step.0].clone(),
            Term::Operation(operation) => self.operation(operation),
            Term::Constant(value, ty) => {
                let word = self.word(term);
                let is_there =
                    matches!(value, Expression::Name(id) if self.arriving.contains(&(*id, *ty)));
                if let Some(op) = self.known.ops.constant_op(*ty)
                    && !is_there
                {
                    self.made(op, std::slice::from_ref(&word));
                }
                word
            }
        }
    }

    /// What a word that is held in an instruction may be.
    fn word(&self, term: &Term) -> Pattern {
        let Term::Constant(value, ty) = term else {
            return Pattern::Any;
        };
        let all = self.known.ops[*ty]
            .representation
            .map_or_else(Set::all_i64, |representation| representation.constants());
        let values = self.left.values(value);
        Pattern::Constants(match values.outside(&all) {
            None => values,
            Some(_) => all,
        })
    }
}

/// A shortest circle in the graph of the `remaining` rules, which are in order.
fn circle(remaining: &[usize], next: &[Next]) -> Option<Vec<usize>> {
    let mut best: Option<Vec<usize>> = None;
    for &start in remaining {
        let mut paths = VecDeque::from([vec![start]]);
        let mut seen = BTreeSet::new();
        while let Some(path) = paths.pop_front() {
            let last = path[path.len() - 1];
            if next[last].contains_key(&start) {
                if best.as_ref().is_none_or(|best| path.len() < best.len()) {
                    best = Some(path);
                }
                break;
            }
            let after = next[last]
                .keys()
                .filter(|rule| remaining.binary_search(rule).is_ok());
            for &rule in after {
                if seen.insert(rule) {
                    paths.push_back([path.as_slice(), &[rule]].concat());
                }
            }
        }
    }
    best
}

fn report(circle: &[usize], rewriting: &Rewriting, rows: &Rows, next: &[Next]) -> Diagnostic {
    let rule = |index: usize| &rewriting.left.rules[index];
    let names: Vec<String> = circle
        .iter()
        .chain(&circle[..1])
        .map(|&index| format!("`{}`", rule(index).name))
        .collect();
    let message = match circle {
        [only] => format!(
            "rewriting may not come to an end: rule `{}` accepts what it makes",
            rule(*only).name
        ),
        _ => format!(
            "rewriting may not come to an end: what each of these rules makes, the next accepts: {}",
            names.join(", ")
        ),
    };
    let mut finding = Diagnostic::new(
        Code::EndlessRewriting,
        rule(circle[0]).pattern_region,
        message,
    );
    for &index in circle {
        finding = finding
            .also_at(rule(index).pattern_region)
            .declared(format!("`{}`", rule(index).name), rule(index).region);
    }
    // An example of what one rule makes need not be one that goes all the way round; that of another one may be.
    let mut examples = (0..circle.len()).map(|first| {
        let mut turned = circle.to_vec();
        turned.rotate_left(first);
        let begin = &next[turned[turned.len() - 1]][&turned[0]];
        (turned, begin)
    });
    let round = examples
        .clone()
        .find_map(|(turned, begin)| trace::trace(&turned, begin, rewriting, rows));
    let example = match (round, examples.next()) {
        (Some(terms), _) => terms.join(" becomes "),
        (None, begin) => begin.map_or_else(String::new, |(_, begin)| begin.print(&rows.universe)),
    };
    finding
        .example(example)
        .help("turn one of them round, or narrow its pattern so that it does not accept what the others make")
}
