//! The points of coverage that no input hits: by exact reasoning over the declarations, and, where a constant is all of the
//! input, by asking selection, for of some kinds of constants only the encoder knows what they hold.

use std::collections::BTreeMap;

use jit_core::coverage::Point;
use jit_core::ir::{Block, Builder, Dialect, Function};
use jit_core::machine::{OperandPattern, RowInfo, candidates};
use jit_core::specs::lowering::RULE_SETS;
use jit_core::specs::ops::{Build, Lir, Op, Type};
use jit_language::boundary::{self, Boundary};
use jit_language::source::Specs;

/// Each of them, with the rules that take what would hit it.
pub fn points(specs: &Specs) -> BTreeMap<Point, Vec<String>> {
    let mut points: BTreeMap<Point, Vec<String>> = BTreeMap::new();
    for found in boundary::unreachable(specs) {
        let (file, rule) = (&found.file, &found.rule);
        let point = match &found.boundary {
            Boundary::Order(variant) => Point::order(file, rule, *variant),
            Boundary::End { constant, value } => Point::end(file, rule, constant, *value as i64),
        };
        points.insert(point, found.taken_by.into_iter().collect());
    }
    for row in RULE_SETS.iter().flat_map(|set| set.rows) {
        let [OperandPattern::Constant(constant)] = row.tree.operands else {
            continue;
        };
        let ranges = constant.ranges.iter().filter(|_| row.is_exact);
        for end in ranges.flat_map(|range| [range.least, range.most]) {
            let chosen = chosen(row.tree.op, end);
            if chosen.rule != row.rule {
                let point = Point::end(row.rule.file, row.rule.name, constant.name, end);
                points.insert(point, vec![chosen.rule.name.to_owned()]);
            }
        }
    }
    points
}

/// The row that is chosen for a constant which somebody wants in a register.
fn chosen(op: Op, word: i64) -> &'static RowInfo {
    let mut function = Function::<Lir>::new("constant");
    let mut builder = Builder::new(&mut function);
    let value = builder.emit(op, [], [word], []);
    let value = value.expect("a constant yields a value");
    let returned = match Lir::info(op).result {
        Some(Type::I32) => builder.widen_s(value),
        Some(Type::F64) => builder.float_to_bits(value),
        _ => value,
    };
    builder.return_(returned);
    let root = function[Block::ENTRY].insts[0];
    let rows = candidates(&function, root).expect("every constant has a rule");
    let accepting = rows.into_iter().find(|row| row.findings.failure.is_none());
    accepting.expect("every constant has a rule").row
}
