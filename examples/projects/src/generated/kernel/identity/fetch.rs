//! A small client for an issuer's public documents: no redirects, bounded in time and size.

use std::net::IpAddr;
use std::time::Duration;

use axum::body::Bytes;
use axum::http::Uri;
use http_body_util::{BodyExt, Empty, Limited};
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use serde::de::DeserializeOwned;

const TIME: Duration = Duration::from_secs(5);
const SIZE: usize = 256 * 1024;

pub struct Fetch(Client<transport::Connector, Empty<Bytes>>);

impl Default for Fetch {
    fn default() -> Self {
        Self(Client::builder(TokioExecutor::new()).build(transport::connector()))
    }
}

impl Fetch {
    pub async fn json<T: DeserializeOwned>(&self, url: &str) -> Result<T, String> {
        let uri: Uri = url.parse().map_err(|error| format!("{url}: {error}"))?;
        // guard: kernel.keys.transport
        if !trustworthy(&uri) {
            return Err(format!("{url}: keys come by https, or by http from this machine"));
        }
        let read = async {
            let response = self.0.get(uri).await.map_err(|error| format!("{url}: {error}"))?;
            if !response.status().is_success() {
                return Err(format!("{url} answered {}", response.status()));
            }
            let body = Limited::new(response.into_body(), SIZE).collect().await;
            body.map(|body| body.to_bytes()).map_err(|error| format!("{url}: {error}"))
        };
        let body =
            tokio::time::timeout(TIME, read).await.map_err(|_| format!("{url}: no answer"))??;
        serde_json::from_slice(&body).map_err(|error| format!("{url}: {error}"))
    }
}

/// Whoever can change the keys on their way is whoever he likes.
fn trustworthy(uri: &Uri) -> bool {
    let host = uri.host().unwrap_or_default();
    let here = host == "localhost"
        || host.trim_matches(['[', ']']).parse().is_ok_and(|ip: IpAddr| ip.is_loopback());
    here || uri.scheme_str() == Some("https")
}

#[cfg(not(feature = "tls"))]
mod transport {
    use hyper_util::client::legacy::connect::HttpConnector;

    pub type Connector = HttpConnector;

    pub fn connector() -> Connector {
        HttpConnector::new()
    }
}

#[cfg(feature = "tls")]
mod transport {
    use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
    use hyper_util::client::legacy::connect::HttpConnector;

    use crate::generated::kernel::tls;

    pub type Connector = HttpsConnector<HttpConnector>;

    pub fn connector() -> Connector {
        HttpsConnectorBuilder::new()
            .with_tls_config(tls::client())
            .https_or_http()
            .enable_http1()
            .build()
    }
}
