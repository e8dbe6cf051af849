//! The variables that a service reads, that `.env.example` shows, and that no setting can be.

use std::collections::BTreeSet;

use blueprint::source::Sources;
use blueprint::tree::Tree;
use proc_macro2::{TokenStream, TokenTree};

fn service() -> Tree {
    let text = include_str!("../../blueprints/projects/blueprint.yaml");
    let (model, _) = blueprint::compile(&Sources::from_text("blueprint.yaml", text));
    blueprint::emit(&model.expect("it compiles"))
}

/// The first arguments of `environment.….(…)`.
fn read(tokens: TokenStream, found: &mut BTreeSet<String>) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    for (at, token) in tokens.iter().enumerate() {
        if let TokenTree::Group(group) = token {
            read(group.stream(), found);
        }
        if let [
            TokenTree::Ident(environment),
            _,
            TokenTree::Ident(_),
            TokenTree::Group(arguments),
            ..,
        ] = &tokens[at..]
            && environment == "environment"
            && let Some(TokenTree::Literal(name)) = arguments.stream().into_iter().next()
        {
            found.insert(name.to_string().trim_matches('"').to_owned());
        }
    }
}

fn variables() -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for (path, file) in service().iter() {
        if path.starts_with("src/") && path.ends_with(".rs") {
            read(file.text.parse().expect("it is Rust"), &mut found);
        }
    }
    found
}

#[test]
fn every_variable_that_is_read_is_shown() {
    let tree = service();
    let example = &tree.get(".env.example").expect("every service has it").text;
    let shown: BTreeSet<String> = example
        .lines()
        .filter_map(|line| line.trim_start_matches('#').split_once('='))
        .map(|(name, _)| name.to_owned())
        .collect();
    assert_eq!(variables(), shown);
}

#[test]
fn no_setting_takes_the_name_of_one() {
    for name in variables() {
        let text = format!(
            "blueprint: 1\nservice: {{ name: shop }}\nsettings:\n  {name}: {{ type: text }}\n"
        );
        let (_, diagnostics) = blueprint::compile(&Sources::from_text("blueprint.yaml", text));
        let refused = diagnostics.iter().any(|one| one.code.id == "E203");
        // More may be said of the issuer: it is the blueprint's.
        assert_eq!(refused, name != "OIDC_ISSUER", "{name}");
    }
}
