//! Right sides as text: those of mutants, which nobody has written.

use quote::ToTokens;

use crate::parse::rewriting::{Cold, ElementSyntax, OperandSyntax, RightSyntax, SliceSyntax};
use crate::text::text;

/// A right side, without the end of the line.
pub fn shown(right: &RightSyntax) -> String {
    match (&right.steps[..], &right.result) {
        ([], None) => "nothing".to_owned(),
        ([], Some(only)) => operand(only),
        _ => block(right),
    }
}

/// The same between braces.
fn block(block: &RightSyntax) -> String {
    let steps = block.steps.iter().map(|step| {
        let operation = operand(&step.operation);
        match (&step.name, &step.operation) {
            (Some(name), _) => format!("let {name} = {operation};"),
            (None, OperandSyntax::If(_)) => operation,
            (None, _) => format!("{operation};"),
        }
    });
    let all: Vec<String> = steps.chain(block.result.iter().map(operand)).collect();
    match &all[..] {
        [] => "{}".to_owned(),
        all => format!("{{ {} }}", all.join(" ")),
    }
}

fn operand(side: &OperandSyntax) -> String {
    match side {
        OperandSyntax::Operation { name, operands, .. } => {
            let operands: Vec<String> = operands.iter().map(operand).collect();
            format!("{name}({})", operands.join(", "))
        }
        OperandSyntax::If(conditional) => {
            let cold = |which| match conditional.cold == which {
                true => "cold ",
                false => "",
            };
            let (condition, then) = (operand(&conditional.condition), block(&conditional.then));
            let otherwise = conditional.otherwise.as_ref().map(block);
            let otherwise = otherwise.map(|it| format!(" else {}{it}", cold(Cold::Otherwise)));
            let then_is_cold = cold(Cold::Then);
            format!(
                "if {condition} {then_is_cold}{then}{}",
                otherwise.unwrap_or_default()
            )
        }
        OperandSyntax::List(elements, _) => {
            let elements: Vec<String> = elements.iter().map(element).collect();
            format!("[{}]", elements.join(", "))
        }
        OperandSyntax::Float(value, _) => format!("{value:?}"),
        OperandSyntax::Expression(value) => text(&value.to_token_stream()),
    }
}

fn element(element: &ElementSyntax) -> String {
    match element {
        ElementSyntax::Value(value) => operand(value),
        ElementSyntax::Spread(list, SliceSyntax::All, _) => format!("..{list}"),
        ElementSyntax::Spread(list, SliceSyntax::First(count), _) => format!("..{list}[..{count}]"),
        ElementSyntax::Spread(list, SliceSyntax::Behind(count), _) => {
            format!("..{list}[{count}..]")
        }
    }
}
