//! The fates of mutants as a page, and as lines for whoever ran the command.

use std::collections::BTreeMap;
use std::fmt::Write;

use jit_language::mutate::{Change, Declaration, Fate, Mutation};

/// What became of a mutant.
pub struct Finding {
    /// The number of the declaration, and that of the mutant among those of the declaration.
    pub position: (usize, usize),
    /// What such declarations are called together.
    pub set: String,
    /// What was changed.
    pub declaration: Declaration,
    /// The change.
    pub change: Change,
    /// What became of it.
    pub fate: Fate,
}

impl Finding {
    /// `add`, operands swapped: …
    fn line(&self) -> String {
        let Change { mutation, words } = &self.change;
        format!("`{}`, {}: {words}", self.declaration.name, mutation.name())
    }
}

/// How many had each fate.
#[derive(Default, PartialEq, Eq, Debug)]
pub struct Counts {
    refused: usize,
    computed: usize,
    solved: usize,
    right: usize,
    held: usize,
    survived: usize,
}

impl Counts {
    pub fn of<'a>(findings: impl IntoIterator<Item = &'a Finding>) -> Counts {
        let mut counts = Counts::default();
        for finding in findings {
            *match finding.fate {
                Fate::Refused(_) => &mut counts.refused,
                Fate::Computed(_) => &mut counts.computed,
                Fate::Solved(_) => &mut counts.solved,
                Fate::RightToo => &mut counts.right,
                Fate::Held { .. } => &mut counts.held,
                Fate::Survived { .. } | Fate::Undecided { .. } => &mut counts.survived,
            } += 1;
        }
        counts
    }

    fn row(&self, name: &str) -> String {
        let Counts {
            refused,
            computed,
            solved,
            right,
            held,
            survived,
        } = self;
        let all = refused + computed + solved + right + held + survived;
        format!(
            "| {name} | {all} | {refused} | {computed} | {solved} | {right} | {held} | {survived} |\n"
        )
    }
}

impl std::fmt::Display for Counts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Counts {
            refused,
            computed,
            solved,
            right,
            held,
            survived,
        } = self;
        write!(
            f,
            "{refused} refused by checks, {computed} wrong when computed, {solved} wrong says z3, {right} right too, \
             {held} right when executed, {survived} survived"
        )
    }
}

/// The survivors, a paragraph each.
pub fn survivors(findings: &[Finding]) -> String {
    let survivor = |finding: &Finding| match &finding.fate {
        Fate::Survived { reason } | Fate::Undecided { reason } => Some(format!(
            "{}\n  nobody objects: {reason}\n  {}\n",
            finding.line(),
            finding.declaration.place
        )),
        _ => None,
    };
    findings.iter().filter_map(survivor).collect()
}

/// `specs/docs/mutation.md`
pub fn page(findings: &[Finding]) -> String {
    const HEAD: &str = "| Mutants | Refused | Computed | Solved | Right too | Held | Survived |\n|---|---|---|---|---|---|---|---|\n";
    let mut page = String::from(
        "# Mutation\n\n\
         Written by `ARMJIT_BLESS=1 cargo xtask mutate`, and checked by `cargo xtask test mutation`. Each rule, call strategy, \
         sequence and routine is changed in one place, in every way in which such a place is easily got wrong, and somebody \
         has to object. [What is changed](rule-language.md#mutation).\n\n\
         - **refused**: by a check, when the crate is built.\n\
         - **computed**: the outcome is wrong for an input that was tried.\n\
         - **solved**: z3 finds an input for which the outcome is wrong.\n\
         - **right too**: it is proved right for all inputs; what was changed made another right declaration.\n\
         - **held**: floating-point arithmetic, executed by the host, and right for every input tried. They are listed below: \
         sums and products the other way round, and conditions that accept less, or nothing more.\n\
         - **survived**: nobody objects, and nobody knows that it is right.\n\n",
    );
    let mut sets: BTreeMap<&str, Vec<&Finding>> = BTreeMap::new();
    let mut mutations: BTreeMap<Mutation, Vec<&Finding>> = BTreeMap::new();
    let mut codes: BTreeMap<&str, usize> = BTreeMap::new();
    for finding in findings {
        sets.entry(&finding.set).or_default().push(finding);
        mutations
            .entry(finding.change.mutation)
            .or_default()
            .push(finding);
        if let Fate::Refused(code) = finding.fate {
            *codes.entry(code.name()).or_default() += 1;
        }
    }
    page.push_str(&format!("| Set {HEAD}"));
    for (set, of_set) in &sets {
        page.push_str(&Counts::of(of_set.iter().copied()).row(set));
    }
    page.push_str(&Counts::of(findings).row("all"));
    page.push_str(&format!("\n| Change {HEAD}"));
    for (mutation, changed) in &mutations {
        page.push_str(&Counts::of(changed.iter().copied()).row(mutation.name()));
    }
    page.push_str("\nThe checks that refuse them:");
    for (index, (code, count)) in codes.iter().enumerate() {
        let comma = if index == 0 { "" } else { "," };
        write!(page, "{comma} {code} {count}").expect("strings take everything");
    }
    page.push_str(".\n\n## Survivors\n\n");
    let mut any = false;
    for finding in findings {
        if let Fate::Survived { reason } = &finding.fate {
            any = true;
            writeln!(page, "- {}. {reason}", finding.line()).expect("strings take everything");
        }
    }
    if !any {
        page.push_str("None.\n");
    }
    let held = findings
        .iter()
        .filter(|finding| matches!(finding.fate, Fate::Held { .. }));
    page.push_str("\n## Held\n\n");
    for finding in held {
        writeln!(page, "- {}", finding.line()).expect("strings take everything");
    }
    page
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn survivors_are_listed() {
        let finding = |fate| Finding {
            position: (0, 0),
            set: "Integer".to_owned(),
            declaration: Declaration {
                name: "add".to_owned(),
                family: None,
                place: "specs/lowering/integer.rs:7".to_owned(),
            },
            change: Change {
                mutation: Mutation::SwapOperands,
                words: "`b, a` instead of `a, b`".to_owned(),
            },
            fate,
        };
        let reason = "too long".to_owned();
        let findings = [finding(Fate::RightToo), finding(Fate::Survived { reason })];
        let page = page(&findings);
        assert!(
            page.contains("| Integer | 2 | 0 | 0 | 0 | 1 | 0 | 1 |"),
            "{page}"
        );
        let line = "- `add`, operands swapped: `b, a` instead of `a, b`. too long\n";
        assert!(page.contains(line), "{page}");
        let said = survivors(&findings);
        assert!(said.starts_with("`add`, operands swapped: "), "{said}");
        assert!(said.contains("specs/lowering/integer.rs:7"), "{said}");
        assert_eq!(said.matches("nobody objects").count(), 1);
    }
}
