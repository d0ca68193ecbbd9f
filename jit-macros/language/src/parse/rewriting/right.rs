//! Right sides: `a`, `Shl(a, trailing_zeros(b))`, `{ let x = Sub(0, a); Shl(x, 3) }`, `nothing`.

use proc_macro2::Ident;
use syn::parse::ParseStream;
use syn::punctuated::Punctuated;
use syn::{Expr, LitFloat, Token, braced, parenthesized, token};

use crate::error::Region;
use crate::parse::{verbatim, word};
use crate::text::text;

/// What stands behind `becomes`.
#[derive(Debug)]
pub struct RightSyntax {
    /// The operations in their order.
    pub steps: Vec<StepSyntax>,
    /// What the value becomes; none if there is no value, or it is that of no step.
    pub result: Option<OperandSyntax>,
    /// All of it.
    pub region: Region,
    /// As text.
    pub text: String,
}

/// `let x = Operation(…);`, or an operation alone.
#[derive(Debug)]
pub struct StepSyntax {
    /// The name of its value.
    pub name: Option<Ident>,
    /// The operation.
    pub operation: OperandSyntax,
}

/// An operand on the right side.
#[derive(Debug)]
pub enum OperandSyntax {
    /// `Shl(a, 3)`
    Operation {
        /// The operation.
        name: Ident,
        /// Its operands.
        operands: Vec<OperandSyntax>,
        /// Everything between the parentheses, and they.
        arguments: Region,
    },
    /// `1.0`
    Float(f64, Region),
    /// A name, or a computed constant.
    Expression(Expr),
}

impl OperandSyntax {
    /// Where it stands.
    pub fn region(&self) -> Region {
        match self {
            OperandSyntax::Operation {
                name, arguments, ..
            } => Region::from(name.span()).to(*arguments),
            OperandSyntax::Float(_, region) => *region,
            OperandSyntax::Expression(expression) => Region::of(expression),
        }
    }
}

/// What follows `becomes`, the end of the line included.
pub(super) fn right(input: ParseStream, start: Region) -> syn::Result<RightSyntax> {
    let ((steps, result), tokens) = verbatim(input, steps_and_result)?;
    let region = start.to(Region::of(&tokens));
    Ok(RightSyntax {
        steps,
        result,
        region,
        text: text(&tokens),
    })
}

type StepsAndResult = (Vec<StepSyntax>, Option<OperandSyntax>);

fn steps_and_result(input: ParseStream) -> syn::Result<StepsAndResult> {
    if input.peek(token::Brace) {
        let body;
        braced!(body in input);
        return sequence(&body);
    }
    if input.peek(syn::Ident) && input.peek2(Token![;]) && is_nothing(input) {
        word(input)?;
        input.parse::<Token![;]>()?;
        return Ok((Vec::new(), None));
    }
    let result = operand(input)?;
    input.parse::<Token![;]>()?;
    Ok((Vec::new(), Some(result)))
}

fn is_nothing(input: ParseStream) -> bool {
    crate::parse::peeks(input, "nothing")
}

/// The inside of a block.
fn sequence(input: ParseStream) -> syn::Result<StepsAndResult> {
    let (mut steps, mut result) = (Vec::new(), None);
    while !input.is_empty() {
        if input.peek(Token![let]) {
            input.parse::<Token![let]>()?;
            let name = Some(input.parse()?);
            input.parse::<Token![=]>()?;
            let operation = operand(input)?;
            input.parse::<Token![;]>()?;
            steps.push(StepSyntax { name, operation });
            continue;
        }
        let operation = operand(input)?;
        if input.is_empty() {
            result = Some(operation);
        } else {
            input.parse::<Token![;]>()?;
            let name = None;
            steps.push(StepSyntax { name, operation });
        }
    }
    Ok((steps, result))
}

/// An operation begins with a capital letter; everything else is an expression over constants.
fn operand(input: ParseStream) -> syn::Result<OperandSyntax> {
    let is_operation = input.cursor().ident().is_some_and(|(name, _)| {
        let first = name.to_string().chars().next();
        first.is_some_and(char::is_uppercase)
    });
    if is_operation && input.peek2(token::Paren) {
        let name = input.parse()?;
        let body;
        let parentheses = parenthesized!(body in input);
        let operands: Punctuated<OperandSyntax, Token![,]> =
            body.parse_terminated(operand, Token![,])?;
        let arguments = Region {
            first: parentheses.span.open(),
            last: parentheses.span.close(),
        };
        return Ok(OperandSyntax::Operation {
            name,
            operands: operands.into_iter().collect(),
            arguments,
        });
    }
    let minus = input.peek(Token![-]) && input.peek2(LitFloat);
    if minus || input.peek(LitFloat) {
        let (value, region) = crate::parse::float(input)?;
        return Ok(OperandSyntax::Float(value, region));
    }
    Ok(OperandSyntax::Expression(input.parse()?))
}
