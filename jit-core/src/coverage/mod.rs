//! Which rules fire, and where at their edges: written down while functions are compiled, if somebody asks.
//!
//! The variable `ARMJIT_COVERAGE` names a folder. Every process that compiles then has a file there, and adds a line to it
//! when a [`Point`] fires for the first time. So there is nothing to be done at the end of a process, which may be killed
//! or leave without a word, and files of many runs are merged by reading them. Within a process, [`hits`] tells what some
//! work hits. Without either, all that is left is a look at two flags for each function.

mod points;
mod report;
#[cfg(test)]
mod tests;

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, OnceLock, PoisonError};

use rustc_hash::FxHashSet;

pub use points::{Point, Rule, Rules};
pub use report::{Report, ReportError};

use crate::emit::Sizes;
use crate::emit::layout::Layout;
use crate::emit::prepare::{Item, Prepared};
use crate::ir::pattern::LeftRow;
use crate::ir::rewriting::RuleText;
use crate::ir::trace::Findings;
use crate::ir::{Dialect, Inst};
use crate::machine::{RowInfo, Select};

/// The variable with the name of the folder.
pub const VARIABLE: &str = "ARMJIT_COVERAGE";

thread_local! {
    /// What has been hit since somebody began to ask.
    static HITS: RefCell<Option<BTreeSet<Point>>> = const { RefCell::new(None) };
}

/// Does something, and tells what this thread hits meanwhile.
pub fn hits<T>(work: impl FnOnce() -> T) -> (T, BTreeSet<Point>) {
    HITS.set(Some(BTreeSet::new()));
    let done = work();
    (done, HITS.take().unwrap_or_default())
}

/// Notes points.
#[derive(Debug)]
pub(crate) struct Recorder {
    /// Where they are written down, if the variable is set.
    file: Option<Mutex<State>>,
}

/// Writes points down, each once.
#[derive(Debug)]
struct State {
    file: File,
    seen: FxHashSet<Point>,
}

/// The recorder of this process, if anybody wants to know.
pub(crate) fn recorder() -> Option<&'static Recorder> {
    static RECORDER: OnceLock<Recorder> = OnceLock::new();
    let from_environment = || {
        let folder = std::env::var_os(VARIABLE).map(PathBuf::from);
        let file = folder.map(|folder| match State::new(&folder) {
            Ok(state) => Mutex::new(state),
            // Whoever asks for coverage and gets none has to know.
            Err(error) => panic!("{VARIABLE}: {}: {error}", folder.display()),
        });
        Recorder { file }
    };
    let recorder = RECORDER.get_or_init(from_environment);
    let is_asked = recorder.file.is_some() || HITS.with_borrow(Option::is_some);
    is_asked.then_some(recorder)
}

impl State {
    fn new(folder: &Path) -> std::io::Result<State> {
        fs::create_dir_all(folder)?;
        let program = std::env::args_os().next().map(PathBuf::from);
        let stem = program.as_deref().and_then(Path::file_stem);
        let stem = stem.map_or_else(|| "unknown".into(), |stem| stem.to_string_lossy());
        let name = format!("{stem}.{}.txt", std::process::id());
        let file = File::options()
            .create(true)
            .append(true)
            .open(folder.join(name))?;
        Ok(State {
            file,
            seen: FxHashSet::default(),
        })
    }

    fn write(&mut self, point: Point) {
        if self.seen.contains(&point) {
            return;
        }
        if let Err(error) = writeln!(self.file, "{point}") {
            panic!("{VARIABLE}: {error}");
        }
        self.seen.insert(point);
    }
}

impl Recorder {
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

    /// A row of a rewriting rule has been applied to an instruction, of which its matcher finds out this.
    pub(crate) fn rewriting<D: Dialect>(
        &self,
        text: &RuleText,
        row: &LeftRow<D::Op>,
        findings: &Findings<D::Op>,
    ) {
        self.note(points::of_left::<D>(text, row, &findings.constants));
    }

    fn note(&self, points: Vec<Point>) {
        HITS.with_borrow_mut(|hits| {
            if let Some(hits) = hits {
                hits.extend(points.iter().cloned());
            }
        });
        if let Some(state) = &self.file {
            let mut state = state.lock().unwrap_or_else(PoisonError::into_inner);
            points.into_iter().for_each(|point| state.write(point));
        }
    }
}
