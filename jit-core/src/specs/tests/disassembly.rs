//! Encodings against disassemblers that know nothing of ours: binutils' `objdump`, and the one that listings are made by.
//!
//! Every form is assembled with operands at the ends of their fields and at random. What objdump reads in the word, with
//! aliases switched off, has to be what the form says; where a form is spelled by an alias, [`canonical`] says of what.
//! And what listings show is compared with what objdump shows when it prefers aliases as they do. Without objdump both
//! comparisons are skipped, and said to be; where the variable `CI` is set that is a failure.

use std::io::Write;
use std::path::Path;
use std::process::Command;
use std::{env, fs};

use jit_language::model::isa::{Form, FormId, FormOperand, Isa, LinkId, View};

use super::forms::{Instruction, machine};
use crate::disassemble::disassemble;
use crate::ir::testing::Random;

/// How many instructions of each form.
const SAMPLES: usize = 64;
/// Where the first instruction is said to lie, so that no target lies below zero.
const BASE: i64 = 0x1000_0000;

/// What objdump says about each of the words; `None` if there is no objdump.
pub fn objdump(words: &[u32], option: &str) -> Option<Vec<String>> {
    let name = format!("armjit-objdump-{}-{option}.bin", std::process::id());
    let file = env::temp_dir().join(name);
    let bytes: Vec<u8> = words.iter().flat_map(|word| word.to_le_bytes()).collect();
    fs::write(&file, bytes).expect("a file can be written");
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../xtask/bin/aarch64-objdump");
    let mut command = Command::new(script);
    command.args(["-D", "-z", "-b", "binary", "-m", "aarch64", "-M", option]);
    command.arg(format!("--adjust-vma={BASE:#x}"));
    let output = command.arg(&file).output();
    fs::remove_file(&file).expect("it is there");
    let output = output.expect("a shell runs the script");
    if !output.status.success() {
        assert_eq!(output.status.code(), Some(127), "{output:?}");
        assert!(
            env::var_os("CI").is_none(),
            "there is no objdump for aarch64"
        );
        // What a test prints by macros is kept back when it passes.
        let _ = writeln!(
            std::io::stderr(),
            "SKIPPED: there is no objdump for aarch64; `cargo xtask setup` unpacks one"
        );
        return None;
    }
    let text = String::from_utf8(output.stdout).expect("objdump writes text");
    // "10000000:\t8b020020 \tadd\tx0, x1, x2  // a comment"
    let lines = text.lines().filter_map(|line| {
        let (_, text) = line.split_once(":\t")?.1.split_once('\t')?;
        let text = text.split("//").next()?;
        Some(text.trim().to_owned())
    });
    let lines: Vec<String> = lines.collect();
    assert_eq!(lines.len(), words.len(), "a line for each word");
    Some(lines)
}

/// A text with one space between words, and every number in decimals.
pub fn normal(text: &str) -> String {
    let text = text
        .replace(',', " , ")
        .replace('[', " [ ")
        .replace(']', " ] ");
    let number = |word: &str| {
        let digits = word.trim_start_matches('#');
        let (sign, digits) = match digits.strip_prefix('-') {
            Some(digits) => (-1, digits),
            None => (1, digits),
        };
        let value = match digits.strip_prefix("0x") {
            Some(digits) => i128::from_str_radix(digits, 16).ok(),
            None => digits.parse().ok(),
        };
        value.map_or_else(|| digits.to_owned(), |value| (sign * value).to_string())
    };
    let words: Vec<String> = text.split_whitespace().map(number).collect();
    words.join(" ").to_lowercase()
}

/// Instructions of every form.
fn samples(isa: &Isa) -> Vec<Instruction> {
    let mut random = Random::new(5);
    let mut samples = Vec::new();
    for (index, form) in isa.forms.iter().enumerate() {
        let link = form.operands.iter().find_map(|operand| match operand {
            FormOperand::Label(link) => Some(*link),
            _ => None,
        });
        for _ in 0..SAMPLES {
            let mut sample = Instruction::any(isa, index, |_, _| true, &mut random);
            if let Some(link) = link {
                sample.distance = distance(isa, link, &mut random);
            }
            samples.push(sample);
        }
    }
    samples
}

/// A distance that the link reaches, within 64 KiB: what lies between has to be assembled too.
fn distance(isa: &Isa, link: LinkId, random: &mut Random) -> i64 {
    let reach = &isa[link].reach;
    let (lo, hi) = reach.bounds().expect("it reaches something");
    let (lo, hi) = ((lo as i64).max(-0x1_0000), (hi as i64).min(0x1_0000));
    loop {
        let found = match random.below(8) {
            0 => lo,
            1 => hi,
            2..5 => 4 * (random.below(64) as i64 - 32),
            _ => lo + random.below((hi - lo) as usize) as i64,
        };
        // Only a reference to bytes may point into the middle of the instruction itself.
        if reach.contains(found.into()) && !(1..4).contains(&found) {
            return found;
        }
    }
}

/// An instruction as its form spells it: mnemonic and operands.
pub fn spelling(isa: &Isa, instruction: &Instruction, address: i64) -> (String, Vec<String>) {
    let form = &isa[FormId(instruction.form)];
    let condition = match isa.conditions[instruction.condition]
        .name
        .to_string()
        .as_str()
    {
        "hs" => "cs".to_owned(),
        "lo" => "cc".to_owned(),
        other => other.to_owned(),
    };
    let mut speller = Speller {
        isa,
        registers: instruction.registers.iter(),
        immediates: instruction.immediates.iter(),
        bits: form.bits(),
        condition: &condition,
        target: address + instruction.distance,
    };
    let operands = speller.operands(&form.operands);
    (form.mnemonic.replace("cond", &condition), operands)
}

struct Speller<'a> {
    isa: &'a Isa,
    registers: std::slice::Iter<'a, u8>,
    immediates: std::slice::Iter<'a, i64>,
    bits: u32,
    condition: &'a str,
    target: i64,
}

impl Speller<'_> {
    fn operands(&mut self, operands: &[FormOperand]) -> Vec<String> {
        operands
            .iter()
            .filter_map(|operand| self.operand(operand))
            .collect()
    }

    fn register(&mut self, view: View) -> String {
        let code = self.registers.next().expect("a code for each register");
        match (view, code) {
            (View::X, 31) => "xzr".to_owned(),
            (View::W, 31) => "wzr".to_owned(),
            (View::Xsp, 31) => "sp".to_owned(),
            (View::Wsp, 31) => "wsp".to_owned(),
            (View::X | View::Xsp, code) => format!("x{code}"),
            (View::W | View::Wsp, code) => format!("w{code}"),
            (View::D, code) => format!("d{code}"),
            (View::S, code) => format!("s{code}"),
        }
    }

    fn immediate(&mut self) -> i64 {
        *self.immediates.next().expect("a number for each field")
    }

    /// `None` for what says nothing: a shift to the left by 0.
    fn operand(&mut self, operand: &FormOperand) -> Option<String> {
        Some(match operand {
            FormOperand::Register(_, view) => self.register(*view),
            FormOperand::Immediate(kind) => match self.isa[*kind].encodable {
                Some(_) if self.bits == 32 => (self.immediate() as u32).to_string(),
                Some(_) => (self.immediate() as u64).to_string(),
                None => self.immediate().to_string(),
            },
            FormOperand::Modifier(name, amount) => match amount.map(|_| self.immediate()) {
                Some(0) if name == "LSL" => return None,
                Some(amount) => format!("{name} {amount}"),
                None => name.clone(),
            },
            FormOperand::Condition => self.condition.to_owned(),
            FormOperand::Label(_) => self.target.to_string(),
            FormOperand::Literal(text) => text.clone(),
            FormOperand::Memory {
                rest, write_back, ..
            } => {
                let mut inside = vec![self.register(View::Xsp)];
                inside.extend(self.operands(rest));
                // An offset of 0 is left out, unless the base moves by it.
                if !write_back && inside.len() == 2 && inside[1] == "0" {
                    inside.pop();
                }
                let bang = if *write_back { "!" } else { "" };
                format!("[{}]{bang}", inside.join(", "))
            }
        })
    }
}

/// The instruction that an alias stands for, by the Arm Architecture Reference Manual (C6.2, "Alias of").
pub fn canonical(form: &Form, mnemonic: String, operands: Vec<String>) -> (String, Vec<String>) {
    let text = |index: usize| operands.get(index).cloned().unwrap_or_default();
    let number = |index: usize| text(index).parse::<i64>().unwrap_or_default();
    let (d, a, b) = (text(0), text(1), text(2));
    let bits = i64::from(form.bits());
    let zero = if bits == 64 { "xzr" } else { "wzr" }.to_owned();
    let with = |mnemonic: &str, operands: Vec<String>| (mnemonic.to_owned(), operands);
    let compared = |mnemonic: &str| with(mnemonic, [vec![zero.clone()], operands.clone()].concat());
    let negated = |mnemonic: &str| with(mnemonic, vec![d.clone(), zero.clone(), a.clone()]);
    let field = |mnemonic: &str, low: i64, high: i64| {
        // Extensions name the half of what they read.
        let a = if d.starts_with('x') {
            a.replace('w', "x")
        } else {
            a.clone()
        };
        with(
            mnemonic,
            vec![d.clone(), a, low.to_string(), high.to_string()],
        )
    };
    let by_register = form.immediates().is_empty();
    match &*mnemonic {
        "mov" if form.views()[0] == View::Xsp => with("add", vec![d, a, "0".to_owned()]),
        "mov" => negated("orr"),
        "mvn" => negated("orn"),
        "neg" => negated("sub"),
        "negs" => negated("subs"),
        "cmp" => compared("subs"),
        "cmn" => compared("adds"),
        "tst" => compared("ands"),
        "mul" => with("madd", vec![d, a, b, zero]),
        "lsl" | "lsr" | "asr" if by_register => (format!("{mnemonic}v"), operands),
        "lsl" => field("ubfm", (bits - number(2)) % bits, bits - 1 - number(2)),
        "lsr" => field("ubfm", number(2), bits - 1),
        "asr" => field("sbfm", number(2), bits - 1),
        "ubfx" => field("ubfm", number(2), number(2) + number(3) - 1),
        "sbfx" => field("sbfm", number(2), number(2) + number(3) - 1),
        "sxtw" => field("sbfm", 0, 31),
        "sxth" => field("sbfm", 0, 15),
        "sxtb" => field("sbfm", 0, 7),
        "uxth" => field("ubfm", 0, 15),
        "uxtb" => field("ubfm", 0, 7),
        "cset" => with("csinc", vec![d, zero.clone(), zero, opposite(&a)]),
        "csetm" => with("csinv", vec![d, zero.clone(), zero, opposite(&a)]),
        "cinc" => with("csinc", vec![d, a.clone(), a, opposite(&b)]),
        "cneg" => with("csneg", vec![d, a.clone(), a, opposite(&b)]),
        // A bit in the lower half is tested in that half.
        "tbz" | "tbnz" if number(1) < 32 => (mnemonic, vec![d.replace('x', "w"), a, b]),
        "ret" if operands.is_empty() || d == "x30" => with("ret", Vec::new()),
        "nop" => with("hint", vec!["0".to_owned()]),
        _ => (mnemonic, operands),
    }
}

fn opposite(condition: &str) -> String {
    const PAIRS: [(&str, &str); 7] = [
        ("eq", "ne"),
        ("cs", "cc"),
        ("mi", "pl"),
        ("vs", "vc"),
        ("hi", "ls"),
        ("ge", "lt"),
        ("gt", "le"),
    ];
    let found = PAIRS.iter().find_map(|(a, b)| match condition {
        condition if condition == *a => Some(*b),
        condition if condition == *b => Some(*a),
        _ => None,
    });
    found.expect("a condition with an opposite").to_owned()
}

pub fn address(index: usize) -> i64 {
    BASE + 4 * index as i64
}

#[test]
fn objdump_reads_what_the_forms_say() {
    let isa = machine();
    let samples = samples(&isa);
    let words: Vec<u32> = samples.iter().map(Instruction::word).collect();
    let Some(lines) = objdump(&words, "no-aliases") else {
        return;
    };
    let mut wrong = Vec::new();
    for (index, (sample, line)) in samples.iter().zip(&lines).enumerate() {
        let form = &isa[FormId(sample.form)];
        let (mnemonic, operands) = spelling(&isa, sample, address(index));
        let (mnemonic, operands) = canonical(form, mnemonic, operands);
        let expected = normal(&format!("{mnemonic} {}", operands.join(", ")));
        let found = normal(line);
        let found = if found == "ret x30" {
            "ret".to_owned()
        } else {
            found
        };
        if found != expected {
            wrong.push(format!(
                "{}: {:08x} is `{found}`, not `{expected}`",
                form.text, words[index]
            ));
        }
    }
    let shown = &wrong[..wrong.len().min(40)];
    assert!(
        wrong.is_empty(),
        "{} of {}: {shown:#?}",
        wrong.len(),
        words.len()
    );
}

/// What objdump says in the words of listings. Of two names for a condition these take the other one, they leave out
/// shifts to the right by 0 and the extension of a word with zeros, and they show what any wide move puts into its register.
fn as_listed(text: &str) -> String {
    let mut words: Vec<&str> = text.split(' ').collect();
    for word in &mut words {
        *word = match *word {
            "cs" => "hs",
            "cc" => "lo",
            "b.cs" => "b.hs",
            "b.cc" => "b.lo",
            word => word,
        };
    }
    match words[..] {
        [.., "lsr" | "asr", "0"] => words.truncate(words.len() - 1),
        [.., ",", "uxtw"] => words.truncate(words.len() - 2),
        _ => {}
    }
    let (mnemonic, rest) = words.split_first().expect("a text has words");
    if !matches!(*mnemonic, "movz" | "movn") {
        return words.join(" ");
    }
    let number = |index: usize| rest.get(index).and_then(|word| word.parse::<u64>().ok());
    let piece = number(2).unwrap_or_default() << number(5).unwrap_or_default();
    let value = if *mnemonic == "movn" { !piece } else { piece };
    let value = if rest[0].starts_with('w') {
        value & 0xffff_ffff
    } else {
        value
    };
    format!("mov {} , {value}", rest[0])
}

#[test]
fn listings_read_what_objdump_reads() {
    let isa = machine();
    let samples = samples(&isa);
    let words: Vec<u32> = samples.iter().map(Instruction::word).collect();
    let Some(lines) = objdump(&words, "aliases") else {
        return;
    };
    let mut wrong = Vec::new();
    for (index, line) in lines.iter().enumerate() {
        let text = disassemble(words[index]);
        // `$+0x8` is the distance.
        let text = match text.split_once('$') {
            Some((before, distance)) => {
                let distance: i64 = normal(&distance.replace('+', ""))
                    .parse()
                    .unwrap_or_default();
                format!("{before}{}", address(index) + distance)
            }
            None => text,
        };
        let (found, expected) = (normal(&text), as_listed(&normal(line)));
        if found != expected {
            wrong.push(format!(
                "{:08x} is `{found}`, by objdump `{expected}`",
                words[index]
            ));
        }
    }
    let shown = &wrong[..wrong.len().min(40)];
    assert!(
        wrong.is_empty(),
        "{} of {}: {shown:#?}",
        wrong.len(),
        words.len()
    );
}
