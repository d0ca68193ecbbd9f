//! Each HIR operation in LIR.

use jit_core::ir::{InstData, Value};
use jit_core::specs::ops::Build as _;
use pyo3::ffi;

use super::Lowering;
use super::guards::Exit;
use crate::helpers::{Helper, box_float, box_int};
use crate::hir::{Hir, Op};
use crate::runtime::object::Object;
use crate::runtime::offsets::*;

impl Lowering<'_> {
    /// Lowers one operation; yields its result, if it has one.
    pub fn operation(&mut self, data: &InstData<Hir>) -> Option<Value> {
        let a = data.args.first().map(|&value| self.value(value));
        let b = data.args.get(1).map(|&value| self.value(value));
        let attribute = data.attributes.first().copied().unwrap_or(0);
        match (data.op, a, b) {
            (Op::ConstObject | Op::ConstInt, ..) => Some(self.b.iconst(attribute)),
            (Op::ConstFloat, ..) => Some(self.b.fconst(f64::from_bits(attribute as u64))),
            (Op::LoadLocal | Op::LoadOperand, ..) => Some(self.untagged(attribute)),
            (Op::NoteInstruction, ..) => {
                self.note_instruction(attribute);
                None
            }
            (Op::StoreLocal, Some(value), _) => {
                self.store_local(value, attribute);
                None
            }
            (Op::ClearLocal, ..) => {
                let nothing = self.b.iconst(STACKREF_NULL as i64);
                self.b.store_i64(nothing, self.frame, Self::slot(attribute));
                None
            }
            (Op::StoreOperand, Some(value), _) => {
                self.b.store_i64(value, self.frame, Self::slot(attribute));
                None
            }
            (Op::OperandAddress, ..) => {
                let offset = self.b.iconst(Self::slot(attribute));
                Some(self.b.add(self.frame, offset))
            }
            (
                Op::Retain
                | Op::RetainIfAny
                | Op::Release
                | Op::ReleaseIfAny
                | Op::StoreField
                | Op::StoreWord
                | Op::StoreListItem,
                Some(object),
                _,
            ) => {
                self.effect(data, object, b);
                None
            }
            (
                Op::GuardValid
                | Op::GuardPresent
                | Op::GuardIs
                | Op::GuardType
                | Op::GuardTypeVersion
                | Op::GuardCompact
                | Op::GuardKeysVersion
                | Op::GuardOwnVersion
                | Op::GuardInlineValues
                | Op::GuardNoDict
                | Op::GuardTrue
                | Op::GuardFalse
                | Op::Poll,
                ..,
            ) => {
                self.guarding(data);
                None
            }
            (Op::BoxInt, Some(value), _) => {
                let exit = self.exit(data, 0);
                let result = self.b.call(box_int as *const () as i64, &[value]);
                self.check_object(result, &exit);
                Some(result)
            }
            (Op::BoxFloat, Some(value), _) => {
                let exit = self.exit(data, 0);
                let result = self.b.call(box_float as *const () as i64, &[value]);
                self.check_object(result, &exit);
                Some(result)
            }
            (
                Op::InvokeObject
                | Op::InvokeStatus
                | Op::InvokeBool
                | Op::InvokeInt
                | Op::InvokeOptional,
                ..,
            ) => self.invoke(data),
            (Op::NextOfList, ..) => Some(self.next_of(data, true)),
            (Op::NextOfTuple, ..) => Some(self.next_of(data, false)),
            (Op::LoadField | Op::LoadWord, Some(object), _) => {
                Some(self.b.load_i64(object, attribute))
            }
            (Op::LoadListItem, Some(list), Some(index)) => {
                let element = self.list_element(list, index);
                Some(self.b.load_i64(element, 0))
            }
            (Op::LoadTupleItem, Some(tuple), Some(index)) => {
                let element = self.element(tuple, index);
                Some(self.b.load_i64(element, TUPLE_ITEMS as i64))
            }
            (Op::StoreInlineValue, Some(owner), Some(value)) => {
                Some(self.store_inline_value(owner, value, attribute))
            }
            (Op::Jump | Op::Branch | Op::Return | Op::Leave, ..) => {
                self.terminator(data, a);
                None
            }
            (_, Some(a), Some(b)) => self.binary(data, a, b),
            (_, Some(a), None) => self.unary(data.op, a),
            (_, None, _) => None,
        }
    }

    fn effect(&mut self, data: &InstData<Hir>, object: Value, value: Option<Value>) {
        let attribute = data.attributes.first().copied().unwrap_or(0);
        match (data.op, value) {
            (Op::Retain, _) => self.b.retain(object),
            (Op::Release, _) => self.b.release(object),
            (Op::RetainIfAny, _) => self.if_any(object, |it| it.b.retain(object)),
            (Op::ReleaseIfAny, _) => self.if_any(object, |it| it.b.release(object)),
            (Op::StoreListItem, Some(value)) => {
                let index = self.argument(data, 2);
                let element = self.list_element(object, index);
                self.b.store_i64(value, element, 0);
            }
            (_, Some(value)) => self.b.store_i64(value, object, attribute),
            (_, None) => {}
        }
    }

    fn guarding(&mut self, data: &InstData<Hir>) {
        let info = data.info();
        let exit = self.exit(data, info.exit_attribute().unwrap_or(0));
        if data.op == Op::Poll {
            return self.poll(&exit);
        }
        if data.op == Op::GuardValid {
            return self.guard_valid(&exit);
        }
        let value = self.argument(data, 0);
        let expected = data.attributes[0];
        match data.op {
            Op::GuardPresent | Op::GuardTrue => self.guard(value, &exit),
            Op::GuardFalse => self.guard_not(value, &exit),
            Op::GuardIs => self.guard_word(value, expected, &exit),
            Op::GuardType => {
                let class = self.class_of(value);
                self.guard_word(class, expected, &exit);
            }
            Op::GuardTypeVersion => {
                let class = self.class_of(value);
                self.guard_half(class, TYPE_VERSION_TAG, expected, &exit);
            }
            Op::GuardOwnVersion => self.guard_half(value, TYPE_VERSION_TAG, expected, &exit),
            Op::GuardKeysVersion => {
                let class = self.class_of(value);
                let keys = self.b.load_i64(class, HEAP_TYPE_CACHED_KEYS as i64);
                self.guard_half(keys, KEYS_VERSION, expected, &exit);
            }
            Op::GuardCompact => {
                let tag = self.b.load_i64(value, LONG_TAG as i64);
                let limit = self.b.iconst(LONG_COMPACT_LIMIT as i64);
                let compact = self.b.lt_u(tag, limit);
                self.guard(compact, &exit);
            }
            Op::GuardNoDict => {
                let dict = self.b.load_i64(value, -(MANAGED_DICT_BEFORE_OBJECT as i64));
                self.guard_not(dict, &exit);
            }
            _ => self.guard_inline_values(value, expected, &exit),
        }
    }

    fn guard_word(&mut self, value: Value, expected: i64, exit: &Exit) {
        let expected = self.b.iconst(expected);
        let same = self.b.eq(value, expected);
        self.guard(same, exit);
    }

    fn invoke(&mut self, data: &InstData<Hir>) -> Option<Value> {
        let helper = Helper::from_number(data.attributes[0])?;
        let count = data.attributes[1] as usize;
        let values = self.list(data);
        let (arguments, live) = values.split_at(count);
        let exit = Exit {
            number: data.attributes[2],
            live: live.to_vec(),
        };
        let index = self.index();
        let arguments = [&[self.frame, index], arguments].concat();
        let result = self.b.call(helper.address() as i64, &arguments);
        match data.op {
            Op::InvokeObject => self.check_object(result, &exit),
            Op::InvokeOptional => self.check_not_raised(result, &exit),
            _ => self.check_number(result, &exit),
        }
        Some(result)
    }

    fn terminator(&mut self, data: &InstData<Hir>, value: Option<Value>) {
        match (data.op, value) {
            (Op::Jump, _) => {
                let target = self.block_call(&data.targets[0]);
                self.b.jump(target);
            }
            (Op::Branch, Some(condition)) => {
                let then = self.block_call(&data.targets[0]);
                let otherwise = self.block_call(&data.targets[1]);
                self.b.branch(condition, then, otherwise);
            }
            (Op::Return, Some(value)) => self.return_(value),
            _ => {
                let exit = self.exit(data, 0);
                self.b.exit(exit.number, &exit.live);
            }
        }
    }

    fn binary(&mut self, data: &InstData<Hir>, a: Value, b: Value) -> Option<Value> {
        let result = match data.op {
            Op::IntAdd => self.b.add(a, b),
            Op::IntSubtract => self.b.sub(a, b),
            Op::IntMultiply => self.b.mul(a, b),
            Op::IntAnd => self.b.and(a, b),
            Op::IntOr => self.b.or(a, b),
            Op::IntXor => self.b.xor(a, b),
            Op::IntShiftRight => self.b.shr_s(a, b),
            Op::FloatAdd => self.b.f_add(a, b),
            Op::FloatSubtract => self.b.f_sub(a, b),
            Op::FloatMultiply => self.b.f_mul(a, b),
            Op::FloatDivide => self.b.f_div(a, b),
            Op::IntEqual | Op::Same => self.b.eq(a, b),
            Op::IntNotEqual => self.b.ne(a, b),
            Op::IntLess => self.b.lt_s(a, b),
            Op::IntLessEqual => self.b.le_s(a, b),
            Op::IntGreater => self.b.gt_s(a, b),
            Op::IntGreaterEqual => self.b.ge_s(a, b),
            Op::IntBelow => self.b.lt_u(a, b),
            Op::FloatEqual => self.b.f_eq(a, b),
            Op::FloatNotEqual => self.b.f_ne(a, b),
            Op::FloatLess => self.b.f_lt(a, b),
            Op::FloatLessEqual => self.b.f_le(a, b),
            Op::FloatGreater => self.b.f_gt(a, b),
            Op::FloatGreaterEqual => self.b.f_ge(a, b),
            Op::IntAddOrLeave | Op::IntSubtractOrLeave | Op::IntMultiplyOrLeave => {
                let exit = self.exit(data, 0);
                self.force(&exit);
                match data.op {
                    Op::IntAddOrLeave => self.b.add_or_exit(a, b, exit.number, &exit.live),
                    Op::IntSubtractOrLeave => self.b.sub_or_exit(a, b, exit.number, &exit.live),
                    _ => self.b.mul_or_exit(a, b, exit.number, &exit.live),
                }
            }
            // One operand, and a list that does not concern the result.
            op => return self.unary(op, a),
        };
        Some(result)
    }

    fn unary(&mut self, op: Op, a: Value) -> Option<Value> {
        let result = match op {
            Op::UnboxInt => self.unbox_int(a),
            Op::UnboxFloat => self.b.load_f64(a, FLOAT_VALUE as i64),
            Op::BoxBool => {
                // SAFETY: static objects.
                let (yes, no) = unsafe { (ffi::Py_True(), ffi::Py_False()) };
                let word = |object: Object| object as i64;
                let (yes, no) = (self.b.iconst(word(yes)), self.b.iconst(word(no)));
                self.b.select(a, yes, no)
            }
            Op::IntNegate => self.b.neg(a),
            Op::IntToFloat => self.b.int_to_float(a),
            Op::FloatNegate => self.b.f_neg(a),
            Op::Absent | Op::Not => {
                let zero = self.b.iconst(0);
                self.b.eq(a, zero)
            }
            _ => return None,
        };
        Some(result)
    }
}
