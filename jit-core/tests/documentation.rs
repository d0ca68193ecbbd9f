//! The reference pages of LIR, its lowering and rewriting rules and the call strategies, written from the declarations and kept current.

mod page;

use jit_core::calls::{Choice, Form, Retarget, Scope, Strategy, Words};
use jit_core::ir::rewriting::RewriteRule;
use jit_core::ir::{Dialect, OpInfo, OperandKind};
use jit_core::machine::RuleInfo;
use jit_core::specs::lowering::RULE_SETS;
use jit_core::specs::ops::Lir;
use jit_core::specs::rewriting::REWRITE_SETS;
use page::{cell, check, effects};

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

fn operations() -> String {
    let mut page = String::from(
        "# LIR\n\n\
         The operations that functions consist of when instructions are chosen for them. Declared in \
         [`specs/ops.rs`](../ops.rs); this page is written from the declarations.\n\n\
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
    let earlier: Vec<String> = rule.after.iter().map(|name| format!("`{name}`")).collect();
    let source = source(rule.file);
    format!(
        "| [`{}`](../{source}#L{}) | {} | {pattern} | `{}` | {bytes} | {} | {} |\n",
        rule.name,
        rule.line,
        cell(rule.doc),
        cell(rule.template),
        rule.clobbers.join(", "),
        earlier.join(", ")
    )
}

/// A file below `specs/`.
fn source(file: &str) -> &str {
    file.rsplit_once("specs/").map_or(file, |(_, file)| file)
}

fn rewriting_rule(rule: &RewriteRule<Lir>) -> String {
    let rule = &rule.text;
    let mut pattern = format!("`{}`", cell(rule.pattern));
    if !rule.condition.is_empty() {
        pattern += &format!(" if `{}`", cell(rule.condition));
    }
    format!(
        "| [`{}`](../{}#L{}) | {} | {pattern} | `{}` |\n",
        rule.name,
        source(rule.file),
        rule.line,
        cell(rule.doc),
        cell(rule.right.trim())
    )
}

fn rewriting() -> String {
    let mut page = String::from(
        "# Rewriting rules\n\n\
         Every rule, in the order of declaration; written from the declarations in [`specs/rewriting`](../rewriting). \
         Which of several rules is tried first follows from what they accept and from `prefer` lines. Operations that are \
         folded become a constant where all operands are constants.\n",
    );
    for set in REWRITE_SETS {
        let folded: Vec<String> = set
            .folded
            .iter()
            .map(|op| format!("`{}`", op.name()))
            .collect();
        page += &format!(
            "\n## {}\n\nFolded: {}.\n\n| Rule | What it does | Accepts | Becomes |\n|---|---|---|---|\n",
            set.name,
            folded.join(", ")
        );
        page.extend(set.rules.iter().map(rewriting_rule));
    }
    page
}

fn rules() -> String {
    let mut page = String::from(
        "# Lowering rules\n\n\
         Every rule, in the order of declaration; written from the declarations in [`specs/lowering`](../lowering). \
         Which of several rules is tried first follows from what they accept and from `prefer` lines, not from their \
         order: the last column names the rules that are tried earlier and accept some of the same inputs.\n",
    );
    for set in RULE_SETS {
        page += &format!(
            "\n## {}\n\n| Rule | What it does | Accepts | Template | Bytes | Clobbers | Tried after |\n\
             |---|---|---|---|---|---|---|\n",
            set.name
        );
        page.extend(set.rules.iter().map(rule));
    }
    page
}

fn words(words: Words) -> String {
    let lines = words.lines * 4;
    match words.constants {
        0 => lines.to_string(),
        _ => format!("{lines} + address"),
    }
}

fn form(form: &Form) -> String {
    let shared = |scope| match scope {
        Scope::Function => "function",
        Scope::Arena => "arena",
    };
    let mut parts = Vec::new();
    if let Some(stub) = &form.stub {
        parts.push(format!(
            "stub of {}, one per {}",
            words(stub.words),
            shared(stub.scope)
        ));
    }
    if let Some(pool) = &form.pool {
        parts.push(format!("literal of 8, one per {}", shared(pool.scope)));
    }
    let reach = form
        .links
        .iter()
        .map(|link| format!("{:?} to {:?}: {}", link.from, link.to, link.name));
    let reach: Vec<String> = reach.collect();
    let retarget = match form.retarget {
        Retarget::Store => "by storing to the literal",
        Retarget::Rewrite => "by rewriting the site",
        Retarget::Never => "never",
    };
    let mut below = Vec::new();
    if let Some(threshold) = &form.threshold {
        let variable = threshold
            .variable
            .map_or(String::new(), |variable| format!(" (`{variable}`)"));
        below.push(format!("from {} sites on{variable}", threshold.sites));
    }
    if let Some(singleton) = form.singleton {
        below.push(format!("a single site: `{}`", singleton.name));
    }
    if let Some(otherwise) = form.otherwise {
        below.push(format!("otherwise `{}`", otherwise.name));
    }
    format!(
        "| {} | {} | {} | {} | {retarget} | {} |\n",
        words(form.site),
        parts.join("; "),
        reach.join("; "),
        form.clobbers.join(", "),
        below.join("; "),
    )
}

fn strategies() -> String {
    let mut page = String::from(
        "# Call strategies\n\n\
         How calls can be emitted; written from the declarations in [`specs/calls.rs`](../calls.rs). Sizes are in \
         bytes; an address takes 4 to 16, depending on the target.\n\n\
         | Strategy | What it does | Site | For each target | Links | Changes | Retargeted | Where it does not apply |\n\
         |---|---|---|---|---|---|---|---|\n",
    );
    for strategy in Strategy::ALL {
        let info = strategy.info();
        page += &format!(
            "| [`{}`](../calls.rs#L{}) | {} ",
            info.name,
            info.line,
            cell(info.doc)
        );
        match &info.choice {
            Choice::One(only) => page += &form(only),
            Choice::LeastBytes(forms) => {
                let names: Vec<String> = forms
                    .iter()
                    .map(|form| format!("`{}`", form.name))
                    .collect();
                page += &format!("| | | | | | the cheapest of {} |\n", names.join(", "));
            }
        }
    }
    page
}

#[test]
fn the_page_of_operations_is_current() {
    check("lir.md", &operations());
}

#[test]
fn the_page_of_rules_is_current() {
    check("rules.md", &rules());
}

#[test]
fn the_page_of_rewriting_rules_is_current() {
    check("rewriting.md", &rewriting());
}

#[test]
#[cfg_attr(
    not(all(
        feature = "call-mov-blr",
        feature = "call-literal-blr",
        feature = "call-function-stub",
        feature = "call-arena-stub",
        feature = "call-near-bl",
        feature = "call-adaptive"
    )),
    ignore = "only a build with all strategies can write the page"
)]
fn the_page_of_strategies_is_current() {
    check("strategies.md", &strategies());
}
