//! That the stack pointer is a multiple of 16 wherever the processor may look.

use super::{Placing, Shower};
use crate::model::isa::Register;
use crate::model::template::{Item, RegisterRef, Template};
use crate::prove::claim::Goal;
use crate::prove::machine::{Place, Stuck};
use crate::prove::outside::{Outside, Seen};
use crate::prove::stack::Stack;
use crate::term::Term;

impl Shower<'_> {
    /// That the stack pointer is a multiple of 16 after each line that moves it.
    pub(super) fn alignment(&self, placing: &Placing) -> Result<Vec<Goal>, Stuck> {
        let sp = RegisterRef::Fixed(Register::StackPointer);
        let mut goals = Vec::new();
        for (index, item) in self.sequence.template.items.iter().enumerate() {
            let Item::Line(line) = item else { continue };
            if !line.writes(self.isa).iter().any(|(found, _)| *found == sp) {
                continue;
            }
            // What is missing behind the line cannot be branched to.
            let prefix = Template {
                items: self.sequence.template.items[..=index].to_vec(),
                region: self.sequence.template.region,
            };
            let before = self.entered(placing);
            let mut outside = Outside::new(self.routines(), Stack::of(&before), Seen::default());
            for exit in self.run(
                self.sequence,
                &prefix,
                &self.own(placing),
                before,
                &mut outside,
            )? {
                let sp = exit.state.read(Place::Register(Register::StackPointer));
                goals.push(Goal {
                    text: format!(
                        "sp is a multiple of 16 behind `{}`{}",
                        crate::text::text(&line.tokens),
                        placing.text
                    ),
                    holds: exit.path.implies(is_multiple_of_16(sp)),
                    expected: None,
                    actual: Some(sp),
                });
            }
        }
        Ok(goals)
    }
}

pub(super) fn is_multiple_of_16(term: Term) -> Term {
    term.low(4).equals(Term::bits(0, 4))
}
