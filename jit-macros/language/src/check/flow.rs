//! A template as a graph of steps, with what has been written on the way to each.
//!
//! Templates are short, but they may branch over lines of their own, so "written before" has two meanings: on every way
//! here (what a read needs) and on some way here (what may have destroyed a source). Both are computed by iteration to a
//! fixed point.

use std::collections::{BTreeMap, BTreeSet};

use super::scope::{Place, Scope};
use crate::error::Region;
use crate::model::isa::Control;
use crate::model::template::{Directive, Item, LabelRef, Line, Template};

/// One instruction or directive.
pub struct Step {
    /// The mnemonic or the directive, for messages.
    pub name: String,
    /// All of it.
    pub region: Region,
    /// What it reads, with the operand that says so.
    pub reads: Vec<(Place, Region)>,
    /// What it writes, with the operand that says so.
    pub writes: Vec<(Place, Region)>,
    /// The steps that may come next; the number of steps stands for the end of the template.
    pub next: Vec<usize>,
}

/// What a directive does to registers and control.
#[derive(Default)]
pub struct Effect {
    /// What it reads.
    pub reads: Vec<Place>,
    /// What it may change.
    pub writes: Vec<Place>,
    /// Whether control never comes to the next item.
    pub ends: bool,
}

/// The state in front of a step.
#[derive(Clone, Default)]
pub struct Before {
    /// Written on every way.
    pub surely: BTreeSet<Place>,
    /// Written on some way, each with a step that does.
    pub perhaps: BTreeMap<Place, usize>,
}

/// A template with its steps connected.
pub struct Flow {
    /// The steps in order.
    pub steps: Vec<Step>,
    /// The state in front of each step and, as the last element, at the end; none where control never comes.
    pub before: Vec<Option<Before>>,
}

impl Flow {
    /// The flow through `templates`, one behind the other. `effect` says what directives do.
    pub fn of(
        templates: &[&Template],
        scope: &Scope<'_>,
        effect: &dyn Fn(&Directive) -> Effect,
    ) -> Flow {
        let items = || templates.iter().flat_map(|template| &template.items);
        let mut labels: Vec<(String, usize)> = Vec::new();
        let mut count = 0;
        for item in items() {
            match item {
                Item::Label(name) => labels.push((name.to_string(), count)),
                Item::Line(_) | Item::Directive(_) => count += 1,
            }
        }
        let mut steps = Vec::new();
        for item in items() {
            let index = steps.len();
            match item {
                Item::Label(_) => {}
                Item::Line(line) => steps.push(Step::of_line(line, index, &labels, scope)),
                Item::Directive(directive) => {
                    steps.push(Step::of_directive(directive, index, effect(directive)))
                }
            }
        }
        let before = states(&steps);
        Flow { steps, before }
    }

    /// The state at the end of the template, if control comes there.
    pub fn end(&self) -> Option<&Before> {
        self.before.last().and_then(Option::as_ref)
    }
}

impl Step {
    fn of_line(line: &Line, index: usize, labels: &[(String, usize)], scope: &Scope<'_>) -> Step {
        let effects = &scope.isa[line.form].effects;
        let place = |(register, region)| (scope.place(&register), region);
        let mut reads: Vec<_> = line.reads(scope.isa).into_iter().map(place).collect();
        let mut writes: Vec<_> = line.writes(scope.isa).into_iter().map(place).collect();
        if effects.reads_flags {
            reads.push((Place::Flags, line.region));
        }
        if effects.writes_flags {
            writes.push((Place::Flags, line.region));
        }
        if effects.control == Control::Calls {
            // A callee changes what the convention lets it, if its caller declares one.
            let conventions = scope
                .clobbers
                .iter()
                .filter(|clobber| scope.isa.convention(&clobber.text).is_some());
            let changed = conventions.flat_map(|clobber| &clobber.what);
            writes.extend(changed.map(|what| (super::rule::place(*what), line.region)));
        }
        let target = line
            .label
            .as_ref()
            .and_then(|used| local_target(&used.label, index, labels));
        let mut next = Vec::new();
        if effects.control != Control::Ends {
            next.push(index + 1);
        }
        if effects.control != Control::Next {
            next.extend(target);
        }
        Step {
            name: scope.isa[line.form].mnemonic.clone(),
            region: line.region,
            reads,
            writes,
            next,
        }
    }

    fn of_directive(directive: &Directive, index: usize, effect: Effect) -> Step {
        let here = |places: Vec<Place>| {
            places
                .into_iter()
                .map(|place| (place, directive.region))
                .collect()
        };
        Step {
            name: directive.keyword.to_string(),
            region: directive.region,
            reads: here(effect.reads),
            writes: here(effect.writes),
            next: if effect.ends {
                Vec::new()
            } else {
                vec![index + 1]
            },
        }
    }
}

/// The step behind the label that a line at `index` goes to, if it is one of the template.
fn local_target(label: &LabelRef, index: usize, labels: &[(String, usize)]) -> Option<usize> {
    let named = |name: &proc_macro2::Ident| {
        let name = name.to_string();
        labels
            .iter()
            .filter(move |(label, _)| *label == name)
            .map(|&(_, step)| step)
    };
    match label {
        LabelRef::Dynamic(_) => None,
        LabelRef::Forward(name) => named(name).find(|&step| step > index),
        LabelRef::Backward(name) => named(name).rfind(|&step| step <= index),
    }
}

fn states(steps: &[Step]) -> Vec<Option<Before>> {
    let mut before: Vec<Option<Before>> = vec![None; steps.len() + 1];
    before[0] = Some(Before::default());
    let mut open = vec![0];
    while let Some(index) = open.pop() {
        let (Some(step), Some(mut state)) = (steps.get(index), before[index].clone()) else {
            continue;
        };
        for (place, _) in &step.writes {
            state.surely.insert(place.clone());
            state.perhaps.entry(place.clone()).or_insert(index);
        }
        for &next in &step.next {
            if merge(&mut before[next], &state) {
                open.push(next);
            }
        }
    }
    before
}

/// Adds a way to arrive; whether that changed anything.
fn merge(into: &mut Option<Before>, state: &Before) -> bool {
    let Some(known) = into else {
        *into = Some(state.clone());
        return true;
    };
    let sizes = (known.surely.len(), known.perhaps.len());
    known.surely.retain(|place| state.surely.contains(place));
    for (place, &step) in &state.perhaps {
        known.perhaps.entry(place.clone()).or_insert(step);
    }
    sizes != (known.surely.len(), known.perhaps.len())
}
