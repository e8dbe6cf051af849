//! What an action asks of whoever runs it, besides what he gives: a key, a reason, a sign-in of late.

use super::At;
use super::said::Said;
use crate::model::{Action, Idempotency};
use crate::phrase::duration;

impl At<'_> {
    /// How lately whoever runs it must have signed in, by the context.
    pub fn step_up(self, action: &Action, asked_alone: bool) -> Said {
        let mut said = Said::new("step-up");
        for door in action.doors(self.model, self.entity) {
            let Some(asked) = self.model.step_up(self.entity, action, door.context) else {
                continue;
            };
            let context = &self.model[door.context].name;
            let seconds = duration(asked.seconds);
            said.say("step_up", format!("in {context}: signed in at most {seconds} ago"));
            said.say("otherwise", format!("401, naming {}", asked.path));
        }
        if said.lines.is_empty() && asked_alone {
            said.say("step_up", "none: `step_up: 15m` would ask for a sign-in of the last 15m");
        }
        said
    }
}

pub fn idempotency(action: &Action) -> Said {
    let mut said = Said::new("idempotency");
    let how = match action.idempotency {
        Some(Idempotency::Required) => "required",
        Some(Idempotency::Optional) => "optional",
        None => {
            let none = "none: a repeat is one more; `idempotency: required` would know it by a key";
            said.say("idempotency", none);
            return said;
        }
    };
    let says = format!("{how}: `Idempotency-Key`, under which the answer is kept for 24 hours");
    said.say("idempotency", says);
    if action.idempotency == Some(Idempotency::Required) {
        said.say("without a key", "400");
    }
    said.say("the same again", "the same answer, and nothing is done");
    said.say("still under way", "409 `idempotency.in_flight`");
    said.say("another under the key", "422 `idempotency.key_reused`");
    said
}

pub fn because(action: &Action) -> Said {
    let mut said = Said::new("reason");
    if action.because {
        said.say("because", "required: the caller says why, as `because`, and the audit keeps it");
        said.say("otherwise", "422");
    } else {
        said.say(
            "because",
            "not asked for; `because: required` would ask why, and the audit would keep it",
        );
    }
    said
}
