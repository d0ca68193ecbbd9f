//! Opcode tables out of the interpreter's generated headers.
//!
//! Those headers are written by CPython's own generator in a fixed, line-by-line form, so three line patterns suffice:
//! `#define NAME number`, `[NAME] = number,` and `[NAME] = NAME,`.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

/// Enumerations of operands in `opcode.h` and its neighbours, by prefix: what `BINARY_OP` and its like select with.
const OPERANDS: [(&str, &str); 5] = [
    ("opcode.h", "NB_"),
    ("internal/pycore_opcode_utils.h", "CONSTANT_"),
    ("internal/pycore_ceval.h", "SPECIAL___"),
    ("internal/pycore_intrinsics.h", "INTRINSIC_"),
    ("internal/pycore_opcode_utils.h", "RESUME_"),
];

/// The text of `opcodes.rs`: a constant per opcode, and the tables `NAMES`, `CACHES` and `DEOPT` indexed by opcode.
pub fn generate(include: &Path) -> Result<String, String> {
    let read = |name: &str| {
        let path = include.join(name);
        fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))
    };
    let opcodes: BTreeMap<String, u8> = definitions(&read("opcode_ids.h")?)
        .filter(|(name, _)| {
            !matches!(
                *name,
                "HAVE_ARGUMENT" | "MIN_SPECIALIZED_OPCODE" | "MIN_INSTRUMENTED_OPCODE"
            )
        })
        // Numbers above 255 are pseudo-instructions of the compiler: they never occur in a code object.
        .filter_map(|(name, number)| Some((name.to_owned(), u8::try_from(number).ok()?)))
        .collect();
    let metadata = read("internal/pycore_opcode_metadata.h")?;
    let number = |text: &str| {
        let known = opcodes.get(text).copied();
        known
            .or_else(|| text.parse().ok())
            .ok_or_else(|| format!("opcode {text} is not in opcode_ids.h"))
    };

    let mut names = vec![String::new(); 256];
    let mut rust = String::new();
    for (name, &opcode) in &opcodes {
        names[usize::from(opcode)].clone_from(name);
        put(
            &mut rust,
            &format!("/// Opcode `{name}`.\npub const {name}: u8 = {opcode};"),
        )?;
    }
    put(
        &mut rust,
        "/// The name of each opcode, empty where a number is not in use.",
    )?;
    put(
        &mut rust,
        &format!("pub static NAMES: [&str; 256] = {names:?};"),
    )?;
    let mut caches = [0u8; 256];
    let mut deopt: Vec<u8> = (0..=255).collect();
    for (name, value) in table(&metadata, "_PyOpcode_Caches")? {
        let value = value.parse().map_err(|_| format!("[{name}] = {value}"))?;
        caches[usize::from(number(name)?)] = value;
    }
    for (name, value) in table(&metadata, "_PyOpcode_Deopt")? {
        deopt[usize::from(number(name)?)] = number(value)?;
    }
    put(
        &mut rust,
        "/// The number of cache units after an instruction, by its base opcode.",
    )?;
    put(
        &mut rust,
        &format!("pub static CACHES: [u8; 256] = {caches:?};"),
    )?;
    put(
        &mut rust,
        "/// The base opcode of each opcode: itself unless it is a specialised or instrumented one.",
    )?;
    put(
        &mut rust,
        &format!("pub static DEOPT: [u8; 256] = {deopt:?};"),
    )?;
    for (file, prefix) in OPERANDS {
        for (name, value) in definitions(&read(file)?).filter(|(name, _)| name.starts_with(prefix))
        {
            put(
                &mut rust,
                &format!("/// Operand `{name}`.\npub const {name}: u32 = {value};"),
            )?;
        }
    }
    Ok(rust)
}

fn put(rust: &mut String, line: &str) -> Result<(), String> {
    writeln!(rust, "{line}").map_err(|error| error.to_string())
}

/// The lines `#define NAME number` of a header.
fn definitions(header: &str) -> impl Iterator<Item = (&str, u32)> {
    header.lines().filter_map(|line| {
        let mut words = line.strip_prefix("#define ")?.split_whitespace();
        let (name, value) = (words.next()?, words.next()?);
        let value = match value.strip_prefix("0x") {
            Some(digits) => u32::from_str_radix(digits, 16).ok()?,
            None => value.parse().ok()?,
        };
        Some((name, value))
    })
}

/// The lines `[NAME] = VALUE,` of one table's definition.
fn table<'a>(header: &'a str, name: &str) -> Result<Vec<(&'a str, &'a str)>, String> {
    let start = format!("const uint8_t {name}[256] = {{");
    let body = header
        .split_once(&start)
        .and_then(|(_, rest)| rest.split_once("};"))
        .map(|(body, _)| body)
        .ok_or_else(|| format!("pycore_opcode_metadata.h has no table {name}"))?;
    Ok(body
        .lines()
        .filter_map(|line| {
            let (name, value) = line.trim().strip_prefix('[')?.split_once("] = ")?;
            Some((name, value.trim_end_matches(',')))
        })
        .collect())
}
