//! What the YAML library finds, in words of the text and not of a parser.

use granit_parser::ErrorKind;

use crate::diagnostics::{Diagnostic, codes};
use crate::source::Span;

/// Whether a value begins with a sign that means something else to YAML.
pub fn begins_otherwise(kind: &ErrorKind) -> bool {
    matches!(
        kind,
        ErrorKind::UnexpectedCharacter { .. }
            | ErrorKind::MissingAnchorOrAliasName
            | ErrorKind::MappingKeyNotAllowed
            | ErrorKind::BlockSequenceEntryNotAllowed
            | ErrorKind::BlockEntryInFlowCollection
            | ErrorKind::PlainScalarStartsWithDashFlowIndicator
            | ErrorKind::InvalidBlockScalarHeader
            | ErrorKind::ZeroBlockScalarIndent
            | ErrorKind::InvalidTagTerminator
            | ErrorKind::MissingTagUri
            | ErrorKind::UnclosedVerbatimTag
            | ErrorKind::InvalidTagEscape
            | ErrorKind::InvalidTagUtf8
            | ErrorKind::InvalidTagUtf8LeadingByte
            | ErrorKind::InvalidTagUtf8TrailingByte
            | ErrorKind::UndeclaredTagHandle
            | ErrorKind::ExpectedTagBang
            | ErrorKind::InvalidGlobalTagCharacter
    )
}

/// Where it is, if the library tells another place: of a tab, the tab and not the value before it.
pub fn place(kind: &ErrorKind, text: &str, at: usize) -> usize {
    if matches!(kind, ErrorKind::UnknownQuotedScalarEscape) {
        return at + escape(&text[at..]).unwrap_or_default();
    }
    if !is_tab(kind) {
        return at;
    }
    let mut line_start = text[..at].rfind('\n').map_or(0, |end| end + 1);
    for line in text[line_start..].split_inclusive('\n') {
        let indentation = line.len() - line.trim_start_matches([' ', '\t']).len();
        if let Some(tab) = line[..indentation].find('\t') {
            return line_start + tab;
        }
        line_start += line.len();
    }
    at
}

/// The first `\` that begins no escape of YAML 1.2.
fn escape(quoted: &str) -> Option<usize> {
    const KNOWN: &str = "0abt\tnvfre \"/\\N_LPxuU\n\r";
    let mut characters = quoted.char_indices();
    while let Some((at, character)) = characters.next() {
        if character == '\\' && characters.next().is_none_or(|(_, next)| !KNOWN.contains(next)) {
            return Some(at);
        }
    }
    None
}

fn is_tab(kind: &ErrorKind) -> bool {
    matches!(
        kind,
        ErrorKind::TabInBlockIndentation
            | ErrorKind::TabInIndentation
            | ErrorKind::TabNotAllowed
            | ErrorKind::TabAtBlockScalarStart
            | ErrorKind::TabInPlainScalar
    )
}

/// What is wrong there, and what to write instead.
pub fn of(kind: &ErrorKind, text: &str, here: Span) -> Diagnostic {
    let say = |message: &str, next: &str| {
        Diagnostic::new(codes::NOT_YAML, here, message.to_owned()).next(next.to_owned())
    };
    if is_tab(kind) {
        return say("a tab in the indentation", "indent with spaces");
    }
    if begins_otherwise(kind) {
        let sign = text[here.range()].to_owned();
        let sign = match sign.as_str() {
            "`" => "a backquote".to_owned(),
            other if other.trim().is_empty() => "this".to_owned(),
            other => format!("`{other}`"),
        };
        let next = match sign.as_str() {
            "`-`" => {
                "put it in quotes if it belongs to the text; a list begins on a line of its own"
            }
            "`|`" | "`>`" => "put it in quotes, or begin the text on the next line",
            _ => "put it in quotes if it belongs to the text",
        };
        return say(&format!("a value cannot begin with {sign}"), next);
    }
    match kind {
        ErrorKind::MappingValueNotAllowed
        | ErrorKind::InvalidColonPlacement
        | ErrorKind::InvalidMappingValueWhitespace
        | ErrorKind::FlowMappingValueAdjacentCollection => say(
            "a second colon in one entry",
            "begin a new line, or put the text in quotes if the colon belongs to it",
        ),
        ErrorKind::ExpectedBlockMappingKey | ErrorKind::InvalidIndentation => say(
            "this does not fit the lines above",
            "indent it like its neighbours, or put the value above in quotes",
        ),
        ErrorKind::ExpectedBlockSequenceEntry | ErrorKind::InvalidBlockEntryWhitespace => {
            say("a list ends without its next `-`", "indent it like its neighbours")
        }
        ErrorKind::SimpleKeyExpected | ErrorKind::InvalidSimpleKey => say(
            "a line without a colon among entries",
            "write `name: value`, or indent it if it belongs to the value above",
        ),
        ErrorKind::ExpectedFlowMappingSeparator | ErrorKind::ExpectedFlowSequenceSeparator => say(
            "a bracket or a quote within a value between braces or brackets",
            "put the value in quotes, or write the whole as a block, a line for each entry",
        ),
        ErrorKind::InvalidTrailingSingleQuotedScalar => say(
            "the text goes on after its closing quote",
            "put all of it in quotes; one `'` within it is written `''`",
        ),
        ErrorKind::InvalidTrailingDoubleQuotedScalar => say(
            "the text goes on after its closing quote",
            "put all of it in quotes; one `\"` within it is written `\\\"`",
        ),
        ErrorKind::UnknownQuotedScalarEscape
        | ErrorKind::InvalidQuotedScalarHexEscape
        | ErrorKind::InvalidLowSurrogateHexEscape
        | ErrorKind::InvalidLowSurrogate
        | ErrorKind::MissingLowSurrogate
        | ErrorKind::UnpairedLowSurrogate
        | ErrorKind::InvalidUnicodeEscape => say(
            "what follows this `\\` is no character",
            "write `\\\\` for the sign itself, or use single quotes, in which it means nothing",
        ),
        ErrorKind::InvalidQuotedScalarIndent
        | ErrorKind::InvalidBlockScalarIndent
        | ErrorKind::InvalidFlowScalarIndent => say(
            "this line belongs to the value above, and is indented too little",
            "indent it deeper than the key",
        ),
        ErrorKind::CommentInterceptedScalar => say(
            "a comment within a text of several lines",
            "move it above the key, or put the text in quotes if it belongs to it",
        ),
        ErrorKind::CommentNotSeparated => {
            say("a comment right after a value", "put a space before the `#`")
        }
        ErrorKind::DocumentIndicatorInQuotedScalar | ErrorKind::InvalidDocumentEnd => {
            say("`---` and `...` end a document", "indent the line if it belongs to the text")
        }
        ErrorKind::DirectiveDisallowed
        | ErrorKind::DuplicateVersionDirective
        | ErrorKind::UnsupportedYamlMajorVersion
        | ErrorKind::DuplicateTagDirective
        | ErrorKind::MissingDocumentEndBeforeDirective
        | ErrorKind::InvalidDirectiveTerminator
        | ErrorKind::MissingDirectiveName
        | ErrorKind::InvalidDirectiveName => say("a directive of YAML", "remove the line"),
        ErrorKind::MisplacedFlowCollectionEnd => {
            say("this bracket closes nothing", "remove it, or add the one that opens")
        }
        ErrorKind::ExpectedNodeContent
        | ErrorKind::UnexpectedEndOfPlainScalar
        | ErrorKind::ExpectedWhitespace => {
            say("there is no value here", "write it, or put the signs in quotes if they are it")
        }
        _ => say("this is not YAML", "put the value in quotes, or write it on a line of its own"),
    }
}
