//! Applies a set of rewriting rules until none accepts anything.
//!
//! One walk over the function is enough. Blocks come in an order in which definitions precede their uses, so an
//! instruction is looked at when its operands can be rewritten no further; what takes its place is looked at next. Rules
//! see operands and what defines them, nothing that comes later, so nothing that was passed over becomes acceptable
//! afterwards. That the walk ends is checked where rules are declared.
//!
//! What a rule makes stands where the instruction stood, and has its origin. Definitions that nobody uses any more are
//! left to [`eliminate_dead_code`](super::eliminate_dead_code()), blocks that nobody jumps to any more to
//! [`remove_unreachable_blocks`](super::remove_unreachable_blocks()).

use crate::coverage;
use crate::ir::control_flow::ControlFlow;
use crate::ir::dialect::Dialect;
use crate::ir::entity::{Inst, Value};
use crate::ir::function::{Function, InstData, ValueDef};
use crate::ir::rewriting::{Applied, RewriteSet, Site};
use crate::ir::trace::Findings;

/// Rewrites `function` by `set`; yields how many instructions were replaced.
pub fn rewrite<D: Dialect>(function: &mut Function<D>, set: &RewriteSet<D>) -> usize {
    let mut count = 0;
    let note = |_| count += 1;
    match coverage::recorder() {
        None => rewrite_by(function, set.rewrite, note),
        Some(recorder) => {
            let recorded = |site: &mut Site<'_, D>| {
                let applied = (set.rewrite)(site)?;
                if let Applied::Row(index) = applied {
                    let row = &set.rows[index];
                    let mut findings = Findings::default();
                    (set.explain[index])(site, &mut findings);
                    recorder.rewriting::<D>(&set.rules[row.rule].text, row, &findings);
                }
                Some(applied)
            };
            rewrite_by(function, recorded, note);
        }
    }
    count
}

/// Rewrites `function` by whatever `rewrite` does to an instruction, and tells `note` each time it did something.
pub fn rewrite_by<D: Dialect>(
    function: &mut Function<D>,
    rewrite: impl Fn(&mut Site<'_, D>) -> Option<Applied>,
    mut note: impl FnMut(Applied),
) {
    let flow = ControlFlow::new(function);
    let mut replaced = Replaced(vec![None; function.value_count()]);
    let mut pending: Vec<Inst> = Vec::new();
    for &block in flow.reverse_postorder() {
        let insts = std::mem::take(&mut function[block].insts);
        let mut kept = Vec::with_capacity(insts.len());
        for inst in insts {
            pending.push(inst);
            while let Some(inst) = pending.pop() {
                replaced.resolve(&mut function[inst]);
                let mut site = Site::new(function, inst);
                let Some(applied) = rewrite(&mut site) else {
                    kept.push(inst);
                    continue;
                };
                note(applied);
                let (made, value) = site.finish();
                pending.extend(made.into_iter().rev());
                if let Some(result) = function[inst].result {
                    function[result].def = ValueDef::Removed;
                    replaced.note(result, value);
                }
            }
        }
        function[block].insts = kept;
    }
    for block in function.blocks().filter(|&block| !flow.is_reachable(block)) {
        for index in 0..function[block].insts.len() {
            let inst = function[block].insts[index];
            replaced.resolve(&mut function[inst]);
        }
    }
}

/// What has taken the place of each value.
struct Replaced(Vec<Option<Value>>);

impl Replaced {
    fn note(&mut self, value: Value, by: Option<Value>) {
        if self.0.len() <= value.index() {
            self.0.resize(value.index() + 1, None);
        }
        self.0[value.index()] = by;
    }

    /// Makes an instruction use what has taken the place of its operands.
    fn resolve<D: Dialect>(&self, data: &mut InstData<D>) {
        for value in data.uses_mut() {
            while let Some(Some(by)) = self.0.get(value.index()) {
                *value = *by;
            }
        }
    }
}
