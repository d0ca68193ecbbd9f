//! Each call-emission strategy alone: a build with one feature holds that strategy and works; a build with none is refused.

use anyhow::{Context, Result, bail};

use crate::command;
use crate::extension::{self, Strategies};
use crate::layout;
use crate::python::Python;
use crate::setup::Setup;

/// The crate whose macros refuse a build without strategies.
const DECLARING: &str = "jit-core";

/// Builds and tries out one extension for each feature.
pub fn run(setup: &Setup) -> Result<String> {
    let features = extension::strategy_features()?;
    refuse_none(&features)?;
    for feature in &features {
        try_alone(setup, feature).with_context(|| format!("the extension with {feature} alone"))?;
    }
    Ok(format!(
        "{} alone each; none is refused",
        features.join(", ")
    ))
}

fn try_alone(setup: &Setup, feature: &str) -> Result<()> {
    let python = Python::assemble(setup, Strategies::Only(feature))?;
    let check = layout::root().join("xtask/checks/one_strategy.py");
    command::run(python.command().arg(check).arg(name(feature)))
}

/// The strategy's name in `specs/` and in Python: `mov_blr` for the feature `call-mov-blr`.
fn name(feature: &str) -> String {
    feature.trim_start_matches("call-").replace('-', "_")
}

fn refuse_none(features: &[String]) -> Result<()> {
    let mut check = layout::cargo();
    check.args(["check", "--package", DECLARING, "--no-default-features"]);
    let output = check.output().context("cannot start cargo")?;
    if output.status.success() {
        bail!("{DECLARING} builds without any call-emission strategy");
    }
    let said = String::from_utf8_lossy(&output.stderr);
    if let Some(unnamed) = features
        .iter()
        .find(|feature| !said.contains(feature.as_str()))
    {
        bail!("the error of a build without strategies does not name {unnamed}:\n{said}");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn features_and_strategies_share_their_names() {
        assert_eq!(name("call-mov-blr"), "mov_blr");
        assert_eq!(name("call-adaptive"), "adaptive");
    }
}
