//! The declared fields of every form are those of the encoder: they hold the declared numbers, and not the next ones.

use super::super::isa::FORMS;
use super::forms::assemble;

/// The word of one form with these numbers in its fields; nothing if the encoder refuses them.
fn word(form: usize, fields: &[i64]) -> Option<u32> {
    let registers: Vec<u8> = (1..=4).collect();
    let fields = fields.to_vec();
    std::panic::catch_unwind(move || assemble(form, &registers, &fields, 0, 4)).ok()
}

#[test]
fn the_encoder_agrees_with_the_declared_forms() {
    let mut wrong = Vec::new();
    for (form, (text, ranges, _)) in FORMS.iter().enumerate() {
        let least: Vec<i64> = ranges
            .iter()
            .map(|range| range.map_or(1, |(lo, _, _)| lo))
            .collect();
        if word(form, &least).is_none() {
            wrong.push(format!("{text}: {least:?}"));
        }
        for (field, range) in ranges.iter().enumerate() {
            let Some((lo, hi, stride)) = *range else {
                continue;
            };
            let mut check = |value: i64, holds: bool| {
                let mut fields = least.clone();
                fields[field] = value;
                if word(form, &fields).is_some() != holds {
                    let verb = if holds { "does not hold" } else { "holds" };
                    wrong.push(format!("{text}: field {field} {verb} {value}"));
                }
            };
            check(hi, true);
            check(hi + stride, false);
            check(lo - stride, false);
            if stride > 1 {
                check(hi - stride / 2, false);
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
