//! The evaluator: every way in which a run ends.

use super::toy::Toy;
use super::{block, function};
use crate::ir::testing::WrappingMemory;
use crate::ir::{Evaluation, Fault, Function, Inst, NoMemory, Value, evaluate};

fn run(function: &Function<Toy>, v0: i64) -> Evaluation {
    evaluate(function, &[v0 as u64, 0], &mut NoMemory::default(), 1000)
}

#[test]
fn a_loop_adds_up() {
    let sum = function(
        "function \"sum\" {
        block0(v0: I64, v1: F64): v2 = Iconst 0  v3 = Iconst 1
          Jump block1(v2, v2)
        block1(v4: I64, v5: I64):
          v6 = Less v4, v0
          Branch v6, block2, block3(v5)
        block2: v7 = Add v4, v3  v8 = Add v5, v4
          Jump block1(v7, v8)
        block3(v9: I64): Return v9 }",
    );
    assert_eq!(run(&sum, 10), Evaluation::Returned(45));
    assert_eq!(run(&sum, -3), Evaluation::Returned(0));
    assert_eq!(run(&sum, i64::MAX), Evaluation::OutOfSteps);
}

#[test]
fn arguments_to_blocks_are_read_before_any_parameter_changes() {
    let swap = function(
        "function \"swap\" {
        block0(v0: I64, v1: F64): v2 = Iconst 7  v3 = Iconst 0
          Jump block1(v0, v2, v3)
        block1(v4: I64, v5: I64, v6: I64): v7 = Iconst 1
          Branch v6, block2, block1(v5, v4, v7)
        block2: Return v4 }",
    );
    assert_eq!(run(&swap, 3), Evaluation::Returned(7));
}

#[test]
fn exits_carry_the_live_values() {
    let guard = block("Guard v0, exit5, [v1, v0] Return v0");
    assert_eq!(run(&guard, 1), Evaluation::Returned(1));
    let exited = |exit, live: &[u64]| Evaluation::Exited {
        exit,
        live: live.to_vec(),
    };
    assert_eq!(run(&guard, 0), exited(5, &[0, 0]));

    let checked = block("v2 = AddOrExit v0, v0, exit1, [v0] Return v2");
    assert_eq!(run(&checked, 4), Evaluation::Returned(8));
    assert_eq!(run(&checked, i64::MAX), exited(1, &[i64::MAX as u64]));

    let leave = block("Leave exit2, [v0]");
    assert_eq!(run(&leave, 9), exited(2, &[9]));
}

#[test]
fn faults_end_the_run() {
    let load = block("v2 = Load v0, 8 Return v2");
    let fault = Fault::OutOfBounds {
        address: 24,
        bytes: 8,
    };
    let inst = Inst(0);
    assert_eq!(run(&load, 16), Evaluation::Faulted { inst, fault });

    let call = block("v2 = Call 0x40, [v0] Return v2");
    let fault = Fault::NoSuchTarget { target: 0x40 };
    assert_eq!(run(&call, 0), Evaluation::Faulted { inst, fault });
}

#[test]
fn memory_and_calls_go_to_the_memory() {
    let text = "Store v0, v0, 8  v2 = Load v0, 8  v3 = Call 0x99, [v2, v1] Return v2";
    let mut memory = WrappingMemory::default();
    let end = evaluate(&block(text), &[77, 5], &mut memory, 10);
    assert_eq!(end, Evaluation::Returned(77));
    assert_eq!(memory.calls, [(0x99, vec![77, 5])]);
}

#[test]
fn what_is_not_known_is_said_to_be_unknown() {
    let mystery = block("v2 = Mystery v0 Return v2");
    let unknown = |inst: u32| Evaluation::Unknown {
        inst: Some(Inst(inst)),
    };
    assert_eq!(run(&mystery, 0), unknown(0));
    let end = evaluate(&mystery, &[0, 0], &mut WrappingMemory::default(), 10);
    assert!(matches!(end, Evaluation::Returned(_)));

    // No such argument, no such value, no terminator.
    let end = evaluate(&mystery, &[0], &mut NoMemory::default(), 10);
    assert_eq!(end, Evaluation::Unknown { inst: None });
    let mut broken = block("v2 = Add v0, v0 Return v2");
    broken[Inst(0)].args[0] = Value(99);
    assert_eq!(run(&broken, 0), unknown(0));
    broken[crate::ir::Block::ENTRY].insts.clear();
    assert_eq!(run(&broken, 0), Evaluation::Unknown { inst: None });
}
