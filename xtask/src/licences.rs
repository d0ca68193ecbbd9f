//! THIRD-PARTY-LICENSES.md: the crates that the workspace depends on, with their licences, as `cargo metadata` has them.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::fs;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::extension::PACKAGE;
use crate::layout::{self, TARGET};

const FILE: &str = "THIRD-PARTY-LICENSES.md";
const REGISTRY: &str = "registry+";

const INTRODUCTION: &str = "\
# Licences of the dependencies

Written by `cargo xtask licences` from `cargo metadata`; not to be edited by hand. armjit itself is licensed under MIT or
Apache-2.0, at your choice.
";

/// Writes the file, or with `check` fails if it is not what would be written.
pub fn run(check: bool) -> Result<()> {
    let metadata = layout::metadata(&["--locked", "--filter-platform", TARGET])?;
    let text = render(&Graph::read(&metadata)?)?;
    let file = layout::root().join(FILE);
    if !check {
        return fs::write(&file, text).with_context(|| format!("cannot write {FILE}"));
    }
    let existing = fs::read_to_string(&file).with_context(|| format!("cannot read {FILE}"))?;
    if existing != text {
        bail!("{FILE} is not current: run `cargo xtask licences`");
    }
    Ok(())
}

/// One dependency, as its author describes it.
struct Crate<'a> {
    name: &'a str,
    version: &'a str,
    licence: Option<&'a str>,
    repository: Option<&'a str>,
    /// A procedural macro runs while the extension is built and is no part of it.
    is_macro: bool,
    is_ours: bool,
}

/// The packages by their ids, and for each what it needs when it runs.
struct Graph<'a> {
    crates: BTreeMap<&'a str, Crate<'a>>,
    needs: BTreeMap<&'a str, Vec<&'a str>>,
}

impl<'a> Graph<'a> {
    fn read(metadata: &'a Value) -> Result<Self> {
        let packages = array(&metadata["packages"])?;
        let crates = packages
            .iter()
            .map(|package| Ok((text(&package["id"])?, Crate::read(package)?)));
        let nodes = array(&metadata["resolve"]["nodes"])?;
        let needs = nodes.iter().map(|node| {
            let runs_with = |dependency: &&Value| {
                dependency["dep_kinds"]
                    .as_array()
                    .is_some_and(|kinds| kinds.iter().any(|kind| kind["kind"].is_null()))
            };
            let needed = array(&node["deps"])?
                .iter()
                .filter(runs_with)
                .map(|dependency| text(&dependency["pkg"]));
            Ok((text(&node["id"])?, needed.collect::<Result<_>>()?))
        });
        Ok(Self {
            crates: crates.collect::<Result<_>>()?,
            needs: needs.collect::<Result<_>>()?,
        })
    }

    /// The ids of the crates that are linked into the extension.
    fn linked(&self) -> Result<BTreeSet<&'a str>> {
        let extension = self
            .crates
            .iter()
            .find(|(_, package)| package.name == PACKAGE);
        let mut linked = BTreeSet::new();
        let mut waiting = vec![
            *extension
                .with_context(|| format!("{PACKAGE} is no member of the workspace"))?
                .0,
        ];
        while let Some(id) = waiting.pop() {
            let is_macro = self.crates.get(id).is_some_and(|package| package.is_macro);
            if !is_macro && linked.insert(id) {
                waiting.extend(self.needs.get(id).into_iter().flatten());
            }
        }
        Ok(linked)
    }
}

impl<'a> Crate<'a> {
    fn read(package: &'a Value) -> Result<Self> {
        let is_kind = |target: &Value| {
            array(&target["kind"]).is_ok_and(|kinds| kinds.iter().any(|kind| kind == "proc-macro"))
        };
        Ok(Self {
            name: text(&package["name"])?,
            version: text(&package["version"])?,
            licence: package["license"].as_str(),
            repository: package["repository"].as_str(),
            is_macro: array(&package["targets"])?.iter().any(is_kind),
            is_ours: !package["source"]
                .as_str()
                .is_some_and(|source| source.starts_with(REGISTRY)),
        })
    }
}

fn render(graph: &Graph<'_>) -> Result<String> {
    let linked = graph.linked()?;
    let (inside, outside): (Vec<_>, Vec<_>) = graph
        .crates
        .iter()
        .filter(|(_, package)| !package.is_ours)
        .partition(|(id, _)| linked.contains(*id));
    let mut out = INTRODUCTION.to_owned();
    for (title, list) in [
        ("Linked into the extension", inside),
        ("Used to build and to test it", outside),
    ] {
        write!(
            out,
            "\n## {title}\n\n| crate | version | licence | source |\n|---|---|---|---|\n"
        )?;
        let mut packages: Vec<_> = list.into_iter().map(|(_, package)| package).collect();
        packages.sort_by_key(|package| (package.name, package.version));
        for Crate {
            name,
            version,
            licence,
            repository,
            ..
        } in packages
        {
            let licence = licence.with_context(|| format!("{name} {version} names no licence"))?;
            writeln!(
                out,
                "| {name} | {version} | {licence} | {} |",
                repository.unwrap_or("—")
            )?;
        }
    }
    Ok(out)
}

fn array(value: &Value) -> Result<&Vec<Value>> {
    value
        .as_array()
        .context("cargo metadata has a form that is not known here")
}

fn text(value: &Value) -> Result<&str> {
    value
        .as_str()
        .context("cargo metadata has a form that is not known here")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn package(name: &str, kind: &str, ours: bool, licence: Option<&str>) -> Value {
        let source = if ours {
            Value::Null
        } else {
            json!("registry+x")
        };
        json!({"id": name, "name": name, "version": "1.0.0", "license": licence, "repository": null, "source": source,
               "targets": [{"kind": [kind]}]})
    }

    fn node(name: &str, needs: &[(&str, Option<&str>)]) -> Value {
        let needs = needs
            .iter()
            .map(|(name, kind)| json!({"pkg": name, "dep_kinds": [{"kind": kind}]}));
        json!({"id": name, "deps": needs.collect::<Vec<_>>()})
    }

    fn metadata(licence: Option<&str>) -> Value {
        json!({
            "packages": [
                package(PACKAGE, "cdylib", true, Some("MIT")), package("run", "lib", false, licence),
                package("derive", "proc-macro", false, Some("MIT")), package("parser", "lib", false, Some("MIT")),
                package("builder", "lib", false, Some("MIT")),
            ],
            "resolve": {"nodes": [
                node(PACKAGE, &[("run", None), ("derive", None), ("builder", Some("build"))]),
                node("derive", &[("parser", None)]), node("run", &[]), node("parser", &[]), node("builder", &[]),
            ]},
        })
    }

    #[test]
    fn only_what_is_linked_counts_as_part_of_the_extension() {
        let metadata = metadata(Some("Zlib"));
        let text = render(&Graph::read(&metadata).unwrap()).unwrap();
        let (inside, outside) = text.split_once("## Used to build").unwrap();
        assert!(inside.contains("| run | 1.0.0 | Zlib | — |"), "{text}");
        for name in ["derive", "parser", "builder"] {
            assert!(
                outside.contains(&format!("| {name} |"))
                    && !inside.contains(&format!("| {name} |")),
                "{text}"
            );
        }
        assert!(!text.contains(PACKAGE));
    }

    #[test]
    fn a_crate_without_a_licence_is_an_error() {
        let metadata = metadata(None);
        let error = render(&Graph::read(&metadata).unwrap())
            .unwrap_err()
            .to_string();
        assert!(error.contains("run 1.0.0 names no licence"), "{error}");
    }
}
