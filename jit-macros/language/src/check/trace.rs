//! Rewriting an example on paper: what a message shows of a circle of rules.

use std::collections::BTreeMap;

use crate::model::lowering::rows::Rows;
use crate::model::lowering::{BindingId, BindingKind, OperandPattern, OperationPattern, Rule};
use crate::model::rewriting::{Operation, Rewriting, Right, Term};
use crate::space::{Shape, Universe, Witness};

/// An expression.
#[derive(Clone, PartialEq)]
enum Tree {
    /// A value of which nothing is known, by its number.
    Unknown(usize),
    Constant(i128),
    Operation(usize, Vec<Tree>),
    /// A block, an exit or a list.
    Other,
}

/// Takes the rules of a circle in turn, from `begin` on; the expressions, `begin` first. None if a rule does not accept
/// its turn, for the example was made for one of them only.
pub fn trace(
    circle: &[usize],
    begin: &Witness,
    rewriting: &Rewriting,
    rows: &Rows,
) -> Option<Vec<String>> {
    let mut registers = 0;
    let operands = begin
        .operands
        .iter()
        .map(|shape| tree(shape, &mut registers))
        .collect();
    let mut tree = Tree::Operation(begin.operation.0 as usize, operands);
    let mut texts = vec![tree.print(&rows.universe)];
    for &rule in circle {
        tree = somewhere(&tree, rule, rewriting, rows)?;
        texts.push(tree.print(&rows.universe));
    }
    Some(texts)
}

fn tree(shape: &Shape, registers: &mut usize) -> Tree {
    match shape {
        Shape::Unknown => {
            *registers += 1;
            Tree::Unknown(*registers)
        }
        Shape::Constant(example) => Tree::Constant(*example),
        Shape::Definition(id, inner) => {
            let inner = inner.iter().map(|shape| tree(shape, registers)).collect();
            Tree::Operation(id.0 as usize, inner)
        }
        Shape::Always => Tree::Other,
    }
}

impl Tree {
    fn print(&self, universe: &Universe) -> String {
        match self {
            Tree::Unknown(number) => format!("x{number}"),
            Tree::Constant(value) => format!("#{value}"),
            Tree::Other => "_".to_owned(),
            Tree::Operation(op, operands) => {
                let operands: Vec<String> =
                    operands.iter().map(|tree| tree.print(universe)).collect();
                let id = crate::space::OperationId(*op as u32);
                format!("{}({})", universe.operation(id).name, operands.join(", "))
            }
        }
    }
}

/// Applies a rule at the root, or else in an operand.
fn somewhere(tree: &Tree, rule: usize, rewriting: &Rewriting, rows: &Rows) -> Option<Tree> {
    let Tree::Operation(op, operands) = tree else {
        return None;
    };
    let (left, right) = (&rewriting.left.rules[rule], &rewriting.right[rule]);
    let mut patterns = rows.rows.iter().zip(&rows.patterns);
    let bound = patterns.find_map(|(row, pattern)| {
        let mut bound = BTreeMap::new();
        let takes = row.rule == rule && takes(pattern, left, tree, &mut bound);
        (takes && holds(left, &bound)).then_some(bound)
    });
    if let Some(bound) = bound {
        return make(right, &bound);
    }
    operands.iter().enumerate().find_map(|(index, operand)| {
        let mut operands = operands.clone();
        operands[index] = somewhere(operand, rule, rewriting, rows)?;
        Some(Tree::Operation(*op, operands))
    })
}

type Bound = BTreeMap<BindingId, Tree>;

fn takes(pattern: &OperationPattern, rule: &Rule, tree: &Tree, bound: &mut Bound) -> bool {
    let Tree::Operation(op, operands) = tree else {
        return false;
    };
    let mut pairs = pattern.operands.iter().zip(operands);
    *op == pattern.op.0
        && pairs.all(|(pattern, tree)| match pattern {
            OperandPattern::Definition(inner) => takes(inner, rule, tree, bound),
            OperandPattern::Any | OperandPattern::AnyConstant => false,
            OperandPattern::Bound(id) => {
                bound.insert(*id, tree.clone());
                match (&rule[*id].kind, tree) {
                    (BindingKind::Constant { set, .. }, Tree::Constant(value)) => {
                        set.contains(*value)
                    }
                    (BindingKind::Constant { .. }, _) => false,
                    _ => true,
                }
            }
        })
}

fn constant(bound: &Bound, id: BindingId) -> Option<i128> {
    match bound.get(&id) {
        Some(Tree::Constant(value)) => Some(*value),
        _ => None,
    }
}

fn holds(rule: &Rule, bound: &Bound) -> bool {
    let again = rule.bindings.iter().enumerate().all(|(index, binding)| {
        !matches!(binding.kind, BindingKind::Again(first)
            if bound.get(&first) != bound.get(&BindingId(index)))
    });
    let number = |id: BindingId| i64::try_from(constant(bound, id)?).ok();
    let mut conditions = rule.conditions.iter();
    again && conditions.all(|condition| condition.holds(&number) == Some(true))
}

fn make(right: &Right, bound: &Bound) -> Option<Tree> {
    let mut steps = Vec::new();
    for step in &right.steps {
        let made = term(&step.does, &steps, bound)?;
        steps.push(made);
    }
    match &right.result {
        Some(result) => term(result, &steps, bound),
        None => steps.pop(),
    }
}

fn operation(operation: &Operation, steps: &[Tree], bound: &Bound) -> Option<Tree> {
    let operands = operation
        .operands
        .iter()
        .map(|operand| term(operand, steps, bound));
    let operands = operands.collect::<Option<_>>()?;
    Some(Tree::Operation(operation.op.0, operands))
}

fn term(of: &Term, steps: &[Tree], bound: &Bound) -> Option<Tree> {
    match of {
        Term::Bound(id) => bound.get(id).cloned(),
        Term::Step(step) => steps.get(step.0).cloned(),
        Term::Operation(inner) => operation(inner, steps, bound),
        Term::Constant(value, _) => value
            .evaluate(&|id| constant(bound, id))
            .map(Tree::Constant),
        Term::List(_) | Term::If(_) => None,
    }
}
