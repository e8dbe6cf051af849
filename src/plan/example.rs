//! The model of `projects`, built by hand, for tests that want a model and no compiler.

use crate::model::*;
use crate::plan::Database;
use crate::schema::calls::{Anchor, Argument, Call, Carries, Column, Holds, Read, SqlType};

const USER: EntityId = EntityId(0);
const TEAM: EntityId = EntityId(1);
const MEMBER: EntityId = EntityId(2);
const PROJECT: EntityId = EntityId(3);
const IN_TEAM: ContextId = ContextId(2);
const MEMBER_ROLE: Who = Who::Role(RoleId(0));
const LEAD_ROLE: Who = Who::Role(RoleId(1));

/// What `blueprints/projects/blueprint.yaml` resolves to.
pub fn projects() -> Model {
    Model {
        service: Service {
            name: "projects".into(),
            summary: "Teams keep projects and finish tasks".into(),
            currency: Some(euro()),
        },
        settings: vec![Setting {
            name: "OIDC_ISSUER".into(),
            summary: "Issuer of the tokens that people sign in with".into(),
            ty: SettingType::Url,
            default: None,
        }],
        identity: Identity {
            user: USER,
            provision: Provision::FirstToken(vec![(FieldId(0), "email".into())]),
            tokens: Tokens {
                issuer: Source::Setting(0),
                audience: Source::Fixed("projects".into()),
                algorithms: vec!["ES256".into(), "RS256".into()],
                subject: "sub".into(),
            },
        },
        contexts: vec![
            Context { name: "anyone".into(), kind: ContextKind::Anyone, path: String::new() },
            Context { name: "self".into(), kind: ContextKind::Person, path: "me".into() },
            Context {
                name: "team".into(),
                kind: ContextKind::Tenant {
                    tenant: TEAM,
                    grants: MEMBER,
                    founder: Some(RoleId(1)),
                },
                path: "teams".into(),
            },
        ],
        roles: vec![
            Role { name: "member".into(), context: IN_TEAM, includes: vec![] },
            Role { name: "lead".into(), context: IN_TEAM, includes: vec![RoleId(0)] },
        ],
        entities: vec![user(), team(), member(), project(), task()],
        standard_routes: true,
    }
}

fn euro() -> Currency {
    Currency { code: "EUR".into(), exponent: 2 }
}

fn entity(name: &str, plural: &str, kind: EntityKind, scope: Scope) -> Entity {
    Entity {
        name: name.into(),
        plural: plural.into(),
        summary: String::new(),
        kind,
        scope,
        fields: vec![],
        states: None,
        parties: vec![],
        uniques: vec![],
        rules: vec![],
        reads: vec![],
        actions: vec![],
    }
}

fn field(name: &str, ty: Type) -> Field {
    Field {
        name: name.into(),
        summary: String::new(),
        ty,
        optional: false,
        default: None,
        frozen: false,
        origin: Origin::Declared,
    }
}

fn implied(name: &str, ty: Type) -> Field {
    Field { frozen: true, origin: Origin::Implied, ..field(name, ty) }
}

fn optional(field: Field) -> Field {
    Field { optional: true, ..field }
}

fn action(name: &str, kind: ActionKind, by: Vec<Who>, accept: &[usize]) -> Action {
    Action {
        name: name.into(),
        summary: String::new(),
        kind,
        by,
        accept: accept.iter().copied().map(FieldId).collect(),
        input: vec![],
        from: vec![],
        to: None,
        require: vec![],
        because: false,
    }
}

fn read(who: Who, fields: &[usize]) -> ReadGrant {
    ReadGrant { who, fields: fields.iter().copied().map(FieldId).collect(), when: None }
}

fn user() -> Entity {
    Entity {
        fields: vec![Field { origin: Origin::Implied, ..optional(field("email", Type::Email)) }],
        parties: vec![Party { name: "me".into(), column: None, context: Model::SELF }],
        reads: vec![read(Who::Party(PartyId(0)), &[0])],
        ..entity("User", "users", EntityKind::User, Scope::Platform)
    }
}

fn team() -> Entity {
    let name = Field { origin: Origin::Implied, ..field("name", Type::Text { min: 1, max: 120 }) };
    Entity {
        fields: vec![name],
        reads: vec![read(MEMBER_ROLE, &[0]), read(LEAD_ROLE, &[0])],
        actions: vec![action("found", ActionKind::Found, vec![Who::User], &[0])],
        ..entity("Team", "teams", EntityKind::Tenant(IN_TEAM), Scope::Platform)
    }
}

fn member() -> Entity {
    let roles = Type::OneOf(vec!["member".into(), "lead".into()]);
    let revoked_at = Field { frozen: false, ..optional(implied("revoked_at", Type::Timestamp)) };
    let role = Field { frozen: false, ..implied("role", roles) };
    Entity {
        fields: vec![
            implied("team", Type::Ref(TEAM)),
            implied("user", Type::Ref(USER)),
            role,
            revoked_at,
        ],
        parties: vec![Party {
            name: "holder".into(),
            column: Some(FieldId(1)),
            context: Model::SELF,
        }],
        reads: vec![
            read(MEMBER_ROLE, &[0, 1, 2, 3]),
            read(LEAD_ROLE, &[0, 1, 2, 3]),
            read(Who::Party(PartyId(0)), &[0, 1, 2, 3]),
        ],
        actions: vec![
            action("grant", ActionKind::Grant, vec![LEAD_ROLE], &[1, 2]),
            action("revoke", ActionKind::Revoke, vec![LEAD_ROLE], &[]),
        ],
        ..entity("Member", "members", EntityKind::Grants(IN_TEAM), in_team())
    }
}

fn in_team() -> Scope {
    Scope::Tenant { tenant: TEAM, column: FieldId(0) }
}

fn project() -> Entity {
    Entity {
        summary: "A piece of work that a team has taken on.".into(),
        fields: vec![
            implied("team", Type::Ref(TEAM)),
            field("name", Type::Text { min: 1, max: 80 }),
            field("budget", Type::Money(euro())),
        ],
        reads: vec![read(MEMBER_ROLE, &[0, 1]), read(LEAD_ROLE, &[0, 1, 2])],
        actions: vec![
            action("create", ActionKind::Create, vec![LEAD_ROLE], &[1, 2]),
            action("update", ActionKind::Change, vec![LEAD_ROLE], &[1, 2]),
        ],
        ..entity("Project", "projects", EntityKind::Plain, in_team())
    }
}

fn task() -> Entity {
    let assignee = Who::Party(PartyId(0));
    let transition = |name: &str, by, from, to| Action {
        from: vec![StateId(from)],
        to: Some(StateId(to)),
        ..action(name, ActionKind::Change, vec![by], &[])
    };
    Entity {
        summary: "One thing to do in a project.".into(),
        fields: vec![
            implied("team", Type::Ref(TEAM)),
            field("project", Type::Ref(PROJECT)),
            field("title", Type::Text { min: 1, max: 120 }),
            optional(field("due", Type::Date)),
            field("assignee", Type::UserIn(IN_TEAM)),
        ],
        states: Some(States {
            list: ["open", "done"].map(|name| State { name: name.into() }).into(),
            groups: vec![],
        }),
        parties: vec![Party {
            name: "assignee".into(),
            column: Some(FieldId(4)),
            context: IN_TEAM,
        }],
        reads: vec![read(MEMBER_ROLE, &[0, 1, 2, 3, 4])],
        actions: vec![
            action("create", ActionKind::Create, vec![MEMBER_ROLE], &[1, 2, 3, 4]),
            transition("finish", assignee, 0, 1),
            Action { because: true, ..transition("reopen", LEAD_ROLE, 1, 0) },
        ],
        ..entity("Task", "tasks", EntityKind::Plain, in_team())
    }
}

/// What `schema` says of [`projects`], as far as the plan asks.
pub struct Said {
    reads: Vec<Read>,
    calls: Vec<Call>,
}

impl Said {
    pub fn database(&self) -> Database<'_> {
        Database { reads: &self.reads, calls: &self.calls, refusals: &[] }
    }
}

pub fn said(model: &Model) -> Said {
    let mut said = Said { reads: vec![], calls: vec![] };
    for entity in model.entity_ids() {
        for context in model.context_ids() {
            said.reads.extend(read_of(model, entity, context));
        }
    }
    for entity in model.entity_ids() {
        for (action, what) in model[entity].actions.iter().enumerate() {
            for door in what.doors(model, &model[entity]) {
                let read = said
                    .reads
                    .iter()
                    .find(|read| (read.entity, read.context) == (entity, door.context));
                let returns = read.map_or(vec![], |read| read.columns.clone());
                said.calls.push(call(model, entity, action, door.context, returns));
            }
        }
    }
    said
}

fn column(name: &str, expr: String, holds: Holds, facet: Option<usize>) -> Column {
    Column { name: name.into(), expr, ty: SqlType::Text, holds, nullable: facet.is_some(), facet }
}

fn stored(field: &Field) -> String {
    match field.ty {
        Type::Money(_) => format!("{}_minor", field.name),
        _ => field.name.clone(),
    }
}

fn read_of(model: &Model, entity: EntityId, context: ContextId) -> Option<Read> {
    let access = model.access(entity, context)?;
    let it = &model[entity];
    let table = crate::plan::quote::sql_ident(&it.name.to_lowercase());
    let mut from = format!("app.{table} t");
    let of = |alias: &str, id: &FieldId, facet| {
        let name = stored(&it.fields[id.0]);
        let expr = format!("{alias}.{}", crate::plan::quote::sql_ident(&name));
        column(&name, expr, Holds::Field(*id), facet)
    };
    let plain = |name: &str, holds| column(name, format!("t.{name}"), holds, None);
    let mut columns = vec![plain("id", Holds::Id)];
    columns.extend(access.base.iter().map(|id| of("t", id, None)));
    columns.extend(it.states.as_ref().map(|_| plain("state", Holds::State)));
    columns.push(plain("version", Holds::Version));
    columns.push(plain("created_at", Holds::CreatedAt));
    columns.push(plain("updated_at", Holds::UpdatedAt));
    for (index, facet) in access.facets.iter().enumerate() {
        let number = index + 1;
        let (name, expr) = (format!("facet_{number}"), format!("f{number}.id IS NOT NULL"));
        columns.push(column(&name, expr, Holds::Granted, Some(number)));
        columns.extend(facet.fields.iter().map(|id| of(&format!("f{number}"), id, Some(number))));
        from.push_str(&format!(
            "\nLEFT JOIN facet.{table}_team_{number} f{number} ON f{number}.team = t.team AND f{number}.id = t.id"
        ));
    }
    let anchor = match (it.kind, context) {
        (EntityKind::User, _) => Anchor::Me,
        (_, Model::SELF) => Anchor::Policy,
        (EntityKind::Tenant(_), _) => Anchor::Tenant("t.id".into()),
        _ => Anchor::Tenant("t.team".into()),
    };
    Some(Read { entity, context, columns, from, anchor })
}

fn call(
    model: &Model,
    entity: EntityId,
    action: usize,
    context: ContextId,
    returns: Vec<Column>,
) -> Call {
    let (it, what) = (&model[entity], &model[entity].actions[action]);
    let mut carries = vec![Carries::Subject];
    carries.extend(model[context].tenant().map(|_| Carries::Tenant));
    carries.push(Carries::Id);
    if what.kind.on_existing_row() {
        carries.push(Carries::Version);
        carries.extend((!what.accept.is_empty()).then_some(Carries::Set));
    }
    carries.extend(what.accept.iter().copied().map(Carries::Field));
    carries.extend(what.because.then_some(Carries::Because));
    let context_name = &model[context].name;
    let argument = |carries| Argument { name: String::new(), ty: SqlType::Text, carries };
    Call {
        entity,
        action,
        context,
        path: format!("entities.{}.actions.{}", it.name, what.name),
        name: format!("{}_{}_{context_name}_v1", it.name.to_lowercase(), what.name),
        arguments: carries.into_iter().map(argument).collect(),
        returns,
    }
}
