//! Every boundary of the lowering rules, in functions that nobody wrote: each order of operands, each end of a range, each
//! link near and far, each block that may come next.
//!
//! For each of them a function is made from the pattern of the rule, for which ordinary selection chooses the rule with
//! this constant. It is compiled as any other function is, run, and compared with the evaluator. What links are too short
//! for takes a function over a mebibyte, which many of these share. What nothing hits has to be out of reach by the
//! declarations, and what is out of reach must not be hit.
//!
//! The program is apart from `machine_code`, which applies rules by force, because coverage tells what counts by the name
//! of the program.
#![cfg(target_arch = "aarch64")]

#[allow(dead_code, reason = "machine_code uses the rest")]
#[path = "../machine_code/machine.rs"]
mod machine;
#[allow(dead_code, reason = "machine_code uses the rest")]
#[path = "../machine_code/made/mod.rs"]
mod made;
mod together;
#[path = "../unreachable/mod.rs"]
mod unreachable;

use std::collections::BTreeSet;
use std::path::Path;

use jit_core::calls::Strategy;
use jit_core::coverage::{Point, Rules, hits};
use jit_core::ir::testing::Random;
use jit_core::ir::{Dialect, verify};
use jit_core::machine::{RowInfo, RuleInfo, select};
use jit_core::specs::lowering::RULE_SETS;
use jit_core::specs::ops::Lir;
use jit_language::source;

use machine::{compile, execute};
use made::comparison::compare;
use made::constants::{Constant, constants};
use made::function::{Case, Style, build};
use made::values::{Effort, words};
use together::{Member, Together};

/// How often a function is run on odd words.
const RUNS: usize = 8;
/// How many choices of the other constants are tried for a boundary.
const SEARCH: usize = 3_000;
/// More than branches on conditions and loads of literals reach.
const FAR: usize = (1 << 20) + (1 << 16);
/// Which blocks lie out of the way: the next one is any of them, or none.
static LAYOUTS: [&[u32]; 4] = [&[], &[1], &[2], &[1, 2]];

/// What has been hit so far, and what is left to be hit.
struct Boundaries {
    left: BTreeSet<Point>,
    hit: BTreeSet<Point>,
    random: Random,
    runs: usize,
}

impl Boundaries {
    fn note(&mut self, hit: &BTreeSet<Point>) {
        self.left.retain(|point| !hit.contains(point));
        self.hit.extend(hit.iter().cloned());
    }

    /// Compiles a function as any other is, and compares it with the evaluator.
    fn run(&mut self, case: &Case, style: &Style) {
        let function = &case.function;
        verify(function).unwrap_or_else(|errors| panic!("{errors}\n{function}"));
        let (code, hit) = hits(|| compile(function, Strategy::default()));
        self.note(&hit);
        let effort = Effort::Some(RUNS);
        for words in words(&case.types, &style.constants, effort, &mut self.random) {
            let run = |words: &[u64]| execute(&code, &case.types, words);
            let context = || format!("{style:?}");
            self.runs += usize::from(compare(case, words, &mut self.random, run, context));
        }
    }

    /// The ends and the order of a row: functions with one constant at an end each, others by chance.
    fn left_side(&mut self, row: &RowInfo) {
        let all = constants(&row.tree);
        let (file, rule) = (row.rule.file, row.rule.name);
        let order = Point::order(file, rule, row.variant.into());
        self.search(row, &all, None, &order);
        for (index, constant) in all.iter().enumerate() {
            for end in constant.ends() {
                let point = Point::end(file, rule, constant.info.name, end);
                self.search(row, &all, Some((index, end)), &point);
            }
        }
    }

    /// Runs a function that hits a point, if there is one and the point is left.
    fn search(
        &mut self,
        row: &RowInfo,
        all: &[Constant],
        fixed: Option<(usize, i64)>,
        point: &Point,
    ) {
        if !self.left.contains(point) {
            return;
        }
        if let Some((case, style)) = self.find(row, all, fixed, point) {
            self.run(&case, &style);
            assert!(!self.left.contains(point), "{point} is lost on the way");
        }
    }

    /// A function for which selection hits a point.
    fn find(
        &mut self,
        row: &RowInfo,
        all: &[Constant],
        fixed: Option<(usize, i64)>,
        point: &Point,
    ) -> Option<(Case, Style)> {
        (0..SEARCH).find_map(|_| {
            let chosen = all.iter().enumerate().map(|(index, constant)| match fixed {
                Some((fixed, end)) if fixed == index => end,
                _ => {
                    let candidates = constant.candidates(&mut self.random);
                    *self.random.pick(&candidates)
                }
            });
            let style = Style {
                constants: chosen.collect(),
                ..Style::default()
            };
            let case = build(&row.tree, &style);
            let (selected, hit) = hits(|| select(&case.function));
            let function = &case.function;
            selected.unwrap_or_else(|error| panic!("{error}\n{function}"));
            hit.contains(point).then_some((case, style))
        })
    }

    /// Constants with which a rule is chosen in its written order, or in another one.
    fn chosen(&mut self, rule: &RuleInfo) -> Option<(&'static RowInfo, Vec<i64>)> {
        let rows = RULE_SETS.into_iter().flat_map(|set| set.rows);
        rows.filter(|row| row.rule == rule).find_map(|row| {
            let order = Point::order(rule.file, rule.name, row.variant.into());
            let (_, style) = self.find(row, &constants(&row.tree), None, &order)?;
            Some((row, style.constants))
        })
    }

    /// What a rule becomes with its place in the code: each layout alone, then what takes a large function.
    fn template(&mut self, rule: &RuleInfo, large: &mut Vec<Together>) {
        let is_left = |left: &BTreeSet<Point>| {
            let mut left = left.iter();
            left.any(|point| point.rule == rule.name && point.file == rule.file)
        };
        let has_layouts = Lir::info(rule.op).effects.is_terminator();
        if !is_left(&self.left) || rule.links.is_empty() && !has_layouts {
            return;
        }
        let (row, constants) = self.chosen(rule).expect("constants that the rule accepts");
        let layouts = match has_layouts {
            true => &LAYOUTS[..],
            false => &LAYOUTS[..1],
        };
        for &cold in layouts {
            let style = Style {
                constants: constants.clone(),
                cold,
                ..Style::default()
            };
            let case = build(&row.tree, &style);
            self.run(&case, &style);
            if !rule.links.is_empty() {
                Together::add(large, Member { case, style });
            }
        }
    }

    /// Compiles cases together, and compares each of them with the evaluator.
    fn run_together(&mut self, together: &Together) {
        let (function, types) = together.function(FAR);
        verify(&function).unwrap_or_else(|errors| panic!("{errors}"));
        let (code, hit) = hits(|| compile(&function, Strategy::default()));
        assert!(code.size() > FAR, "{} bytes", code.size());
        self.note(&hit);
        for (number, Member { case, style }) in together.members.iter().enumerate() {
            let effort = Effort::Some(RUNS);
            for words in words(&case.types, &style.constants, effort, &mut self.random) {
                let run = |words: &[u64]| {
                    let words = together.arguments(number, &case.types, words);
                    execute(&code, &types, &words)
                };
                let context = || format!("among others, {style:?}");
                self.runs += usize::from(compare(case, words, &mut self.random, run, context));
            }
        }
    }
}

#[test]
fn every_boundary_is_hit_or_out_of_reach() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../specs");
    let specs = source::read(&folder, "specs/").unwrap_or_else(|error| panic!("{error}"));
    let unreachable = unreachable::points(&specs);
    let rules = RULE_SETS.into_iter().map(Rules::of_lowering);
    let rules = rules.flat_map(|set| set.rules);
    let all: BTreeSet<Point> = rules.flat_map(|rule| rule.points).collect();
    let is_reachable = |point: &&Point| !unreachable.contains_key(point);
    let mut boundaries = Boundaries {
        left: all.iter().filter(is_reachable).cloned().collect(),
        hit: BTreeSet::new(),
        random: Random::new(2026),
        runs: 0,
    };
    for row in RULE_SETS.iter().flat_map(|set| set.rows) {
        boundaries.left_side(row);
    }
    let mut large = Vec::new();
    for rule in RULE_SETS.iter().flat_map(|set| set.rules) {
        boundaries.template(rule, &mut large);
    }
    for together in &large {
        boundaries.run_together(together);
    }
    let left: Vec<String> = boundaries.left.iter().map(Point::to_string).collect();
    assert!(left.is_empty(), "not hit:\n{}", left.join("\n"));
    let wrong: Vec<&Point> = boundaries
        .hit
        .iter()
        .filter(|point| unreachable.contains_key(point))
        .collect();
    assert!(wrong.is_empty(), "hit, although out of reach: {wrong:?}");
    assert!(boundaries.runs > all.len(), "{} runs", boundaries.runs);
}
