//! Templates carried out on a machine whose registers hold terms.
//!
//! Each line is carried out by the meaning that `isa!` declares for it. Where control may go elsewhere, the way there and
//! the way on are both followed, each under its condition; where ways meet at a label, what differs is chosen between.
//! So a template without loops becomes a handful of [`Exit`]s, each with the condition under which it is taken and the
//! state at that point. Loops are refused. What a statement such as `call target` does is for [`Surroundings`] to say:
//! nothing here knows rules or call strategies.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::instruction::{self, Inputs};
use crate::model::isa::{Control, Isa, Register};
use crate::model::template::{
    Directive, ImmediateRef, Item, LabelRef, Line, RegisterRef, RegisterUse, Template,
};
use crate::term::{Sort, Term};

/// Where a value lies.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Place {
    /// In this register.
    Register(Register),
    /// In some register that the allocator has chosen; two numbers are two registers.
    Chosen(usize),
}

/// What a machine holds.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct State {
    registers: BTreeMap<Place, Term>,
    /// N, Z, C and V.
    pub flags: [Term; 4],
    /// The memory.
    pub memory: Term,
}

impl State {
    /// A machine about which nothing is known: everything is a symbol.
    pub fn unknown() -> State {
        State {
            registers: BTreeMap::new(),
            flags: ["n", "z", "c", "v"]
                .map(|flag| Term::symbol(&format!("flag_{flag}"), Sort::Bool)),
            memory: Term::symbol("memory", Sort::Memory),
        }
    }

    /// The 64 bits in a register; its symbol, if nobody has said what is there.
    pub fn read(&self, place: Place) -> Term {
        if place == Place::Register(Register::Zero) {
            return Term::word(0);
        }
        let known = self.registers.get(&place).copied();
        known.unwrap_or_else(|| State::initial(place))
    }

    /// The symbol of what a register holds if nobody has said so.
    pub fn initial(place: Place) -> Term {
        let name = match place {
            Place::Register(register) => format!("before_{register}"),
            Place::Chosen(number) => format!("register_{number}"),
        };
        Term::symbol(&name, Sort::Bits(64))
    }

    /// Replaces the 64 bits in a register.
    pub fn write(&mut self, place: Place, value: Term) {
        if place != Place::Register(Register::Zero) {
            self.registers.insert(place, value);
        }
    }

    /// Every register that somebody has said something about.
    pub fn places(&self) -> impl Iterator<Item = Place> + '_ {
        self.registers.keys().copied()
    }

    /// This state if `condition` holds, `other` if not.
    pub fn chosen(condition: Term, this: &State, other: &State) -> State {
        let places: BTreeSet<Place> = this.places().chain(other.places()).collect();
        let choose = |a: Term, b: Term| condition.choose(a, b);
        State {
            registers: places
                .into_iter()
                .map(|place| (place, choose(this.read(place), other.read(place))))
                .collect(),
            flags: std::array::from_fn(|flag| choose(this.flags[flag], other.flags[flag])),
            memory: choose(this.memory, other.memory),
        }
    }
}

/// What the names in a template stand for.
#[derive(Clone, Debug, Default)]
pub struct Names {
    /// What the addresses of instructions are named after.
    pub template: String,
    /// Registers.
    pub registers: HashMap<String, Place>,
    /// Constants, 64 bits.
    pub constants: HashMap<String, Term>,
    /// Addresses of labels about which more is known than that they are somewhere.
    pub addresses: HashMap<String, Term>,
    /// Words beside the code, by the name of their label: lines load them from there, and nothing stores to them.
    pub literals: HashMap<String, Term>,
}

impl Names {
    /// The address of a label.
    pub fn address(label: &str) -> Term {
        Term::symbol(&format!("address_of_{label}"), Sort::Bits(64))
    }
}

/// Where control goes when it leaves a template.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum To {
    /// Past its end.
    End,
    /// To a label from outside.
    Label(String),
    /// To a computed address.
    Address(Term),
    /// Nowhere: the processor stops.
    Trap,
}

/// A way out of a template.
#[derive(Clone, Debug)]
pub struct Exit {
    /// When it is taken.
    pub path: Term,
    /// Where it leads.
    pub to: To,
    /// What the machine holds then.
    pub state: State,
}

/// Why a template cannot be carried out.
pub type Stuck = String;

/// What a template is surrounded by.
pub trait Surroundings {
    /// What a statement that is no instruction does.
    ///
    /// # Errors
    /// It is not known here.
    fn directive(
        &mut self,
        directive: &Directive,
        names: &Names,
        state: State,
    ) -> Result<State, Stuck>;

    /// What an instruction that calls does until control is back; `None` if it is just a jump.
    fn call(&mut self, target: Term, state: &State) -> Option<State>;
}

/// A machine that carries out templates.
#[derive(Clone, Copy, Debug)]
pub struct Machine<'a> {
    /// What its instructions mean.
    pub isa: &'a Isa,
}

/// What one instruction does.
struct Step {
    state: State,
    taken: Term,
    target: Term,
    trapped: Term,
}

impl Machine<'_> {
    /// Every way out of a template, which is entered with `state`.
    ///
    /// # Errors
    /// What cannot be carried out, and why.
    pub fn run(
        &self,
        template: &Template,
        names: &Names,
        state: State,
        surroundings: &mut dyn Surroundings,
    ) -> Result<Vec<Exit>, Stuck> {
        let mut exits = Vec::new();
        let mut pending: HashMap<String, Vec<(Term, State)>> = HashMap::new();
        let mut current = Some((Term::bool(true), state));
        for (index, item) in template.items.iter().enumerate() {
            if let Item::Label(label) = item {
                for (path, state) in pending.remove(&label.to_string()).into_iter().flatten() {
                    current = Some(match current {
                        None => (path, state),
                        Some((other, here)) => (path.or(other), State::chosen(path, &state, &here)),
                    });
                }
                continue;
            }
            let Some((path, state)) = current.take() else {
                continue;
            };
            let line = match item {
                Item::Line(line) => line,
                Item::Directive(directive) => {
                    current = Some((path, surroundings.directive(directive, names, state)?));
                    continue;
                }
                Item::Label(_) => continue,
            };
            let next = Term::symbol(&format!("{}_{index}_next", names.template), Sort::Bits(64));
            let step = self.step(line, names, &state, next)?;
            if self.isa[line.form].effects.control == Control::Calls
                && let Some(state) = surroundings.call(step.target, &step.state)
            {
                current = Some((path, state));
                continue;
            }
            let taken = path.and(step.taken);
            let trapped = path.and(step.trapped);
            if trapped.truth() != Some(false) {
                let (to, state) = (To::Trap, step.state.clone());
                exits.push(Exit {
                    path: trapped,
                    to,
                    state,
                });
            }
            if taken.truth() != Some(false) {
                let state = step.state.clone();
                match line.label.as_ref().map(|label| &label.label) {
                    Some(LabelRef::Forward(label)) => {
                        pending
                            .entry(label.to_string())
                            .or_default()
                            .push((taken, state));
                    }
                    Some(LabelRef::Backward(label)) => return Err(format!("a loop to `{label}`")),
                    Some(LabelRef::Dynamic(label))
                        if step.target == Names::address(&label.to_string()) =>
                    {
                        let to = To::Label(label.to_string());
                        exits.push(Exit {
                            path: taken,
                            to,
                            state,
                        });
                    }
                    _ => {
                        let to = To::Address(step.target);
                        exits.push(Exit {
                            path: taken,
                            to,
                            state,
                        });
                    }
                }
            }
            let path = path.and(step.taken.inverted()).and(step.trapped.inverted());
            current = (path.truth() != Some(false)).then_some((path, step.state));
        }
        if let Some(label) = pending.keys().next() {
            return Err(format!("no label `{label}` behind the branch to it"));
        }
        exits.extend(current.map(|(path, state)| Exit {
            path,
            to: To::End,
            state,
        }));
        Ok(exits)
    }

    fn step(&self, line: &Line, names: &Names, before: &State, next: Term) -> Result<Step, Stuck> {
        let used = line.registers.iter().map(|used| place(used, names));
        let places = used.collect::<Result<Vec<Place>, Stuck>>()?;
        let immediates = line.immediates.iter().map(|used| match &used.value {
            ImmediateRef::Literal(value) => Ok(Term::word(*value as i64)),
            ImmediateRef::Bound(name) => {
                let value = names.constants.get(&name.to_string()).copied();
                value.ok_or_else(|| format!("{}: `{name}` is no constant", used.region.place()))
            }
        });
        let label = line.label.as_ref().map(|used| match &used.label {
            LabelRef::Dynamic(name) | LabelRef::Forward(name) | LabelRef::Backward(name) => {
                let name = name.to_string();
                let known = names.addresses.get(&name).copied();
                known.unwrap_or_else(|| Names::address(&name))
            }
        });
        let effects = &self.isa[line.form].effects;
        let literal = line.label.as_ref().and_then(|used| match &used.label {
            LabelRef::Dynamic(name) if effects.reads_memory => {
                let name = name.to_string();
                let word = *names.literals.get(&name)?;
                let code = Term::symbol("code", Sort::Memory);
                Some(code.store(Names::address(&name), word))
            }
            _ => None,
        });
        let implied = effects.reads.iter().chain(&effects.writes);
        let inputs = Inputs {
            registers: places.iter().map(|place| before.read(*place)).collect(),
            immediates: immediates.collect::<Result<_, Stuck>>()?,
            label: label.unwrap_or_else(|| Term::word(0)),
            condition: line
                .condition
                .as_ref()
                .map(ToString::to_string)
                .unwrap_or_default(),
            implied: implied
                .map(|register| (*register, before.read(Place::Register(*register))))
                .collect(),
            flags: before.flags,
            memory: literal.unwrap_or(before.memory),
            next,
        };
        let outcome =
            instruction::execute(self.isa, line.form, &inputs).map_err(|error| error.text())?;
        let mut state = before.clone();
        for (index, value) in outcome.registers {
            state.write(places[index], value);
        }
        for (register, value) in outcome.implied {
            state.write(Place::Register(register), value);
        }
        for (flag, new) in state.flags.iter_mut().zip(outcome.flags) {
            *flag = new.unwrap_or(*flag);
        }
        if literal.is_none() {
            state.memory = outcome.memory;
        }
        Ok(Step {
            state,
            taken: outcome.leaves,
            target: outcome.target.where_holds(outcome.leaves),
            trapped: outcome.traps,
        })
    }
}

/// The register that a line uses there. Code 31 is what the field says, whatever the template calls it.
fn place(used: &RegisterUse, names: &Names) -> Result<Place, Stuck> {
    let place = match &used.register {
        RegisterRef::Fixed(register) => Place::Register(*register),
        RegisterRef::Bound(name) => {
            let place = names.registers.get(&name.to_string()).copied();
            place.ok_or_else(|| format!("{}: `{name}` is no register", used.region.place()))?
        }
    };
    Ok(match place {
        Place::Register(Register::Zero | Register::StackPointer) => {
            Place::Register(used.field.code_31())
        }
        place => place,
    })
}
