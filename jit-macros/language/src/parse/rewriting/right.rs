//! Right sides: `a`, `Shl(a, trailing_zeros(b))`, `{ let x = Sub(0, a); Shl(x, 3) }`, `nothing`; and, where operations
//! become those of another dialect, `if c { … } else cold { … }` and lists, `[frame, ..values[count..]]`.

use proc_macro2::{Ident, TokenStream};
use syn::parse::ParseStream;
use syn::punctuated::Punctuated;
use syn::{Expr, LitFloat, Token, braced, bracketed, parenthesized, token};

use crate::error::Region;
use crate::parse::{keyword, peeks, verbatim, word};
use crate::text::text;

/// What stands behind `becomes`, or between the braces of an `if`.
#[derive(Clone, Debug)]
pub struct RightSyntax {
    /// The operations in their order.
    pub steps: Vec<StepSyntax>,
    /// What the value becomes; none if there is no value, or it is that of no step.
    pub result: Option<OperandSyntax>,
    /// All of it.
    pub region: Region,
    /// The tokens.
    pub tokens: TokenStream,
    /// As text.
    pub text: String,
}

/// `let x = Operation(…);`, or an operation alone.
#[derive(Clone, Debug)]
pub struct StepSyntax {
    /// The name of its value.
    pub name: Option<Ident>,
    /// The operation, or an `if`.
    pub operation: OperandSyntax,
}

/// An operand on the right side.
#[derive(Clone, Debug)]
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
    /// `if c { … } else { … }`
    If(Box<IfSyntax>),
    /// `[a, ..live]`
    List(Vec<ElementSyntax>, Region),
    /// `1.0`
    Float(f64, Region),
    /// A name, or a computed constant.
    Expression(Expr),
}

/// `if condition { then } else { otherwise }`
#[derive(Clone, Debug)]
pub struct IfSyntax {
    /// What is not zero if `then` is carried out.
    pub condition: OperandSyntax,
    /// What is done then.
    pub then: RightSyntax,
    /// What is done otherwise.
    pub otherwise: Option<RightSyntax>,
    /// Which of them is expected to be rare.
    pub cold: Cold,
    /// From `if` to the last brace.
    pub region: Region,
}

/// The block of an `if` with `cold` in front.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Cold {
    /// None of them.
    Neither,
    /// The first one.
    Then,
    /// The second one.
    Otherwise,
}

/// Something in a list.
#[derive(Clone, Debug)]
pub enum ElementSyntax {
    /// A value.
    Value(OperandSyntax),
    /// `..live`, `..values[..count]`, `..values[count..]`
    Spread(Ident, SliceSyntax, Region),
}

/// Which values of a list.
#[derive(Clone, Debug)]
pub enum SliceSyntax {
    /// All of them.
    All,
    /// The first so many.
    First(Ident),
    /// Those behind the first so many.
    Behind(Ident),
}

impl OperandSyntax {
    /// Where it stands.
    pub fn region(&self) -> Region {
        match self {
            OperandSyntax::Operation {
                name, arguments, ..
            } => Region::from(name.span()).to(*arguments),
            OperandSyntax::If(conditional) => conditional.region,
            OperandSyntax::List(_, region) | OperandSyntax::Float(_, region) => *region,
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
        tokens,
    })
}

type StepsAndResult = (Vec<StepSyntax>, Option<OperandSyntax>);

fn steps_and_result(input: ParseStream) -> syn::Result<StepsAndResult> {
    if input.peek(token::Brace) {
        let body;
        braced!(body in input);
        return sequence(&body);
    }
    if input.peek(syn::Ident) && input.peek2(Token![;]) && peeks(input, "nothing") {
        word(input)?;
        input.parse::<Token![;]>()?;
        return Ok((Vec::new(), None));
    }
    let result = operand(input)?;
    let is_block = matches!(result, OperandSyntax::If(_));
    if !is_block || input.peek(Token![;]) {
        input.parse::<Token![;]>()?;
    }
    Ok((Vec::new(), Some(result)))
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
            let is_block = matches!(operation, OperandSyntax::If(_));
            if !is_block || input.peek(Token![;]) {
                input.parse::<Token![;]>()?;
            }
            let name = None;
            steps.push(StepSyntax { name, operation });
        }
    }
    Ok((steps, result))
}

/// An operation begins with a capital letter; everything else is an expression over constants.
fn operand(input: ParseStream) -> syn::Result<OperandSyntax> {
    if input.peek(Token![if]) {
        return conditional(input).map(|it| OperandSyntax::If(Box::new(it)));
    }
    if input.peek(token::Bracket) {
        return list(input);
    }
    if is_operation(input) {
        return operation(input);
    }
    let minus = input.peek(Token![-]) && input.peek2(LitFloat);
    if minus || input.peek(LitFloat) {
        let (value, region) = crate::parse::float(input)?;
        return Ok(OperandSyntax::Float(value, region));
    }
    Ok(OperandSyntax::Expression(input.parse()?))
}

fn is_operation(input: ParseStream) -> bool {
    let is_capital = input.cursor().ident().is_some_and(|(name, _)| {
        let first = name.to_string().chars().next();
        first.is_some_and(char::is_uppercase)
    });
    is_capital && input.peek2(token::Paren)
}

fn operation(input: ParseStream) -> syn::Result<OperandSyntax> {
    let name = input.parse()?;
    let body;
    let parentheses = parenthesized!(body in input);
    let operands: Punctuated<OperandSyntax, Token![,]> =
        body.parse_terminated(operand, Token![,])?;
    let arguments = Region {
        first: parentheses.span.open(),
        last: parentheses.span.close(),
    };
    Ok(OperandSyntax::Operation {
        name,
        operands: operands.into_iter().collect(),
        arguments,
    })
}

fn conditional(input: ParseStream) -> syn::Result<IfSyntax> {
    let first: Token![if] = input.parse()?;
    let start = Region::from(first.span);
    let condition = match is_operation(input) {
        true => operation(input)?,
        // A brace behind a name is not the rest of the condition.
        false => OperandSyntax::Expression(input.call(Expr::parse_without_eager_brace)?),
    };
    let (then, is_then_cold) = branch(input)?;
    let (otherwise, is_otherwise_cold) = match input.peek(Token![else]) {
        true => {
            input.parse::<Token![else]>()?;
            let (otherwise, is_cold) = branch(input)?;
            (Some(otherwise), is_cold)
        }
        false => (None, false),
    };
    let cold = match (is_then_cold, is_otherwise_cold) {
        (true, true) => {
            let last = otherwise.as_ref().map_or(start, |body| body.region);
            let message = "both blocks are `cold`: then neither is rarer than the other";
            return Err(syn::Error::new(last.first, message));
        }
        (true, false) => Cold::Then,
        (false, true) => Cold::Otherwise,
        (false, false) => Cold::Neither,
    };
    let last = otherwise.as_ref().unwrap_or(&then).region;
    Ok(IfSyntax {
        condition,
        then,
        otherwise,
        cold,
        region: start.to(last),
    })
}

/// `{ … }` or `cold { … }`
fn branch(input: ParseStream) -> syn::Result<(RightSyntax, bool)> {
    let is_cold = peeks(input, "cold");
    if is_cold {
        keyword(input, "cold")?;
    }
    let braces = |input: ParseStream| {
        let body;
        let braces = braced!(body in input);
        let region = Region {
            first: braces.span.open(),
            last: braces.span.close(),
        };
        Ok((sequence(&body)?, region))
    };
    let (((steps, result), region), tokens) = verbatim(input, braces)?;
    let body = RightSyntax {
        steps,
        result,
        region,
        text: text(&tokens),
        tokens,
    };
    Ok((body, is_cold))
}

fn list(input: ParseStream) -> syn::Result<OperandSyntax> {
    let body;
    let brackets = bracketed!(body in input);
    let region = Region {
        first: brackets.span.open(),
        last: brackets.span.close(),
    };
    let elements: Punctuated<ElementSyntax, Token![,]> =
        body.parse_terminated(element, Token![,])?;
    Ok(OperandSyntax::List(elements.into_iter().collect(), region))
}

fn element(input: ParseStream) -> syn::Result<ElementSyntax> {
    if !input.peek(Token![..]) {
        return operand(input).map(ElementSyntax::Value);
    }
    let dots: Token![..] = input.parse()?;
    let name: Ident = input.parse()?;
    let start = Region::from(dots.spans[0]);
    if !input.peek(token::Bracket) {
        let region = start.to(name.span());
        return Ok(ElementSyntax::Spread(name, SliceSyntax::All, region));
    }
    let range;
    let brackets = bracketed!(range in input);
    let slice = match range.peek(Token![..]) {
        true => {
            range.parse::<Token![..]>()?;
            SliceSyntax::First(range.parse()?)
        }
        false => {
            let count = range.parse()?;
            range.parse::<Token![..]>()?;
            SliceSyntax::Behind(count)
        }
    };
    if !range.is_empty() {
        return Err(range.error("expected `]`: a part of a list is `[..count]` or `[count..]`"));
    }
    Ok(ElementSyntax::Spread(
        name,
        slice,
        start.to(brackets.span.close()),
    ))
}
