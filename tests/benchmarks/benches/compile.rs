//! Compilation side by side with Cranelift. `cargo xtask bench compile` runs it and prints its table.

use std::hint::black_box;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use armjit_benchmarks::corpus::{self, Class};
use armjit_benchmarks::cranelift::{self, Level};
use armjit_benchmarks::processor_time::ThreadTime;
use armjit_benchmarks::report;
use armjit_benchmarks::translate::{Exits, translate};
use armjit_tests::ARENA;
use cranelift_codegen::Context;
use criterion::{BatchSize, BenchmarkGroup, Criterion};
use jit_core::code::{ArenaOptions, CodeSpace};
use jit_core::compile::{Compiler, Distances, Options, Runtime};
use jit_core::ir::{Function, passes, verify};
use jit_core::machine::{Effort, allocate, select};
use jit_core::specs::ops::Lir;

/// How often everything is measured, one after the other, so that a machine that changes its pace changes it for all.
const ROUNDS: usize = 3;

fn main() -> Result<()> {
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

/// A compiler whose runtime is never entered, at the place where the callees of the corpus are near.
fn compiler() -> Result<Compiler> {
    let options = ArenaOptions {
        at: Some(ARENA),
        ..ArenaOptions::default()
    };
    let runtime = Runtime {
        exit_handler: ARENA + 0x400_1000,
        deallocate: ARENA + 0x400_2000,
    };
    Ok(Compiler::new(CodeSpace::new(&options)?, runtime)?)
}

/// Bytes of code, by side.
fn sizes(compiler: &Compiler, class: &Class) -> Result<report::Sizes> {
    let mut armjit = 0;
    for function in &class.functions {
        armjit += compiler.compile(function, &Options::default())?.size();
    }
    let mut sizes = report::Sizes {
        armjit,
        ..Default::default()
    };
    for (exits, level) in report::SIDES {
        let isa = cranelift::target(level)?;
        let mut context = Context::new();
        let mut bytes = 0;
        for function in translated(compiler, class, exits, level)? {
            bytes += cranelift::compile(&mut context, &isa, function)?;
        }
        sizes.cranelift.push(bytes);
    }
    Ok(sizes)
}

fn translated(
    compiler: &Compiler,
    class: &Class,
    exits: Exits,
    level: Level,
) -> Result<Vec<cranelift_codegen::ir::Function>> {
    let isa = cranelift::target(level)?;
    let space = Arc::clone(compiler.space());
    let near = |address: u64| space.reaches(address as usize);
    Ok(class
        .functions
        .iter()
        .map(|function| translate(function, exits, near, isa.frontend_config()))
        .collect())
}

/// Whole compilations, and each phase alone.
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
    let selected: Vec<_> = functions
        .iter()
        .map(|function| select(function).expect("it compiled"))
        .collect();
    let allocated: Vec<_> = selected
        .iter()
        .map(|machine| allocate(machine, Effort::default()).expect("it compiled"))
        .collect();
    bench(report::Phase::Whole, &|function, _| {
        black_box(compiler.compile(function, &options).expect("it compiled"));
    });
    bench(report::Phase::Verify, &|function, _| {
        verify(black_box(function)).expect("it compiled")
    });
    bench(report::Phase::Passes, &|function, _| {
        let mut function = function.clone();
        passes::remove_unreachable_blocks(&mut function);
        passes::number_values(&mut function);
        passes::eliminate_dead_code(&mut function);
        black_box(function);
    });
    bench(report::Phase::Select, &|function, _| {
        black_box(select(function).expect("it compiled"));
    });
    bench(report::Phase::Allocate, &|_, index| {
        black_box(allocate(&selected[index], Effort::default()).expect("it compiled"));
    });
    bench(report::Phase::Emit, &|_, index| {
        black_box(
            compiler
                .emit(
                    &selected[index],
                    &allocated[index],
                    &options,
                    Distances::Real,
                )
                .expect("it compiled"),
        );
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
            bencher.iter_batched(
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
