//! What each word of a declaration leads to, without a machine or a dialect behind it.

use super::*;

fn texts(words: &str) -> BTreeSet<String> {
    words.split_whitespace().map(str::to_owned).collect()
}

/// What a set of rules knows, the declarations being in `machine`, `dialect` and, for right sides, `words`.
struct Declared {
    dialect: TokenStream,
    to: TokenStream,
}

impl Declared {
    fn new() -> Declared {
        Declared {
            dialect: quote!(dialect),
            to: quote!(words),
        }
    }

    /// What lowering rules may name.
    fn lowering(&self) -> Known<'_> {
        Known {
            machine: Some(quote!(machine)),
            kinds: texts("Gpr Imm12"),
            instructions: texts("add cset eq"),
            ..self.rules()
        }
    }

    /// What rules from one dialect to another may name.
    fn rewriting(&self) -> Known<'_> {
        Known {
            to: Some(Operations {
                path: &self.to,
                names: texts("LoadWord"),
            }),
            given: Some((quote!(given), texts("frame"))),
            ..self.rules()
        }
    }

    fn rules(&self) -> Known<'_> {
        Known {
            ops: Some(Operations {
                path: &self.dialect,
                names: texts("Add Shl"),
            }),
            types: (quote!(dialect::Type), texts("I64")),
            own: (&["prefer", "over"], texts("small large")),
            ..Known::default()
        }
    }
}

/// What the words of `text` lead to, rule by rule: the bound names, and the paths in their order.
fn found(text: &str, known: &Known<'_>) -> Vec<(String, String)> {
    let scopes = find(&text.parse().expect("Rust tokens"), known).scopes;
    let scopes = scopes.iter().map(|(bound, statements)| {
        let bound: Vec<String> = bound.iter().map(Ident::to_string).collect();
        let paths = statements.iter().map(|statement| {
            let text = statement.to_string().replace(' ', "");
            let path = text
                .strip_prefix("let_=")
                .or_else(|| text.strip_prefix("let_:"));
            let path = path.and_then(|path| path.strip_suffix(';'));
            path.unwrap_or_else(|| panic!("{text}")).to_owned()
        });
        (bound.join(" "), paths.collect::<Vec<_>>().join(" "))
    });
    let is_empty = |(bound, paths): &(String, String)| bound.is_empty() && paths.is_empty();
    scopes.filter(|scope| !is_empty(scope)).collect()
}

/// What the words of a single rule that lowers lead to.
#[track_caller]
fn rule(statements: &str, bound: &str, paths: &str) {
    let text = format!("rule it {{ {statements} }}");
    let expected = [(bound.to_owned(), paths.to_owned())];
    assert_eq!(found(&text, &Declared::new().lowering()), expected);
}

/// What the words outside of rules lead to.
#[track_caller]
fn outside(text: &str, paths: &str) {
    let found = found(text, &Declared::new().lowering());
    let paths_found: Vec<&str> = found.iter().map(|(_, paths)| paths.as_str()).collect();
    assert_eq!(paths_found.join(" "), paths);
    assert!(found.iter().all(|(bound, _)| bound.is_empty()), "{found:?}");
}

#[test]
fn a_pattern_names_operations_kinds_and_types_and_binds() {
    rule(
        "when Add(a: Gpr, Shl(b, n: Imm12)) -> d: Gpr;",
        "a b n d",
        "dialect::Op::Add a machine::Gpr dialect::Op::Shl b n machine::Imm12 d machine::Gpr",
    );
    rule(
        "when Add(a: const I64, 4) -> d: Gpr;",
        "a d",
        "dialect::Op::Add a dialect::Type::I64 d machine::Gpr",
    );
    // An underscore binds nothing and leads nowhere.
    rule("when Add(_, b);", "b", "dialect::Op::Add b");
}

#[test]
fn conditions_and_computed_constants_name_what_is_bound() {
    rule(
        "when Shl(a, b); if b < 4 && power_of_two(b); let n: Imm12 = b; if n in Imm12;",
        "a b n",
        "dialect::Op::Shl a b b power_of_two b n machine::Imm12 b n in machine::Imm12"
            .replace(" in ", " ")
            .as_str(),
    );
}

#[test]
fn a_line_begins_with_a_mnemonic_whatever_is_bound() {
    // What a rule binds is never an instruction, but at the beginning of a line nothing else stands.
    rule(
        "when Shl(add, eq); emit { ; add X(add), X(eq) ; cset X(add), eq }",
        "add eq",
        "dialect::Op::Shl add eq __statements::emit machine::add X add X eq machine::cset X add eq",
    );
    // A condition code is an instruction's where no name is in the way.
    rule(
        "when Shl(a, b); emit { ; cset X(a), eq ; again: }",
        "a b again",
        "dialect::Op::Shl a b __statements::emit machine::cset X a machine::eq again",
    );
}

#[test]
fn half_a_word_leads_to_where_it_could() {
    rule("when Ad(a: Gp);", "a", "dialect::Op::Ad a machine::Gp");
    rule(
        "when Add(a: const I6);",
        "a",
        "dialect::Op::Add a dialect::Type::I6",
    );
    rule(
        "when Add(a, b); emit { ; ad X(c) }",
        "a b",
        "dialect::Op::Add a b __statements::emit machine::ad X c",
    );
    outside(
        "prefer smal over large;",
        "__items::prefer __names::smal __names::large",
    );
    outside("total { Ad }", "__items::total dialect::Op::Ad");
    // Words of Rust could not be paths; those of the language are what stands at a statement's beginning.
    rule(
        "when Add(self, type); narrow; bytes 4;",
        "",
        "dialect::Op::Add __statements::narrow __statements::bytes",
    );
}

#[test]
fn lists_and_preferences_stand_outside_of_rules() {
    outside(
        "total { Add } partial { Shl, Mul } prefer small, large over small;",
        "__items::total dialect::Op::Add __items::partial dialect::Op::Shl dialect::Op::Mul __items::prefer __names::small __names::large __names::small",
    );
    // A rule behind a list is not part of it, nor is what stands between rules part of them.
    let text = "total { Add } rule one { when Add(a, b); } prefer small over large; rule other { when Shl(c, d); }";
    let scopes = found(text, &Declared::new().lowering());
    let expected = [
        ("", "__items::total dialect::Op::Add"),
        ("a b", "dialect::Op::Add a b"),
        ("", "__items::prefer __names::small __names::large"),
        ("c d", "dialect::Op::Shl c d"),
    ];
    let expected = expected.map(|(bound, paths)| (bound.to_owned(), paths.to_owned()));
    assert_eq!(scopes, expected);
}

#[test]
fn a_family_binds_its_names_in_all_of_its_rules() {
    let text = "for (Op, line) in [(Add, add), (Shl, sh)] {
        rule one { when Op(a, b: Imm12); emit { ; line X(a), b } }
        rule other { when Op(c, Op(line, e)); }
    } rule behind { when Op(a); }";
    let scopes = found(text, &Declared::new().lowering());
    let expected = [
        // What the table says of lines is an instruction, and what is capital an operation.
        (
            "",
            "dialect::Op::Add machine::add dialect::Op::Shl machine::sh",
        ),
        (
            "Op line a b",
            "Op a b machine::Imm12 __statements::emit line X a b",
        ),
        // A name of the family is the family's wherever it stands.
        ("Op line c e", "Op c Op line e"),
        ("a", "dialect::Op::Op a"),
    ];
    let expected = expected.map(|(bound, paths)| (bound.to_owned(), paths.to_owned()));
    assert_eq!(scopes, expected);
}

#[test]
fn right_sides_name_the_other_dialect_and_what_is_given() {
    let declared = Declared::new();
    let rewriting = |text: &str| found(text, &declared.rewriting());
    let one = |bound: &str, paths: &str| vec![(bound.to_owned(), paths.to_owned())];
    assert_eq!(
        rewriting(
            "rule it { when Add(a, b: const I64); becomes { let x = LoadWord(frame, b); Add(x, a) } }"
        ),
        one(
            "a b x",
            "dialect::Op::Add a b dialect::Type::I64 x words::Op::LoadWord given::frame b words::Op::Add x a"
        )
    );
    // Half an operation is one of the other dialect; half a value is whatever is in scope.
    assert_eq!(
        rewriting("rule it { when Add(a, b); becomes Loa(fra, a); }"),
        one("a b", "dialect::Op::Add a b words::Op::Loa fra a")
    );
    // What is given has no name on the left.
    assert_eq!(
        rewriting("rule it { when Add(frame, b); if frame == b; becomes frame; }"),
        one("frame b", "dialect::Op::Add frame b frame b frame")
    );
}

/// Rewriting within one dialect, where both sides name the same one.
#[test]
fn without_another_dialect_right_sides_name_their_own() {
    let declared = Declared::new();
    assert_eq!(
        found(
            "rule it { when Add(a, a); becomes Shl(a, 1); }",
            &declared.rules()
        ),
        [(
            "a".to_owned(),
            "dialect::Op::Add a a dialect::Op::Shl a".to_owned()
        )]
    );
}

#[test]
fn everything_is_in_one_function_that_only_editors_see() {
    let declared = Declared::new();
    let tokens: TokenStream = "total { Add } rule it { when Shl(a, b); becomes frame; }"
        .parse()
        .expect("Rust tokens");
    let text = find(&tokens, &declared.rewriting()).expand().to_string();
    let text = text.replace(' ', "");
    let inside = "usegiven::*;let_:__items::total;let_=dialect::Op::Add;{leta=();letb=();let_=dialect::Op::Shl;let_=a;let_=b;let_:given::frame;}}";
    assert!(text.contains("fn__words()"), "{text}");
    assert!(text.contains(inside), "{text}");
}

#[test]
fn idents_are_the_words_of_one_level() {
    let tokens: TokenStream = "a, (b), 1 c".parse().expect("Rust tokens");
    let words: Vec<String> = idents(&tokens).iter().map(Ident::to_string).collect();
    assert_eq!(words, ["a", "c"]);
}
