//! How many bytes a rule can become, as far as that follows from its templates.

use super::{BindingKind, Branch, Rule};
use crate::model::template::{LINE_BYTES, Template};

impl Rule {
    /// The least and the greatest number of bytes. No greatest one if a planned call is part of it: that is for the
    /// call strategy to say. The least one counts such a call as one instruction.
    pub fn size(&self) -> (u32, Option<u32>) {
        let parts = [self.emit.as_ref(), self.otherwise.as_ref()];
        let sizes: Vec<u32> = parts.into_iter().flatten().map(template_bytes).collect();
        let mut least = sizes.iter().copied().min().unwrap_or(0);
        let mut most = sizes.iter().copied().max().unwrap_or(0);
        if let Some(branch) = &self.branch {
            let bytes = branch.template.line_bytes();
            least += bytes;
            most += bytes;
            if branch.inverse.is_some() {
                most += LINE_BYTES;
            }
            if self.has_two_targets(branch) {
                most += LINE_BYTES;
            }
        }
        if self.goto.is_some() {
            most += LINE_BYTES;
        }
        let calls = parts
            .into_iter()
            .flatten()
            .any(|template| directives(template, "call") > 0);
        (least, (!calls).then_some(most))
    }

    fn has_two_targets(&self, branch: &Branch) -> bool {
        let is_block = |kind: &BindingKind| matches!(kind, BindingKind::Block(_));
        is_block(&self[branch.target].kind)
            && self
                .bindings
                .iter()
                .filter(|binding| is_block(&binding.kind))
                .count()
                > 1
    }
}

fn template_bytes(template: &Template) -> u32 {
    template.line_bytes()
        + LINE_BYTES * (directives(template, "routine") + directives(template, "call"))
}

fn directives(template: &Template, keyword: &str) -> u32 {
    template
        .directives()
        .filter(|directive| directive.keyword == keyword)
        .count() as u32
}
