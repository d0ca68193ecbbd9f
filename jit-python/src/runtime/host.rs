//! Whether this process can run compiled code: version, build and struct layout of the interpreter, and the processor.
//!
//! Asked before anything is hooked. Importing the module never fails for these reasons, enabling does.

use std::sync::OnceLock;

use super::interpreter::{_PyRuntime, Py_Version};
use super::object::read;
use super::offsets::*;

/// The interpreter's version whose structs are known, without the release number of its last part.
const SUPPORTED: u64 = 0x030e;
const COOKIE: u64 = u64::from_le_bytes(*b"xdebugpy");

/// Offsets that the interpreter states about itself, beside what the build found in the headers.
const STATED: &[(&str, usize, usize)] = &[
    (
        "PyThreadState.interp",
        DEBUG_THREAD_INTERPRETER,
        THREAD_INTERPRETER,
    ),
    (
        "PyThreadState.current_frame",
        DEBUG_THREAD_CURRENT_FRAME,
        THREAD_CURRENT_FRAME,
    ),
    ("sizeof(_PyInterpreterFrame)", DEBUG_FRAME_SIZE, FRAME_SIZE),
    (
        "_PyInterpreterFrame.previous",
        DEBUG_FRAME_PREVIOUS,
        FRAME_PREVIOUS,
    ),
    (
        "_PyInterpreterFrame.f_executable",
        DEBUG_FRAME_EXECUTABLE,
        FRAME_EXECUTABLE,
    ),
    (
        "_PyInterpreterFrame.instr_ptr",
        DEBUG_FRAME_INSTRUCTION,
        FRAME_INSTRUCTION,
    ),
    (
        "_PyInterpreterFrame.localsplus",
        DEBUG_FRAME_LOCALSPLUS,
        FRAME_LOCALSPLUS,
    ),
    ("_PyInterpreterFrame.owner", DEBUG_FRAME_OWNER, FRAME_OWNER),
    (
        "_PyInterpreterFrame.stackpointer",
        DEBUG_FRAME_STACK_POINTER,
        FRAME_STACK_POINTER,
    ),
    (
        "PyCodeObject.co_filename",
        DEBUG_CODE_FILENAME,
        CODE_FILENAME,
    ),
    ("PyCodeObject.co_name", DEBUG_CODE_NAME, CODE_NAME),
    (
        "PyCodeObject.co_qualname",
        DEBUG_CODE_QUALNAME,
        CODE_QUALNAME,
    ),
    (
        "PyCodeObject.co_linetable",
        DEBUG_CODE_LINE_TABLE,
        CODE_LINE_TABLE,
    ),
    (
        "PyCodeObject.co_firstlineno",
        DEBUG_CODE_FIRST_LINE,
        CODE_FIRST_LINE,
    ),
    (
        "PyCodeObject.co_argcount",
        DEBUG_CODE_ARGUMENT_COUNT,
        CODE_ARGUMENT_COUNT,
    ),
    (
        "PyCodeObject.co_localsplusnames",
        DEBUG_CODE_LOCALSPLUS_NAMES,
        CODE_LOCALSPLUS_NAMES,
    ),
    (
        "PyCodeObject.co_localspluskinds",
        DEBUG_CODE_LOCALSPLUS_KINDS,
        CODE_LOCALSPLUS_KINDS,
    ),
    (
        "PyCodeObject.co_code_adaptive",
        DEBUG_CODE_ADAPTIVE,
        CODE_ADAPTIVE,
    ),
    ("PyObject.ob_type", DEBUG_OBJECT_TYPE, OBJECT_TYPE),
    ("PyTypeObject.tp_flags", DEBUG_TYPE_FLAGS, TYPE_FLAGS),
    ("PyTupleObject.ob_item", DEBUG_TUPLE_ITEMS, TUPLE_ITEMS),
    ("PyListObject.ob_item", DEBUG_LIST_ITEMS, LIST_ITEMS),
    ("PyDictObject.ma_keys", DEBUG_DICT_KEYS, DICT_KEYS),
    ("PyDictObject.ma_values", DEBUG_DICT_VALUES, DICT_VALUES),
    ("PyFloatObject.ob_fval", DEBUG_FLOAT_VALUE, FLOAT_VALUE),
    ("PyLongObject.lv_tag", DEBUG_LONG_TAG, LONG_TAG),
    ("PyLongObject.ob_digit", DEBUG_LONG_DIGITS, LONG_DIGITS),
    ("PyBytesObject.ob_sval", DEBUG_BYTES_VALUES, BYTES_VALUES),
    ("PyASCIIObject.state", DEBUG_UNICODE_STATE, UNICODE_STATE),
    ("PyASCIIObject.length", DEBUG_UNICODE_LENGTH, UNICODE_LENGTH),
    (
        "PyGenObject.gi_iframe",
        DEBUG_GENERATOR_FRAME,
        GENERATOR_FRAME,
    ),
    (
        "PyGenObject.gi_frame_state",
        DEBUG_GENERATOR_FRAME_STATE,
        GENERATOR_FRAME_STATE,
    ),
];

/// What a process says about itself, as far as it decides whether compiled code can run.
#[derive(Clone, Debug)]
struct Facts {
    architecture: &'static str,
    version: u64,
    cookie: u64,
    free_threaded: u64,
    /// In the order of [`STATED`].
    offsets: Vec<u64>,
}

impl Facts {
    fn gather() -> Self {
        let runtime = &raw const _PyRuntime;
        // SAFETY: the table of offsets is part of the runtime's static structure. Should the build's idea of it be
        // wrong, the words are still inside that structure, which is far larger, and the cookie tells.
        let word = |offset| unsafe { read(runtime, RUNTIME_DEBUG_OFFSETS + offset) };
        Self {
            architecture: std::env::consts::ARCH,
            version: Py_Version,
            cookie: word(DEBUG_COOKIE),
            free_threaded: word(DEBUG_FREE_THREADED),
            offsets: STATED.iter().map(|&(_, at, _)| word(at)).collect(),
        }
    }

    fn judge(&self) -> Result<(), String> {
        if self.architecture != "aarch64" {
            return Err(format!(
                "this machine is {}; armjit compiles for aarch64 only",
                self.architecture
            ));
        }
        if self.version >> 16 != SUPPORTED {
            return Err(format!(
                "this is Python {}.{}; this build of armjit is for {}.{}",
                self.version >> 24,
                self.version >> 16 & 0xff,
                SUPPORTED >> 8,
                SUPPORTED & 0xff
            ));
        }
        if self.cookie != COOKIE {
            return Err("the interpreter's table of struct offsets was not found".to_owned());
        }
        if self.free_threaded != 0 {
            return Err(
                "this is a free-threaded build of Python; armjit needs one with the GIL".to_owned(),
            );
        }
        for (&(name, _, built), &stated) in STATED.iter().zip(&self.offsets) {
            if stated != built as u64 {
                return Err(format!(
                    "struct layouts differ: {name} is {stated} in this interpreter, {built} in the headers that armjit was built with"
                ));
            }
        }
        Ok(())
    }
}

static RESULT: OnceLock<Result<(), String>> = OnceLock::new();

/// Why compiled code cannot run in this process, if it cannot.
pub fn check() -> Result<(), String> {
    RESULT.get_or_init(|| Facts::gather().judge()).clone()
}

/// Judges falsified facts instead, so that every refusal can be seen on a machine that has no reason for one. An error is
/// the sentence for the user.
pub fn pretend(what: &str) -> Result<(), String> {
    let mut facts = Facts::gather();
    match what {
        "architecture" => facts.architecture = "x86_64",
        "version" => facts.version = 0x030d_0000,
        "cookie" => facts.cookie = 0,
        "free_threaded" => facts.free_threaded = 1,
        "offset" => facts.offsets[0] += 8,
        _ => {
            return Err(format!(
                "ARMJIT_PRETEND={what}: wanted architecture, version, cookie, free_threaded or offset"
            ));
        }
    }
    RESULT.get_or_init(|| facts.judge());
    Ok(())
}
