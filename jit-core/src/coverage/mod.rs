//! Which rules fire, and where at their edges: written down while functions are compiled, if somebody asks.
//!
//! The variable `ARMJIT_COVERAGE` names a folder. Every process that compiles then has a file there, and adds a line to it
//! when a [`Point`] fires for the first time. So there is nothing to be done at the end of a process, which may be killed
//! or leave without a word, and files of many runs are merged by reading them. Without the variable, all that is left
//! is a look at a flag for each function.

mod points;
mod report;
#[cfg(test)]
mod tests;

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, OnceLock, PoisonError};

use rustc_hash::FxHashSet;

pub use points::{Point, points};
pub use report::{Report, ReportError};

use crate::emit::Sizes;
use crate::emit::layout::Layout;
use crate::emit::prepare::{Item, Prepared};
use crate::ir::Inst;
use crate::machine::{Findings, RowInfo, Select};

/// The variable with the name of the folder.
pub const VARIABLE: &str = "ARMJIT_COVERAGE";

/// Writes points down, each once.
#[derive(Debug)]
pub(crate) struct Recorder {
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    file: File,
    seen: FxHashSet<Point>,
}

/// The recorder of this process, if it has to have one.
pub(crate) fn recorder() -> Option<&'static Recorder> {
    static RECORDER: OnceLock<Option<Recorder>> = OnceLock::new();
    let from_environment = || {
        let folder = PathBuf::from(std::env::var_os(VARIABLE)?);
        match Recorder::new(&folder) {
            Ok(recorder) => Some(recorder),
            // Whoever asks for coverage and gets none has to know.
            Err(error) => panic!("{VARIABLE}: {}: {error}", folder.display()),
        }
    };
    RECORDER.get_or_init(from_environment).as_ref()
}

impl Recorder {
    fn new(folder: &Path) -> std::io::Result<Recorder> {
        fs::create_dir_all(folder)?;
        let program = std::env::args_os().next().map(PathBuf::from);
        let stem = program.as_deref().and_then(Path::file_stem);
        let stem = stem.map_or_else(|| "unknown".into(), |stem| stem.to_string_lossy());
        let name = format!("{stem}.{}.txt", std::process::id());
        let file = File::options()
            .create(true)
            .append(true)
            .open(folder.join(name))?;
        let state = State {
            file,
            seen: FxHashSet::default(),
        };
        Ok(Recorder {
            state: Mutex::new(state),
        })
    }

    /// The first row that matches is about to be applied to an instruction.
    pub(crate) fn selecting(&self, rows: &'static [RowInfo], context: &mut Select<'_>, inst: Inst) {
        let op = context.function()[inst].op;
        for row in rows.iter().filter(|row| row.rule.op == op) {
            let mut findings = Findings::default();
            if (row.explain)(context, inst, &mut findings) {
                self.note(points::of_row(row, &findings.constants));
                return;
            }
        }
    }

    /// The code of a function has an order.
    pub(crate) fn laid_out(&self, prepared: &Prepared<'_>, layout: &Layout) {
        for (position, items) in prepared.items.iter().enumerate() {
            for item in items {
                let Item::Inst(index) = *item else { continue };
                let inst = prepared.machine.inst(regalloc2::Inst::new(index as usize));
                let Some(rule) = inst.rule else { continue };
                let sizes = Sizes {
                    inst,
                    far: layout.far[index as usize],
                    next: prepared.next(position),
                    forward: &prepared.forward,
                    call_bytes: 0,
                };
                self.note(points::of_form(rule, &sizes, layout.sizes[index as usize]));
            }
        }
    }

    fn note(&self, points: Vec<Point>) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        for point in points {
            if state.seen.contains(&point) {
                continue;
            }
            if let Err(error) = writeln!(state.file, "{point}") {
                panic!("{VARIABLE}: {error}");
            }
            state.seen.insert(point);
        }
    }
}
