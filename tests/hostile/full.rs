//! A disk that is really full: a small one in memory, mounted where nobody else sees it.
//!
//! That takes a user namespace of one's own (`unshare -Urm`), which some machines and most containers refuse. There these
//! tests say so and try nothing; `a_full_disk_leaves_what_was_there` in `files.rs`, with a limit on the size of files, and
//! `a_result_that_cannot_be_written_is_a_fault`, with `/dev/full`, run everywhere.

use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use super::files::{BLUEPRINT, GOOD, folder, in_words, run, snapshot};

/// Puts the files of `$2` on a disk of `$3`, fills what is left but `$4` KiB, runs the rest of its arguments there and
/// brings back what is there then.
const SCRIPT: &str = "
disk=$1 from=$2 size=$3 room=$4 to=$5
shift 5
mount -t tmpfs -o size=$size,mode=700 tmpfs \"$disk\" || exit 77
cp -r \"$from/.\" \"$disk\" || exit 78
cd \"$disk\" || exit 78
if [ \"$room\" -gt 0 ]; then head -c \"${room}k\" /dev/zero >room; fi
head -c 64M /dev/zero >filler 2>/dev/null
rm -f room
\"$@\"
code=$?
rm -f filler
cp -r . \"$to\" || exit 78
exit $code
";

/// What a command says on a full disk and what is there then; none where there can be no such disk.
fn on_a_full_disk(from: &Path, size: &str, room: u32, words: &str) -> Option<(Output, Files)> {
    let (disk, to) = (folder(), folder());
    let output = Command::new("unshare")
        .args(["-Urm", "sh", "-c", SCRIPT, "sh"])
        .args([disk.path(), from])
        .args([size, &room.to_string()])
        .arg(to.path())
        .arg(BLUEPRINT)
        .args(words.split(' '))
        .stdin(Stdio::null())
        .output();
    let output = output.ok().filter(|output| {
        let told = String::from_utf8_lossy(&output.stderr);
        output.status.code() != Some(77) && !told.starts_with("unshare:")
    });
    let Some(output) = output else {
        println!("not tried: this machine gives nobody a user namespace with a disk of his own");
        return None;
    };
    assert_ne!(output.status.code(), Some(78), "{}", String::from_utf8_lossy(&output.stderr));
    Some((output, files(to.path())))
}

type Files = Vec<(String, Vec<u8>)>;

/// By their paths below the folder.
fn files(folder: &Path) -> Files {
    let root = format!("{}/", folder.display());
    let below = |path: String| path.trim_start_matches(&root).to_owned();
    snapshot(folder).into_iter().map(|(path, bytes)| (below(path), bytes)).collect()
}

/// That it fails for want of room, says so, and leaves every file as it was and no other.
#[track_caller]
fn leaves_what_was_there(from: &Path, size: &str, room: u32, words: &str) {
    let Some((output, after)) = on_a_full_disk(from, size, room, words) else { return };
    let told = in_words(&output);
    assert_eq!(output.status.code(), Some(2), "{words}, {room} KiB: {told}");
    assert!(told.contains("No space left on device"), "{words}, {room} KiB: {told}");
    assert_eq!(after, files(from), "{words}, {room} KiB: {told}");
}

#[test]
fn compile_writes_all_or_nothing() {
    let folder = folder();
    let path = folder.path();
    fs::write(path.join("a.yaml"), GOOD).expect("it can be written");
    // Too little from the first file on, in the middle, and for the last.
    for room in [0, 4, 64, 256, 400] {
        leaves_what_was_there(path, "4M", room, "compile a.yaml --out out");
    }
    assert!(run(path, &["compile", "a.yaml", "--out", "out"]).status.success());
    let longer = format!("{GOOD}settings: {{ HELP_URL: {{ type: url }} }}\n");
    fs::write(path.join("a.yaml"), longer).expect("it can be written");
    for room in [0, 4, 12] {
        leaves_what_was_there(path, "8M", room, "compile a.yaml --out out");
    }
    let enough = on_a_full_disk(path, "8M", 2_048, "compile a.yaml --out out");
    if let Some((output, after)) = enough {
        assert!(output.status.success(), "{}", in_words(&output));
        assert!(run(path, &["compile", "a.yaml", "--out", "out"]).status.success());
        assert_eq!(after, files(path));
    }
}

#[test]
fn what_is_edited_stays_whole() {
    let folder = folder();
    let path = folder.path();
    let settings = "settings:   { HELP_URL: { type: url } }\n";
    for (name, text) in [
        ("fix.yaml", "blueprint: 1\nservice: { nam: shop }\n".to_owned()),
        ("fmt.yaml", format!("{GOOD}{settings}")),
    ] {
        fs::write(path.join(name), text).expect("it can be written");
    }
    leaves_what_was_there(path, "64k", 0, "fix fix.yaml");
    leaves_what_was_there(path, "64k", 0, "fmt fmt.yaml");
    leaves_what_was_there(path, "64k", 0, "rename settings.HELP_URL SUPPORT_URL fmt.yaml");
    leaves_what_was_there(path, "64k", 0, "new shop");
}

#[test]
fn a_result_that_cannot_be_written_is_a_fault() {
    let folder = folder();
    fs::write(folder.path().join("a.yaml"), GOOD).expect("it can be written");
    for words in ["schema", "explain who may a.yaml", "graph a.yaml", "completions bash"] {
        let full = fs::OpenOptions::new().write(true).open("/dev/full").expect("Linux has it");
        let output = Command::new(BLUEPRINT)
            .current_dir(folder.path())
            .args(words.split(' '))
            .stdin(fs::File::open(folder.path().join("a.yaml")).expect("it is there"))
            .stdout(full)
            .output()
            .expect("it can be run");
        let told = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{words}: {told}");
        assert!(told.contains("No space left on device"), "{words}: {told}");
    }
}
