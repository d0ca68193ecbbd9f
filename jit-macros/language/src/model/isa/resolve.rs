//! From the statements of `isa!` to an [`Isa`]: looks names up and adds up sets.

use std::collections::BTreeSet;

use proc_macro2::Ident;

use super::{
    Base, Condition, Control, Convention, Form, FormEffects, FormOperand, Immediate, ImmediateId,
    Isa, Link, LinkId, Meaning, Parameter, Register, RegisterClass, Reserved, View,
};
use crate::error::{Code, Context, Diagnostic, Region, again, found, is_new, unknown};
use crate::parse::isa as syntax;
use crate::space::{Piece, Set};

/// Resolves all statements. What cannot be resolved is reported and left out.
pub fn resolve(statements: Vec<syntax::Statement>, context: &Context) -> Isa {
    let nothing = Isa {
        target: None,
        classes: Vec::new(),
        reserved: Vec::new(),
        conventions: Vec::new(),
        immediates: Vec::new(),
        links: Vec::new(),
        forms: Vec::new(),
        conditions: Vec::new(),
        meanings: Vec::new(),
        base: None,
    };
    add(nothing, statements, context)
}

/// Adds the instructions of an extension, with their fields and links, to the machine that it names.
pub fn extend(base: Isa, statements: Vec<syntax::Statement>, context: &Context) -> Isa {
    for (region, what) in statements.iter().filter_map(syntax::Statement::of_base) {
        let message = format!("{what} in an extension of a machine");
        let help = "an extension declares `imm`, `link`, `form` and `means`";
        context.report(Diagnostic::new(Code::NotOurs, region, message).help(help));
    }
    let declared = statements.into_iter();
    let declared = declared.filter(|statement| statement.of_base().is_none());
    add(base, declared.collect(), context)
}

fn add(isa: Isa, statements: Vec<syntax::Statement>, context: &Context) -> Isa {
    let mut resolver = Resolver { isa, context };
    for statement in statements {
        resolver.statement(statement);
    }
    resolver.isa
}

/// What parameters of sequences are that stand for a place in the code.
const LABEL: &str = "label";

/// The conditions that instructions can carry. `al` is none: it has no encoding of its own everywhere.
const CONDITIONS: [&str; 16] = [
    "eq", "ne", "cs", "hs", "cc", "lo", "mi", "pl", "vs", "vc", "hi", "ls", "ge", "lt", "gt", "le",
];

struct Resolver<'a> {
    isa: Isa,
    context: &'a Context,
}

impl Resolver<'_> {
    fn statement(&mut self, statement: syntax::Statement) {
        if !self.is_new(&statement) {
            return;
        }
        match statement {
            syntax::Statement::Target(name) => self.target(name),
            syntax::Statement::Extends(_, path) => {
                self.isa.base = Some(Base {
                    path,
                    links: self.isa.links.len(),
                    forms: self.isa.forms.len(),
                });
            }
            syntax::Statement::Class(class) => self.class(class),
            syntax::Statement::Reserved(reserved) => self.reserved(reserved),
            syntax::Statement::Convention(convention) => self.convention(convention),
            syntax::Statement::Immediate(immediate) => self.immediate(immediate),
            syntax::Statement::Link(link) => {
                let reach = self.set(&link.values);
                self.isa.links.push(Link {
                    name: link.name,
                    doc: link.doc,
                    reach,
                    region: link.region,
                });
            }
            syntax::Statement::Form(form) => self.form(form),
            syntax::Statement::Conditions(conditions) => self.conditions(conditions),
            syntax::Statement::Meaning(meaning) => self.meaning(meaning),
        }
    }

    /// Whether the name of a statement is not taken; patterns name classes and immediate kinds in the same place.
    fn is_new(&self, statement: &syntax::Statement) -> bool {
        let isa = &self.isa;
        let classes = isa.classes.iter().map(|class| &class.name);
        let kinds = classes.chain(isa.immediates.iter().map(|immediate| &immediate.name));
        let links = isa.links.iter().map(|link| &link.name);
        let conventions = isa.conventions.iter().map(|convention| &convention.name);
        match statement {
            syntax::Statement::Class(syntax::Class { name, .. })
            | syntax::Statement::Immediate(syntax::Immediate { name, .. }) => {
                is_new("operand kind", name, kinds, self.context) && self.is_free(name, &[LABEL])
            }
            syntax::Statement::Link(link) => is_new("link", &link.name, links, self.context),
            syntax::Statement::Convention(it) => {
                is_new("convention", &it.name, conventions, self.context)
                    && self.is_free(&it.name, &["flags", "lr"])
            }
            syntax::Statement::Target(name) => match &isa.target {
                Some(first) => {
                    let finding = again("a target", name.span(), first.span());
                    self.context.report(finding);
                    false
                }
                None => true,
            },
            _ => true,
        }
    }

    /// Whether a name does not mean something else where it can stand: a register, or one of `words`.
    fn is_free(&self, name: &Ident, words: &[&str]) -> bool {
        let text = name.to_string();
        let is_free = Register::from_name(&text).is_none() && !words.contains(&text.as_str());
        if !is_free {
            let message = format!("`{name}` means something else where this name would stand");
            let finding = Diagnostic::new(Code::DuplicateName, name.span(), message);
            self.context.report(finding.help("give it another name"));
        }
        is_free
    }

    fn convention(&mut self, convention: syntax::Convention) {
        let convention = Convention {
            arguments: self.ranges(&convention.arguments),
            results: self.ranges(&convention.results),
            preserved: self.ranges(&convention.preserved),
            name: convention.name,
            region: convention.region,
        };
        self.isa.conventions.push(convention);
    }

    fn target(&mut self, name: Ident) {
        if name != "aarch64" {
            self.context.report(unknown("target", &name, ["aarch64"]));
        }
        self.isa.target = Some(name);
    }

    fn class(&mut self, class: syntax::Class) {
        let mut registers = BTreeSet::new();
        for member in class.members {
            match member {
                syntax::Member::Codes(lo, hi, region) => {
                    self.codes(class.view, lo, hi, region, &mut registers)
                }
                syntax::Member::Class(name) => {
                    let id = self.isa.class(&name.to_string());
                    let classes = self.isa.classes.iter().map(|class| &class.name);
                    if let Some(id) = found(id, "register class", &name, classes, self.context) {
                        registers.extend(&self.isa[id].registers);
                    }
                }
                syntax::Member::Special(name) => {
                    if let Some((register, _)) = self.register(&name) {
                        if register.code() != 31 || !class.view.holds(register) {
                            let message =
                                format!("code 31 is not `{name}` in `{}`", class.view.name());
                            let there = class.view.code_31();
                            let help = format!(
                                "write `31 as {there}`, or take a view in which it is `{name}`"
                            );
                            self.context.report(
                                Diagnostic::new(Code::WrongFamily, name.span(), message).help(help),
                            );
                        }
                        self.insert(register, name.span().into(), &mut registers);
                    }
                }
            }
        }
        self.isa.classes.push(RegisterClass {
            name: class.name,
            doc: class.doc,
            view: class.view,
            registers,
            region: class.region,
        });
    }

    fn codes(
        &self,
        view: View,
        lo: i128,
        hi: i128,
        region: Region,
        registers: &mut BTreeSet<Register>,
    ) {
        let most: u8 = match view.bank() {
            super::Bank::General => 30,
            super::Bank::Float => 31,
        };
        if lo > hi {
            let message = "no register lies in this range";
            let help = "write the lower end first";
            self.context
                .report(Diagnostic::new(Code::EmptyPattern, region, message).help(help));
            return;
        }
        if lo < 0 || hi > most.into() {
            let message = format!("register codes go from 0 to {most}, this says {lo}..={hi}");
            let help = format!(
                "write `codes 0..={most}` or a part of it; code 31 of a general register is written `31 as xzr` or `31 as sp`"
            );
            self.context
                .report(Diagnostic::new(Code::LiteralOutOfRange, region, message).help(help));
            return;
        }
        let codes = (0..=most).filter(|code| (lo..=hi).contains(&i128::from(*code)));
        for code in codes {
            let register = match view.bank() {
                super::Bank::General => Register::General(code),
                super::Bank::Float => Register::Float(code),
            };
            if !self.insert(register, region, registers) {
                return;
            }
        }
    }

    /// Adds a register to those of a list, in which it stands once.
    fn insert(
        &self,
        register: Register,
        region: Region,
        registers: &mut BTreeSet<Register>,
    ) -> bool {
        let is_new = registers.insert(register);
        if !is_new {
            let message = format!("{register} is in this list already");
            let finding = Diagnostic::new(Code::DuplicateName, region, message);
            self.context
                .report(finding.help("name each register of a list once"));
        }
        is_new
    }

    fn reserved(&mut self, reserved: syntax::Reserved) {
        if reserved.reason.value().trim().is_empty() {
            let message = "nothing is said about why";
            let finding = Diagnostic::new(Code::Syntax, reserved.reason.span(), message);
            let help = "write the reason: messages to those who use the register quote it";
            self.context.report(finding.help(help));
        }
        for name in &reserved.registers {
            if let Some(register) = self.whole_register(name) {
                self.isa.reserved.push(Reserved {
                    register,
                    reason: reserved.reason.value(),
                    scratch: reserved.scratch,
                    region: name.span().into(),
                });
            }
        }
    }

    fn immediate(&mut self, immediate: syntax::Immediate) {
        let set = if immediate.values.ranges.is_empty() {
            immediate.ty.all()
        } else {
            self.set(&immediate.values)
        };
        let (ty, all) = (immediate.ty.name(), immediate.ty.all());
        if let Some(value) = set.outside(&all) {
            let message = format!(
                "`{ty}` does not hold {value}, which `{}` does",
                immediate.name
            );
            let help = format!("take a type that holds all of {set}, or a range within {all}");
            let region = immediate.values.ranges.first();
            let region = region.map_or(immediate.region, |(.., region)| *region);
            self.context
                .report(Diagnostic::new(Code::LiteralOutOfRange, region, message).help(help));
        }
        self.isa.immediates.push(Immediate {
            name: immediate.name,
            ty: immediate.ty,
            set,
            encodable: immediate.encodable,
            region: immediate.region,
        });
    }

    /// The union of the ranges, thinned out to the declared multiples.
    fn set(&self, values: &syntax::Values) -> Set {
        let shift = match values.multiple_of {
            Some((multiple, region)) if multiple <= 0 || multiple.count_ones() != 1 => {
                let message = format!("multiples are of powers of two, not of {multiple}");
                let help = "write `multiple_of 2`, 4, 8 and so on, or list the numbers in `values`";
                self.context
                    .report(Diagnostic::new(Code::LiteralOutOfRange, region, message).help(help));
                0
            }
            Some((multiple, _)) => multiple.trailing_zeros(),
            None => 0,
        };
        let mut pieces = Vec::new();
        for &(lo, hi, region) in &values.ranges {
            let set = Set::range(lo, hi).multiples(shift);
            if set.is_empty() {
                let message = format!("nothing lies in {lo}..={hi}");
                let help = "write the lower end first, and a range in which a multiple lies";
                self.context
                    .report(Diagnostic::new(Code::EmptyPattern, region, message).help(help));
            }
            let earlier = Set::from_pieces(pieces.iter().copied());
            if let Some((first, _)) = earlier.intersect(&set).bounds() {
                let message = format!("{first} is in this list already");
                let finding = Diagnostic::new(Code::DuplicateName, region, message);
                self.context
                    .report(finding.help("name each number of a list once"));
            }
            pieces.push(Piece::range(lo, hi));
        }
        Set::from_pieces(pieces).multiples(shift)
    }

    fn register(&self, name: &Ident) -> Option<(Register, View)> {
        let found = Register::from_name(&name.to_string());
        if found.is_none() {
            let message = format!("no register `{name}`");
            let help =
                "registers are x0 to x30, w0 to w30, d0 to d31, s0 to s31, xzr, wzr, sp and wsp";
            self.context
                .report(Diagnostic::new(Code::UnknownName, name.span(), message).help(help));
        }
        found
    }

    /// A register by the name of all of it.
    fn whole_register(&self, name: &Ident) -> Option<Register> {
        let (register, view) = self.register(name)?;
        if view.bits() < 64 {
            let message = format!("`{name}` is a part of {register}");
            let finding = Diagnostic::new(Code::WrongWidth, name.span(), message);
            self.context
                .report(finding.help(format!("write `{register}`")));
        }
        Some(register)
    }

    fn ranges(&self, ranges: &[syntax::RegisterRange]) -> Vec<Register> {
        let mut seen = BTreeSet::new();
        let mut all = Vec::new();
        for range in ranges {
            let region = Region::from(range.first.span());
            let region = region.to(range.last.as_ref().unwrap_or(&range.first).span());
            let registers = self.register_range(range);
            for &register in &registers {
                if !self.insert(register, region, &mut seen) {
                    break;
                }
            }
            all.extend(registers);
        }
        all
    }

    fn register_range(&self, range: &syntax::RegisterRange) -> Vec<Register> {
        let Some((first, view)) = self.register(&range.first) else {
            return Vec::new();
        };
        let Some(last) = &range.last else {
            return vec![first];
        };
        let Some((end, _)) = self.register(last) else {
            return Vec::new();
        };
        let mut registers = BTreeSet::new();
        if end.bank() == first.bank() {
            let region = Region::from(range.first.span()).to(last.span());
            self.codes(
                view,
                first.code().into(),
                end.code().into(),
                region,
                &mut registers,
            );
        } else {
            let message = format!(
                "`{}` and `{last}` are different kinds of register",
                range.first
            );
            let help = "write a range for each kind";
            self.context
                .report(Diagnostic::new(Code::WrongFamily, last.span(), message).help(help));
        }
        registers.into_iter().collect()
    }

    fn form(&mut self, form: syntax::Form) {
        let Some(operands) = self.operands(&form.operands) else {
            return;
        };
        let effects = self.effects(&form.properties);
        let texts: Vec<String> = form.operands.iter().map(ToString::to_string).collect();
        let text = texts.join(", ");
        for (mnemonic, conditional) in &form.mnemonics {
            let mnemonic = full(mnemonic, *conditional);
            self.isa.forms.push(Form {
                text: format!("{mnemonic} {text}"),
                mnemonic,
                operands: operands.clone(),
                effects: effects.clone(),
                within: form.within,
                region: form.region,
            });
        }
    }

    fn conditions(&mut self, conditions: Vec<syntax::Condition>) {
        for condition in conditions {
            for name in condition.names {
                let earlier = self.isa.conditions.iter().map(|condition| &condition.name);
                let codes = CONDITIONS.iter().find(|known| name == **known);
                if codes.is_none() {
                    self.context.report(unknown("condition", &name, CONDITIONS));
                } else if is_new("condition", &name, earlier, self.context) {
                    let value = condition.value.clone();
                    self.isa.conditions.push(Condition { name, value });
                }
            }
        }
    }

    fn meaning(&mut self, meaning: syntax::Meaning) {
        let mut parameters: Vec<Parameter> = Vec::new();
        for parameter in meaning.parameters {
            let default = parameter.default.as_ref();
            let default = default.and_then(|name| self.register(name));
            parameters.push(Parameter {
                name: parameter.name,
                shift: parameter.shift,
                default: default.map(|found| found.0),
            });
        }
        for (mnemonic, conditional) in meaning.mnemonics {
            let name = full(&mnemonic, conditional);
            if let Some(first) = self.isa.meaning(&name) {
                let message = format!("`{name}` has two meanings");
                let diagnostic = Diagnostic::new(Code::DuplicateName, mnemonic.span(), message);
                let diagnostic = diagnostic.also_at(first.region);
                self.context.report(
                    diagnostic
                        .declared("the first one", first.region)
                        .help("delete one of them"),
                );
                continue;
            }
            self.isa.meanings.push(Meaning {
                mnemonic: name,
                parameters: parameters.clone(),
                body: meaning.body.clone(),
                region: meaning.region,
            });
        }
    }

    fn operands(&self, operands: &[syntax::Operand]) -> Option<Vec<FormOperand>> {
        operands
            .iter()
            .map(|operand| self.operand(operand))
            .collect()
    }

    fn operand(&self, operand: &syntax::Operand) -> Option<FormOperand> {
        Some(match operand {
            syntax::Operand::Register(role, view) => FormOperand::Register(*role, *view),
            syntax::Operand::Immediate(name) => FormOperand::Immediate(self.immediate_named(name)?),
            syntax::Operand::Modifier(name, amount) => {
                let amount = match amount {
                    Some(amount) => Some(self.immediate_named(amount)?),
                    None => None,
                };
                FormOperand::Modifier(name.to_string(), amount)
            }
            syntax::Operand::Condition => FormOperand::Condition,
            syntax::Operand::Label(name) => FormOperand::Label(self.link_named(name)?),
            syntax::Operand::Literal(text) => FormOperand::Literal(text.clone()),
            syntax::Operand::Memory {
                base,
                rest,
                write_back,
            } => FormOperand::Memory {
                base: *base,
                rest: self.operands(rest)?,
                write_back: *write_back,
            },
        })
    }

    fn immediate_named(&self, name: &Ident) -> Option<ImmediateId> {
        let id = self.isa.immediate(&name.to_string());
        let kinds = self.isa.immediates.iter().map(|kind| &kind.name);
        found(id, "immediate kind", name, kinds, self.context)
    }

    fn link_named(&self, name: &Ident) -> Option<LinkId> {
        let id = self.isa.link(&name.to_string());
        let links = self.isa.links.iter().map(|link| &link.name);
        found(id, "link", name, links, self.context)
    }

    fn effects(&self, properties: &[syntax::Property]) -> FormEffects {
        let mut effects = FormEffects::default();
        for property in properties {
            match property {
                syntax::Property::ReadsFlags => effects.reads_flags = true,
                syntax::Property::WritesFlags => effects.writes_flags = true,
                syntax::Property::ReadsMemory => effects.reads_memory = true,
                syntax::Property::WritesMemory => effects.writes_memory = true,
                syntax::Property::Reads(name) => effects
                    .reads
                    .extend(self.register(name).map(|found| found.0)),
                syntax::Property::Writes(name) => effects
                    .writes
                    .extend(self.register(name).map(|found| found.0)),
                syntax::Property::Branches => effects.control = Control::Branches,
                syntax::Property::Calls => effects.control = Control::Calls,
                syntax::Property::Ends => effects.control = Control::Ends,
            }
        }
        effects
    }
}

/// A mnemonic with what belongs to it.
fn full(mnemonic: &Ident, conditional: bool) -> String {
    let suffix = if conditional { ".cond" } else { "" };
    format!("{mnemonic}{suffix}")
}
