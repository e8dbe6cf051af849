//! Every code, in one flat table. A code is never reused and never changes its meaning.
//!
//! A code that begins with W is a warning.
//! E0xx the text and its YAML; E1xx words and shapes; E2xx names and references;
//! E3xx expressions; E4xx who may do what; E5xx states and actions; E6xx what can never happen.

use std::cmp::Ordering;
use std::fmt;

/// The stable name of one kind of mistake.
#[derive(Clone, Copy)]
pub struct Code {
    pub id: &'static str,
    /// A few words, for lists.
    pub title: &'static str,
    /// The page that `blueprint explain` prints: Markdown.
    pub page: &'static str,
}

impl Code {
    /// Whether the blueprint compiles all the same.
    pub fn is_warning(self) -> bool {
        self.id.starts_with('W')
    }

    /// Whether the text is not such as to be read to its end: what it declares is then not all known.
    pub fn is_of_text(self) -> bool {
        self.id.starts_with("E0")
    }

    /// `error` or `warning`.
    pub fn severity(self) -> &'static str {
        if self.is_warning() { "warning" } else { "error" }
    }
}

impl PartialEq for Code {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

impl Eq for Code {}

impl PartialOrd for Code {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Code {
    fn cmp(&self, other: &Self) -> Ordering {
        self.id.cmp(other.id)
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.id)
    }
}

impl fmt::Display for Code {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.id)
    }
}

/// The code of this name, written in any case.
pub fn find(id: &str) -> Option<Code> {
    ALL.iter().copied().find(|code| code.id.eq_ignore_ascii_case(id))
}

macro_rules! codes {
    ($($name:ident = $id:literal $title:literal;)*) => {
        $(
            #[doc = $title]
            pub const $name: Code = Code {
                id: $id,
                title: $title,
                page: include_str!(concat!("../../docs/codes/", $id, ".md")),
            };
        )*
        /// In the order of the table.
        pub const ALL: &[Code] = &[$($name),*];
    };
}

codes! {
    FILE_TOO_LARGE = "E001" "the file is too large";
    NOT_UTF8 = "E002" "the file is not UTF-8";
    FORBIDDEN_CHARACTER = "E003" "a character that cannot be seen";
    NOT_YAML = "E004" "this is not YAML";
    UNCLOSED = "E005" "a bracket is opened and not closed";
    SEVERAL_DOCUMENTS = "E006" "more than one document in a file";
    ANCHOR = "E007" "anchors, aliases and merge keys";
    TAG = "E008" "a YAML tag";
    DUPLICATE_KEY = "E009" "the same key twice";
    COMPLEX_KEY = "E010" "a key that is not a word";
    TOO_DEEP = "E011" "nested too deeply";
    TOO_MANY = "E012" "too many values";
    SCALAR_TOO_LONG = "E013" "a value is too long";
    SPLIT_AT_COMMA = "E014" "YAML split this at a comma";
    EMPTY_FILE = "E015" "there is nothing in the file";
    INCLUDE_OUTSIDE = "E016" "a path that leads out of the blueprint's folder";
    NOT_INCLUDED = "E017" "a file that cannot be included";
    INCLUDED_TWICE = "E018" "a file that is included twice";
    MAIN_ALONE = "E019" "a word of the main file alone";

    UNKNOWN_WORD = "E101" "a word that does not belong here";
    NOT_SUPPORTED_YET = "E102" "planned, not supported yet";
    MISSING_WORD = "E103" "a word that must be here is missing";
    WRONG_SHAPE = "E104" "another shape is expected here";
    WRONG_VALUE = "E105" "another value is expected here";
    NO_VALUE = "E106" "there is no value";
    WRONG_VERSION = "E107" "another version of the language";
    NOT_A_NAME = "E108" "this cannot be a name";
    NOT_A_TYPE = "E109" "this is not a type";
    WRONG_BOUNDS = "E110" "bounds that cannot be";
    TWICE_IN_LIST = "E111" "the same thing twice in a list";

    UNKNOWN_NAME = "E201" "a name that is not declared";
    NAME_COLLISION = "E202" "two things with one name";
    RESERVED_NAME = "E203" "a name that means something else";
    NAME_TOO_LONG = "E204" "a name that PostgreSQL would cut off";
    WRONG_KIND = "E205" "a thing of another kind";
    GOES_IN_A_CIRCLE = "E206" "something that leads back to itself";
    WRONG_SCOPE = "E207" "whose rows these are";
    ACROSS_TENANTS = "E208" "a reference across tenants";
    NO_CURRENCY = "E209" "money without a currency";
    WRONG_DEFAULT = "E210" "a default that does not fit";
    NO_TOTAL = "E211" "a total that cannot be kept";
    NOT_RENAMED = "E212" "a name that nothing had";
    WRONG_COPY = "E213" "a copy that cannot be taken";
    NO_NUMBER = "E214" "a number that cannot be given";
    NOT_EFFECTIVE = "E215" "rows that cannot hold for a time";
    NO_PICK = "E216" "a row in force that cannot be picked";
    LIVE_READ = "E217" "a fact that was kept, read anew";

    NOT_AN_EXPRESSION = "E301" "this is not an expression";
    UNKNOWN_IN_EXPRESSION = "E302" "a name that an expression does not know";
    TYPES_DISAGREE = "E303" "types that do not go together";
    OPTIONAL_UNGUARDED = "E304" "an optional used where it may be absent";
    NOT_ALLOWED_HERE = "E305" "not allowed in an expression at this place";
    ALWAYS_THERE = "E306" "a test for something that is always there";
    NO_GROWTH = "E307" "growth that cannot be told";

    NOT_THEIRS = "E401" "a grant to somebody who has nothing to do with the rows";
    ANY_PERSON = "E402" "a field that could name any person";
    PUBLIC_ROWS = "E403" "rows that everybody would see";
    UNSEEN_REFERENCE = "E404" "a reference to rows that one cannot see";

    WRONG_ACTION = "E501" "an action that cannot be";
    NOT_ACCEPTED = "E502" "a field that cannot be given";
    NEVER_GIVEN = "E503" "a field that nothing fills";
    NO_TENANT = "E504" "a new row that would be no tenant's";
    CHANGES_NOTHING = "E505" "an action that changes nothing";
    WRONG_STEP = "E506" "a step that cannot be";
    NOT_SETTLED = "E507" "a field that would not stay as it is";
    WRONG_HOOK = "E508" "a hook that cannot be";
    WRONG_TIMER = "E509" "a timer that cannot be";
    WRONG_APPROVAL = "E510" "an approval that cannot be";
    NOT_ERASABLE = "E512" "something personal that could not be erased";
    WRONG_STEP_UP = "E513" "a step-up that cannot be";

    UNREAD_FIELD = "W601" "a field that nobody reads";
    UNWRITTEN_FIELD = "W602" "a field that nobody writes";
    UNREACHED_STATE = "W603" "a state that no row reaches";
    STUCK_STATE = "W604" "a state that no row leaves";
    CLOSED_CONTEXT = "W605" "a context that nobody can enter";
    IDLE_GRANT = "W606" "a grant that gives nothing";
    NEARLY_A_WORD = "W607" "an action whose name is nearly one that makes rows";
    UNRUN_ACTION = "W608" "an action that nobody may run";
    SEEMS_RENAMED = "W609" "something gone, and something new like it";
    NEVER_DUE = "W610" "a timer that is never due";
    PAST_DEADLINE = "W611" "a deadline after which nothing leads on";
    UNREAD_INPUT = "W612" "an input that nothing reads";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_sorted_and_unique() {
        assert!(ALL.is_sorted_by(|one, next| one < next));
    }

    #[test]
    fn every_page_has_its_four_parts() {
        for code in ALL {
            assert!(code.page.starts_with(&format!("# {code}: ")), "{code} has no heading");
            for part in ["What it does", "Why it is refused", "Example", "Way out"] {
                assert!(code.page.contains(&format!("\n## {part}\n")), "{code} lacks: {part}");
            }
        }
    }

    #[test]
    fn a_code_is_found_in_any_case() {
        assert_eq!(find("e009"), Some(DUPLICATE_KEY));
        assert_eq!(find("E999"), None);
    }
}
