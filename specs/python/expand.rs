//! From HIR to LIR: what operations on Python values are in terms of words, loads and calls.
//!
//! Results of helpers are checked at the exit of the operation, where the exception is found set. What is expected to be
//! rare is done in blocks that lie out of the way.

use jit_macros::rewriting;

rewriting! {
    rewriting Expand for super::ops to ::jit_core::specs::ops;

    // ---- Constants -------------------------------------------------------------------------------------------------

    /// Its address.
    rule const_object { when ConstObject(address: const Object); becomes address; }
    /// The number.
    rule const_int { when ConstInt(value: const Int); becomes value; }
    /// The float.
    rule const_float { when ConstFloat(bits: const Float); becomes bits; }

    // ---- The frame -------------------------------------------------------------------------------------------------

    for (Load) in [(LoadLocal), (LoadOperand)] {
        /// The word in the slot, without its tag.
        rule load_slot {
            when Load(slot: const Int);
            becomes And(LoadI64(frame, slots_at + slot * 8), !borrowed);
        }
    }
    /// The address, tagged as borrowed.
    rule store_local {
        when StoreLocal(value, slot: const Int);
        becomes StoreI64(Or(value, borrowed), frame, slots_at + slot * 8);
    }
    /// The word for nothing.
    rule clear_local { when ClearLocal(slot: const Int); becomes StoreI64(nothing, frame, slots_at + slot * 8); }
    /// The address as it is.
    rule store_operand { when StoreOperand(value, slot: const Int); becomes StoreI64(value, frame, slots_at + slot * 8); }
    /// Behind the frame.
    rule operand_address { when OperandAddress(slot: const Int); becomes Add(frame, slots_at + slot * 8); }
    /// The address of the instruction.
    rule note_instruction {
        when NoteInstruction(at: const Int);
        becomes StoreI64(first_instruction + at * code_unit, frame, instruction_at);
    }

    // ---- Reference counts ------------------------------------------------------------------------------------------

    for (Count) in [(Retain), (Release)] {
        /// As it is: rules for instructions know how references are counted.
        rule count { when Count(object); becomes Count(object); }
    }
    for (IfAny, Count) in [(RetainIfAny, Retain), (ReleaseIfAny, Release)] {
        /// Only if there is an object.
        rule count_if_any { when IfAny(object); becomes if object { Count(object) } }
    }

    // ---- Guards ----------------------------------------------------------------------------------------------------

    /// The word in the record.
    rule guard_valid { when GuardValid(exit, live); becomes GuardFalse(LoadI64(record, invalid_at), exit, live); }
    /// The address is not null.
    rule guard_present { when GuardPresent(object, exit, live); becomes GuardTrue(object, exit, live); }
    /// The address is that one.
    rule guard_is {
        when GuardIs(object, expected: const Object, exit, live);
        becomes GuardTrue(Eq(object, expected), exit, live);
    }
    /// The address of the type is that one.
    rule guard_type {
        when GuardType(object, expected: const Object, exit, live);
        becomes GuardTrue(Eq(LoadI64(object, type_at), expected), exit, live);
    }
    /// A version of 32 bits in the type.
    rule guard_type_version {
        when GuardTypeVersion(object, version: const Int, exit, live);
        becomes GuardTrue(Eq(LoadU32(LoadI64(object, type_at), version_at), version), exit, live);
    }
    /// A version of 32 bits in the object, which is a type.
    rule guard_own_version {
        when GuardOwnVersion(class, version: const Int, exit, live);
        becomes GuardTrue(Eq(LoadU32(class, version_at), version), exit, live);
    }
    /// A version of 32 bits in the keys of the type.
    rule guard_keys_version {
        when GuardKeysVersion(object, version: const Int, exit, live);
        becomes {
            let keys = LoadI64(LoadI64(object, type_at), cached_keys_at);
            GuardTrue(Eq(LoadU32(keys, keys_version_at), version), exit, live)
        }
    }
    /// The tag has a limit.
    rule guard_compact {
        when GuardCompact(object, exit, live);
        becomes GuardTrue(LtU(LoadI64(object, int_tag_at), compact_limit), exit, live);
    }
    /// A byte of the values.
    rule guard_inline_values {
        when GuardInlineValues(object, offset: const Int, exit, live);
        becomes GuardTrue(LoadU8(object, offset + values_valid_at), exit, live);
    }
    /// No address where that of the dictionary would be.
    rule guard_no_dict {
        when GuardNoDict(object, exit, live);
        becomes GuardFalse(LoadI64(object, managed_dict_at), exit, live);
    }
    for (Guard) in [(GuardTrue), (GuardFalse)] {
        /// The same.
        rule guard { when Guard(condition, exit, live); becomes Guard(condition, exit, live); }
    }

    // ---- Numbers and their objects ---------------------------------------------------------------------------------

    /// The digit, times one, zero or minus one.
    rule unbox_int {
        when UnboxInt(object);
        becomes {
            let factor = Sub(1, And(LoadI64(object, int_tag_at), sign_mask));
            Mul(LoadU32(object, digits_at), factor)
        }
    }
    /// The double in the object.
    rule unbox_float { when UnboxFloat(object); becomes LoadF64(object, float_at); }
    /// One of two addresses.
    rule box_bool { when BoxBool(condition); becomes Select(condition, true_object, false_object); }
    /// A call.
    rule box_int {
        when BoxInt(value, exit, live);
        becomes {
            let object = Call(box_int, [value]);
            GuardTrue(object, exit, live);
            object
        }
    }
    /// A call.
    rule box_float {
        when BoxFloat(value, exit, live);
        becomes {
            let object = Call(box_float, [value]);
            GuardTrue(object, exit, live);
            object
        }
    }

    // ---- Arithmetic and comparisons --------------------------------------------------------------------------------

    for (Op, Word) in [
        (IntAdd, Add), (IntSubtract, Sub), (IntMultiply, Mul), (IntAnd, And), (IntOr, Or), (IntXor, Xor),
        (IntShiftRight, ShrS), (FloatAdd, FAdd), (FloatSubtract, FSub), (FloatMultiply, FMul), (FloatDivide, FDiv),
        (IntEqual, Eq), (IntNotEqual, Ne), (IntLess, LtS), (IntLessEqual, LeS), (IntGreater, GtS), (IntGreaterEqual, GeS),
        (IntBelow, LtU), (FloatEqual, FEq), (FloatNotEqual, FNe), (FloatLess, FLt), (FloatLessEqual, FLe),
        (FloatGreater, FGt), (FloatGreaterEqual, FGe), (Same, Eq),
    ] {
        /// The same of words.
        rule binary { when Op(a, b); becomes Word(a, b); }
    }
    for (Op, Word) in [(IntNegate, Neg), (IntToFloat, IntToFloat), (FloatNegate, FNeg)] {
        /// The same of a word.
        rule unary { when Op(a); becomes Word(a); }
    }
    for (Op) in [(Absent), (Not)] {
        /// Whether it is zero.
        rule is_zero { when Op(a); becomes Eq(a, 0); }
    }
    for (Op, Word) in [(IntAddOrLeave, AddOrExit), (IntSubtractOrLeave, SubOrExit), (IntMultiplyOrLeave, MulOrExit)] {
        /// The same of words.
        rule checked { when Op(a, b, exit, live); becomes Word(a, b, exit, live); }
    }

    // ---- Objects in memory -----------------------------------------------------------------------------------------

    for (Load) in [(LoadField), (LoadWord)] {
        /// A word of the object.
        rule load { when Load(object, offset: const Int); becomes LoadI64(object, offset); }
    }
    for (Store) in [(StoreField), (StoreWord)] {
        /// A word of the object.
        rule store { when Store(object, value, offset: const Int); becomes StoreI64(value, object, offset); }
    }
    /// A word of the object; the runtime hears of it if there was none before.
    rule store_inline_value {
        when StoreInlineValue(owner, value, offset: const Int);
        becomes {
            let old = LoadI64(owner, offset);
            StoreI64(value, owner, offset);
            if Eq(old, 0) cold { Call(note_inline_value, [owner, offset]) }
            old
        }
    }
    /// From the elements, which lie apart.
    rule load_list_item {
        when LoadListItem(list, position);
        becomes LoadI64(Add(LoadI64(list, list_items_at), Shl(position, 3)), 0);
    }
    /// To the elements, which lie apart.
    rule store_list_item {
        when StoreListItem(list, value, position);
        becomes StoreI64(value, Add(LoadI64(list, list_items_at), Shl(position, 3)), 0);
    }
    /// From the elements, which lie in the tuple.
    rule load_tuple_item {
        when LoadTupleItem(tuple, position);
        becomes LoadI64(Add(tuple, Shl(position, 3)), tuple_items_at);
    }

    // ---- Helpers ---------------------------------------------------------------------------------------------------

    /// Null means an exception.
    rule invoke_object {
        when InvokeObject(helper, arguments: const Int, exit, values);
        becomes {
            let result = Call(helper, [frame, index, ..values[..arguments]]);
            GuardTrue(result, exit, [..values[arguments..]]);
            result
        }
    }
    /// Something below zero means an exception.
    rule invoke_status {
        when InvokeStatus(helper, arguments: const Int, exit, values);
        becomes {
            let result = Call(helper, [frame, index, ..values[..arguments]]);
            GuardFalse(LtS(result, 0), exit, [..values[arguments..]])
        }
    }
    for (Invoke) in [(InvokeBool), (InvokeInt)] {
        /// Something below zero means an exception.
        rule invoke_number {
            when Invoke(helper, arguments: const Int, exit, values);
            becomes {
                let result = Call(helper, [frame, index, ..values[..arguments]]);
                GuardFalse(LtS(result, 0), exit, [..values[arguments..]]);
                result
            }
        }
    }
    /// A word that is no address means an exception.
    rule invoke_optional {
        when InvokeOptional(helper, arguments: const Int, exit, values);
        becomes {
            let result = Call(helper, [frame, index, ..values[..arguments]]);
            GuardTrue(Ne(result, raised), exit, [..values[arguments..]]);
            result
        }
    }
    /// In place, while there are elements; what is not plain sailing is the iterator's own business.
    rule next_of_list {
        when NextOfList(iterator, exit, live);
        becomes {
            let list = LoadI64(iterator, list_iterator_list_at);
            if list {
                let position = LoadI64(iterator, list_iterator_index_at);
                if LtU(position, LoadI64(list, size_at)) {
                    let item = LoadI64(Add(LoadI64(list, list_items_at), Shl(position, 3)), 0);
                    Retain(item);
                    StoreI64(Add(position, 1), iterator, list_iterator_index_at);
                    item
                } else cold {
                    let item = Call(next, [frame, index, iterator]);
                    GuardTrue(Ne(item, raised), exit, live);
                    item
                }
            } else cold {
                0
            }
        }
    }
    /// In place, while there are elements; what is not plain sailing is the iterator's own business.
    rule next_of_tuple {
        when NextOfTuple(iterator, exit, live);
        becomes {
            let tuple = LoadI64(iterator, tuple_iterator_tuple_at);
            if tuple {
                let position = LoadI64(iterator, tuple_iterator_index_at);
                if LtU(position, LoadI64(tuple, size_at)) {
                    let item = LoadI64(Add(tuple, Shl(position, 3)), tuple_items_at);
                    Retain(item);
                    StoreI64(Add(position, 1), iterator, tuple_iterator_index_at);
                    item
                } else cold {
                    let item = Call(next, [frame, index, iterator]);
                    GuardTrue(Ne(item, raised), exit, live);
                    item
                }
            } else cold {
                0
            }
        }
    }

    // ---- Control ---------------------------------------------------------------------------------------------------

    /// A comparison of two words.
    rule pending {
        when Pending();
        becomes Ne(LoadI64(LoadI64(frame, thread_at), eval_breaker_at), LoadI64(quiet, 0));
    }
    /// A call, with the frame up to date.
    rule attend {
        when Attend(exit, live);
        becomes {
            let thread = LoadI64(frame, thread_at);
            StoreI64(first_instruction + index * code_unit, frame, instruction_at);
            let said = Call(safepoint, [thread]);
            GuardTrue(Ne(said, safepoint_raised), exit, live);
            said
        }
    }
    /// The same.
    rule jump { when Jump(target); becomes Jump(target); }
    /// The same.
    rule branch { when Branch(condition, then, otherwise); becomes Branch(condition, then, otherwise); }
    /// Without the frame.
    rule return_value {
        when Return(value);
        becomes {
            Call(leave, [frame, record]);
            Return(value)
        }
    }
    /// The same.
    rule leave { when Leave(exit, live); becomes Exit(exit, live); }
}
