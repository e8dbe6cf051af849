//! What no two rows do at one time.

use super::At;
use super::said::Said;
use crate::model::Exclusion;
use crate::phrase::phrase;

impl At<'_> {
    fn apart(self, one: &Exclusion) -> String {
        let same = match one.same.is_empty() {
            true => String::new(),
            false => format!(" of one {}", self.shared(one)),
        };
        let range = self.field_name(one.overlapping);
        format!("no two rows{same} overlap in {range}{}", self.counted(one))
    }

    fn shared(self, one: &Exclusion) -> String {
        let same: Vec<String> = one.same.iter().map(|field| self.field_name(*field)).collect();
        same.join(" and ")
    }

    fn counted(self, one: &Exclusion) -> String {
        let filter = one.filter.as_ref().map(|filter| phrase(filter, self.entity, None));
        filter.map_or(String::new(), |filter| format!(" where {filter}"))
    }

    pub fn exclusions(self) -> Said {
        let each = self.entity.exclusions.iter();
        let each = each.filter(|one| one.part(self.entity) != one.name);
        Said::section("exclude", each.map(|one| format!("{}: {}", one.name, self.apart(one))))
    }

    pub fn exclusion(self, name: &str) -> Option<Said> {
        let path = format!("exclude.{name}");
        let one = self.entity.exclusions.iter().find(|one| one.part(self.entity) == path)?;
        let mut said = Said::new("exclusion");
        said.say("holds", self.apart(one));
        said.say(
            "within",
            match self.entity.scope.tenant() {
                Some((tenant, _)) => format!("one {}", self.model[tenant].name),
                None => "the whole platform".to_owned(),
            },
        );
        said.say("touching", "a row that starts where another ends does not overlap it");
        said.say("asked", "whenever a row is made or changed so that it counts, by the database");
        said.say("at once", "writers of rows that could overlap take turns: the first one wins");
        let timers: Vec<&str> =
            self.entity.timers_out_of(one).map(|timer| timer.name.as_str()).collect();
        if !timers.is_empty() {
            let timers = timers.join(", ");
            said.say(
                "make way",
                format!("rows that are due: {timers} is done first, by whoever comes"),
            );
        }
        said.say("otherwise", format!("409, naming {}", self.path(&path)));
        Some(said)
    }
}
