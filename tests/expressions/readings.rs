//! The readings side by side, and the smallest part in which they differ.

use blueprint::expr::typed::{Expr, Node, Op, Ty};

use crate::database::{self, Database};
use crate::outcome::evaluated;
use crate::world::{Case, columns};
use crate::{cel, compiled};

/// An expression and the rows over which it is asked.
pub struct Asked {
    pub text: String,
    pub expr: Expr,
    pub over: Vec<usize>,
}

pub struct Difference {
    /// Of the expression, and of its row.
    pub index: usize,
    pub row: usize,
    pub outcomes: Vec<(&'static str, String)>,
}

#[derive(Default)]
pub struct Told {
    pub cases: usize,
    pub faults: usize,
    pub cel: usize,
    pub differences: Vec<Difference>,
}

pub struct Readings {
    rows: Vec<Case>,
    database: Database,
}

impl Readings {
    pub fn over(rows: Vec<Case>) -> Self {
        let database = Database::with(&rows);
        Readings { rows, database }
    }

    pub fn compare(&mut self, all: &[Asked]) -> Told {
        let programs: Vec<_> = all.iter().map(|one| (one.expr.clone(), one.over.clone())).collect();
        let compiled = compiled::outcomes(&programs, &self.rows);
        let cel = cel_outcomes(all, &self.rows);
        let mut told = Told::default();
        for (index, asked) in all.iter().enumerate() {
            let sql = self.database.outcomes(&asked.expr, &asked.over);
            for (at, row) in asked.over.iter().enumerate() {
                let mut outcomes = vec![
                    ("evaluator", evaluated(&asked.expr, &self.rows[*row])),
                    ("PostgreSQL", sql[at].clone()),
                    ("Rust", compiled[&(index, *row)].clone()),
                ];
                let failed = outcomes[0].1.starts_with('!');
                // What fails beside `false &&` or `true ||` is false and true in CEL, in either order.
                let cel = cel[index].as_ref().filter(|_| !(failed && is_joined(&asked.expr)));
                outcomes.extend(cel.map(|found| ("CEL", found[at].clone())));
                told.cases += 1;
                told.faults += usize::from(failed);
                told.cel += usize::from(cel.is_some());
                if outcomes.iter().any(|(_, outcome)| *outcome != outcomes[0].1) {
                    told.differences.push(Difference { index, row: *row, outcomes });
                }
            }
        }
        told
    }

    /// The smallest part of an expression over which the readings still differ, for people.
    pub fn smallest(&mut self, asked: &Asked, difference: &Difference) -> String {
        let mut parts = Vec::new();
        collect(&asked.expr, &mut parts);
        // A part that stood behind a test says nothing where the test does not hold.
        parts.retain(|part| {
            !matches!(part.ty, Ty::RangeOfDate | Ty::RangeOfTimestamp)
                && !part.nullable
                && !evaluated(part, &self.rows[difference.row]).contains("absent")
        });
        parts.sort_by_key(size);
        let parts: Vec<Asked> = parts
            .into_iter()
            .map(|expr| Asked { text: String::new(), expr, over: vec![difference.row] })
            .collect();
        let told = self.compare(&parts);
        let smallest = told.differences.first();
        let (expr, outcomes) = smallest.map_or((&asked.expr, &difference.outcomes), |found| {
            (&parts[found.index].expr, &found.outcomes)
        });
        let mut out = String::new();
        for (who, outcome) in outcomes {
            out += &format!("  {who:>10}: {outcome}\n");
        }
        out += &format!("  as SQL : {}\n", database::printed(expr));
        out += &format!("  as Rust: {}\n", compiled::printed(expr));
        let row = &self.rows[difference.row];
        for ((name, ..), value) in columns().iter().zip(&row.columns) {
            if database::printed(expr).contains(&format!("\"{name}\"")) {
                out += &format!("  {name} = {value:?}\n");
            }
        }
        out + &format!("  now = {:?}\n", row.now)
    }
}

/// On a stack of its own: the crate's parser takes a great deal of it.
fn cel_outcomes(all: &[Asked], rows: &[Case]) -> Vec<Option<Vec<String>>> {
    let ask = || {
        let one = |asked: &Asked| {
            let printed = cel::printed(&asked.expr)?;
            Some(cel::outcomes(&printed, &asked.over, rows))
        };
        all.iter().map(one).collect()
    };
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(256 << 20);
        thread.spawn_scoped(scope, ask).unwrap().join().unwrap()
    })
}

fn collect(expr: &Expr, parts: &mut Vec<Expr>) {
    parts.push(expr.clone());
    children(expr).into_iter().for_each(|child| collect(child, parts));
}

fn size(expr: &Expr) -> usize {
    1 + children(expr).into_iter().map(size).sum::<usize>()
}

/// What is asked of an optional stands with the question.
fn children(expr: &Expr) -> Vec<&Expr> {
    match expr.node {
        Node::IsSet(_) | Node::IsUnset(_) => Vec::new(),
        _ => expr.parts(),
    }
}

/// Whether there is an `&&` or `||` in it.
fn is_joined(expr: &Expr) -> bool {
    matches!(expr.node, Node::Binary(Op::And | Op::Or, ..))
        || expr.parts().into_iter().any(is_joined)
}
