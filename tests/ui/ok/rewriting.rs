//! Every statement of `rewriting!`.

#[path = "../machine.rs"]
mod machine;

mod simplify {
    jit_macros::rewriting! {
        rewriting Simplify for crate::machine::ops;

        fold { Add, Sub, Shl }

        for (Op) in [(Sub), (Shl), (Add)] {
            /// A constant that changes nothing.
            rule nothing { when Op(a, 0); becomes a; }
        }

        /// A value less itself.
        rule itself { when Sub(a, a); becomes 0; }

        /// A difference is a sum.
        rule as_sum { when Sub(a, b: const I64); if b != 0; becomes Add(a, -b); }

        prefer itself over difference_of_sum;

        /// Two constants become one.
        rule sums { when Add(Add(a, b: const I64), c: const I64); if c != 0; becomes Add(a, b + c); }

        /// In two steps.
        rule difference_of_sum {
            when Sub(a, Add(b, c: const I64));
            if c < 0;
            becomes { let difference = Sub(a, b); Add(difference, -c) }
        }

        /// Passes.
        rule passes { when GuardTrue(condition: const I64, _, _); if condition != 0; becomes nothing; }
    }
}

fn main() {
    let set = &simplify::REWRITE_SET;
    assert_eq!(set.rules.len(), 8);
    assert_eq!(set.rules[7].text.pattern, "GuardTrue(condition: const I64, _, _)");
    assert_eq!(set.rules[7].text.right, "nothing");
}
