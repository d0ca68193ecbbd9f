//! What z3 has answered before: a checked-in file, so that a proof is found once and by nobody again.
//!
//! A line is the digest of a question's text, the answer, and the rule that it was asked for. The text says everything
//! that the answer depends on, so an answer never grows stale; it only ceases to be asked for. A model is not kept: where
//! one is wanted, the rule is wrong, and z3 is asked again.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use anyhow::{Context, Result};
use jit_language::prove::{Answer, Solver};
use jit_language::term::smt;

use super::z3;

/// Answers questions from the file, and those that are not in it by z3.
pub struct Answers {
    /// The answers by digest, each with the rule.
    known: BTreeMap<String, (bool, String)>,
    /// The digests that were asked for.
    used: BTreeSet<String>,
    /// Where z3 is; not known before it is needed.
    program: Option<Result<PathBuf, String>>,
    /// How many questions z3 was asked.
    pub asked: usize,
}

impl Answers {
    /// The answers in a file's text.
    pub fn read(text: &str) -> Result<Answers> {
        let line = |line: &str| {
            let mut words = line.splitn(3, ' ');
            let (digest, answer, rule) = (words.next()?, words.next()?, words.next()?);
            let is_impossible = match answer {
                "unsat" => true,
                "sat" => false,
                _ => return None,
            };
            Some((digest.to_owned(), (is_impossible, rule.to_owned())))
        };
        let lines = text.lines().filter(|line| !line.is_empty());
        let known = lines.map(|text| line(text).with_context(|| format!("no answer: `{text}`")));
        Ok(Answers {
            known: known.collect::<Result<_>>()?,
            used: BTreeSet::new(),
            program: None,
            asked: 0,
        })
    }

    /// The text of a file with what was asked for, and nothing else.
    pub fn text(&self) -> String {
        let line = |digest: &String| {
            let (is_impossible, rule) = self.known.get(digest)?;
            let answer = if *is_impossible { "unsat" } else { "sat" };
            Some(format!("{digest} {answer} {rule}\n"))
        };
        self.used.iter().filter_map(line).collect()
    }

    fn ask_z3(&mut self, script: &str, symbols: &[String]) -> Answer {
        let find = || z3::ensure().map_err(|error| format!("there is no z3: {error:#}"));
        match self.program.get_or_insert_with(find) {
            Err(reason) => Answer::Absent(reason.clone()),
            Ok(program) => {
                self.asked += 1;
                let answer = z3::ask(program, script, symbols);
                answer.unwrap_or_else(|error| Answer::Unknown(format!("{error:#}")))
            }
        }
    }
}

impl Solver for Answers {
    fn ask(&mut self, rule: &str, script: &str, symbols: &[String]) -> Answer {
        let digest = format!("{:032x}", smt::digest(script));
        match self.known.get(&digest) {
            Some((true, _)) => {
                self.used.insert(digest);
                return Answer::Impossible;
            }
            Some((false, _)) if symbols.is_empty() => {
                self.used.insert(digest);
                return Answer::Possible(Vec::new());
            }
            _ => {}
        }
        let answer = self.ask_z3(script, symbols);
        let is_impossible = match &answer {
            Answer::Impossible => true,
            Answer::Possible(_) if symbols.is_empty() => false,
            _ => return answer,
        };
        self.known
            .insert(digest.clone(), (is_impossible, rule.to_owned()));
        self.used.insert(digest);
        answer
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_known_answer_needs_no_solver() {
        let digest = format!("{:032x}", smt::digest("question"));
        let text = format!("{digest} unsat Op commutes\nffff sat other\n");
        let mut answers = Answers::read(&text).unwrap();
        let answer = answers.ask("rule", "question", &["a".to_owned()]);
        assert!(matches!(answer, Answer::Impossible));
        assert_eq!(answers.asked, 0);
        assert_eq!(
            answers.text(),
            format!("{digest} unsat Op commutes\n"),
            "what is not asked for is dropped"
        );
        assert!(Answers::read("digest maybe rule").is_err());
    }
}
