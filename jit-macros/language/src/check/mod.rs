//! The checks: what is wrong with declarations whose names are all known.
//!
//! One file per check or small group of them. What a check refuses, with the code of the mistake and the reason, is said
//! at the top of its file. Checks that look at templates see a [`Body`](body::Body), so that rules, call strategies and
//! sequences are held to the same standard; checks of patterns ask [`space`](crate::space), so that they are exact.
//!
//! Checks only report. They change nothing, and each looks at everything even if another one has found something, except
//! where a part could not be read: what is missing there would be reported once more.

mod body;
mod callee;
mod calls;
mod clobbers;
mod computed;
mod condition;
mod control;
mod coverage;
mod documentation;
mod effects;
mod endless;
mod example;
mod family;
mod flow;
mod formula;
mod immediates;
mod impossible;
mod isa;
mod landing;
mod lowering;
mod meaning;
mod measure;
mod names;
mod ops;
mod order;
mod overwritten;
mod reach;
mod reserved;
mod rewriting;
mod rule;
mod scope;
mod size;
mod trace;
mod unseen;
mod width;
mod written;

#[cfg(test)]
mod tests;

pub use calls::{check as calls, circles, sequence, strategy};
pub use isa::check as isa;
pub use lowering::{among_rules, check as lowering, in_rule as rule};
pub use ops::check as ops;
pub use rewriting::{
    among_rules as among_rewriting_rules, check as rewriting, in_rule as rewriting_rule,
};
