//! The grammar of `ops!`.
//!
//! ```text
//! dialect Lir on crate::specs::isa;          dialect Bits extends ::jit_core::specs::ops;
//! extensible by ::jit_core::machine::Extension;
//! value I64: i64 in { Gpr, const };          value Object;
//! attribute Comparison;
//! given frame: I64;                          given slot_size: const I64;
//! op Add(a: I64, b: I64) -> I64 { pure; commutative; means a.wrapping_add(b); }
//! op Exit(exit: const Exit, live: list) { terminator; means "Leaves the function through `exit`."; }
//! ```

use proc_macro2::{Ident, TokenStream};
use syn::parse::ParseStream;
use syn::{Expr, LitStr, Path, Token, braced, parenthesized};

use super::{documentation, each_statement, expected_one_of, grammar, lines, list, verbatim, word};
use crate::error::{Context, Region, again};
use crate::model::ops::{Meaning, Representation};

/// One statement of `ops!`.
pub enum Statement {
    /// `dialect NAME;`, `dialect NAME on PATH;` or `dialect NAME extends PATH;`
    Dialect(Dialect),
    /// `extensible by PATH;`
    Extensible(Path),
    /// `value …`
    Value(Value),
    /// `attribute …`
    Attributes(Vec<Ident>),
    /// `given name: kind;`
    Given(Given),
    /// `op …`
    Op(Box<Op>),
}

/// The header.
pub struct Dialect {
    pub doc: String,
    pub name: Ident,
    /// The dialect that it adds operations to.
    pub extended: Option<Path>,
    /// The machine whose register classes values arrive in.
    pub machine: Option<Path>,
}

/// `value NAME: REPRESENTATION in { forms };`
pub struct Value {
    pub doc: String,
    pub name: Ident,
    pub representation: Option<Representation>,
    pub classes: Vec<Ident>,
    pub constant: bool,
    pub region: Region,
}

/// `given NAME: KIND;`
pub struct Given {
    pub doc: String,
    pub operand: Operand,
}

/// `op NAME(operands) -> RESULT { properties }`
pub struct Op {
    pub doc: String,
    pub name: Ident,
    pub operands: Vec<Operand>,
    pub result: Option<Ident>,
    pub properties: Vec<Property>,
    /// Whether all properties could be read; otherwise what seems to be missing may be among those that could not.
    pub complete: bool,
    pub signature: Region,
}

/// `name: kind`
pub struct Operand {
    pub name: Ident,
    pub kind: OperandKind,
    pub region: Region,
}

/// What stands behind the colon of an operand.
pub enum OperandKind {
    Value(Ident),
    Const(Ident),
    /// `list`, or `list behind count`
    List(Option<Ident>),
    Block,
}

/// A statement in the body of an operation.
pub enum Property {
    Pure(Ident),
    Commutative,
    Reads,
    Writes,
    Call,
    Guard,
    Terminator,
    Means(Meaning),
}

/// Reads the inside of `ops!`.
pub fn parse(tokens: TokenStream, context: &Context) -> Vec<Statement> {
    each_statement(tokens, grammar::OPS, context, |input| {
        statement(input, context)
    })
}

fn statement(input: ParseStream, context: &Context) -> syn::Result<Statement> {
    let doc = documentation(input)?;
    let first = word(input)?;
    match first.to_string().as_str() {
        "dialect" => {
            let name = input.parse()?;
            let extended = super::optional_path_behind("extends", input)?;
            let machine = super::optional_path_behind("on", input)?;
            input.parse::<Token![;]>()?;
            Ok(Statement::Dialect(Dialect {
                doc,
                name,
                extended,
                machine,
            }))
        }
        "extensible" => {
            super::keyword(input, "by")?;
            let path = input.call(Path::parse_mod_style)?;
            input.parse::<Token![;]>()?;
            Ok(Statement::Extensible(path))
        }
        "value" => value(input, doc, &first).map(Statement::Value),
        "attribute" => list(input, |input| input.parse()).map(Statement::Attributes),
        "given" => {
            let operand = operand(input)?;
            input.parse::<Token![;]>()?;
            Ok(Statement::Given(Given { doc, operand }))
        }
        "op" => op(input, doc, context).map(|op| Statement::Op(Box::new(op))),
        _ => Err(grammar::unknown_word(&first, grammar::OPS)),
    }
}

fn value(input: ParseStream, doc: String, first: &Ident) -> syn::Result<Value> {
    let name: Ident = input.parse()?;
    let representation = if input.peek(Token![:]) {
        input.parse::<Token![:]>()?;
        let representation = word(input)?;
        let names = Representation::ALL.map(Representation::name);
        let found = Representation::from_name(&representation.to_string());
        Some(found.ok_or_else(|| expected_one_of(&representation, &names))?)
    } else {
        None
    };
    let (mut classes, mut constant) = (Vec::new(), false);
    if input.peek(Token![in]) {
        input.parse::<Token![in]>()?;
        let inside;
        braced!(inside in input);
        while !inside.is_empty() {
            if inside.peek(Token![const]) {
                inside.parse::<Token![const]>()?;
                constant = true;
            } else {
                classes.push(inside.parse()?);
            }
            if !inside.is_empty() {
                inside.parse::<Token![,]>()?;
            }
        }
    }
    input.parse::<Token![;]>()?;
    let region = Region::from(first.span()).to(name.span());
    Ok(Value {
        doc,
        name,
        representation,
        classes,
        constant,
        region,
    })
}

fn op(input: ParseStream, doc: String, context: &Context) -> syn::Result<Op> {
    let name: Ident = input.parse()?;
    let inside;
    let parens = parenthesized!(inside in input);
    let mut signature = Region::from(name.span()).to(parens.span.close());
    let mut operands = Vec::new();
    while !inside.is_empty() {
        operands.push(operand(&inside)?);
        if !inside.is_empty() {
            inside.parse::<Token![,]>()?;
        }
    }
    let result = if input.peek(Token![->]) {
        input.parse::<Token![->]>()?;
        let result: Ident = input.parse()?;
        signature = signature.to(result.span());
        Some(result)
    } else {
        None
    };
    let body;
    braced!(body in input);
    let (mut properties, mut complete) = (Vec::new(), true);
    let mut said: Vec<(String, Region)> = Vec::new();
    for statement in lines(body.parse()?) {
        let (text, region) = (statement.to_string(), Region::of(&statement));
        let is_it = |(said, _): &&(String, Region)| *said == text && !text.starts_with("means");
        if let Some((_, first)) = said.iter().find(is_it) {
            context.report(again("this statement", region, *first));
            continue;
        }
        said.push((text, region));
        match super::statement(statement, grammar::OPERATION, context, property) {
            Some(property) => properties.push(property),
            None => complete = false,
        }
    }
    Ok(Op {
        complete,
        doc,
        name,
        operands,
        result,
        properties,
        signature,
    })
}

fn operand(input: ParseStream) -> syn::Result<Operand> {
    let name: Ident = input.parse()?;
    input.parse::<Token![:]>()?;
    let mut end = input.span();
    let kind = if input.peek(Token![const]) {
        input.parse::<Token![const]>()?;
        end = input.span();
        OperandKind::Const(input.parse()?)
    } else {
        let kind: Ident = input.parse()?;
        match kind.to_string().as_str() {
            "list" if super::peeks(input, "behind") => {
                super::keyword(input, "behind")?;
                end = input.span();
                OperandKind::List(Some(input.parse()?))
            }
            "list" => OperandKind::List(None),
            "block" => OperandKind::Block,
            _ => OperandKind::Value(kind),
        }
    };
    let region = Region::from(name.span()).to(end);
    Ok(Operand { name, kind, region })
}

fn property(input: ParseStream) -> syn::Result<Property> {
    let first = word(input)?;
    let property = match first.to_string().as_str() {
        "pure" => Property::Pure(first),
        "commutative" => Property::Commutative,
        "call" => Property::Call,
        "guard" => Property::Guard,
        "terminator" => Property::Terminator,
        "reads" => {
            super::keyword(input, "memory")?;
            Property::Reads
        }
        "writes" => {
            super::keyword(input, "memory")?;
            Property::Writes
        }
        "means" => Property::Means(meaning(input)?),
        _ => return Err(grammar::unknown_word(&first, grammar::OPERATION)),
    };
    input.parse::<Token![;]>()?;
    Ok(property)
}

fn meaning(input: ParseStream) -> syn::Result<Meaning> {
    if input.peek(LitStr) && input.peek2(Token![;]) {
        return Ok(Meaning::Prose(input.parse::<LitStr>()?.value()));
    }
    let (_, tokens) = verbatim(input, |input| input.parse::<Expr>())?;
    Ok(Meaning::Expression(tokens))
}

/// The module behind `extends`, if the declaration has one.
pub fn extended(tokens: &TokenStream) -> Option<Path> {
    super::first(tokens, |input| {
        documentation(input)?;
        super::keyword(input, "dialect")?;
        input.parse::<Ident>()?;
        super::path_behind("extends", input)
    })
}
