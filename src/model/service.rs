//! What the service is called and what it reads from its environment.

/// Head of a blueprint.
#[derive(Debug, Clone)]
pub struct Service {
    /// snake_case; names the crate and prefixes every database role.
    pub name: String,
    pub summary: String,
    /// Of every `money` without one of its own. Present when any field is money.
    pub currency: Option<Currency>,
}

/// An ISO 4217 currency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Currency {
    pub code: String,
    /// Digits of the minor unit.
    pub exponent: u8,
}

/// A value read from the environment when the service starts.
#[derive(Debug, Clone)]
pub struct Setting {
    /// UPPER_SNAKE_CASE, the name of the variable.
    pub name: String,
    pub summary: String,
    pub ty: SettingType,
    /// Already checked against `ty`. A secret has none.
    pub default: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SettingType {
    Text,
    Int,
    Bool,
    Url,
    /// Seconds, written `15m`.
    Duration,
    /// Never logged, never shown.
    Secret,
}

/// Text that stands in the blueprint or comes from a setting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    Fixed(String),
    /// Index into [`super::Model::settings`].
    Setting(usize),
}
