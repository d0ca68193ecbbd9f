//! What meanings bind is used (JL030), and what they assign is not assigned again before anybody could see it (JL070).
//!
//! Names on right-hand sides are what they were before the instruction, so the first of two assignments to one place is
//! lost, whatever stands between them; one on some ways only may be meant. Both are slips: something else was to be named.

use std::collections::BTreeMap;

use proc_macro2::{Ident, TokenStream};
use quote::ToTokens;
use syn::parse::Parser;
use syn::visit::{self, Visit};
use syn::{Block, Expr, Local, Pat, Stmt};

use crate::error::{Code, Diagnostic, Region};
use crate::parse::mentions;

/// In the meaning of an instruction or of a sequence. One that cannot be read is reported when it is carried out.
pub fn in_statements(body: &TokenStream) -> Vec<Diagnostic> {
    let Ok(statements) = Block::parse_within.parse2(body.clone()) else {
        return Vec::new();
    };
    let mut unused = Unused::default();
    unused.among(&statements);
    for statement in &statements {
        unused.visit_stmt(statement);
    }
    let mut lost = Vec::new();
    overwritten(&statements, &mut BTreeMap::new(), &mut lost);
    unused.0.into_iter().chain(lost.into_iter().rev()).collect()
}

/// In the meaning of an operation, an expression.
pub fn in_expression(expression: &TokenStream) -> Vec<Diagnostic> {
    if !mentions(expression, "let") {
        return Vec::new();
    }
    let mut unused = Unused::default();
    if let Ok(expression) = syn::parse2::<Expr>(expression.clone()) {
        unused.visit_expr(&expression);
    }
    unused.0
}

/// Names that nothing behind them mentions.
#[derive(Default)]
struct Unused(Vec<Diagnostic>);

impl Unused {
    fn among(&mut self, statements: &[Stmt]) {
        for (index, statement) in statements.iter().enumerate() {
            if let Some((name, _)) = bound(statement)
                && !is_used(name, &statements[index + 1..])
            {
                let message = format!("`{name}` is bound and never used");
                let finding = Diagnostic::new(Code::UnboundOrUnused, name.span(), message);
                self.0.push(finding.help("use it, or delete the `let`"));
            }
        }
    }
}

impl<'ast> Visit<'ast> for Unused {
    fn visit_block(&mut self, block: &'ast Block) {
        self.among(&block.stmts);
        visit::visit_block(self, block);
    }
}

/// The name that a `let` binds; one that begins with `_` is not meant to be used.
fn bound(statement: &Stmt) -> Option<(&Ident, &Local)> {
    let Stmt::Local(local) = statement else {
        return None;
    };
    let pattern = match &local.pat {
        Pat::Type(typed) => &typed.pat,
        pattern => pattern,
    };
    match pattern {
        Pat::Ident(name) if !name.ident.to_string().starts_with('_') => Some((&name.ident, local)),
        _ => None,
    }
}

/// Whether statements mention a name before another `let` takes it.
fn is_used(name: &Ident, statements: &[Stmt]) -> bool {
    for statement in statements {
        if let Some((again, local)) = bound(statement)
            && again == name
        {
            let init = local.init.as_ref();
            return init
                .is_some_and(|init| mentions(&init.expr.to_token_stream(), &name.to_string()));
        }
        if mentions(&statement.to_token_stream(), &name.to_string()) {
            return true;
        }
    }
    false
}

/// Places by their text, and where each is assigned later on, whichever way is taken.
type Later = BTreeMap<String, Region>;

/// Assignments that are lost, those at the end first.
fn overwritten(statements: &[Stmt], later: &mut Later, lost: &mut Vec<Diagnostic>) {
    for statement in statements.iter().rev() {
        if let Stmt::Expr(expression, _) = statement {
            in_way(expression, later, lost);
        }
    }
}

fn in_way(expression: &Expr, later: &mut Later, lost: &mut Vec<Diagnostic>) {
    match expression {
        Expr::Assign(assign) => {
            let place = assign.left.to_token_stream().to_string().replace(' ', "");
            let region = Region::of(&assign.left);
            if let Some(second) = later.insert(place.clone(), region) {
                let message = format!("`{place}` is assigned again before anything could see it");
                let finding = Diagnostic::new(Code::DuplicateName, region, message);
                let finding = finding.note(format!("the second time at {}", second.place()));
                lost.push(finding.help("delete one of them, or assign to another place"));
            }
        }
        Expr::If(conditional) => {
            let mut then = later.clone();
            overwritten(&conditional.then_branch.stmts, &mut then, lost);
            if let Some((_, otherwise)) = &conditional.else_branch {
                in_way(otherwise, later, lost);
            }
            // Without `else`, what was assigned later still is.
            later.retain(|place, _| then.contains_key(place));
        }
        Expr::Block(block) => overwritten(&block.block.stmts, later, lost),
        _ => {}
    }
}
