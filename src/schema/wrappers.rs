//! What the service calls: the door, then the row read back in the rights of the caller, never
//! returned by the door.

use super::calls::{Anchor, Call, Column, Read};
use super::cx::{Slot, implied};
use super::doors::DoorCx;
use super::layout::{WIDTH, block, fill};
use super::names::ident;
use super::pieces::{Function, Returns, Step};
use super::seal;
use crate::model::{ActionKind, EntityKind};

pub fn lower(it: &DoorCx<'_>, read: Option<&Read>) -> (Call, Function) {
    let names: Vec<String> = it.arguments.iter().map(|one| one.name.clone()).collect();
    let name = it.name();
    let door = format!("PERFORM act.{}(", ident(&name));
    let mut body = vec![Step::Run(block(&door, &names, ");", WIDTH - 2))];
    let columns: Vec<Column> = read.map_or_else(Vec::new, |read| read.columns.clone());
    let returns = match read {
        None => Returns::Void,
        Some(read) => {
            body.push(Step::Run(read_back(it, read)));
            let columns =
                columns.iter().map(|column| format!("{} {}", ident(&column.name), column.ty));
            Returns::Table(columns.collect())
        }
    };
    let function = Function {
        name: format!("api.{}", ident(&name)),
        arguments: it.arguments.iter().map(|one| (one.name.clone(), one.ty)).collect(),
        returns,
        definer: false,
        declare: Vec::new(),
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
    };
    (call, function)
}

fn read_back(it: &DoorCx<'_>, read: &Read) -> String {
    let columns: Vec<String> = read.columns.iter().map(|column| column.expr.clone()).collect();
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
        "RETURN QUERY\n{}\nFROM {}\nWHERE {};",
        fill("SELECT ", "       ", &columns, ""),
        read.from,
        which.join(" AND ")
    )
}
