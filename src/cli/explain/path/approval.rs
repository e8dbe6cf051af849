//! What is told of an action that waits for a second person.

use super::said::Said;
use crate::model::{Action, Entity, Model};
use crate::phrase::phrase;

pub fn approval(model: &Model, entity: &Entity, action: &Action) -> Said {
    let mut said = Said::new("approval");
    let Some(approval) = &action.approval else {
        let none = "none: it is done at once; `approval: { by: ROLE }` would have another person agree first";
        said.say("approval", none);
        return said;
    };
    let requests = &model[approval.entity];
    let by = who(model, requests);
    said.say("approval", format!("by {by}, and by nobody who asked for it himself"));
    if let Some(when) = &approval.when {
        said.say("where", phrase(when, entity, Some(action)));
    }
    said.say(
        "until then",
        format!("202, and a row of {} that says what was asked for", requests.name),
    );
    said.say("for", lasts(approval.expires));
    said.say("who agrees", "says its hash back; the row must be as it was, and whoever asked must still be let through");
    said
}

/// Who agrees to what is asked for.
fn who(model: &Model, requests: &Entity) -> String {
    let agree = requests.actions.iter().find(|one| one.agrees_to().is_some());
    let by = agree.iter().flat_map(|one| &one.by).map(|who| model.name_of(requests, *who));
    by.collect::<Vec<_>>().join(" or ")
}

/// The second person, and when there has to be one; none where it is done at once.
pub(in crate::cli) fn second(model: &Model, entity: &Entity, action: &Action) -> Option<String> {
    let approval = action.approval.as_ref()?;
    let requests = &model[approval.entity];
    let when = approval.when.as_ref().map(|when| phrase(when, entity, Some(action)));
    let when = when.map_or(String::new(), |when| format!(", where {when}"));
    let by = who(model, requests);
    Some(format!("another person agrees first{when}: {by}, by a row of {}", requests.name))
}

/// In the greatest unit of which it is a whole number.
fn lasts(seconds: i64) -> String {
    let units = [(86_400, "d"), (3_600, "h"), (60, "m"), (1, "s")];
    let whole = units.iter().find(|(length, _)| seconds % length == 0);
    whole.map_or(String::new(), |(length, unit)| format!("{}{unit}", seconds / length))
}
