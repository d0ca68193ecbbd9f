//! Changes of templates, a line at a time.

use std::collections::BTreeSet;

use proc_macro2::{TokenStream, TokenTree};
use quote::quote;

use super::tokens::{Path, each, instead, name, number, renamed, split, value, with};
use super::{Change, Mutation};
use crate::model::isa::{Form, Isa, Register};
use crate::text::text;

/// What a template may name.
pub struct Scope<'a> {
    /// The machine.
    pub isa: &'a Isa,
    /// Registers and constants that are bound outside.
    pub operands: BTreeSet<String>,
    /// Labels that are bound outside.
    pub labels: BTreeSet<String>,
}

/// Every change of a template, with the template that it makes.
pub fn templates(tokens: &TokenStream, scope: &Scope<'_>) -> Vec<(Change, TokenStream)> {
    let lines: Vec<TokenStream> = split(tokens, ';')
        .into_iter()
        .filter(|line| !line.is_empty())
        .collect();
    let whole = |lines: &[&TokenStream]| lines.iter().flat_map(|line| quote!(; #line)).collect();
    let mut found: Vec<(Change, TokenStream)> = Vec::new();
    let local: BTreeSet<String> = lines.iter().filter_map(defined).collect();
    for (index, line) in lines.iter().enumerate() {
        let all: Vec<&TokenStream> = lines.iter().collect();
        let mut add = |mutation, words, lines: &[&TokenStream]| {
            found.push((Change::new(mutation, words), whole(lines)));
        };
        if defined(line).is_none() {
            let mut rest = all.clone();
            rest.remove(index);
            let words = format!("without `; {}`", text(line));
            add(Mutation::DropLine, words, &rest);
        }
        if let Some(next) = lines.get(index + 1) {
            let mut others = all.clone();
            others.swap(index, index + 1);
            let words = format!("`; {}` in front of `; {}`", text(next), text(line));
            add(Mutation::SwapLines, words, &others);
        }
        let mut seen = BTreeSet::from([line.to_string()]);
        for (mutation, changed) in of_line(line, scope, &local) {
            if seen.insert(changed.to_string()) {
                let mut others = all.clone();
                others[index] = &changed;
                add(mutation, instead(&changed, line), &others);
            }
        }
    }
    found
}

/// The label that a line defines, if that is all it does.
fn defined(line: &TokenStream) -> Option<String> {
    let mut tokens = line.clone().into_iter();
    match (tokens.next()?, tokens.next()?, tokens.next()) {
        (TokenTree::Ident(label), TokenTree::Punct(colon), None) if colon.as_char() == ':' => {
            Some(label.to_string())
        }
        _ => None,
    }
}

fn of_line(
    line: &TokenStream,
    scope: &Scope<'_>,
    local: &BTreeSet<String>,
) -> Vec<(Mutation, TokenStream)> {
    let Scope { isa, .. } = scope;
    let all = each(line);
    let mut found = Vec::new();
    let is_label = |position: usize| {
        let before = position
            .checked_sub(1)
            .map(|before| all[before].1.to_string());
        matches!(before.as_deref(), Some(">" | "<"))
    };
    let is_operand = |(position, (_, token)): &(usize, &(Path, TokenTree))| {
        let text = token.to_string();
        let is_bound = scope.operands.contains(&text) || Register::from_name(&text).is_some();
        is_bound && !is_label(*position)
    };
    let behind = all.iter().enumerate().skip(1);
    let operands: Vec<&(Path, TokenTree)> = behind
        .clone()
        .filter(is_operand)
        .map(|(_, operand)| operand)
        .collect();
    for (position, (path, token)) in operands.iter().enumerate() {
        for (other_path, other) in &operands[position + 1..] {
            let once = with(line, path, name(&other.to_string(), token));
            let swapped = with(&once, other_path, name(&token.to_string(), other));
            found.push((Mutation::SwapOperands, swapped));
        }
        for other in others(&token.to_string(), scope) {
            let changed = with(line, path, name(&other, token));
            found.push((Mutation::ChangeOperand, changed));
        }
    }
    for (position, (path, token)) in behind {
        let text = token.to_string();
        if is_label(position) {
            let known = match scope.labels.contains(&text) {
                true => &scope.labels,
                false => local,
            };
            for other in known {
                found.push((Mutation::ChangeLabel, with(line, path, name(other, token))));
            }
        } else if isa.condition(&text).is_some() && !scope.operands.contains(&text) {
            for condition in &isa.conditions {
                let other = name(&condition.name.to_string(), token);
                found.push((Mutation::ChangeCondition, with(line, path, other)));
            }
        }
        if let Some(value) = value(token) {
            for other in numbers(value) {
                found.push((
                    Mutation::ChangeNumber,
                    with(line, path, number(other, token)),
                ));
            }
        }
    }
    if let Some((path, mnemonic)) = all.first() {
        for other in alike(&mnemonic.to_string(), isa) {
            let changed = with(line, path, name(&other, mnemonic));
            found.push((Mutation::ChangeInstruction, changed));
        }
    }
    found.push((Mutation::ChangeWidth, renamed(line, &other_width)));
    found
}

/// Numbers near one, and those that are multiples of the power of two that it is one of, as fields may want.
fn numbers(value: i128) -> Vec<i128> {
    let stride = value & value.wrapping_neg();
    let near = [value + 1, value - 1, value + stride, value - stride];
    near.into_iter().filter(|near| *near >= 0).collect()
}

/// What could stand in the place of an operand: another one that is bound, or another register.
fn others(operand: &str, scope: &Scope<'_>) -> Vec<String> {
    let Some((register, _)) = Register::from_name(operand) else {
        return scope.operands.iter().cloned().collect();
    };
    let letter = &operand[..1];
    match register {
        // The neighbour, for scratch registers are two, and one that is none of them.
        Register::General(code) => [code ^ 1, 9]
            .map(|code| format!("{letter}{code}"))
            .into_iter()
            .filter(|name| Register::from_name(name).is_some())
            .collect(),
        Register::Float(code) => vec![format!("{letter}{}", code ^ 1)],
        Register::Zero | Register::StackPointer => Vec::new(),
    }
}

/// The view of the other width, or the name of the register in it.
fn other_width(word: &str) -> Option<String> {
    let view = match word {
        "X" => "W",
        "W" => "X",
        "XSP" => "WSP",
        "WSP" => "XSP",
        _ => {
            let (letter, rest) = word.split_at_checked(1)?;
            Register::from_name(word)?;
            return match letter {
                "x" => Some(format!("w{rest}")),
                "w" => Some(format!("x{rest}")),
                _ => None,
            };
        }
    };
    Some(view.to_owned())
}

/// The mnemonics that are declared together with this one: `add | sub`.
fn alike(mnemonic: &str, isa: &Isa) -> BTreeSet<String> {
    let forms = || isa.forms.iter();
    let together = |form: &&Form| {
        let mut own = forms().filter(|own| own.mnemonic == mnemonic);
        own.any(|own| own.region.place() == form.region.place())
    };
    let others = forms().filter(together).map(|form| form.mnemonic.clone());
    others.filter(|other| other != mnemonic).collect()
}
