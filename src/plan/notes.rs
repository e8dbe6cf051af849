//! What always holds of an entity's rows, in words.

use crate::model::{Deletion, Entity, Exclusion, FieldId, Model, Unique};
use crate::phrase::{phrase, total};

/// `name: what it promises`, for each.
pub fn notes(model: &Model, entity: &Entity) -> Vec<String> {
    let append_only = entity.append_only.then(|| {
        "append_only: rows are made and never changed or taken away, whoever writes".to_owned()
    });
    let uniques = entity.uniques.iter().map(|one| (&one.name, unique(entity, one)));
    let exclusions = entity.exclusions.iter().map(|one| (&one.name, exclusion(entity, one)));
    let rules = entity.rules.iter().map(|one| (&one.name, phrase(&one.holds, entity, None)));
    let totals = entity.totals.iter();
    let totals = totals.map(|one| (&entity.fields[one.field.0].name, total(model, one)));
    let all = uniques.chain(exclusions).chain(totals).chain(rules);
    let all = all.map(|(name, text)| format!("{name}: {text}"));
    let deletion = match entity.deletion {
        Deletion::Never => None,
        Deletion::Restrict => Some("delete: a row is gone, unless another refers to it".to_owned()),
        Deletion::Soft(_) => Some("delete: a row stays, and nobody sees it".to_owned()),
        Deletion::Anonymise(_) => {
            Some("delete: a row stays, and what is personal is overwritten for ever".to_owned())
        }
    };
    append_only.into_iter().chain(deletion).chain(all).collect()
}

fn unique(entity: &Entity, unique: &Unique) -> String {
    let fields = names(entity, &unique.fields).join(", ");
    let across = if unique.global.is_some() { ", across the platform" } else { "" };
    format!("one row for each {fields}{}{across}", of_those(entity, unique.filter.as_ref()))
}

fn exclusion(entity: &Entity, one: &Exclusion) -> String {
    let same = names(entity, &one.same).join(" and ");
    let same = if same.is_empty() { same } else { format!(" of one {same}") };
    let range = &entity.fields[one.overlapping.0].name;
    format!("no two rows{same} overlap in {range}{}", of_those(entity, one.filter.as_ref()))
}

fn of_those(entity: &Entity, filter: Option<&crate::expr::typed::Expr>) -> String {
    filter.map_or(String::new(), |filter| format!(" where {}", phrase(filter, entity, None)))
}

fn names<'e>(entity: &'e Entity, fields: &[FieldId]) -> Vec<&'e str> {
    fields.iter().map(|id| entity.fields[id.0].name.as_str()).collect()
}
