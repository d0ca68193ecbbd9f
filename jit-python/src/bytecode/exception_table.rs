//! The exception table of a code object: which handler covers an instruction, and how it wants the operand stack.

/// A handler.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Handler {
    /// The code unit where it starts.
    pub target: u32,
    /// How many values of the operand stack stay.
    pub depth: u32,
    /// Whether the index of the instruction that raised is pushed before the exception.
    pub push_lasti: bool,
}

/// The handler for an exception raised by the instruction at code unit `index`, from the bytes of `co_exceptiontable`.
///
/// Entries are sorted by start and never overlap. Each is four numbers: start, length, target, depth and flag; a number
/// is a series of 6-bit groups, highest first, bit 6 marking that more follow; bit 7 marks the start of an entry.
pub fn find_handler(table: &[u8], index: u32) -> Option<Handler> {
    let mut bytes = table.iter().copied();
    let mut number = || -> Option<u32> {
        let mut value = 0_u32;
        loop {
            let byte = bytes.next()?;
            value = value << 6 | u32::from(byte & 0x3f);
            if byte & 0x40 == 0 {
                return Some(value);
            }
        }
    };
    loop {
        let (start, length, target, depth) = (number()?, number()?, number()?, number()?);
        if index < start {
            return None;
        }
        if index < start + length {
            return Some(Handler {
                target,
                depth: depth >> 1,
                push_lasti: depth & 1 != 0,
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_are_found_by_range() {
        // 3..8 -> 20, depth 1 with lasti; 70..72 -> 90, depth 0.
        let table = [0x83, 5, 20, 3, 0x80 | 0x41, 6, 2, 0x41, 26, 0];
        let first = Handler {
            target: 20,
            depth: 1,
            push_lasti: true,
        };
        assert_eq!(find_handler(&table, 2), None);
        assert_eq!(find_handler(&table, 3), Some(first));
        assert_eq!(find_handler(&table, 7), Some(first));
        assert_eq!(find_handler(&table, 8), None);
        assert_eq!(find_handler(&table, 70).unwrap().target, 90);
        assert_eq!(find_handler(&table, 72), None);
    }
}
