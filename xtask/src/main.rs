//! The commands of the project: everything that a contributor or the CI runs starts with `cargo xtask`.
//!
//! This file knows the command line only. The set-up lives in [`setup`] and the modules of its steps; what the commands do
//! with the finished set-up lives in a module each.

mod apt;
mod bench;
mod cache;
mod command;
mod coverage;
mod debian;
mod declared;
mod demo;
mod emulator;
mod explain;
mod explain_rule;
mod extension;
mod interpreter;
mod layout;
mod licences;
mod linker;
mod lint;
mod mutate;
mod pages;
mod picture;
mod pip;
mod progress;
mod prove;
mod pyperformance;
mod python;
mod rust_target;
mod setup;
mod shell;
mod sysroot;
mod test;

use std::ffi::OsString;
use std::process::ExitCode;

use anyhow::{Result, bail};
use lexopt::prelude::*;

const HELP: &str = "\
cargo xtask COMMAND

  setup               fetch what is missing: Rust target, cross compiler, emulator, arm64 CPython 3.14, benchmarks,
                      and z3
  python -- ARGS      run the target's Python with armjit importable
  demo                compare the call strategies, and run pyperformance's richards three ways
  test [PART...]      run every test, or the parts named: host, proofs, target, example, strategies, python,
                      coverage (that every rule fires), benchmarks (that they build and measure what they say),
                      pages (that worked examples work)
  mutate [NAME...]    make rules, strategies, sequences and routines wrong, and list what nobody objects to: all, or
                      by name or family
  prove [RULE...]     prove that rules do what their operations mean: all, or by name or family
  bench [NAME...]     measure, all or by name: compile and phases (side by side with Cranelift), expansion and generated
                      (what rules cost to build, by their number)
  coverage            say which rules no program reaches, and who hits or takes each of their boundaries; takes along
                      the last tests
  lint                check the Python sources with ruff
  explain CODE        say what a mistake that the rule language found means, JL010 for one
  explain-rule TEXT   say why an operation gets its rule, and the others do not: 'Add(x, 4096)', or a printed function
  picture OP [--dot]  draw how the rules of an operation are tried, or print it for Graphviz
  licences [--check]  write THIRD-PARTY-LICENSES.md, or check that it is current
  env                 print the variables that cargo needs to build jit-python, for: eval \"$(cargo xtask env)\"

Variables:
  ARMJIT_CACHE        where downloads are kept (default: $XDG_CACHE_HOME/armjit or ~/.cache/armjit)
  ARMJIT_SYSROOT      a folder with an aarch64 root and python3.14 in it, to be used instead of a download
  ARMJIT_EMULATOR     the emulator's command line, to be used instead of the downloaded qemu-aarch64
  CI                  if set, what cannot be run here is a failure instead of being skipped
";

/// One command of the command line, with its arguments.
enum Task {
    Help,
    Setup,
    Python(Vec<OsString>),
    Demo,
    Test(Vec<test::Part>),
    Bench(Vec<String>),
    Mutate(Vec<String>),
    Prove(Vec<String>),
    Coverage,
    Lint,
    Explain(String),
    ExplainRule(String),
    Picture { operation: String, dot: bool },
    Licences { check: bool },
    Env,
}

fn main() -> ExitCode {
    let done = parse(lexopt::Parser::from_env()).and_then(run);
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn parse(mut parser: lexopt::Parser) -> Result<Task> {
    let name = match parser.next()? {
        None | Some(Short('h') | Long("help")) => return Ok(Task::Help),
        Some(Value(name)) => name.string()?,
        Some(other) => return Err(other.unexpected().into()),
    };
    if name == "python" {
        // Everything after the first `--` belongs to Python; without one, everything does.
        let mut arguments: Vec<OsString> = parser.raw_args()?.collect();
        if arguments.first().is_some_and(|first| first == "--") {
            arguments.remove(0);
        }
        return Ok(Task::Python(arguments));
    }
    let mut parts = Vec::new();
    let mut names = Vec::new();
    let mut code = None;
    let mut operation = None;
    let mut dot = false;
    let mut check = false;
    while let Some(argument) = parser.next()? {
        match argument {
            Short('h') | Long("help") => return Ok(Task::Help),
            Long("check") if name == "licences" => check = true,
            Value(which) if name == "explain" && code.is_none() => code = Some(which.string()?),
            Value(which) if name == "explain-rule" && operation.is_none() => {
                operation = Some(which.string()?);
            }
            Long("dot") if name == "picture" => dot = true,
            Value(which) if name == "picture" && operation.is_none() => {
                operation = Some(which.string()?);
            }
            Value(which) if matches!(name.as_str(), "bench" | "mutate" | "prove") => {
                names.push(which.string()?);
            }
            Value(part) if name == "test" => parts.push(part.string()?.parse()?),
            other => return Err(other.unexpected().into()),
        }
    }
    Ok(match name.as_str() {
        "help" => Task::Help,
        "setup" => Task::Setup,
        "demo" => Task::Demo,
        "test" => Task::Test(parts),
        "bench" => Task::Bench(names),
        "mutate" => Task::Mutate(names),
        "prove" => Task::Prove(names),
        "coverage" => Task::Coverage,
        "lint" => Task::Lint,
        "explain" => match code {
            Some(code) => Task::Explain(code),
            None => bail!("explain which code? `cargo xtask explain JL010`, for one"),
        },
        "explain-rule" => match operation {
            Some(text) => Task::ExplainRule(text),
            None => bail!("which operation? `cargo xtask explain-rule 'Add(x, 4096)'`, for one"),
        },
        "picture" => match operation {
            Some(operation) => Task::Picture { operation, dot },
            None => bail!("a picture of which operation? `cargo xtask picture Add`, for one"),
        },
        "licences" => Task::Licences { check },
        "env" => Task::Env,
        other => bail!("there is no command `{other}`\n\n{HELP}"),
    })
}

fn run(task: Task) -> Result<()> {
    match task {
        Task::Help => {
            print!("{HELP}");
            Ok(())
        }
        Task::Setup => {
            setup::everything()?;
            // Nothing but new proofs needs it, so a machine that has no z3 is set up all the same.
            match prove::z3::ensure() {
                Ok(_) => println!("everything is there"),
                Err(error) => {
                    println!("everything is there but z3, which new proofs need: {error:#}")
                }
            }
            Ok(())
        }
        Task::Python(arguments) => python::run(&arguments),
        Task::Demo => demo::run(),
        Task::Test(parts) => test::run(&parts),
        Task::Bench(names) => bench::run(&names),
        Task::Mutate(names) => {
            println!("{}", mutate::run(&names)?.summary);
            Ok(())
        }
        Task::Prove(names) => {
            println!("{}", prove::run(&names)?.summary);
            Ok(())
        }
        Task::Coverage => {
            println!("{}", coverage::run()?);
            Ok(())
        }
        Task::Lint => lint::run(),
        Task::Explain(code) => explain::run(&code),
        Task::ExplainRule(text) => explain_rule::run(&text),
        Task::Picture { operation, dot } => picture::run(&operation, dot),
        Task::Licences { check } => licences::run(check),
        Task::Env => extension::print_environment(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn task(arguments: &[&str]) -> Result<Task> {
        parse(lexopt::Parser::from_iter([&["xtask"], arguments].concat()))
    }

    #[test]
    fn python_gets_its_options_untouched() {
        for arguments in [
            &["python", "--", "-c", "x", "--", "--check"][..],
            &["python", "-c", "x", "--", "--check"],
        ] {
            let Ok(Task::Python(rest)) = task(arguments) else {
                panic!("{arguments:?} is the python command")
            };
            assert_eq!(rest, ["-c", "x", "--", "--check"]);
        }
    }

    #[test]
    fn options_belong_to_their_command() {
        assert!(matches!(
            task(&["licences", "--check"]),
            Ok(Task::Licences { check: true })
        ));
        assert!(task(&["setup", "--check"]).is_err());
        assert!(task(&["test", "nonsense"]).is_err());
        assert!(task(&["nonsense"]).is_err());
        assert!(task(&["explain"]).is_err());
        assert!(task(&["explain", "JL010", "JL011"]).is_err());
        assert!(matches!(
            task(&["explain-rule", "Add(x, 1)"]),
            Ok(Task::ExplainRule(text)) if text == "Add(x, 1)"
        ));
        assert!(task(&["explain-rule"]).is_err());
    }
}
