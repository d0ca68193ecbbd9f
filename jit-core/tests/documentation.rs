//! The reference pages of LIR and its rules, written from the declarations and kept current.

use std::path::Path;

use jit_core::ir::{Dialect, Effects, OpInfo, OperandKind};
use jit_core::machine::RuleInfo;
use jit_core::specs::lowering::RULE_SETS;
use jit_core::specs::ops::Lir;

fn signature(info: &OpInfo<Lir>) -> String {
    let operand = |operand: &jit_core::ir::OperandInfo<Lir>| {
        let name = operand.name;
        match operand.kind {
            OperandKind::Value(ty) => format!("{name}: {}", Lir::type_name(ty)),
            OperandKind::Const(kind) => format!("{name}: const {kind}"),
            OperandKind::List => format!("{name}: list"),
            OperandKind::Block => format!("{name}: block"),
        }
    };
    let operands: Vec<String> = info.operands.iter().map(operand).collect();
    let result = info
        .result
        .map_or(String::new(), |ty| format!(" -> {}", Lir::type_name(ty)));
    format!("{}({}){result}", info.name, operands.join(", "))
}

fn effects(info: &OpInfo<Lir>) -> String {
    let names = [
        (Effects::READS, "reads memory"),
        (Effects::WRITES, "writes memory"),
        (Effects::CALL, "call"),
        (Effects::GUARD, "guard"),
        (Effects::TERMINATOR, "terminator"),
    ];
    let mut words: Vec<&str> = names
        .into_iter()
        .filter(|(flag, _)| info.effects.has(*flag))
        .map(|(_, name)| name)
        .collect();
    if words.is_empty() {
        words.push("pure");
    }
    if info.commutative {
        words.push("commutative");
    }
    words.join(", ")
}

fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('\n', " ")
}

fn operations() -> String {
    let mut page = String::from(
        "# LIR\n\n\
         The operations that functions consist of when instructions are chosen for them. Declared in \
         [`specs/ops.rs`](../specs/ops.rs); this page is written from the declarations.\n\n\
         A `const` operand is held in the instruction, `list` is any number of values, `block` a block with arguments.\n\n\
         | Operation | What it does | Effects | Meaning |\n|---|---|---|---|\n",
    );
    for op in Lir::ops() {
        let info = Lir::info(*op);
        let (signature, doc, means) = (signature(info), cell(info.doc), cell(info.means));
        page += &format!(
            "| `{signature}` | {doc} | {} | `{means}` |\n",
            effects(info)
        );
    }
    page
}

fn rule(rule: &RuleInfo) -> String {
    let bytes = match rule.max_bytes {
        Some(most) if most == rule.min_bytes => most.to_string(),
        Some(most) => format!("{}–{most}", rule.min_bytes),
        None => format!("{} and more", rule.min_bytes),
    };
    let mut pattern = format!("`{}`", cell(rule.pattern));
    if !rule.condition.is_empty() {
        pattern += &format!(" if `{}`", cell(rule.condition));
    }
    let source = rule
        .file
        .rsplit_once("specs/")
        .map_or(rule.file, |(_, file)| file);
    format!(
        "| [`{}`](../specs/{source}#L{}) | {} | {pattern} | `{}` | {bytes} | {} |\n",
        rule.name,
        rule.line,
        cell(rule.doc),
        cell(rule.template),
        rule.clobbers.join(", ")
    )
}

fn rules() -> String {
    let mut page = String::from(
        "# Lowering rules\n\n\
         Every rule, in the order of declaration; written from the declarations in [`specs/lowering`](../specs/lowering). \
         Which of several rules is tried first follows from what they accept, not from their order.\n",
    );
    for set in RULE_SETS {
        page += &format!(
            "\n## {}\n\n| Rule | What it does | Accepts | Template | Bytes | Clobbers |\n|---|---|---|---|---|---|\n",
            set.name
        );
        page.extend(set.rules.iter().map(rule));
    }
    page
}

/// Compares a page with what is written down; `ARMJIT_BLESS=1` writes it.
fn check(file: &str, page: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../docs")
        .join(file);
    if std::env::var_os("ARMJIT_BLESS").is_some() {
        std::fs::write(&path, page).expect("the page can be written");
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        written == page,
        "docs/{file} is not current: run this test with ARMJIT_BLESS=1 to write it"
    );
}

#[test]
fn the_page_of_operations_is_current() {
    check("lir.md", &operations());
}

#[test]
fn the_page_of_rules_is_current() {
    check("rules.md", &rules());
}
