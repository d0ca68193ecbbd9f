//! From the syntax of `rewriting!` to its model.

mod block;
mod right;

use proc_macro2::{Ident, TokenStream};

use super::{Dialects, Rewriting, Right};
use crate::error::{Code, Context, Diagnostic, Region};
use crate::model::isa::Isa;
use crate::model::lowering::resolve::{Declarations, RuleNames};
use crate::model::lowering::{
    Impossible, Listed, Lowering, OperandPattern, OperationPattern, Rule,
};
use crate::model::ops::{OpId, OperandKind, Ops};
use crate::parse::rewriting::{Item, RewritingSyntax, RuleSyntax};

/// Looks up every name of an invocation.
pub fn resolve(syntax: RewritingSyntax, dialects: Dialects<'_>, context: &Context) -> Rewriting {
    let isa = Isa::default();
    let known = Declarations {
        isa: &isa,
        ops: dialects.from,
        calls: None,
        context,
        bare: true,
    };
    let mut rewriting = Rewriting {
        name: syntax.name.clone(),
        ops_path: syntax.ops.clone(),
        to_path: syntax.to,
        left: Lowering {
            name: syntax.name,
            ops_path: syntax.ops,
            isa_path: TokenStream::new(),
            total: Vec::new(),
            partial: Vec::new(),
            unlowered: Vec::new(),
            impossible: Vec::new(),
            jump: None,
            is_extension: false,
            rules: Vec::new(),
            incomplete: context.has_errors(),
            preferences: Vec::new(),
        },
        right: Vec::new(),
        fold: Vec::new(),
    };
    let mut names = RuleNames::default();
    let (mut preferences, mut left_out) = (Vec::new(), Vec::new());
    for item in syntax.items {
        match item {
            Item::Fold(names) if dialects.differ() => {
                let place = names.first().map_or(rewriting.name.span(), Ident::span);
                let message =
                    "operations of another dialect are folded there, not on the way to it";
                let diagnostic = Diagnostic::new(Code::Syntax, place, message);
                let help = "fold them in a set of rules for that dialect";
                context.report(diagnostic.help(help));
            }
            Item::Fold(names) => names
                .iter()
                .for_each(|name| known.fold(name, &mut rewriting)),
            Item::Prefer(prefer) => preferences.push(prefer),
            Item::Rule(rule) => {
                let name = rule.left.name.to_string();
                match known.rewriting_rule(&rule, dialects.to) {
                    Some((left, right))
                        if !known.is_taken(&left, &names, &rewriting.left.rules) =>
                    {
                        names.add(&left, rewriting.left.rules.len());
                        rewriting.left.rules.push(left);
                        rewriting.right.push(right);
                    }
                    _ => left_out.push(name),
                }
            }
        }
    }
    rewriting.left.preferences = preferences
        .into_iter()
        .filter_map(|line| known.prefer(line, &names, &rewriting.left.rules, &left_out))
        .collect();
    rewriting.left.incomplete |= !left_out.is_empty();
    if dialects.differ() {
        // What stays behind would have no place in a function of the other dialect.
        rewriting.left.total = every_operation(dialects.from, &rewriting.name);
    }
    rewriting
}

/// Every operation of a dialect, listed by the name of the set.
fn every_operation(ops: &Ops, set: &Ident) -> Vec<Listed> {
    let listed = |(index, op): (usize, &crate::model::ops::Op)| Listed {
        op: OpId(index),
        name: Ident::new(&op.name.to_string(), set.span()),
    };
    ops.ops.iter().enumerate().map(listed).collect()
}

impl Declarations<'_> {
    /// A name in `fold`: a pure operation over values whose result has an operation for constants.
    fn fold(&self, name: &Ident, rewriting: &mut Rewriting) {
        let Some(op) = self.op(name) else {
            return;
        };
        let declared = &self.ops[op];
        if let Some(first) = rewriting.fold.iter().find(|listed| listed.op == op) {
            let message = format!("operation `{name}` is listed twice");
            let diagnostic = Diagnostic::new(Code::DuplicateName, name.span(), message);
            let first = first.name.span();
            return self.context.report(
                diagnostic
                    .declared("the first mention", first)
                    .help("delete one of them"),
            );
        }
        let takes_values = declared
            .operands
            .iter()
            .all(|operand| matches!(operand.kind, OperandKind::Value(_)));
        let has_constant = declared
            .result
            .and_then(|ty| self.ops.constant_op(ty))
            .is_some();
        let is_pure = declared.effects == Default::default();
        if !takes_values || declared.operands.is_empty() || !has_constant || !is_pure {
            let message = format!(
                "`{name}` cannot be folded: what is folded is pure, takes values, and yields one that can be a constant"
            );
            let diagnostic = Diagnostic::new(Code::WrongKind, name.span(), message);
            let diagnostic = diagnostic.declared(format!("`{name}`"), declared.signature);
            return self
                .context
                .report(diagnostic.help(format!("take `{name}` out of `fold`")));
        }
        let operands = declared
            .operands
            .iter()
            .map(|_| OperandPattern::AnyConstant);
        let region = Region::from(name.span());
        let pattern = OperationPattern {
            op,
            name: name.clone(),
            operands: operands.collect(),
            region,
        };
        rewriting
            .left
            .impossible
            .push(Impossible { pattern, region });
        rewriting.fold.push(Listed {
            op,
            name: name.clone(),
        });
    }

    fn rewriting_rule(&self, syntax: &RuleSyntax, to: &Ops) -> Option<(Rule, Right)> {
        let mut left = self.left(&syntax.left)?;
        let name = &syntax.left.name;
        let mut sides = syntax.right.iter();
        let Some(right) = sides.next() else {
            if !syntax.left.complete {
                return None;
            }
            let message = format!("rule `{name}` does not say what becomes of the operation");
            let help = "write `becomes …;`, or `becomes nothing;`";
            self.context
                .report(Diagnostic::new(Code::Syntax, name.span(), message).help(help));
            return None;
        };
        if let Some(second) = sides.next() {
            let message = "a rule has one right side";
            let diagnostic = Diagnostic::new(Code::DuplicateName, second.region, message);
            self.context.report(diagnostic.help("delete one of them"));
        }
        let right = right::right(self, to, &mut left, right)?;
        Some((left, right))
    }
}
