//! Whether the audit is as it was sealed, and its newest seals: kept elsewhere, they tell later whether
//! somebody has taken away its end, or all of it.

use std::fmt;
use std::str::FromStr;

use tokio_postgres::{Client, Error, Row};

/// The newest seal of a stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    pub stream: String,
    /// Counted from 1.
    pub position: i64,
    /// SHA-256 over the seal before it and what it seals, in hexadecimal.
    pub hash: String,
}

impl fmt::Display for Head {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {}", self.stream, self.position, self.hash)
    }
}

impl FromStr for Head {
    type Err = String;

    fn from_str(line: &str) -> Result<Self, String> {
        let words: Vec<&str> = line.split_whitespace().collect();
        let wrong = || format!("`{line}` is no line of `audit heads`: STREAM POSITION HASH");
        let [stream, position, hash] = words.as_slice() else { return Err(wrong()) };
        let position = position.parse().map_err(|_| wrong())?;
        Ok(Self { stream: (*stream).to_owned(), position, hash: (*hash).to_owned() })
    }
}

/// What a verification has found.
#[derive(Debug)]
pub struct Verified {
    pub entries: i64,
    pub streams: i64,
    /// A sentence for each thing that does not hold.
    pub faults: Vec<String>,
}

/// The newest seal of each stream.
pub async fn heads(client: &Client) -> Result<Vec<Head>, Error> {
    let sql = "SELECT stream, position, encode(hash, 'hex') FROM audit.head ORDER BY stream";
    let head = |row: &Row| Head { stream: row.get(0), position: row.get(1), hash: row.get(2) };
    Ok(client.query(sql, &[]).await?.iter().map(head).collect())
}

/// Goes through the whole audit in one statement, and looks for the seals that were `kept`.
pub async fn verify(client: &Client, kept: &[Head]) -> Result<Verified, Error> {
    let sql = "SELECT stream, position, fault FROM audit.verify() ORDER BY stream, position";
    let mut faults: Vec<String> = client.query(sql, &[]).await?.iter().map(fault).collect();
    let sql = "SELECT FROM audit.seal
               WHERE stream = $1 AND position = $2 AND encode(hash, 'hex') = $3";
    for head in kept {
        let found = client.query_opt(sql, &[&head.stream, &head.position, &head.hash]).await?;
        if found.is_none() {
            let (stream, position) = (&head.stream, head.position);
            faults.push(format!("{stream} {position}: the seal that was kept is not in the audit"));
        }
    }
    let counts = "SELECT (SELECT count(*) FROM audit.entry), (SELECT count(*) FROM audit.head)";
    let counts = client.query_one(counts, &[]).await?;
    Ok(Verified { entries: counts.get(0), streams: counts.get(1), faults })
}

fn fault(row: &Row) -> String {
    let (stream, position, fault): (&str, Option<i64>, &str) = (row.get(0), row.get(1), row.get(2));
    match position {
        Some(position) => format!("{stream} {position}: {fault}"),
        None => format!("{stream}: {fault}"),
    }
}

#[cfg(test)]
mod tests {
    use super::Head;

    #[test]
    fn a_head_is_read_as_it_is_written() {
        let head = Head { stream: "platform/a".to_owned(), position: 7, hash: "00ff".to_owned() };
        assert_eq!(head.to_string().parse(), Ok(head));
        assert!("platform/a seven 00ff".parse::<Head>().is_err());
        assert!("platform/a 7".parse::<Head>().is_err());
    }
}
