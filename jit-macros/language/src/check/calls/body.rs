//! Strategies and sequences as names and runs of templates, for the checks that all templates share.

use proc_macro2::{Ident, Span};

use crate::check::body::{Body, End};
use crate::check::flow::Effect;
use crate::check::rule::on_the_way;
use crate::check::scope::{
    Changed, Clobber, Holds, Name, Part, Place, RegisterName, Scope, Values,
};
use crate::check::{control, family, immediates, landing, names};
use crate::error::{Code, Diagnostic};
use crate::model::calls::{ConstantUse, ParameterKind, Sequence, Strategy};
use crate::model::isa::Isa;
use crate::model::template::Directive;
use crate::space::Set;

/// Site and stub with what they may name and change.
pub fn of_strategy<'a>(strategy: &'a Strategy, isa: &'a Isa) -> Body<'a> {
    let label = |ident: Ident| Name {
        region: ident.span().into(),
        ident,
        holds: Holds::Label,
    };
    let fixed = ["target", "page", "stub"].map(|name| label(Ident::new(name, Span::call_site())));
    // Where in its page the target lies.
    let offset = Name {
        ident: Ident::new("offset", Span::call_site()),
        holds: Holds::Constant(Values {
            set: Set::range(0, 4095),
            kind: None,
        }),
        region: strategy.region,
    };
    let pool = strategy.pool.iter().map(|pool| label(pool.name.clone()));
    let clobbers = strategy.clobbers.iter().map(|clobber| {
        let what = clobber.register.map_or(Changed::Flags, Changed::Register);
        Clobber {
            what: vec![what],
            text: what.to_string(),
            region: clobber.region,
        }
    });
    let scope = Scope {
        isa,
        owner: format!("strategy `{}`", strategy.name),
        names: fixed.into_iter().chain([offset]).chain(pool).collect(),
        clobbers: clobbers.collect(),
    };
    let mut body = Body::new(scope, strategy.region);
    body.permitted = Some(on_the_way(isa).collect());
    let constants = |constants: &'a [ConstantUse]| {
        move |directive: &Directive| {
            let same = |constant: &&ConstantUse| {
                format!("{:?}", constant.region) == format!("{:?}", directive.region)
            };
            let writes = constants
                .iter()
                .find(same)
                .map(|constant| Place::Fixed(constant.register));
            Effect {
                writes: writes.into_iter().collect(),
                ..Effect::default()
            }
        }
    };
    body.add(
        vec![&strategy.site.template],
        End::Reached,
        &constants(&strategy.site.constants),
    );
    if let Some(stub) = &strategy.stub {
        body.add(
            vec![&stub.part.template],
            End::NeverReached,
            &constants(&stub.part.constants),
        );
    }
    body
}

/// What is wrong with the template of a sequence.
///
/// What it reads and writes is its caller's business: prologues and exits move registers that no rule may touch.
pub fn of_sequence(sequence: &Sequence, isa: &Isa) -> Vec<Diagnostic> {
    let names = sequence.parameters.iter().map(|parameter| {
        let holds = match parameter.kind {
            ParameterKind::Register(class) => Holds::Register(RegisterName {
                part: Part::Source,
                class,
                fixed: None,
                bits: None,
                narrow: None,
                early: None,
            }),
            ParameterKind::Immediate(kind) => Holds::Constant(Values {
                set: isa[kind].set.clone(),
                kind: Some(kind),
            }),
            ParameterKind::Label => Holds::Label,
        };
        Name {
            ident: parameter.name.clone(),
            holds,
            region: parameter.region,
        }
    });
    let kind = if sequence.is_routine {
        "routine"
    } else {
        "sequence"
    };
    let scope = Scope {
        isa,
        owner: format!("{kind} `{}`", sequence.name),
        names: names.collect(),
        clobbers: Vec::new(),
    };
    let mut body = Body::new(scope, sequence.region);
    let end = if sequence.is_routine {
        End::NeverReached
    } else {
        End::Any
    };
    body.add(vec![&sequence.template], end, &|_| Effect::default());
    // What is unbound or unused is told when the sequence is read.
    let misplaced = names::check(&body).into_iter();
    let misplaced = misplaced.filter(|finding| finding.code == Code::WrongKind);
    let checks = [
        family::check,
        immediates::check,
        control::check,
        landing::check,
    ];
    let others = checks.iter().flat_map(|check| check(&body));
    misplaced.chain(others).collect()
}
