//! Right sides with blocks and lists, which lead to another dialect.
//!
//! Within a dialect an operation is replaced where it stands, in the middle of its block, and its list is passed on; so
//! neither is allowed there.

use super::super::{Element, If, Right, Slice, Term};
use super::right::{Side, single_name};
use crate::error::{Code, Region};
use crate::model::lowering::BindingKind;
use crate::model::ops::TypeId;
use crate::parse::rewriting::{ElementSyntax, IfSyntax, OperandSyntax, RightSyntax, SliceSyntax};

impl Side<'_> {
    /// An `if` that yields a value of type `ty`, or nothing.
    pub(super) fn conditional(&mut self, syntax: &IfSyntax, ty: Option<TypeId>) -> Option<Term> {
        if !self.leads_elsewhere() {
            let message = "an operation is replaced in the middle of its block".to_owned();
            let help = "choose with an operation, or write two rules";
            self.refuse(Code::Syntax, syntax.region, message, help);
            return None;
        }
        let Some(condition_type) = self.condition_type() else {
            let message = "the dialect has no operation that chooses between two blocks".to_owned();
            let help = "declare one: a terminator of a value and two blocks";
            self.refuse(Code::OtherType, syntax.region, message, help);
            return None;
        };
        let condition = self.value(&syntax.condition, condition_type);
        let then = self.block(&syntax.then, ty);
        let otherwise = match &syntax.otherwise {
            Some(otherwise) => self.block(otherwise, ty),
            None if ty.is_none() => Some(Right {
                steps: Vec::new(),
                result: None,
                region: syntax.region,
                text: String::new(),
            }),
            None => {
                let message = "a value is wanted from this `if`, and it has no `else`".to_owned();
                let help = "add `else { … }` with the value that there is otherwise";
                self.refuse(Code::OtherType, syntax.region, message, help);
                None
            }
        };
        Some(Term::If(Box::new(If {
            condition: condition?,
            then: then?,
            otherwise: otherwise?,
            cold: syntax.cold,
            ty,
        })))
    }

    fn block(&mut self, syntax: &RightSyntax, ty: Option<TypeId>) -> Option<Right> {
        let outside = self.visible.len();
        let block = self.inside(syntax, ty);
        self.visible.truncate(outside);
        block
    }

    fn inside(&mut self, syntax: &RightSyntax, ty: Option<TypeId>) -> Option<Right> {
        let mut steps = self.steps(&syntax.steps)?;
        let result = match (ty, &syntax.result) {
            (Some(ty), Some(term)) => Some(self.value(term, ty)?),
            (Some(_), None) => {
                let message = "a value is wanted from this block, and it has none".to_owned();
                let help = "end it with the value, without `;`";
                self.refuse(Code::OtherType, syntax.region, message, help);
                return None;
            }
            (None, Some(last)) => {
                // Nobody wants its value, if it has one.
                steps.push(self.last(last)?.0);
                None
            }
            (None, None) => None,
        };
        Some(Right {
            steps,
            result,
            region: syntax.region,
            text: syntax.text.clone(),
        })
    }

    /// The type of the value that an `if` yields, by what stands at the end of its blocks.
    pub(super) fn inferred(&self, syntax: &IfSyntax) -> Option<TypeId> {
        let found = self.type_of_if(syntax);
        if found.is_none() {
            let message = "no block of this `if` says what type its value has".to_owned();
            let help = "end one of them with an operation, or with the name of a value";
            self.refuse(Code::OtherType, syntax.region, message, help);
        }
        found
    }

    fn type_of_if(&self, syntax: &IfSyntax) -> Option<TypeId> {
        let otherwise = syntax.otherwise.as_ref();
        let of_otherwise = || otherwise.and_then(|block| self.type_of_block(block));
        self.type_of_block(&syntax.then).or_else(of_otherwise)
    }

    fn type_of_block(&self, syntax: &RightSyntax) -> Option<TypeId> {
        let result = syntax.result.as_ref()?;
        if let Some(name) = single_name(result)
            && let Some(step) = syntax
                .steps
                .iter()
                .find(|step| step.name.as_ref() == Some(name))
        {
            return self.type_of(&step.operation);
        }
        self.type_of(result)
    }

    fn type_of(&self, syntax: &OperandSyntax) -> Option<TypeId> {
        match syntax {
            OperandSyntax::Operation { name, .. } => self.result_type(name),
            OperandSyntax::If(conditional) => self.type_of_if(conditional),
            other => self.named_value(single_name(other)?)?.0,
        }
    }

    /// Values for a list; of any type, as a list takes them.
    pub(super) fn list(&mut self, elements: &[ElementSyntax], region: Region) -> Option<Term> {
        if !self.leads_elsewhere() {
            let message = "within a dialect a list is passed on as it is".to_owned();
            let help = "write the name of the list";
            self.refuse(Code::Syntax, region, message, help);
            return None;
        }
        let elements: Vec<Option<Element>> = elements
            .iter()
            .map(|element| self.element(element))
            .collect();
        elements.into_iter().collect::<Option<_>>().map(Term::List)
    }

    fn element(&mut self, syntax: &ElementSyntax) -> Option<Element> {
        let count = |kind: &BindingKind| matches!(kind, BindingKind::Constant { .. });
        match syntax {
            ElementSyntax::Value(value) => {
                // A constant is a word, unless something says otherwise.
                let ty = self.type_of(value).or_else(|| self.condition_type())?;
                self.value(value, ty).map(Element::Value)
            }
            ElementSyntax::Spread(list, slice, _) => {
                let list = self.bound(list, "a list", |kind| matches!(kind, BindingKind::List))?;
                let slice = match slice {
                    SliceSyntax::All => Slice::All,
                    SliceSyntax::First(name) => {
                        Slice::First(self.bound(name, "a constant of the pattern", count)?)
                    }
                    SliceSyntax::Behind(name) => {
                        Slice::Behind(self.bound(name, "a constant of the pattern", count)?)
                    }
                };
                Some(Element::Spread(list, slice))
            }
        }
    }
}
