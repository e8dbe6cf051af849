//! Lines of the committed examples, by what they are for.

use std::fs;
use std::path::Path;

use crate::compiling::lines_of;

pub fn count(services: &[&str]) {
    println!(
        "| service | entities | actions | routes | Rust per entity | per action | per route | kernel | SQL per entity | tests |"
    );
    println!("|---|---|---|---|---|---|---|---|---|---|");
    for service in services {
        row(service);
    }
}

fn row(service: &str) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let example = root.join("examples").join(service);
    let blueprint = root.join("blueprints").join(service).join("blueprint.yaml");
    let sources = blueprint::load(&blueprint).unwrap_or_else(|error| panic!("{service}: {error}"));
    let model = blueprint::compile(&sources).0.expect("a shipped blueprint compiles");
    let entities = model.entities.len();
    let actions: usize = model.entities.iter().map(|entity| entity.actions.len()).sum();
    let routes = routes_of(&example.join("openapi.json"));
    let generated = below(&example.join("src/generated"), &|_| true);
    let kernel = below(&example.join("src/generated/kernel"), &|_| true);
    let own = generated - kernel;
    let sql =
        below(&example.join("migrations"), &|path| path.extension().is_some_and(|e| e == "sql"));
    let tests = below(&example.join("tests/generated"), &|path| {
        path.extension().is_some_and(|e| e == "rs")
    });
    println!(
        "| {service} | {entities} | {actions} | {routes} | {} | {} | {} | {kernel} | {} | {tests} |",
        own / entities,
        own / actions,
        own / routes,
        sql / entities,
    );
}

/// Operations of an OpenAPI document: each method of each path.
fn routes_of(document: &Path) -> usize {
    let text = fs::read_to_string(document).expect("an example has its openapi.json");
    let document: serde_json::Value = serde_json::from_str(&text).expect("openapi.json is JSON");
    let methods = ["get", "put", "post", "delete", "patch"];
    document["paths"]
        .as_object()
        .expect("it has paths")
        .values()
        .map(|path| methods.iter().filter(|method| path.get(**method).is_some()).count())
        .sum()
}

fn below(folder: &Path, counts: &dyn Fn(&Path) -> bool) -> usize {
    let Ok(entries) = fs::read_dir(folder) else { return 0 };
    entries
        .map(|entry| entry.expect("the folder can be read").path())
        .map(|path| match path.is_dir() {
            true => below(&path, counts),
            false if counts(&path) => lines_of(&path),
            false => 0,
        })
        .sum()
}
