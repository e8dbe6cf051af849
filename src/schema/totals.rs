//! Totals: columns of a row that its children add up to, kept by a trigger on the children.
//!
//! The trigger is owned by a role that may change these columns and nothing else. It changes the row
//! that a child refers to in the child's own transaction, so writers of one row's children take turns
//! and a rule over a total holds among them. Rows are locked in the order of (entity, id); a door that
//! locks a child has locked what it counts on before, where that comes first.

use super::cx::{Cx, Slot};
use super::holds::hold;
use super::keys::{is_within_tenant, tenant_column};
use super::layout::{WIDTH, block, indent, two};
use super::names::{ident, joined, quoted, table};
use super::pieces::{Access, Grant};
use super::policies::policy;
use super::quotas;
use super::text_of_functions::dollars;
use super::types;
use super::who::{Place, Row};
use crate::expr::sql;
use crate::expr::typed::Expr;
use crate::model::{Adds, EntityId, FieldId, Model, Origin, Quota, Total};

/// The totals that one reference of a child feeds.
pub struct Link<'m> {
    pub parent: EntityId,
    pub by: FieldId,
    pub totals: Vec<&'m Total>,
    /// Those that begin anew with each window.
    pub quotas: Vec<&'m Quota>,
}

/// Whether the service has any.
fn any(model: &Model) -> bool {
    model.entities.iter().any(|entity| !entity.totals.is_empty()) || super::quotas::any(model)
}

/// Whether there is a role that keeps totals, and asks rules when a transaction ends.
pub fn has_role(model: &Model) -> bool {
    any(model)
        || super::rules::any_at_commit(model)
        || super::settled::any_of_another(model)
        || super::numbers::any(model)
        || super::picks::any(model)
}

/// By the rank of what they are counted on, which is the order in which it is locked.
pub fn links(model: &Model, child: EntityId) -> Vec<Link<'_>> {
    let mut links: Vec<Link<'_>> = Vec::new();
    for parent in model.entity_ids() {
        let it = &model[parent];
        for total in it.totals.iter().filter(|total| total.child == child) {
            link(&mut links, parent, total.by).totals.push(total);
        }
        for quota in it.quotas.iter().filter(|quota| quota.child == child) {
            link(&mut links, parent, quota.by).quotas.push(quota);
        }
    }
    links
}

fn link<'l, 'm>(links: &'l mut Vec<Link<'m>>, parent: EntityId, by: FieldId) -> &'l mut Link<'m> {
    let of = |link: &Link<'_>| link.parent == parent && link.by == by;
    let at = links.iter().position(of).unwrap_or(links.len());
    if at == links.len() {
        links.push(Link { parent, by, totals: Vec::new(), quotas: Vec::new() });
    }
    &mut links[at]
}

/// Fields by which rows of the entity are counted on others.
pub fn counting(model: &Model, child: EntityId) -> Vec<FieldId> {
    links(model, child).iter().map(|link| link.by).collect()
}

/// Columns of the entity that are totals.
pub fn slots(cx: &Cx<'_>, entity: EntityId) -> Vec<Slot> {
    let fields = cx.model[entity].fields.iter().enumerate();
    let totals = fields.filter(|(_, field)| field.origin == Origin::Total);
    totals.map(|(at, _)| Slot::Field(FieldId(at))).collect()
}

fn path(cx: &Cx<'_>, parent: EntityId, total: &Total) -> String {
    let it = &cx.model[parent];
    format!("entities.{}.totals.{}", it.name, it.fields[total.field.0].name)
}

/// Triggers of all children, and the functions by which doors lock what they count on.
pub fn sql(cx: &Cx<'_>) -> String {
    if !any(cx.model) {
        return String::new();
    }
    let mut out = String::from(
        "-- Totals: what children add up to, kept with each change of a child, in its transaction.\n",
    );
    for parent in cx.model.entity_ids() {
        let holders = cx.holding(parent);
        if !holders.is_empty() {
            out.push_str(&hold(cx, parent, &holders));
        }
    }
    for child in cx.model.entity_ids() {
        out.push_str(&keeper(cx, child).unwrap_or_default());
    }
    out
}

/// The trigger of one child's table.
fn keeper(cx: &Cx<'_>, child: EntityId) -> Option<String> {
    let links = links(cx.model, child);
    let parts: Vec<String> = links
        .iter()
        .flat_map(|link| {
            let quotas = link.quotas.iter().map(|quota| quotas::part(cx, child, link, quota));
            part(cx, child, link).into_iter().chain(quotas)
        })
        .collect();
    if parts.is_empty() {
        return None;
    }
    let windows: Vec<&&Quota> = links.iter().flat_map(|link| &link.quotas).collect();
    let mut declare = String::new();
    if !windows.is_empty() {
        declare.push_str("  used bigint;\n");
    }
    if windows.iter().any(|quota| !quota.is_fixed()) {
        declare.push_str("  cap bigint;\n");
    }
    let name = joined(&[&table(&cx.model[child].name), "totals"]);
    let (bare, function) = (ident(&name), format!("rt.{}()", ident(&name)));
    let body = parts.iter().map(|part| indent(part, "  ")).collect::<Vec<_>>().join("\n");
    let mark = dollars(std::slice::from_ref(&body));
    let head = format!(
        "CREATE TRIGGER {bare} AFTER INSERT OR UPDATE OR DELETE ON {}\nFOR EACH ROW",
        cx.table(child)
    );
    let trigger = two(&head, &format!("EXECUTE FUNCTION {function};"));
    Some(format!(
        "
CREATE FUNCTION {function} RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS {mark}
DECLARE
  part record;
{declare}BEGIN
{body}
  RETURN NULL;
END {mark};

{trigger}

ALTER FUNCTION {function} OWNER TO {};
",
        quoted(&cx.role("totals"))
    ))
}

/// What a change of a child adds to, or takes from, the rows to which it referred and refers.
fn part(cx: &Cx<'_>, child: EntityId, link: &Link<'_>) -> Option<String> {
    let totals: Vec<&Total> = link
        .totals
        .iter()
        .copied()
        .filter(|total| cx.guard(path(cx, link.parent, total)))
        .collect();
    if totals.is_empty() {
        return None;
    }
    let by = cx.column(child, Slot::Field(link.by));
    let (mut names, mut was, mut is) = (vec!["id".to_owned()], Vec::new(), Vec::new());
    was.push(format!("OLD.{by}"));
    is.push(format!("NEW.{by}"));
    let (mut picked, mut moved, mut set, mut anew) =
        (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for total in &totals {
        let own = &cx.model[link.parent].fields[total.field.0].name;
        let column = cx.column(link.parent, Slot::Field(total.field));
        match total.adds {
            Adds::Max(_) => {
                let (lost, gained) =
                    (ident(&joined(&[own, "lost"])), ident(&joined(&[own, "gained"])));
                let ty = types::stored(&cx.model[link.parent].fields[total.field.0].ty);
                was.extend([
                    counted(cx, child, (total.adds, &total.filter), "OLD.", ""),
                    format!("NULL::{ty}"),
                ]);
                is.extend([
                    format!("NULL::{ty}"),
                    counted(cx, child, (total.adds, &total.filter), "NEW.", ""),
                ]);
                picked.push(format!("max(x.{lost}) AS {lost}, max(x.{gained}) AS {gained}"));
                moved.push(format!("max(x.{lost}) IS DISTINCT FROM max(x.{gained})"));
                set.push(format!("{column} = greatest(p.{column}, part.{gained})"));
                if cx.guard(format!("{}.anew", path(cx, link.parent, total))) {
                    anew.push(found_anew(cx, child, link, total));
                }
                names.extend([lost, gained]);
            }
            Adds::Sum(_) | Adds::Count => {
                let own = ident(own);
                was.push(counted(cx, child, (total.adds, &total.filter), "OLD.", "-"));
                is.push(counted(cx, child, (total.adds, &total.filter), "NEW.", ""));
                picked.push(format!("sum(x.{own}) AS {own}"));
                moved.push(format!("sum(x.{own}) <> 0"));
                set.push(format!("{column} = p.{column} + part.{own}"));
                names.push(own);
            }
        }
    }
    let row = |of: &[String]| indent(&block("(", of, ")", WIDTH - 12), "      ");
    Some(format!(
        "-- {}, by {}
FOR part IN
  SELECT x.id, {}
  FROM (
    VALUES
{},
{}
{}
  WHERE x.id IS NOT NULL
  GROUP BY x.id
  HAVING {}
  ORDER BY x.id
LOOP
  UPDATE {} p
  SET {}
  WHERE {};{}
END LOOP;",
        cx.model[link.parent].name,
        cx.model[child].fields[link.by.0].name,
        picked.join(",\n    "),
        row(&was),
        row(&is),
        indent(&block(") AS x (", &names, ")", WIDTH - 4), "  "),
        moved.join("\n    OR "),
        cx.table(link.parent),
        set.join(",\n      "),
        key(cx, child, link),
        anew.iter().map(|one| format!("\n{}", indent(one, "  "))).collect::<String>(),
    ))
}

/// What one version of the child counts for; nothing where it does not count.
pub fn counted(
    cx: &Cx<'_>,
    child: EntityId,
    (adds, filter): (Adds, &Option<Expr>),
    prefix: &str,
    sign: &str,
) -> String {
    let row = Row::new(cx, child, prefix, Place::Policy);
    let value = match adds {
        // Beyond 64 bits, where the greatest lie that are added and taken away again.
        Adds::Sum(field) => format!("{sign}{}::numeric", row.slot(Slot::Field(field))),
        Adds::Count => format!("{sign}1"),
        Adds::Max(field) => row.slot(Slot::Field(field)),
    };
    let other = if matches!(adds, Adds::Max(_)) { "" } else { " ELSE 0" };
    match filter {
        Some(filter) => format!("CASE WHEN {} THEN {value}{other} END", sql::print(filter, &row)),
        None => value,
    }
}

/// The greatest of those that are left, in a statement of its own: the one before it has locked the
/// row, so this one sees what others have done.
fn found_anew(cx: &Cx<'_>, child: EntityId, link: &Link<'_>, total: &Total) -> String {
    let Adds::Max(field) = total.adds else { return String::new() };
    let own = &cx.model[link.parent].fields[total.field.0].name;
    let (lost, gained) = (ident(&joined(&[own, "lost"])), ident(&joined(&[own, "gained"])));
    let row = Row::new(cx, child, "c.", Place::Policy);
    let mut all = Vec::new();
    if is_within_tenant(cx, child, link.by) {
        all.extend(
            tenant_column(cx, child)
                .map(|column| format!("c.{column} = coalesce(NEW.{column}, OLD.{column})")),
        );
    }
    all.push(format!("c.{} = p.id", cx.column(child, Slot::Field(link.by))));
    all.extend(total.filter.as_ref().map(|filter| sql::conjunct(filter, &row)));
    format!(
        "IF part.{lost} IS NOT NULL AND (part.{gained} < part.{lost}) IS NOT FALSE THEN
  UPDATE {} p
  SET {} = (
    SELECT max({}) FROM {} c
    WHERE {}
  )
  WHERE {};
END IF;",
        cx.table(link.parent),
        cx.column(link.parent, Slot::Field(total.field)),
        row.slot(Slot::Field(field)),
        cx.table(child),
        all.join("\n      AND "),
        key(cx, child, link),
    )
}

/// The row that is counted on.
pub fn key(cx: &Cx<'_>, child: EntityId, link: &Link<'_>) -> String {
    let own = tenant_column(cx, child).filter(|_| is_within_tenant(cx, child, link.by));
    match own.zip(tenant_column(cx, link.parent)) {
        Some((own, theirs)) => {
            format!("p.{theirs} = coalesce(NEW.{own}, OLD.{own}) AND p.id = part.id")
        }
        None => "p.id = part.id".to_owned(),
    }
}

/// What the totals' role may do with a table: change the totals in it, and read the children of which
/// it finds the greatest.
pub fn access(cx: &Cx<'_>, entity: EntityId) -> Option<Access> {
    let own = slots(cx, entity);
    let mut read: Vec<Slot> = own.clone();
    for link in links(cx.model, entity) {
        for total in link.totals.iter().filter(|total| matches!(total.adds, Adds::Max(_))) {
            let row = Row::new(cx, entity, "c.", Place::Policy);
            total.filter.iter().for_each(|filter| drop(sql::conjunct(filter, &row)));
            read.extend(row.used.into_inner());
            read.extend(total.adds.field().map(Slot::Field));
            read.push(Slot::Field(link.by));
        }
    }
    read.extend(super::rules::read_at_commit(cx, entity));
    read.extend(super::settled::read_of(cx, entity));
    read.extend(super::picks::read_of(cx, entity));
    read.extend(quotas::read_of(cx, entity));
    let locks = own.is_empty() && !cx.model[entity].quotas.is_empty();
    if read.is_empty() && !locks {
        return None;
    }
    read.extend(cx.model[entity].scope.tenant().map(|(_, column)| Slot::Field(column)));
    read.push(Slot::Id);
    let columns = |of: &[Slot]| -> Vec<String> {
        let all = cx.slots(entity).into_iter().filter(|slot| of.contains(slot));
        all.map(|slot| cx.column(entity, slot)).collect()
    };
    let mut privileges = vec![("SELECT", columns(&read))];
    if !own.is_empty() {
        privileges.push(("UPDATE", columns(&own)));
    }
    if locks {
        // A lock asks for it; no function of this role writes it.
        privileges.push(("UPDATE", columns(&[Slot::Version])));
    }
    let role = cx.role("totals");
    let command = if own.is_empty() && !locks { Some("SELECT") } else { None };
    Some(Access {
        policies: vec![policy("totals", command, role.clone(), Vec::new())],
        grant: Some(Grant { privileges, role }),
    })
}

/// Whether it is the totals' role that writes.
pub fn is_kept(cx: &Cx<'_>) -> String {
    let role = quoted(&cx.role("totals"));
    format!("to_regrole(quote_ident(current_user)) = to_regrole('{role}')")
}

/// For the table's own trigger: totals begin with nothing, whatever is written, and by what it is known
/// that somebody else has changed one.
pub fn untouched(cx: &Cx<'_>, entity: EntityId) -> Option<(String, String)> {
    let slots = slots(cx, entity);
    if slots.is_empty() || !cx.guard(format!("entities.{}.totals", cx.model[entity].name)) {
        return None;
    }
    let row = |of: &str| {
        let all: Vec<String> =
            slots.iter().map(|slot| format!("{of}.{}", cx.column(entity, *slot))).collect();
        format!("ROW({})", all.join(", "))
    };
    let first = slots.iter().map(|slot| {
        let value = match slot {
            Slot::Field(field) if cx.model[entity].fields[field.0].default.is_some() => "0",
            _ => "NULL",
        };
        format!("  NEW.{} := {value};\n", cx.column(entity, *slot))
    });
    Some((first.collect(), format!("{} IS DISTINCT FROM {}", row("NEW"), row("OLD"))))
}
