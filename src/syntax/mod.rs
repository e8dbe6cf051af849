//! The shape of a blueprint: which words stand where and what they may hold.

mod document;
mod map;
mod types;

pub use document::{
    Action, Context, Document, Entity, ExprText, Field, Fields, From, Identity, Input, Name, Party,
    Provision, Read, Role, Routes, Scope, Service, Setting, SettingType, Source, States, Text,
    Tokens, Unique, User,
};
pub use map::Map;
pub use types::FieldType;
