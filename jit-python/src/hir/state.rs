//! What the abstract interpreter knows at a point of the bytecode: the operand stack, cached locals, facts about values.

use jit_core::ir::Value;
use rustc_hash::FxHashMap;

/// One entry of the operand stack.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Entry {
    /// An object.
    Object {
        /// Which.
        value: Value,
        /// Whether the entry owns a reference; otherwise a local, a constant or a lower entry keeps the object alive.
        owned: bool,
        /// Whether it may be null at run time.
        nullable: bool,
    },
    /// Nothing: the word below a callable that is no method.
    Null,
    /// An int, not boxed.
    Int(Value),
    /// A float, not boxed.
    Float(Value),
    /// A truth value, not boxed.
    Bool(Value),
}

impl Entry {
    /// An object that the entry owns.
    pub fn owned(value: Value) -> Entry {
        Entry::Object {
            value,
            owned: true,
            nullable: false,
        }
    }

    /// An object that something else keeps alive.
    pub fn borrowed(value: Value) -> Entry {
        Entry::Object {
            value,
            owned: false,
            nullable: false,
        }
    }
}

/// What is known about an object.
#[derive(Clone, Copy, Default, Debug)]
pub struct Fact {
    /// Its exact type. Only types whose objects never change their type are recorded.
    pub ty: Option<usize>,
    /// It is an int of at most one digit.
    pub compact: bool,
    /// Its value, if it is an int that was unboxed or boxed here.
    pub int: Option<Value>,
    /// Its value, if it is a float that was unboxed or boxed here.
    pub float: Option<Value>,
    /// The version of its type; forgotten when any code may have run.
    pub version: Option<u32>,
    /// Its attributes lie in itself; forgotten when any code may have run.
    pub inline_values: bool,
    /// The version of the keys that its type shares; forgotten when any code may have run.
    pub keys_version: Option<u32>,
}

/// The state at a point of the bytecode.
#[derive(Clone, Default, Debug)]
pub struct State {
    /// The operand stack, bottom first.
    pub stack: Vec<Entry>,
    /// The values of locals, where known.
    pub locals: Vec<Option<Value>>,
    /// Locals that are surely bound.
    pub bound: Vec<bool>,
    /// Locals that may be bound.
    pub maybe_bound: Vec<bool>,
    /// Facts about objects.
    pub facts: FxHashMap<Value, Fact>,
    /// The line of the instruction that the frame has noted.
    pub line: Option<i32>,
    /// Whether the validity of the code has been checked since other code could last run.
    pub valid: bool,
}

impl State {
    /// Forgets what other code may change.
    pub fn other_code_ran(&mut self) {
        self.valid = false;
        for fact in self.facts.values_mut() {
            fact.version = None;
            fact.inline_values = false;
            fact.keys_version = None;
        }
    }

    /// What is known about an object.
    pub fn fact(&self, value: Value) -> Fact {
        self.facts.get(&value).copied().unwrap_or_default()
    }

    /// Notes something about an object.
    pub fn note(&mut self, value: Value, note: impl FnOnce(&mut Fact)) {
        note(self.facts.entry(value).or_default());
    }
}
