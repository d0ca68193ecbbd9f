//! A dialect is consistent: names are unique (JL070) and every operation is documented (JL071).

use crate::error::{Code, Context, Diagnostic};
use crate::model::ops::Ops;

use super::isa::unique;

pub fn check(ops: &Ops, context: &Context) {
    unique("operation", ops.ops.iter().map(|op| &op.name), context);
    let values = ops.values.iter().map(|value| &value.name);
    unique(
        "value type or attribute",
        values.chain(&ops.attributes),
        context,
    );
    for op in ops.ops.iter().filter(|op| op.doc.is_empty()) {
        let message = format!("operation `{}` has no documentation comment", op.name);
        let help = "say in a `///` comment what it does";
        context.report(
            Diagnostic::new(Code::MissingDocumentation, op.name.span(), message).help(help),
        );
    }
}
