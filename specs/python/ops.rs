//! HIR: Python values with a type each, references counted by explicit operations.
//!
//! An `Object` is a pointer to a Python object. Whether a reference is owned is a property of where the value is kept,
//! decided by the builder and spelled out by `Retain` and `Release`; results that are owned say so. Numbers and truth
//! values stay unboxed until somebody needs the object. Operations that may leave compiled code name their exit, whose
//! frame state says how the live values make up the interpreter's operand stack.
//!
//! Meanings speak of memory as CPython 3.14 lays it out, by what is given: no offset is written here.

use jit_macros::ops;

ops! {
    /// High-level operations: what bytecode does, on Python values.
    dialect Hir;

    /// The address of a Python object; null where there may be none.
    value Object: i64;
    /// A number of 64 bits that is not in an object.
    value Int: i64;
    /// A float that is not in an object.
    value Float: f64;
    /// A truth value: 0 or 1; where conditions are looked at, anything but 0 holds.
    value Bool: i64;

    // ---- Given -----------------------------------------------------------------------------------------------------

    /// The address of the interpreter frame.
    given frame: Int;
    /// The record that compiled code and the runtime share.
    given record: const Int;
    /// Where in the record the word is that is not zero once something has changed that the code was compiled for.
    given invalid_at: const Int;
    /// The index of the instruction that is being carried out, in code units.
    given index: const Int;
    /// The address of the first instruction.
    given first_instruction: const Int;
    /// The bytes of a code unit.
    given code_unit: const Int;

    /// Where in a frame the homes of locals begin, the operand stack behind them.
    given slots_at: const Int;
    /// Where in a frame the address of the instruction is.
    given instruction_at: const Int;
    /// Where, from the frame, the address of the thread's state is.
    given thread_at: const Int;
    /// The bit in a slot that says that the reference is borrowed.
    given borrowed: const Int;
    /// The word of a slot in which there is nothing.
    given nothing: const Int;
    /// Where in a thread's state the eval breaker is.
    given eval_breaker_at: const Int;
    /// The address of what the eval breaker is while nothing is pending and nobody watches.
    given quiet: const Int;

    /// Where in an object its type is.
    given type_at: const Int;
    /// Where in a type its version is.
    given version_at: const Int;
    /// Where in a type the keys are that its instances share.
    given cached_keys_at: const Int;
    /// Where in keys their version is.
    given keys_version_at: const Int;
    /// Where, from an object, its dictionary is, if it has one that is managed.
    given managed_dict_at: const Int;
    /// Where in inline values the byte is that says whether they hold the attributes.
    given values_valid_at: const Int;
    /// Where in an int its tag is: sign and number of digits.
    given int_tag_at: const Int;
    /// The tag that ints of at most one digit are below.
    given compact_limit: const Int;
    /// The bits of a tag that are one less than the sign is less than one.
    given sign_mask: const Int;
    /// Where in an int its digits begin.
    given digits_at: const Int;
    /// Where in a float its value is.
    given float_at: const Int;
    /// Where in a list or tuple its size is.
    given size_at: const Int;
    /// Where in a list the address of its elements is.
    given list_items_at: const Int;
    /// Where in a tuple its elements begin.
    given tuple_items_at: const Int;
    /// Where in a list iterator the list is; null at its end.
    given list_iterator_list_at: const Int;
    /// Where in a list iterator the index of the next element is.
    given list_iterator_index_at: const Int;
    /// Where in a tuple iterator the tuple is; null at its end.
    given tuple_iterator_tuple_at: const Int;
    /// Where in a tuple iterator the index of the next element is.
    given tuple_iterator_index_at: const Int;
    /// `True`
    given true_object: const Object;
    /// `False`
    given false_object: const Object;

    /// Makes an int of a number; null with an exception.
    given box_int: const Address;
    /// Makes a float of a number; null with an exception.
    given box_float: const Address;
    /// The next element of an iterator, given frame and instruction.
    given next: const Address;
    /// What an optional result is if an exception is set.
    given raised: const Int;
    /// Notes that an attribute among inline values has come to be: object, offset.
    given note_inline_value: const Address;
    /// Attends to what is pending, given the thread's state.
    given safepoint: const Address;
    /// What `safepoint` says if an exception is set.
    given safepoint_raised: const Int;
    /// Gives up the frame, given it and the record.
    given leave: const Address;

    // ---- Constants -------------------------------------------------------------------------------------------------

    /// A Python object that the code object, or the compiled code, keeps alive.
    op ConstObject(address: const Object) -> Object { pure; means address; }
    /// A number that needs no object.
    op ConstInt(value: const Int) -> Int { pure; means value; }
    /// A float that needs no object, by its bits.
    op ConstFloat(bits: const Float) -> Float { pure; means bits; }

    // ---- The frame -------------------------------------------------------------------------------------------------

    /// What the home of a local holds, borrowed; null if the local is unbound.
    op LoadLocal(slot: const Int) -> Object { reads memory; means memory.i64(frame, slots_at.wrapping_add(slot.wrapping_mul(8))) & !borrowed; }
    /// Puts an object into the home of a local; compiled code keeps the reference that the home stands for.
    op StoreLocal(value: Object, slot: const Int) {
        writes memory;
        means memory.store_i64(frame, slots_at.wrapping_add(slot.wrapping_mul(8)), value | borrowed);
    }
    /// Makes a local unbound.
    op ClearLocal(slot: const Int) {
        writes memory;
        means memory.store_i64(frame, slots_at.wrapping_add(slot.wrapping_mul(8)), nothing);
    }
    /// Puts an object into the frame's operand stack, as an argument of a call by address.
    op StoreOperand(value: Object, slot: const Int) {
        writes memory;
        means memory.store_i64(frame, slots_at.wrapping_add(slot.wrapping_mul(8)), value);
    }
    /// What a call has left in the frame's operand stack, owned.
    op LoadOperand(slot: const Int) -> Object { reads memory; means memory.i64(frame, slots_at.wrapping_add(slot.wrapping_mul(8))) & !borrowed; }
    /// The address of a slot of the frame's operand stack.
    op OperandAddress(slot: const Int) -> Int { pure; means frame.wrapping_add(slots_at.wrapping_add(slot.wrapping_mul(8))); }
    /// Notes which instruction is being carried out, for code that looks at the frame.
    op NoteInstruction(at: const Int) {
        writes memory;
        means memory.store_i64(frame, instruction_at, first_instruction.wrapping_add(at.wrapping_mul(code_unit)));
    }

    // ---- Reference counts ------------------------------------------------------------------------------------------

    /// Takes one more reference.
    op Retain(object: Object) {
        reads memory;
        writes memory;
        means {
            let count = memory.i32(object, 0);
            if count >= 0 {
                memory.store_i32(object, 0, count.wrapping_add(1));
            }
        };
    }
    /// Takes one more reference unless there is no object.
    op RetainIfAny(object: Object) {
        reads memory;
        writes memory;
        means if object != 0 {
            let count = memory.i32(object, 0);
            if count >= 0 {
                memory.store_i32(object, 0, count.wrapping_add(1));
            }
        };
    }
    /// Gives a reference back, which may run any code.
    op Release(object: Object) {
        call;
        means {
            let count = memory.i32(object, 0);
            if count >= 0 {
                memory.store_i32(object, 0, count.wrapping_sub(1));
            }
            if count == 1 {
                memory.perform("deallocate", &[object as u64], &[]);
            }
        };
    }
    /// Gives a reference back unless there is no object.
    op ReleaseIfAny(object: Object) {
        call;
        means if object != 0 {
            let count = memory.i32(object, 0);
            if count >= 0 {
                memory.store_i32(object, 0, count.wrapping_sub(1));
            }
            if count == 1 {
                memory.perform("deallocate", &[object as u64], &[]);
            }
        };
    }

    // ---- Guards ----------------------------------------------------------------------------------------------------

    /// Leaves if something that the code was compiled for has changed.
    op GuardValid(exit: const Exit, live: list) { reads memory; guard; means memory.i64(record, invalid_at) == 0; }
    /// Leaves if there is no object.
    op GuardPresent(object: Object, exit: const Exit, live: list) { guard; means object != 0; }
    /// Leaves if the object is another.
    op GuardIs(object: Object, expected: const Object, exit: const Exit, live: list) { guard; means object == expected; }
    /// Leaves if the object is of another type.
    op GuardType(object: Object, expected: const Object, exit: const Exit, live: list) {
        reads memory;
        guard;
        means memory.i64(object, type_at) == expected;
    }
    /// Leaves if the type of the object has another version.
    op GuardTypeVersion(object: Object, version: const Int, exit: const Exit, live: list) {
        reads memory;
        guard;
        means {
            let class = memory.i64(object, type_at);
            i64::from(memory.u32(class, version_at)) == version
        };
    }
    /// Leaves if an int has more than one digit.
    op GuardCompact(object: Object, exit: const Exit, live: list) {
        reads memory;
        guard;
        means (memory.i64(object, int_tag_at) as u64) < compact_limit as u64;
    }
    /// Leaves if the keys that instances of the object's type share have another version.
    op GuardKeysVersion(object: Object, version: const Int, exit: const Exit, live: list) {
        reads memory;
        guard;
        means {
            let class = memory.i64(object, type_at);
            let keys = memory.i64(class, cached_keys_at);
            i64::from(memory.u32(keys, keys_version_at)) == version
        };
    }
    /// Leaves if a type object has another version.
    op GuardOwnVersion(class: Object, version: const Int, exit: const Exit, live: list) {
        reads memory;
        guard;
        means i64::from(memory.u32(class, version_at)) == version;
    }
    /// Leaves if the attributes of the object do not lie in the object itself.
    op GuardInlineValues(object: Object, offset: const Int, exit: const Exit, live: list) {
        reads memory;
        guard;
        means memory.u8(object, offset.wrapping_add(values_valid_at)) != 0;
    }
    /// Leaves if the object has a dictionary.
    op GuardNoDict(object: Object, exit: const Exit, live: list) { reads memory; guard; means memory.i64(object, managed_dict_at) == 0; }
    /// Leaves unless the condition holds.
    op GuardTrue(condition: Bool, exit: const Exit, live: list) { guard; means condition != 0; }
    /// Leaves if the condition holds.
    op GuardFalse(condition: Bool, exit: const Exit, live: list) { guard; means condition == 0; }

    // ---- Numbers and their objects ---------------------------------------------------------------------------------

    /// The value of an int of at most one digit: the digit, times one, zero or minus one.
    op UnboxInt(object: Object) -> Int {
        reads memory;
        means i64::from(memory.u32(object, digits_at)).wrapping_mul(1i64.wrapping_sub(memory.i64(object, int_tag_at) & sign_mask));
    }
    /// The value of a float.
    op UnboxFloat(object: Object) -> Float { reads memory; means memory.f64(object, float_at); }
    /// True or False, borrowed.
    op BoxBool(condition: Bool) -> Object { pure; means if condition != 0 { true_object } else { false_object }; }
    /// A new int, owned; leaves with an exception if there is no memory.
    op BoxInt(value: Int, exit: const Exit, live: list) -> Object {
        call;
        guard;
        means {
            let object = memory.call(box_int, &[value as u64]) as i64;
            if object != 0 { Some(object) } else { None }
        };
    }
    /// A new float, owned; leaves with an exception if there is no memory.
    op BoxFloat(value: Float, exit: const Exit, live: list) -> Object {
        call;
        guard;
        means {
            let object = memory.call(box_float, &[value.to_bits()]) as i64;
            if object != 0 { Some(object) } else { None }
        };
    }

    // ---- Arithmetic ------------------------------------------------------------------------------------------------

    /// The sum, which fits.
    op IntAdd(a: Int, b: Int) -> Int { pure; commutative; means a.wrapping_add(b); }
    /// The difference, which fits.
    op IntSubtract(a: Int, b: Int) -> Int { pure; means a.wrapping_sub(b); }
    /// The product, which fits.
    op IntMultiply(a: Int, b: Int) -> Int { pure; commutative; means a.wrapping_mul(b); }
    /// The sum; leaves if it does not fit.
    op IntAddOrLeave(a: Int, b: Int, exit: const Exit, live: list) -> Int { guard; means a.checked_add(b); }
    /// The difference; leaves if it does not fit.
    op IntSubtractOrLeave(a: Int, b: Int, exit: const Exit, live: list) -> Int { guard; means a.checked_sub(b); }
    /// The product; leaves if it does not fit.
    op IntMultiplyOrLeave(a: Int, b: Int, exit: const Exit, live: list) -> Int { guard; means a.checked_mul(b); }
    /// Bitwise and.
    op IntAnd(a: Int, b: Int) -> Int { pure; commutative; means a & b; }
    /// Bitwise or.
    op IntOr(a: Int, b: Int) -> Int { pure; commutative; means a | b; }
    /// Bitwise exclusive or.
    op IntXor(a: Int, b: Int) -> Int { pure; commutative; means a ^ b; }
    /// A shifted right, its sign kept; by less than 64.
    op IntShiftRight(a: Int, by: Int) -> Int { pure; means a.wrapping_shr(by as u32); }
    /// The negative, which fits.
    op IntNegate(a: Int) -> Int { pure; means a.wrapping_neg(); }
    /// The float of the same value; the int has at most one digit.
    op IntToFloat(a: Int) -> Float { pure; means a as f64; }
    /// The sum.
    op FloatAdd(a: Float, b: Float) -> Float { pure; means a + b; }
    /// The difference.
    op FloatSubtract(a: Float, b: Float) -> Float { pure; means a - b; }
    /// The product.
    op FloatMultiply(a: Float, b: Float) -> Float { pure; means a * b; }
    /// The quotient; the divisor is not zero.
    op FloatDivide(a: Float, b: Float) -> Float { pure; means a / b; }
    /// The negative.
    op FloatNegate(a: Float) -> Float { pure; means -a; }

    // ---- Comparisons -----------------------------------------------------------------------------------------------

    /// Whether `a == b`.
    op IntEqual(a: Int, b: Int) -> Bool { pure; commutative; means a == b; }
    /// Whether `a != b`.
    op IntNotEqual(a: Int, b: Int) -> Bool { pure; commutative; means a != b; }
    /// Whether `a < b`.
    op IntLess(a: Int, b: Int) -> Bool { pure; means a < b; }
    /// Whether `a <= b`.
    op IntLessEqual(a: Int, b: Int) -> Bool { pure; means a <= b; }
    /// Whether `a > b`.
    op IntGreater(a: Int, b: Int) -> Bool { pure; means a > b; }
    /// Whether `a >= b`.
    op IntGreaterEqual(a: Int, b: Int) -> Bool { pure; means a >= b; }
    /// Whether `a < b`, both taken as unsigned.
    op IntBelow(a: Int, b: Int) -> Bool { pure; means (a as u64) < b as u64; }
    /// Whether `a == b`.
    op FloatEqual(a: Float, b: Float) -> Bool { pure; means a == b; }
    /// Whether `a != b`.
    op FloatNotEqual(a: Float, b: Float) -> Bool { pure; means a != b; }
    /// Whether `a < b`.
    op FloatLess(a: Float, b: Float) -> Bool { pure; means a < b; }
    /// Whether `a <= b`.
    op FloatLessEqual(a: Float, b: Float) -> Bool { pure; means a <= b; }
    /// Whether `a > b`.
    op FloatGreater(a: Float, b: Float) -> Bool { pure; means a > b; }
    /// Whether `a >= b`.
    op FloatGreaterEqual(a: Float, b: Float) -> Bool { pure; means a >= b; }
    /// Whether both are the same object.
    op Same(a: Object, b: Object) -> Bool { pure; commutative; means a == b; }
    /// Whether there is no object.
    op Absent(object: Object) -> Bool { pure; means object == 0; }
    /// The opposite.
    op Not(a: Bool) -> Bool { pure; means a == 0; }

    // ---- Objects in memory -----------------------------------------------------------------------------------------

    /// An object that another object refers to, borrowed; null if there is none.
    op LoadField(object: Object, offset: const Int) -> Object { reads memory; means memory.i64(object, offset); }
    /// Overwrites a reference without counting.
    op StoreField(object: Object, value: Object, offset: const Int) { writes memory; means memory.store_i64(object, offset, value); }
    /// A 64-bit number in an object: a size, a position.
    op LoadWord(object: Object, offset: const Int) -> Int { reads memory; means memory.i64(object, offset); }
    /// Overwrites a 64-bit number in an object.
    op StoreWord(object: Object, value: Int, offset: const Int) { writes memory; means memory.store_i64(object, offset, value); }
    /// Puts an owned object among the inline values of another; yields what was there, owned, or null.
    op StoreInlineValue(owner: Object, value: Object, offset: const Int) -> Object {
        call;
        means {
            let old = memory.i64(owner, offset);
            memory.store_i64(owner, offset, value);
            if old == 0 {
                memory.call(note_inline_value, &[owner as u64, offset as u64]);
            }
            old
        };
    }
    /// An element of a list, borrowed; the index is in range.
    op LoadListItem(list: Object, position: Int) -> Object {
        reads memory;
        means {
            let items = memory.i64(list, list_items_at);
            memory.i64(items.wrapping_add(position.wrapping_shl(3)), 0)
        };
    }
    /// Overwrites an element of a list without counting; the index is in range.
    op StoreListItem(list: Object, value: Object, position: Int) {
        reads memory;
        writes memory;
        means {
            let items = memory.i64(list, list_items_at);
            memory.store_i64(items.wrapping_add(position.wrapping_shl(3)), 0, value);
        };
    }
    /// An element of a tuple, borrowed; the index is in range.
    op LoadTupleItem(tuple: Object, position: Int) -> Object {
        reads memory;
        means memory.i64(tuple.wrapping_add(position.wrapping_shl(3)), tuple_items_at);
    }

    // ---- Helpers ---------------------------------------------------------------------------------------------------
    //
    // The first of the values are the helper's arguments, behind frame and instruction; the others live at the exit.

    /// Calls a helper that yields an object, owned; leaves with an exception if it yields none.
    op InvokeObject(helper: const Address, arguments: const Int, exit: const Exit, values: list behind arguments) -> Object {
        call;
        guard;
        means {
            let result = memory.call_with(helper, &[frame as u64, index as u64], values, arguments) as i64;
            if result != 0 { Some(result) } else { None }
        };
    }
    /// Calls a helper that yields nothing; leaves with an exception if it says that it failed.
    op InvokeStatus(helper: const Address, arguments: const Int, exit: const Exit, values: list behind arguments) {
        call;
        guard;
        means memory.call_with(helper, &[frame as u64, index as u64], values, arguments) as i64 >= 0;
    }
    /// Calls a helper that yields a truth value; leaves with an exception if it says that it failed.
    op InvokeBool(helper: const Address, arguments: const Int, exit: const Exit, values: list behind arguments) -> Bool {
        call;
        guard;
        means {
            let result = memory.call_with(helper, &[frame as u64, index as u64], values, arguments) as i64;
            if result >= 0 { Some(result) } else { None }
        };
    }
    /// Calls a helper that yields a number from zero; leaves with an exception if it says that it failed.
    op InvokeInt(helper: const Address, arguments: const Int, exit: const Exit, values: list behind arguments) -> Int {
        call;
        guard;
        means {
            let result = memory.call_with(helper, &[frame as u64, index as u64], values, arguments) as i64;
            if result >= 0 { Some(result) } else { None }
        };
    }
    /// Calls a helper that yields an object, owned, or null with no exception set.
    op InvokeOptional(helper: const Address, arguments: const Int, exit: const Exit, values: list behind arguments) -> Object {
        call;
        guard;
        means {
            let result = memory.call_with(helper, &[frame as u64, index as u64], values, arguments) as i64;
            if result != raised { Some(result) } else { None }
        };
    }
    /// The next element of a list iterator, owned, or null when there is none; leaves with an exception.
    op NextOfList(iterator: Object, exit: const Exit, live: list) -> Object {
        call;
        guard;
        means {
            let list = memory.i64(iterator, list_iterator_list_at);
            if list == 0 {
                Some(0)
            } else {
                let position = memory.i64(iterator, list_iterator_index_at);
                if (position as u64) < memory.u64(list, size_at) {
                    let items = memory.i64(list, list_items_at);
                    let item = memory.i64(items.wrapping_add(position.wrapping_shl(3)), 0);
                    let count = memory.i32(item, 0);
                    if count >= 0 {
                        memory.store_i32(item, 0, count.wrapping_add(1));
                    }
                    memory.store_i64(iterator, list_iterator_index_at, position.wrapping_add(1));
                    Some(item)
                } else {
                    let item = memory.call(next, &[frame as u64, index as u64, iterator as u64]) as i64;
                    if item != raised { Some(item) } else { None }
                }
            }
        };
    }
    /// The next element of a tuple iterator, owned, or null when there is none; leaves with an exception.
    op NextOfTuple(iterator: Object, exit: const Exit, live: list) -> Object {
        call;
        guard;
        means {
            let tuple = memory.i64(iterator, tuple_iterator_tuple_at);
            if tuple == 0 {
                Some(0)
            } else {
                let position = memory.i64(iterator, tuple_iterator_index_at);
                if (position as u64) < memory.u64(tuple, size_at) {
                    let item = memory.i64(tuple.wrapping_add(position.wrapping_shl(3)), tuple_items_at);
                    let count = memory.i32(item, 0);
                    if count >= 0 {
                        memory.store_i32(item, 0, count.wrapping_add(1));
                    }
                    memory.store_i64(iterator, tuple_iterator_index_at, position.wrapping_add(1));
                    Some(item)
                } else {
                    let item = memory.call(next, &[frame as u64, index as u64, iterator as u64]) as i64;
                    if item != raised { Some(item) } else { None }
                }
            }
        };
    }

    // ---- Control ---------------------------------------------------------------------------------------------------

    /// Whether something is pending, or somebody watches: signals, other threads, tracing.
    op Pending() -> Bool {
        reads memory;
        means {
            let thread = memory.i64(frame, thread_at);
            memory.i64(thread, eval_breaker_at) != memory.i64(quiet, 0)
        };
    }
    /// Lets the interpreter attend to what is pending; whether it has to carry out this instruction itself. Leaves with an
    /// exception.
    op Attend(exit: const Exit, live: list) -> Bool {
        call;
        guard;
        means {
            let thread = memory.u64(frame, thread_at);
            memory.store_i64(frame, instruction_at, first_instruction.wrapping_add(index.wrapping_mul(code_unit)));
            let said = memory.call(safepoint, &[thread]) as i64;
            if said != safepoint_raised { Some(said) } else { None }
        };
    }
    /// Goes on at a block.
    op Jump(target: block) { terminator; means target; }
    /// Goes on at one of two blocks.
    op Branch(condition: Bool, then: block, otherwise: block) {
        terminator;
        means if condition != 0 { then } else { otherwise };
    }
    /// Gives up the frame and returns an owned reference.
    op Return(value: Object) {
        call;
        terminator;
        means {
            memory.call(leave, &[frame as u64, record as u64]);
            value
        };
    }
    /// Leaves for the interpreter, always.
    op Leave(exit: const Exit, live: list) { terminator; means None::<()>; }
}
