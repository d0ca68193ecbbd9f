//! Conditions and computed constants.
//!
//! `if -4095 <= b && b < 0` narrows the set of values that `b` may have, which is what makes it exact to reason about;
//! so do `b % 8 == 1` and `power_of_two(b)`. A set of a few ranges takes the place of the condition; a larger one is known,
//! and the condition is tested all the same. What is about several constants, or no set of one, is a condition only.

use proc_macro2::{Ident, Span};
use syn::spanned::Spanned as _;
use syn::{BinOp, Expr, ExprLit, Lit, LitInt, UnOp};

use super::Declarations;
use crate::error::{Code, Diagnostic, Region, nearest};
use crate::model::isa::ImmediateId;
use crate::model::lowering::expression::{Binary, Comparison, Expression, Predicate, Unary};
use crate::model::lowering::{
    Binding, BindingId, BindingKind, Condition, Rule, Stated, expression_in,
};
use crate::space::Set;

/// How many ranges are looked through in place of testing a condition.
const MOST_RANGES: usize = 4;

impl Declarations<'_> {
    /// `if a && b;`
    pub(super) fn condition(&self, condition: &Expr, rule: &mut Rule) {
        match condition {
            Expr::Paren(inner) => self.condition(&inner.expr, rule),
            Expr::Group(inner) => self.condition(&inner.expr, rule),
            Expr::Binary(binary) if matches!(binary.op, BinOp::And(_)) => {
                self.condition(&binary.left, rule);
                self.condition(&binary.right, rule);
            }
            Expr::Binary(binary) => {
                let Some((comparison, swap)) = comparison(&binary.op) else {
                    return self.not_a_condition(condition);
                };
                let left = self.expression(&binary.left, &rule.bindings);
                let right = self.expression(&binary.right, &rule.bindings);
                let (Some(left), Some(right)) = (left, right) else {
                    return;
                };
                let (left, right) = if swap { (right, left) } else { (left, right) };
                let compared = Condition::Compare {
                    comparison,
                    left,
                    right,
                };
                self.tested(compared, Region::of(condition), rule);
            }
            Expr::Call(call) => {
                let predicate = Predicate::PowerOfTwo;
                let is_it =
                    matches!(&*call.func, Expr::Path(path) if path.path.is_ident(predicate.name()));
                match call.args.first() {
                    Some(value) if is_it && call.args.len() == 1 => {
                        if let Some(value) = self.expression(value, &rule.bindings) {
                            let holds = Condition::Holds { predicate, value };
                            self.tested(holds, Region::of(condition), rule);
                        }
                    }
                    _ => self.not_a_condition(condition),
                }
            }
            _ => self.not_a_condition(condition),
        }
    }

    /// `if !b in Bits64;`
    pub(super) fn fits_in(&self, value: &Expr, kind: &Ident, rule: &mut Rule) {
        let region = Region::of(value).to(kind.span());
        let value = self.expression(value, &rule.bindings);
        if let (Some(id), Some(value)) = (self.immediate(kind), value) {
            let (set, open) = self.fits_kind(id, value, kind.span().into(), rule);
            rule.stated.push(Stated { set, open, region });
        }
    }

    /// The condition that a kind of immediate holds a value: a set of one constant, and what a predicate has to tell.
    pub(super) fn fits_kind(
        &self,
        kind: ImmediateId,
        value: Expression,
        region: Region,
        rule: &mut Rule,
    ) -> (Option<(BindingId, Set)>, Option<usize>) {
        let immediate = &self.isa[kind];
        mark(&value.names(), &mut rule.bindings);
        let set = expression_in(&value, &immediate.set, &rule.bindings);
        let is_open = set.is_none() || immediate.encodable.is_some();
        let open = is_open.then_some(rule.conditions.len());
        let is_range = self.restrict(set.as_ref(), region, &mut rule.bindings);
        if is_open || !is_range {
            rule.conditions.push(Condition::Fits {
                kind,
                value,
                set: immediate.set.clone(),
                is_exact: immediate.encodable.is_none(),
            });
        }
        (set, open)
    }

    /// A condition, which is to be tested unless it has become a few ranges of the constant that it is about.
    fn tested(&self, condition: Condition, region: Region, rule: &mut Rule) {
        mark(&condition.names(), &mut rule.bindings);
        let set = condition.exact(&rule.bindings);
        let open = set.is_none().then_some(rule.conditions.len());
        if !self.restrict(set.as_ref(), region, &mut rule.bindings) {
            rule.conditions.push(condition);
        }
        rule.stated.push(Stated { set, open, region });
    }

    /// Leaves those values of a constant that are in a set, and says whether this is what is tested first: a few ranges.
    fn restrict(
        &self,
        set: Option<&(BindingId, Set)>,
        region: Region,
        bindings: &mut [Binding],
    ) -> bool {
        let Some((id, set)) = set else {
            return false;
        };
        let binding = &mut bindings[id.0];
        let BindingKind::Constant {
            set: ranges,
            accepted,
            ..
        } = &mut binding.kind
        else {
            return false;
        };
        let is_range = set.pieces().len() <= MOST_RANGES;
        if is_range {
            *ranges = ranges.intersect(set);
        }
        let left = accepted.intersect(set);
        let before = std::mem::replace(accepted, left);
        if accepted.is_empty() && !before.is_empty() {
            let name = binding
                .name
                .as_ref()
                .map_or("_".to_owned(), Ident::to_string);
            let message =
                format!("no value of `{name}` is left: without this condition it is in {before}");
            self.context.report(
                Diagnostic::new(Code::EmptyPattern, region, message)
                    .note(format!("`{name}` is bound at {}", binding.region.place()))
                    .help("widen the kind of the operand or the condition, or delete the rule"),
            );
        }
        is_range
    }

    /// An expression over constants.
    pub(in crate::model) fn expression(
        &self,
        expression: &Expr,
        bindings: &[Binding],
    ) -> Option<Expression> {
        match expression {
            Expr::Paren(inner) => self.expression(&inner.expr, bindings),
            Expr::Group(inner) => self.expression(&inner.expr, bindings),
            Expr::Lit(ExprLit {
                lit: Lit::Int(literal),
                ..
            }) => self.literal(literal, expression.span(), false),
            Expr::Path(path) => match path.path.get_ident() {
                Some(name) => self.name(name, bindings).map(Expression::Name),
                None => self.not_an_expression(expression),
            },
            Expr::Unary(unary) => {
                let operator = match unary.op {
                    UnOp::Neg(_) => Unary::Negate,
                    UnOp::Not(_) => Unary::Not,
                    _ => return self.not_an_expression(expression),
                };
                if let (
                    Unary::Negate,
                    Expr::Lit(ExprLit {
                        lit: Lit::Int(literal),
                        ..
                    }),
                ) = (operator, &*unary.expr)
                {
                    return self.literal(literal, expression.span(), true);
                }
                let value = self.expression(&unary.expr, bindings)?;
                Some(Expression::Unary(operator, Box::new(value)))
            }
            Expr::Binary(binary) => {
                let Some(operator) = operator(&binary.op) else {
                    return self.not_an_expression(expression);
                };
                let left = self.expression(&binary.left, bindings)?;
                let right = self.expression(&binary.right, bindings)?;
                if operator == Binary::Remainder
                    && right.evaluate(&|_| None).is_none_or(|by| by <= 0)
                {
                    let message = "the remainder is taken by a number above 0, not by this";
                    let help = "write a number, as in `b % 8`";
                    let diagnostic =
                        Diagnostic::new(Code::LiteralOutOfRange, binary.right.span(), message);
                    self.context.report(diagnostic.help(help));
                    return None;
                }
                Some(Expression::Binary(
                    operator,
                    Box::new(left),
                    Box::new(right),
                ))
            }
            Expr::Call(call) => {
                let is_it =
                    matches!(&*call.func, Expr::Path(path) if path.path.is_ident("trailing_zeros"));
                match call.args.first() {
                    Some(value) if is_it && call.args.len() == 1 => {
                        let value = self.expression(value, bindings)?;
                        Some(Expression::Unary(Unary::TrailingZeros, Box::new(value)))
                    }
                    _ => self.not_an_expression(expression),
                }
            }
            _ => self.not_an_expression(expression),
        }
    }

    /// A name in an expression: a constant of the pattern, or a `let`.
    fn name(&self, name: &Ident, bindings: &[Binding]) -> Option<BindingId> {
        let is_it = |binding: &Binding| binding.name.as_ref() == Some(name);
        let Some(index) = bindings.iter().position(is_it) else {
            self.unbound(name, bindings.iter().filter_map(|it| it.name.as_ref()));
            return None;
        };
        let is_known = match bindings[index].kind {
            BindingKind::Constant { .. } | BindingKind::Let { .. } => true,
            BindingKind::Given(id) => self.ops[id].is_constant(),
            _ => false,
        };
        if is_known {
            return Some(BindingId(index));
        }
        let message = format!("the value of `{name}` is not known when a rule is chosen");
        let diagnostic = Diagnostic::new(Code::WrongKind, name.span(), message);
        let help = format!("take `{name}` as a constant: `{name}: const …` or an immediate kind");
        self.context.report(
            diagnostic
                .declared(format!("`{name}`"), bindings[index].region)
                .help(help),
        );
        None
    }

    /// Reports a name that is not among those that are bound, and not given either.
    pub(in crate::model) fn unbound<'b>(
        &self,
        name: &Ident,
        bound: impl Iterator<Item = &'b Ident>,
    ) {
        let known: Vec<String> = bound.map(Ident::to_string).collect();
        let given = self.ops.givens.iter();
        let given = given.map(|given| given.operand.name.to_string());
        let names: Vec<String> = known.iter().cloned().chain(given).collect();
        let message =
            format!("`{name}` is not bound by the pattern or by a `let` before this line");
        let help = match nearest(&name.to_string(), names.iter().map(String::as_str)) {
            Some(nearest) => format!("did you mean `{nearest}`?"),
            None if known.is_empty() => "the pattern binds nothing".to_owned(),
            None => format!("bound are: {}", known.join(", ")),
        };
        self.context
            .report(Diagnostic::new(Code::UnboundOrUnused, name.span(), message).help(help));
    }

    /// A number; constants are signed, so the upper half of what 64 bits hold is written as negative numbers.
    fn literal(&self, literal: &LitInt, span: Span, negative: bool) -> Option<Expression> {
        let magnitude = literal.base10_parse::<u64>().ok().map(i128::from);
        let value = magnitude.map(|magnitude| if negative { -magnitude } else { magnitude });
        let held = value.filter(|value| i64::try_from(*value).is_ok());
        if held.is_none() {
            let sign = if negative { "-" } else { "" };
            let message = format!(
                "`{sign}{literal}` is not in the range of constants, which are signed and have 64 bits"
            );
            let help = match value.map(u64::try_from) {
                Some(Ok(bits)) => format!("write the number with the same bits, `{}`", bits as i64),
                _ => "write a number between -9223372036854775808 and 9223372036854775807".into(),
            };
            let diagnostic = Diagnostic::new(Code::LiteralOutOfRange, span, message);
            self.context.report(diagnostic.help(help));
        }
        held.map(Expression::Literal)
    }

    fn not_a_condition(&self, condition: &Expr) {
        let message = "conditions are comparisons and `power_of_two(…)`, joined by `&&`";
        let help = match condition {
            Expr::Assign(_) => "write `==` for a comparison",
            Expr::Binary(binary) if matches!(binary.op, BinOp::Or(_)) => {
                "write a rule for each alternative, or a family with a row for each"
            }
            _ => "write `if 0 <= b && b < 4096;`, or `if b in Imm12;`",
        };
        let diagnostic = Diagnostic::new(Code::Syntax, Region::of(condition), message);
        self.context.report(diagnostic.help(help));
    }

    fn not_an_expression<T>(&self, expression: &Expr) -> Option<T> {
        let message =
            "expressions are whole numbers, names, + - * % & | ^ << >> ! and `trailing_zeros(…)`";
        let help = "compute with these, or with masks and shifts: `b >> 3` for `b / 8`";
        let diagnostic = Diagnostic::new(Code::Syntax, expression.span(), message);
        self.context.report(diagnostic.help(help));
        None
    }
}

/// Notes that a condition is about the bindings.
fn mark(names: &[BindingId], bindings: &mut [Binding]) {
    for id in names {
        bindings[id.0].tested = true;
    }
}

/// The comparison, and whether its sides trade places.
fn comparison(operator: &BinOp) -> Option<(Comparison, bool)> {
    Some(match operator {
        BinOp::Eq(_) => (Comparison::Equal, false),
        BinOp::Ne(_) => (Comparison::NotEqual, false),
        BinOp::Lt(_) => (Comparison::Less, false),
        BinOp::Le(_) => (Comparison::LessOrEqual, false),
        BinOp::Gt(_) => (Comparison::Less, true),
        BinOp::Ge(_) => (Comparison::LessOrEqual, true),
        _ => return None,
    })
}

fn operator(operator: &BinOp) -> Option<Binary> {
    Some(match operator {
        BinOp::Add(_) => Binary::Add,
        BinOp::Sub(_) => Binary::Subtract,
        BinOp::Mul(_) => Binary::Multiply,
        BinOp::Rem(_) => Binary::Remainder,
        BinOp::BitAnd(_) => Binary::And,
        BinOp::BitOr(_) => Binary::Or,
        BinOp::BitXor(_) => Binary::Xor,
        BinOp::Shl(_) => Binary::ShiftLeft,
        BinOp::Shr(_) => Binary::ShiftRight,
        _ => return None,
    })
}
