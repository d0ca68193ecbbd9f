//! From a claim to a verdict.

use super::claim::{Claim, Goal, Title};
use super::inputs;
use super::product::abstracted;
use crate::term::evaluate::{Assignment, Concrete, Program};
use crate::term::{Term, smt};

/// What was found out about a rule.
#[derive(Clone, Debug)]
pub enum Verdict {
    /// It holds for all inputs.
    Proved,
    /// It held for each of so many inputs; its floating-point arithmetic was the host's.
    Executed {
        /// How many.
        inputs: u32,
    },
    /// Nothing could be found out.
    Skipped {
        /// Why.
        reason: String,
    },
    /// The solver was asked and gave no answer.
    Unknown {
        /// What it said.
        reason: String,
    },
    /// It is wrong.
    Refuted(Counterexample),
}

/// An input for which a rule is wrong.
#[derive(Clone, Debug)]
pub struct Counterexample {
    /// The pattern with the operands' values.
    pub input: String,
    /// What does not hold.
    pub goal: String,
    /// What should be, and what is, if it is about a value.
    pub values: Option<(String, String)>,
    /// The template, or the right side, and which of them it is; empty if there is neither.
    pub code: String,
    /// Where the rule stands.
    pub place: String,
}

impl std::fmt::Display for Counterexample {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        writeln!(f, "wrong for {}", self.input)?;
        write!(f, "  not so: {}", self.goal)?;
        if let Some((expected, actual)) = &self.values {
            write!(f, "\n  expected {expected}\n  actual   {actual}")?;
        }
        if !self.code.is_empty() {
            write!(f, "\n  {}", self.code)?;
        }
        write!(f, "\n  {}", self.place)
    }
}

/// What a solver says about a script.
#[derive(Clone, Debug)]
pub enum Answer {
    /// No values make the assertions true.
    Impossible,
    /// These values of symbols do, as far as they are known.
    Possible(Vec<(String, u64)>),
    /// It does not know, or took too long.
    Unknown(String),
    /// There is no solver here.
    Absent(String),
}

/// Decides whether assertions can be true.
pub trait Solver {
    /// Whether the assertions of `script`, asked for `rule`, can be true, and with which values of `symbols`.
    fn ask(&mut self, rule: &str, script: &str, symbols: &[String]) -> Answer;
}

/// A solver that is not there: what computing and simplifying leave open stays so.
#[derive(Debug)]
pub struct Nobody;

impl Solver for Nobody {
    fn ask(&mut self, _rule: &str, _script: &str, _symbols: &[String]) -> Answer {
        Answer::Absent("no solver was asked".to_owned())
    }
}

/// How many inputs a claim is tried on before a solver is asked.
const TRIED: u32 = 800;
/// How many it is tried on if no solver will be.
const EXECUTED: u32 = 4000;

/// An input for which the claim does not hold, looked for by computing; and how many inputs there were.
pub fn refute(claim: &Claim) -> (u32, Option<Counterexample>) {
    let terms: Vec<Term> = claim
        .hypotheses
        .iter()
        .copied()
        .chain(claim.goals.iter().map(|goal| goal.holds))
        .collect();
    if claim.goals.is_empty() && !claim.has_float_arithmetic {
        return (0, None);
    }
    let program = Program::new(&terms);
    let symbols: Vec<Term> = program.symbols().collect();
    let rounds = if claim.has_float_arithmetic {
        EXECUTED
    } else {
        TRIED
    };
    let mut tried = 0;
    for round in 0..rounds {
        let values = inputs::assignment(claim, &symbols, round.into());
        let found = program.run(&values);
        let (hypotheses, goals) = found.split_at(claim.hypotheses.len());
        if !hypotheses.iter().all(Concrete::truth) {
            continue;
        }
        tried += 1;
        if let Some(wrong) = goals.iter().position(|goal| !goal.truth()) {
            return (
                tried,
                Some(counterexample(claim, &claim.goals[wrong], &values)),
            );
        }
    }
    (tried, None)
}

/// Settles a claim.
pub fn decide(claim: &Claim, solver: &mut dyn Solver) -> Verdict {
    match refute(claim) {
        (_, Some(wrong)) => Verdict::Refuted(wrong),
        (inputs, None) => prove(claim, inputs, solver),
    }
}

/// Settles a claim that holds for so many inputs, those that [`refute`] tries.
pub fn prove(claim: &Claim, inputs: u32, solver: &mut dyn Solver) -> Verdict {
    if inputs == 0 && !claim.goals.is_empty() {
        // Whatever is said of no input at all is true.
        let script = smt::query(&claim.hypotheses);
        match solver.ask(&claim.name, &script, &[]) {
            Answer::Possible(_) => {}
            Answer::Impossible => return Verdict::Refuted(accepts_nothing(claim)),
            Answer::Unknown(reason) => return Verdict::Unknown { reason },
            Answer::Absent(reason) => return Verdict::Skipped { reason },
        }
    }
    if claim.has_float_arithmetic {
        return Verdict::Executed { inputs };
    }
    let open = Term::all(claim.goals.iter().map(|goal| goal.holds));
    if open.truth() == Some(true) {
        return Verdict::Proved;
    }
    let assertions: Vec<Term> = claim
        .hypotheses
        .iter()
        .copied()
        .chain([open.inverted()])
        .collect();
    if let Some(assertions) = abstracted(&assertions)
        && let Answer::Impossible = solver.ask(&claim.name, &smt::query(&assertions), &[])
    {
        return Verdict::Proved;
    }
    let symbols: Vec<String> = {
        let known = Program::new(&assertions);
        let known: Vec<Term> = known.symbols().collect();
        let inputs = claim
            .inputs
            .iter()
            .filter(|input| known.contains(&input.symbol));
        inputs.map(|input| smt::symbol(&input.name)).collect()
    };
    match solver.ask(&claim.name, &smt::query(&assertions), &symbols) {
        Answer::Impossible => Verdict::Proved,
        Answer::Unknown(reason) => Verdict::Unknown { reason },
        Answer::Absent(reason) => Verdict::Skipped { reason },
        Answer::Possible(found) => Verdict::Refuted(from_model(claim, &found)),
    }
}

/// What is wrong with a rule whose conditions contradict each other.
fn accepts_nothing(claim: &Claim) -> Counterexample {
    Counterexample {
        input: "every input".to_owned(),
        goal: "the conditions accept it".to_owned(),
        values: None,
        code: code(claim),
        place: claim.place.clone(),
    }
}

/// A counterexample with the values that a solver gave to inputs. What it thought of memory is not asked for.
fn from_model(claim: &Claim, found: &[(String, u64)]) -> Counterexample {
    let mut values = Assignment::new();
    for input in &claim.inputs {
        let known = found
            .iter()
            .find(|(name, _)| *name == smt::symbol(&input.name));
        if let Some((_, value)) = known {
            values.insert(input.symbol, Concrete::Bits((*value).into()));
        }
    }
    let wrong = claim
        .goals
        .iter()
        .find(|goal| !goal.holds.evaluate(&values).truth());
    match wrong {
        Some(goal) => counterexample(claim, goal, &values),
        None => {
            let texts: Vec<&str> = claim.goals.iter().map(|goal| goal.text.as_str()).collect();
            let goal = Goal {
                text: format!("one of these: {}", texts.join("; ")),
                holds: Term::bool(false),
                expected: None,
                actual: None,
            };
            counterexample(claim, &goal, &values)
        }
    }
}

fn counterexample(claim: &Claim, goal: &Goal, values: &Assignment) -> Counterexample {
    let input = claim.input(&|symbol| {
        let input = claim.inputs.iter().find(|input| input.symbol == symbol);
        let value = symbol.evaluate(values).bits() as u64;
        shown(value, input.is_some_and(|input| input.is_float))
    });
    let value = |term: Option<Term>| {
        let term = term?;
        let value = term.evaluate(values);
        Some(shown(
            value.bits() as u64,
            claim.has_float_arithmetic && term.width() == 64,
        ))
    };
    Counterexample {
        input,
        goal: goal.text.clone(),
        values: value(goal.expected).zip(value(goal.actual)),
        code: code(claim),
        place: claim.place.clone(),
    }
}

/// The template or the right side, and which of them it is.
fn code(claim: &Claim) -> String {
    match (&claim.title, claim.template.as_str()) {
        (_, "") => String::new(),
        (Title::Rewriting { .. }, right) => format!("becomes: {right}"),
        (_, template) => format!("template: {template}"),
    }
}

/// Small numbers in decimal, others by their bits; floats as such, NaN by its bits.
fn shown(value: u64, is_float: bool) -> String {
    let float = f64::from_bits(value);
    match value as i64 {
        _ if is_float && !float.is_nan() => format!("{float:?}"),
        signed @ -0xffff..=0xffff => signed.to_string(),
        _ => format!("{value:#x}"),
    }
}
