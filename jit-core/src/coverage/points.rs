//! What there is to be hit about a rule: each order of its operands, each end of the ranges of its constants, each form of
//! what it refers to by distance, each block that may come next.

use std::fmt;

use crate::emit::Sizes;
use crate::ir::expansion::ExpandSet;
use crate::ir::pattern::{ConstantInfo, LeftRow, OperandPattern, PatternInfo};
use crate::ir::rewriting::{RewriteSet, RuleText};
use crate::ir::{Dialect, OperandKind};
use crate::machine::{LinkTarget, RowInfo, RuleInfo, RuleSet};
use crate::specs::ops::Lir;

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
    fn new(file: &str, rule: &str, what: String) -> Point {
        Point {
            file: file.to_owned(),
            rule: rule.to_owned(),
            what,
        }
    }

    /// An order of operands; 0 is the one that was written.
    pub fn order(file: &str, rule: &str, variant: usize) -> Point {
        Point::new(file, rule, order(variant))
    }

    /// An end of a range of a constant.
    pub fn end(file: &str, rule: &str, constant: &str, end: i64) -> Point {
        Point::new(file, rule, at(constant, end))
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

/// A set of rules, whatever they lead to.
#[derive(Debug)]
pub struct Rules {
    /// Its name.
    pub name: &'static str,
    /// The rules, in the order of declaration.
    pub rules: Vec<Rule>,
}

/// A rule, and what there is to be hit about it.
#[derive(Debug)]
pub struct Rule {
    /// Its name.
    pub name: &'static str,
    /// The file of the declaration.
    pub file: &'static str,
    /// The line of the declaration.
    pub line: u32,
    /// Every point.
    pub points: Vec<Point>,
}

impl Rule {
    fn new(name: &'static str, file: &'static str, line: u32, mut what: Vec<String>) -> Rule {
        what.sort();
        what.dedup();
        let points = what.into_iter().map(|what| Point::new(file, name, what));
        Rule {
            name,
            file,
            line,
            points: points.collect(),
        }
    }
}

impl Rules {
    /// Rules that lead to instructions.
    pub fn of_lowering(set: &RuleSet) -> Rules {
        let rule = |rule: &'static RuleInfo| {
            let rows = set.rows.iter().filter(|row| row.rule == rule);
            let rows =
                rows.flat_map(|row| of_left_side::<Lir>(row.variant, &row.tree, row.is_exact));
            let what = rows.chain(of_template(rule)).collect();
            Rule::new(rule.name, rule.file, rule.line, what)
        };
        Rules {
            name: set.name,
            rules: set.rules.iter().map(rule).collect(),
        }
    }

    /// Rules that lead to operations of the same dialect.
    pub fn of_rewriting<D: Dialect>(set: &RewriteSet<D>) -> Rules {
        let texts = set.rules.iter().map(|rule| &rule.text);
        Rules::of_left_sides::<D>(set.name, texts, set.rows)
    }

    /// Rules that lead to operations of another dialect.
    pub fn of_expansion<S: Dialect, T: Dialect, G>(set: &ExpandSet<S, T, G>) -> Rules {
        let texts = set.rules.iter().map(|rule| &rule.text);
        Rules::of_left_sides::<S>(set.name, texts, set.rows)
    }

    fn of_left_sides<D: Dialect>(
        name: &'static str,
        texts: impl Iterator<Item = &'static RuleText>,
        rows: &[LeftRow<D::Op>],
    ) -> Rules {
        let rule = |(index, text): (usize, &'static RuleText)| {
            let rows = rows.iter().filter(|row| row.rule == index);
            let what = rows.flat_map(|row| of_left_side::<D>(row.variant, &row.tree, row.is_exact));
            Rule::new(text.name, text.file, text.line, what.collect())
        };
        Rules {
            name,
            rules: texts.enumerate().map(rule).collect(),
        }
    }
}

/// The constants of a row, if their ranges end where the row does.
fn constants<D: Dialect>(tree: &PatternInfo<D::Op>, is_exact: bool) -> Vec<ConstantInfo> {
    let mut constants = Vec::new();
    if is_exact {
        collect::<D>(tree, &mut constants);
    }
    constants
}

fn collect<D: Dialect>(tree: &PatternInfo<D::Op>, out: &mut Vec<ConstantInfo>) {
    let info = D::info(tree.op);
    let mut attributes = 0..;
    for (declared, operand) in info.operands.iter().zip(tree.operands) {
        let attribute = match declared.kind {
            OperandKind::Const(_) => attributes.next(),
            _ => None,
        };
        match operand {
            // How many values a list may begin with depends on the list.
            OperandPattern::Constant(constant)
                if attribute.is_some() && attribute == info.behind =>
            {
                out.push(ConstantInfo {
                    ranges: &[],
                    ..*constant
                });
            }
            OperandPattern::Constant(constant) => out.push(*constant),
            OperandPattern::Definition(inner) => collect::<D>(inner, out),
            OperandPattern::Register | OperandPattern::Other => {}
        }
    }
}

/// What there is to be hit about a row.
fn of_left_side<D: Dialect>(variant: u8, tree: &PatternInfo<D::Op>, is_exact: bool) -> Vec<String> {
    let mut what = vec![order(variant.into())];
    for constant in constants::<D>(tree, is_exact) {
        let ends = ends(&constant).into_iter();
        what.extend(ends.map(|end| at(constant.name, end)));
    }
    what
}

/// What there is to be hit about the code of a rule.
fn of_template(rule: &RuleInfo) -> Vec<String> {
    let mut what = Vec::new();
    for link in rule.links {
        what.extend([distance(link.target, false), distance(link.target, true)]);
    }
    if let Some((then, otherwise)) = both_blocks(rule) {
        what.extend([next(Some(then)), next(Some(otherwise)), next(None)]);
    }
    if may_be_left_out(rule) {
        what.extend([LEFT_OUT.to_owned(), EMITTED.to_owned()]);
    }
    what
}

/// The points that a row hits when it is applied with these constants.
pub(super) fn of_row(row: &RowInfo, words: &[i64]) -> Vec<Point> {
    let hit = hit::<Lir>(row.variant, &row.tree, row.is_exact, words).into_iter();
    hit.map(|what| Point::new(row.rule.file, row.rule.name, what))
        .collect()
}

/// As [`of_row`], of a rewriting rule.
pub(super) fn of_left<D: Dialect>(
    text: &RuleText,
    row: &LeftRow<D::Op>,
    words: &[i64],
) -> Vec<Point> {
    let hit = hit::<D>(row.variant, &row.tree, row.is_exact, words).into_iter();
    hit.map(|what| Point::new(text.file, text.name, what))
        .collect()
}

fn hit<D: Dialect>(
    variant: u8,
    tree: &PatternInfo<D::Op>,
    is_exact: bool,
    words: &[i64],
) -> Vec<String> {
    let mut what = vec![order(variant.into())];
    for (constant, word) in constants::<D>(tree, is_exact).iter().zip(words) {
        if ends(constant).contains(word) {
            what.push(at(constant.name, *word));
        }
    }
    what
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
    let points = hit.into_iter();
    points
        .map(|what| Point::new(rule.file, rule.name, what))
        .collect()
}

const LEFT_OUT: &str = "left out";
const EMITTED: &str = "emitted";

/// A rule that goes somewhere, unless that comes next.
fn may_be_left_out(rule: &RuleInfo) -> bool {
    rule.min_bytes == 0 && rule.max_bytes != Some(0)
}

fn order(variant: usize) -> String {
    match variant {
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

fn at(constant: &str, end: i64) -> String {
    format!("{constant} = {end}")
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
