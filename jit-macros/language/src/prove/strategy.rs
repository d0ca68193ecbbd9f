//! What has to be shown of a call strategy.
//!
//! Wherever layout puts site, stub and literal within the declared reaches, and whatever registers, flags and memory hold:
//! control that enters a site arrives at the target, and at nothing else. The link register is then the end of the site;
//! every other register, the stack pointer among them, the flags and all memory are as they were, but for what is
//! declared as clobbered and may be changed on the way at all. Every reference can be encoded within its reach, and the
//! encoding leads there. `br` arrives through registers that landing pads accept. If the call can be made to go elsewhere
//! later, it arrives there once that is done, whatever else is still as it was for the first target.

use super::claim::{Claim, Goal, Input, Title, open};
use super::constant::Shape;
use super::decide::{Solver, Verdict, decide};
use super::link::Reference;
use super::machine::{Machine, Names, Place, State, Stuck, Surroundings, To};
use super::sequence::text;
use crate::model::calls::{
    self, Calls, Choice, ConstantUse, Part, RetargetHow, Strategy, StrategyId,
};
use crate::model::isa::{Bank, Isa, Register};
use crate::model::template::{Directive, LabelRef, Line, RegisterRef};
use crate::term::{Sort, Term};

/// The alignment of instructions.
const INSTRUCTION: u32 = 4;
/// The alignment of pages as `adrp` counts them.
const PAGE: u32 = 4096;

/// The verdict on a strategy; wide moves are those of `calls`.
pub fn strategy(strategy: &Strategy, calls: &Calls, isa: &Isa, solver: &mut dyn Solver) -> Verdict {
    match strategy_claim(strategy, calls, isa) {
        Ok(claim) => decide(&claim, solver),
        Err(reason) => Verdict::Skipped { reason },
    }
}

/// The verdict on a choice: that on everything that may come of it, and that something always does.
pub fn choice(choice: &Choice, calls: &Calls, isa: &Isa, solver: &mut dyn Solver) -> Verdict {
    let mut reached: Vec<StrategyId> = Vec::new();
    for candidate in &choice.candidates {
        reached.extend(calls.reachable_from(candidate.strategy));
    }
    reached.sort_unstable();
    reached.dedup();
    for id in &reached {
        match strategy(&calls[*id], calls, isa, solver) {
            Verdict::Proved => {}
            other => return other,
        }
    }
    let always = |id: &StrategyId| !calls[*id].has_limits() && calls[*id].threshold.is_none();
    match reached.iter().any(always) {
        true => Verdict::Proved,
        false => Verdict::Skipped {
            reason: "nothing that it may choose reaches every target".to_owned(),
        },
    }
}

/// For which target each part has been made, and which one is to be reached.
struct Targets {
    /// What is particular about it; empty for a call as it is emitted.
    text: &'static str,
    site: Term,
    stub: Term,
    literal: Term,
    wanted: Term,
}

/// Everything that has to be shown of `strategy`.
///
/// # Errors
/// Why nothing can be shown: a line or a way out that is not understood.
pub fn strategy_claim(strategy: &Strategy, calls: &Calls, isa: &Isa) -> Result<Claim, Stuck> {
    let shower = Shower {
        strategy,
        calls,
        isa,
        machine: Machine { isa },
    };
    let symbol = |name: &str| Term::symbol(name, Sort::Bits(64));
    let (target, other) = (symbol("target"), symbol("other_target"));
    let input = |name: &str, symbol: Term| Input {
        name: name.to_owned(),
        symbol,
        set: None,
        is_float: false,
        bits: 64,
    };
    let mut inputs = vec![input("target", target)];
    let as_emitted = Targets {
        text: "",
        site: target,
        stub: target,
        literal: target,
        wanted: target,
    };
    let mut situations = vec![as_emitted];
    match strategy.retarget.map(|retarget| retarget.how) {
        Some(RetargetHow::Store) => situations.push(Targets {
            text: ", after another target has been stored into the literal",
            site: target,
            stub: target,
            literal: other,
            wanted: other,
        }),
        Some(RetargetHow::Rewrite) => situations.push(Targets {
            text: ", after the site has been rewritten for another target",
            site: other,
            stub: target,
            literal: target,
            wanted: other,
        }),
        Some(RetargetHow::Never) | None => {}
    }
    if situations.len() > 1 {
        inputs.push(input("other_target", other));
    }
    let mut goals = shower.branches();
    for situation in &situations {
        if shower.builds_constants() {
            for shape in Shape::all() {
                goals.extend(shower.situation(situation, Some(&shape))?);
            }
        } else {
            goals.extend(shower.situation(situation, None)?);
        }
    }
    for (number, reference) in shower.references(&mut goals).into_iter().enumerate() {
        let (input, shown) = Reference {
            number,
            ..reference
        }
        .show();
        inputs.extend(input);
        goals.extend(shown);
    }
    Ok(Claim {
        name: strategy.name.to_string(),
        place: strategy.region.place(),
        template: shower.template(),
        inputs,
        hypotheses: Vec::new(),
        goals: open(goals),
        has_float_arithmetic: false,
        title: Title::Text(strategy.name.to_string()),
    })
}

/// A part that has code.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Code {
    Site,
    Stub,
}

impl Code {
    fn name(self) -> &'static str {
        match self {
            Code::Site => "site",
            Code::Stub => "stub",
        }
    }
}

struct Shower<'a> {
    strategy: &'a Strategy,
    calls: &'a Calls,
    isa: &'a Isa,
    machine: Machine<'a>,
}

impl<'a> Shower<'a> {
    fn part(&self, code: Code) -> Option<&'a Part> {
        match code {
            Code::Site => Some(&self.strategy.site),
            Code::Stub => self.strategy.stub.as_ref().map(|stub| &stub.part),
        }
    }

    /// The lines of all parts, each with its part.
    fn lines(&self) -> impl Iterator<Item = (Code, &'a Line)> + '_ {
        let parts = [Code::Site, Code::Stub].into_iter();
        let parts = parts.filter_map(|code| Some((code, self.part(code)?)));
        parts.flat_map(|(code, part)| part.template.lines().map(move |line| (code, line)))
    }

    fn template(&self) -> String {
        let texts = [Code::Site, Code::Stub].into_iter().filter_map(|code| {
            let lines = text(&self.part(code)?.template);
            Some(format!("{} {{ {lines} }}", code.name()))
        });
        texts.collect::<Vec<_>>().join(" ")
    }

    fn builds_constants(&self) -> bool {
        let parts = [Code::Site, Code::Stub].into_iter();
        let mut parts = parts.filter_map(|code| self.part(code));
        parts.any(|part| !part.constants.is_empty())
    }

    /// `br` goes through registers that code on the way to a target may use, which landing pads accept.
    fn branches(&self) -> Vec<Goal> {
        let through = |(code, line): (Code, &Line)| {
            let used = line.registers.first().filter(|_| line.mnemonic == "br")?;
            let accepted = self
                .isa
                .scratch()
                .any(|register| used.register == RegisterRef::Fixed(register));
            Some(Goal {
                text: format!(
                    "`br` in `{}` enters landing pads: it goes through x16 or x17",
                    code.name()
                ),
                holds: Term::bool(accepted),
                expected: None,
                actual: None,
            })
        };
        self.lines().filter_map(through).collect()
    }

    /// The references that lines make; one without a declared link is a goal that does not hold.
    fn references(&self, goals: &mut Vec<Goal>) -> Vec<Reference<'a>> {
        let mut references = Vec::new();
        for (code, line) in self.lines() {
            let Some((used, LabelRef::Dynamic(name))) =
                line.label.as_ref().map(|used| (used, &used.label))
            else {
                continue;
            };
            let name = name.to_string();
            let from = match code {
                Code::Site => calls::Place::Site,
                Code::Stub => calls::Place::Stub,
            };
            let stub = self.strategy.stub.as_ref();
            let (to, align) = match (&name[..], stub, &self.strategy.pool) {
                ("target", ..) => (calls::Place::Target, INSTRUCTION),
                ("page", ..) => (calls::Place::Page, PAGE),
                ("stub", Some(stub), _) => (calls::Place::Stub, stub.align.0),
                (_, _, Some(pool)) if pool.name == name => (calls::Place::Pool, pool.align.0),
                _ => continue,
            };
            let text = format!("{} -> {name}", code.name());
            let declared = self.strategy.links.iter();
            let mut declared = declared.filter(|link| (link.from, link.to) == (from, to));
            match declared.next_back() {
                Some(declared) => references.push(Reference {
                    text,
                    declared: &self.isa[declared.link],
                    link: &self.isa[used.link],
                    from_align: match to {
                        calls::Place::Page => PAGE,
                        _ => INSTRUCTION,
                    },
                    align,
                    number: 0,
                }),
                None => goals.push(Goal::new(
                    format!("`{text}` is within reach"),
                    Term::bool(false),
                )),
            }
        }
        references
    }

    /// What has to hold on every way from a site to where it leads.
    fn situation(&self, targets: &Targets, shape: Option<&Shape>) -> Result<Vec<Goal>, Stuck> {
        let mut before = State::unknown();
        let made = |target: Term| shape.map_or(target, |shape| shape.constant(target));
        let targets = Targets {
            text: targets.text,
            site: made(targets.site),
            stub: made(targets.stub),
            literal: made(targets.literal),
            wanted: made(targets.wanted),
        };
        if let Some(pool) = &self.strategy.pool {
            let address = Names::address(&pool.name.to_string());
            before.memory = before.memory.store(address, targets.literal);
        }
        let how = match shape {
            Some(shape) => format!("{}, {}", targets.text, shape.text()),
            None => targets.text.to_owned(),
        };
        let mut ways = Ways {
            shower: self,
            targets: &targets,
            shape,
            before: &before,
            how,
            goals: Vec::new(),
        };
        ways.follow(Code::Site, Term::bool(true), before.clone(), 0)?;
        Ok(ways.goals)
    }

    /// Whether a register may be something else at the target.
    fn may_change(&self, register: Register) -> bool {
        let mut scratch = self.isa.scratch();
        let permitted =
            scratch.any(|scratch| scratch == register && register.bank() == Bank::General);
        let declared = self.strategy.clobbers.iter();
        let mut declared = declared.filter_map(|clobber| clobber.register);
        permitted && declared.any(|clobber| clobber == register)
    }

    fn may_change_flags(&self) -> bool {
        let mut clobbers = self.strategy.clobbers.iter();
        clobbers.any(|clobber| clobber.register.is_none())
    }
}

/// All ways from a site.
struct Ways<'a> {
    shower: &'a Shower<'a>,
    targets: &'a Targets,
    shape: Option<&'a Shape>,
    before: &'a State,
    how: String,
    goals: Vec<Goal>,
}

impl Ways<'_> {
    /// Follows control through a part; `depth` parts have been entered before it.
    fn follow(&mut self, code: Code, path: Term, state: State, depth: usize) -> Result<(), Stuck> {
        let strategy = self.shower.strategy;
        let Some(part) = self.shower.part(code) else {
            return Err("control goes to a stub, and there is none".to_owned());
        };
        let target = match code {
            Code::Site => self.targets.site,
            Code::Stub => self.targets.stub,
        };
        if depth > 2 {
            return Err("parts of the strategy enter each other in a circle".to_owned());
        }
        let in_page = Term::word(i64::from(PAGE) - 1);
        let names = Names {
            template: code.name().to_owned(),
            addresses: [("page".to_owned(), target.and(in_page.inverted()))].into(),
            constants: [("offset".to_owned(), target.and(in_page))].into(),
            ..Names::default()
        };
        let mut constants = Constants {
            shower: self.shower,
            uses: &part.constants,
            target,
            shape: self.shape,
        };
        let machine = self.shower.machine;
        let exits = machine.run(&part.template, &names, state, &mut constants)?;
        let stub = Names::address("stub");
        for exit in exits {
            let path = path.and(exit.path);
            match exit.to {
                To::Label(label) if label == "target" => {
                    self.arrive(path, target, exit.state, code)
                }
                To::Label(label) if label == "stub" => {
                    self.follow(Code::Stub, path, exit.state, depth + 1)?;
                }
                To::Address(address) if strategy.stub.is_some() && address == stub => {
                    self.follow(Code::Stub, path, exit.state, depth + 1)?;
                }
                To::Address(address) => self.arrive(path, address, exit.state, code),
                To::Label(label) => self.object(path, format!("`{label}` is not executed")),
                To::End => {
                    self.object(
                        path,
                        format!("control does not run off the end of `{}`", code.name()),
                    );
                }
                To::Trap => self.object(path, format!("`{}` does not stop", code.name())),
            }
        }
        Ok(())
    }

    /// A way that must not be taken.
    fn object(&mut self, path: Term, text: String) {
        let text = format!("{text}{}", self.how);
        self.goals.push(Goal::new(text, path.inverted()));
    }

    /// Control leaves the strategy for `address`.
    fn arrive(&mut self, path: Term, address: Term, state: State, from: Code) {
        let how = format!("{}, on arrival from `{}`", self.how, from.name());
        let mut same = |text: String, actual: Term, expected: Term| {
            self.goals.push(Goal {
                text: format!("{text}{how}"),
                holds: path.implies(actual.equals(expected)),
                expected: (expected.sort() == Sort::Bits(64)).then_some(expected),
                actual: (actual.sort() == Sort::Bits(64)).then_some(actual),
            });
        };
        same(
            "control is at the target".to_owned(),
            address,
            self.targets.wanted,
        );
        let link = Register::General(30);
        let site = &self.shower.strategy.site.template;
        let end = format!("site_{}_next", site.items.len().saturating_sub(1));
        same(
            "the return address is the end of the site".to_owned(),
            state.read(Place::Register(link)),
            Term::symbol(&end, Sort::Bits(64)),
        );
        for place in state.places() {
            let Place::Register(register) = place else {
                continue;
            };
            if register != link && !self.shower.may_change(register) {
                let text = format!("{register} is as it was");
                same(text, state.read(place), self.before.read(place));
            }
        }
        if !self.shower.may_change_flags() {
            for (flag, before) in state.flags.iter().zip(self.before.flags) {
                same("the flags are as they were".to_owned(), *flag, before);
            }
        }
        same(
            "memory is as it was".to_owned(),
            state.memory,
            self.before.memory,
        );
    }
}

/// Carries out `use mov_imm64(…)`.
struct Constants<'a> {
    shower: &'a Shower<'a>,
    uses: &'a [ConstantUse],
    target: Term,
    shape: Option<&'a Shape>,
}

impl Surroundings for Constants<'_> {
    fn directive(
        &mut self,
        directive: &Directive,
        _: &Names,
        state: State,
    ) -> Result<State, Stuck> {
        let mut uses = self.uses.iter();
        let used = uses.find(|used| used.region.is_at(directive.region));
        let (Some(used), Some(shape)) = (used, self.shape) else {
            return Err(format!("`{}` is not understood", directive.keyword));
        };
        let Shower { machine, calls, .. } = self.shower;
        shape.build(self.target, used.register, state, *machine, calls)
    }

    fn call(&mut self, _: Term, _: &State) -> Option<State> {
        None
    }
}
