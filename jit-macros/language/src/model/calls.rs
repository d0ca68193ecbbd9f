//! Call strategies, sequences and routines as `calls!` declares them, with their names resolved.
//!
//! A strategy is a way to get from a call site to a target: words at the site, and possibly a stub and a literal that
//! several sites share. Its parts refer to each other by links of limited reach, and it says what takes over where they
//! do not reach or do not pay. A sequence is any other run of instructions that emission needs; a routine is one that
//! is entered by a branch and stands by itself in the arena.

use proc_macro2::{Ident, TokenStream};
use syn::Path;

use super::isa::{ClassId, ImmediateId, Isa, LinkId, Register};
use super::template::{Item, LINE_BYTES, LabelRef, Template};
use crate::error::Region;

/// One `calls!` invocation.
#[derive(Clone, Debug)]
pub struct Calls {
    /// Sequences and routines; those of the invocation that this one extends come first.
    pub sequences: Vec<Sequence>,
    /// Ways to emit a call; those of the invocation that this one extends come first.
    pub strategies: Vec<Strategy>,
    /// Strategies that choose among others, target by target; as above.
    pub choices: Vec<Choice>,
    /// The invocation that this one adds strategies to.
    pub base: Option<Base>,
    /// The path behind `on`: the module of the `isa!` invocation.
    pub isa_path: Path,
}

/// An invocation of another crate, whose strategies may be fallen back to and chosen from.
#[derive(Clone, Debug)]
pub struct Base {
    /// Its module, as the extension names it.
    pub path: Path,
    /// How many sequences and routines it has.
    pub sequences: usize,
    /// How many strategies it has.
    pub strategies: usize,
    /// How many choices it has.
    pub choices: usize,
}

/// A [`Strategy`] of a [`Calls`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct StrategyId(pub usize);

impl std::ops::Index<StrategyId> for Calls {
    type Output = Strategy;
    fn index(&self, id: StrategyId) -> &Strategy {
        &self.strategies[id.0]
    }
}

/// A reference to a strategy, and where it is made.
#[derive(Clone, Copy, Debug)]
pub struct StrategyRef {
    /// Which one.
    pub strategy: StrategyId,
    /// The name that was written.
    pub region: Region,
}

/// A [`Sequence`] of a [`Calls`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct SequenceId(pub usize);

impl std::ops::Index<SequenceId> for Calls {
    type Output = Sequence;
    fn index(&self, id: SequenceId) -> &Sequence {
        &self.sequences[id.0]
    }
}

/// `sequence name(parameters) bytes 4 { lines } means { … } clobbers …; undoes …;` or `routine …`.
#[derive(Clone, Debug)]
pub struct Sequence {
    /// Its name.
    pub name: Ident,
    /// The documentation comment.
    pub doc: String,
    /// All of it, as it was written.
    pub declaration: TokenStream,
    /// Whether it stands by itself, so that control must not run off its end.
    pub is_routine: bool,
    /// What it is given.
    pub parameters: Vec<Parameter>,
    /// Its instructions.
    pub template: Template,
    /// The declared size.
    pub bytes: Option<(u32, Region)>,
    /// What it does, in the language that the meanings of instructions are written in. Whatever is not assigned to stays
    /// as it was.
    pub means: Option<Means>,
    /// What may be anything behind it, unless `means` says what it is.
    pub clobbers: Vec<Clobber>,
    /// The sequence whose effect on registers it takes back.
    pub undoes: Option<Undoes>,
    /// The routine that its planned call goes to.
    pub calls: Option<SequenceId>,
    /// The declaration.
    pub region: Region,
    /// Whether all of it could be read and makes sense.
    pub complete: bool,
}

/// `means { statements }`
#[derive(Clone, Debug)]
pub struct Means {
    /// The statements, as they were written.
    pub body: TokenStream,
    /// The word `means`.
    pub region: Region,
}

/// `undoes save_general_pair(a, b);`
#[derive(Clone, Debug)]
pub struct Undoes {
    /// The sequence that comes first.
    pub sequence: SequenceId,
    /// Which parameters of this one the other one is given, in the order of its own.
    pub arguments: Vec<usize>,
    /// All of the clause.
    pub region: Region,
}

impl Sequence {
    /// Whether it says what it does.
    pub fn has_meaning(&self) -> bool {
        self.means.is_some() || self.undoes.is_some()
    }

    /// Whether it emits a planned call, whose words a strategy declares.
    pub fn has_site(&self) -> bool {
        let is_site = |item: &Item| matches!(item, Item::Directive(_));
        self.template.items.iter().any(is_site)
    }

    /// Whether a label is a literal: a word that lines load, not a place that they go to.
    pub fn is_literal(&self, label: &Ident, isa: &Isa) -> bool {
        let refers = |used: &LabelRef| matches!(used, LabelRef::Dynamic(name) if name == label);
        self.template.lines().any(|line| {
            let uses = line.label.as_ref().is_some_and(|used| refers(&used.label));
            uses && isa[line.form].effects.reads_memory
        })
    }
}

/// A parameter of a sequence.
#[derive(Clone, Debug)]
pub struct Parameter {
    /// Its name.
    pub name: Ident,
    /// What it may be.
    pub kind: ParameterKind,
    /// The declaration.
    pub region: Region,
}

/// What a parameter of a sequence may be.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ParameterKind {
    /// A register of a class.
    Register(ClassId),
    /// A number of an immediate kind.
    Immediate(ImmediateId),
    /// A place in the code.
    Label,
}

/// `strategy name { … }`
#[derive(Clone, Debug)]
pub struct Strategy {
    /// Its name.
    pub name: Ident,
    /// The documentation comment.
    pub doc: String,
    /// All of it, as it was written.
    pub declaration: TokenStream,
    /// The cargo feature that makes it selectable.
    pub feature: Option<Feature>,
    /// The words at each call.
    pub site: Part,
    /// The code that sites share.
    pub stub: Option<Stub>,
    /// The literal that sites or stubs share.
    pub pool: Option<Pool>,
    /// Which part refers to which.
    pub links: Vec<StrategyLink>,
    /// What may be changed between the site and the target.
    pub clobbers: Vec<Clobber>,
    /// How a call that has been emitted can be made to go somewhere else.
    pub retarget: Option<Retarget>,
    /// The number of sites per target from which it pays.
    pub threshold: Option<Threshold>,
    /// What a target with a single site gets.
    pub singleton: Option<StrategyRef>,
    /// The declared size.
    pub size: Option<SizeFormula>,
    /// What takes over where a link does not reach, or below the threshold.
    pub otherwise: Option<StrategyRef>,
    /// Whether it names one, known or not.
    pub has_otherwise: bool,
    /// The declaration.
    pub region: Region,
    /// Whether all of it could be read and makes sense.
    pub complete: bool,
}

/// `choose name { feature "…"; least_bytes from […]; }`
#[derive(Clone, Debug)]
pub struct Choice {
    /// Its name.
    pub name: Ident,
    /// The documentation comment.
    pub doc: String,
    /// The cargo feature that makes it selectable.
    pub feature: Option<Feature>,
    /// What it chooses from; among equals the earliest.
    pub candidates: Vec<StrategyRef>,
}

/// `feature "call-mov-blr";`
#[derive(Clone, Debug)]
pub struct Feature {
    /// The name of the cargo feature.
    pub name: String,
}

/// A run of code within a strategy.
#[derive(Clone, Debug)]
pub struct Part {
    /// Its instructions and `use` lines.
    pub template: Template,
    /// The `use mov_imm64(register, target)` lines, in order.
    pub constants: Vec<ConstantUse>,
}

/// `use mov_imm64(x16, target)`: the target's address is built in a register, in as many words as it takes.
#[derive(Clone, Debug)]
pub struct ConstantUse {
    /// Where it goes.
    pub register: Register,
    /// The line.
    pub region: Region,
}

impl Part {
    /// Its size where an address takes `words` words to build.
    pub fn bytes(&self, words: u32) -> u32 {
        self.template.line_bytes() + self.constants.len() as u32 * words * LINE_BYTES
    }
}

/// Who shares a stub or a literal.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Scope {
    /// The sites of one function with one target.
    Function,
    /// All sites of an arena with one target.
    Arena,
}

/// `stub { … } align 8, one per (function, target);`
#[derive(Clone, Debug)]
pub struct Stub {
    /// Its code.
    pub part: Part,
    /// The alignment in bytes.
    pub align: (u32, Region),
    /// Who shares it.
    pub scope: Scope,
}

/// `pool entry: u64 = target, align 8, one per (function, target);`
#[derive(Clone, Debug)]
pub struct Pool {
    /// What templates call it.
    pub name: Ident,
    /// The alignment in bytes.
    pub align: (u32, Region),
    /// Who shares it.
    pub scope: Scope,
    /// The declaration.
    pub region: Region,
}

impl Pool {
    /// The size of an entry.
    pub const BYTES: u32 = 8;
}

/// What a link may start from or lead to.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Place {
    /// The words at the call.
    Site,
    /// The shared code.
    Stub,
    /// The literal.
    Pool,
    /// What is called.
    Target,
    /// The page that it lies in, as `adrp` counts.
    Page,
}

/// `site -> entry: Literal19`
#[derive(Clone, Debug)]
pub struct StrategyLink {
    /// Where the instruction is.
    pub from: Place,
    /// What it refers to.
    pub to: Place,
    /// The link of the instruction.
    pub link: LinkId,
    /// The declaration.
    pub region: Region,
}

/// Something that a strategy, sequence or routine may change.
#[derive(Clone, Copy, Debug)]
pub struct Clobber {
    /// The register; `None` for the flags.
    pub register: Option<Register>,
    /// The name that was written.
    pub region: Region,
}

/// `retarget …;`
#[derive(Clone, Copy, Debug)]
pub struct Retarget {
    /// How.
    pub how: RetargetHow,
    /// The statement.
    pub region: Region,
}

/// How a call that has been emitted can be made to go somewhere else.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RetargetHow {
    /// By storing another address into the literal.
    Store,
    /// By writing another instruction over the site.
    Rewrite,
    /// Not at all.
    Never,
}

/// `threshold sites >= 3, env "…";`
#[derive(Clone, Debug)]
pub struct Threshold {
    /// The least number of sites per target.
    pub sites: u32,
    /// The environment variable that replaces the number.
    pub variable: Option<String>,
    /// The statement.
    pub region: Region,
}

/// `size |sites, targets| 8 * sites + 8 * targets;`, where `words` may be a name too: those that building the target's
/// address takes.
#[derive(Clone, Debug)]
pub struct SizeFormula {
    /// Its names.
    pub names: Vec<Ident>,
    /// What it computes.
    pub formula: syn::Expr,
    /// All of it.
    pub region: Region,
}

impl SizeFormula {
    /// The names that a formula may use.
    pub const NAMES: [&'static str; 3] = ["sites", "targets", "words"];
}

impl Strategy {
    /// Whether something may be out of reach.
    pub fn has_limits(&self) -> bool {
        !self.links.is_empty()
    }
}

impl Calls {
    /// The strategies that this invocation itself declares.
    pub fn own(&self) -> impl Iterator<Item = (StrategyId, &Strategy)> {
        let inherited = self.base.as_ref().map_or(0, |base| base.strategies);
        let numbered = self.strategies.iter().enumerate();
        numbered
            .skip(inherited)
            .map(|(index, strategy)| (StrategyId(index), strategy))
    }

    /// The sequences and routines that this invocation itself declares.
    pub fn own_sequences(&self) -> &[Sequence] {
        &self.sequences[self.base.as_ref().map_or(0, |base| base.sequences)..]
    }

    /// What the clause of a sequence may name beside registers: its parameters, and the literals of the routine that it
    /// calls; each with who declares it.
    pub fn nameable<'a>(
        &'a self,
        sequence: &'a Sequence,
    ) -> impl Iterator<Item = (&'a Sequence, &'a Parameter)> {
        let called = sequence.calls.map(|routine| &self[routine]);
        let owners = [sequence].into_iter().chain(called);
        owners.flat_map(|owner| owner.parameters.iter().map(move |it| (owner, it)))
    }

    /// The choices that this invocation itself declares.
    pub fn own_choices(&self) -> &[Choice] {
        &self.choices[self.base.as_ref().map_or(0, |base| base.choices)..]
    }

    /// The invocation that a strategy comes from, if it is not this one.
    pub fn inherited(&self, id: StrategyId) -> Option<&Base> {
        self.base.as_ref().filter(|base| id.0 < base.strategies)
    }

    /// Every strategy that emission may end up with when it starts from `from`, itself first.
    pub fn reachable_from(&self, from: StrategyId) -> Vec<StrategyId> {
        let mut reached = vec![from];
        let mut next = 0;
        while let Some(&id) = reached.get(next) {
            let strategy = &self[id];
            for follower in [&strategy.singleton, &strategy.otherwise]
                .into_iter()
                .flatten()
            {
                if !reached.contains(&follower.strategy) {
                    reached.push(follower.strategy);
                }
            }
            next += 1;
        }
        reached
    }

    /// Every feature whose build contains the code of a strategy: its own, and those of strategies and choices that may
    /// fall back to it.
    pub fn features_with(&self, wanted: StrategyId) -> Vec<&Feature> {
        let own = self
            .strategies
            .iter()
            .enumerate()
            .filter_map(|(index, strategy)| {
                let reached = self.reachable_from(StrategyId(index));
                strategy
                    .feature
                    .as_ref()
                    .filter(|_| reached.contains(&wanted))
            });
        let chosen = self.choices.iter().filter_map(|choice| {
            let reaches = choice
                .candidates
                .iter()
                .any(|candidate| self.reachable_from(candidate.strategy).contains(&wanted));
            choice.feature.as_ref().filter(|_| reaches)
        });
        own.chain(chosen).collect()
    }

    /// Every feature of this invocation, in the order of declaration.
    pub fn features(&self) -> impl Iterator<Item = &Feature> {
        let strategies = self.own().map(|(_, strategy)| &strategy.feature);
        let choices = self.own_choices().iter().map(|choice| &choice.feature);
        strategies.chain(choices).flatten()
    }
}
