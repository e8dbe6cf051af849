//! Types in words, for messages.

use crate::expr::currency;
use crate::expr::tree::Node;
use crate::expr::typed::Ty;

/// With its article: `an integer`.
pub fn a(ty: &Ty) -> String {
    match ty {
        Ty::Bool => "a condition".to_owned(),
        Ty::Int => "an integer".to_owned(),
        Ty::Decimal => "a decimal".to_owned(),
        Ty::Bps => "a rate in basis points".to_owned(),
        Ty::Money(code) => format!("money in {code}"),
        Ty::Text => "a text".to_owned(),
        Ty::Date => "a date".to_owned(),
        Ty::Timestamp => "an instant".to_owned(),
        Ty::Duration => "a duration".to_owned(),
        Ty::RangeOfTimestamp => "a range of instants".to_owned(),
        Ty::RangeOfDate => "a range of dates".to_owned(),
        Ty::Names(names) => format!("one of {}", names.join("|")),
        Ty::Ref(entity) => format!("a {entity}"),
    }
}

/// What a part is called, where it is a name: `` `due` ``, else `this`.
pub fn name(node: &Node) -> String {
    node.name().map_or("this".to_owned(), |name| format!("`{name}`"))
}

/// With its article and, where it can be written, an example: ``an integer, such as `5` ``.
pub fn such(ty: &Ty) -> String {
    let example = match ty {
        Ty::Bool => "title is set",
        Ty::Int => "5",
        Ty::Decimal => "1.50",
        Ty::Bps => "250",
        Ty::Money(code) => return format!("{}, such as `{}`", a(ty), amount(code)),
        Ty::Text => "\"a text\"",
        Ty::Timestamp => "now()",
        Ty::Duration => "24h",
        Ty::Names(names) => names.first().map_or("", String::as_str),
        Ty::Ref(_) => return format!("{} that another field refers to", a(ty)),
        Ty::Date | Ty::RangeOfTimestamp | Ty::RangeOfDate => "",
    };
    match example {
        "" => format!("{} of another field", a(ty)),
        example => format!("{}, such as `{example}`", a(ty)),
    }
}

fn amount(code: &str) -> String {
    format!("{} {code}", currency::print(12, code))
}
