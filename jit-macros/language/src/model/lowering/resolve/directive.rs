//! What templates of rules call: the address that the pattern names, by a planned call, and routines of the arena.
//!
//! A routine is declared in `calls!`, so the header of a rule set that calls one says where. What it does to registers and
//! memory is its declaration's to say, and shown by proofs; here it is looked up, and compared with what it is given.

use proc_macro2::{Ident, TokenStream};

use syn::parenthesized;
use syn::parse::ParseStream;

use super::Declarations;
use crate::error::{Code, Diagnostic, found};
use crate::model::calls::ParameterKind;
use crate::model::isa::Control;
use crate::model::lowering::{Binding, BindingKind, Rule};
use crate::model::template::{Directive, Line};
use crate::parse::parse_all;

/// Statements of rules that may stand in their templates: the planned call, and a call of a shared routine.
pub const DIRECTIVES: [&str; 2] = ["call", "routine"];

impl Declarations<'_> {
    /// A planned call goes to the address that the pattern names, and a pattern names one in order that it is called.
    pub(super) fn check_calls(&self, rule: &Rule) {
        let is_address = |binding: &Binding| matches!(binding.kind, BindingKind::Address);
        let address = rule.bindings.iter().find(|binding| is_address(binding));
        let directives = rule
            .templates()
            .flat_map(|(_, template)| template.directives());
        let calls: Vec<_> = directives
            .filter(|it| it.keyword == DIRECTIVES[0])
            .collect();
        for call in &calls {
            let named = call.tokens.to_string();
            let name = address.and_then(|address| address.name.as_ref());
            if name.is_some_and(|name| *name == named) {
                continue;
            }
            let message = format!("`call {named}` goes to no address of the pattern");
            let help = match name {
                Some(name) => format!("write `; call {name}`"),
                None => "call what an operation has as `const Address`".to_owned(),
            };
            self.context
                .report(Diagnostic::new(Code::UnboundOrUnused, call.region, message).help(help));
        }
        // An instruction that calls has been told what is wrong with it.
        let is_call = |line: &Line| self.isa[line.form].effects.control == Control::Calls;
        let lines = rule.templates().flat_map(|(_, template)| template.lines());
        let any = !calls.is_empty() || lines.into_iter().any(is_call);
        if let Some(address) = address
            && let (Some(name), false) = (&address.name, any)
        {
            let message = format!("`{name}` is an address, and nothing calls it");
            let help = format!("write `; call {name}` in the template");
            let diagnostic = Diagnostic::new(Code::UnboundOrUnused, address.region, message);
            self.context.report(diagnostic.help(help));
        }
    }

    /// A routine that a rule calls is declared, and works on one register, which the rule names.
    pub(super) fn check_routines(&self, rule: &Rule) {
        let directives = rule
            .templates()
            .flat_map(|(_, template)| template.directives());
        for directive in directives.filter(|it| it.keyword == DIRECTIVES[1]) {
            self.check_routine(rule, directive);
        }
    }

    fn check_routine(&self, rule: &Rule, directive: &Directive) {
        let Ok((name, operand)) = called(&directive.tokens) else {
            let message = "`routine` stands in front of the name of a routine and its operand";
            let finding = Diagnostic::new(Code::NotInTemplate, directive.region, message);
            return self
                .context
                .report(finding.help("write `; routine name(a)`"));
        };
        let Some(calls) = self.calls else {
            let message = format!("no routine `{name}`: these rules know no declarations of calls");
            let finding = Diagnostic::new(Code::UnknownName, name.span(), message);
            let help =
                "say in the header where they are: `lowering … on … with crate::specs::calls;`";
            return self.context.report(finding.help(help));
        };
        let routines = calls.sequences.iter().filter(|it| it.is_routine);
        let names = routines.clone().map(|it| &it.name);
        let routine = routines.clone().find(|it| it.name == name);
        let Some(routine) = found(routine, "routine", &name, names, self.context) else {
            return;
        };
        let Some(id) = self.bound(rule, &operand) else {
            return;
        };
        let wrong = |code, span: &Ident, message: String, help: String| {
            let finding = Diagnostic::new(code, span.span(), message);
            let declared = format!("`{name}`");
            self.context
                .report(finding.declared(declared, routine.name.span()).help(help));
        };
        let inherited = calls.base.as_ref().map(|base| base.sequences);
        let index = calls.sequences.iter().position(|it| it.name == name);
        if inherited.is_some_and(|inherited| index >= Some(inherited)) {
            let message =
                format!("`{name}` is a routine of this crate, and the arena has none of its");
            let help = "call a routine of the declaration that is extended, whose crate makes them";
            return wrong(Code::NotOurs, &name, message, help.to_owned());
        }
        let operands = || {
            let kinds = routine.parameters.iter().map(|it| it.kind);
            kinds.filter(|kind| *kind != ParameterKind::Label)
        };
        let (Some(ParameterKind::Register(wanted)), 1) = (operands().next(), operands().count())
        else {
            let message =
                format!("`{name}` does not work on one register, as what rules call does");
            let help = "call a routine with one parameter that is a register".to_owned();
            return wrong(Code::WrongOperandCount, &name, message, help);
        };
        let BindingKind::Register { class, .. } = rule[id].kind else {
            let message = format!("`{operand}` is no operand in a register");
            let help = format!("take it as `{operand}: {}`", self.isa[wanted].name);
            return wrong(Code::WrongKind, &operand, message, help);
        };
        let (given, wanted) = (&self.isa[class], &self.isa[wanted]);
        if !given.registers.is_subset(&wanted.registers) {
            let message = format!(
                "`{operand}: {}` may be in a register that `{name}` is not made for",
                given.name
            );
            let help = format!("take it as `{operand}: {}`", wanted.name);
            wrong(Code::WrongKind, &operand, message, help);
        }
    }
}

/// The parts of `name(operand)`.
fn called(tokens: &TokenStream) -> syn::Result<(Ident, Ident)> {
    parse_all(tokens.clone(), |input: ParseStream| {
        let name = input.parse()?;
        let list;
        parenthesized!(list in input);
        let operand = list.parse()?;
        match list.is_empty() {
            true => Ok((name, operand)),
            false => Err(list.error("unexpected token")),
        }
    })
}
