//! What the service calls: the door, then the row read back in the rights of the caller, never
//! returned by the door.

use super::calls::{Anchor, Call, Column, Read};
use super::cx::{Slot, implied};
use super::doors::DoorCx;
use super::layout::{WIDTH, block, fill};
use super::names::ident;
use super::pieces::{Function, Returns, Step};
use super::{idempotency, seal};
use crate::model::{ActionKind, EntityKind};

pub fn lower(it: &DoorCx<'_>, read: Option<&Read>) -> (Call, Function) {
    let name = it.name();
    // What is deleted cannot be read back.
    let read = read.filter(|_| it.action().kind != ActionKind::Delete);
    let columns: Vec<Column> = read.map_or_else(Vec::new, |read| read.columns.clone());
    let selected =
        |column: fn(&Column) -> String| read.map(|read| (read, read_back(it, read, column)));
    let action = it.action();
    let (declare, body, returns) = match (action.idempotency, &action.approval) {
        (None, None) => plain(it, selected(|column| column.expr.clone())),
        (kept, _) => idempotency::wrapper(it, kept, selected(named)),
    };
    let function = Function {
        name: format!("api.{}", ident(&name)),
        arguments: it.arguments.iter().map(|one| (one.name.clone(), one.ty)).collect(),
        returns,
        definer: false,
        declare,
        body,
        execute: vec![it.cx.login(it.door.context)],
        owner: None,
    };
    let call = Call {
        entity: it.entity,
        action: it.index,
        context: it.door.context,
        path: it.path(),
        name,
        arguments: it.arguments.clone(),
        look: None,
        returns: columns,
        locks: it.locks.take(),
    };
    (call, function)
}

fn plain(it: &DoorCx<'_>, selected: Option<(&Read, String)>) -> (Vec<String>, Vec<Step>, Returns) {
    let names: Vec<String> = it.arguments.iter().map(|one| one.name.clone()).collect();
    let door = format!("PERFORM act.{}(", ident(&it.name()));
    let mut body = vec![Step::Run(block(&door, &names, ");", WIDTH - 2))];
    let returns = match selected {
        None => Returns::Void,
        Some((read, selected)) => {
            body.push(Step::Run(format!("RETURN QUERY\n{selected};")));
            Returns::Table(typed(read))
        }
    };
    (Vec::new(), body, returns)
}

/// The columns of a row that is read back, with their types.
pub fn typed(read: &Read) -> Vec<String> {
    read.columns.iter().map(|column| format!("{} {}", ident(&column.name), column.ty)).collect()
}

/// A column as it is selected, under the name that it has in the answer.
fn named(column: &Column) -> String {
    let name = ident(&column.name);
    match column.expr.split_once('.') {
        Some((_, own)) if own == name => column.expr.clone(),
        _ => format!("{} AS {name}", column.expr),
    }
}

/// The statement that reads the row back.
fn read_back(it: &DoorCx<'_>, read: &Read, column: fn(&Column) -> String) -> String {
    let columns: Vec<String> = read.columns.iter().map(column).collect();
    let mut which = Vec::new();
    if let Anchor::Tenant(column) = &read.anchor {
        which.push(format!("{column} = _tenant"));
    }
    let own = read.anchor == Anchor::Me && !it.arguments.iter().any(|one| one.name == "_id");
    if own {
        which.push(format!("t.id = {}", seal::ME));
    } else if it.action().kind == ActionKind::Grant {
        // A grant that is revived keeps its id.
        let user = it.cx.column(it.entity, Slot::Field(implied(it.it(), "user")));
        which.push(format!("t.{user} = _user"));
    } else if it.it().kind != EntityKind::Tenant(it.door.context) {
        which.push("t.id = _id".to_owned());
    }
    format!(
        "{}\nFROM {}\nWHERE {}",
        fill("SELECT ", "       ", &columns, ""),
        read.from,
        which.join(" AND ")
    )
}
