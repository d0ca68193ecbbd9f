//! Kinds of immediate that hold one value more than the declared ones.

use quote::format_ident;

use crate::model::isa::{Immediate, Isa};
use crate::space::{Piece, Set};

/// What the name of a wider kind ends in, and how a message describes it.
pub(super) const WIDER: [(&str, &str); 4] = [
    ("OneMore", "one value more at the upper end"),
    ("OneLess", "one value more at the lower end"),
    ("HalfStride", "multiples of half its stride"),
    ("Anything", "what its predicate refuses"),
];

/// `isa` with a wider kind beside each kind of immediate, for each way of being wider that applies to it.
pub fn with_wider_kinds(isa: &Isa) -> Isa {
    let mut wider = isa.clone();
    for immediate in &isa.immediates {
        let widened = [upper(immediate), lower(immediate), stride(immediate)];
        for ((suffix, _), set) in WIDER.iter().zip(widened) {
            if let Some(set) = set {
                wider.immediates.push(Immediate {
                    name: format_ident!("{}{suffix}", immediate.name),
                    set,
                    ..immediate.clone()
                });
            }
        }
        if immediate.encodable.is_some() {
            let (suffix, _) = WIDER[3];
            wider.immediates.push(Immediate {
                name: format_ident!("{}{suffix}", immediate.name),
                encodable: None,
                ..immediate.clone()
            });
        }
    }
    wider
}

/// The only piece of a kind that is a range.
fn range(immediate: &Immediate) -> Option<&Piece> {
    match immediate.set.pieces() {
        [piece] if immediate.encodable.is_none() => Some(piece),
        _ => None,
    }
}

fn upper(immediate: &Immediate) -> Option<Set> {
    let piece = range(immediate)?;
    let hi = piece.hi + (1 << piece.shift);
    Some(Set::from_pieces([Piece { hi, ..*piece }]))
}

fn lower(immediate: &Immediate) -> Option<Set> {
    let piece = range(immediate)?;
    let lo = piece.lo - (1 << piece.shift);
    Some(Set::from_pieces([Piece { lo, ..*piece }]))
}

fn stride(immediate: &Immediate) -> Option<Set> {
    let piece = range(immediate)?;
    let shift = piece.shift.checked_sub(1)?;
    Some(Set::from_pieces([Piece { shift, ..*piece }]))
}
