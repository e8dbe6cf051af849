//! Blueprints whose lists multiply: short texts that would become long services.

const TEAM: &str = "\
blueprint: 1
service: { name: shop, currency: EUR }
identity:
  user: User
  contexts:
    team: { tenant: Team, grants: Member, founder: lead }
    club: { tenant: Club, grants: Guest, founder: host }
routes: standard
";

const ROLES: &str = "\
roles:
  member: { in: team }
  lead: { in: team, includes: [member] }
  host: { in: club }
";

/// One text for each of so many, with what parts them.
fn list(count: usize, parting: &str, one: impl Fn(usize) -> String) -> String {
    (0..count).map(one).collect::<Vec<_>>().join(parting)
}

/// Entities of one kind, in the team.
pub fn entities(count: usize, body: &str) -> String {
    let one = |at: usize| format!("  E{at}: {{ scope: Team, {body} }}\n");
    format!("{TEAM}{ROLES}entities:\n{}", list(count, "", one))
}

pub const READ: &str = "fields: { f: text }, read: { member: all }";

/// From each of so many states to each.
pub fn moves(n: usize) -> String {
    format!(
        "states: [{}], fields: {{ f: optional int }}, read: {{ member: all }}, actions: {{ create: {{ by: member }}, {} }}",
        list(n, ", ", |at| format!("s{at}")),
        list(n, ", ", |at| format!("a{at}: {{ by: member, from: any, to: s{at} }}")),
    )
}

/// Of each way in which a short text becomes a long service, one blueprint of `n` things in each list.
pub fn multiplied(n: usize) -> Vec<(&'static str, String)> {
    let roles = |more: &dyn Fn(usize) -> String| {
        format!("roles:\n  lead: {{ in: team }}\n  host: {{ in: club }}\n{}", list(n, "", more))
    };
    let fields = |ty: &str| list(n, ", ", |at| format!("f{at}: {ty}"));
    let names = |letter: char| list(n, ", ", |at| format!("{letter}{at}"));
    let long = list(20, " && ", |at| format!("f0 > {at}"));
    let words = "word ".repeat(n);
    vec![
        ("nothing", entities(n, "fields: { f: text }")),
        ("reads", entities(n, READ)),
        (
            "fields",
            entities(2, &format!("fields: {{ {} }}, read: {{ member: all }}", fields("int"))),
        ),
        (
            "references",
            entities(
                2,
                &format!(
                    "fields: {{ {} }}, read: {{ member: all }}, actions: {{ create: {{ by: member, accept: [{}] }} }}",
                    fields("ref E0"),
                    names('f'),
                ),
            ),
        ),
        (
            "enumerations",
            entities(
                2,
                &format!(
                    "fields: {{ {} }}, read: {{ member: all }}",
                    fields(&format!("one of {}", list(n, "|", |at| format!("v{at}")))),
                ),
            ),
        ),
        (
            "accepted",
            entities(
                1,
                &format!(
                    "fields: {{ {} }}, read: {{ member: all }}, actions: {{ {} }}",
                    fields("optional text"),
                    list(n, ", ", |at| format!(
                        "a{at}: {{ by: member, accept: [{}] }}",
                        names('f')
                    )),
                ),
            ),
        ),
        ("moves", entities(1, &moves(n))),
        (
            "moves by name",
            entities(
                1,
                &format!(
                    "states: [{0}], fields: {{ f: optional int }}, read: {{ member: all }}, actions: {{ create: {{ by: member }}, {1} }}",
                    names('s'),
                    list(n, ", ", |at| format!(
                        "a{at}: {{ by: member, from: [{}], to: s{at} }}",
                        names('s')
                    )),
                ),
            ),
        ),
        (
            "rules",
            entities(
                1,
                &format!(
                    "fields: {{ f0: int }}, read: {{ member: all }}, rules: {{ {} }}",
                    list(n, ", ", |at| format!("r{at}: \"{long} && f0 != {at}\"")),
                ),
            ),
        ),
        (
            "requirements",
            entities(
                1,
                &format!(
                    "fields: {{ f0: int }}, read: {{ member: all, lead: {{ fields: all, when: \"{long}\" }} }}, actions: {{ {} }}",
                    list(n, ", ", |at| format!(
                        "a{at}: {{ by: member, accept: [f0], require: {{ r: \"{long} && f0 != {at}\" }} }}"
                    )),
                ),
            ),
        ),
        (
            "keys",
            entities(
                1,
                &format!(
                    "fields: {{ {} }}, read: {{ member: all }}, unique: {{ {} }}",
                    fields("int"),
                    list(n, ", ", |at| format!("u{at}: {{ fields: [f{at}], where: \"{long}\" }}")),
                ),
            ),
        ),
        (
            "exclusions",
            entities(
                1,
                &format!(
                    "fields: {{ {} }}, read: {{ member: all }}, exclude: {{ {} }}",
                    fields("range of date"),
                    list(n, ", ", |at| format!("x{at}: {{ overlapping: f{at} }}")),
                ),
            ),
        ),
        (
            "parties",
            entities(
                1,
                &format!(
                    "fields: {{ {} }}, parties: {{ {} }}, read: {{ member: [f0], {} }}, actions: {{ {} }}",
                    fields("ref User in team"),
                    list(n, ", ", |at| format!("f{at}: {{ in: team }}")),
                    list(n, ", ", |at| format!("f{at}: [f{at}]")),
                    list(n, ", ", |at| format!(
                        "a{at}: {{ by: [{}], accept: [f{at}] }}",
                        names('f')
                    )),
                ),
            ),
        ),
        (
            "readers",
            format!(
                "{TEAM}{}entities:\n  E: {{ scope: Team, fields: {{ {} }}, read: {{ {} }} }}\n",
                roles(&|at| format!("  r{at}: {{ in: team }}\n")),
                fields("int"),
                list(n, ", ", |at| format!(
                    "r{at}: {{ fields: all, when: \"f{at} > 1 && {long}\" }}"
                )),
            ),
        ),
        (
            "readers of one field each",
            format!(
                "{TEAM}{}entities:\n  E: {{ scope: Team, fields: {{ {} }}, read: {{ {} }} }}\n",
                roles(&|at| format!("  r{at}: {{ in: team }}\n")),
                fields("int"),
                list(n, ", ", |at| format!("r{at}: [f{at}]")),
            ),
        ),
        (
            "roles of roles",
            format!(
                "{TEAM}{}entities:\n  E: {{ scope: Team, fields: {{ {} }}, read: {{ {} }}, actions: {{ {} }} }}\n",
                roles(&|at| match at {
                    0 => "  r0: { in: team }\n".to_owned(),
                    at => format!("  r{at}: {{ in: team, includes: [r{}] }}\n", at - 1),
                }),
                fields("int"),
                list(n, ", ", |at| format!(
                    "r{at}: {{ fields: [f{at}], when: \"f{at} > 1 && {long}\" }}"
                )),
                list(n, ", ", |at| format!("a{at}: {{ by: r{at}, accept: [f{at}] }}")),
            ),
        ),
        (
            "contexts",
            format!(
                "blueprint: 1\nservice: {{ name: shop }}\nidentity:\n  user: User\n  contexts: {{ {} }}\nroles: {{ {} }}\nroutes: standard\nentities:\n  E: {{ scope: platform, fields: {{ f: text }}, read: {{ {} }}, actions: {{ create: {{ by: [{}], accept: [f] }}, edit: {{ by: [{}], accept: [f] }} }} }}\n",
                list(n, ", ", |at| format!("c{at}: {{ grants: Grant{at} }}")),
                list(n, ", ", |at| format!("r{at}: {{ in: c{at} }}")),
                list(n, ", ", |at| format!("r{at}: all")),
                names('r'),
                names('r'),
            ),
        ),
        (
            "summaries",
            entities(
                1,
                &format!(
                    "summary: {words}, fields: {{ {} }}, read: {{ member: all }}, actions: {{ {} }}",
                    list(n, ", ", |at| format!(
                        "f{at}: {{ type: optional text, summary: {words} }}"
                    )),
                    list(n, ", ", |at| format!(
                        "a{at}: {{ by: member, summary: {words}, accept: [{}] }}",
                        names('f')
                    )),
                ),
            ),
        ),
        (
            "defaults",
            entities(
                1,
                &format!(
                    "fields: {{ {} }}, read: {{ member: all }}",
                    list(n, ", ", |at| format!("f{at}: {{ type: text, default: {words} }}")),
                ),
            ),
        ),
    ]
}
