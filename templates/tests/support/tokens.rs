//! An issuer of our own on loopback, which mints tokens that are right and tokens that are wrong in
//! every way that RFC 8725 warns of.

use super::spec::Spec;
use super::value::now;
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit, Mac};
use jsonwebtoken::{Algorithm, EncodingKey};
use p256::ecdsa::signature::Signer;
use p256::ecdsa::{Signature, SigningKey};
use serde_json::{Value as Json, json};
use sha2::Sha256;
use std::io::{Read, Write};
use std::net::TcpListener;

/// A key of RFC 8017's form, DER in base64. It protects nothing: these tests alone believe it.
const RSA_PRIVATE: &str = "\
    MIIEowIBAAKCAQEAvDOS89FUyjoErAhCDlrdODyKkl2KGDEUjqej0tploIwR181rtEHBFNAggkMIMeggdi116GQKo/\
    mNusFIbkub5+G6rq7u25HFQmGhabqmQoQL1O0LLqAtw+OyzjZRYkAj5mVVd17xEkkz1BBVXqIPhF3AQ10Fn1LS0qyC\
    5mGEcmr/H2qEYhQ7cAA61VzpbQ8EeBLhmv9qieIr2iZOD45Wj1rwkq7efoHrXr+QhegLhTLhbBbeqNnXjhU3ODtsTT\
    SzlEgUPzdy93zFWfuoGHuI6cOrQxOF5kOUuMLYnWJBt4Y5Yt5qSMgEhcE2JODHgSIaj67P5eSpxJ5qyZv1CJVB2wID\
    AQABAoIBAAL0Gj/KTrbXv0AF5yd7hJI/3PrcDfFAP+7XMap68/JXkGYfGqwbBhEyDPiOXcAOwQepwfpyK3qUTYWbR+\
    w3Moyqjbf1FdmLSZm3l4VlwPs1QExIpg7Gw8EZvzIeRxuwHwAcIgG8EzNyw6X11aklCPJOWFiWSqLL9XQJ8gn0iNQU\
    0+VMMzsbBmWBPDkl5yOkq3Cj4UIUyKUIabpHby4UNkBriPl8a8MDyN3o+WS76HT0oqBIR1ZmySJpnWQoAYZGKkBjsN\
    TC/l7fvadJqDjn7lpjiJQFjHlGbPNQKvm3EB38GYdqZIeqH+1f7ajEb8MtNZ6tyZ+zOwBjSe44GEUlFqECgYEA3lZu\
    HkujmYuvitMur2tfnGc164pq/GJ/fJmPQZNTor77+6BKcDl54XH1fzwGXn4EjB+EPtif9eGR6FhJmXPUW/DWWC5AoR\
    zAHtB4ugHKxia4k9Zcppl0t0KBwztDR7UiCOA/nO3YGM/D2Y1noZ0D7Rm7S9h5c5PsRCoiMpKOqiECgYEA2LIQDiXO\
    96Hy6udkSsvYNNap9fMyzYfSgMiTsuAxKWOm6ryHtrekIeVcmQPdJefrmyNHLQXVsBea4OpMwPuNwudJG6h3mIO3aq\
    sJVj17TlGSAcGPTB2qWBz97nVm0+oxiJ6EboH6GmGFoR3b1PfptYQJl9fwsxyWMbKCuRFBBHsCgYBaDwRXvSetYElg\
    oB3+7C00OxI6MD0ZsgQVwlWmqDhuaZHD4K+GOaHG0dQxD209BSpuX62/jxtsC0yAopJdV++itjD8Uu/W0sB3OtZL8c\
    Hi9Xg6Wc/5o5sFSCkrnWupNhNtKPhbZnPryOx5yK87ZVBbz9pv5GV9jWNcUPy9I2QqQQKBgQC05YENrnZmt2WIv/4z\
    ipRFF+bukUWZ2obaR5c1Pn8L5ErVrulEmW2Fdmmku1sEZ+WBryOd7D8FL891b2L/v4AKcvXPBwY/5cVaYMn8mnqzWN\
    kgaitsCV/JCvrY9F0RD3KmcF5xukPFfiAF7l00HnmVtFIl1njzrSuc9T63rDWwvQKBgBs0nQyqcEhL/goybModEPiF\
    CcuL682ENU6q6W9Sso0HL+DbxSevVIzma0TVkT6kvGCVatdWxDgQmsi1cXZCbQjej4AWWbCy/hZFMJI2AyC8g7GN46\
    Tz5iIm8FA7P9vyRIWq7WrFcOu44Zb6r7Bc2BlHfSilXy7TFcmGJBoaeBb8";
const RSA_MODULUS: &str = "\
    vDOS89FUyjoErAhCDlrdODyKkl2KGDEUjqej0tploIwR181rtEHBFNAggkMIMeggdi116GQKo_mNusFIbkub5-G6rq\
    7u25HFQmGhabqmQoQL1O0LLqAtw-OyzjZRYkAj5mVVd17xEkkz1BBVXqIPhF3AQ10Fn1LS0qyC5mGEcmr_H2qEYhQ7\
    cAA61VzpbQ8EeBLhmv9qieIr2iZOD45Wj1rwkq7efoHrXr-QhegLhTLhbBbeqNnXjhU3ODtsTTSzlEgUPzdy93zFWf\
    uoGHuI6cOrQxOF5kOUuMLYnWJBt4Y5Yt5qSMgEhcE2JODHgSIaj67P5eSpxJ5qyZv1CJVB2w";

pub struct Issuer {
    /// Where its keys are published.
    pub url: String,
    name: String,
    audience: String,
    subject: String,
    ours: SigningKey,
    theirs: SigningKey,
}

impl Issuer {
    /// Publishes its keys for as long as the process lives.
    pub fn start(spec: &Spec) -> Self {
        let key = |seed: u8| SigningKey::from_slice(&[seed; 32]).expect("a scalar below the order");
        let (ours, theirs) = (key(7), key(9));
        let published = json!({ "keys": [
            ec("ours", &ours, "sig", "ES256"),
            json!({ "kty": "RSA", "kid": "rsa", "alg": "RS256", "use": "sig", "n": RSA_MODULUS, "e": "AQAB" }),
            json!({ "kty": "RSA", "kid": "rsa-pss", "alg": "PS256", "use": "sig", "n": RSA_MODULUS, "e": "AQAB" }),
            json!({ "kty": "oct", "kid": "secret", "alg": "HS256", "k": URL_SAFE_NO_PAD.encode([5; 32]) }),
            ec("for-encryption", &theirs, "enc", "ES256"),
            json!({ "kty": "something", "kid": "else" }),
        ] });
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a port on loopback");
        let url = format!("http://{}/jwks", listener.local_addr().expect("it is bound"));
        std::thread::spawn(move || {
            let body = published.to_string();
            for stream in listener.incoming() {
                let Ok(mut stream) = stream else { continue };
                let _ = stream.read(&mut [0; 4096]);
                let _ = write!(
                    stream,
                    "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\
                     connection: close\r\n\r\n{body}",
                    body.len()
                );
            }
        });
        Self {
            url,
            name: spec.tokens.issuer.clone(),
            audience: spec.tokens.audience.clone(),
            subject: spec.tokens.subject.clone(),
            ours,
            theirs,
        }
    }

    /// Claims that are all as they must be.
    pub fn claims(&self, subject: &str) -> Json {
        let mut claims = json!({
            "iss": self.name,
            "aud": self.audience,
            "iat": now() - 10,
            "nbf": now() - 10,
            "exp": now() + 600,
            "auth_time": now(),
            "email": format!("{}@example.test", subject.replace(|c: char| !c.is_ascii_alphanumeric(), "-")),
            "email_verified": true,
        });
        claims[&self.subject] = json!(subject);
        claims
    }

    /// A token that proves `subject`.
    pub fn token(&self, subject: &str) -> String {
        self.sign(&json!({ "alg": "ES256", "typ": "JWT", "kid": "ours" }), &self.claims(subject))
    }

    /// The same of somebody who signed in then, as the token says; or does not say.
    pub fn signed_in(&self, subject: &str, at: Option<Json>) -> String {
        let mut claims = self.claims(subject);
        match at {
            Some(at) => claims["auth_time"] = at,
            None => drop(claims.as_object_mut().map(|all| all.remove("auth_time"))),
        }
        self.sign(&json!({ "alg": "ES256", "typ": "JWT", "kid": "ours" }), &claims)
    }

    fn sign(&self, header: &Json, claims: &Json) -> String {
        es256(&self.ours, header, claims)
    }

    /// Unusual, and right all the same.
    pub fn right(&self, subject: &str) -> Vec<(&'static str, String)> {
        let header = json!({ "alg": "ES256", "kid": "ours" });
        let with = |name: &str, value: Json| {
            let mut claims = self.claims(subject);
            claims[name] = value;
            self.sign(&header, &claims)
        };
        let typed = |typ: &str| {
            let header = json!({ "alg": "ES256", "kid": "ours", "typ": typ });
            self.sign(&header, &self.claims(subject))
        };
        let mut right = vec![
            ("no typ", self.sign(&header, &self.claims(subject))),
            ("typ at+jwt", typed("at+jwt")),
            ("typ application/at+jwt", typed("application/at+jwt")),
            ("several audiences", with("aud", json!(["another", self.audience]))),
            ("clocks a little apart", with("exp", json!(now() - 5))),
        ];
        right.push(("an RSA key", rsa(Algorithm::RS256, "rsa", &self.claims(subject))));
        right
    }

    /// Tokens that prove nothing.
    pub fn wrong(&self, subject: &str) -> Vec<(&'static str, String)> {
        let header = json!({ "alg": "ES256", "typ": "JWT", "kid": "ours" });
        let headed = |change: Json| {
            let mut header = header.clone();
            for (name, value) in change.as_object().into_iter().flatten() {
                header[name] = value.clone();
            }
            self.sign(&header, &self.claims(subject))
        };
        let with = |name: &str, value: Json| {
            let mut claims = self.claims(subject);
            claims[name] = value;
            self.sign(&header, &claims)
        };
        let without = |name: &str| {
            let mut claims = self.claims(subject);
            claims.as_object_mut().expect("claims are an object").remove(name);
            self.sign(&header, &claims)
        };
        let good = self.token(subject);
        let parts: Vec<&str> = good.split('.').collect();
        let (head, body, signature) = (parts[0], parts[1], parts[2]);
        let public = self.ours.verifying_key().to_encoded_point(false);
        let other = {
            let mut claims = self.claims("sub|somebody-else");
            claims["admin"] = json!(true);
            encode(&claims)
        };
        let none = |alg: &str| encode(&json!({ "alg": alg, "typ": "JWT", "kid": "ours" }));
        let confused = encode(&json!({ "alg": "HS256", "typ": "JWT", "kid": "ours" }));
        let pem = format!(
            "-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n",
            STANDARD.encode(public.as_bytes())
        );
        let embedded = {
            let header = json!({
                "alg": "ES256", "typ": "JWT", "kid": "ours", "jku": self.url,
                "jwk": ec("ours", &self.theirs, "sig", "ES256"),
            });
            es256(&self.theirs, &header, &self.claims(subject))
        };
        let rsa_with = |alg, kid| rsa(alg, kid, &self.claims(subject));
        let long = "x".repeat(9000);
        vec![
            ("alg none", format!("{}.{body}.", none("none"))),
            ("alg NoNe", format!("{}.{body}.", none("NoNe"))),
            ("alg none, with a signature", format!("{}.{body}.{signature}", none("none"))),
            (
                "no alg",
                format!("{}.{body}.{signature}", encode(&json!({ "typ": "JWT", "kid": "ours" }))),
            ),
            ("HMAC with the public key", hmac(&confused, body, public.as_bytes())),
            ("HMAC with the public key as PEM", hmac(&confused, body, pem.as_bytes())),
            ("HMAC with the name of the key", hmac(&confused, body, b"ours")),
            (
                "a published secret",
                hmac(&encode(&json!({ "alg": "HS256", "kid": "secret" })), body, &[5; 32]),
            ),
            ("RS256 for a key of ES256", rsa_with(Algorithm::RS256, "ours")),
            ("PS256 for a key of RS256", rsa_with(Algorithm::PS256, "rsa")),
            ("an algorithm that is not allowed", rsa_with(Algorithm::PS256, "rsa-pss")),
            ("RS512", rsa_with(Algorithm::RS512, "rsa")),
            ("header says ES384", headed(json!({ "alg": "ES384" }))),
            (
                "a key for encryption",
                es256(
                    &self.theirs,
                    &json!({ "alg": "ES256", "kid": "for-encryption" }),
                    &self.claims(subject),
                ),
            ),
            ("another's key under our name", es256(&self.theirs, &header, &self.claims(subject))),
            ("a key that it brings along", embedded),
            ("an unknown key", headed(json!({ "kid": "nobody's" }))),
            ("a path for a key", headed(json!({ "kid": "../../../../dev/null" }))),
            ("SQL for a key", headed(json!({ "kid": "' UNION SELECT 'x" }))),
            ("a number for a key", headed(json!({ "kid": 7 }))),
            ("a long key", headed(json!({ "kid": long }))),
            ("no key", self.sign(&json!({ "alg": "ES256", "typ": "JWT" }), &self.claims(subject))),
            ("an unknown critical extension", headed(json!({ "crit": ["b64"], "b64": false }))),
            ("an empty critical list", headed(json!({ "crit": [] }))),
            ("another type", headed(json!({ "typ": "logout+jwt" }))),
            ("an identity token's type", headed(json!({ "typ": "id_token" }))),
            ("another body", format!("{head}.{other}.{signature}")),
            ("a changed signature", format!("{head}.{body}.{}", changed(signature))),
            ("no signature", format!("{head}.{body}.")),
            ("half a signature", format!("{head}.{body}.{}", &signature[..signature.len() / 2])),
            ("a signature of zeros", format!("{head}.{body}.{}", URL_SAFE_NO_PAD.encode([0; 64]))),
            ("a signature in DER", {
                let signature: Signature = self.ours.sign(format!("{head}.{body}").as_bytes());
                format!("{head}.{body}.{}", URL_SAFE_NO_PAD.encode(signature.to_der().as_bytes()))
            }),
            ("another issuer", with("iss", json!("https://evil.test"))),
            ("an issuer that begins alike", with("iss", json!(format!("{}.evil.test", self.name)))),
            ("a list of issuers", with("iss", json!([self.name, "https://evil.test"]))),
            ("no issuer", without("iss")),
            ("another audience", with("aud", json!("another"))),
            ("other audiences", with("aud", json!(["another", "third"]))),
            ("no audience", without("aud")),
            ("an empty audience", with("aud", json!([]))),
            ("expired", with("exp", json!(now() - 3600))),
            ("expired two minutes ago", with("exp", json!(now() - 120))),
            ("never expires", without("exp")),
            ("an expiry that is text", with("exp", json!("2999-01-01"))),
            ("a null expiry", with("exp", Json::Null)),
            ("a negative expiry", with("exp", json!(-1))),
            ("not yet", with("nbf", json!(now() + 3600))),
            ("nobody", without(&self.subject)),
            ("an empty subject", with(&self.subject, json!(""))),
            ("a subject that is a number", with(&self.subject, json!(7))),
            ("a subject that is a list", with(&self.subject, json!([subject]))),
            ("a subject with a line break", with(&self.subject, json!(format!("{subject}\n")))),
            ("a subject with NUL", with(&self.subject, json!(format!("{subject}\u{0}")))),
            ("a long subject", with(&self.subject, json!("x".repeat(256)))),
            ("five parts", format!("{good}.{body}.{signature}")),
            ("two parts", format!("{head}.{body}")),
            ("one part", head.to_owned()),
            ("nothing", String::new()),
            ("dots", "..".to_owned()),
            ("no base64", format!("{head}.%%%.{signature}")),
            ("padded base64", format!("{head}.{body}=.{signature}")),
            (
                "a body that is no JSON",
                format!("{head}.{}.{signature}", URL_SAFE_NO_PAD.encode("{")),
            ),
            ("a body that is a list", self.sign(&header, &json!([]))),
            ("a header that is a list", format!("{}.{body}.{signature}", encode(&json!([])))),
            (
                "deep JSON",
                format!("{}.{body}.{signature}", URL_SAFE_NO_PAD.encode("[".repeat(3000))),
            ),
            ("good, but too long", with("padding", json!("x".repeat(9000)))),
            ("too long", format!("{head}.{}.{signature}", long)),
        ]
    }
}

fn changed(signature: &str) -> String {
    let first = if signature.starts_with('A') { "B" } else { "A" };
    format!("{first}{}", &signature[1..])
}

fn encode(json: &Json) -> String {
    URL_SAFE_NO_PAD.encode(json.to_string())
}

fn es256(key: &SigningKey, header: &Json, claims: &Json) -> String {
    let message = format!("{}.{}", encode(header), encode(claims));
    let signature: Signature = key.sign(message.as_bytes());
    format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature.to_bytes()))
}

fn rsa(algorithm: Algorithm, kid: &str, claims: &Json) -> String {
    let der = STANDARD.decode(RSA_PRIVATE).expect("base64");
    let mut header = jsonwebtoken::Header::new(algorithm);
    header.kid = Some(kid.to_owned());
    jsonwebtoken::encode(&header, claims, &EncodingKey::from_rsa_der(&der))
        .expect("it can be signed")
}

fn hmac(head: &str, body: &str, secret: &[u8]) -> String {
    let message = format!("{head}.{body}");
    let mut mac = Hmac::<Sha256>::new_from_slice(secret).expect("HMAC takes keys of any length");
    mac.update(message.as_bytes());
    format!("{message}.{}", URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes()))
}

fn ec(kid: &str, key: &SigningKey, used_for: &str, alg: &str) -> Json {
    let point = key.verifying_key().to_encoded_point(false);
    let part =
        |bytes: Option<&p256::FieldBytes>| URL_SAFE_NO_PAD.encode(bytes.expect("not the identity"));
    json!({
        "kty": "EC", "crv": "P-256", "kid": kid, "use": used_for, "alg": alg,
        "x": part(point.x()), "y": part(point.y()),
    })
}
