//! Functions as SQL.

use super::layout::{WIDTH, block, fill, indent, two};
use super::names::{ident, literal, quoted};
use super::pieces::{Function, Returns, Step};

impl Function {
    /// `word`, then the function by its name and the types of its arguments.
    fn named(&self, word: &str) -> String {
        let types: Vec<String> = self.arguments.iter().map(|(_, ty)| ty.to_string()).collect();
        block(&format!("{word} {}(", self.name), &types, ")", WIDTH)
    }

    pub fn sql(&self) -> String {
        self.commented(None)
    }

    /// With what the database tells of it to whoever lists functions.
    pub fn commented(&self, comment: Option<&str>) -> String {
        let mut out = self.head();
        let body: Vec<String> = self.body.iter().map(Step::sql).collect();
        let mark = dollars(&body);
        let language = if self.definer { "plpgsql SECURITY DEFINER" } else { "plpgsql" };
        out.push_str(&format!(
            "\nLANGUAGE {language} SET search_path = pg_catalog, pg_temp AS {mark}\n"
        ));
        if !self.declare.is_empty() {
            out.push_str("DECLARE\n");
            self.declare.iter().for_each(|one| out.push_str(&format!("  {one};\n")));
        }
        out.push_str("BEGIN\n");
        for step in &body {
            out.push_str(&indent(step, "  "));
            out.push('\n');
        }
        out.push_str(&format!("END {mark};\n"));
        // Before the hand-over: who inherits nothing of the new owner may not comment on what is his.
        if let Some(comment) = comment {
            let head = self.named("COMMENT ON FUNCTION");
            out.push_str(&format!("\n{}\n", two(&head, &format!("IS {};", literal(comment)))));
        }
        let hand_over = self.execute.len() + usize::from(self.owner.is_some());
        if hand_over > 0 {
            out.push('\n');
        }
        if !self.execute.is_empty() {
            let roles: Vec<String> = self
                .execute
                .iter()
                .map(|role| if role == "PUBLIC" { role.clone() } else { quoted(role) })
                .collect();
            let head = self.named("GRANT EXECUTE ON FUNCTION");
            out.push_str(&format!("{}\n", two(&head, &format!("TO {};", roles.join(", ")))));
        }
        if let Some(owner) = &self.owner {
            let head = self.named("ALTER FUNCTION");
            out.push_str(&format!("{}\n", two(&head, &format!("OWNER TO {};", quoted(owner)))));
        }
        out
    }

    fn head(&self) -> String {
        let arguments: Vec<String> =
            self.arguments.iter().map(|(name, ty)| format!("{} {ty}", ident(name))).collect();
        let head = format!("CREATE FUNCTION {}(", self.name);
        let one = format!("{head}{})", arguments.join(", "));
        let wide = || format!("{head}\n{}\n)", fill("  ", "  ", &arguments, ""));
        let returns = match &self.returns {
            Returns::Void => "RETURNS void".to_owned(),
            Returns::Boolean => "RETURNS boolean".to_owned(),
            Returns::Text => "RETURNS text".to_owned(),
            Returns::Trigger => "RETURNS trigger".to_owned(),
            Returns::Jsonb => "RETURNS jsonb".to_owned(),
            Returns::Uuid => "RETURNS uuid".to_owned(),
            Returns::Table(columns) => {
                let table = format!("RETURNS TABLE (\n{}\n)", fill("  ", "  ", columns, ""));
                let head = if one.len() <= WIDTH { format!("{one}\n") } else { wide() + " " };
                return format!("{head}{table}");
            }
        };
        if one.len() + 1 + returns.len() <= WIDTH {
            format!("{one} {returns}")
        } else if one.len() <= WIDTH {
            format!("{one}\n{returns}")
        } else {
            format!("{} {returns}", wide())
        }
    }
}

/// A dollar quote that the body does not hold, whatever literals stand in it.
pub fn dollars(body: &[String]) -> String {
    let mut mark = "$$".to_owned();
    let mut number = 0;
    while body.iter().any(|step| step.contains(&mark)) {
        number += 1;
        mark = format!("$body{number}$");
    }
    mark
}

impl Step {
    pub fn sql(&self) -> String {
        match self {
            Step::Run(sql) => sql.clone(),
            Step::Refuse { when, path, code } => {
                let test = match when.as_slice() {
                    [one] if one.lines().all(|line| line.len() <= WIDTH - 14) => {
                        format!("IF {one} THEN")
                    }
                    several => format!("IF {}\nTHEN", several.join("\n  OR ")),
                };
                format!(
                    "{test}\n  RAISE EXCEPTION {} USING ERRCODE = '{code}';\nEND IF;",
                    literal(path)
                )
            }
        }
    }
}
