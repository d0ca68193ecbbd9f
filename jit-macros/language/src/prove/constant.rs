//! `use mov_imm64(register, target)`: an address built in a register by the declared wide moves.
//!
//! The builder puts the first 16 bits that differ from a background of zeros or ones in place, with that background
//! everywhere else, and then keeps the rest while it fills in the others. Which bits differ depends on the address, so
//! each set of them is a case of its own: four words at most, over either background.

use super::machine::{Machine, Names, Place, State, Stuck, Surroundings, To};
use crate::model::calls::{Calls, Sequence};
use crate::model::isa::Register;
use crate::model::template::Directive;
use crate::term::Term;

/// The sequences that a constant is built of: on zeros, on ones, and into what is there.
const MOVES: [&str; 3] = ["move_wide", "move_wide_inverted", "move_wide_keeping"];
/// Bits in a piece of a constant.
const PIECE: u32 = 16;

/// Which pieces of a constant differ from the background.
#[derive(Clone, Debug)]
pub(super) struct Shape {
    is_inverted: bool,
    pieces: Vec<u32>,
}

impl Shape {
    /// Every shape that a constant may have.
    pub fn all() -> Vec<Shape> {
        let of = |is_inverted: bool| {
            (1..16u32).map(move |set| Shape {
                is_inverted,
                pieces: (0..4).filter(|piece| set >> piece & 1 == 1).collect(),
            })
        };
        of(false).chain(of(true)).collect()
    }

    /// An arbitrary constant of this shape, whose pieces are those of `target`.
    pub fn constant(&self, target: Term) -> Term {
        let background = if self.is_inverted { u128::MAX } else { 0 };
        let piece = |index: u32| match self.pieces.contains(&index) {
            true => target.extract(PIECE * index + PIECE - 1, PIECE * index),
            false => Term::bits(background, PIECE),
        };
        (1..4).fold(piece(0), |low, index| piece(index).above(low))
    }

    /// `its bits from 0 and 32 on being moved onto ones`
    pub fn text(&self) -> String {
        let background = if self.is_inverted { "ones" } else { "zeros" };
        let starts = self.pieces.iter().map(|piece| (PIECE * piece).to_string());
        let starts: Vec<String> = starts.collect();
        format!(
            "its bits from {} on being moved onto {background}",
            starts.join(" and ")
        )
    }

    /// Builds `constant` in a register.
    ///
    /// # Errors
    /// The moves are not declared, or do something else than to go on.
    pub fn build(
        &self,
        constant: Term,
        register: Register,
        mut state: State,
        machine: Machine<'_>,
        calls: &Calls,
    ) -> Result<State, Stuck> {
        for (number, piece) in self.pieces.iter().enumerate() {
            let name = match (number, self.is_inverted) {
                (0, inverted) => MOVES[usize::from(inverted)],
                _ => MOVES[2],
            };
            let found = calls.sequences.iter().find(|it| it.name == name);
            let found =
                found.ok_or_else(|| format!("there is no sequence `{name}` to build constants"))?;
            let bits = constant.extract(PIECE * piece + PIECE - 1, PIECE * piece);
            let bits = if number == 0 && self.is_inverted {
                bits.inverted()
            } else {
                bits
            };
            let shift = Term::word((PIECE * piece).into());
            let names = operands(found, register, [bits.zero_extended(64), shift])?;
            let exits = machine.run(&found.template, &names, state, &mut Nothing)?;
            state = match exits.into_iter().next() {
                Some(exit) if exit.to == To::End && exit.path.truth() == Some(true) => exit.state,
                _ => return Err(format!("`{name}` does not simply go on")),
            };
        }
        Ok(state)
    }
}

/// The operands of a wide move, which it names as it likes.
fn operands(found: &Sequence, register: Register, numbers: [Term; 2]) -> Result<Names, Stuck> {
    let [to, chunk, shift] = &found.parameters[..] else {
        return Err(format!(
            "`{}` has other operands than a register and two numbers",
            found.name
        ));
    };
    let mut names = Names {
        template: found.name.to_string(),
        ..Names::default()
    };
    names
        .registers
        .insert(to.name.to_string(), Place::Register(register));
    for (parameter, number) in [chunk, shift].into_iter().zip(numbers) {
        names.constants.insert(parameter.name.to_string(), number);
    }
    Ok(names)
}

/// What constants are built among: nothing.
struct Nothing;

impl Surroundings for Nothing {
    fn directive(&mut self, found: &Directive, _: &Names, _: State) -> Result<State, Stuck> {
        Err(format!("`{}` in a sequence", found.keyword))
    }

    fn call(&mut self, _: Term, _: &State) -> Option<State> {
        None
    }
}
