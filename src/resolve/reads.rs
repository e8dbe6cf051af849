//! Who reads what.

use super::conditions::Names;
use super::draft::World;
use super::grantees::{self, implies};
use super::unknown::unknown_in;
use crate::diagnostics::{Diagnostic, Diagnostics, Fix, codes};
use crate::expr::scope::Place;
use crate::model::{Entity, EntityId, FieldId, Origin, ReadGrant};
use crate::syntax::{Fields, Map, Read};

/// Come with any grant.
const IMPLIED: [&str; 5] = ["id", "state", "version", "created_at", "updated_at"];

pub fn reads(
    world: &World<'_>,
    id: EntityId,
    declared: &Map<Vec<Read>>,
    out: &mut Diagnostics,
) -> Vec<ReadGrant> {
    let names = Names::of(world, id);
    let mut grants = Vec::new();
    for (name, reads) in declared.iter() {
        let who = grantees::grantee(world, id, name, out);
        for (at, read) in reads.iter().enumerate() {
            let mut path = path(&world.entities[id.0].name, name.as_str());
            if reads.len() > 1 {
                path += &format!(".{}", at + 1);
            }
            let fields = fields(world, id, &read.fields, out);
            let when = read.when.as_ref().map(|when| names.check(Place::ReadWhen, when, &[], out));
            if let (Some(who), None | Some(Some(_))) = (who, &when) {
                grants.push(ReadGrant { path, who, fields, when: when.flatten() });
            }
        }
    }
    widened(world, id, grants)
}

/// Where a grant stands.
pub fn path(entity: &str, who: &str) -> String {
    format!("entities.{entity}.read.{who}")
}

fn fields(
    world: &World<'_>,
    id: EntityId,
    written: &Fields,
    out: &mut Diagnostics,
) -> Vec<FieldId> {
    let entity = &world.entities[id.0];
    let Fields::These(names) = written else { return all(entity) };
    let mut fields: Vec<FieldId> = Vec::new();
    for name in names {
        match entity.fields.iter().position(|field| field.name == name.value) {
            Some(at) => fields.push(FieldId(at)),
            None if IMPLIED.contains(&name.as_str()) => {
                let message = format!("`{name}` comes with any grant");
                out.push(
                    Diagnostic::new(codes::TWICE_IN_LIST, name.span, message)
                        .next("remove it")
                        .fixed_by(Fix::remove(format!("remove `{name}`"), name.span)),
                );
            }
            None => {
                let known = entity.fields.iter().map(|field| field.name.as_str());
                let lost = world.field_lost(id, &name.value);
                unknown_in(out, name, "field", &entity.name, known, lost);
            }
        }
    }
    with_tenant(entity, fields)
}

/// What `all` means: every field but those copied from the parent, which may hide them and are
/// written nowhere in this entity, and since when a row is deleted. They can be granted by name.
pub fn all(entity: &Entity) -> Vec<FieldId> {
    let fields = entity.fields.iter().enumerate();
    let since = entity.deleted_at().or(entity.erased_at()).map(|at| at.0);
    let own = fields
        .filter(|(at, field)| !matches!(field.origin, Origin::Copied { .. }) && Some(*at) != since);
    own.map(|(at, _)| FieldId(at)).collect()
}

/// In the entity's order, and with the tenant, which every row shows.
fn with_tenant(entity: &Entity, mut fields: Vec<FieldId>) -> Vec<FieldId> {
    fields.extend(entity.scope.tenant().map(|(_, column)| column));
    fields.sort_unstable();
    fields.dedup();
    fields
}

/// Grants add up, so whoever has one has also what another gives him on the same rows. Written out,
/// the columns that all in a context read are those that every grant of it gives.
fn widened(world: &World<'_>, id: EntityId, grants: Vec<ReadGrant>) -> Vec<ReadGrant> {
    let widened = grants.iter().map(|grant| {
        let given = grants
            .iter()
            .filter(|other| other.when.is_none() && implies(world, id, grant.who, other.who));
        let fields = given.flat_map(|other| &other.fields).chain(&grant.fields).copied().collect();
        let fields = with_tenant(&world.entities[id.0], fields);
        ReadGrant { fields, ..grant.clone() }
    });
    let mut all: Vec<ReadGrant> = Vec::new();
    for grant in widened {
        let again = |other: &ReadGrant| {
            other.who == grant.who && other.fields == grant.fields && other.when == grant.when
        };
        if !all.iter().any(again) {
            all.push(grant);
        }
    }
    all
}
