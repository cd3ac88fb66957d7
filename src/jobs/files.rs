//! Files of evidence in the background: the scanner, and bytes that nothing names.

use chrono::TimeDelta;

use super::{Work, enqueue};
use crate::app::App;
use crate::assessments::evidence::{collect, scan as scans, store};
use crate::clock::local_day;
use crate::problem::Problem;

/// How long bytes that no row names may lie in the store, in days: an upload that a process died over.
const ORPHAN_DAYS: i64 = 7;

/// Sends a file through the scanner. It waits, and is tried again, while the scanner is away.
pub(super) fn scan(app: &App, stored_as: &str) -> Result<(), Problem> {
    let Some(scanner) = &app.config.files.scanner else {
        return app.database.act(|act| scans::let_go(act, stored_as));
    };
    let waits = app.database.read(store::not_scanned)?.iter().any(|name| name == stored_as);
    if !waits {
        return Ok(());
    }
    let verdict = scanner.look_at(&app.files, stored_as)?;
    app.database.act(|act| scans::note(act, stored_as, &verdict))
}

/// The daily round.
pub(super) fn keep(app: &App) -> Result<(), Problem> {
    let now = app.clock.now();
    let day = local_day(now);
    for stored_as in app.database.read(store::not_scanned)? {
        let work = Work::ScanFile { stored_as: stored_as.clone() };
        app.database.act(|act| enqueue(act, &work, &format!("scan_file:{stored_as}:{day}"), now))?;
    }
    for stored_as in app.database.read(|db| collect::candidates(db, now))? {
        if app.database.act(|act| collect::collect(act, &stored_as))? {
            app.files.wait(app.files.delete(&stored_as))??;
        }
    }
    sweep(app)
}

/// Takes away bytes that came without a row: their process died in between. Only what is named as we name is touched.
fn sweep(app: &App) -> Result<(), Problem> {
    let before = app.clock.now() - TimeDelta::days(ORPHAN_DAYS);
    let lain = app.files.wait(app.files.older_than(before))??;
    let ours = |name: &&String| name.len() == 64 && name.bytes().all(|byte| byte.is_ascii_hexdigit());
    let named = app.database.read(store::all_names)?;
    for name in lain.iter().filter(ours).filter(|name| !named.contains(*name)) {
        app.files.wait(app.files.delete(name))??;
        tracing::info!("bytes that nothing named were taken out of the store of files");
    }
    Ok(())
}
