//! A dialect is consistent: names are unique (JL070) and every operation is documented (JL071).

use crate::error::Context;
use crate::model::ops::Ops;

use super::documentation;
use super::isa::unique;

pub fn check(ops: &Ops, context: &Context) {
    unique("operation", ops.ops.iter().map(|op| &op.name), context);
    let values = ops.values.iter().map(|value| &value.name);
    unique(
        "value type or attribute",
        values.chain(&ops.attributes),
        context,
    );
    let documented = ops.ops.iter().map(|op| (&op.name, &op.doc));
    for finding in documentation::check("operation", documented) {
        context.report(finding);
    }
}
