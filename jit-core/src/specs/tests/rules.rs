//! What each rule emits, read by binutils' `objdump`, against the lines of its template with the operands put in.
//!
//! The functions are those by which every rule is executed alone: constants at the ends of their ranges, one register for
//! several operands, blocks near and far. Each word has to be what a line says, and each line has to be seen. Where a
//! reference to something outside of the template leads is for execution to find out; that it leads into the code or to
//! the right literal, and that a reference within the template leads to its label, is looked at here.

#[path = "../../../tests/machine_code/made/constants.rs"]
#[allow(dead_code, reason = "execution asks for more")]
mod constants;
#[path = "../../../tests/machine_code/made/function.rs"]
#[allow(dead_code, reason = "execution asks for more")]
mod function;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::Path;
use std::sync::Arc;

use jit_language::model::isa::{FormId, Isa, Register};
use jit_language::model::lowering::{BindingId, BindingKind, Lowering, Rule};
use jit_language::model::template::{ImmediateRef, Item, LabelRef, Line, RegisterRef, Template};
use jit_language::source::{self, Specs};

use super::disassembly::{address, canonical, normal, objdump, spelling};
use super::forms::Instruction;
use crate::calls::Strategy;
use crate::code::{ArenaOptions, CodeSpace};
use crate::compile::{Compiler, Distances, Options, Runtime};
use crate::ir::testing::Random;
use crate::ir::{Dialect, verify};
use crate::machine::{Effort, MachineFunction, RowInfo, allocate, select_alone};
use crate::specs::lowering::RULE_SETS;
use crate::specs::ops::Lir;
use constants::constants;
use function::{ROOT, Registers, Style, build};

/// Callees whose addresses stand in functions; nothing is called here.
mod world {
    pub extern "C" fn mixed() {}
    pub extern "C" fn weighed() {}
}

/// How many choices of constants may be refused before one is found that a row with further conditions accepts.
const SEARCH: usize = 20_000;
const WORD: usize = 4;

/// One application of a rule, emitted.
struct Emission {
    row: &'static RowInfo,
    words: Vec<u32>,
    /// From the beginning of the code to the first of them.
    offset: usize,
    /// All of the code.
    code: Arc<Vec<u8>>,
    /// The codes of the registers that operands were given.
    registers: Vec<u8>,
    immediates: Vec<i64>,
    pool: Vec<u64>,
}

/// What the names in a template stand for.
struct Names {
    registers: HashMap<String, u8>,
    immediates: HashMap<String, i64>,
    pool: HashMap<String, u64>,
}

impl Names {
    /// Operands have the order in which selection states them: the result, registers of the pattern, temporaries.
    fn new(rule: &Rule, emission: &Emission) -> Names {
        let ids = |is: fn(&BindingKind) -> bool| {
            let all = (0..rule.bindings.len()).map(BindingId);
            all.filter(move |id| is(&rule[*id].kind) && rule[*id].name.is_some())
        };
        let operands = rule.result.into_iter();
        let operands = operands.chain(ids(|kind| matches!(kind, BindingKind::Register { .. })));
        let operands = operands.chain(ids(|kind| matches!(kind, BindingKind::Temporary { .. })));
        let is_number = |kind: &BindingKind| {
            matches!(kind, BindingKind::Constant { .. } | BindingKind::Let { .. })
        };
        let mentioned = mentioned(rule);
        let numbers = ids(is_number).filter(|id| mentioned.contains(&text(rule, *id)));
        let literals = ids(|kind| matches!(kind, BindingKind::Literal { .. }));
        Names {
            registers: named(rule, operands, &emission.registers),
            immediates: named(rule, numbers, &emission.immediates),
            pool: named(rule, literals, &emission.pool),
        }
    }
}

fn text(rule: &Rule, id: BindingId) -> String {
    rule[id]
        .name
        .as_ref()
        .map(ToString::to_string)
        .unwrap_or_default()
}

fn named<T: Copy>(
    rule: &Rule,
    ids: impl Iterator<Item = BindingId>,
    values: &[T],
) -> HashMap<String, T> {
    ids.map(|id| text(rule, id))
        .zip(values.iter().copied())
        .collect()
}

/// The constants that some template of the rule mentions.
fn mentioned(rule: &Rule) -> BTreeSet<String> {
    let lines = rule.templates().flat_map(|(_, template)| template.lines());
    let numbers = lines.flat_map(|line| &line.immediates);
    let bound = numbers.filter_map(|number| match &number.value {
        ImmediateRef::Bound(name) => Some(name.to_string()),
        ImmediateRef::Literal(_) => None,
    });
    bound.collect()
}

/// Every emission of a row.
struct Sampler<'a> {
    row: &'static RowInfo,
    compiler: &'a Compiler,
    found: Vec<Emission>,
}

impl Sampler<'_> {
    fn sample(&mut self, style: &Style) -> bool {
        let case = build(&self.row.tree, style);
        verify(&case.function).unwrap_or_else(|errors| panic!("{errors}\n{}", case.function));
        let Ok(machine) = select_alone(&case.function, case.root, self.row) else {
            return false;
        };
        for distances in [Distances::Real, Distances::Far] {
            self.emit(&machine, distances);
        }
        true
    }

    fn emit(&mut self, machine: &MachineFunction, distances: Distances) {
        let is_it = |inst: &crate::machine::MachineInst| inst.rule == Some(self.row.rule);
        let is_root = |inst: &crate::machine::MachineInst| is_it(inst) && inst.origin == ROOT;
        let insts = machine.insts();
        let root = insts
            .iter()
            .position(is_root)
            .or_else(|| insts.iter().position(is_it));
        let Some(root) = root else { return };
        let origin = insts[root].origin;
        let allocated = allocate(machine, Effort::default()).expect("registers suffice");
        let options = Options {
            strategy: Strategy::ALL[0],
            ..Options::default()
        };
        let code = self.compiler.emit(machine, &allocated, &options, distances);
        let code = code.unwrap_or_else(|error| panic!("{error}\n{machine}"));
        let lines = code.listing();
        let is_its = |line: &crate::disassemble::ListingLine| {
            line.rule == self.row.rule.name && line.origin == origin
        };
        let first = lines.iter().position(is_its);
        // The end of the exits may lie right behind, under the name of the rule `exit`.
        let most = self
            .row
            .rule
            .max_bytes
            .map_or(usize::MAX, |bytes| bytes as usize / WORD);
        let words = lines.iter().skip(first.unwrap_or(0)).take(most);
        let words = words.take_while(|line| is_its(line));
        let words: Vec<u32> = words.map(|line| line.word).collect();
        let operands = allocated.operands(regalloc2::Inst::new(root));
        let code_of = |operand: &regalloc2::Allocation| {
            operand
                .as_reg()
                .map_or(31, |register| register.hw_enc() as u8)
        };
        self.found.push(Emission {
            row: self.row,
            words,
            offset: first.unwrap_or(0) * WORD,
            code: Arc::new(code.bytes()),
            registers: operands.iter().map(code_of).collect(),
            immediates: insts[root].immediates.to_vec(),
            pool: insts[root].pool.to_vec(),
        });
    }

    fn run(&mut self, seed: u64) {
        let mut random = Random::new(seed);
        let all = constants(&self.row.tree);
        let any = |random: &mut Random| Style {
            constants: all
                .iter()
                .map(|constant| *random.pick(&constant.candidates(&mut random.clone())))
                .collect(),
            ..Style::default()
        };
        let start = (0..SEARCH).find_map(|_| {
            random.bits();
            let style = any(&mut random);
            self.sample(&style).then_some(style)
        });
        let start = start.unwrap_or_else(|| panic!("{} accepts nothing", self.row.rule.name));
        for (index, constant) in all.iter().enumerate() {
            for word in constant.candidates(&mut random) {
                let mut style = start.clone();
                style.constants[index] = word;
                self.sample(&style);
            }
        }
        for registers in [Registers::Apart, Registers::Same] {
            for cold in [&[][..], &[1], &[2]] {
                let is_terminator = Lir::info(self.row.rule.op).effects.is_terminator();
                if cold.is_empty() || is_terminator {
                    self.sample(&Style {
                        cold,
                        registers: registers.clone(),
                        ..start.clone()
                    });
                }
            }
        }
    }
}

/// Parts of templates one behind the other, each with the template that it is from.
type Lines<'a> = Vec<(&'static str, &'a Item)>;

/// Every way in which the templates of a rule may be put together.
fn alternatives<'a>(rule: &'a Rule, lowering: &'a Lowering) -> Vec<Lines<'a>> {
    let of = |name: &'static str, template: &'a Template| -> Lines<'a> {
        template.items.iter().map(|item| (name, item)).collect()
    };
    let templates: BTreeMap<&str, Lines<'a>> = rule
        .templates()
        .map(|(name, template)| (name, of(name, template)))
        .collect();
    let get = |name: &str| templates.get(name).cloned();
    let jump = lowering
        .jump
        .as_ref()
        .map(|jump| of("jump", &jump.template))
        .unwrap_or_default();
    let mut heads: Vec<Lines<'a>> = [get("emit"), get("otherwise")]
        .into_iter()
        .flatten()
        .collect();
    if heads.is_empty() {
        heads.push(Vec::new());
    }
    let mut tails: Vec<Lines<'a>> = [get("branch"), get("inverse")]
        .into_iter()
        .flatten()
        .collect();
    if tails.is_empty() {
        tails.push(Vec::new());
    }
    let mut found = Vec::new();
    for head in &heads {
        for tail in &tails {
            for jumps in 0..=2 {
                let jumps = std::iter::repeat_n(&jump, jumps).flatten();
                let all = head.iter().chain(tail).chain(jumps);
                found.push(all.copied().collect());
            }
        }
    }
    found
}

/// What emissions are read with.
struct Reader<'a> {
    isa: &'a Isa,
    /// What objdump says, by word, with where it was told that the word is.
    texts: &'a HashMap<u32, (i64, String)>,
    names: Names,
    emission: &'a Emission,
}

impl Reader<'_> {
    /// The first line that a word does not agree with; `None`: all of the words are what these lines say.
    fn differs(&self, lines: &Lines<'_>) -> Option<String> {
        let words = &self.emission.words;
        let own: usize = lines
            .iter()
            .filter(|(_, item)| matches!(item, Item::Line(_)))
            .count();
        let directives = lines
            .iter()
            .filter(|(_, item)| matches!(item, Item::Directive(_)))
            .count();
        let called = words.len().checked_sub(own);
        let called = match (called, directives) {
            (Some(0), 0) => 0,
            (Some(called), 1) if called > 0 => called,
            _ => return Some(format!("{} words", words.len())),
        };
        let mut at = 0;
        let mut labels: HashMap<String, usize> = HashMap::new();
        let mut references = Vec::new();
        for (_, item) in lines {
            match item {
                Item::Label(name) => {
                    labels.insert(name.to_string(), at);
                }
                // What a planned call or a routine takes is not the rule's to say.
                Item::Directive(_) => at += called,
                Item::Line(line) => {
                    let (address, said) = &self.texts[&words[at]];
                    let last = said
                        .rsplit(' ')
                        .next()
                        .and_then(|last| last.parse::<i64>().ok());
                    let distance = line
                        .label
                        .as_ref()
                        .and(last)
                        .map_or(4, |target| target - address);
                    let expected = self.expected(line, *address, distance);
                    if *said != expected {
                        return Some(format!("{:08x} is `{said}`, not `{expected}`", words[at]));
                    }
                    references.extend(line.label.as_ref().map(|used| (at, &used.label, distance)));
                    at += 1;
                }
            }
        }
        references.into_iter().find_map(|(at, label, distance)| {
            let target = (self.emission.offset + at * WORD) as i64 + distance;
            (!self.leads_right(label, target, &labels)).then(|| format!("{label:?} is at {target}"))
        })
    }

    /// A line with the operands put in, as objdump spells it.
    fn expected(&self, line: &Line, address: i64, distance: i64) -> String {
        let code = |used: &RegisterRef| match used {
            RegisterRef::Bound(name) => self
                .names
                .registers
                .get(&name.to_string())
                .copied()
                .unwrap_or(u8::MAX),
            RegisterRef::Fixed(Register::Zero | Register::StackPointer) => 31,
            RegisterRef::Fixed(register) => register.code(),
        };
        let number = |used: &ImmediateRef| match used {
            ImmediateRef::Bound(name) => self.names.immediates[&name.to_string()],
            ImmediateRef::Literal(value) => *value as i64,
        };
        let condition = line.condition.as_ref().and_then(|condition| {
            self.isa
                .conditions
                .iter()
                .position(|known| known.name == *condition)
        });
        let instruction = Instruction {
            form: line.form.0,
            registers: line
                .registers
                .iter()
                .map(|used| code(&used.register))
                .collect(),
            immediates: line
                .immediates
                .iter()
                .map(|used| number(&used.value))
                .collect(),
            condition: condition.unwrap_or_default(),
            distance,
        };
        let (mnemonic, operands) = spelling(self.isa, &instruction, address);
        let form = &self.isa[FormId(line.form.0)];
        let (mnemonic, operands) = canonical(form, mnemonic, operands);
        normal(&format!("{mnemonic} {}", operands.join(", ")))
    }

    /// Whether a reference to a label leads to `target`, in bytes from the beginning of the code.
    fn leads_right(&self, label: &LabelRef, target: i64, labels: &HashMap<String, usize>) -> bool {
        let code = &self.emission.code;
        let Ok(target) = usize::try_from(target) else {
            return false;
        };
        match label {
            LabelRef::Forward(name) | LabelRef::Backward(name) => {
                let at = labels.get(&name.to_string());
                at.is_some_and(|at| target == self.emission.offset + at * WORD)
            }
            LabelRef::Dynamic(name) => match self.names.pool.get(&name.to_string()) {
                Some(word) => code.get(target..target + 8) == Some(&word.to_le_bytes()[..]),
                None => target < code.len() && target.is_multiple_of(WORD),
            },
        }
    }
}

/// Every emission of every row.
fn emissions() -> Vec<Emission> {
    let options = ArenaOptions::default();
    let space = CodeSpace::new(&options).expect("there is memory");
    let runtime = Runtime {
        exit_handler: world::mixed as *const () as usize,
        deallocate: world::mixed as *const () as usize,
    };
    let compiler = Compiler::new(space, runtime).expect("there is room for the routines");
    let rows = RULE_SETS.iter().flat_map(|set| set.rows);
    let sampled = rows.zip(20..).flat_map(|(row, seed)| {
        let mut sampler = Sampler {
            row,
            compiler: &compiler,
            found: Vec::new(),
        };
        sampler.run(seed);
        assert!(
            !sampler.found.is_empty(),
            "{} is never emitted",
            row.rule.name
        );
        sampler.found
    });
    sampled.collect()
}

/// The text and the said address of each word.
fn read(words: BTreeSet<u32>) -> Option<HashMap<u32, (i64, String)>> {
    let words: Vec<u32> = words.into_iter().collect();
    let lines = objdump(&words, "no-aliases")?;
    let said = lines.iter().enumerate().map(|(index, line)| {
        let said = normal(line);
        let said = if said == "ret x30" {
            "ret".to_owned()
        } else {
            said
        };
        (address(index), said)
    });
    Some(words.iter().copied().zip(said).collect())
}

#[test]
fn objdump_reads_what_the_templates_of_rules_say() {
    let specs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../specs");
    let specs: Specs = source::read(&specs, "specs/").unwrap_or_else(|error| panic!("{error}"));
    let lowerings = specs.sets.iter().map(|set| &set.lowering);
    let declared: HashMap<String, (&Lowering, &Rule)> = lowerings
        .flat_map(|lowering| lowering.rules.iter().map(move |rule| (lowering, rule)))
        .map(|(lowering, rule)| (rule.name.to_string(), (lowering, rule)))
        .collect();
    let emissions = emissions();
    let Some(texts) = read(
        emissions
            .iter()
            .flat_map(|it| it.words.iter().copied())
            .collect(),
    ) else {
        return;
    };
    let mut wrong = Vec::new();
    let mut seen: BTreeSet<(&str, &str)> = BTreeSet::new();
    for emission in &emissions {
        let name = emission.row.rule.name;
        let (lowering, rule) = declared[name];
        let reader = Reader {
            isa: &specs.isa,
            texts: &texts,
            names: Names::new(rule, emission),
            emission,
        };
        let mut differences = Vec::new();
        let agrees = alternatives(rule, lowering).into_iter().find(|lines| {
            let difference = reader.differs(lines);
            differences.extend(difference.clone());
            difference.is_none()
        });
        match agrees {
            Some(lines) => seen.extend(lines.iter().map(|(template, _)| (name, *template))),
            None => wrong.push(format!("{name}: {differences:?}")),
        }
    }
    let shown = &wrong[..wrong.len().min(20)];
    assert!(
        wrong.is_empty(),
        "{} of {}: {shown:#?}",
        wrong.len(),
        emissions.len()
    );
    let templates = declared.iter().flat_map(|(name, (_, rule))| {
        let parts = rule
            .templates()
            .filter(|(_, template)| !template.items.is_empty());
        parts.map(move |(template, _)| (&**name, template))
    });
    let unseen: Vec<_> = templates
        .filter(|template| !seen.contains(template))
        .collect();
    assert!(unseen.is_empty(), "never emitted: {unseen:?}");
    println!(
        "{} emissions of {} rules, {} words",
        emissions.len(),
        declared.len(),
        texts.len()
    );
}
