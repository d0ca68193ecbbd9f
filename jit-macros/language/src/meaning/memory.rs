//! What a meaning does with `memory`: loads, stores, calls, and operations that the runtime performs.
//!
//! A call may do anything to memory, and nobody knows what it returns; but two calls of one target with the same
//! arguments in the same memory do the same. So it is a function of these, and leaves another memory.

use syn::{Expr, ExprMethodCall, Lit};

use super::{CALL_MEMORY, Result, Scope, Type, Value, refuse};
use crate::term::{Sort, Term};

impl Scope {
    /// `memory.METHOD(…)`
    pub(super) fn access(&mut self, call: &ExprMethodCall) -> Result<Value> {
        let method = call.method.to_string();
        let value = match &method[..] {
            "call" => self.function(call)?,
            "call_with" => self.function_with(call)?,
            "perform" => self.perform(call)?,
            _ => {
                let arguments = call.args.iter().map(|argument| self.expression(argument));
                let arguments = arguments.collect::<Result<Vec<_>>>()?;
                self.bytes(&method, &arguments)
            }
        };
        match value {
            Some(value) => Ok(value),
            None => refuse(
                call,
                format!("`memory.{method}` with these is not understood"),
            ),
        }
    }

    /// `memory.i32(base, offset)`, `memory.i32(address)`, `memory.store_i32(base, offset, value)`
    fn bytes(&mut self, method: &str, arguments: &[Value]) -> Option<Value> {
        let address = |base: &Value, offset: &Value| {
            let word = |value: &Value| match value.clone().typed(Type::I64) {
                Value::Scalar(Type::I64, term) => Some(term),
                _ => None,
            };
            Some(word(base)?.plus(word(offset)?))
        };
        if let Some(name) = method.strip_prefix("store_") {
            let ty = Type::from_name(name)?;
            let [base, offset, value] = arguments else {
                return None;
            };
            let Value::Scalar(found, term) = value.clone().typed(ty) else {
                return None;
            };
            if found != ty {
                return None;
            }
            self.memory = self.memory.store(address(base, offset)?, term);
            return Some(Value::unit());
        }
        let ty = Type::from_name(method)?;
        // Operations add an offset to a base; instructions have added up their address already.
        let address = match arguments {
            [Value::Scalar(Type::U64, address)] => *address,
            [base, offset] => address(base, offset)?,
            _ => return None,
        };
        let Sort::Bits(bits @ 8..=64) = ty.sort() else {
            return None;
        };
        Some(Value::Scalar(ty, self.memory.load(address, bits / 8)))
    }

    /// `memory.call(target, arguments)`
    fn function(&mut self, call: &ExprMethodCall) -> Result<Option<Value>> {
        let arguments = call.args.iter().map(|argument| self.expression(argument));
        let arguments = arguments.collect::<Result<Vec<_>>>()?;
        let [target, Value::Tuple(list)] = &arguments[..] else {
            return Ok(None);
        };
        Ok(self.called_with(std::iter::once(target).chain(list)))
    }

    /// `memory.call_with(target, arguments, more, count)`; the count is known.
    fn function_with(&mut self, call: &ExprMethodCall) -> Result<Option<Value>> {
        let arguments = call.args.iter().map(|argument| self.expression(argument));
        let arguments = arguments.collect::<Result<Vec<_>>>()?;
        let [target, Value::Tuple(list), Value::Tuple(more), count] = &arguments[..] else {
            return Ok(None);
        };
        let count = count.word().and_then(Term::constant);
        let Some(count) = count.and_then(|count| usize::try_from(count).ok()) else {
            return Ok(None);
        };
        let more = more.iter().take(count);
        Ok(self.called_with(std::iter::once(target).chain(list).chain(more)))
    }

    /// A call of the first of `words` with the others.
    fn called_with<'a>(&mut self, words: impl Iterator<Item = &'a Value>) -> Option<Value> {
        let words: Vec<Term> = words.map(Value::word).collect::<Option<_>>()?;
        let words = [vec![self.memory], words].concat();
        let result = Term::call(self.called, &words, Sort::Bits(64));
        self.memory = Term::call(CALL_MEMORY, &words, Sort::Memory);
        Some(Value::Scalar(Type::U64, result))
    }

    /// `memory.perform("name", &[operand], &[])`
    fn perform(&mut self, call: &ExprMethodCall) -> Result<Option<Value>> {
        let mut arguments = call.args.iter();
        let Some(Expr::Lit(syn::ExprLit {
            lit: Lit::Str(name),
            ..
        })) = arguments.next()
        else {
            return Ok(None);
        };
        let mut words = vec![self.memory];
        for argument in arguments {
            let Value::Tuple(list) = self.expression(argument)? else {
                return Ok(None);
            };
            for value in &list {
                let Some(word) = value.word() else {
                    return Ok(None);
                };
                words.push(word);
            }
        }
        self.memory = Term::call(&format!("perform_{}", name.value()), &words, Sort::Memory);
        Ok(Some(Value::unit()))
    }
}
