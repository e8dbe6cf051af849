//! The rules by which an action can be refused with 409: those that speak of what it writes.

use crate::expr::typed::{Column, Expr, Node};
use crate::model::{ActionKind, Deletion, Does, EntityId, FieldId, Lowered, Model, Quota, Total};

/// What a refusal says under `rule`; and of those, what is refused because more is to be paid for.
pub fn told(model: &Model, id: EntityId, index: usize) -> (Vec<String>, Vec<String>) {
    let is_paid = |path: &String| {
        model.entities.iter().any(|entity| {
            let own = |part: &str, name: &str| format!("entities.{}.{part}.{name}", entity.name);
            let quotas = entity.quotas.iter().filter(|quota| quota.paid);
            entity.rules.iter().any(|rule| rule.paid && own("rules", &rule.name) == *path)
                || quotas.into_iter().any(|quota| own("totals", &quota.name) == *path)
        })
    };
    let keyed = model[id].actions[index].idempotency.map(|_| "idempotency.in_flight".to_owned());
    keyed.into_iter().chain(rules(model, id, index)).partition(|path| !is_paid(path))
}

/// All that can refuse it.
fn rules(model: &Model, id: EntityId, index: usize) -> Vec<String> {
    let entity = &model[id];
    let action = &entity.actions[index];
    let own = action.path(entity);
    let mut rules = Vec::new();
    if !action.from.is_empty() || action.kind == ActionKind::Revoke {
        rules.push(format!("{own}.from"));
    }
    if action.kind == ActionKind::Grant {
        rules.push(format!("{own}.granted"));
    }
    rules.extend(entity.timers_before(action).filter_map(|one| one.timer_path(entity)));
    rules.extend(action.require.iter().map(|one| format!("{own}.{}", one.part())));
    let writes = |column: Column| match column {
        _ if !action.kind.on_existing_row() => true,
        Column::State => action.to.is_some(),
        Column::Field(at) => {
            let field = FieldId(at);
            action.accept.contains(&field) || action.sets().any(|(_, set, _)| set == field)
        }
        _ => false,
    };
    if action.kind == ActionKind::Delete {
        let gone = entity.deletion == Deletion::Restrict;
        let referring = model.referring_to(id).into_iter().filter(|_| gone);
        rules.extend(referring.map(|(child, field)| {
            let child = &model[child];
            format!("entities.{}.fields.{}", child.name, child.fields[field.0].name)
        }));
        rules.extend(uncounted(model, id));
        rules.extend(entity.erased_at().map(|_| format!("entities.{}.erased", entity.name)));
        return rules;
    }
    // A command's row is one that a step makes.
    if action.kind != ActionKind::Command {
        rules.extend(written(model, id, action.kind.on_existing_row(), &writes));
    }
    for step in &action.steps {
        match &step.does {
            Does::Set(_) | Does::Call { .. } => {}
            Does::Create { entity, .. } => {
                rules.extend(written(model, *entity, false, &|_| true));
            }
            Does::Run { entity, action, .. } => rules.extend(self::rules(model, *entity, *action)),
            Does::Each(each) => {
                let run = &model[each.entity].actions[each.action];
                rules.push(format!("{own}.runs.{}.many", run.path(&model[each.entity])));
                rules.extend(self::rules(model, each.entity, each.action));
            }
            Does::Agree { entity, action, .. } => {
                rules.push(format!("{own}.maker"));
                rules.extend(self::rules(model, *entity, *action));
            }
        }
    }
    let mut seen = std::collections::BTreeSet::new();
    rules.retain(|rule| seen.insert(rule.clone()));
    rules
}

/// Keys, exclusions and rules that speak of what is written, also of what counts it.
fn written(
    model: &Model,
    id: EntityId,
    is_there: bool,
    writes: &dyn Fn(Column) -> bool,
) -> Vec<String> {
    let entity = &model[id];
    let path = format!("entities.{}", entity.name);
    let mut rules = Vec::new();
    let field = |id: &FieldId| writes(Column::Field(id.0));
    let asked = |filter: &Option<Expr>| filter.as_ref().is_some_and(|one| speaks(one, writes));
    for one in &entity.uniques {
        if one.fields.iter().any(field) || asked(&one.filter) {
            rules.push(format!("{path}.unique.{}", one.name));
        }
    }
    for one in &entity.exclusions {
        if one.same.iter().chain([&one.overlapping]).any(field) || asked(&one.filter) {
            rules.push(format!("{path}.{}", one.part(entity)));
        }
    }
    if !is_there && entity.effective.as_ref().is_some_and(|one| one.future) {
        rules.push(format!("{path}.effective.future"));
    }
    for pick in entity.picks.iter().filter(|pick| !pick.clear) {
        if pick.to.is_none() && !is_there || pick.to.is_some() && writes(Column::State) {
            rules.push(format!("{path}.pick.{}", entity.fields[pick.field.0].name));
        }
    }
    for one in &entity.rules {
        if speaks(&one.holds, writes) || !is_there {
            rules.push(format!("{path}.rules.{}", one.name));
        }
    }
    for quota in &entity.quotas {
        if is_there && quota.when_lowered == Lowered::Refuse && speaks(&quota.cap, writes) {
            rules.push(format!("{path}.totals.{}", quota.name));
        }
    }
    for other in &model.entities {
        let grows = |quota: &&Quota| {
            let read = quota.adds.field().into_iter().chain([quota.by]);
            quota.child == id && (read.into_iter().any(|one| field(&one)) || asked(&quota.filter))
        };
        let quotas = other.quotas.iter().filter(grows);
        rules.extend(quotas.map(|quota| format!("entities.{}.totals.{}", other.name, quota.name)));
        let counts = |total: &Total| {
            let read = total.adds.field().into_iter().chain([total.by]);
            total.child == id && (read.into_iter().any(|one| field(&one)) || asked(&total.filter))
        };
        let changed: Vec<FieldId> =
            other.totals.iter().filter(|one| counts(one)).map(|one| one.field).collect();
        let written =
            |column: Column| matches!(column, Column::Field(at) if changed.contains(&FieldId(at)));
        for one in other.rules.iter().filter(|one| speaks(&one.holds, &written)) {
            let rule = format!("entities.{}.rules.{}", other.name, one.name);
            if !rules.contains(&rule) {
                rules.push(rule);
            }
        }
    }
    rules
}

/// Rules of totals in which a row counts that is deleted.
fn uncounted(model: &Model, id: EntityId) -> Vec<String> {
    let mut rules = Vec::new();
    for other in &model.entities {
        let counts = |column: Column| {
            let of = |total: &Total| total.child == id && column == Column::Field(total.field.0);
            other.totals.iter().any(of)
        };
        let told = other.rules.iter().filter(|one| speaks(&one.holds, &counts));
        rules.extend(told.map(|one| format!("entities.{}.rules.{}", other.name, one.name)));
    }
    rules
}

fn speaks(expr: &Expr, of: &dyn Fn(Column) -> bool) -> bool {
    matches!(expr.node, Node::Column(column) if of(column))
        || expr.parts().into_iter().any(|part| speaks(part, of))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_action_is_refused_by_what_speaks_of_what_it_writes() {
        let sources = crate::source::Sources::from_text(
            "rooms.yaml",
            "blueprint: 1
service: { name: rooms }
identity:
  contexts: { team: { tenant: Team, grants: Member, founder: lead } }
roles: { lead: { in: team } }
entities:
  Room:
    fields: { name: text(1..9) }
    totals: { stays: { count: Stay, where: state is booked } }
    rules: { not_full: stays <= 3 }
    read: { lead: all }
    actions: { create: { by: lead, accept: [name] } }
  Stay:
    states: [asked, booked]
    fields: { room: ref Room, days: range of date, note: optional text(1..9), beds: int(1..9) }
    exclude: { taken: { overlapping: days, where: state is booked } }
    rules: { few: beds < 9, noted: state is asked || note is set }
    read: { lead: all }
    actions:
      create: { by: lead, accept: [room, days, note, beds] }
      book: { by: lead, from: asked, to: booked }
      annotate: { by: lead, accept: [note] }
routes: standard
",
        );
        let (model, _) = crate::compile(&sources);
        let model = model.expect("it has no mistakes");
        let id = model.entity_named("Stay").unwrap();
        let of = |name: &str| {
            let action = model[id].actions.iter().position(|action| action.name == name).unwrap();
            rules(&model, id, action).join(" ").replace("entities.Stay.", "")
        };
        assert_eq!(
            of("create"),
            "exclude.taken rules.few rules.noted entities.Room.rules.not_full"
        );
        assert_eq!(
            of("book"),
            "actions.book.from exclude.taken rules.noted entities.Room.rules.not_full"
        );
        assert_eq!(of("annotate"), "rules.noted");
    }
}
