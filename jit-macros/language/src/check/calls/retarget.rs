//! A call that is retargeted can be changed in one step (JL063).
//!
//! Other threads may be executing the call. A store of eight bytes is seen whole only where it does not straddle its
//! alignment, and an instruction may be replaced under running code only if it is one word, a `b` or `bl` (Arm
//! Architecture Reference Manual, concurrent modification and execution of instructions).

use crate::error::{Code, Diagnostic, Region};
use crate::model::calls::{Pool, RetargetHow, Strategy};
use crate::model::template::Item;

pub fn check(strategy: &Strategy) -> Option<Diagnostic> {
    let retarget = strategy.retarget.as_ref()?;
    match retarget.how {
        RetargetHow::Never => None,
        RetargetHow::Store => {
            let pool = strategy.pool.as_ref()?;
            let (align, region) = pool.align;
            misaligned(align, region, &pool.name.to_string()).map(|finding| {
                finding.note(format!(
                    "it is stored to by `retarget` at {}",
                    retarget.region.place()
                ))
            })
        }
        RetargetHow::Rewrite => {
            let items = &strategy.site.template.items;
            let single = match &items[..] {
                [Item::Line(line)] => line.mnemonic == "bl" || line.mnemonic == "b",
                _ => false,
            };
            if single {
                return None;
            }
            let message = "a site can be rewritten while it runs only if it is a single `bl`";
            Some(
                Diagnostic::new(Code::Misaligned, retarget.region, message)
                    .note(format!(
                        "the site is at {}",
                        strategy.site.template.region.place()
                    ))
                    .help("write `retarget never;`, or `retarget by store(…);` to a literal"),
            )
        }
    }
}

fn misaligned(align: u32, region: Region, name: &str) -> Option<Diagnostic> {
    if align > 0 && align.is_multiple_of(Pool::BYTES) {
        return None;
    }
    let message = format!(
        "retargeting by a store needs `{name}` at a multiple of {}, not {align}",
        Pool::BYTES
    );
    Some(
        Diagnostic::new(Code::Misaligned, region, message)
            .help(format!("write `align {}`", Pool::BYTES)),
    )
}
