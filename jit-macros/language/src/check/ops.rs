//! Every operation of a dialect, and everything given, is documented (JL071); what meanings bind is used (JL030);
//! and effects are those of the meaning (JL074).
//!
//! Rewriting and selection go by effects: an operation that reads less than it says is kept in places for nothing, one that
//! does more than it says is moved or left out where it must not be. A meaning in words is taken at its word.

use proc_macro2::{TokenStream, TokenTree};

use crate::error::{Code, Context, Diagnostic};
use crate::model::ops::{MEMORY, Meaning, Op, Ops};

use super::{documentation, unseen};

pub fn check(ops: &Ops, context: &Context) {
    let operations = ops.own().iter().map(|op| (&op.name, &op.doc));
    let mut found = documentation::check("operation", operations);
    let givens = ops.givens.iter();
    let givens = givens.map(|given| (&given.operand.name, &given.doc));
    found.extend(documentation::check("given", givens));
    for op in ops.own() {
        if let Meaning::Expression(expression) = &op.meaning {
            found.extend(unseen::in_expression(expression));
            found.extend(effects(op, expression));
        }
    }
    found
        .into_iter()
        .for_each(|finding| context.report(finding));
}

/// What a meaning does with the memory.
#[derive(Default)]
struct Access {
    reads: bool,
    writes: bool,
    calls: bool,
    /// It hands the memory on, so that it may do anything with it.
    unknown: bool,
}

impl Access {
    fn find(&mut self, tokens: &TokenStream) {
        let mut tokens = tokens.clone().into_iter().peekable();
        while let Some(token) = tokens.next() {
            match token {
                TokenTree::Group(group) => self.find(&group.stream()),
                TokenTree::Ident(name) if name == MEMORY => {
                    let is_dot = |token: &TokenTree| matches!(token, TokenTree::Punct(punct) if punct.as_char() == '.');
                    match tokens.next_if(is_dot).and_then(|_| tokens.next()) {
                        Some(TokenTree::Ident(method)) => self.method(&method.to_string()),
                        _ => self.unknown = true,
                    }
                }
                _ => {}
            }
        }
    }

    fn method(&mut self, name: &str) {
        match name {
            "call" | "call_with" | "perform" => self.calls = true,
            name if name.starts_with("store_") => self.writes = true,
            _ => self.reads = true,
        }
    }
}

/// What the effects of an operation and its meaning have against each other.
fn effects(op: &Op, meaning: &TokenStream) -> Option<Diagnostic> {
    let mut does = Access::default();
    does.find(meaning);
    if does.unknown {
        return None;
    }
    let (name, says) = (&op.name, op.effects);
    // A call may do anything to memory.
    let [reads, writes] = [does.reads, does.writes].map(|it| it || does.calls);
    let (message, help) = [
        (
            says.reads,
            reads,
            does.reads && !says.call,
            "reads memory",
            "reads memory",
        ),
        (
            says.writes,
            writes,
            does.writes && !says.call,
            "writes memory",
            "writes memory",
        ),
        (says.call, does.calls, does.calls, "calls", "call"),
    ]
    .into_iter()
    .find_map(|(says, may, does, what, word)| match says {
        true if !may => Some((
            format!("`{name}` {what}, and its meaning does not"),
            format!("delete `{word};`, or change the meaning"),
        )),
        false if does => Some((
            format!("the meaning of `{name}` {what}, and its effects do not say so"),
            format!("add `{word};`"),
        )),
        _ => None,
    })?;
    Some(Diagnostic::new(Code::MeaningOfForm, op.signature, message).help(help))
}
