//! A value is what is written, whatever YAML takes it for.

use blueprint::source::Sources;

#[test]
fn values_are_read_as_they_are_written() {
    let text = include_str!("scalars_as_written/blueprint.yaml");
    let (model, _) = blueprint::compile(&Sources::from_text("blueprint.yaml", text));
    let model = model.expect("nothing is wrong");
    let task = &model[model.entity_named("Task").expect("it is there")];
    assert_eq!(task.summary, "NO");
    let defaults: Vec<String> = task
        .fields
        .iter()
        .filter_map(|field| Some(format!("{} {:?}", field.name, field.default.as_ref()?)))
        .collect();
    assert_eq!(
        defaults,
        [
            "on Value(Text(\"16:00\"))",
            "y Value(Text(\"007\"))",
            "no Value(Text(\"1.10\"))",
            "off Value(Text(\"NO\"))",
            "price Value(Decimal(\"1.10\"))",
            "count Value(Int(7))",
            "answer Value(Name(\"no\"))",
        ]
    );
}
