//! Random expressions, as text: right in their types, and with optionals only where they are there.

use blueprint::expr::typed::Ty;

use crate::random::Random;
use crate::world::{KINDS, STATES, ZONES, columns, eur, inputs, names, person};

pub struct Generator<'r> {
    random: &'r mut Random,
    /// Optionals that are known to be there.
    there: Vec<String>,
}

impl<'r> Generator<'r> {
    pub fn new(random: &'r mut Random) -> Self {
        Generator { random, there: Vec::new() }
    }

    /// A type, and an expression of it.
    pub fn any(&mut self) -> (Ty, String) {
        let types =
            [Ty::Int, Ty::Decimal, eur(), Ty::Text, Ty::Date, Ty::Timestamp, Ty::Duration, Ty::Bps];
        let ty = if self.random.once_in(2) { Ty::Bool } else { self.random.one(&types) };
        let depth = 1 + self.random.below(4);
        let text = self.of(&ty, depth);
        (ty, text)
    }

    pub fn of(&mut self, ty: &Ty, depth: usize) -> String {
        if depth == 0 {
            return self.leaf(ty);
        }
        if self.random.once_in(7) {
            return self.choice(ty, depth - 1);
        }
        match ty {
            Ty::Bool => self.condition(depth - 1),
            _ if self.random.once_in(4) => self.leaf(ty),
            Ty::Int | Ty::Decimal | Ty::Money(_) | Ty::Duration => self.number(ty, depth - 1),
            Ty::Date if self.random.once_in(3) => {
                let months = self.of(&Ty::Int, depth - 1);
                format!("add_months({}, {months})", self.of(ty, depth - 1))
            }
            Ty::Date => {
                let day = self.of(&Ty::Date, depth - 1);
                let by = self.random.one(&["7d", "1d", "30d", "0s", "52w"]);
                let sign = self.random.one(&["+", "-"]);
                format!("({day} {sign} {by})")
            }
            Ty::Timestamp => {
                let at = self.of(&Ty::Timestamp, depth - 1);
                let by = self.of(&Ty::Duration, depth - 1);
                let sign = self.random.one(&["+", "-"]);
                format!("({at} {sign} {by})")
            }
            Ty::Text if self.random.once_in(2) => format!("lower({})", self.of(ty, depth - 1)),
            Ty::Text => {
                format!("concat({}, {})", self.of(ty, depth - 1), self.of(ty, depth - 1))
            }
            _ => self.leaf(ty),
        }
    }

    /// `if` and `or`, which go with every type.
    fn choice(&mut self, ty: &Ty, depth: usize) -> String {
        if let Some(optional) = self.optional(ty).filter(|_| self.random.once_in(2)) {
            return format!("or({optional}, {})", self.of(ty, depth));
        }
        if let Some(optional) = self.any_optional().filter(|_| self.random.once_in(2)) {
            let otherwise = self.of(ty, depth);
            let then = self.knowing(&optional, |it| it.of(ty, depth));
            return format!("if({optional} is set, {then}, {otherwise})");
        }
        let (test, then, otherwise) =
            (self.of(&Ty::Bool, depth), self.of(ty, depth), self.of(ty, depth));
        format!("if({test}, {then}, {otherwise})")
    }

    fn knowing<T>(&mut self, optional: &str, make: impl FnOnce(&mut Self) -> T) -> T {
        self.there.push(optional.to_owned());
        let made = make(self);
        self.there.pop();
        made
    }

    fn condition(&mut self, depth: usize) -> String {
        match self.random.below(14) {
            0 => format!("({} && {})", self.of(&Ty::Bool, depth), self.of(&Ty::Bool, depth)),
            1 => format!("({} || {})", self.of(&Ty::Bool, depth), self.of(&Ty::Bool, depth)),
            2 => format!("not ({})", self.of(&Ty::Bool, depth)),
            3 | 4 => self.guarded(depth),
            5 => {
                let (of, among): (&str, &[&str]) =
                    if self.is_there("kind") && self.random.once_in(2) {
                        ("kind", &["a", "a|b", "c|a"])
                    } else {
                        ("state", &["open", "live", "held|done", "live|lost", "done"])
                    };
                format!("{of} is {}", self.random.one(among))
            }
            6 => {
                let of = self.of(&Ty::Int, depth);
                format!(
                    "({of}) in [{}]",
                    self.random.one(&["1, 2", "0", "-3, 5, 4000000000", "2, 2"])
                )
            }
            7 => {
                let a = self.of(&Ty::RangeOfTimestamp, depth.min(1));
                let instant = self.random.once_in(2);
                let ty = if instant { Ty::Timestamp } else { Ty::RangeOfTimestamp };
                format!(
                    "contains({a}, {})",
                    self.of(&ty, if instant { depth } else { depth.min(1) })
                )
            }
            9 => {
                let what = self.random.one(&["starts", "ends", "contains"]);
                format!("{what}({}, {})", self.of(&Ty::Text, depth), self.of(&Ty::Text, depth))
            }
            8 => {
                let ty = self.random.one(&[Ty::RangeOfDate, Ty::RangeOfTimestamp]);
                let what = self.random.one(&["overlaps", "contains"]);
                format!("{what}({}, {})", self.of(&ty, depth.min(1)), self.of(&ty, depth.min(1)))
            }
            _ => self.comparison(depth),
        }
    }

    fn guarded(&mut self, depth: usize) -> String {
        let Some(optional) = self.any_optional() else { return self.comparison(depth) };
        let form = self.random.below(4);
        let inner = self.knowing(&optional, |it| it.of(&Ty::Bool, depth));
        match form {
            0 => format!("({optional} is set && {inner})"),
            1 => format!("({optional} is unset || {inner})"),
            2 => format!("(not ({optional} is unset) && {inner})"),
            _ => format!("(not ({optional} is unset || done) && {inner})"),
        }
    }

    fn comparison(&mut self, depth: usize) -> String {
        let equal = [
            names(&STATES),
            names(&KINDS),
            Ty::Text,
            person(),
            Ty::Bool,
            Ty::RangeOfDate,
            Ty::RangeOfTimestamp,
        ];
        let ordered = [Ty::Int, Ty::Decimal, eur(), Ty::Bps, Ty::Date, Ty::Timestamp, Ty::Duration];
        if self.random.once_in(3) {
            let ty = self.random.one(&equal);
            let deep = if matches!(ty, Ty::Text | Ty::Bool) { depth } else { 0 };
            let sign = self.random.one(&["==", "!="]);
            let first = match ty {
                Ty::Names(_) => self.column(&ty).unwrap_or_else(|| "state".to_owned()),
                _ => self.of(&ty, deep),
            };
            let ty = if first == "state" { names(&STATES) } else { ty };
            let second = self.of(&ty, deep);
            return format!("(({first}) {sign} ({second}))");
        }
        let ty = self.random.one(&ordered);
        let sign = self.random.one(&["==", "!=", "<", "<=", ">", ">="]);
        format!("({} {sign} {})", self.typed(&ty, depth), self.of(&ty, depth))
    }

    /// One that has its type by itself: not a bare number.
    fn typed(&mut self, ty: &Ty, depth: usize) -> String {
        match ty {
            Ty::Decimal | Ty::Bps | Ty::Money(_) | Ty::Duration => {
                self.column(ty).expect("each has a column")
            }
            _ => self.of(ty, depth),
        }
    }

    fn number(&mut self, ty: &Ty, depth: usize) -> String {
        match self.random.below(11) {
            8.. => self.quotient(ty, depth),
            0 => format!("-({})", self.of(ty, depth)),
            1 => format!("min({}, {})", self.typed(ty, depth), self.of(ty, depth)),
            2 => {
                let all = [self.typed(ty, depth), self.of(ty, depth), self.of(ty, depth)];
                format!("max({})", all.join(", "))
            }
            3 if *ty == Ty::Decimal => {
                format!("({} * {})", self.typed(ty, depth), self.decimal())
            }
            3 => format!("({} * {})", self.whole(depth), self.with_unit(ty, depth)),
            4 if *ty == Ty::Int => format!("len({})", self.of(&Ty::Text, depth)),
            4 if *ty == Ty::Duration => {
                let (a, b) = (self.of(&Ty::Timestamp, depth), self.of(&Ty::Timestamp, depth));
                format!("({a} - {b})")
            }
            5 if *ty == Ty::Duration => {
                let (a, b) = (self.of(&Ty::Date, depth), self.of(&Ty::Date, depth));
                format!("({a} - {b})")
            }
            4..6 => format!("({} - {})", self.typed(ty, depth), self.of(ty, depth)),
            _ => format!("({} + {})", self.typed(ty, depth), self.of(ty, depth)),
        }
    }

    /// `div` or `round`.
    fn quotient(&mut self, ty: &Ty, depth: usize) -> String {
        let how = self.random.one(&["half_even", "half_up", "down", "up"]);
        let places = self.random.below(5);
        match ty {
            Ty::Decimal if self.random.once_in(2) => {
                format!("round({}, {places}, {how})", self.of(ty, depth))
            }
            Ty::Decimal => {
                format!("div({}, {}, {places}, {how})", self.of(ty, depth), self.of(ty, depth))
            }
            Ty::Int | Ty::Money(_) if self.random.once_in(2) => {
                let rate = self.column(&Ty::Bps).expect("there is one");
                format!("round({} * {rate}, {how})", self.with_unit(ty, depth))
            }
            Ty::Int if self.random.once_in(2) => {
                let (a, b) = (self.typed(&eur(), depth), self.typed(&eur(), depth));
                format!("div({a}, {b}, {how})")
            }
            _ => format!("div({}, {}, {how})", self.with_unit(ty, depth), self.whole(depth)),
        }
    }

    /// An integer by itself: one that is to be multiplied.
    fn whole(&mut self, depth: usize) -> String {
        self.of(&Ty::Int, depth)
    }

    /// A column, or something of columns: where a bare number would be an integer.
    fn with_unit(&mut self, ty: &Ty, depth: usize) -> String {
        match ty {
            Ty::Int => self.of(ty, depth),
            _ => self.column(ty).expect("each has a column"),
        }
    }

    fn decimal(&mut self) -> String {
        if self.random.once_in(2) {
            return self.random.one(&["1.5", "0.01", "-2.25", "100.0"]).to_owned();
        }
        self.column(&Ty::Decimal).expect("there is one")
    }

    /// A column or a literal.
    fn leaf(&mut self, ty: &Ty) -> String {
        if self.random.once_in(3)
            && let Some(literal) = self.literal(ty)
        {
            return literal;
        }
        if *ty == Ty::Timestamp && self.random.once_in(4) {
            return self.random.one(&["now()", "during.start", "during.end"]).to_owned();
        }
        if *ty == Ty::Date && self.random.once_in(4) {
            if self.random.once_in(2) {
                return format!("today(\"{}\")", self.random.one(&ZONES));
            }
            return self.random.one(&["season.start", "season.end"]).to_owned();
        }
        self.column(ty).expect("each type has a column")
    }

    fn literal(&mut self, ty: &Ty) -> Option<String> {
        let one_of: &[&str] = match ty {
            Ty::Bool => &["true", "false"],
            Ty::Int => {
                &["0", "1", "2", "-1", "7", "2147483647", "2147483648", "9223372036854775807"]
            }
            Ty::Decimal => &["1.5", "0.001", "-2.25", "3.0", "12345678901234567890.5"],
            Ty::Money(_) => &["0", "1.00 EUR", "12.50 EUR", "21474836.47 EUR"],
            Ty::Bps => &["0", "2500", "10000"],
            Ty::Text => &["\"\"", "\"a\"", "\"A\"", "\"it's\"", "\"\\\\\"", "\"straße\"", "\"日\""],
            Ty::Duration => &["0s", "1s", "15m", "24h", "30d", "286w"],
            Ty::Names(values) => return Some(self.random.one(values)),
            Ty::Ref(_) => &["actor"],
            _ => return None,
        };
        Some(self.random.one(one_of).to_owned())
    }

    /// A column or an input of the type that is there.
    fn column(&mut self, ty: &Ty) -> Option<String> {
        let all = columns().into_iter().map(|(name, of, optional)| (name.to_owned(), of, optional));
        let given = inputs();
        let given =
            given.into_iter().map(|(name, of, optional)| (format!("input.{name}"), of, optional));
        let fit: Vec<String> = all
            .chain(given)
            .filter(|(name, of, optional)| of == ty && (!optional || self.is_there(name)))
            .map(|(name, ..)| name)
            .collect();
        (!fit.is_empty()).then(|| self.random.one(&fit))
    }

    fn is_there(&self, name: &str) -> bool {
        self.there.iter().any(|one| one == name)
    }

    /// An optional of the type that may be absent here.
    fn optional(&mut self, ty: &Ty) -> Option<String> {
        let fit = self.optionals(|of| of == ty);
        (!fit.is_empty()).then(|| self.random.one(&fit))
    }

    fn any_optional(&mut self) -> Option<String> {
        let fit = self.optionals(|_| true);
        (!fit.is_empty()).then(|| self.random.one(&fit))
    }

    fn optionals(&self, fits: impl Fn(&Ty) -> bool) -> Vec<String> {
        let all = columns().into_iter().map(|(name, of, optional)| (name.to_owned(), of, optional));
        let given = inputs();
        let given =
            given.into_iter().map(|(name, of, optional)| (format!("input.{name}"), of, optional));
        all.chain(given)
            .filter(|(name, of, optional)| *optional && fits(of) && !self.is_there(name))
            .map(|(name, ..)| name)
            .collect()
    }
}
