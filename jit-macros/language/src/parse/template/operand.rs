//! Reads the operands of a template line, before anything is known about the instruction.

use proc_macro2::{Ident, TokenStream, TokenTree};
use syn::ext::IdentExt;
use syn::parse::ParseStream;
use syn::{Lit, LitFloat, LitInt, Token, bracketed, parenthesized, token};

use crate::error::Region;
use crate::model::isa::{Modifier, Register, View};
use crate::model::template::{LabelRef, RegisterRef};
use crate::parse::{integer, word};

/// An operand as it is written.
#[derive(Clone, Debug)]
pub struct Operand {
    pub kind: Kind,
    pub region: Region,
}

/// What is written.
#[derive(Clone, Debug)]
pub enum Kind {
    /// `X(a)`, `x16`
    Register(RegisterRef, View),
    /// An identifier: a bound immediate, or a condition.
    Word(Ident),
    /// `12`, `-16`
    Integer(i128),
    /// `0.0`
    Float(String),
    /// `LSL 3`, `UXTW`, in either case
    Modifier(Ident, Option<Box<Operand>>),
    /// `=>name`, `>name`, `<name`
    Label(LabelRef),
    /// `[XSP(a), 8]!`
    Memory {
        inside: Vec<Operand>,
        write_back: bool,
    },
}

/// Reads operands separated by commas, to the end of the input.
pub fn operands(input: ParseStream) -> syn::Result<Vec<Operand>> {
    let mut operands = Vec::new();
    while !input.is_empty() {
        operands.push(operand(input)?);
        if input.is_empty() {
            break;
        }
        let comma = input.parse::<Token![,]>().map_err(|error| {
            syn::Error::new(
                error.span(),
                "expected `,`; operands are identifiers, registers and literals, not expressions",
            )
        })?;
        if input.is_empty() {
            let message = "no operand stands behind this `,`";
            return Err(syn::Error::new(comma.span, message));
        }
    }
    Ok(operands)
}

fn operand(input: ParseStream) -> syn::Result<Operand> {
    let start = Region::from(input.span());
    if input.peek(token::Bracket) {
        return memory(input, start);
    }
    if input.peek(Token![=>])
        || input.peek(Token![>])
        || input.peek(Token![<])
        || input.peek(Token![->])
    {
        return label(input, start);
    }
    if input.peek(LitFloat) {
        let text = input.parse::<LitFloat>()?.to_string();
        return Ok(Operand {
            kind: Kind::Float(text),
            region: start,
        });
    }
    if input.peek(LitInt) || input.peek(Token![-]) {
        let (value, region) = integer(input)?;
        return Ok(Operand {
            kind: Kind::Integer(value),
            region,
        });
    }
    if input.peek(Token![#]) {
        return Err(input.error("numbers and names of constants stand here without `#`"));
    }
    if input.peek(Lit) || !input.peek(Ident::peek_any) {
        let message = "operands are registers, bound names, integers, labels and `[…]`";
        return Err(input.error(message));
    }
    let name = word(input)?;
    let text = name.to_string();
    if text == "extern" {
        return Err(syn::Error::new(
            name.span(),
            "foreign symbols cannot stand in a template; declare the target",
        ));
    }
    if let Some(view) = View::from_name(&text)
        && input.peek(token::Paren)
    {
        let inside;
        let parens = parenthesized!(inside in input);
        let bound: Ident = inside.parse()?;
        if !inside.is_empty() {
            return Err(inside.error("expected the name of an operand alone"));
        }
        let region = start.to(parens.span.close());
        return Ok(Operand {
            kind: Kind::Register(RegisterRef::Bound(bound), view),
            region,
        });
    }
    if let Some((register, view)) = Register::from_name(&text) {
        return Ok(Operand {
            kind: Kind::Register(RegisterRef::Fixed(register), view),
            region: start,
        });
    }
    if let Some(message) = no_register(&text, input.peek(token::Paren)) {
        return Err(syn::Error::new(name.span(), message));
    }
    if Modifier::from_name(&text.to_uppercase()).is_some() {
        let amount = if input.is_empty() || input.peek(Token![,]) {
            None
        } else {
            Some(Box::new(operand(input)?))
        };
        let region = amount
            .as_ref()
            .map_or(start, |amount| start.to(amount.region));
        return Ok(Operand {
            kind: Kind::Modifier(name, amount),
            region,
        });
    }
    if !(input.is_empty() || input.peek(Token![,])) {
        let mut expression = TokenStream::from(TokenTree::from(name));
        while !(input.is_empty() || input.peek(Token![,])) {
            expression.extend([input.parse::<TokenTree>()?]);
        }
        let written = crate::text::text(&expression);
        let message = format!(
            "expressions cannot stand in a template: write `let n: … = {written};` in the rule, and `n` here"
        );
        return Err(syn::Error::new_spanned(expression, message));
    }
    Ok(Operand {
        kind: Kind::Word(name),
        region: start,
    })
}

/// Why a word that looks like a register or a view of one is none.
fn no_register(text: &str, is_call: bool) -> Option<String> {
    if is_call {
        let views = View::ALL.map(View::name);
        let meant =
            crate::error::nearest(text, views).or_else(|| (text.len() == 1).then_some("X"))?;
        return Some(format!(
            "there is no view `{text}` of a register; did you mean `{meant}`?"
        ));
    }
    let number = text.strip_prefix(['x', 'w', 'd', 's'])?;
    let is_number = !number.is_empty() && number.chars().all(|digit| digit.is_ascii_digit());
    is_number.then(|| format!("there is no register `{text}`: they end with x30 and d31"))
}

fn memory(input: ParseStream, start: Region) -> syn::Result<Operand> {
    let inside;
    let brackets = bracketed!(inside in input);
    let inside = operands(&inside)?;
    let mut region = start.to(brackets.span.close());
    let bang: Option<Token![!]> = input.parse()?;
    if let Some(bang) = &bang {
        region = region.to(bang.span);
    }
    Ok(Operand {
        kind: Kind::Memory {
            inside,
            write_back: bang.is_some(),
        },
        region,
    })
}

fn label(input: ParseStream, start: Region) -> syn::Result<Operand> {
    if input.peek(Token![->]) {
        return Err(input
            .error("global labels cannot stand in a template; bind the place and write `=>name`"));
    }
    let label = if input.peek(Token![=>]) {
        input.parse::<Token![=>]>()?;
        LabelRef::Dynamic(input.parse()?)
    } else if input.peek(Token![>]) {
        input.parse::<Token![>]>()?;
        LabelRef::Forward(input.parse()?)
    } else {
        input.parse::<Token![<]>()?;
        LabelRef::Backward(input.parse()?)
    };
    let (LabelRef::Dynamic(name) | LabelRef::Forward(name) | LabelRef::Backward(name)) = &label;
    let region = start.to(name.span());
    Ok(Operand {
        kind: Kind::Label(label),
        region,
    })
}
