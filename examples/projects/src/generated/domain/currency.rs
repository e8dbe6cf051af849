//! Currencies of this service.

use crate::generated::kernel::values::Currency;

/// EUR, two digits.
pub struct Eur;

impl Currency for Eur {
    const CODE: &'static str = "EUR";
}
