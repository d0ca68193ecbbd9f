//! What rules cost the compiler, by how many there are. `cargo xtask bench generated`.
//!
//! `jit-core` is compiled with the declarations of `specs/` as they are, four times and sixteen times over: expansion and
//! all that the compiler does with what comes out. `jit-core` has much else to compile, so the time of a rule is that of
//! the rules which one scale has more than the one before: it should not grow. It is processor time of all processes that
//! compile, a job at a time; the scales take turns, and the median is printed.

use std::path::Path;

use anyhow::Result;
use armjit_benchmarks::generated::{Mode, Workspace};
use armjit_benchmarks::scaled::Declarations;

const ROUNDS: usize = 3;

fn main() -> Result<()> {
    let measures = std::env::args().any(|argument| argument == "--bench");
    let workspace = Workspace::new(Path::new(env!("CARGO_TARGET_TMPDIR")).join("generated"))?;
    let specs = Declarations::read()?;
    // As a test, all that is seen is that twice the rules compile.
    let (scales, modes, rounds): (&[usize], &[Mode], usize) = match measures {
        true => (&[1, 4, 16], &Mode::ALL, ROUNDS),
        false => (&[2], &[Mode::Check], 1),
    };
    let scaled = scales.iter().map(|&times| {
        let declarations = specs.scaled(times);
        Ok((times, declarations.rule_count()?, declarations))
    });
    let scaled = scaled.collect::<Result<Vec<_>>>()?;
    println!(
        "{:<20} {:>7} {:>9} {:>18} {:>9}",
        "jit-core", "rules", "seconds", "ms per rule more", "relative"
    );
    for &mode in modes {
        workspace.declare(&scaled[0].2)?;
        workspace.prepare(mode)?;
        let mut times = vec![Vec::new(); scaled.len()];
        for _ in 0..rounds {
            for (times, (_, _, declarations)) in times.iter_mut().zip(&scaled) {
                workspace.declare(declarations)?;
                times.push(workspace.compile(mode)?);
            }
        }
        let (mut before, mut first) = (None, None);
        for (times, (scale, rules, _)) in times.iter_mut().zip(&scaled) {
            times.sort_by(f64::total_cmp);
            let seconds = times[times.len() / 2];
            let more = before.map(|(earlier, fewer)| (seconds - earlier) / (rules - fewer) as f64);
            before = Some((seconds, *rules));
            first = first.or(more);
            let cell = |value: Option<f64>| value.map_or("-".to_owned(), |it| format!("{it:.2}"));
            println!(
                "{:<20} {rules:>7} {seconds:>9.2} {:>18} {:>9}",
                format!("{} x{scale}", mode.name()),
                cell(more.map(|seconds| seconds * 1e3)),
                cell(more.and_then(|more| Some(more / first?)))
            );
        }
    }
    Ok(())
}
