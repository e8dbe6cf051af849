//! The text that people wrote, and places in it.

mod file;
mod folder;
mod include;
mod span;

pub use file::{Fault, File, MAX_FILE_BYTES, Position};
pub use include::{Include, MAX_BYTES, MAX_FILES, Refusal};
pub use span::{FileId, Span, Spanned};

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use folder::Folder;

/// A fault of the environment: nothing is wrong with the blueprint, it cannot be read at all.
#[derive(Debug, thiserror::Error)]
#[error("cannot read {}: {cause}", path.display())]
pub struct Error {
    pub path: PathBuf,
    #[source]
    pub cause: std::io::Error,
}

/// Texts that stand in an editor and are not saved yet, by the canonical path of their file.
pub type Unsaved = BTreeMap<PathBuf, String>;

/// All files of one blueprint.
#[derive(Debug, Clone, Default)]
pub struct Sources {
    files: Vec<File>,
    includes: Vec<Include>,
    /// From which files are included; none where the blueprint stands in memory alone.
    folder: Option<Folder>,
}

impl Sources {
    /// Reads the file with which a blueprint starts. One that can be read but not understood is no error here.
    pub fn read(path: &Path) -> Result<Sources, Error> {
        Sources::read_as(path, &path.display().to_string(), &Unsaved::new())
    }

    /// As `read`, under another name for messages; what is not saved goes before what is.
    pub fn read_as(path: &Path, name: &str, unsaved: &Unsaved) -> Result<Sources, Error> {
        let fail = |cause| Error { path: path.to_owned(), cause };
        let (folder, bytes) = Folder::open(path, name, unsaved).map_err(fail)?;
        let mut file = File::from_bytes(name.to_owned(), bytes);
        file.path = Some(folder.main.clone());
        Ok(Sources { files: vec![file], includes: Vec::new(), folder: Some(folder) })
    }

    /// A blueprint of one file that is already in memory.
    pub fn from_text(name: impl Into<String>, text: impl Into<String>) -> Sources {
        Sources::from_bytes(name, text.into().into_bytes())
    }

    /// As `from_text`, of bytes that may not be text.
    pub fn from_bytes(name: impl Into<String>, bytes: Vec<u8>) -> Sources {
        Sources { files: vec![File::from_bytes(name.into(), bytes)], ..Sources::default() }
    }

    /// In the order in which they were read; the main one first.
    pub fn files(&self) -> impl Iterator<Item = &File> {
        self.files.iter()
    }

    /// As `files`, by what names them in a place.
    pub fn ids(&self) -> impl Iterator<Item = FileId> + use<> {
        (0..u32::try_from(self.files.len()).expect("files are few")).map(FileId)
    }

    /// What became of each path that the main file includes.
    pub fn includes(&self) -> &[Include] {
        &self.includes
    }

    /// The file with which a blueprint starts. There always is one.
    pub fn main(&self) -> FileId {
        FileId(0)
    }

    pub fn file(&self, id: FileId) -> &File {
        &self.files[id.0 as usize]
    }

    /// Where a file was read from, canonical; none of text in memory.
    pub fn path(&self, id: FileId) -> Option<&Path> {
        self.file(id).path.as_deref()
    }

    /// The text at a place.
    pub fn text(&self, span: Span) -> &str {
        &self.file(span.file).text[span.range()]
    }
}
