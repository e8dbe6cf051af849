//! The shape of a blueprint: which words stand where and what they may hold.
//!
//! Each file is one shape of the language: its type, whose words and docs make the JSON Schema, and
//! beside it how it is read. Reading gathers every mistake and goes on: what could not be read has
//! been reported and is missing in the [`Document`]; `incomplete` says where a name that is missed
//! may be among it. Nothing may be reported later that only follows from such a gap.

mod action;
mod approval;
mod command;
mod context;
mod deletion;
mod document;
mod effective;
mod elsewhere;
mod entity;
mod exclude;
mod field;
mod form;
mod frozen;
mod grant;
mod hook;
mod idempotency;
mod identity;
mod include;
mod input;
mod kept;
mod limits;
mod map;
mod names;
mod number;
mod parts;
mod party;
mod pick;
mod planned;
mod reader;
pub mod reference;
mod role;
mod routes;
mod rule;
mod scalars;
pub mod schema;
mod scope;
mod service;
mod setting;
mod shape;
mod states;
mod step;
mod tokens;
mod totals;
mod type_text;
mod types;
mod unique;
mod user;
mod words;

pub use action::{Action, From};
pub use approval::Approval;
pub use command::Command;
pub use context::Context;
pub use deletion::Delete;
pub use document::Document;
pub use effective::{Change, Effective};
pub use entity::Entity;
pub use exclude::Exclude;
pub use field::{Deleted, Field};
pub use frozen::Frozen;
pub use grant::{Fields, Read};
pub use hook::{Hook, Output, Reads};
pub use idempotency::Idempotency;
pub use identity::Identity;
pub use input::Input;
pub use kept::Kept;
pub use map::Map;
pub use number::Number;
pub use party::Party;
pub use pick::{Pick, Without};
pub use role::Role;
pub use routes::Routes;
pub use rule::Rule;
pub use scalars::{ExprText, Name, Text};
pub use scope::Scope;
pub use service::Service;
pub use setting::{Setting, SettingType};
pub use states::States;
pub use step::Step;
pub use tokens::{Source, Tokens};
pub use totals::{Adds, Lowered, Per, Total};
pub use type_text::TYPES;
pub use types::FieldType;
pub use unique::Unique;
pub use user::{Provision, User};

use crate::diagnostics::Diagnostics;
use crate::source::{Include, Sources, Spanned};
use crate::yaml::{self, Node};

/// Reads the trees of a blueprint's files, the main one first, reporting every mistake of shape. None where
/// there is no tree of the main one; what is wrong with its text is reported already.
pub fn document(
    trees: Vec<Option<Node>>,
    includes: &[Include],
    diagnostics: &mut Diagnostics,
) -> Option<Document> {
    let mut reader = reader::Reader::new(diagnostics);
    let parts = parts::join(trees, &mut reader)?;
    Some(document::read(&parts, includes, &mut reader))
}

/// The paths that the main file includes. What is wrong with them [`document`] reports.
pub fn included(sources: &Sources) -> Vec<Spanned<String>> {
    // A text without the word is not read twice.
    if !include::may_be_in(&sources.file(sources.main()).text) {
        return Vec::new();
    }
    let tree = yaml::parse(sources, sources.main(), &mut Diagnostics::new());
    tree.map(|tree| include::written(&tree)).unwrap_or_default()
}
