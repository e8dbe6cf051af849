//! What no two rows have, and do at one time.

use super::expression::expr;
use super::spec;
use crate::model::{Entity, EntityKind, FieldId};

pub fn uniques(entity: &Entity, tenant: Option<FieldId>) -> Vec<spec::Unique> {
    let name = |id: &FieldId| entity.fields[id.0].name.clone();
    let mut uniques: Vec<spec::Unique> = entity
        .uniques
        .iter()
        .map(|unique| {
            let lead = tenant.filter(|_| unique.global.is_none());
            spec::Unique {
                name: unique.name.clone(),
                fields: lead.iter().chain(&unique.fields).map(name).collect(),
                filter: unique.filter.as_ref().map(|filter| expr(entity, None, filter)),
            }
        })
        .collect();
    if let EntityKind::Grants(_) = entity.kind {
        let fields = entity
            .fields
            .iter()
            .filter(|field| field.name == "user")
            .map(|field| field.name.clone());
        let fields = tenant.iter().map(name).chain(fields).collect();
        uniques.push(spec::Unique { name: "user".to_owned(), fields, filter: None });
    }
    uniques
}

pub fn exclusions(entity: &Entity, tenant: Option<FieldId>) -> Vec<spec::Exclusion> {
    let name = |id: &FieldId| entity.fields[id.0].name.clone();
    let exclusions = entity.exclusions.iter().map(|one| spec::Exclusion {
        name: one.name.clone(),
        part: Some(one.part(entity)).filter(|part| *part == one.name),
        same: tenant.iter().chain(&one.same).map(name).collect(),
        overlapping: name(&one.overlapping),
        filter: one.filter.as_ref().map(|filter| expr(entity, None, filter)),
        way: entity.timers_out_of(one).map(|timer| timer.name.clone()).collect(),
    });
    exclusions.collect()
}
