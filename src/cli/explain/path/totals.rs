//! What children add up to.

use super::At;
use super::said::Said;
use crate::model::{Adds, Lowered, Total};
use crate::phrase::{quota, total};

impl At<'_> {
    /// Of the field that holds it.
    pub fn what_total(self, at: usize) -> String {
        let one = self.entity.totals.iter().find(|one| one.field.0 == at);
        one.map_or(String::new(), |one| total(self.model, one))
    }

    pub fn totals(self) -> Said {
        let each = self.entity.totals.iter().map(|one| {
            format!("{}: {}", self.entity.fields[one.field.0].name, total(self.model, one))
        });
        let windows = self.entity.quotas.iter();
        let windows =
            windows.map(|one| format!("{}: {}", one.name, quota(self.model, self.entity, one)));
        Said::section("total", each.chain(windows))
    }

    pub fn total(self, name: &str) -> Option<Said> {
        let of = |one: &&Total| self.entity.fields[one.field.0].name == name;
        let Some(one) = self.entity.totals.iter().find(of) else { return self.quota(name) };
        let child = &self.model[one.child];
        let mut said = Said::new("total");
        said.say("is", total(self.model, one));
        said.say(
            "children",
            format!(
                "rows of {} whose `{}` names this one",
                child.name, child.fields[one.by.0].name
            ),
        );
        if let Adds::Max(_) = one.adds {
            said.say("absent", "where no child counts");
        }
        said.say(
            "written by",
            "nobody: the database changes it with the children, in their transaction",
        );
        said.say(
            "at once",
            "who changes children of one row take turns, so a rule over it holds among them",
        );
        said.say("version", "stays as it is: it is no change of the row that somebody made");
        said.stands_at = Some(self.path(&format!("totals.{name}")));
        Some(said)
    }

    /// One that begins anew with each window.
    fn quota(self, name: &str) -> Option<Said> {
        let one = self.entity.quotas.iter().find(|one| one.name == name)?;
        let child = &self.model[one.child];
        let mut said = Said::new("total");
        said.say("is", quota(self.model, self.entity, one));
        said.say(
            "children",
            format!(
                "rows of {} whose `{}` names this one",
                child.name, child.fields[one.by.0].name
            ),
        );
        said.say(
            "window",
            format!("the {} in UTC in which a child was made, for ever", one.per.word()),
        );
        said.say(
            "written by",
            "nobody: the database counts beside the row, in the transaction that changes a child",
        );
        said.say("at once", "who changes children of one row, or its cap, take turns");
        let lowered = match one.when_lowered {
            Lowered::KeepUsed => "it is taken: what is used already stays, and does not grow",
            Lowered::Refuse => "refused while the window under way has used more",
        };
        said.say("a lower cap", lowered);
        let status = if one.paid { 402 } else { 409 };
        let path = self.path(&format!("totals.{name}"));
        said.say("otherwise", format!("{status}, naming {path}"));
        said.stands_at = Some(path);
        Some(said)
    }
}
