//! Machine code as text: each word with what it says and why it is there.

use std::fmt;

use yaxpeax_arch::{Decoder, U8Reader};
use yaxpeax_arm::armv8::a64::InstDecoder;

use crate::emit::write::{Stretch, piece};
use crate::ir::Origin;

/// The size of a word in bytes.
const WORD_BYTES: usize = 4;

/// One word of compiled code.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ListingLine {
    /// Where it is.
    pub address: usize,
    /// What it is: an instruction, or half of a literal.
    pub word: u32,
    /// What it says. Distances are relative to the word and written `$+0x8`, so that the text does not depend on where
    /// the code lies.
    pub text: String,
    /// The rule or sequence that it comes from.
    pub rule: &'static str,
    /// The operation that the rule was applied to.
    pub op: Option<&'static str>,
    /// Where the operation came from.
    pub origin: Origin,
}

impl ListingLine {
    /// The address that the instruction refers to by distance.
    pub fn target(&self) -> Option<usize> {
        let (_, distance) = self.text.split_once('$')?;
        let magnitude = usize::from_str_radix(distance.get(1..)?.strip_prefix("0x")?, 16).ok()?;
        match distance.as_bytes().first()? {
            b'+' => Some(self.address.wrapping_add(magnitude)),
            _ => Some(self.address.wrapping_sub(magnitude)),
        }
    }
}

impl fmt::Display for ListingLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = match self.target() {
            Some(target) => format!("{} -> {target:#x}", self.text),
            None => self.text.clone(),
        };
        write!(
            f,
            "{:#x}  {:08x}  {text:<40} {}",
            self.address, self.word, self.rule
        )?;
        if let Some(op) = self.op {
            write!(f, " {op}")?;
        }
        if self.origin.is_some() {
            write!(f, " {:?}", self.origin)?;
        }
        Ok(())
    }
}

/// What an instruction says, in the assembler's preferred spelling; `.word` and its value if it is none.
pub fn disassemble(word: u32) -> String {
    let bytes = word.to_le_bytes();
    match InstDecoder::default().decode(&mut U8Reader::new(&bytes)) {
        Ok(instruction) => instruction.to_string(),
        Err(_) => format!(".word {word:#010x}"),
    }
}

/// The listing of `code`, which lies at `address` and consists of `stretches`, in order.
pub(crate) fn listing(code: &[u8], address: usize, stretches: &[Stretch]) -> Vec<ListingLine> {
    let mut lines = Vec::with_capacity(code.len() / WORD_BYTES);
    let mut current = 0;
    for (index, word) in code.chunks_exact(WORD_BYTES).enumerate() {
        let offset = index * WORD_BYTES;
        while stretches
            .get(current + 1)
            .is_some_and(|next| next.offset as usize <= offset)
        {
            current += 1;
        }
        let Some(stretch) = stretches.get(current) else {
            break;
        };
        let word = u32::from_le_bytes([word[0], word[1], word[2], word[3]]);
        let text = if stretch.rule == piece::LITERAL {
            format!(".word {word:#010x}")
        } else {
            disassemble(word)
        };
        lines.push(ListingLine {
            address: address + offset,
            word,
            text,
            rule: stretch.rule,
            op: stretch.op,
            origin: stretch.origin,
        });
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spelling_is_the_assemblers() {
        assert_eq!(disassemble(0x9b02_7c20), "mul x0, x1, x2");
        assert_eq!(disassemble(0x9a9f_17e0), "cset x0, eq");
        assert_eq!(disassemble(0xd65f_03c0), "ret");
    }

    #[test]
    fn distances_become_addresses() {
        let line = |word| ListingLine {
            address: 0x1000,
            word,
            text: disassemble(word),
            rule: "",
            op: None,
            origin: Origin::NONE,
        };
        assert_eq!(line(0x9400_0010).target(), Some(0x1040));
        assert_eq!(line(0x17ff_ffff).target(), Some(0xffc));
        assert_eq!(line(0xd65f_03c0).target(), None);
    }
}
