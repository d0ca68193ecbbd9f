//! The verdicts as a page, and as lines for whoever ran the command.

use std::collections::BTreeMap;
use std::fmt::Write;

use jit_language::prove::Verdict;

/// The verdict on a rule of a set.
pub struct Finding {
    /// What it is: `rule`, `strategy`, `sequence`, `routine`.
    pub kind: &'static str,
    /// The set.
    pub set: String,
    /// The rule.
    pub rule: String,
    /// What was found out.
    pub verdict: Verdict,
}

/// How many of each verdict.
#[derive(Default, PartialEq, Eq, Debug)]
pub struct Counts {
    pub proved: usize,
    pub executed: usize,
    pub skipped: usize,
    pub unknown: usize,
    pub refuted: usize,
}

impl Counts {
    pub fn of<'a>(findings: impl IntoIterator<Item = &'a Finding>) -> Counts {
        let mut counts = Counts::default();
        for finding in findings {
            *match finding.verdict {
                Verdict::Proved => &mut counts.proved,
                Verdict::Executed { .. } => &mut counts.executed,
                Verdict::Skipped { .. } => &mut counts.skipped,
                Verdict::Unknown { .. } => &mut counts.unknown,
                Verdict::Refuted(_) => &mut counts.refuted,
            } += 1;
        }
        counts
    }
}

impl std::fmt::Display for Counts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Counts {
            proved,
            executed,
            skipped,
            unknown,
            refuted,
        } = self;
        write!(
            f,
            "{proved} proved, {executed} executed, {skipped} skipped, {unknown} unknown, {refuted} wrong"
        )
    }
}

/// What is not as it should be, a paragraph for each rule.
pub fn objections(findings: &[Finding]) -> String {
    let objection = |finding: &Finding| {
        let Finding {
            kind, rule: name, ..
        } = finding;
        Some(match &finding.verdict {
            Verdict::Proved | Verdict::Executed { .. } => return None,
            Verdict::Skipped { reason } => format!("{kind} `{name}`: skipped: {reason}\n"),
            Verdict::Unknown { reason } => format!(
                "{kind} `{name}`: unknown: {reason}\n  help: use fewer instructions, or split the rule by the size of its constants\n"
            ),
            Verdict::Refuted(wrong) => format!("{kind} `{name}`: {wrong}\n"),
        })
    };
    findings.iter().filter_map(objection).collect()
}

/// `specs/docs/proofs.md`
pub fn page(findings: &[Finding]) -> String {
    let mut page = String::from(
        "# Proofs\n\n\
         Written by `ARMJIT_BLESS=1 cargo xtask prove`, and checked by `cargo xtask test proofs`. \
         [`rule-language.md`](rule-language.md#proofs) says what is proved.\n\n\
         - **proved**: for all inputs, in every way in which the allocator may place the operands; by z3 or by simplification.\n\
         - **executed**: there is floating-point arithmetic in it, which was computed by the host for so many inputs.\n\
         - **skipped**: not shown here, for the reason given.\n\n\
         | Rule set | Proved | Executed | Skipped |\n|---|---|---|---|\n",
    );
    let mut sets: BTreeMap<&str, Vec<&Finding>> = BTreeMap::new();
    for finding in findings {
        sets.entry(&finding.set).or_default().push(finding);
    }
    let mut row = |name: &str, counts: Counts| {
        let Counts {
            proved,
            executed,
            skipped,
            ..
        } = counts;
        writeln!(page, "| {name} | {proved} | {executed} | {skipped} |")
            .expect("strings take everything");
    };
    for (set, findings) in &sets {
        row(set, Counts::of(findings.iter().copied()));
    }
    row("all", Counts::of(findings));
    for (set, findings) in &sets {
        write!(page, "\n## {set}\n\n| Rule | |\n|---|---|\n").expect("strings take everything");
        for finding in findings {
            let verdict = match &finding.verdict {
                Verdict::Proved => "proved".to_owned(),
                Verdict::Executed { inputs } => format!("executed, {inputs} inputs"),
                Verdict::Skipped { reason } => format!("skipped: {reason}"),
                Verdict::Unknown { reason } => format!("unknown: {reason}"),
                Verdict::Refuted(wrong) => format!("wrong for `{}`", wrong.input),
            };
            writeln!(page, "| `{}` | {verdict} |", finding.rule).expect("strings take everything");
        }
    }
    page
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finding(rule: &str, verdict: Verdict) -> Finding {
        Finding {
            kind: "rule",
            set: "Integer".to_owned(),
            rule: rule.to_owned(),
            verdict,
        }
    }

    #[test]
    fn what_is_not_shown_is_said() {
        let unknown = Verdict::Unknown {
            reason: "too long".to_owned(),
        };
        let skipped = Verdict::Skipped {
            reason: "no solver".to_owned(),
        };
        let findings = [
            finding("add", Verdict::Proved),
            finding("sub", unknown),
            finding("mul", skipped),
        ];
        let text = objections(&findings);
        assert!(
            text.contains("rule `sub`: unknown: too long\n  help: "),
            "{text}"
        );
        assert!(text.contains("rule `mul`: skipped: no solver"), "{text}");
        assert!(!text.contains("add"), "{text}");
        assert_eq!(
            Counts::of(&findings).to_string(),
            "1 proved, 0 executed, 1 skipped, 1 unknown, 0 wrong"
        );
        assert!(page(&findings).contains("| Integer | 1 | 0 | 1 |\n"));
    }
}
