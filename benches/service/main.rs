//! Measures the running service: requests, start and memory, on SQLite and on the PostgreSQL server that
//! `USVE_TEST_DATABASE_URL` names. Each figure stands beside a floor from the same run; docs/PERFORMANCE.md explains.
//!
//! `cargo bench --locked --bench service`, or with `-- --quick` for a short run.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a measurement that cannot go on has failed, and its tables are its output"
)]

mod client;
mod floors;
#[path = "../measure/mod.rs"]
mod measure;
mod server;

use std::time::{Duration, Instant};

use floors::Bare;
use measure::data::Data;
use measure::{Times, is_quick, ms, number, short, table};
use server::{Head, Server};
use usve::db::Address;

/// How much is measured.
struct Plan {
    /// People at once.
    levels: &'static [usize],
    /// How long each thing is done at each level.
    span: Duration,
    /// Starts of the service.
    starts: usize,
}

const WHOLE: Plan = Plan { levels: &[1, 8, 32], span: Duration::from_secs(5), starts: 11 };
const QUICK: Plan = Plan { levels: &[1, 8], span: Duration::from_millis(500), starts: 3 };

fn main() {
    let plan = if is_quick() { QUICK } else { WHOLE };
    measure::print_machine();
    let server = std::env::var("USVE_TEST_DATABASE_URL").ok();
    on_database(&plan, "SQLite", None);
    match &server {
        Some(server) => on_database(&plan, "PostgreSQL", Some(server)),
        None => println!("\nPostgreSQL was not measured: USVE_TEST_DATABASE_URL is not set."),
    }
}

fn on_database(plan: &Plan, name: &str, server: Option<&str>) {
    let data = Data::rehearsed(server);
    let durable = if floors::is_durable(&data) { "" } else { ", **fsync off: saves are not durable**" };
    requests(plan, &format!("{name}{durable}"), &data);
    areas(plan, name, &data, server);
    doors(name, &data);
    starts(plan, name, &data, server);
}

/// Opening an area of a filled form by one reader, with the data of one year and with ten times as much.
fn areas(plan: &Plan, name: &str, data: &Data, server: Option<&str>) {
    let more = Data::rehearsed_for(server, 10);
    let mut rows = Vec::new();
    for (what, data) in [("one new year", data), ("ten new years", &more)] {
        let server = Server::start(data);
        let mut heads = Head::sign_in(data, &server.host, 1);
        let nothing = load(&mut heads, plan.span, Head::nothing);
        let open = load(&mut heads, plan.span, Head::open);
        rows.push(line(what, 1, &open, None, Some(&nothing)));
    }
    table(
        &format!("Opening an area of a filled form, {name}"),
        &[
            "data",
            "at once",
            "a second",
            "p50 ms",
            "p99 ms",
            "processor ms each",
            "rate / floor's",
            "counted",
        ],
        &rows,
    );
}

/// What is not there beside what is not the reader's: medians of requests that take turns. They differ by less than the
/// noise when neither tells the other from it.
fn doors(name: &str, data: &Data) {
    let count = if is_quick() { 100 } else { 1000 };
    let server = Server::start(data);
    let mut heads = Head::sign_in(data, &server.host, 2);
    let other = heads[1].unit();
    let mut rows = Vec::new();
    for (what, path) in [
        ("the unit's page", "/enhet/{}/2027/svar"),
        ("the result", "/enhet/{}/2027/resultat"),
        ("a reviewer's area", "/granska/{}/2027/A"),
        ("the coordinator's case", "/cykel/2027/{}"),
        ("the API's case", "/api/v1/cases/2027/{}"),
        ("the API's reviews", "/api/v1/cases/2027/{}/reviews"),
    ] {
        let (forbidden, unknown) = (path.replace("{}", &other), path.replace("{}", &"x".repeat(other.len())));
        let mut times = [Vec::with_capacity(count), Vec::with_capacity(count)];
        for at in 0..count * 2 {
            let begun = Instant::now();
            heads[0].is_refused(if at % 2 == 0 { &forbidden } else { &unknown });
            times[at % 2].push(begun.elapsed());
        }
        let [forbidden, unknown] = times.map(Times::of);
        let apart = (forbidden.median().as_secs_f64() - unknown.median().as_secs_f64()).abs() * 1000.0;
        rows.push(vec![
            what.to_owned(),
            ms(forbidden.median()),
            ms(unknown.median()),
            short(apart),
            ms(forbidden.p99()),
            ms(unknown.p99()),
        ]);
    }
    table(
        &format!("What is forbidden and what is not there, {name}, {count} requests each"),
        &["address", "forbidden p50 ms", "unknown p50 ms", "apart ms", "forbidden p99 ms", "unknown p99 ms"],
        &rows,
    );
}

/// One line of the table of requests.
struct Load {
    times: Times,
    count: usize,
    /// Done in a second.
    rate: f64,
}

/// Lets each worker do one thing over and over, all at once, after a tenth of the span that does not count; each does it
/// once at least.
fn load<W: Send>(workers: &mut [W], span: Duration, work: impl Fn(&mut W) + Sync) -> Load {
    let begun = Instant::now();
    let (from, until) = (begun + span / 10, begun + span);
    let times = std::thread::scope(|scope| {
        let threads: Vec<_> = workers
            .iter_mut()
            .map(|worker| {
                scope.spawn(|| {
                    let mut times = Vec::new();
                    loop {
                        let start = Instant::now();
                        if start >= until && !times.is_empty() {
                            return times;
                        }
                        work(worker);
                        if start >= from {
                            times.push(start.elapsed());
                        }
                    }
                })
            })
            .collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect::<Vec<_>>()
    });
    let rate = number(times.len()) / from.elapsed().as_secs_f64();
    Load { count: times.len(), times: Times::of(times), rate }
}

fn requests(plan: &Plan, title: &str, data: &Data) {
    let server = Server::start(data);
    let at_rest = format!("{} MiB after the start", short(server.memory("VmRSS")));
    let most = plan.levels.last().copied().unwrap_or(1);
    let mut heads = Head::sign_in(data, &server.host, most);
    let page = heads[0].page_size();
    let (mut rows, mut memory) = (Vec::new(), vec![at_rest]);
    for &level in plan.levels {
        // SQLite takes one writer at a time, so more connections would only wait for each other.
        let writers = if matches!(data.address, Address::Sqlite(_)) { 1 } else { level };
        let mut bare: Vec<Bare> = (0..writers).map(|_| Bare::connect(data)).collect();
        let commit = load(&mut bare, plan.span, Bare::insert);
        let people = &mut heads[..level];
        let mut row = |what: &str, floor: Option<&Load>, work: fn(&mut Head)| {
            let before = server.cpu();
            let begun = Instant::now();
            let load = load(people, plan.span, work);
            // Processor time is taken over the whole span, and so must be the number of requests.
            let requests = load.rate * begun.elapsed().as_secs_f64();
            let cpu = server.cpu().saturating_sub(before).as_secs_f64() * 1000.0 / requests;
            rows.push(line(what, level, &load, Some(cpu), floor));
            load
        };
        let nothing = row("nothing (`/healthz`)", None, Head::nothing);
        row("open a form page", Some(&nothing), Head::open);
        row("open a form page, gzip", Some(&nothing), Head::open_compressed);
        row("save one criterion", Some(&commit), Head::save_one);
        row("save a whole area", Some(&commit), Head::save_all);
        rows.push(line("bare commit", writers, &commit, None, None));
        memory.push(format!("{} after {level} at once", short(server.memory("VmRSS"))));
    }
    memory.push(format!("{} at most", short(server.memory("VmHWM"))));
    table(
        &format!("Requests, {title}"),
        &[
            "what",
            "at once",
            "a second",
            "p50 ms",
            "p99 ms",
            "processor ms each",
            "rate / floor's",
            "counted",
        ],
        &rows,
    );
    println!("\nThe page has {page} KiB. Memory of the service: {}.", memory.join(", "));
}

fn line(what: &str, level: usize, load: &Load, cpu: Option<f64>, floor: Option<&Load>) -> Vec<String> {
    vec![
        what.to_owned(),
        level.to_string(),
        short(load.rate),
        ms(load.times.median()),
        ms(load.times.p99()),
        cpu.map_or_else(String::new, short),
        floor.map_or_else(|| "floor".to_owned(), |floor| short(load.rate / floor.rate)),
        load.count.to_string(),
    ]
}

fn starts(plan: &Plan, name: &str, data: &Data, server: Option<&str>) {
    let empty = Data::empty(server);
    let floor = Times::of((0..plan.starts).map(|_| server::empty_start(data)).collect());
    // The first start makes the schema of a SQLite file; a PostgreSQL server's is made by `usve migrate` before.
    empty.open().migrate().unwrap();
    let mut rows = vec![start_line("a process that does nothing", &floor, &floor, None)];
    for (what, data) in [("empty", &empty), ("72 units, two years", data)] {
        let mut memory = 0.0;
        let times = (0..plan.starts).map(|_| {
            let server = Server::start(data);
            memory = server.memory("VmRSS");
            server.ready_after
        });
        let times = Times::of(times.collect());
        rows.push(start_line(what, &times, &floor, Some(memory)));
    }
    let head = ["database", "median ms", "slowest ms", "times the floor", "memory MiB"];
    table(&format!("From start to ready, {name}, {} starts each", plan.starts), &head, &rows);
}

fn start_line(what: &str, times: &Times, floor: &Times, memory: Option<f64>) -> Vec<String> {
    vec![
        what.to_owned(),
        ms(times.median()),
        ms(times.p99()),
        short(times.median().as_secs_f64() / floor.median().as_secs_f64()),
        memory.map_or_else(String::new, short),
    ]
}
