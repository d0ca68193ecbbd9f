//! Executes single instructions with every register as it is told.
//!
//! All registers are loaded from a [`State`], the instruction is jumped to, and whichever landing pad control reaches
//! stores all registers again. What this needs for itself is x18 and d31, which the instructions therefore leave alone.

use std::arch::naked_asm;
use std::mem::offset_of;
use std::sync::atomic::{AtomicBool, AtomicPtr, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jit_language::model::isa::View;

use super::sample::Sample;
use crate::code::{ArenaOptions, CodeRange, CodeSpace, Reservation};
use crate::ir::testing::Random;

/// The landing pad in front of the instruction, as bytes from the beginning of its slot.
pub const BEFORE: usize = 0;
/// The instruction itself.
pub const INSTRUCTION: usize = 8;
/// The landing pad that it goes on to.
pub const NEXT: usize = 12;
/// Another one behind.
pub const AFTER: usize = 20;
/// A word that it may load.
pub const DATA: usize = 32;
/// The bytes of a slot.
const SLOT: usize = 40;
/// The bytes in front of the first slot, by way of which all landing pads come back.
const WAY_BACK: usize = 24;
/// The bytes of memory that instructions may change.
pub const MEMORY: usize = 64;

/// Every register.
#[repr(C)]
#[derive(Clone, Debug)]
pub struct State {
    pub x: [u64; 31],
    pub sp: u64,
    /// N, Z, C and V as the register `nzcv` holds them.
    pub flags: u64,
    /// The landing pad that was reached.
    pub landing: u64,
    pub d: [u64; 32],
    /// The stack pointer of the test.
    host: u64,
}

impl State {
    /// Numbers at edges and at random, some of them in several registers.
    pub fn any(random: &mut Random) -> State {
        let mut state = State {
            x: [0; 31],
            sp: random.integer() as u64,
            flags: (random.below(16) as u64) << 28,
            landing: 0,
            d: [0; 32],
            host: 0,
        };
        let few = [random.integer() as u64, random.integer() as u64];
        state.x.fill_with(|| match random.below(8) {
            0 | 1 => *random.pick(&few),
            2 => u64::from(random.integer() as u32),
            3 => random.integer() as i32 as u64,
            _ => random.integer() as u64,
        });
        let few = [random.float().to_bits(), random.float().to_bits()];
        state.d.fill_with(|| match random.below(8) {
            0 | 1 => *random.pick(&few),
            2 => *random.pick(&FLOATS),
            3 => random.integer() as u64,
            _ => random.float().to_bits(),
        });
        state
    }

    /// What a register holds, seen through a view of all of it.
    pub fn register(&self, view: View, code: u8) -> u64 {
        match (view, code) {
            (View::D | View::S, code) => self.d[usize::from(code)],
            (View::Xsp | View::Wsp, 31) => self.sp,
            (_, 31) => 0,
            (_, code) => self.x[usize::from(code)],
        }
    }

    /// The flag that stands there in the order N, Z, C, V.
    pub fn flag(&self, index: usize) -> bool {
        self.flags >> (31 - index) & 1 == 1
    }

    pub fn set_flag(&mut self, index: usize, value: bool) {
        let bit = 1 << (31 - index);
        self.flags = self.flags & !bit | if value { bit } else { 0 };
    }
}

/// Doubles where conversions to integers turn round, halves, the least and greatest ones, and NaNs of both kinds.
const FLOATS: [u64; 14] = [
    0x43e0_0000_0000_0000,
    0xc3e0_0000_0000_0000,
    0xc3e0_0000_0000_0001,
    0x43df_ffff_ffff_ffff,
    0x3fe0_0000_0000_0000,
    0xbfe0_0000_0000_0000,
    0x4004_0000_0000_0000,
    0xc004_0000_0000_0000,
    0x0000_0000_0000_0001,
    0x8000_0000_0000_0001,
    0x7fef_ffff_ffff_ffff,
    0x7ff0_0000_0000_0001,
    0xfff8_0000_0000_0123,
    0x7ff8_0000_0000_0000,
];

/// The registers that [`enter`] loads and [`landed`] stores.
static CURRENT: AtomicPtr<State> = AtomicPtr::new(std::ptr::null_mut());
/// Whoever has a [`Machine`]: there is one set of the above.
static ONE: Mutex<()> = Mutex::new(());
/// Whether an instruction has trapped.
static TRAPPED: AtomicBool = AtomicBool::new(false);

#[repr(align(16))]
struct Memory([u8; MEMORY]);

/// What instructions run on.
pub struct Machine {
    space: Arc<CodeSpace>,
    state: Box<State>,
    memory: Box<Memory>,
    _one: MutexGuard<'static, ()>,
}

impl Machine {
    pub fn new() -> Machine {
        // A test that has failed leaves nothing behind that the next one could not use.
        let one = ONE.lock().unwrap_or_else(PoisonError::into_inner);
        catch_traps();
        let options = ArenaOptions {
            capacity: 1 << 20,
            ..ArenaOptions::default()
        };
        let mut random = Random::new(0);
        Machine {
            space: CodeSpace::new(&options).expect("there is memory"),
            state: Box::new(State::any(&mut random)),
            memory: Box::new(Memory([0; MEMORY])),
            _one: one,
        }
    }

    /// Room for so many instructions.
    pub fn reserve(&self, count: usize) -> Slots {
        let bytes = WAY_BACK + count * SLOT;
        Slots(self.space.allocate(bytes, 8).expect("there is room"))
    }

    /// Executes the instruction of a sample, which is in `code`.
    pub fn run(&mut self, code: &CodeRange, sample: &Sample) {
        assert!(code.range().contains(&(sample.slot as usize)));
        *self.state = sample.state.clone();
        self.memory.0 = sample.memory;
        TRAPPED.store(false, Ordering::Relaxed);
        let state: *mut State = &mut *self.state;
        // SAFETY: the code is one instruction between landing pads; what it may change is in the state and the memory,
        // and it goes nowhere but to a landing pad.
        unsafe { enter(state, sample.slot + INSTRUCTION as u64) };
    }

    pub fn state(&self) -> &State {
        &self.state
    }

    pub fn trapped(&self) -> bool {
        TRAPPED.load(Ordering::Relaxed)
    }

    pub fn memory(&self) -> &[u8; MEMORY] {
        &self.memory.0
    }

    pub fn memory_address(&self) -> u64 {
        self.memory.0.as_ptr().expose_provenance() as u64
    }
}

/// Places of instructions.
pub struct Slots(Reservation);

impl Slots {
    pub fn address(&self, slot: usize) -> u64 {
        (self.0.address() + WAY_BACK + slot * SLOT) as u64
    }

    /// Puts an instruction and a word to load into every slot.
    pub fn fill(self, contents: impl Iterator<Item = (u32, u64)>) -> CodeRange {
        let landed = (landed as *const ()).expose_provenance() as u64;
        // fmov d31, x18; ldr x18, the literal behind; br x18
        let way_back = [0x9e67_025f_u32, 0x5800_0072, 0xd61f_0240, 0];
        let mut code: Vec<u8> = way_back
            .iter()
            .flat_map(|word| word.to_le_bytes())
            .collect();
        code.extend(landed.to_le_bytes());
        for (word, literal) in contents {
            let pad = |code: &mut Vec<u8>| {
                // adr x18, here; b way_back
                code.extend(0x1000_0012_u32.to_le_bytes());
                let back = -(code.len() as i64 / 4);
                code.extend((0x1400_0000 | (back as u32 & 0x03ff_ffff)).to_le_bytes());
            };
            pad(&mut code);
            code.extend(word.to_le_bytes());
            pad(&mut code);
            pad(&mut code);
            code.extend(0_u32.to_le_bytes());
            code.extend(literal.to_le_bytes());
        }
        self.0.commit(&code).expect("it has the reserved size")
    }
}

/// Makes `brk` a note, after which execution goes on behind it.
fn catch_traps() {
    extern "C" fn trapped(_: i32, _: *mut libc::siginfo_t, context: *mut libc::c_void) {
        TRAPPED.store(true, Ordering::Relaxed);
        // SAFETY: the kernel passes the context that it will restore.
        let context = unsafe { &mut *context.cast::<libc::ucontext_t>() };
        context.uc_mcontext.pc += 4;
    }
    // The instruction's own stack pointer points anywhere.
    let stack = Box::leak(vec![0_u8; 1 << 16].into_boxed_slice());
    let stack = libc::stack_t {
        ss_sp: stack.as_mut_ptr().cast(),
        ss_flags: 0,
        ss_size: stack.len(),
    };
    // SAFETY: the stack lives for ever, and the handler touches nothing but a flag and its context.
    unsafe {
        assert_eq!(libc::sigaltstack(&stack, std::ptr::null_mut()), 0);
        let mut action: libc::sigaction = std::mem::zeroed();
        action.sa_sigaction = trapped as *const () as usize;
        action.sa_flags = libc::SA_SIGINFO | libc::SA_ONSTACK;
        assert_eq!(
            libc::sigaction(libc::SIGTRAP, &action, std::ptr::null_mut()),
            0
        );
    }
}

/// Loads all registers and jumps.
///
/// # Safety
/// What is jumped to comes back by way of [`landed`].
#[unsafe(naked)]
unsafe extern "C" fn enter(state: *mut State, code: u64) {
    naked_asm!(
        "stp x29, x30, [sp, #-160]!",
        "stp x19, x20, [sp, #16]",
        "stp x21, x22, [sp, #32]",
        "stp x23, x24, [sp, #48]",
        "stp x25, x26, [sp, #64]",
        "stp x27, x28, [sp, #80]",
        "stp d8, d9, [sp, #96]",
        "stp d10, d11, [sp, #112]",
        "stp d12, d13, [sp, #128]",
        "stp d14, d15, [sp, #144]",
        "mov x2, sp",
        "str x2, [x0, {host}]",
        "adrp x2, {current}",
        "str x0, [x2, :lo12:{current}]",
        "mov x18, x1",
        "ldp d0, d1, [x0, {d}]",
        "ldp d2, d3, [x0, {d} + 16]",
        "ldp d4, d5, [x0, {d} + 32]",
        "ldp d6, d7, [x0, {d} + 48]",
        "ldp d8, d9, [x0, {d} + 64]",
        "ldp d10, d11, [x0, {d} + 80]",
        "ldp d12, d13, [x0, {d} + 96]",
        "ldp d14, d15, [x0, {d} + 112]",
        "ldp d16, d17, [x0, {d} + 128]",
        "ldp d18, d19, [x0, {d} + 144]",
        "ldp d20, d21, [x0, {d} + 160]",
        "ldp d22, d23, [x0, {d} + 176]",
        "ldp d24, d25, [x0, {d} + 192]",
        "ldp d26, d27, [x0, {d} + 208]",
        "ldp d28, d29, [x0, {d} + 224]",
        "ldr d30, [x0, {d} + 240]",
        "ldr x2, [x0, {flags}]",
        "msr nzcv, x2",
        "ldr x2, [x0, {sp}]",
        "mov sp, x2",
        "ldp x2, x3, [x0, 16]",
        "ldp x4, x5, [x0, 32]",
        "ldp x6, x7, [x0, 48]",
        "ldp x8, x9, [x0, 64]",
        "ldp x10, x11, [x0, 80]",
        "ldp x12, x13, [x0, 96]",
        "ldp x14, x15, [x0, 112]",
        "ldp x16, x17, [x0, 128]",
        "ldp x19, x20, [x0, 152]",
        "ldp x21, x22, [x0, 168]",
        "ldp x23, x24, [x0, 184]",
        "ldp x25, x26, [x0, 200]",
        "ldp x27, x28, [x0, 216]",
        "ldp x29, x30, [x0, 232]",
        "ldp x0, x1, [x0]",
        "br x18",
        host = const offset_of!(State, host),
        d = const offset_of!(State, d),
        flags = const offset_of!(State, flags),
        sp = const offset_of!(State, sp),
        current = sym CURRENT,
    )
}

/// Stores all registers, the landing pad being in d31, and returns from [`enter`].
#[unsafe(naked)]
unsafe extern "C" fn landed() {
    naked_asm!(
        "adrp x18, {current}",
        "ldr x18, [x18, :lo12:{current}]",
        "str d31, [x18, {landing}]",
        "stp x0, x1, [x18]",
        "stp x2, x3, [x18, 16]",
        "stp x4, x5, [x18, 32]",
        "stp x6, x7, [x18, 48]",
        "stp x8, x9, [x18, 64]",
        "stp x10, x11, [x18, 80]",
        "stp x12, x13, [x18, 96]",
        "stp x14, x15, [x18, 112]",
        "stp x16, x17, [x18, 128]",
        "stp x19, x20, [x18, 152]",
        "stp x21, x22, [x18, 168]",
        "stp x23, x24, [x18, 184]",
        "stp x25, x26, [x18, 200]",
        "stp x27, x28, [x18, 216]",
        "stp x29, x30, [x18, 232]",
        "mov x0, sp",
        "str x0, [x18, {sp}]",
        "mrs x0, nzcv",
        "str x0, [x18, {flags}]",
        "stp d0, d1, [x18, {d}]",
        "stp d2, d3, [x18, {d} + 16]",
        "stp d4, d5, [x18, {d} + 32]",
        "stp d6, d7, [x18, {d} + 48]",
        "stp d8, d9, [x18, {d} + 64]",
        "stp d10, d11, [x18, {d} + 80]",
        "stp d12, d13, [x18, {d} + 96]",
        "stp d14, d15, [x18, {d} + 112]",
        "stp d16, d17, [x18, {d} + 128]",
        "stp d18, d19, [x18, {d} + 144]",
        "stp d20, d21, [x18, {d} + 160]",
        "stp d22, d23, [x18, {d} + 176]",
        "stp d24, d25, [x18, {d} + 192]",
        "stp d26, d27, [x18, {d} + 208]",
        "stp d28, d29, [x18, {d} + 224]",
        "str d30, [x18, {d} + 240]",
        "ldr x0, [x18, {host}]",
        "mov sp, x0",
        "ldp x19, x20, [sp, #16]",
        "ldp x21, x22, [sp, #32]",
        "ldp x23, x24, [sp, #48]",
        "ldp x25, x26, [sp, #64]",
        "ldp x27, x28, [sp, #80]",
        "ldp d8, d9, [sp, #96]",
        "ldp d10, d11, [sp, #112]",
        "ldp d12, d13, [sp, #128]",
        "ldp d14, d15, [sp, #144]",
        "ldp x29, x30, [sp], #160",
        "ret",
        host = const offset_of!(State, host),
        landing = const offset_of!(State, landing),
        d = const offset_of!(State, d),
        flags = const offset_of!(State, flags),
        sp = const offset_of!(State, sp),
        current = sym CURRENT,
    )
}
