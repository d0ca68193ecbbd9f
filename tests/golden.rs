//! Listings of compiled programs, word by word: what changes in generated code shows up in review.
//!
//! `ARMJIT_BLESS=1` writes the listings anew. Nothing is executed, so they are the same on every host; the arena and
//! everything that code refers to by address lie at fixed places.

use std::fmt::Write;
use std::fs;

use armjit_tests::{ARENA, Program};
use jit_core::Strategy;
use jit_core::code::{ArenaOptions, CodeSpace};
use jit_core::compile::{CompiledCode, Compiler, Options, Runtime};
use jit_core::ir::Function;
use jit_core::specs::ops::Lir;

/// Addresses of a runtime that is never entered.
const RUNTIME: Runtime = Runtime {
    exit_handler: 0x7fab_cdef_1000,
    deallocate: 0x7fab_cdef_2000,
};

#[test]
fn listings_are_as_before() {
    let bless = std::env::var_os("ARMJIT_BLESS").is_some();
    let mut different = Vec::new();
    for program in armjit_tests::all() {
        let listing = list(&program);
        let path = program.path.with_extension("txt");
        let before = fs::read_to_string(&path).unwrap_or_default();
        if listing == before {
            continue;
        }
        if bless {
            fs::write(&path, &listing)
                .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        } else {
            different.push(format!(
                "{}: {}",
                path.display(),
                first_difference(&before, &listing)
            ));
        }
    }
    assert!(
        different.is_empty(),
        "listings differ (ARMJIT_BLESS=1 accepts them):\n{}",
        different.join("\n")
    );
}

#[test]
fn no_listing_is_left_over() {
    for entry in
        fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/golden")).expect("a readable folder")
    {
        let path = entry.expect("a readable folder").path();
        assert!(
            path.with_extension("lir").exists(),
            "{} has no program",
            path.display()
        );
    }
}

fn list(program: &Program) -> String {
    let function = program.compiled(|callee| callee.address);
    let mut listing = String::new();
    for &strategy in &program.strategies {
        let code = compile(&function, strategy);
        write_listing(&mut listing, &code, program.strategies.len() > 1)
            .expect("strings can be written to");
    }
    listing
}

/// Each function is alone in its arena, so that it always gets the same address.
fn compile(function: &Function<Lir>, strategy: Strategy) -> CompiledCode {
    let options = ArenaOptions {
        capacity: 1 << 20,
        at: Some(ARENA),
        ..ArenaOptions::default()
    };
    // One arena at a time can have the address; tests of other files run in other processes.
    static PLACE: std::sync::Mutex<()> = std::sync::Mutex::new(());
    let _alone = PLACE.lock().expect("no test panics with it");
    let space = CodeSpace::new(&options).unwrap_or_else(|error| panic!("{error}"));
    let compiler = Compiler::new(space, RUNTIME).unwrap_or_else(|error| panic!("{error}"));
    let code = compiler.compile(function, &Options { strategy, tag: 0 });
    code.unwrap_or_else(|error| panic!("{error}\n{function}"))
}

fn write_listing(out: &mut String, code: &CompiledCode, with_strategy: bool) -> std::fmt::Result {
    if with_strategy {
        writeln!(out, "{}:", code.strategy().name())?;
    }
    let parts = code.parts();
    writeln!(
        out,
        "{} bytes: sites {}, stubs {}, pools {}, rest {}",
        code.size(),
        parts.sites,
        parts.stubs,
        parts.pools,
        parts.rest
    )?;
    for line in code.listing() {
        let offset = line.address - code.entry();
        let op = line.op.unwrap_or_default();
        let text = format!(
            "{offset:>5x}  {:08x}  {:<36} {} {op}",
            line.word, line.text, line.rule
        );
        writeln!(out, "{}", text.trim_end())?;
    }
    Ok(())
}

fn first_difference(before: &str, now: &str) -> String {
    let mut lines = before.lines().zip(now.lines()).enumerate();
    match lines.find(|(_, (before, now))| before != now) {
        Some((number, (before, now))) => {
            format!("line {}:\n  was {before}\n  is  {now}", number + 1)
        }
        None => format!(
            "{} lines instead of {}",
            now.lines().count(),
            before.lines().count()
        ),
    }
}
