//! Limited reach has a fallback (JL065), and references go where their links lead (JL061).
//!
//! A function may be larger than a conditional branch or a literal load reaches. A rule that uses one of them says what
//! happens then: `inverse` for branches, `otherwise` for literals.

use super::rule::owner;
use crate::error::{Code, Diagnostic};
use crate::model::isa::Isa;
use crate::model::lowering::{Binding, BindingKind, Rule};
use crate::model::template::{LabelRef, Line, Template};

pub fn check(rule: &Rule, isa: &Isa) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    if let Some(branch) = &rule.branch {
        for template in [Some(&branch.template), branch.inverse.as_ref()]
            .into_iter()
            .flatten()
        {
            found.extend(single_branch(template, &branch.label));
        }
        if let Some(inverse) = &branch.inverse
            && same(&branch.template, inverse)
        {
            let message = "`inverse` is the very branch that it has to be the opposite of";
            found.push(
                Diagnostic::new(Code::BadLink, inverse.region, message)
                    .note(format!("the branch is at {}", branch.region.place()))
                    .help(
                        "write the one that is taken exactly if the other is not: `cbnz` for `cbz`",
                    ),
            );
        }
        if branch.inverse.is_none()
            && let Some(link) = branch.link()
        {
            let link = &isa[link];
            let message = format!(
                "{} has no way to a target further than {} away",
                owner(rule),
                reach(&link.reach)
            );
            found.push(
                Diagnostic::new(Code::NoFallback, branch.region, message)
                    .declared(format!("`{}`", link.name), link.region)
                    .help(format!("add `inverse {{ … }}`: the branch to `{}` that is taken exactly if this one is not", branch.label)),
            );
        }
    }
    let is_literal = |binding: &Binding| matches!(binding.kind, BindingKind::Literal { .. });
    if let Some(otherwise) = &rule.otherwise
        && !rule.bindings.iter().any(is_literal)
    {
        let message = format!(
            "`otherwise` is for a literal out of reach, and {} has none",
            owner(rule)
        );
        let region = otherwise.region;
        found.push(
            Diagnostic::new(Code::UnboundOrUnused, region, message)
                .help("declare `pool c: u64 = …;` and load `=>c`, or delete `otherwise`"),
        );
    }
    if rule.otherwise.is_none() {
        let lines = rule.emit.iter().flat_map(Template::lines);
        found.extend(lines.filter_map(|line| literal(rule, line, isa)));
    }
    found
}

/// A line that loads a literal, in a rule that has nothing else.
fn literal(rule: &Rule, line: &Line, isa: &Isa) -> Option<Diagnostic> {
    let label = line.label.as_ref()?;
    let LabelRef::Dynamic(name) = &label.label else {
        return None;
    };
    let id = rule.binding(name)?;
    if !matches!(rule[id].kind, BindingKind::Literal { .. }) {
        return None;
    }
    let link = &isa[label.link];
    let message = format!(
        "{} has no way to a literal further than {} away",
        owner(rule),
        reach(&link.reach)
    );
    Some(
        Diagnostic::new(Code::NoFallback, label.region, message)
            .declared(format!("`{}`", link.name), link.region)
            .help("add `otherwise { … }`: a template that does without the literal"),
    )
}

/// Whether two templates consist of the same tokens.
fn same(one: &Template, other: &Template) -> bool {
    let text = |template: &Template| {
        let lines = template.lines().map(|line| line.tokens.to_string());
        lines.collect::<Vec<_>>()
    };
    text(one) == text(other)
}

/// What a `branch` template must be: one line that goes to the label.
fn single_branch(template: &Template, label: &proc_macro2::Ident) -> Option<Diagnostic> {
    let goes = |line: &&Line| {
        line.label
            .as_ref()
            .is_some_and(|used| matches!(&used.label, LabelRef::Dynamic(name) if name == label))
    };
    let right = template.items.len() == 1 && template.lines().filter(goes).count() == 1;
    if right {
        return None;
    }
    let message = format!("this has to be one instruction that goes to `{label}`");
    Some(
        Diagnostic::new(Code::BadLink, template.region, message).help(format!(
            "write `; cbz X(…), =>{label}` or another branch; other lines belong in `emit`"
        )),
    )
}

/// The greatest distance of a link, in words.
pub fn reach(set: &crate::space::Set) -> String {
    const KIB: i128 = 1 << 10;
    const MIB: i128 = 1 << 20;
    let Some((lo, hi)) = set.bounds() else {
        return "0 bytes".into();
    };
    match lo.abs().max(hi) {
        most if most % MIB == 0 => format!("{} MiB", most / MIB),
        most if most % KIB == 0 => format!("{} KiB", most / KIB),
        most => format!("{most} bytes"),
    }
}
