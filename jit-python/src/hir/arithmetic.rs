//! Arithmetic: unboxed where the interpreter has seen ints of one digit or floats, a helper otherwise.

use jit_core::ir::Value;

use super::build::Translator;
use super::state::Entry;
use crate::bytecode::Specialised;
use crate::helpers::Helper;
use crate::specs::ops::Build as _;

/// The operators of `BINARY_OP`, in-place forms folded onto the plain ones.
mod operator {
    pub const ADD: u32 = 0;
    pub const AND: u32 = 1;
    pub const FLOOR_DIVIDE: u32 = 2;
    pub const MULTIPLY: u32 = 5;
    pub const REMAINDER: u32 = 6;
    pub const OR: u32 = 7;
    pub const SUBTRACT: u32 = 10;
    pub const TRUE_DIVIDE: u32 = 11;
    pub const XOR: u32 = 12;
    pub const FIRST_IN_PLACE: u32 = 13;
    pub const SUBSCRIPT: u32 = 26;
}

/// Results of at most this many bits can be computed without looking for overflow.
const SAFE_BITS: u32 = 62;

/// Ints of at most this many bits are floats exactly.
const EXACT_FLOAT_BITS: u32 = 53;

impl Translator<'_, '_> {
    /// `BINARY_OP`
    pub fn binary_op(&mut self) {
        use Specialised::*;
        let seen = self.code.seen(&self.at);
        let operator = match self.at.oparg {
            in_place @ operator::FIRST_IN_PLACE..operator::SUBSCRIPT => {
                in_place - operator::FIRST_IN_PLACE
            }
            plain => plain,
        };
        let steady = !self.code.is_failing(&self.at);
        let ints = steady && self.is_int(0) && self.is_int(1);
        let done = match seen {
            _ if operator == operator::SUBSCRIPT => self.subscript(seen),
            Some(BinaryOpAddInt | BinaryOpSubtractInt | BinaryOpMultiplyInt) => {
                self.int_operation(operator)
            }
            Some(BinaryOpAddFloat | BinaryOpSubtractFloat | BinaryOpMultiplyFloat) => {
                self.float_operation(operator)
            }
            Some(BinaryOpExtend)
                if matches!(operator, operator::AND | operator::OR | operator::XOR) =>
            {
                self.int_operation(operator)
            }
            _ if ints => self.int_operation(operator),
            _ if steady && self.is_float(0) && self.is_float(1) => self.float_operation(operator),
            Some(BinaryOpExtend) if self.is_float(0) != self.is_float(1) => {
                self.mixed_operation(operator)
            }
            _ => false,
        };
        if !done {
            let (left, right) = (self.object(1), self.object(0));
            let operator = self.b.const_int(i64::from(self.at.oparg));
            let result = self.invoke(Helper::BinaryOperation, &[left, right, operator]);
            self.replace(2, Entry::owned(result));
        }
    }

    fn int_operation(&mut self, operator: u32) -> bool {
        let known = matches!(
            operator,
            operator::ADD
                | operator::SUBTRACT
                | operator::MULTIPLY
                | operator::AND
                | operator::OR
                | operator::XOR
        );
        if !known {
            return self.int_division(operator);
        }
        let (a, b) = (self.as_int(1), self.as_int(0));
        let (wide, narrow) = (
            self.width(a).max(self.width(b)),
            self.width(a).min(self.width(b)),
        );
        let bits = match operator {
            operator::ADD | operator::SUBTRACT => wide + 1,
            operator::MULTIPLY => wide + narrow,
            _ => wide,
        };
        let result = match operator {
            operator::AND => self.b.int_and(a, b),
            operator::OR => self.b.int_or(a, b),
            operator::XOR => self.b.int_xor(a, b),
            operator::ADD if bits <= SAFE_BITS => self.b.int_add(a, b),
            operator::SUBTRACT if bits <= SAFE_BITS => self.b.int_subtract(a, b),
            operator::MULTIPLY if bits <= SAFE_BITS => self.b.int_multiply(a, b),
            _ => {
                let leaving = self.guard("the result has more than 64 bits");
                let (exit, live) = (leaving.exit, &leaving.live);
                match operator {
                    operator::ADD => self.b.int_add_or_leave(a, b, exit, live),
                    operator::SUBTRACT => self.b.int_subtract_or_leave(a, b, exit, live),
                    _ => self.b.int_multiply_or_leave(a, b, exit, live),
                }
            }
        };
        self.set_width(result, bits.min(64));
        self.replace(2, Entry::Int(result));
        true
    }

    /// Division by a power of two, rounding towards negative infinity as Python does.
    fn int_division(&mut self, operator: u32) -> bool {
        if !matches!(operator, operator::FLOOR_DIVIDE | operator::REMAINDER) {
            return false;
        }
        let divisor = match self.constant_int(0) {
            Some(divisor) if divisor > 0 && divisor.count_ones() == 1 => divisor,
            _ => return false,
        };
        let a = self.as_int(1);
        let (result, bits) = if operator == operator::REMAINDER {
            let mask = self.b.const_int(divisor - 1);
            (self.b.int_and(a, mask), 64 - (divisor - 1).leading_zeros())
        } else {
            let shift = self.b.const_int(i64::from(divisor.trailing_zeros()));
            (self.b.int_shift_right(a, shift), self.width(a))
        };
        self.set_width(result, bits);
        self.replace(2, Entry::Int(result));
        true
    }

    fn float_operation(&mut self, operator: u32) -> bool {
        if !is_float_operator(operator) {
            return false;
        }
        let (a, b) = (self.as_float(1), self.as_float(0));
        self.float_result(operator, a, b);
        true
    }

    /// One operand is a float, the other one an int as far as the interpreter has seen.
    fn mixed_operation(&mut self, operator: u32) -> bool {
        if !is_float_operator(operator) {
            return false;
        }
        let float_is_left = self.is_float(1);
        let int_depth = usize::from(!float_is_left);
        let number = self.as_int(int_depth);
        if self.width(number) > EXACT_FLOAT_BITS {
            return false;
        }
        let converted = self.b.int_to_float(number);
        let float = self.as_float(usize::from(float_is_left));
        let (a, b) = if float_is_left {
            (float, converted)
        } else {
            (converted, float)
        };
        self.float_result(operator, a, b);
        true
    }

    fn float_result(&mut self, operator: u32, a: Value, b: Value) {
        let result = match operator {
            operator::ADD => self.b.float_add(a, b),
            operator::SUBTRACT => self.b.float_subtract(a, b),
            operator::MULTIPLY => self.b.float_multiply(a, b),
            _ => {
                let zero = self.b.const_float(0.0);
                let is_zero = self.b.float_equal(b, zero);
                let leaving = self.guard("division by zero");
                self.b.guard_false(is_zero, leaving.exit, &leaving.live);
                self.b.float_divide(a, b)
            }
        };
        self.replace(2, Entry::Float(result));
    }

    /// `UNARY_NEGATIVE`
    pub fn unary_negative(&mut self) {
        if self.is_float(0) {
            let number = self.as_float(0);
            let result = self.b.float_negate(number);
            self.replace(1, Entry::Float(result));
        } else if matches!(self.entry(0), Entry::Int(number) if self.width(number) <= SAFE_BITS) {
            let number = self.as_int(0);
            let result = self.b.int_negate(number);
            self.set_width(result, self.width(number));
            self.replace(1, Entry::Int(result));
        } else {
            self.unary(Helper::Negative);
        }
    }

    /// One operand, one result, through a helper.
    pub fn unary(&mut self, helper: Helper) {
        let value = self.object(0);
        let result = self.invoke(helper, &[value]);
        self.replace(1, Entry::owned(result));
    }
}

fn is_float_operator(operator: u32) -> bool {
    matches!(
        operator,
        operator::ADD | operator::SUBTRACT | operator::MULTIPLY | operator::TRUE_DIVIDE
    )
}
