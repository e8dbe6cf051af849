//! What Markdown makes of a text: everything but the words.

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

fn options() -> Options {
    Options::ENABLE_TABLES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_MATH
}

/// Blocks, links, emphasis and HTML in their order; of code the text too.
pub fn skeleton(markdown: &str) -> String {
    let mut out = Vec::new();
    let mut in_code = false;
    for event in Parser::new_ext(markdown, options()) {
        match event {
            Event::Text(text) if in_code => out.push(text.into_string()),
            Event::Text(_) | Event::SoftBreak => {}
            other => {
                match other {
                    Event::Start(Tag::CodeBlock(_)) => in_code = true,
                    Event::End(TagEnd::CodeBlock) => in_code = false,
                    _ => {}
                }
                out.push(format!("{other:?}"));
            }
        }
    }
    out.join("\n")
}

/// Of a comment that rustdoc reads: what is more than paragraphs of words, some of them code or emphasised.
pub fn beyond_words(doc: &str) -> Vec<String> {
    let is_words = |event: &Event<'_>| match event {
        Event::Text(_) | Event::SoftBreak | Event::Code(_) | Event::Rule => {
            !matches!(event, Event::Rule)
        }
        Event::Start(tag) => {
            matches!(tag, Tag::Paragraph | Tag::Emphasis | Tag::Strong | Tag::Strikethrough)
        }
        Event::End(tag) => matches!(
            tag,
            TagEnd::Paragraph | TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough
        ),
        _ => false,
    };
    let rustdoc = Options::ENABLE_TABLES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_FOOTNOTES;
    let events = Parser::new_ext(doc, rustdoc).filter(|event| !is_words(event));
    events.map(|event| format!("{event:?}")).collect()
}
