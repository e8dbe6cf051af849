//! A blueprint with as many entities as one asks for, each of the kind that comparable tools are
//! measured with: a tenant and an owner reference, ten typed fields, a unique key, an enumeration, states.

use std::fmt::Write;

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

entities:
";

/// Text of a blueprint with `entities` entities besides the implied ones.
pub fn blueprint(entities: usize) -> String {
    let mut text = String::from(HEAD);
    for number in 1..=entities {
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
    text.push_str("\nroutes: standard\n");
    text
}
