//! The order in which rules are tried.
//!
//! There are no priorities. A row that lies strictly inside another is tried first; any other overlap has to be settled
//! by a `prefer` line, directly or through other rules. Rows of one rule (the written one and those that commutativity
//! adds) are tried as they come, and a mirrored row that nothing else settles follows the order of the written ones.
//! What cannot be ordered, or is ordered in a circle or without need, is reported; nothing is guessed.

use std::collections::{BTreeMap, BTreeSet};

use super::pattern::{OperationId, Row, by_operation};
use super::relate::Relations;
use super::witness::Witness;

/// `prefer over over under`: rules by their index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Preference {
    /// The rule that is tried first.
    pub over: usize,
    /// The rule that is tried later.
    pub under: usize,
}

/// The outcome of ordering.
#[derive(Debug, Default)]
pub struct Order {
    /// Indices of rows, the first to be tried first. Meaningful only if there are no cycles and overlaps.
    pub sequence: Vec<usize>,
    /// Pairs of rules that meet on an input and are not ordered, with the input.
    pub overlaps: Vec<(usize, usize, Witness)>,
    /// Rules that are each tried before the next, and the last before the first.
    pub cycles: Vec<Vec<usize>>,
    /// Preferences without effect, by index, and why.
    pub unneeded: Vec<(usize, Unneeded)>,
    /// Operations whose rows could not be compared; nothing that is said about these counts.
    pub too_hard: BTreeSet<OperationId>,
}

/// Why a `prefer` line is wrong.
#[derive(Debug)]
pub enum Unneeded {
    /// The two rules never accept the same input.
    NoOverlap,
    /// The preferred rule lies strictly inside the other and is tried first anyway.
    AlreadyFirst,
    /// The other rule lies strictly inside the preferred one and would never be chosen; an input that it is for.
    WouldKill(Witness),
}

/// Which of two overlapping rows is tried first, as far as their sets decide.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Nesting {
    Inside,
    Around,
    Crossing,
}

/// Orders `rows` under `preferences`.
///
/// Rule indices are arbitrary; the rows of one rule must stand in the order of their variants.
pub fn order(relations: &Relations<'_>, rows: &[Row], preferences: &[Preference]) -> Order {
    let mut order = Order::default();
    let rules = rows.iter().map(|row| row.rule + 1).max().unwrap_or(0);
    let rules = preferences
        .iter()
        .map(|prefer| prefer.over.max(prefer.under) + 1)
        .max()
        .unwrap_or(0)
        .max(rules);

    // Rows of different operations never meet.
    let mut meetings = Vec::new();
    for together in by_operation(rows, 0..rows.len()).values() {
        for (index, &a) in together.iter().enumerate() {
            for &b in &together[index + 1..] {
                let (first, second) = (&rows[a], &rows[b]);
                if let Some(witness) = relations.overlap(first, second) {
                    meetings.push((a, b, nesting(relations, first, second), witness));
                }
            }
        }
    }
    meetings.sort_by_key(|&(a, b, ..)| (a, b));

    let mut between_rules = Graph::new(rules);
    for prefer in preferences {
        between_rules.add(prefer.over, prefer.under);
    }
    for &(a, b, nesting, _) in &meetings {
        if rows[a].variant == 0 && rows[b].variant == 0 {
            match nesting {
                Nesting::Inside => between_rules.add(rows[a].rule, rows[b].rule),
                Nesting::Around => between_rules.add(rows[b].rule, rows[a].rule),
                Nesting::Crossing => {}
            }
        }
    }
    let mut paths = Paths::new(&between_rules);

    let mut between_rows = Graph::new(rows.len());
    for (a, b, nesting, witness) in meetings.iter().cloned() {
        let (first, second) = (rows[a].rule, rows[b].rule);
        let a_first = match nesting {
            Nesting::Inside => true,
            Nesting::Around => false,
            Nesting::Crossing if first == second || paths.lead(first, second) => true,
            Nesting::Crossing if paths.lead(second, first) => false,
            Nesting::Crossing => {
                let pair = (first.min(second), first.max(second));
                if !order
                    .overlaps
                    .iter()
                    .any(|&(one, other, _)| (one, other) == pair)
                {
                    order.overlaps.push((pair.0, pair.1, witness));
                }
                continue;
            }
        };
        if a_first {
            between_rows.add(a, b)
        } else {
            between_rows.add(b, a)
        }
    }

    let mut of_rules: BTreeMap<(usize, usize), Vec<&Meeting>> = BTreeMap::new();
    for meeting in &meetings {
        let (one, other) = (rows[meeting.0].rule, rows[meeting.1].rule);
        let pair = (one.min(other), one.max(other));
        of_rules.entry(pair).or_default().push(meeting);
    }
    for (index, prefer) in preferences.iter().enumerate() {
        let pair = (prefer.over.min(prefer.under), prefer.over.max(prefer.under));
        let met = of_rules.get(&pair).map_or(&[][..], Vec::as_slice);
        if let Some(why) = unneeded(relations, rows, met, *prefer) {
            order.unneeded.push((index, why));
        }
    }

    match between_rows.sort() {
        Ok(sequence) => order.sequence = sequence,
        Err(cycle) => order
            .cycles
            .push(cycle.into_iter().map(|row| rows[row].rule).collect()),
    }
    let contradicted = order
        .unneeded
        .iter()
        .any(|(_, why)| matches!(why, Unneeded::WouldKill(_)));
    if order.cycles.is_empty()
        && !contradicted
        && let Err(cycle) = between_rules.sort()
    {
        order.cycles.push(cycle);
    }
    order.too_hard = relations.too_hard();
    order
}

/// Two rows, by their index, that accept a common input, and the input.
type Meeting = (usize, usize, Nesting, Witness);

fn nesting(relations: &Relations<'_>, a: &Row, b: &Row) -> Nesting {
    match (relations.contains(b, a), relations.contains(a, b)) {
        (true, false) => Nesting::Inside,
        (false, true) => Nesting::Around,
        _ => Nesting::Crossing,
    }
}

/// What is wrong with a preference, given all meetings between rows of its rules.
fn unneeded(
    relations: &Relations<'_>,
    rows: &[Row],
    meetings: &[&Meeting],
    prefer: Preference,
) -> Option<Unneeded> {
    let mut overlap = false;
    let mut killed = None;
    for &&(a, b, nesting, _) in meetings {
        let nesting = match (rows[a].rule, rows[b].rule) {
            pair if pair == (prefer.over, prefer.under) => nesting,
            pair if pair == (prefer.under, prefer.over) => match nesting {
                Nesting::Inside => Nesting::Around,
                Nesting::Around => Nesting::Inside,
                Nesting::Crossing => Nesting::Crossing,
            },
            _ => continue,
        };
        overlap = true;
        match nesting {
            Nesting::Crossing => return None,
            Nesting::Around => {
                let inner = if rows[a].rule == prefer.under { a } else { b };
                killed = killed.or_else(|| relations.example(&rows[inner]));
            }
            Nesting::Inside => {}
        }
    }
    match killed {
        Some(witness) => Some(Unneeded::WouldKill(witness)),
        None if overlap => Some(Unneeded::AlreadyFirst),
        None => Some(Unneeded::NoOverlap),
    }
}

/// Where the paths of a graph lead, found out for the nodes that are asked for.
struct Paths<'a> {
    graph: &'a Graph,
    reached: BTreeMap<usize, BTreeSet<usize>>,
}

impl Paths<'_> {
    fn new(graph: &Graph) -> Paths<'_> {
        Paths {
            graph,
            reached: BTreeMap::new(),
        }
    }

    /// Whether a path leads from `start` to `end`.
    fn lead(&mut self, start: usize, end: usize) -> bool {
        let reached = || self.graph.reached_from(start);
        self.reached
            .entry(start)
            .or_insert_with(reached)
            .contains(&end)
    }
}

/// A directed graph over `0..n`.
struct Graph {
    after: Vec<Vec<usize>>,
}

impl Graph {
    fn new(nodes: usize) -> Graph {
        Graph {
            after: vec![Vec::new(); nodes],
        }
    }

    fn add(&mut self, before: usize, after: usize) {
        if !self.after[before].contains(&after) {
            self.after[before].push(after);
        }
    }

    /// Where paths from `start` lead.
    fn reached_from(&self, start: usize) -> BTreeSet<usize> {
        let mut seen = BTreeSet::new();
        let mut open = self.after[start].clone();
        while let Some(node) = open.pop() {
            if seen.insert(node) {
                open.extend_from_slice(&self.after[node]);
            }
        }
        seen
    }

    /// A topological order that keeps to the numbering where it can, or one cycle.
    fn sort(&self) -> Result<Vec<usize>, Vec<usize>> {
        let nodes = self.after.len();
        let mut waiting = vec![0usize; nodes];
        for &node in self.after.iter().flatten() {
            waiting[node] += 1;
        }
        let mut done = vec![false; nodes];
        let mut sequence = Vec::with_capacity(nodes);
        let mut free: BTreeSet<usize> = (0..nodes).filter(|&node| waiting[node] == 0).collect();
        while let Some(node) = free.pop_first() {
            done[node] = true;
            sequence.push(node);
            for &next in &self.after[node] {
                waiting[next] -= 1;
                if waiting[next] == 0 {
                    free.insert(next);
                }
            }
        }
        if sequence.len() == nodes {
            Ok(sequence)
        } else {
            Err(self.cycle(&done))
        }
    }

    /// A shortest cycle among the nodes that are not `done`; there must be one.
    fn cycle(&self, done: &[bool]) -> Vec<usize> {
        let mut best: Vec<usize> = Vec::new();
        for start in (0..self.after.len()).filter(|&node| !done[node]) {
            if let Some(path) = self.shortest_back(start)
                && (best.is_empty() || path.len() < best.len())
            {
                best = path;
            }
        }
        best
    }

    /// The nodes of a shortest path from `start` back to itself, `start` first.
    fn shortest_back(&self, start: usize) -> Option<Vec<usize>> {
        let mut parent = vec![None; self.after.len()];
        let mut open = std::collections::VecDeque::from([start]);
        while let Some(node) = open.pop_front() {
            for &next in &self.after[node] {
                if next == start {
                    let mut path = vec![node];
                    let mut at = node;
                    while let Some(previous) = parent[at] {
                        path.push(previous);
                        at = previous;
                    }
                    path.reverse();
                    return Some(path);
                }
                if parent[next].is_none() {
                    parent[next] = Some(node);
                    open.push_back(next);
                }
            }
        }
        None
    }
}
