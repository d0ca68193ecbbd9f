//! The interpreter's frames, as compiled code makes, uses and gives them up.
//!
//! A compiled function has a true frame on the thread's data stack, so that tracebacks, `sys._getframe`, warnings and the
//! garbage collector see what they expect. While compiled code runs, the words of the locals are borrowed ones and it is
//! compiled code that owns the references; the operand stack is empty. [`enter`] makes such a frame, [`leave`] gives it up,
//! and [`Frame::hand_over`] turns it into one that the interpreter can go on with.

use std::ffi::c_void;

use pyo3::ffi;

use super::interpreter;
use super::object::{Object, StackRef, read, write};
use super::offsets::*;
use super::state::CodeRecord;
use super::thread::Thread;

/// A frame on the calling thread's data stack.
#[derive(Clone, Copy, Debug)]
pub struct Frame(*mut c_void);

impl Frame {
    /// The innermost frame of a thread.
    ///
    /// # Safety
    /// It is a compiled function's.
    pub unsafe fn current(thread: Thread) -> Self {
        Self(thread.current_frame())
    }

    /// The frame itself.
    pub fn as_ptr(self) -> *mut c_void {
        self.0
    }

    fn get<T: Copy>(self, offset: usize) -> T {
        // SAFETY: a frame is valid until it is popped, and the offset is one of its fields'.
        unsafe { read(self.0, offset) }
    }

    fn set<T: Copy>(self, offset: usize, value: T) {
        // SAFETY: as in `get`; what a word owns is its writer's business.
        unsafe { write(self.0, offset, value) }
    }

    fn slot(index: usize) -> usize {
        FRAME_LOCALSPLUS + index * size_of::<StackRef>()
    }

    /// A local's word.
    pub fn local(self, index: usize) -> StackRef {
        self.get(Self::slot(index))
    }

    /// Sets a local's word; nothing is released for the old one.
    pub fn set_local(self, index: usize, value: StackRef) {
        self.set(Self::slot(index), value);
    }

    /// The instruction that counts as being executed, for tracebacks and line numbers.
    pub fn set_instruction(self, code: Object, index: u32) {
        let bytes = CODE_ADAPTIVE + index as usize * CODE_UNIT_SIZE;
        self.set(FRAME_INSTRUCTION, code.cast::<u8>().wrapping_add(bytes));
    }

    /// Whether the instruction lies before the one from which on a frame appears in tracebacks.
    pub fn is_incomplete(self) -> bool {
        let code = self.get::<StackRef>(FRAME_EXECUTABLE).object();
        // SAFETY: a frame has a live code object.
        let first = unsafe { read::<i32, _>(code, CODE_FIRST_TRACEABLE) } as usize;
        let first = code as usize + CODE_ADAPTIVE + first * CODE_UNIT_SIZE;
        self.get::<usize>(FRAME_INSTRUCTION) < first
    }

    /// Whether a local has been assigned to from outside, by way of the frame object's `f_locals` (PEP 667). Compiled code
    /// does not look at the words again, so it has to be left.
    pub fn is_overwritten(self) -> bool {
        let object = self.get::<Object>(FRAME_OBJECT);
        // SAFETY: a frame's object, if it has one, is alive.
        !object.is_null()
            && !unsafe { read::<Object, _>(object, FRAME_OBJECT_OVERWRITTEN) }.is_null()
    }

    fn set_depth(self, record: &CodeRecord, depth: usize) {
        let top = self
            .0
            .cast::<u8>()
            .wrapping_add(Self::slot(record.locals + depth));
        self.set(FRAME_STACK_POINTER, top);
    }

    /// Fills the operand stack; the frame takes over what the words own.
    pub fn set_stack(self, record: &CodeRecord, stack: &[StackRef]) {
        for (depth, &value) in stack.iter().enumerate() {
            self.set(Self::slot(record.locals + depth), value);
        }
        self.set_depth(record, stack.len());
    }

    /// Closes the words of the operand stack from `depth` on, top first.
    ///
    /// # Safety
    /// `stack` is what [`Frame::set_stack`] was given.
    pub unsafe fn cut_stack(self, record: &CodeRecord, stack: &[StackRef], depth: usize) {
        for (index, &value) in stack.iter().enumerate().skip(depth).rev() {
            self.set_depth(record, index);
            // SAFETY: the word has just left the stack.
            unsafe { value.close() }
        }
    }

    /// Unlinks the frame and makes it own what its words refer to, as the interpreter's evaluation of a frame wants it.
    ///
    /// # Safety
    /// The frame is the thread's innermost, entered with `record`.
    pub unsafe fn hand_over(self, thread: Thread, record: &CodeRecord) -> *mut c_void {
        thread.set_current_frame(self.get(FRAME_PREVIOUS));
        thread.leave_recursion();
        // SAFETY: compiled code does not touch the frame again.
        unsafe { self.own_references(record) }
        self.0
    }

    /// Turns the borrowed words into owning ones.
    ///
    /// # Safety
    /// Compiled code owns a reference to each local, and gives it up.
    unsafe fn own_references(self, record: &CodeRecord) {
        for index in 0..record.locals {
            let object = self.local(index).object();
            if !object.is_null() {
                // SAFETY: the caller's reference.
                self.set_local(index, unsafe { StackRef::owned(object) });
            }
        }
        let function = self.get::<StackRef>(FRAME_FUNCTION).object();
        // SAFETY: the caller of a function keeps it alive.
        self.set(FRAME_FUNCTION, unsafe { StackRef::new(function) });
    }
}

/// Begins a call of a compiled function: binds the arguments and makes the frame. Null, with an exception set, if the call
/// cannot be.
///
/// The word behind the frame's `co_framesize` ones holds the thread's state, which compiled code loads from there.
///
/// # Safety
/// Called by compiled code with the arguments of a vectorcall and the address of its own record.
pub unsafe extern "C" fn enter(
    callable: Object,
    arguments: *const Object,
    flagged_count: usize,
    names: Object,
    record: *const CodeRecord,
) -> *mut c_void {
    // SAFETY: compiled code passes its record, which outlives its activations, and runs while its thread holds the
    // interpreter.
    let (record, thread) = unsafe { (&*record, Thread::current()) };
    // From here on: what binding arguments runs may be anything, and the code must outlive it.
    record.active.set(record.active.get() + 1);
    let count = flagged_count & !ffi::PY_VECTORCALL_ARGUMENTS_OFFSET;
    let exact = names.is_null() && count == record.exact_arguments;
    let bumped = if exact {
        thread.bump(record.frame_words)
    } else {
        None
    };
    let frame = match bumped {
        // SAFETY: there is room for a frame, and the arguments are as many as the code takes.
        Some(memory) => unsafe { fill(Frame(memory), callable, arguments, record) },
        // SAFETY: the arguments are those of a vectorcall of this function.
        None => match unsafe { bind(thread, callable, arguments, count, names, record) } {
            Some(frame) => frame,
            None => {
                record.active.set(record.active.get() - 1);
                return std::ptr::null_mut();
            }
        },
    };
    thread.extend_by_a_word();
    frame.set(record.frame_words * size_of::<u64>(), thread.as_ptr());
    frame.set(FRAME_PREVIOUS, thread.current_frame());
    // SAFETY: the arguments have been bound without an exception.
    if !unsafe { thread.enter_recursion() } {
        // SAFETY: the frame is topmost and not linked.
        unsafe { discard(thread, frame, record) }
        record.active.set(record.active.get() - 1);
        return std::ptr::null_mut();
    }
    thread.set_current_frame(frame.0);
    frame.0
}

/// Initialises a frame for a call with exactly the positional arguments that the code takes.
///
/// # Safety
/// `frame` has room for the code's frames, and there are `record.exact_arguments` arguments.
unsafe fn fill(
    frame: Frame,
    function: Object,
    arguments: *const Object,
    record: &CodeRecord,
) -> Frame {
    // SAFETY: the function, which is being called, has the code.
    frame.set(FRAME_EXECUTABLE, unsafe { StackRef::new(record.code) });
    frame.set(FRAME_FUNCTION, StackRef::borrowed(function));
    for (to, from) in [
        (FRAME_GLOBALS, FUNCTION_GLOBALS),
        (FRAME_BUILTINS, FUNCTION_BUILTINS),
    ] {
        // SAFETY: the vectorcall's callable is the function.
        frame.set(to, unsafe { read::<Object, _>(function, from) });
    }
    frame.set(FRAME_LOCALS, 0u64);
    frame.set(FRAME_OBJECT, 0u64);
    frame.set(FRAME_RETURN_OFFSET, 0u16);
    frame.set(FRAME_OWNER, FRAME_OWNED_BY_THREAD_VALUE as u8);
    frame.set(FRAME_VISITED, 0u8);
    frame.set_instruction(record.code, 0);
    frame.set_depth(record, 0);
    for index in 0..record.exact_arguments {
        // SAFETY: the caller has that many live arguments.
        let argument = unsafe {
            let argument = *arguments.add(index);
            ffi::Py_INCREF(argument);
            argument
        };
        frame.set_local(index, StackRef::borrowed(argument));
    }
    for index in record.exact_arguments..record.locals {
        frame.set_local(index, StackRef::NULL);
    }
    frame
}

/// Makes a frame by way of the interpreter, which knows defaults, keywords, packed arguments and every error message.
///
/// # Safety
/// The arguments are those of a vectorcall of `function`, whose code is the record's.
unsafe fn bind(
    thread: Thread,
    function: Object,
    arguments: *const Object,
    count: usize,
    names: Object,
    record: &CodeRecord,
) -> Option<Frame> {
    let keywords = if names.is_null() {
        0
    } else {
        // SAFETY: names, if any, is a tuple.
        unsafe { ffi::PyTuple_Size(names) as usize }
    };
    // SAFETY: all of these are live, and there are as many arguments as positional ones and names.
    let frame = unsafe {
        let owned: smallvec::SmallVec<[u64; 8]> = (0..count + keywords)
            .map(|index| StackRef::new(*arguments.add(index)).0)
            .collect();
        interpreter::_PyEvalFramePushAndInit(
            thread.as_ptr(),
            StackRef::new(function).0,
            std::ptr::null_mut(),
            owned.as_ptr(),
            count,
            names,
            std::ptr::null_mut(),
        )
    };
    if frame.is_null() {
        return None;
    }
    let frame = Frame(frame);
    // From owned words to borrowed ones: the locals' references are compiled code's from now on, and the caller has
    // one to the function.
    let word = frame.get::<StackRef>(FRAME_FUNCTION);
    frame.set(FRAME_FUNCTION, StackRef::borrowed(word.object()));
    // SAFETY: the word that owned the reference is gone.
    unsafe { word.close() }
    for index in 0..record.locals {
        frame.set_local(index, StackRef::borrowed(frame.local(index).object()));
    }
    Some(frame)
}

/// Ends a call of a compiled function: drops the locals and gives up the frame.
///
/// # Safety
/// Called by compiled code, with what [`enter`] returned and got; the operand stack is empty.
pub unsafe extern "C" fn leave(frame: *mut c_void, record: *const CodeRecord) {
    // SAFETY: as in `enter`, which has put the thread behind the frame; the frame is the innermost.
    unsafe {
        let (frame, record) = (Frame(frame), &*record);
        let thread = Thread::from_raw(frame.get(record.frame_words * size_of::<u64>()));
        give_up(thread, frame, record);
        record.active.set(record.active.get() - 1);
    }
}

/// Unlinks a frame, drops its locals and pops it.
///
/// # Safety
/// The frame is the thread's innermost, entered with `record`; its operand stack is empty.
pub unsafe fn give_up(thread: Thread, frame: Frame, record: &CodeRecord) {
    thread.set_current_frame(frame.get(FRAME_PREVIOUS));
    thread.leave_recursion();
    // SAFETY: the frame is topmost, and now unlinked.
    unsafe { discard(thread, frame, record) }
}

/// Drops the locals and pops the frame.
///
/// # Safety
/// The frame is the topmost of the data stack and not linked; its operand stack is empty.
unsafe fn discard(thread: Thread, frame: Frame, record: &CodeRecord) {
    // SAFETY: compiled code's references are given up here, once; a frame that somebody has captured lives on as an
    // object and gets them, with one of its own to the function.
    unsafe {
        if frame.get::<Object>(FRAME_OBJECT).is_null() {
            // Last one first, as the interpreter does it: finalisers make the order visible.
            for index in (0..record.locals).rev() {
                ffi::Py_XDECREF(frame.local(index).object());
            }
            frame.get::<StackRef>(FRAME_EXECUTABLE).close();
            thread.pop(frame.0);
        } else {
            frame.own_references(record);
            interpreter::_PyEval_FrameClearAndPop(thread.as_ptr(), frame.0);
        }
    }
}
