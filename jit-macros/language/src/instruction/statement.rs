//! The statements of a meaning, carried out.
//!
//! Expressions are [`meaning`](crate::meaning)'s. What is special here: names on a right-hand side are what they were
//! before the instruction, whatever has been assigned since; what is assigned to an operand counts by its bits; both
//! ways of an `if` are carried out and chosen between; and the name of another mnemonic carries out its meaning.

use syn::parse::Parser;
use syn::{
    Block, Expr, ExprCall, ExprIf, ExprMethodCall, ExprRange, Local, Pat, RangeLimits, Stmt,
};

use super::operands::unsigned;
use super::{FLAGS, Inputs, Outcome, bad, not_understood};
use crate::error::{Code, Diagnostic, Region};
use crate::meaning::{self, Scope, Type, Value};
use crate::model::isa::{Form, Isa, Meaning, Register};
use crate::term::Term;

/// Something that a meaning can assign to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Place {
    /// A register of the line, through a view of so many bits.
    Operand { register: usize, bits: u32 },
    /// A register that is no operand.
    Implied(Register),
    /// One of [`FLAGS`].
    Flag(usize),
}

type Result<T> = std::result::Result<T, Box<Diagnostic>>;

/// An instruction on its way.
pub(super) struct Execution<'a> {
    pub isa: &'a Isa,
    pub inputs: &'a Inputs,
    /// Names for what there was before.
    pub scope: Scope,
    /// The bits that a number has which nothing else gives bits.
    pub bits: u32,
    /// Names of operands that can be assigned to.
    pub places: Vec<(String, Place)>,
    /// What has been done so far.
    pub done: Done,
    /// Whether something outside may be called.
    pub may_call: bool,
    /// The mnemonics whose meanings are being carried out.
    within: Vec<String>,
}

/// What statements change.
#[derive(Clone)]
pub(super) struct Done {
    /// What has been assigned, as wide as the place.
    pub written: Vec<(Place, Term)>,
    memory: Term,
    leaves: Term,
    target: Term,
    traps: Term,
}

/// A scope that knows the flags.
pub(super) fn flags(flags: [Term; 4]) -> Scope {
    let mut scope = Scope::new();
    for (name, flag) in FLAGS.iter().zip(flags) {
        scope.bind(*name, Value::bool(flag));
    }
    scope
}

fn refuse<T>(at: &impl quote::ToTokens, message: impl Into<String>) -> Result<T> {
    Err(bad(Region::of(at), message))
}

impl<'a> Execution<'a> {
    pub fn new(isa: &'a Isa, inputs: &'a Inputs) -> Self {
        let mut scope = flags(inputs.flags);
        scope.bind("next", Value::Scalar(Type::U64, inputs.next));
        Execution {
            isa,
            inputs,
            scope,
            bits: 64,
            places: Vec::new(),
            done: Done {
                written: Vec::new(),
                memory: inputs.memory,
                leaves: Term::bool(false),
                target: inputs.next,
                traps: Term::bool(false),
            },
            may_call: false,
            within: Vec::new(),
        }
    }

    /// Carries out the statements of `meaning`, whose parameters are bound.
    pub fn body(&mut self, meaning: &Meaning) -> Result<()> {
        if self.within.contains(&meaning.mnemonic) {
            let message = format!("the meaning of `{}` is made of itself", meaning.mnemonic);
            return Err(bad(meaning.region, message));
        }
        self.within.push(meaning.mnemonic.clone());
        match Block::parse_within.parse2(meaning.body.clone()) {
            Ok(statements) => self.statements(&statements)?,
            Err(error) => {
                let message = error.to_string();
                return Err(Box::new(Diagnostic::new(
                    Code::Syntax,
                    error.span(),
                    message,
                )));
            }
        }
        self.within.pop();
        Ok(())
    }

    /// What is left behind so far.
    pub fn outcome(&self) -> Outcome {
        let mut outcome = Outcome {
            registers: Vec::new(),
            implied: Vec::new(),
            flags: [None; 4],
            memory: self.done.memory,
            leaves: self.done.leaves,
            target: self.done.target,
            traps: self.done.traps,
        };
        for (place, term) in &self.done.written {
            match place {
                Place::Operand { register, .. } => {
                    outcome.registers.push((*register, term.zero_extended(64)));
                }
                Place::Implied(register) => outcome.implied.push((*register, *term)),
                Place::Flag(index) => outcome.flags[*index] = Some(*term),
            }
        }
        outcome
    }

    /// What is left behind when all is done, every operand that is written among it.
    pub fn finish(self, form: &Form, meaning: &Meaning) -> Result<Outcome> {
        for (name, place) in &self.places {
            if self.value_of(*place).is_none() {
                let message = format!("`{}` writes `{name}`, and its meaning does not", form.text);
                let diagnostic = Diagnostic::new(Code::MeaningOfForm, meaning.region, message);
                let diagnostic = diagnostic.declared(format_args!("`{}`", form.text), form.region);
                return Err(Box::new(diagnostic.help(format!("add `{name} = …;`"))));
            }
        }
        Ok(self.outcome())
    }

    pub fn statements(&mut self, statements: &[Stmt]) -> Result<()> {
        statements.iter().try_for_each(|statement| match statement {
            Stmt::Local(local) => self.local(local),
            Stmt::Expr(expression, _) => self.statement(expression),
            other => refuse(other, "no statement of a meaning"),
        })
    }

    fn local(&mut self, local: &Local) -> Result<()> {
        let (Pat::Ident(name), Some(init)) = (&local.pat, &local.init) else {
            return refuse(local, "write `let name = value;`");
        };
        let value = self.value(&init.expr)?;
        self.scope.bind(name.ident.to_string(), value);
        Ok(())
    }

    fn statement(&mut self, expression: &Expr) -> Result<()> {
        match expression {
            Expr::Assign(assign) => {
                let Some((place, bits)) = self.place(&assign.left) else {
                    return refuse(&assign.left, "this cannot be assigned to");
                };
                let term = self.word(&assign.right, place, bits)?;
                self.done.written.retain(|(written, _)| *written != place);
                self.done.written.push((place, term));
                Ok(())
            }
            Expr::If(conditional) => self.conditional(conditional),
            Expr::Block(block) => self.branch(&block.block),
            Expr::MethodCall(call) if self.may_call && is_memory(call, "call") => {
                self.value(expression).map(|_| ())
            }
            Expr::MethodCall(call) => self.store(call),
            Expr::Call(call) => self.call(call),
            other => refuse(other, "no statement of a meaning"),
        }
    }

    /// The value of an expression.
    fn value(&mut self, expression: &Expr) -> Result<Value> {
        let tokens = quote::ToTokens::to_token_stream(expression);
        self.scope.memory = self.done.memory;
        let value = meaning::expression(&tokens, &mut self.scope);
        if self.scope.memory != self.done.memory {
            if !self.may_call {
                return refuse(expression, "write `memory.store(address, value);`");
            }
            self.done.memory = self.scope.memory;
        }
        value.map_err(|error| not_understood(&error))
    }

    fn truth(&mut self, expression: &Expr) -> Result<Term> {
        match self.value(expression)? {
            Value::Scalar(Type::Bool, term) => Ok(term),
            _ => refuse(expression, "no truth value"),
        }
    }

    /// A name as a place, with its width; flags have none.
    fn place(&self, name: &Expr) -> Option<(Place, Option<u32>)> {
        let name = quote::ToTokens::to_token_stream(name)
            .to_string()
            .replace(' ', "");
        if let Some(index) = FLAGS.iter().position(|flag| *flag == name) {
            return Some((Place::Flag(index), None));
        }
        let found = self.places.iter().rev().find(|(known, _)| *known == name);
        if let Some((_, place)) = found {
            let bits = match place {
                Place::Operand { bits, .. } => Some(*bits),
                Place::Implied(_) => Some(64),
                Place::Flag(_) => None,
            };
            return Some((*place, bits));
        }
        let (register, view) = Register::from_name(&name)?;
        (view.bits() == 64).then_some((Place::Implied(register), Some(64)))
    }

    /// What `expression` puts into a place of so many bits, or into a flag.
    fn word(&mut self, expression: &Expr, place: Place, bits: Option<u32>) -> Result<Term> {
        let Some(bits) = bits else {
            return self.truth(expression);
        };
        match expression {
            Expr::If(conditional) => {
                let condition = self.truth(&conditional.cond)?;
                let then = self.block_word(&conditional.then_branch, place, bits)?;
                let Some((_, otherwise)) = &conditional.else_branch else {
                    return refuse(conditional, "a value without `else`");
                };
                let otherwise = self.word(otherwise, place, Some(bits))?;
                return Ok(condition.choose(then, otherwise));
            }
            Expr::Block(block) => return self.block_word(&block.block, place, bits),
            Expr::MethodCall(call) if is_memory(call, "load") && call.args.len() == 1 => {
                let address = self.address(&call.args[0])?;
                return Ok(self.done.memory.load(address, bits / 8));
            }
            _ => {}
        }
        let ty = Type::Integer {
            bits,
            signed: false,
        };
        match self.value(expression)?.typed(ty) {
            Value::Scalar(Type::Bool, _) => refuse(expression, "a truth value is no number"),
            Value::Scalar(_, term) if term.width() == bits => Ok(term),
            Value::Scalar(ty, _) => {
                let message = format!("{bits} bits are written here, and this is `{}`", ty.name());
                refuse(expression, message)
            }
            _ => refuse(expression, "this is no number"),
        }
    }

    fn block_word(&mut self, block: &Block, place: Place, bits: u32) -> Result<Term> {
        match &block.stmts[..] {
            [Stmt::Expr(expression, None)] => self.word(expression, place, Some(bits)),
            _ => refuse(block, "write one expression here"),
        }
    }

    fn address(&mut self, expression: &Expr) -> Result<Term> {
        match self.value(expression)? {
            Value::Scalar(Type::U64, term) => Ok(term),
            _ => refuse(expression, "an address is a `u64`"),
        }
    }

    /// `memory.store(address, value);`, or `memory.store(address, x0..=x30);` for registers one behind the other.
    fn store(&mut self, call: &ExprMethodCall) -> Result<()> {
        if !is_memory(call, "store") || call.args.len() != 2 {
            return refuse(call, "no statement of a meaning");
        }
        let mut address = self.address(&call.args[0])?;
        if let Expr::Range(range) = &call.args[1] {
            for register in registers(range)? {
                let Some(content) = self.inputs.implied(register) else {
                    return refuse(range, format!("nothing is known of `{register}` here"));
                };
                self.done.memory = self.done.memory.store(address, content);
                address = address.plus(Term::word(8));
            }
            return Ok(());
        }
        match self.value(&call.args[1])?.scalar() {
            Some((ty, term)) if ty != Type::Bool => {
                self.done.memory = self.done.memory.store(address, term);
                Ok(())
            }
            _ => refuse(&call.args[1], "this is no number"),
        }
    }

    /// `goto(target);`, `trap();`, `cmp(a, b);`
    fn call(&mut self, call: &ExprCall) -> Result<()> {
        let name = quote::ToTokens::to_token_stream(&call.func).to_string();
        let arguments: Vec<&Expr> = call.args.iter().collect();
        match (&name[..], &arguments[..]) {
            ("goto", [target]) => {
                self.done.target = self.address(target)?;
                self.done.leaves = Term::bool(true);
                Ok(())
            }
            ("trap", []) => {
                self.done.traps = Term::bool(true);
                Ok(())
            }
            _ => match self.isa.meaning(&name) {
                Some(meaning) => self.mnemonic(call, meaning, &arguments),
                None => refuse(call, format!("`{name}` is no mnemonic with a meaning")),
            },
        }
    }

    /// Carries out the meaning of another mnemonic.
    fn mnemonic(&mut self, call: &ExprCall, meaning: &Meaning, arguments: &[&Expr]) -> Result<()> {
        if meaning.parameters.len() != arguments.len() {
            let (most, found) = (meaning.parameters.len(), arguments.len());
            let message = format!("`{}` has {most} operands, not {found}", meaning.mnemonic);
            let diagnostic = Diagnostic::new(Code::WrongOperandCount, Region::of(call), message);
            let diagnostic = diagnostic.declared("its meaning", meaning.region);
            return Err(Box::new(
                diagnostic.help("give it as many as its meaning names"),
            ));
        }
        let mut scope = flags(self.inputs.flags);
        scope.bind("next", Value::Scalar(Type::U64, self.inputs.next));
        let mut places = Vec::new();
        for (parameter, argument) in meaning.parameters.iter().zip(arguments) {
            let name = parameter.name.to_string();
            if let Some((place @ Place::Operand { .. }, _)) = self.place(argument) {
                places.push((name.clone(), place));
            }
            let is_only_written = places.last().is_some_and(|(last, _)| *last == name)
                && self.value(argument).is_err();
            if !is_only_written {
                let value = match self.value(argument)? {
                    Value::Literal(value) => unsigned(Term::bits(value as u128, self.bits)),
                    value => value,
                };
                scope.bind(name, value);
            }
            if let Some(shift) = &parameter.shift {
                scope.bind(shift.to_string(), unsigned(Term::bits(0, self.bits)));
            }
        }
        let scope = std::mem::replace(&mut self.scope, scope);
        let places = std::mem::replace(&mut self.places, places);
        self.body(meaning)?;
        self.places = places;
        self.scope = scope;
        Ok(())
    }

    fn conditional(&mut self, conditional: &ExprIf) -> Result<()> {
        let condition = self.truth(&conditional.cond)?;
        let before = self.done.clone();
        self.branch(&conditional.then_branch)?;
        let then = std::mem::replace(&mut self.done, before);
        if let Some((_, otherwise)) = &conditional.else_branch {
            self.statement(otherwise)?;
        }
        let otherwise = self.done.clone();
        let mut written: Vec<(Place, Term)> = Vec::new();
        for (place, _) in then.written.iter().chain(&otherwise.written) {
            if find(&written, *place).is_some() {
                continue;
            }
            let of = |done: &Done| find(&done.written, *place).or_else(|| self.before(*place));
            let (Some(then), Some(otherwise)) = (of(&then), of(&otherwise)) else {
                let name = self.places.iter().find(|(_, known)| known == place);
                let name = name.map_or("an operand", |(name, _)| name);
                return refuse(
                    conditional,
                    format!("`{name}` is written on some ways only"),
                );
            };
            written.push((*place, condition.choose(then, otherwise)));
        }
        self.done = Done {
            written,
            memory: condition.choose(then.memory, otherwise.memory),
            leaves: condition.choose(then.leaves, otherwise.leaves),
            target: condition.choose(then.target, otherwise.target),
            traps: condition.choose(then.traps, otherwise.traps),
        };
        Ok(())
    }

    /// A block with names of its own.
    fn branch(&mut self, block: &Block) -> Result<()> {
        let outer = self.scope.clone();
        self.statements(&block.stmts)?;
        self.scope = outer;
        Ok(())
    }

    /// What has been assigned to a place.
    fn value_of(&self, place: Place) -> Option<Term> {
        find(&self.done.written, place)
    }

    /// What a place held before the instruction, if that is known.
    fn before(&self, place: Place) -> Option<Term> {
        match place {
            Place::Flag(index) => Some(self.inputs.flags[index]),
            Place::Implied(register) => self.inputs.implied(register),
            Place::Operand { .. } => {
                let (name, _) = self.places.iter().find(|(_, known)| *known == place)?;
                self.scope.value(name)?.scalar().map(|(_, term)| term)
            }
        }
    }
}

fn find(written: &[(Place, Term)], place: Place) -> Option<Term> {
    let found = written.iter().find(|(known, _)| *known == place);
    found.map(|(_, term)| *term)
}

/// `x0..=x30`
fn registers(range: &ExprRange) -> Result<Vec<Register>> {
    let end = |end: &Option<Box<Expr>>| {
        let name = quote::ToTokens::to_token_stream(end.as_ref()?).to_string();
        let (register, view) = Register::from_name(&name)?;
        (view.bits() == 64).then_some(register)
    };
    let all = match (end(&range.start), &range.limits, end(&range.end)) {
        (Some(Register::General(a)), RangeLimits::Closed(_), Some(Register::General(b))) => {
            (a..=b).map(Register::General).collect()
        }
        (Some(Register::Float(a)), RangeLimits::Closed(_), Some(Register::Float(b))) => {
            (a..=b).map(Register::Float).collect()
        }
        _ => Vec::new(),
    };
    match all.is_empty() {
        true => refuse(range, "write `first..=last`, two registers of one kind"),
        false => Ok(all),
    }
}

fn is_memory(call: &ExprMethodCall, method: &str) -> bool {
    let receiver = quote::ToTokens::to_token_stream(&call.receiver).to_string();
    receiver == "memory" && call.method == method
}
