//! Selection and emission alone, side by side with Cranelift's. `cargo xtask bench phases`.
//!
//! Cranelift tells a profiler when a phase begins and ends, so both sides are measured within whole compilations, function
//! by function. Criterion cannot be told times that others have taken, and a clock that is read twice a phase has to be a
//! cheap one: this is the time of day, and of many rounds, which take turns, the fastest counts for each phase, since
//! nothing else makes a round faster than it is.
//!
//! With a side and a class as its arguments, `armjit golden`, this program compiles that three times and measures nothing:
//! for tools that count instructions.
//!
//! What Cranelift calls lowering leaves out what comes before it: legal operations, control flow, the order of blocks,
//! registers for values. armjit's selection includes those of these that it needs, its emission also the planning of calls
//! and the way into executable memory. So the last column compares everything but allocation.

use std::any::Any;
use std::cell::{Cell, RefCell};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use armjit_benchmarks::corpus::{self, Class};
use armjit_benchmarks::cranelift::{self, Level};
use armjit_benchmarks::report::aligned;
use armjit_benchmarks::sides::{compiler, selected, translated};
use armjit_benchmarks::translate::Exits;
use cranelift_codegen::Context;
use cranelift_codegen::timing::{self, Pass, Profiler};
use jit_core::compile::{Compiler, Distances, Options};
use jit_core::machine::{Effort, allocate};

const ROUNDS: usize = 100;

/// How often a class is compiled for tools that count instructions.
const COUNTED: usize = 3;

/// Times of selection, allocation and emission, and of everything.
type Phases = [Duration; 4];

const WHOLE: usize = 3;

fn main() -> Result<()> {
    let measures = std::env::args().any(|argument| argument == "--bench");
    timing::set_thread_profiler(Box::new(Stopwatch));
    let compiler = compiler()?;
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [side, class] = &arguments[..] {
        return once(&compiler, side, class);
    }
    let heading = "functions insts select allocate emit lower* allocate* emit* whole* select:lower* emit:emit* rest:rest*";
    let mut rows: Vec<Vec<String>> = vec![heading.split(' ').map(str::to_owned).collect()];
    for class in corpus::all()? {
        let (mut ours, mut theirs) = ([Duration::MAX; 4], [Duration::MAX; 4]);
        for _ in 0..if measures { ROUNDS } else { 1 } {
            ours = least(ours, armjit(&compiler, &class)?);
            theirs = least(theirs, other(&compiler, &class)?);
        }
        rows.push(row(&class, ours, theirs));
    }
    println!(
        "Nanoseconds per instruction of LIR:\n\n```text\n{}```\n\n*: Cranelift's, at opt_level=none. rest: the whole without allocation.",
        aligned(&rows)
    );
    Ok(())
}

/// Compiles the functions of a class on one side.
fn once(compiler: &Compiler, side: &str, name: &str) -> Result<()> {
    let class = corpus::all()?.into_iter().find(|class| class.name == name);
    let class = class.with_context(|| format!("no class is called {name}"))?;
    for _ in 0..COUNTED {
        match side {
            "armjit" => armjit(compiler, &class)?,
            "cranelift" => other(compiler, &class)?,
            _ => bail!("the sides are armjit and cranelift"),
        };
    }
    Ok(())
}

fn least(a: Phases, b: Phases) -> Phases {
    std::array::from_fn(|phase| a[phase].min(b[phase]))
}

fn row(class: &Class, ours: Phases, theirs: Phases) -> Vec<String> {
    let insts = class.insts();
    let per_inst = |time: &Duration| format!("{:.0}", time.as_nanos() as f64 / insts as f64);
    let ratio = |a: Duration, b: Duration| format!("{:.2}", a.as_secs_f64() / b.as_secs_f64());
    let mut row = vec![class.name.clone(), insts.to_string()];
    row.extend(ours[..WHOLE].iter().chain(&theirs).map(per_inst));
    let ([select, allocate, emit, whole], [lower, allocate_theirs, emit_theirs, whole_theirs]) =
        (ours, theirs);
    row.extend([
        ratio(select, lower),
        ratio(emit, emit_theirs),
        ratio(whole - allocate, whole_theirs - allocate_theirs),
    ]);
    row
}

/// The phases of armjit over the functions of a class.
fn armjit(compiler: &Compiler, class: &Class) -> Result<Phases> {
    let mut phases = Phases::default();
    // Compiling uses a function up; as for Cranelift, the copies are made outside of what is measured.
    for mut function in class.functions.clone() {
        let start = Instant::now();
        let machine = selected(&mut function)?;
        let selected = Instant::now();
        let allocated = allocate(&machine, Effort::default())?;
        let registers = Instant::now();
        let code = compiler.emit(&machine, &allocated, &Options::default(), Distances::Real)?;
        let end = Instant::now();
        drop(code);
        phases[0] += selected - start;
        phases[1] += registers - selected;
        phases[2] += end - registers;
        phases[WHOLE] += end - start;
    }
    Ok(phases)
}

/// The phases of Cranelift over the functions of a class.
fn other(compiler: &Compiler, class: &Class) -> Result<Phases> {
    let isa = cranelift::target(Level::None)?;
    let mut context = Context::new();
    let mut functions = translated(compiler, class, Exits::Blocks, Level::None)?;
    PHASES.take();
    for function in &mut functions {
        cranelift::compile(&mut context, &isa, function)?;
    }
    Ok(PHASES.take())
}

thread_local! {
    static PHASES: RefCell<Phases> = const { RefCell::new([Duration::ZERO; 4]) };
    /// Whether a phase that counts is under way, other than the whole.
    static RUNNING: Cell<bool> = const { Cell::new(false) };
}

/// Adds up the phases that count. One within another is part of that.
struct Stopwatch;

struct Running {
    phase: usize,
    start: Instant,
}

impl Profiler for Stopwatch {
    fn start_pass(&self, pass: Pass) -> Box<dyn Any> {
        let phase = match pass {
            Pass::vcode_lower => 0,
            Pass::regalloc => 1,
            Pass::vcode_emit | Pass::vcode_emit_finish => 2,
            Pass::compile => WHOLE,
            _ => return Box::new(()),
        };
        if phase != WHOLE && RUNNING.replace(true) {
            return Box::new(());
        }
        Box::new(Running {
            phase,
            start: Instant::now(),
        })
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let time = self.start.elapsed();
        PHASES.with_borrow_mut(|phases| phases[self.phase] += time);
        if self.phase != WHOLE {
            RUNNING.set(false);
        }
    }
}
