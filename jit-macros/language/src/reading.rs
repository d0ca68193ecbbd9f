//! From the tokens of an invocation to what it means, checked: what expansion, provers and tools all begin with.

use proc_macro2::TokenStream;

use crate::error::Context;
use crate::model::calls::Calls;
use crate::model::isa::Isa;
use crate::model::lowering::Lowering;
use crate::model::lowering::rows::Rows;
use crate::model::ops::Ops;
use crate::model::rewriting::{Dialects, Rewriting};
use crate::space::{Order, Relations, order};
use crate::{check, model, parse};

/// A set of lowering rules, with what was found out about it.
#[derive(Debug)]
pub struct RuleSet {
    /// What it was read from.
    pub declaration: TokenStream,
    /// The rules.
    pub lowering: Lowering,
    /// Their patterns as inputs that they accept.
    pub rows: Rows,
    /// The order in which rows are tried.
    pub order: Order,
}

/// A machine, checked.
pub fn isa(tokens: TokenStream, context: &Context) -> Isa {
    let isa = unchecked_isa(tokens, context);
    check::isa(&isa, context);
    isa
}

/// A dialect, checked.
pub fn ops(tokens: TokenStream, context: &Context) -> Ops {
    let ops = unchecked_ops(tokens, context);
    check::ops(&ops, context);
    ops
}

/// An extension of the machine `base`, checked.
pub fn extended_isa(base: Isa, tokens: TokenStream, context: &Context) -> Isa {
    let isa = model::isa::extend(base, parse::isa::parse(tokens, context), context);
    check::isa(&isa, context);
    isa
}

/// An extension of the dialect `base`, checked.
pub fn extended_ops(base: Ops, tokens: TokenStream, context: &Context) -> Ops {
    let ops = model::ops::extend(base, parse::ops::parse(tokens, context), context);
    check::ops(&ops, context);
    ops
}

/// A machine whose mistakes are reported elsewhere.
pub fn unchecked_isa(tokens: TokenStream, context: &Context) -> Isa {
    model::isa::resolve(parse::isa::parse(tokens, context), context)
}

/// A dialect whose mistakes are reported elsewhere.
pub fn unchecked_ops(tokens: TokenStream, context: &Context) -> Ops {
    model::ops::resolve(parse::ops::parse(tokens, context), context)
}

/// As [`unchecked_isa`], from what a chain of macros brought along: each one extends the next, if there is a next.
pub fn unchecked_machine(tokens: Vec<TokenStream>, context: &Context) -> Isa {
    let mut tokens = tokens.into_iter().rev();
    let base = unchecked_isa(tokens.next().unwrap_or_default(), context);
    tokens.fold(base, |base, tokens| {
        model::isa::extend(base, parse::isa::parse(tokens, context), context)
    })
}

/// As [`unchecked_ops`], from what a chain of macros brought along: behind a dialect that extends another one comes that
/// one.
pub fn unchecked_dialects(tokens: Vec<TokenStream>, context: &Context) -> Vec<Ops> {
    let mut dialects: Vec<Vec<TokenStream>> = Vec::new();
    let mut goes_on = false;
    for tokens in tokens {
        let extends = parse::ops::extended(&tokens).is_some();
        match dialects.last_mut() {
            Some(last) if goes_on => last.push(tokens),
            _ => dialects.push(vec![tokens]),
        }
        goes_on = extends;
    }
    let dialect = |tokens: Vec<TokenStream>| {
        let mut tokens = tokens.into_iter().rev();
        let base = unchecked_ops(tokens.next().unwrap_or_default(), context);
        tokens.fold(base, |base, tokens| {
            model::ops::extend(base, parse::ops::parse(tokens, context), context)
        })
    };
    dialects.into_iter().map(dialect).collect()
}

/// A set of lowering rules, checked; `calls` are the routines that they may call if the header names them. `None`: there is
/// too little to go on.
pub fn lowering(
    tokens: TokenStream,
    isa: &Isa,
    ops: &Ops,
    calls: Option<&Calls>,
    context: &Context,
) -> Option<RuleSet> {
    let syntax = parse::lowering::parse(tokens.clone(), context)?;
    let lowering = model::lowering::resolve(syntax, isa, ops, calls, context);
    let (rows, order) = rows(&lowering, ops);
    check::lowering(&lowering, isa, ops, &rows, &order, context);
    Some(RuleSet {
        declaration: tokens,
        lowering,
        rows,
        order,
    })
}

/// The rows of `lowering` and their order.
pub fn rows(lowering: &Lowering, ops: &Ops) -> (Rows, Order) {
    in_order(Rows::new(lowering, ops))
}

/// The rows of the left sides of `rewriting` and their order.
pub fn rewriting_rows(rewriting: &Rewriting, ops: &Ops) -> (Rows, Order) {
    in_order(Rows::of_left_sides(&rewriting.left, ops))
}

fn in_order(rows: Rows) -> (Rows, Order) {
    let relations = Relations::new(&rows.universe, &rows.impossible);
    let order = order(&relations, &rows.rows, &rows.preferences);
    (rows, order)
}

/// A set of rewriting rules, with what was found out about it.
#[derive(Debug)]
pub struct RewriteSet {
    /// What it was read from.
    pub declaration: TokenStream,
    /// The rules.
    pub rewriting: Rewriting,
    /// Their left sides as inputs that they accept.
    pub rows: Rows,
    /// The order in which rows are tried.
    pub order: Order,
}

/// A set of rewriting rules, checked. `None`: there is too little to go on.
pub fn rewriting(
    tokens: TokenStream,
    dialects: Dialects<'_>,
    context: &Context,
) -> Option<RewriteSet> {
    let syntax = parse::rewriting::parse(tokens.clone(), context)?;
    let rewriting = model::rewriting::resolve(syntax, dialects, context);
    let (rows, order) = rewriting_rows(&rewriting, dialects.from);
    check::rewriting(&rewriting, dialects, &rows, &order, context);
    Some(RewriteSet {
        declaration: tokens,
        rewriting,
        rows,
        order,
    })
}

/// Call strategies whose mistakes are reported elsewhere; each invocation extends the next, if there is a next.
pub fn unchecked_calls(tokens: Vec<TokenStream>, isa: &Isa, context: &Context) -> Option<Calls> {
    let tokens = tokens.into_iter().rev();
    tokens.fold(None, |base, tokens| {
        parse::calls::parse(tokens, isa, base, context)
    })
}

/// Call strategies, checked; `base` is what they extend. `None`: there is too little to go on.
pub fn calls(
    tokens: TokenStream,
    isa: &Isa,
    base: Option<Calls>,
    context: &Context,
) -> Option<Calls> {
    let calls = parse::calls::parse(tokens, isa, base, context)?;
    check::calls(&calls, isa, context);
    Some(calls)
}
