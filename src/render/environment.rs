//! The template engine, made strict: what is missing or unfiltered is an error, never a blank.

use minijinja::syntax::SyntaxConfig;
use minijinja::value::{Value, ValueKind};
use minijinja::{Environment, Error, ErrorKind, UndefinedBehavior};

use super::filters;

/// An environment with no functions and no filters but ours.
///
/// A text reaches the output only through a filter: filters return marked text, and anything else that
/// is not a number is refused. So a template cannot forget to quote.
pub fn environment() -> Environment<'static> {
    let mut environment = Environment::empty();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_syntax(
        SyntaxConfig::builder()
            .trim_blocks(true)
            .lstrip_blocks(true)
            .keep_trailing_newline(true)
            .build()
            .expect("the delimiters are the usual ones"),
    );
    environment.set_formatter(|out, _, value| match value.kind() {
        ValueKind::Number => out.write_str(&value.to_string()).map_err(Error::from),
        ValueKind::String if value.is_safe() => {
            out.write_str(value.as_str().unwrap_or_default()).map_err(Error::from)
        }
        kind => Err(unfiltered(value, kind)),
    });
    filters::add_to(&mut environment);
    environment
}

fn unfiltered(value: &Value, kind: ValueKind) -> Error {
    Error::new(ErrorKind::InvalidOperation, format!("{kind} `{value}` is written without a filter"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use minijinja::context;

    fn render(template: &str) -> Result<String, Error> {
        environment()
            .render_str(template, context! { name => "task", count => 3, list => ["a", "b"] })
    }

    #[test]
    fn a_filtered_text_and_a_number_pass() {
        assert_eq!(render("{{ name | ident }} {{ count }}\n").unwrap(), "task 3\n");
    }

    #[test]
    fn an_unfiltered_text_is_refused() {
        assert!(render("{{ name }}").is_err());
        assert!(render("{{ list }}").is_err());
    }

    #[test]
    fn what_is_missing_is_refused() {
        assert!(render("{{ nam | ident }}").is_err());
        assert!(render("{% if nam %}x{% endif %}").is_err());
    }

    #[test]
    fn a_line_of_control_leaves_no_line() {
        let text = render("a\n    {% for x in list %}\n    {{ x | ident }}\n    {% endfor %}\nb\n");
        assert_eq!(text.unwrap(), "a\n    a\n    b\nb\n");
    }
}
