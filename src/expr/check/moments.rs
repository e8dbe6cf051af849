//! `now()` and `today(zone)`.

use super::{Checked, Checker};
use crate::diagnostics::{Diagnostic, Edit, Fix, codes};
use crate::expr::scope::Place;
use crate::expr::tree::{Kind, Node};
use crate::expr::typed::{self, Ty};
use crate::expr::zone::{NoZone, Zone};
use crate::source::Span;

impl Checker<'_> {
    pub fn now(&mut self, arguments: &[Node], span: Span) -> Option<Checked> {
        let []: &[Node; 0] = self.arguments(arguments, span, "now()")?;
        self.moment_here("`now()`", span)?;
        if !self.scope.place.arithmetic() && !self.against_now {
            return self.not_here(
                "`now()`",
                span,
                "here it may only be compared with a field, plus or minus a constant",
                "write `now() < field + 7d`",
            );
        }
        Some(Checked::plain(typed::Node::Now, Ty::Timestamp))
    }

    /// The day at a place, in which that moment lies.
    pub fn today(&mut self, arguments: &[Node], span: Span) -> Option<Checked> {
        let [zone] = self.arguments(arguments, span, FORM)?;
        self.moment_here("`today`", span)?;
        self.function_here("today", span)?;
        let zone = self.zone(zone)?;
        Some(Checked::plain(typed::Node::Today(zone), Ty::Date))
    }

    fn moment_here(&mut self, what: &str, span: Span) -> Option<()> {
        if self.scope.place.now() {
            return Some(());
        }
        if self.scope.place == Place::Given {
            let reason = "it is asked again behind the locks, and would never be the same";
            return self.not_here(
                what,
                span,
                reason,
                "let the caller give it, or speak of a column",
            );
        }
        let next = match self.scope.place {
            Place::UniqueWhere | Place::ExcludeWhere => {
                "let an action change a state in time, and name that state"
            }
            Place::Timer => "say from which instant on, under `at`",
            _ => "ask for it where something changes: under `require` of an action",
        };
        self.not_here(what, span, "what holds must not change by waiting", next)
    }

    fn zone(&mut self, node: &Node) -> Option<Zone> {
        let Kind::Text(name) = &node.kind else {
            let message = "a time zone is a text, written out";
            let told = Diagnostic::new(codes::TYPES_DISAGREE, node.span, message);
            let told = told.reason("a wrong one in a field would be found only when it is read");
            return self.report(told.next(format!("write `{FORM}`")));
        };
        let told =
            |message: String| Diagnostic::new(codes::UNKNOWN_IN_EXPRESSION, node.span, message);
        match Zone::named(name) {
            Ok(zone) => Some(zone),
            Err(NoZone::Called(primary)) => {
                let told = told(format!("`{name}` is not the name that every PostgreSQL has"));
                let next = format!("write `\"{primary}\"`");
                let told = told.next(next.clone());
                // Between the quotes that stand there: around them there may be others.
                let Span { start, end, .. } = node.span;
                let within = Span { start: start + 1, end: end.saturating_sub(1), ..node.span };
                let plain = within.len() == name.len();
                let fix = || Fix::new(next, vec![Edit::new(within, primary)]);
                self.report(if plain { told.fixed_by(fix()) } else { told })
            }
            Err(NoZone::Unknown) => {
                let names = Zone::names();
                let told = told(format!("there is no time zone `{name}`"));
                let told = told.meant(name, names.iter().map(String::as_str));
                self.report(told.reason(
                    "time zones have the names of IANA, such as `Europe/Berlin`, and `UTC`",
                ))
            }
        }
    }
}

const FORM: &str = "today(\"Europe/Berlin\")";
