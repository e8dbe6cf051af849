//! Named values from a client, read by `serde` so that an error names the member that is wrong.

use std::fmt::{self, Display};
use std::vec;

use serde::de::value::{MapAccessDeserializer, StringDeserializer};
use serde::de::{self, DeserializeOwned, DeserializeSeed, MapAccess, Visitor};
use serde::{Deserializer, forward_to_deserialize_any};
use serde_json::value::RawValue;

/// Reads `T` from members in the order in which they came.
pub fn read<'de, T, M>(members: Vec<(String, M)>) -> Result<T, Wrong>
where
    T: DeserializeOwned,
    M: Member<'de>,
{
    T::deserialize(MapAccessDeserializer::new(Members { rest: members.into_iter(), current: None }))
}

/// The value of a member, in its way of being written.
pub trait Member<'de> {
    /// `Err` is the reason, without the member's name.
    fn give<S: DeserializeSeed<'de>>(self, seed: S) -> Result<S::Value, String>;
}

/// In a body.
impl<'de> Member<'de> for &'de RawValue {
    fn give<S: DeserializeSeed<'de>>(self, seed: S) -> Result<S::Value, String> {
        let mut json = serde_json::Deserializer::from_str(self.get());
        seed.deserialize(&mut json).map_err(|error| wanted(&error.to_string()))
    }
}

/// In a query.
impl<'de> Member<'de> for String {
    fn give<S: DeserializeSeed<'de>>(self, seed: S) -> Result<S::Value, String> {
        seed.deserialize(Given(self)).map_err(|wrong| wrong.detail)
    }
}

/// What `serde_json` says, without the place (the member's name is told), the value, and the names
/// that Rust has for things.
fn wanted(error: &str) -> String {
    let reason = error.rsplit_once(" at line ").map_or(error, |(reason, _)| reason);
    match reason.rsplit_once(", expected ") {
        Some((_, "i64")) => "a whole number is wanted".to_owned(),
        Some((_, what)) => format!("{what} is wanted"),
        None => reason.to_owned(),
    }
}

/// What is wrong, and with which member.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wrong {
    pub unknown: bool,
    pub field: Option<String>,
    pub detail: String,
}

impl Wrong {
    fn of(field: &str, detail: impl Into<String>) -> Self {
        Self { unknown: false, field: Some(field.to_owned()), detail: detail.into() }
    }
}

impl Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.detail)
    }
}

impl std::error::Error for Wrong {}

impl de::Error for Wrong {
    fn custom<T: Display>(reason: T) -> Self {
        Self { unknown: false, field: None, detail: reason.to_string() }
    }

    fn unknown_field(field: &str, _: &'static [&'static str]) -> Self {
        Self { unknown: true, ..Self::of(field, "There is no such member.") }
    }

    fn missing_field(field: &'static str) -> Self {
        Self::of(field, "This member is required.")
    }

    fn duplicate_field(field: &'static str) -> Self {
        Self::of(field, "This member stands there twice.")
    }
}

struct Members<M> {
    rest: vec::IntoIter<(String, M)>,
    current: Option<(String, M)>,
}

impl<'de, M: Member<'de>> MapAccess<'de> for Members<M> {
    type Error = Wrong;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Wrong> {
        let Some((name, value)) = self.rest.next() else { return Ok(None) };
        let key = StringDeserializer::<Wrong>::new(name.clone());
        self.current = Some((name, value));
        seed.deserialize(key).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Wrong> {
        let (name, value) = self.current.take().expect("serde asks for a key before its value");
        value.give(seed).map_err(|reason| Wrong::of(&name, reason))
    }
}

/// A text that is there: also what an `Option` reads.
struct Given(String);

impl<'de> Deserializer<'de> for Given {
    type Error = Wrong;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        visitor.visit_string(self.0)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        visitor.visit_some(self)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit
        unit_struct newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::{Member, read};

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Row {
        title: String,
        count: Option<i64>,
    }

    fn body(text: &str) -> Result<Row, (bool, Option<String>, String)> {
        let members: Vec<(String, Box<serde_json::value::RawValue>)> = text
            .split(';')
            .map(|member| {
                let (name, value) = member.split_once('=').expect("name=value");
                (name.to_owned(), serde_json::from_str(value).expect("JSON"))
            })
            .collect();
        let members = members.iter().map(|(name, value)| (name.clone(), &**value)).collect();
        given(members)
    }

    fn given<'de, M: Member<'de>>(
        members: Vec<(String, M)>,
    ) -> Result<Row, (bool, Option<String>, String)> {
        read(members).map_err(|wrong| (wrong.unknown, wrong.field, wrong.detail))
    }

    fn wrong(field: &str, detail: &str) -> Result<Row, (bool, Option<String>, String)> {
        Err((false, Some(field.to_owned()), detail.to_owned()))
    }

    #[test]
    fn each_error_names_its_member() {
        let row = Row { title: "a".to_owned(), count: None };
        assert_eq!(body(r#"title="a";count=null"#), Ok(row));
        assert_eq!(body(r#"count=1"#), wrong("title", "This member is required."));
        assert_eq!(body(r#"title=null"#), wrong("title", "a string is wanted"));
        assert_eq!(body(r#"title="a";count=1.5"#), wrong("count", "a whole number is wanted"));
        assert_eq!(
            body(r#"title="a";title="b""#),
            wrong("title", "This member stands there twice.")
        );
        assert_eq!(
            body(r#"title="a";admin=true"#),
            Err((true, Some("admin".to_owned()), "There is no such member.".to_owned()))
        );
    }

    #[test]
    fn a_text_of_a_query_is_also_an_option() {
        #[derive(Debug, PartialEq, Deserialize)]
        struct Filter {
            state: Option<String>,
            project: Option<String>,
        }
        let filter: Filter = read(vec![("state".to_owned(), "open".to_owned())]).expect("read");
        assert_eq!(filter, Filter { state: Some("open".to_owned()), project: None });
    }
}
