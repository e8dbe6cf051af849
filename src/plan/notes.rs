//! What always holds of an entity's rows, in words.

use crate::model::{Deletion, Effective, Entity, Exclusion, FieldId, Model, Pick, Unique};
use crate::phrase::{key, phrase, quota, total};

/// `name: what it promises`, for each.
pub fn notes(model: &Model, entity: &Entity) -> Vec<String> {
    let append_only = entity.append_only.then(|| {
        "append_only: rows are made and never changed or taken away, whoever writes".to_owned()
    });
    let uniques = entity.uniques.iter().map(|one| (&one.name, unique(entity, one)));
    let exclusions = entity.exclusions.iter();
    let exclusions = exclusions
        .filter(|one| one.part(entity) != Effective::NAME)
        .map(|one| (&one.name, exclusion(entity, one)));
    let rules = entity.rules.iter().map(|one| (&one.name, phrase(&one.holds, entity, None)));
    let totals = entity.totals.iter();
    let totals = totals.map(|one| (&entity.fields[one.field.0].name, total(model, one)));
    let quotas = entity.quotas.iter().map(|one| (&one.name, quota(model, entity, one)));
    let all = uniques.chain(exclusions).chain(totals).chain(quotas).chain(rules);
    let all = all.map(|(name, text)| format!("{name}: {text}"));
    let deletion = match entity.deletion {
        Deletion::Never => None,
        Deletion::Restrict => Some("delete: a row is gone, unless another refers to it".to_owned()),
        Deletion::Soft(_) => Some("delete: a row stays, and nobody sees it".to_owned()),
        Deletion::Anonymise(_) => {
            Some("delete: a row stays, and what is personal is overwritten for ever".to_owned())
        }
    };
    let effective = entity.effective.as_ref().map(|one| effective(entity, one));
    let picks = entity.picks.iter().map(|one| pick(model, entity, one));
    append_only.into_iter().chain(deletion).chain(effective).chain(picks).chain(all).collect()
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

fn effective(entity: &Entity, one: &Effective) -> String {
    let by = names(entity, &one.by).join(" and ");
    let during = &entity.fields[one.during.0].name;
    let from = if one.future { "from a moment that lies ahead" } else { "where none did before" };
    format!(
        "effective: one row for each {by} holds at a time, in its {during}, {from}; none is rewritten"
    )
}

fn pick(model: &Model, entity: &Entity, pick: &Pick) -> String {
    let name = &entity.fields[pick.field.0].name;
    let by: Vec<String> = pick.by.iter().map(|one| key(model, entity, pick, one)).collect();
    let missing = if pick.clear { "" } else { "; without one the row is refused" };
    format!("{name}: the {} in force, by {}{missing}", model[pick.from].name, by.join(", else by "))
}

fn of_those(entity: &Entity, filter: Option<&crate::expr::typed::Expr>) -> String {
    filter.map_or(String::new(), |filter| format!(" where {}", phrase(filter, entity, None)))
}

fn names<'e>(entity: &'e Entity, fields: &[FieldId]) -> Vec<&'e str> {
    fields.iter().map(|id| entity.fields[id.0].name.as_str()).collect()
}
