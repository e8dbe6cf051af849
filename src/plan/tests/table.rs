//! `tests/generated/permissions.json`: the permission table, as `explain who may --format json` prints it.

use serde::Serialize;

use crate::model::Model;
use crate::permissions::{self, EntityDocument, VERSION};

/// The same document with a line for each of the people and each row, so that a change is a line.
pub fn text(model: &Model) -> String {
    // One at a time: all of them are many times what is made of them.
    let entities = model.entity_ids().map(|id| {
        let entity = EntityDocument::of(model, &permissions::permissions(model, id));
        format!(
            "    {{\n      \"entity\": {},\n      \"people\": [\n{}\n      ],\n      \"rows\": [\n{}\n      ]\n    }}",
            line(&entity.entity),
            lines(&entity.people),
            lines(&entity.rows)
        )
    });
    let entities: Vec<String> = entities.collect();
    format!("{{\n  \"version\": {VERSION},\n  \"entities\": [\n{}\n  ]\n}}\n", entities.join(",\n"))
}

fn lines<T: Serialize>(of: &[T]) -> String {
    let lines: Vec<String> = of.iter().map(|one| format!("        {}", line(one))).collect();
    lines.join(",\n")
}

fn line<T: Serialize>(of: &T) -> String {
    serde_json::to_string(of).expect("it is plain data")
}

#[cfg(test)]
mod own {
    use super::*;
    use crate::permissions::Document;
    use crate::plan::example;

    #[test]
    fn the_lines_are_the_document() {
        let model = example::projects();
        let document = Document::of(&model, &permissions::table(&model));
        let read: serde_json::Value = serde_json::from_str(&text(&model)).unwrap();
        assert_eq!(read, serde_json::to_value(document).unwrap());
    }
}
