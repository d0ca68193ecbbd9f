//! Rules that lead from one dialect to another: the ones in `specs/` are right, and wrong ones are found wrong.

use std::path::Path;

use super::{Nobody, Verdict, refute, rewriting_claim};
use crate::error::Context;
use crate::model::rewriting::{Dialects, resolve};
use crate::parse;
use crate::source::{self, Specs};

thread_local! {
    static SPECS: Specs = {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../specs");
        source::read(&folder, "specs/").unwrap_or_else(|error| panic!("{error}"))
    };
}

/// What the only rule in a text is wrong about, by the first input for which it is.
fn objection(text: &str) -> String {
    SPECS.with(|specs| {
        let dialects = Dialects {
            from: &specs.above[0].ops,
            to: &specs.ops,
        };
        let context = Context::new();
        let header = "rewriting Test for crate::hir to crate::lir;";
        let rule = format!("{header} rule wrong {{ {text} }}").parse().unwrap();
        let syntax = parse::rewriting::parse(rule, &context).unwrap();
        let set = resolve(syntax, dialects, &context);
        let mistakes = context.take();
        assert!(mistakes.is_empty(), "{text}: {}", mistakes[0].text());
        let claim = rewriting_claim(&set.left.rules[0], &set.right[0], dialects);
        let claim = claim.unwrap_or_else(|reason| panic!("{text}: {reason}"));
        let (tried, wrong) = refute(&claim);
        let wrong = wrong.unwrap_or_else(|| panic!("{text}: no objection after {tried} inputs"));
        wrong.to_string()
    })
}

#[test]
fn no_rule_of_specs_has_a_counterexample() {
    SPECS.with(|specs| {
        let mut proved = 0;
        for (set, dialects) in specs.rewriting_sets().filter(|(_, it)| it.differ()) {
            let rewriting = &set.rewriting;
            for (left, right) in rewriting.left.rules.iter().zip(&rewriting.right) {
                match super::rewriting(left, right, dialects, &mut Nobody) {
                    Verdict::Refuted(wrong) => panic!("{}: {wrong}", left.name),
                    Verdict::Unknown { reason } => panic!("{}: {reason}", left.name),
                    Verdict::Proved => proved += 1,
                    Verdict::Skipped { .. } | Verdict::Executed { .. } => {}
                }
            }
        }
        assert!(proved > 50, "simplifying alone proves {proved}");
    });
}

#[test]
fn wrong_rules_are_refuted() {
    let next = |list: &str, retain: &str, by: u32, end: &str, exit: &str| {
        format!(
            "when NextOfTuple(iterator, exit, live);
             becomes {{
                let tuple = LoadI64(iterator, tuple_iterator_tuple_at);
                if tuple {{
                    let position = LoadI64(iterator, tuple_iterator_index_at);
                    if LtU(position, LoadI64(tuple, size_at)) {{
                        let item = LoadI64(Add({list}, Shl(position, 3)), tuple_items_at);
                        {retain}
                        StoreI64(Add(position, {by}), iterator, tuple_iterator_index_at);
                        item
                    }} else cold {{
                        let item = Call(next, [frame, index, iterator]);
                        {exit}
                        item
                    }}
                }} else cold {{ {end} }}
             }}"
        )
    };
    let guard = "GuardTrue(Ne(item, raised), exit, live);";
    let invoke = |arguments: &str, live: &str| {
        format!(
            "when InvokeObject(helper, arguments: const Int, exit, values);
             becomes {{
                let result = Call(helper, {arguments});
                GuardTrue(result, exit, {live});
                result
             }}"
        )
    };
    let cases = [
        ("when GuardNoDict(object, exit, live); becomes GuardTrue(LoadI64(object, managed_dict_at), exit, live);".to_owned(), "going on alike"),
        ("when GuardPresent(_, _, _); becomes nothing;".to_owned(), "going on alike"),
        ("when LoadLocal(slot: const Int); becomes LoadI64(frame, slots_at + slot * 8);".to_owned(), "the result"),
        ("when LoadLocal(slot: const Int); becomes And(LoadI64(frame, slots_at + slot * 4), !borrowed);".to_owned(), "the result"),
        ("when StoreLocal(value, slot: const Int); becomes StoreI64(value, frame, slots_at + slot * 8);".to_owned(), "memory"),
        ("when UnboxInt(object); becomes Mul(LoadU32(object, digits_at), Sub(And(LoadI64(object, int_tag_at), sign_mask), 1));".to_owned(), "the result"),
        ("when BoxInt(value, _, _); becomes Call(box_int, [value]);".to_owned(), "going on alike"),
        ("when BoxInt(value, exit, _); becomes { let object = Call(box_int, [value]); GuardTrue(object, exit, []); object }".to_owned(), "the exit taken, with the values that live there"),
        ("when RetainIfAny(object); becomes Retain(object);".to_owned(), "memory"),
        ("when ReleaseIfAny(object); becomes if object { Retain(object) }".to_owned(), "memory"),
        ("when BoxBool(condition); becomes Select(condition, false_object, true_object);".to_owned(), "the result"),
        ("when IntSubtract(a, b); becomes Sub(b, a);".to_owned(), "the result"),
        ("when IntBelow(a, b); becomes LtS(a, b);".to_owned(), "the result"),
        ("when IntMultiplyOrLeave(a, b, _, _); becomes Mul(a, b);".to_owned(), "going on alike"),
        ("when StoreInlineValue(owner, value, offset: const Int); becomes { let old = LoadI64(owner, offset); StoreI64(value, owner, offset); if old { Call(note_inline_value, [owner, offset]) } old }".to_owned(), "memory"),
        ("when StoreInlineValue(owner, value, offset: const Int); becomes { StoreI64(value, owner, offset); let old = LoadI64(owner, offset); if Eq(old, 0) { Call(note_inline_value, [owner, offset]) } old }".to_owned(), "memory"),
        ("when Return(value); becomes Return(value);".to_owned(), "memory"),
        ("when Return(value); becomes { Call(leave, [record, frame]); Return(value) }".to_owned(), "memory"),
        ("when Branch(condition, then, otherwise); becomes Branch(condition, otherwise, then);".to_owned(), "where it goes, or what it returns"),
        (invoke("[frame, index, ..values]", "[..values[arguments..]]"), "memory with 0 arguments"),
        (invoke("[index, frame, ..values[..arguments]]", "[..values[arguments..]]"), "memory with 0 arguments"),
        (invoke("[frame, index, ..values[..arguments]]", "[..values]"), "the exit taken, with the values that live there with"),
        (invoke("[frame, index, ..values[..arguments]]", "[..values[..arguments]]"), "the exit taken, with the values that live there with"),
        (next("iterator", "Retain(item);", 1, "0", guard), "memory"),
        (next("tuple", "", 1, "0", guard), "memory"),
        (next("tuple", "Retain(item);", 2, "0", guard), "memory"),
        (next("tuple", "Retain(item);", 1, "1", guard), "the result"),
        (next("tuple", "Retain(item);", 1, "0", "GuardTrue(item, exit, live);"), "going on alike"),
    ];
    for (rule, goal) in cases {
        let wrong = objection(&rule);
        assert!(
            wrong.contains(&format!("not so: {goal}")),
            "{rule}: {wrong}"
        );
    }
}
