//! What is known about a piece of code, found by an address inside of it.
//!
//! An exit is one `bl`, so all it leaves behind is a return address; everything else (where the live values are, which
//! bytecode it was) stands in a table of the code that the address lies in. What is in a table is its owner's business.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};

use super::space::CodeRange;

/// The tables of all code installed, one for each piece. A handle: clones are the same tables.
#[derive(Debug)]
pub struct SideTables<T> {
    tables: Arc<RwLock<BTreeMap<usize, Entry<T>>>>,
}

#[derive(Debug)]
struct Entry<T> {
    end: usize,
    table: Arc<T>,
}

impl<T> Clone for SideTables<T> {
    fn clone(&self) -> Self {
        Self {
            tables: Arc::clone(&self.tables),
        }
    }
}

impl<T> Default for SideTables<T> {
    fn default() -> Self {
        Self {
            tables: Arc::default(),
        }
    }
}

impl<T> SideTables<T> {
    /// No tables.
    pub fn new() -> Self {
        Self::default()
    }

    /// Makes `table` be found by the addresses of `code`, for as long as the result lives.
    pub fn install(&self, code: CodeRange, table: Arc<T>) -> InstalledCode<T> {
        let range = code.range();
        let entry = Entry {
            end: range.end,
            table: Arc::clone(&table),
        };
        let mut tables = self.tables.write().unwrap_or_else(PoisonError::into_inner);
        tables.insert(range.start, entry);
        drop(tables);
        InstalledCode {
            code,
            table,
            tables: self.clone(),
        }
    }

    /// The table of the code that was left by the call whose return address this is, and how many bytes behind the
    /// beginning of the code that is. A call may be the last instruction of its code; the return address is then the
    /// first that no longer belongs to it, and still finds it.
    pub fn find(&self, return_address: usize) -> Option<(Arc<T>, u32)> {
        let tables = self.tables.read().unwrap_or_else(PoisonError::into_inner);
        let (&start, entry) = tables.range(..return_address).next_back()?;
        let offset = u32::try_from(return_address - start).ok()?;
        (return_address <= entry.end).then(|| (Arc::clone(&entry.table), offset))
    }
}

/// Code with its table. When it is dropped the table is no longer found, and then the code gives its place back.
#[derive(Debug)]
pub struct InstalledCode<T> {
    code: CodeRange,
    table: Arc<T>,
    tables: SideTables<T>,
}

impl<T> InstalledCode<T> {
    /// The code.
    pub fn code(&self) -> &CodeRange {
        &self.code
    }

    /// What is known about it.
    pub fn table(&self) -> &Arc<T> {
        &self.table
    }
}

impl<T> Drop for InstalledCode<T> {
    fn drop(&mut self) {
        let mut tables = self
            .tables
            .tables
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        tables.remove(&self.code.address());
    }
}
