//! Call strategies, sequences and routines that are wrong are refuted, and the counterexample says what is wrong. None of
//! these needs a solver.

use std::path::Path;

use super::*;
use crate::error::{Code, Context};
use crate::model::calls::Calls;
use crate::parse;
use crate::source::{self, Specs};

thread_local! {
    static SPECS: Specs = {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../specs");
        source::read(&folder, "specs/").unwrap_or_else(|error| panic!("{error}"))
    };
}

/// What a text declares, with the sequences that constants are built of; not checked, for what checks refuse has to be
/// found here too.
fn calls(declared: &str, specs: &Specs) -> Calls {
    let context = Context::new();
    let moves = "sequence move_wide(to: Gpr, chunk: Imm16, shift: Shift16) { ; movz X(to), chunk, LSL shift }
        sequence move_wide_inverted(to: Gpr, chunk: Imm16, shift: Shift16) { ; movn X(to), chunk, LSL shift }
        sequence move_wide_keeping(to: Gpr, chunk: Imm16, shift: Shift16) { ; movk X(to), chunk, LSL shift }";
    let all = format!("calls Test on crate::isa; {declared} {moves}");
    let calls = parse::calls::parse(all.parse().unwrap(), &specs.isa, None, &context).unwrap();
    for found in context.take() {
        let is_unused = [Code::UnboundOrUnused, Code::BadLabel].contains(&found.code);
        assert!(is_unused, "{}", found.text());
    }
    calls
}

/// What is found wrong with the first strategy of a text, or else its first sequence.
fn wrong(declared: &str) -> String {
    SPECS.with(|specs| {
        let calls = calls(declared, specs);
        let verdict = match calls.strategies.first() {
            Some(it) => strategy(it, &calls, &specs.isa, &mut Nobody),
            None => sequence(&calls.sequences[0], &calls, &specs.isa, &mut Nobody),
        };
        match verdict {
            Verdict::Refuted(wrong) => wrong.to_string(),
            other => panic!("{declared}: {other:?}"),
        }
    })
}

fn assert_wrong(declared: &str, said: &str) {
    let text = wrong(declared);
    assert!(text.contains(said), "{said}\nis not in\n{text}");
}

/// A strategy with a stub, of these parts.
fn stub(site: &str, stub: &str, clobbers: &str) -> String {
    format!(
        "strategy shared {{ site {{ {site} }} stub {{ {stub} }} align 8, one per (function, target);
         pool entry: u64 = target, align 8, one per (function, target);
         links {{ site -> stub: Branch26, stub -> entry: Literal19 }}
         clobbers {clobbers}; retarget by store(entry); }}"
    )
}

/// A sequence or routine of `specs`, as text, with a part replaced.
fn of_specs(name: &str, from: &str, to: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../specs/calls.rs");
    let all = std::fs::read_to_string(path).unwrap();
    let mut start = [" routine ", " sequence "].into_iter();
    let start = start
        .find_map(|kind| all.find(&format!("{kind}{name}(")))
        .unwrap();
    let end = start + all[start..].find("\n    /// ").unwrap_or(all.len() - start);
    let declared = all[start..end].trim_end_matches(['}', '\n', ' ']);
    assert!(declared.contains(from), "{from} is not in {declared}");
    let declared = declared.replacen(from, to, 1);
    match declared.ends_with(';') {
        true => declared,
        false => declared + " }",
    }
}

#[test]
fn nothing_in_specs_has_a_counterexample() {
    SPECS.with(|specs| {
        let calls = &specs.calls;
        let strategies = calls
            .strategies
            .iter()
            .map(|it| (&it.name, strategy(it, calls, &specs.isa, &mut Nobody)));
        let sequences = calls
            .sequences
            .iter()
            .map(|it| (&it.name, sequence(it, calls, &specs.isa, &mut Nobody)));
        for (name, verdict) in strategies.chain(sequences) {
            let needs_nobody =
                matches!(&verdict, Verdict::Skipped { reason } if reason == "no solver was asked");
            let is_proved = matches!(verdict, Verdict::Proved);
            assert!(is_proved || needs_nobody, "{name}: {verdict:?}");
        }
    });
}

#[test]
fn strategies_keep_what_they_have_to() {
    let load = "; ldr x16, =>entry";
    let site = "; bl =>stub";
    let cases = [
        (
            stub(site, "; mov x8, x1 ; ldr x16, =>entry ; br x16", "x16, lr"),
            "x8 is as it was",
        ),
        // A declared clobber counts only if it may be changed on the way to a target.
        (
            stub(
                site,
                "; mov x0, x1 ; ldr x16, =>entry ; br x16",
                "x0, x16, lr",
            ),
            "x0 is as it was",
        ),
        (
            stub(
                site,
                "; str x0, [sp, -16]! ; ldr x16, =>entry ; ldr x0, [sp], 16 ; br x16",
                "x16, lr",
            ),
            "memory is as it was",
        ),
        (
            stub(
                site,
                "; ldr x16, =>entry ; cmp x16, x17 ; br x16",
                "x16, lr",
            ),
            "the flags are as they were",
        ),
        (
            stub(
                site,
                "; sub sp, sp, 16 ; ldr x16, =>entry ; br x16",
                "x16, lr",
            ),
            "sp is as it was",
        ),
        (
            stub(site, "; ldr x17, =>entry ; br x16", "x16, x17, lr"),
            "control is at the target",
        ),
        (
            stub(site, "; ldr x16, =>entry ; blr x16", "x16, lr"),
            "the return address is the end of the site",
        ),
        (
            stub("; b =>stub", "; ldr x16, =>entry ; br x16", "x16, lr"),
            "the return address is the end of the site",
        ),
        (
            stub(site, "; ldr x9, =>entry ; br x9", "x9, lr"),
            "it goes through x16 or x17",
        ),
        (
            stub(site, load, "x16, lr"),
            "control does not run off the end of `stub`",
        ),
        (
            stub("; cbz x0, =>stub", "; ldr x16, =>entry ; br x16", "x16, lr"),
            "control does not run off the end of `site`",
        ),
        (
            stub(
                site,
                "; adr x16, =>entry ; ldr x16, [x16, 8] ; br x16",
                "x16, lr",
            ),
            "control is at the target",
        ),
        (
            stub(
                site,
                "; ldr x16, =>entry ; add XSP(x16), XSP(x16), 4 ; br x16",
                "x16, lr",
            )
            .replace("XSP(x16)", "x16"),
            "control is at the target",
        ),
        (
            stub(site, "; use mov_imm64(x16, target) ; br x16", "x16, lr"),
            "after another target has been stored",
        ),
        (
            stub(site, "; ldr x16, =>entry ; br x16", "x16, lr").replace(
                "align 8, one per (function, target);\n         links",
                "align 2, one per (function, target);\n         links",
            ),
            "`stub -> entry` can be encoded",
        ),
        (
            stub(site, "; ldr x16, =>entry ; br x16", "x16, lr")
                .replace("entry: Literal19", "entry: Branch26"),
            "`stub -> entry` can be encoded",
        ),
    ];
    for (declared, said) in cases {
        assert_wrong(&declared, said);
    }
}

#[test]
fn an_address_is_built_whole() {
    let lost =
        "strategy built { site { ; use mov_imm64(x17, target) ; blr x16 } clobbers x16, x17, lr; }";
    assert_wrong(lost, "control is at the target");
}

#[test]
fn a_counterexample_is_in_the_words_of_the_strategy() {
    let text = wrong(&stub(
        "; bl =>stub",
        "; mov x8, x1 ; ldr x16, =>entry ; br x16",
        "x16, lr",
    ));
    let (first, rest) = text.split_once('\n').unwrap();
    assert!(first.starts_with("wrong for shared(target = "), "{text}");
    assert!(
        rest.contains("not so: x8 is as it was, on arrival from `stub`"),
        "{text}"
    );
    assert!(
        rest.contains("template: site { ; bl =>stub } stub { ; mov x8, x1"),
        "{text}"
    );
}

#[test]
fn sequences_do_what_they_say() {
    let cases = [
        (
            "sequence copy(to: Gpr, from: Gpr) { ; mov X(to), x9 } means { to = from; }",
            "`to` is what `means` says",
        ),
        (
            "sequence copy(to: Gpr, from: Gpr) { ; mov X(to), X(from) ; mov x9, x0 } means { to = from; }",
            "x9 is as it was",
        ),
        (
            "sequence copy(to: Gpr, a: Gpr) { ; mov X(to), x9 ; add X(to), X(to), X(a) } means { to = a.wrapping_add(x9); }",
            "in one register",
        ),
        (
            "sequence spill(a: Gpr, offset: Offset8) { ; str X(a), [sp, offset] } means { memory.store(sp.wrapping_add(offset).wrapping_add(8), a); }",
            "memory",
        ),
        (
            "sequence make_room() { ; sub sp, sp, 24 } means { sp = sp.wrapping_sub(24); }",
            "sp is a multiple of 16",
        ),
        (
            "sequence away(to: label) { ; b =>to } means { }",
            "control goes where it should",
        ),
        (
            "sequence test(a: Gpr) { ; cmp X(a), x0 } means { }",
            "the flags",
        ),
        (
            "sequence restore(a: Gpr) { ; ldr X(a), [sp, 8] ; add sp, sp, 16 } undoes save(a);
          sequence save(a: Gpr) { ; str X(a), [sp, -16]! }",
            "`a` as in front of `save`",
        ),
        (
            "sequence restore(a: Gpr) { ; ldr X(a), [sp], 32 } undoes save(a);
          sequence save(a: Gpr) { ; str X(a), [sp, -16]! }",
            "sp as in front of `save`",
        ),
        (
            "sequence restore(a: Gpr) { ; ldur X(a), [sp, -16] } undoes save(a);
          sequence save(a: Gpr) { ; str X(a), [sp] }",
            "`a` as in front of `save`",
        ),
    ];
    for (declared, said) in cases {
        assert_wrong(declared, said);
    }
}

#[test]
fn routines_restore_what_they_have_to() {
    let cases = [
        (
            "deallocate",
            "; ldp x12, x13, [sp, 112]",
            "",
            "x12 is as it was",
        ),
        (
            "deallocate",
            "; ldp d30, d31, [sp, 320]",
            "",
            "d30 is as it was",
        ),
        (
            "deallocate",
            "; stp x2, x3, [sp, 32]",
            "; stp x2, x3, [sp, 16]",
            "x0 is as it was",
        ),
        (
            "deallocate",
            "; mov x0, x17",
            "; mov x0, x16",
            "argument 1 of the call",
        ),
        (
            "deallocate",
            "; ldp x29, x30, [sp], 336",
            "; add sp, sp, 336",
            "control goes where it should",
        ),
        ("release", "; tbnz w16, 31, >done", "", "memory"),
        (
            "release",
            "; b.eq >dead",
            "; b.ne >dead",
            "control goes where it should",
        ),
        (
            "exit",
            "; stp x4, x5, [sp, 32]",
            "; stp x5, x4, [sp, 32]",
            "memory as what is called finds it",
        ),
        (
            "exit",
            "; str x16, [sp, 248]",
            "",
            "memory as what is called finds it",
        ),
        (
            "exit",
            "; ldr x30, [sp]",
            "; ldr x30, [sp, 8]",
            "control goes where it should",
        ),
        (
            "exit",
            "; mov x0, sp",
            "; add x0, sp, 8",
            "argument 1 of the call",
        ),
        (
            "leave",
            "; ldp x29, x30, [sp], 16",
            "; ldp x30, x29, [sp], 16",
            "control goes where it should",
        ),
        (
            "exit",
            "; add sp, sp, 544",
            "; add sp, sp, 528",
            "sp is what `means` says",
        ),
    ];
    for (name, from, to, said) in cases {
        let mut declared = of_specs(name, from, to);
        if name == "leave" {
            declared = declared.replace("undoes enter();", "");
        }
        assert_wrong(&declared, said);
    }
}

/// A planned call may go through any scratch register: what a routine needs to know is not kept in one.
#[test]
fn a_planned_call_keeps_nothing_in_scratch_registers() {
    for scratch in ["x16", "x17"] {
        let declared = format!(
            "sequence leave(epilogue: label) {{ ; mov {scratch}, x30 ; call noted ; b =>epilogue }} means {{
                 x0 = memory.call(handler, &[x30]);
                 goto(epilogue);
             }} clobbers aapcs64;
             routine noted(handler: label) {{ ; mov x0, {scratch} ; ldr x16, =>handler ; blr x16 ; ret }} means {{
                 x0 = memory.call(handler, &[{scratch}]);
                 goto(x30);
             }} clobbers aapcs64;"
        );
        assert_wrong(&declared, "x0 is what `means` says");
    }
}

#[test]
fn the_way_out_of_a_function_is_what_it_says() {
    let cases = [
        (
            "; str x30, [sp, -16]!",
            "; str x29, [sp, -16]!",
            "x0 is what `means` says",
        ),
        (
            "; str x30, [sp, -16]!",
            "; sub sp, sp, 16",
            "x0 is what `means` says",
        ),
        (
            "; str x30, [sp, -16]!",
            "; str x30, [sp, -32]!",
            "x0 is what `means` says",
        ),
        ("; b =>epilogue", "", "control goes on"),
        ("aapcs64;", "x0;", "x1 is as it was"),
    ];
    let exit = of_specs("exit", "", "");
    for (from, to, said) in cases {
        let declared = of_specs("leave_by_exit", from, to);
        assert_wrong(&format!("{declared} {exit}"), said);
    }
}
