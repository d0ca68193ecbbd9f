//! Several functions in one: which of them is carried out, the first argument says. They share the other parameters, and
//! between them and everything that lies behind the hot code stands code that nobody runs.

use jit_core::ir::{Block, BlockCall, Builder, Function, Value};
use jit_core::specs::ops::{Build, Lir, Type};

use crate::made::function::{Case, Style};

/// How many integers, and how many floats, can be passed.
const ARGUMENTS: usize = 8;
/// The code of one more reference.
const RETAIN_BYTES: usize = 16;
/// The types, each with a place among those that are counted.
const TYPES: [Type; 3] = [Type::I64, Type::I32, Type::F64];

/// One of the functions.
pub struct Member {
    pub case: Case,
    pub style: Style,
}

/// Functions that share their parameters.
pub struct Together {
    pub members: Vec<Member>,
    /// How many parameters of each type are shared.
    counts: [usize; TYPES.len()],
}

/// How many of these types there are.
fn counts(types: &[Type]) -> [usize; TYPES.len()] {
    TYPES.map(|ty| types.iter().filter(|other| **other == ty).count())
}

impl Together {
    /// Adds a function to the last of these, or to a new one if its parameters cannot be passed with those of the others.
    pub fn add(all: &mut Vec<Together>, member: Member) {
        let own = counts(&member.case.types);
        let with = |other: &Together| {
            let mut most = own;
            for (most, other) in most.iter_mut().zip(other.counts) {
                *most = (*most).max(other);
            }
            // One integer says which function it is.
            let fits = 1 + most[0] + most[1] <= ARGUMENTS && most[2] <= ARGUMENTS;
            fits.then_some(most)
        };
        if let Some(last) = all.last_mut()
            && let Some(most) = with(last)
        {
            last.counts = most;
            last.members.push(member);
            return;
        }
        all.push(Together {
            members: vec![member],
            counts: own,
        });
    }

    fn types(&self) -> Vec<Type> {
        let shared = TYPES.into_iter().zip(self.counts);
        let shared = shared.flat_map(|(ty, count)| vec![ty; count]);
        std::iter::once(Type::I64).chain(shared).collect()
    }

    /// For each parameter of one of the functions, the shared one.
    fn places(&self, types: &[Type]) -> Vec<usize> {
        let mut next = [1, 1 + self.counts[0], 1 + self.counts[0] + self.counts[1]];
        let place = |ty: &Type| {
            let next = &mut next[TYPES.iter().position(|other| other == ty).unwrap_or(0)];
            *next += 1;
            *next - 1
        };
        types.iter().map(place).collect()
    }

    /// The function, with so many bytes that nobody runs, and the types of its parameters.
    pub fn function(&self, bytes: usize) -> (Function<Lir>, Vec<Type>) {
        let types = self.types();
        let mut function = Function::new("together");
        let params: Vec<Value> = types
            .iter()
            .map(|&ty| function.add_param(Block::ENTRY, ty))
            .collect();
        let mut builder = Builder::<Lir>::new(&mut function);
        for (number, Member { case, .. }) in self.members.iter().enumerate() {
            let number = builder.iconst(number as i64);
            let is_it = builder.eq(params[0], number);
            let (begin, others) = (builder.create_block(), builder.create_block());
            builder.branch(is_it, BlockCall::from(begin), BlockCall::from(others));
            let places = self.places(&case.types);
            let own: Vec<Value> = places.iter().map(|&place| params[place]).collect();
            copy(&mut builder, &case.function, begin, &own);
            builder.switch_to(others);
        }
        // Nobody comes here. No other operation takes as much code, and needs as little of the allocator.
        for _ in 0..bytes.div_ceil(RETAIN_BYTES) {
            builder.retain(params[0]);
        }
        builder.return_(params[0]);
        (function, types)
    }

    /// The arguments by which the function with this number gets these.
    pub fn arguments(&self, number: usize, types: &[Type], words: &[u64]) -> Vec<u64> {
        let mut all = vec![0; self.types().len()];
        all[0] = number as u64;
        for (place, word) in self.places(types).into_iter().zip(words) {
            all[place] = *word;
        }
        all
    }
}

/// Writes a function again, from the block `begin` on.
fn copy(builder: &mut Builder<'_, Lir>, source: &Function<Lir>, begin: Block, params: &[Value]) {
    let mut values: Vec<Option<Value>> = vec![None; source.value_count()];
    for (param, value) in source.params().iter().zip(params) {
        values[param.index()] = Some(*value);
    }
    let blocks: Vec<Block> = source
        .blocks()
        .map(|block| match (block, source[block].cold) {
            (Block::ENTRY, _) => begin,
            (_, true) => builder.create_cold_block(),
            (_, false) => builder.create_block(),
        })
        .collect();
    for block in source.blocks().skip(1) {
        for &param in &source[block].params {
            let ty = source.value_type(param);
            values[param.index()] = Some(builder.add_param(blocks[block.index()], ty));
        }
    }
    for block in source.blocks() {
        builder.switch_to(blocks[block.index()]);
        for &inst in &source[block].insts {
            let data = &source[inst];
            let known = |value: &Value| values[value.index()].expect("definitions come first");
            let targets = data.targets.iter().map(|target| {
                let args: Vec<Value> = target.args.iter().map(known).collect();
                BlockCall::new(blocks[target.block.index()], args)
            });
            let targets: Vec<BlockCall> = targets.collect();
            let args: Vec<Value> = data.args.iter().map(known).collect();
            let attributes = data.attributes.iter().copied();
            let made = builder.emit(data.op, args, attributes, targets);
            if let Some(result) = data.result {
                values[result.index()] = made;
            }
        }
    }
}
