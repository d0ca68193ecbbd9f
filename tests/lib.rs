//! What the tests of this crate share: programs of LIR.
//!
//! Programs are text files, with what is to be done with them written in front.
//!
//! ```text
//! // What it shows.
//! // strategies: all
//! // rewritten
//! // memory: 64
//! // run: memory 3 = 7
//! // run: memory -1 = exit2 [-1, 5]
//! function "name" { … }
//! ```
//!
//! A program that is `rewritten` is compiled as the rewriting rules leave it; others are compiled as they are.
//! Numbers are decimal, hexadecimal, or floats (with a point), which stand for their bits. `memory` is the address of as
//! many bytes as said, each holding its own index. `{name}` stands for the address of one of the [`Callee`]s.

use std::fs;
use std::path::{Path, PathBuf};

use jit_core::Strategy;
use jit_core::ir::passes::rewrite;
use jit_core::ir::{Function, parse};
use jit_core::specs::ops::Lir;
use jit_core::specs::rewriting::REWRITE_SETS;

/// A function that programs can call.
pub struct Callee {
    /// What programs call it.
    pub name: &'static str,
    /// Its address wherever listings have to be the same every time.
    pub address: u64,
}

/// Every callee: one that `bl` reaches from [`ARENA`], and two that it does not, the last one for floats.
pub const CALLEES: [Callee; 3] = [
    Callee {
        name: "near",
        address: ARENA as u64 + 0x400_0000,
    },
    Callee {
        name: "far",
        address: 0x7fab_cdef_0120,
    },
    Callee {
        name: "half",
        address: 0x7fab_cdef_0240,
    },
];

/// Where the arena lies for listings: a place that neither programs nor libraries are loaded to.
pub const ARENA: usize = 0x10_0000_0000;

/// A program and what is written in front of it.
pub struct Program {
    /// The name of its file, without extension.
    pub name: String,
    /// Where it is.
    pub path: PathBuf,
    /// How to emit its calls.
    pub strategies: Vec<Strategy>,
    /// Whether the rewriting rules are applied before it is compiled.
    pub rewritten: bool,
    /// How many bytes of memory it uses.
    pub memory: usize,
    /// What to run it on.
    pub runs: Vec<Run>,
    text: String,
}

/// Arguments and what comes of them.
pub struct Run {
    /// One per parameter.
    pub arguments: Vec<Argument>,
    /// The end.
    pub expected: Outcome,
}

/// An argument of a run.
#[derive(Clone, Copy)]
pub enum Argument {
    /// This word.
    Word(u64),
    /// The address of the memory.
    Memory,
}

/// How a run ends.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Outcome {
    /// With a result.
    Returned(u64),
    /// Through an exit, with its live values.
    Exited(u32, Vec<u64>),
}

/// Every program there is, by name.
pub fn all() -> Vec<Program> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("golden");
    let files =
        fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut paths: Vec<_> = files
        .map(|file| file.expect("a readable folder").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "lir"))
        .collect();
    paths.sort();
    assert!(!paths.is_empty(), "{} is empty", folder.display());
    paths.into_iter().map(read).collect()
}

fn read(path: PathBuf) -> Program {
    let whole =
        fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let is_front = |line: &&str| line.starts_with("//");
    let mut program = Program {
        name: path
            .file_stem()
            .and_then(|stem| stem.to_str())
            .unwrap_or_default()
            .to_owned(),
        path,
        strategies: vec![Strategy::default()],
        rewritten: false,
        memory: 0,
        runs: Vec::new(),
        text: whole
            .lines()
            .filter(|line| !is_front(line))
            .collect::<Vec<_>>()
            .join("\n"),
    };
    for line in whole.lines().take_while(is_front) {
        let line = line.trim_start_matches('/').trim();
        match line.split_once(": ") {
            Some(("strategies", "all")) => program.strategies = Strategy::ALL.to_vec(),
            Some(("memory", bytes)) => program.memory = bytes.parse().expect("a number of bytes"),
            Some(("run", run)) => program.runs.push(Run::parse(run)),
            _ => program.rewritten |= line == "rewritten",
        }
    }
    program
}

impl Program {
    /// The function, with callees at the addresses that `of` gives them.
    pub fn function(&self, of: impl Fn(&Callee) -> u64) -> Function<Lir> {
        let text = CALLEES.iter().fold(self.text.clone(), |text, callee| {
            text.replace(
                &format!("{{{}}}", callee.name),
                &format!("{:#x}", of(callee)),
            )
        });
        parse(&text).unwrap_or_else(|error| panic!("{}: {error}\n{text}", self.path.display()))
    }

    /// The function that is compiled.
    pub fn compiled(&self, of: impl Fn(&Callee) -> u64) -> Function<Lir> {
        let mut function = self.function(of);
        for set in REWRITE_SETS.into_iter().filter(|_| self.rewritten) {
            rewrite(&mut function, set);
        }
        function
    }
}

impl Run {
    fn parse(text: &str) -> Run {
        let (arguments, expected) = text.split_once(" = ").expect("`arguments = result`");
        let argument = |text: &str| {
            if text == "memory" {
                Argument::Memory
            } else {
                Argument::Word(word(text))
            }
        };
        Run {
            arguments: arguments.split_whitespace().map(argument).collect(),
            expected: Outcome::parse(expected),
        }
    }
}

impl Outcome {
    fn parse(text: &str) -> Outcome {
        let Some(exit) = text.strip_prefix("exit") else {
            return Outcome::Returned(word(text));
        };
        let (number, live) = exit.split_once(" [").expect("`exit1 [live values]`");
        let live = live
            .trim_end_matches(']')
            .split(", ")
            .filter(|value| !value.is_empty());
        Outcome::Exited(number.parse().expect("a number"), live.map(word).collect())
    }
}

fn word(text: &str) -> u64 {
    let parsed = if text.contains('.') {
        text.parse::<f64>().ok().map(f64::to_bits)
    } else if let Some(digits) = text.strip_prefix("0x") {
        u64::from_str_radix(digits, 16).ok()
    } else {
        text.parse::<i64>().ok().map(|value| value as u64)
    };
    parsed.unwrap_or_else(|| panic!("`{text}` is no number"))
}
