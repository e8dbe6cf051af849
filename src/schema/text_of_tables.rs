//! Tables and what belongs to them, as SQL.

use super::layout::{WIDTH, comment, fill, indent, two};
use super::names::{ident, literal, quoted};
use super::pieces::{Access, Constraint, Facet, Grant, Index, Policy, Table, TableColumn, Trigger};

impl Table {
    pub fn sql(&self) -> String {
        let table = format!("app.{}", ident(&self.name));
        let mut lines: Vec<String> = self.columns.iter().map(TableColumn::sql).collect();
        lines.extend(self.constraints.iter().map(|one| indent(&one.inline(), "  ")));
        let mut out = format!("CREATE TABLE {table} (\n{}\n);\n", lines.join(",\n"));
        out.push_str(&self.comments(&table));
        if !self.indexes.is_empty() {
            out.push('\n');
            self.indexes.iter().for_each(|one| out.push_str(&one.sql(&table)));
        }
        out.push_str(&format!("\n{}", self.guard.sql()));
        for trigger in &self.triggers {
            out.push_str(&format!("\n{}", trigger.sql(&table)));
        }
        out.push('\n');
        if self.row_security.enabled {
            out.push_str(&format!("ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;\n"));
        }
        if self.row_security.forced {
            out.push_str(&format!("ALTER TABLE {table} FORCE ROW LEVEL SECURITY;\n"));
        }
        for (index, access) in self.access.iter().enumerate() {
            out.push_str(if index == 0 { "" } else { "\n" });
            out.push_str(&access.sql(&table));
        }
        self.facets.iter().for_each(|facet| out.push_str(&format!("\n{}", facet.sql(&table))));
        if !self.unmeasured.is_empty() {
            out.push_str("\n-- `EXPLAIN` shows what the planner knows of all rows: of these columns, nothing.\n");
        }
        for column in &self.unmeasured {
            out.push_str(&format!("ALTER TABLE {table} ALTER {column} SET STATISTICS 0;\n"));
        }
        out
    }

    fn comments(&self, table: &str) -> String {
        let mut out = String::new();
        if !self.summary.is_empty() {
            out.push_str(&format!("\nCOMMENT ON TABLE {table} IS {};\n", literal(&self.summary)));
        }
        for column in self.columns.iter().filter(|column| !column.summary.is_empty()) {
            let head = format!("COMMENT ON COLUMN {table}.{} IS", ident(&column.name));
            out.push_str(&format!("{}\n", two(&head, &format!("{};", literal(&column.summary)))));
        }
        out
    }

    pub fn references_sql(&self) -> String {
        self.references
            .iter()
            .map(|one| {
                format!(
                    "ALTER TABLE app.{} ADD CONSTRAINT {}\n  {};\n",
                    ident(&self.name),
                    ident(&one.refusal.constraint),
                    one.definition
                )
            })
            .collect()
    }
}

impl TableColumn {
    fn sql(&self) -> String {
        let mut out = format!("  {} {}", ident(&self.name), self.ty);
        if self.required {
            out.push_str(" NOT NULL");
        }
        if let Some(default) = &self.default {
            out.push_str(&format!(" DEFAULT {default}"));
        }
        out
    }
}

impl Constraint {
    fn inline(&self) -> String {
        let name = ident(&self.refusal.constraint);
        let line = format!("CONSTRAINT {name} {}", self.definition);
        match self.definition.strip_prefix("CHECK (").and_then(|rest| rest.strip_suffix(')')) {
            Some(inner) if line.len() + 2 >= WIDTH => {
                format!("CONSTRAINT {name} CHECK (\n  {inner}\n)")
            }
            _ if self.definition.starts_with("EXCLUDE ") => {
                let definition = self.definition.replace('\n', "\n  ");
                format!("CONSTRAINT {name}\n  {definition}")
            }
            _ => line,
        }
    }
}

impl Index {
    fn sql(&self, table: &str) -> String {
        let unique = if self.refusal.is_some() { "UNIQUE " } else { "" };
        let head = format!("CREATE {unique}INDEX {} ON {table}", ident(&self.name));
        let columns = format!("({})", self.columns.join(", "));
        match &self.filter {
            Some(filter) => format!("{head} {columns}\n  WHERE {filter};\n"),
            None => format!("{}\n", two(&head, &format!("{columns};"))),
        }
    }
}

impl Trigger {
    pub fn sql(&self, table: &str) -> String {
        let Trigger { name, when, each, only, call } = self;
        let only = only.as_ref().map_or(String::new(), |only| format!("\nWHEN ({only})"));
        let head =
            format!("CREATE TRIGGER {} {when} ON {table}\nFOR EACH {each}{only}", ident(name));
        format!("{}\n", two(&head, &format!("EXECUTE FUNCTION {call};")))
    }
}

impl Access {
    fn sql(&self, table: &str) -> String {
        let mut out = String::new();
        self.policies.iter().for_each(|policy| out.push_str(&policy.sql(table)));
        if let Some(grant) = &self.grant {
            out.push_str(&grant.sql(table));
        }
        out
    }
}

impl Policy {
    fn sql(&self, table: &str) -> String {
        let command = self.command.map(|command| format!(" FOR {command}")).unwrap_or_default();
        let word = if self.command == Some("INSERT") { "WITH CHECK" } else { "USING" };
        let head = format!(
            "CREATE POLICY {} ON {table}{command} TO {} {word}",
            ident(&self.name),
            quoted(&self.role)
        );
        if !self.writes {
            return format!("{head} (true) WITH CHECK (false);\n");
        }
        if self.conjuncts.is_empty() {
            return format!("{head} (true);\n");
        }
        format!("{head} (\n{}\n);\n", indent(&self.conjuncts.join("\nAND "), "  "))
    }
}

impl Grant {
    fn sql(&self, table: &str) -> String {
        let privileges: Vec<String> = self
            .privileges
            .iter()
            .map(|(word, columns)| match columns.is_empty() {
                true => (*word).to_owned(),
                false => format!("{word} ({})", columns.join(", ")),
            })
            .collect();
        let to = format!("ON {table} TO {};", quoted(&self.role));
        let head = format!("GRANT {}", privileges.join(", "));
        if head.len() <= WIDTH {
            return format!("{}\n", two(&head, &to));
        }
        let mut lines = Vec::new();
        for (index, (word, columns)) in self.privileges.iter().enumerate() {
            let lead = if index == 0 { "GRANT" } else { "     " };
            let last = index + 1 == self.privileges.len();
            if columns.is_empty() {
                lines.push(format!("{lead} {word}{}", if last { "" } else { "," }));
                continue;
            }
            let first = format!("{lead} {word} (");
            let end = if last { ")" } else { ")," };
            lines.push(fill(&first, &" ".repeat(first.len()), columns, end));
        }
        format!("{}\n  {to}\n", lines.join("\n"))
    }
}

impl Facet {
    fn sql(&self, table: &str) -> String {
        let columns: Vec<String> =
            self.columns.iter().map(|column| format!("t.{column}")).collect();
        let barrier = if self.barrier { " WITH (security_barrier)" } else { "" };
        let mut view = format!(
            "CREATE VIEW facet.{}{barrier} AS\n{}\nFROM {table} t",
            ident(&self.view),
            fill("SELECT ", "       ", &columns, "")
        );
        if !self.conjuncts.is_empty() {
            let filter = indent(&self.conjuncts.join("\nAND "), "  ");
            view.push_str(&format!("\nWHERE {}", filter.trim_start()));
        }
        let told = format!("COMMENT ON VIEW facet.{} IS", ident(&self.view));
        let told = two(&told, &format!("{};", literal(&self.note)));
        format!(
            "{}{view};\n\n{told}\nGRANT SELECT ON facet.{} TO {};\nALTER VIEW facet.{} OWNER TO {};\n",
            comment(&self.note),
            ident(&self.view),
            quoted(&self.reader),
            ident(&self.view),
            quoted(&self.owner)
        )
    }
}
