//! Queries, decoded once (application/x-www-form-urlencoded).

/// Names and values in the order in which they stand there; what is not UTF-8 becomes U+FFFD.
pub fn pairs(query: &str) -> impl Iterator<Item = (String, String)> + '_ {
    query.split('&').filter(|pair| !pair.is_empty()).map(|pair| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        (decode(name), decode(value))
    })
}

fn decode(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        match byte {
            b'+' => bytes.push(b' '),
            b'%' => {
                let ahead = rest.clone();
                match (rest.next().and_then(hex), rest.next().and_then(hex)) {
                    (Some(high), Some(low)) => bytes.push(high << 4 | low),
                    _ => {
                        bytes.push(b'%');
                        rest = ahead;
                    }
                }
            }
            other => bytes.push(other),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|value| value.try_into().ok())
}

#[cfg(test)]
mod tests {
    use super::pairs;

    #[test]
    fn is_decoded_once() {
        let check = |query: &str, expected: &[(&str, &str)]| {
            let found: Vec<_> = pairs(query).collect();
            let found: Vec<_> = found.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
            assert_eq!(found, expected, "{query}");
        };
        check("", &[]);
        check("a=1&&b", &[("a", "1"), ("b", "")]);
        check("a=x+y%20z&a=%2526", &[("a", "x y z"), ("a", "%26")]);
        check("a=%zz%4", &[("a", "%zz%4")]);
        check("a=%C3%A4&b=%ff", &[("a", "ä"), ("b", "\u{fffd}")]);
    }
}
