//! A blueprint with as many entities as one asks for, each of the kind that comparable tools are
//! measured with: a tenant and an owner reference, ten typed fields, a unique key, an enumeration, states. Or every second of them has to do
//! with several rows: totals and a rule over them, or what is in force for a time.

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

/// What the entities are like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Plain,
    /// By turns: totals over the next, what is counted, rows that hold for a time, what finds the one in force.
    Rules,
}

/// Entities of one file.
const IN_FILE: usize = 100;

/// The main file of a blueprint with so many entities besides the implied ones, in files of a hundred.
pub fn write(folder: &Path, entities: usize, kind: Kind) -> PathBuf {
    let make = |path: &Path, text: String| fs::write(path, text).expect("the folder is ours");
    let main = folder.join("blueprint.yaml");
    make(&main, format!("{HEAD}include: [entities/*.yaml]\nroutes: standard\n"));
    let below = folder.join("entities");
    fs::create_dir_all(&below).expect("the folder is ours");
    for (at, first) in (1..=entities).step_by(IN_FILE).enumerate() {
        let these = first..(first + IN_FILE).min(entities + 1);
        make(&below.join(format!("{at:03}.yaml")), self::entities(these, kind));
    }
    main
}

/// The same in one file.
pub fn blueprint(entities: usize, kind: Kind) -> String {
    format!("{HEAD}{}\nroutes: standard\n", self::entities(1..entities + 1, kind))
}

/// Gives the last file of what [`write`] wrote one mistake.
pub fn misspell(folder: &Path, entities: usize) {
    let last = folder.join(format!("entities/{:03}.yaml", (entities - 1) / IN_FILE));
    let text = fs::read_to_string(&last).expect("it was just written");
    let at = text.rfind("archive: { by: lead").expect("each can be archived");
    fs::write(&last, text[..at].to_owned() + &text[at..].replacen("lead", "laed", 1))
        .expect("the folder is ours");
}

fn entities(numbers: std::ops::Range<usize>, kind: Kind) -> String {
    let last = numbers.end - 1;
    let (mut text, mut commands) = (String::from("entities:\n"), String::new());
    for number in numbers {
        let (mut field, mut fact, mut given) = (String::new(), String::new(), "");
        match (kind, number % 4) {
            (Kind::Rules, 1) if number < last => {
                fact = format!(
                    "    totals: {{ below: {{ sum: Item{:04}.quantity, by: above, where: state is active }} }}\n",
                    number + 1
                );
            }
            (Kind::Rules, 2) => {
                field = format!("      above: ref Item{:04}\n", number - 1);
                given = "above, ";
            }
            (Kind::Rules, 3) => {
                in_force(&mut text, &mut commands, number);
                continue;
            }
            (Kind::Rules, 0) => {
                field = format!(
                    "      base: ref Item{:04}\n      rate: {{ type: bps, copy: rule.rate, frozen: true }}\n",
                    number - 3
                );
                given = "base, ";
                fact = format!(
                    "    pick: {{ rule: {{ from: Item{:04}, by: [base, platform], missing: refuse }} }}\n",
                    number - 1
                );
            }
            _ => {}
        }
        let rule = if fact.contains("totals") { ", within: below <= 1000000" } else { "" };
        write!(
            text,
            "  Item{number:04}:
    summary: Thing {number} that a team keeps
    fields:
{field}      owner: ref User in team
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
    rules: {{ some_price: price >= 0{rule} }}
{fact}    read:
      member: [owner, title, notes, quantity, weight, contact, page, due, seen, kind]
      lead: all
    states: [draft, active, archived]
    actions:
      create: {{ by: member, accept: [{given}owner, title, notes, quantity, price, share, weight, contact, page, due, seen, kind] }}
      update: {{ by: lead, from: [draft, active], accept: [title, notes, quantity, price, share, kind] }}
      activate: {{ by: owner, from: draft, to: active }}
      archive: {{ by: lead, from: [draft, active], to: archived, because: required }}
"
        )
        .expect("writing to a String does not fail");
    }
    if !commands.is_empty() {
        text.push_str("\ncommands:\n");
        text.push_str(&commands);
    }
    text
}

/// One that holds for a time, and the command that revises it.
fn in_force(text: &mut String, commands: &mut String, number: usize) {
    let base = number - 2;
    write!(
        text,
        "  Item{number:04}:
    summary: What thing {number} costs for a time
    effective: {{ by: [base], during: valid, change: future }}
    fields:
      base: optional ref Item{base:04}
      rate: bps
      fixed: money
      note: optional text(1..200)
      valid: range of timestamp
    rules: {{ some_fixed: fixed >= 0 }}
    read: {{ member: all }}
"
    )
    .expect("writing to a String does not fail");
    write!(
        commands,
        "  revise_item{number:04}:
    by: lead
    input: {{ base: optional ref Item{base:04}, rate: bps, fixed: money, valid: range of timestamp }}
    do:
      - revise: Item{number:04}
        with: {{ base: input.base, rate: input.rate, fixed: input.fixed, valid: input.valid }}
        as: rule
    returns: rule
"
    )
    .expect("writing to a String does not fail");
}
