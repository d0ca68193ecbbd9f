//! Listings say what lies in memory, and why.

use jit_core::calls::Strategy;
use jit_core::ir::Origin;

use crate::machine::{callee, compile, read};

#[test]
fn every_word_has_a_text_a_rule_and_an_origin() {
    let function = read(&format!(
        "function \"listed\" {{\nblock0(v0: I64, v1: I64):\n  v2 = Add v0, v1 @3\n  v3 = Call {}, [v2] @4\n  \
         GuardTrue v3, exit0, [v2] @5\n  Return v3 @6\n}}",
        callee(0, 1)
    ));
    for &strategy in Strategy::ALL {
        let code = compile(&function, strategy);
        let listing = code.listing();
        assert!(
            listing
                .windows(2)
                .all(|pair| pair[0].address + 4 == pair[1].address)
        );
        let of = |origin: u32| {
            listing
                .iter()
                .filter(move |line| line.origin == Origin(origin))
        };
        assert!(of(3).any(|line| line.text.starts_with("add x") && line.op == Some("Add")));
        assert!(
            of(4).any(|line| line.text.starts_with("bl") && line.op == Some("Call")),
            "{strategy}"
        );
        assert!(of(5).any(|line| line.rule == "exit" && line.text.starts_with("bl ")));
        assert_eq!(listing[0].rule, "prologue");
        assert_eq!(listing[0].text, "stp x29, x30, [sp, #-0x10]!");
        assert!(
            listing
                .iter()
                .any(|line| line.rule == "epilogue" && line.text == "ret")
        );
        let sites = code.table().calls();
        assert!(
            sites
                .iter()
                .all(|site| (site.return_offset as usize) < code.bytes().len())
        );
    }
}
