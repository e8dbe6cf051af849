//! For whom a row or an action is, as the shortest condition that says so.
//!
//! What is true of everybody who entered the context is left out: a test that no request can fail
//! would be a guard that no test can miss.

use std::collections::BTreeSet;

use super::cx::{Cx, Slot};
pub use super::row::{Place, Row};
use crate::expr::sql::{self, Names};
use crate::expr::typed::Expr;
use crate::model::{ContextId, EntityId, PartyId, ReadGrant, RoleId, Who};

/// Rows for which one of these holds.
#[derive(Debug, Clone)]
pub enum Gate {
    Everybody,
    /// None: nobody.
    Any(Vec<Term>),
    /// Of these rows, those that are not deleted: this column is not set.
    There(Box<Gate>, Slot),
}

#[derive(Debug, Clone)]
pub struct Term {
    /// One of them; none: everybody.
    who: Vec<Test>,
    when: Option<Expr>,
    /// Also for those who never entered.
    public: bool,
}

#[derive(Debug, Clone)]
struct Test {
    label: String,
    is: Is,
}

#[derive(Debug, Clone)]
enum Is {
    Role(String),
    /// The column holds the person's id.
    Me(Slot),
}

/// For whom the rows of these grants are.
pub fn readers<'g>(
    cx: &Cx<'_>,
    entity: EntityId,
    context: ContextId,
    grants: impl IntoIterator<Item = &'g ReadGrant>,
) -> Gate {
    readers_of_mine(cx, entity, context, None, grants)
}

/// For whom the rows of these grants are, of rows whose column `mine` holds the person.
pub fn readers_of_mine<'g>(
    cx: &Cx<'_>,
    entity: EntityId,
    context: ContextId,
    mine: Option<Slot>,
    grants: impl IntoIterator<Item = &'g ReadGrant>,
) -> Gate {
    let it = &cx.model[entity];
    let when = |grant: &'g ReadGrant| it.besides_there(grant.when.as_ref());
    let grants: Vec<_> = grants.into_iter().map(|grant| (grant.who, when(grant))).collect();
    there(cx, entity, gate(cx, entity, context, mine, &grants))
}

/// Of the gate's rows those that are not deleted.
pub fn there(cx: &Cx<'_>, entity: EntityId, gate: Gate) -> Gate {
    match cx.model[entity].deleted_at() {
        Some(field) => Gate::There(Box::new(gate), Slot::Field(field)),
        None => gate,
    }
}

/// For whom an action is, on rows whose column `mine` holds the person.
pub fn actors(
    cx: &Cx<'_>,
    entity: EntityId,
    context: ContextId,
    mine: Option<Slot>,
    by: &[Who],
) -> Gate {
    let by: Vec<_> = by.iter().map(|who| (*who, None)).collect();
    gate(cx, entity, context, mine, &by)
}

fn gate(
    cx: &Cx<'_>,
    entity: EntityId,
    context: ContextId,
    mine: Option<Slot>,
    grants: &[(Who, Option<&Expr>)],
) -> Gate {
    let everybody = |who: &Who| match who {
        Who::Anyone | Who::User => true,
        Who::Party(party) => mine.is_some() && mine == Some(column_of(cx, entity, *party)),
        Who::Role(_) => false,
    };
    let always: BTreeSet<RoleId> = grants
        .iter()
        .filter_map(|(who, when)| match who {
            Who::Role(role) if when.is_none() => Some(*role),
            _ => None,
        })
        .collect();
    let open = grants.iter().any(|(who, when)| when.is_none() && everybody(who));
    if open || reaches_everybody(cx, context, &always) {
        return Gate::Everybody;
    }

    let mut terms: Vec<Term> = smallest(cx, &always)
        .into_iter()
        .map(|role| Term { who: vec![role_test(cx, role)], when: None, public: false })
        .collect();
    let mut conditional: Vec<(Expr, Vec<(Who, ())>)> = Vec::new();
    for (who, when) in grants {
        match (who, when) {
            (Who::Party(_), None) => {
                let who = vec![party_test(cx, entity, *who)];
                terms.push(Term { who, when: None, public: false });
            }
            (_, None) => {}
            (Who::Party(_), Some(_)) if grants.contains(&(*who, None)) => {}
            (Who::Role(role), Some(_)) if stands_for_one_of(cx, *role, &always) => {}
            (_, Some(when)) => match conditional.iter_mut().find(|(other, _)| other == *when) {
                Some((_, all)) => all.push((*who, ())),
                None => conditional.push(((*when).clone(), vec![(*who, ())])),
            },
        }
    }
    for (when, all) in conditional {
        let roles: BTreeSet<RoleId> = all
            .iter()
            .filter_map(|(who, ())| if let Who::Role(role) = who { Some(*role) } else { None })
            .collect();
        let open = all.iter().any(|(who, ())| everybody(who));
        let who = if open || reaches_everybody(cx, context, &roles) {
            Vec::new()
        } else {
            let roles = smallest(cx, &roles).into_iter().map(|role| role_test(cx, role));
            let parties = all
                .iter()
                .filter(|(who, ())| matches!(who, Who::Party(_)))
                .map(|(who, ())| party_test(cx, entity, *who));
            roles.chain(parties).collect()
        };
        let public = all.iter().any(|(who, ())| *who == Who::Anyone);
        terms.push(Term { who, when: Some(when), public });
    }
    Gate::Any(terms)
}

/// Whether everybody in the context holds one of these roles.
fn reaches_everybody(cx: &Cx<'_>, context: ContextId, roles: &BTreeSet<RoleId>) -> bool {
    !roles.is_empty() && cx.model.roles_in(context).all(|role| stands_for_one_of(cx, role, roles))
}

/// Whether all who pass `by` read every row that these grants are for.
pub fn read_by_all<'g>(
    cx: &Cx<'_>,
    entity: EntityId,
    by: &[Who],
    grants: impl IntoIterator<Item = &'g ReadGrant>,
) -> bool {
    let it = &cx.model[entity];
    let grants = grants.into_iter();
    let always = grants.filter(|grant| it.besides_there(grant.when.as_ref()).is_none());
    let roles = always.filter_map(|grant| match grant.who {
        Who::Role(role) => Some(role),
        _ => None,
    });
    let roles: BTreeSet<RoleId> = roles.collect();
    let reads = |who: &Who| matches!(who, Who::Role(role) if stands_for_one_of(cx, *role, &roles));
    by.iter().all(reads)
}

fn stands_for_one_of(cx: &Cx<'_>, role: RoleId, roles: &BTreeSet<RoleId>) -> bool {
    roles.contains(&role) || cx.model[role].includes.iter().any(|one| roles.contains(one))
}

/// Without those that include another: who holds one of them holds that other.
fn smallest(cx: &Cx<'_>, roles: &BTreeSet<RoleId>) -> Vec<RoleId> {
    let implied = |role: &RoleId| {
        cx.model[*role].includes.iter().any(|one| one != role && roles.contains(one))
    };
    roles.iter().copied().filter(|role| !implied(role)).collect()
}

fn role_test(cx: &Cx<'_>, role: RoleId) -> Test {
    let name = cx.model[role].name.clone();
    Test { label: name.clone(), is: Is::Role(name) }
}

fn party_test(cx: &Cx<'_>, entity: EntityId, who: Who) -> Test {
    let Who::Party(party) = who else { unreachable!("a party") };
    let label = cx.model[entity].parties[party.0].name.clone();
    Test { label, is: Is::Me(column_of(cx, entity, party)) }
}

/// The column that holds the party.
pub fn column_of(cx: &Cx<'_>, entity: EntityId, party: PartyId) -> Slot {
    cx.model[entity].parties[party.0].column.map_or(Slot::Id, Slot::Field)
}

impl Gate {
    pub fn is_everybody(&self) -> bool {
        matches!(self, Gate::Everybody)
    }

    /// Whether somebody of whom nothing else is asked must at least have entered.
    pub fn is_for_whoever_entered(&self) -> bool {
        match self {
            Gate::Everybody => true,
            Gate::There(gate, _) => gate.is_for_whoever_entered(),
            Gate::Any(terms) => terms.iter().any(|term| term.who.is_empty() && !term.public),
        }
    }

    /// Whom it lets, whichever rows are deleted.
    pub fn besides_there(&self) -> &Gate {
        match self {
            Gate::There(gate, _) => gate,
            gate => gate,
        }
    }

    /// Conditions that must all hold; none: it is always so. Guards are `<path>.<who>` and
    /// `<path>.when.<who>`.
    pub fn conjuncts(&self, row: &Row<'_>, path: &str) -> Vec<String> {
        self.parts(row, Some(path))
    }

    /// The whole as one condition whose parts are no guards of their own; none: it is always so.
    pub fn whole(&self, row: &Row<'_>) -> Option<String> {
        let all = self.parts(row, None);
        (!all.is_empty()).then(|| all.join(" AND "))
    }

    fn parts(&self, row: &Row<'_>, path: Option<&str>) -> Vec<String> {
        let terms = match self {
            Gate::Everybody => return Vec::new(),
            Gate::Any(terms) => terms,
            Gate::There(gate, deleted_at) => {
                let mut all = gate.parts(row, path);
                if path.is_none_or(|path| row.cx.guard(format!("{path}.deleted"))) {
                    all.push(format!("{} IS NULL", row.slot(*deleted_at)));
                }
                return all;
            }
        };
        let mut labels: Vec<String> = Vec::new();
        let mut alternatives: Vec<Vec<String>> = terms
            .iter()
            .map(|term| {
                let mut label = term.who.first().map_or("everybody", |test| &test.label).to_owned();
                let same = labels.iter().filter(|one| **one == label).count();
                labels.push(label.clone());
                if same > 0 {
                    label = format!("{label}_{}", same + 1);
                }
                term.conjuncts(row, path, &label, same)
            })
            .collect();
        if alternatives.iter().any(Vec::is_empty) {
            return if terms.is_empty() { vec!["false".to_owned()] } else { Vec::new() };
        }
        match alternatives.len() {
            0 => vec!["false".to_owned()],
            1 => alternatives.remove(0),
            _ => vec![any(alternatives.into_iter().map(|all| all.join(" AND ")).collect())],
        }
    }
}

impl Term {
    fn conjuncts(
        &self,
        row: &Row<'_>,
        path: Option<&str>,
        label: &str,
        same: usize,
    ) -> Vec<String> {
        let keep = |what: String| path.is_none_or(|path| row.cx.guard(format!("{path}.{what}")));
        let mut out = Vec::new();
        let tests: Vec<Option<String>> = self
            .who
            .iter()
            .map(|test| {
                let name = if same == 0 { test.label.as_str() } else { label };
                keep(name.to_owned()).then(|| test.sql(row))
            })
            .collect();
        if !tests.is_empty() && tests.iter().all(Option::is_some) {
            out.push(any(tests.into_iter().flatten().collect()));
        }
        if let Some(when) = &self.when
            && keep(format!("when.{label}"))
        {
            out.push(sql::conjunct(when, row));
        }
        out
    }
}

impl Test {
    fn sql(&self, row: &Row<'_>) -> String {
        match &self.is {
            Is::Role(role) => row.has(role),
            Is::Me(slot) => format!("{} = {}", row.slot(*slot), row.actor()),
        }
    }
}

/// `(a OR b)`, over several lines where it is long.
fn any(mut of: Vec<String>) -> String {
    if of.len() == 1 {
        return of.remove(0);
    }
    let of: Vec<String> = of
        .into_iter()
        .map(|one| if one.contains(" AND ") { format!("({one})") } else { one })
        .collect();
    let line = format!("({})", of.join(" OR "));
    if line.len() < 80 { line } else { format!("(\n  {}\n)", of.join("\n  OR ")) }
}
