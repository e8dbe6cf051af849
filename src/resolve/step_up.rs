//! `step_up`: how long ago, at most, whoever does it must have signed in.

use crate::diagnostics::{Diagnostic, Diagnostics, codes};
use crate::expr::duration;
use crate::syntax::Text;

/// Of thirty days: who signed in longer ago is asked by his issuer anyway.
const LONGEST: i64 = 30 * 86_400;

/// What was written, in seconds.
pub fn seconds(written: Option<&Text>, out: &mut Diagnostics) -> Option<i64> {
    let written = written?;
    let text = written.value.trim();
    let unit = text.char_indices().last().map_or(0, |(at, _)| at);
    let seconds = duration(&text[..unit], &text[unit..]);
    let seconds = seconds.filter(|seconds| (1..=LONGEST).contains(seconds));
    if seconds.is_none() {
        out.push(
            Diagnostic::new(
                codes::WRONG_STEP_UP,
                written.span,
                "`step_up` is a duration of at most 30 days",
            )
            .next("write it as in `15m` or `1h`"),
        );
    }
    seconds
}
