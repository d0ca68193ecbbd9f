//! Call strategies: the same results under each, the sizes that are declared, and fallbacks where targets are far.

use jit_core::calls::{Choice, Place, Strategy};
use jit_core::code::ArenaOptions;
use jit_core::compile::{CompiledCode, Options};
use jit_core::ir::{Builder, Function};
use jit_core::specs::ops::{Build, Lir, Type};

use crate::machine::{
    KINDS, callee, check_sizes, compile, compiler, execute, interpret, other_compiler,
    parameter_types, read,
};

/// Calls targets as often as `counts` says, and adds up what they answer.
fn caller(counts: &[usize]) -> Function<Lir> {
    let mut function = Function::new("caller");
    let mut builder = Builder::<Lir>::new(&mut function);
    let entry = builder.block();
    let seed = builder.add_param(entry, Type::I64);
    let mut sum = builder.iconst(0);
    for (target, &count) in counts.iter().enumerate() {
        let address = callee(target % KINDS, 1 + target / KINDS);
        for _ in 0..count {
            let arguments = vec![seed; 1 + target / KINDS];
            let word = builder.call(address as i64, &arguments);
            sum = builder.add(sum, word);
        }
    }
    builder.return_(sum);
    function
}

/// How many bytes the calls of a function take by declaration, if one form is used for all of them.
fn declared(code: &CompiledCode) -> Option<u64> {
    let Choice::One(form) = code.strategy().info().choice else {
        return None;
    };
    // An emulator that fills the surroundings of the program leaves no place for an arena there.
    let targets_reached = compiler().space().reaches(callee(0, 1));
    if form.links.iter().any(|link| link.to == Place::Target) && !targets_reached {
        return None;
    }
    let parts = code.parts();
    // Building the address of a callee takes as many words as it has chunks that are not zero.
    let address = callee(0, 1) as u64;
    let words = (0..4)
        .filter(|chunk| (address >> (16 * chunk)) as u16 != 0)
        .count() as u64;
    Some((form.size)(
        parts.site_count as u64,
        parts.target_count as u64,
        words,
    ))
}

#[test]
fn every_strategy_computes_the_same_in_the_declared_size() {
    for counts in [
        vec![1],
        vec![5],
        vec![3, 3, 3, 3],
        vec![4; 16],
        vec![40, 3, 7],
    ] {
        let function = caller(&counts);
        let types = parameter_types(&function);
        let expected = interpret(&function, &[99]).expect("it ends");
        for &strategy in Strategy::ALL {
            let code = compile(&function, strategy);
            assert_eq!(execute(&code, &types, &[99]), expected, "{strategy}");
            let parts = code.parts();
            assert_eq!(parts.site_count, counts.iter().sum::<usize>());
            assert_eq!(parts.target_count, counts.len());
            // Where thresholds do not interfere, the formula is the size; callees of one process have alike addresses.
            let pays = counts.iter().all(|&count| count >= 3);
            if let Some(declared) = declared(&code).filter(|_| pays) {
                let measured = parts.sites + parts.stubs + parts.pools;
                assert_eq!(measured as u64, declared, "{strategy} {counts:?}");
            }
        }
    }
}

#[test]
fn every_call_is_a_site_that_its_return_address_finds() {
    let function = read(&format!(
        "function \"sites\" {{\nblock0(v0: I64):\n  v1 = Call {0}, [v0] @5\n  v2 = CallIndirect v1, [] @6\n  \
         GuardTrue v2, exit0, [] @7\n  v3 = Call {0}, [v2] @8\n  Release v3 @9\n  Return v3\n}}",
        callee(0, 1)
    ));
    for &strategy in Strategy::ALL {
        let code = compile(&function, strategy);
        let calls = code.table().calls();
        let origins: Vec<u32> = calls
            .iter()
            .filter(|call| call.origin.is_some())
            .map(|call| call.origin.0)
            .collect();
        assert_eq!(origins, [5, 6, 8, 9], "{strategy}");
        let local_exit = calls.iter().find(|call| !call.origin.is_some());
        assert_eq!(local_exit.map(|call| call.rule), Some("local_exit"));
        for call in calls {
            let (table, found) = compiler()
                .find_call(code.entry() + call.return_offset as usize)
                .expect("every site is known");
            assert_eq!((table.name.as_str(), &found), ("sites", call));
        }
        assert_eq!(calls[1].target, None);
        assert_eq!(calls[0].target, Some(callee(0, 1) as u64));
    }
}

#[allow(clippy::too_many_arguments, reason = "as many as go in registers")]
extern "C" fn weigh(
    a: u64,
    b: u64,
    c: u64,
    d: u64,
    e: u64,
    f: u64,
    g: u64,
    h: u64,
    i: f64,
    j: f64,
    k: f64,
    l: f64,
    m: f64,
    n: f64,
    o: f64,
    p: f64,
) -> f64 {
    let words = (1..).zip([a, b, c, d, e, f, g, h]);
    let floats = (1u8..).zip([i, j, k, l, m, n, o, p]);
    let words: u64 = words.map(|(weight, word)| weight * word).sum();
    let floats: f64 = floats
        .map(|(weight, float)| f64::from(weight) * float)
        .sum();
    words as f64 + floats
}

#[test]
fn sixteen_arguments_arrive_and_floats_come_back() {
    let mut function = Function::<Lir>::new("weigh");
    let mut builder = Builder::<Lir>::new(&mut function);
    let entry = builder.block();
    let word = builder.add_param(entry, Type::I64);
    let float = builder.add_param(entry, Type::F64);
    let (mut words, mut floats) = (vec![word], vec![float]);
    for _ in 1..8 {
        words.push(builder.add(words[words.len() - 1], word));
        floats.push(builder.f_add(floats[floats.len() - 1], float));
    }
    // Taking turns, and backwards: the convention counts each kind by itself.
    let arguments: Vec<_> = words
        .iter()
        .rev()
        .zip(floats.iter().rev())
        .flat_map(|(&a, &b)| [b, a])
        .collect();
    let direct = builder.call_float(weigh as *const () as i64, &arguments);
    let bits = builder.float_to_bits(direct);
    let target = builder.iconst(callee(2, 2) as i64);
    let hidden = builder.add(target, word);
    let target = builder.sub(hidden, word);
    let indirect = builder.call_indirect(target, &[bits, word]);
    builder.return_(indirect);
    let types = parameter_types(&function);
    let expected = {
        let words: u64 = (1..=8u64).map(|index| (9 - index) * 3 * index).sum();
        let floats: f64 = (1..=8)
            .map(|index| f64::from(9 - index) * 0.5 * f64::from(index))
            .sum();
        (words as f64 + floats).to_bits()
    };
    for &strategy in Strategy::ALL {
        let run = execute(
            &compile(&function, strategy),
            &types,
            &[3, 0.5f64.to_bits()],
        );
        assert_eq!(run.calls, [(callee(2, 2), vec![expected, 3])], "{strategy}");
    }
}

/// An arena that no branch to the callees leaves.
fn far_away() -> ArenaOptions {
    let callee = callee(0, 0);
    let at = if callee > 1 << 40 {
        0x20_0000_0000
    } else {
        0x40_0000_0000
    };
    ArenaOptions {
        at: Some(at),
        ..ArenaOptions::default()
    }
}

#[test]
fn fallbacks_take_over_where_targets_are_out_of_reach() {
    let compiler = other_compiler(&far_away());
    assert!(!compiler.space().reaches(callee(0, 1)));
    let function = caller(&[1, 2, 3, 9]);
    let types = parameter_types(&function);
    let expected = interpret(&function, &[3]).expect("it ends");
    for &strategy in Strategy::ALL {
        let code = compiler
            .compile(&function, &Options { strategy, tag: 1 })
            .expect("it compiles");
        check_sizes(&code);
        assert_eq!(execute(&code, &types, &[3]), expected, "{strategy}");
        if strategy.name() == "near_bl" {
            assert!(code.parts().stubs > 0, "calls go through stubs");
        }
    }
}

#[test]
fn exits_work_out_of_reach_too() {
    let compiler = other_compiler(&ArenaOptions {
        at: far_away().at.map(|address| address + (1 << 36)),
        ..ArenaOptions::default()
    });
    let function =
        read("function \"f\" {\nblock0(v0: I64):\n  GuardTrue v0, exit5, [v0]\n  Return v0\n}");
    let types = parameter_types(&function);
    for &strategy in Strategy::ALL {
        let code = compiler
            .compile(&function, &Options { strategy, tag: 1 })
            .expect("it compiles");
        assert_eq!(execute(&code, &types, &[0]).exit, Some((5, vec![0])));
        assert_eq!(execute(&code, &types, &[6]).returned, Some(6));
    }
}

#[cfg(feature = "call-arena-stub")]
#[test]
fn arena_stubs_are_shared_and_go_with_the_last_user() {
    let strategy = jit_core::specs::calls::arena_stub();
    let compiler = other_compiler(&ArenaOptions::default());
    let empty = compiler.space().usage().used;
    let compile = || {
        let code = compiler.compile(&caller(&[2, 2]), &Options { strategy, tag: 0 });
        code.expect("it compiles")
    };
    let first = compile();
    let with_one = compiler.space().usage().used;
    let second = compile();
    let with_two = compiler.space().usage().used;
    assert_eq!(first.stubs().len(), 2);
    assert_eq!(first.stubs()[0].address(), second.stubs()[0].address());
    assert!(
        with_two - with_one < with_one - empty,
        "the stubs are not there twice"
    );
    drop(first);
    drop(second);
    assert_eq!(compiler.space().usage().used, empty);
}

#[test]
fn a_full_arena_is_an_error_that_says_so() {
    let compiler = other_compiler(&ArenaOptions {
        capacity: 64 << 10,
        ..ArenaOptions::default()
    });
    let function = caller(&[400, 400, 400]);
    let mut kept = Vec::new();
    let error = loop {
        match compiler.compile(&function, &Options::default()) {
            Ok(code) => kept.push(code),
            Err(error) => break error,
        }
        assert!(kept.len() < 100, "64 KiB hold only so much");
    };
    let text = error.to_string();
    assert!(text.contains("caller") && text.contains("full"), "{text}");
    // What is there still works, and there is room again once it goes.
    kept.clear();
    compiler
        .compile(&function, &Options::default())
        .expect("there is room again");
}
