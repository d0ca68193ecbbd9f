//! Checks of what the template of a rule does.

use super::{NOTHING, about_add, full, said};

#[test]
fn a_right_rule_is_left_alone() {
    assert_eq!(
        about_add("when Add(a: Gpr, b: Gpr) -> d: Gpr; emit { ; add X(d), X(a), X(b) } bytes 4;"),
        NOTHING
    );
    assert_eq!(
        about_add("when Add(a: Gpr, b: Imm12) -> d: Gpr; emit { ; add XSP(d), XSP(a), b }"),
        NOTHING
    );
}

#[test]
fn jl030_names_are_bound_and_used() {
    assert_eq!(
        about_add("when Add(a: Gpr, b: Gpr) -> d: Gpr; emit { ; add X(d), X(a), X(c) }"),
        [
            "the template names `c`, which nothing in rule `add` binds [JL030]",
            "`b` is bound by rule `add` and never used [JL030]"
        ]
    );
    assert_eq!(
        about_add("when Add(a: Gpr, _: Gpr) -> d: Gpr; emit { ; mov X(d), X(a) }"),
        NOTHING
    );
    assert_eq!(
        about_add(
            "when Add(a: Gpr, b: Gpr) -> d: Gpr; temp t: Gpr; emit { ; add X(d), X(a), X(b) }"
        ),
        ["`t` is bound by rule `add` and never used [JL030]"]
    );
}

#[test]
fn jl003_a_constant_is_no_register() {
    assert_eq!(
        about_add("when Add(a: Gpr, b: Imm12) -> d: Gpr; emit { ; add X(d), X(a), X(b) }"),
        ["`b` is a constant, and a register stands here [JL003]"]
    );
    assert_eq!(
        about_add("when Add(a: Gpr, b: Gpr) -> d: Gpr; emit { ; add XSP(d), XSP(a), b }"),
        ["`b` is a register, and a constant stands here [JL003]"]
    );
}

#[test]
fn jl031_results_are_written() {
    assert_eq!(
        about_add(
            "when Add(a: Gpr, b: Gpr) -> d: Gpr; temp t: Gpr; emit { ; add X(t), X(a), X(b) }"
        ),
        ["`d` is the result of rule `add`, but no instruction writes it [JL031]"]
    );
    assert_eq!(
        about_add(
            "when Add(a: Gpr, b: Gpr) -> d: Gpr;
             emit { ; cbz X(a), >skip ; add X(d), X(a), X(b) ; skip: ; mov X(d), X(d) }"
        ),
        ["`mov` reads `d`, which no line has written on every way here [JL031]"]
    );
    assert_eq!(
        about_add(
            "when Add(a: Gpr, b: Gpr) -> d: Gpr; emit { ; cbz X(a), >skip ; add X(d), X(a), X(b) ; skip: }"
        ),
        [
            "`d` is the result of rule `add`, but not every way through the template writes it [JL031]"
        ]
    );
    assert_eq!(
        about_add("when Add(a: Gpr, _: Gpr) -> d: Gpr; d = a; emit { }"),
        NOTHING,
        "a result that is an operand needs no instruction"
    );
}

#[test]
fn jl031_nothing_undefined_is_read() {
    assert_eq!(
        about_add(
            "when Add(a: Gpr, b: Gpr) -> d: Gpr; temp t: Gpr; emit { ; add X(d), X(a), X(t) ; mov X(t), X(b) }"
        ),
        [
            "`add` reads `t`, which no line has written before [JL031]",
            "`mov` reads `b` after `add` may have overwritten it: `d` may be in the same register [JL032]"
        ]
    );
    assert_eq!(
        about_add(
            "when Add(a: Gpr, b: Gpr) -> d: Gpr; emit { ; add X(d), X(a), X(b) ; cset X(d), eq }"
        ),
        ["`cset` reads the flags, which no line has written before [JL031]"]
    );
}

#[test]
fn jl032_sources_are_read_in_time() {
    let two_lines = "emit { ; mov X(d), X(a) ; add X(d), X(d), X(b) }";
    assert_eq!(
        about_add(&format!("when Add(a: Gpr, b: Gpr) -> d: Gpr; {two_lines}")),
        [
            "`add` reads `b` after `mov` may have overwritten it: `d` may be in the same register [JL032]"
        ]
    );
    assert_eq!(
        about_add(&format!(
            "when Add(a: Gpr, b: Gpr) -> d: Gpr; d: early; {two_lines}"
        )),
        NOTHING
    );
    assert_eq!(
        about_add(
            "when Add(a: Gpr, b: Gpr) -> d: Gpr; d = a; emit { ; add X(d), X(a), X(b) ; add X(d), X(a), X(d) }"
        ),
        [
            "`add` reads `a` after `add` may have overwritten it: `d = a` puts both in the same register [JL032]"
        ]
    );
    assert_eq!(
        about_add(
            "when Add(a: Gpr, b: Gpr) -> d: Gpr; clobbers x3; emit { ; mov x3, X(a) ; add X(d), x3, X(b) }"
        ),
        ["`add` reads `b` after `mov` may have overwritten it: `b` may be in `x3` [JL032]"]
    );
}

#[test]
fn jl033_and_jl034_clobbers() {
    assert_eq!(
        about_add(
            "when Add(a: Gpr, b: Gpr) -> d: Gpr; emit { ; mov x17, X(a) ; add X(d), x17, X(b) }"
        ),
        ["`mov` writes `x17`, which rule `add` does not declare [JL033]"]
    );
    assert_eq!(
        about_add(
            "when Add(a: Gpr, b: Gpr) -> d: Gpr; emit { ; mov X(a), X(b) ; add X(d), X(a), X(b) }"
        ),
        ["`mov` writes the register of `a`, whose value may be needed afterwards [JL033]"]
    );
    assert_eq!(
        about_add(
            "when Add(a: Gpr, b: Gpr) -> d: Gpr; clobbers x16; emit { ; add X(d), X(a), X(b) }"
        ),
        ["rule `add` declares that it changes `x16`, and nothing in it does [JL034]"]
    );
}

#[test]
fn jl033_callees_change_registers() {
    let call = |clobbers: &str, line: &str| {
        said(&format!(
            "partial {{ Call }} rule call {{ when Call(target, arguments) -> d: Gpr; d: in x0; arguments: in aapcs64;
             {clobbers} emit {{ {line} }} }}"
        ))
    };
    assert_eq!(
        call("", "; blr x9"),
        ["`blr` calls, and rule `call` does not declare what the callee may change [JL033]"]
    );
    assert_eq!(
        call("clobbers x16, x17, lr, flags;", "; call target")[0],
        "`call` calls, and rule `call` does not declare what the callee may change [JL033]"
    );
    assert_eq!(
        call("bytes 4..=20; clobbers aapcs64;", "; call target"),
        NOTHING
    );
    assert_eq!(
        call("clobbers aapcs64;", "; blr x9"),
        ["`blr` reads `x9`, which no line has written before [JL031]"]
    );
}

#[test]
fn jl035_flags_are_kept_unless_declared() {
    let texts = full(
        "partial { Add } rule add { when Add(a: Gpr, b: Gpr) -> d: Gpr; emit { ; adds X(d), X(a), X(b) } }",
    );
    let [text] = &texts[..] else {
        panic!("{texts:#?}")
    };
    assert!(
        text.starts_with("`adds` writes the flags, and rule `add` keeps them [JL035]"),
        "{text}"
    );
    assert!(
        text.ends_with("help: use `add`, which leaves them alone, or declare `clobbers flags;`"),
        "{text}"
    );
    assert_eq!(
        about_add(
            "when Add(a: Gpr, b: Gpr) -> d: Gpr; clobbers flags; emit { ; adds X(d), X(a), X(b) }"
        ),
        NOTHING
    );
}

#[test]
fn jl036_families() {
    assert_eq!(
        about_add("when Add(a: GprZr, b: Imm12) -> d: Gpr; emit { ; add XSP(d), XSP(a), b }"),
        ["`a: GprZr` may be xzr, but in `XSP(a)` code 31 is the stack pointer [JL036]"]
    );
    // The encoder takes `X(…)` for the base of an address, and means the stack pointer by code 31 all the same.
    assert_eq!(
        about_add("when Add(a: GprZr, _: Gpr) -> d: Gpr; emit { ; ldr X(d), [X(a), 8] }"),
        ["`a: GprZr` may be xzr, but in `X(a)` code 31 is the stack pointer [JL036]"]
    );
    assert_eq!(
        said(
            "partial { FAdd } rule fadd { when FAdd(a: Fpr, b: Fpr) -> d: Fpr; emit { ; fadd D(d), D(a), D(b) } }"
        ),
        NOTHING
    );
    assert_eq!(
        about_add("when Add(a: Gpr, b: Gpr) -> d: Gpr; emit { ; fadd D(d), D(a), D(b) }"),
        [
            "`d` is in a general register, and `D(…)` names a floating-point one [JL036]",
            "`a` is in a general register, and `D(…)` names a floating-point one [JL036]",
            "`b` is in a general register, and `D(…)` names a floating-point one [JL036]"
        ]
    );
}

#[test]
fn jl037_widths() {
    assert_eq!(
        said(
            "partial { Add32 } rule add { when Add32(a: Gpr, b: Gpr) -> d: Gpr; emit { ; add X(d), X(a), X(b) } }"
        ),
        [
            "`X(a)` reads 64 bits, but `a` has 32; the others are undefined [JL037]",
            "`X(b)` reads 64 bits, but `b` has 32; the others are undefined [JL037]"
        ]
    );
}

#[test]
fn jl038_reserved_registers() {
    assert_eq!(
        about_add(
            "when Add(a: Gpr, b: Gpr) -> d: Gpr; clobbers x18; emit { ; mov x18, X(a) ; add X(d), x18, X(b) }"
        ),
        [
            "`x18` is reserved: the platform's register [JL038]",
            "`x18` is reserved: the platform's register [JL038]"
        ]
    );
    assert_eq!(
        about_add("when Add(a: Gpr, b: Gpr) -> d: Gpr; a: in x18; emit { ; add X(d), X(a), X(b) }"),
        ["`Gpr` does not contain `x18` [JL038]"]
    );
}

#[test]
fn jl041_ranges() {
    assert_eq!(
        about_add("when Add(a: Gpr, b: const I64) -> d: Gpr; emit { ; add XSP(d), XSP(a), b }"),
        ["`b` may be -1 here, and `add` takes 0..=4095 [JL041]"]
    );
    assert_eq!(
        about_add(
            "when Add(a: Gpr, b: const I64) -> d: Gpr; if 0 <= b && b <= 4096; emit { ; add XSP(d), XSP(a), b }"
        ),
        ["`b` may be 4096 here, and `add` takes 0..=4095 [JL041]"]
    );
    assert_eq!(
        about_add(
            "when Add(a: Gpr, b: const I64) -> d: Gpr; if 0 <= b && b < 4096; emit { ; add XSP(d), XSP(a), b }"
        ),
        NOTHING
    );
}

#[test]
fn jl041_computed_constants() {
    let negated = |least: i32| {
        about_add(&format!(
            "when Add(a: Gpr, b: const I64) -> d: Gpr; if {least} <= b && b < 0; let n: Imm12 = -b;
             emit {{ ; sub XSP(d), XSP(a), n }}"
        ))
    };
    assert_eq!(negated(-4095), NOTHING);
    assert_eq!(
        negated(-4096),
        ["`n` may be 4096, and `Imm12` holds 0..=4095 [JL041]"]
    );
    assert_eq!(
        about_add(
            "when Add(a: Gpr, b: Imm12Shifted) -> d: Gpr; let n: Imm12 = b >> 12; emit { ; add XSP(d), XSP(a), n, LSL 12 }"
        ),
        NOTHING
    );
    assert_eq!(
        about_add(
            "when Add(a: Gpr, Shl(b: Gpr, n: Imm6)) -> d: Gpr; let m: Imm6 = 63 - (n ^ 5);
             emit { ; add X(d), X(a), X(b), LSL m }"
        ),
        NOTHING,
        "bounds say nothing about `^`, trying all values does"
    );
}

#[test]
fn jl041_opaque_fields() {
    assert_eq!(
        about_add("when Add(a: Gpr, b: const I64) -> d: Gpr; emit { ; and X(d), X(a), b }"),
        [
            "`b` may be a value that `and` cannot hold: only a test can tell whether `Bits64` does [JL041]"
        ]
    );
    assert_eq!(
        about_add("when Add(a: Gpr, b: Bits64) -> d: Gpr; emit { ; and X(d), X(a), b }"),
        NOTHING
    );
    assert_eq!(
        about_add(
            "when Add(a: Gpr, b: const I64) -> d: Gpr; let n: Bits64 = !b; emit { ; and X(d), X(a), n }"
        ),
        ["`n` may be a value that `Bits64` cannot hold: only a test can tell [JL041]"]
    );
    assert_eq!(
        about_add(
            "when Add(a: Gpr, b: const I64) -> d: Gpr; if !b in Bits64; let n: Bits64 = !b; emit { ; and X(d), X(a), n }"
        ),
        NOTHING
    );
}

#[test]
fn jl042_scaling() {
    let load = |kind: &str| {
        said(&format!(
            "partial {{ Load }} rule load {{ when Load(base: Gpr, offset: {kind}) -> d: Gpr; emit {{ ; ldr X(d), [XSP(base), offset] }} }}"
        ))
    };
    assert_eq!(load("Offset8"), NOTHING);
    assert_eq!(
        load("Imm12"),
        ["`offset` may be 1 here, and `ldr` takes multiples of 8 [JL042]"]
    );
}

#[test]
fn jl050_and_jl051_sizes() {
    assert_eq!(
        about_add("when Add(a: Gpr, b: Gpr) -> d: Gpr; emit { ; add X(d), X(a), X(b) } bytes 8;"),
        ["rule `add` is 4 bytes (1 line), declared 8 [JL050]"]
    );
    let call = |bytes: &str| {
        said(&format!(
            "partial {{ Call }} rule call {{ when Call(target, arguments) -> d: Gpr; d: in x0; arguments: in aapcs64;
             clobbers aapcs64; emit {{ ; call target }} {bytes} }}"
        ))
    };
    assert_eq!(
        call(""),
        [
            "the size of this call depends on the strategy in use, and rule `call` declares none [JL051]"
        ]
    );
    assert_eq!(call("bytes 4..=20;"), NOTHING);
    assert_eq!(
        call("bytes 8..=20;"),
        ["rule `call` is at least 4 bytes (0 lines), declared 8..=20 [JL050]"]
    );
}

#[test]
fn jl064_landing_pads() {
    assert_eq!(
        said("partial { Return } rule leave { when Return(value: Gpr); emit { ; br X(value) } }"),
        ["`br X(value)` cannot enter a `bti c` landing pad [JL064]"]
    );
}

#[test]
fn jl065_fallbacks() {
    let guard = |inverse: &str| {
        said(&format!(
            "partial {{ GuardTrue }} jump target {{ ; b =>target }}
             rule guard {{ when GuardTrue(condition: Gpr, exit, live);
             branch exit {{ ; cbz X(condition), =>exit }} {inverse} }}"
        ))
    };
    assert_eq!(guard("inverse { ; cbnz X(condition), =>exit }"), NOTHING);
    assert_eq!(
        guard(""),
        ["rule `guard` has no way to a target further than 1 MiB away [JL065]"]
    );
    assert_eq!(
        said("partial { Jump } rule jump { when Jump(target); goto target; bytes 0..=4; }"),
        ["rule `jump` may have to jump, and the rule set does not say how [JL065]"]
    );
    assert_eq!(
        about_add(
            "when Add(a: Gpr, b: const I64) -> d: Gpr; pool c: u64 = b; d: early; emit { ; ldr X(d), =>c ; add X(d), X(a), X(d) }"
        ),
        ["rule `add` has no way to a literal further than 1 MiB away [JL065]"]
    );
}

#[test]
fn jl066_control() {
    assert_eq!(
        said(
            "partial { Return } rule leave { when Return(value: Gpr); value: in x0; emit { ; mov x0, X(value) } }"
        ),
        [
            "`mov` writes the register of `value`, whose value may be needed afterwards [JL033]",
            "rule `leave` runs on into whatever is laid out behind it [JL066]"
        ]
    );
    assert_eq!(
        about_add(
            "when Add(a: Gpr, b: Gpr) -> d: Gpr; emit { ; add X(d), X(a), X(b) ; b >out ; mov X(d), X(d) ; out: }"
        ),
        ["control never comes to this `mov`: what stands before it does not go on [JL066]"]
    );
    assert_eq!(
        said(
            "partial { Jump } jump target { ; cbz x0, =>target } rule jump { when Jump(target); goto target; }"
        ),
        [
            "`cbz` reads `x0`, which no line has written before [JL031]",
            "`jump` runs on into whatever is laid out behind it [JL066]"
        ]
    );
}

#[test]
fn what_could_not_be_read_is_not_reported_twice() {
    assert_eq!(
        about_add(
            "when Add(a: Gpr, b: Gpr) -> d: Gpr; emit { ; nonsense X(d), X(a), X(b) } bytes 4;"
        )
        .len(),
        1
    );
}

#[test]
fn all_mistakes_come_at_once() {
    let findings = about_add(
        "when Add(a: Gpr, b: Imm12) -> d: Gpr; temp t: Gpr; emit { ; mov x18, X(a) ; adds X(a), X(a), X(b) } bytes 4;",
    );
    let codes: Vec<_> = findings
        .iter()
        .filter_map(|text| text.rsplit('[').next())
        .collect();
    for code in [
        "JL003", "JL030", "JL031", "JL033", "JL035", "JL038", "JL050",
    ] {
        assert!(
            codes.iter().any(|found| found.starts_with(code)),
            "{code} is missing: {findings:#?}"
        );
    }
}

#[test]
fn statements_are_about_the_right_things() {
    let rule = |statements: &str| {
        said(&format!(
            "partial {{ Add }} rule add {{ when Add(a: Gpr, b: Gpr) -> d: Gpr; {statements} bytes 4; }}"
        ))
    };
    let emit = "emit { ; add X(d), X(a), X(b) }";
    let tied = "the result is in the register of an operand, and somewhere else besides [JL003]";
    assert_eq!(rule(&format!("d = a; {emit}")), NOTHING);
    assert_eq!(rule(&format!("d = a; d: early; {emit}")), [tied]);
    assert_eq!(rule(&format!("d: in x0; d = a; {emit}")), [tied]);
    assert_eq!(
        rule(&format!("d: in x0; d: early; {emit}")),
        ["a place for `d` is given twice [JL070]"]
    );
    assert_eq!(
        rule(&format!("a: in x0; a: in x1; {emit}")),
        ["a place for `a` is given twice [JL070]"]
    );
    assert_eq!(
        rule(&format!("a: in x0; b: in x0; {emit}")),
        ["`x0` holds `a` already [JL070]"]
    );
    assert_eq!(
        rule(&format!("a = b; {emit}")),
        ["a result can share the register of an operand, nothing else [JL003]"]
    );
    assert_eq!(
        rule(&format!("a: early; {emit}")),
        ["only a result can be early, and `a` is none [JL003]"]
    );
    assert_eq!(
        said(
            "partial { Call } rule call { when Call(target, arguments) -> d: Gpr; d: in x0; clobbers aapcs64; emit { ; call target } bytes 4..=20; }"
        ),
        ["the values of `arguments` are put nowhere [JL030]"]
    );
}
