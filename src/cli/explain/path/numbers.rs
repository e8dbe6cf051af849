//! Numbers without gaps.

use super::At;
use super::said::Said;

impl At<'_> {
    pub fn number(self) -> Option<Said> {
        let number = self.entity.number.as_ref()?;
        let mut said = Said::new("number");
        said.say("summary", &self.entity.fields[number.field.0].summary);
        said.say("is", self.what_number());
        said.say("written by", "nobody: the database gives it, and it never changes");
        said.say("waits", "for whoever got the one before, until his transaction has ended");
        if number.global {
            said.say("across", "tenants: whoever sees two can tell how many others got one");
        }
        Some(said)
    }

    /// Within what it counts, and when a row gets it.
    pub fn what_number(self) -> String {
        let Some(number) = &self.entity.number else { return String::new() };
        let tenant = self.entity.scope.tenant().filter(|_| !number.global);
        let tenant = tenant.map(|(tenant, _)| self.model[tenant].name.clone());
        let per = number.per.iter().map(|field| self.entity.fields[field.0].name.clone());
        let per: Vec<String> = tenant.into_iter().chain(per).collect();
        let states = self.entity.states.as_ref();
        let when = number.to.zip(states).map(|(to, states)| &states.list[to.0].name);
        let when = when.map_or("when it is made".to_owned(), |to| format!("when it comes to {to}"));
        format!(
            "the next number within {}, which a row gets {when}; none is missing",
            per.join(", ")
        )
    }
}
