//! From HIR to LIR: the declared rules, with what they are given for one function.
//!
//! The function begins with the runtime's `enter`, which makes the frame; the frame's address is a value like any other.
//! Exits keep their numbers, and the order of what lives there. Guards are exits that tests may force; a check of a
//! helper's result is not, for there the exception has to be set.

use jit_core::ir::expansion::Expansion;
use jit_core::ir::{Block, Builder, Effects, Function, InstData, Value};
use jit_core::specs::ops::{Build as _, Lir, Type};
use pyo3::ffi;

use crate::helpers::{Helper, RAISED, box_float, box_int, note_inline_value};
use crate::hir::Hir;
use crate::runtime::frame::{enter, leave};
use crate::runtime::monitor::{Next, expected_address, safepoint};
use crate::runtime::offsets::*;
use crate::runtime::state::{CodeRecord, WhyNot};
use crate::specs::expand::EXPAND_SET;
use crate::specs::ops::Given;

/// What of the code object and the runtime the code is made for.
#[derive(Clone, Copy, Debug)]
pub struct Target<'a> {
    /// The record that tells whether the code is valid.
    pub record: &'a CodeRecord,
    /// A counter that guards decrement, leaving when it reaches zero.
    pub forced_exits: Option<u64>,
}

/// Lowers a function. Every block of it is reachable, and it verifies.
///
/// # Errors
/// An operation that no rule takes, which checked rules do not leave.
pub fn lower(hir: &Function<Hir>, target: Target<'_>) -> Result<Function<Lir>, WhyNot> {
    let mut function = Function::new(hir.name.clone());
    let entry = Builder::new(&mut function).block();
    let mut expansion = Expansion::new(hir, &mut function, EXPAND_SET.types);
    let begin = expansion.begin(Block::ENTRY);
    let frame = enter_frame(&mut expansion.builder, entry, begin, target.record);
    let mut given = given(frame, target.record);
    let done = expansion.run(&EXPAND_SET, &mut given, |expansion, inst, given| {
        let data = &hir[inst];
        given.index = i64::from(data.origin.0);
        if let Some(counter) = target.forced_exits {
            force(expansion, data, counter);
        }
    });
    match done {
        Ok(()) => Ok(function),
        Err(inst) => Err(crate::hir::why(format!(
            "no rule takes `{}`",
            hir[inst].op.name()
        ))),
    }
}

/// The beginning of every function: the frame, or null with the exception that there is none; yields the frame.
fn enter_frame(b: &mut Builder<'_, Lir>, entry: Block, begin: Block, record: &CodeRecord) -> Value {
    let arguments: Vec<Value> = (0..4).map(|_| b.add_param(entry, Type::I64)).collect();
    b.switch_to(entry);
    let record = b.iconst(record.address() as i64);
    let arguments = [&arguments[..], &[record]].concat();
    let frame = b.call(enter as *const () as i64, &arguments);
    let failed = b.create_cold_block();
    b.branch(frame, begin, failed);
    b.switch_to(failed);
    let null = b.iconst(0);
    b.return_(null);
    frame
}

/// Before a guard that has called nothing: counts down, and leaves at zero.
fn force(expansion: &mut Expansion<'_, Hir, Lir>, data: &InstData<Hir>, counter: u64) {
    let info = data.info();
    let Some(exit) = info.exit_attribute() else {
        return;
    };
    if !info.effects.is_guard() || info.effects.has(Effects::CALL) {
        return;
    }
    let live = expansion.values(data.split_args().1);
    let b = &mut expansion.builder;
    let address = b.iconst(counter as i64);
    let before = b.load_i64(address, 0);
    let one = b.iconst(1);
    let left = b.sub(before, one);
    b.store_i64(left, address, 0);
    b.guard_true(left, data.attributes[exit], &live);
}

/// What rules are given: the frame, what the interpreter's headers say, and the runtime's functions.
fn given(frame: Value, record: &CodeRecord) -> Given {
    // SAFETY: static objects.
    let (yes, no) = unsafe { (ffi::Py_True(), ffi::Py_False()) };
    Given {
        frame,
        record: record.address() as i64,
        invalid_at: CodeRecord::INVALID,
        index: 0,
        first_instruction: (record.code as usize + CODE_ADAPTIVE) as i64,
        code_unit: CODE_UNIT_SIZE as i64,
        slots_at: FRAME_LOCALSPLUS as i64,
        instruction_at: FRAME_INSTRUCTION as i64,
        thread_at: (record.frame_words * size_of::<u64>()) as i64,
        borrowed: STACKREF_BORROWED as i64,
        nothing: STACKREF_NULL as i64,
        eval_breaker_at: THREAD_EVAL_BREAKER as i64,
        quiet: expected_address() as i64,
        type_at: OBJECT_TYPE as i64,
        version_at: TYPE_VERSION_TAG as i64,
        cached_keys_at: HEAP_TYPE_CACHED_KEYS as i64,
        keys_version_at: KEYS_VERSION as i64,
        managed_dict_at: -(MANAGED_DICT_BEFORE_OBJECT as i64),
        values_valid_at: DICT_VALUES_VALID as i64,
        int_tag_at: LONG_TAG as i64,
        compact_limit: LONG_COMPACT_LIMIT as i64,
        sign_mask: LONG_SIGN_MASK as i64,
        digits_at: LONG_DIGITS as i64,
        float_at: FLOAT_VALUE as i64,
        size_at: VAR_SIZE as i64,
        list_items_at: LIST_ITEMS as i64,
        tuple_items_at: TUPLE_ITEMS as i64,
        list_iterator_list_at: LIST_ITERATOR_SEQUENCE as i64,
        list_iterator_index_at: LIST_ITERATOR_INDEX as i64,
        tuple_iterator_tuple_at: TUPLE_ITERATOR_SEQUENCE as i64,
        tuple_iterator_index_at: TUPLE_ITERATOR_INDEX as i64,
        true_object: yes as i64,
        false_object: no as i64,
        box_int: box_int as *const () as i64,
        box_float: box_float as *const () as i64,
        next: Helper::Next.address() as i64,
        raised: RAISED as i64,
        note_inline_value: note_inline_value as *const () as i64,
        safepoint: safepoint as *const () as i64,
        safepoint_raised: Next::Raised as i64,
        leave: leave as *const () as i64,
    }
}
