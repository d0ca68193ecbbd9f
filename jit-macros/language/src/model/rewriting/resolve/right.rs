//! Right sides: every operand against what the operation declares there, every name against what the pattern binds.

use proc_macro2::Ident;
use syn::Expr;

use super::super::{Operation, Right, Step, Term, is_constant};
use crate::error::{Code, Diagnostic, Region, nearest};
use crate::model::lowering::expression::Expression;
use crate::model::lowering::resolve::Declarations;
use crate::model::lowering::{BindingKind, Rule};
use crate::model::ops::{ADDRESS, AttributeKind, EXIT, Op, OpId, OperandKind, TypeId, ValueType};
use crate::parse::rewriting::{OperandSyntax, RightSyntax};
use crate::space::Set;

/// The right side of the rule `left`.
pub(super) fn right(known: &Declarations<'_>, left: &Rule, syntax: &RightSyntax) -> Option<Right> {
    let mut side = Side {
        known,
        left,
        steps: Vec::new(),
    };
    for step in &syntax.steps {
        let operation = side.operation(&step.operation)?;
        if let Some(name) = &step.name {
            side.check_name(name, &operation)?;
        }
        let name = step.name.clone();
        side.steps.push(Step { name, operation });
    }
    let result = side.result(syntax)?;
    Some(Right {
        steps: side.steps,
        result,
        region: syntax.region,
        text: syntax.text.trim_end_matches(';').to_owned(),
    })
}

/// A right side as far as it has been read.
struct Side<'a> {
    known: &'a Declarations<'a>,
    left: &'a Rule,
    steps: Vec<Step>,
}

impl Side<'_> {
    fn op(&self, id: OpId) -> &Op {
        &self.known.ops[id]
    }

    fn ty(&self, id: TypeId) -> &ValueType {
        &self.known.ops[id]
    }

    fn refuse(&self, code: Code, region: Region, message: String, help: impl Into<String>) {
        let diagnostic = Diagnostic::new(code, region, message);
        self.known.context.report(diagnostic.help(help));
    }

    /// The name of a step is new, and there is a value for it.
    fn check_name(&self, name: &Ident, operation: &Operation) -> Option<()> {
        let region = Region::from(name.span());
        if self.op(operation.op).result.is_none() {
            let message = format!("`{}` yields nothing", self.op(operation.op).name);
            self.refuse(Code::WrongOperandCount, region, message, "leave out `let`");
            return None;
        }
        let is_step = |step: &Step| step.name.as_ref() == Some(name);
        if self.left.binding(name).is_some() || self.steps.iter().any(is_step) {
            let message = format!("`{name}` is bound twice");
            self.refuse(Code::DuplicateName, region, message, "give it another name");
        }
        Some(())
    }

    /// What takes the place of the value; a last operation that yields nothing is a step.
    fn result(&mut self, syntax: &RightSyntax) -> Option<Option<Term>> {
        let root = self.op(self.left.pattern.op);
        let (name, signature) = (root.name.clone(), root.signature);
        let other = |region, message: String, help: &str| {
            Diagnostic::new(Code::OtherType, region, message)
                .declared(format!("`{name}`"), signature)
                .help(help)
        };
        match (root.result, &syntax.result) {
            (Some(ty), Some(term)) => self.value(term, ty).map(Some),
            (None, None) => Some(None),
            (None, Some(operation)) => {
                let operation = self.operation(operation)?;
                if let Some(ty) = self.op(operation.op).result {
                    let ty = &self.ty(ty).name;
                    let message =
                        format!("`{name}` yields nothing, and this is a value of type `{ty}`");
                    let help = "write what is done instead, or `becomes nothing;`";
                    let finding = other(operation.region, message, help);
                    self.known.context.report(finding);
                    return None;
                }
                let name = None;
                self.steps.push(Step { name, operation });
                Some(None)
            }
            (Some(ty), None) => {
                let ty = &self.ty(ty).name;
                let message =
                    format!("`{name}` yields a value of type `{ty}`, and nothing takes its place");
                let finding = other(syntax.region, message, "write what the value becomes");
                self.known.context.report(finding);
                None
            }
        }
    }

    fn operation(&self, syntax: &OperandSyntax) -> Option<Operation> {
        let region = syntax.region();
        let OperandSyntax::Operation {
            name,
            operands,
            arguments,
        } = syntax
        else {
            let message = "an operation is expected here".to_owned();
            let help = "write `Operation(…)`";
            self.refuse(Code::OtherType, region, message, help);
            return None;
        };
        let op = self.known.op(name)?;
        let declared = self.op(op);
        if declared.operands.len() != operands.len() {
            let (takes, given) = (declared.operands.len(), operands.len());
            let message = format!("`{name}` takes {takes} operands, and is given {given}");
            let names: Vec<String> = declared
                .operands
                .iter()
                .map(|operand| operand.name.to_string())
                .collect();
            let diagnostic = Diagnostic::new(Code::WrongOperandCount, *arguments, message);
            let diagnostic = diagnostic.declared(format!("`{name}`"), declared.signature);
            let help = format!("they are: {}", names.join(", "));
            self.known.context.report(diagnostic.help(help));
            return None;
        }
        let terms = declared.operands.iter().zip(operands);
        let terms: Vec<Option<Term>> = terms
            .map(|(declared, term)| self.term(op, &declared.kind, term))
            .collect();
        Some(Operation {
            op,
            operands: terms.into_iter().collect::<Option<_>>()?,
            region,
        })
    }

    fn term(&self, op: OpId, kind: &OperandKind, syntax: &OperandSyntax) -> Option<Term> {
        let exit = |kind: &BindingKind| matches!(kind, BindingKind::Exit);
        let address = |kind: &BindingKind| matches!(kind, BindingKind::Address);
        let list = |kind: &BindingKind| matches!(kind, BindingKind::List);
        let block = |kind: &BindingKind| matches!(kind, BindingKind::Block(_));
        match kind {
            OperandKind::Value(ty) => self.value(syntax, *ty),
            OperandKind::Const(AttributeKind::Type(ty)) => self.constant(syntax, *ty),
            OperandKind::Const(AttributeKind::Named(name)) => match name.as_str() {
                EXIT => self.of_pattern(op, syntax, "an exit", exit),
                ADDRESS => self.of_pattern(op, syntax, "an address", address),
                _ => self.of_pattern(op, syntax, "a word of the instruction", is_constant),
            },
            OperandKind::List => self.of_pattern(op, syntax, "a list", list),
            OperandKind::Block => self.of_pattern(op, syntax, "a block", block),
        }
    }

    /// An operand that is nothing but a name of the pattern.
    fn of_pattern(
        &self,
        op: OpId,
        syntax: &OperandSyntax,
        what: &str,
        is_it: impl Fn(&BindingKind) -> bool,
    ) -> Option<Term> {
        if let Some(name) = single_name(syntax) {
            let Some(id) = self.left.binding(name) else {
                return self.unbound(name);
            };
            if is_it(&self.left[id].kind) {
                return Some(Term::Bound(id));
            }
        }
        let message = format!("this operand is {what} that the pattern names");
        let op = self.op(op);
        let diagnostic = Diagnostic::new(Code::WrongKind, syntax.region(), message);
        let diagnostic = diagnostic.declared(format!("`{}`", op.name), op.signature);
        let help = format!("write the name of {what}");
        self.known.context.report(diagnostic.help(help));
        None
    }

    /// A value of type `ty`.
    fn value(&self, syntax: &OperandSyntax, ty: TypeId) -> Option<Term> {
        if let OperandSyntax::Operation { .. } = syntax {
            let operation = self.operation(syntax)?;
            let found = self.op(operation.op).result;
            return self.of_type(syntax, ty, found, Term::Operation(operation));
        }
        if let Some(name) = single_name(syntax) {
            let is_it = |step: &Step| step.name.as_ref() == Some(name);
            if let Some(step) = self.steps.iter().position(is_it) {
                let found = self.op(self.steps[step].operation.op).result;
                return self.of_type(syntax, ty, found, Term::Step(step));
            }
            let id = self.left.binding(name);
            match id.map(|id| (id, &self.left[id].kind)) {
                Some((id, BindingKind::Value { ty: found })) => {
                    return self.of_type(syntax, ty, Some(*found), Term::Bound(id));
                }
                Some((id, kind)) if !is_constant(kind) => {
                    return self.of_type(syntax, ty, None, Term::Bound(id));
                }
                Some(_) => {}
                None => return self.unbound(name),
            }
        }
        if self.known.ops.constant_op(ty).is_none() {
            let ty = &self.ty(ty).name;
            let message = format!("`{ty}` has no operation that yields a constant");
            let help = format!("declare one: a pure operation of one operand `const {ty}`");
            self.refuse(Code::OtherType, syntax.region(), message, help);
            return None;
        }
        self.constant(syntax, ty)
    }

    /// `term`, if the type found is the one wanted.
    fn of_type(
        &self,
        syntax: &OperandSyntax,
        wanted: TypeId,
        found: Option<TypeId>,
        term: Term,
    ) -> Option<Term> {
        if found == Some(wanted) {
            return Some(term);
        }
        let found = match found {
            Some(found) => format!("of type `{}`", self.ty(found).name),
            None => "no value".to_owned(),
        };
        let wanted = self.ty(wanted);
        let name = &wanted.name;
        let message = format!("a value of type `{name}` is needed here, this is {found}");
        let diagnostic = Diagnostic::new(Code::OtherType, syntax.region(), message);
        self.known.context.report(
            diagnostic
                .declared(format!("`{name}`"), wanted.region)
                .help("put the operation around it that converts it, or name another value"),
        );
        None
    }

    /// A computed constant of type `ty`.
    fn constant(&self, syntax: &OperandSyntax, ty: TypeId) -> Option<Term> {
        let is_float = self.known.is_float(ty);
        let name = &self.ty(ty).name;
        let value = match syntax {
            OperandSyntax::Float(value, _) if is_float => {
                Expression::Literal(i128::from(value.to_bits() as i64))
            }
            OperandSyntax::Expression(expression) => {
                self.known.expression(expression, &self.left.bindings)?
            }
            _ => {
                let message = format!("a constant of type `{name}` is needed here");
                let help = "write a number, or an expression over constants of the pattern";
                self.refuse(Code::OtherType, syntax.region(), message, help);
                return None;
            }
        };
        let representation = self.ty(ty).representation;
        let all =
            representation.map_or_else(Set::all_i64, |representation| representation.constants());
        if let (OperandSyntax::Expression(_), Some(number)) = (syntax, value.evaluate(&|_| None))
            && (is_float || !all.contains(number))
        {
            let message = format!("{number} is no constant of type `{name}`");
            let help = match is_float {
                true => format!("write `{number}.0`"),
                false => format!("constants of type `{name}` are {all}"),
            };
            self.refuse(Code::OtherType, syntax.region(), message, help);
            return None;
        }
        Some(Term::Constant(value, ty))
    }

    fn unbound<T>(&self, name: &Ident) -> Option<T> {
        let bound = self.left.bindings.iter().filter_map(|it| it.name.as_ref());
        let steps = self.steps.iter().filter_map(|step| step.name.as_ref());
        let known: Vec<String> = bound.chain(steps).map(Ident::to_string).collect();
        let message =
            format!("`{name}` is not bound by the pattern or by a `let` before this line");
        let help = match nearest(&name.to_string(), known.iter().map(String::as_str)) {
            Some(nearest) => format!("did you mean `{nearest}`?"),
            None if known.is_empty() => "the pattern binds nothing".to_owned(),
            None => format!("bound are: {}", known.join(", ")),
        };
        self.refuse(Code::UnboundOrUnused, name.span().into(), message, help);
        None
    }
}

fn single_name(syntax: &OperandSyntax) -> Option<&Ident> {
    match syntax {
        OperandSyntax::Expression(Expr::Path(path)) => path.path.get_ident(),
        _ => None,
    }
}
