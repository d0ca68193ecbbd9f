//! That a sequence takes back what another one did, whatever has happened in between.

use super::{Placing, Shower};
use crate::model::calls::{Sequence, Undoes};
use crate::model::isa::Register;
use crate::model::template::RegisterRef;
use crate::prove::claim::Goal;
use crate::prove::machine::{Place, Stuck, To};
use crate::prove::outside::{Outside, Seen};
use crate::prove::stack::{Stack, stores_since};
use crate::term::{Sort, Term};

impl Shower<'_> {
    /// That the lines take back what those of `other` did to registers.
    pub(super) fn undoes(
        &self,
        undoes: &Undoes,
        other: &Sequence,
        placing: &Placing,
    ) -> Result<Vec<Goal>, Stuck> {
        let before = self.entered(placing);
        let stack = Stack::of(&before);
        let own = self.own(placing);
        let operands: Vec<_> = undoes.arguments.iter().map(|index| own[*index]).collect();
        let mut outside = Outside::new(self.routines(), stack, Seen::default());
        let exits = self.run(
            other,
            &other.template,
            &operands,
            before.clone(),
            &mut outside,
        )?;
        let [first] = &exits[..] else {
            return Err(format!("`{}` has several ways out", other.name));
        };
        if first.to != To::End {
            return Err(format!("`{}` does not simply go on", other.name));
        }
        let stores = stores_since(first.state.memory, before.memory)
            .ok_or_else(|| format!("what `{}` does to memory is not plain", other.name))?;
        let mut between = first.state.clone();
        let unknown =
            |place: Place| Term::symbol(&format!("between_{}", self.name(place)), Sort::Bits(64));
        for place in self.written(placing) {
            if place != Place::Register(Register::StackPointer) {
                between.write(place, unknown(place));
            }
        }
        between.flags =
            std::array::from_fn(|flag| Term::symbol(&format!("between_flag_{flag}"), Sort::Bool));
        let memory = Term::symbol("memory_between", Sort::Memory);
        between.memory = stores.into_iter().fold(memory, |memory, (address, byte)| {
            memory.store(address, byte)
        });
        let template = &self.sequence.template;
        let mut outside = Outside::new(self.routines(), stack, Seen::default());
        let exits = self.run(self.sequence, template, &own, between.clone(), &mut outside)?;
        let mut goals = Vec::new();
        for exit in exits {
            let after = format!(" as in front of `{}`", other.name);
            let mut show = |text: String, is: Term, should: Term| {
                let is_word = should.sort() == Sort::Bits(64);
                goals.push(Goal {
                    text,
                    holds: exit.path.implies(is.equals(should)),
                    expected: is_word.then_some(should),
                    actual: is_word.then_some(is),
                });
            };
            for place in exit.state.places() {
                if !self.may_change(place) {
                    let text = format!("{}{after}", self.name(place));
                    show(text, exit.state.read(place), before.read(place));
                }
            }
            let link = Place::Register(Register::General(30));
            match exit.to {
                To::Address(address) => {
                    show(format!("return address{after}"), address, before.read(link));
                }
                To::End => {}
                To::Label(_) | To::Trap => return Err("control goes somewhere else".to_owned()),
            }
            for (flag, should) in exit.state.flags.iter().zip(between.flags) {
                if !self.may_change_flags() {
                    show("the flags are left alone".to_owned(), *flag, should);
                }
            }
            show(
                "memory is left alone".to_owned(),
                exit.state.memory,
                between.memory,
            );
        }
        Ok(goals)
    }

    /// Every register that the lines write.
    fn written(&self, placing: &Placing) -> Vec<Place> {
        let lines = self.sequence.template.lines();
        let written = lines.flat_map(|line| line.writes(self.isa));
        let place = |register: RegisterRef| match register {
            RegisterRef::Fixed(register) => Some(Place::Register(register)),
            RegisterRef::Bound(name) => {
                let mut parameters = self.sequence.parameters.iter();
                let index = parameters.position(|parameter| parameter.name == name)?;
                placing.places[index]
            }
        };
        written
            .filter_map(|(register, _)| place(register))
            .collect()
    }
}
