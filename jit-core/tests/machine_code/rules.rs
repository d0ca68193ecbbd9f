//! Every rule alone, at the edges of what it accepts, against the declared meaning of its operations.
//!
//! Nobody writes these tests: for each way in which a rule matches, functions are built from its pattern. Selection is told
//! to use this row for the operation or none, so its correctness cannot rest on the order in which rules are tried.
//! Within the ranges of its constants it has to match, outside it must not; what it became is run, near and far, in each
//! direction of its branch, with results in the registers of operands, and does what the evaluator says.

use std::collections::BTreeSet;

use jit_core::calls::Strategy;
use jit_core::compile::Distances;
use jit_core::ir::testing::Random;
use jit_core::ir::{Dialect, Effects, verify};
use jit_core::machine::{Failure, MachineFunction, RowInfo, SelectError, candidates, select_alone};
use jit_core::specs::lowering::RULE_SETS;
use jit_core::specs::ops::Lir;

use crate::machine::{compile_selected, execute};
use crate::made::comparison::compare;
use crate::made::constants::{Constant, constants, is_repeated_run};
use crate::made::function::{Case, ROOT, Registers, Style, build};
use crate::made::values::{Effort, INTEGERS, words};

/// How often a function is run on odd words.
const RUNS: usize = 6;
/// How often, if it is the first of its row.
const MANY_RUNS: usize = 120;
/// How many choices of constants may be refused before one is found that a row with further conditions accepts.
const SEARCH: usize = 20_000;

/// The tests of one row.
struct Tested {
    row: &'static RowInfo,
    constants: Vec<Constant>,
    random: Random,
    /// How often its code was run.
    runs: usize,
}

impl Tested {
    fn name(&self) -> String {
        match self.row.variant {
            0 => self.row.rule.name.to_owned(),
            variant => format!("{}, swapped {variant}", self.row.rule.name),
        }
    }

    /// Selects with the row for the operation. `None`: it does not match, for a reason that holds.
    fn select(&self, case: &Case, style: &Style) -> Option<MachineFunction> {
        let function = &case.function;
        verify(function).unwrap_or_else(|errors| panic!("{errors}\n{function}"));
        let context = |text| format!("{} {text}: {style:x?}\n{function}", self.name());
        let each = || self.constants.iter().zip(&style.constants);
        let outside = each().position(|(constant, word)| !constant.accepts(*word));
        match (select_alone(function, case.root, self.row), outside) {
            (Ok(machine), None) => Some(machine),
            (Ok(_), Some(_)) => panic!("{}", context("matches outside of its ranges")),
            (Err(SelectError::NoRule { .. }), outside) => {
                let failure = self.failure(case);
                match (failure, outside) {
                    (Failure::Outside { constant, word }, Some(outside)) => {
                        assert_eq!((constant, word), (outside, style.constants[outside]));
                    }
                    (Failure::Unmet { condition, words }, None) if !self.row.is_exact => {
                        assert!(fails(condition, &words), "{condition} holds for {words:x?}");
                    }
                    _ => panic!("{}", context("does not match within its ranges")),
                }
                None
            }
            (Err(error), _) => panic!("{error}\n{function}"),
        }
    }

    /// What the row says about the operation.
    fn failure(&self, case: &Case) -> Failure {
        let said = candidates(&case.function, case.root).expect("every operation has rules");
        let said = said.into_iter().find(|said| said.row == self.row);
        let failure = said.and_then(|said| said.findings.failure);
        failure.unwrap_or_else(|| panic!("{} refuses without a reason", self.name()))
    }

    /// Compiles and runs every form.
    fn check(&mut self, case: &Case, style: &Style, machine: &MachineFunction, effort: Effort) {
        let all = Strategy::ALL;
        let strategies = if Lir::info(self.row.rule.op).effects.has(Effects::CALL) {
            all
        } else {
            &all[..1]
        };
        let distances = if self.row.rule.links.is_empty() {
            &[Distances::Real][..]
        } else {
            &[Distances::Real, Distances::Far]
        };
        for &strategy in strategies {
            for &distances in distances {
                let code = compile_selected(machine, strategy, distances);
                let name = self.name();
                let run = |words: &[u64]| execute(&code, &case.types, words);
                let context = || format!("{name}: {machine}");
                for words in words(&case.types, &style.constants, effort, &mut self.random) {
                    let compared = compare(case, words, &mut self.random, run, context);
                    self.runs += usize::from(compared);
                }
            }
        }
    }

    /// Every style of functions for the row.
    fn run(&mut self) {
        let start = self.first_choice();
        self.vary_constants(&start);
        self.vary_registers(&start);
        assert!(self.runs > 0, "{} was never run", self.name());
    }

    /// Constants that the row accepts.
    fn first_choice(&mut self) -> Vec<i64> {
        for _ in 0..SEARCH {
            let chosen: Vec<i64> = self
                .constants
                .iter()
                .map(|constant| {
                    *self
                        .random
                        .pick(&constant.candidates(&mut self.random.clone()))
                })
                .collect();
            let style = Style {
                constants: chosen,
                ..Style::default()
            };
            let case = build(&self.row.tree, &style);
            if let Some(machine) = self.select(&case, &style) {
                self.check(&case, &style, &machine, Effort::Pairs(MANY_RUNS));
                return style.constants;
            }
            self.random.bits();
        }
        panic!("{} accepts no constants", self.name());
    }

    /// One constant after the other at, around and between the ends of its ranges, the others as in `start`.
    fn vary_constants(&mut self, start: &[i64]) {
        for index in 0..self.constants.len() {
            let mut accepted = BTreeSet::new();
            for word in self.constants[index].candidates(&mut self.random) {
                let mut chosen = start.to_vec();
                chosen[index] = word;
                let style = Style {
                    constants: chosen,
                    ..Style::default()
                };
                let case = build(&self.row.tree, &style);
                if let Some(machine) = self.select(&case, &style) {
                    accepted.insert(word);
                    self.check(&case, &style, &machine, Effort::Some(RUNS));
                }
            }
            for end in self.constants[index].ends().filter(|_| self.row.is_exact) {
                assert!(accepted.contains(&end), "{} at {end}", self.name());
            }
        }
    }

    /// Blocks far behind, one value for several operands, constants for registers, results in operands' registers.
    fn vary_registers(&mut self, start: &[i64]) {
        let any = |random: &mut Random| (0..4).map(|_| *random.pick(&INTEGERS)).collect();
        let constants = [vec![0; 4], any(&mut self.random), any(&mut self.random)];
        let registers = [Registers::Apart, Registers::Same]
            .into_iter()
            .chain(constants.into_iter().map(Registers::Constants));
        for registers in registers {
            let cold: &[&[u32]] = if Lir::info(self.row.rule.op).effects.is_terminator() {
                &[&[], &[1], &[2]]
            } else {
                &[&[]]
            };
            for &cold in cold {
                let style = Style {
                    constants: start.to_vec(),
                    cold,
                    registers: registers.clone(),
                };
                let case = build(&self.row.tree, &style);
                let machine = self.select(&case, &style);
                let mut machine = machine.unwrap_or_else(|| panic!("{}: {style:?}", self.name()));
                self.check(&case, &style, &machine, Effort::Some(2 * RUNS));
                self.share_registers(&case, &style, &mut machine);
            }
        }
    }

    fn share_registers(&mut self, case: &Case, style: &Style, machine: &mut MachineFunction) {
        let is_root = |inst: &jit_core::machine::MachineInst| {
            inst.origin == ROOT && inst.rule == Some(self.row.rule)
        };
        let Some(root) = machine.insts().iter().position(is_root) else {
            return;
        };
        for operand in 1..machine.insts()[root].operands.len() {
            let mut machine = machine.clone();
            if machine.share(regalloc2::Inst::new(root), operand) {
                self.check(case, style, &machine, Effort::Some(2 * RUNS));
            }
        }
    }
}

/// Whether a condition that a rule says to fail does fail. By the names of predicates, not by their code.
fn fails(condition: &str, words: &[(&str, i64)]) -> bool {
    let &[(_, word)] = words else {
        panic!("{condition} is about several constants: say here what it means");
    };
    if condition.starts_with("power_of_two(") {
        word.count_ones() != 1
    } else if condition.ends_with("is a Bits64") {
        !is_repeated_run(word as u64, 64)
    } else if condition.ends_with("is a Bits32") {
        i32::try_from(word).is_err() || !is_repeated_run(word as u64, 32)
    } else {
        panic!("{condition}: say here what it means")
    }
}

#[test]
fn every_rule_alone_does_what_its_operations_mean() {
    let mut seed = 20;
    for row in RULE_SETS.iter().flat_map(|set| set.rows) {
        seed += 1;
        let mut tested = Tested {
            row,
            constants: constants(&row.tree),
            random: Random::new(seed),
            runs: 0,
        };
        tested.run();
    }
}

#[test]
fn every_rule_has_rows() {
    for set in RULE_SETS {
        for rule in set.rules {
            assert!(
                set.rows
                    .iter()
                    .any(|row| row.rule == rule && row.variant == 0),
                "{}",
                rule.name
            );
        }
    }
}
