//! Simplified terms have the values of plain ones; floats are what the host computes; texts are stable.

use super::evaluate::{Assignment, Bytes, Concrete, mix};
use super::{FloatOperation, Node, Operator, Sort, Term, smt};

/// Numbers without an end, the same in every run.
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 += 1;
        mix(self.0)
    }

    fn below(&mut self, end: usize) -> usize {
        (self.next() % end as u64) as usize
    }

    /// Often an edge.
    fn bits(&mut self, width: u32) -> u128 {
        match self.below(6) {
            0 => 0,
            1 => 1,
            2 => u128::MAX,
            3 => 1 << (width - 1),
            4 => self.next().into(),
            _ => u128::from(self.next()) % 70,
        }
    }
}

const WIDTH: u32 = 16;

/// A random term, simplified and plain: equal in value whatever the symbols are.
fn pair(numbers: &mut Numbers, depth: u32, width: u32) -> (Term, Term) {
    use Operator::*;
    if depth == 0 || numbers.below(8) == 0 {
        let leaf = match numbers.below(2) {
            0 => Term::bits(numbers.bits(width), width),
            _ => Term::symbol(&format!("x{}_{width}", numbers.below(3)), Sort::Bits(width)),
        };
        return (leaf, leaf);
    }
    let both = |operator, operands: &[(Term, Term)]| {
        let simplified: Vec<Term> = operands.iter().map(|pair| pair.0).collect();
        let plain: Vec<Term> = operands.iter().map(|pair| pair.1).collect();
        let plain = Term::intern(Node::Apply(operator, plain.into()));
        (Term::apply(operator, &simplified), plain)
    };
    let mut operand = |width| pair(numbers, depth - 1, width);
    let (x, y) = (operand(width), operand(width));
    let binary = [
        Add,
        Subtract,
        Multiply,
        And,
        Or,
        Xor,
        ShiftLeft,
        ShiftRightUnsigned,
        ShiftRightSigned,
        DivideUnsigned,
        DivideSigned,
    ];
    let comparisons = [
        Equal,
        LessUnsigned,
        LessEqualUnsigned,
        LessSigned,
        LessEqualSigned,
    ];
    match numbers.below(8) {
        0..=2 => both(binary[numbers.below(binary.len())], &[x, y]),
        3 => both(Not, &[x]),
        4 => {
            let condition = both(comparisons[numbers.below(comparisons.len())], &[x, y]);
            let condition = if numbers.below(2) == 0 {
                both(Not, &[condition])
            } else {
                condition
            };
            both(IfThenElse, &[condition, y, x])
        }
        5 if width == WIDTH => {
            let low = numbers.below(WIDTH as usize) as u32;
            let high = low + numbers.below((WIDTH - low) as usize) as u32;
            let part = both(Extract { high, low }, &[x]);
            match numbers.below(2) {
                0 => both(ZeroExtend(WIDTH), &[part]),
                _ => both(SignExtend(WIDTH), &[part]),
            }
        }
        6 if width == WIDTH => {
            let high = both(Extract { high: 15, low: 6 }, &[x]);
            let low = both(
                Extract { high: 5, low: 0 },
                &[if numbers.below(2) == 0 { x } else { y }],
            );
            both(Concat, &[high, low])
        }
        _ => {
            let memory = Term::symbol("memory", Sort::Memory);
            let wide = |pair: (Term, Term), memory| {
                let address = both(ZeroExtend(64), &[pair]);
                let byte = both(Extract { high: 7, low: 0 }, &[pair]);
                both(Store, &[memory, address, byte])
            };
            let memory = wide(y, wide(x, (memory, memory)));
            let address = both(ZeroExtend(64), &[if numbers.below(2) == 0 { x } else { y }]);
            let byte = both(Load, &[memory, address]);
            both(ZeroExtend(width), &[byte])
        }
    }
}

#[test]
fn simplified_terms_have_the_value_of_plain_ones() {
    let mut numbers = Numbers(1);
    for _ in 0..4000 {
        let (simplified, plain) = pair(&mut numbers, 4, WIDTH);
        for _ in 0..4 {
            let mut values = Assignment::new();
            for index in 0..3 {
                let symbol = Term::symbol(&format!("x{index}_{WIDTH}"), Sort::Bits(WIDTH));
                let value = numbers.bits(WIDTH) & 0xffff;
                values.insert(symbol, Concrete::Bits(value));
            }
            let memory = Concrete::Memory(Bytes::new(numbers.next()).into());
            values.insert(Term::symbol("memory", Sort::Memory), memory);
            let (left, right) = (simplified.evaluate(&values), plain.evaluate(&values));
            assert_eq!(left, right, "{simplified:?} for {plain:?} with {values:?}");
        }
    }
}

#[test]
fn comparisons_of_floats_are_defined_as_the_host_compares() {
    let edges = [
        0.0,
        -0.0,
        1.0,
        -1.0,
        f64::MIN_POSITIVE,
        5e-324,
        -5e-324,
        f64::MAX,
        f64::MIN,
        f64::INFINITY,
        f64::NEG_INFINITY,
    ];
    let mut values: Vec<u64> = edges.iter().map(|edge: &f64| edge.to_bits()).collect();
    values.extend([
        0x7ff0_0000_0000_0001,
        0x7ff8_0000_0000_0000,
        0xfff8_0000_0000_0000,
        u64::MAX,
    ]);
    for a in &values {
        for b in &values {
            for operation in FloatOperation::ALL
                .into_iter()
                .filter(|operation| !operation.is_arithmetic())
            {
                let [x, y] = [a, b].map(|bits| Term::bits((*bits).into(), 64));
                let defined = operation.definition(x, y).and_then(Term::truth);
                assert_eq!(
                    defined,
                    Some(operation.compute(&[*a, *b]) == 1),
                    "{operation:?} of {a:#x}, {b:#x}"
                );
            }
        }
    }
}

#[test]
fn bits_are_counted_and_turned_as_rust_does() {
    for value in [0u32, 1, 2, 0x8000_0000, 0x00f0_0000, u32::MAX, 0x1234_5678] {
        let term = Term::bits(value.into(), 32);
        assert_eq!(
            term.leading_zeros().constant(),
            Some(value.leading_zeros().into())
        );
        assert_eq!(
            term.trailing_zeros().constant(),
            Some(value.trailing_zeros().into())
        );
        assert_eq!(
            term.count_ones().constant(),
            Some(value.count_ones().into())
        );
        assert_eq!(
            term.reversed().constant(),
            Some(value.reverse_bits().into())
        );
        for by in [0u32, 1, 31, 32, 33] {
            let rotated = term.rotated_right(Term::bits(by.into(), 32));
            assert_eq!(rotated.constant(), Some(value.rotate_right(by).into()));
        }
    }
}

#[test]
fn what_was_stored_is_loaded_and_neighbours_stay() {
    let memory = Term::symbol("memory", Sort::Memory);
    let base = Term::symbol("base", Sort::Bits(64));
    let value = Term::symbol("value", Sort::Bits(32));
    let stored = memory.store(base.plus(Term::word(8)), value);
    assert_eq!(stored.load(base.plus(Term::word(8)), 4), value);
    assert_eq!(stored.load(base, 8), memory.load(base, 8));
    assert_eq!(
        stored.load(base.minus(Term::word(-12)), 1),
        memory.load(base.plus(Term::word(12)), 1)
    );
}

#[test]
fn a_query_has_one_text() {
    let x = Term::symbol("a b", Sort::Bits(64));
    let y = Term::symbol("y", Sort::Bits(64));
    let sum = x.plus(y);
    let float = Term::float(FloatOperation::Less, &[x, y]);
    let script = smt::query(&[sum.times(sum).equals(y.plus(x)), float]);
    assert!(
        script.starts_with(
            "(set-logic QF_AUFBV)\n(declare-fun y () (_ BitVec 64))\n(declare-fun |a b| ()"
        ),
        "{script}"
    );
    assert_eq!(script.matches("(bvadd ").count(), 1, "{script}");
    assert!(
        script.contains("(define-fun float_less ((a (_ BitVec 64))"),
        "{script}"
    );
    assert_eq!(smt::digest(""), 0x6c62272e07bb014262b821756295c58d);
}

#[test]
fn a_function_is_declared_for_each_number_of_arguments() {
    let x = Term::symbol("x", Sort::Bits(64));
    let call = |arguments: &[Term]| Term::call("call", arguments, Sort::Bits(64));
    let script = smt::query(&[call(&[x]).equals(call(&[x, x]))]);
    for arguments in ["(_ BitVec 64)", "(_ BitVec 64) (_ BitVec 64)"] {
        let declared = format!("(declare-fun call ({arguments}) (_ BitVec 64))\n");
        assert_eq!(script.matches(&declared).count(), 1, "{script}");
    }
}

#[test]
fn products_of_extended_factors_are_computed_where_they_fit() {
    let (x, y) = (
        Term::symbol("x", Sort::Bits(4)),
        Term::symbol("y", Sort::Bits(3)),
    );
    for signed in [false, true] {
        let product = x.resized(16, signed).times(y.resized(16, signed));
        let narrow = x.resized(7, signed).times(y.resized(7, signed));
        assert_eq!(product, narrow.resized(16, signed));
        let factors = [x.resized(16, signed), y.resized(16, signed)];
        let plain = Term::intern(Node::Apply(Operator::Multiply, factors.into()));
        for (a, b) in (0..16).flat_map(|a| (0..8).map(move |b| (a, b))) {
            let values = Assignment::from([(x, Concrete::Bits(a)), (y, Concrete::Bits(b))]);
            assert_eq!(product.evaluate(&values), plain.evaluate(&values));
        }
    }
    let mixed = x.sign_extended(16).times(y.zero_extended(16));
    assert!(matches!(mixed.node(), Node::Apply(Operator::Multiply, _)));
}
