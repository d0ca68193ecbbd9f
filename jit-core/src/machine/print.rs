//! The printed form of machine functions, for tests and for reports of bugs.

use std::fmt;

use super::function::MachineFunction;
use super::inst::{LiveValue, MachineInst};

impl fmt::Display for MachineFunction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "machine function \"{}\" {{", self.name())?;
        for block in self.blocks() {
            let data = self.block(block);
            write!(f, "block{}", block.0)?;
            write_list(f, "(", &data.params, ")")?;
            writeln!(f, "{}:", if data.cold { " cold" } else { "" })?;
            for inst in data.insts.clone() {
                writeln!(f, "  {}", self.insts()[inst as usize])?;
            }
        }
        writeln!(f, "}}")
    }
}

impl fmt::Display for MachineInst {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.rule.map_or("parameters", |rule| rule.name))?;
        for operand in &self.operands {
            write!(f, " {operand}")?;
        }
        for immediate in &self.immediates {
            write!(f, " #{immediate}")?;
        }
        for word in &self.pool {
            write!(f, " ={word:#x}")?;
        }
        if let Some(address) = self.call {
            write!(f, " call {address:#x}")?;
        }
        for target in &self.targets {
            write!(f, " block{}", target.block.0)?;
            write_list(f, "(", &target.args, ")")?;
        }
        if let Some(exit) = &self.exit {
            write!(f, " exit{}", exit.exit)?;
            let live = exit.live.iter().map(|value| match value {
                LiveValue::Operand(index) => format!("operand {index}"),
                LiveValue::Constant(word) => format!("#{word}"),
            });
            write_list(f, " [", &live.collect::<Vec<_>>(), "]")?;
        }
        Ok(())
    }
}

/// The items between brackets; nothing at all if there are none.
fn write_list(
    f: &mut fmt::Formatter<'_>,
    open: &str,
    items: &[impl fmt::Display],
    close: &str,
) -> fmt::Result {
    for (index, item) in items.iter().enumerate() {
        write!(f, "{}{item}", if index == 0 { open } else { ", " })?;
    }
    if items.is_empty() {
        Ok(())
    } else {
        f.write_str(close)
    }
}
