//! A rule that calls says what the callee may change (JL033).
//!
//! A calling instruction names no register that the callee writes, so without the convention among the clobbers the
//! allocator would keep values where the callee puts its own.

use super::rule::owner;
use crate::error::{Code, Diagnostic, Region};
use crate::model::isa::{Control, Isa};
use crate::model::lowering::{Clobbered, Rule};
use crate::model::template::Item;

pub fn check(rule: &Rule, isa: &Isa) -> Option<Diagnostic> {
    let declares = |what: &Clobbered| matches!(what, Clobbered::Convention(_));
    if rule.clobbers.iter().any(|clobber| declares(&clobber.what)) {
        return None;
    }
    let mut items = rule.templates().flat_map(|(_, template)| &template.items);
    let (name, region) = items.find_map(|item| calls(item, isa))?;
    let message = format!(
        "`{name}` calls, and {} does not declare what the callee may change",
        owner(rule)
    );
    let conventions: Vec<_> = isa
        .conventions
        .iter()
        .map(|it| format!("`clobbers {};`", it.name))
        .collect();
    Some(
        Diagnostic::new(Code::UndeclaredClobber, region, message)
            .note("values are kept in registers over an instruction that does not declare them changed")
            .help(format!("declare {}", conventions.join(" or "))),
    )
}

/// What a part of a template is called and where it is, if it calls.
fn calls(item: &Item, isa: &Isa) -> Option<(String, Region)> {
    match item {
        Item::Line(line) if isa[line.form].effects.control == Control::Calls => {
            Some((line.mnemonic.to_string(), line.region))
        }
        Item::Directive(directive) if directive.keyword == "call" => {
            Some((directive.keyword.to_string(), directive.region))
        }
        _ => None,
    }
}
