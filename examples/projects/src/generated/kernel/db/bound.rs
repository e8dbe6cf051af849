//! A statement with its parameters already encoded.

use std::error::Error;

use bytes::BytesMut;
use deadpool_postgres::Object;
use tokio_postgres::types::{Format, IsNull, ToSql, Type, to_sql_checked};
use tokio_postgres::{RowStream, Statement};

use super::Param;

/// Ready to be sent: nothing on our side can fail any more.
///
/// A parameter that failed to encode in the middle of a flight would leave its BEGIN open for the
/// connection's next user.
pub struct Bound {
    statement: Statement,
    parameters: Vec<Encoded>,
}

impl Bound {
    /// Prepares `sql` on this connection, once in its life, and encodes `parameters`.
    pub async fn new(
        client: &Object,
        sql: &'static str,
        parameters: &[Param<'_>],
    ) -> Result<Self, BindError> {
        // mutate: sql
        let sql: &str = sql;
        let statement = client.prepare_cached(sql).await.map_err(BindError::Database)?;
        let types = statement.params();
        if types.len() != parameters.len() {
            let (want, have) = (types.len(), parameters.len());
            return Err(BindError::Encode(
                format!("{want} parameters wanted, {have} given").into(),
            ));
        }
        let parameters = parameters
            .iter()
            .zip(types)
            .map(|(value, ty)| Encoded::new(*value, ty))
            .collect::<Result<_, _>>()
            .map_err(BindError::Encode)?;
        Ok(Self { statement, parameters })
    }

    /// Sends it, at the first poll.
    pub async fn send(&self, client: &Object) -> Result<RowStream, tokio_postgres::Error> {
        client.query_raw(&self.statement, &self.parameters).await
    }
}

/// Why nothing was sent.
pub enum BindError {
    Database(tokio_postgres::Error),
    Encode(Box<dyn Error + Sync + Send>),
}

#[derive(Debug)]
struct Encoded {
    /// None is NULL.
    bytes: Option<BytesMut>,
    format: Format,
}

impl Encoded {
    fn new(value: Param<'_>, ty: &Type) -> Result<Self, Box<dyn Error + Sync + Send>> {
        let mut bytes = BytesMut::new();
        let null = value.to_sql_checked(ty, &mut bytes)?;
        let bytes = matches!(null, IsNull::No).then_some(bytes);
        Ok(Self { bytes, format: value.encode_format(ty) })
    }
}

impl ToSql for Encoded {
    fn to_sql(&self, _: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        Ok(match &self.bytes {
            Some(bytes) => {
                out.extend_from_slice(bytes);
                IsNull::No
            }
            None => IsNull::Yes,
        })
    }

    /// Checked when it was encoded, against this very statement.
    fn accepts(_: &Type) -> bool {
        true
    }

    fn encode_format(&self, _: &Type) -> Format {
        self.format
    }

    to_sql_checked!();
}
