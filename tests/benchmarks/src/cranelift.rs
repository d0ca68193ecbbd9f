//! Cranelift, set up as kindly as a JIT for aarch64 can.
//!
//! No verifier, no position independence, no unwind information, no stack probes, no frame pointers: armjit's functions
//! have frame records nevertheless, since its exits need them. One context serves all compilations. What comes out is
//! bytes in memory of the heap; armjit's figure includes putting them into executable memory.

use anyhow::{Context as _, Result};
use cranelift_codegen::Context;
use cranelift_codegen::control::ControlPlane;
use cranelift_codegen::ir;
use cranelift_codegen::isa::{self, OwnedTargetIsa};
use cranelift_codegen::settings::{self, Configurable};

/// How hard Cranelift tries.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Level {
    /// `opt_level=none`.
    None,
    /// `opt_level=none` with the register allocator that goes over the code once.
    NoneSinglePass,
    /// `opt_level=speed`.
    Speed,
}

impl Level {
    /// All of them.
    pub const ALL: [Level; 3] = [Level::NoneSinglePass, Level::None, Level::Speed];

    /// As it stands in tables.
    pub fn name(self) -> &'static str {
        match self {
            Level::None => "none",
            Level::NoneSinglePass => "none+single_pass",
            Level::Speed => "speed",
        }
    }
}

/// Cranelift's backend for aarch64.
///
/// # Errors
/// Cranelift was built without it, or knows a setting no more.
pub fn target(level: Level) -> Result<OwnedTargetIsa> {
    let mut flags = settings::builder();
    let single_pass = level == Level::NoneSinglePass;
    for (name, value) in [
        (
            "opt_level",
            if level == Level::Speed {
                "speed"
            } else {
                "none"
            },
        ),
        (
            "regalloc_algorithm",
            if single_pass {
                "single_pass"
            } else {
                "backtracking"
            },
        ),
        ("enable_verifier", "false"),
        ("is_pic", "false"),
        ("unwind_info", "false"),
        ("enable_probestack", "false"),
        ("preserve_frame_pointers", "false"),
    ] {
        flags
            .set(name, value)
            .with_context(|| format!("{name}={value}"))?;
    }
    let builder = isa::lookup_by_name("aarch64-unknown-linux-gnu")?;
    Ok(builder.finish(settings::Flags::new(flags))?)
}

/// Compiles, and returns the size of the code in bytes. `context` is used again and again; what it held is put in the place
/// of `function`, which is used up, so that giving it back takes no time here.
///
/// # Errors
/// What Cranelift refuses.
pub fn compile(
    context: &mut Context,
    isa: &OwnedTargetIsa,
    function: &mut ir::Function,
) -> Result<usize> {
    context.clear();
    std::mem::swap(&mut context.func, function);
    let code = context.compile(isa.as_ref(), &mut ControlPlane::default());
    let code = code.map_err(|error| anyhow::anyhow!("{:?}", error.inner))?;
    Ok(code.code_buffer().len())
}
