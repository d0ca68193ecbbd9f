//! Comparisons, membership, identity, truth.

use jit_core::ir::Value;

use super::build::Translator;
use super::known::{objects, types};
use super::state::Entry;
use crate::bytecode::Specialised;
use crate::helpers::Helper;
use crate::runtime::offsets::*;
use crate::specs::ops::Build as _;

/// Set in the operand of `COMPARE_OP` if the result is wanted as a truth value.
const AS_TRUTH: u32 = 16;

impl Translator<'_, '_> {
    /// `COMPARE_OP`
    pub fn compare_op(&mut self) {
        let seen = self.code.seen(&self.at);
        let comparison = self.at.oparg >> 5;
        let steady = !self.code.is_failing(&self.at);
        let known_ints = steady && self.is_int(0) && self.is_int(1);
        let ints = seen == Some(Specialised::CompareOpInt) || known_ints;
        let floats =
            seen == Some(Specialised::CompareOpFloat) || self.is_float(0) && self.is_float(1);
        if ints {
            let (a, b) = (self.as_int(1), self.as_int(0));
            let result = self.compare_ints(comparison, a, b);
            return self.replace(2, Entry::Bool(result));
        }
        if floats {
            let (a, b) = (self.as_float(1), self.as_float(0));
            let result = self.compare_floats(comparison, a, b);
            return self.replace(2, Entry::Bool(result));
        }
        let (a, b) = (self.object(1), self.object(0));
        let comparison = self.b.const_int(i64::from(comparison));
        if self.at.oparg & AS_TRUTH != 0 {
            let result = self.invoke_bool(Helper::CompareTruth, &[a, b, comparison]);
            self.replace(2, Entry::Bool(result));
        } else {
            let result = self.invoke(Helper::Compare, &[a, b, comparison]);
            self.replace(2, Entry::owned(result));
        }
    }

    // The order is that of Py_LT, Py_LE, Py_EQ, Py_NE, Py_GT, Py_GE.
    fn compare_ints(&mut self, comparison: u32, a: Value, b: Value) -> Value {
        match comparison {
            0 => self.b.int_less(a, b),
            1 => self.b.int_less_equal(a, b),
            2 => self.b.int_equal(a, b),
            3 => self.b.int_not_equal(a, b),
            4 => self.b.int_greater(a, b),
            _ => self.b.int_greater_equal(a, b),
        }
    }

    fn compare_floats(&mut self, comparison: u32, a: Value, b: Value) -> Value {
        match comparison {
            0 => self.b.float_less(a, b),
            1 => self.b.float_less_equal(a, b),
            2 => self.b.float_equal(a, b),
            3 => self.b.float_not_equal(a, b),
            4 => self.b.float_greater(a, b),
            _ => self.b.float_greater_equal(a, b),
        }
    }

    /// `CONTAINS_OP`
    pub fn contains_op(&mut self) {
        let (item, container) = (self.object(1), self.object(0));
        let result = self.invoke_bool(Helper::Contains, &[container, item]);
        self.push_truth(2, result);
    }

    /// `IS_OP`
    pub fn is_op(&mut self) {
        let (a, b) = (self.object(1), self.object(0));
        let result = self.b.same(a, b);
        self.push_truth(2, result);
    }

    /// Replaces operands by a truth value, inverted if the operand of the instruction says so.
    fn push_truth(&mut self, operands: usize, result: Value) {
        let result = if self.at.oparg != 0 {
            self.b.not(result)
        } else {
            result
        };
        self.replace(operands, Entry::Bool(result));
    }

    /// `UNARY_NOT`, whose operand is always a truth value.
    pub fn unary_not(&mut self) {
        let condition = self.condition();
        let result = self.b.not(condition);
        self.replace(1, Entry::Bool(result));
    }

    /// The top entry, which is True or False, as a condition.
    pub fn condition(&mut self) -> Value {
        if let Entry::Bool(condition) = self.entry(0) {
            return condition;
        }
        let value = self.object(0);
        let yes = self.b.const_object(objects::yes() as i64);
        self.b.same(value, yes)
    }

    /// `TO_BOOL`
    pub fn convert_to_bool(&mut self) {
        use Specialised::*;
        match self.entry(0) {
            Entry::Bool(_) => return,
            Entry::Object { value, .. } => match self.constant(value) {
                Some(constant) if constant == objects::yes() || constant == objects::no() => return,
                Some(constant) if constant == objects::none() => {
                    self.drop_entries(1);
                    return self.push_constant(objects::no());
                }
                _ => {}
            },
            _ => {}
        }
        let seen = self.code.seen(&self.at);
        let known_int = self.is_int(0) && !self.code.is_failing(&self.at);
        let result = if known_int || seen == Some(ToBoolInt) {
            let number = self.as_int(0);
            let zero = self.b.const_int(0);
            self.b.int_not_equal(number, zero)
        } else if let Entry::Float(number) = self.entry(0) {
            let zero = self.b.const_float(0.0);
            self.b.float_not_equal(number, zero)
        } else {
            let value = self.object(0);
            match seen {
                Some(ToBoolBool) => {
                    self.guard_type(value, types::boolean(), "a condition is no bool");
                    self.condition()
                }
                Some(ToBoolNone) => {
                    let leaving = self.guard("a condition is not None");
                    self.b
                        .guard_is(value, objects::none() as i64, leaving.exit, &leaving.live);
                    self.never()
                }
                Some(ToBoolList) => {
                    self.guard_type(value, types::list(), "a condition is no list");
                    self.has_elements(value, VAR_SIZE)
                }
                Some(ToBoolStr) => {
                    self.guard_type(value, types::string(), "a condition is no string");
                    self.has_elements(value, UNICODE_LENGTH)
                }
                Some(ToBoolAlwaysTrue) => {
                    self.guard_type_version(value, 2);
                    let never = self.never();
                    self.b.not(never)
                }
                _ => self.invoke_bool(Helper::Truth, &[value]),
            }
        };
        self.replace(1, Entry::Bool(result));
    }

    fn has_elements(&mut self, value: Value, size: usize) -> Value {
        let size = self.b.load_word(value, size as i64);
        let zero = self.b.const_int(0);
        self.b.int_not_equal(size, zero)
    }

    fn never(&mut self) -> Value {
        let (zero, one) = (self.b.const_int(0), self.b.const_int(1));
        self.b.int_equal(zero, one)
    }
}
