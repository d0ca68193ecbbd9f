//! Call-emission strategies: choosing one, and comparing them on one function.

use jit_core::Strategy;
use pyo3::exceptions::{PyRuntimeError, PyValueError};
use pyo3::prelude::*;

use super::{function_of, prepare};
use crate::runtime::compiled::{compile, describe};
use crate::runtime::engine;
use crate::runtime::state::Lessons;

/// The strategy by which calls of functions compiled from now on are emitted.
#[pyfunction]
pub fn call_strategy() -> &'static str {
    engine::strategy().name()
}

/// The strategies of this build.
#[pyfunction]
pub fn call_strategies() -> Vec<&'static str> {
    Strategy::ALL.iter().map(|it| it.name()).collect()
}

/// Choose the strategy for functions compiled from now on. ValueError lists what there is.
#[pyfunction]
pub fn set_call_strategy(name: &str) -> PyResult<()> {
    let strategy = Strategy::from_name(name).ok_or_else(|| {
        PyValueError::new_err(format!(
            "there is no call strategy `{name}` in this build; there are {}",
            call_strategies().join(", ")
        ))
    })?;
    engine::set_strategy(strategy);
    Ok(())
}

/// What one strategy makes of a function. Sizes are in bytes and add up: sites + stubs + pools + rest = total.
#[pyclass(module = "armjit", frozen, get_all)]
#[derive(Clone, Debug)]
pub struct StrategyRow {
    /// The strategy's name.
    pub strategy: &'static str,
    /// Bytes of the call sites.
    pub sites: usize,
    /// Bytes of stubs; one that functions share counts in full.
    pub stubs: usize,
    /// Bytes of literal pools.
    pub pools: usize,
    /// Bytes of everything else.
    pub rest: usize,
    /// All bytes.
    pub total: usize,
    /// Number of different functions called.
    pub target_count: usize,
    /// Number of call sites.
    pub site_count: usize,
    /// Number of instructions, stubs included.
    pub instruction_count: usize,
}

#[pymethods]
impl StrategyRow {
    fn __repr__(&self) -> String {
        format!(
            "StrategyRow(strategy='{}', sites={}, stubs={}, pools={}, rest={}, total={}, target_count={}, site_count={}, instruction_count={})",
            self.strategy,
            self.sites,
            self.stubs,
            self.pools,
            self.rest,
            self.total,
            self.target_count,
            self.site_count,
            self.instruction_count
        )
    }
}

/// What every strategy makes of one function; prints as a table.
#[pyclass(module = "armjit", frozen, get_all)]
#[derive(Debug)]
pub struct StrategyComparison {
    /// The function's name.
    pub function: String,
    /// A row for each strategy.
    pub rows: Vec<StrategyRow>,
}

#[pymethods]
impl StrategyComparison {
    fn __len__(&self) -> usize {
        self.rows.len()
    }

    fn __getitem__(&self, strategy: &str) -> PyResult<StrategyRow> {
        let row = self.rows.iter().find(|row| row.strategy == strategy);
        row.cloned()
            .ok_or_else(|| pyo3::exceptions::PyKeyError::new_err(strategy.to_owned()))
    }

    fn __repr__(&self) -> String {
        self.__str__()
    }

    fn __str__(&self) -> String {
        let mut text = format!("{}\n", self.function);
        let heads = [
            "strategy",
            "sites",
            "stubs",
            "pools",
            "rest",
            "total",
            "targets",
            "calls",
            "instructions",
        ];
        let line = |cells: [String; 9]| {
            let [first, rest @ ..] = cells;
            let rest: Vec<String> = rest.iter().map(|cell| format!("{cell:>14}")).collect();
            format!("{first:<16}{}\n", rest.concat())
        };
        text += &line(heads.map(str::to_owned));
        for row in &self.rows {
            let numbers = [
                row.sites,
                row.stubs,
                row.pools,
                row.rest,
                row.total,
                row.target_count,
                row.site_count,
                row.instruction_count,
            ];
            let mut cells = [const { String::new() }; 9];
            cells[0] = row.strategy.to_owned();
            for (cell, number) in cells[1..].iter_mut().zip(numbers) {
                *cell = number.to_string();
            }
            text += &line(cells);
        }
        text.pop();
        text
    }
}

/// Compile a function by every strategy, without entering the code, and compare the results.
///
/// RuntimeError says why, if the function cannot be compiled.
#[pyfunction]
pub fn compare_strategies(
    py: Python<'_>,
    function: &Bound<'_, PyAny>,
) -> PyResult<StrategyComparison> {
    let function = function_of(function)?;
    prepare(py)?;
    let mut rows = Vec::new();
    for &strategy in Strategy::ALL {
        let compiled = compile(&function, strategy, &Lessons::default())
            .map_err(|why| PyRuntimeError::new_err(why.reason))?;
        let parts = compiled.code.parts();
        rows.push(StrategyRow {
            strategy: strategy.name(),
            sites: parts.sites,
            stubs: parts.stubs,
            pools: parts.pools,
            rest: parts.rest,
            total: compiled.code.size(),
            target_count: parts.target_count,
            site_count: parts.site_count,
            instruction_count: parts.instructions,
        });
    }
    Ok(StrategyComparison {
        function: describe(&function).to_string(),
        rows,
    })
}
