//! The order of rules: no overlap undecided (JL010), no rule dead (JL011, JL012, JL013), no `prefer` idle (JL014).

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use proc_macro2::Ident;

use super::example::Asked;
use crate::error::{Code, Context, Diagnostic};
use crate::model::lowering::rows::Rows;
use crate::model::lowering::{Binding, BindingKind, Lowering, Prefer, Rule};
use crate::space::{
    Blocker, Dead, OperationId, Order, Relations, Row, Unneeded, Witness, by_operation,
};

/// What is wrong with the order of the rules of `lowering`.
pub fn check(
    lowering: &Lowering,
    rows: &Rows,
    order: &Order,
    context: &Context,
) -> Vec<Diagnostic> {
    if !order.too_hard.is_empty() {
        let hard = order.too_hard.iter();
        return hard.map(|op| too_hard(lowering, rows, *op)).collect();
    }
    let relations = Relations::new(&rows.universe, &rows.impossible);
    let undecided = order.overlaps.iter().map(|&(a, b, _)| (a, b)).collect();
    let about = About {
        lowering,
        rows,
        order,
        relations: &relations,
        together: by_operation(&rows.rows, order.sequence.iter().copied()),
        undecided,
        rows_of: rows_of_rules(lowering.rules.len(), &rows.rows),
    };
    let mut found: Vec<_> = about
        .overlapping_families()
        .iter()
        .filter(|overlaps| !about.may_be_decided(overlaps, context))
        .map(|overlaps| about.overlap(overlaps))
        .collect();
    found.extend(order.cycles.iter().map(|cycle| about.cycle(cycle)));
    found.extend(
        lowering
            .preferences
            .iter()
            .enumerate()
            .filter_map(|(line, prefer)| about.unneeded(line, prefer)),
    );
    if order.cycles.is_empty() {
        found.extend((0..lowering.rules.len()).filter_map(|rule| about.dead(rule)));
    }
    let hard = relations.too_hard();
    match hard.is_empty() {
        true => found,
        false => hard
            .iter()
            .map(|op| too_hard(lowering, rows, *op))
            .collect(),
    }
}

/// That the rules of an operation cannot be compared, said at the first of them.
pub fn too_hard(lowering: &Lowering, rows: &Rows, operation: OperationId) -> Diagnostic {
    let of = |rule: &&Rule| OperationId(rule.pattern.op.0 as u32) == operation;
    let rules: Vec<&Rule> = lowering.rules.iter().filter(of).collect();
    let name = &rows.universe.operation(operation).name;
    let message = format!("the rules for `{name}` overlap in too many ways to be compared");
    let region = rules.first().map(|rule| rule.pattern_region);
    let region = region.unwrap_or_else(|| proc_macro2::Span::call_site().into());
    let count = rules.len();
    Diagnostic::new(Code::TooEntangled, region, message)
        .note(format!("there are {count} of them"))
        .help("let ranges of one operand be the same or apart, or match fewer operands in a rule")
}

struct About<'a> {
    lowering: &'a Lowering,
    rows: &'a Rows,
    order: &'a Order,
    relations: &'a Relations<'a>,
    /// The sequence in which rows are tried, for each operation.
    together: BTreeMap<OperationId, Vec<usize>>,
    /// Pairs of rules of which none is declared to win, the lower index first.
    undecided: BTreeSet<(usize, usize)>,
    /// The rows of each rule.
    rows_of: Vec<Range<usize>>,
}

/// Where the rows of each rule stand, which stand together.
fn rows_of_rules(rules: usize, rows: &[Row]) -> Vec<Range<usize>> {
    let mut ranges = vec![0..0; rules];
    let mut start = 0;
    for chunk in rows.chunk_by(|one, other| one.rule == other.rule) {
        let end = start + chunk.len();
        ranges[chunk[0].rule] = start..end;
        start = end;
    }
    ranges
}

impl About<'_> {
    fn rule(&self, index: usize) -> &Rule {
        &self.lowering.rules[index]
    }

    /// An example of what all of some rules accept and none of others, as far as conditions can be told.
    fn print(&self, example: &Witness, accepting: &[usize], others: &[usize]) -> String {
        let rows_of = |rules: &[usize]| {
            let rules = rules.iter();
            rules.map(|rule| self.rows_of[*rule].clone()).collect()
        };
        let asked = Asked {
            lowering: self.lowering,
            rows: self.rows,
            accepting: rows_of(accepting),
            others: rows_of(others),
        };
        asked.agreeing(example).print(&self.rows.universe)
    }

    /// Says that a rule depends on a test of which nothing is known, if it does.
    fn opaque(&self, finding: Diagnostic, rule: usize) -> Diagnostic {
        let text = &self.rule(rule).condition_text;
        let guarded = self
            .rows
            .rows
            .iter()
            .any(|row| row.rule == rule && !row.guards.is_empty());
        if !guarded {
            return finding;
        }
        let name = &self.rule(rule).name;
        let condition = if text.is_empty() {
            String::new()
        } else {
            format!(" (`{text}`)")
        };
        finding.note(format!("`{name}` has a condition{condition} that is taken to hold here: it is not a range of one constant"))
    }

    /// The name that a rule was written with: that of the family, for an instance of one.
    fn written(&self, rule: usize) -> &Ident {
        let rule = self.rule(rule);
        let instance = rule.instance.as_ref();
        instance.map_or(&rule.name, |instance| &instance.family)
    }

    /// Undecided overlaps, those together that one `prefer` line between written names decides.
    fn overlapping_families(&self) -> Vec<Vec<&(usize, usize, Witness)>> {
        let mut groups: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for overlap in &self.order.overlaps {
            let (a, b) = (self.written(overlap.0), self.written(overlap.1));
            groups.entry((a, b)).or_default().push(overlap);
        }
        let mut groups: Vec<_> = groups.into_values().collect();
        groups.sort_by_key(|overlaps| (overlaps[0].0, overlaps[0].1));
        groups
    }

    /// Whether a `prefer` line about the two rules of an overlap could not be read.
    fn may_be_decided(&self, overlaps: &[&(usize, usize, Witness)], context: &Context) -> bool {
        let &(a, b, _) = overlaps[0];
        let names = [self.written(a), self.written(b)];
        context.is_unread(&"prefer") && names.into_iter().all(|name| context.is_unread(name))
    }

    fn overlap(&self, overlaps: &[&(usize, usize, Witness)]) -> Diagnostic {
        let &(a, b, ref example) = overlaps[0];
        let (first, second) = (self.rule(a), self.rule(b));
        let message = format!(
            "rules `{}` and `{}` accept a common input, and neither is declared to win",
            first.name, second.name
        );
        let mut finding = Diagnostic::new(Code::Overlap, first.pattern_region, message)
            .also_at(second.pattern_region)
            .declared(format!("`{}`", first.name), first.region)
            .declared(format!("`{}`", second.name), second.region);
        // Names of families cannot decide between instances of the same one.
        let within = self.written(a) == self.written(b);
        if overlaps.len() > 1 {
            let more = overlaps.len() - 1;
            let plural = if more == 1 { "" } else { "s" };
            finding = finding.note(match within {
                true => format!(
                    "likewise {more} other pair{plural} of rules of the family `{}`",
                    self.written(a)
                ),
                false => format!(
                    "likewise {more} other pair{plural} of rules from `{}` and `{}`",
                    self.written(a),
                    self.written(b)
                ),
            });
        }
        let (one, other) = match within || overlaps.len() == 1 {
            true => (&first.name, &second.name),
            false => (self.written(a), self.written(b)),
        };
        finding = finding
            .example(self.print(example, &[a, b], &[]))
            .help(format!(
                "add `prefer {one} over {other};` or `prefer {other} over {one};`"
            ));
        self.opaque(self.opaque(finding, a), b)
    }

    fn cycle(&self, cycle: &[usize]) -> Diagnostic {
        let names: Vec<_> = cycle
            .iter()
            .chain(cycle.first())
            .map(|rule| format!("`{}`", self.rule(*rule).name))
            .collect();
        let steps: Vec<_> = cycle.iter().zip(cycle.iter().cycle().skip(1)).collect();
        let line_of = |over: usize, under: usize| {
            self.lowering
                .preferences
                .iter()
                .find(|prefer| prefer.pairs.contains(&(over, under)))
        };
        let lines: Vec<&Prefer> = steps
            .iter()
            .filter_map(|(over, under)| line_of(**over, **under))
            .collect();
        let message = format!(
            "the order of rules runs in a circle: {}",
            names.join(" before ")
        );
        let mut finding = match lines.split_first() {
            Some((first, rest)) => {
                let finding = Diagnostic::new(Code::BadPreference, first.region, message);
                rest.iter()
                    .fold(finding, |finding, line| finding.also_at(line.region))
            }
            None => Diagnostic::new(Code::BadPreference, self.rule(cycle[0]).region, message),
        };
        for (over, under) in steps {
            let (first, second) = (self.rule(*over), self.rule(*under));
            finding = finding.note(match line_of(*over, *under) {
                Some(line) => format!(
                    "`{}` is preferred to `{}` at {}",
                    first.name,
                    second.name,
                    line.region.place()
                ),
                None => format!(
                    "`{}` accepts strictly less than `{}`, and so comes first",
                    first.name, second.name
                ),
            });
        }
        finding.help("delete one of the `prefer` lines")
    }

    /// A `prefer` line of which no pair decides anything.
    fn unneeded(&self, line: usize, prefer: &Prefer) -> Option<Diagnostic> {
        // The pairs of a line stand together, and so do the reasons: both are in their order.
        let start = self.rows.lines.partition_point(|&other| other < line);
        let end = self.rows.lines.partition_point(|&other| other <= line);
        let reason = |pair: usize| {
            let unneeded = &self.order.unneeded;
            let found = unneeded.binary_search_by_key(&pair, |&(index, _)| index);
            found.ok().map(|found| &unneeded[found].1)
        };
        let reasons: Vec<_> = (start..end).map(reason).collect();
        let earlier = &self.lowering.preferences[..line];
        let says_it = |other: &&Prefer| prefer.pairs.iter().all(|pair| other.pairs.contains(pair));
        if let Some(first) = earlier.iter().find(says_it) {
            let (over, under) = (&prefer.over, &prefer.under);
            let message = format!("`{over}` is preferred to `{under}` already");
            return Some(
                Diagnostic::new(Code::BadPreference, prefer.region, message)
                    .note(format!("that is said at {}", first.region.place()))
                    .help("delete this line"),
            );
        }
        let kills = reasons
            .iter()
            .flatten()
            .find(|why| matches!(why, Unneeded::WouldKill(_)));
        // Where the line would decide something if need were, it is not for want of a common input.
        let first = |is_it: fn(&Unneeded) -> bool| reasons.iter().flatten().find(|why| is_it(why));
        let idle = first(|why| matches!(why, Unneeded::AlreadyFirst)).or(first(|_| true));
        let why = kills.or(idle.filter(|_| reasons.iter().all(Option::is_some)))?;
        let pair = reasons
            .iter()
            .position(|reason| reason.is_some_and(|reason| std::ptr::eq(reason, *why)));
        let (over, under) = (&prefer.over, &prefer.under);
        let (message, help) = match why {
            Unneeded::NoOverlap => (
                format!(
                    "`{over}` and `{under}` never accept the same input, so this line decides nothing"
                ),
                "delete this line".into(),
            ),
            Unneeded::AlreadyFirst => (
                format!("`{over}` accepts strictly less than `{under}` and wins without this line"),
                "delete this line".into(),
            ),
            Unneeded::WouldKill(_) => (
                format!(
                    "`{over}` accepts everything that `{under}` accepts, so `{under}` could never be chosen"
                ),
                format!("delete this line: `{under}` is the narrower rule and wins by itself"),
            ),
        };
        let mut finding = Diagnostic::new(Code::BadPreference, prefer.region, message);
        if let Some(&(over, under)) = pair.and_then(|pair| prefer.pairs.get(pair)) {
            for rule in [over, under] {
                finding = finding.declared(
                    format!("`{}`", self.rule(rule).name),
                    self.rule(rule).region,
                );
            }
        }
        if let (Unneeded::WouldKill(example), Some(pair)) = (why, pair) {
            let (over, under) = prefer.pairs[pair];
            finding = finding.example(self.print(example, &[over, under], &[]));
        }
        Some(finding.help(help))
    }

    /// A rule of which no row is ever chosen.
    fn dead(&self, rule: usize) -> Option<Diagnostic> {
        let mut behind: Option<Vec<Blocker>> = None;
        for index in self.rows_of[rule].clone() {
            let row = &self.rows.rows[index];
            let dead = self.relations.dead(row, &self.earlier(index, rule))?;
            if let (Dead::Behind(blockers), None) = (dead, &behind) {
                behind = Some(blockers);
            }
        }
        // A rule whose pattern could not be resolved has no row at all.
        if self.rows_of[rule].is_empty() {
            return None;
        }
        let dead = self.rule(rule);
        // Conditions that contradict each other have been reported where they stand.
        let is_empty = |binding: &Binding| matches!(&binding.kind, BindingKind::Constant { accepted, .. } if accepted.is_empty());
        if dead.bindings.iter().any(is_empty) {
            return None;
        }
        let Some(blockers) = behind else {
            let first = &self.rows.rows[self.rows_of[rule].start];
            let unguarded = Row {
                guards: BTreeSet::new(),
                ..first.clone()
            };
            if self.relations.example(&unguarded).is_some() {
                let message = format!(
                    "no constants satisfy the condition of rule `{}`: `{}`",
                    dead.name, dead.condition_text
                );
                let mut finding = Diagnostic::new(Code::EmptyPattern, dead.pattern_region, message);
                for binding in &dead.bindings {
                    if let (Some(name), BindingKind::Constant { accepted, .. }) =
                        (&binding.name, &binding.kind)
                    {
                        let place = binding.region.place();
                        finding =
                            finding.note(format!("`{name}`, bound at {place}, is in {accepted}"));
                    }
                }
                return Some(finding.help("turn a comparison round, or delete the rule"));
            }
            let message = format!(
                "rule `{}` accepts only inputs that are declared `impossible`",
                dead.name
            );
            let mut finding = Diagnostic::new(Code::EmptyPattern, dead.pattern_region, message);
            for impossible in self
                .lowering
                .impossible
                .iter()
                .filter(|impossible| impossible.pattern.op == dead.pattern.op)
            {
                finding = finding.note(format!(
                    "`impossible {}` is at {}",
                    impossible.pattern.name,
                    impossible.region.place()
                ));
            }
            return Some(finding.help("delete the rule, or the `impossible` line"));
        };
        Some(self.dead_behind(rule, &blockers))
    }

    /// The rows of other rules for the same operation that are surely tried before the row `index`.
    fn earlier(&self, index: usize, rule: usize) -> Vec<(usize, &Row)> {
        let undecided = |other: usize| {
            let pair = (rule.min(other), rule.max(other));
            self.undecided.contains(&pair)
        };
        let tried = self.together.get(&self.rows.rows[index].operation);
        let before = tried.into_iter().flatten();
        before
            .take_while(|row| **row != index)
            .map(|&row| (row, &self.rows.rows[row]))
            .filter(|(_, row)| row.rule != rule && !undecided(row.rule))
            .collect()
    }

    fn dead_behind(&self, rule: usize, blockers: &[Blocker]) -> Diagnostic {
        let dead = self.rule(rule);
        let name = &dead.name;
        let mut named = BTreeSet::new();
        let shares: Vec<(usize, &Witness)> = blockers
            .iter()
            .map(|blocker| (self.rows.rows[blocker.row].rule, &blocker.example))
            .filter(|(rule, _)| named.insert(*rule))
            .collect();
        let print = |by: usize, example: &Witness| {
            let others = named.iter().copied().filter(|other| *other != by);
            self.print(example, &[rule, by], &others.collect::<Vec<_>>())
        };
        let shares: Vec<(&Rule, String)> = shares
            .iter()
            .map(|&(by, example)| (self.rule(by), print(by, example)))
            .collect();
        if let [(by, example)] = &shares[..] {
            let message = format!(
                "rule `{name}` can never be chosen: `{}` accepts everything that it accepts and is preferred to it",
                by.name
            );
            return Diagnostic::new(Code::DeadRule, dead.pattern_region, message)
                .declared(format!("`{}`", by.name), by.region)
                .example(example.clone())
                .help(format!(
                    "delete `{name}`, narrow `{}`, or turn the preference round",
                    by.name
                ));
        }
        let names: Vec<_> = shares
            .iter()
            .map(|(rule, _)| format!("`{}`", rule.name))
            .collect();
        let message = format!(
            "rule `{name}` can never be chosen: {} together accept everything that it accepts",
            list(&names)
        );
        let finding = Diagnostic::new(Code::CollectivelyDeadRule, dead.pattern_region, message);
        shares
            .iter()
            .fold(finding, |finding, (rule, example)| {
                finding.note(format!(
                    "`{}` at {} takes {}",
                    rule.name,
                    rule.region.place(),
                    example
                ))
            })
            .help(format!("delete `{name}`, or narrow one of the others"))
    }
}

/// `a`, `b` and `c`.
fn list(names: &[String]) -> String {
    match names.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        _ => names.concat(),
    }
}
