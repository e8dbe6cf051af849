//! Hooks as the service's Rust shows them: the types of what each is given and gives.

use serde::Serialize;

use crate::model::{Hook as Modelled, HookReads, Input, Model, Type};
use crate::phrase;

pub use super::domain::Enum;
use super::domain::enumeration;
use super::names;
use super::rust_type::{self, ident};

#[derive(Debug, Clone, Serialize)]
pub struct Hook {
    /// `quote`.
    pub name: String,
    /// As its files are called.
    pub file: String,
    /// The same as a module, raw where that is a keyword.
    pub module: String,
    /// `hooks.quote`.
    pub path: String,
    /// Where people write it.
    pub written: String,
    /// `what a booking costs.`
    pub lead: String,
    pub enums: Vec<Enum>,
    /// What it is given.
    pub given: Vec<Struct>,
    /// What it gives.
    pub output: Struct,
    /// Types of entities that stand in the rows which it is given.
    pub imports: Vec<Import>,
}

/// A struct of what a hook is given or gives.
#[derive(Debug, Clone, Serialize)]
pub struct Struct {
    pub name: String,
    pub doc: String,
    pub members: Vec<Member>,
}

#[derive(Debug, Clone, Serialize)]
pub struct Member {
    pub doc: String,
    pub name: String,
    pub ty: String,
}

#[derive(Debug, Clone, Serialize)]
pub struct Import {
    pub module: String,
    pub types: Vec<String>,
}

pub fn hooks(model: &Model) -> Vec<Hook> {
    model.hooks.iter().map(|hook| one(model, hook)).collect()
}

/// Its module: `quote`.
pub fn module(hook: &Modelled) -> String {
    ident(&hook.name)
}

/// Where people write it: `src/app/quote.rs`.
pub fn file(hook: &Modelled) -> String {
    format!("src/app/{}.rs", file_name(hook))
}

fn file_name(hook: &Modelled) -> String {
    module(hook).trim_start_matches("r#").to_owned()
}

/// A value that a hook is given or gives.
fn member(owner: &str, one: &Input) -> Member {
    let ty = rust_type::of(&one.ty, owner, &one.name);
    Member {
        doc: names::sentence(&one.summary, &names::title(&one.name)),
        name: ident(&one.name),
        ty: if one.optional { format!("Option<{ty}>") } else { ty },
    }
}

fn members(owner: &str, all: &[Input]) -> Vec<Member> {
    all.iter().map(|one| member(owner, one)).collect()
}

/// A field of a row that a hook is given.
fn of_row(model: &Model, reads: &HookReads) -> Vec<Member> {
    let entity = &model[reads.entity];
    let id = Member {
        doc: format!("Which {} it is.", names::title(&entity.name).to_lowercase()),
        name: "id".to_owned(),
        ty: "Uuid".to_owned(),
    };
    let fields = reads.fields.iter().map(|field| {
        let field = &entity.fields[field.0];
        let ty = rust_type::of(&field.ty, &entity.name, &field.name);
        Member {
            doc: names::sentence(&field.summary, &names::title(&field.name)),
            name: ident(&field.name),
            ty: if field.optional { format!("Option<{ty}>") } else { ty },
        }
    });
    std::iter::once(id).chain(fields).collect()
}

/// `OfferedRow`.
pub fn row(reads: &HookReads) -> String {
    format!("{}Row", names::pascal(&reads.name))
}

/// Which rows of what, in the blueprint's words.
pub fn which(model: &Model, hook: &Modelled, reads: &HookReads) -> String {
    let entity = &model[reads.entity];
    format!("Rows of {}, where {}", entity.name, phrase::of_hook(model, hook, reads))
}

fn one(model: &Model, hook: &Modelled) -> Hook {
    let path = hook.path();
    let otherwise = format!("Code written by hand, as `{path}` declares it");
    Hook {
        name: hook.name.clone(),
        file: file_name(hook),
        written: file(hook),
        module: module(hook),
        lead: names::lead(&names::sentence(&hook.summary, &otherwise)),
        enums: enums(hook),
        given: given(model, hook),
        output: Struct {
            name: "Output".to_owned(),
            doc: "What it gives.".to_owned(),
            members: members("Output", &hook.output),
        },
        imports: imports(model, hook),
        path,
    }
}

fn given(model: &Model, hook: &Modelled) -> Vec<Struct> {
    let lists = hook.reads.iter().map(|reads| Member {
        doc: format!("{}.", which(model, hook, reads)),
        name: ident(&reads.name),
        ty: format!("Vec<{}>", row(reads)),
    });
    let rows = hook.reads.iter().map(|reads| {
        let of = names::title(&model[reads.entity].name);
        Struct {
            name: row(reads),
            doc: format!("What it is told of {}.", names::article(&of).to_lowercase()),
            members: of_row(model, reads),
        }
    });
    let input = Struct {
        name: "Input".to_owned(),
        doc: "What the step that asks gives it.".to_owned(),
        members: members("Input", &hook.input),
    };
    let reads = Struct {
        name: "Reads".to_owned(),
        doc: "The rows that it is given, each list by id.".to_owned(),
        members: lists.collect(),
    };
    [input, reads].into_iter().chain(rows).collect()
}

fn enums(hook: &Modelled) -> Vec<Enum> {
    let of = |owner: &str, all: &[Input]| -> Vec<Enum> {
        let named = all.iter().filter_map(|one| match &one.ty {
            Type::OneOf(list) => {
                let list: Vec<&str> = list.iter().map(String::as_str).collect();
                let doc = format!("`{}` of `{}`.", one.name, hook.path());
                Some(enumeration(rust_type::enumeration(owner, &one.name), doc, &list))
            }
            _ => None,
        });
        named.collect()
    };
    [of("Input", &hook.input), of("Output", &hook.output)].concat()
}

fn imports(model: &Model, hook: &Modelled) -> Vec<Import> {
    let mut imports: Vec<Import> = Vec::new();
    for reads in &hook.reads {
        let entity = &model[reads.entity];
        let module = super::entity::module(entity);
        for field in reads.fields.iter().map(|field| &entity.fields[field.0]) {
            if !matches!(field.ty, Type::OneOf(_)) {
                continue;
            }
            let ty = rust_type::enumeration(&entity.name, &field.name);
            match imports.iter_mut().find(|import| import.module == module) {
                Some(import) if import.types.contains(&ty) => {}
                Some(import) => import.types.push(ty),
                None => imports.push(Import { module: module.clone(), types: vec![ty] }),
            }
        }
    }
    imports
}

/// The words of the rows that a hook is given, each with its module.
pub fn enums_of_rows(model: &Model, hook: &Modelled) -> Vec<(String, Enum)> {
    let mut enums: Vec<(String, Enum)> = Vec::new();
    for reads in &hook.reads {
        let entity = &model[reads.entity];
        let module = format!("crate::generated::domain::{}", super::entity::module(entity));
        for field in reads.fields.iter().map(|field| &entity.fields[field.0]) {
            let Type::OneOf(list) = &field.ty else { continue };
            let name = rust_type::enumeration(&entity.name, &field.name);
            if enums.iter().all(|(_, known)| known.name != name) {
                let list: Vec<&str> = list.iter().map(String::as_str).collect();
                enums.push((module.clone(), enumeration(name, String::new(), &list)));
            }
        }
    }
    enums
}
