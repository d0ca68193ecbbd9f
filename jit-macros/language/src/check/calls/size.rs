//! The size formula of a strategy gives what its parts add up to (JL062).
//!
//! Planning compares strategies by their formulas, before anything is emitted. The parts are compared with the formula at
//! enough points to tell any two sums of products of its variables apart.

use std::fmt;

use crate::check::formula::evaluate;
use crate::error::{Code, Diagnostic};
use crate::model::calls::{Pool, SizeFormula, Strategy};

/// The words that an address takes where the formula does not depend on it.
const WORDS: [u32; 3] = [1, 2, 4];

pub fn check(strategy: &Strategy) -> Option<Diagnostic> {
    let Some(size) = &strategy.size else {
        let message = format!("strategy `{}` does not say how long it is", strategy.name);
        let help = "add `size |sites, targets| …;`, the bytes of all sites, stubs and literals";
        return Some(Diagnostic::new(Code::WrongFormula, strategy.name.span(), message).help(help));
    };
    for sites in 1..=4 {
        for targets in 1..=sites {
            for words in WORDS {
                if let Some(finding) = at(strategy, size, sites, targets, words) {
                    return Some(finding);
                }
            }
        }
    }
    None
}

fn at(
    strategy: &Strategy,
    size: &SizeFormula,
    sites: u32,
    targets: u32,
    words: u32,
) -> Option<Diagnostic> {
    let value = |name: &str| match name {
        "sites" => sites,
        "targets" => targets,
        _ => words,
    };
    let names: Vec<String> = size.names.iter().map(ToString::to_string).collect();
    let values: Vec<_> = names
        .iter()
        .map(|name| (name.as_str(), i128::from(value(name))))
        .collect();
    let formula = match evaluate(&size.formula, &values) {
        Ok(formula) => formula,
        Err(error) => {
            let finding = Diagnostic::new(Code::WrongFormula, error.span, error.message);
            return Some(
                finding
                    .maybe_help(right(strategy).map(|formula| format!("write `size {formula};`"))),
            );
        }
    };
    let (site, shared) = (strategy.site.bytes(words), per_target(strategy, words));
    let parts = i128::from(sites * site + targets * shared);
    if formula == parts {
        return None;
    }
    let number =
        |count: u32, what: &str| format!("{count} {what}{}", if count == 1 { "" } else { "s" });
    let mut case = format!(
        "`{}` with {} and {}",
        strategy.name,
        number(sites, "site"),
        number(targets, "target")
    );
    if depends_on_words(strategy) {
        case.push_str(&format!(", {} an address", number(words, "word")));
    }
    let message = format!("{case}: the formula gives {formula} bytes, the declared parts {parts}");
    let mut finding = Diagnostic::new(Code::WrongFormula, size.region, message).note(format!(
        "a site is {site} bytes: {}",
        strategy.site.template.region.place()
    ));
    if let Some(stub) = &strategy.stub {
        finding = finding.note(format!(
            "a stub is {} bytes: {}",
            stub.part.bytes(words),
            stub.part.template.region.place()
        ));
    }
    if let Some(pool) = &strategy.pool {
        finding = finding.note(format!(
            "a literal is {} bytes: {}",
            Pool::BYTES,
            pool.region.place()
        ));
    }
    Some(match right(strategy) {
        Some(formula) => finding.help(format!("write `size {formula};`")),
        None => finding
            .note("how far the literal is from the end of the stub depends on the words of the address, which no formula can say")
            .help("pad the stub, or align the literal no more than instructions are"),
    })
}

/// Whether some part builds the address, in as many words as it takes.
fn depends_on_words(strategy: &Strategy) -> bool {
    let stub = strategy.stub.as_ref().map(|stub| &stub.part);
    let mut parts = std::iter::once(&strategy.site).chain(stub);
    parts.any(|part| !part.constants.is_empty())
}

/// The bytes that all sites with one target share. A stub is filled up to the alignment of the literal behind it.
fn per_target(strategy: &Strategy, words: u32) -> u32 {
    let stub = strategy
        .stub
        .as_ref()
        .map_or(0, |stub| stub.part.bytes(words));
    match &strategy.pool {
        Some(pool) => stub.next_multiple_of(pool.align.0.max(1)) + Pool::BYTES,
        None => stub,
    }
}

/// The formula that would be right, if there is one.
fn right(strategy: &Strategy) -> Option<String> {
    let site = Factor::of(|words| strategy.site.bytes(words))?;
    let shared = Factor::of(|words| per_target(strategy, words))?;
    let names: Vec<_> = [
        (true, "sites"),
        (shared.is_needed(), "targets"),
        (depends_on_words(strategy), "words"),
    ]
    .into_iter()
    .filter_map(|(used, name)| used.then_some(name))
    .collect();
    let mut formula = format!("|{}| {site} * sites", names.join(", "));
    if shared.is_needed() {
        formula.push_str(&format!(" + {shared} * targets"));
    }
    Some(formula)
}

/// The size of a part, as a formula in the words of an address.
struct Factor {
    per_word: u32,
    constant: u32,
}

impl Factor {
    /// None if alignment keeps the size from growing evenly.
    fn of(bytes: impl Fn(u32) -> u32) -> Option<Factor> {
        let per_word = bytes(2) - bytes(1);
        let constant = bytes(1).checked_sub(per_word)?;
        let is_even = |words: u32| bytes(words) == per_word * words + constant;
        WORDS
            .into_iter()
            .all(is_even)
            .then_some(Factor { per_word, constant })
    }

    fn is_needed(&self) -> bool {
        (self.per_word, self.constant) != (0, 0)
    }
}

impl fmt::Display for Factor {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.per_word, self.constant) {
            (0, constant) => write!(to, "{constant}"),
            (per_word, 0) => write!(to, "{per_word} * words"),
            (per_word, constant) => write!(to, "({per_word} * words + {constant})"),
        }
    }
}
