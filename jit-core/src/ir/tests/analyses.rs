//! Control flow, dominators and use counts against their definitions.

use super::{block, for_random_functions, function};
use crate::ir::{Block, ControlFlow, Dominators, Edge, Value, use_counts};

#[test]
fn predecessors_count_every_edge() {
    let function = function(
        "function \"f\" {
        block0(v0: I64): Choose v0, block1, block2, block1
        block1: Jump block1
        block2: Return v0
        block3: Jump block1
        }",
    );
    let flow = ControlFlow::new(&function);
    let edge = |from: u32, target: usize| Edge {
        from: Block(from),
        target,
    };
    assert_eq!(
        flow.predecessors(Block(1)),
        [edge(0, 0), edge(0, 2), edge(1, 0), edge(3, 0)]
    );
    assert_eq!(flow.predecessors(Block(0)), []);
    assert!(!flow.is_reachable(Block(3)));
    assert_eq!(flow.rank(Block(3)), None);
    assert_eq!(flow.reverse_postorder()[0], Block(0));
    assert_eq!(flow.reverse_postorder().len(), 3);
}

#[test]
fn a_long_chain_of_blocks_needs_no_deep_stack() {
    use std::fmt::Write;
    let count = 30_000;
    let mut text = String::from("function \"f\" {\nblock0(v0: I64):\n");
    for index in 1..count {
        writeln!(text, "Jump block{index}\nblock{index}:").unwrap();
    }
    text.push_str("Return v0 }");
    let flow = ControlFlow::new(&function(&text));
    let order: Vec<Block> = (0..count).map(Block).collect();
    assert_eq!(flow.reverse_postorder(), order);
    let dominators = Dominators::new(&flow);
    assert!(dominators.dominates(Block(0), Block(count - 1)));
}

/// The blocks that can be reached from the entry without passing `avoided`.
fn reachable_without(
    function: &crate::ir::Function<super::Toy>,
    avoided: Option<Block>,
) -> Vec<bool> {
    let mut seen = vec![false; function.block_count()];
    let mut open = vec![Block::ENTRY];
    while let Some(block) = open.pop() {
        if Some(block) != avoided && !std::mem::replace(&mut seen[block.index()], true) {
            open.extend(function.successors(block));
        }
    }
    seen
}

#[test]
fn dominance_is_what_removing_a_block_says() {
    for_random_functions(100, |function, _| {
        let flow = ControlFlow::new(&function);
        let dominators = Dominators::new(&flow);
        let reachable = reachable_without(&function, None);
        for above in function.blocks() {
            let others = reachable_without(&function, Some(above));
            for below in function.blocks() {
                let expected = reachable[below.index()] && !others[below.index()];
                let expected = expected && reachable[above.index()];
                let found = dominators.dominates(above, below);
                assert_eq!(found, expected, "{above} over {below} in\n{function}");
            }
            assert_eq!(flow.is_reachable(above), reachable[above.index()]);
        }
        for block in function.blocks() {
            if let Some(immediate) = dominators.immediate(block) {
                assert!(immediate != block && dominators.dominates(immediate, block));
                for other in function.blocks() {
                    let strict = other != block && dominators.dominates(other, block);
                    assert!(!strict || dominators.dominates(other, immediate));
                }
            }
        }
    });
}

#[test]
fn uses_are_counted_with_lists_and_block_arguments() {
    let function = function(
        "function \"f\" {
        block0(v0: I64): v1 = Add v0, v0
          Guard v1, exit0, [v0, v1]
          Jump block1(v0)
        block1(v2: I64): Return v2 }",
    );
    let counts = use_counts(&function);
    let count = |value: u32| counts[Value(value).index()];
    assert_eq!((count(0), count(1), count(2)), (4, 2, 1));
    assert_eq!(use_counts(&block("Return v0")), [1, 0]);
}
