//! `tenants.X:` which stands within which.

use super::super::form::{Form, Section, Word};

pub(super) static TENANT: Section = Section {
    name: "Tenant",
    what: "a tenant",
    doc: "A tenant, and the one that it stands within.",
    words: &[Word::new("within", "The tenant whose part it is.", Form::Name, "Organization")],
    one_of: &[],
};
