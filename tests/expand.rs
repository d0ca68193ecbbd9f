//! Every rule that leads from HIR to LIR, alone, on functions made from its pattern: the function of LIR does what the one
//! of HIR means. Nobody writes a test for a rule, and no interpreter is needed: offsets and addresses are made up. Then the
//! rules together, which meet every boundary of every rule.
//!
//! The page about the dialect and its rules is written from the declarations, and kept current, here too.

#[path = "../jit-core/tests/page/mod.rs"]
mod page;
#[path = "../jit-core/tests/patterns/mod.rs"]
mod patterns;
#[path = "../jit-core/tests/unreachable/mod.rs"]
mod unreachable;

/// The declarations for Python, as `jit-python` has them.
mod python {
    #[path = "../../specs/python/expand.rs"]
    pub mod expand;
    #[path = "../../specs/python/ops.rs"]
    pub mod ops;
}

use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::Path;

use jit_core::coverage::{Point, Rules, hits};
use jit_core::ir::expansion::Expansion;
use jit_core::ir::testing::{Random, WrappingMemory};
use jit_core::ir::{
    Block, BlockCall, Builder, Dialect, Evaluation, Fault, Function, Inst, Memory, Outcome, Value,
    evaluate, verify,
};
use jit_core::specs::ops::{self as lir, Build as _, Lir};
use jit_language::source::{self, Specs};
use page::{cell, effects};
use python::expand::EXPAND_SET;
use python::ops::{self as hir, Build as _, Given, Hir};

/// How many functions are made from each pattern.
const FUNCTIONS: usize = 100;
/// How many there are at least for each end of a range.
const FUNCTIONS_AT_ENDS: usize = 20;
/// On how many arguments each is evaluated.
const ARGUMENTS: usize = 12;

impl patterns::Ends for Hir {
    fn return_value(builder: &mut Builder<'_, Hir>, value: Value) {
        let object = match builder.function().value_type(value) {
            hir::Type::Object => value,
            hir::Type::Int => builder.box_int(value, 97, &[]),
            hir::Type::Float => builder.box_float(value, 98, &[]),
            // The other one of the two is as good.
            hir::Type::Bool => builder.box_bool(value),
        };
        builder.return_(object);
    }

    fn return_number(builder: &mut Builder<'_, Hir>, number: i64) {
        let object = builder.const_object(number);
        builder.return_(object);
    }
}

/// A memory in which everything is given, and calls yield now and then what an exception is told by.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
struct World(WrappingMemory);

/// The word of something given, by its name.
fn given_word(name: &str) -> u64 {
    match name {
        "raised" | "safepoint_raised" => 1,
        // What refers to itself is read in one place and written in another.
        _ => name.bytes().fold(0x9e37_79b9, |word: u64, letter| {
            word.rotate_left(7).wrapping_mul(0x0100_0000_01b3) ^ u64::from(letter)
        }),
    }
}

impl Memory for World {
    fn read(&mut self, address: u64, bytes: u32) -> u64 {
        self.0.read(address, bytes)
    }

    fn write(&mut self, address: u64, bytes: u32, value: u64) {
        self.0.write(address, bytes, value);
    }

    fn call(&mut self, target: i64, arguments: &[u64]) -> u64 {
        let word = self.0.call(target, arguments);
        match word >> 61 {
            0 => 0,
            1 => 1,
            2 => u64::MAX,
            _ => word,
        }
    }

    fn take_fault(&mut self) -> Option<Fault> {
        self.0.take_fault()
    }

    fn given(&mut self, name: &'static str) -> Option<u64> {
        Some(given_word(name))
    }

    fn perform(
        &mut self,
        op: &'static str,
        operands: &[u64],
        attributes: &[i64],
    ) -> Option<Outcome> {
        self.0.perform(op, operands, attributes)
    }
}

fn specs() -> Specs {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../specs");
    source::read(&folder, "specs/").unwrap_or_else(|error| panic!("{error}"))
}

/// The function of LIR that one of HIR becomes; the rule `alone`, if there is one, takes its instruction, if it accepts
/// it.
fn expanded(before: &Function<Hir>, alone: Option<(Inst, usize)>) -> Option<Function<Lir>> {
    let mut after = Function::new("expanded");
    let mut builder = Builder::new(&mut after);
    let types = before
        .params()
        .iter()
        .map(|&param| before.value_type(param));
    let params: Vec<Value> = types
        .map(|ty| {
            let ty = (EXPAND_SET.types)(ty).expect("every type stands for something");
            builder.add_param(Block::ENTRY, ty)
        })
        .collect();
    let frame = builder.iconst(given_word("frame") as i64);
    let mut expansion = Expansion::new(before, &mut after, EXPAND_SET.types);
    let begin = BlockCall::new(expansion.begin(Block::ENTRY), params);
    expansion.builder.switch_to(Block::ENTRY);
    expansion.builder.jump(begin);
    let mut given = Given::by_name(
        |name| {
            assert_eq!(name, "frame", "no other value is given");
            frame
        },
        |name| given_word(name) as i64,
    );
    let done = match alone {
        None => expansion.run(&EXPAND_SET, &mut given, |_, _, _| {}),
        Some((root, rule)) => expansion.run_by(
            |site, given| match site.inst() == root {
                true => (EXPAND_SET.rules[rule].apply)(site, given).then_some(rule),
                false => (EXPAND_SET.expand)(site, given),
            },
            &mut given,
            |_, _, _| {},
        ),
    };
    done.ok().map(|()| after)
}

fn run<D: Dialect>(function: &Function<D>, arguments: &[u64]) -> (Evaluation, World) {
    let mut world = World::default();
    let end = evaluate(function, arguments, &mut world, 1000);
    assert!(
        !matches!(end, Evaluation::Unknown { .. } | Evaluation::Faulted { .. }),
        "{end:?}\n{function}"
    );
    (end, world)
}

fn arguments(function: &Function<Hir>, random: &mut Random) -> Vec<u64> {
    let params = function.params().iter();
    let word = |&param: &Value| match function.value_type(param) {
        hir::Type::Float => random.float().to_bits(),
        _ if random.one_in(6) => random.below(3) as u64,
        _ => random.integer() as u64,
    };
    params.map(word).collect()
}

#[test]
fn every_rule_does_what_the_operation_means() {
    let specs = specs();
    let above = &specs.above[0];
    let declared = &above.expansions[0];
    let mut random = Random::new(7);
    let mut hit: BTreeSet<Point> = BTreeSet::new();
    let mut accepted = vec![0; EXPAND_SET.rules.len()];
    let (mut left, mut returned) = (0, 0);
    for (row, pattern) in declared.rows.rows.iter().zip(&declared.rows.patterns) {
        let rule = &declared.rewriting.left.rules[row.rule];
        let name = EXPAND_SET.rules[row.rule].text.name;
        assert_eq!(name, rule.name.to_string());
        let ends = patterns::ends(rule);
        for number in 0..FUNCTIONS.max(FUNCTIONS_AT_ENDS * ends.len()) {
            let wanted = patterns::wanted(&ends, number);
            let (before, root) =
                patterns::function::<Hir>(rule, pattern, &above.ops, wanted, &mut random);
            verify(&before).unwrap_or_else(|errors| panic!("{errors}\n{before}"));
            let (together, points) = hits(|| expanded(&before, None));
            hit.extend(points);
            let together = together.expect("rules for everything");
            let alone = expanded(&before, Some((root, row.rule)));
            accepted[row.rule] += usize::from(alone.is_some());
            let after: Vec<_> = alone.iter().chain([&together]).collect();
            for after in &after {
                verify(after)
                    .unwrap_or_else(|errors| panic!("{name}: {errors}\n{before}\n{after}"));
            }
            for _ in 0..ARGUMENTS {
                let arguments = arguments(&before, &mut random);
                let expected = run(&before, &arguments);
                match expected.0 {
                    Evaluation::Exited { .. } => left += 1,
                    _ => returned += 1,
                }
                for after in &after {
                    assert_eq!(
                        run(after, &arguments),
                        expected,
                        "{name} with {arguments:x?}:\n{before}\n{after}"
                    );
                }
            }
        }
    }
    patterns::assert_reached(
        &Rules::of_expansion(&EXPAND_SET),
        &hit,
        &unreachable::points(&specs),
    );
    let never: Vec<&str> = (0..accepted.len())
        .filter(|&rule| accepted[rule] == 0)
        .map(|rule| EXPAND_SET.rules[rule].text.name)
        .collect();
    assert!(never.is_empty(), "never accepted: {never:?}");
    assert!(
        left > 1000 && returned > 1000,
        "{left} left, {returned} returned"
    );
}

#[test]
fn every_type_is_what_it_is_in_rust() {
    for &(ty, name) in Hir::types() {
        let expected = match name {
            "Float" => lir::Type::F64,
            _ => lir::Type::I64,
        };
        assert_eq!((EXPAND_SET.types)(ty), Some(expected), "{name}");
    }
}

fn python_page() -> String {
    let mut page = String::from(
        "# Operations on Python values\n\n\
         The dialect HIR, and the rules by which its operations become those of [LIR](lir.md). Written from the \
         declarations in [`specs/python`](../python).\n\n\
         ## Operations\n\n| Operation | What it does | Effects |\n|---|---|---|\n",
    );
    let mut line = |text: String| writeln!(page, "{text}").expect("strings take everything");
    for &op in Hir::ops() {
        let info = Hir::info(op);
        line(format!(
            "| [`{}`](../python/ops.rs#L{}) | {} | {} |",
            info.name,
            info.line,
            cell(info.doc),
            effects(info)
        ));
    }
    line("\n## Given\n\nWhat meanings and rules name besides operands.\n".to_owned());
    line("| Name | What it is |\n|---|---|".to_owned());
    for given in &specs().above[0].ops.givens {
        line(format!(
            "| `{}` | {} |",
            given.operand.name,
            cell(&given.doc)
        ));
    }
    line(format!("\n## {}\n", EXPAND_SET.name));
    line("| Rule | What it makes | Accepts | Becomes |\n|---|---|---|---|".to_owned());
    for rule in EXPAND_SET.rules {
        let rule = &rule.text;
        line(format!(
            "| [`{}`](../python/expand.rs#L{}) | {} | `{}` | `{}` |",
            rule.name,
            rule.line,
            cell(rule.doc),
            cell(rule.pattern),
            cell(rule.right.trim())
        ));
    }
    page
}

#[test]
fn the_page_is_current() {
    page::check("python.md", &python_page());
}
