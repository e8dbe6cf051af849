//! What PostgreSQL says.

use blueprint::expr::eval::Value;
use blueprint::expr::sql::{self, Names};
use blueprint::expr::typed::{Column, Expr, Ty};
use blueprint::expr::values::{Day, Instant};
use postgres::{Client, NoTls};

use crate::outcome::{DIVIDED_BY_ZERO, OVERFLOW};
use crate::server::Server;
use crate::world::{Case, columns, inputs};

pub struct Database {
    client: Client,
    // Ends when it is dropped.
    _server: Server,
}

/// The columns of the table by their plain names, what the caller gives by `in_…`.
struct Table;

impl Names for Table {
    fn column(&self, column: Column) -> String {
        let at = match column {
            Column::State => 0,
            Column::Field(at) => at,
            other => unreachable!("{other:?} is not in scope"),
        };
        format!("r.\"{}\"", columns()[at].0)
    }
    fn far(&self, _: &Expr, column: Column) -> String {
        unreachable!("no expression here speaks of another row's {column:?}")
    }
    fn input(&self, index: usize) -> String {
        format!("r.in_{}", inputs()[index].0)
    }
    fn made(&self, step: usize) -> String {
        unreachable!("no expression here speaks of step {step}")
    }
    fn own(&self) -> String {
        unreachable!("no expression here stands beside a row of its own")
    }
    fn actor(&self) -> String {
        "r.actor".to_owned()
    }
    fn now(&self) -> String {
        "r.now".to_owned()
    }
}

pub fn printed(expr: &Expr) -> String {
    here(&sql::print(expr, &Table))
}

/// The server may be somebody's: nothing is left on it.
fn here(sql: &str) -> String {
    sql.replace("rt.quotient", "pg_temp.quotient")
}

impl Database {
    /// A table of these rows, on a server that nobody else uses. Its zone has summer time: nothing may
    /// depend on it.
    pub fn with(cases: &[Case]) -> Self {
        let server = Server::find().unwrap_or_else(|tried| panic!("no PostgreSQL: {tried}"));
        let mut client = Client::connect(&server.admin_url(), NoTls).unwrap();
        client.batch_execute("SET timezone = 'America/New_York'").unwrap();
        client.batch_execute(&table()).unwrap();
        for (id, case) in cases.iter().enumerate() {
            client.batch_execute(&insert(id, case)).unwrap();
        }
        client.batch_execute(TRY).unwrap();
        client.batch_execute(&here(sql::QUOTIENT)).unwrap();
        Database { client, _server: server }
    }

    /// What the expression comes to over each of these rows.
    pub fn outcomes(&mut self, expr: &Expr, rows: &[usize]) -> Vec<String> {
        let shown = shown(expr);
        let ids: Vec<String> = rows.iter().map(usize::to_string).collect();
        let all = format!(
            "SELECT {shown} FROM unnest(ARRAY[{}]) WITH ORDINALITY AS of (id, at) JOIN r USING (id) ORDER BY at",
            ids.join(", ")
        );
        let tell = |value: Option<String>| value.unwrap_or_else(|| "absent".to_owned());
        if let Ok(found) = self.client.query(&all, &[]) {
            return found.iter().map(|row| tell(row.get(0))).collect();
        }
        // Some row fails: then each by itself.
        let one = |id: &String| -> String {
            let query = format!("SELECT {shown} FROM r WHERE id = {id}");
            let row = self.client.query_one("SELECT pg_temp.try($1)", &[&query]).unwrap();
            fault(tell(row.get(0)))
        };
        ids.iter().map(one).collect()
    }
}

const TRY: &str = "
    CREATE FUNCTION pg_temp.try(query text) RETURNS text LANGUAGE plpgsql AS $$
    DECLARE found text;
    BEGIN
      EXECUTE query INTO found;
      RETURN found;
    EXCEPTION WHEN others THEN
      RETURN '! ' || SQLSTATE || ' ' || SQLERRM;
    END $$";

fn fault(told: String) -> String {
    match told.get(..7) {
        Some("! 22003" | "! 22008" | "! 22015") => OVERFLOW.to_owned(),
        Some("! 22012") => DIVIDED_BY_ZERO.to_owned(),
        _ => told,
    }
}

/// The expression's value as text. A whole number has to be one of 64 bits, not a `numeric`.
fn shown(expr: &Expr) -> String {
    let sql = printed(expr);
    match expr.ty {
        Ty::Decimal => format!("trim_scale(({sql})::numeric)::text"),
        Ty::Date => format!("(({sql}) - date '1970-01-01')::text"),
        Ty::Timestamp => {
            format!("((extract(epoch FROM {sql}) - 946684800) * 1000000)::bigint::text")
        }
        Ty::Int | Ty::Money(_) | Ty::Duration | Ty::Bps => format!(
            "CASE WHEN pg_typeof({sql}) IN ('bigint'::regtype, 'integer'::regtype) \
             THEN ({sql})::text ELSE 'of type ' || pg_typeof({sql}) END"
        ),
        _ => format!("({sql})::text"),
    }
}

fn table() -> String {
    let column = |name: String, ty: &Ty, optional: bool| {
        let null = if optional { "" } else { " NOT NULL" };
        format!("{name} {}{null}", stored(ty))
    };
    let mut parts = vec!["id int PRIMARY KEY".to_owned()];
    parts.extend(
        columns().iter().map(|(name, ty, optional)| column(format!("\"{name}\""), ty, *optional)),
    );
    parts.extend(
        inputs().iter().map(|(name, ty, optional)| column(format!("in_{name}"), ty, *optional)),
    );
    parts.extend(["actor uuid NOT NULL".to_owned(), "now timestamptz NOT NULL".to_owned()]);
    format!("CREATE TEMPORARY TABLE r ({})", parts.join(", "))
}

/// As `schema` stores it.
fn stored(ty: &Ty) -> &'static str {
    match ty {
        Ty::Bool => "boolean",
        Ty::Int | Ty::Money(_) | Ty::Duration => "bigint",
        Ty::Bps => "integer",
        Ty::Decimal => "numeric(28, 3)",
        Ty::Text | Ty::Names(_) => "text",
        Ty::Date => "date",
        Ty::Timestamp => "timestamptz",
        Ty::RangeOfTimestamp => "tstzrange",
        Ty::RangeOfDate => "daterange",
        Ty::Ref(_) => "uuid",
    }
}

fn insert(id: usize, case: &Case) -> String {
    let mut values = vec![id.to_string()];
    values.extend(case.columns.iter().chain(&case.inputs).map(literal));
    values.extend([literal(&case.actor), literal(&Value::Instant(case.now))]);
    format!("INSERT INTO r VALUES ({})", values.join(", "))
}

fn literal(value: &Value) -> String {
    match value {
        Value::Absent => "NULL".to_owned(),
        Value::Bool(value) => value.to_string(),
        Value::Int(value) => format!("'{value}'"),
        Value::Decimal(value) => format!("'{value}'"),
        Value::Text(value) => sql::text(value),
        Value::Day(day) => format!("'{day}'"),
        Value::Instant(at) => format!("'{}'", moment(*at)),
        Value::Days(range) => format!("'[{},{})'", range.start, range.end),
        Value::Instants(range) => {
            format!("'[\"{}\",\"{}\")'", moment(range.start), moment(range.end))
        }
    }
}

fn moment(at: Instant) -> String {
    const DAY: i64 = 86_400_000_000;
    let within = at.micros().rem_euclid(DAY);
    let (seconds, micros) = (within / 1_000_000, within % 1_000_000);
    let (hour, minute, second) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
    let day: Day = at.day();
    format!("{day} {hour:02}:{minute:02}:{second:02}.{micros:06}+00")
}
