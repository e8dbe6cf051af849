//! What must be answered, worked out from the blueprint's grants and the world's rows alone.

use super::spec::{Access, Context, ContextKind, Entity, EntityKind, Grant, Who};
use super::world::{Person, Row, World};

/// Somebody who acts in a context, or tries to.
#[derive(Debug, Clone)]
pub struct Principal<'w> {
    pub context: &'w Context,
    /// None: without a token, or a subject that nobody has.
    pub person: Option<&'w Person>,
    pub subject: Option<String>,
    pub tenant: Option<String>,
    /// Unrevoked, in this context and tenant.
    pub role: Option<String>,
}

pub const NOBODY: &str = "sub|nobody";
pub const NO_TENANT: &str = "01900000-0000-7000-8000-ffffffffffff";

impl<'w> Principal<'w> {
    /// Everybody in every tenant, also where he may not enter.
    pub fn all(world: &'w World, context: &'w Context) -> Vec<Self> {
        if context.kind == ContextKind::Anyone {
            return vec![Self { context, person: None, subject: None, tenant: None, role: None }];
        }
        let mut tenants = vec![None];
        if let Some(tenant) = &context.tenant {
            tenants = world.tenants(tenant).into_iter().map(|id| Some(id.to_owned())).collect();
            tenants.push(Some(NO_TENANT.to_owned()));
        }
        let mut all = Vec::new();
        for tenant in tenants {
            for person in &world.people {
                all.push(Self {
                    context,
                    person: Some(person),
                    subject: Some(person.subject.clone()),
                    role: world.role(context, tenant.as_deref(), &person.id),
                    tenant: tenant.clone(),
                });
            }
            let subject = Some(NOBODY.to_owned());
            all.push(Self { context, person: None, subject, tenant, role: None });
        }
        all
    }

    pub fn id(&self) -> Option<&str> {
        self.person.map(|person| person.id.as_str())
    }

    /// SQLSTATE and path with which the gate refuses him.
    pub fn refused(&self) -> Option<(&'static str, String)> {
        let granted = matches!(self.context.kind, ContextKind::Tenant | ContextKind::Staff);
        if self.context.kind == ContextKind::Anyone {
            None
        } else if self.person.is_none() {
            Some(("BP401", "identity.user".to_owned()))
        } else if granted && self.role.is_none() {
            Some(("BP403", format!("identity.contexts.{}", self.context.name)))
        } else {
            None
        }
    }

    pub fn is(&self, who: &Who, entity: &Entity, row: Option<&Row>) -> bool {
        match who {
            Who::Anyone => self.context.kind == ContextKind::Anyone,
            Who::User => self.context.kind == ContextKind::Person,
            Who::Role(role) => {
                let held = self.role.as_deref();
                held.is_some_and(|held| self.context.roles_of(held).contains(&role.as_str()))
            }
            Who::Party(party) => {
                let party = entity.party(party);
                let named = row.and_then(|row| match &party.field {
                    Some(field) => row.column(field).sql(),
                    None => Some(row.id.clone()),
                });
                party.context == self.context.name
                    && named.is_some()
                    && named.as_deref() == self.id()
            }
        }
    }

    /// Whether the row lies in the tenant in which he acts.
    pub fn reaches(&self, entity: &Entity, row: &Row) -> bool {
        if self.context.kind != ContextKind::Tenant {
            return true;
        }
        match entity.kind {
            EntityKind::Tenant if self.context.tenant.as_ref() == Some(&entity.name) => {
                self.tenant.as_ref() == Some(&row.id)
            }
            _ => entity.tenant.is_none() || self.tenant == row.tenant,
        }
    }

    /// The grants through which he sees a row.
    pub fn grants<'g>(&self, entity: &Entity, access: &'g Access, row: &Row) -> Vec<&'g Grant> {
        if !self.reaches(entity, row) || self.refused().is_some() {
            return Vec::new();
        }
        let gives = |grant: &&Grant| {
            self.is(&grant.who, entity, Some(row))
                && grant.when.as_ref().is_none_or(|when| row.holds(when, self.id()))
        };
        access.grants.iter().filter(gives).collect()
    }

    /// The fields that he sees of a row; none: the row does not exist for him.
    pub fn sees<'g>(&self, entity: &Entity, access: &'g Access, row: &Row) -> Option<Vec<&'g str>> {
        let grants = self.grants(entity, access, row);
        if grants.is_empty() {
            return None;
        }
        let mut fields: Vec<&str> = Vec::new();
        for field in grants.iter().flat_map(|grant| &grant.fields) {
            if !fields.contains(&field.as_str()) {
                fields.push(field);
            }
        }
        Some(fields)
    }
}

impl std::fmt::Display for Principal<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let name = self.person.map_or("nobody", |person| person.name.as_str());
        write!(f, "{name} in {}", self.context.name)?;
        match &self.tenant {
            Some(tenant) => write!(f, " {}", &tenant[tenant.len() - 4..]),
            None => Ok(()),
        }
    }
}
