//! Registers, and the ways in which instructions see them.

use std::fmt;

/// A register of the machine; the same one whatever its width.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Register {
    /// x0 to x30.
    General(u8),
    /// v0 to v31.
    Float(u8),
    /// Code 31 where it reads as zero and discards what is written.
    Zero,
    /// Code 31 where it is the stack pointer.
    StackPointer,
}

/// One of the two sets of registers.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Bank {
    /// The integer registers.
    General,
    /// The floating-point and vector registers.
    Float,
}

/// How an instruction sees a register: the register families of `dynasm!`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum View {
    /// 64 bits; code 31 is the zero register.
    X,
    /// The low 32 bits; writing clears the rest; code 31 is the zero register.
    W,
    /// 64 bits; code 31 is the stack pointer.
    Xsp,
    /// The low 32 bits; code 31 is the stack pointer.
    Wsp,
    /// A 64-bit float.
    D,
    /// A 32-bit float.
    S,
}

impl View {
    /// Every view.
    pub const ALL: [View; 6] = [View::X, View::W, View::Xsp, View::Wsp, View::D, View::S];

    /// Its name in templates and declarations.
    pub fn name(self) -> &'static str {
        match self {
            View::X => "X",
            View::W => "W",
            View::Xsp => "XSP",
            View::Wsp => "WSP",
            View::D => "D",
            View::S => "S",
        }
    }

    /// The view with this name.
    pub fn from_name(name: &str) -> Option<View> {
        View::ALL.into_iter().find(|view| view.name() == name)
    }

    /// The set of registers that it looks at.
    pub fn bank(self) -> Bank {
        match self {
            View::X | View::W | View::Xsp | View::Wsp => Bank::General,
            View::D | View::S => Bank::Float,
        }
    }

    /// How many bits of the register it sees.
    pub fn bits(self) -> u32 {
        match self {
            View::X | View::Xsp | View::D => 64,
            View::W | View::Wsp | View::S => 32,
        }
    }

    /// What code 31 is in this view.
    pub fn code_31(self) -> Register {
        match self {
            View::X | View::W => Register::Zero,
            View::Xsp | View::Wsp => Register::StackPointer,
            View::D | View::S => Register::Float(31),
        }
    }

    /// Whether an instruction that takes this view takes the register.
    pub fn holds(self, register: Register) -> bool {
        match register {
            Register::General(_) => self.bank() == Bank::General,
            Register::Float(_) => self.bank() == Bank::Float,
            Register::Zero | Register::StackPointer => self.code_31() == register,
        }
    }
}

impl Register {
    /// Reads a register name as templates spell it, `w3` for one.
    pub fn from_name(name: &str) -> Option<(Register, View)> {
        match name {
            "xzr" => return Some((Register::Zero, View::X)),
            "wzr" => return Some((Register::Zero, View::W)),
            "sp" => return Some((Register::StackPointer, View::Xsp)),
            "wsp" => return Some((Register::StackPointer, View::Wsp)),
            _ => {}
        }
        let digits = name.get(1..)?;
        if digits.starts_with('0') && digits.len() > 1 {
            return None;
        }
        let code: u8 = digits.parse().ok()?;
        match (&name[..1], code) {
            ("x", 0..=30) => Some((Register::General(code), View::X)),
            ("w", 0..=30) => Some((Register::General(code), View::W)),
            ("d", 0..=31) => Some((Register::Float(code), View::D)),
            ("s", 0..=31) => Some((Register::Float(code), View::S)),
            _ => None,
        }
    }

    /// The set that it belongs to.
    pub fn bank(self) -> Bank {
        match self {
            Register::Float(_) => Bank::Float,
            _ => Bank::General,
        }
    }

    /// Its five-bit code.
    pub fn code(self) -> u8 {
        match self {
            Register::General(code) | Register::Float(code) => code,
            Register::Zero | Register::StackPointer => 31,
        }
    }
}

impl fmt::Display for Register {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Register::General(code) => write!(f, "x{code}"),
            Register::Float(code) => write!(f, "d{code}"),
            Register::Zero => f.write_str("xzr"),
            Register::StackPointer => f.write_str("sp"),
        }
    }
}
