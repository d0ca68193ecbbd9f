//! What a rule says about registers: which one an operand is in, whether it is apart from others, how much of it is read, and
//! which ones change.

use proc_macro2::{Ident, Span};

use super::Declarations;
use crate::error::{Code, Diagnostic, Region, again, unknown};
use crate::model::isa::Register;
use crate::model::lowering::{
    BindingId, BindingKind, Clobber, Clobbered, Constraint, ListPlace, Rule,
};

impl Declarations<'_> {
    /// `narrow a;`
    pub(super) fn read_less(&self, rule: &mut Rule, name: &Ident) {
        let Some(id) = self.bound(rule, name) else {
            return;
        };
        let region = name.span().into();
        if !matches!(rule[id].kind, BindingKind::Register { .. }) {
            let message =
                format!("`{name}` is no operand in a register, of which fewer bits could be read");
            let finding = Diagnostic::new(Code::WrongKind, region, message);
            let finding = finding.declared(format!("`{name}`"), rule[id].region);
            self.context
                .report(finding.help("name an operand of the pattern, or delete this"));
        } else if let Some((_, first)) = rule.narrow.iter().find(|(narrow, _)| *narrow == id) {
            self.context
                .report(again(&format!("`narrow {name}`"), region, *first));
        } else {
            rule.narrow.push((id, region));
        }
    }

    /// `d: early;`, `a: in x0;`
    pub(super) fn constrain(
        &self,
        rule: &mut Rule,
        id: BindingId,
        constraint: Constraint,
        region: Region,
    ) {
        let binding = &mut rule.bindings[id.0];
        let again = !matches!(binding.constraint, Constraint::Free);
        binding.constraint = constraint;
        if again {
            let name = binding
                .name
                .as_ref()
                .map_or("_".to_owned(), Ident::to_string);
            let message = format!("a place for `{name}` is given twice");
            let help = "delete one of the two statements";
            self.context
                .report(Diagnostic::new(Code::DuplicateName, region, message).help(help));
        }
        self.check_result(rule, id, region);
    }

    /// Says once where the result is: in the register of an operand, in one by name, or apart from all operands. The
    /// allocator is told one of these.
    pub(super) fn check_result(&self, rule: &Rule, result: BindingId, region: Region) {
        let is_placed = !matches!(rule[result].constraint, Constraint::Free);
        let is_tied = rule.same.iter().any(|same| same.result == result);
        if !is_placed || !is_tied {
            return;
        }
        let message = "the result is in the register of an operand, and somewhere else besides";
        let help = "delete one of the two statements";
        self.context
            .report(Diagnostic::new(Code::WrongKind, region, message).help(help));
    }

    pub(super) fn is_list(&self, rule: &Rule, id: BindingId, span: Span) -> bool {
        let is_list = matches!(rule[id].kind, BindingKind::List);
        if !is_list {
            let message = "only a list can be spread over registers, or lie anywhere";
            self.context.report(
                Diagnostic::new(Code::WrongKind, span, message)
                    .declared("this operand", rule[id].region)
                    .help("name one register, as in `a: in x0;`"),
            );
        }
        is_list
    }

    /// `a: in x0;`, `arguments: in aapcs64;`
    pub(super) fn place(&self, rule: &mut Rule, name: &Ident, place: &Ident) {
        let Some(id) = self.bound(rule, name) else {
            return;
        };
        let text = place.to_string();
        if let Some(convention) = self.isa.convention(&text) {
            if self.is_list(rule, id, name.span()) {
                rule.list = Some(ListPlace {
                    convention: Some(convention),
                });
            }
        } else if let Some(register) = self.register(place) {
            let class = match rule[id].kind {
                BindingKind::Result { class } | BindingKind::Register { class, .. } => class,
                _ => {
                    let message = format!("`{name}` is not in a register");
                    return self.context.report(
                        Diagnostic::new(Code::WrongKind, name.span(), message)
                            .declared(format!("`{name}`"), rule[id].region)
                            .help("delete this line, or take it in a register class"),
                    );
                }
            };
            if !self.isa[class].registers.contains(&register) {
                let message = format!("`{}` does not contain `{place}`", self.isa[class].name);
                let declared = &self.isa[class];
                let finding = |code| {
                    Diagnostic::new(code, place.span(), message)
                        .declared(format!("`{}`", declared.name), declared.region)
                        .help(format!("name a register of `{}`", declared.name))
                };
                return self.context.report(match self.isa.reservation(register) {
                    Some(reserved) => finding(Code::ReservedRegister).note(format!(
                        "`{place}` is reserved at {}: {}",
                        reserved.region.place(),
                        reserved.reason
                    )),
                    None => finding(Code::WrongFamily),
                });
            }
            let is_result = |kind: &BindingKind| matches!(kind, BindingKind::Result { .. });
            let taken = rule.bindings.iter().enumerate().find(|(other, binding)| {
                // A result may take the register of an operand, which has been read by then.
                matches!(binding.constraint, Constraint::Fixed(held) if held == register)
                    && is_result(&binding.kind) == is_result(&rule[id].kind)
                    && *other != id.0
            });
            if let Some((_, other)) = taken {
                let holder = other.name.as_ref().map_or("_".to_owned(), Ident::to_string);
                let message = format!("`{place}` holds `{holder}` already");
                let diagnostic = Diagnostic::new(Code::DuplicateName, place.span(), message);
                return self.context.report(
                    diagnostic
                        .declared(format!("`{holder}`"), other.region)
                        .help("name another register for one of them"),
                );
            }
            let region = Region::from(name.span()).to(place.span());
            self.constrain(rule, id, Constraint::Fixed(register), region);
        }
    }

    /// A register by the name of all of it. Every other name can be meant for that of a convention, or of the flags.
    fn register(&self, name: &Ident) -> Option<Register> {
        let named = Register::from_name(&name.to_string());
        if let Some((register, view)) = named {
            if view.bits() < 64 {
                let message = format!("`{name}` is a part of {register}");
                let diagnostic = Diagnostic::new(Code::WrongWidth, name.span(), message);
                self.context
                    .report(diagnostic.help(format!("write `{register}`")));
            }
            return Some(register);
        }
        let conventions = self
            .isa
            .conventions
            .iter()
            .map(|item| item.name.to_string());
        let words: Vec<String> = conventions
            .chain(["flags", "lr"].map(str::to_owned))
            .collect();
        let words = words.iter().map(String::as_str);
        let mut finding = unknown("register or convention", name, words);
        if finding
            .help
            .as_ref()
            .is_some_and(|help| help.contains("declare"))
        {
            finding = finding.help("write x0 to x30, d0 to d31, `lr`, `flags`, or a convention");
        }
        self.context.report(finding);
        None
    }

    pub(super) fn clobber(&self, name: &Ident) -> Option<Clobber> {
        let text = name.to_string();
        let what = if text == "flags" {
            Clobbered::Flags
        } else if let Some(convention) = self.isa.convention(&text) {
            Clobbered::Convention(convention)
        } else if text == "lr" {
            Clobbered::Register(Register::General(30))
        } else {
            Clobbered::Register(self.register(name)?)
        };
        Some(Clobber {
            what,
            region: name.span().into(),
            text,
        })
    }
}
