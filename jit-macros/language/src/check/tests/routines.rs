//! Rules call routines that are declared, with what they work on.

use super::{NOTHING, first_lines, isa, ops, said, texts, tokens};
use crate::error::Context;

const CALLS: &str = "
    calls Calls on crate::isa;
    routine drop(object: Gpr, to: label) { ; mov x16, X(object) ; b =>to } means { x16 = object; goto(to); }
    routine leave() { ; ret } means { goto(x30); }
    routine both(a: Gpr, b: Gpr) { ; mov x16, X(a) ; mov x17, X(b) ; ret } means { x16 = a; x17 = b; goto(x30); }
    sequence copy(to: Gpr, from: Gpr) { ; mov X(to), X(from) } means { to = from; }
";

/// What is said about a rule for `Add` with this line.
fn about(class: &str, line: &str) -> Vec<String> {
    about_with(vec![CALLS], class, line)
}

fn about_with(declared: Vec<&str>, class: &str, line: &str) -> Vec<String> {
    let (isa, ops, context) = (isa(), ops(), Context::new());
    let declared = declared.into_iter().map(tokens).collect();
    let calls = crate::reading::unchecked_calls(declared, &isa, &context);
    // `b` is bound where the line names it.
    let other = if line.contains("(b)") {
        "b: Imm12"
    } else {
        "0"
    };
    let rules = format!(
        "lowering Test for crate::ops on crate::isa with crate::calls; partial {{ Add }} jump t {{ ; b =>t }}
         rule add {{
             when Add(a: {class}, {other}) -> d: Gpr; d = a; clobbers x16, x17, lr, flags; emit {{ {line} }}
         }}"
    );
    crate::reading::lowering(tokens(&rules), &isa, &ops, calls.as_ref(), &context);
    first_lines(texts(context))
}

#[test]
fn routines_are_declared() {
    assert_eq!(about("Gpr", "; routine drop(a)"), NOTHING);
    assert_eq!(
        about("Gpr", "; routine dorp(a)"),
        ["no routine `dorp`; did you mean `drop`? [JL001]"]
    );
    // A sequence is none.
    assert_eq!(
        about("Gpr", "; routine copy(a)"),
        ["no routine `copy` [JL001]"]
    );
    assert_eq!(
        said(
            "partial { Add } rule add {
                 when Add(a: Gpr, 0) -> d: Gpr; d = a; clobbers lr; emit { ; routine drop(a) }
             }"
        ),
        ["no routine `drop`: these rules know no declarations of calls [JL001]"]
    );
}

#[test]
fn routines_get_what_they_work_on() {
    let several = |name: &str| {
        [format!(
            "`{name}` does not work on one register, as what rules call does [JL002]"
        )]
    };
    assert_eq!(about("Gpr", "; routine leave(a)"), several("leave"));
    assert_eq!(about("Gpr", "; routine both(a)"), several("both"));
    for line in ["drop", "drop()", "drop(a, b)", "drop a", "(a)"] {
        assert_eq!(
            about("Gpr", &format!("; routine {line}")),
            ["`routine` stands in front of the name of a routine and its operand [JL080]"]
        );
    }
    assert_eq!(
        about("Gpr", "; routine drop(c)"),
        ["no operand `c` [JL030]"]
    );
    assert_eq!(
        about("Gpr", "; routine drop(b)"),
        ["`b` is no operand in a register [JL003]"]
    );
    assert_eq!(
        about("GprZr", "; routine drop(a)"),
        ["`a: GprZr` may be in a register that `drop` is not made for [JL003]"]
    );
}

#[test]
fn the_arena_has_no_routines_of_extensions() {
    let mine = "calls Mine extends crate::calls on crate::isa;
        routine mine(object: Gpr) { ; mov x16, X(object) ; ret } means { x16 = object; goto(x30); }";
    assert_eq!(
        about_with(vec![mine, CALLS], "Gpr", "; routine drop(a)"),
        NOTHING
    );
    assert_eq!(
        about_with(vec![mine, CALLS], "Gpr", "; routine mine(a)"),
        ["`mine` is a routine of this crate, and the arena has none of its [JL022]"]
    );
}
