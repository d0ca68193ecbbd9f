//! Mutation: declarations made wrong on purpose, to see whether anybody objects.
//!
//! A declaration that can be changed without a check, a computation or a proof noticing is one about which these say
//! nothing. Rules of both kinds, call strategies, sequences and routines are changed in one place at a time, each time in
//! a way in which people get such a place wrong, and a [`Judge`] tells what becomes of it. Changes are made on syntax, so
//! that they pass through everything that a declaration in a file does.
//!
//! A mutant that is proved right is no survivor: the change has made another declaration that is right as well. What
//! cannot be wrong is left alone: names and documentation, which block is rare, from how many sites on a stub pays, what a
//! choice may choose from, and what a sequence says that it means, for that is what its lines are judged by. Nothing is written down here,
//! and no code is emitted.

mod calls;
mod expression;
mod fate;
mod isa;
mod lowering;
mod pattern;
mod rewriting;
mod right;
mod rule;
mod sequence;
mod strategy;
mod template;
mod tokens;

pub use fate::Fate;

use proc_macro2::Ident;

use crate::error::Region;
use crate::model::lowering::Rule;
use crate::prove::Solver;
use crate::source::Specs;

macro_rules! mutations {
    ($($(#[$doc:meta])* $variant:ident $name:literal)*) => {
        /// What is changed.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        pub enum Mutation {
            $($(#[$doc])* $variant,)*
        }

        impl Mutation {
            /// Every mutation.
            pub const ALL: &'static [Mutation] = &[$(Mutation::$variant),*];

            /// What it is called in reports.
            pub fn name(self) -> &'static str {
                match self { $(Mutation::$variant => $name,)* }
            }
        }
    };
}

mutations! {
    /// A kind holds one value more, or another register.
    WidenKind "kind widened"
    /// A pattern accepts any constant, any value, or two values where it was one twice.
    WidenPattern "pattern widened"
    /// A number in a condition is another one, or a comparison weaker.
    WidenCondition "condition widened"
    /// A condition is not asked for.
    DropCondition "condition dropped"
    /// Something that is changed is not declared to be.
    DropClobber "clobber dropped"
    /// A result need not be where it has to be: `early`, `d = a`, `a: in x0`.
    DropConstraint "constraint dropped"
    /// An instruction is missing.
    DropLine "line dropped"
    /// An instruction stands in front of the one that it was behind.
    SwapLines "lines swapped"
    /// Two operands trade places.
    SwapOperands "operands swapped"
    /// An operand is another one that is there.
    ChangeOperand "operand changed"
    /// An instruction has another condition.
    ChangeCondition "condition code changed"
    /// A number is another one.
    ChangeNumber "number changed"
    /// An operation is another one with operands and a result alike.
    ChangeOperation "operation changed"
    /// An operation on the right side is left out.
    DropOperation "operation dropped"
    /// The blocks of an `if` trade places.
    SwapBlocks "blocks swapped"
    /// A block of an `if` is left out.
    DropBlock "block dropped"
    /// A value of a list is left out, or all of them.
    DropElement "list element dropped"
    /// Another part of a list is taken.
    ChangeSlice "part of a list changed"
    /// An instruction is another one with operands alike.
    ChangeInstruction "instruction changed"
    /// An instruction has operands of the other width.
    ChangeWidth "width changed"
    /// Control goes to another label, or another literal is loaded.
    ChangeLabel "label changed"
    /// A computed constant has another value.
    ChangeValue "computed constant changed"
    /// Another number of bytes is declared.
    ChangeSize "size changed"
    /// A reference between parts is not declared, or has another reach.
    ChangeLink "link changed"
    /// A stub or literal lies at multiples of less.
    ReduceAlignment "alignment reduced"
    /// A stub or literal is shared by others.
    ChangeSharing "sharing changed"
    /// A call is made to go elsewhere in another way.
    ChangeRetarget "retarget changed"
    /// Another strategy takes over, or none.
    ChangeFallback "fallback changed"
}

/// A change in words.
#[derive(Clone, Debug)]
pub struct Change {
    /// What was changed.
    pub mutation: Mutation,
    /// How: `add X(d), X(b), X(a)` instead of `add X(d), X(a), X(b)`.
    pub words: String,
}

impl Change {
    fn new(mutation: Mutation, words: String) -> Change {
        Change { mutation, words }
    }
}

/// A declaration with one change.
#[derive(Clone, Debug)]
struct Mutant<S> {
    change: Change,
    syntax: S,
}

/// What is changed, before it is.
#[derive(Clone, Debug)]
pub struct Declaration {
    /// Its name.
    pub name: String,
    /// The family of rules that it belongs to, if it does.
    pub family: Option<String>,
    /// Where it stands.
    pub place: String,
}

impl Declaration {
    fn new(name: &Ident, region: Region) -> Declaration {
        Declaration {
            name: name.to_string(),
            family: None,
            place: region.place(),
        }
    }

    fn of_rule(rule: &Rule) -> Declaration {
        let family = rule.instance.as_ref();
        Declaration {
            family: family.map(|instance| instance.family.to_string()),
            ..Declaration::new(&rule.name, rule.region)
        }
    }
}

/// Declarations of one kind, whose mutants are judged.
pub trait Judge {
    /// What they are called together.
    fn set(&self) -> String;

    /// All of them.
    fn declarations(&self) -> Vec<Declaration>;

    /// Every change that is made to the declaration with this index.
    fn changes(&self, declaration: usize) -> Vec<Change>;

    /// What becomes of each mutant of the declaration with this index.
    fn fates(&self, declaration: usize, solver: &mut dyn Solver) -> Vec<(Change, Fate)>;
}

/// What a [`Judge`] is made of.
trait Mutate {
    /// A declaration as it was written.
    type Syntax;

    fn set(&self) -> String;
    fn declarations(&self) -> Vec<Declaration>;
    fn mutants(&self, declaration: usize) -> Vec<Mutant<Self::Syntax>>;
    fn fate(
        &self,
        declaration: usize,
        mutant: &Mutant<Self::Syntax>,
        solver: &mut dyn Solver,
    ) -> Fate;
}

impl<T: Mutate> Judge for T {
    fn set(&self) -> String {
        Mutate::set(self)
    }

    fn declarations(&self) -> Vec<Declaration> {
        Mutate::declarations(self)
    }

    fn changes(&self, declaration: usize) -> Vec<Change> {
        let mutants = self.mutants(declaration).into_iter();
        mutants.map(|mutant| mutant.change).collect()
    }

    fn fates(&self, declaration: usize, solver: &mut dyn Solver) -> Vec<(Change, Fate)> {
        let judged = self.mutants(declaration).into_iter().map(|mutant| {
            let fate = self.fate(declaration, &mutant, solver);
            (mutant.change, fate)
        });
        judged.collect()
    }
}

/// Judges of everything that is declared.
pub fn judges(specs: &Specs) -> Vec<Box<dyn Judge + '_>> {
    let mut judges: Vec<Box<dyn Judge + '_>> = Vec::new();
    for set in &specs.sets {
        judges.push(Box::new(lowering::Rules::new(set, specs)));
    }
    for (set, dialects) in specs.rewriting_sets() {
        judges.push(Box::new(rewriting::Rules::new(set, dialects)));
    }
    judges.push(Box::new(calls::Strategies::new(specs)));
    judges.push(Box::new(calls::Sequences::new(specs, false)));
    judges.push(Box::new(calls::Sequences::new(specs, true)));
    judges
}

#[cfg(test)]
mod tests;
