//! `settings.X:` a value that the service reads from its environment.

use schemars::JsonSchema;

use super::form::Word;
use super::reader::Reader;
use super::scalars::{self, Name, Text};
use super::schema;
use super::words::{Shape, Words};
use crate::source::Spanned;
use crate::yaml::{Content, Node};

/// A value that the service reads from its environment; its name is the variable's.
#[derive(Debug, Clone, Default, JsonSchema)]
#[schemars(deny_unknown_fields, transform = super::schema::words::<Setting>, transform = schema::or_setting_type)]
pub struct Setting {
    /// What it holds.
    #[schemars(rename = "type", required)]
    pub ty: Option<Spanned<SettingType>>,
    /// One sentence, for whoever runs the service.
    #[schemars(with = "Option<schema::Scalar>")]
    pub summary: Option<Text>,
    /// What it is where the environment has none.
    #[schemars(with = "Option<schema::Scalar>")]
    pub default: Option<Text>,
}

/// What a setting holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, JsonSchema)]
#[schemars(rename_all = "snake_case")]
pub enum SettingType {
    Text,
    Int,
    Bool,
    Url,
    /// Written `15m`.
    Duration,
    /// Never logged, never shown.
    Secret,
}

impl Shape for Setting {
    const WHAT: &'static str = "a setting";
    const WORDS: &'static [(&'static str, &'static str)] = &[
        ("type", "url"),
        ("summary", "Where people ask for help"),
        ("default", "https://example.org/help"),
    ];
    const PLANNED: &'static [Word] = &[];
    const EXAMPLE: &'static str = "`SUPPORT_URL: { type: url }`";
}

pub(super) fn read(name: &Name, node: &Node, reader: &mut Reader<'_>) -> Option<Setting> {
    if let Content::Scalar(_) = node.content {
        return Some(Setting { ty: ty(node, reader), ..Setting::default() });
    }
    let Some(mut words) = Words::of::<Setting>(node, name.span, reader) else {
        return Some(Setting::default());
    };
    Some(Setting {
        ty: words.required("type", reader, ty),
        summary: words.optional("summary", reader, scalars::text),
        default: words.optional("default", reader, scalars::text),
    })
}

fn ty(node: &Node, reader: &mut Reader<'_>) -> Option<Spanned<SettingType>> {
    let choices = [
        ("text", SettingType::Text),
        ("int", SettingType::Int),
        ("bool", SettingType::Bool),
        ("url", SettingType::Url),
        ("duration", SettingType::Duration),
        ("secret", SettingType::Secret),
    ];
    scalars::choice(node, reader, &choices)
}
