//! For GitHub Actions: workflow commands that become annotations of a pull request.

use std::fmt::Write;

use crate::diagnostics::Diagnostics;
use crate::diagnostics::escape::visible;
use crate::source::Sources;

/// One line each.
pub fn github(diagnostics: &Diagnostics, sources: &Sources) -> String {
    let mut out = String::new();
    for diagnostic in diagnostics {
        let span = diagnostic.primary.span;
        let file = sources.file(span.file);
        let start = file.position(span.start as usize);
        let end = file.position(span.end as usize);
        let parts =
            [Some(&diagnostic.message), diagnostic.reason.as_ref(), diagnostic.next.as_ref()];
        let text: Vec<&str> = parts.into_iter().flatten().map(String::as_str).collect();
        let _ = writeln!(
            out,
            "::{} file={},line={},endLine={},col={},endColumn={},title={}::{}",
            diagnostic.code.severity(),
            property(&file.name),
            start.line,
            end.line,
            start.column,
            end.column,
            property(diagnostic.code.id),
            data(&text.join("\n")),
        );
    }
    out
}

fn data(text: &str) -> String {
    visible(text).replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
