//! Runs what is due: once from the command line, or on and on beside the web service.

use std::time::Duration;

use chrono::TimeDelta;
use tokio::sync::watch;

use super::store::{self, Claimed};
use super::{Work, enqueue_daily};
use crate::app::App;
use crate::notify::deliver::deliver;
use crate::problem::Problem;

/// How long a claimed job is left alone by others; longer than the slowest takes.
const LEASE: TimeDelta = TimeDelta::minutes(30);
/// Waits before each new try, in minutes; after the last the job is given up.
const WAITS: [i64; 5] = [1, 5, 30, 240, 1440];
/// How long the loop sleeps when nothing is due.
const PAUSE: Duration = Duration::from_secs(5);

/// What a round did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Done {
    /// Jobs that were run, also those that failed.
    pub jobs: usize,
    /// Mails that were dealt with, also those that did not leave.
    pub mails: usize,
}

/// Does everything that is due now, one thing after the other.
///
/// # Errors
/// The database cannot be used. A job that fails is no error: it is tried again later.
pub fn run_due(app: &App) -> Result<Done, Problem> {
    app.database.act(enqueue_daily)?;
    let mut done = Done::default();
    while let Some(claimed) = app.database.act(|act| store::claim(act, act.now + LEASE))? {
        run_one(app, &claimed)?;
        done.jobs += 1;
    }
    loop {
        let mails = deliver(&app.database, &app.sender)?;
        if mails == 0 {
            return Ok(done);
        }
        done.mails += mails;
    }
}

fn run_one(app: &App, claimed: &Claimed) -> Result<(), Problem> {
    let outcome = match serde_json::from_str::<Work>(&claimed.data) {
        Ok(work) => work.run(app),
        Err(error) => Err(Problem::internal(error)),
    };
    app.metrics.job(outcome.is_ok());
    app.database.act(|act| match &outcome {
        Ok(()) => store::done(act, &claimed.id),
        Err(problem) => {
            let wait = usize::try_from(claimed.attempts).ok().and_then(|tried| WAITS.get(tried));
            let next = wait.map(|minutes| act.now + TimeDelta::minutes(*minutes));
            tracing::error!(job = %claimed.id, kind = claimed.kind, %problem, again = next.is_some(), "a job failed");
            store::failed(act, &claimed.id, &problem.to_string(), next)
        }
    })
}

/// Runs what is due, again and again, until told to stop; what has begun is finished first.
pub async fn work_on(app: App, mut stop: watch::Receiver<bool>) {
    while !*stop.borrow() {
        if let Err(problem) = app.block(run_due).await {
            tracing::error!(%problem, "due work could not be done");
        }
        tokio::select! {
            () = tokio::time::sleep(PAUSE) => {}
            changed = stop.changed() => if changed.is_err() { return },
        }
    }
}
