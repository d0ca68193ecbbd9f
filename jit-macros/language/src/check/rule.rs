//! A lowering rule as names and runs of templates, for the checks that all templates share.

use proc_macro2::{Ident, TokenStream};

use super::body::{Body, End, identifiers};
use super::flow::Effect;
use super::scope::{Changed, Clobber, Holds, Name, Part, Place, RegisterName, Scope, Values};
use crate::error::Diagnostic;
use crate::model::isa::{Bank, Isa, Register};
use crate::model::lowering::expression::Expression;
use crate::model::lowering::{
    Binding, BindingId, BindingKind, Clobbered, Condition, ConstantKind, Constraint, Lowering, Rule,
};
use crate::model::ops::{Ops, Representation};
use crate::model::template::Directive;

/// Everything that the checks of templates find in `rule`.
pub fn check(rule: &Rule, isa: &Isa, ops: &Ops) -> Vec<Diagnostic> {
    let body = body(rule, isa, ops);
    let mut found = super::names::check(&body);
    found.extend(body.check());
    found
}

/// Statements of `rule` that change nothing.
pub fn idle(rule: &Rule, isa: &Isa, ops: &Ops) -> Vec<Diagnostic> {
    let is_early = |binding: &Binding| matches!(binding.constraint, Constraint::Early(_));
    if rule.narrow.is_empty() && !rule.bindings.iter().any(is_early) {
        return Vec::new();
    }
    let body = body(rule, isa, ops);
    let mut found = super::width::idle(&body);
    found.extend(super::overwritten::idle(&body));
    found
}

/// What messages call the rule.
pub fn owner(rule: &Rule) -> String {
    match &rule.instance {
        Some(instance) => format!("rule `{}`", instance.family),
        None => format!("rule `{}`", rule.name),
    }
}

fn body<'a>(rule: &'a Rule, isa: &'a Isa, ops: &'a Ops) -> Body<'a> {
    let scope = Scope {
        isa,
        owner: owner(rule),
        names: names(rule, isa, ops),
        clobbers: rule
            .clobbers
            .iter()
            .map(|clobber| declared(clobber, isa))
            .collect(),
    };
    let mut body = Body::new(scope, rule.region);
    body.mentioned = mentioned(rule);
    let effect = |directive: &Directive| effect(directive, rule, isa);
    let op = &ops[rule.pattern.op];
    let goes_on = rule.goto.is_some() || rule.branch.is_some();
    let end = if op.effects.terminator && !goes_on {
        End::NeverReached
    } else {
        End::Reached
    };
    let branches: Vec<_> = match &rule.branch {
        Some(branch) => [Some(&branch.template), branch.inverse.as_ref()]
            .into_iter()
            .flatten()
            .map(Some)
            .collect(),
        None => vec![None],
    };
    // An inverse branch stands where the plain one does, and a literal out of reach replaces the first template.
    for first in [rule.emit.as_ref(), rule.otherwise.as_ref()]
        .into_iter()
        .flatten()
    {
        for second in &branches {
            body.add(
                [Some(first), *second].into_iter().flatten().collect(),
                end,
                &effect,
            );
        }
    }
    if rule.emit.is_none() && rule.otherwise.is_none() {
        for second in &branches {
            body.add(second.iter().copied().collect(), end, &effect);
        }
    }
    body
}

fn names(rule: &Rule, isa: &Isa, ops: &Ops) -> Vec<Name> {
    let mut names = Vec::new();
    for (index, binding) in rule.bindings.iter().enumerate() {
        let Some(ident) = &binding.name else { continue };
        let id = BindingId(index);
        let (fixed, early) = match binding.constraint {
            Constraint::Fixed(register) => (Some(register), None),
            Constraint::Early(region) => (None, Some(region)),
            Constraint::Free => (None, None),
        };
        let register = |part, class, bits| {
            let narrow = rule.narrow.iter().find(|(narrow, _)| *narrow == id);
            Holds::Register(RegisterName {
                part,
                class,
                fixed,
                bits,
                narrow: narrow.map(|(_, region)| *region),
                early,
            })
        };
        let holds = match &binding.kind {
            BindingKind::Result { class } => {
                let tied = rule.same.iter().find(|same| same.result == id);
                let same_as = tied.and_then(|same| rule[same.operand].name.clone());
                let bits = ops[rule.pattern.op]
                    .result
                    .and_then(|ty| bits(ops[ty].representation));
                register(Part::Result { same_as }, *class, bits)
            }
            BindingKind::Register { class, ty } => {
                register(Part::Source, *class, bits(ops[*ty].representation))
            }
            BindingKind::Temporary { class } => register(Part::Temporary, *class, None),
            BindingKind::Constant { accepted, .. } => Holds::Constant(Values {
                set: accepted.clone(),
                kind: encodable(rule, isa, id),
            }),
            // That the value lies in the kind is checked where the `let` is.
            BindingKind::Let { kind, value } => {
                let set = isa[*kind].set.intersect(&rule.values(value));
                Holds::Constant(Values {
                    set,
                    kind: Some(*kind),
                })
            }
            BindingKind::Exit | BindingKind::Block(_) | BindingKind::Literal { .. } => Holds::Label,
            BindingKind::Address
            | BindingKind::List
            | BindingKind::Value { .. }
            | BindingKind::Given(_)
            | BindingKind::Again(_) => Holds::Other,
        };
        names.push(Name {
            ident: ident.clone(),
            holds,
            region: binding.region,
        });
    }
    names
}

fn bits(representation: Option<Representation>) -> Option<u32> {
    representation.map(Representation::bits)
}

/// The kind with a predicate that the constant is known to satisfy.
fn encodable(rule: &Rule, isa: &Isa, id: BindingId) -> Option<crate::model::isa::ImmediateId> {
    let demanded = rule
        .conditions
        .iter()
        .find_map(|condition| match condition {
            Condition::Fits {
                kind,
                value: Expression::Name(name),
                ..
            } if *name == id => Some(*kind),
            _ => None,
        });
    let own = match rule[id].kind {
        BindingKind::Constant {
            kind: ConstantKind::Immediate(kind),
            ..
        } if isa[kind].encodable.is_some() => Some(kind),
        _ => None,
    };
    demanded.or(own)
}

/// Names that something other than a template uses.
fn mentioned(rule: &Rule) -> std::collections::BTreeSet<String> {
    let mut ids: Vec<BindingId> = Vec::new();
    for (index, binding) in rule.bindings.iter().enumerate() {
        if binding.tested {
            ids.push(BindingId(index));
        }
        match &binding.kind {
            BindingKind::Let { value, .. } | BindingKind::Literal { value } => {
                ids.extend(value.names())
            }
            _ => {}
        }
        if let Constraint::Fixed(..) = binding.constraint {
            ids.push(BindingId(index));
        }
    }
    ids.extend(
        rule.same
            .iter()
            .flat_map(|same| [same.result, same.operand]),
    );
    ids.extend(rule.branch.as_ref().map(|branch| branch.target));
    ids.extend(rule.goto.as_ref().and_then(|goto| goto.target));
    if rule.branch.is_some() {
        // A branch between blocks goes on to the other one by itself.
        let blocks = (0..rule.bindings.len()).map(BindingId);
        ids.extend(blocks.filter(|id| matches!(rule[*id].kind, BindingKind::Block(_))));
    }
    ids.iter()
        .filter_map(|id| rule[*id].name.as_ref())
        .map(Ident::to_string)
        .collect()
}

fn declared(clobber: &crate::model::lowering::Clobber, isa: &Isa) -> Clobber {
    let what = match clobber.what {
        Clobbered::Flags => vec![Changed::Flags],
        Clobbered::Register(register) => vec![Changed::Register(register)],
        Clobbered::Convention(convention) => isa[convention]
            .clobbered()
            .map(Changed::Register)
            .chain([Changed::Flags])
            .collect(),
    };
    Clobber {
        what,
        text: clobber.text.clone(),
        region: clobber.region,
    }
}

/// What `call target` and `routine release(object)` do.
///
/// A call is emitted by whichever strategy is in use and may change what the convention of its rule lets it; between the
/// site and the target, and in a routine, the scratch registers, the link register and the flags may change.
fn effect(directive: &Directive, rule: &Rule, isa: &Isa) -> Effect {
    let mut writes: Vec<Place> = on_the_way(isa).map(place).collect();
    if directive.keyword == "call" {
        let conventions = rule
            .clobbers
            .iter()
            .filter_map(|clobber| match clobber.what {
                Clobbered::Convention(convention) => Some(convention),
                Clobbered::Flags | Clobbered::Register(_) => None,
            });
        writes.extend(
            conventions
                .flat_map(|convention| isa[convention].clobbered())
                .map(Place::Fixed),
        );
    }
    let read = |name: &String| {
        let is_source = |binding: &&Binding| {
            binding.name.as_ref().is_some_and(|ident| ident == name)
                && matches!(binding.kind, BindingKind::Register { .. })
        };
        let binding = rule.bindings.iter().find(is_source)?;
        Some(match binding.constraint {
            Constraint::Fixed(register) => Place::Fixed(register),
            Constraint::Free | Constraint::Early(_) => Place::Name(name.clone()),
        })
    };
    let reads = arguments(&directive.tokens)
        .iter()
        .filter_map(read)
        .collect();
    Effect {
        reads,
        writes,
        ends: false,
    }
}

fn arguments(tokens: &TokenStream) -> Vec<String> {
    identifiers(tokens).into_iter().collect()
}

/// What may change between a call site and its target.
pub fn on_the_way(isa: &Isa) -> impl Iterator<Item = Changed> + '_ {
    const LINK: Register = Register::General(30);
    let scratch = isa
        .scratch()
        .filter(|register| register.bank() == Bank::General && *register != LINK);
    let scratch = scratch.map(Changed::Register);
    scratch.chain([Changed::Register(LINK), Changed::Flags])
}

pub fn place(what: Changed) -> Place {
    match what {
        Changed::Register(register) => Place::Fixed(register),
        Changed::Flags => Place::Flags,
    }
}

/// What the check of the jump template of `lowering` finds.
pub fn check_jump(lowering: &Lowering, isa: &Isa) -> Vec<Diagnostic> {
    let Some(jump) = &lowering.jump else {
        return Vec::new();
    };
    let names = vec![Name {
        ident: jump.label.clone(),
        holds: Holds::Label,
        region: jump.region,
    }];
    let scope = Scope {
        isa,
        owner: "`jump`".into(),
        names,
        clobbers: Vec::new(),
    };
    let mut body = Body::new(scope, jump.region);
    body.add(vec![&jump.template], End::NeverReached, &|_| {
        Effect::default()
    });
    let mut found = super::names::check(&body);
    found.extend(body.check());
    found
}
