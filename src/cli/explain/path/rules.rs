//! What always holds: unique keys and rules.

use super::At;
use super::mentions::mentions;
use super::said::Said;
use crate::expr::typed::{Column, Expr};
use crate::model::{Asked, FieldId, Rule, Unique};
use crate::phrase::phrase;

impl At<'_> {
    fn key(self, unique: &Unique) -> String {
        let fields: Vec<String> =
            unique.fields.iter().map(|field| self.field_name(*field)).collect();
        let filter = unique.filter.as_ref().map(|filter| phrase(filter, self.entity, None));
        let filter = filter.map_or(String::new(), |filter| format!(" where {filter}"));
        format!("one row for each {}{filter}, {}", fields.join(" and "), self.reach(unique))
    }

    fn reach(self, unique: &Unique) -> String {
        match (self.entity.scope.tenant(), &unique.global) {
            (None, _) => "over the whole platform".to_owned(),
            (Some(_), Some(why)) => format!("over all tenants, because {why}"),
            (Some((tenant, _)), None) => format!("within one {}", self.model[tenant].name),
        }
    }

    pub fn field_name(self, field: FieldId) -> String {
        format!("`{}`", self.entity.fields[field.0].name)
    }

    pub fn uniques(self) -> Said {
        let each = self.entity.uniques.iter();
        Said::section("unique", each.map(|one| format!("{}: {}", one.name, self.key(one))))
    }

    pub fn unique(self, name: &str) -> Option<Said> {
        let unique = self.entity.uniques.iter().find(|unique| unique.name == name)?;
        let mut said = Said::new("unique key");
        let fields: Vec<String> =
            unique.fields.iter().map(|field| self.field_name(*field)).collect();
        said.say("fields", fields.join(" and "));
        said.say("holds", format!("no two rows have the same, {}", self.reach(unique)));
        let filter = unique.filter.as_ref().map(|filter| phrase(filter, self.entity, None));
        said.say(
            "where",
            filter.unwrap_or("of all rows; `where:` would make it hold of some".to_owned()),
        );
        let optional = unique.fields.iter().any(|field| self.entity.fields[field.0].optional);
        if optional {
            said.say("absent", "a row in which one of them is absent clashes with none");
        }
        said.say("otherwise", format!("409, naming {}", self.path(&format!("unique.{name}"))));
        Some(said)
    }

    pub fn rules(self) -> Said {
        let holds = |rule: &Rule| phrase(&rule.holds, self.entity, None);
        let each = self.entity.rules.iter();
        Said::section("rule", each.map(|rule| format!("{}: {}", rule.name, holds(rule))))
    }

    pub fn rule(self, name: &str) -> Option<Said> {
        let rule = self.entity.rules.iter().find(|rule| rule.name == name)?;
        let mut said = Said::new("rule");
        said.say("holds", phrase(&rule.holds, self.entity, None));
        said.say("about", self.about(&rule.holds));
        said.say("asked", self.asked(rule));
        let status = if rule.paid { 402 } else { 409 };
        said.say("otherwise", format!("{status}, naming {}", self.path(&format!("rules.{name}"))));
        Some(said)
    }

    fn asked(self, rule: &Rule) -> String {
        match &rule.asked {
            Asked::Always => {
                "of every row, whenever it is made or changed, by the database".to_owned()
            }
            Asked::AtCommit => {
                "of every row that was made or changed, when the transaction ends, by the database"
                    .to_owned()
            }
            Asked::Growth(grows) => format!(
                "of a row that is made, and of one in which {} has grown, by the database; what breaks it already may stay",
                phrase(grows, self.entity, None)
            ),
        }
    }

    /// The columns that an expression speaks of.
    pub fn about(self, expr: &Expr) -> String {
        let fields = self.entity.fields.iter().enumerate();
        let fields = fields.map(|(at, field)| (Column::Field(at), field.name.as_str()));
        let system = [
            (Column::Id, "id"),
            (Column::State, "state"),
            (Column::Version, "version"),
            (Column::CreatedAt, "created_at"),
            (Column::UpdatedAt, "updated_at"),
        ];
        let all = fields.chain(system).filter(|(column, _)| mentions(expr, *column));
        all.map(|(_, name)| name).collect::<Vec<_>>().join(", ")
    }
}
