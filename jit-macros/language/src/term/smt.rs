//! Terms as SMT-LIB 2, and the digest by which a query is known.
//!
//! A part that occurs more than once is defined once. Names of definitions count from zero in each query, and the order
//! depends on the terms alone, so the same question always has the same text.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt::Write;

use super::{FloatOperation, Function, Node, Operator, Sort, Term};

/// A script that asks whether all of `assertions` can hold at once. The solver answers `unsat` if they cannot.
pub fn query(assertions: &[Term]) -> String {
    let parts = Term::parts(assertions);
    let mut script = String::from("(set-logic QF_AUFBV)\n");
    declare(&parts, &mut script);
    let mut uses: HashMap<Term, u32> = HashMap::new();
    for part in &parts {
        for operand in part.operands().iter() {
            *uses.entry(*operand).or_default() += 1;
        }
    }
    let mut names: HashMap<Term, String> = HashMap::new();
    for part in &parts {
        if uses.get(part).is_some_and(|uses| *uses > 1) && !part.operands().is_empty() {
            let name = format!("t{}", names.len());
            let body = printed(*part, &names);
            writeln!(
                script,
                "(define-fun {name} () {} {body})",
                sort(part.sort())
            )
            .expect("strings take everything");
            names.insert(*part, name);
        }
    }
    for assertion in assertions {
        let body = printed(*assertion, &names);
        writeln!(script, "(assert {body})").expect("strings take everything");
    }
    script.push_str("(check-sat)\n");
    script
}

/// A term by itself.
pub fn text(term: Term) -> String {
    printed(term, &HashMap::new())
}

/// The name of a symbol in queries.
pub fn symbol(name: &str) -> String {
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    if name.chars().all(is_plain) && !name.starts_with(|first: char| first.is_ascii_digit()) {
        name.to_owned()
    } else {
        format!("|{name}|")
    }
}

/// FNV-1a of 128 bits: the same text has the same digest everywhere, and two texts hardly ever do.
pub fn digest(text: &str) -> u128 {
    const PRIME: u128 = 0x0000_0000_0100_0000_0000_0000_0000_013b;
    let start = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;
    text.bytes().fold(start, |digest: u128, byte| {
        (digest ^ u128::from(byte)).wrapping_mul(PRIME)
    })
}

fn declare(parts: &[Term], script: &mut String) {
    // Calls with more and with fewer arguments are functions of one name, which z3 tells apart by that.
    let mut declarations = BTreeSet::new();
    let mut floats = BTreeMap::new();
    for part in parts {
        match part.node() {
            Node::Symbol { name, sort: of } => {
                let name = symbol(&name);
                declarations.insert(format!("(declare-fun {name} () {})", sort(of)));
            }
            Node::Call {
                function,
                arguments,
                sort: of,
            } => {
                if let Function::Float(operation) = function
                    && let Some(definition) = definition(operation)
                {
                    floats.insert(operation, definition);
                    continue;
                }
                let name = function_name(&function);
                let operands: Vec<String> = arguments
                    .iter()
                    .map(|argument| sort(argument.sort()))
                    .collect();
                let text = format!("(declare-fun {name} ({}) {})", operands.join(" "), sort(of));
                declarations.insert(text);
            }
            _ => {}
        }
    }
    for declaration in &declarations {
        script.push_str(declaration);
        script.push('\n');
    }
    for definition in floats.values() {
        script.push_str(definition);
        script.push('\n');
    }
}

/// A comparison of floats as a function.
fn definition(operation: FloatOperation) -> Option<String> {
    let [a, b] = ["a", "b"].map(|name| Term::symbol(name, Sort::Bits(64)));
    let body = operation.definition(a, b)?;
    let float = sort(Sort::Bits(64));
    Some(format!(
        "(define-fun {} ((a {float}) (b {float})) Bool {})",
        operation.name(),
        text(body)
    ))
}

fn function_name(function: &Function) -> String {
    match function {
        Function::Float(operation) => operation.name().to_owned(),
        Function::Named(name) => symbol(name),
    }
}

fn sort(sort: Sort) -> String {
    match sort {
        Sort::Bool => "Bool".to_owned(),
        Sort::Bits(width) => format!("(_ BitVec {width})"),
        Sort::Memory => "(Array (_ BitVec 64) (_ BitVec 8))".to_owned(),
    }
}

fn printed(term: Term, names: &HashMap<Term, String>) -> String {
    let (head, operands) = match term.node() {
        Node::Truth(value) => return value.to_string(),
        Node::Constant { value, width } if width % 4 == 0 => {
            return format!("#x{value:0digits$x}", digits = width as usize / 4);
        }
        Node::Constant { value, width } => {
            return format!("#b{value:0digits$b}", digits = width as usize);
        }
        Node::Symbol { name, .. } => return symbol(&name),
        Node::Apply(operator, operands) => (operator_name(operator, term, operands[0]), operands),
        Node::Call {
            function,
            arguments,
            ..
        } => (function_name(&function), arguments),
    };
    if operands.is_empty() {
        return head;
    }
    let mut text = format!("({head}");
    for operand in operands.iter() {
        text.push(' ');
        match names.get(operand) {
            Some(name) => text.push_str(name),
            None => text.push_str(&printed(*operand, names)),
        }
    }
    text.push(')');
    text
}

fn operator_name(operator: Operator, term: Term, operand: Term) -> String {
    let is_truth = term.sort() == Sort::Bool;
    let name = match operator {
        Operator::Not if is_truth => "not",
        Operator::And if is_truth => "and",
        Operator::Or if is_truth => "or",
        Operator::Xor if is_truth => "xor",
        Operator::Not => "bvnot",
        Operator::And => "bvand",
        Operator::Or => "bvor",
        Operator::Xor => "bvxor",
        Operator::Equal => "=",
        Operator::IfThenElse => "ite",
        Operator::Add => "bvadd",
        Operator::Subtract => "bvsub",
        Operator::Multiply => "bvmul",
        Operator::DivideUnsigned => "bvudiv",
        Operator::DivideSigned => "bvsdiv",
        Operator::ShiftLeft => "bvshl",
        Operator::ShiftRightUnsigned => "bvlshr",
        Operator::ShiftRightSigned => "bvashr",
        Operator::LessUnsigned => "bvult",
        Operator::LessEqualUnsigned => "bvule",
        Operator::LessSigned => "bvslt",
        Operator::LessEqualSigned => "bvsle",
        Operator::Concat => "concat",
        Operator::Load => "select",
        Operator::Store => "store",
        Operator::Extract { high, low } => return format!("(_ extract {high} {low})"),
        Operator::ZeroExtend(width) => {
            return format!("(_ zero_extend {})", width - operand.width());
        }
        Operator::SignExtend(width) => {
            return format!("(_ sign_extend {})", width - operand.width());
        }
    };
    name.to_owned()
}
