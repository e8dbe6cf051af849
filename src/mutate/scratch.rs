//! The copy of a service's crate in which mutants live.

use super::{Error, instrument};
use crate::schema::Schema;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Built once; mutants differ by what their process is told.
pub struct Scratch {
    pub folder: PathBuf,
    /// The generated tests, as an executable.
    pub tests: PathBuf,
    /// The tests of the library's own parts.
    pub parts: PathBuf,
}

fn io(doing: &'static str, path: &Path) -> impl FnOnce(std::io::Error) -> Error {
    let path = path.to_owned();
    move |cause| Error::Io { doing, path, cause }
}

impl Scratch {
    /// Copies `service` below its own `target/`, puts in the switches and builds.
    pub fn make(service: &Path) -> Result<Self, Error> {
        let service = fs::canonicalize(service).map_err(io("find", service))?;
        let folder = service.join("target/mutants");
        let crate_folder = folder.join("crate");
        if crate_folder.exists() {
            fs::remove_dir_all(&crate_folder).map_err(io("remove", &crate_folder))?;
        }
        copy(&service, &crate_folder, true)?;
        let library = crate_folder.join("src/lib.rs");
        let text = fs::read_to_string(&library).map_err(io("read", &library))?;
        write(&library, &format!("{text}\n#[doc(hidden)]\npub mod mutant;\n"))?;
        write(&crate_folder.join("src/mutant.rs"), instrument::MUTANT)?;
        let (tests, parts) = build(&crate_folder)?;
        Ok(Self { folder, tests, parts })
    }

    /// A mutant's migrations in a folder of their own.
    pub fn migrations(&self, number: usize, mutant: &Schema) -> Result<PathBuf, Error> {
        let folder = self.folder.join(format!("migrations-{number}"));
        fs::create_dir_all(&folder).map_err(io("make", &folder))?;
        write(&folder.join("bootstrap.sql"), &mutant.bootstrap_sql())?;
        write(&folder.join("0001_init.sql"), &mutant.init_sql())?;
        Ok(folder)
    }

    pub fn statements(&self, number: usize, swapped: &str) -> Result<PathBuf, Error> {
        let file = self.folder.join(format!("statements-{number}.json"));
        write(&file, swapped)?;
        Ok(file)
    }
}

fn write(path: &Path, text: &str) -> Result<(), Error> {
    fs::write(path, text).map_err(io("write", path))
}

fn copy(from: &Path, to: &Path, top: bool) -> Result<(), Error> {
    fs::create_dir_all(to).map_err(io("make", to))?;
    for entry in fs::read_dir(from).map_err(io("read", from))? {
        let path = entry.map_err(io("read", from))?.path();
        let Some(name) = path.file_name() else { continue };
        if top && (name == "target" || name == ".git") {
            continue;
        }
        let target = to.join(name);
        if path.is_dir() {
            copy(&path, &target, false)?;
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(&path).map_err(io("read", &path))?;
            let text = instrument::instrument(&text)
                .map_err(|reason| Error::Source { path: path.display().to_string(), reason })?;
            write(&target, &text)?;
        } else {
            fs::copy(&path, &target).map_err(io("copy", &path))?;
        }
    }
    Ok(())
}

/// Into `CARGO_TARGET_DIR` where that is set, so that dependencies are built once.
fn build(folder: &Path) -> Result<(PathBuf, PathBuf), Error> {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo
        .current_dir(folder)
        .args([
            "test",
            "--lib",
            "--test",
            "generated",
            "--no-run",
            "--message-format=json-render-diagnostics",
        ])
        .stdin(Stdio::null())
        .stderr(Stdio::inherit());
    if std::env::var_os("CARGO_TARGET_DIR").is_none() {
        cargo.env("CARGO_TARGET_DIR", folder.with_file_name("target"));
    }
    let failed = || Error::Build(folder.to_owned());
    let output = cargo.output().map_err(io("run cargo in", folder))?;
    if !output.status.success() {
        return Err(failed());
    }
    let said = String::from_utf8_lossy(&output.stdout);
    let executable = |kind: &str| {
        said.lines()
            .filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok())
            .filter(|message| message["target"]["kind"][0] == kind)
            .find_map(|message| message["executable"].as_str().map(PathBuf::from))
    };
    executable("test").zip(executable("lib")).ok_or_else(failed)
}
