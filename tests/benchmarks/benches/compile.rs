//! Compilation side by side with Cranelift. `cargo xtask bench compile` runs it and prints its table.

use std::any::Any;
use std::hint::black_box;
use std::time::Duration;

use anyhow::Result;
use armjit_benchmarks::corpus::{self, Class};
use armjit_benchmarks::cranelift;
use armjit_benchmarks::processor_time::ThreadTime;
use armjit_benchmarks::report;
use armjit_benchmarks::sides::{compiler, selected, translated};
use cranelift_codegen::Context;
use cranelift_codegen::timing::{self, Pass, Profiler};
use criterion::{BatchSize, BenchmarkGroup, Criterion};
use jit_core::compile::{Compiler, Distances, Options};
use jit_core::ir::{Function, passes, verify};
use jit_core::machine::{Effort, allocate};
use jit_core::specs::ops::Lir;
use jit_core::specs::rewriting::simplify::REWRITE_SET;

/// How often everything is measured, one after the other, so that a machine that changes its pace changes it for all.
const ROUNDS: usize = 3;

fn main() -> Result<()> {
    // Cranelift asks a profiler before each of its phases; this one does nothing.
    timing::set_thread_profiler(Box::new(Unprofiled));
    let mut criterion = Criterion::default()
        .with_measurement(ThreadTime)
        .sample_size(20)
        .warm_up_time(Duration::from_millis(200))
        .measurement_time(Duration::from_millis(800))
        .configure_from_args();
    // Run as a test, nothing is measured.
    let measures = std::env::args().any(|argument| argument == "--bench");
    if measures {
        report::forget(ROUNDS)?;
    }
    let compiler = compiler()?;
    let classes = corpus::all()?;
    let mut table = report::Table::default();
    for class in &classes {
        table.add(class, sizes(&compiler, class)?);
    }
    for round in 0..ROUNDS {
        for class in &classes {
            let mut group = criterion.benchmark_group(report::group(round));
            measure_armjit(&mut group, &compiler, class);
            measure_cranelift(&mut group, &compiler, class)?;
            group.finish();
        }
    }
    if measures {
        println!("{}", table.render(ROUNDS)?);
    }
    Ok(())
}

struct Unprofiled;

impl Profiler for Unprofiled {
    fn start_pass(&self, _: Pass) -> Box<dyn Any> {
        Box::new(())
    }
}

/// Bytes of code, by side.
fn sizes(compiler: &Compiler, class: &Class) -> Result<report::Sizes> {
    let mut sizes = report::Sizes::default();
    let options = Options::default();
    for function in &class.functions {
        let machine = selected(&mut function.clone())?;
        let code = compiler.compile_selected(&machine, &options, Distances::Real)?;
        sizes.code += code.size();
        let mut function = function.clone();
        passes::rewrite(&mut function, &REWRITE_SET);
        sizes.whole += compiler.compile(&function, &options)?.size();
    }
    for (exits, level) in report::SIDES {
        let isa = cranelift::target(level)?;
        let mut context = Context::new();
        let mut bytes = 0;
        for mut function in translated(compiler, class, exits, level)? {
            bytes += cranelift::compile(&mut context, &isa, &mut function)?;
        }
        sizes.cranelift.push(bytes);
    }
    Ok(sizes)
}

/// Each phase alone, and what is compared with Cranelift.
fn measure_armjit(group: &mut BenchmarkGroup<'_, ThreadTime>, compiler: &Compiler, class: &Class) {
    let options = Options::default();
    let functions = &class.functions;
    let mut bench = |phase: report::Phase, routine: &dyn Fn(&Function<Lir>, usize)| {
        group.bench_function(report::armjit(&class.name, phase), |bencher| {
            bencher.iter(|| {
                functions
                    .iter()
                    .enumerate()
                    .for_each(|(index, function)| routine(function, index))
            })
        });
    };
    let machines: Vec<_> = functions
        .iter()
        .map(|function| selected(&mut function.clone()).expect("it compiled"))
        .collect();
    let allocated: Vec<_> = machines
        .iter()
        .map(|machine| allocate(machine, Effort::default()).expect("it compiled"))
        .collect();
    bench(report::Phase::Verify, &|function, _| {
        verify(black_box(function)).expect("it compiled")
    });
    bench(report::Phase::Allocate, &|_, index| {
        black_box(allocate(&machines[index], Effort::default()).expect("it compiled"));
    });
    bench(report::Phase::Emit, &|_, index| {
        black_box(
            compiler
                .emit(
                    &machines[index],
                    &allocated[index],
                    &options,
                    Distances::Real,
                )
                .expect("it compiled"),
        );
    });
    // What changes functions gets copies, which are made outside of what is measured, as for Cranelift.
    let mut change = |phase: report::Phase, routine: &dyn Fn(&mut Function<Lir>)| {
        group.bench_function(report::armjit(&class.name, phase), |bencher| {
            bencher.iter_batched_ref(
                || functions.clone(),
                |functions| functions.iter_mut().for_each(routine),
                BatchSize::SmallInput,
            )
        });
    };
    change(report::Phase::Select, &|function| {
        black_box(selected(function).expect("it compiled"));
    });
    change(report::Phase::Code, &|function| {
        let machine = selected(function).expect("it compiled");
        let code = compiler.compile_selected(&machine, &options, Distances::Real);
        black_box(code.expect("it compiled"));
    });
    change(report::Phase::Rewrite, &|function| {
        passes::rewrite(function, &REWRITE_SET);
    });
    change(report::Phase::Passes, &|function| {
        passes::remove_unreachable_blocks(function);
        passes::number_values(function);
        passes::eliminate_dead_code(function);
    });
    change(report::Phase::Whole, &|function| {
        passes::rewrite(function, &REWRITE_SET);
        black_box(compiler.compile(function, &options).expect("it compiled"));
    });
}

fn measure_cranelift(
    group: &mut BenchmarkGroup<'_, ThreadTime>,
    compiler: &Compiler,
    class: &Class,
) -> Result<()> {
    for (exits, level) in report::SIDES {
        let isa = cranelift::target(level)?;
        let functions = translated(compiler, class, exits, level)?;
        let mut context = Context::new();
        group.bench_function(report::cranelift(&class.name, exits, level), |bencher| {
            // Compiling uses a function up; the copies are made outside of what is measured.
            let copies = || functions.clone();
            bencher.iter_batched_ref(
                copies,
                |functions| {
                    for function in functions {
                        black_box(
                            cranelift::compile(&mut context, &isa, function).expect("it compiled"),
                        );
                    }
                },
                BatchSize::SmallInput,
            );
        });
    }
    Ok(())
}
