//! From a function of LIR to code that can be called.
//!
//! A [`Compiler`] belongs to one arena and one runtime; any number of threads may compile with it. Each step's refusal is
//! a [`CompileError`] that names the function and the place. What a compiled function may call while it runs, and what
//! happens at its exits, is the embedder's business; that nobody runs it any more when [`CompiledCode`] is dropped, too.

use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};
use thiserror::Error;

use crate::calls::{
    CallPlan, LITERAL_BYTES, Link, Place, Scope, StubError, ThresholdError, Thresholds, arena_stub,
    page, stub_bytes,
};
use crate::calls::{Strategy, WORD_BYTES};
use crate::code::{CodeError, CodeSpace, InstalledCode, SharedCode, SideTables};
use crate::coverage;
use crate::disassemble::{ListingLine, listing};
use crate::emit::layout::Layout;
use crate::emit::prepare::Prepared;
use crate::emit::routines::{Routines, RoutinesError};
use crate::emit::write::{EmitError, Stretch, Written, write};
use crate::emit::{AssemblyError, frame::Frame};
use crate::exit::{CallSite, ExitIndex, SideTable};
use crate::ir::{Function, VerifyErrors, passes, verify};
use crate::machine::{
    AllocateError, Allocated, Effort, MachineFunction, SelectError, allocate, select,
};
use crate::specs::ops::{Lir, Op};

/// The alignment of functions in bytes.
const FUNCTION_ALIGN: usize = 16;
/// An arena longer than this would not reach itself by a branch.
const MAX_ARENA_BYTES: usize = 128 << 20;

/// What compiled code needs of its embedder: addresses of `extern "C"` functions.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Runtime {
    /// `extern "C" fn(*mut ExitFrame) -> u64`: a guard failed; the answer becomes what the function returns.
    pub exit_handler: usize,
    /// `extern "C" fn(*mut c_void)`: the count of this object has reached zero.
    pub deallocate: usize,
}

/// How to compile.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Options {
    /// How calls are emitted.
    pub strategy: Strategy,
    /// Goes into the side table, for the embedder to know the function again.
    pub tag: u64,
}

/// What is taken for near.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Distances {
    /// Whatever is within reach.
    #[default]
    Real,
    /// Nothing: every instruction gets its form for what is out of reach, if it has one. For tests of these forms.
    Far,
}

/// Why there is no code.
#[derive(Debug, Error)]
pub enum CompileError {
    /// The function is not well formed.
    #[error(transparent)]
    Verify(#[from] VerifyErrors),
    /// No rule applies to something in it.
    #[error(transparent)]
    Select(#[from] SelectError),
    /// It got no registers.
    #[error(transparent)]
    Allocate(#[from] AllocateError),
    /// It needs more stack than one frame can have.
    #[error("{function} needs {slots} spill slots, more than a frame holds")]
    FrameTooLarge {
        /// The name of the function.
        function: String,
        /// How many it needs.
        slots: usize,
    },
    /// It has more code than offsets can tell.
    #[error("{function} is larger than 4 GiB")]
    FunctionTooLarge {
        /// The name of the function.
        function: String,
    },
    /// Its code could not be written down.
    #[error("{function}: {reason}")]
    Emit {
        /// The name of the function.
        function: String,
        /// Why.
        reason: EmitError,
    },
    /// Code that is shared by functions could not be written down.
    #[error("shared code: {0}")]
    Shared(AssemblyError),
    /// There is no room for it.
    #[error("{function}: {reason}")]
    Code {
        /// The name of the function, or of what is shared by functions.
        function: String,
        /// Why.
        reason: CodeError,
    },
    /// The arena is so long that its ends do not reach each other by a branch.
    #[error("an arena of {capacity} bytes; branches reach {MAX_ARENA_BYTES} bytes")]
    ArenaTooLarge {
        /// The bytes of the arena.
        capacity: usize,
    },
    /// The environment asks for a threshold that is no number.
    #[error(transparent)]
    Threshold(#[from] ThresholdError),
}

/// Compiles functions into one arena, for one runtime.
#[derive(Debug)]
pub struct Compiler {
    space: Arc<CodeSpace>,
    routines: Arc<Routines>,
    thresholds: Thresholds,
    tables: SideTables<SideTable>,
}

impl Compiler {
    /// A compiler that puts code into `space`. Emits the routines that all functions share.
    ///
    /// # Errors
    /// There is no room for the routines, the arena is longer than branches reach, or a threshold in the environment is
    /// no number.
    pub fn new(space: Arc<CodeSpace>, runtime: Runtime) -> Result<Compiler, CompileError> {
        Compiler::with_strategies(space, runtime, &[])
    }

    /// As [`new`](Self::new), where functions may also be compiled with strategies of other crates: what the environment
    /// says about their thresholds is looked up here.
    ///
    /// # Errors
    /// As [`new`](Self::new).
    pub fn with_strategies(
        space: Arc<CodeSpace>,
        runtime: Runtime,
        added: &[Strategy],
    ) -> Result<Compiler, CompileError> {
        let capacity = space.range().len();
        if capacity > MAX_ARENA_BYTES {
            return Err(CompileError::ArenaTooLarge { capacity });
        }
        let routines = Routines::new(&space, runtime.exit_handler, runtime.deallocate);
        let routines = routines.map_err(|error| match error {
            RoutinesError::Code(reason) => CompileError::Code {
                function: "the shared routines".into(),
                reason,
            },
            RoutinesError::Assembly(reason) => CompileError::Shared(reason),
        })?;
        Ok(Compiler {
            space,
            routines: Arc::new(routines),
            thresholds: Thresholds::from_environment(&[Strategy::ALL, added].concat())?,
            tables: SideTables::new(),
        })
    }

    /// The arena.
    pub fn space(&self) -> &Arc<CodeSpace> {
        &self.space
    }

    /// Compiles a function.
    ///
    /// # Errors
    /// The function is not well formed, something in it has no rule, or there is no room for its code.
    pub fn compile(
        &self,
        function: &Function<Lir>,
        options: &Options,
    ) -> Result<CompiledCode, CompileError> {
        verify(function)?;
        let mut function = function.clone();
        passes::remove_unreachable_blocks(&mut function);
        passes::number_values(&mut function);
        passes::eliminate_dead_code(&mut function);
        // Selection would do it on one more copy.
        passes::split_critical_edges(&mut function, Op::Jump);
        let machine = select(&function)?;
        self.compile_selected(&machine, options, Distances::Real)
    }

    /// Compiles a function whose instructions have been selected.
    ///
    /// # Errors
    /// It gets no registers, or there is no room for its code.
    pub fn compile_selected(
        &self,
        machine: &MachineFunction,
        options: &Options,
        distances: Distances,
    ) -> Result<CompiledCode, CompileError> {
        let allocated = allocate(machine, Effort::default())?;
        self.emit(machine, &allocated, options, distances)
    }

    /// Puts a function into memory whose instructions have been selected and given registers.
    ///
    /// # Errors
    /// Its frame or its code is too large, or there is no room for it.
    pub fn emit(
        &self,
        machine: &MachineFunction,
        allocated: &Allocated,
        options: &Options,
        distances: Distances,
    ) -> Result<CompiledCode, CompileError> {
        let name = machine.name();
        let slots = allocated.spill_slots();
        let frame = Frame::new(allocated.written(machine), slots);
        let frame = frame.ok_or_else(|| CompileError::FrameTooLarge {
            function: name.to_owned(),
            slots,
        })?;
        let prepared = Prepared::new(machine, allocated, frame);
        let mut addresses: Vec<u64> = prepared.calls.iter().map(|&(_, address)| address).collect();
        let exit_site = (!prepared.exits.is_empty()).then_some(addresses.len() as u32);
        addresses.extend(exit_site.map(|_| self.routines.exit()));
        let reaches = |address: u64, link: &Link| {
            let to = match link.to {
                Place::Page => page(address),
                _ => address,
            };
            self.space
                .holds_distance(to as usize, link.least, link.most)
        };
        let mut plan = CallPlan::new(&addresses, options.strategy, &self.thresholds, reaches);
        let layout = Layout::settle(&prepared, &mut plan, exit_site, distances);
        let layout = layout.ok_or_else(|| CompileError::FunctionTooLarge {
            function: name.to_owned(),
        })?;
        if let Some(recorder) = coverage::recorder() {
            recorder.laid_out(&prepared, &layout);
        }

        let no_room = |reason| CompileError::Code {
            function: name.to_owned(),
            reason,
        };
        let shared = self.arena_stubs(name, &plan)?;
        let addresses = shared
            .iter()
            .map(|(&target, stub)| (target, stub.address() as u64))
            .collect();
        let reservation = self
            .space
            .allocate(layout.total as usize, FUNCTION_ALIGN)
            .map_err(no_room)?;
        let written = write(
            &prepared,
            &plan,
            exit_site,
            &layout,
            &self.routines,
            &addresses,
            reservation.address(),
        );
        let written = written.map_err(|reason| CompileError::Emit {
            function: name.to_owned(),
            reason,
        })?;
        let parts = Parts::new(&plan, &layout, &written);
        let code = reservation.commit(&written.code).map_err(no_room)?;
        let table = SideTable::new(name.to_owned(), options.tag, written.exits, written.calls);
        Ok(CompiledCode {
            installed: self.tables.install(code, Arc::new(table)),
            stubs: shared.into_values().collect(),
            routines: Arc::clone(&self.routines),
            strategy: options.strategy,
            stretches: written.stretches,
            parts,
        })
    }

    /// The arena-wide stubs that a plan uses, by target.
    fn arena_stubs(
        &self,
        name: &str,
        plan: &CallPlan,
    ) -> Result<FxHashMap<u64, SharedCode>, CompileError> {
        let mut stubs = FxHashMap::default();
        for (index, site) in plan.sites.iter().enumerate() {
            let address = plan.address(index);
            let Some(stub) = &site.form.stub else {
                continue;
            };
            if stub.scope != Scope::Arena || stubs.contains_key(&address) {
                continue;
            }
            let code = arena_stub(&self.space, site.form, stub, address);
            let code = code.map_err(|error| match error {
                StubError::Code(reason) => CompileError::Code {
                    function: name.to_owned(),
                    reason,
                },
                StubError::Assembly(reason) => CompileError::Shared(reason),
            })?;
            stubs.insert(address, code);
        }
        Ok(stubs)
    }

    /// The exit that was taken, by the return address in its frame.
    pub fn find_exit(&self, return_address: usize) -> Option<(Arc<SideTable>, ExitIndex)> {
        let (table, offset) = self.tables.find(return_address)?;
        let exit = table.exit_at(offset)?;
        Some((table, exit))
    }

    /// The call under way that will return to this address.
    pub fn find_call(&self, return_address: usize) -> Option<(Arc<SideTable>, CallSite)> {
        let (table, offset) = self.tables.find(return_address)?;
        let call = table.call_at(offset)?.clone();
        Some((table, call))
    }
}

/// Where the bytes of a function go.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Parts {
    /// Bytes at planned call sites.
    pub sites: usize,
    /// Bytes of stubs, without their literals. A stub that the arena shares counts in full for every function that uses
    /// it.
    pub stubs: usize,
    /// Bytes of literals, those of stubs included.
    pub pools: usize,
    /// All other bytes: the work of the function itself, its frame, exits, and padding.
    pub rest: usize,
    /// How many planned call sites there are.
    pub site_count: usize,
    /// How many different addresses they call.
    pub target_count: usize,
    /// How many instructions there are, those of stubs included.
    pub instructions: usize,
}

impl Parts {
    fn new(plan: &CallPlan, layout: &Layout, written: &Written) -> Parts {
        let (mut arena_code, mut arena_literals) = (0, 0);
        let mut counted = FxHashSet::default();
        for (index, site) in plan.sites.iter().enumerate() {
            match &site.form.stub {
                Some(stub) if stub.scope == Scope::Arena && counted.insert(site.target) => {
                    let (code, literal) = stub_bytes(stub, site.form.pool, plan.address(index));
                    arena_code += code as usize;
                    arena_literals += literal as usize;
                }
                _ => {}
            }
        }
        let own_stubs = (layout.stubs_bytes - layout.stubs_literal_bytes) as usize;
        let own_pools =
            layout.stubs_literal_bytes as usize + layout.literals.len() * LITERAL_BYTES as usize;
        let sites = written.site_bytes as usize;
        let rest = layout.total as usize - own_stubs - own_pools - sites;
        let padding = layout.padding() as usize;
        let code = sites + own_stubs + arena_code + rest - padding;
        Parts {
            sites,
            stubs: own_stubs + arena_code,
            pools: own_pools + arena_literals,
            rest,
            site_count: plan.sites.len(),
            target_count: plan.targets.len(),
            instructions: code / WORD_BYTES as usize,
        }
    }

    /// All bytes.
    pub fn total(&self) -> usize {
        self.sites + self.stubs + self.pools + self.rest
    }
}

/// A compiled function. Dropping it gives its memory back: nobody may be running it, or return into it, by then.
#[derive(Debug)]
pub struct CompiledCode {
    // In the order in which they have to go: the function before what it calls.
    installed: InstalledCode<SideTable>,
    stubs: Vec<SharedCode>,
    routines: Arc<Routines>,
    strategy: Strategy,
    stretches: Vec<Stretch>,
    parts: Parts,
}

impl CompiledCode {
    /// Where to call it. It takes its parameters as `extern "C"` functions do.
    pub fn entry(&self) -> usize {
        self.installed.code().address()
    }

    /// All bytes that it needs: code, literals, and stubs, those shared with other functions included.
    pub fn size(&self) -> usize {
        self.parts.total()
    }

    /// Where the bytes go.
    pub fn parts(&self) -> &Parts {
        &self.parts
    }

    /// The strategy that it was compiled with.
    pub fn strategy(&self) -> Strategy {
        self.strategy
    }

    /// Its exits and calls.
    pub fn table(&self) -> &Arc<SideTable> {
        self.installed.table()
    }

    /// Its bytes, without those of stubs that the arena shares.
    pub fn bytes(&self) -> Vec<u8> {
        self.installed.code().read()
    }

    /// The stubs of the arena that it goes through.
    pub fn stubs(&self) -> &[SharedCode] {
        &self.stubs
    }

    /// Every word, with what it says and where it comes from.
    pub fn listing(&self) -> Vec<ListingLine> {
        listing(&self.bytes(), self.entry(), &self.stretches)
    }

    /// Where the routines of the arena are that it may go through.
    pub fn routines(&self) -> std::ops::Range<usize> {
        self.routines.code().range()
    }
}
