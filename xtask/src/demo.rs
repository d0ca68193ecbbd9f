//! The demonstration: what each call strategy costs, and a real program compiled three ways.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;

use crate::command;
use crate::extension::Strategies;
use crate::layout;
use crate::python::Python;
use crate::setup;

/// Runs [`benchmark.py`](../demo/benchmark.py)'s function on the first argument.
const RUN_BENCHMARK: &str = "import sys, benchmark; benchmark.run(sys.argv[1])";

/// Sets up, builds, and prints both parts.
pub fn run() -> Result<()> {
    let setup = setup::everything()?;
    let pyperformance = setup
        .pyperformance
        .as_ref()
        .context("pyperformance was not fetched")?;
    let richards = pyperformance
        .benchmarks()
        .join("bm_richards/run_benchmark.py");
    let python = Python::assemble(&setup, Strategies::Default)?;
    println!();
    command::run(
        with_demo_variables(&mut python.command(), None).arg(demo_folder().join("strategies.py")),
    )?;
    println!("\npyperformance's richards, as __main__ of a process each way\n");
    let reports = ways()?
        .into_iter()
        .map(|way| way.run(&python, &richards))
        .collect::<Result<Vec<_>>>()?;
    print!("{}", render(&reports)?);
    Ok(())
}

fn demo_folder() -> PathBuf {
    layout::root().join("xtask/demo")
}

/// One way to run the benchmark: its name, and the value of the variable `ARMJIT`.
struct Way {
    name: &'static str,
    mode: Option<String>,
}

fn ways() -> Result<[Way; 3]> {
    let list = layout::assembly_folder()?.join("demo-jit-list.txt");
    fs::write(
        &list,
        "# Everything that the program itself defines.\n__main__:*\n",
    )
    .with_context(|| format!("cannot write {}", list.display()))?;
    Ok([
        Way {
            name: "interpreter",
            mode: None,
        },
        Way {
            name: "JIT list __main__:*",
            mode: Some(format!("list:{}", list.display())),
        },
        Way {
            name: "auto after 50 calls",
            mode: Some("auto:50".to_owned()),
        },
    ])
}

/// What one run reported.
struct Report {
    name: &'static str,
    jit: bool,
    result: Value,
    /// Bytes of each compiled function of `__main__`.
    compiled: BTreeMap<String, u64>,
}

impl Way {
    fn run(self, python: &Python, benchmark: &Path) -> Result<Report> {
        let mut command = python.command();
        with_demo_variables(&mut command, self.mode.as_deref())
            .args(["-c", RUN_BENCHMARK])
            .arg(benchmark);
        let printed = command::output(
            command
                .env("PYTHONPATH", demo_folder())
                .stderr(Stdio::inherit()),
        )
        .with_context(|| format!("richards, {}", self.name))?;
        Report::parse(self.name, self.mode.is_some(), &printed)
            .with_context(|| format!("richards, {}", self.name))
    }
}

/// Only the demo decides what is compiled, and dictionaries and sets have one order in every run.
fn with_demo_variables<'a>(command: &'a mut Command, mode: Option<&str>) -> &'a mut Command {
    command
        .env_remove("ARMJIT")
        .env_remove("ARMJIT_DEOPT_EVERY")
        .env("PYTHONHASHSEED", "0");
    if let Some(mode) = mode {
        command.env("ARMJIT", mode);
    }
    command
}

impl Report {
    fn parse(name: &'static str, jit: bool, printed: &str) -> Result<Self> {
        let report: Value =
            serde_json::from_str(printed).with_context(|| format!("no report but: {printed}"))?;
        let compiled = report["compiled"]
            .as_object()
            .context("the report names no compiled functions")?;
        let compiled = compiled
            .iter()
            .map(|(name, bytes)| Ok((name.clone(), bytes.as_u64().context("no size")?)));
        Ok(Self {
            name,
            jit,
            result: report["result"].clone(),
            compiled: compiled.collect::<Result<_>>()?,
        })
    }

    fn bytes(&self) -> u64 {
        self.compiled.values().sum()
    }
}

/// The table, then the functions of each way.
///
/// # Errors
/// The ways must agree on the result, and a way with the JIT must have compiled something.
fn render(reports: &[Report]) -> Result<String> {
    let mut out = format!("{:<20} {:>9} {:>8}  result\n", "", "functions", "bytes");
    for report in reports {
        let (count, bytes) = (report.compiled.len(), report.bytes());
        out += &format!(
            "{:<20} {count:>9} {bytes:>8}  {}\n",
            report.name, report.result
        );
    }
    for report in reports.iter().filter(|report| !report.compiled.is_empty()) {
        let functions: Vec<String> = report
            .compiled
            .iter()
            .map(|(name, bytes)| format!("{name} {bytes}"))
            .collect();
        out += &format!(
            "\n{}, bytes by function:\n  {}\n",
            report.name,
            functions.join(", ")
        );
    }
    if let Some(first) = reports.first() {
        for report in reports {
            ensure!(
                report.result == first.result,
                "{} and {} differ:\n{out}",
                first.name,
                report.name
            );
            ensure!(
                report.result["passed"] == true,
                "richards itself found a wrong result:\n{out}"
            );
            if report.jit == report.compiled.is_empty() {
                bail!(
                    "{} compiled {} functions:\n{out}",
                    report.name,
                    report.compiled.len()
                );
            }
        }
        out += "\nThe results are equal.\n";
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: &str = r#"{"result": {"passed": true, "holdCount": 9297}, "compiled": {}}"#;
    const COMPILED: &str = r#"{"result": {"passed": true, "holdCount": 9297}, "compiled": {"Task.runTask": 1744, "f": 8}}"#;

    fn reports(jit: &str) -> [Report; 2] {
        [
            Report::parse("interpreter", false, PLAIN).unwrap(),
            Report::parse("auto", true, jit).unwrap(),
        ]
    }

    #[test]
    fn the_table_counts_functions_and_bytes() {
        let text = render(&reports(COMPILED)).unwrap();
        assert!(
            text.contains("2     1752") && text.contains("Task.runTask 1744, f 8"),
            "{text}"
        );
    }

    #[test]
    fn unequal_results_and_idle_jits_are_errors() {
        let other = COMPILED.replace("9297", "9298");
        assert!(
            render(&reports(&other))
                .err()
                .unwrap()
                .to_string()
                .contains("differ")
        );
        assert!(
            render(&reports(PLAIN))
                .err()
                .unwrap()
                .to_string()
                .contains("compiled 0 functions")
        );
        assert!(Report::parse("auto", true, "Segmentation fault").is_err());
    }
}
