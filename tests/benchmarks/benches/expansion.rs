//! What rules cost before any program runs: their expansion, by how many there are. `cargo xtask bench expansion`.
//!
//! The declarations of `specs/` are expanded as they are, four times and sixteen times over; and an operation with more
//! and more rules of its own. Time per rule should stay the same. Expansion is run once per sample, in processor time,
//! because criterion's statistics need more samples than seconds allow; the median of the samples is printed.

use std::hint::black_box;

use anyhow::Result;
use armjit_benchmarks::processor_time::ThreadTime;
use armjit_benchmarks::scaled::Declarations;
use criterion::measurement::Measurement;

const SAMPLES: usize = 5;

fn main() -> Result<()> {
    let measures = std::env::args().any(|argument| argument == "--bench");
    let specs = Declarations::read()?;
    let scales: &[usize] = if measures { &[1, 4, 16] } else { &[1, 2] };
    let scaled = scales
        .iter()
        .map(|&times| (format!("specs x{times}"), specs.scaled(times)));
    let crowds = scales.iter().map(|&times| {
        (
            format!("rules of one operation x{times}"),
            specs.crowded(20 * times),
        )
    });
    let scaled: Vec<_> = scaled.collect();
    let crowds: Vec<_> = crowds.collect();
    println!(
        "{:<28} {:>7} {:>10} {:>12} {:>9}",
        "declarations", "rules", "ms", "us per rule", "relative"
    );
    for family in [scaled, crowds] {
        let mut first = None;
        for (name, declarations) in family {
            let rules = declarations.rule_count()?;
            let time = median(&declarations, if measures { SAMPLES } else { 1 });
            let per_rule = time / rules as f64;
            let first = *first.get_or_insert(per_rule);
            println!(
                "{name:<28} {rules:>7} {:>10.1} {:>12.1} {:>9.2}",
                time / 1e6,
                per_rule / 1e3,
                per_rule / first
            );
        }
    }
    Ok(())
}

/// Nanoseconds of processor time to expand everything.
fn median(declarations: &Declarations, samples: usize) -> f64 {
    let mut times: Vec<f64> = (0..samples)
        .map(|_| {
            let start = ThreadTime.start();
            black_box(declarations.expand());
            ThreadTime.to_f64(&ThreadTime.end(start))
        })
        .collect();
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}
