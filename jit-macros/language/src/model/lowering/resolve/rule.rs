//! A rule as a whole: its pattern and result, its statements in order, and what no single one of them can get wrong.

use proc_macro2::Ident;
use syn::ext::IdentExt;

use super::Declarations;
use crate::error::{Code, Diagnostic, Region};
use crate::model::lowering::expression::Expression;
use crate::model::lowering::{Binding, BindingId, BindingKind, ConstantKind, Instance, Rule};
use crate::parse::lowering::{Kind, OperationSyntax, RuleSyntax, StatementKind};

impl Declarations<'_> {
    /// A rule; none without a pattern that makes sense.
    pub(super) fn rule(&self, syntax: RuleSyntax) -> Option<Rule> {
        let before = self.context.count();
        let mut rule = self.begin(&syntax)?;
        for statement in &syntax.statements {
            self.statement(statement, &mut rule);
        }
        rule.complete &= self.context.count() == before;
        if rule.complete {
            self.check_whole(&rule);
            rule.complete = self.context.count() == before;
        }
        Some(rule)
    }

    /// The left side of a rewriting rule: a rule that has a pattern and conditions.
    pub(in crate::model) fn left(&self, syntax: &RuleSyntax) -> Option<Rule> {
        let mut rule = self.begin(syntax)?;
        for statement in &syntax.statements {
            self.statement(statement, &mut rule);
        }
        Some(rule)
    }

    /// What no single statement can get wrong.
    fn check_whole(&self, rule: &Rule) {
        let has = |is_it: fn(&BindingKind) -> bool| {
            rule.bindings.iter().find(|binding| is_it(&binding.kind))
        };
        let is_list = |kind: &BindingKind| matches!(kind, BindingKind::List);
        let is_exit = |kind: &BindingKind| matches!(kind, BindingKind::Exit);
        if rule.emit.is_none() && rule.branch.is_none() && rule.goto.is_none() {
            let message = format!("rule `{}` has no template", rule.name);
            let help = "write `emit { … }`, empty if nothing has to be done";
            self.context
                .report(Diagnostic::new(Code::Syntax, rule.region, message).help(help));
        }
        self.check_calls(rule);
        self.check_routines(rule);
        if let Some(list) = has(is_list)
            && let Some(name) = &list.name
            && has(is_exit).is_none()
            && rule.list.is_none()
        {
            let message = format!("the values of `{name}` are put nowhere");
            let help = self.isa.conventions.first().map(|convention| {
                format!(
                    "write `{name}: in {};`, or `{name}: anywhere;`",
                    convention.name
                )
            });
            let diagnostic = Diagnostic::new(Code::UnboundOrUnused, list.region, message);
            self.context.report(diagnostic.maybe_help(help));
        }
    }

    /// The rule with its pattern and result.
    fn begin(&self, syntax: &RuleSyntax) -> Option<Rule> {
        let mut patterns = syntax
            .statements
            .iter()
            .filter_map(|statement| match &statement.kind {
                StatementKind::When {
                    pattern,
                    result,
                    text,
                } => Some((pattern, result, text, statement.region)),
                _ => None,
            });
        let Some((pattern, result, text, region)) = patterns.next() else {
            if !syntax.complete {
                return None;
            }
            let message = format!("rule `{}` has no pattern", syntax.name);
            let help = match self.bare {
                true => "begin it with `when Operation(…);`",
                false => "begin it with `when Operation(…) -> d: Gpr;`",
            };
            self.context
                .report(Diagnostic::new(Code::Syntax, syntax.name.span(), message).help(help));
            return None;
        };
        if let Some((_, _, _, second)) = patterns.next() {
            self.context.report(
                Diagnostic::new(Code::DuplicateName, second, "a rule has one pattern")
                    .declared("the first one", region)
                    .help("write a rule for each"),
            );
        }
        let mut bindings = Vec::new();
        let resolved = self.pattern(pattern, &mut bindings)?;
        let result = self.result(pattern, result.as_ref(), &mut bindings)?;
        let (name, instance) = match &syntax.instance {
            None => (syntax.name.clone(), None),
            Some(instance) => {
                let name = Ident::new(
                    &format!("{}_{}", syntax.name.unraw(), instance.suffix),
                    syntax.name.span(),
                );
                let family = syntax.name.clone();
                (
                    name,
                    Some(Instance {
                        family,
                        row: instance.region,
                        text: instance.text.clone(),
                    }),
                )
            }
        };
        let mut rule = Rule {
            name,
            instance,
            complete: syntax.complete,
            doc: syntax.doc.clone(),
            region: syntax.name.span().into(),
            pattern: resolved,
            pattern_region: region,
            pattern_text: text.clone(),
            bindings,
            result,
            conditions: Vec::new(),
            stated: Vec::new(),
            condition_text: String::new(),
            same: Vec::new(),
            narrow: Vec::new(),
            clobbers: Vec::new(),
            list: None,
            emit: None,
            otherwise: None,
            branch: None,
            goto: None,
            bytes: None,
            template_text: String::new(),
        };
        for index in 0..rule.bindings.len() {
            let Binding { kind, region, .. } = &rule.bindings[index];
            if let BindingKind::Constant {
                kind: ConstantKind::Immediate(kind),
                ..
            } = *kind
                && self.isa[kind].encodable.is_some()
            {
                let (value, region) = (Expression::Name(BindingId(index)), *region);
                self.fits_kind(kind, value, region, &mut rule);
            }
        }
        Some(rule)
    }

    /// The result, if the operation has one; none at all if the rule and the operation disagree.
    fn result(
        &self,
        pattern: &OperationSyntax,
        result: Option<&(Ident, Kind)>,
        bindings: &mut Vec<Binding>,
    ) -> Option<Option<BindingId>> {
        let op = &self.ops[self.ops.op(&pattern.name.to_string())?];
        let declared = format!("`{}`", op.name);
        match (op.result, result) {
            (None, None) => Some(None),
            (Some(_), None) if self.bare => Some(None),
            (Some(ty), Some((name, Kind::Named(kind)))) => {
                let class = self.class(kind)?;
                let is_ordinary = self.isa[class].special().is_none();
                if !self.fits(class, ty) || !is_ordinary {
                    let message = format!(
                        "a result of type `{}` cannot be `{kind}`",
                        self.ops[ty].name
                    );
                    let classes: Vec<String> = self.ops[ty]
                        .classes
                        .iter()
                        .map(ToString::to_string)
                        .collect();
                    self.context.report(
                        Diagnostic::new(Code::WrongKind, kind.span(), message)
                            .declared(format!("`{}`", self.ops[ty].name), self.ops[ty].region)
                            .help(format!("write `-> {name}: {}`", classes.join("` or `"))),
                    );
                    return None;
                }
                let region = Region::from(name.span()).to(kind.span());
                Some(Some(self.add(
                    Some(name.clone()),
                    BindingKind::Result { class },
                    region,
                    bindings,
                )))
            }
            (Some(_), Some((_, Kind::Constant(kind)))) => {
                self.context.report(
                    Diagnostic::new(Code::WrongKind, kind.span(), "a result is in a register")
                        .declared(declared, op.signature)
                        .help("write a register class behind the colon"),
                );
                None
            }
            (Some(ty), None) => {
                let message = format!("{declared} yields a value, and the rule does not say where");
                let help = format!("write `-> d: {}`", self.ops[ty].classes.first()?);
                let diagnostic =
                    Diagnostic::new(Code::WrongOperandCount, pattern.region(), message);
                self.context
                    .report(diagnostic.declared(declared, op.signature).help(help));
                None
            }
            (None, Some((name, _))) => {
                let message = format!("{declared} yields nothing");
                let diagnostic = Diagnostic::new(Code::WrongOperandCount, name.span(), message);
                self.context.report(
                    diagnostic
                        .declared(declared, op.signature)
                        .help("delete the arrow and what follows it"),
                );
                None
            }
        }
    }
}
