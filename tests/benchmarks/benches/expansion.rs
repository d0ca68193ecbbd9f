//! What rules cost before any program runs: their expansion, by how many there are. `cargo xtask bench expansion`.
//!
//! The declarations of `specs/` are expanded as they are, four times and sixteen times over; and an operation with more
//! and more rules of its own. Time per rule should stay the same.
//!
//! Each expansion is the only one of a process, as it is when a crate is built: one that came after others would find the
//! memory that they have left behind, and the larger ones less of it. The scales take turns, and the median is printed.
//! With the name of what is expanded as its argument, this program expands it and measures nothing: for tools that count
//! instructions.

use std::hint::black_box;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use armjit_benchmarks::processor_time::ThreadTime;
use armjit_benchmarks::scaled::Declarations;
use criterion::measurement::Measurement;

const ROUNDS: usize = 5;

/// Asks this program for the nanoseconds of processor time that one expansion takes.
const TIMED: &str = "--timed";

/// What is scaled, and how.
type Family = (&'static str, fn(&Declarations, usize) -> Declarations);

const FAMILIES: [Family; 2] = [
    ("specs", |specs, times| specs.scaled(times)),
    ("rules of one operation", |specs, times| {
        specs.crowded(20 * times)
    }),
];

fn main() -> Result<()> {
    let specs = Declarations::read()?;
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let Some(wanted) = arguments.iter().find_map(|argument| parse(argument)) {
        let declarations = wanted(&specs);
        match arguments.iter().any(|argument| argument == TIMED) {
            true => println!("{}", timed(&declarations)),
            false => drop(black_box(declarations.expand())),
        }
        return Ok(());
    }
    let measures = arguments.iter().any(|argument| argument == "--bench");
    let (scales, rounds): (&[usize], usize) = match measures {
        true => (&[1, 4, 16], ROUNDS),
        false => (&[1, 2], 1),
    };
    println!(
        "{:<28} {:>7} {:>10} {:>12} {:>9}",
        "declarations", "rules", "ms", "us per rule", "relative"
    );
    for (family, scaled) in FAMILIES {
        let mut times = vec![Vec::new(); scales.len()];
        for _ in 0..rounds {
            for (times, scale) in times.iter_mut().zip(scales) {
                times.push(alone(&name(family, *scale))?);
            }
        }
        let mut first = None;
        for (times, &scale) in times.iter_mut().zip(scales) {
            times.sort_by(f64::total_cmp);
            let time = times[times.len() / 2];
            let rules = scaled(&specs, scale).rule_count()?;
            let per_rule = time / rules as f64;
            let first = *first.get_or_insert(per_rule);
            println!(
                "{:<28} {rules:>7} {:>10.1} {:>12.1} {:>9.2}",
                name(family, scale),
                time / 1e6,
                per_rule / 1e3,
                per_rule / first
            );
        }
    }
    Ok(())
}

fn name(family: &str, scale: usize) -> String {
    format!("{family} x{scale}")
}

/// The declarations that a name means.
fn parse(name: &str) -> Option<impl Fn(&Declarations) -> Declarations> {
    let (family, scale) = name.rsplit_once(" x")?;
    let (_, scaled) = FAMILIES.into_iter().find(|(known, _)| *known == family)?;
    let scale = scale.parse().ok()?;
    Some(move |specs: &Declarations| scaled(specs, scale))
}

/// Nanoseconds of processor time to expand everything.
fn timed(declarations: &Declarations) -> f64 {
    let start = ThreadTime.start();
    black_box(declarations.expand());
    ThreadTime.to_f64(&ThreadTime.end(start))
}

/// As [`timed`], in a process of its own.
fn alone(name: &str) -> Result<f64> {
    let output = Command::new(std::env::current_exe()?)
        .args([TIMED, name])
        .output()?;
    let text = String::from_utf8_lossy(&output.stdout);
    ensure!(
        output.status.success(),
        "{name} does not expand:\n{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let time = text.trim().parse();
    time.with_context(|| format!("no time of {name}, but: {text}"))
}
