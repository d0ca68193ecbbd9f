//! What is wrong is objected to, and every kind of change is made.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::*;
use crate::prove::Nobody;
use crate::source;

thread_local! {
    static SPECS: Specs = {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../specs");
        source::read(&folder, "specs/").unwrap_or_else(|error| panic!("{error}"))
    };
}

/// What became of the mutants of some declarations, each with what was changed.
struct Fates(BTreeMap<(Mutation, String), Fate>);

impl Fates {
    fn of(wanted: &[&str]) -> Fates {
        let mut fates = BTreeMap::new();
        SPECS.with(|specs| {
            for judge in judges(specs) {
                for (index, declaration) in judge.declarations().iter().enumerate() {
                    if wanted.contains(&declaration.name.as_str()) {
                        for (change, fate) in judge.fates(index, &mut Nobody) {
                            fates.insert((change.mutation, change.words), fate);
                        }
                    }
                }
            }
        });
        Fates(fates)
    }

    fn fate(&self, mutation: Mutation, words: &str) -> String {
        let key = (mutation, words.to_owned());
        let found = self.0.get(&key);
        let found = found.unwrap_or_else(|| panic!("{mutation:?} {words}: {:#?}", self.0.keys()));
        format!("{found:?}")
    }
}

#[test]
fn wrong_lowering_rules_are_objected_to_and_right_ones_are_not() {
    let fates = Fates::of(&["sub", "compare_imm12_lt_s", "iconst_negative_16"]);
    let wider = "`b: Imm12` accepts one value more at the upper end";
    let widened = fates.fate(Mutation::WidenKind, wider);
    assert_eq!(widened, "Refused(ImmediateOutOfRange)");
    let dropped = fates.fate(Mutation::DropClobber, "without `clobbers flags`");
    assert_eq!(dropped, "Refused(FlagsWritten)");
    let swapped = "`sub X(d), X(b), X(a)` instead of `sub X(d), X(a), X(b)`";
    let swapped = fates.fate(Mutation::SwapOperands, swapped);
    assert!(swapped.starts_with("Computed("), "{swapped}");
    let other = "`cset X(d), le` instead of `cset X(d), lt`";
    let other = fates.fate(Mutation::ChangeCondition, other);
    assert!(other.contains("LtS(a = 0, b = 0)"), "{other}");
    // What accepts less is right too, which nobody was asked to prove.
    let narrower = "`-65535 <= value && value < 0` instead of `-65536 <= value && value < 0`";
    let narrower = fates.fate(Mutation::WidenCondition, narrower);
    assert!(narrower.starts_with("Undecided"), "{narrower}");
}

#[test]
fn wrong_rewriting_rules_are_objected_to() {
    let fates = Fates::of(&["twice_and", "zero_less", "guard_true"]);
    let distinct = "`And(_, a)` instead of `And(a, a)`";
    let distinct = fates.fate(Mutation::WidenPattern, distinct);
    assert!(distinct.starts_with("Computed("), "{distinct}");
    let left_out = "`becomes a` instead of `becomes Neg(a)`";
    let left_out = fates.fate(Mutation::DropOperation, left_out);
    assert!(left_out.contains("Sub(0, a = 1)"), "{left_out}");
    let other = "`Add(0, a)` instead of `Sub(0, a)`";
    let other = fates.fate(Mutation::ChangeOperation, other);
    assert!(other.starts_with("Computed("), "{other}");
    let always = fates.fate(Mutation::DropCondition, "without `condition != 0`");
    assert_eq!(always, "Refused(UnboundOrUnused)");
    let nearly = "`condition != 1` instead of `condition != 0`";
    let nearly = fates.fate(Mutation::WidenCondition, nearly);
    assert!(nearly.contains("going on alike"), "{nearly}");
}

#[test]
fn wrong_rules_to_another_dialect_are_objected_to() {
    let fates = Fates::of(&["count_if_any_retain_if_any", "invoke_status"]);
    let before = "`becomes if object { Retain(object) }`";
    let swapped = format!("`becomes if object {{}} else {{ Retain(object) }}` instead of {before}");
    let swapped = fates.fate(Mutation::SwapBlocks, &swapped);
    assert!(swapped.contains("memory"), "{swapped}");
    let dropped = format!("`becomes if object {{}}` instead of {before}");
    let dropped = fates.fate(Mutation::DropOperation, &dropped);
    assert_eq!(dropped, "Refused(OtherEffects)");
    let status = |arguments: &str, live: &str| {
        format!(
            "`becomes {{ let result = Call(helper, [{arguments}]); GuardFalse(LtS(result, 0), exit, [{live}]) }}`"
        )
    };
    let (passed, live) = (
        "frame, index, ..values[..arguments]",
        "..values[arguments..]",
    );
    let fate = |mutation, arguments: &str, lives: &str| {
        let words = format!(
            "{} instead of {}",
            status(arguments, lives),
            status(passed, live)
        );
        fates.fate(mutation, &words)
    };
    let all = fate(Mutation::ChangeSlice, "frame, index, ..values", live);
    assert!(all.contains("memory with 0 arguments"), "{all}");
    let fewer = fate(Mutation::DropElement, "frame, ..values[..arguments]", live);
    assert!(fewer.contains("memory with 0 arguments"), "{fewer}");
    let none = fate(Mutation::DropElement, passed, "");
    assert!(none.contains("the values that live there"), "{none}");
}

#[test]
fn wrong_strategies_and_sequences_are_objected_to() {
    let fates = Fates::of(&["literal_blr", "function_stub", "leave", "spill_general"]);
    let clobber = fates.fate(Mutation::DropClobber, "without `clobbers lr`");
    assert_eq!(clobber, "Refused(UndeclaredClobber)");
    let shared = "one per `arena` instead of one per `function`";
    let shared = fates.fate(Mutation::ChangeSharing, shared);
    assert_eq!(shared, "Refused(BadLink)");
    let circle = "`singleton arena_stub;` instead of `singleton mov_blr;`";
    let circle = fates.fate(Mutation::ChangeFallback, circle);
    assert_eq!(circle, "Refused(NoFallback)");
    let line = fates.fate(Mutation::DropLine, "without `; ldp x29, x30, [sp], 16`");
    assert!(line.starts_with("Computed("), "{line}");
    let misplaced = "`str X(offset), [sp, from]` instead of `str X(from), [sp, offset]`";
    let misplaced = fates.fate(Mutation::SwapOperands, misplaced);
    assert_eq!(misplaced, "Refused(WrongKind)");
}

#[test]
fn every_kind_of_change_is_made_to_what_specs_declares() {
    let made: BTreeSet<Mutation> = SPECS.with(|specs| {
        let judges = judges(specs);
        let changes = judges.iter().flat_map(|judge| {
            let declarations = 0..judge.declarations().len();
            declarations.flat_map(|declaration| judge.changes(declaration))
        });
        changes.map(|change| change.mutation).collect()
    });
    let all = Mutation::ALL.iter();
    let never: Vec<&str> = all
        .filter(|mutation| !made.contains(mutation))
        .map(|mutation| mutation.name())
        .collect();
    assert!(never.is_empty(), "{never:?}");
}
