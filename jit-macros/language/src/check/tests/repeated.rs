//! What is said twice, or by a name that means something else already.

use super::slips::{dialect, machine, strategies};
use super::{about_add, said};

#[test]
fn machines() {
    let one = |text: &str, message: &str| {
        assert_eq!(machine(&format!("target aarch64; {text}")), [message]);
    };
    one("target aarch64;", "there is a target already [JL070]");
    one(
        "reg G: X { codes 0..=3, 2..=4; }",
        "x2 is in this list already [JL070]",
    );
    one(
        "reg G: X { codes 0..=3, 31 as xzr, 31 as xzr; }",
        "xzr is in this list already [JL070]",
    );
    one(
        "convention c { arguments x0, x0; results x0; preserved x19; }",
        "x0 is in this list already [JL070]",
    );
    for name in ["flags", "lr", "x7"] {
        one(
            &format!("convention {name} {{ arguments x0; results x0; preserved x19; }}"),
            &format!("`{name}` means something else where this name would stand [JL070]"),
        );
    }
    one(
        "imm label: u32 { range 0..=1; }",
        "`label` means something else where this name would stand [JL070]",
    );
    one("reserved w18 \"why\";", "`w18` is a part of x18 [JL037]");
    one("reserved x18 \" \";", "nothing is said about why [JL000]");
    one("conditions { zz = flags.z; }", "no condition `zz` [JL001]");
    one(
        "imm A: u32 { range 0u8..=1; }",
        "expected a whole number of at most 64 bits, found `0u8` [JL000]",
    );
    let beyond =
        "form add (w X, r X); means add (d, a) { d = a.wrapping_add(0x1_0000_0000_0000_0000); }";
    let found = machine(&format!("target aarch64; {beyond}"));
    assert_eq!(
        found,
        ["a number of more than 64 bits: `0x1_0000_0000_0000_0000` [JL073]"]
    );
    // What is misspelt is not missed besides.
    assert_eq!(machine("targets aarch64;").len(), 1);
}

#[test]
fn dialects() {
    let one = |text: &str, message: &str| {
        let text = format!("dialect D; value I: i64 in {{ Gpr }}; {text}");
        assert_eq!(dialect(&text), [message]);
    };
    one(
        "op A(a: I) -> I { pure; pure; means a; }",
        "there is this statement already [JL070]",
    );
    one(
        "value J: i32 in { Gpr, Gpr };",
        "there is `Gpr` already [JL070]",
    );
    one(
        "extensible by a::b; extensible by a::c;",
        "there is an `extensible by …;` already [JL070]",
    );
    one(
        "attribute Exit;",
        "`Exit` means something else where this name would stand [JL070]",
    );
    one(
        "given memory: I;",
        "`memory` means something else where this name would stand [JL070]",
    );
}

#[test]
fn rules() {
    let clobbers = |clobbers: &str| {
        about_add(&format!(
            "when Add(a: Gpr, b: Gpr) -> d: Gpr; {clobbers} emit {{ ; mov x16, X(a) ; add X(d), x16, X(b) }}"
        ))
    };
    let twice = ["there is `x16` among the clobbers already [JL070]"];
    assert_eq!(clobbers("clobbers x16, x16;"), twice);
    assert_eq!(clobbers("clobbers x16; clobbers x16;"), twice);
    assert_eq!(
        said(
            "total { Add, Add } rule add { when Add(a: Gpr, b: Gpr) -> d: Gpr; emit { ; add X(d), X(a), X(b) } }"
        ),
        ["operation `Add` is listed twice [JL070]"]
    );
}

#[test]
fn calls() {
    let far = "strategy far { site { ; use mov_imm64(x16, target) ; blr x16 } clobbers x16, lr;
        size |sites, words| (4 * words + 4) * sites; }";
    let one = |text: &str, message: &str| {
        assert_eq!(strategies(&format!("{far} {text}")), [message], "{text}");
    };
    let near = |links: &str, clobbers: &str, size: &str, more: &str| {
        format!(
            "strategy near {{ site {{ ; bl =>target }} links {{ {links} }} clobbers {clobbers}; size {size}; otherwise far; {more} }}"
        )
    };
    let (link, size) = ("site -> target: Branch26", "|sites| 4 * sites");
    one(
        &near(&format!("{link}, {link}"), "lr", size, ""),
        "there is this link already [JL070]",
    );
    one(
        &near(link, "lr, lr", size, ""),
        "there is `lr` among the clobbers already [JL070]",
    );
    one(
        &near(link, "lr", "|sites, sites| 4 * sites", ""),
        "variable `sites` is declared twice [JL070]",
    );
    for variable in ["", "A=B", "a b"] {
        one(
            &near(
                link,
                "lr",
                size,
                &format!("threshold sites >= 3, env {variable:?};"),
            ),
            &format!("expected the name of an environment variable, found {variable:?} [JL000]"),
        );
    }
    for feature in ["", "a b"] {
        one(
            &near(link, "lr", size, &format!("feature {feature:?};")),
            &format!("expected the name of a cargo feature, found {feature:?} [JL000]"),
        );
    }
    one(
        "choose best { least_bytes from [far]; least_bytes from [far]; }",
        "there is a `least_bytes` already [JL070]",
    );
    one(
        "sequence copy(a: Gpr, a: Gpr) { ; mov X(a), X(a) } means { a = a; }",
        "parameter `a` is declared twice [JL070]",
    );
    for name in ["x0", "memory", "flags", "next"] {
        one(
            &format!("sequence copy({name}: Gpr) {{ ; mov X({name}), X({name}) }} means {{ }}"),
            &format!("`{name}` is something else in `means` [JL070]"),
        );
    }
    one(
        "sequence copy(a: Gpr) { ; mov X(a), X(a) } means { } clobbers x16, x16;",
        "there is `x16` among the clobbers already [JL070]",
    );
}

#[test]
fn strategies_are_no_sequences() {
    let far = "strategy far { site { ; use mov_imm64(x16, target) ; blr x16 } clobbers x16, lr;
        size |sites, words| (4 * words + 4) * sites; }
        sequence copy(to: Gpr, from: Gpr) { ; mov X(to), X(from) } means { to = from; }";
    let near = |more: &str| {
        strategies(&format!(
            "{far} strategy near {{ site {{ ; bl =>target }} links {{ site -> target: Branch26 }} clobbers lr;
             size |sites| 4 * sites; {more} }}"
        ))
    };
    let message = ["`copy` is a sequence, and a strategy stands here [JL003]"];
    assert_eq!(near("otherwise copy;"), message);
    assert_eq!(near("otherwise far; singleton copy;"), message);
    assert_eq!(
        strategies(&format!(
            "{far} choose best {{ least_bytes from [far, copy]; }}"
        )),
        message
    );
}

#[test]
fn sites_call() {
    let site = |site: &str, more: &str| {
        strategies(&format!(
            "strategy far {{ site {{ {site} }} {more} clobbers x16, lr; size |sites, words| (4 * words + 4) * sites; }}"
        ))
    };
    let use_and = |line: &str| site(&format!("; use mov_imm64(x16, target) {line}"), "");
    assert_eq!(
        use_and("; br x16"),
        ["`br` leaves the site of strategy `far` for good, and a call comes back [JL066]"]
    );
    assert_eq!(
        site("; use mov_imm64(w16, target) ; blr x16", ""),
        ["`w16` is a part of x16 [JL037]"]
    );
    assert_eq!(
        site("; use mov_imm64(d0, target) ; blr x16", ""),
        ["an address is built in a general register, and `d0` is none [JL036]"]
    );
    // In a rule, what is wrong with the register of a line that should go is not said.
    assert_eq!(
        about_add("when Add(a: Gpr, b: Gpr) -> d: Gpr; emit { ; add X(d), X(a), X(b) ; br x16 }"),
        ["rule `add` never comes to its end, and something follows it [JL066]"]
    );
}

#[test]
fn lines_begin_with_a_semicolon() {
    let emit = |lines: &str| {
        about_add(&format!(
            "when Add(a: Gpr, b: Gpr) -> d: Gpr; emit {{ {lines} }} bytes 4;"
        ))
    };
    let missing = ["a line begins with `;` [JL080]"];
    let needless = ["nothing stands behind this `;` [JL080]"];
    assert_eq!(emit("add X(d), X(a), X(b)"), missing);
    assert_eq!(emit("; add X(d), X(a), X(b) ;"), needless);
    assert_eq!(emit("; ; add X(d), X(a), X(b)"), needless);
    assert_eq!(
        strategies(
            "strategy far { site { use mov_imm64(x16, target) ; blr x16 } clobbers x16, lr;
             size |sites, words| (4 * words + 4) * sites; }"
        ),
        missing
    );
}

#[test]
fn numbers_of_a_line_add_up() {
    let line = |kinds: &str, line: &str| {
        let text = "extends crate::isa; imm Width: u32 { range 1..=64; }
             form ubfx (w X, r X, imm Imm6, imm Width) within 64;
             means ubfx (d, a, low, width) { d = a << (64 - width - low) >> (64 - width); }";
        let context = crate::error::Context::new();
        let isa = crate::reading::extended_isa(super::isa(), super::tokens(text), &context);
        let rules = format!(
            "lowering Test for crate::ops on crate::isa; partial {{ Add }}
             rule add {{ when Add(a: Gpr, b: {kinds}) -> d: Gpr; emit {{ ; ubfx X(d), X(a), {line} }} }}"
        );
        let ops = super::ops();
        crate::reading::lowering(super::tokens(&rules), &isa, &ops, None, &context);
        super::first_lines(super::texts(context))
    };
    assert_eq!(line("Imm6", "b, 1"), super::NOTHING);
    assert_eq!(
        line("Imm6", "b, 2"),
        ["the numbers of this `ubfx` may add up to 65, and it takes 64 at most [JL041]"]
    );
    assert_eq!(
        line("Width", "32, b"),
        ["the numbers of this `ubfx` may add up to 96, and it takes 64 at most [JL041]"]
    );
}
