//! What there is to be hit about a rule: each order of its operands, each end of the ranges of its constants, each form of
//! what it refers to by distance, each block that may come next.

use std::fmt;

use crate::emit::Sizes;
use crate::machine::{ConstantInfo, LinkTarget, RowInfo, RuleInfo, RuleSet};

/// Something about a rule that may be hit. Printed, it is a line with tabs in it, by which it is known again.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Point {
    /// The file of the rule's declaration.
    pub file: String,
    /// The name of the rule.
    pub rule: String,
    /// What about it.
    pub what: String,
}

impl Point {
    fn new(rule: &RuleInfo, what: impl Into<String>) -> Point {
        Point {
            file: rule.file.to_owned(),
            rule: rule.name.to_owned(),
            what: what.into(),
        }
    }

    /// Reads a printed point.
    pub fn read(line: &str) -> Option<Point> {
        let mut parts = line.split('\t').map(str::to_owned);
        let point = Point {
            file: parts.next()?,
            rule: parts.next()?,
            what: parts.next()?,
        };
        parts.next().is_none().then_some(point)
    }
}

impl fmt::Display for Point {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\t{}\t{}", self.file, self.rule, self.what)
    }
}

/// Every point of the rules of a set, rule by rule.
pub fn points(set: &RuleSet) -> Vec<Point> {
    let mut all = Vec::new();
    for rule in set.rules {
        let rows = set.rows.iter().filter(|row| row.rule == rule);
        let mut of_rule: Vec<String> = rows.clone().map(order).collect();
        for row in rows.filter(|row| row.is_exact) {
            let constants = row.tree.constants();
            of_rule.extend(constants.iter().flat_map(|constant| {
                let ends = ends(constant).into_iter();
                ends.map(|end| at(constant, end))
            }));
        }
        for link in rule.links {
            of_rule.extend([distance(link.target, false), distance(link.target, true)]);
        }
        if let Some((then, otherwise)) = both_blocks(rule) {
            of_rule.extend([next(Some(then)), next(Some(otherwise)), next(None)]);
        }
        if may_be_left_out(rule) {
            of_rule.extend([LEFT_OUT.to_owned(), EMITTED.to_owned()]);
        }
        of_rule.sort();
        of_rule.dedup();
        all.extend(of_rule.into_iter().map(|what| Point::new(rule, what)));
    }
    all
}

/// The points that a row hits when it is applied with these constants.
pub(super) fn of_row(row: &RowInfo, words: &[i64]) -> Vec<Point> {
    let mut hit = vec![Point::new(row.rule, order(row))];
    if row.is_exact {
        for (constant, word) in row.tree.constants().iter().zip(words) {
            if ends(constant).contains(word) {
                hit.push(Point::new(row.rule, at(constant, *word)));
            }
        }
    }
    hit
}

/// The points that a rule hits with its place in the code.
pub(super) fn of_form(rule: &RuleInfo, sizes: &Sizes<'_>, bytes: u32) -> Vec<Point> {
    let blocks = both_blocks(rule);
    let mut hit = Vec::new();
    for (index, link) in rule.links.iter().enumerate() {
        // Of a branch with two blocks, only one is branched to.
        let is_used = match (link.target, blocks) {
            (LinkTarget::Block(target), Some((then, _))) => {
                (target == then) != sizes.is_next(usize::from(then))
            }
            _ => true,
        };
        if is_used {
            hit.push(distance(link.target, sizes.is_far(index)));
        }
    }
    if let Some((then, otherwise)) = blocks {
        let is_next = |target: &u8| sizes.is_next(usize::from(*target));
        hit.push(next([then, otherwise].into_iter().find(is_next)));
    }
    if may_be_left_out(rule) {
        hit.push(if bytes == 0 { LEFT_OUT } else { EMITTED }.to_owned());
    }
    hit.into_iter().map(|what| Point::new(rule, what)).collect()
}

const LEFT_OUT: &str = "left out";
const EMITTED: &str = "emitted";

/// A rule that goes somewhere, unless that comes next.
fn may_be_left_out(rule: &RuleInfo) -> bool {
    rule.min_bytes == 0 && rule.max_bytes != Some(0)
}

/// The order of operands.
fn order(row: &RowInfo) -> String {
    match row.variant {
        0 => "as written".to_owned(),
        1 => "swapped".to_owned(),
        variant => format!("swapped {variant}"),
    }
}

/// The ends of the ranges of a constant that is not always the same.
fn ends(constant: &ConstantInfo) -> Vec<i64> {
    match constant.ranges {
        [only] if only.least == only.most => Vec::new(),
        ranges => ranges
            .iter()
            .flat_map(|range| [range.least, range.most])
            .collect(),
    }
}

fn at(constant: &ConstantInfo, end: i64) -> String {
    format!("{} = {end}", constant.name)
}

fn distance(target: LinkTarget, is_far: bool) -> String {
    let how = if is_far { "far" } else { "near" };
    match target {
        LinkTarget::Exit => format!("exit {how}"),
        LinkTarget::Block(index) => format!("block {index} {how}"),
        LinkTarget::Pool(index) => format!("literal {index} {how}"),
    }
}

/// The two blocks that a rule branches to.
fn both_blocks(rule: &RuleInfo) -> Option<(u8, u8)> {
    let mut blocks = rule.links.iter().filter_map(|link| match link.target {
        LinkTarget::Block(index) => Some(index),
        LinkTarget::Exit | LinkTarget::Pool(_) => None,
    });
    Some((blocks.next()?, blocks.next()?))
}

fn next(block: Option<u8>) -> String {
    match block {
        Some(index) => format!("block {index} next"),
        None => "no block next".to_owned(),
    }
}
