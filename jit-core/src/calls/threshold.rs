//! Thresholds of strategies, as declared or as the environment replaces them.

use thiserror::Error;

use super::{Choice, Form, Strategy};

/// A variable that should replace a threshold holds something else than a number.
#[derive(Clone, PartialEq, Eq, Debug, Error)]
#[error("{variable} is `{value}`; a number of call sites is wanted there (strategy {form})")]
pub struct ThresholdError {
    /// The environment variable.
    pub variable: &'static str,
    /// What it holds.
    pub value: String,
    /// The strategy that it is for.
    pub form: &'static str,
}

/// From how many sites per target each form pays.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Thresholds {
    /// Those that differ from the declared ones.
    replaced: Vec<(&'static Form, u32)>,
}

impl Thresholds {
    /// The declared thresholds of what these strategies may end up with, replaced where the declared variables are set.
    ///
    /// # Errors
    /// A variable is set to something else than a number.
    pub fn from_environment(strategies: &[Strategy]) -> Result<Self, ThresholdError> {
        Self::replaced_by(strategies, |variable| {
            std::env::var_os(variable).map(|value| value.to_string_lossy().into_owned())
        })
    }

    fn replaced_by(
        strategies: &[Strategy],
        value_of: impl Fn(&'static str) -> Option<String>,
    ) -> Result<Self, ThresholdError> {
        let mut replaced = Vec::new();
        for form in forms(strategies) {
            let Some(variable) = form.threshold.and_then(|threshold| threshold.variable) else {
                continue;
            };
            let Some(value) = value_of(variable) else {
                continue;
            };
            let sites = value.trim().parse().map_err(|_| ThresholdError {
                variable,
                value,
                form: form.name,
            })?;
            replaced.push((form, sites));
        }
        Ok(Self { replaced })
    }

    /// The threshold of a form, if it has one.
    pub(super) fn of(&self, form: &Form) -> Option<u32> {
        let declared = form.threshold?.sites;
        let replaced = self.replaced.iter().find(|(other, _)| *other == form);
        Some(replaced.map_or(declared, |&(_, sites)| sites))
    }
}

/// Every form that one of `strategies` may end up with.
fn forms(strategies: &[Strategy]) -> Vec<&'static Form> {
    let mut forms: Vec<&'static Form> = Vec::new();
    for strategy in strategies {
        match strategy.info().choice {
            Choice::One(form) => forms.push(form),
            Choice::LeastBytes(candidates) => forms.extend(candidates),
        }
    }
    let mut next = 0;
    while let Some(&form) = forms.get(next) {
        for follower in [form.singleton, form.otherwise].into_iter().flatten() {
            if !forms.contains(&follower) {
                forms.push(follower);
            }
        }
        next += 1;
    }
    forms
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_replace_what_is_declared() {
        let Some(form) = forms(Strategy::ALL)
            .into_iter()
            .find(|form| form.threshold.is_some())
        else {
            return;
        };
        let set = Thresholds::replaced_by(Strategy::ALL, |_| Some(" 24 ".into()))
            .expect("it is a number");
        assert_eq!(set.of(form), Some(24));
        let declared = form.threshold.map(|threshold| threshold.sites);
        assert_eq!(Thresholds::default().of(form), declared);
        let error = Thresholds::replaced_by(Strategy::ALL, |_| Some("many".into()))
            .expect_err("it is no number");
        assert_eq!(error.value, "many");
    }
}
