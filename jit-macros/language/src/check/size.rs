//! Declared sizes are the real ones (JL050), and where a size varies it is declared (JL051).
//!
//! A line is four bytes. What varies is a conditional branch, which becomes two instructions where its target is far, the
//! branch to a block, which is left out where the block comes next, the template for a literal out of reach, and a call,
//! which is as long as the strategy in use makes it.

use super::rule::owner;
use crate::error::{Code, Diagnostic};
use crate::model::lowering::Rule;
use crate::model::template::{LINE_BYTES, Template};

pub fn check(rule: &Rule) -> Option<Diagnostic> {
    let (least, most) = rule.size();
    let owner = owner(rule);
    let directives = rule
        .templates()
        .flat_map(|(_, template)| template.directives());
    let call = directives
        .into_iter()
        .find(|directive| directive.keyword == "call");
    let Some((declared_least, declared_most, region)) = rule.bytes else {
        let call = call?;
        let message = format!(
            "the size of this call depends on the strategy in use, and {owner} declares none"
        );
        let help = format!(
            "declare a range, such as `bytes {least}..={};`",
            least + 4 * LINE_BYTES
        );
        return Some(Diagnostic::new(Code::SizeNotDeclared, call.region, message).help(help));
    };
    let right = declared_least == least
        && most.map_or(declared_most >= least, |most| declared_most == most);
    if right {
        return None;
    }
    let range = |least: u32, most: u32| {
        if least == most {
            least.to_string()
        } else {
            format!("{least}..={most}")
        }
    };
    let real = most.map_or_else(|| format!("at least {least}"), |most| range(least, most));
    let lines: usize = rule
        .templates()
        .map(|(_, template): (_, &Template)| template.lines().count())
        .sum();
    let lines = if lines == 1 {
        "1 line".to_owned()
    } else {
        format!("{lines} lines")
    };
    let said = range(declared_least, declared_most);
    let message = format!("{owner} is {real} bytes ({lines}), declared {said}");
    let right = range(least, most.unwrap_or(declared_most.max(least)));
    Some(Diagnostic::new(Code::WrongSize, region, message).help(format!("write `bytes {right};`")))
}
