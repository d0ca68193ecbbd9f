//! Right sides: every operand against what the operation declares there, every name against what the pattern binds.

use proc_macro2::Ident;
use syn::Expr;

use super::super::{Dialects, Operation, Right, Step, StepId, Term};
use crate::error::{Code, Diagnostic, Region};
use crate::model::lowering::expression::Expression;
use crate::model::lowering::resolve::Declarations;
use crate::model::lowering::{Binding, BindingId, BindingKind, Constraint, Rule};
use crate::model::ops::{
    ADDRESS, AttributeKind, EXIT, GivenId, Op, OpId, OperandKind, Ops, TypeId, ValueType,
};
use crate::parse::mentions;
use crate::parse::rewriting::{OperandSyntax, RightSyntax, StepSyntax};
use crate::space::Set;

/// The right side of the rule `left`, made of operations of `to`. What of the given it names becomes bindings of the rule.
pub(super) fn right(
    known: &Declarations<'_>,
    to: &Ops,
    left: &mut Rule,
    syntax: &RightSyntax,
) -> Option<Right> {
    bind_given(known, left, syntax);
    let dialects = Dialects {
        from: known.ops,
        to,
    };
    let mut side = Side {
        known,
        made: Declarations { ops: to, ..*known },
        dialects,
        left,
        visible: Vec::new(),
        steps: 0,
    };
    let mut steps = side.steps(&syntax.steps)?;
    let result = side.result(syntax, &mut steps)?;
    Some(Right {
        steps,
        result,
        region: syntax.region,
        text: syntax.text.trim_end_matches(';').to_owned(),
    })
}

/// Adds a binding for everything given that a right side mentions.
fn bind_given(known: &Declarations<'_>, left: &mut Rule, syntax: &RightSyntax) {
    for (index, given) in known.ops.givens.iter().enumerate() {
        let name = &given.operand.name;
        if let Some(first) = left.binding(name) {
            let message = format!("`{name}` is the name of something given");
            let diagnostic = Diagnostic::new(Code::DuplicateName, left[first].region, message);
            let diagnostic = diagnostic.declared(format!("`{name}`"), given.operand.region);
            known
                .context
                .report(diagnostic.help("give the operand another name"));
        } else if mentions(&syntax.tokens, &name.to_string()) {
            left.bindings.push(Binding {
                name: Some(name.clone()),
                kind: BindingKind::Given(GivenId(index)),
                constraint: Constraint::Free,
                tested: false,
                region: given.operand.region,
            });
        }
    }
}

/// The value of a step that may be named.
pub(super) struct Visible {
    name: Option<Ident>,
    id: StepId,
    ty: Option<TypeId>,
}

/// A right side as far as it has been read.
pub(super) struct Side<'a> {
    /// What the left side names.
    known: &'a Declarations<'a>,
    /// What the right side names.
    made: Declarations<'a>,
    dialects: Dialects<'a>,
    left: &'a Rule,
    /// Steps that have been read in this block and in those around it.
    pub(super) visible: Vec<Visible>,
    /// How many steps have been read.
    steps: usize,
}

impl Side<'_> {
    fn op(&self, id: OpId) -> &Op {
        &self.dialects.to[id]
    }

    fn ty(&self, id: TypeId) -> &ValueType {
        &self.dialects.to[id]
    }

    pub(super) fn leads_elsewhere(&self) -> bool {
        self.dialects.differ()
    }

    /// The type of what `if` looks at.
    pub(super) fn condition_type(&self) -> Option<TypeId> {
        let branch = self.dialects.to.branch_op()?;
        match self.op(branch).operands[0].kind {
            OperandKind::Value(ty) => Some(ty),
            _ => None,
        }
    }

    /// The type of what an operation yields; none if there is no such operation, or no value.
    pub(super) fn result_type(&self, name: &Ident) -> Option<TypeId> {
        let op = self.dialects.to.op(&name.to_string())?;
        self.op(op).result
    }

    pub(super) fn refuse(
        &self,
        code: Code,
        region: Region,
        message: String,
        help: impl Into<String>,
    ) {
        let diagnostic = Diagnostic::new(code, region, message);
        self.known.context.report(diagnostic.help(help));
    }

    /// The steps of a block; they are visible behind themselves.
    pub(super) fn steps(&mut self, syntax: &[StepSyntax]) -> Option<Vec<Step>> {
        syntax.iter().map(|step| self.step(step)).collect()
    }

    fn step(&mut self, syntax: &StepSyntax) -> Option<Step> {
        let (does, ty) = match &syntax.operation {
            OperandSyntax::If(conditional) => {
                let ty = match syntax.name {
                    Some(_) => Some(self.inferred(conditional)?),
                    None => None,
                };
                (self.conditional(conditional, ty)?, ty)
            }
            operation => {
                let operation = self.operation(operation)?;
                let ty = self.op(operation.op).result;
                if let Some(name) = &syntax.name {
                    self.check_value(name, &operation)?;
                }
                (Term::Operation(operation), ty)
            }
        };
        if let Some(name) = &syntax.name {
            self.check_name(name);
        }
        Some(self.add(syntax.name.clone(), does, ty))
    }

    pub(super) fn add(&mut self, name: Option<Ident>, does: Term, ty: Option<TypeId>) -> Step {
        let id = StepId(self.steps);
        self.steps += 1;
        let visible = Visible {
            name: name.clone(),
            id,
            ty,
        };
        self.visible.push(visible);
        Step { id, name, does }
    }

    /// There is a value for the name of a step.
    fn check_value(&self, name: &Ident, operation: &Operation) -> Option<()> {
        let op = self.op(operation.op);
        if op.result.is_none() {
            let message = format!("`{}` yields nothing", op.name);
            let region = name.span().into();
            self.refuse(Code::WrongOperandCount, region, message, "leave out `let`");
        }
        op.result.map(|_| ())
    }

    /// The name of a step is new.
    fn check_name(&self, name: &Ident) {
        let is_taken = self.visible.iter().any(|it| it.name.as_ref() == Some(name));
        if self.left.binding(name).is_some() || is_taken {
            let message = format!("`{name}` is bound twice");
            let region = name.span().into();
            self.refuse(Code::DuplicateName, region, message, "give it another name");
        }
    }

    /// What takes the place of the value; a last operation that yields nothing is a step.
    fn result(&mut self, syntax: &RightSyntax, steps: &mut Vec<Step>) -> Option<Option<Term>> {
        let root = &self.dialects.from[self.left.pattern.op];
        let (name, signature) = (&root.name, root.signature);
        let other = |region, message: String, help: &str| {
            Diagnostic::new(Code::OtherType, region, message)
                .declared(format!("`{name}`"), signature)
                .help(help)
        };
        match (root.result, &syntax.result) {
            (Some(ty), Some(term)) => {
                let ty = self.arriving(ty, term.region())?;
                self.value(term, ty).map(Some)
            }
            (None, None) => Some(None),
            (None, Some(last)) => {
                let region = last.region();
                let (step, ty) = self.last(last)?;
                if let Some(ty) = ty {
                    let ty = &self.ty(ty).name;
                    let message =
                        format!("`{name}` yields nothing, and this is a value of type `{ty}`");
                    let help = "write what is done instead, or `becomes nothing;`";
                    self.known.context.report(other(region, message, help));
                    return None;
                }
                steps.push(step);
                Some(None)
            }
            (Some(ty), None) => {
                let ty = &self.dialects.from[ty].name;
                let message =
                    format!("`{name}` yields a value of type `{ty}`, and nothing takes its place");
                let finding = other(syntax.region, message, "write what the value becomes");
                self.known.context.report(finding);
                None
            }
        }
    }

    /// The last thing in a block from which no value is wanted, and the type of the value if it yields one all the same.
    pub(super) fn last(&mut self, syntax: &OperandSyntax) -> Option<(Step, Option<TypeId>)> {
        let (does, ty) = match syntax {
            OperandSyntax::If(conditional) => (self.conditional(conditional, None)?, None),
            _ => {
                let operation = self.operation(syntax)?;
                let ty = self.op(operation.op).result;
                (Term::Operation(operation), ty)
            }
        };
        Some((self.add(None, does, ty), ty))
    }

    /// The type on this side of what has type `ty` on the left side.
    fn arriving(&self, ty: TypeId, region: Region) -> Option<TypeId> {
        let found = self.dialects.arriving(ty);
        if found.is_none() {
            let declared = &self.dialects.from[ty];
            let (name, to) = (&declared.name, &self.dialects.to.dialect);
            let (message, help) = match declared.representation {
                None => (
                    format!("`{name}` has no Rust type, so nothing in `{to}` stands for it"),
                    format!("declare one: `value {name}: i64;`"),
                ),
                Some(rust) => (
                    format!(
                        "no type of `{to}` is `{}` in Rust, as `{name}` is",
                        rust.name()
                    ),
                    "give it the Rust type of one that is there".to_owned(),
                ),
            };
            let diagnostic = Diagnostic::new(Code::OtherType, region, message);
            let diagnostic = diagnostic.declared(format!("`{name}`"), declared.region);
            self.known.context.report(diagnostic.help(help));
        }
        found
    }

    fn operation(&mut self, syntax: &OperandSyntax) -> Option<Operation> {
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
        let op = self.made.op(name)?;
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
        let kinds: Vec<OperandKind> = declared
            .operands
            .iter()
            .map(|operand| operand.kind.clone())
            .collect();
        let terms: Vec<Option<Term>> = kinds
            .iter()
            .zip(operands)
            .map(|(kind, term)| self.term(op, kind, term))
            .collect();
        Some(Operation {
            op,
            operands: terms.into_iter().collect::<Option<_>>()?,
            region,
        })
    }

    fn term(&mut self, op: OpId, kind: &OperandKind, syntax: &OperandSyntax) -> Option<Term> {
        let list = |kind: &BindingKind| matches!(kind, BindingKind::List);
        let block = |kind: &BindingKind| matches!(kind, BindingKind::Block(_));
        match kind {
            OperandKind::Value(ty) => self.value(syntax, *ty),
            OperandKind::Const(AttributeKind::Type(ty)) => self.constant(syntax, *ty),
            OperandKind::Const(AttributeKind::Named(name)) => self.word(op, name, syntax),
            OperandKind::List => match syntax {
                OperandSyntax::List(elements, region) => self.list(elements, *region),
                _ => self.of_pattern(op, syntax, "a list", list),
            },
            OperandKind::Block => self.of_pattern(op, syntax, "a block", block),
        }
    }

    /// A word that only its producer understands.
    fn word(&self, op: OpId, kind: &str, syntax: &OperandSyntax) -> Option<Term> {
        let exit = |kind: &BindingKind| matches!(kind, BindingKind::Exit);
        match kind {
            EXIT => self.of_pattern(op, syntax, "an exit", exit),
            ADDRESS => self.of_pattern(op, syntax, "an address", |kind| self.is_address(kind)),
            _ => self.of_pattern(op, syntax, "a word of the instruction", |kind| {
                matches!(kind, BindingKind::Constant { .. })
            }),
        }
    }

    fn is_address(&self, kind: &BindingKind) -> bool {
        match kind {
            BindingKind::Address => true,
            BindingKind::Given(id) => {
                let kind = &self.dialects.from[*id].operand.kind;
                *kind == OperandKind::Const(AttributeKind::Named(ADDRESS.to_owned()))
            }
            _ => false,
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

    /// The binding of a name that is bound to something of a kind.
    pub(super) fn bound(
        &self,
        name: &Ident,
        what: &str,
        is_it: impl Fn(&BindingKind) -> bool,
    ) -> Option<BindingId> {
        let Some(id) = self.left.binding(name) else {
            return self.unbound(name);
        };
        if !is_it(&self.left[id].kind) {
            let message = format!("`{name}` is not {what}");
            let diagnostic = Diagnostic::new(Code::WrongKind, name.span(), message);
            let diagnostic = diagnostic.declared(format!("`{name}`"), self.left[id].region);
            self.known
                .context
                .report(diagnostic.help(format!("write the name of {what}")));
            return None;
        }
        Some(id)
    }

    /// A value of type `ty`.
    pub(super) fn value(&mut self, syntax: &OperandSyntax, ty: TypeId) -> Option<Term> {
        match syntax {
            OperandSyntax::Operation { .. } => {
                let operation = self.operation(syntax)?;
                let found = self.op(operation.op).result;
                return self.of_type(syntax, ty, found, Term::Operation(operation));
            }
            OperandSyntax::If(conditional) => return self.conditional(conditional, Some(ty)),
            _ => {}
        }
        if let Some(name) = single_name(syntax) {
            if let Some((found, term)) = self.named_value(name) {
                return self.of_type(syntax, ty, found, term);
            }
            if self.left.binding(name).is_none() {
                return self.unbound(name);
            }
        }
        if self.made.ops.constant_op(ty).is_none() {
            let ty = &self.ty(ty).name;
            let message = format!("`{ty}` has no operation that yields a constant");
            let help = format!("declare one: a pure operation of one operand `const {ty}`");
            self.refuse(Code::OtherType, syntax.region(), message, help);
            return None;
        }
        self.constant(syntax, ty)
    }

    /// What a name stands for, unless it is a constant, and the type of the value.
    pub(super) fn named_value(&self, name: &Ident) -> Option<(Option<TypeId>, Term)> {
        let mut visible = self.visible.iter();
        if let Some(step) = visible.find(|it| it.name.as_ref() == Some(name)) {
            return Some((step.ty, Term::Step(step.id)));
        }
        let id = self.left.binding(name)?;
        let ty = match &self.left[id].kind {
            BindingKind::Value { ty } => self.dialects.arriving(*ty),
            BindingKind::Given(id) => match self.dialects.from[*id].operand.kind {
                OperandKind::Value(ty) => self.dialects.arriving(ty),
                _ => return None,
            },
            BindingKind::Constant { .. } => return None,
            _ => None,
        };
        Some((ty, Term::Bound(id)))
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
        let is_float = self.made.is_float(ty);
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
        let steps = self.visible.iter().filter_map(|step| step.name.as_ref());
        self.known.unbound(name, bound.chain(steps));
        None
    }
}

pub(super) fn single_name(syntax: &OperandSyntax) -> Option<&Ident> {
    match syntax {
        OperandSyntax::Expression(Expr::Path(path)) => path.path.get_ident(),
        _ => None,
    }
}
