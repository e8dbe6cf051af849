//! Expressions and types in the blueprint's own words, for people.

use crate::expr::currency;
use crate::expr::typed::{Column, Expr, Function, Literal, Node, Op, Ty};
use crate::model::{
    Action, Adds, Due, Entity, EntityId, FieldId, Hook, HookReads, Input, Key, Model, Pick, Quota,
    Total, Type,
};

/// What the expression says of a row of `entity`; inputs are named by `action`.
pub fn phrase(expr: &Expr, entity: &Entity, action: Option<&Action>) -> String {
    Phrase { entity, action, input: &[] }.of(expr, 0)
}

/// Which rows a hook is given.
pub fn of_hook(model: &Model, hook: &Hook, reads: &HookReads) -> String {
    let entity = &model[reads.entity];
    Phrase { entity, action: None, input: &hook.input }.of(&reads.filter, 0)
}

/// ``the sum of `amount` over rows of Refund by `payment`, where state is succeeded``.
pub fn total(model: &Model, total: &Total) -> String {
    counted(model, (total.child, total.by, total.adds), total.filter.as_ref())
}

/// ``the sum of `amount` over rows of Spend by `account`, each day, up to `daily_limit` ``.
pub fn quota(model: &Model, entity: &Entity, quota: &Quota) -> String {
    format!(
        "{}, each {}, up to {}",
        counted(model, (quota.child, quota.by, quota.adds), quota.filter.as_ref()),
        quota.per.word(),
        phrase(&quota.cap, entity, None)
    )
}

fn counted(
    model: &Model,
    (child, by, adds): (EntityId, FieldId, Adds),
    filter: Option<&Expr>,
) -> String {
    let child = &model[child];
    let read = |field: FieldId| format!("`{}`", child.fields[field.0].name);
    let what = match adds {
        Adds::Sum(field) => format!("the sum of {} over", read(field)),
        Adds::Max(field) => format!("the greatest {} of", read(field)),
        Adds::Count => "how many".to_owned(),
    };
    let by = read(by);
    let filter = filter.map(|filter| phrase(filter, child, None));
    let filter = filter.map_or(String::new(), |filter| format!(", where {filter}"));
    format!("{what} rows of {} by {by}{filter}", child.name)
}

/// ``category = `listing.category` ``: by what a row in force is looked for.
pub fn key(model: &Model, entity: &Entity, pick: &Pick, key: &Key) -> String {
    match &key.0 {
        Some((field, value)) => {
            let field = &model[pick.from].fields[field.0].name;
            format!("{field} = {}", phrase(value, entity, None))
        }
        None => "none of them: the platform's".to_owned(),
    }
}

/// ``at `hold_until` ``, or as soon as something holds: when the clock does it.
pub fn timer(entity: &Entity, action: &Action) -> Option<String> {
    let timer = action.timer.as_ref()?;
    let of = |expr: &Expr| phrase(expr, entity, Some(action));
    let due = match &timer.due {
        Due::At(instant) | Due::After(instant) => format!("at {}", of(instant)),
        Due::AsSoon(holds) => format!("as soon as {}", of(holds)),
    };
    let when = timer.when.as_ref().map_or(String::new(), |when| format!(", where {}", of(when)));
    Some(format!("the clock, {due}{when}"))
}

struct Phrase<'m> {
    entity: &'m Entity,
    action: Option<&'m Action>,
    /// Of a hook.
    input: &'m [Input],
}

impl Phrase<'_> {
    /// In brackets where it binds less than what it stands in.
    fn of(&self, expr: &Expr, outer: u8) -> String {
        let inner = binding(&expr.node);
        let text = match (&expr.node, &expr.ty) {
            (Node::Literal(Literal::Int(seconds)), Ty::Duration) => duration(*seconds),
            (Node::Literal(Literal::Int(minor)), Ty::Money(code)) => money(*minor, code),
            (node, _) => self.node(node, inner),
        };
        if inner < outer { format!("({text})") } else { text }
    }

    fn node(&self, node: &Node, inner: u8) -> String {
        match node {
            Node::Literal(value) => literal(value),
            Node::Column(column) => self.column(*column),
            Node::Input(index) => {
                let own = self.input.get(*index).map(|input| format!("input.{}", input.name));
                let name = own.or_else(|| self.action?.given(*index));
                name.unwrap_or_else(|| "input.?".to_owned())
            }
            Node::Path(of, far) => format!("{}.{}", self.of(of, 8), far.name),
            Node::Made(step) => {
                let step = self.action.and_then(|action| action.steps.get(*step));
                step.and_then(|step| step.name.clone()).unwrap_or_else(|| "?".to_owned())
            }
            Node::Own => "this".to_owned(),
            Node::Actor => "actor".to_owned(),
            Node::Now => "now()".to_owned(),
            Node::Today(zone) => format!("today(\"{}\")", zone.name()),
            // `not` takes a comparison without brackets, and no other `not`.
            Node::Not(of) => format!("not {}", self.of(of, inner + 1)),
            Node::Negate(of) => format!("-{}", self.of(of, inner + 1)),
            Node::Binary(Op::Eq, of, name)
                if matches!(name.node, Node::Literal(Literal::Name(_))) =>
            {
                format!("{} is {}", self.of(of, inner + 1), self.of(name, inner + 1))
            }
            Node::Binary(op, left, right) => {
                let (left, right) = (self.of(left, inner), self.of(right, inner + 1));
                format!("{left} {} {right}", op.sign())
            }
            Node::OneOf(of, names) => {
                let names: Vec<String> = names.iter().map(literal).collect();
                format!("{} is {}", self.of(of, inner + 1), names.join("|"))
            }
            Node::IsSet(of) => format!("{} is set", self.of(of, inner + 1)),
            Node::IsUnset(of) => format!("{} is unset", self.of(of, inner + 1)),
            Node::OrElse(of, other) => format!("or({}, {})", self.of(of, 0), self.of(other, 0)),
            Node::If(when, then, other) => {
                format!("if({}, {}, {})", self.of(when, 0), self.of(then, 0), self.of(other, 0))
            }
            Node::Call(function, arguments) => {
                let outer = if matches!(function, Function::Share(_)) { 6 } else { 0 };
                let arguments: Vec<String> =
                    arguments.iter().map(|of| self.of(of, outer)).collect();
                call(*function, &arguments)
            }
        }
    }

    fn column(&self, column: Column) -> String {
        match column {
            Column::Id => "id".to_owned(),
            Column::State => "state".to_owned(),
            Column::Version => "version".to_owned(),
            Column::CreatedAt => "created_at".to_owned(),
            Column::UpdatedAt => "updated_at".to_owned(),
            Column::Field(index) => self.entity.fields[index].name.clone(),
        }
    }
}

fn call(function: Function, arguments: &[String]) -> String {
    let all = arguments.join(", ");
    let name = match function {
        Function::RangeStart => return format!("{all}.start"),
        Function::RangeEnd => return format!("{all}.end"),
        Function::Div(how) => return format!("div({all}, {})", how.name()),
        Function::DivTo(places, how) => return format!("div({all}, {places}, {})", how.name()),
        Function::RoundTo(places, how) => return format!("round({all}, {places}, {})", how.name()),
        Function::Share(how) => return format!("round({}, {})", arguments.join(" * "), how.name()),
        Function::Min => "min",
        Function::Max => "max",
        Function::Len => "len",
        Function::Lower => "lower",
        Function::Overlaps => "overlaps",
        Function::Contains => "contains",
        Function::Starts => "starts",
        Function::Ends => "ends",
        Function::Concat => "concat",
        Function::AddMonths => "add_months",
    };
    format!("{name}({all})")
}

/// `7d`, in the largest unit that divides it.
pub fn duration(seconds: i64) -> String {
    let units = [(86_400, "d"), (3_600, "h"), (60, "m")];
    let unit = units.into_iter().find(|(size, _)| seconds % size == 0 && seconds != 0);
    let (size, name) = unit.unwrap_or((1, "s"));
    format!("{}{name}", seconds / size)
}

/// `500.00 EUR`.
fn money(minor: i64, code: &str) -> String {
    let digits = usize::from(currency::exponent(code).unwrap_or(0));
    let sign = if minor < 0 { "-" } else { "" };
    let text = format!("{:0>width$}", minor.unsigned_abs(), width = digits + 1);
    let (whole, fraction) = text.split_at(text.len() - digits);
    let point = if digits == 0 { "" } else { "." };
    format!("{sign}{whole}{point}{fraction} {code}")
}

/// A value of a type, as a blueprint writes it.
pub fn value(of: &Literal, ty: &Type) -> String {
    match (of, ty) {
        (Literal::Int(seconds), Type::Duration) => duration(*seconds),
        (Literal::Int(minor), Type::Money(currency)) => money(*minor, &currency.code),
        (of, _) => literal(of),
    }
}

fn literal(value: &Literal) -> String {
    match value {
        Literal::Bool(value) => value.to_string(),
        Literal::Int(value) => value.to_string(),
        Literal::Decimal(value) | Literal::Name(value) => value.clone(),
        Literal::Text(value) => format!("{value:?}"),
    }
}

/// How tightly a node holds together; brackets go round what binds less than its place.
fn binding(node: &Node) -> u8 {
    match node {
        Node::Binary(Op::Or, ..) => 1,
        Node::Binary(Op::And, ..) => 2,
        Node::Not(_) => 3,
        Node::Binary(Op::Eq | Op::Ne | Op::Lt | Op::Le | Op::Gt | Op::Ge, ..)
        | Node::OneOf(..)
        | Node::IsSet(_)
        | Node::IsUnset(_) => 4,
        Node::Binary(Op::Add | Op::Sub, ..) => 5,
        Node::Binary(Op::Mul, ..) => 6,
        Node::Negate(_) => 7,
        _ => 8,
    }
}

/// The type in the blueprint's own words.
pub fn type_words(model: &Model, ty: &Type) -> String {
    match ty {
        Type::Bool => "bool".to_owned(),
        Type::Int { min: i64::MIN, max: i64::MAX } => "int".to_owned(),
        Type::Int { min, max: i64::MAX } => format!("int({min}..)"),
        Type::Int { min: i64::MIN, max } => format!("int(..{max})"),
        Type::Int { min, max } => format!("int({min}..{max})"),
        Type::Decimal { scale } => format!("decimal({scale})"),
        Type::Money(currency) => format!("money({})", currency.code),
        Type::Bps => "bps".to_owned(),
        Type::Text { min: 0, max } => format!("text(..{max})"),
        Type::Text { min, max } => format!("text({min}..{max})"),
        Type::Email => "email".to_owned(),
        Type::Phone => "phone".to_owned(),
        Type::Url => "url".to_owned(),
        Type::Slug => "slug".to_owned(),
        Type::Date => "date".to_owned(),
        Type::Timestamp => "timestamp".to_owned(),
        Type::Duration => "duration".to_owned(),
        Type::RangeOfTimestamp => "range of timestamp".to_owned(),
        Type::RangeOfDate => "range of date".to_owned(),
        Type::OneOf(names) => format!("one of {}", names.join(" | ")),
        Type::Ref(entity) => format!("ref {}", model[*entity].name),
        Type::UserIn(context) => {
            format!("ref {} in {}", model[model.identity.user].name, model[*context].name)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{duration, money};

    #[test]
    fn a_duration_is_written_as_in_a_blueprint() {
        let cases = [(604_800, "7d"), (5_400, "90m"), (90, "90s"), (0, "0s"), (-3_600, "-1h")];
        for (seconds, text) in cases {
            assert_eq!(duration(seconds), text);
        }
    }
    #[test]
    fn an_amount_is_written_as_in_a_blueprint() {
        let cases =
            [(50_000, "EUR", "500.00 EUR"), (-5, "EUR", "-0.05 EUR"), (12, "JPY", "12 JPY")];
        for (minor, code, text) in cases {
            assert_eq!(money(minor, code), text);
        }
    }
}
