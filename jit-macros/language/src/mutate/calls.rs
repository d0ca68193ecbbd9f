//! Mutants of call strategies, sequences and routines, judged.

use proc_macro2::TokenStream;

use super::fate::{Fate, first_error};
use super::isa::with_wider_kinds;
use super::{Declaration, Mutant, Mutate, Mutation, sequence, strategy};
use crate::error::{Code, Context};
use crate::model::calls::{Calls, Sequence, Strategy};
use crate::model::isa::Isa;
use crate::prove::{self, Solver};
use crate::source::Specs;
use crate::{check, parse};

/// Everything that `calls!` has declared, in which there is no mistake.
struct Declared<'a> {
    calls: &'a Calls,
    isa: Isa,
}

impl<'a> Declared<'a> {
    fn new(specs: &'a Specs) -> Declared<'a> {
        Declared {
            calls: &specs.calls,
            isa: with_wider_kinds(&specs.isa),
        }
    }

    /// The same with the mutant in the place of what it was made of, or what is wrong with it by itself.
    fn with(&self, mutant: &Mutant<TokenStream>) -> Result<Calls, Code> {
        let context = Context::new();
        let changed = parse::calls::replace(self.calls, mutant.syntax.clone(), &self.isa, &context);
        first_error(&context.take()).map_or(Ok(changed), Err)
    }
}

/// The call strategies.
pub struct Strategies<'a>(Declared<'a>);

impl<'a> Strategies<'a> {
    /// Those of `specs`.
    pub fn new(specs: &'a Specs) -> Strategies<'a> {
        Strategies(Declared::new(specs))
    }

    fn all(&self) -> &'a [Strategy] {
        &self.0.calls.strategies
    }
}

impl Mutate for Strategies<'_> {
    type Syntax = TokenStream;

    fn set(&self) -> String {
        "call strategies".to_owned()
    }

    fn declarations(&self) -> Vec<Declaration> {
        let strategies = self.all().iter();
        let declaration = |it: &Strategy| Declaration::new(&it.name, it.region);
        strategies.map(declaration).collect()
    }

    fn mutants(&self, declaration: usize) -> Vec<Mutant<TokenStream>> {
        let names = self.all().iter().map(|it| it.name.to_string());
        let names: Vec<String> = names.collect();
        strategy::mutants(&self.all()[declaration], &names, &self.0.isa)
    }

    fn fate(
        &self,
        declaration: usize,
        mutant: &Mutant<TokenStream>,
        solver: &mut dyn Solver,
    ) -> Fate {
        let calls = match self.0.with(mutant) {
            Ok(calls) => calls,
            Err(code) => return Fate::Refused(code),
        };
        let changed = &calls.strategies[declaration];
        let mut found = check::strategy(changed, &calls, &self.0.isa);
        if mutant.change.mutation == Mutation::DropLine {
            // Who leaves out a line declares the size that is left.
            found.retain(|finding| finding.code != Code::WrongFormula);
        }
        found.extend(check::circles(&calls));
        if let Some(code) = first_error(&found) {
            return Fate::Refused(code);
        }
        let claim = prove::strategy_claim(changed, &calls, &self.0.isa);
        Fate::of(claim, || None, solver)
    }
}

/// The sequences, or the routines.
pub struct Sequences<'a> {
    declared: Declared<'a>,
    are_routines: bool,
    /// Where they are among all.
    positions: Vec<usize>,
}

impl<'a> Sequences<'a> {
    /// Those of `specs`.
    pub fn new(specs: &'a Specs, are_routines: bool) -> Sequences<'a> {
        let all = specs.calls.sequences.iter().enumerate();
        let wanted = all.filter(|(_, it)| it.is_routine == are_routines);
        Sequences {
            declared: Declared::new(specs),
            are_routines,
            positions: wanted.map(|(position, _)| position).collect(),
        }
    }

    fn all(&self) -> impl Iterator<Item = &'a Sequence> + '_ {
        let all = &self.declared.calls.sequences;
        self.positions.iter().map(|position| &all[*position])
    }
}

impl Mutate for Sequences<'_> {
    type Syntax = TokenStream;

    fn set(&self) -> String {
        let name = match self.are_routines {
            true => "routines",
            false => "sequences",
        };
        name.to_owned()
    }

    fn declarations(&self) -> Vec<Declaration> {
        let declaration = |it: &Sequence| Declaration::new(&it.name, it.region);
        self.all().map(declaration).collect()
    }

    fn mutants(&self, declaration: usize) -> Vec<Mutant<TokenStream>> {
        let position = self.positions[declaration];
        sequence::mutants(&self.declared.calls.sequences[position], &self.declared.isa)
    }

    fn fate(
        &self,
        declaration: usize,
        mutant: &Mutant<TokenStream>,
        solver: &mut dyn Solver,
    ) -> Fate {
        let calls = match self.declared.with(mutant) {
            Ok(calls) => calls,
            Err(code) => return Fate::Refused(code),
        };
        let changed = &calls.sequences[self.positions[declaration]];
        if let Some(code) = first_error(&check::sequence(changed, &calls, &self.declared.isa)) {
            return Fate::Refused(code);
        }
        let claim = prove::sequence_claim(changed, &calls, &self.declared.isa);
        Fate::of(claim, || None, solver)
    }
}
