//! Files that are no blueprints, or are meant to hurt: told in few words that move no cursor, and nothing is written.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::{Command, Output};

pub const BLUEPRINT: &str = env!("CARGO_BIN_EXE_blueprint");
pub const GOOD: &str = "blueprint: 1\nservice: { name: shop }\n";

pub fn run(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(BLUEPRINT).current_dir(folder).args(arguments).output().expect("it can be run")
}

/// In words: no control character but line ends, none that hides or turns text, and not many of them.
#[track_caller]
pub fn in_words(output: &Output) -> String {
    let told = [&output.stdout[..], &output.stderr[..]].concat();
    let told = String::from_utf8(told).expect("it is UTF-8");
    let hidden = blueprint::diagnostics::escape::is_invisible;
    assert!(!told.chars().any(hidden), "{told:?}");
    assert!(told.len() < 16_000, "{} bytes", told.len());
    told
}

/// What `compile` says of a main file, how it ends, and that it writes nothing.
#[track_caller]
fn refused(folder: &Path, main: &str, code: i32) -> String {
    let before = names(folder);
    let output = run(folder, &["compile", main, "--out", "out"]);
    let told = in_words(&output);
    assert_eq!(output.status.code(), Some(code), "{told}");
    assert_eq!(names(folder), before, "{told}");
    told
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("it can be listed");
    let name = |entry: fs::DirEntry| format!("{:?}", entry.file_name());
    let mut names: Vec<String> =
        entries.map(|entry| name(entry.expect("it can be listed"))).collect();
    names.sort();
    names
}

pub fn folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("one can be made")
}

fn fifo(path: &Path) {
    assert!(Command::new("mkfifo").arg(path).status().expect("mkfifo is there").success());
}

#[test]
fn bytes_that_are_no_blueprint() {
    let utf16 = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
    let with = |mark: &[u8], text: Vec<u8>| [mark, &text].concat();
    let good = GOOD.as_bytes().to_vec();
    let cases: Vec<(&str, Vec<u8>, &str)> = vec![
        ("empty", Vec::new(), "E015"),
        ("only a mark", with(b"\xef\xbb\xbf", Vec::new()), "E015"),
        ("UTF-16, little", with(b"\xff\xfe", utf16(GOOD)), "E002"),
        ("UTF-16 without a mark", utf16(GOOD), "E003"),
        (
            "UTF-32",
            with(b"\xff\xfe\0\0", GOOD.chars().flat_map(|c| (c as u32).to_le_bytes()).collect()),
            "E002",
        ),
        ("no UTF-8", with(&good, b"a: \xc3\x28".to_vec()), "E002"),
        ("half a surrogate", with(&good, b"a: \xed\xa0\x80".to_vec()), "E002"),
        ("a NUL", with(&good, b"a: \0".to_vec()), "E003"),
        ("an escape of the terminal", with(&good, b"a: \x1b[2J\x1b]0;x\x07".to_vec()), "E003"),
        ("text that turns round", with(&good, "a: \u{202e}x".into()), "E003"),
        ("the same by YAML's escapes", with(&good, br#"a: "\u202e\e[2J\0""#.to_vec()), "E003"),
        (
            "two documents",
            with(&good, b"---\n".iter().chain(GOOD.as_bytes()).copied().collect()),
            "E006",
        ),
        ("64 MiB in one value", with(b"a: ", vec![b'x'; 64 << 20]), "E001"),
        ("just within a file", with(b"a: ", vec![b'x'; (1 << 20) - 8]), "E013"),
        ("an archive", b"PK\x03\x04\x14\0\0\0\x08\0".repeat(1000), "E003"),
        ("aliases", b"a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\n".to_vec(), "E007"),
        ("a merge of itself", with(&good, b"a: &a\n  <<: *a\n".to_vec()), "E007"),
        ("a tag", with(&good, b"a: !!python/object/apply:os.system [id]\n".to_vec()), "E008"),
        (
            "depth",
            with(&good, b"a: ".iter().copied().chain(b"[".repeat(1 << 19)).collect()),
            "E011",
        ),
        ("depth in a block", with(&good, b"? ".repeat(1 << 18)), "E01"),
    ];
    for (what, bytes, code) in cases {
        let folder = folder();
        fs::write(folder.path().join("a.yaml"), bytes).expect("it can be written");
        let told = refused(folder.path(), "a.yaml", 1);
        assert!(told.contains(code), "{what}: {told}");
    }
}

#[test]
fn what_is_no_file_is_not_opened() {
    let folder = folder();
    let path = |name: &str| folder.path().join(name);
    fifo(&path("pipe.yaml"));
    fs::create_dir(path("folder.yaml")).expect("it can be made");
    symlink("/dev/zero", path("zero.yaml")).expect("it can be made");
    symlink("circle.yaml", path("circle.yaml")).expect("it can be made");
    symlink("nowhere", path("nowhere.yaml")).expect("it can be made");
    let _socket =
        std::os::unix::net::UnixListener::bind(path("socket.yaml")).expect("it can be made");
    for main in [
        "pipe.yaml",
        "zero.yaml",
        "circle.yaml",
        "nowhere.yaml",
        "socket.yaml",
        "/dev/zero",
        "/dev/null",
        "/dev/tty",
        "none.yaml",
    ] {
        refused(folder.path(), main, 2);
    }
    for included in [
        "pipe.yaml",
        "folder.yaml",
        "zero.yaml",
        "circle.yaml",
        "nowhere.yaml",
        "socket.yaml",
        "'*.yaml'",
    ] {
        let main = folder.path().join("main.yml");
        fs::write(&main, format!("{GOOD}include: [{included}]\n")).expect("it can be written");
        let told = refused(folder.path(), "main.yml", 1);
        assert!(told.contains("E016") || told.contains("E017"), "{included}: {told}");
    }
}

/// A name in a message is as harmless as a text.
#[test]
fn names_of_files_move_no_cursor() {
    for name in
        ["a\u{1b}[2J.yaml", "a\n::error::b.yaml", "a\u{202e}b.yaml", "a\rb.yaml", "\u{9b}31m.yaml"]
    {
        let folder = folder();
        refused(folder.path(), name, 2);
        fs::write(folder.path().join(name), "entities: { A: 7 }\n").expect("it can be written");
        refused(folder.path(), name, 2);
        // Whoever includes all files of a folder does not write their names.
        let main = folder.path().join("main.yml");
        fs::write(&main, format!("{GOOD}include: ['*.yaml']\n")).expect("it can be written");
        refused(folder.path(), "main.yml", 1);
        let told = in_words(&run(folder.path(), &["check", "main.yml", "--format", "github"]));
        assert_eq!(told.lines().count(), 1, "{told}");
        let output = run(folder.path(), &["check", "main.yml", "--format", "json"]);
        let told: serde_json::Value = serde_json::from_slice(&output.stdout).expect("it is JSON");
        assert_eq!(told["diagnostics"][0]["place"]["file"], name);
        fs::write(&main, GOOD).expect("it can be written");
        for command in ["compile", "check"] {
            let output = run(folder.path(), &[command, "main.yml", "--out", name]);
            assert_eq!(output.status.code(), Some(2), "{}", in_words(&output));
        }
    }
}

#[test]
fn an_output_that_is_no_folder_is_let_be() {
    for what in ["file", "pipe", "device", "dangling"] {
        let folder = folder();
        let out = folder.path().join("out");
        fs::write(folder.path().join("a.yaml"), GOOD).expect("it can be written");
        match what {
            "file" => fs::write(&out, "mine").expect("it can be written"),
            "pipe" => fifo(&out),
            "device" => symlink("/dev/null", &out).expect("it can be made"),
            _ => symlink(folder.path().join("elsewhere"), &out).expect("it can be made"),
        }
        let output = run(folder.path(), &["compile", "a.yaml", "--out", "out"]);
        let told = in_words(&output);
        assert!(matches!(output.status.code(), Some(1 | 2)), "{what}: {told}");
        assert_eq!(names(folder.path()), ["\"a.yaml\"", "\"out\""], "{what}: {told}");
    }
}

/// No file may become larger than a few blocks, as on a disk that is full: what stood there stays, whole.
#[test]
fn a_full_disk_leaves_what_was_there() {
    let folder = folder();
    let path = folder.path();
    fs::write(path.join("a.yaml"), GOOD).expect("it can be written");
    let limited = |blocks: u32, out: &str| {
        let script =
            format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$0\" compile a.yaml --out {out}");
        let output = Command::new("sh").current_dir(path).args(["-c", &script, BLUEPRINT]).output();
        output.expect("there is a shell")
    };
    let output = limited(1, "new");
    let told = in_words(&output);
    assert_eq!(output.status.code(), Some(2), "{told}");
    assert!(!path.join("new").exists(), "{:?}", names(&path.join("new")));

    assert!(run(path, &["compile", "a.yaml", "--out", "out"]).status.success());
    let whole = snapshot(&path.join("out"));
    let longer = format!("{GOOD}settings: {{ HELP_URL: {{ type: url }} }}\n");
    fs::write(path.join("a.yaml"), longer).expect("it can be written");
    let output = limited(1, "out");
    let told = in_words(&output);
    assert_eq!(output.status.code(), Some(2), "{told}");
    assert_eq!(snapshot(&path.join("out")), whole, "{told}");
    assert!(run(path, &["compile", "a.yaml", "--out", "out"]).status.success());
}

/// Every file below a folder, and its bytes.
pub fn snapshot(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(&next).expect("it can be listed") {
            let path = entry.expect("it can be listed").path();
            if path.is_dir() {
                folders.push(path);
            } else {
                found.push((path.display().to_string(), fs::read(&path).expect("it can be read")));
            }
        }
    }
    found.sort();
    found
}
