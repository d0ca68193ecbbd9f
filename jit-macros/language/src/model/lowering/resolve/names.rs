//! The rules of a set by their names, so that looking one up costs the same however many there are.

use std::collections::{BTreeSet, HashMap};

use proc_macro2::Ident;

use crate::model::lowering::Rule;
use crate::parse::lowering::Instance;

/// Where rules stand in their set.
#[derive(Default)]
pub(in crate::model) struct RuleNames {
    /// Each rule, by its own name.
    rules: HashMap<String, usize>,
    /// The instances of each family, by the name that was written.
    families: HashMap<String, Vec<usize>>,
}

impl RuleNames {
    /// Adds a rule whose name is new.
    pub fn add(&mut self, rule: &Rule, index: usize) {
        self.rules.insert(rule.name.to_string(), index);
        if let Some(instance) = &rule.instance {
            let family = instance.family.to_string();
            self.families.entry(family).or_default().push(index);
        }
    }

    /// The rule with this name of its own.
    pub fn rule(&self, name: &str) -> Option<usize> {
        self.rules.get(name).copied()
    }

    /// The rules that a name means: one, or the instances of a family; within a family, the instance of the same row.
    pub fn meant(&self, name: &Ident, instance: Option<&Instance>) -> Vec<usize> {
        let text = name.to_string();
        if let Some(instance) = instance.filter(|instance| instance.rules.contains(&text)) {
            let own = format!("{text}_{}", instance.suffix);
            return self.rule(&own).into_iter().collect();
        }
        let family = self.families.get(&text).into_iter().flatten().copied();
        let meant: BTreeSet<usize> = family.chain(self.rule(&text)).collect();
        meant.into_iter().collect()
    }
}
