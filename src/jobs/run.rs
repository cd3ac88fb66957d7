//! Runs what is due: once from the command line, or on and on beside the web service.

use std::time::{Duration, Instant};

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
/// How long the loop sleeps when nothing is due, and at most between two rounds.
const PAUSE: Duration = Duration::from_secs(5);
/// Jobs take one part in so many of a processor's time: a year's reports are a minute's work for a whole one, and nobody
/// waits for them, since a page makes the same bytes until they are stored.
const SHARE: u32 = 10;

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
    let mut all = Done::default();
    loop {
        let done = run_next(app)?;
        if done == Done::default() {
            return Ok(all);
        }
        all.jobs += done.jobs;
        all.mails += done.mails;
    }
}

/// One round: a batch of mail, since people wait for it, and then the job that has been due longest.
///
/// # Errors
/// Those of [`run_due`].
pub fn run_next(app: &App) -> Result<Done, Problem> {
    app.database.act(enqueue_daily)?;
    let mails = deliver(&app.database, &app.sender)?;
    let Some(claimed) = app.database.act(|act| store::claim(act, act.now + LEASE))? else {
        return Ok(Done { jobs: 0, mails });
    };
    run_one(app, &claimed)?;
    Ok(Done { jobs: 1, mails })
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

/// Runs what is due, again and again, until told to stop; the round that has begun is finished first. People's requests
/// come before it, however much is due: after a job it rests.
pub async fn work_on(app: App, mut stop: watch::Receiver<bool>) {
    while !*stop.borrow() {
        let begun = Instant::now();
        let pause = match app.block(run_next).await {
            Ok(Done { jobs: 0, mails: 0 }) => PAUSE,
            Ok(Done { jobs: 0, .. }) => Duration::ZERO,
            Ok(_) => (begun.elapsed() * (SHARE - 1)).min(PAUSE),
            Err(problem) => {
                tracing::error!(%problem, "due work could not be done");
                PAUSE
            }
        };
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            changed = stop.changed() => if changed.is_err() { return },
        }
    }
}
