//! A blueprint with as many entities as one asks for, each of the kind that comparable tools are
//! measured with: a tenant and an owner reference, ten typed fields, a unique key, an enumeration, states.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

const HEAD: &str = "\
blueprint: 1
service: { name: generated, summary: As many entities as were asked for, currency: EUR }

identity:
  user: User
  contexts:
    team: { tenant: Team, grants: Member, founder: lead }

roles:
  member: { in: team }
  lead: { in: team, includes: [member] }

";

/// Entities of one file.
const IN_FILE: usize = 100;

/// The main file of a blueprint with so many entities besides the implied ones, in files of a hundred.
pub fn write(folder: &Path, entities: usize) -> PathBuf {
    let make = |path: &Path, text: String| fs::write(path, text).expect("the folder is ours");
    let main = folder.join("blueprint.yaml");
    make(&main, format!("{HEAD}include: [entities/*.yaml]\nroutes: standard\n"));
    let below = folder.join("entities");
    fs::create_dir_all(&below).expect("the folder is ours");
    for (at, first) in (1..=entities).step_by(IN_FILE).enumerate() {
        let these = first..(first + IN_FILE).min(entities + 1);
        make(&below.join(format!("{at:03}.yaml")), self::entities(these));
    }
    main
}

/// The same in one file.
pub fn blueprint(entities: usize) -> String {
    format!("{HEAD}{}\nroutes: standard\n", self::entities(1..entities + 1))
}

fn entities(numbers: std::ops::Range<usize>) -> String {
    let mut text = String::from("entities:\n");
    for number in numbers {
        write!(
            text,
            "  Item{number:04}:
    summary: Thing {number} that a team keeps
    fields:
      owner: ref User in team
      title: text(1..120)
      notes: optional text(1..2000)
      quantity: int(0..1000000)
      price: money
      share: bps
      weight: decimal(3)
      contact: optional email
      page: optional url
      due: optional date
      seen: optional timestamp
      kind: one of small|medium|large
    parties: {{ owner: {{ in: team }} }}
    unique: {{ title: [title] }}
    rules: {{ some_price: price >= 0 }}
    read:
      member: [owner, title, notes, quantity, weight, contact, page, due, seen, kind]
      lead: all
    states: [draft, active, archived]
    actions:
      create: {{ by: member, accept: [owner, title, notes, quantity, price, share, weight, contact, page, due, seen, kind] }}
      update: {{ by: lead, from: [draft, active], accept: [title, notes, quantity, price, share, kind] }}
      activate: {{ by: owner, from: draft, to: active }}
      archive: {{ by: lead, from: [draft, active], to: archived, because: required }}
"
        )
        .expect("writing to a String does not fail");
    }
    text
}
