//! `blueprint new`: a folder to start from.

use super::exit::{Exit, Fault};
use super::place::seen;
use super::terminal::{Colour, Format, Terminal, paint};
use super::words::quoted;
use heck::ToSnakeCase;
use serde_json::json;
use std::fs::{self, File};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

const SCHEMA: &str = "blueprint.schema.json";

/// Start a service's folder from a small commented blueprint, or from a shipped one
#[derive(clap::Args)]
pub(super) struct Arguments {
    /// Made where it is missing; its name becomes the service's
    #[arg(value_name = "DIR")]
    folder: PathBuf,

    /// A shipped blueprint to start from
    #[arg(long, value_enum, default_value_t = App::Starter, value_name = "APP")]
    from: App,
}

/// The blueprints that are shipped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum App {
    /// A club's notes, with a comment on each idea
    Starter,
    /// Teams, projects and tasks
    Projects,
    /// Vendors, listings, bookings, payments and reviews
    Marketplace,
}

impl App {
    /// The main file.
    fn text(self) -> &'static str {
        match self {
            App::Starter => include_str!("../../blueprints/starter/blueprint.yaml"),
            App::Projects => include_str!("../../blueprints/projects/blueprint.yaml"),
            App::Marketplace => include_str!("../../blueprints/marketplace/blueprint.yaml"),
        }
    }

    /// The files that it includes, by their names.
    fn parts(self) -> &'static [(&'static str, &'static str)] {
        match self {
            App::Starter | App::Projects => &[],
            App::Marketplace => &[
                ("identity.yaml", include_str!("../../blueprints/marketplace/identity.yaml")),
                ("listings.yaml", include_str!("../../blueprints/marketplace/listings.yaml")),
                ("bookings.yaml", include_str!("../../blueprints/marketplace/bookings.yaml")),
                ("commissions.yaml", include_str!("../../blueprints/marketplace/commissions.yaml")),
                ("payments.yaml", include_str!("../../blueprints/marketplace/payments.yaml")),
                ("reviews.yaml", include_str!("../../blueprints/marketplace/reviews.yaml")),
            ],
        }
    }
}

pub(super) fn run(arguments: &Arguments, terminal: &mut Terminal) -> Result<Exit, Fault> {
    let folder = &arguments.folder;
    seen(folder)?;
    let text = named(arguments.from.text(), &service_name(folder)?);
    let made = missing(folder);
    fs::create_dir_all(folder).map_err(Fault::at("make", folder))?;
    let outcome = fill(arguments, &text, terminal);
    if outcome.is_err() {
        // Only what is empty goes: whoever put something there meanwhile keeps it.
        for folder in made {
            let _ = fs::remove_dir(folder);
        }
    }
    outcome
}

/// The folders that have to be made for one, itself first.
fn missing(folder: &Path) -> Vec<&Path> {
    let named = folder.ancestors().filter(|one| !one.as_os_str().is_empty());
    named.take_while(|one| one.symlink_metadata().is_err()).collect()
}

/// Writes all files, or none.
fn fill(arguments: &Arguments, text: &str, terminal: &mut Terminal) -> Result<Exit, Fault> {
    let folder = &arguments.folder;
    let schema = (SCHEMA, super::schema::text());
    let parts = arguments.from.parts().iter().map(|(name, text)| (*name, (*text).to_owned()));
    let taken = |name: &str| folder.join(name).symlink_metadata().is_ok();
    if let Some((name, _)) = arguments.from.parts().iter().find(|(name, _)| taken(name)) {
        return Ok(refused(&folder.join(name), terminal));
    }
    let mut written = Vec::new();
    for (name, text) in [("blueprint.yaml", text.to_owned()), schema].into_iter().chain(parts) {
        let path = folder.join(name);
        match write_new(&path, &text) {
            Ok(()) => written.push(path),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {
                // A schema that is there already is as good; rules are not.
                if name != SCHEMA {
                    return Ok(refused(&path, terminal));
                }
            }
            Err(error) => {
                for path in written {
                    let _ = fs::remove_file(path);
                }
                return Err(Fault::at("write", &path)(error));
            }
        }
    }
    match terminal.format {
        Format::Json => {
            terminal.document(json!({ "result": "written", "folder": folder }));
        }
        Format::Human => {
            let shown = folder.display();
            let cd = quoted(&folder.to_string_lossy());
            let next = paint("next:", Colour::Bold, terminal.colour.out);
            terminal.out(format_args!(
                "{shown}/blueprint.yaml is yours to change\n\n{next} cd {cd} && blueprint compile\n      \
                 `blueprint check` says what is wrong while you change it, `blueprint explain` what it means\n"
            ));
        }
        Format::Github | Format::Sarif => {}
    }
    Ok(Exit::Done)
}

fn refused(path: &Path, terminal: &mut Terminal) -> Exit {
    let text = format!("{} is there already; nothing was written", path.display());
    terminal.tell("error:", Colour::Red, text);
    Exit::Refused
}

/// The folder's name as that of a service: snake_case, beginning with a letter.
fn service_name(folder: &Path) -> Result<String, Fault> {
    let full = std::path::absolute(folder).map_err(Fault::at("find", folder))?;
    let name =
        full.file_name().map(|name| name.to_string_lossy().to_snake_case()).unwrap_or_default();
    let letters = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    let fits = name.len() <= 40
        && name.starts_with(|first: char| first.is_ascii_lowercase())
        && name.bytes().all(letters);
    if fits {
        Ok(name)
    } else {
        Err(Fault::Usage(format!(
            "`{name}` cannot name a service: name the folder with up to 40 letters, digits and hyphens, \
             beginning with a letter"
        )))
    }
}

/// A shipped blueprint under another service's name, which is the first `name:` in it.
fn named(text: &str, name: &str) -> String {
    let Some((before, after)) = text.split_once("name: ") else {
        unreachable!("every shipped blueprint names its service");
    };
    let end = after.find([',', ' ', '\n']).unwrap_or(after.len());
    format!("{before}name: {name}{}", &after[end..])
}

/// Never over a file that is there, and so never through a link; all of it or nothing.
fn write_new(path: &Path, text: &str) -> std::io::Result<()> {
    let mut file = File::create_new(path)?;
    file.write_all(text.as_bytes()).inspect_err(|_| drop(fs::remove_file(path)))
}

#[cfg(test)]
mod tests {
    use super::{App, named, service_name};
    use clap::ValueEnum;
    use std::path::Path;

    #[test]
    fn a_service_is_named_after_its_folder() {
        for (folder, name) in [("shop", "shop"), ("a/My-Shop/", "my_shop"), ("shop2", "shop2")] {
            assert_eq!(service_name(Path::new(folder)).unwrap(), name);
        }
        for folder in ["/", "2shop", "läden", "..."] {
            assert!(service_name(Path::new(folder)).is_err(), "{folder}");
        }
    }

    #[test]
    fn every_shipped_blueprint_can_be_renamed() {
        for app in App::value_variants() {
            let old = app.to_possible_value().unwrap().get_name().to_owned();
            assert_eq!(
                named(app.text(), "shop"),
                app.text().replacen(&format!("name: {old}"), "name: shop", 1)
            );
        }
    }
}
