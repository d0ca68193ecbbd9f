//! Struct offsets by way of the target's C compiler.
//!
//! `probe/probe.c` defines one 64-bit constant per offset. It is compiled to assembly and never linked or run: a constant's
//! value stands in the line after its label. The compiler may emit them in any order and writes zero as `.zero`.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

const SOURCE: &str = "probe/probe.c";
/// Every constant's label begins with this.
const PREFIX: &str = "K_";

/// The text of `offsets.rs`: `pub const NAME: usize = value;`, sorted by name.
pub fn generate(include: &Path, more: Option<&Path>, out: &Path) -> Result<String, String> {
    let assembly = out.join("probe.s");
    let mut build = cc::Build::new();
    build
        .include(include)
        .include(include.join("internal"))
        .opt_level(1)
        .pic(true)
        .cargo_metadata(false);
    if let Some(more) = more {
        build.include(more);
    }
    let compiler = build
        .try_get_compiler()
        .map_err(|error| error.to_string())?;
    let result = compiler
        .to_command()
        .args(["-S", "-w", "-o"])
        .arg(&assembly)
        .arg(SOURCE)
        .output()
        .map_err(|error| format!("{}: {error}", compiler.path().display()))?;
    if !result.status.success() {
        let text = String::from_utf8_lossy(&result.stderr);
        return Err(format!(
            "{SOURCE} does not compile with the headers in {}: {}",
            include.display(),
            text.lines()
                .find(|line| line.contains("error"))
                .unwrap_or(&text)
        ));
    }
    let text = fs::read_to_string(&assembly).map_err(|error| error.to_string())?;
    let mut constants = parse(&text)?;
    constants.sort();
    let mut rust = String::new();
    for (name, value) in constants {
        writeln!(rust, "pub const {name}: usize = {value};").map_err(|error| error.to_string())?;
    }
    Ok(rust)
}

/// The constants in compiler output: a label, then `.xword value` (`.quad` on some compilers) or `.zero 8`.
fn parse(assembly: &str) -> Result<Vec<(String, u64)>, String> {
    let mut constants = Vec::new();
    let mut label = None;
    for line in assembly.lines() {
        let line = line.trim();
        if let Some(name) = line
            .strip_suffix(':')
            .and_then(|name| name.strip_prefix(PREFIX))
        {
            label = Some(name.to_owned());
        } else if let Some(name) = label.take() {
            let mut words = line.split_whitespace();
            let value = match (words.next(), words.next()) {
                (Some(".zero"), Some("8")) => Some(0),
                (Some(".xword" | ".quad"), Some(value)) => value
                    .parse::<u64>()
                    .or_else(|_| value.parse::<i64>().map(|value| value as u64))
                    .ok(),
                _ => None,
            };
            let value =
                value.ok_or_else(|| format!("{name}: `{line}` is not a constant's value"))?;
            constants.push((name, value));
        }
    }
    if constants.is_empty() {
        return Err(format!("{SOURCE}: no constants in the compiler's output"));
    }
    Ok(constants)
}
