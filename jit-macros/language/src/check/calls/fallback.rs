//! Every strategy with limits names another, and the chain ends in one without (JL065).

use crate::check::reach::reach;
use crate::error::{Code, Diagnostic};
use crate::model::calls::{Calls, Strategy, StrategyId};
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

/// Chains that come back to where they began.
pub fn circles(calls: &Calls) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let mut reported: Vec<StrategyId> = Vec::new();
    for start in (0..calls.strategies.len()).map(StrategyId) {
        let mut chain = vec![start];
        while let Some(next) = chain.last().and_then(|last| calls[*last].otherwise) {
            if let Some(at) = chain.iter().position(|id| *id == next.strategy) {
                if at == 0 && !chain.iter().any(|id| reported.contains(id)) {
                    let names: Vec<_> = chain
                        .iter()
                        .chain([&start])
                        .map(|id| format!("`{}`", calls[*id].name))
                        .collect();
                    let message =
                        format!("fallbacks run in a circle: {}", names.join(", otherwise "));
                    let mut finding = Diagnostic::new(Code::NoFallback, next.region, message);
                    for id in &chain {
                        if let Some(next) = calls[*id].otherwise {
                            let (from, place) = (&calls[*id].name, next.region.place());
                            let to = &calls[next.strategy].name;
                            finding =
                                finding.note(format!("`{from}` falls back to `{to}` at {place}"));
                        }
                    }
                    found.push(
                        finding.help(
                            "let the last one fall back to a strategy that reaches everything",
                        ),
                    );
                    reported.extend(&chain);
                }
                break;
            }
            chain.push(next.strategy);
        }
    }
    found
}
