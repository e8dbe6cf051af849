//! An entity's queries: SQL beside the function that runs it.

mod act;
mod statement;

use serde::Serialize;

use crate::model::{Entity, FieldId, Model};
use crate::schema::calls::{Anchor, Column, Holds, Read};

use super::context;
use super::database::Database;
use super::domain;
use super::routes::{Operation, Route, RowBy};
use super::rust_type::ident;
use act::act;
use statement::{clause, select};

#[derive(Debug, Clone, Serialize)]
pub struct Query {
    /// `LIST_IN_TEAM`.
    pub constant: String,
    /// `team entities.Task.list`: the comment that names it in the server's statistics.
    pub head: String,
    pub sql: String,
    pub doc: String,
    /// `list_in_team`.
    pub name: String,
    pub parameters: String,
    pub answer: String,
    pub context: String,
    /// Of the session.
    pub method: &'static str,
    pub values: String,
    /// Whether the call fits a line with its values.
    pub short: bool,
    /// Whether it does not.
    pub long: bool,
    /// What is asked of a hook before.
    pub look: Option<Look>,
}

/// What a hook is given, and who says so.
#[derive(Debug, Clone, Serialize)]
pub struct Look {
    pub constant: String,
    pub sql: String,
    /// `commands.book.calls.quote`.
    pub path: String,
    /// Parameters after the assertion.
    pub shown: String,
    /// Whether the request has a name by which a repeat is known.
    pub named: &'static str,
    /// The module of the hook.
    pub hook: String,
}

/// The function's name, of store and handler alike.
pub fn function(model: &Model, route: &Route) -> String {
    let action = match route.operation {
        Operation::List => "list",
        Operation::Get => "get",
        Operation::Action(index) => &model[route.entity].actions[index].name,
    };
    format!("{action}_{}", context::suffix(&model[route.context]))
}

pub fn query(model: &Model, database: Database<'_>, route: &Route, without: Option<&str>) -> Query {
    let read = database.read(route.entity, route.context);
    match (route.operation, read) {
        (Operation::List, Some(read)) => list(model, route, read, without),
        (Operation::Get, Some(read)) => get(model, route, read, without),
        (Operation::Action(index), _) => {
            act(model, route, database.call(route.entity, index, route.context))
        }
        _ => panic!("a route reads what its context may not"),
    }
}

fn base(model: &Model, route: &Route, what: &str) -> Query {
    let name = function(model, route);
    let context = &model[route.context];
    Query {
        constant: name.to_uppercase(),
        head: format!("{} entities.{}.{what}", context.name, model[route.entity].name),
        sql: String::new(),
        doc: String::new(),
        name,
        parameters: format!("{}: &{}", context::variable(context), context::extractor(context)),
        answer: String::new(),
        context: context::variable(context),
        method: "",
        values: String::new(),
        short: true,
        long: false,
        look: None,
    }
}

fn get(model: &Model, route: &Route, read: &Read, without: Option<&str>) -> Query {
    let entity = &model[route.entity];
    let mut query = base(model, route, "get");
    let mut values = Values::default();
    let mut conjuncts = anchor(model, route, read, "get", without, &mut values);
    if route.row == RowBy::Id {
        query.parameters.push_str(", id: Uuid");
        conjuncts.push(format!("t.id = {}", values.add("&id".to_owned())));
    }
    query.sql = format!("{}{}", select(read), clause(&conjuncts));
    query.doc = match route.row {
        RowBy::Me => "The person's own row.".to_owned(),
        RowBy::Tenant => format!("The {} itself.", title(&entity.name)),
        RowBy::Id | RowBy::None => format!("One {}.", title(&entity.name)),
    };
    query.answer = format!("Option<{}>", domain::row_name(entity, &model[route.context]));
    query.method = "row";
    query.finish(values)
}

fn list(model: &Model, route: &Route, read: &Read, without: Option<&str>) -> Query {
    let (entity, context) = (&model[route.entity], &model[route.context]);
    let mut query = base(model, route, "list");
    let mut values = Values::default();
    let mut conjuncts = anchor(model, route, read, "list", without, &mut values);
    conjuncts.push(format!("t.id < {}", values.add("&window.before".to_owned())));
    let limit = values.add("&window.limit".to_owned());
    query.parameters.push_str(", window: &Window<'_>");
    let filters = domain::filters(model, route);
    if !filters.is_empty() {
        query.parameters.push_str(&format!(", filter: &{}", domain::filter_name(entity, context)));
    }
    for (name, ty) in filters {
        let column = column_of(entity, &read.columns, &name);
        let number = values.add(format!("&filter.{}", ident(&name)));
        let cast = if ty == "Uuid" { "uuid" } else { "text" };
        conjuncts.push(format!("({number}::{cast} IS NULL OR {column} = {number})"));
    }
    query.sql =
        format!("{}{}\nORDER BY t.id DESC\nLIMIT {limit}", select(read), clause(&conjuncts));
    query.doc = format!("{}, newest first.", super::names::title(&entity.plural));
    query.answer = format!("Vec<{}>", domain::row_name(entity, context));
    query.method = "rows";
    query.finish(values)
}

/// The member of the extractor that is the tenant's id.
pub fn tenant(model: &Model, route: &Route) -> String {
    let tenant = model[route.context].tenant();
    tenant.map_or_else(String::new, |id| ident(&super::routes::tenant_parameter(&model[id])))
}

impl Query {
    fn finish(mut self, values: Values) -> Query {
        let values = values.0.join(", ");
        let call = format!(
            "    {}.session.{}({}, &[{values}]).await",
            self.context, self.method, self.constant
        );
        self.short = self.look.is_none() && call.len() <= 100;
        self.long = self.look.is_none() && !self.short;
        self.values = values;
        self
    }
}

/// Parameters of a statement, as they are numbered.
#[derive(Default)]
struct Values(Vec<String>);

impl Values {
    fn add(&mut self, value: String) -> String {
        self.0.push(value);
        format!("${}", self.0.len())
    }
}

/// One end of a range that may be absent, null, or there.
fn range_end(value: &str, end: &str, left_out: bool, optional: bool) -> String {
    match (left_out, optional) {
        (false, false) => format!("&{value}.{end}"),
        (false, true) => format!("&{value}.map(|range| range.{end})"),
        (true, false) => format!("&{value}.as_ref().map(|range| range.{end})"),
        (true, true) => {
            format!("&{value}.as_ref().and_then(|range| range.map(|range| range.{end}))")
        }
    }
}

/// What the statement itself says of whose rows it means, beside row security.
fn anchor(
    model: &Model,
    route: &Route,
    read: &Read,
    what: &str,
    without: Option<&str>,
    values: &mut Values,
) -> Vec<String> {
    let entity = &model[route.entity];
    let guard =
        |kind: &str| format!("store.{}.{what}.{}.{kind}", entity.name, model[route.context].name);
    let left_out = |kind: &str| without == Some(guard(kind).as_str());
    match &read.anchor {
        Anchor::Tenant(column) => {
            let session = context::variable(&model[route.context]);
            let number = values.add(format!("&{session}.{}", tenant(model, route)));
            // A parameter must be used, or the statement cannot be prepared.
            let absent = left_out("tenant").then(|| format!("{number}::uuid IS NOT NULL"));
            vec![absent.unwrap_or_else(|| format!("{column} = {number}"))]
        }
        Anchor::Me if left_out("me") => vec![],
        Anchor::Me => vec!["t.id = (SELECT rt.sealed_me())".to_owned()],
        Anchor::Policy => vec![],
    }
}

/// Ids of all conjuncts that may be left out.
pub fn guards(model: &Model, database: Database<'_>, routes: &[Route]) -> Vec<String> {
    let mut guards = Vec::new();
    for route in routes {
        let what = match route.operation {
            Operation::List => "list",
            Operation::Get => "get",
            Operation::Action(_) => continue,
        };
        let Some(read) = database.read(route.entity, route.context) else { continue };
        let kind = match &read.anchor {
            Anchor::Tenant(_) => "tenant",
            Anchor::Me => "me",
            Anchor::Policy => continue,
        };
        let (entity, context) = (&model[route.entity].name, &model[route.context].name);
        guards.push(format!("store.{entity}.{what}.{context}.{kind}"));
    }
    guards
}

fn column_of<'c>(entity: &Entity, columns: &'c [Column], name: &str) -> &'c str {
    let field = entity.fields.iter().position(|field| field.name == name);
    columns
        .iter()
        .find(|column| match (column.holds, field) {
            (Holds::Field(FieldId(index)), Some(field)) => index == field,
            (Holds::State, None) => true,
            _ => false,
        })
        .map_or("", |column| &column.expr)
}

fn title(name: &str) -> String {
    super::names::title(name).to_lowercase()
}

#[cfg(test)]
mod tests {
    use crate::plan::{example, guards, plan};
    use crate::schema;

    /// SQL of one query of `projects`.
    fn sql(entity: &str, name: &str, without: Option<&str>) -> String {
        let model = example::projects();
        let plan = plan(&model, &schema::lower(&model, without), without);
        let entity = plan.entities.into_iter().find(|of| of.name == entity).unwrap();
        entity.queries.into_iter().find(|query| query.name == name).unwrap().sql
    }

    #[test]
    fn a_read_says_its_tenant_beside_row_security() {
        let sql = sql("Task", "get_in_team", None);
        assert!(sql.ends_with("FROM app.task t\nWHERE t.team = $1\n  AND t.id = $2"), "{sql}");
    }

    #[test]
    fn each_guard_can_be_left_out_and_the_statement_still_has_its_parameters() {
        let model = example::projects();
        let guards = guards(&model, &schema::lower(&model, None));
        assert!(guards.contains(&"store.Task.get.team.tenant".to_owned()), "{guards:?}");
        for guard in guards {
            let parts: Vec<&str> = guard.split('.').collect();
            let [_, entity, what, context, kind] = parts[..] else { panic!("{guard}") };
            let name = format!("{what}_in_{context}");
            let (whole, mutant) = (sql(entity, &name, None), sql(entity, &name, Some(&guard)));
            assert_ne!(whole, mutant, "{guard}");
            assert_eq!(mutant.contains("$1::uuid IS NOT NULL"), kind == "tenant", "{mutant}");
        }
    }

    #[test]
    fn a_filter_that_is_not_given_lets_all_pass() {
        let sql = sql("Task", "list_in_team", None);
        assert!(sql.contains("AND ($6::text IS NULL OR t.state = $6)"), "{sql}");
        assert!(sql.ends_with("ORDER BY t.id DESC\nLIMIT $3"), "{sql}");
    }
}
