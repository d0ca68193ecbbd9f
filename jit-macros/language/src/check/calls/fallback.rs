//! Every strategy with limits names another, and the chain ends in one without (JL065).

use std::collections::VecDeque;

use crate::check::reach::reach;
use crate::error::{Code, Diagnostic};
use crate::model::calls::{Calls, Strategy, StrategyId, StrategyRef};
use crate::model::isa::Isa;

/// The strategy by itself.
pub fn check(calls: &Calls, strategy: &Strategy, isa: &Isa) -> Option<Diagnostic> {
    if strategy.has_otherwise {
        return None;
    }
    let name = &strategy.name;
    let link = strategy
        .links
        .iter()
        .min_by_key(|link| isa[link.link].reach.bounds());
    let link = strategy
        .links
        .iter()
        .find(|link| link.to == crate::model::calls::Place::Target)
        .or(link);
    let (message, note) = match (link, &strategy.threshold) {
        (Some(link), _) => (
            format!(
                "strategy `{name}` reaches {} only, and has no fallback",
                reach(&isa[link.link].reach)
            ),
            format!(
                "the limit is that of `{}`, linked at {}",
                isa[link.link].name,
                link.region.place()
            ),
        ),
        (None, Some(threshold)) => (
            format!(
                "strategy `{name}` takes targets with {} sites or more only, and has no fallback",
                threshold.sites
            ),
            format!("the threshold is at {}", threshold.region.place()),
        ),
        (None, None) => return None,
    };
    let unlimited = calls
        .strategies
        .iter()
        .find(|other| !other.has_limits() && other.threshold.is_none());
    let help = match unlimited {
        Some(other) => format!("add `otherwise {};`, which reaches everything", other.name),
        None => {
            "add `otherwise …;` with a strategy that reaches everything; there is none yet".into()
        }
    };
    Some(
        Diagnostic::new(Code::NoFallback, name.span(), message)
            .note(note)
            .help(help),
    )
}

/// Thresholds that one environment variable replaces together (JL070): nobody could set them apart.
pub fn variables(calls: &Calls) -> Vec<Diagnostic> {
    let variable = |strategy: &'_ Strategy| strategy.threshold.clone()?.variable;
    let shared = calls.own().filter_map(|(StrategyId(index), strategy)| {
        let threshold = strategy.threshold.as_ref()?;
        let name = threshold.variable.as_ref()?;
        let mut earlier = calls.strategies[..index].iter();
        let first = earlier.find(|it| variable(it).as_ref() == Some(name))?;
        let message = format!(
            "`{name}` replaces the threshold of `{}` already",
            first.name
        );
        let finding = Diagnostic::new(Code::DuplicateName, threshold.region, message);
        let first = first.threshold.as_ref()?;
        let finding = finding.declared("that one", first.region);
        Some(finding.help("give each threshold a variable of its own"))
    });
    shared.collect()
}

/// Chains that come back to where they began; what takes over for a single site is part of them.
pub fn circles(calls: &Calls) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let mut reported: Vec<StrategyId> = Vec::new();
    for start in (0..calls.strategies.len()).map(StrategyId) {
        let Some(circle) = circle(calls, start) else {
            continue;
        };
        if circle.iter().any(|step| reported.contains(&step.from)) {
            continue;
        }
        let mut chain = format!("`{}`", calls[start].name);
        for step in &circle {
            chain.push_str(&format!(
                ", {} `{}`",
                step.word, calls[step.to.strategy].name
            ));
        }
        let message = format!("fallbacks run in a circle: {chain}");
        let region = circle.last().map(|step| step.to.region);
        let region = region.unwrap_or(calls[start].region);
        let mut finding = Diagnostic::new(Code::NoFallback, region, message);
        for step in &circle {
            let (from, to) = (&calls[step.from].name, &calls[step.to.strategy].name);
            let place = step.to.region.place();
            finding = finding.note(format!("`{from}` falls back to `{to}` at {place}"));
        }
        found
            .push(finding.help("let the last one fall back to a strategy that reaches everything"));
        reported.extend(circle.iter().map(|step| step.from));
    }
    found
}

/// One strategy takes over from another.
#[derive(Clone, Copy)]
struct Step {
    from: StrategyId,
    word: &'static str,
    to: StrategyRef,
}

/// A shortest chain from a strategy to itself.
fn circle(calls: &Calls, start: StrategyId) -> Option<Vec<Step>> {
    let mut paths: VecDeque<Vec<Step>> = VecDeque::from([Vec::new()]);
    let mut seen = Vec::new();
    while let Some(path) = paths.pop_front() {
        let from = path.last().map_or(start, |step| step.to.strategy);
        let strategy = &calls[from];
        let next = [
            ("otherwise", strategy.otherwise),
            ("for a single site", strategy.singleton),
        ];
        for (word, to) in next.into_iter().filter_map(|(word, to)| Some((word, to?))) {
            let path = [&path[..], &[Step { from, word, to }]].concat();
            if to.strategy == start {
                return Some(path);
            }
            if !seen.contains(&to.strategy) {
                seen.push(to.strategy);
                paths.push_back(path);
            }
        }
    }
    None
}
