//! What values and instructions are called in an explanation: by the words of whoever asked.

use crate::ir::{Dialect, EXIT, FLOAT, Function, Inst, OperandKind, Value};

/// Where names come from.
pub(super) enum Names<'a> {
    /// Those of the printed form.
    Printed,
    /// Those of an expression; what has none there is written out.
    Expression(&'a [(String, Value)]),
}

impl Names<'_> {
    /// A value, in few words.
    pub fn value<D: Dialect>(&self, function: &Function<D>, value: Value) -> String {
        match function.defining_inst(value) {
            Some(inst) if self.written_out() && function.constant(value).is_none() => {
                format!("`{}(…)`", function[inst].info().name)
            }
            _ => self.whole(function, value),
        }
    }

    /// An instruction as a whole.
    pub fn inst<D: Dialect>(&self, function: &Function<D>, inst: Inst) -> String {
        if !self.written_out() {
            let text = function.display_inst(inst).to_string();
            // Where it comes from is what the explanation is about.
            return match text.rsplit_once(" @") {
                Some((text, _)) => text.to_owned(),
                None => text,
            };
        }
        let data = &function[inst];
        let (fixed, list) = data.split_args();
        let (mut values, mut words) = (fixed.iter(), data.attributes.iter());
        let mut targets = data.targets.iter();
        let whole = |value: &Value| self.whole(function, *value);
        let operands = data
            .info()
            .operands
            .iter()
            .map(|operand| match operand.kind {
                OperandKind::Value(_) => values.next().map(whole),
                OperandKind::Const(kind) => words.next().map(|&word| match kind {
                    EXIT => format!("exit{word}"),
                    _ => word.to_string(),
                }),
                OperandKind::Block => targets.next().map(|target| target.block.to_string()),
                OperandKind::List => {
                    let values: Vec<String> = list.iter().map(whole).collect();
                    Some(format!("[{}]", values.join(", ")))
                }
            });
        let operands: Vec<String> = operands.map(Option::unwrap_or_default).collect();
        format!("{}({})", data.info().name, operands.join(", "))
    }

    /// A value as a whole.
    pub fn whole<D: Dialect>(&self, function: &Function<D>, value: Value) -> String {
        let Names::Expression(names) = self else {
            return value.to_string();
        };
        if let Some((name, _)) = names.iter().find(|(_, named)| *named == value) {
            return name.clone();
        }
        let inst = function.defining_inst(value);
        match (function.constant(value), inst) {
            (Some(word), Some(inst)) if is_float(function, inst) => {
                format!("{:?}", f64::from_bits(word as u64))
            }
            (Some(word), _) => word.to_string(),
            (None, Some(inst)) => self.inst(function, inst),
            (None, None) => value.to_string(),
        }
    }

    fn written_out(&self) -> bool {
        matches!(self, Names::Expression(_))
    }
}

/// Whether a constant is one of floats: its word is held as such.
fn is_float<D: Dialect>(function: &Function<D>, inst: Inst) -> bool {
    let mut kinds = function[inst].info().attribute_kinds();
    kinds.next() == Some(FLOAT)
}
