//! Checks of call strategies and sequences.

use super::{Context, NOTHING, first_lines, isa, parse, texts, tokens};

const MOV: &str = r#"strategy mov_blr {
    feature "mov"; site { ; use mov_imm64(x16, target) ; blr x16 } clobbers x16, lr;
    size |sites, words| (4 * words + 4) * sites; }"#;

fn said(text: &str) -> Vec<String> {
    first_lines(full(text))
}

fn full(text: &str) -> Vec<String> {
    texts(about_calls(text))
}

pub(super) fn about_calls(text: &str) -> Context {
    let (isa, context) = (isa(), Context::new());
    let text = format!("calls Test on crate::isa; {text}");
    if let Some(calls) = parse::calls::parse(tokens(&text), &isa, None, &context) {
        crate::check::calls(&calls, &isa, &context);
    }
    context
}

/// A strategy with a literal, with parts of it replaced.
fn literal(replace: &[(&str, &str)]) -> Vec<String> {
    let mut text = r#"strategy literal_blr {
        feature "literal";
        site { ; ldr x16, =>entry ; blr x16 }
        pool entry: u64 = target, align 8, one per (function, target);
        links { site -> entry: Literal19 }
        clobbers x16, lr;
        retarget by store(entry);
        size |sites, targets| 8 * sites + 8 * targets;
        otherwise mov_blr; }"#
        .to_string();
    for (from, to) in replace {
        assert!(text.contains(from), "{from}");
        text = text.replace(from, to);
    }
    said(&format!("{MOV} {text}"))
}

#[test]
fn right_strategies_are_left_alone() {
    assert_eq!(literal(&[]), NOTHING);
}

#[test]
fn jl033_and_jl034_clobbers() {
    assert_eq!(
        literal(&[("x16, lr", "lr")]),
        ["`ldr` writes `x16`, which strategy `literal_blr` does not declare [JL033]"]
    );
    assert_eq!(
        literal(&[("x16, lr", "x16, lr, x8")]),
        ["strategy `literal_blr` may only change x16, x17, lr, flags, not `x8` [JL034]"]
    );
    assert_eq!(
        literal(&[("x16, lr", "x16, lr, x17")]),
        ["strategy `literal_blr` declares that it changes `x17`, and nothing in it does [JL034]"]
    );
}

#[test]
fn jl061_links() {
    assert_eq!(
        literal(&[("site -> entry: Literal19", "site -> entry: Branch26")]),
        [
            "`ldr …, =>entry` in `site` uses `Literal19` (±1 MiB), but `links` says `Branch26` (±128 MiB) [JL061]"
        ]
    );
    assert_eq!(
        literal(&[("site -> entry: Literal19", "")]),
        ["`ldr …, =>entry` reaches 1 MiB only, and `links` does not say so [JL061]"]
    );
    assert_eq!(
        literal(&[(
            "site -> entry: Literal19",
            "site -> entry: Literal19, site -> target: Branch26"
        )]),
        ["no instruction in `site` refers to `target` [JL061]"]
    );
    assert_eq!(
        literal(&[("one per (function, target)", "one per (arena, target)")]),
        ["`entry` is one per arena, and the `site` that loads it lies in its function [JL061]"]
    );
}

#[test]
fn jl062_size_formulas() {
    assert_eq!(
        literal(&[("8 * sites + 8 * targets", "8 * sites + 4 * targets")]),
        [
            "`literal_blr` with 1 site and 1 target: the formula gives 12 bytes, the declared parts 16 [JL062]"
        ]
    );
    assert_eq!(
        literal(&[("8 * sites + 8 * targets", "16 * targets")]),
        [
            "`literal_blr` with 2 sites and 1 target: the formula gives 16 bytes, the declared parts 24 [JL062]"
        ]
    );
    assert_eq!(
        literal(&[("8 * sites + 8 * targets", "8 * sites / 1")]),
        ["a formula is made of `+`, `-` and `*` [JL062]"]
    );
    assert_eq!(
        said(&MOV.replace("(4 * words + 4)", "20")),
        [
            "`mov_blr` with 1 site and 1 target, 1 word an address: the formula gives 20 bytes, the declared parts 8 [JL062]"
        ]
    );
    assert_eq!(
        literal(&[("size |sites, targets| 8 * sites + 8 * targets;", "")]),
        ["strategy `literal_blr` does not say how long it is [JL062]"]
    );
}

/// A strategy whose stub builds the address, with `size`.
fn building_stub(size: &str) -> String {
    format!(
        "strategy stubs {{ site {{ ; bl =>stub }}
        stub {{ ; use mov_imm64(x16, target) ; br x16 }} align 4, one per (function, target);
        links {{ site -> stub: Branch26 }} clobbers x16, lr; size {size}; otherwise mov_blr; }}"
    )
}

#[test]
fn jl062_the_words_of_an_address_in_a_stub() {
    let right = "|sites, targets, words| 4 * sites + (4 * words + 4) * targets";
    assert_eq!(said(&format!("{MOV} {}", building_stub(right))), NOTHING);
    let wrong = building_stub("|sites, targets| 4 * sites + 20 * targets");
    let texts = full(&format!("{MOV} {wrong}"));
    let [text] = &texts[..] else {
        panic!("{texts:#?}")
    };
    assert!(
        text.starts_with("`stubs` with 1 site and 1 target, 1 word an address: the formula gives 24 bytes, the declared parts 12 [JL062]"),
        "{text}"
    );
    assert!(
        text.ends_with(&format!("help: write `size {right};`")),
        "{text}"
    );
}

#[test]
fn jl062_no_formula_for_padding_that_depends_on_the_address() {
    let stub = building_stub("|sites, targets| 4 * sites + 20 * targets").replace(
        "links {",
        "pool entry: u64 = target, align 8, one per (function, target); links {",
    );
    let texts = full(&format!("{MOV} {stub}"));
    let text = texts.iter().find(|text| text.contains("[JL062]"));
    let text = text.expect("a wrong size");
    assert!(text.contains("which no formula can say"), "{text}");
    assert!(!text.contains("help: write `size"), "{text}");
}

#[test]
fn jl063_retargeting() {
    assert_eq!(
        literal(&[("align 8", "align 4")]),
        ["retargeting by a store needs `entry` at a multiple of 8, not 4 [JL063]"]
    );
    assert_eq!(
        literal(&[("by store(entry)", "by rewrite(site)")]),
        ["a site can be rewritten while it runs only if it is a single `bl` [JL063]"]
    );
}

const STUB: &str = r#"strategy stubs {
    feature "stub"; site { ; bl =>stub }
    stub { ; ldr x16, =>entry ; br x16 } align 8, one per (function, target);
    pool entry: u64 = target, align 8, one per (function, target);
    links { site -> stub: Branch26, stub -> entry: Literal19 }
    clobbers x16, lr; size |sites, targets| 4 * sites + 16 * targets; otherwise mov_blr; }"#;

#[test]
fn jl064_and_jl066_stubs() {
    assert_eq!(said(&format!("{MOV} {STUB}")), NOTHING);
    assert_eq!(
        said(&format!("{MOV} {}", STUB.replace("x16", "x9"))),
        [
            "strategy `stubs` may only change x16, x17, lr, flags, not `x9` [JL034]",
            "`br x9` cannot enter a `bti c` landing pad [JL064]"
        ]
    );
    let falls = STUB.replace("; br x16", "; mov x16, x16");
    assert_eq!(
        said(&format!("{MOV} {falls}")),
        ["strategy `stubs` runs on into whatever is laid out behind it [JL066]"]
    );
}

#[test]
fn jl065_fallbacks() {
    assert_eq!(
        literal(&[("otherwise mov_blr;", "")]),
        ["strategy `literal_blr` reaches 1 MiB only, and has no fallback [JL065]"]
    );
    assert_eq!(
        literal(&[("otherwise mov_blr;", "otherwise literal_blr;")]),
        ["fallbacks run in a circle: `literal_blr`, otherwise `literal_blr` [JL065]"]
    );
    assert_eq!(
        literal(&[(
            "otherwise mov_blr;",
            "otherwise mov_blr; singleton literal_blr;"
        )]),
        ["fallbacks run in a circle: `literal_blr`, for a single site `literal_blr` [JL065]"]
    );
}

#[test]
fn jl066_the_call_ends_its_site() {
    assert_eq!(
        literal(&[
            ("; blr x16", "; blr x16 ; mov x16, x16"),
            ("8 * sites +", "12 * sites +")
        ]),
        [
            "the site of strategy `literal_blr` goes on behind its call, so the return address is not its end [JL066]"
        ]
    );
    assert_eq!(
        literal(&[("; blr x16", "; mov x16, x16"), ("x16, lr", "x16")]),
        ["the site of strategy `literal_blr` never calls anything [JL066]"]
    );
}

#[test]
fn sequences() {
    assert_eq!(
        said("sequence one(a: Gpr) bytes 8 { ; mov X(a), X(a) } means { }"),
        ["`one` is 4 bytes (1 line), declared 8 [JL050]"]
    );
    assert_eq!(
        said(
            "sequence spill(a: GprZr, offset: Imm12) { ; ldr X(a), [sp, offset] } means { a = memory.u64(sp.wrapping_add(offset)); }"
        ),
        ["`offset` may be 1 here, and `ldr` takes multiples of 8 [JL042]"]
    );
    let misplaced =
        said("sequence reload(a: GprZr, offset: Imm12) { ; ldr X(offset), [sp, a] } means { }");
    assert!(
        misplaced.iter().all(|said| said.ends_with("[JL003]")) && misplaced.len() == 2,
        "{misplaced:?}"
    );
    assert_eq!(
        said("routine falls() { ; mov x0, x1 } means { x0 = x1; }"),
        ["routine `falls` runs on into whatever is laid out behind it [JL066]"]
    );
    assert_eq!(
        said("routine leaves() { ; ret } means { goto(x30); }"),
        NOTHING
    );
}

#[test]
fn planned_calls_of_sequences() {
    let after = |sequence: &str| {
        format!(
            "routine exit() {{ ; ret }} means {{ goto(x30); }}
             routine release(a: Gpr) {{ ; mov X(a), X(a) ; ret }} means {{ goto(x30); }}
             {sequence} means {{ }} clobbers aapcs64;"
        )
    };
    let cases = [
        (
            "sequence leave() { ; call exits }",
            "no routine `exits`; did you mean `exit`? [JL001]",
        ),
        (
            "sequence leave() { ; call leave }",
            "no routine `leave` [JL001]",
        ),
        (
            "sequence leave() { ; call exit(x0) }",
            "`call` stands in front of the name of a routine [JL080]",
        ),
        (
            "sequence leave() { ; call exit ; call exit }",
            "`leave` makes a second planned call [JL080]",
        ),
        (
            "routine leave() { ; call exit ; ret }",
            "`leave` is a routine, and calls of routines are not planned [JL080]",
        ),
        (
            "sequence leave() { ; call release }",
            "`release` works on `a`, and a planned call says nothing of it [JL002]",
        ),
    ];
    for (sequence, message) in cases {
        assert_eq!(said(&after(sequence)), [message], "{sequence}");
    }
    assert_eq!(said(&after("sequence leave() { ; call exit }")), [""; 0]);
}

#[test]
fn jl072_and_jl073_what_sequences_mean() {
    let copy = |clauses: &str| {
        said(&format!(
            "sequence copy(to: Gpr, from: Gpr) {{ ; mov X(to), X(from) }} {clauses}"
        ))
    };
    assert_eq!(copy("means { to = from; }"), NOTHING);
    assert_eq!(copy(""), ["nothing says what `copy` does [JL072]"]);
    let found = [
        ("to = form;", "`form` is not declared: `form` [JL073]"),
        ("form = to;", "this cannot be assigned to [JL073]"),
        (
            "to = from as u32;",
            "64 bits are written here, and this is `u32` [JL073]",
        ),
        (
            "memory.store(sp, x3..x5);",
            "write `first..=last`, two registers of one kind [JL073]",
        ),
    ];
    for (clause, message) in found {
        assert_eq!(copy(&format!("means {{ {clause} }}")), [message]);
    }
    assert_eq!(
        copy("means { to = from; } clobbers x9, flags;"),
        [
            "`copy` never writes `x9` [JL034]",
            "`copy` never writes `flags` [JL034]"
        ]
    );
    assert_eq!(
        copy("clobbers y9; means { to = from; }"),
        ["no register `y9` [JL001]"]
    );
    assert_eq!(
        copy("means { to = from; } means { }"),
        ["there is a clause `means` already [JL000]"]
    );
    let inverse = |clause: &str| {
        said(&format!(
            "sequence save(a: Gpr) {{ ; mov x9, X(a) }} means {{ x9 = a; }}
             sequence restore(a: Gpr, b: Imm12) {{ ; add XSP(a), XSP(a), b }} {clause}"
        ))
    };
    assert_eq!(inverse("undoes save(a);"), NOTHING);
    assert_eq!(
        inverse("undoes safe(a);"),
        ["no sequence `safe`; did you mean `save`? [JL001]"]
    );
    assert_eq!(
        inverse("means { } undoes save();"),
        ["`save` takes 1 operands, not 0 [JL002]"]
    );
    assert_eq!(
        inverse("means { } undoes save(b);"),
        ["`b` is not of the kind of `a` [JL003]"]
    );
    assert_eq!(
        inverse("means { } undoes save(c);"),
        ["no parameter `c` [JL001]"]
    );
}
