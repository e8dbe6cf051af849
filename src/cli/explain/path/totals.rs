//! What children add up to.

use super::At;
use super::said::Said;
use crate::model::{Adds, Total};
use crate::phrase::total;

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
        Said::section("total", each)
    }

    pub fn total(self, name: &str) -> Option<Said> {
        let of = |one: &&Total| self.entity.fields[one.field.0].name == name;
        let one = self.entity.totals.iter().find(of)?;
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
}
