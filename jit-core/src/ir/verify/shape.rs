//! The rules that need no knowledge of the flow of control: places, blocks, operands, results, targets.

use std::fmt::Arguments;

use super::Report;
use crate::ir::dialect::{Dialect, OperandKind};
use crate::ir::entity::{Block, Inst, Value};
use crate::ir::function::{BlockCall, Function, InstData, ValueDef};

pub(super) fn check<D: Dialect>(function: &Function<D>, report: &mut Report<'_, D>) {
    let mut place: Vec<Option<Block>> = vec![None; function.inst_count()];
    for block in function.blocks() {
        parameters(function, block, report);
        terminator(function, block, report);
        for &inst in &function[block].insts {
            let Some(data) = function.get_inst(inst) else {
                report.block(block, format_args!("{inst} does not exist"));
                continue;
            };
            if let Some(other) = place[inst.index()].replace(block) {
                let problem = format_args!("the instruction stands in {other} already");
                report.inst(block, inst, problem);
            }
            operands(function, block, inst, data, report);
            result(function, block, inst, data, report);
            for target in &data.targets {
                self::target(function, block, inst, target, report);
            }
        }
    }
    definitions(function, &place, report);
}

/// Parameters are values defined as just that parameter.
fn parameters<D: Dialect>(function: &Function<D>, block: Block, report: &mut Report<'_, D>) {
    for (index, &param) in function[block].params.iter().enumerate() {
        let def = function.get_value(param).map(|value| value.def);
        if def != Some(ValueDef::Param(block, index as u32)) {
            let problem = format_args!("{param} is not defined as parameter {index} of {block}");
            report.block(block, problem);
        }
    }
}

/// The last instruction of a block is a terminator and no other one is.
fn terminator<D: Dialect>(function: &Function<D>, block: Block, report: &mut Report<'_, D>) {
    let insts = &function[block].insts;
    if function.terminator(block).is_none() {
        report.block(block, "the block does not end with a terminator");
    }
    for &inst in insts.iter().rev().skip(1) {
        let data = function.get_inst(inst);
        if data.is_some_and(|data| data.info().effects.is_terminator()) {
            report.inst(
                block,
                inst,
                "a terminator stands before the end of its block",
            );
        }
    }
}

/// An instruction has the operands that its operation declares.
fn operands<D: Dialect>(
    function: &Function<D>,
    block: Block,
    inst: Inst,
    data: &InstData<D>,
    report: &mut Report<'_, D>,
) {
    let info = data.info();
    let fixed = info.fixed_values();
    if data.args.len() < fixed || (data.args.len() > fixed && !info.has_list()) {
        let problem = format_args!(
            "`{}` takes {fixed} values{}, not {}",
            info.name,
            if info.has_list() {
                " before the list"
            } else {
                ""
            },
            data.args.len()
        );
        report.inst(block, inst, problem);
    }
    let constants = info.attribute_kinds().count();
    if data.attributes.len() != constants {
        let problem = format_args!(
            "`{}` takes {constants} constants, not {}",
            info.name,
            data.attributes.len()
        );
        report.inst(block, inst, problem);
    }
    if data.targets.len() != info.targets() {
        let problem = format_args!(
            "`{}` takes {} targets, not {}",
            info.name,
            info.targets(),
            data.targets.len()
        );
        report.inst(block, inst, problem);
    }

    let declared = info
        .operands
        .iter()
        .filter_map(|operand| match operand.kind {
            OperandKind::Value(ty) => Some((operand.name, ty)),
            _ => None,
        });
    for (&value, (name, ty)) in data.args.iter().zip(declared) {
        typed(
            report,
            (block, inst),
            value,
            ty,
            format_args!("operand `{name}` of `{}`", info.name),
        );
    }
    for &value in data.split_args().1 {
        if function.get_value(value).is_none() {
            report.inst(block, inst, format_args!("{value} does not exist"));
        }
    }
}

/// An instruction defines a value exactly if its operation declares one.
fn result<D: Dialect>(
    function: &Function<D>,
    block: Block,
    inst: Inst,
    data: &InstData<D>,
    report: &mut Report<'_, D>,
) {
    let info = data.info();
    match (data.result, info.result) {
        (Some(value), Some(ty)) => {
            typed(
                report,
                (block, inst),
                value,
                ty,
                format_args!("the result of `{}`", info.name),
            );
            let def = function.get_value(value).map(|value| value.def);
            if def.is_some_and(|def| def != ValueDef::Inst(inst)) {
                let problem = format_args!("{value} is not defined as the result of this");
                report.inst(block, inst, problem);
            }
        }
        (Some(value), None) => {
            let problem = format_args!("`{}` yields no value, not even {value}", info.name);
            report.inst(block, inst, problem);
        }
        (None, Some(_)) => {
            let problem = format_args!("`{}` yields a value, and none is named", info.name);
            report.inst(block, inst, problem);
        }
        (None, None) => {}
    }
}

/// A target exists, is not the entry, and gets an argument for each parameter.
fn target<D: Dialect>(
    function: &Function<D>,
    block: Block,
    inst: Inst,
    target: &BlockCall,
    report: &mut Report<'_, D>,
) {
    let to = target.block;
    let Some(data) = function.get_block(to) else {
        return report.inst(block, inst, format_args!("{to} does not exist"));
    };
    if to == Block::ENTRY {
        report.inst(block, inst, "nothing may jump to the entry block");
    }
    if target.args.len() != data.params.len() {
        let problem = format_args!(
            "{to} takes {} arguments, not {}",
            data.params.len(),
            target.args.len()
        );
        report.inst(block, inst, problem);
    }
    for (&value, &param) in target.args.iter().zip(&data.params) {
        // A parameter that does not exist is reported at its block.
        let Some(param_data) = function.get_value(param) else {
            continue;
        };
        typed(
            report,
            (block, inst),
            value,
            param_data.ty,
            format_args!("parameter {param} of {to}"),
        );
    }
}

/// What defines a value stands in a block.
fn definitions<D: Dialect>(
    function: &Function<D>,
    place: &[Option<Block>],
    report: &mut Report<'_, D>,
) {
    for block in function.blocks() {
        for &inst in &function[block].insts {
            let Some(data) = function.get_inst(inst) else {
                continue;
            };
            for value in data.uses() {
                let placed = match function.get_value(value).map(|value| value.def) {
                    // Reported where it is used.
                    None => true,
                    Some(ValueDef::Inst(definition)) => {
                        place.get(definition.index()).is_some_and(Option::is_some)
                            && function[definition].result == Some(value)
                    }
                    Some(ValueDef::Param(of, index)) => {
                        let param = function
                            .get_block(of)
                            .and_then(|data| data.params.get(index as usize));
                        param == Some(&value)
                    }
                    Some(ValueDef::Removed) => false,
                };
                if !placed {
                    report.inst(block, inst, format_args!("nothing defines {value}"));
                }
            }
        }
    }
}

/// Reports a value that does not exist or has another type than `ty`, which is what `what` has.
fn typed<D: Dialect>(
    report: &mut Report<'_, D>,
    (block, inst): (Block, Inst),
    value: Value,
    ty: D::Type,
    what: Arguments<'_>,
) {
    match report.function.get_value(value) {
        None => report.inst(block, inst, format_args!("{value} does not exist")),
        Some(data) if data.ty != ty => {
            let (wanted, found) = (D::type_name(ty), D::type_name(data.ty));
            let problem = format_args!("{what} is {wanted}, and {value} is {found}");
            report.inst(block, inst, problem);
        }
        Some(_) => {}
    }
}
