//! From the statements of `ops!` to an [`Ops`]: looks names up, and refuses operations that nobody could use.

use std::collections::HashMap;

use proc_macro2::{Ident, Span};

use super::{
    ADDRESS, AttributeKind, Base, EXIT, Effects, Given, MEMORY, Meaning, Op, Operand, OperandKind,
    Ops, TypeId, ValueType,
};
use crate::error::{Code, Context, Diagnostic, Region, again, found, is_new, unknown};
use crate::parse::ops as syntax;

/// Resolves all statements. What cannot be resolved is reported and left out.
pub fn resolve(statements: Vec<syntax::Statement>, context: &Context) -> Ops {
    let nothing = Ops {
        dialect: Ident::new("Dialect", Span::call_site()),
        doc: String::new(),
        values: Vec::new(),
        attributes: Vec::new(),
        givens: Vec::new(),
        ops: Vec::new(),
        extensible: None,
        base: None,
        named: HashMap::new(),
        machine: None,
    };
    add(nothing, statements, context)
}

/// Adds the operations of an extension to those of the dialect that it names.
pub fn extend(base: Ops, statements: Vec<syntax::Statement>, context: &Context) -> Ops {
    let mut refused = Vec::new();
    for statement in &statements {
        match statement {
            syntax::Statement::Dialect(syntax::Dialect {
                name,
                extended: Some(_),
                ..
            }) => {
                let (declared, region) = (&base.dialect, base.dialect.span());
                let refusal = match (&base.base, &base.extensible) {
                    (Some(other), _) => Some((
                        format!("`{declared}` extends `{}` itself", other.dialect),
                        format!(
                            "extend `{}`: its functions hold the operations of all",
                            other.dialect
                        ),
                    )),
                    (None, None) => Some((
                        format!("`{declared}` has no place for operations of others"),
                        format!(
                            "declare it there: `extensible by …;` in the `ops!` of `{declared}`"
                        ),
                    )),
                    (None, Some(_)) => None,
                };
                refused.extend(refusal.map(|(message, help)| {
                    Diagnostic::new(Code::NotOurs, name.span(), message)
                        .declared(format_args!("`{declared}`"), region)
                        .help(help)
                }));
            }
            syntax::Statement::Value(value) => {
                let message = format!(
                    "value type `{}` in an extension of `{}`",
                    value.name, base.dialect
                );
                let help = "use the types that are there: selection and calls know no others";
                refused.push(Diagnostic::new(Code::NotOurs, value.region, message).help(help));
            }
            syntax::Statement::Given(given) => {
                let message = format!(
                    "`{}` is given in an extension of `{}`",
                    given.operand.name, base.dialect
                );
                let help = "make it an operand: nobody hands out what an extension wants";
                let diagnostic = Diagnostic::new(Code::NotOurs, given.operand.region, message);
                refused.push(diagnostic.help(help));
            }
            _ => {}
        }
    }
    for diagnostic in refused {
        context.report(diagnostic);
    }
    add(base, statements, context)
}

fn add(mut ops: Ops, statements: Vec<syntax::Statement>, context: &Context) -> Ops {
    let (inherited, base) = (ops.ops.len(), ops.dialect.clone());
    let mut named = false;
    let (mut givens, mut declared) = (Vec::new(), Vec::new());
    for statement in statements {
        match statement {
            syntax::Statement::Dialect(header) if named => {
                context.report(again("a dialect", header.name.span(), ops.dialect.span()));
            }
            syntax::Statement::Dialect(header) => {
                (ops.dialect, ops.doc, named) = (header.name, header.doc, true);
                ops.machine = header.machine;
                if let Some(path) = header.extended {
                    ops.base = Some(Base {
                        dialect: base.clone(),
                        path,
                        count: inherited,
                        holder: ops.extensible.take(),
                    });
                }
            }
            syntax::Statement::Extensible(path) => match &ops.extensible {
                Some(first) => {
                    let (second, first) = (Region::of(&path), Region::of(first));
                    context.report(again("an `extensible by …;`", second, first));
                }
                None => ops.extensible = Some(path),
            },
            syntax::Statement::Value(value) => self::value(value, &mut ops, context),
            syntax::Statement::Attributes(names) => {
                for name in names {
                    if is_new("attribute", &name, kinds(&ops), context)
                        && is_free(&name, &[EXIT, ADDRESS], context)
                    {
                        ops.attributes.push(name);
                    }
                }
            }
            syntax::Statement::Given(given) => givens.push(given),
            syntax::Statement::Op(op) => declared.push(op),
        }
    }
    if !named && !context.is_unread_like("dialect") {
        let help = "begin with `dialect Name;`";
        context.report(
            Diagnostic::new(Code::Syntax, Span::call_site(), "the dialect has no name").help(help),
        );
    }
    for given in givens {
        let resolved = self::given(given, &ops, context);
        ops.givens.extend(resolved);
    }
    for op in declared {
        let earlier = ops.op(&op.name.to_string()).map(|id| &ops[id].name);
        if !is_new("operation", &op.name, earlier, context) {
            continue;
        }
        if let Some(op) = self::op(*op, &ops, context) {
            ops.add(op);
        }
    }
    ops
}

/// The names that can stand behind `const`.
fn kinds(ops: &Ops) -> impl Iterator<Item = &Ident> {
    ops.values
        .iter()
        .map(|value| &value.name)
        .chain(&ops.attributes)
}

/// Whether `name` is none of the words that the language itself has where it would stand.
fn is_free(name: &Ident, words: &[&str], context: &Context) -> bool {
    let is_free = words.iter().all(|word| name != word);
    if !is_free {
        let message = format!("`{name}` means something else where this name would stand");
        let finding = Diagnostic::new(Code::DuplicateName, name.span(), message);
        context.report(finding.help("give it another name"));
    }
    is_free
}

fn value(value: syntax::Value, ops: &mut Ops, context: &Context) {
    for (index, class) in value.classes.iter().enumerate() {
        let mut earlier = value.classes[..index].iter();
        if let Some(first) = earlier.find(|first| *first == class) {
            context.report(again(&format!("`{class}`"), class.span(), first.span()));
        }
    }
    if is_new("value type", &value.name, kinds(ops), context) {
        ops.values.push(ValueType {
            name: value.name,
            doc: value.doc,
            representation: value.representation,
            classes: value.classes,
            constant: value.constant,
            region: value.region,
        });
    }
}

fn given(given: syntax::Given, ops: &Ops, context: &Context) -> Option<Given> {
    let known = ops.givens.iter().map(|given| &given.operand.name);
    if !is_new("given", &given.operand.name, known, context) {
        return None;
    }
    is_free(&given.operand.name, &[MEMORY], context);
    let operand = operand(given.operand, ops, context)?;
    let is_word = match &operand.kind {
        OperandKind::Value(_) | OperandKind::Const(AttributeKind::Type(_)) => true,
        OperandKind::Const(AttributeKind::Named(name)) => name == ADDRESS,
        OperandKind::List | OperandKind::Block => false,
    };
    if !is_word {
        let message = format!(
            "`{}` is given, so it is a value or a constant",
            operand.name
        );
        let help = "write a value type, `const` and a value type, or `const Address`";
        context.report(Diagnostic::new(Code::WrongKind, operand.region, message).help(help));
        return None;
    }
    let doc = given.doc;
    Some(Given { doc, operand })
}

fn op(op: syntax::Op, ops: &Ops, context: &Context) -> Option<Op> {
    let before = context.count();
    let behind = op.operands.iter().find_map(|operand| match &operand.kind {
        syntax::OperandKind::List(behind) => behind.clone(),
        _ => None,
    });
    let operands: Vec<Option<Operand>> = op
        .operands
        .into_iter()
        .map(|operand| self::operand(operand, ops, context))
        .collect();
    for operand in operands.iter().flatten() {
        let given = ops.givens.iter().map(|given| &given.operand.name);
        is_new("operand", &operand.name, given, context);
    }
    let result = op.result.map(|name| value_type(&name, ops, context));
    let complete = op.complete;
    let properties = properties(&op.name, op.properties, complete, context);
    let (effects, commutative, meaning) = properties?;
    let operands: Vec<Operand> = operands.into_iter().collect::<Option<_>>()?;
    let op = Op {
        name: op.name,
        doc: op.doc,
        behind: match behind {
            Some(name) => Some(count_of_list(&name, &operands, context)?),
            None => None,
        },
        operands,
        result: match result {
            Some(result) => Some(result?),
            None => None,
        },
        effects,
        commutative,
        meaning,
        signature: op.signature,
    };
    check_shape(&op, context);
    (context.count() == before).then_some(op)
}

/// The operand behind `behind`: a constant.
fn count_of_list(name: &Ident, operands: &[Operand], context: &Context) -> Option<usize> {
    let is_count = |operand: &Operand| {
        operand.name == *name && matches!(operand.kind, OperandKind::Const(AttributeKind::Type(_)))
    };
    let found = operands.iter().position(is_count);
    if found.is_none() {
        let message = format!("`{name}` is no constant operand, so it counts nothing");
        let help = "name an operand that is a constant of a value type";
        context.report(Diagnostic::new(Code::UnknownName, name.span(), message).help(help));
    }
    found
}

fn operand(operand: syntax::Operand, ops: &Ops, context: &Context) -> Option<Operand> {
    let kind = match operand.kind {
        syntax::OperandKind::Value(name) => OperandKind::Value(value_type(&name, ops, context)?),
        syntax::OperandKind::Const(name) => OperandKind::Const(attribute(&name, ops, context)?),
        syntax::OperandKind::List(_) => OperandKind::List,
        syntax::OperandKind::Block => OperandKind::Block,
    };
    Some(Operand {
        name: operand.name,
        kind,
        region: operand.region,
    })
}

fn value_type(name: &Ident, ops: &Ops, context: &Context) -> Option<TypeId> {
    let types = ops.values.iter().map(|value| &value.name);
    found(
        ops.value(&name.to_string()),
        "value type",
        name,
        types,
        context,
    )
}

fn attribute(name: &Ident, ops: &Ops, context: &Context) -> Option<AttributeKind> {
    let text = name.to_string();
    if let Some(id) = ops.value(&text) {
        return Some(AttributeKind::Type(id));
    }
    if text == EXIT || text == ADDRESS || ops.attributes.contains(name) {
        return Some(AttributeKind::Named(text));
    }
    let values = ops.values.iter().map(|value| value.name.to_string());
    let attributes = ops.attributes.iter().map(Ident::to_string);
    let names: Vec<String> = values
        .chain(attributes)
        .chain([EXIT.to_owned(), ADDRESS.to_owned()])
        .collect();
    if !context.is_unread(name) {
        let diagnostic = unknown("kind of constant", name, names.iter().map(String::as_str));
        context.report(diagnostic.help(format!("declare it: `attribute {name};`")));
    }
    None
}

fn properties(
    name: &Ident,
    properties: Vec<syntax::Property>,
    complete: bool,
    context: &Context,
) -> Option<(Effects, bool, Meaning)> {
    let (mut effects, mut pure, mut commutative, mut meaning) =
        (Effects::default(), None, false, None);
    for property in properties {
        match property {
            syntax::Property::Pure(word) => pure = Some(word),
            syntax::Property::Commutative => commutative = true,
            syntax::Property::Reads => effects.reads = true,
            syntax::Property::Writes => effects.writes = true,
            syntax::Property::Call => effects.call = true,
            syntax::Property::Guard => effects.guard = true,
            syntax::Property::Terminator => effects.terminator = true,
            syntax::Property::Means(_) if meaning.is_some() => {
                let message = format!("`{name}` has two meanings");
                let diagnostic = Diagnostic::new(Code::DuplicateName, name.span(), message);
                context.report(diagnostic.help("delete one of them"));
            }
            syntax::Property::Means(means) => meaning = Some(means),
        }
    }
    if !complete {
        return None;
    }
    match (pure, effects == Effects::default()) {
        (Some(word), false) => {
            let message = format!("`{name}` is not pure: it has effects");
            let help = "delete `pure;`, or the effects";
            context.report(Diagnostic::new(Code::Syntax, word.span(), message).help(help));
        }
        (None, true) => {
            let message = format!("`{name}` does not say what it does besides yielding a value");
            let help = "write `pure;`, or which of `reads memory`, `writes memory`, `call`, `guard`, `terminator`";
            context.report(Diagnostic::new(Code::Syntax, name.span(), message).help(help));
        }
        _ => {}
    }
    if meaning.is_none() {
        let message = format!("`{name}` has no meaning");
        let help =
            "write `means EXPRESSION;`, or `means \"a sentence\";` where no expression can say it";
        context.report(Diagnostic::new(Code::Syntax, name.span(), message).help(help));
    }
    meaning.map(|meaning| (effects, commutative, meaning))
}

/// What the container, the printer and the rules rely on.
fn check_shape(op: &Op, context: &Context) {
    let name = &op.name;
    let refuse = |message: String, help: &str| {
        context.report(Diagnostic::new(Code::WrongOperandCount, op.signature, message).help(help));
    };
    let count = |wanted: fn(&OperandKind) -> bool| {
        op.operands
            .iter()
            .filter(|operand| wanted(&operand.kind))
            .count()
    };
    let lists = count(|kind| matches!(kind, OperandKind::List));
    let blocks = count(|kind| matches!(kind, OperandKind::Block));
    let exits = count(
        |kind| matches!(kind, OperandKind::Const(AttributeKind::Named(name)) if name == EXIT),
    );
    if lists > 1 {
        refuse(
            format!("`{name}` has {lists} lists; at most one operand is a list"),
            "make one list of them, or take the others as operands of their own",
        );
    }
    if blocks > 0 && !op.effects.terminator {
        refuse(
            format!("`{name}` has block operands, so it is a terminator"),
            "add `terminator;`, or drop the blocks",
        );
    }
    if op.effects.terminator && op.result.is_some() {
        refuse(
            format!("`{name}` ends its block, so nobody could use its result"),
            "drop the result, or `terminator;`",
        );
    }
    if op.effects.guard && exits != 1 {
        refuse(
            format!("`{name}` is a guard, so it has exactly one operand `exit: const Exit`"),
            "add `exit: const Exit`, or drop `guard;`",
        );
    }
    if op.commutative {
        let values: Vec<&OperandKind> = op
            .operands
            .iter()
            .map(|operand| &operand.kind)
            .take(2)
            .collect();
        match values[..] {
            [OperandKind::Value(a), OperandKind::Value(b)] if a == b => {}
            _ => refuse(
                format!(
                    "`{name}` is commutative, so its first two operands are values of one type"
                ),
                "drop `commutative;`, or give both operands one type",
            ),
        }
    }
    if let Some(operand) = op.operands.iter().find(|operand| operand.name == MEMORY) {
        let message = format!("`{MEMORY}` is what meanings call the memory");
        let diagnostic = Diagnostic::new(Code::DuplicateName, operand.region, message);
        context.report(diagnostic.help("give the operand another name"));
    }
    for (index, operand) in op.operands.iter().enumerate() {
        if let Some(first) = op.operands[..index]
            .iter()
            .find(|other| other.name == operand.name)
        {
            let message = format!("operand `{}` is declared twice", operand.name);
            let diagnostic = Diagnostic::new(Code::DuplicateName, operand.region, message);
            context.report(
                diagnostic
                    .declared("the first one", first.region)
                    .help("give one of them another name"),
            );
        }
    }
}
