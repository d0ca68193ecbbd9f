//! Settling how each target of a function is called.

use rustc_hash::FxHashMap;

use super::{Choice, Form, Link, Strategy, Thresholds, address_words};

/// How the calls of one function are emitted.
#[derive(Debug)]
pub(crate) struct CallPlan {
    /// What is called, in the order of the first site.
    pub targets: Vec<u64>,
    /// Every site, in the order given.
    pub sites: Vec<Site>,
}

/// A call site.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Site {
    /// What it calls: an index into the targets of the plan.
    pub target: u32,
    /// How. Layout replaces it where a literal turns out to be out of reach.
    pub form: &'static Form,
}

impl CallPlan {
    /// A plan for sites that call `addresses`; `reaches` says whether a link of a form that starts anywhere in the code gets
    /// to an address.
    pub fn new(
        addresses: &[u64],
        strategy: Strategy,
        thresholds: &Thresholds,
        reaches: impl Fn(u64, &Link) -> bool,
    ) -> CallPlan {
        let mut targets = Vec::new();
        let mut numbers = FxHashMap::default();
        let mut counts: Vec<u32> = Vec::new();
        let mut sites = Vec::with_capacity(addresses.len());
        for &address in addresses {
            let target = *numbers.entry(address).or_insert_with(|| {
                targets.push(address);
                counts.push(0);
                targets.len() - 1
            });
            counts[target] += 1;
            sites.push(target);
        }
        let forms: Vec<&'static Form> = targets
            .iter()
            .zip(&counts)
            .map(|(&address, &count)| choose(strategy, address, count, thresholds, &reaches))
            .collect();
        let sites = sites
            .into_iter()
            .map(|target| Site {
                target: target as u32,
                form: forms[target],
            })
            .collect();
        CallPlan { targets, sites }
    }

    /// The address that a site calls.
    pub fn address(&self, site: usize) -> u64 {
        self.targets[self.sites[site].target as usize]
    }

    /// The bytes of a site.
    pub fn site_bytes(&self, site: usize) -> u32 {
        self.sites[site].form.site.bytes(self.address(site))
    }
}

/// The form for a target that so many sites call.
fn choose(
    strategy: Strategy,
    address: u64,
    sites: u32,
    thresholds: &Thresholds,
    reaches: &impl Fn(u64, &Link) -> bool,
) -> &'static Form {
    match strategy.info().choice {
        Choice::One(form) => settle(form, address, sites, thresholds, reaches),
        Choice::LeastBytes(candidates) => {
            let words = u64::from(address_words(address));
            let cost = |form: &Form| {
                let bytes = (form.size)(u64::from(sites), 1, words);
                (bytes, form.executed(address))
            };
            let best = candidates
                .iter()
                .copied()
                .filter(|form| reached(form, address, reaches))
                .min_by_key(|form| cost(form));
            best.unwrap_or_else(|| settle(candidates[0], address, sites, thresholds, reaches))
        }
    }
}

/// Follows the declared alternatives of `form` to one that pays and reaches.
fn settle(
    form: &'static Form,
    address: u64,
    sites: u32,
    thresholds: &Thresholds,
    reaches: &impl Fn(u64, &Link) -> bool,
) -> &'static Form {
    let instead = if sites == 1 && form.singleton.is_some() {
        form.singleton
    } else if thresholds
        .of(form)
        .is_some_and(|threshold| sites < threshold)
        || !reached(form, address, reaches)
    {
        form.otherwise
    } else {
        None
    };
    match instead {
        Some(other) => settle(other, address, sites, thresholds, reaches),
        None => form,
    }
}

/// Whether the links of a form to the target itself reach it.
fn reached(form: &Form, address: u64, reaches: &impl Fn(u64, &Link) -> bool) -> bool {
    let mut outside = form.links.iter().filter(|link| link.to.is_outside());
    outside.all(|link| reaches(address, link))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ADDRESS: u64 = 0x7f12_3456_7890;

    fn forms(strategy: &str, counts: &[u32], near: bool) -> Option<Vec<&'static str>> {
        let addresses: Vec<u64> = (0u64..)
            .zip(counts)
            .flat_map(|(target, &count)| (0..count).map(move |_| ADDRESS + 64 * target))
            .collect();
        let strategy = Strategy::from_name(strategy)?;
        let plan = CallPlan::new(&addresses, strategy, &Thresholds::default(), |_, _| near);
        let mut names: Vec<&'static str> = Vec::new();
        let mut seen = None;
        for site in &plan.sites {
            if seen != Some(site.target) {
                names.push(site.form.name);
                seen = Some(site.target);
            }
        }
        Some(names)
    }

    macro_rules! assert_forms {
        ($strategy:literal, $counts:expr, $near:expr, $expected:expr) => {
            if let Some(names) = forms($strategy, &$counts, $near) {
                assert_eq!(names, $expected);
            }
        };
    }

    #[test]
    fn thresholds_and_singletons_are_those_declared() {
        assert_forms!(
            "function_stub",
            [1, 2, 3],
            true,
            ["mov_blr", "literal_blr", "function_stub"]
        );
        assert_forms!("literal_blr", [1, 3], true, ["literal_blr", "literal_blr"]);
    }

    #[test]
    fn near_calls_fall_back_where_the_target_is_far() {
        assert_forms!("near_bl", [1, 5], true, ["near_bl", "near_bl"]);
        assert_forms!("near_bl", [1, 5], false, ["arena_stub", "arena_stub"]);
    }

    #[test]
    fn adaptive_takes_the_fewest_bytes_and_then_the_fewest_instructions() {
        assert_forms!("adaptive", [1, 9], true, ["near_bl", "near_bl"]);
        // One site: 16 bytes as literal (2 instructions) or built (4). Two: 24 as literal or stub (3). Three: 28 as stub.
        assert_forms!(
            "adaptive",
            [1, 2, 3],
            false,
            ["literal_blr", "literal_blr", "arena_stub"]
        );
    }

    #[test]
    fn declared_sizes_add_up_from_the_parts() {
        for strategy in Strategy::ALL {
            let Choice::One(form) = strategy.info().choice else {
                continue;
            };
            for (sites, targets) in [(1, 1), (7, 1), (9, 4)] {
                let words = u64::from(address_words(ADDRESS));
                let stub = form
                    .stub
                    .as_ref()
                    .map_or(0, |stub| stub.words.bytes(ADDRESS));
                let shared = stub + form.pool.map_or(0, |_| super::super::LITERAL_BYTES);
                let parts =
                    sites * u64::from(form.site.bytes(ADDRESS)) + targets * u64::from(shared);
                assert_eq!((form.size)(sites, targets, words), parts, "{}", form.name);
            }
        }
    }
}
