//! What to say about names: that there is none like this, and which was meant; that there is one already.

use proc_macro2::Ident;

use super::{Code, Context, Diagnostic, Region};

/// The candidate that resembles `name` most, if any does: at most a third of its letters differ, or only their case.
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let limit = match name.chars().count() {
        0 | 1 => 0,
        letters => (letters / 3).max(1),
    };
    candidates
        .into_iter()
        .map(|candidate| {
            (
                distance(&name.to_lowercase(), &candidate.to_lowercase()),
                candidate,
            )
        })
        .filter(|(distance, _)| *distance <= limit)
        .min()
        .map(|(_, candidate)| candidate)
}

/// "No `what` has this name", with the nearest one and, if there are few, all of them.
pub fn unknown<'a>(
    what: &str,
    name: &Ident,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Diagnostic {
    const FEW: usize = 24;
    let candidates: Vec<&str> = candidates.into_iter().collect();
    let text = name.to_string();
    let mut message = format!("no {what} `{text}`");
    let help = match nearest(&text, candidates.iter().copied()) {
        Some(nearest) => {
            message.push_str(&format!("; did you mean `{nearest}`?"));
            format!("write `{nearest}`")
        }
        None => "use a name that is declared, or declare this one".to_owned(),
    };
    let diagnostic = Diagnostic::new(Code::UnknownName, name.span(), message).help(help);
    match candidates.len() {
        0 => diagnostic,
        1..=FEW => diagnostic.note(format!("there are: {}", candidates.join(", "))),
        many => diagnostic.note(format!("there are {many} of them")),
    }
}

/// What a look-up of `name` among `candidates` found; reported if that is nothing.
pub fn found<'a, T>(
    found: Option<T>,
    what: &str,
    name: &Ident,
    candidates: impl IntoIterator<Item = &'a Ident>,
    context: &Context,
) -> Option<T> {
    if found.is_none() && !context.is_unread(name) {
        let candidates: Vec<String> = candidates.into_iter().map(Ident::to_string).collect();
        context.report(unknown(what, name, candidates.iter().map(String::as_str)));
    }
    found
}

/// "This name is declared twice", at both places.
pub fn duplicate(what: Option<&str>, name: &Ident, first: &Ident) -> Diagnostic {
    let what = what.map(|what| format!("{what} ")).unwrap_or_default();
    let message = format!("{what}`{name}` is declared twice");
    let mut diagnostic = Diagnostic::new(Code::DuplicateName, name.span(), message);
    // What another declaration brought along cannot be underlined in this one.
    if first.span().file() == name.span().file() {
        diagnostic = diagnostic.also_at(first.span());
    }
    diagnostic
        .declared(format_args!("the first `{name}`"), first.span())
        .help("give one of them another name")
}

/// "There is one already", of something that stands once, at both places.
pub fn again(what: &str, second: impl Into<Region>, first: impl Into<Region>) -> Diagnostic {
    let (second, first) = (second.into(), first.into());
    Diagnostic::new(
        Code::DuplicateName,
        second,
        format!("there is {what} already"),
    )
    .also_at(first)
    .declared("the first one", first)
    .help("delete one of them")
}

/// Whether `name` is none of `earlier`; otherwise it is reported, and whatever has it is better left out: both would be
/// in the way of each other in generated code.
pub fn is_new<'a>(
    what: &str,
    name: &Ident,
    earlier: impl IntoIterator<Item = &'a Ident>,
    context: &Context,
) -> bool {
    match earlier.into_iter().find(|earlier| *earlier == name) {
        Some(first) => {
            context.report(duplicate(Some(what), name, first));
            false
        }
        None => true,
    }
}

/// How many letters have to be changed, inserted, dropped or swapped with their neighbour.
fn distance(from: &str, to: &str) -> usize {
    let from: Vec<char> = from.chars().collect();
    let to: Vec<char> = to.chars().collect();
    let mut rows: Vec<Vec<usize>> = vec![(0..=to.len()).collect()];
    for (i, a) in from.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, b) in to.iter().enumerate() {
            let mut least = (rows[i][j] + usize::from(a != b))
                .min(rows[i][j + 1] + 1)
                .min(row[j] + 1);
            if i > 0 && j > 0 && *a == to[j - 1] && from[i - 1] == *b {
                least = least.min(rows[i - 1][j - 1] + 1);
            }
            row.push(least);
        }
        rows.push(row);
    }
    rows[from.len()][to.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_likely_name() {
        let names = ["Add", "Sub", "LoadI64", "LoadF64"];
        assert_eq!(nearest("Ad", names), Some("Add"));
        assert_eq!(nearest("LaodI64", names), Some("LoadI64"));
        assert_eq!(nearest("add", names), Some("Add"));
        assert_eq!(nearest("Multiply", names), None);
    }

    #[test]
    fn distance_counts_swaps_once() {
        assert_eq!(distance("abcd", "abdc"), 1);
        assert_eq!(distance("", "abc"), 3);
        assert_eq!(distance("abc", "abc"), 0);
    }
}
