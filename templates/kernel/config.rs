//! Configuration from the environment: everything that is missing or wrong is reported at once.

use std::env;
use std::fmt::{self, Display};
use std::net::SocketAddr;
use std::time::Duration;

use secrecy::SecretString;

/// Reads variables and remembers what is wrong.
#[derive(Default)]
pub struct Environment {
    faults: Vec<Fault>,
}

/// One variable that is missing or cannot be taken. Never holds its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    pub name: &'static str,
    pub reason: String,
}

/// All that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Faults(pub Vec<Fault>);

impl Environment {
    pub fn optional(&mut self, name: &'static str) -> Option<String> {
        match env::var(name) {
            Ok(text) if text.is_empty() => None,
            Ok(text) => Some(text),
            Err(env::VarError::NotPresent) => None,
            Err(env::VarError::NotUnicode(_)) => {
                self.fault(name, "is not UTF-8");
                None
            }
        }
    }

    pub fn required(&mut self, name: &'static str) -> String {
        self.optional(name).unwrap_or_else(|| {
            self.fault(name, "is not set");
            String::new()
        })
    }

    pub fn secret(&mut self, name: &'static str) -> SecretString {
        self.required(name).into()
    }

    /// A secret of at least `bytes` bytes.
    pub fn long_secret(&mut self, name: &'static str, bytes: usize) -> SecretString {
        let text = self.required(name);
        // guard: kernel.config.secret_length
        if !text.is_empty() && text.len() < bytes {
            self.fault(name, format!("has less than {bytes} bytes"));
        }
        text.into()
    }

    /// A value that `read` understands, else `default`. `wanted` says what it takes.
    pub fn read<T>(
        &mut self,
        name: &'static str,
        default: T,
        wanted: &str,
        read: impl FnOnce(&str) -> Option<T>,
    ) -> T {
        let Some(text) = self.optional(name) else { return default };
        read(&text).unwrap_or_else(|| {
            self.fault(name, format!("is not {wanted}"));
            default
        })
    }

    /// A setting of the blueprint: required unless it has a default.
    pub fn text(&mut self, name: &'static str, default: Option<&'static str>) -> String {
        match default {
            None => self.required(name),
            Some(default) => self.optional(name).unwrap_or_else(|| default.to_owned()),
        }
    }

    /// An absolute http or https address.
    pub fn url(&mut self, name: &'static str, default: Option<&'static str>) -> String {
        let wanted = "an absolute http or https address";
        self.setting(name, default.map(str::to_owned), wanted, |text| {
            let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"))?;
            (!rest.is_empty() && !rest.starts_with('/')).then(|| text.to_owned())
        })
    }

    pub fn int(&mut self, name: &'static str, default: Option<i64>) -> i64 {
        self.setting(name, default, "a whole number", |text| text.parse().ok())
    }

    pub fn flag(&mut self, name: &'static str, default: Option<bool>) -> bool {
        self.setting(name, default, "`true` or `false`", |text| text.parse().ok())
    }

    /// `90s`, `15m`, `24h`, `30d`, `2w`.
    pub fn duration(&mut self, name: &'static str, default: Option<&'static str>) -> Duration {
        self.setting(name, default.and_then(duration), "a duration like 15m", duration)
    }

    fn setting<T: Default>(
        &mut self,
        name: &'static str,
        default: Option<T>,
        wanted: &str,
        read: impl FnOnce(&str) -> Option<T>,
    ) -> T {
        match (self.optional(name), default) {
            (Some(text), _) => read(&text).unwrap_or_else(|| {
                self.fault(name, format!("is not {wanted}"));
                T::default()
            }),
            (None, Some(default)) => default,
            (None, None) => {
                self.fault(name, "is not set");
                T::default()
            }
        }
    }

    /// `on` or `off`, off unless set.
    pub fn switch(&mut self, name: &'static str) -> bool {
        self.read(name, false, "`on` or `off`", |text| match text {
            "on" => Some(true),
            "off" => Some(false),
            _ => None,
        })
    }

    /// Where to listen.
    pub fn address(&mut self, name: &'static str, default: impl Into<SocketAddr>) -> SocketAddr {
        self.read(name, default.into(), "an address like 127.0.0.1:8080", |text| text.parse().ok())
    }

    /// Says it once, also where a variable is read in two places.
    pub fn fault(&mut self, name: &'static str, reason: impl Into<String>) {
        let fault = Fault { name, reason: reason.into() };
        if !self.faults.contains(&fault) {
            self.faults.push(fault);
        }
    }

    /// `value` where nothing was wrong.
    pub fn finish<T>(self, value: T) -> Result<T, Faults> {
        if self.faults.is_empty() { Ok(value) } else { Err(Faults(self.faults)) }
    }
}

fn duration(text: &str) -> Option<Duration> {
    let unit = match text.chars().last()? {
        's' => 1,
        'm' => 60,
        'h' => 60 * 60,
        'd' => 24 * 60 * 60,
        'w' => 7 * 24 * 60 * 60,
        _ => return None,
    };
    let count: u64 = text[..text.len() - 1].parse().ok()?;
    count.checked_mul(unit).map(Duration::from_secs)
}

impl Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "The environment is not complete:")?;
        for fault in &self.0 {
            writeln!(f, "  {} {}", fault.name, fault.reason)?;
        }
        write!(f, "`.env.example` describes them all.")
    }
}

impl std::error::Error for Faults {}
