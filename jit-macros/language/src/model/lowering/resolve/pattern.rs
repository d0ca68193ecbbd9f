//! Patterns: every operand against what the operation declares there.

use proc_macro2::Ident;

use super::Declarations;
use crate::error::{Code, Diagnostic, Region, found};
use crate::model::isa::{ClassId, ImmediateId};
use crate::model::lowering::{
    Binding, BindingId, BindingKind, ConstantKind, Constraint, OperandPattern, OperationPattern,
};
use crate::model::ops::{ADDRESS, AttributeKind, EXIT, OpId, OperandKind, Ops, TypeId};
use crate::parse::lowering::{Kind, Operand, OperationSyntax};
use crate::space::Set;

/// How many operations of a pattern may be commutative. It is tried in every order of their operands, and each order is
/// compared with those of every other rule; the tests of nested operations print how long that takes.
const MOST_COMMUTATIVE: usize = 6;

/// A kind of operand, looked up.
enum Found {
    Class(ClassId),
    Immediate(ImmediateId),
}

impl Declarations<'_> {
    /// A pattern of `impossible`.
    pub(super) fn impossible(&self, syntax: &OperationSyntax) -> Option<OperationPattern> {
        let op = self.op(&syntax.name)?;
        self.check_count(op, syntax)?;
        let operands = syntax.operands.iter().map(|operand| match operand {
            Operand::Constant(_) => Some(OperandPattern::AnyConstant),
            Operand::Operation(inner) => self.impossible(inner).map(OperandPattern::Definition),
            Operand::Named {
                name: None,
                kind: None,
                ..
            } => Some(OperandPattern::Any),
            Operand::Named { region, .. }
            | Operand::Literal(_, region)
            | Operand::Float(_, region) => {
                let message = "an impossible input is described by `const`, `_` and operations";
                let help = "write `const` for any constant and `_` for anything";
                self.context
                    .report(Diagnostic::new(Code::WrongKind, *region, message).help(help));
                None
            }
        });
        let operands = operands.collect::<Option<_>>()?;
        self.check_orders(OperationPattern {
            op,
            name: syntax.name.clone(),
            operands,
            region: syntax.region(),
        })
    }

    /// A pattern of a rule; names are added to `bindings`.
    pub(super) fn pattern(
        &self,
        syntax: &OperationSyntax,
        bindings: &mut Vec<Binding>,
    ) -> Option<OperationPattern> {
        let op = self.op(&syntax.name)?;
        self.check_count(op, syntax)?;
        let mut targets = 0;
        let mut operands = Vec::new();
        for (declared, operand) in self.ops[op].operands.iter().zip(&syntax.operands) {
            let found = match (&declared.kind, operand) {
                (OperandKind::Value(ty), Operand::Operation(inner)) => {
                    self.definition(*ty, inner, bindings)
                }
                (OperandKind::Value(ty), operand) => self.value(*ty, operand, bindings),
                (OperandKind::Const(AttributeKind::Type(ty)), operand) => {
                    self.attribute(*ty, operand, bindings)
                }
                (OperandKind::Const(AttributeKind::Named(kind)), operand) => match kind.as_str() {
                    EXIT => self.plain(BindingKind::Exit, operand, bindings),
                    ADDRESS => self.plain(BindingKind::Address, operand, bindings),
                    _ => self.attribute_of_kind(operand, bindings),
                },
                (OperandKind::List, operand) => self.plain(BindingKind::List, operand, bindings),
                (OperandKind::Block, operand) => {
                    targets += 1;
                    self.plain(BindingKind::Block(targets - 1), operand, bindings)
                }
            };
            operands.push(found);
        }
        let operands = operands.into_iter().collect::<Option<_>>()?;
        self.check_orders(OperationPattern {
            op,
            name: syntax.name.clone(),
            operands,
            region: syntax.region(),
        })
    }

    /// The pattern, unless it would be tried in too many orders.
    fn check_orders(&self, pattern: OperationPattern) -> Option<OperationPattern> {
        fn count(pattern: &OperationPattern, ops: &Ops) -> usize {
            let inner = pattern.operands.iter().map(|operand| match operand {
                OperandPattern::Definition(inner) => count(inner, ops),
                _ => 0,
            });
            usize::from(ops[pattern.op].commutative) + inner.sum::<usize>()
        }
        if count(&pattern, self.ops) <= MOST_COMMUTATIVE {
            return Some(pattern);
        }
        let message = format!(
            "there are more than {MOST_COMMUTATIVE} commutative operations in one pattern: each doubles the orders in which it is tried"
        );
        let help = "match the inner operations by a rule of their own";
        self.context
            .report(Diagnostic::new(Code::TooEntangled, pattern.region, message).help(help));
        None
    }

    fn check_count(&self, op: OpId, syntax: &OperationSyntax) -> Option<()> {
        let (takes, given) = (self.ops[op].operands.len(), syntax.operands.len());
        if takes == given {
            return Some(());
        }
        let message = format!(
            "`{}` takes {takes} operands, this pattern gives {given}",
            syntax.name
        );
        let diagnostic = Diagnostic::new(Code::WrongOperandCount, syntax.arguments, message);
        let names: Vec<String> = self.ops[op]
            .operands
            .iter()
            .map(|operand| operand.name.to_string())
            .collect();
        let help = format!("they are: {}", names.join(", "));
        self.context.report(
            diagnostic
                .declared(format!("`{}`", syntax.name), self.ops[op].signature)
                .help(help),
        );
        None
    }

    fn definition(
        &self,
        ty: TypeId,
        syntax: &OperationSyntax,
        bindings: &mut Vec<Binding>,
    ) -> Option<OperandPattern> {
        let pattern = self.pattern(syntax, bindings)?;
        let op = &self.ops[pattern.op];
        let signature = op.signature;
        if op.result != Some(ty) {
            let yields = op.result.map_or("nothing".to_owned(), |ty| {
                format!("`{}`", self.ops[ty].name)
            });
            let message = format!(
                "`{}` yields {yields}, this operand is `{}`",
                op.name, self.ops[ty].name
            );
            let diagnostic = Diagnostic::new(Code::WrongKind, pattern.region, message);
            let help = format!("nest an operation that yields `{}`", self.ops[ty].name);
            self.context.report(
                diagnostic
                    .declared(format!("`{}`", op.name), signature)
                    .help(help),
            );
            return None;
        }
        let effects = op.effects;
        // A rewriting rule may compute the value anew, at the place of its user.
        let moves = self.bare && effects.reads;
        if moves || effects.writes || effects.call || effects.guard || effects.terminator {
            let message = format!(
                "`{}` does more than yield a value, so it cannot be folded into its user",
                op.name
            );
            let diagnostic = Diagnostic::new(Code::WrongKind, pattern.region, message);
            let help = match self.bare {
                true => "name its value, and let it have a rule of its own",
                false => "take its result in a register class, and let it have a rule of its own",
            };
            self.context.report(
                diagnostic
                    .declared(format!("`{}`", op.name), signature)
                    .help(help),
            );
            return None;
        }
        if self.ops.constant_op(ty) == Some(pattern.op) {
            let message = format!("constants arrive as operands, not as `{}`", op.name);
            let help = format!("write `name: const {}`", self.ops[ty].name);
            self.context
                .report(Diagnostic::new(Code::WrongKind, pattern.region, message).help(help));
            return None;
        }
        Some(OperandPattern::Definition(pattern))
    }

    /// An operand that is a value: a register or a constant.
    fn value(
        &self,
        ty: TypeId,
        operand: &Operand,
        bindings: &mut Vec<Binding>,
    ) -> Option<OperandPattern> {
        let declared = &self.ops[ty];
        if let (
            true,
            Operand::Named {
                name,
                kind: None,
                region,
            },
        ) = (self.bare, operand)
        {
            return self.any_value(ty, name.clone(), *region, bindings);
        }
        if let Operand::Named {
            name,
            kind: Some(Kind::Named(kind)),
            region,
        } = operand
            && let Found::Class(class) = self.kind(kind)?
        {
            if !self.fits(class, ty) {
                let classes: Vec<String> = declared
                    .classes
                    .iter()
                    .map(|class| format!("`{class}`"))
                    .collect();
                let message = format!("`{kind}` does not hold `{}`", declared.name);
                let help = format!("values of this type arrive in {}", classes.join(" or "));
                self.context.report(
                    Diagnostic::new(Code::WrongKind, kind.span(), message)
                        .declared(format!("`{}`", declared.name), declared.region)
                        .help(help),
                );
                return None;
            }
            return self.bind(
                name.clone(),
                BindingKind::Register { class, ty },
                *region,
                bindings,
            );
        }
        let may_be_constant = match self.bare {
            true => self.ops.constant_op(ty).is_some(),
            false => declared.constant,
        };
        if !may_be_constant {
            let region = region_of(operand);
            let name = &declared.name;
            let classes: Vec<String> = declared.classes.iter().map(ToString::to_string).collect();
            let (message, help) = match self.bare {
                true => (
                    format!("there is no operation that yields a constant of type `{name}`"),
                    "name the value, whatever it is".to_owned(),
                ),
                false => (
                    format!("operands of type `{name}` arrive in registers only"),
                    format!("take it in `{}`", classes.join("` or `")),
                ),
            };
            let diagnostic = Diagnostic::new(Code::WrongKind, region, message);
            self.context.report(
                diagnostic
                    .declared(format!("`{}`", declared.name), declared.region)
                    .help(help),
            );
            return None;
        }
        self.attribute(ty, operand, bindings)
    }

    /// An operand that a rewriting rule names without a kind: any value, or once more the one of that name.
    fn any_value(
        &self,
        ty: TypeId,
        name: Option<Ident>,
        region: Region,
        bindings: &mut Vec<Binding>,
    ) -> Option<OperandPattern> {
        let first = bindings.iter().position(|binding| {
            let same_name = binding.name.is_some() && binding.name == name;
            same_name && matches!(binding.kind, BindingKind::Value { ty: other } if other == ty)
        });
        match first {
            Some(first) => {
                let again = BindingKind::Again(BindingId(first));
                self.bind(None, again, region, bindings)
            }
            None => self.bind(name, BindingKind::Value { ty }, region, bindings),
        }
    }

    /// A constant of a value type, held in the instruction or arriving as an operand.
    fn attribute(
        &self,
        ty: TypeId,
        operand: &Operand,
        bindings: &mut Vec<Binding>,
    ) -> Option<OperandPattern> {
        let all = self.ops[ty]
            .representation
            .map_or_else(Set::all_i64, |representation| representation.constants());
        let (name, kind, set, region) = match operand {
            Operand::Float(value, region) if self.is_float(ty) => {
                let bits = i128::from(value.to_bits() as i64);
                (None, ConstantKind::Literal, Set::range(bits, bits), *region)
            }
            Operand::Literal(value, region) if !(self.bare && self.is_float(ty)) => (
                None,
                ConstantKind::Literal,
                all.intersect(&Set::range(*value, *value)),
                *region,
            ),
            Operand::Named {
                name,
                kind: Some(Kind::Constant(of)),
                region,
            } => {
                if self.ops.value(&of.to_string()) != Some(ty) {
                    let message = format!("this operand is `{}`, not `{of}`", self.ops[ty].name);
                    let help = format!("write `const {}`", self.ops[ty].name);
                    self.context
                        .report(Diagnostic::new(Code::WrongKind, of.span(), message).help(help));
                    return None;
                }
                (name.clone(), ConstantKind::Any, all, *region)
            }
            Operand::Named {
                name,
                kind: Some(Kind::Named(kind)),
                region,
            } => match self.kind(kind)? {
                Found::Immediate(id) => {
                    let set = all.intersect(&self.isa[id].set);
                    (name.clone(), ConstantKind::Immediate(id), set, *region)
                }
                Found::Class(_) => {
                    let message = format!(
                        "this operand is held in the instruction, never in a register as `{kind}` says"
                    );
                    let help =
                        format!("write `const {}` or a kind of immediate", self.ops[ty].name);
                    self.context
                        .report(Diagnostic::new(Code::WrongKind, kind.span(), message).help(help));
                    return None;
                }
            },
            other => {
                let message = match other {
                    Operand::Literal(..) => "this operand is a float",
                    Operand::Float(..) => "this operand is a whole number",
                    _ => "this operand needs a kind",
                };
                let help = match other {
                    Operand::Literal(value, _) => format!("write `{value}.0`"),
                    _ if self.bare => format!("write `name: const {}`", self.ops[ty].name),
                    _ => format!(
                        "write `name: const {}`, a kind of immediate, or a kind of register",
                        self.ops[ty].name
                    ),
                };
                self.context
                    .report(Diagnostic::new(Code::WrongKind, region_of(other), message).help(help));
                return None;
            }
        };
        if set.is_empty() {
            let message = format!("no constant of type `{}` is like this", self.ops[ty].name);
            let declared = &self.ops[ty];
            self.context.report(
                Diagnostic::new(Code::EmptyPattern, region, message)
                    .declared(format!("`{}`", declared.name), declared.region)
                    .help("take a kind that has a number in common with the type"),
            );
            return None;
        }
        let kind = BindingKind::Constant {
            kind,
            unconditional: set.clone(),
            accepted: set.clone(),
            set,
        };
        self.bind(name, kind, region, bindings)
    }

    pub(in crate::model) fn is_float(&self, ty: TypeId) -> bool {
        let representation = self.ops[ty].representation;
        representation.is_some_and(|representation| representation.is_float())
    }

    /// A word of a kind that only its producer understands.
    fn attribute_of_kind(
        &self,
        operand: &Operand,
        bindings: &mut Vec<Binding>,
    ) -> Option<OperandPattern> {
        let kind = BindingKind::Constant {
            kind: ConstantKind::Any,
            unconditional: Set::all_i64(),
            set: Set::all_i64(),
            accepted: Set::all_i64(),
        };
        self.plain(kind, operand, bindings)
    }

    /// An operand that is written as a bare name.
    fn plain(
        &self,
        kind: BindingKind,
        operand: &Operand,
        bindings: &mut Vec<Binding>,
    ) -> Option<OperandPattern> {
        match operand {
            Operand::Named {
                name,
                kind: None,
                region,
            } => self.bind(name.clone(), kind, *region, bindings),
            other => {
                let message = "a name alone stands for an exit, an address, a list or a block";
                let finding = Diagnostic::new(Code::WrongKind, region_of(other), message);
                self.context
                    .report(finding.help("write a name, without a kind behind it"));
                None
            }
        }
    }

    fn bind(
        &self,
        name: Option<Ident>,
        kind: BindingKind,
        region: Region,
        bindings: &mut Vec<Binding>,
    ) -> Option<OperandPattern> {
        Some(OperandPattern::Bound(
            self.add(name, kind, region, bindings),
        ))
    }

    /// Adds a binding; a name that is taken is reported.
    pub(super) fn add(
        &self,
        name: Option<Ident>,
        kind: BindingKind,
        region: Region,
        bindings: &mut Vec<Binding>,
    ) -> BindingId {
        let taken = name.as_ref().and_then(|name| {
            bindings
                .iter()
                .find(|other| other.name.as_ref() == Some(name))
        });
        if let (Some(name), Some(first)) = (&name, taken) {
            let message = format!("`{name}` is bound twice");
            let diagnostic = Diagnostic::new(Code::DuplicateName, name.span(), message);
            let is_constant = |kind: &BindingKind| matches!(kind, BindingKind::Constant { .. });
            let help = match is_constant(&kind) && is_constant(&first.kind) {
                true => format!(
                    "give one of them another name; that both are equal is said by `if {name} == …;`"
                ),
                false => "give one of them another name".to_owned(),
            };
            self.context.report(
                diagnostic
                    .declared("the first one", first.region)
                    .help(help),
            );
        }
        bindings.push(Binding {
            name,
            kind,
            constraint: Constraint::Free,
            tested: false,
            region,
        });
        BindingId(bindings.len() - 1)
    }

    /// A class of registers for a result or a temporary.
    pub(super) fn class(&self, name: &Ident) -> Option<ClassId> {
        let id = self.isa.class(&name.to_string());
        let classes = self.isa.classes.iter().map(|class| &class.name);
        found(id, "register class", name, classes, self.context)
    }

    /// A kind of immediate.
    pub(super) fn immediate(&self, name: &Ident) -> Option<ImmediateId> {
        let id = self.isa.immediate(&name.to_string());
        let kinds = self.isa.immediates.iter().map(|kind| &kind.name);
        found(id, "immediate kind", name, kinds, self.context)
    }

    /// Whether every register that a value of type `ty` may arrive in is in the class.
    pub(super) fn fits(&self, class: ClassId, ty: TypeId) -> bool {
        self.ops[ty].classes.iter().any(|name| {
            let of_type = self.isa.class(&name.to_string());
            of_type.is_some_and(|of_type| {
                self.isa[of_type]
                    .registers
                    .is_subset(&self.isa[class].registers)
            })
        })
    }

    fn kind(&self, name: &Ident) -> Option<Found> {
        let text = name.to_string();
        let class = self.isa.class(&text).map(Found::Class);
        let kind = class.or_else(|| self.isa.immediate(&text).map(Found::Immediate));
        let classes = self.isa.classes.iter().map(|class| &class.name);
        let immediates = self.isa.immediates.iter().map(|kind| &kind.name);
        let kinds = classes.chain(immediates);
        found(kind, "operand kind", name, kinds, self.context)
    }
}

fn region_of(operand: &Operand) -> Region {
    match operand {
        Operand::Named { region, .. }
        | Operand::Literal(_, region)
        | Operand::Float(_, region)
        | Operand::Constant(region) => *region,
        Operand::Operation(operation) => operation.region(),
    }
}
