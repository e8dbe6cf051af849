//! HTTP, as every route speaks it: extractors for what comes in, answers for what goes out.

mod answer;
mod body;
mod etag;
mod frame;
mod key;
mod list;
mod path;

pub use answer::{asked, Stored, changed, created, done, found, made};
pub use body::{Body, NoBody, Patch};
pub use etag::{IfMatch, IfNoneMatch};
pub use frame::{frame, id_of, no_method, no_route};
pub use key::{Key, MaybeKey, replayed};
pub use list::{List, NoFilter, Page, Window};
pub use path::{Id, parameter};
