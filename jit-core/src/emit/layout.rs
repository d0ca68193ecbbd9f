//! Offsets of everything in a function, before any of it is emitted.
//!
//! The order: prologue, hot blocks, epilogue, cold blocks, exits, the common end of the exits, stubs, literals. At first
//! every reference is taken to be near. Whatever then turns out not to reach becomes far, or goes to the fallback of its
//! strategy, and offsets are computed anew. Nothing becomes near again, so this ends; and it ends with a layout in which
//! everything near does reach. Distances are taken from the ends of an instruction, whichever is farther away.

use regalloc2::Inst as RegInst;
use rustc_hash::{FxHashMap, FxHashSet};

use super::prepare::{Item, Prepared};
use super::{Sizes, near_literals};
use crate::calls::{CallPlan, LITERAL_BYTES, Place, Scope, stub_bytes};
use crate::compile::Distances;
use crate::machine::LinkTarget;
use crate::specs::calls::sequence;

/// The alignment of literals in bytes.
const LITERAL_ALIGN: u32 = 8;

/// Where everything is, in bytes from the beginning of the code.
#[derive(Debug, Default)]
pub(crate) struct Layout {
    /// A bit for each link of an instruction that does not reach; by instruction.
    pub far: Vec<u32>,
    /// The size of each instruction.
    pub sizes: Vec<u32>,
    insts: Vec<u32>,
    /// By block.
    pub blocks: Vec<u32>,
    pub epilogue: u32,
    pub exits: u32,
    pub local_exit: u32,
    /// Targets with a stub of the function, in order, each with the site that it was made for.
    pub stubs: Vec<(u64, u32)>,
    /// Where the last instruction of the function itself ends.
    code_end: u32,
    pub stubs_start: u32,
    pub stubs_bytes: u32,
    /// The bytes of stub literals among `stubs_bytes`.
    pub stubs_literal_bytes: u32,
    /// The literals of the function in order.
    pub literals: Vec<u64>,
    literal_offsets: FxHashMap<u64, u32>,
    pub literals_start: u32,
    /// The size of everything.
    pub total: u32,
}

impl Layout {
    /// Settles near and far for a function with this plan; sites whose literal does not reach get another form.
    /// `None`: the function is larger than offsets of 32 bits can tell.
    pub fn settle(
        prepared: &Prepared<'_>,
        plan: &mut CallPlan,
        exit_site: Option<u32>,
        distances: Distances,
    ) -> Option<Layout> {
        let count = prepared.machine.insts().len();
        let far = match distances {
            Distances::Real => 0,
            Distances::Far => u32::MAX,
        };
        let mut layout = Layout {
            far: vec![far; count],
            sizes: vec![0; count],
            insts: vec![0; count],
            blocks: vec![0; prepared.forward.len()],
            ..Layout::default()
        };
        loop {
            layout.place(prepared, plan, exit_site)?;
            if !layout.mark_unreached(prepared, plan, exit_site) {
                return Some(layout);
            }
        }
    }

    /// Computes every offset from what is known so far.
    fn place(
        &mut self,
        prepared: &Prepared<'_>,
        plan: &CallPlan,
        exit_site: Option<u32>,
    ) -> Option<()> {
        let mut offset = prepared.frame.prologue_bytes();
        let mut literals = Literals::default();
        for (position, items) in prepared.items.iter().enumerate() {
            if position == prepared.hot {
                self.epilogue = offset;
                offset = offset.checked_add(prepared.frame.epilogue_bytes())?;
            }
            self.blocks[prepared.order[position].index()] = offset;
            for item in items {
                let bytes = match *item {
                    Item::Move(movement) => movement.bytes(),
                    Item::Inst(index) => {
                        self.insts[index as usize] = offset;
                        let bytes = self.inst_bytes(prepared, plan, index, position, &mut literals);
                        self.sizes[index as usize] = bytes;
                        bytes
                    }
                };
                offset = offset.checked_add(bytes)?;
            }
        }
        if prepared.hot >= prepared.items.len() {
            self.epilogue = offset;
            offset = offset.checked_add(prepared.frame.epilogue_bytes())?;
        }
        self.exits = offset;
        offset =
            offset.checked_add(prepared.exits.len() as u32 * sequence::bytes::BRANCH_AND_LINK)?;
        self.local_exit = offset;
        if let Some(site) = exit_site {
            offset += sequence::bytes::LEAVE_BY_EXIT + plan.site_bytes(site as usize);
        }
        self.place_shared(plan, offset, literals)
    }

    /// The declared size of an instruction; its literals are added to `literals`.
    fn inst_bytes(
        &self,
        prepared: &Prepared<'_>,
        plan: &CallPlan,
        index: u32,
        position: usize,
        literals: &mut Literals,
    ) -> u32 {
        let inst = prepared.machine.inst(RegInst::new(index as usize));
        let Some(rule) = inst.rule else { return 0 };
        let far = self.far[index as usize];
        for value in near_literals(inst, rule, far) {
            literals.add(value);
        }
        let site = prepared.site_of.get(&index);
        (rule.size)(&Sizes {
            inst,
            far,
            next: prepared.next(position),
            forward: &prepared.forward,
            call_bytes: site.map_or(0, |&site| plan.site_bytes(site as usize)),
        })
    }

    /// Places what sites share within the function.
    fn place_shared(
        &mut self,
        plan: &CallPlan,
        code_end: u32,
        mut literals: Literals,
    ) -> Option<()> {
        self.stubs.clear();
        let mut seen = FxHashSet::default();
        for (index, site) in plan.sites.iter().enumerate() {
            let address = plan.address(index);
            let is_ours = |scope| scope == Scope::Function;
            match (&site.form.stub, site.form.pool) {
                (Some(stub), _) if is_ours(stub.scope) => {
                    let is_first = seen.insert(address);
                    self.stubs
                        .extend(is_first.then_some((address, index as u32)));
                }
                (None, Some(pool)) if is_ours(pool.scope) => literals.add(address),
                _ => {}
            }
        }
        self.code_end = code_end;
        let mut offset = code_end;
        (self.stubs_bytes, self.stubs_literal_bytes) = (0, 0);
        if !self.stubs.is_empty() {
            offset = offset.checked_next_multiple_of(LITERAL_ALIGN)?;
        }
        self.stubs_start = offset;
        for &(address, site) in &self.stubs {
            let form = plan.sites[site as usize].form;
            if let Some(stub) = &form.stub {
                let (code, literal) = stub_bytes(stub, form.pool, address);
                self.stubs_bytes += code + literal;
                self.stubs_literal_bytes += literal;
                offset = offset.checked_add(code + literal)?;
            }
        }
        self.literals = literals.order;
        if !self.literals.is_empty() {
            offset = offset.checked_next_multiple_of(LITERAL_ALIGN)?;
        }
        self.literals_start = offset;
        self.literal_offsets.clear();
        for &value in &self.literals {
            self.literal_offsets.insert(value, offset);
            offset = offset.checked_add(LITERAL_BYTES)?;
        }
        self.total = offset;
        Some(())
    }

    /// Marks every near reference that does not reach as far. `false`: all reach.
    fn mark_unreached(
        &mut self,
        prepared: &Prepared<'_>,
        plan: &mut CallPlan,
        exit_site: Option<u32>,
    ) -> bool {
        let mut changed = false;
        let mut exits = 0;
        for item in prepared.items.iter().flatten() {
            let Item::Inst(index) = *item else { continue };
            let inst = prepared.machine.inst(RegInst::new(index as usize));
            let Some(rule) = inst.rule else { continue };
            let span = self.span(index);
            let exit = self.exits + exits * sequence::bytes::BRANCH_AND_LINK;
            exits += u32::from(inst.exit.is_some());
            for (link, info) in rule.links.iter().enumerate() {
                let is_far = self.far[index as usize] & (1 << link) != 0;
                let to = match info.target {
                    LinkTarget::Exit => Some(exit),
                    LinkTarget::Block(target) => {
                        let block = inst.targets[usize::from(target)].block;
                        Some(self.blocks[prepared.forward[block.index()].index()])
                    }
                    LinkTarget::Pool(pool) => {
                        let value = inst.pool[usize::from(pool)];
                        self.literal_offsets.get(&value).copied()
                    }
                };
                let reaches =
                    to.is_none_or(|to| reaches(span, to, info.reach.least, info.reach.most));
                if !is_far && !reaches {
                    self.far[index as usize] |= 1 << link;
                    changed = true;
                }
            }
            if let Some(&site) = prepared.site_of.get(&index) {
                changed |= self.fall_back(plan, site, span);
            }
        }
        if let Some(site) = exit_site {
            changed |= self.fall_back(plan, site, (self.local_exit, self.stubs_start));
        }
        changed
    }

    /// Gives a site whose literal does not reach the declared fallback.
    fn fall_back(&self, plan: &mut CallPlan, site: u32, span: (u32, u32)) -> bool {
        let address = plan.address(site as usize);
        let site = &mut plan.sites[site as usize];
        let (Some(link), Some(&literal)) = (
            site.form.link(Place::Site, Place::Pool),
            self.literal_offsets.get(&address),
        ) else {
            return false;
        };
        match site.form.otherwise {
            Some(otherwise) if !reaches(span, literal, link.least, link.most) => {
                site.form = otherwise;
                true
            }
            _ => false,
        }
    }

    /// The bytes that only align what follows them.
    pub fn padding(&self) -> u32 {
        let code_end = self.code_end;
        let stubs_end = self.stubs_start + self.stubs_bytes;
        (self.stubs_start - code_end) + (self.literals_start - stubs_end)
    }

    /// Where an instruction begins and ends.
    fn span(&self, index: u32) -> (u32, u32) {
        let start = self.insts[index as usize];
        (start, start + self.sizes[index as usize])
    }
}

/// Whether `to` is within reach of every place between the ends of `span`.
fn reaches((start, end): (u32, u32), to: u32, least: i64, most: i64) -> bool {
    let [start, end, to] = [start, end, to].map(i64::from);
    to - end >= least && to - start <= most
}

/// Literals in the order of their first use.
#[derive(Default)]
struct Literals {
    order: Vec<u64>,
    seen: FxHashSet<u64>,
}

impl Literals {
    fn add(&mut self, value: u64) {
        if self.seen.insert(value) {
            self.order.push(value);
        }
    }
}
