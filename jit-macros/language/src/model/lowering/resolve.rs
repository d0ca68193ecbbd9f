//! From the syntax of `lowering!` to its model: names are looked up, wrong ones reported with what was meant.
//!
//! A rule that has no readable pattern is left out; anything else that is wrong leaves out as little as possible, so that
//! the checks behind this one still see the rest.

mod condition;
mod directive;
mod names;
mod pattern;
mod place;
mod rule;
mod statement;

use std::collections::{BTreeSet, HashMap};

use proc_macro2::Ident;

use super::{Impossible, Jump, Listed, Lowering, Prefer, Rule};
use crate::error::{Code, Context, Diagnostic, again, found, unknown};
use crate::model::calls::Calls;
use crate::model::isa::Isa;
use crate::model::ops::{OpId, Ops};
use crate::parse::lowering::{Item, List, LoweringSyntax, PreferSyntax, RuleSyntax};
use crate::parse::template;

pub(in crate::model) use names::RuleNames;

/// What names may refer to.
#[derive(Clone, Copy)]
pub(in crate::model) struct Declarations<'a> {
    pub isa: &'a Isa,
    pub ops: &'a Ops,
    /// The routines that rules may call, if the header says where they are declared.
    pub calls: Option<&'a Calls>,
    pub context: &'a Context,
    /// Whether operands may be names without a kind, and results may be left out: in rewriting rules, which do not say
    /// how values arrive.
    pub bare: bool,
}

/// Looks up every name of an invocation.
pub fn resolve(
    syntax: LoweringSyntax,
    isa: &Isa,
    ops: &Ops,
    calls: Option<&Calls>,
    context: &Context,
) -> Lowering {
    let known = Declarations {
        isa,
        ops,
        calls: calls.filter(|_| syntax.with_calls),
        context,
        bare: false,
    };
    let mut lowering = Lowering {
        name: syntax.name,
        ops_path: syntax.ops,
        isa_path: syntax.isa,
        is_extension: ops.base.is_some(),
        total: Vec::new(),
        partial: Vec::new(),
        unlowered: Vec::new(),
        impossible: Vec::new(),
        jump: None,
        rules: Vec::new(),
        incomplete: context.has_errors(),
        preferences: Vec::new(),
    };
    let mut names = RuleNames::default();
    let mut preferences = Vec::new();
    let mut left_out = Vec::new();
    for item in syntax.items {
        match item {
            Item::List(list, names) => {
                let names = names.into_iter().filter_map(|name| {
                    Some(Listed {
                        op: known.op(&name)?,
                        name,
                    })
                });
                match list {
                    List::Total => lowering.total.extend(names),
                    List::Partial => lowering.partial.extend(names),
                    List::Unlowered => lowering.unlowered.extend(names),
                }
            }
            Item::Impossible(pattern, region) => {
                if let Some(pattern) = known.impossible(&pattern) {
                    lowering.impossible.push(Impossible { pattern, region });
                }
            }
            Item::Jump(label, tokens, region) => {
                if let Some(first) = &lowering.jump {
                    context.report(again("a `jump`", region, first.region));
                }
                let template = template::parse(tokens, region, isa, &[], context);
                lowering.jump = Some(Jump {
                    label,
                    template,
                    region,
                });
            }
            Item::Rule(rule) => {
                let name = rule.name.to_string();
                match known.rule(rule) {
                    Some(rule) if !known.is_taken(&rule, &names, &lowering.rules) => {
                        names.add(&rule, lowering.rules.len());
                        lowering.rules.push(rule)
                    }
                    _ => left_out.push(name),
                }
            }
            Item::Prefer(prefer) => preferences.push(prefer),
        }
    }
    lowering.preferences = preferences
        .into_iter()
        .filter_map(|line| known.prefer(line, &names, &lowering.rules, &left_out))
        .collect();
    lowering.incomplete |= !left_out.is_empty();
    known.check_owners(&lowering);
    known.check_roots(&lowering);
    let mut listed = BTreeSet::new();
    for list in [
        &mut lowering.total,
        &mut lowering.partial,
        &mut lowering.unlowered,
    ] {
        list.retain(|it| listed.insert(it.op));
    }
    known.check_jump(&lowering);
    lowering
}

/// Looks up every name of a rule by itself. None: it has no pattern that makes sense.
pub fn rule(
    syntax: RuleSyntax,
    isa: &Isa,
    ops: &Ops,
    calls: Option<&Calls>,
    context: &Context,
) -> Option<Rule> {
    let known = Declarations {
        isa,
        ops,
        calls,
        context,
        bare: false,
    };
    known.rule(syntax)
}

impl Declarations<'_> {
    pub(in crate::model) fn op(&self, name: &Ident) -> Option<OpId> {
        let id = self.ops.op(&name.to_string());
        if id.is_none() && !self.context.is_unread(name) {
            let names: Vec<String> = self.ops.ops.iter().map(|op| op.name.to_string()).collect();
            let diagnostic = unknown("operation", name, names.iter().map(String::as_str));
            self.context
                .report(diagnostic.note(format!("operations are those of `{}`", self.ops.dialect)));
        }
        id
    }

    /// A `prefer` line between rules; none if one of them is unknown, or was left out because it makes no sense.
    pub(in crate::model) fn prefer(
        &self,
        line: PreferSyntax,
        names: &RuleNames,
        rules: &[Rule],
        left_out: &[String],
    ) -> Option<Prefer> {
        if line.over == line.under {
            let name = &line.over;
            let message = format!("`{name}` is preferred to itself");
            let diagnostic = Diagnostic::new(Code::BadPreference, line.region, message);
            let help = "name the rule that it is to win against, or delete this line";
            self.context.report(diagnostic.help(help));
            return None;
        }
        let find = |name: &Ident| {
            let meant = names.meant(name, line.instance.as_ref());
            let is_known = !meant.is_empty() || left_out.iter().any(|other| name == other);
            let names = rules.iter().map(|rule| &rule.name);
            found(is_known.then_some(meant), "rule", name, names, self.context).unwrap_or_default()
        };
        let (over, under) = (find(&line.over), find(&line.under));
        let pairs: Vec<_> = over
            .iter()
            .flat_map(|&over| under.iter().map(move |&under| (over, under)))
            .collect();
        (!pairs.is_empty()).then_some(Prefer {
            pairs,
            over: line.over,
            under: line.under,
            region: line.region,
        })
    }

    /// Whether a rule has the name of one of `rules`, which is reported.
    pub(in crate::model) fn is_taken(
        &self,
        rule: &Rule,
        names: &RuleNames,
        rules: &[Rule],
    ) -> bool {
        let Some(first) = names.rule(&rule.name.to_string()) else {
            return false;
        };
        let first = &rules[first];
        let message = format!("there are two rules `{}`", rule.name);
        if let (Some(one), Some(other)) = (&rule.instance, &first.instance)
            && rule.region.is_at(first.region)
        {
            let diagnostic = Diagnostic::new(Code::DuplicateName, one.row, message);
            self.context.report(
                diagnostic
                    .also_at(other.row)
                    .note("the first entry of a row gives the rules their names")
                    .declared("the first one", other.row)
                    .help("begin the rows with different entries"),
            );
            return true;
        }
        self.context.report(
            Diagnostic::new(Code::DuplicateName, rule.region, message)
                .also_at(first.region)
                .declared("the first one", first.region)
                .help("give one of them another name"),
        );
        true
    }

    /// A rule that may have to jump needs to know how.
    fn check_jump(&self, lowering: &Lowering) {
        let inverts = |rule: &Rule| {
            rule.branch
                .as_ref()
                .is_some_and(|branch| branch.inverse.is_some())
        };
        let jumps = |rule: &&Rule| rule.goto.is_some() || inverts(rule);
        if lowering.jump.is_none()
            && let Some(rule) = lowering.rules.iter().find(jumps)
        {
            let message = format!(
                "rule `{}` may have to jump, and the rule set does not say how",
                rule.name
            );
            let help = "declare it, as in `jump target { ; b =>target }`";
            self.context
                .report(Diagnostic::new(Code::NoFallback, rule.region, message).help(help));
        }
    }

    /// A set lowers operations of its own dialect, not those of the dialect that is extended.
    fn check_owners(&self, lowering: &Lowering) {
        let lists = [&lowering.total, &lowering.partial, &lowering.unlowered];
        for listed in lists.into_iter().flatten() {
            let Some(base) = self.ops.inherited(listed.op) else {
                continue;
            };
            let (name, owner) = (&listed.name, &base.dialect);
            let message = format!(
                "`{name}` is an operation of `{owner}`, whose crate lowers it; these rules are for those of `{}`",
                self.ops.dialect
            );
            let help = format!(
                "fold it instead, as an operand of an operation of `{}`: `Own(a: Gpr, {name}(…))`",
                self.ops.dialect
            );
            let diagnostic = Diagnostic::new(Code::NotOurs, name.span(), message)
                .declared(format_args!("`{name}`"), self.ops[listed.op].signature)
                .help(help);
            self.context.report(diagnostic);
        }
    }

    /// Every operation that has rules is listed, once; one that is not is reported at the first of its rules.
    fn check_roots(&self, lowering: &Lowering) {
        let mut seen: HashMap<OpId, &Ident> = HashMap::new();
        let lists = [&lowering.total, &lowering.partial, &lowering.unlowered];
        for listed in lists.into_iter().flatten() {
            if let Some(first) = seen.insert(listed.op, &listed.name) {
                let message = format!("operation `{}` is listed twice", listed.name);
                let diagnostic = Diagnostic::new(Code::DuplicateName, listed.name.span(), message);
                let place = crate::error::place(first.span());
                self.context.report(
                    diagnostic
                        .note(format!("the first mention is at {place}"))
                        .help("delete one of them"),
                );
            }
        }
        let with_rules = lowering.total.iter().chain(&lowering.partial);
        let covered: BTreeSet<OpId> = with_rules.map(|listed| listed.op).collect();
        let mut unlisted = BTreeSet::new();
        for rule in &lowering.rules {
            if covered.contains(&rule.pattern.op) || !unlisted.insert(rule.pattern.op) {
                continue;
            }
            let op = &rule.pattern.name;
            let unlowered = lowering.unlowered.iter();
            if let Some(listed) = unlowered
                .clone()
                .find(|listed| listed.op == rule.pattern.op)
            {
                let message = format!(
                    "rule `{}` is for `{op}`, which is listed as unlowered",
                    rule.name
                );
                let place = crate::error::place(listed.name.span());
                self.context.report(
                    Diagnostic::new(Code::NotLowered, op.span(), message)
                        .note(format!("`{op}` is listed at {place}"))
                        .help(format!("move `{op}` to `total {{ … }}`")),
                );
                continue;
            }
            let message = format!(
                "rule `{}` is for `{op}`, which is listed neither as total nor as partial",
                rule.name
            );
            let help = format!("add `{op}` to `total {{ … }}`");
            self.context
                .report(Diagnostic::new(Code::NotLowered, op.span(), message).help(help));
        }
    }
}
