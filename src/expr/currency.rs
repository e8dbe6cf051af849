//! Currencies of ISO 4217 and the digits of their minor units.

/// Those whose minor unit is not a hundredth.
const OTHERS: [(&str, u8); 24] = [
    ("BHD", 3),
    ("BIF", 0),
    ("CLP", 0),
    ("DJF", 0),
    ("GNF", 0),
    ("IQD", 3),
    ("ISK", 0),
    ("JOD", 3),
    ("JPY", 0),
    ("KMF", 0),
    ("KRW", 0),
    ("KWD", 3),
    ("LYD", 3),
    ("OMR", 3),
    ("PYG", 0),
    ("RWF", 0),
    ("TND", 3),
    ("UGX", 0),
    ("UYI", 0),
    ("VND", 0),
    ("VUV", 0),
    ("XAF", 0),
    ("XOF", 0),
    ("XPF", 0),
];

const HUNDREDTHS: &str = "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BRL BSD BTN \
    BWP BYN BZD CAD CDF CHF CNY COP CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL \
    GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR \
    LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB \
    PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP \
    SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VED VES WST XCD YER ZAR ZMW ZWG";

/// Digits of the minor unit. None: there is no such currency.
pub fn exponent(code: &str) -> Option<u8> {
    let other = OTHERS.iter().find(|(known, _)| *known == code).map(|(_, digits)| *digits);
    other.or_else(|| HUNDREDTHS.split_ascii_whitespace().any(|known| known == code).then_some(2))
}

/// Every code.
pub fn codes() -> impl Iterator<Item = &'static str> {
    OTHERS.iter().map(|(code, _)| *code).chain(HUNDREDTHS.split_ascii_whitespace())
}

/// Minor units of an amount such as `12` or `12.5`. None where it has more digits than the
/// currency, or does not fit 64 bits.
pub fn minor(amount: &str, code: &str) -> Option<i64> {
    let digits = usize::from(exponent(code)?);
    let (whole, fraction) = amount.split_once('.').unwrap_or((amount, ""));
    if fraction.len() > digits {
        return None;
    }
    format!("{whole}{fraction:0<digits$}").parse().ok()
}

/// An amount of major units with all its digits: `print(12, "EUR")` is `12.00`.
pub fn print(major: i64, code: &str) -> String {
    match exponent(code) {
        None | Some(0) => major.to_string(),
        Some(digits) => format!("{major}.{}", "0".repeat(usize::from(digits))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts() {
        assert_eq!(minor("12", "EUR"), Some(1200));
        assert_eq!(minor("12.5", "EUR"), Some(1250));
        assert_eq!(minor("12.505", "EUR"), None);
        assert_eq!(minor("12", "JPY"), Some(12));
        assert_eq!(minor("1.5", "KWD"), Some(1500));
        assert_eq!(minor("1", "EURO"), None);
        assert_eq!(minor("92233720368547758.08", "EUR"), None);
    }
}
