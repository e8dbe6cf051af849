//! Hooks, and all that is named within one.

use super::types::values;
use super::uses::{Owner, Uses};
use super::{Index, Kind};
use crate::syntax::{Document, Input, Map, Output};

pub fn hooks(document: &Document, index: &mut Index) {
    for (name, hook) in document.hooks.iter() {
        let path = format!("hooks.{name}");
        index.define(path.clone(), Kind::Hook, name);
        given(&format!("{path}.input"), Kind::Input, &hook.input, index);
        if let Output::Several(several) = &hook.output {
            given(&format!("{path}.output"), Kind::Output, several, index);
        }
        for (rows, _) in hook.reads.iter() {
            index.define(format!("{path}.reads.{rows}"), Kind::Rows, rows);
        }
    }
}

fn given(path: &str, kind: Kind, all: &Map<Input>, index: &mut Index) {
    for (name, written) in all.iter() {
        let path = format!("{path}.{name}");
        index.define(path.clone(), kind, name);
        index.leads_by(&path, written.ty.as_ref());
        for value in values(written.ty.as_ref()) {
            index.define(format!("{path}.values.{value}"), Kind::Value, value);
        }
    }
}

/// The entities, fields and inputs of which hooks speak.
pub fn used(document: &Document, index: &mut Index) {
    for (name, hook) in document.hooks.iter() {
        let owner = Owner { path: format!("hooks.{name}"), input: &hook.input, steps: &[] };
        for (_, rows) in hook.reads.iter() {
            let Some(of) = &rows.of else { continue };
            index.refer(&format!("entities.{of}"), of.span);
            let entity = document.entities.get(&of.value);
            let mut uses = Uses { document, name: of.as_str(), entity, index: &mut *index };
            rows.fields.iter().for_each(|field| uses.field(field));
            rows.filter.iter().for_each(|filter| uses.expression(filter, Some(&owner)));
        }
    }
}
