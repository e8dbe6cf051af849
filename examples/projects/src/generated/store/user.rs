//! Queries of `entities.User`.

use crate::generated::contexts::Myself;
use crate::generated::domain::user::UserInSelf;
use crate::generated::kernel::db;

const GET_IN_SELF: &str = r#"
-- self entities.User.get
SELECT t.id, t.email, t.version, t.created_at, t.updated_at
FROM app."user" t
WHERE t.id = (SELECT rt.me())"#;

/// The person's own row.
pub async fn get_in_self(myself: &Myself) -> Result<Option<UserInSelf>, db::Error> {
    myself.session.row(GET_IN_SELF, &[]).await
}
