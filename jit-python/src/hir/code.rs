//! What the compiler knows of a function before it begins: code, constants, names, globals, and what was specialised.

use pyo3::ffi;
use pyo3::prelude::*;

use crate::bytecode::{Blocks, Feedback, Instruction, Opcode, Specialised, decode};
use crate::runtime::interpreter;
use crate::runtime::object::{Object, read};
use crate::runtime::offsets::*;
use crate::runtime::state::{Lessons, WhyNot};

/// A function as the compiler sees it. The pointers are borrowed from the function, which outlives the compilation.
pub struct Code<'py> {
    /// The interpreter is held.
    pub py: Python<'py>,
    /// The code object.
    pub object: Object,
    /// The function's globals, a dictionary.
    pub globals: Object,
    /// The function's builtins.
    pub builtins: Object,
    /// The instructions in order.
    pub instructions: Vec<Instruction>,
    /// The basic blocks.
    pub blocks: Blocks,
    /// What the interpreter has specialised.
    pub feedback: Feedback,
    /// Its qualified name.
    pub name: String,
    /// What earlier code has taught.
    lessons: &'py Lessons,
    /// How many slots the locals take, cells and free variables included.
    pub locals: usize,
    /// How many of them, at the end, are free variables.
    pub free: usize,
    /// How deep the operand stack gets.
    pub stack_size: usize,
    /// The size of a frame in words.
    pub frame_words: usize,
}

impl<'py> Code<'py> {
    /// Reads a function.
    ///
    /// # Errors
    /// Why it cannot be compiled: its code is a generator's, or no bytecode of 3.14.
    ///
    /// # Safety
    /// `function` is a live Python function.
    pub unsafe fn read(
        py: Python<'py>,
        function: Object,
        lessons: &'py Lessons,
    ) -> Result<Code<'py>, WhyNot> {
        // SAFETY: the function's fields, and those of its code, are live objects of the types that the fields have.
        unsafe {
            let object: Object = read(function, FUNCTION_CODE);
            let int = |offset| read::<i32, _>(object, offset) as usize;
            let flags = int(CODE_FLAGS);
            let kinds = [
                (CODE_FLAG_GENERATOR, "generators"),
                (CODE_FLAG_COROUTINE, "coroutines"),
                (CODE_FLAG_ASYNC_GENERATOR, "asynchronous generators"),
            ];
            if let Some((_, kind)) = kinds.iter().find(|(flag, _)| flags & flag != 0) {
                return Err(why(format!("{kind} are left to the interpreter")));
            }
            if flags & CODE_FLAG_OPTIMIZED == 0 {
                return Err(why("the code keeps its variables in a dictionary"));
            }
            let bytes = Bound::from_owned_ptr_or_opt(py, interpreter::PyCode_GetCode(object))
                .ok_or_else(|| why("the interpreter does not give out the bytecode"))?;
            let base: &[u8] = bytes
                .extract()
                .map_err(|_| why("the bytecode is not bytes"))?;
            let instructions = decode(base).map_err(|error| why(error.to_string()))?;
            let adaptive =
                std::slice::from_raw_parts(object.cast::<u8>().add(CODE_ADAPTIVE), base.len());
            let locals = int(CODE_LOCALSPLUS_COUNT);
            let arguments = int(CODE_ARGUMENT_COUNT)
                + int(CODE_KEYWORD_ONLY_COUNT)
                + usize::from(flags & CODE_FLAG_VARARGS != 0)
                + usize::from(flags & CODE_FLAG_VARKEYWORDS != 0);
            let free = int(CODE_FREE_COUNT);
            let bound: Vec<bool> = (0..locals)
                .map(|local| local < arguments || local >= locals - free)
                .collect();
            Ok(Code {
                py,
                name: text(read(object, CODE_QUALNAME)),
                lessons,
                object,
                globals: read(function, FUNCTION_GLOBALS),
                builtins: read(function, FUNCTION_BUILTINS),
                blocks: Blocks::new(&instructions, locals, &bound),
                feedback: Feedback::new(adaptive),
                instructions,
                locals,
                free,
                stack_size: int(CODE_STACK_SIZE),
                frame_words: int(CODE_FRAME_SIZE),
            })
        }
    }

    /// A constant of the code.
    pub fn constant(&self, index: u32) -> Object {
        self.item(CODE_CONSTS, index)
    }

    /// A name of the code: a string.
    pub fn name(&self, index: u32) -> Object {
        self.item(CODE_NAMES, index)
    }

    fn item(&self, field: usize, index: u32) -> Object {
        // SAFETY: both are tuples of the code's; the borrowed item lives as long as the code. An index out of range gives
        // null and an exception, which is cleared: the bytecode would be malformed.
        unsafe {
            let item = ffi::PyTuple_GetItem(read(self.object, field), index as isize);
            if item.is_null() {
                ffi::PyErr_Clear();
            }
            item
        }
    }

    /// The line of an instruction in its source file.
    pub fn line(&self, instruction: &Instruction) -> i32 {
        // SAFETY: a live code object; the offset is in bytes.
        unsafe { ffi::PyCode_Addr2Line(self.object.cast(), (instruction.index * 2) as i32) }
    }

    /// An entry of the globals, or else of the builtins, borrowed, and the dictionary that has it.
    pub fn global(&self, name: Object) -> Option<(Object, Object)> {
        [self.globals, self.builtins]
            .into_iter()
            .find_map(|dict| Some((lookup(dict, name)?, dict)))
    }

    /// What the interpreter has specialised an instruction to, unless relying on it has failed too often.
    pub fn seen(&self, instruction: &Instruction) -> Option<Specialised> {
        if self.is_failing(instruction) {
            return None;
        }
        self.feedback.specialised(instruction)
    }

    /// Whether guards of an instruction have failed too often.
    pub fn is_failing(&self, instruction: &Instruction) -> bool {
        self.lessons.failing.contains(&instruction.start)
    }

    /// Whether a name has been seen to change.
    pub fn is_changing(&self, name: Object) -> bool {
        !self.lessons.changing.is_empty() && self.lessons.changing.contains(&text(name))
    }

    /// Whether some instruction of this function rebinds or deletes a global name.
    pub fn rebinds_global(&self, index: u32) -> bool {
        self.instructions.iter().any(|instruction| {
            matches!(
                instruction.opcode,
                Opcode::StoreGlobal | Opcode::DeleteGlobal
            ) && instruction.oparg == index
        })
    }
}

/// The text of a string object; empty for what is no text.
fn text(string: Object) -> String {
    let mut size = 0;
    // SAFETY: a live string, whose text lives as long.
    unsafe {
        let bytes = ffi::PyUnicode_AsUTF8AndSize(string, &raw mut size);
        if bytes.is_null() {
            ffi::PyErr_Clear();
            return String::new();
        }
        let bytes = std::slice::from_raw_parts(bytes.cast::<u8>(), size as usize);
        String::from_utf8_lossy(bytes).into_owned()
    }
}

/// An entry of a dictionary, borrowed; `None` also for anything that is no exact dictionary.
pub fn lookup(dict: Object, key: Object) -> Option<Object> {
    // SAFETY: live objects; a string key's hash and comparison run no Python code.
    unsafe {
        if ffi::PyDict_CheckExact(dict) == 0 {
            return None;
        }
        let value = ffi::PyDict_GetItemWithError(dict, key);
        if value.is_null() {
            ffi::PyErr_Clear();
        }
        (!value.is_null()).then_some(value)
    }
}

/// A reason.
pub fn why(reason: impl Into<String>) -> WhyNot {
    WhyNot {
        reason: reason.into(),
    }
}
