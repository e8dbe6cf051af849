//! What a hook is asked and what it gave, as the database says and checks it.
//!
//! A door that asks a hook has a second function beside it, which looks: it refuses as the door does, locks
//! and writes nothing, and says what the hook is given. The hook runs where no transaction is open. The door
//! then believes what it gave only by the service's code over it, and only while what the hook was given is
//! still so: it is said anew behind the locks.

use super::calls::SqlType;
use super::cx::{Cx, Slot};
use super::doors::DoorCx;
use super::layout::indent;
use super::names::{ident, literal};
use super::pieces::{Function, Returns, Step, refuse};
use super::types;
use super::who::{Place, Row};
use crate::expr::sql;
use crate::expr::typed::{Column, Expr, Node};
use crate::model::{Action, EntityId, Hook, HookReads, Input, Model, Type};

/// Rows that a hook is given, to be locked as they are.
#[derive(Debug, Clone)]
pub struct HookRows {
    pub entity: EntityId,
    pub name: String,
    /// Over a row `x`.
    pub filter: String,
    /// The reference that names the one row which it is.
    pub by: Option<Expr>,
    /// The rows of others that must be known first.
    pub far: Vec<usize>,
    /// Whether the action's own row must be.
    pub own: bool,
}

/// Whether some action asks one.
pub fn are_asked(model: &Model) -> bool {
    let mut actions = model.entities.iter().flat_map(|entity| &entity.actions);
    actions.any(|action| action.call().is_some())
}

/// `commands.book.calls.quote`.
pub fn path(it: &DoorCx<'_>, hook: &Hook) -> String {
    format!("{}.calls.{}", it.path(), hook.name)
}

/// The argument that carries what a hook gave: 32 bytes of the service's code, 32 of the hash of what the hook
/// was given, then what it gave.
pub fn argument(hook: &Hook) -> String {
    format!("hook_{}", hook.name)
}

/// What the hook gave, as later steps name it.
pub fn gave(model: &Model, action: &Action) -> Vec<String> {
    let Some((step, hook, _)) = action.call() else { return Vec::new() };
    model[hook].output.iter().map(|one| format!("{}.{}", record(step), column(one))).collect()
}

/// The record that holds what the hook of a step gave.
fn record(step: usize) -> String {
    format!("call_{}", step + 1)
}

fn column(of: &Input) -> String {
    ident(&super::names::stored(&of.name, &of.ty))
}

/// What a door or a look has of the hook that it asks.
pub struct Asked<'a> {
    it: &'a DoorCx<'a>,
    hook: &'a Hook,
    step: usize,
    /// The text of what the hook is given.
    said: String,
}

/// `row` is told of all other rows of which that speaks.
pub fn asked<'a>(it: &'a DoorCx<'a>, row: &Row<'_>) -> Option<Asked<'a>> {
    let (step, id, with) = it.action().call()?;
    let hook = &it.cx.model[id];
    let given: Vec<String> =
        hook.input.iter().zip(with).map(|(one, value)| given(one, value, row)).collect();
    let mut reads = Vec::new();
    for (one, locked) in hook.reads.iter().zip(rows(it, row, hook, with, &given)) {
        reads.push((one.name.clone(), read(it, one, &given)));
        row.hook_rows.borrow_mut().push(locked);
    }
    let input = hook.input.iter().zip(&given);
    let input = input.map(|(one, value)| (one.name.clone(), encoded(&one.ty, one.optional, value)));
    let said = object(&[
        ("input".to_owned(), object(&input.collect::<Vec<_>>())),
        ("reads".to_owned(), object(&reads)),
    ]);
    Some(Asked { it, hook, step, said: format!("{said}::text") })
}

fn given(one: &Input, value: &Option<Expr>, row: &Row<'_>) -> String {
    match value {
        Some(value) => {
            let value = sql::print(value, row);
            let simple = value.chars().all(|c| c.is_ascii_alphanumeric() || "_.".contains(c));
            if simple { value } else { format!("({value})") }
        }
        None => format!("NULL::{}", types::stored(&one.ty)),
    }
}

/// The rows themselves, as they are to be locked.
fn rows(
    it: &DoorCx<'_>,
    row: &Row<'_>,
    hook: &Hook,
    with: &[Option<Expr>],
    given: &[String],
) -> Vec<HookRows> {
    let (mut far, mut own) = (Vec::new(), false);
    with.iter().flatten().for_each(|one| speaks_of(one, row, &mut far, &mut own));
    let locked = hook.reads.iter().map(|one| HookRows {
        entity: one.entity,
        name: one.name.clone(),
        filter: filter(it, one, given, "x."),
        by: one.named_by().and_then(|input| with[input].clone()),
        far: far.clone(),
        own,
    });
    locked.collect()
}

/// Of which other rows an expression speaks, and whether of the action's own.
fn speaks_of(expr: &Expr, row: &Row<'_>, far: &mut Vec<usize>, own: &mut bool) {
    match &expr.node {
        Node::Path(of, _) => far.push(row.far_row(of)),
        Node::Column(Column::Id) => {}
        Node::Column(_) => *own = true,
        _ => {}
    }
    expr.parts().into_iter().for_each(|part| speaks_of(part, row, far, own));
}

/// Which rows they are: of the tenant that was entered, where the entity has it.
fn filter(it: &DoorCx<'_>, one: &HookReads, given: &[String], prefix: &str) -> String {
    let (cx, context) = (it.cx, it.door.context);
    let row = Row { inputs: given.to_vec(), ..Row::new(cx, one.entity, prefix, Place::Door) };
    let mut all = Vec::new();
    let tenant = cx.model[one.entity].scope.tenant();
    if let Some((_, column)) = tenant.filter(|(of, _)| cx.model[context].tenant() == Some(*of)) {
        all.push(format!("{} = _tenant", row.slot(Slot::Field(column))));
    }
    all.push(sql::conjunct(&one.filter, &row));
    for slot in row.used.borrow().iter().chain([&Slot::Id]) {
        cx.selects(one.entity, context, *slot);
    }
    cx.refers(one.entity, context);
    cx.locks(one.entity, context);
    all.join(" AND ")
}

fn read(it: &DoorCx<'_>, one: &HookReads, given: &[String]) -> String {
    let cx = it.cx;
    let entity = &cx.model[one.entity];
    let mut pairs = vec![("id".to_owned(), "h.id".to_owned())];
    for field in &one.fields {
        let slot = Slot::Field(*field);
        cx.selects(one.entity, it.door.context, slot);
        let column = format!("h.{}", cx.column(one.entity, slot));
        let field = &entity.fields[field.0];
        pairs.push((field.name.clone(), encoded(&field.ty, field.optional, &column)));
    }
    format!(
        "(\n  SELECT coalesce(jsonb_agg({} ORDER BY h.id), '[]')\n  FROM {} h\n  WHERE {}\n)",
        indent(&object(&pairs), "  ").trim_start(),
        cx.table(one.entity),
        filter(it, one, given, "h.")
    )
}

/// A JSON object; a function of PostgreSQL takes no more than a hundred arguments.
fn object(pairs: &[(String, String)]) -> String {
    let part = |pairs: &[(String, String)]| {
        let pairs: Vec<String> =
            pairs.iter().map(|(name, value)| format!("{}, {value}", literal(name))).collect();
        let line = format!("jsonb_build_object({})", pairs.join(", "));
        if line.len() <= 60 && !line.contains('\n') {
            return line;
        }
        format!("jsonb_build_object(\n{}\n)", indent(&pairs.join(",\n"), "  "))
    };
    match pairs.len() {
        0 => "jsonb_build_object()".to_owned(),
        _ => pairs.chunks(40).map(part).collect::<Vec<_>>().join("\n|| "),
    }
}

/// A value as the service writes it in JSON; the same whatever the session has set.
fn encoded(ty: &Type, optional: bool, of: &str) -> String {
    let instant =
        |of: &str| format!("to_char({of} AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')");
    let day = |of: &str| format!("to_char({of}, 'YYYY-MM-DD')");
    let ends = |end: &dyn Fn(&str) -> String| {
        let (from, until) = (end(&format!("lower({of})")), end(&format!("upper({of})")));
        format!("jsonb_build_object('from', {from}, 'until', {until})")
    };
    let whole = match ty {
        Type::Decimal { .. } => return format!("{of}::text"),
        Type::Date => return day(of),
        Type::Timestamp => return instant(of),
        Type::Money(currency) => format!(
            "jsonb_build_object('amount_minor', {of}, 'currency', {})",
            literal(&currency.code)
        ),
        Type::RangeOfTimestamp => ends(&instant),
        Type::RangeOfDate => ends(&day),
        _ => return of.to_owned(),
    };
    match optional {
        true => format!("CASE WHEN {of} IS NOT NULL THEN {whole} END"),
        false => whole,
    }
}

/// A value out of the JSON that the service wrote.
fn decoded(one: &Input) -> String {
    let key = literal(&one.name);
    let cast = |ty: SqlType| format!("(g.gave ->> {key})::{ty}");
    let ends = |range: &str, ty: SqlType| {
        let end = |which: &str| format!("(g.gave #>> '{{{},{which}}}')::{ty}", one.name);
        let made = format!("{range}({}, {})", end("from"), end("until"));
        match one.optional {
            true => format!("CASE WHEN g.gave ->> {key} IS NOT NULL THEN {made} END"),
            false => made,
        }
    };
    match &one.ty {
        Type::Money(_) => format!("(g.gave #>> '{{{},amount_minor}}')::bigint", one.name),
        Type::RangeOfTimestamp => ends("tstzrange", SqlType::Timestamptz),
        Type::RangeOfDate => ends("daterange", SqlType::Date),
        other => match types::passed(other) {
            SqlType::Text => format!("g.gave ->> {key}"),
            ty => cast(ty),
        },
    }
}

impl Asked<'_> {
    /// Whether it ends here: a look answers what it is all about, a door checks what the hook gave and goes on.
    pub fn ends(&self, declare: &mut Vec<String>, body: &mut Vec<Step>) -> bool {
        if self.it.looks {
            body.push(Step::Run(format!("RETURN {};", self.said)));
        } else {
            declare.push(format!("{} record", record(self.step)));
            body.extend(self.checks());
        }
        self.it.looks
    }

    /// Of a door: that the service vouches for what the hook gave, that the hook would be given the same now,
    /// and that what it gave is what it may give.
    fn checks(&self) -> Vec<Step> {
        let (it, path) = (self.it, path(self.it, self.hook));
        let argument = ident(&format!("_{}", argument(self.hook)));
        let guard = |what: &str| it.guard(&format!("calls.{}.{what}", self.hook.name));
        let mut out = Vec::new();
        if guard("code") {
            let vouched = format!("rt.computed({}, _assertion, {argument})", literal(&path));
            out.push(refuse(format!("{vouched} IS NOT TRUE"), path.clone(), "BP500"));
        }
        if guard("moved") {
            let said = indent(&self.said, "  ");
            let now = format!(
                "substr({argument}, 33, 32) IS DISTINCT FROM sha256(convert_to(\n{said},\n  'UTF8'\n))"
            );
            out.push(Step::Refuse {
                when: vec![now],
                path: format!("{path}.moved"),
                code: "40001",
            });
        }
        let columns: Vec<String> = self
            .hook
            .output
            .iter()
            .map(|one| format!("{} AS {}", decoded(one), column(one)))
            .collect();
        out.push(Step::Run(format!(
            "SELECT {}\nINTO {}\nFROM (SELECT convert_from(substr({argument}, 65), 'UTF8')::jsonb) g (gave);",
            columns.join(",\n       "),
            record(self.step)
        )));
        for one in &self.hook.output {
            let value = format!("{}.{}", record(self.step), column(one));
            let wrong = match (types::bounds(&one.ty, &value), one.optional) {
                (Some(bounds), false) => format!("({bounds}) IS NOT TRUE"),
                (Some(bounds), true) => format!("({bounds}) IS FALSE"),
                (None, false) => format!("{value} IS NULL"),
                (None, true) => continue,
            };
            if guard(&format!("output.{}", one.name)) {
                out.push(refuse(wrong, format!("{path}.output.{}", one.name), "BP500"));
            }
        }
        out
    }
}

/// Whether the service vouches for what a hook gave in answer to what stands in this assertion's request.
pub fn computed(cx: &Cx<'_>) -> Function {
    let code = super::seal::code(
        "convert_to('a hook ' || _path || '|', 'UTF8')\n|| sha256(_assertion) || substr(_gave, 33)",
    );
    let arguments =
        [("path", SqlType::Text), ("assertion", SqlType::Bytea), ("gave", SqlType::Bytea)];
    let doors = cx.contexts_with_doors().into_iter().map(|context| cx.door(context)).collect();
    Function {
        name: "rt.computed".to_owned(),
        arguments: arguments.map(|(name, ty)| (format!("_{name}"), ty)).to_vec(),
        returns: Returns::Boolean,
        definer: true,
        declare: Vec::new(),
        body: vec![Step::Run(format!(
            "PERFORM FROM rt.subject_key k\nWHERE substr(_gave, 1, 32) = {};\nRETURN FOUND;",
            code.replace('\n', "\n  ")
        ))],
        execute: doors,
        owner: Some(cx.role("gate")),
    }
}
