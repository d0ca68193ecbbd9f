//! A translated expression has the value that Rust gives it, at edges and for random operands.

use proc_macro2::TokenStream;

use super::{Scope, Type, Value, expression, statements};
use crate::term::evaluate::{Assignment, Bytes, Concrete, Program, mix};
use crate::term::{Sort, Term};

const EDGES: [u64; 18] = [
    0,
    1,
    2,
    31,
    32,
    63,
    64,
    0x7fff_ffff,
    0x8000_0000,
    0xffff_ffff,
    0x7fff_ffff_ffff_ffff,
    0x8000_0000_0000_0000,
    0xffff_ffff_ffff_f000,
    u64::MAX - 1,
    u64::MAX,
    0x3ff0_0000_0000_0000,
    0x7ff0_0000_0000_0000,
    0xc01e_0000_0000_0001,
];

/// Edges with each other, and random words.
fn pairs() -> impl Iterator<Item = (u64, u64)> {
    let edges = EDGES
        .iter()
        .flat_map(|a| EDGES.iter().map(move |b| (*a, *b)));
    edges.chain((0..100).map(|index| (mix(index), mix(mix(index)) >> (index % 64))))
}

/// What Rust values look like as the values of terms.
trait Plain {
    fn plain(self) -> Vec<Option<u128>>;
}

macro_rules! plain {
    ($($ty:ty, $value:ident => $bits:expr;)*) => {
        $(impl Plain for $ty {
            fn plain(self) -> Vec<Option<u128>> {
                let $value = self;
                vec![Some($bits)]
            }
        })*
    };
}

plain! {
    bool, value => value.into();
    u8, value => value.into();
    u16, value => value.into();
    u32, value => value.into();
    u64, value => value.into();
    u128, value => value;
    i8, value => (value as u8).into();
    i16, value => (value as u16).into();
    i32, value => (value as u32).into();
    i64, value => (value as u64).into();
    i128, value => value as u128;
    f64, value => value.to_bits().into();
}

impl<T: Plain> Plain for Option<T> {
    fn plain(self) -> Vec<Option<u128>> {
        match self {
            Some(value) => value.plain(),
            None => vec![None],
        }
    }
}

impl<A: Plain, B: Plain> Plain for (A, B) {
    fn plain(self) -> Vec<Option<u128>> {
        [self.0.plain(), self.1.plain()].concat()
    }
}

fn collect(value: &Value, terms: &mut Vec<Term>) {
    match value {
        Value::Option { present, value } => {
            terms.push(*present);
            collect(value, terms);
        }
        Value::Tuple(values) => values.iter().for_each(|value| collect(value, terms)),
        other => terms.extend(other.scalar().map(|(_, term)| term)),
    }
}

fn number(value: &Concrete) -> u128 {
    match value {
        Concrete::Bool(value) => (*value).into(),
        other => other.bits(),
    }
}

fn compare(text: &str, ty: &str, expected: impl Fn(u64, u64) -> Vec<Option<u128>>) {
    let tokens: TokenStream = text.parse().unwrap();
    let ty = Type::from_name(ty).unwrap();
    let mut scope = Scope::new();
    let [a, b] = ["a", "b"].map(|name| Value::symbol(name, ty));
    scope.bind("a", a.clone());
    scope.bind("b", b.clone());
    let value = expression(&tokens, &mut scope).unwrap_or_else(|error| panic!("{error}"));
    let mut terms = Vec::new();
    collect(&value, &mut terms);
    let program = Program::new(&terms);
    let bits = |value: u64| match ty {
        Type::Integer { bits: 32, .. } => u128::from(value as u32),
        _ => value.into(),
    };
    for (x, y) in pairs() {
        let mut values = Assignment::new();
        values.insert(a.scalar().unwrap().1, Concrete::Bits(bits(x)));
        values.insert(b.scalar().unwrap().1, Concrete::Bits(bits(y)));
        let found: Vec<u128> = program.run(&values).iter().map(number).collect();
        let found = match value {
            Value::Option { .. } if found[0] == 0 => vec![None],
            Value::Option { .. } => found[1..].iter().map(|value| Some(*value)).collect(),
            _ => found.into_iter().map(Some).collect(),
        };
        assert_eq!(found, expected(x, y), "{text} of {x:#x}, {y:#x}");
    }
}

/// `all_agree!(i64: |a, b| [a.wrapping_add(b)];)`: names are given, for macros are hygienic.
macro_rules! all_agree {
    ($($ty:ident: |$a:ident, $b:ident| [$($body:expr),+ $(,)?];)*) => {
        $($({
            // Some expressions mention only one operand.
            #[allow(unused_variables)]
            let rust = |$a: $ty, $b: $ty| Plain::plain($body);
            compare(stringify!($body), stringify!($ty), |x, y| rust(read::$ty(x), read::$ty(y)));
        })+)*
    };
}

/// Operands from words.
mod read {
    pub fn i64(word: u64) -> i64 {
        word as i64
    }
    pub fn u64(word: u64) -> u64 {
        word
    }
    pub fn i32(word: u64) -> i32 {
        word as i32
    }
    pub fn u32(word: u64) -> u32 {
        word as u32
    }
    pub fn f64(word: u64) -> f64 {
        f64::from_bits(word)
    }
}

#[test]
fn integers() {
    all_agree! {
        i64: |a, b| [
            a.wrapping_add(b), a.wrapping_sub(b), a.wrapping_mul(b), a.wrapping_neg(), a & b, a | !b, a ^ b,
            a.wrapping_shl(b as u32), (a as u64).wrapping_shr(b as u32), a.wrapping_shr(b as u32),
            a == b, a != b, a < b, a <= b, a > b, a >= b, (a as u64) < b as u64, a as u64 >= b as u64,
            if a != 0 { a } else { b }, a as i32, i64::from(a as u32), i64::from(a as i32), i64::from(a as u8),
            a.checked_add(b), a.checked_sub(b), a.checked_mul(b), a.overflowing_add(b), a.overflowing_sub(b),
            ((i128::from(a) * i128::from(b)) >> 64) as i64, ((a as u64 as u128 * b as u64 as u128) >> 64) as u64,
            a.leading_zeros(), a.trailing_zeros(), a.count_ones(), a.reverse_bits(), a.swap_bytes(),
            a.rotate_right(b as u32), a.rotate_left(b as u32), a.min(b), a.max(b), a.wrapping_abs(), a.unsigned_abs(),
            a.checked_div(b), if b == 0 { 0 } else { a.wrapping_div(b) }, i64::wrapping_add(a, 1), a.is_negative(),
            a as f64, a == b && a < 5 || b > 7, a > i64::MAX - 2, a.cast_unsigned(),
            {
                let (sum, carry) = (a as u64).overflowing_add(b as u64);
                let high = if carry { 1u64 } else { 0 };
                if high == 1 && sum != 0 { sum } else { high }
            },
        ];
        u64: |a, b| [
            a.wrapping_add(b), a.checked_add(b), a.overflowing_sub(b), a < b, a.wrapping_shr(b as u32), a as i64 >> 3,
            a as f64, a.rotate_left(7), a.is_power_of_two(), if b == 0 { 0 } else { a.wrapping_div(b) },
            u64::from(a < b), (a as u16, b as i8), a << 5 >> 7, a.checked_mul(b),
        ];
        i32: |a, b| [
            a.wrapping_add(b), a.wrapping_mul(b), a < b, i64::from(a), i64::from(a as u32), a as u64, a.wrapping_shr(b as u32),
            f64::from(a), a.checked_sub(b), a.trailing_zeros(), a as i64 * b as i64, -(a as i64),
        ];
        u32: |a, b| [a.wrapping_sub(b), a < b, u64::from(a), a as i32, a.overflowing_add(b), a.reverse_bits()];
        f64: |a, b| [
            a < b, a <= b, a > b, a >= b, a == b, a != b, -a, a.abs(), a.to_bits(), a as i64, a.is_nan(),
            f64::from_bits(a.to_bits() ^ 1), if a == 0.0 { b } else { a },
        ];
    }
}

#[test]
fn float_arithmetic_is_the_hosts() {
    let number = |value: f64| if value.is_nan() { f64::NAN } else { value };
    let tokens: TokenStream = "a.mul_add(b, a - b) / (a * b).sqrt() + a.floor()"
        .parse()
        .unwrap();
    let mut scope = Scope::new();
    let [a, b] = ["a", "b"].map(|name| Value::symbol(name, Type::Float));
    scope.bind("a", a.clone());
    scope.bind("b", b.clone());
    let (_, term) = expression(&tokens, &mut scope).unwrap().scalar().unwrap();
    for (x, y) in pairs() {
        let mut values = Assignment::new();
        values.insert(a.scalar().unwrap().1, Concrete::Bits(x.into()));
        values.insert(b.scalar().unwrap().1, Concrete::Bits(y.into()));
        let found = f64::from_bits(term.evaluate(&values).bits() as u64);
        let (x, y) = (f64::from_bits(x), f64::from_bits(y));
        let expected = x.mul_add(y, x - y) / (x * y).sqrt() + x.floor();
        assert_eq!(
            number(found).to_bits(),
            number(expected).to_bits(),
            "{x} {y}"
        );
    }
}

#[test]
fn memory_is_changed_where_a_meaning_says() {
    let text = "
        let count = memory.i32(object, 0);
        if count >= 0 { memory.store_i32(object, 0, count.wrapping_add(1)); }
    ";
    let mut scope = Scope::new();
    let object = Value::symbol("object", Type::I64);
    scope.bind("object", object.clone());
    let before = scope.memory;
    statements(&text.parse().unwrap(), &mut scope).unwrap();
    for (count, expected) in [(0, 1), (0x7fff_ffff, 0x8000_0000), (u32::MAX, u32::MAX)] {
        let mut bytes = Bytes::new(7);
        for (index, byte) in count.to_le_bytes().into_iter().enumerate() {
            bytes.write(0xfffe_u64.wrapping_add(index as u64), byte);
        }
        let mut values = Assignment::new();
        values.insert(object.scalar().unwrap().1, Concrete::Bits(0xfffe));
        values.insert(before, Concrete::Memory(bytes.into()));
        let after = scope.memory.load(Term::word(0xfffe), 4).evaluate(&values);
        assert_eq!(after.bits() as u32, expected);
        assert_eq!(
            scope.memory.load(Term::word(0), 8).evaluate(&values),
            before.load(Term::word(0), 8).evaluate(&values)
        );
    }
}

#[test]
fn calls_are_functions_of_memory_and_arguments() {
    let mut scope = Scope::new();
    let x = Value::symbol("x", Type::I64);
    scope.bind("target", Value::symbol("target", Type::I64));
    scope.bind("arguments", Value::Tuple(vec![x]));
    let before = scope.memory;
    let value = expression(
        &"memory.call(target, arguments)".parse().unwrap(),
        &mut scope,
    )
    .unwrap();
    assert_eq!(value.scalar().unwrap().1.operands()[0], before);
    assert_eq!(scope.memory.sort(), Sort::Memory);
    assert_ne!(scope.memory, before);
    let once = scope.memory;
    statements(
        &"if target == 0 { memory.perform(\"stop\", &[target as u64], &[]); }"
            .parse()
            .unwrap(),
        &mut scope,
    )
    .unwrap();
    assert_ne!(scope.memory, once);
}

#[test]
fn assignments_are_joined_behind_a_choice() {
    let mut scope = Scope::new();
    let a = Term::symbol("a", Sort::Bits(64));
    scope.bind("a", Value::Scalar(Type::U64, a));
    scope.bind("d", Value::Scalar(Type::U64, Term::word(0)));
    scope.bind("flags.z", Value::bool(Term::bool(false)));
    let text = "if a == 0 { flags.z = true; d = 5; } else { let a = 3; d = a + 4; }";
    statements(&text.parse().unwrap(), &mut scope).unwrap();
    let zero = a.equals(Term::word(0));
    assert_eq!(scope.value("flags.z"), Some(&Value::bool(zero)));
    assert_eq!(
        scope.value("d").unwrap().scalar().unwrap().1,
        zero.choose(Term::word(5), Term::word(7))
    );
    assert_eq!(scope.value("a").unwrap().scalar().unwrap().1, a);
}

#[test]
fn what_is_not_understood_is_named() {
    let refused = |text: &str| {
        let mut scope = Scope::new();
        scope.bind("a", Value::symbol("a", Type::I64));
        let error = expression(&text.parse().unwrap(), &mut scope).unwrap_err();
        (error.message.clone(), error.expression.clone())
    };
    assert_eq!(
        refused("a + b"),
        ("`b` is not declared".to_owned(), "b".to_owned())
    );
    assert_eq!(
        refused("a + a as u64").0,
        "an operator between `i64` and `u64`"
    );
    assert_eq!(
        refused("1 + a.pow(2)"),
        (
            "the method `pow` of this is not understood".to_owned(),
            "a.pow(2)".to_owned()
        )
    );
    assert_eq!(
        refused("match a { _ => 1 }").0,
        "this kind of expression is not understood"
    );
    assert_eq!(
        refused("if a == 0 { 1u32 } else { a }").0,
        "the branches have different types"
    );
    assert_eq!(
        refused("memory.store_i32(a, 0, a)").0,
        "`memory.store_i32` with these is not understood"
    );
}
