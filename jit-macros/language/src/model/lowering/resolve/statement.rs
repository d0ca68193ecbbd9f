//! The statements of a rule behind its pattern: each adds what it says to the rule.

use proc_macro2::{Ident, TokenStream};

use super::Declarations;
use super::directive::DIRECTIVES;
use crate::error::{Code, Diagnostic, Region, again, unknown};
use crate::model::lowering::{
    BindingId, BindingKind, Branch, Clobber, Constraint, Goto, ListPlace, Rule, Same,
};
use crate::model::template::Template;
use crate::parse::lowering::{Statement, StatementKind};
use crate::parse::template;
use crate::text::text;

/// Where a function returns: what `goto` may name besides blocks.
const EPILOGUE: &str = "epilogue";

impl Declarations<'_> {
    pub(super) fn statement(&self, statement: &Statement, rule: &mut Rule) {
        let region = statement.region;
        match &statement.kind {
            StatementKind::When { .. } => {}
            StatementKind::If(condition) => {
                self.condition(condition, rule);
                add_text(
                    &mut rule.condition_text,
                    &text(&quote::quote!(#condition)),
                    " && ",
                );
            }
            StatementKind::IfIn(value, kind) => {
                self.fits_in(value, kind, rule);
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
            StatementKind::Clobbers(names) => {
                for clobber in names.iter().filter_map(|name| self.clobber(name)) {
                    let is_it = |it: &&Clobber| it.what == clobber.what;
                    match rule.clobbers.iter().find(is_it) {
                        Some(first) => {
                            let what = format!("`{}` among the clobbers", clobber.text);
                            self.context
                                .report(again(&what, clobber.region, first.region));
                        }
                        None => rule.clobbers.push(clobber),
                    }
                }
            }
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
    pub(super) fn bound(&self, rule: &Rule, name: &Ident) -> Option<BindingId> {
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
}

/// Appends a piece, if it is not empty.
fn add_text(text: &mut String, piece: &str, between: &str) {
    if !text.is_empty() && !piece.is_empty() {
        text.push_str(between);
    }
    text.push_str(piece);
}
