//! Which rows are due for a timer, asked so that an index finds them.

use super::cx::{Cx, Slot};
use super::names::{joined, table};
use super::pieces::Index;
use super::who::{Place, Row};
use crate::expr::sql;
use crate::expr::typed::{Expr, Function as Call, Literal, Node, Op, Ty};
use crate::model::{Action, Due, EntityId, FieldId, is_in};

/// A column, or an end of one, and so many seconds: what an index can be asked for.
struct Moved {
    column: Expr,
    seconds: i64,
}

/// The instant as the least of such; none where it is nothing of the kind.
fn least(instant: &Expr) -> Option<Vec<Moved>> {
    let plain = || Some(vec![Moved { column: instant.clone(), seconds: 0 }]);
    match &instant.node {
        Node::Column(_) => plain(),
        Node::Call(Call::RangeStart | Call::RangeEnd, of)
            if matches!(of[0].node, Node::Column(_)) =>
        {
            plain()
        }
        Node::Binary(op @ (Op::Add | Op::Sub), of, by) => {
            let Node::Literal(Literal::Int(by)) = by.node else { return None };
            let by = if *op == Op::Add { by } else { -by };
            let mut all = least(of)?;
            all.iter_mut().for_each(|one| one.seconds += by);
            Some(all)
        }
        Node::Call(Call::Min, all) => {
            let all: Option<Vec<Vec<Moved>>> = all.iter().map(least).collect();
            Some(all?.into_iter().flatten().collect())
        }
        _ => None,
    }
}

/// `x.created_at <= now() - interval '900 seconds'`.
fn passed(moved: &Moved, row: &Row<'_>) -> String {
    let column = sql::print(&moved.column, row);
    match moved.seconds {
        0 => format!("{column} <= now()"),
        by if by > 0 => format!("{column} <= now() - interval '{by} seconds'"),
        by => format!("{column} <= now() + interval '{} seconds'", -by),
    }
}

/// What makes a row due, so that an index finds it: conjuncts, and by what they are in order.
pub fn is_due(
    cx: &Cx<'_>,
    entity: EntityId,
    action: &Action,
    row: &Row<'_>,
) -> (Vec<String>, String) {
    let it = &cx.model[entity];
    let mut all = vec![sql::conjunct(&is_in(it, &action.from), row)];
    let mut order = String::new();
    let Some(timer) = action.timer.as_ref() else { return (all, order) };
    if !cx.guard(format!("{}.due", action.path(it))) {
        return (all, order);
    }
    let deleted_at = it.deleted_at();
    let hides = |_: &FieldId| cx.guard(format!("{}.deleted", action.path(it)));
    all.extend(deleted_at.filter(hides).map(|at| format!("{} IS NULL", row.slot(Slot::Field(at)))));
    let when = it.besides_there(timer.when.as_ref());
    all.extend(when.map(|when| sql::conjunct(when, row)));
    let columns = timer.due.instant().and_then(least);
    match (&timer.due, columns) {
        (_, Some(columns)) => {
            let each: Vec<String> = columns.iter().map(|one| passed(one, row)).collect();
            match each.as_slice() {
                [one] => {
                    order = format!("\nORDER BY {}", sql::print(&columns[0].column, row));
                    all.push(one.clone());
                }
                _ => all.push(format!("({})", each.join(" OR "))),
            }
        }
        (Due::AsSoon(holds), _) => all.push(sql::conjunct(holds, row)),
        (Due::At(instant) | Due::After(instant), None) => {
            all.push(format!("{} <= now()", sql::print(instant, row)));
        }
    }
    all.extend(action.require.iter().map(|one| sql::conjunct(&one.holds, row)));
    (all, order)
}

/// Those by which rows that are due are found.
pub fn indexes(cx: &Cx<'_>, entity: EntityId) -> Vec<Index> {
    let it = &cx.model[entity];
    let row = Row::new(cx, entity, "", Place::Policy);
    let mut out = Vec::new();
    for action in it.timers() {
        let Some(timer) = &action.timer else { continue };
        let mut filter = sql::print(&is_in(it, &action.from), &row);
        // Deleted rows stay due for ever, before all others.
        let hidden =
            it.deleted_at().map(|at| format!(" AND {} IS NULL", row.slot(Slot::Field(at))));
        filter.extend(hidden);
        let columns: Vec<String> = match (timer.due.instant().and_then(least), &timer.due) {
            (Some(columns), _) => columns.iter().map(|one| sql::print(&one.column, &row)).collect(),
            (None, Due::AsSoon(holds)) if is_fixed(holds) => {
                filter = format!("{filter} AND {}", sql::conjunct(holds, &row));
                vec!["id".to_owned()]
            }
            _ => vec!["id".to_owned()],
        };
        let several = columns.len() > 1;
        for (at, column) in columns.into_iter().enumerate() {
            let number = if several { format!("due_{}", at + 1) } else { "due".to_owned() };
            out.push(Index {
                name: joined(&[&table(&it.name), &action.name, &number, "idx"]),
                columns: vec![column],
                filter: Some(filter.clone()),
                refusal: None,
            });
        }
    }
    out
}

/// Whether PostgreSQL knows that it comes out the same whenever it is asked.
fn is_fixed(expr: &Expr) -> bool {
    let moves = matches!(expr.node, Node::Binary(Op::Add | Op::Sub, ..))
        && matches!(expr.ty, Ty::Timestamp | Ty::Date | Ty::Duration);
    let calls = matches!(&expr.node, Node::Call(of, _)
        if !matches!(of, Call::Min | Call::Max | Call::RangeStart | Call::RangeEnd));
    !moves && !calls && expr.parts().into_iter().all(is_fixed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::expr::typed::Column;

    #[test]
    fn an_index_is_asked_for_columns_alone() {
        let column =
            |at| Expr { node: Node::Column(Column::Field(at)), ty: Ty::Timestamp, nullable: false };
        let hour =
            Expr { node: Node::Literal(Literal::Int(3600)), ty: Ty::Duration, nullable: false };
        let minus = Node::Binary(Op::Sub, Box::new(column(1)), Box::new(hour));
        let minus = Expr { node: minus, ..column(1) };
        let both = Expr { node: Node::Call(Call::Min, vec![column(0), minus]), ..column(0) };
        let found = least(&both).expect("two columns");
        let seconds: Vec<i64> = found.iter().map(|one| one.seconds).collect();
        assert_eq!(seconds, [0, -3600]);
        let greatest = Expr { node: Node::Call(Call::Max, vec![column(0), both]), ..column(0) };
        assert!(least(&greatest).is_none());
    }
}
