//! Blocks, `let`, assignment, and `if`, after which everything that a branch has changed is chosen between.

use syn::{Block, Expr, ExprIf, Local, Pat, Stmt};

use super::{Result, Scope, Type, Value, refuse};

impl Scope {
    pub(super) fn block(&mut self, block: &Block) -> Result<Value> {
        let outer = self.names.len();
        let value = self.statements(&block.stmts);
        self.names.truncate(outer);
        value
    }

    pub(super) fn statements(&mut self, statements: &[Stmt]) -> Result<Value> {
        let mut last = Value::unit();
        for statement in statements {
            last = match statement {
                Stmt::Local(local) => self.local(local)?,
                Stmt::Expr(expression, None) => self.expression(expression)?,
                Stmt::Expr(expression, Some(_)) => {
                    self.expression(expression)?;
                    Value::unit()
                }
                other => return refuse(other, "only `let` and expressions are understood"),
            };
        }
        Ok(last)
    }

    fn local(&mut self, local: &Local) -> Result<Value> {
        let Some(init) = &local.init else {
            return refuse(local, "a `let` without a value");
        };
        let value = self.expression(&init.expr)?;
        self.destructure(&local.pat, value)?;
        Ok(Value::unit())
    }

    fn destructure(&mut self, pattern: &Pat, value: Value) -> Result<()> {
        match (pattern, value) {
            (Pat::Wild(_), _) => Ok(()),
            (Pat::Ident(name), value) if name.subpat.is_none() => {
                self.bind(name.ident.to_string(), value);
                Ok(())
            }
            (Pat::Type(typed), value) => {
                let syn::Type::Path(path) = &*typed.ty else {
                    return refuse(&typed.ty, "this type is not understood");
                };
                let ty = path
                    .path
                    .get_ident()
                    .and_then(|name| Type::from_name(&name.to_string()));
                let Some(ty) = ty else {
                    return refuse(&typed.ty, "this type is not understood");
                };
                let value = value.typed(ty);
                match value.scalar() {
                    Some((found, _)) if found == ty => self.destructure(&typed.pat, value),
                    _ => refuse(pattern, format!("the value is no `{}`", ty.name())),
                }
            }
            (Pat::Tuple(names), Value::Tuple(values)) if names.elems.len() == values.len() => {
                let mut pairs = names.elems.iter().zip(values);
                pairs.try_for_each(|(name, value)| self.destructure(name, value))
            }
            (other, _) => refuse(other, "this pattern is not understood"),
        }
    }

    pub(super) fn assignment(&mut self, place: &Expr, value: &Expr) -> Result<Value> {
        let value = self.expression(value)?;
        self.store(place, value)?;
        Ok(Value::unit())
    }

    fn store(&mut self, place: &Expr, value: Value) -> Result<()> {
        if let (Expr::Tuple(places), Value::Tuple(values)) = (place, &value)
            && places.elems.len() == values.len()
        {
            let mut pairs = places.elems.iter().zip(values.clone());
            return pairs.try_for_each(|(place, value)| self.store(place, value));
        }
        let Some(name) = super::expression::name(place) else {
            return refuse(place, "no name to assign to");
        };
        let value = match self.value(&name) {
            None => return refuse(place, format!("`{name}` is not declared")),
            Some(Value::Scalar(ty, _)) => {
                let ty = *ty;
                let value = value.typed(ty);
                match value.scalar() {
                    Some((found, _)) if found == ty => value,
                    Some((found, _)) => {
                        let message =
                            format!("`{name}` is `{}`, the value `{}`", ty.name(), found.name());
                        return refuse(place, message);
                    }
                    None => {
                        return refuse(
                            place,
                            format!("`{name}` is `{}`, and the value is not", ty.name()),
                        );
                    }
                }
            }
            Some(_) => value,
        };
        self.assign(&name, value);
        Ok(())
    }

    pub(super) fn conditional(&mut self, expression: &ExprIf) -> Result<Value> {
        let condition = self.truth(&expression.cond)?;
        let mut other = self.clone();
        let then = self.block(&expression.then_branch)?;
        let otherwise = match &expression.else_branch {
            Some((_, otherwise)) => other.expression(otherwise)?,
            None => Value::unit(),
        };
        self.memory = condition.choose(self.memory, other.memory);
        for (mine, theirs) in self.names.iter_mut().zip(other.names) {
            if mine.1 != theirs.1 {
                match Value::chosen(condition, mine.1.clone(), theirs.1) {
                    Some(value) => mine.1 = value,
                    None => {
                        let message = format!("`{}` has two types behind this", mine.0);
                        return refuse(expression, message);
                    }
                }
            }
        }
        match Value::chosen(condition, then, otherwise) {
            Some(value) => Ok(value),
            None => refuse(expression, "the branches have different types"),
        }
    }
}
