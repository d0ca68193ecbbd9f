//! The Rust tests: on this machine, and compiled for the target, where cargo's runner starts the emulator if one is needed.

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::command;
use crate::coverage::Kind;
use crate::extension::{self, PACKAGE};
use crate::layout::{self, TARGET};
use crate::setup::Setup;

/// Test programs that start a compiler, rustfmt or rust-analyzer, which are none of the target's programs.
const HOST_ONLY: [&str; 3] = ["ui", "pages", "editor"];

/// The extension cannot be linked for a machine without its Python.
pub fn on_host() -> Result<String> {
    Kind::Tests.clear()?;
    let mut test = layout::cargo();
    test.args([
        "test",
        "--no-fail-fast",
        "--workspace",
        "--exclude",
        PACKAGE,
    ]);
    command::run(Kind::Tests.note(&mut test))?;
    Ok("cargo test of the workspace".to_owned())
}

/// The unit tests and the test programs of every crate that is made for the target.
pub fn on_target(setup: &Setup) -> Result<String> {
    let metadata = layout::metadata(&["--no-deps"])?;
    let selection = Selection::of(&metadata)?;
    let mut test = extension::cargo(&setup.interpreter)?;
    test.args(["test", "--no-fail-fast", "--profile", "emulated"])
        .args(["--target", TARGET])
        .args(selection.arguments());
    command::run(Kind::Tests.note(&mut test))?;
    Ok(format!("{} under {TARGET}", selection.packages.join(", ")))
}

/// The crate in `tests/extension`, whose own profile for emulated tests is that of the workspace.
pub fn example() -> Result<String> {
    command::run(&mut layout::cargo_outside("extension", "test")?)?;
    let mut emulated = layout::cargo_outside("extension", "test")?;
    emulated.args(["--tests", "--profile", "emulated", "--target", TARGET]);
    command::run(&mut emulated)?;
    Ok(format!("tests/extension here and under {TARGET}"))
}

/// What `cargo test` is to run for the target.
#[derive(PartialEq, Eq, Debug)]
struct Selection<'a> {
    packages: Vec<&'a str>,
    tests: Vec<&'a str>,
}

impl<'a> Selection<'a> {
    /// Of the workspace's crates those that have something to run: a library with tests, or a test program.
    fn of(metadata: &'a Value) -> Result<Self> {
        let mut selection = Self {
            packages: Vec::new(),
            tests: Vec::new(),
        };
        let packages = metadata["packages"]
            .as_array()
            .context("cargo metadata lists no packages")?;
        let behind_macros: Vec<&Value> = packages
            .iter()
            .filter(|package| items(&package["targets"]).any(|target| is(target, "proc-macro")))
            .flat_map(|macros| items(&macros["dependencies"]))
            .map(|dependency| &dependency["name"])
            .collect();
        for package in packages {
            let targets = package["targets"]
                .as_array()
                .context("a package has no targets")?;
            let has_library = targets
                .iter()
                .any(|target| is(target, "lib") && target["test"] == true);
            let programs = targets
                .iter()
                .filter(|target| is(target, "test"))
                .filter_map(|target| target["name"].as_str());
            let mut programs: Vec<&str> =
                programs.filter(|name| !HOST_ONLY.contains(name)).collect();
            // Macros, what they are made of, and xtask are programs of the machine that builds.
            let is_tool = behind_macros.contains(&&package["name"])
                || targets
                    .iter()
                    .any(|target| is(target, "proc-macro") || is(target, "bin"));
            if !is_tool && (has_library || !programs.is_empty()) {
                selection
                    .packages
                    .push(package["name"].as_str().context("a package has no name")?);
                selection.tests.append(&mut programs);
            }
        }
        if selection.packages.is_empty() {
            bail!("no crate of the workspace has a test for the target");
        }
        Ok(selection)
    }

    fn arguments(&self) -> Vec<&str> {
        let packages = self.packages.iter().flat_map(|name| ["--package", name]);
        let tests = self.tests.iter().flat_map(|name| ["--test", name]);
        packages.chain(["--lib"]).chain(tests).collect()
    }
}

/// The elements of a list, if it is one.
fn items(list: &Value) -> impl Iterator<Item = &Value> {
    list.as_array().into_iter().flatten()
}

/// Whether a target is of a kind.
fn is(target: &Value, kind: &str) -> bool {
    items(&target["kind"]).any(|its| its == kind)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_runs_on_the_target_is_selected() {
        let target = |kind: &str, name: &str, test: bool| json!({"kind": [kind], "name": name, "test": test});
        let metadata = json!({"packages": [
            {
                "name": "macros",
                "targets": [target("proc-macro", "macros", true), target("test", "macros", true)],
                "dependencies": [{"name": "language"}],
            },
            {"name": "language", "targets": [target("lib", "language", true)]},
            {"name": "core", "targets": [target("lib", "core", true), target("test", "execute", true)]},
            {"name": "python", "targets": [target("cdylib", "_python", false)]},
            {"name": "cases", "targets": [target("test", "ui", true), target("test", "golden", true)]},
            {"name": "only-ui", "targets": [target("test", "ui", true)]},
            {"name": "xtask", "targets": [target("bin", "xtask", true)]},
        ]});
        let selection = Selection::of(&metadata).unwrap();
        assert_eq!(
            selection,
            Selection {
                packages: vec!["core", "cases"],
                tests: vec!["execute", "golden"]
            }
        );
        let line = selection.arguments().join(" ");
        assert_eq!(
            line,
            "--package core --package cases --lib --test execute --test golden"
        );
    }

    /// Names and versions in a `Cargo.lock`, of packages that come from somewhere else.
    fn locked(file: &str) -> Vec<[String; 2]> {
        let text = std::fs::read_to_string(layout::root().join(file)).unwrap();
        let packages = text.split("[[package]]").skip(1);
        let foreign = packages.filter(|package| package.contains("source = "));
        let value = |package: &str, key: &str| {
            let mut lines = package.lines();
            let found = lines.find_map(|line| line.strip_prefix(key)?.strip_prefix(" = "));
            found.unwrap_or_default().to_owned()
        };
        foreign
            .map(|package| ["name", "version"].map(|key| value(package, key)))
            .collect()
    }

    #[test]
    fn the_example_depends_on_nothing_else_than_the_workspace() {
        let ours = locked("Cargo.lock");
        let example = locked("tests/extension/Cargo.lock");
        assert!(!example.is_empty());
        for package in example {
            let help = "not in the workspace's Cargo.lock, and so not among the licences";
            assert!(ours.contains(&package), "{package:?} is {help}");
        }
    }

    #[test]
    fn nothing_to_run_is_an_error() {
        assert!(Selection::of(&json!({"packages": []})).is_err());
    }
}
