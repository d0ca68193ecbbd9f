//! The questions answered a second time, by trying every input of a small universe.
//!
//! Rows are drawn at random from a fixed seed, so a failure can be repeated; the seed is in the message.

use super::witness::Shape;
use super::*;

/// A small deterministic generator (splitmix64).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut word = self.0;
        word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        word ^ (word >> 31)
    }

    fn below(&mut self, bound: i128) -> i128 {
        i128::from(self.next()) % bound
    }
}

const LEAST: i128 = -5;
const GREATEST: i128 = 6;

/// `Add` and `Sub` over values, `Shift` with an attribute, `Float` whose operand is never a constant.
fn universe() -> (Universe, [OperationId; 4]) {
    let mut universe = Universe::new();
    let value = Position::Value {
        constants: Some(Set::range(LEAST, GREATEST)),
        register: 'x',
    };
    let amount = Position::Attribute {
        values: Set::range(0, 3),
    };
    let float = Position::Value {
        constants: None,
        register: 'd',
    };
    let mut add = |name: &str, operands: &[&Position]| {
        universe.add(Operation {
            name: name.into(),
            operands: operands.iter().map(|&position| position.clone()).collect(),
        })
    };
    let ids = [
        add("Add", &[&value, &value]),
        add("Sub", &[&value, &value]),
        add("Shift", &[&value, &amount]),
        add("Float", &[&float, &Position::Always("block")]),
    ];
    (universe, ids)
}

/// Whether a pattern accepts what a shape describes. An unknown value is accepted by `Any` only.
fn accepts(pattern: &Pattern, shape: &Shape) -> bool {
    match (pattern, shape) {
        (Pattern::Any, _) => true,
        (Pattern::Constants(set), Shape::Constant(example)) => set.contains(*example),
        (Pattern::Definition(mine, inner), Shape::Definition(theirs, shapes)) => {
            mine == theirs
                && inner
                    .iter()
                    .zip(shapes)
                    .all(|(pattern, shape)| accepts(pattern, shape))
        }
        _ => false,
    }
}

fn row_accepts(row: &Row, shapes: &[Shape]) -> bool {
    row.operands
        .iter()
        .zip(shapes)
        .all(|(pattern, shape)| accepts(pattern, shape))
}

fn constants(set: &Set) -> Vec<Shape> {
    (LEAST - 2..=GREATEST + 2)
        .filter(|&value| set.contains(value))
        .map(Shape::Constant)
        .collect()
}

/// Everything a position can hold, with operations nested `depth` deep. Operations stand in for those with the same
/// sort of result only where rows can mention them, so all of them are offered everywhere.
fn inputs(universe: &Universe, ids: &[OperationId], position: &Position, depth: u32) -> Vec<Shape> {
    match position {
        Position::Always(_) => vec![Shape::Always],
        Position::Attribute { values } => constants(values),
        Position::Value { constants: set, .. } => {
            let mut all = vec![Shape::Unknown];
            all.extend(set.iter().flat_map(constants));
            if depth > 0 {
                for &id in ids {
                    let inner = product(universe, ids, &universe.operation(id).operands, depth - 1);
                    all.extend(
                        inner
                            .into_iter()
                            .map(|shapes| Shape::Definition(id, shapes)),
                    );
                }
            }
            all
        }
    }
}

fn product(
    universe: &Universe,
    ids: &[OperationId],
    positions: &[Position],
    depth: u32,
) -> Vec<Vec<Shape>> {
    positions.iter().fold(vec![Vec::new()], |rows, position| {
        let column = inputs(universe, ids, position, depth);
        let extend = |row: Vec<Shape>| {
            let with = move |shape: &Shape| row.iter().chain([shape]).cloned().collect::<Vec<_>>();
            column.iter().map(with).collect::<Vec<_>>()
        };
        rows.into_iter().flat_map(extend).collect()
    })
}

fn random_set(random: &mut Random) -> Set {
    let lo = LEAST + random.below(GREATEST - LEAST);
    let hi = lo + random.below(8);
    let shift = u32::try_from(random.below(3)).unwrap_or(0);
    let set = match random.below(3) {
        // Any residue.
        0 => Set::from_pieces([Piece { lo, hi, shift }]),
        _ => Set::range(lo, hi).multiples(shift),
    };
    if random.below(5) == 0 {
        set.without(lo + 1)
    } else {
        set
    }
}

fn random_pattern(
    random: &mut Random,
    universe: &Universe,
    ids: &[OperationId],
    position: &Position,
    depth: u32,
) -> Pattern {
    let choice = random.below(6);
    match position {
        Position::Always(_) => Pattern::Any,
        Position::Attribute { .. } if choice < 2 => Pattern::Constants(random_set(random)),
        Position::Value { .. } if choice < 2 && depth > 0 => {
            let id = ids[random.next() as usize % ids.len()];
            let operands = &universe.operation(id).operands;
            let inner = operands
                .iter()
                .map(|position| random_pattern(random, universe, ids, position, depth - 1));
            Pattern::Definition(id, inner.collect())
        }
        Position::Value {
            constants: Some(_), ..
        } if choice < 5 => Pattern::Constants(random_set(random)),
        _ => Pattern::Any,
    }
}

/// A row of the operation `root` with operations of `nested` in its operands.
fn random_row(
    random: &mut Random,
    universe: &Universe,
    root: OperationId,
    nested: &[OperationId],
    rule: usize,
) -> Row {
    let operation = root;
    let positions = &universe.operation(operation).operands;
    let operands = positions
        .iter()
        .map(|position| random_pattern(random, universe, nested, position, 1))
        .collect();
    Row {
        rule,
        variant: 0,
        operation,
        operands,
        guards: Default::default(),
    }
}

#[test]
fn agrees_with_trying_every_input() {
    let (universe, ids) = universe();
    // One operation nested in each operand: enough for every pattern that the generator draws.
    let everything = product(
        &universe,
        &ids[1..3],
        &universe.operation(ids[0]).operands,
        1,
    );
    let mut together = 0;
    for seed in 0..120 {
        let mut random = Random(seed);
        // Every other time the rows differ in one operand only: that is where rows cover another one together.
        let mut row = |rule| {
            let mut row = random_row(&mut random, &universe, ids[0], &ids[1..3], rule);
            if seed % 2 == 0 {
                row.operands[0] = Pattern::Any;
            }
            row
        };
        let rows: Vec<_> = (0..5).map(&mut row).collect();
        let impossible = [row(9)];
        let relations = Relations::new(&universe, &impossible);
        let arises: Vec<_> = everything
            .iter()
            .filter(|shapes| !row_accepts(&impossible[0], shapes))
            .collect();
        // For each row, which of the inputs it accepts.
        let table: Vec<Vec<bool>> = rows
            .iter()
            .map(|row| {
                arises
                    .iter()
                    .map(|shapes| row_accepts(row, shapes))
                    .collect()
            })
            .collect();
        let inputs = 0..arises.len();

        for (a, first) in rows.iter().enumerate() {
            for (b, second) in rows.iter().enumerate() {
                let witness = relations.overlap(first, second);
                let expected = inputs
                    .clone()
                    .any(|input| table[a][input] && table[b][input]);
                assert_eq!(
                    witness.is_some(),
                    expected,
                    "overlap, seed {seed}: {first:?} {second:?}"
                );
                if let Some(witness) = witness {
                    let shapes = &witness.operands;
                    assert!(row_accepts(first, shapes) && row_accepts(second, shapes));
                    assert!(!row_accepts(&impossible[0], shapes));
                }
                let expected = inputs
                    .clone()
                    .all(|input| table[a][input] || !table[b][input]);
                assert_eq!(
                    relations.contains(first, second),
                    expected,
                    "contains, seed {seed}: {first:?} {second:?}"
                );
            }
        }

        let earlier: Vec<_> = rows[..4].iter().enumerate().collect();
        let expected = !inputs
            .clone()
            .any(|input| table[4][input] && !table[..4].iter().any(|row| row[input]));
        let dead = relations.dead(&rows[4], &earlier);
        assert_eq!(dead.is_some(), expected, "dead, seed {seed}: {rows:?}");
        if let Some(Dead::Behind(blockers)) = dead {
            together += u32::from(blockers.len() > 1);
            for blocker in &blockers {
                let mine = |row: usize| row_accepts(&rows[row], &blocker.example.operands);
                assert!(mine(4) && mine(blocker.row), "seed {seed}");
                let others = |other: &&Blocker| other.row != blocker.row && mine(other.row);
                assert!(!blockers.iter().any(|other| others(&other)), "seed {seed}");
            }
        }

        let all: Vec<_> = rows.iter().collect();
        let expected = inputs
            .clone()
            .any(|input| !table.iter().any(|row| row[input]));
        let uncovered = relations.uncovered(ids[0], &all);
        assert_eq!(
            uncovered.is_some(),
            expected,
            "uncovered, seed {seed}: {rows:?}"
        );
        if let Some(witness) = uncovered {
            let taken = rows.iter().any(|row| row_accepts(row, &witness.operands));
            assert!(!taken, "seed {seed}");
        }
    }
    assert!(
        together > 0,
        "no row was dead behind several others together"
    );
}

/// The ways in which two conditions that nothing is known about can turn out.
const OUTCOMES: [&[&str]; 4] = [&[], &["one"], &["two"], &["one", "two"]];

#[test]
fn conditions_may_fail_where_coverage_counts_and_hold_where_overlap_does() {
    let (universe, ids) = universe();
    let positions = &universe.operation(ids[0]).operands;
    let everything = product(&universe, &ids[1..3], positions, 1);
    let relations = Relations::new(&universe, &[]);
    for seed in 0..8 {
        let mut random = Random(1000 + seed);
        let mut row = |rule| {
            let mut row = random_row(&mut random, &universe, ids[0], &ids[1..3], rule);
            row.operands[0] = Pattern::Any;
            let guards = OUTCOMES[random.below(4) as usize].iter();
            row.guards = guards.map(|name| Guard::holds(*name)).collect();
            row
        };
        let rows: Vec<_> = (0..5).map(&mut row).collect();
        // For each row, whether it accepts each input under each outcome.
        let holds = |row: &Row, outcome: &[&str]| {
            row.guards
                .iter()
                .all(|guard| outcome.contains(&guard.text.as_str()))
        };
        let cases: Vec<_> = everything
            .iter()
            .flat_map(|shapes| OUTCOMES.map(|outcome| (shapes, outcome)))
            .collect();
        let table: Vec<Vec<bool>> = rows
            .iter()
            .map(|row| {
                let accepts = |&(shapes, outcome): &(&Vec<Shape>, &[&str])| {
                    holds(row, outcome) && row_accepts(row, shapes)
                };
                cases.iter().map(accepts).collect()
            })
            .collect();
        let cases = 0..cases.len();

        for a in 0..rows.len() {
            for b in 0..rows.len() {
                let meet = cases.clone().any(|case| table[a][case] && table[b][case]);
                let overlap = relations.overlap(&rows[a], &rows[b]).is_some();
                assert_eq!(overlap, meet, "overlap, seed {seed}: {rows:?}");
                let inside = cases.clone().all(|case| table[a][case] || !table[b][case]);
                let ever = cases.clone().any(|case| table[b][case]);
                let contains = relations.contains(&rows[a], &rows[b]);
                assert!(
                    contains == inside || !ever,
                    "contains, seed {seed}: {rows:?}"
                );
            }
        }
        let earlier: Vec<_> = rows[..4].iter().enumerate().collect();
        let taken = |case: usize| table[..4].iter().any(|row| row[case]);
        let dead = !cases.clone().any(|case| table[4][case] && !taken(case));
        let found = relations.dead(&rows[4], &earlier).is_some();
        assert_eq!(found, dead, "dead, seed {seed}: {rows:?}");
        let gap = cases.clone().any(|case| !table.iter().any(|row| row[case]));
        let all: Vec<_> = rows.iter().collect();
        let found = relations.uncovered(ids[0], &all).is_some();
        assert_eq!(found, gap, "uncovered, seed {seed}: {rows:?}");
    }
}

/// Everything at once: operations nested three deep, strides, conditions that nothing is known about, and inputs that
/// cannot arise.
#[test]
fn agrees_three_levels_deep_with_conditions_and_impossible_inputs() {
    let mut universe = Universe::new();
    let value = Position::Value {
        constants: Some(Set::range(0, 4)),
        register: 'x',
    };
    let mut add = |name: &str, operands: Vec<Position>| {
        let name = name.into();
        universe.add(Operation { name, operands })
    };
    let amount = Position::Attribute {
        values: Set::range(0, 4),
    };
    let root = add("Root", vec![amount.clone(), value.clone()]);
    let nested = [
        add("Not", vec![value.clone()]),
        add("Shift", vec![value, amount]),
    ];
    let positions = &universe.operation(root).operands;
    let everything = product(&universe, &nested, positions, 3);
    let cases: Vec<_> = everything
        .iter()
        .flat_map(|shapes| OUTCOMES.map(|outcome| (shapes, outcome)))
        .collect();
    let (mut deep, mut dead_together, mut gaps) = (0, 0, 0);
    for seed in 0..80 {
        let mut random = Random(2000 + seed);
        let mut row = |rule: usize, guarded: bool| {
            let operands = positions
                .iter()
                .map(|position| random_pattern(&mut random, &universe, &nested, position, 3));
            let mut operands: Vec<_> = operands.collect();
            if seed % 2 == 0 {
                // Rows that differ in one constant only, two levels deep: there they cover another one together.
                let lo = random.below(4);
                let inner = Pattern::Constants(Set::range(lo, lo + 1));
                let inner = Pattern::Definition(nested[0], vec![inner]);
                operands = vec![Pattern::Any, Pattern::Definition(nested[0], vec![inner])];
            }
            let outcome = OUTCOMES[random.below(8).min(3) as usize];
            let guards = outcome.iter().filter(|_| guarded && rule.is_multiple_of(2));
            Row {
                rule,
                variant: 0,
                operation: root,
                operands,
                guards: guards.map(|name| Guard::holds(*name)).collect(),
            }
        };
        let rows: Vec<_> = (0..6).map(|rule| row(rule, true)).collect();
        let impossible = [row(9, false)];
        deep += rows.iter().filter(|row| depth(&row.operands) > 1).count();
        let relations = Relations::new(&universe, &impossible);
        let arises = |shapes: &[Shape]| !row_accepts(&impossible[0], shapes);
        let takes = |row: &Row, shapes: &[Shape], outcome: &[&str]| {
            let holds = |guard: &Guard| outcome.contains(&guard.text.as_str());
            row.guards.iter().all(holds) && row_accepts(row, shapes)
        };
        let cases: Vec<_> = cases.iter().filter(|(shapes, _)| arises(shapes)).collect();
        let table: Vec<Vec<bool>> = rows
            .iter()
            .map(|row| {
                cases
                    .iter()
                    .map(|(shapes, outcome)| takes(row, shapes, outcome))
                    .collect()
            })
            .collect();
        let every = 0..cases.len();
        for (a, first) in rows.iter().enumerate() {
            for (b, second) in rows.iter().enumerate() {
                let meet = every.clone().any(|case| table[a][case] && table[b][case]);
                let overlap = relations.overlap(first, second);
                assert_eq!(
                    overlap.is_some(),
                    meet,
                    "overlap, seed {seed}: {first:?} {second:?}"
                );
                if let Some(witness) = &overlap {
                    let shapes = &witness.operands;
                    assert!(
                        row_accepts(first, shapes) && row_accepts(second, shapes) && arises(shapes)
                    );
                }
                let inside = every.clone().all(|case| table[a][case] || !table[b][case]);
                let ever = every.clone().any(|case| table[b][case]);
                let contains = relations.contains(first, second);
                assert!(
                    contains == inside || !ever,
                    "contains, seed {seed}: {first:?} {second:?}"
                );
            }
        }
        let earlier: Vec<_> = rows[..5].iter().enumerate().collect();
        let taken = |case: usize| table[..5].iter().any(|row| row[case]);
        let expected = !every.clone().any(|case| table[5][case] && !taken(case));
        let dead = relations.dead(&rows[5], &earlier);
        assert_eq!(dead.is_some(), expected, "dead, seed {seed}: {rows:?}");
        if let Some(Dead::Behind(blockers)) = dead {
            dead_together += u32::from(blockers.len() > 1);
            for blocker in &blockers {
                let mine = |row: usize| row_accepts(&rows[row], &blocker.example.operands);
                assert!(mine(5) && mine(blocker.row) && arises(&blocker.example.operands));
            }
        }
        let open = every.clone().any(|case| !table.iter().any(|row| row[case]));
        let all: Vec<_> = rows.iter().collect();
        let gap = relations.uncovered(root, &all);
        assert_eq!(gap.is_some(), open, "uncovered, seed {seed}: {rows:?}");
        if let Some(witness) = &gap {
            gaps += 1;
            assert!(arises(&witness.operands));
            let sure = |row: &&Row| row.guards.is_empty() && row_accepts(row, &witness.operands);
            assert!(!rows.iter().any(|row| sure(&row)), "seed {seed}");
        }
    }
    assert!(
        deep > 50 && dead_together > 0 && gaps > 10,
        "{deep} {dead_together} {gaps}"
    );
}

fn depth(patterns: &[Pattern]) -> u32 {
    let of = |pattern: &Pattern| match pattern {
        Pattern::Definition(_, inner) => 1 + depth(inner),
        _ => 0,
    };
    patterns.iter().map(of).max().unwrap_or(0)
}
