//! Every change that is made to a lowering rule.

use std::collections::BTreeSet;

use proc_macro2::{Ident, TokenStream};
use quote::ToTokens;

use super::expression::{conditions, values};
use super::pattern::{Of, whens, wider_kinds};
use super::template::{Scope, templates};
use super::{Change, Mutant, Mutation};
use crate::model::isa::Isa;
use crate::model::ops::{AttributeKind, EXIT, OperandKind, Ops};
use crate::parse::lowering::{Operand, OperationSyntax, RuleSyntax, Statement, StatementKind};
use crate::text::text;

/// The mutants of a rule. `isa` is the machine [with wider kinds](super::isa::with_wider_kinds).
pub fn mutants(rule: &RuleSyntax, isa: &Isa, ops: &Ops) -> Vec<Mutant<RuleSyntax>> {
    let scope = Names::of(rule, ops).scope(isa);
    let changes = rule
        .statements
        .iter()
        .enumerate()
        .flat_map(|(index, statement)| {
            let changes = of_statement(statement, &scope, ops).into_iter();
            changes.map(move |(change, kind)| (index, change, kind))
        });
    let mutant = |(index, change, kind): (usize, Change, Option<StatementKind>)| {
        let mut syntax = rule.clone();
        match kind {
            Some(kind) => syntax.statements[index].kind = kind,
            None => {
                syntax.statements.remove(index);
            }
        }
        Mutant { change, syntax }
    };
    changes.map(mutant).collect()
}

/// A change, and what stands in the place of the statement, if anything does.
type Changed = (Change, Option<StatementKind>);

fn of_statement(statement: &Statement, scope: &Scope<'_>, ops: &Ops) -> Vec<Changed> {
    let without =
        |mutation, what: &str| vec![(Change::new(mutation, format!("without `{what}`")), None)];
    let in_template = |tokens: &TokenStream, kind: &dyn Fn(TokenStream) -> StatementKind| {
        let changed = templates(tokens, scope).into_iter();
        changed
            .map(|(change, tokens)| (change, Some(kind(tokens))))
            .collect()
    };
    match &statement.kind {
        StatementKind::When { .. } => whens(&statement.kind, ops, &Of::Instructions(scope.isa)),
        StatementKind::If(condition) => conditions(condition),
        StatementKind::IfIn(condition, kind) => {
            let what = format!("{} in {kind}", text(&condition.to_token_stream()));
            without(Mutation::DropCondition, &what)
        }
        StatementKind::Let(name, kind, value) => {
            let wider =
                wider_kinds(&kind.to_string(), scope.isa)
                    .into_iter()
                    .map(|(wider, words)| {
                        let words = format!("`{name}: {kind}` accepts {words}");
                        let wider = Ident::new(&wider, kind.span());
                        let kind = StatementKind::Let(name.clone(), wider, value.clone());
                        (Change::new(Mutation::WidenKind, words), Some(kind))
                    });
            let others = values(value).into_iter().map(|(words, value)| {
                let kind = StatementKind::Let(name.clone(), kind.clone(), value);
                (Change::new(Mutation::ChangeValue, words), Some(kind))
            });
            wider.chain(others).collect()
        }
        StatementKind::Pool(name, value) => {
            let others = values(value).into_iter().map(|(words, value)| {
                let kind = StatementKind::Pool(name.clone(), value);
                (Change::new(Mutation::ChangeValue, words), Some(kind))
            });
            others.collect()
        }
        StatementKind::Clobbers(names) => {
            let left_out = |index: usize| {
                let words = format!("without `clobbers {}`", names[index]);
                let mut rest = names.clone();
                rest.remove(index);
                let kind = (!rest.is_empty()).then_some(StatementKind::Clobbers(rest));
                (Change::new(Mutation::DropClobber, words), kind)
            };
            (0..names.len()).map(left_out).collect()
        }
        StatementKind::Early(name) => without(Mutation::DropConstraint, &format!("{name}: early")),
        StatementKind::Same(result, operand) => {
            without(Mutation::DropConstraint, &format!("{result} = {operand}"))
        }
        StatementKind::In(name, place) => {
            without(Mutation::DropConstraint, &format!("{name}: in {place}"))
        }
        StatementKind::Emit(tokens) => in_template(tokens, &StatementKind::Emit),
        StatementKind::Otherwise(tokens) => in_template(tokens, &StatementKind::Otherwise),
        StatementKind::Inverse(tokens) => in_template(tokens, &StatementKind::Inverse),
        StatementKind::Branch(label, tokens) => {
            let mut found: Vec<Changed> = in_template(tokens, &|tokens| {
                StatementKind::Branch(label.clone(), tokens)
            });
            found.extend(other_labels(label, scope, "branch", &|other| {
                StatementKind::Branch(other, tokens.clone())
            }));
            found
        }
        StatementKind::Goto(label) => other_labels(label, scope, "goto", &StatementKind::Goto),
        StatementKind::Bytes(least, most, region) => {
            let shorter = (least.saturating_sub(4), *most);
            let longer = (*least, most + 4);
            let bytes = |(new_least, new_most): (u32, u32)| {
                let words =
                    format!("`bytes {new_least}..={new_most}` instead of `bytes {least}..={most}`");
                let kind = StatementKind::Bytes(new_least, new_most, *region);
                (Change::new(Mutation::ChangeSize, words), Some(kind))
            };
            [shorter, longer].map(bytes).into()
        }
        // Reading fewer bits than there are, as declared, is what `narrow` allows; without it a check objects to the
        // line. Where a list is, and that a register is at hand, is for the allocator: without it there is nothing to name.
        StatementKind::Narrow(_) | StatementKind::Anywhere(_) | StatementKind::Temporary(..) => {
            Vec::new()
        }
    }
}

/// The statement with each other label of the pattern.
fn other_labels(
    label: &Ident,
    scope: &Scope<'_>,
    word: &str,
    kind: &dyn Fn(Ident) -> StatementKind,
) -> Vec<Changed> {
    let others = scope.labels.iter().filter(|other| label != *other);
    others
        .map(|other| {
            let words = format!("`{word} {other}` instead of `{word} {label}`");
            let other = Ident::new(other, label.span());
            (Change::new(Mutation::ChangeLabel, words), Some(kind(other)))
        })
        .collect()
}

/// Everything that has a name in a rule and may stand in a template.
#[derive(Default)]
struct Names {
    operands: BTreeSet<String>,
    labels: BTreeSet<String>,
}

impl Names {
    fn of(rule: &RuleSyntax, ops: &Ops) -> Names {
        let mut names = Names::default();
        for statement in &rule.statements {
            match &statement.kind {
                StatementKind::When {
                    pattern, result, ..
                } => {
                    names.in_pattern(pattern, ops);
                    let result = result.iter().map(|(name, _)| name.to_string());
                    names.operands.extend(result);
                }
                StatementKind::Let(name, ..) | StatementKind::Temporary(name, _) => {
                    names.operands.insert(name.to_string());
                }
                StatementKind::Pool(name, _) => {
                    names.labels.insert(name.to_string());
                }
                _ => {}
            }
        }
        names
    }

    fn in_pattern(&mut self, pattern: &OperationSyntax, ops: &Ops) {
        let declared = ops.op(&pattern.name.to_string()).map(|op| &ops[op]);
        for (position, operand) in pattern.operands.iter().enumerate() {
            match operand {
                Operand::Named {
                    name: Some(name), ..
                } => {
                    let declared = declared.and_then(|op| op.operands.get(position));
                    match declared.map(|operand| &operand.kind) {
                        Some(OperandKind::Block) => self.labels.insert(name.to_string()),
                        Some(OperandKind::Const(AttributeKind::Named(kind))) if kind == EXIT => {
                            self.labels.insert(name.to_string())
                        }
                        Some(OperandKind::List | OperandKind::Const(AttributeKind::Named(_))) => {
                            false
                        }
                        _ => self.operands.insert(name.to_string()),
                    };
                }
                Operand::Operation(inner) => self.in_pattern(inner, ops),
                _ => {}
            }
        }
    }

    fn scope(self, isa: &Isa) -> Scope<'_> {
        Scope {
            isa,
            operands: self.operands,
            labels: self.labels,
        }
    }
}
