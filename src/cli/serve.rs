//! `usve serve`, `usve worker` and `usve jobs run-due`.

use std::net::SocketAddr;

use clap::{Args, Subcommand};
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

use super::{Context, Outcome, print};
use crate::clock::Clock;
use crate::ids::Source;
use crate::jobs;
use crate::problem::Problem;
use crate::server::Application;

/// `usve serve`
#[derive(Debug, Args)]
pub struct Serve {
    /// Address and port, in place of `USVE_LISTEN`.
    #[arg(long, value_name = "ADDRESS:PORT")]
    listen: Option<SocketAddr>,
}

/// `usve jobs …`
#[derive(Debug, Subcommand)]
pub enum Jobs {
    /// Does everything that is due, once.
    RunDue,
}

/// Serves until a signal comes.
pub(super) fn serve(context: Context, command: &Serve) -> Outcome {
    let mut config = context.config;
    if let Some(listen) = command.listen {
        config = config.listening_on(listen)?;
    }
    actix_web::rt::System::new().block_on(async {
        let application = Application::build(config, Clock::system(), Source::system())?;
        print(&format!("usve answers on {}\n", application.app.base_url))?;
        application.run().await.map(|()| 0)
    })
}

/// Does background work until a signal comes.
pub(super) fn worker(context: Context) -> Outcome {
    let app = context.app()?;
    runtime()?.block_on(async {
        let (stop, stopped) = watch::channel(false);
        let worker = tokio::spawn(jobs::work_on(app, stopped));
        let mut terminated = signal(SignalKind::terminate()).map_err(Problem::internal)?;
        tokio::select! {
            pressed = tokio::signal::ctrl_c() => pressed.map_err(Problem::internal)?,
            _ = terminated.recv() => {}
        }
        // The receiver is gone only when the worker is.
        let _ = stop.send(true);
        worker.await.map_err(Problem::internal).map(|()| 0)
    })
}

/// Does what is due, once.
pub(super) fn jobs(context: Context, command: &Jobs) -> Outcome {
    match command {
        Jobs::RunDue => {
            let done = jobs::run_due(&context.app()?)?;
            print(&format!("{} jobs and {} mails were dealt with\n", done.jobs, done.mails))?;
            Ok(0)
        }
    }
}

fn runtime() -> Result<tokio::runtime::Runtime, Problem> {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .map_err(Problem::internal)
}
