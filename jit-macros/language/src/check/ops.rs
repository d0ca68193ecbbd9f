//! Every operation of a dialect, and everything given, is documented (JL071).

use crate::error::Context;
use crate::model::ops::Ops;

use super::documentation;

pub fn check(ops: &Ops, context: &Context) {
    let operations = ops.own().iter().map(|op| (&op.name, &op.doc));
    let mut found = documentation::check("operation", operations);
    let givens = ops.givens.iter();
    let givens = givens.map(|given| (&given.operand.name, &given.doc));
    found.extend(documentation::check("given", givens));
    found
        .into_iter()
        .for_each(|finding| context.report(finding));
}
