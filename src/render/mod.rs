//! Plan → files, by a table of templates. Knows nothing of the model.

mod environment;
mod filters;
mod fit;
mod imports;
mod kernel;
mod manifest;

use minijinja::context;
use minijinja::value::{Serde, Value};
use proc_macro2::TokenStream;
use rayon::prelude::*;

use crate::plan::{self, Plan};
use crate::tree::{File, Ownership, Tree};

use environment::environment;
use manifest::{Per, ROWS, Row};

/// The whole output.
///
/// # Panics
///
/// Where a template fails or makes Rust that does not parse: a mistake of the compiler, never of the blueprint.
pub fn render(mut plan: Plan) -> Tree {
    let mut tree = Tree::new();
    let mut environment = environment();
    for row in ROWS {
        environment.add_template(row.path, row.template).unwrap_or_else(|error| {
            panic!("the template of {} does not parse: {error:#}", row.path)
        });
    }
    let files = std::mem::take(&mut plan.files);
    let jobs: Vec<Job> = ROWS.iter().flat_map(|row| jobs(row, &plan)).collect();
    let entities: Vec<Value> = std::mem::take(&mut plan.entities)
        .into_iter()
        .map(|entity| Value::from(Serde(entity)))
        .collect();
    let hooks: Vec<Value> =
        plan.hooks.iter().map(|hook| Value::from(Serde(hook.clone()))).collect();
    let service = context! { entities => entities.clone(), ..Value::from(Serde(plan)) };
    let texts: Vec<String> =
        jobs.par_iter().map(|job| text(&environment, job, &service, &entities, &hooks)).collect();
    for (Job { row, path, origin, .. }, text) in jobs.into_iter().zip(texts) {
        tree.insert(path, File { text, ownership: row.ownership, origin });
    }
    for (path, text) in kernel::FILES {
        let (text, ownership) = ((*text).to_owned(), Ownership::Generated);
        let origin = "kernel".to_owned();
        tree.insert(format!("src/generated/kernel/{path}"), File { text, ownership, origin });
    }
    for plan::File { path, text, ownership, origin } in files {
        tree.insert(path, File { text, ownership, origin });
    }
    tree
}

/// One file to be rendered.
struct Job {
    row: &'static Row,
    path: String,
    origin: String,
    /// Which of the entities, or of the hooks, it is about.
    of: Option<usize>,
}

/// The files that a row makes.
fn jobs(row: &'static Row, plan: &Plan) -> Vec<Job> {
    let once =
        |origin: &str| Job { row, path: row.path.to_owned(), origin: origin.to_owned(), of: None };
    match row.per {
        Per::Service => vec![once("service")],
        Per::Hooks if plan.hooks.is_empty() => Vec::new(),
        Per::Hooks => vec![once("hooks")],
        Per::Hook => {
            let of = |(index, hook): (usize, &plan::hooks::Hook)| Job {
                row,
                path: row.path.replace("{hook}", &hook.file),
                origin: hook.path.clone(),
                of: Some(index),
            };
            plan.hooks.iter().enumerate().map(of).collect()
        }
        Per::Entity => {
            let of = |(index, entity): (usize, &plan::Entity)| Job {
                row,
                path: row.path.replace("{entity}", &entity.file),
                origin: format!("entities.{}", entity.name),
                of: Some(index),
            };
            plan.entities.iter().enumerate().map(of).collect()
        }
    }
}

fn text(
    environment: &minijinja::Environment<'_>,
    job: &Job,
    service: &Value,
    entities: &[Value],
    hooks: &[Value],
) -> String {
    let row = job.row;
    let values = match (job.of, row.per) {
        (None, _) => service.clone(),
        (Some(index), Per::Hook) => {
            context! { plan => service.clone(), hook => hooks[index].clone() }
        }
        (Some(index), _) => context! { plan => service.clone(), entity => entities[index].clone() },
    };
    let template = environment.get_template(row.path).expect("every row was added");
    let text = template
        .render(values)
        .unwrap_or_else(|error| panic!("the template of {} fails: {error:#}", row.path));
    if row.path.ends_with(".rs") { rust(row, &text) } else { text }
}

/// Relieved of imports that it does not need, and fitted to the page.
///
/// That it parses is looked at in a debug build alone, which is what the tests are: whether a template
/// makes Rust is decided when the compiler is built, and it would cost a sixth of a compile.
fn rust(row: &Row, text: &str) -> String {
    let parsed = text.parse::<TokenStream>().map_err(syn::Error::from).and_then(|tokens| {
        if cfg!(debug_assertions) {
            syn::parse2::<syn::File>(tokens.clone())?;
        }
        Ok(tokens)
    });
    match parsed {
        Ok(tokens) => fit::fit(&imports::prune(text, &tokens)),
        Err(error) => {
            let number = error.span().start().line;
            let line = text.lines().nth(number.saturating_sub(1)).unwrap_or_default();
            panic!("{} makes Rust that does not parse: {error}: line {number}: {line}", row.path)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::{example, plan};

    fn projects() -> Tree {
        let model = example::projects();
        let schema = crate::schema::lower(&model, None);
        render(plan(&model, &schema, None))
    }

    #[test]
    fn the_same_plan_gives_the_same_bytes() {
        assert_eq!(projects(), projects());
    }

    #[test]
    fn a_member_never_sees_the_budget_in_the_docs() {
        let tree = projects();
        let permissions = &tree.get("docs/permissions.md").unwrap().text;
        assert!(permissions.contains("| sees budget |  | yes |"), "{permissions}");
    }
    /// Lines of the service as it was first written by hand, beside its kernel, for the same 18 routes.
    const HAND_WRITTEN: usize = 1306;

    #[test]
    fn the_service_is_not_longer_than_by_hand() {
        let lines: usize = projects()
            .iter()
            .filter(|(path, _)| path.starts_with("src/generated/") && !path.contains("/kernel/"))
            .map(|(_, file)| file.text.lines().count())
            .sum();
        assert!(lines <= HAND_WRITTEN * 105 / 100, "{lines} lines");
    }
}
