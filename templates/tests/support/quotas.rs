//! Totals that begin anew with each window: what the world knows of them, and how the tests set them.

use super::database::Session;
use super::eval::{self, Scope};
use super::spec::{Adds, Entity, Per, Quota, Spec, Total};
use super::totals::{recount_of, written};
use super::value::{Value, civil, days_of, now};
use super::world::{Row, World};

/// Quotas that rows of `child` use up, with the entity of the rows that hold them.
pub fn used_by<'s>(spec: &'s Spec, child: &str) -> Vec<(&'s Entity, &'s Quota)> {
    let all =
        spec.entities.iter().flat_map(|entity| entity.quotas.iter().map(move |one| (entity, one)));
    all.filter(|(_, quota)| quota.child == child).collect()
}

/// The first day of the window in which a moment lies, counted from 1970.
pub fn window(per: Per, moment: i64) -> i64 {
    let day = moment.div_euclid(86_400);
    let (year, month, _) = civil(day);
    match per {
        Per::Day => day,
        // The first of them was a Thursday.
        Per::Week => day - (day + 3).rem_euclid(7),
        Per::Month => days_of(year, month),
        Per::Year => days_of(year, 1),
    }
}

impl Per {
    pub fn word(self) -> &'static str {
        match self {
            Per::Day => "day",
            Per::Week => "week",
            Per::Month => "month",
            Per::Year => "year",
        }
    }
}

impl Quota {
    /// What one row uses.
    pub fn part(&self, row: &Row) -> i64 {
        if !self.filter.as_ref().is_none_or(|filter| row.holds(filter, None)) {
            return 0;
        }
        match &self.adds {
            Adds::Count => 1,
            Adds::Sum(field) | Adds::Max(field) => match row.column(field) {
                Value::Int(value) => value,
                _ => 0,
            },
        }
    }

    /// What a window of the row may reach.
    pub fn cap(&self, row: &Row) -> Option<i64> {
        let scope = Scope {
            column: &|name| row.column(name),
            input: &|_| Value::Null,
            actor: None,
            now: now(),
        };
        match eval::eval(&self.cap, &scope) {
            Value::Int(cap) => Some(cap),
            _ => None,
        }
    }

    /// Columns by which a window names the row, each with the column of that row.
    pub fn key(&self, entity: &Entity) -> Vec<(String, String)> {
        let tenant = entity.tenant.iter().map(|one| (one.column.clone(), one.column.clone()));
        tenant.chain([(self.column.clone(), "id".to_owned())]).collect()
    }

    /// As a total that has no column.
    pub fn as_total(&self) -> Total {
        Total {
            name: String::new(),
            child: self.child.clone(),
            by: self.by.clone(),
            adds: self.adds.clone(),
            filter: self.filter.clone(),
            first: self.first,
        }
    }
}

impl World {
    /// Whether what a child grows by fits into its window, once it is as `child` says; of one that is made, into a
    /// window that has just begun too.
    pub fn has_room_for(&self, spec: &Spec, child: &Row) -> bool {
        let before = self.row(&child.entity, &child.id);
        used_by(spec, &child.entity).into_iter().all(|(entity, quota)| {
            let Some(on) = child.column(&quota.by).sql() else { return true };
            let own = quota.part(child);
            let was =
                before.filter(|row| row.names(&quota.by, &on)).map_or(0, |row| quota.part(row));
            if own <= was {
                return true;
            }
            let row = self.row(&entity.name, &on).or((child.id == on).then_some(child));
            let Some(cap) = row.and_then(|row| quota.cap(row)) else { return true };
            let used = self.used(quota, &on, child);
            used.saturating_add(own) <= cap && (before.is_some() || own <= cap)
        })
    }

    /// What others have used in the child's window.
    fn used(&self, quota: &Quota, on: &str, child: &Row) -> i64 {
        let at = window(quota.per, child.created);
        let others = self.rows_of(&quota.child).filter(|row| {
            row.id != child.id && row.names(&quota.by, on) && window(quota.per, row.created) == at
        });
        others.map(|row| quota.part(row)).fold(0, i64::saturating_add)
    }
}

/// What each window has used, by a recount of the children: the key's columns, `starts` and `used`.
fn recount(spec: &Spec, entity: &Entity, quota: &Quota) -> String {
    let child = spec.entity(&quota.child);
    let key: Vec<String> = quota
        .key(entity)
        .iter()
        .map(|(own, theirs)| format!("p.\"{theirs}\" AS \"{own}\""))
        .collect();
    let (used, on) = recount_of(spec, entity, &quota.as_total());
    let filter =
        quota.filter.as_ref().map_or(String::new(), |of| format!(" WHERE {}", written(child, of)));
    let places: Vec<String> = (1..=key.len() + 1).map(|at| at.to_string()).collect();
    format!(
        "SELECT {}, date_trunc('{}', c.created_at AT TIME ZONE 'UTC')::date AS starts, {used} AS used
         FROM {} p JOIN {} c ON {}{filter} GROUP BY {}",
        key.join(", "),
        quota.per.word(),
        entity.table,
        child.table,
        on.join(" AND "),
        places.join(", ")
    )
}

/// Sets the windows that rows of `child` use up to what a recount finds, as the owner.
pub fn recounted(spec: &Spec, child: &str) -> String {
    let parts = used_by(spec, child).into_iter().map(|(entity, quota)| {
        let (table, recount) = (&quota.table, recount(spec, entity, quota));
        format!("DELETE FROM {table};\nINSERT INTO {table} {recount};\n")
    });
    parts.collect()
}

/// Windows that rows of `child` use up and that are not what a recount finds.
pub fn wrong(spec: &Spec, child: &str, session: &mut Session) -> Vec<String> {
    let mut all = Vec::new();
    for (entity, quota) in used_by(spec, child) {
        let key = quota.key(entity);
        let same: Vec<String> =
            key.iter().map(|(own, _)| format!("w.\"{own}\" = r.\"{own}\"")).collect();
        let found = session.rows(&format!(
            "SELECT coalesce(w.\"{id}\", r.\"{id}\")::text, coalesce(w.starts, r.starts)::text,
               w.used::text, r.used::text
             FROM {} w FULL JOIN ({}) r ON {} AND w.starts = r.starts
             WHERE coalesce(w.used, 0) <> coalesce(r.used, 0)",
            quota.table,
            recount(spec, entity, quota),
            same.join(" AND "),
            id = quota.column,
        ));
        match found {
            Ok(lines) => all.extend(lines.into_iter().map(|line| {
                format!(
                    "{}.{} of {:?} from {:?} is {:?}, and should be {:?}",
                    entity.name, quota.name, line[0], line[1], line[2], line[3]
                )
            })),
            Err(refusal) => all.push(refusal.to_string()),
        }
    }
    all
}

/// SQL that says what the window of a moment has used, as the owner.
pub fn set(entity: &Entity, quota: &Quota, on: &Row, moment: i64, used: i64) -> String {
    let mut columns: Vec<String> =
        quota.key(entity).into_iter().map(|(own, _)| format!("\"{own}\"")).collect();
    let tenant = entity.tenant.as_ref().map(|tenant| on.column(&tenant.column));
    let mut values: Vec<String> = tenant
        .into_iter()
        .chain([Value::text(&on.id), Value::Date(window(quota.per, moment))])
        .map(|value| super::value::quote(value.sql().as_deref()))
        .collect();
    columns.push("starts".to_owned());
    values.push(used.to_string());
    let key = columns.join(", ");
    format!(
        "INSERT INTO {} ({key}, used) VALUES ({})
         ON CONFLICT ({key}) DO UPDATE SET used = excluded.used;\n",
        quota.table,
        values.join(", ")
    )
}

/// Gives all windows in which rows of `child` were made, or are made now, room for any, as the owner.
pub fn aside(spec: &Spec, child: &str) -> String {
    let each = used_by(spec, child).into_iter().map(|(entity, quota)| {
        let key = quota.key(entity);
        let own: Vec<String> = key.iter().map(|(own, _)| format!("\"{own}\"")).collect();
        let theirs: Vec<String> = key.iter().map(|(_, theirs)| format!("p.\"{theirs}\"")).collect();
        format!(
            "INSERT INTO {} ({own}, starts, used)
             SELECT DISTINCT {}, date_trunc('{}', m.made AT TIME ZONE 'UTC')::date, -1000000000000000
             FROM {} p, (
               SELECT created_at FROM {} UNION VALUES (now()), (now() + interval '1 day')
             ) m (made)
             ON CONFLICT ({own}, starts) DO UPDATE SET used = excluded.used;\n",
            quota.table,
            theirs.join(", "),
            quota.per.word(),
            entity.table,
            spec.entity(child).table,
            own = own.join(", "),
        )
    });
    each.collect()
}
