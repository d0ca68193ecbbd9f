//! Calls are planned before they are placed: how each target of a function is reached is settled from the declared
//! strategies once all sites are known, so that sizes are exact before the first word is emitted.
//!
//! `calls!` turns each declared strategy into a [`Form`]: data about its parts, and functions that emit them. Nothing in
//! here knows a particular strategy. What does not reach or does not pay goes to the strategy that the declaration names
//! instead, so planning always succeeds; whether a fallback may be selected by name is a matter of cargo features, its
//! code is built in whenever something selectable needs it.

mod arena;
mod plan;
mod threshold;

use std::fmt;
use std::hash::{Hash, Hasher};

use dynasmrt::DynamicLabel;

use crate::constant;
use crate::emit::{Assembler, mov_imm64_bytes};

pub(crate) use arena::{StubError, arena_stub, emit_stub, stub_bytes};
pub(crate) use plan::CallPlan;
pub use threshold::{ThresholdError, Thresholds};

/// The size of an instruction, in bytes.
pub(crate) const WORD_BYTES: u32 = 4;
/// The size of a literal, in bytes.
pub(crate) const LITERAL_BYTES: u32 = 8;

/// A declared way to get from a call site to a target.
#[derive(Debug)]
pub struct Form {
    /// Its name.
    pub name: &'static str,
    /// The documentation comment.
    pub doc: &'static str,
    /// The file of the declaration.
    pub file: &'static str,
    /// The line of the declaration.
    pub line: u32,
    /// The words at each call.
    pub site: Words,
    /// The code that sites share.
    pub stub: Option<Stub>,
    /// The literal that sites or stubs share.
    pub pool: Option<Pool>,
    /// Which part refers to which.
    pub links: &'static [Link],
    /// What may change between the site and the target.
    pub clobbers: &'static [&'static str],
    /// How an emitted call can be made to go somewhere else.
    pub retarget: Retarget,
    /// From how many sites per target it pays.
    pub threshold: Option<Threshold>,
    /// What a target with a single site gets.
    pub singleton: Option<&'static Form>,
    /// What takes over where a link does not reach, or below the threshold.
    pub otherwise: Option<&'static Form>,
    /// The declared bytes for so many sites, targets, and words to build a target's address.
    pub size: fn(u64, u64, u64) -> u64,
    /// Emits a site for the target with the given address.
    pub emit_site: fn(&mut Assembler, &Labels, i64),
}

/// What a run of code consists of.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Words {
    /// Instructions written in the declaration.
    pub lines: u32,
    /// How often it builds the address of the target.
    pub constants: u32,
}

impl Words {
    /// How many instructions it is for the target with this address.
    pub fn count(self, address: u64) -> u32 {
        self.lines + self.constants * address_words(address)
    }

    /// Its size in bytes for the target with this address.
    pub fn bytes(self, address: u64) -> u32 {
        self.count(address) * WORD_BYTES
    }
}

/// How many words it takes to build an address.
pub(crate) fn address_words(address: u64) -> u32 {
    mov_imm64_bytes(address as i64) / WORD_BYTES
}

/// Code that sites share.
#[derive(Debug)]
pub struct Stub {
    /// What it consists of.
    pub words: Words,
    /// Its alignment in bytes.
    pub align: u32,
    /// Who shares it.
    pub scope: Scope,
    /// Emits it for the target with the given address.
    pub emit: fn(&mut Assembler, &Labels, i64),
}

/// A literal that sites or stubs share.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Pool {
    /// Its alignment in bytes.
    pub align: u32,
    /// Who shares it.
    pub scope: Scope,
}

/// Who shares a part.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Scope {
    /// The sites of one function with one target.
    Function,
    /// All sites of an arena with one target.
    Arena,
}

/// What a link starts from or leads to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Place {
    /// The words at the call.
    Site,
    /// The shared code.
    Stub,
    /// The literal.
    Pool,
    /// What is called.
    Target,
    /// The page of 4096 bytes that it lies in.
    Page,
}

impl Place {
    /// Whether it is none of the parts of a form, so that nobody but its caller knows where it is.
    pub(crate) fn is_outside(self) -> bool {
        matches!(self, Place::Target | Place::Page)
    }
}

/// A reference of limited reach from one part to another. To a [`Place::Page`] it counts from the page of the instruction.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Link {
    /// Where the instruction is.
    pub from: Place,
    /// What it refers to.
    pub to: Place,
    /// The declared name of the link.
    pub name: &'static str,
    /// The farthest distance backwards, in bytes; negative.
    pub least: i64,
    /// The farthest distance forwards, in bytes.
    pub most: i64,
}

/// How an emitted call can be made to go somewhere else.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Retarget {
    /// By storing another address into the literal.
    Store,
    /// By writing another instruction over the site.
    Rewrite,
    /// Not at all.
    Never,
}

/// From how many sites per target a form pays.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Threshold {
    /// The number declared.
    pub sites: u32,
    /// The environment variable that replaces it.
    pub variable: Option<&'static str>,
}

/// Where the parts of a form are, for the functions that emit them.
#[derive(Clone, Copy, Debug)]
pub struct Labels {
    /// The stub.
    pub stub: DynamicLabel,
    /// The literal.
    pub pool: DynamicLabel,
    /// What is called.
    pub target: DynamicLabel,
    /// The beginning of the page that it lies in.
    pub page: DynamicLabel,
}

/// How `adrp` counts: in pages, whatever those of the machine are.
const PAGE_BYTES: u64 = 4096;

/// Where the page begins that an address lies in, as far as `adrp` is concerned.
pub(crate) fn page(address: u64) -> u64 {
    address & !(PAGE_BYTES - 1)
}

impl Form {
    /// How many instructions are executed per call of the target with this address.
    pub fn executed(&self, address: u64) -> u32 {
        let stub = self
            .stub
            .as_ref()
            .map_or(0, |stub| stub.words.count(address));
        self.site.count(address) + stub
    }

    /// The link between two parts, if there is one.
    pub(crate) fn link(&self, from: Place, to: Place) -> Option<&Link> {
        self.links
            .iter()
            .find(|link| link.from == from && link.to == to)
    }
}

impl PartialEq for Form {
    fn eq(&self, other: &Form) -> bool {
        std::ptr::eq(self, other)
    }
}

impl Eq for Form {}

/// What can be selected by name.
#[derive(Debug)]
pub struct StrategyInfo {
    /// Its name.
    pub name: &'static str,
    /// The documentation comment.
    pub doc: &'static str,
    /// The cargo feature that builds it in.
    pub feature: Option<&'static str>,
    /// The file of the declaration.
    pub file: &'static str,
    /// The line of the declaration.
    pub line: u32,
    /// What it does.
    pub choice: Choice,
}

/// How a strategy settles on a form.
#[derive(Debug)]
pub enum Choice {
    /// It is one.
    One(&'static Form),
    /// For each target that with the fewest declared bytes; among equals, the fewest instructions executed per call;
    /// among those, the first.
    LeastBytes(&'static [&'static Form]),
}

/// A way to emit the calls of a function: one of those that [`specs`](crate::specs::calls) declares, or one of another
/// crate.
#[derive(Clone, Copy)]
pub struct Strategy(&'static StrategyInfo);

impl Strategy {
    /// Every strategy of this crate that is built in, in the order of declaration.
    pub const ALL: &'static [Strategy] = crate::specs::calls::STRATEGIES;

    /// The strategy that a table entry describes; `calls!` calls it.
    pub const fn new(info: &'static StrategyInfo) -> Strategy {
        Strategy(info)
    }

    /// What was declared about it.
    pub const fn info(self) -> &'static StrategyInfo {
        self.0
    }

    /// The name that it is selected by.
    pub const fn name(self) -> &'static str {
        self.0.name
    }

    /// What it does, in a sentence or two.
    pub const fn doc(self) -> &'static str {
        self.0.doc
    }

    /// The strategy of this crate with this name, if it is built in.
    pub fn from_name(name: &str) -> Option<Strategy> {
        Strategy::ALL
            .iter()
            .copied()
            .find(|strategy| strategy.name() == name)
    }
}

/// Refuses, in a constant, strategies of several crates of which two have one name: a setting could not tell them apart.
/// Those of this crate are one of the lists, if they are meant to be selectable too.
///
/// ```
/// # mod theirs { pub const STRATEGIES: &[jit_core::Strategy] = &[]; }
/// const _: () = jit_core::calls::distinct(&[jit_core::Strategy::ALL, theirs::STRATEGIES]);
/// ```
///
/// # Panics
/// Two strategies have one name. In a constant this is an error when the crate is built.
#[track_caller]
pub const fn distinct(lists: &[&[Strategy]]) {
    let mut list = 0;
    while list < lists.len() {
        let mut index = 0;
        while index < lists[list].len() {
            let strategy = lists[list][index].info();
            let mut earlier = 0;
            while earlier < list {
                let mut other = 0;
                while other < lists[earlier].len() {
                    let first = lists[earlier][other].info();
                    if constant::equal(first.name, strategy.name) {
                        constant::refuse_two(strategy.name, first.file, strategy.file);
                    }
                    other += 1;
                }
                earlier += 1;
            }
            index += 1;
        }
        list += 1;
    }
}

// A strategy is the same as itself only: its table entry exists once.

impl PartialEq for Strategy {
    fn eq(&self, other: &Strategy) -> bool {
        std::ptr::eq(self.0, other.0)
    }
}

impl Eq for Strategy {}

impl Hash for Strategy {
    fn hash<H: Hasher>(&self, state: &mut H) {
        std::ptr::hash(self.0, state);
    }
}

impl fmt::Debug for Strategy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl Default for Strategy {
    /// The one declared last of those built in: the one that chooses among the others, if it is.
    fn default() -> Self {
        Strategy::ALL[Strategy::ALL.len() - 1]
    }
}

impl fmt::Display for Strategy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A declared sequence or routine.
#[derive(Debug)]
pub struct SequenceInfo {
    /// Its name.
    pub name: &'static str,
    /// The documentation comment.
    pub doc: &'static str,
    /// Whether it stands by itself in the arena.
    pub is_routine: bool,
    /// Its size in bytes.
    pub bytes: u32,
    /// The file of the declaration.
    pub file: &'static str,
    /// The line of the declaration.
    pub line: u32,
}
