//! A picture of how the rules of an operation are tried: what is asked about its operands, and which rule the answers
//! lead to.
//!
//! It is drawn from the rows in the very order that the expansion tries them in. A matcher asks its questions anew for
//! each row; the picture leaves out what earlier answers have settled, so that it shows what really decides, and draws
//! what several answers lead to once. Conditions of which nothing is known are questions like all others.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Write;

use crate::model::isa::Isa;
use crate::model::ops::{OpId, Ops};
use crate::reading::RuleSet;
use crate::space::{OperationId, Pattern, Position, Row, Set};

/// How the rules of one operation are tried.
#[derive(Debug)]
pub struct Picture {
    /// The operation.
    pub name: String,
    /// What can be come to; the last node is where it begins.
    nodes: Vec<Node>,
}

/// Index of a node of a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct NodeId(usize);

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Node {
    /// A question, and where the answers lead.
    Ask {
        question: String,
        yes: NodeId,
        no: NodeId,
    },
    /// The rule that is chosen.
    Rule {
        name: String,
        /// Its template.
        words: String,
        /// Where it is declared.
        place: String,
    },
    /// No rule accepts the input.
    Nothing,
}

/// One thing that a row demands.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Test {
    /// The operand: its index, then indices within the operations nested there.
    path: Vec<usize>,
    what: What,
    /// The question in words.
    question: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum What {
    /// It is a constant of the set.
    Constant(Set),
    /// It is the foldable result of the operation.
    Definition(OperationId),
    /// A condition between constants, or a test by a function.
    Condition(String),
}

/// What is still to be asked for a row.
type Remaining = (usize, Vec<Test>);

/// Pictures of the operations of one rule set.
#[derive(Debug)]
pub struct Pictures<'a> {
    set: &'a RuleSet,
    isa: &'a Isa,
    ops: &'a Ops,
}

impl<'a> Pictures<'a> {
    /// Pictures of the rules in `set`.
    pub fn new(set: &'a RuleSet, isa: &'a Isa, ops: &'a Ops) -> Pictures<'a> {
        Pictures { set, isa, ops }
    }

    /// The operations that the set has rules for, in the order of declaration.
    pub fn operations(&self) -> Vec<OpId> {
        let has_rows = |op: &OpId| self.rows(*op).next().is_some();
        (0..self.ops.ops.len()).map(OpId).filter(has_rows).collect()
    }

    /// The picture of `op`.
    pub fn picture(&self, op: OpId) -> Picture {
        let remaining = self
            .rows(op)
            .map(|row| (row.rule, self.tests(row)))
            .collect();
        let mut drawing = Drawing {
            pictures: self,
            nodes: Vec::new(),
            known: HashMap::new(),
        };
        drawing.draw(remaining);
        Picture {
            name: self.ops[op].name.to_string(),
            nodes: drawing.nodes,
        }
    }

    /// The rows of `op`, the one that is tried first in front.
    fn rows(&self, op: OpId) -> impl Iterator<Item = &'a Row> {
        let sequence = self.set.order.sequence.iter();
        let rows = sequence.map(|row| &self.set.rows.rows[*row]);
        rows.filter(move |row| row.operation == OperationId(op.0 as u32))
    }

    fn tests(&self, row: &Row) -> Vec<Test> {
        let mut tests = Vec::new();
        let mut names = BTreeMap::new();
        let root = Nested {
            op: row.operation,
            path: Vec::new(),
            name: String::new(),
        };
        self.operands(&root, &row.operands, &mut names, &mut tests);
        let conditions = row.guards.iter().map(|guard| Test {
            path: Vec::new(),
            what: What::Condition(guard.text.clone()),
            question: self.condition(&guard.text, &names),
        });
        tests.extend(conditions);
        tests
    }

    fn operands(
        &self,
        of: &Nested,
        patterns: &[Pattern],
        names: &mut BTreeMap<Vec<usize>, String>,
        tests: &mut Vec<Test>,
    ) {
        let positions = &self.set.rows.universe.operation(of.op).operands;
        let declared = &self.ops[OpId(of.op.0 as usize)].operands;
        for (index, pattern) in patterns.iter().enumerate() {
            let path = [of.path.as_slice(), &[index]].concat();
            let name = format!("{}{}", of.name, declared[index].name);
            names.insert(path.clone(), name.clone());
            match pattern {
                Pattern::Any => {}
                Pattern::Constants(set) => {
                    let always = matches!(&positions[index], Position::Attribute { values } if values.outside(set).is_none());
                    let question = match Set::all_i64().outside(set) {
                        None => format!("{name} is a constant"),
                        Some(_) => format!("{name} is {set}"),
                    };
                    let what = What::Constant(set.clone());
                    tests.extend((!always).then_some(Test {
                        path,
                        what,
                        question,
                    }));
                }
                Pattern::Definition(op, inner) => {
                    let operation = &self.set.rows.universe.operation(*op).name;
                    tests.push(Test {
                        path: path.clone(),
                        what: What::Definition(*op),
                        question: format!("{name} is {operation}(…), foldable"),
                    });
                    let nested = Nested {
                        op: *op,
                        path,
                        name: format!("{name}."),
                    };
                    self.operands(&nested, inner, names, tests);
                }
            }
        }
    }

    /// A condition with the names of operands in place of their positions, and of kinds in place of their numbers.
    fn condition(&self, guard: &str, names: &BTreeMap<Vec<usize>, String>) -> String {
        let (test, kind) = match guard.rsplit_once(" in ") {
            Some((test, kind)) => (test, kind.parse().ok()),
            None => (guard, None),
        };
        let mut text = test.to_owned();
        // The longest positions first: `$1.0` begins with `$1`.
        for (path, name) in names.iter().rev() {
            let path: Vec<String> = path.iter().map(usize::to_string).collect();
            text = text.replace(&format!("${}", path.join(".")), name);
        }
        match kind.and_then(|kind: usize| self.isa.immediates.get(kind)) {
            Some(kind) => format!("{text} fits {}", kind.name),
            None => text,
        }
    }
}

/// An operation inside of a pattern.
struct Nested {
    op: OperationId,
    path: Vec<usize>,
    /// What stands in front of the names of its operands: `b.` if it stands at `b`.
    name: String,
}

/// A picture being drawn.
struct Drawing<'p, 'a> {
    pictures: &'p Pictures<'a>,
    nodes: Vec<Node>,
    /// What has been drawn for what is still to be asked.
    known: HashMap<Vec<Remaining>, NodeId>,
}

impl Drawing<'_, '_> {
    fn draw(&mut self, mut rows: Vec<Remaining>) -> NodeId {
        // Nothing is tried behind a row that accepts whatever is left.
        if let Some(sure) = rows.iter().position(|(_, tests)| tests.is_empty()) {
            rows.truncate(sure + 1);
        }
        if let Some(node) = self.known.get(&rows) {
            return *node;
        }
        let node = match rows.first() {
            None => Node::Nothing,
            Some((rule, tests)) => match tests.first() {
                None => self.rule(*rule),
                Some(test) => {
                    let test = test.clone();
                    let answered = |answer: bool| {
                        rows.iter()
                            .filter_map(|row| after(row, &test, answer))
                            .collect()
                    };
                    let (yes, no) = (answered(true), answered(false));
                    Node::Ask {
                        question: test.question.clone(),
                        no: self.draw(no),
                        yes: self.draw(yes),
                    }
                }
            },
        };
        let id = NodeId(
            self.nodes
                .iter()
                .position(|other| *other == node)
                .unwrap_or_else(|| {
                    self.nodes.push(node);
                    self.nodes.len() - 1
                }),
        );
        self.known.insert(rows, id);
        id
    }

    fn rule(&self, rule: usize) -> Node {
        let rule = &self.pictures.set.lowering.rules[rule];
        Node::Rule {
            name: rule.name.to_string(),
            words: rule.template_text.clone(),
            place: rule.region.place(),
        }
    }
}

/// What is left to ask for a row once `test` has been answered; none if the row is out.
fn after((rule, tests): &Remaining, test: &Test, answer: bool) -> Option<Remaining> {
    let mut left = Vec::new();
    for mine in tests {
        match settles(test, answer, mine) {
            Some(true) => {}
            Some(false) => return None,
            None => left.push(mine.clone()),
        }
    }
    Some((*rule, left))
}

/// What the answer to `asked` says about another question.
fn settles(asked: &Test, answer: bool, other: &Test) -> Option<bool> {
    if asked == other {
        return Some(answer);
    }
    if asked.path != other.path {
        return None;
    }
    match (&asked.what, &other.what, answer) {
        (What::Constant(known), What::Constant(wanted), true) => {
            if known.outside(wanted).is_none() {
                Some(true)
            } else {
                known.intersect(wanted).is_empty().then_some(false)
            }
        }
        (What::Constant(refused), What::Constant(wanted), false) => {
            wanted.outside(refused).is_none().then_some(false)
        }
        (What::Constant(_), What::Definition(_), true)
        | (What::Definition(_), What::Constant(_) | What::Definition(_), true) => Some(false),
        _ => None,
    }
}

impl Picture {
    /// How many questions there are.
    pub fn questions(&self) -> usize {
        let asks = |node: &&Node| matches!(node, Node::Ask { .. });
        self.nodes.iter().filter(asks).count()
    }

    /// As Mermaid, which code hosts render in Markdown.
    pub fn mermaid(&self) -> String {
        // Letters that the renderer would take for markup.
        let quoted = |text: &str| {
            let text = text.replace('&', "#amp;").replace('"', "#quot;");
            text.replace('<', "#lt;").replace('>', "#gt;")
        };
        let mut text = String::from("flowchart TD\n");
        for (index, node) in self.nodes.iter().enumerate().rev() {
            let _ = match node {
                Node::Ask { question, yes, no } => writeln!(
                    text,
                    "  n{index}{{\"{}?\"}}\n  n{index} -->|yes| n{}\n  n{index} -->|no| n{}",
                    quoted(question),
                    yes.0,
                    no.0
                ),
                Node::Rule { name, .. } => writeln!(text, "  n{index}([\"{}\"])", quoted(name)),
                Node::Nothing => writeln!(text, "  n{index}[\"no rule\"]"),
            };
        }
        text
    }

    /// As Graphviz takes it. Rules carry their template, and link to where they are declared, `root` being in front.
    pub fn dot(&self, root: &str) -> String {
        let quoted = |text: &str| text.replace('\\', "\\\\").replace('"', "\\\"");
        let mut text = format!(
            "digraph {} {{\n  node [fontname=\"monospace\"];\n",
            self.name
        );
        for (index, node) in self.nodes.iter().enumerate().rev() {
            let _ = match node {
                Node::Ask { question, yes, no } => writeln!(
                    text,
                    "  n{index} [shape=diamond, label=\"{}?\"];\n  n{index} -> n{} [label=\"yes\"];\n  n{index} -> n{} [label=\"no\"];",
                    quoted(question),
                    yes.0,
                    no.0
                ),
                Node::Rule { name, words, place } => writeln!(
                    text,
                    "  n{index} [shape=box, style=rounded, label=\"{}\\n{}\", URL=\"{root}{}\", tooltip=\"{place}\"];",
                    quoted(name),
                    quoted(words),
                    quoted(place.split(':').next().unwrap_or_default())
                ),
                Node::Nothing => writeln!(text, "  n{index} [shape=plaintext, label=\"no rule\"];"),
            };
        }
        text.push_str("}\n");
        text
    }
}

#[cfg(test)]
mod tests;
