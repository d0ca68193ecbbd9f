//! The rewriting rules, a file per set.

pub mod simplify;

use crate::ir::rewriting::RewriteSet;
use crate::specs::ops::Lir;

/// Every set.
pub const REWRITE_SETS: [&RewriteSet<Lir>; 1] = [&simplify::REWRITE_SET];
