//! Types in words, for messages.

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
