//! The model of `projects`, built by hand, for tests that want a model and no compiler.

use crate::model::*;

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
        hooks: Vec::new(),
        contexts: vec![
            context("anyone", ContextKind::Anyone, ""),
            context("self", ContextKind::Person, "me"),
            Context {
                name: "team".into(),
                summary: String::new(),
                kind: ContextKind::Tenant {
                    tenant: TEAM,
                    grants: MEMBER,
                    founder: Some(RoleId(1)),
                },
                path: "teams".into(),
                step_up: None,
            },
        ],
        roles: vec![role("member", vec![]), role("lead", vec![RoleId(0)])],
        entities: vec![user(), team(), member(), project(), task()],
        renames: std::collections::BTreeMap::new(),
        standard_routes: true,
    }
}

fn context(name: &str, kind: ContextKind, path: &str) -> Context {
    Context { name: name.into(), summary: String::new(), kind, path: path.into(), step_up: None }
}

fn role(name: &str, includes: Vec<RoleId>) -> Role {
    Role { name: name.into(), summary: String::new(), context: IN_TEAM, includes }
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
        append_only: false,
        settled: None,
        number: None,
        effective: None,
        picks: Vec::new(),
        deletion: Deletion::Never,
        uniques: vec![],
        exclusions: vec![],
        totals: vec![],
        quotas: vec![],
        copies: vec![],
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
        taken: None,
        personal: false,
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
        timer: None,
        because: false,
        idempotency: None,
        step_up: None,
        approval: None,
        steps: Vec::new(),
        returns: None,
    }
}

fn read(entity: &str, who: Who, fields: &[usize]) -> ReadGrant {
    let name = match who {
        Who::Role(RoleId(0)) => "member",
        Who::Role(_) => "lead",
        _ if entity == "User" => "me",
        _ => "holder",
    };
    let path = format!("entities.{entity}.read.{name}");
    ReadGrant { path, who, fields: fields.iter().copied().map(FieldId).collect(), when: None }
}

fn user() -> Entity {
    Entity {
        fields: vec![Field {
            origin: Origin::Implied,
            personal: true,
            ..optional(field("email", Type::Email))
        }],
        parties: vec![Party { name: "me".into(), column: None, context: Model::SELF }],
        reads: vec![read("User", Who::Party(PartyId(0)), &[0])],
        ..entity("User", "users", EntityKind::User, Scope::Platform)
    }
}

fn team() -> Entity {
    let name = Field { origin: Origin::Implied, ..field("name", Type::Text { min: 1, max: 120 }) };
    Entity {
        fields: vec![name],
        reads: vec![read("Team", MEMBER_ROLE, &[0]), read("Team", LEAD_ROLE, &[0])],
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
            read("Member", MEMBER_ROLE, &[0, 1, 2, 3]),
            read("Member", LEAD_ROLE, &[0, 1, 2, 3]),
            read("Member", Who::Party(PartyId(0)), &[0, 1, 2, 3]),
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
        reads: vec![read("Project", MEMBER_ROLE, &[0, 1]), read("Project", LEAD_ROLE, &[0, 1, 2])],
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
        reads: vec![read("Task", MEMBER_ROLE, &[0, 1, 2, 3, 4])],
        actions: vec![
            action("create", ActionKind::Create, vec![MEMBER_ROLE], &[1, 2, 3, 4]),
            transition("finish", assignee, 0, 1),
            Action { because: true, ..transition("reopen", LEAD_ROLE, 1, 0) },
        ],
        ..entity("Task", "tasks", EntityKind::Plain, in_team())
    }
}
