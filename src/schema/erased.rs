//! What holds once a person is erased: his row changes no more, and nothing personal comes into a row of his.

use super::calls::{Refusal, RefusalKind};
use super::cx::{Cx, Slot};
use super::erasure::{erases, guard, path, reaches, role};
use super::layout::{WIDTH, block, indent};
use super::names::{ident, joined, literal, quoted, table};
use super::pieces::{Constraint, Function, Returns, Step, Trigger, refuse};
use crate::model::{EntityId, Erasure, FieldId};

/// For the table's own trigger: what the eraser's writes are, and that those of others come too late.
pub fn branches(cx: &Cx<'_>, entity: EntityId) -> String {
    if !reaches(cx, entity) {
        return String::new();
    }
    let mut out = String::new();
    if let Some(at) = cx.model[entity].erased_at()
        && guard(cx, entity, "erased")
    {
        let at = cx.column(entity, Slot::Field(at));
        out.push_str(&format!(
            "ELSIF OLD.{at} IS NOT NULL THEN\n  RAISE EXCEPTION {} USING ERRCODE = 'BP409';\n",
            literal(&path(cx))
        ));
    }
    out.push_str(&format!(
        "ELSIF {} THEN\n  {}\n",
        erases(cx),
        "-- It may write what is personal, and nothing else.\n  \
         NEW.version := OLD.version + 1;\n  NEW.updated_at := clock_timestamp();\n  RETURN NEW;"
    ));
    out
}

/// That the row has no subject once the person is erased, and one until then.
pub fn constraint(cx: &Cx<'_>, entity: EntityId) -> Option<Constraint> {
    let at = cx.model[entity].erased_at()?;
    let at = cx.column(entity, Slot::Field(at));
    let table = table(&cx.model[entity].name);
    guard(cx, entity, "erased.subject").then(|| Constraint {
        definition: format!("CHECK ((subject IS NULL) = ({at} IS NOT NULL))"),
        refusal: Refusal {
            constraint: joined(&[&table, "erased", "rule"]),
            table,
            path: path(cx),
            field: None,
            kind: RefusalKind::Rule,
        },
    })
}

/// What keeps rows that are made or changed from holding anything personal of one who is erased.
pub fn keeps(cx: &Cx<'_>, entity: EntityId) -> Option<String> {
    let erasure = cx.model.erasure(entity)?;
    let of = erasure.of.filter(|_| guard(cx, entity, "erased"))?;
    let function = of_erased(cx, &erasure, of);
    let trigger = Trigger {
        name: joined(&[&table(&cx.model[entity].name), "person"]),
        when: if cx.model[entity].append_only {
            "BEFORE INSERT"
        } else {
            "BEFORE INSERT OR UPDATE"
        },
        each: "ROW",
        only: Some(format!("NOT ({})", erases(cx))),
        call: format!("{}()", function.name),
    };
    let owner = quoted(&role(cx));
    Some(format!(
        "\n{}\n{}\nALTER FUNCTION {}() OWNER TO {owner};\n",
        function.sql(),
        trigger.sql(&cx.table(entity)),
        function.name
    ))
}

/// The function of that trigger.
fn of_erased(cx: &Cx<'_>, erasure: &Erasure, of: FieldId) -> Function {
    let entity = erasure.entity;
    let user = cx.model.identity.user;
    let at = cx.model.erased_at().map(|at| cx.column(user, Slot::Field(at)));
    let row = |prefix: &str| {
        let columns = erasure.fields.iter().map(|id| cx.column(entity, Slot::Field(*id)));
        let all: Vec<String> = columns.map(|column| format!("{prefix}.{column}")).collect();
        block("ROW(", &all, ")", WIDTH - 20)
    };
    let same = format!("{} IS NOT DISTINCT FROM {}", row("NEW"), row("OLD"));
    let same = format!(
        "IF TG_OP = 'UPDATE'\n{}\nTHEN\n  RETURN NEW;\nEND IF;",
        indent(&format!("AND {same}"), "  ")
    );
    let find = format!(
        "-- Whoever is being erased is waited for. One who is not there is refused by the key.\n\
         SELECT u.{} IS NOT NULL INTO erased\nFROM {} u WHERE u.id = NEW.{} FOR KEY SHARE;",
        at.unwrap_or_default(),
        cx.table(user),
        cx.column(entity, Slot::Field(of))
    );
    let mut body = Vec::new();
    if !cx.model[entity].append_only {
        body.push(Step::Run(same));
    }
    body.push(Step::Run(find));
    body.push(refuse("erased", path(cx), "BP409"));
    body.push(Step::Run("RETURN NEW;".to_owned()));
    Function {
        name: format!("rt.{}", ident(&joined(&[&table(&cx.model[entity].name), "person"]))),
        arguments: Vec::new(),
        returns: Returns::Trigger,
        definer: true,
        declare: vec!["erased boolean".to_owned()],
        body,
        execute: Vec::new(),
        owner: None,
    }
}
