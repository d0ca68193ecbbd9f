//! What has to be shown of a rewriting rule: that the right side means what the left side means.
//!
//! For every input that pattern and conditions accept: control goes on, or where it goes, on both sides alike; the result
//! and the memory are the same. The right side is carried out operation by operation, each by its own meaning, and what
//! it would do behind an exit that is taken does not happen.
//!
//! An operation inside of a pattern has been carried out earlier. Patterns take only such as yield a value and nothing
//! else, so that it makes no difference when.

use std::collections::BTreeMap;

use super::claim::{Claim, Goal, Input, Title, computed, hypotheses, words};
use super::machine::{State, Stuck};
use super::outcome::{Outcome, meaning, same_result};
use super::places::name;
use crate::model::isa::Isa;
use crate::model::lowering::{BindingId, BindingKind, OperandPattern, OperationPattern, Rule};
use crate::model::ops::{AttributeKind, EXIT, OperandKind, Ops};
use crate::model::rewriting::{self, Operation, Right, constant_type};
use crate::term::{Sort, Term};

/// What has to be shown of the rule that makes `right` of `left`.
///
/// # Errors
/// Why nothing can be shown: a meaning that is not understood.
pub fn rewriting_claim(left: &Rule, right: &Right, ops: &Ops) -> Result<Claim, Stuck> {
    let mut words = words(left)?;
    for (index, binding) in left.bindings.iter().enumerate() {
        if let BindingKind::Block(position) = binding.kind {
            words.insert(BindingId(index), Term::word(position as i64));
        }
    }
    let pattern = &left.pattern;
    let mut inputs = Vec::new();
    collect(left, pattern, ops, &words, &mut inputs);
    // A list is the same on both sides whatever it holds; two values tell it from none.
    let list = ["list_0", "list_1"].map(|name| Term::symbol(name, Sort::Bits(64)));
    let memory = State::unknown().memory;
    let before = meaning(pattern, &words, &list, memory, ops)?;
    let mut after = After {
        ops,
        words: &words,
        list: &list,
        way_out: way_out(pattern, ops),
        steps: Vec::new(),
        next: left.bindings.len(),
        memory,
        goes_on: Term::bool(true),
        leaves_alike: true,
        word: None,
        has_float_arithmetic: false,
    };
    for step in &right.steps {
        let value = after.operation(&step.operation)?;
        after.steps.push(value);
    }
    let result = match &right.result {
        Some(term) => after.term(term)?,
        None => None,
    };
    let is_terminator = ops[left.pattern.op].effects.terminator;
    let mut goals = goals(&before, &after, result, is_terminator);
    goals.retain(|goal| goal.holds.truth() != Some(true));
    let has_float_arithmetic = before.is_float_arithmetic
        || after.has_float_arithmetic
        || before.word.is_some_and(Term::has_float_arithmetic)
        || goals.iter().any(|goal| goal.holds.has_float_arithmetic());
    Ok(Claim {
        name: left.name.to_string(),
        place: left.region.place(),
        template: right.text.clone(),
        title: Title::Rewriting {
            pattern: pattern.clone(),
            words: words.clone(),
        },
        inputs,
        // Kinds of immediates are unknown where no machine is.
        hypotheses: hypotheses(left, &Isa::default(), &words),
        goals,
        has_float_arithmetic,
    })
}

fn goals(
    before: &Outcome,
    after: &After<'_>,
    result: Option<Term>,
    is_terminator: bool,
) -> Vec<Goal> {
    let memory = before.memory.equals(after.memory);
    let mut goals = vec![
        Goal::new("going on alike", before.goes_on.equals(after.goes_on)),
        Goal::new(
            "the exit taken, with the values that live there",
            before.goes_on.or(Term::bool(after.leaves_alike)),
        ),
        Goal::new("memory", memory),
    ];
    let mut same = |text: &str, expected: Option<Term>, actual: Option<Term>| {
        let holds = match (expected, actual) {
            (None, None) => return,
            (Some(expected), Some(actual)) => same_result(before, actual, expected),
            _ => Term::bool(false),
        };
        goals.push(Goal {
            expected,
            actual,
            ..Goal::new(text, before.goes_on.implies(holds))
        });
    };
    let low = |word: Term| word.low(before.bits);
    same("the result", before.result.map(low), result.map(low));
    if is_terminator {
        same("where it goes, or what it returns", before.word, after.word);
    }
    goals
}

/// Everything that a pattern is given, in the order in which it stands there.
fn collect(
    rule: &Rule,
    pattern: &OperationPattern,
    ops: &Ops,
    words: &BTreeMap<BindingId, Term>,
    found: &mut Vec<Input>,
) {
    for (declared, operand) in ops[pattern.op].operands.iter().zip(&pattern.operands) {
        let id = match operand {
            OperandPattern::Definition(inner) => {
                collect(rule, inner, ops, words, found);
                continue;
            }
            OperandPattern::Bound(id) => *id,
            OperandPattern::Any | OperandPattern::AnyConstant => continue,
        };
        let is_new = |word: &Term| {
            word.constant().is_none() && found.iter().all(|input| input.symbol != *word)
        };
        let Some(symbol) = words.get(&id).copied().filter(is_new) else {
            continue;
        };
        let set = match &rule[id].kind {
            BindingKind::Constant { set, .. } => Some(set.clone()),
            _ => None,
        };
        let representation = constant_type(&declared.kind).and_then(|ty| ops[ty].representation);
        found.push(Input {
            name: name(rule, id),
            symbol,
            set,
            is_float: representation.is_some_and(|found| found.is_float()),
            bits: representation.map_or(64, |found| found.bits()),
        });
    }
}

/// The exit and the list of an operation.
fn way_out(pattern: &OperationPattern, ops: &Ops) -> Vec<BindingId> {
    let operands = ops[pattern.op].operands.iter().zip(&pattern.operands);
    let ids = operands.filter_map(|(declared, operand)| {
        let is_part = match &declared.kind {
            OperandKind::List => true,
            OperandKind::Const(AttributeKind::Named(name)) => name == EXIT,
            _ => false,
        };
        match operand {
            OperandPattern::Bound(id) if is_part => Some(*id),
            _ => None,
        }
    });
    ids.collect()
}

/// A right side as far as it has been carried out.
struct After<'a> {
    ops: &'a Ops,
    words: &'a BTreeMap<BindingId, Term>,
    list: &'a [Term],
    /// The exit and the list of the left side.
    way_out: Vec<BindingId>,
    /// The values of steps.
    steps: Vec<Option<Term>>,
    /// The next identity of an operand that the pattern does not bind.
    next: usize,
    memory: Term,
    goes_on: Term,
    /// Whether what may leave does so through the exit of the left side.
    leaves_alike: bool,
    /// What the last operation yields, or where it goes.
    word: Option<Term>,
    has_float_arithmetic: bool,
}

impl After<'_> {
    fn term(&mut self, term: &rewriting::Term) -> Result<Option<Term>, Stuck> {
        match term {
            rewriting::Term::Bound(id) => Ok(self.words.get(id).copied()),
            rewriting::Term::Constant(value, _) => computed(value, self.words).map(Some),
            rewriting::Term::Operation(operation) => self.operation(operation),
            rewriting::Term::Step(index) => Ok(self.steps[*index]),
        }
    }

    /// Carries out an operation behind its operands; its value.
    fn operation(&mut self, operation: &Operation) -> Result<Option<Term>, Stuck> {
        let op = &self.ops[operation.op];
        let mut words = self.words.clone();
        let mut operands = Vec::new();
        for term in &operation.operands {
            let id = match term {
                rewriting::Term::Bound(id) => *id,
                computed => {
                    let id = BindingId(self.next);
                    self.next += 1;
                    words.extend(self.term(computed)?.map(|word| (id, word)));
                    id
                }
            };
            operands.push(OperandPattern::Bound(id));
        }
        let pattern = OperationPattern {
            op: operation.op,
            name: op.name.clone(),
            operands,
            region: operation.region,
        };
        let outcome = meaning(&pattern, &words, self.list, self.memory, self.ops)?;
        if outcome.goes_on.truth() != Some(true) {
            self.leaves_alike &= way_out(&pattern, self.ops) == self.way_out;
        }
        self.memory = self.goes_on.choose(outcome.memory, self.memory);
        self.goes_on = self.goes_on.and(outcome.goes_on);
        self.has_float_arithmetic |= outcome.is_float_arithmetic;
        self.word = outcome.word;
        Ok(outcome.result)
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::super::{Counterexample, Nobody, Verdict, decide, refute};
    use super::*;
    use crate::error::Context;
    use crate::model::rewriting::{Rewriting, resolve};
    use crate::parse;
    use crate::source::{self, Specs};

    thread_local! {
        static SPECS: Specs = {
            let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../specs");
            source::read(&folder, "specs/").unwrap_or_else(|error| panic!("{error}"))
        };
    }

    /// The only rule in a text; not checked, for what checks refuse has to be found here too.
    fn claimed(text: &str) -> Result<Claim, Stuck> {
        let context = Context::new();
        let text = format!("rewriting Test for crate::ops; rule wrong {{ {text} }}");
        let syntax = parse::rewriting::parse(text.parse().unwrap(), &context).unwrap();
        SPECS.with(|specs| {
            let Rewriting { left, right, .. } = resolve(syntax, &specs.ops, &context);
            let mistakes = context.take();
            assert!(mistakes.is_empty(), "{text}: {}", mistakes[0].text());
            rewriting_claim(&left.rules[0], &right[0], &specs.ops)
        })
    }

    fn counterexample(text: &str) -> Counterexample {
        let (tried, wrong) = refute(&claimed(text).unwrap());
        wrong.unwrap_or_else(|| panic!("{text}: no objection after {tried} inputs"))
    }

    #[test]
    fn no_rule_of_specs_has_a_counterexample() {
        let mut proved = 0;
        SPECS.with(|specs| {
            let sets = specs.rewriting.iter().map(|set| &set.rewriting);
            for (left, right) in sets.flat_map(|set| set.left.rules.iter().zip(&set.right)) {
                match super::super::rewriting(left, right, &specs.ops, &mut Nobody) {
                    Verdict::Refuted(wrong) => panic!("{}: {wrong}", left.name),
                    Verdict::Unknown { reason } => panic!("{}: {reason}", left.name),
                    Verdict::Skipped { reason } => {
                        assert_eq!(reason, "no solver was asked", "{}", left.name);
                    }
                    Verdict::Proved => proved += 1,
                    Verdict::Executed { inputs } => {
                        assert!(inputs > 1000, "{}: {inputs}", left.name);
                    }
                }
            }
        });
        assert!(proved > 10, "simplifying alone proves some");
    }

    #[test]
    fn a_counterexample_is_in_the_words_of_the_rule() {
        let wrong = counterexample("when Sub(0, a); becomes a;").to_string();
        let start = "wrong for Sub(0, a = 1)\n  not so: the result\n  expected -1\n  actual   1\n  becomes: a\n";
        assert!(wrong.starts_with(start), "{wrong}");
        let unnamed = counterexample("when Mul(_, 0); becomes 1;");
        assert_eq!(unnamed.input, "Mul(operand_0 = 0, 0)");
    }

    #[test]
    fn wrong_right_sides_are_refuted() {
        for (rule, goal) in [
            ("when ShrS(Shl(a, n), n); becomes a;", "the result"),
            (
                "when Mul(a, b: const I64); if power_of_two(b); becomes Shl(a, b);",
                "the result",
            ),
            (
                "when Add(Narrow64(a), 0); becomes a;"
                    .replace("Narrow64", "Neg")
                    .as_str(),
                "the result",
            ),
            ("when WidenS(Narrow(a)); becomes a;", "the result"),
            ("when Eq(LtS(a, b), 0); becomes GtS(a, b);", "the result"),
            ("when Eq(FLt(a, b), 0); becomes FGe(a, b);", "the result"),
            ("when Ne(a, 0); becomes a;", "the result"),
            ("when FAdd(a, 0.0); becomes a;", "the result"),
            (
                "when FDiv(a, b: const F64); becomes FMul(a, 0x7fe0_0000_0000_0000 - b);",
                "the result",
            ),
            (
                "when Select(a, b, c); becomes Select(a, c, b);",
                "the result",
            ),
            (
                "when Add32(a, b: const I32); becomes Sub32(a, b);",
                "the result",
            ),
            (
                "when Add(a, b); becomes { let c = Sub(a, b); Add(c, b) }",
                "the result",
            ),
            (
                "when AddOrExit(a, b, _, _); becomes Add(a, b);",
                "going on alike",
            ),
            (
                "when SubOrExit(0, a, _, _); becomes Neg(a);",
                "going on alike",
            ),
            (
                "when GuardTrue(_, _, _); becomes nothing;",
                "going on alike",
            ),
            (
                "when GuardTrue(a, exit, live); becomes GuardFalse(a, exit, live);",
                "going on alike",
            ),
            (
                "when Branch(a, then, otherwise); becomes Branch(a, otherwise, then);",
                "where it goes, or what it returns",
            ),
            (
                "when Branch(_, _, otherwise); becomes Jump(otherwise);",
                "where it goes, or what it returns",
            ),
            (
                "when Return(a); becomes Return(Neg(a));",
                "where it goes, or what it returns",
            ),
            (
                "when LoadU8(base, offset: const I64); becomes LoadU16(base, offset);",
                "the result",
            ),
            (
                "when LoadI64(Add(base, b: const I64), offset: const I64); becomes LoadI64(base, offset - b);",
                "the result",
            ),
            (
                "when StoreU8(a, base, offset: const I64); becomes StoreU16(a, base, offset);",
                "memory",
            ),
            (
                "when StoreI64(a, base, 0); becomes StoreI64(base, a, 0);",
                "memory",
            ),
            (
                "when StoreI64(a, base, offset: const I64); becomes nothing;",
                "memory",
            ),
            (
                "when CallIndirect(a, b); becomes { let c = CallIndirect(a, b); CallIndirect(c, b) }",
                "memory",
            ),
        ] {
            assert_eq!(counterexample(rule).goal, goal, "{rule}");
        }
    }

    #[test]
    fn what_is_right_is_so_for_all_inputs() {
        for rule in [
            "when Add(a, b); becomes { let c = Sub(a, 0); Add(b, c) }",
            "when Branch(0, _, otherwise); becomes Jump(otherwise);",
            "when Branch(a, then, otherwise); becomes Branch(a, then, otherwise);",
            "when Call(target, arguments); becomes Call(target, arguments);",
            "when GuardTrue(1, _, _); becomes nothing;",
            "when StoreI64(a, Add(base, 8), 0); becomes StoreI64(a, base, 8);",
        ] {
            let verdict = decide(&claimed(rule).unwrap(), &mut Nobody);
            assert!(matches!(verdict, Verdict::Proved), "{rule}: {verdict:?}");
        }
    }
}
