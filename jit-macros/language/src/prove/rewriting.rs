//! What has to be shown of a rewriting rule: that the right side means what the left side means.
//!
//! For every input that pattern and conditions accept: control goes on, or where it goes, on both sides alike; the result
//! and the memory are the same. The right side is carried out operation by operation, each by its own meaning, and what
//! it would do behind an exit that is taken does not happen. Of blocks that a condition chooses between, both are carried
//! out, and what they leave is chosen.
//!
//! An operation inside of a pattern has been carried out earlier. Patterns take only such as yield a value and nothing
//! else, so that it makes no difference when.

use std::collections::{BTreeMap, BTreeSet};

use super::claim::{Claim, Goal, Input, Title};
use super::machine::{State, Stuck};
use super::outcome::{Outcome, given_word, meaning, same_result};
use super::places::name;
use super::words::{computed, hypotheses, words};
use crate::model::isa::Isa;
use crate::model::lowering::{BindingId, BindingKind, OperandPattern, OperationPattern, Rule};
use crate::model::ops::{AttributeKind, EXIT, Meaning, OperandKind, Ops};
use crate::model::rewriting::{
    self, Dialects, Element, If, Operation, Right, Slice, StepId, constant_type,
};
use crate::parse::mentions;
use crate::term::{Sort, Term};

/// How many values are in a list: enough to tell them apart, and them from none.
const LIST: usize = 2;

/// What has to be shown of the rule that makes `right` of `left`.
///
/// # Errors
/// Why nothing can be shown: a meaning that is not understood.
pub fn rewriting_claim(left: &Rule, right: &Right, dialects: Dialects<'_>) -> Result<Claim, Stuck> {
    let mut words = words(left)?;
    for (index, binding) in left.bindings.iter().enumerate() {
        if let BindingKind::Block(position) = binding.kind {
            words.insert(BindingId(index), Term::word(position as i64));
        }
    }
    let pattern = &left.pattern;
    let mut inputs = Vec::new();
    collect(left, pattern, dialects.from, &words, &mut inputs);
    collect_given(left, dialects.from, &mut inputs);
    let mut sides = Sides {
        left,
        right,
        dialects,
        goals: Vec::new(),
        has_float_arithmetic: false,
    };
    let counts = counts(left, right, dialects.from);
    match counts.is_empty() {
        true => sides.compare(&words, "")?,
        // A list is taken apart behind a number of values, which a proof has to know.
        false => {
            for count in 0..=LIST {
                let mut words = words.clone();
                let counts = counts.iter().copied();
                words.extend(counts.map(|id| (id, Term::word(count as i64))));
                sides.compare(&words, &format!(" with {count} arguments"))?;
            }
        }
    }
    let (goals, has_float_arithmetic) = (sides.goals, sides.has_float_arithmetic);
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

/// The constants that lists of either side are taken apart by.
fn counts(left: &Rule, right: &Right, ops: &Ops) -> BTreeSet<BindingId> {
    let mut counts = right.counts();
    let behind = ops[left.pattern.op].behind;
    if let Some(OperandPattern::Bound(id)) = behind.map(|index| &left.pattern.operands[index]) {
        counts.insert(*id);
    }
    counts
}

/// Both sides of a rule, and what has to be shown of them so far.
struct Sides<'a> {
    left: &'a Rule,
    right: &'a Right,
    dialects: Dialects<'a>,
    goals: Vec<Goal>,
    has_float_arithmetic: bool,
}

impl Sides<'_> {
    /// Carries out both sides where bindings stand for `words`; `case` says in which case that is.
    fn compare(&mut self, words: &BTreeMap<BindingId, Term>, case: &str) -> Result<(), Stuck> {
        let (left, right, dialects) = (self.left, self.right, self.dialects);
        // A list is the same on both sides whatever it holds.
        let list = (0..LIST).map(|index| Term::symbol(&format!("list_{index}"), Sort::Bits(64)));
        let list: Vec<Term> = list.collect();
        let memory = State::unknown().memory;
        let before = meaning(&left.pattern, words, &list, memory, dialects.from)?;
        let mut after = After {
            ops: dialects.to,
            words,
            list: &list,
            way_out: way_out(&left.pattern, words, &list, dialects.from),
            steps: BTreeMap::new(),
            next: left.bindings.len(),
            memory,
            goes_on: Term::bool(true),
            leaves_alike: true,
            word: None,
            has_float_arithmetic: false,
        };
        let result = after.block(right)?;
        let is_terminator = dialects.from[left.pattern.op].effects.terminator;
        let mut goals = goals(&before, &after, result, is_terminator, case);
        goals.retain(|goal| goal.holds.truth() != Some(true));
        self.has_float_arithmetic |= before.is_float_arithmetic
            || after.has_float_arithmetic
            || before.word.is_some_and(Term::has_float_arithmetic)
            || goals.iter().any(|goal| goal.holds.has_float_arithmetic());
        self.goals.extend(goals);
        Ok(())
    }
}

fn goals(
    before: &Outcome,
    after: &After<'_>,
    result: Option<Term>,
    is_terminator: bool,
    case: &str,
) -> Vec<Goal> {
    let memory = before.memory.equals(after.memory);
    let named = |what: &str, holds: Term| Goal::new(format!("{what}{case}"), holds);
    let mut goals = vec![
        named("going on alike", before.goes_on.equals(after.goes_on)),
        named(
            "the exit taken, with the values that live there",
            before.goes_on.or(Term::bool(after.leaves_alike)),
        ),
        named("memory", memory),
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
            ..named(text, before.goes_on.implies(holds))
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

/// Everything given that either side names.
fn collect_given(rule: &Rule, ops: &Ops, found: &mut Vec<Input>) {
    for given in &ops.givens {
        let name = &given.operand.name;
        let in_meaning = match &ops[rule.pattern.op].meaning {
            Meaning::Expression(expression) => mentions(expression, &name.to_string()),
            Meaning::Prose(_) => false,
        };
        if in_meaning || rule.binding(name).is_some() {
            found.push(Input {
                name: name.to_string(),
                symbol: given_word(name),
                set: None,
                is_float: false,
                bits: 64,
            });
        }
    }
}

/// The exit of an operation, and the values that live there.
type WayOut = (Option<BindingId>, Vec<Term>);

/// The way out of an operation whose list has these values.
fn way_out(
    pattern: &OperationPattern,
    words: &BTreeMap<BindingId, Term>,
    list: &[Term],
    ops: &Ops,
) -> WayOut {
    let op = &ops[pattern.op];
    let operands = op.operands.iter().zip(&pattern.operands);
    let mut exit = operands.filter_map(|(declared, operand)| match (&declared.kind, operand) {
        (OperandKind::Const(AttributeKind::Named(name)), OperandPattern::Bound(id))
            if name == EXIT =>
        {
            Some(*id)
        }
        _ => None,
    });
    let count = op.behind.and_then(|index| match &pattern.operands[index] {
        OperandPattern::Bound(id) => words.get(id)?.constant(),
        _ => None,
    });
    let count = count.unwrap_or(0) as usize;
    let exit = exit.next();
    (exit, list.get(count..).unwrap_or_default().to_vec())
}

/// A right side as far as it has been carried out.
struct After<'a> {
    ops: &'a Ops,
    words: &'a BTreeMap<BindingId, Term>,
    list: &'a [Term],
    /// The exit of the left side, and what lives there.
    way_out: WayOut,
    /// The values of steps.
    steps: BTreeMap<StepId, Option<Term>>,
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
    /// Carries out the steps; the result.
    fn block(&mut self, right: &Right) -> Result<Option<Term>, Stuck> {
        for step in &right.steps {
            let value = self.term(&step.does)?;
            self.steps.insert(step.id, value);
        }
        match &right.result {
            Some(term) => self.term(term),
            None => Ok(None),
        }
    }

    fn term(&mut self, term: &rewriting::Term) -> Result<Option<Term>, Stuck> {
        match term {
            rewriting::Term::Bound(id) => Ok(self.words.get(id).copied()),
            rewriting::Term::Constant(value, _) => computed(value, self.words).map(Some),
            rewriting::Term::Operation(operation) => self.operation(operation),
            rewriting::Term::Step(id) => Ok(self.steps.get(id).copied().flatten()),
            rewriting::Term::If(conditional) => self.conditional(conditional),
            rewriting::Term::List(_) => Err("a list outside of an operation".to_owned()),
        }
    }

    /// Carries out both blocks, and chooses between what they leave.
    fn conditional(&mut self, conditional: &If) -> Result<Option<Term>, Stuck> {
        let Some(condition) = self.term(&conditional.condition)? else {
            return Err("a condition without a value".to_owned());
        };
        let holds = condition.equals(Term::word(0)).inverted();
        let (memory, goes_on) = (self.memory, self.goes_on);
        let then = self.block(&conditional.then)?;
        let (then_memory, then_goes_on) = (self.memory, self.goes_on);
        (self.memory, self.goes_on) = (memory, goes_on);
        let otherwise = self.block(&conditional.otherwise)?;
        self.memory = holds.choose(then_memory, self.memory);
        self.goes_on = holds.choose(then_goes_on, self.goes_on);
        Ok(match (then, otherwise) {
            (Some(then), Some(otherwise)) => Some(holds.choose(then, otherwise)),
            _ => None,
        })
    }

    /// The values of a list.
    fn elements(&mut self, elements: &[Element]) -> Result<Vec<Term>, Stuck> {
        let mut words = Vec::new();
        for element in elements {
            match element {
                Element::Value(term) => {
                    let word = self.term(term)?;
                    words.push(word.ok_or("a value of a list that is none")?);
                }
                Element::Spread(_, Slice::All) => words.extend(self.list),
                Element::Spread(_, Slice::First(count) | Slice::Behind(count)) => {
                    let known = self.words.get(count).and_then(|word| word.constant());
                    let count = known.ok_or("a part of a list that is not known")? as usize;
                    let (first, behind) = self.list.split_at(count.min(self.list.len()));
                    words.extend(match element {
                        Element::Spread(_, Slice::First(_)) => first,
                        _ => behind,
                    });
                }
            }
        }
        Ok(words)
    }

    /// Carries out an operation behind its operands; its value.
    fn operation(&mut self, operation: &Operation) -> Result<Option<Term>, Stuck> {
        let op = &self.ops[operation.op];
        let mut words = self.words.clone();
        let (mut operands, mut list) = (Vec::new(), self.list.to_vec());
        for term in &operation.operands {
            let id = match term {
                rewriting::Term::Bound(id) => *id,
                computed => {
                    let id = BindingId(self.next);
                    self.next += 1;
                    match computed {
                        rewriting::Term::List(elements) => list = self.elements(elements)?,
                        computed => words.extend(self.term(computed)?.map(|word| (id, word))),
                    }
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
        let outcome = meaning(&pattern, &words, &list, self.memory, self.ops)?;
        if outcome.goes_on.truth() != Some(true) {
            self.leaves_alike &= way_out(&pattern, &words, &list, self.ops) == self.way_out;
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
            let dialects = Dialects::one(&specs.ops);
            let Rewriting { left, right, .. } = resolve(syntax, dialects, &context);
            let mistakes = context.take();
            assert!(mistakes.is_empty(), "{text}: {}", mistakes[0].text());
            rewriting_claim(&left.rules[0], &right[0], dialects)
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
                match super::super::rewriting(left, right, Dialects::one(&specs.ops), &mut Nobody) {
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
