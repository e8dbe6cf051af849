//! A small HTTP client: one request, one connection, nothing tidied up on the way.

use serde_json::Value as Json;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

#[derive(Debug, Clone)]
pub struct Request {
    pub method: String,
    pub path: String,
    /// As they are sent, repeated ones too.
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

#[derive(Debug, Clone)]
pub struct Answer {
    pub status: u16,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    pub body: String,
}

impl Request {
    pub fn new(method: &str, path: impl Into<String>) -> Self {
        Self { method: method.to_owned(), path: path.into(), headers: Vec::new(), body: Vec::new() }
    }

    pub fn get(path: impl Into<String>) -> Self {
        Self::new("GET", path)
    }

    pub fn header(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.to_owned(), value.into()));
        self
    }

    pub fn without(mut self, name: &str) -> Self {
        self.headers.retain(|(other, _)| !other.eq_ignore_ascii_case(name));
        self
    }

    pub fn token(self, token: &str) -> Self {
        self.header("authorization", format!("Bearer {token}"))
    }

    pub fn json(self, body: &Json) -> Self {
        self.text("application/json", body.to_string())
    }

    pub fn text(mut self, content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self.without("content-type").header("content-type", content_type)
    }

    pub fn send(&self, address: &str) -> Answer {
        self.try_send(address)
            .unwrap_or_else(|error| panic!("{} {}: {error}", self.method, self.path))
    }

    pub fn try_send(&self, address: &str) -> std::io::Result<Answer> {
        let mut stream = TcpStream::connect(address)?;
        stream.set_read_timeout(Some(Duration::from_secs(30)))?;
        let mut head = format!(
            "{} {} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n",
            self.method, self.path
        );
        for (name, value) in &self.headers {
            head += &format!("{name}: {value}\r\n");
        }
        if !self.body.is_empty() || self.method != "GET" {
            head += &format!("content-length: {}\r\n", self.body.len());
        }
        head += "\r\n";
        stream.write_all(head.as_bytes())?;
        // A server may refuse a long body before it has read it.
        let _ = stream.write_all(&self.body);
        let mut bytes = Vec::new();
        match stream.read_to_end(&mut bytes) {
            Err(error) if bytes.is_empty() => return Err(error),
            _ => {}
        }
        parse(&bytes).ok_or_else(|| {
            std::io::Error::other(format!("not HTTP: {:?}", String::from_utf8_lossy(&bytes)))
        })
    }
}

impl Answer {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(other, _)| other == name).map(|(_, value)| value.as_str())
    }

    /// Null where the body is no JSON.
    pub fn json(&self) -> Json {
        serde_json::from_str(&self.body).unwrap_or(Json::Null)
    }

    /// What is wrong with a refusal's form (RFC 9457, and what this service adds).
    pub fn malformed(&self) -> Option<String> {
        let problem = self.json();
        let text =
            |name: &str| problem.get(name).and_then(Json::as_str).unwrap_or_default().to_owned();
        let form = self.header("content-type") == Some("application/problem+json")
            && problem.get("status").and_then(Json::as_u64) == Some(u64::from(self.status))
            && text("type") == "about:blank"
            && !text("title").is_empty()
            && !text("detail").is_empty()
            && !text("code").is_empty()
            && Some(text("request_id").as_str()) == self.header("x-request-id");
        let known = ["type", "title", "status", "detail", "code", "rule", "field", "request_id"];
        let members = problem.as_object().into_iter().flatten();
        let strange: Vec<&String> =
            members.map(|(name, _)| name).filter(|name| !known.contains(&name.as_str())).collect();
        (!form || !strange.is_empty()).then(|| format!("{:?} {}", self.headers, self.body))
    }
}

fn parse(bytes: &[u8]) -> Option<Answer> {
    let end = bytes.windows(4).position(|window| window == b"\r\n\r\n")?;
    let head = std::str::from_utf8(&bytes[..end]).ok()?;
    let mut lines = head.split("\r\n");
    let status = lines.next()?.split(' ').nth(1)?.parse().ok()?;
    let headers: Vec<(String, String)> = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
        .collect();
    let rest = &bytes[end + 4..];
    let chunked =
        headers.iter().any(|(name, value)| name == "transfer-encoding" && value == "chunked");
    let body = if chunked { unchunk(rest)? } else { rest.to_vec() };
    Some(Answer { status, headers, body: String::from_utf8_lossy(&body).into_owned() })
}

fn unchunk(mut rest: &[u8]) -> Option<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let line = rest.windows(2).position(|window| window == b"\r\n")?;
        let size =
            usize::from_str_radix(std::str::from_utf8(&rest[..line]).ok()?.trim(), 16).ok()?;
        if size == 0 {
            return Some(body);
        }
        body.extend_from_slice(rest.get(line + 2..line + 2 + size)?);
        rest = rest.get(line + 4 + size..)?;
    }
}
