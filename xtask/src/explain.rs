//! `cargo xtask explain JL010`: what a mistake that the rule language found means.
//!
//! The text is the section of `specs/docs/errors.md` about that code, a page that a test keeps equal to the macros' own table.

use anyhow::{Result, bail};

const PAGE: &str = include_str!("../../specs/docs/errors.md");

/// Prints the section about a code, written in either case.
///
/// # Errors
/// Another code: names those that there are.
pub fn run(code: &str) -> Result<()> {
    println!("{}", section(code)?);
    Ok(())
}

fn section(code: &str) -> Result<String> {
    let wanted = code.to_uppercase();
    let mut sections = PAGE.split("\n## ").skip(1);
    let Some(section) = sections.find(|section| section.lines().next() == Some(wanted.as_str()))
    else {
        let codes: Vec<&str> = PAGE
            .lines()
            .filter_map(|line| line.strip_prefix("## "))
            .collect();
        bail!(
            "there is no mistake `{code}`; there are {}",
            codes.join(", ")
        );
    };
    // Emphasis, fences, links and empty lines are for the page.
    let is_text = |line: &&str| !line.is_empty() && !line.starts_with("```");
    let lines = section.lines().skip(1).filter(is_text);
    let plain = |line: &str| match line.strip_prefix("Cases: ") {
        Some(cases) => format!("Cases: {}", targets(cases).join(", ")),
        None => line.replace("**", ""),
    };
    let text: Vec<String> = lines.map(plain).collect();
    Ok(format!("{wanted}: {}", text.join("\n")))
}

/// The files that links lead to, as seen from the root of the repository.
fn targets(links: &str) -> Vec<&str> {
    let behind = links.split("](../../").skip(1);
    behind.filter_map(|link| link.split(')').next()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_found_in_either_case() {
        let text = section("jl010").expect("there is JL010");
        assert!(
            text.starts_with("JL010: two rules accept the same input"),
            "{text}"
        );
        assert!(!text.contains("JL011"), "{text}");
        assert!(text.contains("\nCases: tests/ui/err/jl010-"), "{text}");
    }

    #[test]
    fn other_codes_are_refused_with_a_list() {
        let error = section("JL999").expect_err("there is no JL999").to_string();
        assert!(
            error.contains("JL001") && error.contains("JL080"),
            "{error}"
        );
    }
}
