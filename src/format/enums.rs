//! The enumerations of one entity, from what is written of it.

use super::expression::Enums;
use crate::yaml::written::{Item, Shape};

/// Those that expressions over its rows know by name, with the values in their order.
pub fn of_entity(entity: &Item) -> Enums {
    let mut enums = Enums::new();
    if let Some(states) = states(entity) {
        enums.insert("state".to_owned(), states);
    }
    for (name, field) in entries(get(entity, "fields")) {
        if let Some(values) = values(field) {
            enums.insert(name.to_owned(), values);
        }
    }
    let inputs = entries(get(entity, "actions"))
        .flat_map(|(_, action)| entries(get(action, "input")))
        .map(|(name, input)| (format!("input.{name}"), values(input)));
    let mut found: Enums = Enums::new();
    let mut several = Vec::new();
    for (name, values) in inputs {
        let values = values.unwrap_or_default();
        if found.get(&name).is_some_and(|other| *other != values) {
            several.push(name.clone());
        }
        found.insert(name, values);
    }
    // Two actions mean two things by one name: neither is rewritten.
    found.retain(|name, values| !several.contains(name) && !values.is_empty());
    enums.extend(found);
    enums
}

fn states(entity: &Item) -> Option<Vec<String>> {
    let states = get(entity, "states")?;
    names(get(states, "list").unwrap_or(states))
}

fn names(list: &Item) -> Option<Vec<String>> {
    let Shape::List { items, .. } = &list.shape else { return None };
    items.iter().map(|item| scalar(item).map(str::to_owned)).collect()
}

/// Of `one of a|b`, which may be optional.
fn values(field: &Item) -> Option<Vec<String>> {
    let ty = scalar(field).or_else(|| scalar(get(field, "type")?))?.trim();
    let ty = ty.strip_prefix("optional ").unwrap_or(ty).trim_start();
    let values = ty.strip_prefix("one of ")?;
    Some(values.split('|').map(|value| value.trim().to_owned()).collect())
}

fn scalar(item: &Item) -> Option<&str> {
    match &item.shape {
        Shape::Scalar { text, .. } => Some(text),
        _ => None,
    }
}

fn entries(item: Option<&Item>) -> impl Iterator<Item = (&str, &Item)> {
    let entries = match item.map(|item| &item.shape) {
        Some(Shape::Mapping { entries, .. }) => entries.as_slice(),
        _ => &[],
    };
    entries.iter().filter_map(|(key, value)| Some((scalar(key)?, value)))
}

fn get<'i>(item: &'i Item, word: &str) -> Option<&'i Item> {
    entries(Some(item)).find(|(key, _)| *key == word).map(|(_, value)| value)
}
