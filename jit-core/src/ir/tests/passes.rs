//! The passes: what they do to small functions, and that they change the meaning of no random one.

use super::toy::{Op, Toy};
use super::{for_functions_of_shape, for_random_functions, function};
use crate::ir::passes::{
    eliminate_dead_code, number_values, remove_unreachable_blocks, split_critical_edges,
};
use crate::ir::testing::{Random, Shape, WrappingMemory};
use crate::ir::{Block, ControlFlow, Evaluation, Function, evaluate, verify};

/// Runs both on the same arguments and compares all that can be seen.
fn assert_same(before: &Function<Toy>, after: &Function<Toy>, random: &mut Random) {
    verify(after).unwrap_or_else(|errors| panic!("{errors}\n{before}\n{after}"));
    for _ in 0..6 {
        let arguments = [random.integer() as u64, random.float().to_bits()];
        let run = |function: &Function<Toy>| {
            let mut memory = WrappingMemory::default();
            (evaluate(function, &arguments, &mut memory, 500), memory)
        };
        let (expected, expected_memory) = run(before);
        if expected == Evaluation::OutOfSteps {
            continue;
        }
        let (found, memory) = run(after);
        assert_eq!(found, expected, "{arguments:?}\n{before}\n{after}");
        assert_eq!(memory, expected_memory, "{arguments:?}\n{before}\n{after}");
    }
}

/// Applies a pass to random functions; the meaning stays, and doing it again changes nothing.
fn check_pass(shape: &Shape<Toy>, pass: impl Fn(&mut Function<Toy>) -> usize) {
    let mut changed = 0;
    for_functions_of_shape(shape, 80, |before, random| {
        let mut after = before.clone();
        changed += pass(&mut after);
        assert_same(&before, &after, random);
        assert_eq!(pass(&mut after), 0, "not done at once\n{before}\n{after}");
    });
    assert!(changed > 20, "the random functions give it nothing to do");
}

#[test]
fn dead_code_elimination_keeps_the_meaning() {
    check_pass(&Shape::default(), eliminate_dead_code);
}

#[test]
fn value_numbering_keeps_the_meaning() {
    // Few operations, so that the same ones meet the same operands.
    let arithmetic = [Op::Add, Op::Less, Op::Guard, Op::AddOrExit, Op::Mystery];
    let memory = [
        Op::Load,
        Op::Load,
        Op::Load,
        Op::Iconst,
        Op::Store,
        Op::Call,
    ];
    for plain in [arithmetic.as_slice(), memory.as_slice()] {
        for (blocks, insts) in [(6, 12), (30, 6)] {
            let ends = [Op::Branch, Op::Jump, Op::Return];
            let shape = Shape {
                blocks,
                insts,
                ops: [plain, ends.as_slice()].concat(),
                ..Shape::default()
            };
            check_pass(&shape, number_values);
        }
    }
}

#[test]
fn splitting_critical_edges_keeps_the_meaning() {
    check_pass(&Shape::default(), |function| {
        split_critical_edges(function, Op::Jump)
    });
}

#[test]
fn removing_unreachable_blocks_keeps_the_meaning() {
    check_pass(&Shape::default(), remove_unreachable_blocks);
}

#[test]
fn the_passes_together_keep_the_meaning() {
    for_random_functions(80, |before, random| {
        let mut after = before.clone();
        remove_unreachable_blocks(&mut after);
        number_values(&mut after);
        eliminate_dead_code(&mut after);
        split_critical_edges(&mut after, Op::Jump);
        assert_same(&before, &after, random);
    });
}

#[test]
fn dead_cycles_of_parameters_go() {
    let mut looping = function(
        "function \"f\" {
        block0(v0: I64): v1 = Iconst 1  v2 = Load v0, 0
          Jump block1(v0, v2)
        block1(v3: I64, v4: I64): v5 = Add v4, v1
          Branch v0, block1(v3, v5), block2
        block2: Return v3 }",
    );
    assert_eq!(eliminate_dead_code(&mut looping), 4);
    assert_eq!(
        looping.to_string(),
        "function \"f\" {\nblock0(v0: I64):\n  Jump block1(v0)\nblock1(v3: I64):\n  \
         Branch v0, block1(v3), block2\nblock2:\n  Return v3\n}\n"
    );
}

#[test]
fn repeated_values_and_guards_go_where_dominated() {
    let mut repeated = function(
        "function \"f\" {
        block0(v0: I64, v1: I64): v2 = Add v0, v1
          Guard v2, exit0, [v0]
          Branch v0, block1, block2
        block1: v3 = Add v1, v0
          Guard v3, exit1, [v3, v1]
          v4 = Sub v3, v0
          v5 = AddOrExit v3, v2, exit2, []
          v6 = AddOrExit v2, v3, exit3, [v4]
          v7 = Load v6, 0
          v8 = Load v6, 0
          v9 = Add v7, v8
          Return v9
        block2: v10 = Sub v2, v0
          Return v10 }",
    );
    assert_eq!(number_values(&mut repeated), 4);
    assert_eq!(
        repeated.to_string(),
        "function \"f\" {\nblock0(v0: I64, v1: I64):\n  v2 = Add v0, v1\n  Guard v2, exit0, [v0]\n  \
         Branch v0, block1, block2\nblock1:\n  v4 = Sub v2, v0\n  v5 = AddOrExit v2, v2, exit2, []\n  \
         v7 = Load v5, 0\n  v9 = Add v7, v7\n  Return v9\n\
         block2:\n  v10 = Sub v2, v0\n  Return v10\n}\n"
    );
}

#[test]
fn reads_are_repeated_where_memory_may_have_changed() {
    let mut reads = function(
        "function \"f\" {
        block0(v0: I64): v1 = Load v0, 0  v2 = Load v0, 8
          Branch v1, block1, block2
        block1: v3 = Load v0, 0
          Store v3, v0, 8
          v4 = Load v0, 0  v5 = Load v0, 0  v6 = Add v4, v5
          Jump block3(v6)
        block2: v7 = Load v0, 8  v8 = Call 0x10, []  v9 = Load v0, 8  v10 = Add v7, v9
          Jump block3(v10)
        block3(v11: I64): v12 = Load v0, 0  v13 = Add v11, v12
          Branch v13, block3(v13), block4
        block4: v14 = Load v0, 0  Return v14 }",
    );
    assert_eq!(number_values(&mut reads), 4);
    assert_eq!(
        reads.to_string(),
        "function \"f\" {\nblock0(v0: I64):\n  v1 = Load v0, 0\n  v2 = Load v0, 8\n  Branch v1, block1, block2\n\
         block1:\n  Store v1, v0, 8\n  v4 = Load v0, 0\n  v6 = Add v4, v4\n  Jump block3(v6)\n\
         block2:\n  v8 = Call 0x10, []\n  v9 = Load v0, 8\n  v10 = Add v2, v9\n  Jump block3(v10)\n\
         block3(v11: I64):\n  v12 = Load v0, 0\n  v13 = Add v11, v12\n  Branch v13, block3(v13), block4\n\
         block4:\n  Return v12\n}\n"
    );
}

#[test]
fn a_write_on_any_way_to_a_block_counts() {
    let clean = "v8 = Iconst 1";
    let writing = "Store v0, v0, 0";
    for (first, second, back) in [
        (writing, clean, clean),
        (clean, writing, clean),
        (clean, clean, writing),
    ] {
        let text = format!(
            "function \"f\" {{
            block0(v0: I64): v1 = Load v0, 0
              Branch v0, block1, block2
            block1: {first} Jump block3
            block2: {} Jump block3
            block3: v2 = Load v0, 0
              Branch v2, block4, block5
            block4: {} Jump block3
            block5: Return v2 }}",
            second.replace("v8", "v9"),
            back.replace("v8", "v10"),
        );
        let mut merging = function(&text);
        let repeated = number_values(&mut merging);
        assert_eq!(repeated, 0, "{text}\nbecomes\n{merging}");
    }
}

#[test]
fn no_critical_edge_is_left() {
    for_random_functions(200, |mut function, _| {
        split_critical_edges(&mut function, Op::Jump);
        let flow = ControlFlow::new(&function);
        for block in function
            .blocks()
            .filter(|&b| function.successors(b).len_at_least(2))
        {
            for successor in function.successors(block) {
                assert_eq!(flow.predecessors(successor).len(), 1, "{function}");
            }
        }
    });
}

trait LenAtLeast: Iterator + Sized {
    fn len_at_least(mut self, count: usize) -> bool {
        self.nth(count - 1).is_some()
    }
}

impl<I: Iterator> LenAtLeast for I {}

#[test]
fn a_block_on_a_cold_edge_is_cold() {
    let mut edges = function(
        "function \"f\" {
        block0(v0: I64): Branch v0, block1, block2
        block1: Branch v0, block2, block1
        block2 cold: Return v0 }",
    );
    assert_eq!(split_critical_edges(&mut edges, Op::Jump), 4);
    let cold: Vec<bool> = (3..7).map(|index| edges[Block(index)].cold).collect();
    assert_eq!(cold, [false, true, true, false]);
}

#[test]
fn blocks_close_ranks() {
    let mut gap = function(
        "function \"f\" {
        block0(v0: I64): Jump block2(v0)
        block1: v1 = Iconst 1 Jump block2(v1)
        block2(v2: I64): Return v2 }",
    );
    assert_eq!(remove_unreachable_blocks(&mut gap), 1);
    assert_eq!(
        gap.to_string(),
        "function \"f\" {\nblock0(v0: I64):\n  Jump block1(v0)\nblock1(v2: I64):\n  Return v2\n}\n"
    );
}
