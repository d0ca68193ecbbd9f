//! Formulas over a few names, as in `size |sites, targets| 4 * sites + 16 * targets`.
//!
//! They are written so that a person can read a strategy's cost off its declaration, and they are evaluated here so that
//! it can be compared with what the parts of the declaration add up to. Sums, differences, products, parentheses and
//! whole numbers are enough for that; anything else is refused rather than guessed at.

use syn::spanned::Spanned;
use syn::{BinOp, Expr, Lit};

/// Why a formula has no value.
#[derive(Debug)]
pub struct FormulaError {
    /// The part that is wrong.
    pub span: proc_macro2::Span,
    /// What is wrong with it.
    pub message: String,
}

/// The value of `formula` with `values` for its names.
///
/// # Errors
///
/// Where the formula uses another name or another construct, or its value leaves `i128`.
pub fn evaluate(formula: &Expr, values: &[(&str, i128)]) -> Result<i128, FormulaError> {
    let refuse = |message: String| {
        Err(FormulaError {
            span: formula.span(),
            message,
        })
    };
    match formula {
        Expr::Paren(inner) => evaluate(&inner.expr, values),
        Expr::Group(inner) => evaluate(&inner.expr, values),
        Expr::Lit(literal) => match &literal.lit {
            Lit::Int(number) => match number.base10_parse() {
                Ok(number) => Ok(number),
                Err(_) => refuse(format!("`{number}` is too large")),
            },
            _ => refuse("only whole numbers can stand here".into()),
        },
        Expr::Path(path) => {
            let name = path
                .path
                .get_ident()
                .map(ToString::to_string)
                .unwrap_or_default();
            match values.iter().find(|(known, _)| *known == name) {
                Some(&(_, value)) => Ok(value),
                None => {
                    let known: Vec<_> =
                        values.iter().map(|(name, _)| format!("`{name}`")).collect();
                    refuse(format!("only {} can stand here", known.join(" and ")))
                }
            }
        }
        Expr::Binary(binary) => {
            let (left, right) = (
                evaluate(&binary.left, values)?,
                evaluate(&binary.right, values)?,
            );
            let value = match binary.op {
                BinOp::Add(_) => left.checked_add(right),
                BinOp::Sub(_) => left.checked_sub(right),
                BinOp::Mul(_) => left.checked_mul(right),
                _ => return refuse("a formula is made of `+`, `-` and `*`".into()),
            };
            value.map_or_else(|| refuse("the value is too large".into()), Ok)
        }
        _ => refuse(
            "a formula is made of names, whole numbers, `+`, `-`, `*` and parentheses".into(),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use syn::parse_quote;

    #[test]
    fn evaluates_sums_of_products() {
        let values = [("sites", 3), ("targets", 2)];
        let value = |formula: Expr| evaluate(&formula, &values).map_err(|error| error.message);
        assert_eq!(value(parse_quote!(4 * sites + 16 * targets)), Ok(44));
        assert_eq!(value(parse_quote!((sites - 1) * 8)), Ok(16));
    }

    #[test]
    fn refuses_what_it_does_not_understand() {
        let message = |formula: Expr| evaluate(&formula, &[("sites", 1)]).unwrap_err().message;
        assert_eq!(
            message(parse_quote!(4 * targets)),
            "only `sites` can stand here"
        );
        assert_eq!(
            message(parse_quote!(sites / 2)),
            "a formula is made of `+`, `-` and `*`"
        );
        assert!(message(parse_quote!(sites.pow(2))).starts_with("a formula is made of names"));
    }
}
