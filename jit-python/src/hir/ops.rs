//! The operations of HIR: Python values with a type each, references counted by explicit operations.
//!
//! An `Object` is a pointer to a Python object. Whether a reference is owned is a property of where the value is kept,
//! decided by the builder and spelled out by `Retain` and `Release`; results that are owned say so. Numbers and truth
//! values stay unboxed until somebody needs the object. Operations that may leave compiled code name their exit, whose
//! frame state says how the live values make up the interpreter's operand stack.

use jit_macros::ops;

ops! {
    dialect Hir;

    value Object;
    value Int;
    value Float;
    value Bool;

    /// A Python object that the code object, or the compiled code, keeps alive.
    op ConstObject(address: const Address) -> Object { pure; means "the object at this address"; }
    /// A number that needs no object.
    op ConstInt(value: const Int) -> Int { pure; means "this number"; }
    /// A float that needs no object, by its bits.
    op ConstFloat(bits: const Float) -> Float { pure; means "this float"; }

    /// What the home of a local holds, borrowed; null if the local is unbound.
    op LoadLocal(index: const Int) -> Object { reads memory; means "the object in the home, without its tag"; }
    /// Puts an object into the home of a local; compiled code keeps the reference that the home stands for.
    op StoreLocal(value: Object, index: const Int) { writes memory; means "the home becomes the object, tagged as borrowed"; }
    /// Makes a local unbound.
    op ClearLocal(index: const Int) { writes memory; means "the home becomes the word for nothing"; }
    /// Puts an object into the frame's operand stack, as an argument of a call by address.
    op StoreOperand(value: Object, index: const Int) { writes memory; means "the operand slot becomes the object"; }
    /// What a call has left in the frame's operand stack, owned.
    op LoadOperand(index: const Int) -> Object { reads memory; means "the object in the operand slot, without its tag"; }
    /// The address of a slot of the frame's operand stack.
    op OperandAddress(index: const Int) -> Int { pure; means "where the operand slot lies"; }

    /// Notes which instruction is being carried out, for code that looks at the frame.
    op NoteInstruction(index: const Int) { writes memory; means "the frame's instruction becomes the one with this index"; }

    /// Takes one more reference.
    op Retain(object: Object) { reads memory; writes memory; means "one reference more"; }
    /// Takes one more reference unless there is no object.
    op RetainIfAny(object: Object) { reads memory; writes memory; means "one reference more, unless null"; }
    /// Gives a reference back, which may run any code.
    op Release(object: Object) { call; means "one reference less"; }
    /// Gives a reference back unless there is no object.
    op ReleaseIfAny(object: Object) { call; means "one reference less, unless null"; }

    /// Leaves if something that the code was compiled for has changed.
    op GuardValid(exit: const Exit, live: list) { reads memory; guard; means "the code's record is valid"; }
    /// Leaves if there is no object.
    op GuardPresent(object: Object, exit: const Exit, live: list) { guard; means "the object is not null"; }
    /// Leaves if the object is another.
    op GuardIs(object: Object, expected: const Address, exit: const Exit, live: list) { guard; means "the object is the one at this address"; }
    /// Leaves if the object is of another type.
    op GuardType(object: Object, expected: const Address, exit: const Exit, live: list) { reads memory; guard; means "the object's type is the one at this address"; }
    /// Leaves if the type of the object has another version.
    op GuardTypeVersion(object: Object, version: const Int, exit: const Exit, live: list) { reads memory; guard; means "the version tag of the object's type is this"; }
    /// Leaves if an int has more than one digit.
    op GuardCompact(object: Object, exit: const Exit, live: list) { reads memory; guard; means "the int has at most one digit"; }
    /// Leaves if the keys that instances of the object's type share have another version.
    op GuardKeysVersion(object: Object, version: const Int, exit: const Exit, live: list) { reads memory; guard; means "the version of the type's cached keys is this"; }
    /// Leaves if a type object has another version.
    op GuardOwnVersion(class: Object, version: const Int, exit: const Exit, live: list) { reads memory; guard; means "the version tag of the type is this"; }
    /// Leaves if the attributes of the object do not lie in the object itself.
    op GuardInlineValues(object: Object, offset: const Int, exit: const Exit, live: list) { reads memory; guard; means "the inline values at this offset are valid"; }
    /// Leaves if the object has a dictionary.
    op GuardNoDict(object: Object, exit: const Exit, live: list) { reads memory; guard; means "the managed dictionary of the object is null"; }
    /// Leaves unless the condition holds.
    op GuardTrue(condition: Bool, exit: const Exit, live: list) { guard; means "the condition holds"; }
    /// Leaves if the condition holds.
    op GuardFalse(condition: Bool, exit: const Exit, live: list) { guard; means "the condition does not hold"; }

    /// The value of an int of at most one digit.
    op UnboxInt(object: Object) -> Int { pure; means "the value of the int"; }
    /// The value of a float.
    op UnboxFloat(object: Object) -> Float { pure; means "the value of the float"; }
    /// True or False, borrowed.
    op BoxBool(condition: Bool) -> Object { pure; means "True or False"; }
    /// A new int, owned; leaves with an exception if there is no memory.
    op BoxInt(value: Int, exit: const Exit, live: list) -> Object { call; guard; means "an int of this value"; }
    /// A new float, owned; leaves with an exception if there is no memory.
    op BoxFloat(value: Float, exit: const Exit, live: list) -> Object { call; guard; means "a float of this value"; }

    /// The sum, which fits.
    op IntAdd(a: Int, b: Int) -> Int { pure; commutative; means "the sum, which fits"; }
    /// The difference, which fits.
    op IntSubtract(a: Int, b: Int) -> Int { pure; means "the difference, which fits"; }
    /// The product, which fits.
    op IntMultiply(a: Int, b: Int) -> Int { pure; commutative; means "the product, which fits"; }
    /// The sum; leaves if it does not fit.
    op IntAddOrLeave(a: Int, b: Int, exit: const Exit, live: list) -> Int { guard; means "the sum; leaves if it does not fit"; }
    /// The difference; leaves if it does not fit.
    op IntSubtractOrLeave(a: Int, b: Int, exit: const Exit, live: list) -> Int { guard; means "the difference; leaves if it does not fit"; }
    /// The product; leaves if it does not fit.
    op IntMultiplyOrLeave(a: Int, b: Int, exit: const Exit, live: list) -> Int { guard; means "the product; leaves if it does not fit"; }
    /// Bitwise and.
    op IntAnd(a: Int, b: Int) -> Int { pure; commutative; means "bitwise and"; }
    /// Bitwise or.
    op IntOr(a: Int, b: Int) -> Int { pure; commutative; means "bitwise or"; }
    /// Bitwise exclusive or.
    op IntXor(a: Int, b: Int) -> Int { pure; commutative; means "bitwise exclusive or"; }
    /// A shifted right, its sign kept.
    op IntShiftRight(a: Int, by: Int) -> Int { pure; means "a shifted right, its sign kept"; }
    /// The negative, which fits.
    op IntNegate(a: Int) -> Int { pure; means "the negative, which fits"; }
    /// The float of the same value; the int has at most one digit.
    op IntToFloat(a: Int) -> Float { pure; means "the float of the same value; the int has at most one digit"; }
    /// The sum.
    op FloatAdd(a: Float, b: Float) -> Float { pure; means "the sum"; }
    /// The difference.
    op FloatSubtract(a: Float, b: Float) -> Float { pure; means "the difference"; }
    /// The product.
    op FloatMultiply(a: Float, b: Float) -> Float { pure; means "the product"; }
    /// The quotient; the divisor is not zero.
    op FloatDivide(a: Float, b: Float) -> Float { pure; means "the quotient; the divisor is not zero"; }
    /// The negative.
    op FloatNegate(a: Float) -> Float { pure; means "the negative"; }

    /// Whether `a == b`.
    op IntEqual(a: Int, b: Int) -> Bool { pure; commutative; means "a == b"; }
    /// Whether `a != b`.
    op IntNotEqual(a: Int, b: Int) -> Bool { pure; commutative; means "a != b"; }
    /// Whether `a < b`.
    op IntLess(a: Int, b: Int) -> Bool { pure; means "a < b"; }
    /// Whether `a <= b`.
    op IntLessEqual(a: Int, b: Int) -> Bool { pure; means "a <= b"; }
    /// Whether `a > b`.
    op IntGreater(a: Int, b: Int) -> Bool { pure; means "a > b"; }
    /// Whether `a >= b`.
    op IntGreaterEqual(a: Int, b: Int) -> Bool { pure; means "a >= b"; }
    /// Whether `a < b`, both taken as unsigned.
    op IntBelow(a: Int, b: Int) -> Bool { pure; means "a < b, both taken as unsigned"; }
    /// Whether `a == b`.
    op FloatEqual(a: Float, b: Float) -> Bool { pure; means "a == b"; }
    /// Whether `a != b`.
    op FloatNotEqual(a: Float, b: Float) -> Bool { pure; means "a != b"; }
    /// Whether `a < b`.
    op FloatLess(a: Float, b: Float) -> Bool { pure; means "a < b"; }
    /// Whether `a <= b`.
    op FloatLessEqual(a: Float, b: Float) -> Bool { pure; means "a <= b"; }
    /// Whether `a > b`.
    op FloatGreater(a: Float, b: Float) -> Bool { pure; means "a > b"; }
    /// Whether `a >= b`.
    op FloatGreaterEqual(a: Float, b: Float) -> Bool { pure; means "a >= b"; }
    /// Whether both are the same object.
    op Same(a: Object, b: Object) -> Bool { pure; commutative; means "both are the same object"; }
    /// Whether there is no object.
    op Absent(object: Object) -> Bool { pure; means "the object is null"; }
    /// The opposite.
    op Not(a: Bool) -> Bool { pure; means "not a"; }

    /// An object that another object refers to, borrowed; null if there is none.
    op LoadField(object: Object, offset: const Int) -> Object { reads memory; means "the reference at this offset"; }
    /// Overwrites a reference without counting.
    op StoreField(object: Object, value: Object, offset: const Int) { writes memory; means "the reference at this offset becomes the value"; }
    /// A 64-bit number in an object: a size, a position.
    op LoadWord(object: Object, offset: const Int) -> Int { reads memory; means "the number at this offset"; }
    /// Overwrites a 64-bit number in an object.
    op StoreWord(object: Object, value: Int, offset: const Int) { writes memory; means "the number at this offset becomes the value"; }
    /// Puts an owned object among the inline values of another; yields what was there, owned, or null.
    op StoreInlineValue(owner: Object, value: Object, offset: const Int) -> Object { call; means "the attribute becomes the value"; }
    /// An element of a list, borrowed; the index is in range.
    op LoadListItem(list: Object, index: Int) -> Object { reads memory; means "list[index]"; }
    /// Overwrites an element of a list without counting; the index is in range.
    op StoreListItem(list: Object, value: Object, index: Int) { writes memory; means "list[index] = value"; }
    /// An element of a tuple, borrowed; the index is in range.
    op LoadTupleItem(tuple: Object, index: Int) -> Object { reads memory; means "tuple[index]"; }

    /// Calls a helper that yields an object, owned; leaves with an exception if it yields none.
    op InvokeObject(helper: const Int, arguments: const Int, exit: const Exit, values: list) -> Object { call; guard; means "the helper's result; the first of the values are its arguments, the others live"; }
    /// Calls a helper that yields nothing; leaves with an exception if it says that it failed.
    op InvokeStatus(helper: const Int, arguments: const Int, exit: const Exit, values: list) { call; guard; means "the helper's effect"; }
    /// Calls a helper that yields a truth value; leaves with an exception if it says that it failed.
    op InvokeBool(helper: const Int, arguments: const Int, exit: const Exit, values: list) -> Bool { call; guard; means "the helper's result"; }
    /// Calls a helper that yields a number from zero; leaves with an exception if it says that it failed.
    op InvokeInt(helper: const Int, arguments: const Int, exit: const Exit, values: list) -> Int { call; guard; means "the helper's result"; }
    /// Calls a helper that yields an object, owned, or null with no exception set.
    op InvokeOptional(helper: const Int, arguments: const Int, exit: const Exit, values: list) -> Object { call; guard; means "the helper's result"; }

    /// The next element of a list iterator, owned, or null when there is none; leaves with an exception.
    op NextOfList(iterator: Object, exit: const Exit, live: list) -> Object { call; guard; means "next(iterator)"; }
    /// The next element of a tuple iterator, owned, or null when there is none; leaves with an exception.
    op NextOfTuple(iterator: Object, exit: const Exit, live: list) -> Object { call; guard; means "next(iterator)"; }
    /// Lets the interpreter attend to signals, other threads and tracing. Leaves by `exit`, or with an exception by the exit
    /// that follows it in number.
    op Poll(exit: const Exit, live: list) { call; guard; means "nothing is pending"; }

    /// Goes on at a block.
    op Jump(target: block) { terminator; means "goes on there"; }
    /// Goes on at one of two blocks.
    op Branch(condition: Bool, then: block, otherwise: block) { terminator; means "goes on at one of the two"; }
    /// Gives up the frame and returns an owned reference.
    op Return(value: Object) { terminator; means "returns the object"; }
    /// Leaves for the interpreter, always.
    op Leave(exit: const Exit, live: list) { terminator; means "the interpreter goes on"; }
}
