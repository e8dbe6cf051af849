//! Rows that are made and never changed: refused before a row is looked at, whoever writes.

use super::cx::Cx;
use super::erasure;
use super::names::{joined, literal, table};
use super::pieces::Trigger;
use crate::model::EntityId;

/// Shared by all such tables, those of the audit first; its argument is the path.
pub const FUNCTION: &str = "
CREATE FUNCTION rt.append_only() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RAISE EXCEPTION '%', TG_ARGV[0] USING ERRCODE = 'BP409';
END $$;
";

pub fn trigger(cx: &Cx<'_>, entity: EntityId) -> Option<Trigger> {
    let it = &cx.model[entity];
    let path = format!("entities.{}.append_only", it.name);
    (it.append_only && cx.guard(&path)).then(|| Trigger {
        name: joined(&[&table(&it.name), "append_only"]),
        when: "BEFORE UPDATE OR DELETE OR TRUNCATE",
        each: "STATEMENT",
        // The eraser's role may write what is personal, and nothing else.
        only: erasure::reaches(cx, entity).then(|| format!("NOT ({})", erasure::erases(cx))),
        call: format!("rt.append_only({})", literal(&path)),
    })
}
