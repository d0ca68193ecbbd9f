//! The points of coverage that no input hits, by exact reasoning over the declarations.

use std::collections::BTreeMap;

use jit_core::coverage::Point;
use jit_language::boundary::{self, Boundary};
use jit_language::source::Specs;

/// Each of them, with the rules that take what would hit it.
pub fn points(specs: &Specs) -> BTreeMap<Point, Vec<String>> {
    let found = boundary::unreachable(specs).into_iter();
    found
        .map(|found| {
            let (file, rule) = (&found.file, &found.rule);
            let point = match &found.boundary {
                Boundary::Order(variant) => Point::order(file, rule, *variant),
                Boundary::End { constant, value } => {
                    Point::end(file, rule, constant, *value as i64)
                }
            };
            (point, found.taken_by.into_iter().collect())
        })
        .collect()
}
