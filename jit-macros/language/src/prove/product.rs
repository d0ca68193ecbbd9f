//! Products as unknowns: what bit-blasting a multiplier costs, few proofs need.
//!
//! Every product of two unknowns becomes a symbol. All that is kept is that equal factors have equal products, and that
//! the low bits of a product of extended factors are the product of the factors. What holds of the symbols holds of the
//! products; the reverse is not so, so a claim that fails here is asked again as it is.

use std::collections::HashMap;

use crate::term::{Node, Operator, Term};

/// A product, and the symbol for it.
struct Product {
    factors: [Term; 2],
    symbol: Term,
}

/// The same assertions about symbols, with what is known about these; `None` if there are no products.
pub(super) fn abstracted(assertions: &[Term]) -> Option<Vec<Term>> {
    let mut replaced: HashMap<Term, Term> = HashMap::new();
    let mut products: Vec<Product> = Vec::new();
    for part in Term::parts(assertions) {
        let new = match part.node() {
            Node::Apply(Operator::Multiply, factors)
                if factors.iter().all(|factor| factor.constant().is_none()) =>
            {
                let factors = [replaced[&factors[0]], replaced[&factors[1]]];
                let symbol = Term::symbol(&format!("product_{}", products.len()), part.sort());
                products.push(Product { factors, symbol });
                symbol
            }
            _ => part.of_others(&replaced),
        };
        replaced.insert(part, new);
    }
    if products.is_empty() {
        return None;
    }
    let mut result: Vec<Term> = assertions
        .iter()
        .map(|assertion| replaced[assertion])
        .collect();
    for (index, this) in products.iter().enumerate() {
        result.extend(
            products[..index]
                .iter()
                .filter_map(|other| known(this, other)),
        );
        result.extend(
            products[..index]
                .iter()
                .filter_map(|other| known(other, this)),
        );
    }
    Some(result)
}

/// What is known of two products: equal factors make them equal, as far as the narrower one goes.
fn known(wide: &Product, narrow: &Product) -> Option<Term> {
    let bits = narrow.symbol.width();
    let factors = if wide.symbol.width() == bits {
        wide.factors
    } else {
        let [Some(x), Some(y)] = wide.factors.map(extended) else {
            return None;
        };
        [x, y]
    };
    if factors.iter().any(|factor| factor.width() != bits) {
        return None;
    }
    let ([x, y], [a, b]) = (factors, narrow.factors);
    let straight = x.equals(a).and(y.equals(b));
    let crossed = x.equals(b).and(y.equals(a));
    Some(
        straight
            .or(crossed)
            .implies(wide.symbol.low(bits).equals(narrow.symbol)),
    )
}

/// What a term is an extension of.
fn extended(term: Term) -> Option<Term> {
    match term.node() {
        Node::Apply(Operator::SignExtend(_) | Operator::ZeroExtend(_), inner) => Some(inner[0]),
        _ => None,
    }
}
