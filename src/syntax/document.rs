//! A blueprint as it was written: its shape is right, its names are not looked up yet.
//!
//! What could not be read has been reported and is missing here, so that what follows can go on
//! with the rest; [`Document::incomplete`] and [`Entity::incomplete`] say where a name that is
//! missed may be among it. Nothing may be reported that only follows from such a gap.

use super::map::Map;
use super::types::FieldType;
use crate::source::{Span, Spanned};

/// A name as it was written.
pub type Name = Spanned<String>;

/// Words for people, on one or more lines.
pub type Text = Spanned<String>;

/// An expression, not parsed yet. [`Spanned::part`] finds a place in it.
pub type ExprText = Spanned<String>;

/// One blueprint.
#[derive(Debug, Clone)]
pub struct Document {
    /// The whole of it; the place of what is missing.
    pub span: Span,
    pub service: Service,
    pub settings: Map<Setting>,
    pub identity: Identity,
    pub roles: Map<Role>,
    pub entities: Map<Entity>,
    pub routes: Option<Spanned<Routes>>,
    /// A section, role, context, setting or entity could not be read.
    pub incomplete: bool,
}

/// What the service is called.
#[derive(Debug, Clone, Default)]
pub struct Service {
    /// Missing only if reported.
    pub name: Option<Name>,
    pub summary: Option<Text>,
    /// Code of ISO 4217.
    pub currency: Option<Name>,
}

/// A value that the service reads from its environment; its name is the variable's.
#[derive(Debug, Clone)]
pub struct Setting {
    pub ty: Option<Spanned<SettingType>>,
    pub summary: Option<Text>,
    /// As written; to be read by the type.
    pub default: Option<Text>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SettingType {
    Text,
    Int,
    Bool,
    Url,
    Duration,
    Secret,
}

/// Who people are and in what they act.
#[derive(Debug, Clone, Default)]
pub struct Identity {
    pub user: User,
    pub tokens: Tokens,
    pub contexts: Map<Context>,
}

/// The entity of people. All missing: `User`, made at the first token, its email taken from the claim.
#[derive(Debug, Clone, Default)]
pub struct User {
    pub entity: Option<Name>,
    pub provision: Option<Spanned<Provision>>,
    /// Field of the user to claim of the token.
    pub from: Option<Map<Name>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Provision {
    FirstToken,
    Invited,
}

/// What a token must be.
#[derive(Debug, Clone, Default)]
pub struct Tokens {
    pub issuer: Option<Spanned<Source>>,
    pub audience: Option<Spanned<Source>>,
    pub algorithms: Option<Vec<Name>>,
    pub subject: Option<Name>,
}

/// Text, or the value of a setting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    Fixed(String),
    /// Written `$NAME`; the name without the sign.
    Setting(String),
}

/// In what a request acts. With `tenant` and `grants`: within a tenant; with `grants` alone: staff;
/// with neither: it must be `self` or `anyone`.
#[derive(Debug, Clone)]
pub struct Context {
    pub summary: Option<Text>,
    pub tenant: Option<Name>,
    pub grants: Option<Name>,
    pub founder: Option<Name>,
    /// First segment of its routes.
    pub path: Option<Name>,
}

#[derive(Debug, Clone)]
pub struct Role {
    pub summary: Option<Text>,
    /// Missing only if reported.
    pub context: Option<Name>,
    pub includes: Vec<Name>,
}

/// What the service keeps rows of.
#[derive(Debug, Clone)]
pub struct Entity {
    pub summary: Option<Text>,
    /// Name of its collection in routes, where English has a rule of its own.
    pub plural: Option<Name>,
    pub scope: Option<Spanned<Scope>>,
    pub fields: Map<Field>,
    pub parties: Map<Party>,
    pub states: Option<States>,
    pub unique: Map<Unique>,
    pub rules: Map<ExprText>,
    /// None: not written. By whom, in the order written; one or more grants each.
    pub read: Option<Map<Vec<Read>>>,
    pub actions: Map<Action>,
    /// A field, party, state or action of it could not be read.
    pub incomplete: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scope {
    Platform,
    /// The entity of tenants.
    Tenant(Name),
    /// The field that refers to the parent.
    Through(Name),
}

#[derive(Debug, Clone)]
pub struct Field {
    /// Missing only if reported.
    pub ty: Option<Spanned<FieldType>>,
    /// Of the type or the word `optional`.
    pub optional: bool,
    pub summary: Option<Text>,
    /// As written; to be read by the type. `actor` and `now` are values of references and of times.
    pub default: Option<Text>,
    /// `frozen: true`, with its place.
    pub frozen: Option<Span>,
    /// What happens to the row when what it refers to is deleted. Only `restrict` is there yet.
    pub deleted: Option<Span>,
}

/// A role that comes from the row.
#[derive(Debug, Clone)]
pub struct Party {
    /// The field that names the person. None: the field of the party's own name.
    pub user: Option<Name>,
    /// Missing only if reported.
    pub context: Option<Name>,
}

#[derive(Debug, Clone)]
pub struct States {
    /// The first is the start.
    pub list: Vec<Name>,
    pub groups: Map<Vec<Name>>,
    pub span: Span,
}

#[derive(Debug, Clone)]
pub struct Unique {
    pub fields: Vec<Name>,
    /// Only rows of which this holds.
    pub filter: Option<ExprText>,
    /// Why a clash with another tenant's row may be seen.
    pub global: Option<Text>,
}

/// What somebody reads of an entity.
#[derive(Debug, Clone)]
pub struct Read {
    pub fields: Fields,
    /// Only rows of which this holds.
    pub when: Option<ExprText>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fields {
    All,
    These(Vec<Name>),
}

/// The only way in which rows come to be and change.
#[derive(Debug, Clone)]
pub struct Action {
    pub summary: Option<Text>,
    /// Roles, parties, `user`, `anyone`. Empty only if reported.
    pub by: Vec<Name>,
    /// Fields that the caller gives.
    pub accept: Vec<Name>,
    /// What the caller gives that is not a field.
    pub input: Map<Input>,
    pub from: Option<From>,
    pub to: Option<Name>,
    pub require: Map<ExprText>,
    /// `because: required`, with its place.
    pub because: Option<Span>,
}

/// The states in which an action is legal.
#[derive(Debug, Clone)]
pub enum From {
    /// `any`.
    Any(Span),
    /// States and groups of states.
    These(Vec<Name>),
}

#[derive(Debug, Clone)]
pub struct Input {
    /// Missing only if reported.
    pub ty: Option<Spanned<FieldType>>,
    pub optional: bool,
    pub summary: Option<Text>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Routes {
    /// One table of routes for all that somebody may do.
    Standard,
}
