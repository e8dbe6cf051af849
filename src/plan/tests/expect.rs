//! Model → spec: the closed world as the tests' engine reads it.

use std::collections::BTreeSet;

use super::acts::{door, timer};
use super::effective::{effective, pick};
use super::erasure::erasure;
use super::expression::{expr, literal};
use super::keys::{exclusions, uniques};
use super::numbers::number;
use super::quotas::quota;
use super::settled::settled;
use super::spec;
use crate::model::access::Access;
use crate::model::{
    Adds, Asked, ContextId, ContextKind, Default, Entity, EntityId, EntityKind, Model, Origin,
    Provision, SettingType, Source, Type, Who,
};
use crate::plan::names;
use crate::schema;

pub fn spec(model: &Model) -> spec::Spec {
    spec::Spec {
        service: model.service.name.clone(),
        settings: model.settings.iter().map(setting).collect(),
        tokens: tokens(model),
        provision: provision(model),
        standard_routes: model.standard_routes,
        contexts: model.context_ids().map(|id| context(model, id)).collect(),
        entities: in_order(model).into_iter().map(|id| entity(model, id)).collect(),
    }
}

fn setting(setting: &crate::model::Setting) -> spec::Setting {
    let usual = match setting.ty {
        SettingType::Text | SettingType::Secret => "a value of the tests, long enough for a key",
        SettingType::Int => "1",
        SettingType::Bool => "false",
        SettingType::Url => "http://127.0.0.1:9",
        SettingType::Duration => "15m",
    };
    let value = setting.default.clone().unwrap_or_else(|| usual.to_owned());
    spec::Setting { name: setting.name.clone(), value }
}

fn tokens(model: &Model) -> spec::Tokens {
    let tokens = &model.identity.tokens;
    let read = |source: &Source, usual: &str| match source {
        Source::Fixed(text) => (text.clone(), None),
        Source::Setting(index) => (usual.to_owned(), Some(model.settings[*index].name.clone())),
    };
    let (issuer, issuer_setting) = read(&tokens.issuer, "https://issuer.test");
    let (audience, audience_setting) = read(&tokens.audience, "test-audience");
    spec::Tokens {
        issuer,
        issuer_setting,
        audience,
        audience_setting,
        algorithms: tokens.algorithms.clone(),
        subject: tokens.subject.clone(),
    }
}

fn provision(model: &Model) -> Option<Vec<spec::Claim>> {
    let user = &model[model.identity.user];
    match &model.identity.provision {
        Provision::Invited => None,
        Provision::FirstToken(claims) => Some(
            claims
                .iter()
                .map(|(field, claim)| spec::Claim {
                    field: user.fields[field.0].name.clone(),
                    claim: claim.clone(),
                })
                .collect(),
        ),
    }
}

fn context(model: &Model, id: ContextId) -> spec::Context {
    let context = &model[id];
    let founder = match context.kind {
        ContextKind::Tenant { founder, .. } => founder.map(|role| model[role].name.clone()),
        _ => None,
    };
    spec::Context {
        name: context.name.clone(),
        kind: match context.kind {
            ContextKind::Anyone => spec::ContextKind::Anyone,
            ContextKind::Person => spec::ContextKind::Person,
            ContextKind::Tenant { .. } => spec::ContextKind::Tenant,
            ContextKind::Staff { .. } => spec::ContextKind::Staff,
        },
        path: names::kebab(&context.path),
        tenant: context.tenant().map(|tenant| model[tenant].name.clone()),
        grants: context.grants().map(|grants| model[grants].name.clone()),
        founder,
        roles: model
            .roles_in(id)
            .map(|role| spec::Role {
                name: model[role].name.clone(),
                includes: model[role]
                    .includes
                    .iter()
                    .map(|role| model[*role].name.clone())
                    .collect(),
            })
            .collect(),
    }
}

/// Entities after those that their rows must refer to.
fn in_order(model: &Model) -> Vec<EntityId> {
    let referred = |id: EntityId| {
        model[id].fields.iter().filter_map(|field| match field.ty {
            Type::Ref(other) => Some(other),
            Type::UserIn(context) => model[context].grants(),
            _ => None,
        })
    };
    let (mut seen, mut done) = (BTreeSet::new(), Vec::new());
    for id in model.entity_ids() {
        if !seen.insert(id) {
            continue;
        }
        // No recursion: references may go on through all entities that there are.
        let mut open = vec![(id, referred(id))];
        while let Some((id, rest)) = open.last_mut() {
            match rest.find(|other| seen.insert(*other)) {
                Some(other) => open.push((other, referred(other))),
                None => {
                    done.push(*id);
                    open.pop();
                }
            }
        }
    }
    done
}

fn entity(model: &Model, id: EntityId) -> spec::Entity {
    let entity = &model[id];
    let field_name = |id: crate::model::FieldId| entity.fields[id.0].name.clone();
    let states: Vec<String> = entity
        .states
        .iter()
        .flat_map(|states| states.list.iter().map(|state| state.name.clone()))
        .collect();
    let tenant = entity.scope.tenant().map(|(tenant, column)| spec::TenantColumn {
        column: field_name(column),
        entity: model[tenant].name.clone(),
    });
    let tenant_field = entity.scope.tenant().map(|(_, column)| column);
    spec::Entity {
        name: entity.name.clone(),
        kind: match entity.kind {
            EntityKind::Plain => spec::EntityKind::Plain,
            EntityKind::User => spec::EntityKind::User,
            EntityKind::Tenant(_) => spec::EntityKind::Tenant,
            EntityKind::Grants(_) => spec::EntityKind::Grants,
        },
        table: format!("app.\"{}\"", table(entity)),
        path: names::kebab(&entity.plural),
        tenant,
        fields: entity.fields.iter().map(|field| self::field(model, entity, field)).collect(),
        moves: moves(entity, &states),
        states,
        parties: entity
            .parties
            .iter()
            .map(|party| spec::Party {
                name: party.name.clone(),
                field: party.column.map(field_name),
                context: model[party.context].name.clone(),
            })
            .collect(),
        uniques: uniques(entity, tenant_field),
        append_only: entity.append_only,
        number: entity.number.as_ref().map(|one| number(entity, one, tenant_field)),
        effective: entity.effective.as_ref().map(|one| effective(entity, one, tenant_field)),
        picks: entity.picks.iter().map(|one| pick(model, entity, one)).collect(),
        settled: entity.settled.as_ref().map(|one| settled(model, entity, one)),
        deleted_at: entity.deleted_at().map(field_name),
        erased_at: entity.erased_at().map(field_name),
        erasure: erasure(model, id),
        exclusions: exclusions(entity, tenant_field),
        totals: entity.totals.iter().map(|one| total(model, id, one)).collect(),
        quotas: entity.quotas.iter().map(|one| quota(model, id, one)).collect(),
        rules: entity
            .rules
            .iter()
            .map(|rule| spec::Rule {
                name: rule.name.clone(),
                part: None,
                holds: expr(entity, None, &rule.holds),
                asked: match &rule.asked {
                    Asked::Always => spec::Asked::Always,
                    Asked::AtCommit => spec::Asked::AtCommit,
                    Asked::Growth(grows) => spec::Asked::Growth(expr(entity, None, grows)),
                },
                paid: rule.paid,
            })
            .collect(),
        reads: model
            .context_ids()
            .filter_map(|context| model.access(id, context))
            .map(|access| self::access(model, entity, &access))
            .collect(),
        doors: entity
            .actions
            .iter()
            .flat_map(|action| {
                action.doors(model, entity).into_iter().map(move |door| (action, door))
            })
            .map(|(action, door)| self::door(model, entity, action, &door))
            .collect(),
        timers: entity.timers().map(|action| timer(model, id, action)).collect(),
        open: others(model, id, |others| others.makes || others.changes),
        made_for_others: others(model, id, |others| others.makes),
    }
}

/// Contexts in which steps do such with rows that may be another's.
fn others(model: &Model, id: EntityId, is: fn(schema::Others) -> bool) -> Vec<String> {
    let contexts = model.context_ids().filter(|context| is(schema::others(model, id, *context)));
    contexts.map(|context| model[context].name.clone()).collect()
}

pub fn table(entity: &Entity) -> String {
    names::snake(&entity.name)
}

fn field(model: &Model, entity: &Entity, field: &crate::model::Field) -> spec::Field {
    let column = match field.ty {
        Type::Money(_) => format!("{}_minor", field.name),
        Type::Duration => format!("{}_seconds", field.name),
        _ => field.name.clone(),
    };
    spec::Field {
        name: field.name.clone(),
        column,
        ty: ty(model, &field.ty),
        optional: field.optional,
        frozen: field.frozen,
        later: field.is_frozen_later(),
        personal: field.personal,
        default: field.default.as_ref().map(|default| match default {
            Default::Value(value) => literal(value),
            Default::Now => spec::Expr::Now,
            Default::Actor => spec::Expr::Actor,
        }),
        copied: match field.origin {
            Origin::Copied { through, field } => {
                let parent = match entity.fields[through.0].ty {
                    Type::Ref(parent) => &model[parent],
                    _ => unreachable!("only a reference is copied through"),
                };
                Some(spec::Copied {
                    through: entity.fields[through.0].name.clone(),
                    field: parent.fields[field.0].name.clone(),
                })
            }
            _ => None,
        },
    }
}

pub fn ty(model: &Model, ty: &Type) -> spec::Type {
    match ty {
        Type::Bool => spec::Type::Bool,
        Type::Int { min, max } => spec::Type::Int { min: *min, max: *max },
        Type::Decimal { scale } => spec::Type::Decimal { scale: *scale },
        Type::Money(currency) => spec::Type::Money { currency: currency.code.clone() },
        Type::Bps => spec::Type::Bps,
        Type::Text { min, max } => spec::Type::Text { min: *min, max: *max },
        Type::Email => spec::Type::Email,
        Type::Phone => spec::Type::Phone,
        Type::Url => spec::Type::Url,
        Type::Slug => spec::Type::Slug,
        Type::Date => spec::Type::Date,
        Type::Timestamp => spec::Type::Timestamp,
        Type::Duration => spec::Type::Duration,
        Type::RangeOfTimestamp => spec::Type::RangeOfTimestamp,
        Type::RangeOfDate => spec::Type::RangeOfDate,
        Type::OneOf(values) => spec::Type::OneOf { values: values.clone() },
        Type::Ref(entity) => spec::Type::Ref { entity: model[*entity].name.clone() },
        Type::UserIn(context) => spec::Type::UserIn { context: model[*context].name.clone() },
    }
}

/// Every change of state that some action makes.
fn moves(entity: &Entity, states: &[String]) -> Vec<(String, String)> {
    let (mut seen, mut moves) = (BTreeSet::new(), Vec::new());
    for action in &entity.actions {
        let Some(to) = action.to else { continue };
        let from: Vec<usize> = match action.from.is_empty() {
            true => (0..states.len()).collect(),
            false => action.from.iter().map(|state| state.0).collect(),
        };
        for from in from {
            if from != to.0 && seen.insert((from, to.0)) {
                moves.push((states[from].clone(), states[to.0].clone()));
            }
        }
    }
    moves
}

fn total(model: &Model, id: EntityId, total: &crate::model::Total) -> spec::Total {
    let (entity, child) = (&model[id], &model[total.child]);
    let name = |id: crate::model::FieldId| child.fields[id.0].name.clone();
    spec::Total {
        name: entity.fields[total.field.0].name.clone(),
        child: child.name.clone(),
        by: name(total.by),
        adds: match total.adds {
            Adds::Sum(field) => spec::Adds::Sum(name(field)),
            Adds::Count => spec::Adds::Count,
            Adds::Max(field) => spec::Adds::Max(name(field)),
        },
        filter: total.filter.as_ref().map(|filter| expr(child, None, filter)),
        first: id <= total.child,
    }
}

fn access(model: &Model, entity: &Entity, access: &Access<'_>) -> spec::Access {
    let name = |id: &crate::model::FieldId| entity.fields[id.0].name.clone();
    let context = &model[access.context].name;
    spec::Access {
        context: context.clone(),
        grants: access
            .grants
            .iter()
            .map(|grant| spec::Grant {
                path: grant.path.clone(),
                who: who(model, entity, grant.who),
                fields: grant.fields.iter().map(name).collect(),
                when: grant.when.as_ref().map(|when| expr(entity, None, when)),
            })
            .collect(),
        facets: access
            .facets
            .iter()
            .enumerate()
            .map(|(index, facet)| spec::Facet {
                view: format!("facet.\"{}_{context}_{}\"", table(entity), index + 1),
                fields: facet.fields.iter().map(name).collect(),
            })
            .collect(),
    }
}

pub fn who(model: &Model, entity: &Entity, who: Who) -> spec::Who {
    let name = model.name_of(entity, who).to_owned();
    match who {
        Who::Anyone => spec::Who::Anyone,
        Who::User => spec::Who::User,
        Who::Role(_) => spec::Who::Role(name),
        Who::Party(_) => spec::Who::Party(name),
    }
}
