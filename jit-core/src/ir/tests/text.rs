//! The printed form: what it looks like, that it parses back, and what is said of other texts.

use super::toy::{Op, Toy, Type};
use super::{block, for_random_functions, function};
use crate::ir::{Block, Builder, Function, Origin, Value, parse};

const EVERYTHING: &str = "\
function \"Task.run \\\"x\\\"\\u{a}λ\" {
block0(v0: I64, v1: F64):
  v2 = Iconst -7
  v3 = Fconst 1.5 @3
  v4 = Fconst 0x7ff8000000000001
  v5 = Fconst -0.0
  v6 = Call 0xffff800012345678, [v0, v1] @4000000000
  v7 = Call 0x10, []
  Guard v6, exit0, [v0, v3]
  Store v6, v0, 8
  Branch v7, block1(v0, v3), block2
block1(v8: I64, v10: F64):
  Return v8
block2 cold:
  Leave exit12, []
}
";

#[test]
fn the_printed_form_parses_back() {
    let parsed = function(EVERYTHING);
    assert_eq!(parsed.to_string(), EVERYTHING);
    assert_eq!(parsed.name, "Task.run \"x\"\nλ");
    assert_eq!(parsed, function(&parsed.to_string()));
}

#[test]
fn what_is_built_is_what_is_parsed() {
    let mut built: Function<Toy> = Function::new("f");
    let mut builder = Builder::new(&mut built);
    let a = builder.add_param(Block::ENTRY, Type::I64);
    let loop_block = builder.create_cold_block();
    let i = builder.add_param(loop_block, Type::I64);
    builder.set_origin(Origin(5));
    let sum = builder.emit_value(Op::Add, Type::I64, [a, a], [], []);
    let call = |value: Value| crate::ir::BlockCall::new(loop_block, [value]);
    builder.emit(Op::Jump, [], [], [call(sum)]);
    builder.switch_to(loop_block);
    builder.emit(Op::Jump, [], [], [call(i)]);

    let text = "\
function \"f\" {
block0(v0: I64):
  v2 = Add v0, v0 @5
  Jump block1(v2) @5
block1(v1: I64) cold:
  Jump block1(v1) @5
}
";
    assert_eq!(built.to_string(), text);
    assert_eq!(function(text), built);
}

#[test]
fn random_functions_survive_printing_and_parsing() {
    for_random_functions(100, |function, _| {
        let text = function.to_string();
        let parsed: Function<Toy> = text
            .parse()
            .unwrap_or_else(|error| panic!("{error}\n{text}"));
        assert_eq!(parsed.to_string(), text);
        assert_eq!(parsed, parse(&parsed.to_string()).unwrap());
    });
}

#[test]
fn comments_and_space_mean_nothing() {
    let spread =
        "function\"f\"{// name\nblock0 ( v0 : I64 ,\n v1:F64 ) : // start\nReturn\nv0@7\n}// end";
    let plain = block("  Return v0 @7");
    assert_eq!(function(spread), plain);
}

#[test]
fn a_function_that_does_not_verify_is_printed_as_far_as_it_goes() {
    let mut broken = block("  v2 = Add v0, v0\n  Return v2");
    let add = broken[Block::ENTRY].insts[0];
    broken[add].args.truncate(1);
    broken[add].attributes.push(4);
    assert_eq!(broken.display_inst(add).to_string(), "v2 = Add v0, ?, 4");
    broken[Block::ENTRY].insts.push(crate::ir::Inst(99));
    assert!(broken.to_string().ends_with("  ?\n}\n"));
}

#[test]
fn errors_say_where_and_what_was_expected() {
    let cases = [
        ("", "1:1: expected `function`, found the end of the text"),
        ("function f", "1:10: expected a name in quotes, found `f`"),
        (
            "function \"f",
            "1:10: expected a name in quotes, found `\"`",
        ),
        ("function \"f\" {}", "1:15: expected `block0`, found `}`"),
        (
            "function \"f\" {\nblock1:",
            "2:1: expected `block0`, found `block1`",
        ),
        (
            "function \"f\" {\nblock0(v0: I16):",
            "2:12: expected a type of Toy, found `I16`",
        ),
        (
            "function \"f\" {\nblock0(v0: I64, v0: I64):",
            "2:17: expected a value that is not defined yet, found `v0` again",
        ),
        (
            "function \"f\" {\nblock0:\n  Ad v1",
            "3:3: expected an operation of Toy, found `Ad`; did you mean `Add`?",
        ),
        (
            "function \"f\" {\nblock0:\n  Return 7",
            "3:10: expected a value, such as `v1`, found `7`",
        ),
        (
            "function \"f\" {\nblock0:\n  v1 = Add v0\n}",
            "4:1: expected `,` and operand `b` of `Add`, found `}`",
        ),
        (
            "function \"f\" {\nblock0:\n  v1 = Jump block0",
            "3:8: expected an operation that yields a value, found `Jump`, which yields none",
        ),
        (
            "function \"f\" {\nblock0:\n  Add v0, v0",
            "3:3: expected `v… =` before `Add`, which yields a value, found `Add`",
        ),
        (
            "function \"f\" {\nblock0:\n  v1 = Iconst 0xfffffffffffffffff",
            "3:15: expected a constant of kind `I64`, found `0xfffffffffffffffff`",
        ),
        (
            "function \"f\" {\nblock0:\n  Leave there, []",
            "3:9: expected an exit, such as `exit1`, found `there`",
        ),
        (
            "function \"f\" {\nblock0:\n  Jump there",
            "3:8: expected a block, such as `block1`, found `there`",
        ),
        (
            "function \"f\" {\nblock0:\n  Return v99999999",
            "3:10: expected a value below v16777216, found `v99999999`",
        ),
        (
            "function \"λ\" {\nblock0:\n  Return v0 @x",
            "3:14: expected the number of an origin, found `x`",
        ),
        (
            "function \"f\" {\nblock0:\n  Return v0\n}\n}",
            "5:1: expected nothing more, found `}`",
        ),
        ("function \"f\" ; {", "1:14: expected `{`, found `;`"),
    ];
    for (text, message) in cases {
        let error = parse::<Toy>(text).expect_err(text);
        assert_eq!(error.to_string(), message, "{text}");
    }
}
