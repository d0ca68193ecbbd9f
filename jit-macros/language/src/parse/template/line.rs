//! Finds the instruction form that a template line has, or says in what it differs from the nearest one.

use proc_macro2::{Group, Ident, TokenStream, TokenTree};
use quote::{format_ident, quote};
use syn::Token;
use syn::parse::ParseStream;

use super::mismatch::Mismatch;
use super::operand::{Kind, Operand, operands};
use crate::error::{Code, Context, Diagnostic, Region, found, nearest};
use crate::model::isa::{FormId, FormOperand, ImmediateId, Isa, Role, View};
use crate::model::template::{
    ImmediateRef, ImmediateUse, LabelUse, Line, RegisterRef, RegisterUse,
};
use crate::parse::{parse_all, word};

/// Reads one line and finds its form.
pub fn parse(tokens: TokenStream, region: Region, isa: &Isa, context: &Context) -> Option<Line> {
    let read = |input: ParseStream| {
        let mnemonic = word(input)?;
        let condition = if input.peek(Token![.]) {
            input.parse::<Token![.]>()?;
            Some(word(input)?)
        } else {
            None
        };
        Ok((mnemonic, condition, operands(input)?))
    };
    let (mnemonic, condition, operands) = match parse_all(tokens.clone(), read) {
        Ok(parts) => parts,
        Err(error) => {
            let help =
                "write a mnemonic and its operands: `X(a)`, `b`, `4095`, `[XSP(a), b]`, `=>target`";
            let region = Region::of_error(&error);
            context
                .report(Diagnostic::new(Code::NotInTemplate, region, error.to_string()).help(help));
            return None;
        }
    };
    let mut name = mnemonic.to_string();
    if let Some(condition) = &condition {
        check_condition(condition, isa, context)?;
        name.push_str(".cond");
    }
    let mut best: Option<(Closeness, Mismatch)> = None;
    for (id, form) in isa.forms_of(&name) {
        let mut matched = Matched::new(isa, condition.clone());
        match matched.all(&form.operands, &operands) {
            Ok(()) => return Some(matched.into_line(id, mnemonic, tokens, region)),
            Err(mismatch) => {
                let close = closeness(isa, &form.operands, &operands);
                if best.as_ref().is_none_or(|(other, _)| close > *other) {
                    best = Some((close, mismatch));
                }
            }
        }
    }
    let diagnostic = match best {
        Some((_, mismatch)) => mismatch.describe(&name, region),
        None => unknown_mnemonic(&mnemonic, &name, isa),
    };
    context.report(with_forms(diagnostic, &name, isa));
    None
}

/// How near a line is to a form: whether it has as many operands, whether they are of the same sorts in whatever order,
/// and how near each is.
type Closeness = (bool, bool, usize);

fn closeness(isa: &Isa, wanted: &[FormOperand], found: &[Operand]) -> Closeness {
    let sorted = |mut sorts: Vec<u8>| {
        sorts.sort_unstable();
        sorts
    };
    let wants = sorted(wanted.iter().map(wanted_sort).collect());
    let finds = sorted(found.iter().map(found_sort).collect());
    let near = wanted.iter().zip(found).map(|(wanted, found)| {
        let mut alone = Matched::new(isa, None);
        match alone.one(wanted, found) {
            Ok(()) => 3,
            Err(mismatch) => mismatch.closeness(),
        }
    });
    (wanted.len() == found.len(), wants == finds, near.sum())
}

fn wanted_sort(operand: &FormOperand) -> u8 {
    match operand {
        FormOperand::Register(..) => 0,
        FormOperand::Immediate(_) | FormOperand::Condition | FormOperand::Literal(_) => 1,
        FormOperand::Label(_) => 2,
        FormOperand::Modifier(..) => 3,
        FormOperand::Memory { .. } => 4,
    }
}

fn found_sort(operand: &Operand) -> u8 {
    match operand.kind {
        Kind::Register(..) => 0,
        Kind::Word(_) | Kind::Integer(_) | Kind::Float(_) => 1,
        Kind::Label(_) => 2,
        Kind::Modifier(..) => 3,
        Kind::Memory { .. } => 4,
    }
}

fn check_condition(condition: &Ident, isa: &Isa, context: &Context) -> Option<()> {
    let conditions = isa.conditions.iter().map(|condition| &condition.name);
    let known = isa.condition(&condition.to_string()).map(|_| ());
    found(known, "condition", condition, conditions, context)
}

fn unknown_mnemonic(mnemonic: &Ident, name: &str, isa: &Isa) -> Diagnostic {
    let mut known: Vec<&str> = isa
        .forms
        .iter()
        .map(|form| form.mnemonic.as_str())
        .collect();
    known.dedup();
    let mut message = format!("no instruction `{name}`");
    if let Some(nearest) = nearest(name, known) {
        message.push_str(&format!("; did you mean `{nearest}`?"));
    }
    Diagnostic::new(Code::UnknownName, mnemonic.span(), message).help(
        "templates use the instructions that `isa!` has a `form` of; declare one to use another",
    )
}

fn with_forms(mut diagnostic: Diagnostic, name: &str, isa: &Isa) -> Diagnostic {
    for (_, form) in isa.forms_of(name) {
        diagnostic = diagnostic.note(format!("there is `{}`, {}", form.text, form.region.place()));
    }
    diagnostic
}

/// What has been matched of a line so far.
struct Matched<'a> {
    isa: &'a Isa,
    registers: Vec<RegisterUse>,
    immediates: Vec<ImmediateUse>,
    label: Option<LabelUse>,
    condition: Option<Ident>,
}

impl<'a> Matched<'a> {
    fn new(isa: &'a Isa, condition: Option<Ident>) -> Self {
        Matched {
            isa,
            registers: Vec::new(),
            immediates: Vec::new(),
            label: None,
            condition,
        }
    }

    fn all(&mut self, wanted: &[FormOperand], found: &[Operand]) -> Result<(), Mismatch> {
        if wanted.len() != found.len() {
            return Err(Mismatch::Count {
                wanted: wanted.len(),
                found: found.len(),
            });
        }
        wanted
            .iter()
            .zip(found)
            .try_for_each(|(wanted, found)| self.one(wanted, found))
    }

    fn one(&mut self, wanted: &FormOperand, found: &Operand) -> Result<(), Mismatch> {
        let help = match (wanted, &found.kind) {
            (FormOperand::Register(_, view), Kind::Word(name)) => Some(format!(
                "a register stands here: write `{}({name})`",
                view.name()
            )),
            (FormOperand::Condition, Kind::Word(_)) => {
                let known = self.isa.conditions.iter().map(|it| it.name.to_string());
                let known: Vec<_> = known.collect();
                Some(format!("a condition stands here: {}", known.join(", ")))
            }
            _ => None,
        };
        let other = Mismatch::Kind {
            region: found.region,
            help,
        };
        match (wanted, &found.kind) {
            (FormOperand::Register(role, view), Kind::Register(register, written)) => {
                self.register(*role, *view, register, *written, found.region)
            }
            (FormOperand::Immediate(field), _) => self.immediate(*field, found),
            (FormOperand::Condition, Kind::Word(name))
                if self.isa.condition(&name.to_string()).is_some() =>
            {
                self.condition = Some(name.clone());
                Ok(())
            }
            (FormOperand::Label(link), Kind::Label(label)) => {
                self.label = Some(LabelUse {
                    label: label.clone(),
                    link: *link,
                    region: found.region,
                });
                Ok(())
            }
            (FormOperand::Literal(wanted), Kind::Float(found)) if wanted == found => Ok(()),
            (FormOperand::Modifier(wanted, field), Kind::Modifier(found, amount))
                if found.to_string().eq_ignore_ascii_case(wanted) =>
            {
                match (field, amount) {
                    (Some(field), Some(amount)) => self.immediate(*field, amount),
                    (None, None) => Ok(()),
                    _ => Err(other),
                }
            }
            (
                FormOperand::Memory {
                    base,
                    rest,
                    write_back: wanted,
                },
                Kind::Memory { inside, write_back },
            ) => {
                let Some((first, others)) = inside.split_first() else {
                    return Err(other);
                };
                if wanted != write_back || others.len() != rest.len() {
                    return Err(other);
                }
                self.base(*base, first)?;
                self.all(rest, others)
            }
            _ => Err(other),
        }
    }

    fn register(
        &mut self,
        role: Role,
        field: View,
        register: &RegisterRef,
        written: View,
        region: Region,
    ) -> Result<(), Mismatch> {
        let fits = match register {
            RegisterRef::Bound(_) => written == field,
            RegisterRef::Fixed(fixed) => written.bits() == field.bits() && field.holds(*fixed),
        };
        if !fits {
            return Err(Mismatch::View {
                region,
                wanted: field,
                found: written,
            });
        }
        self.registers.push(RegisterUse {
            register: register.clone(),
            view: written,
            field,
            role,
            region,
        });
        Ok(())
    }

    /// The base of an address is a general register or the stack pointer; the encoder takes `X(a)` for the former.
    fn base(&mut self, role: Role, found: &Operand) -> Result<(), Mismatch> {
        match &found.kind {
            Kind::Register(register @ RegisterRef::Bound(_), View::X) => {
                self.registers.push(RegisterUse {
                    register: register.clone(),
                    view: View::X,
                    field: View::Xsp,
                    role,
                    region: found.region,
                });
                Ok(())
            }
            _ => self.one(&FormOperand::Register(role, View::Xsp), found),
        }
    }

    fn immediate(&mut self, field: ImmediateId, found: &Operand) -> Result<(), Mismatch> {
        let value = match &found.kind {
            Kind::Word(name) => ImmediateRef::Bound(name.clone()),
            Kind::Integer(value) => {
                let set = &self.isa[field].set;
                if !set.contains(*value) {
                    return Err(Mismatch::Literal {
                        region: found.region,
                        value: *value,
                        field: set.to_string(),
                    });
                }
                ImmediateRef::Literal(*value)
            }
            _ => {
                return Err(Mismatch::Kind {
                    region: found.region,
                    help: None,
                });
            }
        };
        self.immediates.push(ImmediateUse {
            value,
            field,
            region: found.region,
        });
        Ok(())
    }

    fn into_line(self, form: FormId, mnemonic: Ident, tokens: TokenStream, region: Region) -> Line {
        let mut tokens = tokens.into_iter();
        let mut cast: TokenStream = tokens.next().into_iter().collect();
        cast.extend(self.cast(tokens.collect()));
        let Matched {
            registers,
            immediates,
            label,
            condition,
            ..
        } = self;
        Line {
            form,
            mnemonic,
            registers,
            immediates,
            label,
            condition,
            tokens: cast,
            region,
        }
    }

    /// Puts the cast to the type of its field around every bound immediate.
    fn cast(&self, tokens: TokenStream) -> TokenStream {
        let cast = |token: TokenTree| match token {
            TokenTree::Ident(name) => match self.field_of(&name) {
                Some(field) => {
                    let ty = format_ident!("{}", self.isa[field].ty.name());
                    quote!((#name as #ty))
                }
                None => TokenTree::Ident(name).into(),
            },
            TokenTree::Group(group) => {
                let mut inside = Group::new(group.delimiter(), self.cast(group.stream()));
                inside.set_span(group.span());
                TokenTree::Group(inside).into()
            }
            token => token.into(),
        };
        tokens.into_iter().flat_map(cast).collect()
    }

    /// The field of the immediate with this name, if there is one in the line.
    fn field_of(&self, name: &Ident) -> Option<ImmediateId> {
        let is_bound = |immediate: &&ImmediateUse| matches!(&immediate.value, ImmediateRef::Bound(bound) if bound == name);
        self.immediates
            .iter()
            .find(is_bound)
            .map(|immediate| immediate.field)
    }
}
