//! The pictures of the real rules: they decide as trying rule after rule does, and the page of them is current.

use std::path::{Path, PathBuf};

use super::*;
use crate::source::{self, Specs};
use crate::space::{Relations, Shape, Witness};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn specs() -> Specs {
    source::read(&root().join("specs"), "specs/").unwrap_or_else(|error| panic!("{error}"))
}

/// Whether a test holds for an input, conditions being as said.
fn holds(test: &Test, shapes: &[Shape], conditions: bool) -> bool {
    fn at<'s>(shapes: &'s [Shape], path: &[usize]) -> Option<&'s Shape> {
        let (first, rest) = path.split_first()?;
        let shape = shapes.get(*first)?;
        match (rest, shape) {
            ([], shape) => Some(shape),
            (rest, Shape::Definition(_, inner)) => at(inner, rest),
            _ => None,
        }
    }
    match (&test.what, at(shapes, &test.path)) {
        (What::Condition(_), _) => conditions,
        (What::Constant(set), Some(Shape::Constant(example))) => set.contains(*example),
        (What::Definition(op), Some(Shape::Definition(other, _))) => op == other,
        _ => false,
    }
}

/// The rule that a picture leads to, found by its questions.
fn walk(
    pictures: &Pictures<'_>,
    op: OpId,
    picture: &Picture,
    shapes: &[Shape],
    conditions: bool,
) -> Option<String> {
    let tests: Vec<Test> = pictures
        .rows(op)
        .flat_map(|row| pictures.tests(row))
        .collect();
    let answer = |question: &str| {
        let asked = tests.iter().find(|test| test.question == question);
        holds(
            asked.expect("a question that some row asks"),
            shapes,
            conditions,
        )
    };
    let mut node = picture.nodes.last()?;
    loop {
        node = match node {
            Node::Ask { question, yes, no } => {
                &picture.nodes[if answer(question) { yes.0 } else { no.0 }]
            }
            Node::Rule { name, .. } => return Some(name.clone()),
            Node::Nothing => return None,
        };
    }
}

#[test]
fn pictures_decide_as_trying_each_rule_in_order_does() {
    let specs = specs();
    let mut inputs = 0;
    for set in &specs.sets {
        let pictures = Pictures::new(set, &specs.isa, &specs.ops);
        let relations = Relations::new(&set.rows.universe, &set.rows.impossible);
        for op in pictures.operations() {
            let picture = pictures.picture(op);
            let rows: Vec<&Row> = pictures.rows(op).collect();
            // An input for each row, for each pair that meets, and one that nobody takes.
            let mut witnesses: Vec<Witness> = Vec::new();
            for (index, row) in rows.iter().enumerate() {
                witnesses.extend(relations.example(row));
                witnesses.extend(
                    rows[..index]
                        .iter()
                        .filter_map(|other| relations.overlap(row, other)),
                );
            }
            witnesses.extend(relations.uncovered(OperationId(op.0 as u32), &rows));
            for witness in &witnesses {
                for conditions in [false, true] {
                    let taken = rows.iter().find(|row| {
                        let tests = pictures.tests(row);
                        tests
                            .iter()
                            .all(|test| holds(test, &witness.operands, conditions))
                    });
                    let expected = taken.map(|row| set.lowering.rules[row.rule].name.to_string());
                    let found = walk(&pictures, op, &picture, &witness.operands, conditions);
                    assert_eq!(found, expected, "{}", witness.print(&set.rows.universe));
                    inputs += 1;
                }
            }
        }
    }
    assert!(inputs > 500, "{inputs} inputs only");
}

fn page(specs: &Specs) -> String {
    let mut page = String::from(
        "# Decisions\n\n\
         What is asked about the operands of each operation, and which rule the answers lead to; written from the \
         declarations, in the order in which the generated code tries the rules. Questions that earlier answers have \
         settled are left out. `b.n` is the operand `n` of the operation that stands at `b`. Rules and their templates are listed \
         in [`rules.md`](rules.md); `cargo xtask picture Add` draws one operation with templates. Operations with one \
         rule that accepts everything have no picture.\n",
    );
    for set in &specs.sets {
        let pictures = Pictures::new(set, &specs.isa, &specs.ops);
        let drawn = pictures
            .operations()
            .into_iter()
            .map(|op| pictures.picture(op));
        let drawn: Vec<Picture> = drawn.filter(|picture| picture.questions() > 0).collect();
        if drawn.is_empty() {
            continue;
        }
        page += &format!("\n## {}\n", set.lowering.name);
        for picture in drawn {
            page += &format!(
                "\n### {}\n\n```mermaid\n{}```\n",
                picture.name,
                picture.mermaid()
            );
        }
    }
    page
}

/// `ARMJIT_BLESS=1` writes the page.
#[test]
fn the_page_of_pictures_is_current() {
    let path = root().join("specs/docs/decisions.md");
    let page = page(&specs());
    if std::env::var_os("ARMJIT_BLESS").is_some() {
        std::fs::write(&path, &page).expect("the page can be written");
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        written == page,
        "run this test with ARMJIT_BLESS=1 to write the page"
    );
}

#[test]
fn conditions_name_operands_and_kinds() {
    let specs = specs();
    let pictures = Pictures::new(&specs.sets[0], &specs.isa, &specs.ops);
    let names = [(vec![1], "b".to_owned()), (vec![1, 0], "b.n".to_owned())].into();
    let mut kinds = specs.isa.immediates.iter();
    let bits = kinds
        .position(|kind| kind.name == "Bits64")
        .expect("there is Bits64");
    assert_eq!(
        pictures.condition(&format!("!$1 in {bits}"), &names),
        "!b fits Bits64"
    );
    assert_eq!(
        pictures.condition("power_of_two($1.0)", &names),
        "power_of_two(b.n)"
    );
}

#[test]
fn letters_that_are_markup_are_quoted() {
    let picture = Picture {
        name: "Less".into(),
        nodes: vec![
            Node::Nothing,
            Node::Ask {
                question: "a < \"b\" & c".into(),
                yes: NodeId(0),
                no: NodeId(0),
            },
        ],
    };
    assert!(
        picture
            .mermaid()
            .contains("n1{\"a #lt; #quot;b#quot; #amp; c?\"}")
    );
    assert!(picture.dot("").contains("label=\"a < \\\"b\\\" & c?\""));
}
