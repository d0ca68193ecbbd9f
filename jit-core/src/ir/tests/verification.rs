//! The verifier: one broken function for every rule, and no complaint about random ones.

use super::toy::{Toy, Type};
use super::{block, for_random_functions};
use crate::ir::{Block, BlockCall, Function, Inst, Value, ValueDef, parse, verify};

#[test]
fn random_functions_verify() {
    for_random_functions(100, |function, _| {
        verify(&function).unwrap_or_else(|errors| panic!("{errors}\n{function}"));
    });
}

/// What the verifier says, a line for each error.
fn complaints(function: &Function<Toy>) -> Vec<String> {
    match verify(function) {
        Ok(()) => Vec::new(),
        Err(errors) => errors.to_string().lines().map(String::from).collect(),
    }
}

#[track_caller]
fn assert_complaints(text: &str, expected: &[&str]) {
    let function = parse(text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    assert_eq!(complaints(&function), expected);
}

#[test]
fn texts_that_break_the_rules() {
    assert_complaints(
        "function \"f\" { block0(v0: I64): v1 = Iconst 1 }",
        &["function \"f\", block0: the block does not end with a terminator"],
    );
    assert_complaints(
        "function \"f\" { block0(v0: I64): Return v0 Return v0 }",
        &["function \"f\", block0, `Return v0`: a terminator stands before the end of its block"],
    );
    assert_complaints(
        "function \"f\" { block0(v0: I64, v1: F64): v2 = Add v0, v1 Jump block1(v1, v0)
         block1(v3: I64): Return v9 }",
        &[
            "function \"f\", block0, `v2 = Add v0, v1`: operand `b` of `Add` is I64, and v1 is F64",
            "function \"f\", block0, `Jump block1(v1, v0)`: block1 takes 1 arguments, not 2",
            "function \"f\", block0, `Jump block1(v1, v0)`: parameter v3 of block1 is I64, and v1 is F64",
            "function \"f\", block1, `Return v9`: v9 does not exist",
        ],
    );
    assert_complaints(
        "function \"f\" { block0(v0: I64): Branch v0, block0(v0), block7 }",
        &[
            "function \"f\", block0, `Branch v0, block0(v0), block7`: nothing may jump to the entry block",
            "function \"f\", block0, `Branch v0, block0(v0), block7`: block7 does not exist",
        ],
    );
    assert_complaints(
        "function \"f\" { block0(v0: I64, v4: I64): Return v2 }",
        &["function \"f\", block0, `Return v2`: nothing defines v2"],
    );
}

#[test]
fn definitions_have_to_come_before_uses() {
    assert_complaints(
        "function \"f\" {
        block0(v0: I64): v1 = Add v2, v0  v2 = Add v1, v0
          Branch v2, block1, block2
        block1: v3 = Iconst 1  Jump block2
        block2: Guard v3, exit0, [v3] Jump block3(v3)
        block3(v4: I64): Return v4
        block4: v5 = Add v3, v4 Jump block3(v5) }",
        &[
            "function \"f\", block0, `v1 = Add v2, v0`: v2 is used before its definition",
            "function \"f\", block2, `Guard v3, exit0, [v3]`: control can get here without passing block1, which defines v3",
            "function \"f\", block2, `Guard v3, exit0, [v3]`: control can get here without passing block1, which defines v3",
            "function \"f\", block2, `Jump block3(v3)`: control can get here without passing block1, which defines v3",
        ],
    );
    // An instruction does not have its own result as operand, and nothing reachable has a value of what is not.
    assert_complaints(
        "function \"f\" { block0(v0: I64): v1 = Add v1, v0 Jump block1
         block1: Return v2
         block2: v2 = Iconst 1 Jump block1 }",
        &[
            "function \"f\", block0, `v1 = Add v1, v0`: v1 is used before its definition",
            "function \"f\", block1, `Return v2`: control can get here without passing block2, which defines v2",
        ],
    );
}

/// Breaks a good function by hand in a way that no text can.
#[track_caller]
fn assert_broken(change: impl FnOnce(&mut Function<Toy>), expected: &[&str]) {
    let mut function = block("v2 = Add v0, v0 Guard v2, exit0, [v0] Return v2");
    change(&mut function);
    let complaints: Vec<String> = complaints(&function)
        .into_iter()
        .map(|line| line.replace("function \"f\", block0", ""))
        .collect();
    assert_eq!(complaints, expected);
}

#[test]
fn indices_lead_somewhere() {
    assert_broken(
        |f| f[Block::ENTRY].insts.insert(0, Inst(9)),
        &[": inst9 does not exist"],
    );
    assert_broken(
        |f| f[Inst(1)].args[1] = Value(9),
        &[", `Guard v2, exit0, [v9]`: v9 does not exist"],
    );
    assert_broken(
        |f| f[Inst(0)].result = Some(Value(9)),
        &[
            ", `v9 = Add v0, v0`: v9 does not exist",
            ", `Guard v2, exit0, [v0]`: nothing defines v2",
            ", `Return v2`: nothing defines v2",
        ],
    );
}

#[test]
fn instructions_stand_once() {
    assert_broken(
        |f| f[Block::ENTRY].insts.insert(1, Inst(0)),
        &[", `v2 = Add v0, v0`: the instruction stands in block0 already"],
    );
    assert_broken(
        |f| f[Block::ENTRY].insts.retain(|&inst| inst != Inst(0)),
        &[
            ", `Guard v2, exit0, [v0]`: nothing defines v2",
            ", `Return v2`: nothing defines v2",
        ],
    );
}

#[test]
fn counts_are_those_declared() {
    assert_broken(
        |f| f[Inst(0)].args.push(Value(0)),
        &[", `v2 = Add v0, v0, v0`: `Add` takes 2 values, not 3"],
    );
    assert_broken(
        |f| f[Inst(1)].args.clear(),
        &[", `Guard ?, exit0, []`: `Guard` takes 1 values before the list, not 0"],
    );
    assert_broken(
        |f| f[Inst(1)].attributes.push(3),
        &[", `Guard v2, exit0, [v0], 3`: `Guard` takes 1 constants, not 2"],
    );
    assert_broken(
        |f| {
            let block = f.add_block();
            f[Inst(1)].targets.push(BlockCall::from(block));
            let end = f[Inst(2)].clone();
            let end = f.add_inst(end);
            f[block].insts.push(end);
        },
        &[", `Guard v2, exit0, [v0], block1`: `Guard` takes 0 targets, not 1"],
    );
}

#[test]
fn results_are_those_declared() {
    assert_broken(
        |f| f[Inst(0)].result = None,
        &[
            ", `Add v0, v0`: `Add` yields a value, and none is named",
            ", `Guard v2, exit0, [v0]`: nothing defines v2",
            ", `Return v2`: nothing defines v2",
        ],
    );
    assert_broken(
        |f| f[Inst(1)].result = Some(f.add_value(Type::I64, ValueDef::Inst(Inst(1)))),
        &[", `v3 = Guard v2, exit0, [v0]`: `Guard` yields no value, not even v3"],
    );
    assert_broken(
        |f| f[Inst(0)].result = Some(Value(0)),
        &[
            ", `v0 = Add v0, v0`: v0 is not defined as the result of this",
            ", `Guard v2, exit0, [v0]`: nothing defines v2",
            ", `Return v2`: nothing defines v2",
        ],
    );
    assert_broken(
        |f| f[Value(2)].ty = Type::F64,
        &[
            ", `v2 = Add v0, v0`: the result of `Add` is I64, and v2 is F64",
            ", `Guard v2, exit0, [v0]`: operand `condition` of `Guard` is I64, and v2 is F64",
            ", `Return v2`: operand `value` of `Return` is I64, and v2 is F64",
        ],
    );
}

#[test]
fn parameters_are_defined_as_such() {
    assert_broken(
        |f| f[Block::ENTRY].params.swap(0, 1),
        &[
            ": v1 is not defined as parameter 0 of block0",
            ": v0 is not defined as parameter 1 of block0",
            ", `v2 = Add v0, v0`: nothing defines v0",
            ", `v2 = Add v0, v0`: nothing defines v0",
            ", `Guard v2, exit0, [v0]`: nothing defines v0",
        ],
    );
}
