//! Constants fit the fields of the instructions that hold them (JL041), and their scaling (JL042).
//!
//! The encoder would only notice when the value comes along, and panic. Here the values that the conditions of a rule
//! let through are compared with what the field holds, exactly, and the first that does not fit is shown.

use super::body::Body;
use super::scope::{Holds, Name, Values};
use crate::error::{Code, Diagnostic};
use crate::model::isa::{Immediate, ImmediateId};
use crate::model::template::{ImmediateRef, ImmediateUse, Line};

pub fn check(body: &Body<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for line in body.lines() {
        for operand in &line.immediates {
            if let ImmediateRef::Bound(ident) = &operand.value
                && let Some(name) = body.scope.name(ident)
                && let Holds::Constant(values) = &name.holds
            {
                found.extend(finding(body, line, operand, name, values));
            }
        }
        if found.is_empty() {
            found.extend(sum(body, line));
        }
    }
    found
}

/// Whether the numbers of a line add up to more than its form takes, such as the lowest bit and the width of a field.
fn sum(body: &Body<'_>, line: &Line) -> Option<Diagnostic> {
    let form = &body.scope.isa[line.form];
    let within = form.within?;
    let most = |operand: &ImmediateUse| match &operand.value {
        ImmediateRef::Literal(number) => Some(*number),
        ImmediateRef::Bound(ident) => match &body.scope.name(ident)?.holds {
            Holds::Constant(values) => Some(values.set.bounds()?.1),
            _ => None,
        },
    };
    let terms: Vec<i128> = line.immediates.iter().map(most).collect::<Option<_>>()?;
    let sum: i128 = terms.iter().sum();
    if sum <= within {
        return None;
    }
    let (first, last) = (line.immediates.first()?, line.immediates.last()?);
    let terms: Vec<String> = terms.iter().map(ToString::to_string).collect();
    let message = format!(
        "the numbers of this `{}` may add up to {sum}, and it takes {within} at most",
        form.mnemonic
    );
    Some(
        Diagnostic::new(
            Code::ImmediateOutOfRange,
            first.region.to(last.region),
            message,
        )
        .declared("the form", form.region)
        .example(terms.join(" + "))
        .help("tighten the range of one of them, or write a rule for each number"),
    )
}

fn finding(
    body: &Body<'_>,
    line: &Line,
    operand: &ImmediateUse,
    name: &Name,
    values: &Values,
) -> Option<Diagnostic> {
    let field = &body.scope.isa[operand.field];
    let (ident, mnemonic) = (&name.ident, &body.scope.isa[line.form].mnemonic);
    let outside = values.set.outside(&field.set);
    let (code, message, help) = if let Some(value) = outside {
        let scaled = field.set.common_shift();
        let within = field
            .set
            .bounds()
            .is_some_and(|(lo, hi)| lo <= value && value <= hi);
        if within && values.set.common_shift() < scaled {
            let stride = 1i128 << scaled;
            (
                Code::ImmediateNotScaled,
                format!(
                    "`{ident}` may be {value} here, and `{mnemonic}` takes multiples of {stride}"
                ),
                help(body, operand.field, ident),
            )
        } else {
            (
                Code::ImmediateOutOfRange,
                format!(
                    "`{ident}` may be {value} here, and `{mnemonic}` takes {}",
                    field.set
                ),
                help(body, operand.field, ident),
            )
        }
    } else if field.encodable.is_some() && values.kind != Some(operand.field) {
        (
            Code::ImmediateOutOfRange,
            format!(
                "`{ident}` may be a value that `{mnemonic}` cannot hold: only a test can tell whether `{}` does",
                field.name
            ),
            format!(
                "take `{ident}` as `{}`, or add `if {ident} in {};`",
                field.name, field.name
            ),
        )
    } else {
        return None;
    };
    Some(
        Diagnostic::new(code, operand.region, message)
            .note(format!("`{ident}` is bound at {}", name.region.place()))
            .declared(format!("the field `{}`", field.name), field.region)
            .help(help),
    )
}

/// What to write so that the field holds the constant.
fn help(body: &Body<'_>, field: ImmediateId, ident: &proc_macro2::Ident) -> String {
    let holder: &Immediate = &body.scope.isa[field];
    let Some((lo, hi)) = holder.set.bounds() else {
        return format!("tighten it to `{ident}: {}`", holder.name);
    };
    let stride = 1i128 << holder.set.common_shift();
    let multiple = if stride > 1 && lo != hi {
        format!(" && {ident} % {stride} == 0")
    } else {
        String::new()
    };
    format!(
        "tighten it to `{ident}: {}`, or add `if {lo} <= {ident} && {ident} <= {hi}{multiple};`",
        holder.name
    )
}
