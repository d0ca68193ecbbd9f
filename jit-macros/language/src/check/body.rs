//! The templates of one rule, strategy or sequence with everything that bears on them.

use std::collections::BTreeSet;

use proc_macro2::{TokenStream, TokenTree};

use super::flow::{Effect, Flow};
use super::scope::{Changed, Name, RegisterName, Scope};
use crate::error::{Code, Diagnostic, Region};
use crate::model::template::{Directive, Line, RegisterRef, RegisterUse, Template};

/// What a template has to do at its end.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum End {
    /// Control arrives there: something follows.
    Reached,
    /// Control never arrives there.
    NeverReached,
    /// Either will do.
    Any,
}

/// Templates that are laid out one behind the other.
pub struct Run<'a> {
    /// In order.
    pub templates: Vec<&'a Template>,
    /// What has to happen at the end.
    pub end: End,
    /// How control and data flow through them.
    pub flow: Flow,
}

/// The templates of one owner.
pub struct Body<'a> {
    /// What their names stand for.
    pub scope: Scope<'a>,
    /// The runs of code that it consists of: alternatives to each other, or separate parts.
    pub runs: Vec<Run<'a>>,
    /// Names used outside of templates: by conditions, computed constants, constraints.
    pub mentioned: BTreeSet<String>,
    /// What may be declared as changed, if not everything.
    pub permitted: Option<Vec<Changed>>,
    /// Where the owner is named.
    pub region: Region,
}

impl<'a> Body<'a> {
    /// Nothing yet but names; `region` is where the owner is named.
    pub fn new(scope: Scope<'a>, region: Region) -> Body<'a> {
        Body {
            scope,
            runs: Vec::new(),
            mentioned: BTreeSet::new(),
            permitted: None,
            region,
        }
    }

    /// Adds a run of templates; `effect` says what directives do.
    pub fn add(
        &mut self,
        templates: Vec<&'a Template>,
        end: End,
        effect: &dyn Fn(&Directive) -> Effect,
    ) {
        let flow = Flow::of(&templates, &self.scope, effect);
        self.runs.push(Run {
            templates,
            end,
            flow,
        });
    }

    /// Every template, once per run that it is part of.
    pub fn templates(&self) -> impl Iterator<Item = &'a Template> + '_ {
        self.runs.iter().flat_map(|run| &run.templates).copied()
    }

    /// Every instruction, likewise.
    pub fn lines(&self) -> impl Iterator<Item = &'a Line> + '_ {
        self.templates().flat_map(Template::lines)
    }

    /// Every register operand that stands for a name, with what the name stands for, likewise.
    pub fn bound_registers(&self) -> impl Iterator<Item = (&'a RegisterUse, &Name, &RegisterName)> {
        let operands = self.lines().flat_map(|line| &line.registers);
        operands.filter_map(|operand| match &operand.register {
            RegisterRef::Bound(ident) => {
                let (name, register) = self.scope.register(ident)?;
                Some((operand, name, register))
            }
            RegisterRef::Fixed(_) => None,
        })
    }

    /// What the checks of templates find, each finding once. Whether names are bound is not among it.
    pub fn check(&self) -> Vec<Diagnostic> {
        let checks: [fn(&Body<'_>) -> Vec<Diagnostic>; 9] = [
            super::family::check,
            super::width::check,
            super::reserved::check,
            super::immediates::check,
            super::written::check,
            super::overwritten::check,
            super::clobbers::check,
            super::control::check,
            super::landing::check,
        ];
        let mut seen = BTreeSet::new();
        let findings = checks.iter().flat_map(|check| check(self));
        // Runs share templates, and would have each of their mistakes reported once per run.
        let key = |finding: &Diagnostic| {
            let places: Vec<_> = finding
                .regions
                .iter()
                .map(|region| format!("{region:?}"))
                .collect();
            (finding.message.clone(), places)
        };
        let mut findings: Vec<Diagnostic> = findings
            .filter(|finding| seen.insert(key(finding)))
            .collect();
        // What is wrong with the operands of a line that should not be there at all need not be mended.
        let lines = super::control::superfluous(self);
        findings.retain(|finding| {
            let is_within = |line: &Region| line.contains(finding.regions[0]);
            finding.code == Code::BadControlFlow || !lines.iter().any(is_within)
        });
        findings
    }
}

/// Every identifier in `tokens`, at any depth.
pub fn identifiers(tokens: &TokenStream) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for token in tokens.clone() {
        match token {
            TokenTree::Ident(ident) => {
                found.insert(ident.to_string());
            }
            TokenTree::Group(group) => found.extend(identifiers(&group.stream())),
            TokenTree::Punct(_) | TokenTree::Literal(_) => {}
        }
    }
    found
}
