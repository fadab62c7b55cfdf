//! Tells people of what happened, some at a time: others write to the database in between.

use super::{Outcome, Work};
use crate::{
    error::Result,
    jobs::Happening,
    mail,
    notifications::{self, Manner},
};

pub(super) async fn run(work: &Work, happening: Happening) -> Result<Outcome> {
    let mut after = 0;
    loop {
        let now = work.app.clock.now();
        let manner = Manner {
            mail: mail::is_configured(&work.app.mail()),
            policy: work.app.settings().instance.sensitive_policy,
        };
        let happening = happening.clone();
        let told =
            work.app.db.write(move |tx| notifications::tell(tx, now, &happening, after, manner)).await?;
        // Nobody may listen.
        let _ = work.app.told.send(told.ids.into());
        match told.next {
            None => return Ok(Outcome::Done),
            Some(next) => after = next,
        }
        if work.ended.is_cancelled() {
            return Ok(left(work));
        }
    }
}

/// Forgets what is too old, and what somebody has too much of, some at a time.
pub(super) async fn forget(work: &Work) -> Result<Outcome> {
    let now = work.app.clock.now();
    while work.app.db.write(move |tx| notifications::forget_old(tx, now)).await? {
        if work.ended.is_cancelled() {
            return Ok(left(work));
        }
    }
    let mut after = 0;
    while let Some(next) = work.app.db.write(move |tx| notifications::forget_excess(tx, after)).await? {
        after = next;
        if work.ended.is_cancelled() {
            return Ok(left(work));
        }
    }
    Ok(Outcome::Done)
}

fn left(work: &Work) -> Outcome {
    if work.cancelled.is_cancelled() { Outcome::Cancelled } else { Outcome::Parked }
}
