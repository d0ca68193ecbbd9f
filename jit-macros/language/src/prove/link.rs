//! Links: that what is within the declared reach can be encoded, and that the encoding leads there.
//!
//! An instruction holds the distance to its target as a signed number, in units of the link's scale. From reach and
//! alignment it follows that the distance is a multiple of the scale and fits, and that adding it up again yields the
//! target.

use super::claim::{Goal, Input};
use super::words::is_in;
use crate::model::isa::Link;
use crate::space::Set;
use crate::term::{Sort, Term};

/// A reference of a line to a place.
pub(super) struct Reference<'a> {
    /// `site -> stub`
    pub text: String,
    /// The link that is declared for it, within whose reach layout keeps the two.
    pub declared: &'a Link,
    /// The link of the instruction.
    pub link: &'a Link,
    /// What the address that distances are counted from is a multiple of: that of the instruction, or of its page.
    pub from_align: u32,
    /// What the address of the place is a multiple of.
    pub align: u32,
    /// A number that no other reference of the claim has.
    pub number: usize,
}

impl Reference<'_> {
    /// What it is about, and what has to hold.
    pub fn show(&self) -> (Vec<Input>, Vec<Goal>) {
        let symbol = |name: &str| Term::symbol(name, Sort::Bits(64));
        let name = format!("distance_{}", self.number);
        let distance = symbol(&name);
        let from =
            symbol(&format!("line_{}", self.number)).and(Term::word(-i64::from(self.from_align)));
        let to = from.plus(distance);
        let (lo, hi) = self.declared.reach.bounds().unwrap_or((0, 0));
        let within = Set::range(lo, hi);
        let aligned = to.and(Term::word(i64::from(self.align) - 1));
        let presupposed = is_in(distance, &within).and(aligned.equals(Term::word(0)));
        let goal = |text: String, holds: Term| Goal {
            text,
            holds: presupposed.implies(holds),
            expected: None,
            actual: Some(distance),
        };
        let mut goals = vec![goal(
            format!(
                "`{}` can be encoded, `{name}` being how far it is",
                self.text
            ),
            is_in(distance, &self.link.reach),
        )];
        goals.push(match field(self.link) {
            Some((bits, scale)) => {
                let scale = Term::word(scale.into());
                let held = distance.shifted_right_signed(scale).low(bits);
                let found = from.plus(held.sign_extended(64).shifted_left(scale));
                Goal {
                    expected: Some(to),
                    actual: Some(found),
                    ..goal(
                        format!("the field for `{}` leads there", self.text),
                        found.equals(to),
                    )
                }
            }
            None => goal(
                format!("`{}` is a field of an instruction", self.link.name),
                Term::bool(false),
            ),
        });
        let input = Input {
            name,
            symbol: distance,
            set: Some(within),
            is_float: false,
            bits: 64,
        };
        (vec![input], goals)
    }
}

/// How many bits a link's field has, and by how many its number is shifted; `None` if its reach is not that of a signed
/// number.
fn field(link: &Link) -> Option<(u32, u32)> {
    let (lo, hi) = link.reach.bounds()?;
    let scale = link.reach.common_shift();
    let half = lo.checked_neg()? >> scale;
    let is_signed = half > 0 && half & (half - 1) == 0 && hi == (half - 1) << scale;
    is_signed.then(|| (half.trailing_zeros() + 1, scale))
}
