//! Every operation of a dialect is documented (JL071).

use crate::error::Context;
use crate::model::ops::Ops;

use super::documentation;

pub fn check(ops: &Ops, context: &Context) {
    let documented = ops.own().iter().map(|op| (&op.name, &op.doc));
    for finding in documentation::check("operation", documented) {
        context.report(finding);
    }
}
