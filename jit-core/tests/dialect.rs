//! A dialect declared outside of jit-core: no machine forms, no Rust types, meanings in words.

use jit_core::ir::{Builder, Dialect, Function, Memory, NoMemory, Outcome, parse, verify};
use jit_macros::ops;

ops! {
    /// Trees of named things.
    dialect Trees;

    /// A tree.
    value Tree;
    value Count: u32;
    attribute Name;

    /// A leaf with a name.
    op Leaf(name: const Name) -> Tree { pure; means "the leaf with this name"; }
    /// Two trees under one root.
    op Join(left: Tree, right: Tree) -> Tree { pure; means "a tree of both"; }
    /// How many leaves the machinery says that there are.
    op Size(tree: Tree) -> Count { reads memory; means "the number of leaves"; }
    /// One more.
    op Next(count: Count) -> Count { pure; means count.wrapping_add(1); }
    /// Ends.
    op Yield(tree: Tree, count: Count) { terminator; means tree; }
}

/// Knows the one operation that words describe.
struct Leaves(NoMemory);

impl Memory for Leaves {
    fn read(&mut self, address: u64, bytes: u32) -> u64 {
        self.0.read(address, bytes)
    }
    fn write(&mut self, address: u64, bytes: u32, value: u64) {
        self.0.write(address, bytes, value);
    }
    fn call(&mut self, target: i64, arguments: &[u64]) -> u64 {
        self.0.call(target, arguments)
    }
    fn take_fault(&mut self) -> Option<jit_core::ir::Fault> {
        self.0.take_fault()
    }
    fn perform(&mut self, op: &'static str, operands: &[u64], _: &[i64]) -> Option<Outcome> {
        (op == "Size").then(|| Outcome::Value(operands[0] * 2))
    }
}

#[test]
fn prose_is_left_to_the_memory_and_words_have_their_type() {
    let mut leaves = Leaves(NoMemory::default());
    let size = Trees::evaluate(Op::Size, &[4], &[], &mut leaves);
    assert_eq!(size, Some(Outcome::Value(8)));
    assert_eq!(Trees::evaluate(Op::Leaf, &[], &[1], &mut leaves), None);
    let next = Trees::evaluate(Op::Next, &[u64::MAX], &[], &mut leaves);
    assert_eq!(next, Some(Outcome::Value(0)));
    assert_eq!(Trees::info(Op::Next).means, "count.wrapping_add(1)");
}

#[test]
fn functions_are_built_verified_printed_and_read_back() {
    let mut function = Function::<Trees>::new("pair");
    let mut builder = Builder::new(&mut function);
    let left = builder.leaf(7);
    let right = builder.leaf(8);
    let tree = builder.join(left, right);
    let size = builder.size(tree);
    builder.yield_(tree, size);
    verify(&function).expect("it is sound");
    let text = function.to_string();
    assert_eq!(parse::<Trees>(&text).expect("it reads back"), function);
}
