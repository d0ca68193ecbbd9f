//! The statements of a rule.

use proc_macro2::{Ident, Span, TokenStream};
use syn::ext::IdentExt;

use super::Declarations;
use crate::error::{Code, Diagnostic, Region, again, unknown};
use crate::model::isa::{Control, Register};
use crate::model::lowering::expression::Expression;
use crate::model::lowering::{
    Binding, BindingId, BindingKind, Branch, Clobber, Clobbered, ConstantKind, Constraint, Goto,
    Instance, ListPlace, Rule, Same,
};
use crate::model::template::{Line, Template};
use crate::parse::lowering::{Kind, OperationSyntax, RuleSyntax, Statement, StatementKind};
use crate::parse::template;
use crate::text::text;

/// Statements of rules that may stand in their templates: the planned call, and a call of a shared routine.
pub const DIRECTIVES: [&str; 2] = ["call", "routine"];

/// Where a function returns: what `goto` may name besides blocks.
const EPILOGUE: &str = "epilogue";

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

    /// A planned call goes to the address that the pattern names, and a pattern names one in order that it is called.
    fn check_calls(&self, rule: &Rule) {
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
        let mut conditions = Vec::new();
        for index in 0..bindings.len() {
            if let BindingKind::Constant {
                kind: ConstantKind::Immediate(kind),
                ..
            } = bindings[index].kind
                && self.isa[kind].encodable.is_some()
            {
                let (value, region) = (Expression::Name(BindingId(index)), bindings[index].region);
                self.fits_kind(kind, value, region, &mut bindings, &mut conditions);
            }
        }
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
        Some(Rule {
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
            conditions,
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
        })
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

    fn statement(&self, statement: &Statement, rule: &mut Rule) {
        let region = statement.region;
        match &statement.kind {
            StatementKind::When { .. } => {}
            StatementKind::If(condition) => {
                self.condition(condition, &mut rule.bindings, &mut rule.conditions);
                add_text(
                    &mut rule.condition_text,
                    &text(&quote::quote!(#condition)),
                    " && ",
                );
            }
            StatementKind::IfIn(value, kind) => {
                self.fits_in(value, kind, &mut rule.bindings, &mut rule.conditions);
                add_text(
                    &mut rule.condition_text,
                    &text(&quote::quote!(#value in #kind)),
                    " && ",
                );
            }
            StatementKind::Let(name, kind, value) => {
                let value = self.expression(value, &rule.bindings);
                if let (Some(kind), Some(value)) = (self.immediate(kind), value) {
                    self.add(
                        Some(name.clone()),
                        BindingKind::Let { kind, value },
                        region,
                        &mut rule.bindings,
                    );
                }
            }
            StatementKind::Pool(name, value) => {
                if let Some(value) = self.expression(value, &rule.bindings) {
                    self.add(
                        Some(name.clone()),
                        BindingKind::Literal { value },
                        region,
                        &mut rule.bindings,
                    );
                }
            }
            StatementKind::Temporary(name, class) => {
                let kind = class;
                if let Some(class) = self.class(class) {
                    if let Some(special) = self.isa[class].special() {
                        let message = format!("`{kind}` may be {special}, which holds nothing");
                        let diagnostic = Diagnostic::new(Code::WrongKind, kind.span(), message);
                        self.context.report(
                            diagnostic
                                .declared(format!("`{kind}`"), self.isa[class].region)
                                .help(format!("take a class without {special}")),
                        );
                    }
                    self.add(
                        Some(name.clone()),
                        BindingKind::Temporary { class },
                        region,
                        &mut rule.bindings,
                    );
                }
            }
            StatementKind::Same(result, operand) => {
                if let (Some(result), Some(operand)) =
                    (self.bound(rule, result), self.bound(rule, operand))
                {
                    let sides = (&rule[result].kind, &rule[operand].kind);
                    if matches!(
                        sides,
                        (BindingKind::Result { .. }, BindingKind::Register { .. })
                    ) {
                        let another = !rule.same.is_empty();
                        self.once(another, region, "… = …;");
                        rule.same.push(Same { result, operand });
                        self.check_result(rule, result, region);
                    } else {
                        let message = "a result can share the register of an operand, nothing else";
                        let help = "write the result first, then the operand: `d = a;`";
                        self.context
                            .report(Diagnostic::new(Code::WrongKind, region, message).help(help));
                    }
                }
            }
            StatementKind::Early(name) => {
                if let Some(id) = self.bound(rule, name) {
                    if rule.result == Some(id) {
                        self.constrain(rule, id, Constraint::Early(region), region);
                    } else {
                        let message = format!("only a result can be early, and `{name}` is none");
                        let help = "name the result, or delete this line";
                        self.context.report(
                            Diagnostic::new(Code::WrongKind, name.span(), message).help(help),
                        );
                    }
                }
            }
            StatementKind::Narrow(names) => {
                names.iter().for_each(|name| self.read_less(rule, name));
            }
            StatementKind::In(name, place) => self.place(rule, name, place),
            StatementKind::Anywhere(name) => {
                if let Some(id) = self.bound(rule, name)
                    && self.is_list(rule, id, name.span())
                {
                    rule.list = Some(ListPlace { convention: None });
                }
            }
            StatementKind::Clobbers(names) => rule
                .clobbers
                .extend(names.iter().filter_map(|name| self.clobber(name))),
            StatementKind::Emit(tokens) => {
                self.once(rule.emit.is_some(), region, "emit");
                rule.emit = Some(self.template(tokens, region, &mut rule.template_text, ""));
            }
            StatementKind::Otherwise(tokens) => {
                self.once(rule.otherwise.is_some(), region, "otherwise");
                rule.otherwise =
                    Some(self.template(tokens, region, &mut rule.template_text, "otherwise"));
            }
            StatementKind::Branch(label, tokens) => {
                self.once(rule.branch.is_some(), region, "branch");
                let text = format!("branch {label}");
                let template = self.template(tokens, region, &mut rule.template_text, &text);
                let target = self.bound(rule, label);
                rule.complete &= target.is_some();
                if let Some(target) = target.filter(|id| self.is_place(rule, *id, label)) {
                    rule.branch = Some(Branch {
                        target,
                        label: label.clone(),
                        template,
                        inverse: None,
                        region,
                    });
                }
            }
            StatementKind::Inverse(tokens) => {
                let template = self.template(tokens, region, &mut rule.template_text, "inverse");
                match &mut rule.branch {
                    Some(branch) => {
                        self.once(branch.inverse.is_some(), region, "inverse");
                        branch.inverse = Some(template);
                    }
                    None if rule.complete => {
                        let message = "`inverse` stands behind `branch`";
                        let help = "write `branch … { … }` in front of it";
                        self.context
                            .report(Diagnostic::new(Code::Syntax, region, message).help(help));
                    }
                    None => {}
                }
            }
            StatementKind::Goto(name) => {
                self.once(rule.goto.is_some(), region, "goto");
                let op = &self.ops[rule.pattern.op];
                if !op.effects.terminator {
                    let message = format!("`goto` ends a block, and `{}` does not", op.name);
                    self.context.report(
                        Diagnostic::new(Code::BadControlFlow, region, message)
                            .declared(format!("`{}`", op.name), op.signature)
                            .help("delete it: control goes on to the next instruction by itself"),
                    );
                }
                let target = if name == EPILOGUE {
                    Some(None)
                } else {
                    self.bound(rule, name)
                        .filter(|id| self.is_place(rule, *id, name))
                        .map(Some)
                };
                if let Some(target) = target {
                    rule.goto = Some(Goto { target });
                    add_text(&mut rule.template_text, &format!("goto {name}"), " ");
                }
            }
            StatementKind::Bytes(least, most, number) => {
                self.once(rule.bytes.is_some(), region, "bytes");
                rule.bytes = Some((*least, *most, *number));
            }
        }
    }

    /// `narrow a;`
    fn read_less(&self, rule: &mut Rule, name: &Ident) {
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
    fn constrain(&self, rule: &mut Rule, id: BindingId, constraint: Constraint, region: Region) {
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
    fn check_result(&self, rule: &Rule, result: BindingId, region: Region) {
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

    fn once(&self, again: bool, region: Region, what: &str) {
        if again {
            let message = format!("a rule has one `{what}`");
            let help = "join the two, or write a rule for each";
            self.context
                .report(Diagnostic::new(Code::DuplicateName, region, message).help(help));
        }
    }

    fn template(
        &self,
        tokens: &TokenStream,
        place: Region,
        written: &mut String,
        what: &str,
    ) -> Template {
        add_text(written, what, " ");
        add_text(written, &text(tokens), " ");
        template::parse(tokens.clone(), place, self.isa, &DIRECTIVES, self.context)
    }

    /// The binding that a statement is about.
    fn bound(&self, rule: &Rule, name: &Ident) -> Option<BindingId> {
        let id = rule.binding(name);
        if id.is_none() && !self.context.is_unread(name) {
            let names: Vec<String> = rule
                .bindings
                .iter()
                .filter_map(|binding| Some(binding.name.as_ref()?.to_string()))
                .collect();
            let mut diagnostic = unknown("operand", name, names.iter().map(String::as_str));
            diagnostic.code = Code::UnboundOrUnused;
            self.context.report(diagnostic);
        }
        id
    }

    /// Whether control can go there.
    fn is_place(&self, rule: &Rule, id: BindingId, name: &Ident) -> bool {
        let is_place = matches!(rule[id].kind, BindingKind::Exit | BindingKind::Block(_));
        if !is_place {
            let message = format!("`{name}` is no exit and no block");
            let diagnostic = Diagnostic::new(Code::WrongKind, name.span(), message);
            self.context.report(
                diagnostic
                    .declared(format!("`{name}`"), rule[id].region)
                    .help("name an `exit` or a block of the pattern"),
            );
        }
        is_place
    }

    fn is_list(&self, rule: &Rule, id: BindingId, span: Span) -> bool {
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
    fn place(&self, rule: &mut Rule, name: &Ident, place: &Ident) {
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

    fn clobber(&self, name: &Ident) -> Option<Clobber> {
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

/// Appends a piece, if it is not empty.
fn add_text(text: &mut String, piece: &str, between: &str) {
    if !text.is_empty() && !piece.is_empty() {
        text.push_str(between);
    }
    text.push_str(piece);
}
