//! Measures what the service computes: reports, results and forms, each beside a floor or a peer from the same run.
//! docs/PERFORMANCE.md explains.
//!
//! `cargo bench --locked --bench reports`, or with `-- --quick` for a short run; `-- --proofs` for the proof of the log alone.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a measurement that cannot go on has failed, and its tables are its output"
)]

mod measure;

use std::io::Write as _;
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use flate2::Compression;
use flate2::write::ZlibEncoder;
use lopdf::{Document, Object};
use measure::data::{AUDIT_KEY, Data, newest_form};
use measure::{Times, is_quick, ms, number, short, table};
use usve::clock::{Clock, local_day};
use usve::cycles::{self, Case};
use usve::db::{Address, Database, Db};
use usve::forms::{Form, load};
use usve::identity::{GrantedRole, standing, store as identity};
use usve::ids::{AssignmentId, Source};
use usve::problem::Problem;
use usve::reports::gather::{self, Asked, Audience};
use usve::reports::{Report, html, pdf};
use usve::results::FixedResult;
use usve::results::store::newest_of;
use usve::results::view::ResultView;
use usve::reviews::seal;
use usve::scoring;
use usve::text::Lang;

// What the program itself uses, so that memory is that of the program.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// The year whose results are all fixed.
const YEAR: i32 = 2025;
/// The years of history of the whole rehearsal; the running year comes after them.
const YEARS: u8 = 4;
/// The reports of a year, one for each unit.
const BATCH: usize = 72;

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    if let Some(at) = arguments.iter().position(|argument| argument == "--memory") {
        return print_memory(&arguments[at + 1]);
    }
    measure::print_machine();
    if arguments.iter().any(|argument| argument == "--proofs") {
        return proofs(if is_quick() { 1 } else { 5 });
    }
    let data = Data::rehearsed(None);
    let form = newest_form();
    let (database, again) = (data.open(), if is_quick() { 1 } else { 5 });
    let results = fixed(&database);
    let reports: Vec<Report> = results.iter().map(|result| report(&database, &form, result)).collect();
    documents(&database, &form, &results, &reports, again);
    batches(&reports);
    memory(&data);
    calculations(&form, &results, again);
    proofs(again);
}

/// Proving the log and every locked review of the whole rehearsal, beside hashing as many bytes and reading as many rows.
fn proofs(again: usize) {
    let data = Data::rehearsed_with(None, YEARS, 0);
    let database = data.open();
    let chains = measure_times(again, |_| {
        let faults = database.read(|db| usve::audit::verify(db, AUDIT_KEY.as_bytes())).unwrap();
        assert!(faults.is_empty());
    });
    let mut reviews = 0;
    let seals = measure_times(again, |_| {
        let proof = database.read(seal::verify).unwrap();
        assert!(proof.broken.is_empty());
        reviews = proof.reviews;
    });
    // What the seals cover, read the same way; then their bytes hashed once.
    let seats: Vec<_> = database
        .read(|db| {
            let mut seats = Vec::new();
            for cycle in cycles::store::cycles(db)? {
                seats.extend(sealed_seats(db, cycle.year)?);
            }
            Ok(seats)
        })
        .unwrap();
    assert_eq!(seats.len(), reviews, "no seat of the rehearsal has ended");
    let read = || {
        let some =
            seats.chunks(100).map(|ids| database.read(|db| usve::reviews::store::scores(db, ids)).unwrap());
        some.flatten().collect::<Vec<_>>()
    };
    let reading = measure_times(again, |_| drop(read()));
    let covered: Vec<String> = read().into_iter().map(|scored| scored.criterion + &scored.reason).collect();
    let hashing = measure_times(again, |_| {
        for text in &covered {
            std::hint::black_box(usve::ids::sha256(text.as_bytes()));
        }
    });
    let line = |what: String, times: &Times, floor: &Times| {
        let ratio = times.median().as_secs_f64() / floor.median().as_secs_f64();
        vec![what, ms(times.median()), ms(times.p99()), short(ratio)]
    };
    let rows = [
        line("floor: read the scores".to_owned(), &reading, &reading),
        line(format!("floor: hash {} texts", covered.len()), &hashing, &reading),
        line(format!("prove {reviews} locked reviews"), &seals, &reading),
        line("prove the log's chains".to_owned(), &chains, &reading),
    ];
    let title = format!("`usve audit verify`, 72 units with {YEARS} years of history, SQLite");
    table(&title, &["what", "median ms", "p99 ms", "times the floor"], &rows);
}

/// The locked seats of a year.
fn sealed_seats(db: &mut Db, year: i32) -> Result<Vec<AssignmentId>, Problem> {
    let coordinator = identity::holders(db, GrantedRole::Coordinator, None)?.remove(0);
    let standing = standing::load(db, &coordinator)?.unwrap();
    let ids: Vec<_> = cycles::store::visible(db, &standing, year)?.into_iter().map(|case| case.id).collect();
    let seats = usve::reviews::store::assignments(db, &ids)?;
    Ok(seats.into_iter().filter(|seat| seat.locked_at.is_some()).map(|seat| seat.id).collect())
}

/// Does something `count` times after one time that does not count.
fn measure_times(count: usize, mut work: impl FnMut(usize)) -> Times {
    work(0);
    let times = (0..count).map(|at| {
        let begun = Instant::now();
        work(at);
        begun.elapsed()
    });
    Times::of(times.collect())
}

/// Every case of the year that a coordinator sees, with its result.
fn fixed(database: &Database) -> Vec<(Case, FixedResult)> {
    let found = database.read(|db| {
        let coordinator = identity::holders(db, GrantedRole::Coordinator, None)?.remove(0);
        let standing = standing::load(db, &coordinator)?.unwrap();
        let cases = cycles::store::visible(db, &standing, YEAR)?;
        let ids: Vec<_> = cases.iter().map(|case| case.id.clone()).collect();
        let mut results = newest_of(db, &ids)?;
        Ok(cases
            .into_iter()
            .filter_map(|case| results.remove(&case.id).map(|result| (case, result)))
            .collect())
    });
    found.unwrap()
}

/// The report that is issued when a result is fixed.
fn report(database: &Database, form: &Form, (case, fixed): &(Case, FixedResult)) -> Report {
    let result =
        ResultView { judged: fixed.judged.clone(), scored: fixed.scored.clone(), fixed: Some(fixed.clone()) };
    let (audience, today, lang) = (Audience::Document, local_day(fixed.fixed_at), Lang::Sv);
    let asked = Asked { form, case, result: &result, audience, today, lang };
    Report::from(&database.read(|db| gather::unit(db, &asked)).unwrap())
}

fn documents(
    database: &Database,
    form: &Form,
    results: &[(Case, FixedResult)],
    reports: &[Report],
    again: usize,
) {
    let count = reports.len() * again;
    let one = |at: usize| &reports[at % reports.len()];
    let files: Vec<Vec<u8>> = reports.iter().map(|report| pdf::render(report).unwrap()).collect();
    let streams: Vec<Vec<Raw>> = files.iter().map(|file| streams(file)).collect();
    let pages: Vec<String> = reports.iter().map(|report| html::render(report, "report")).collect();

    let deflate = measure_times(count, |at| {
        streams[at % streams.len()].iter().for_each(compress);
    });
    let draw = measure_times(count, |at| drop(pdf::render(one(at)).unwrap()));
    let copy = measure_times(count, |at| {
        std::hint::black_box(pages[at % pages.len()].clone());
    });
    let write = measure_times(count, |at| drop(html::render(one(at), "report")));
    let read = measure_times(count, |at| drop(report(database, form, &results[at % results.len()])));

    let line = |what: &str, times: &Times, sizes: Option<Vec<usize>>, floor: &Times| {
        let ratio = times.median().as_secs_f64() / floor.median().as_secs_f64();
        vec![
            what.to_owned(),
            ms(times.median()),
            ms(times.p99()),
            sizes.map_or_else(String::new, middle),
            short(ratio),
        ]
    };
    let raw = streams.iter().map(|streams| streams.iter().map(|(bytes, _)| bytes.len()).sum()).collect();
    table(
        &format!("A unit's report, {} of them, {count} times", reports.len()),
        &["what", "median ms", "p99 ms", "KiB", "times the floor"],
        &[
            line("floor: deflate the file's streams", &deflate, Some(raw), &deflate),
            line("PDF", &draw, Some(files.iter().map(Vec::len).collect()), &deflate),
            line("floor: copy the page", &copy, None, &copy),
            line("HTML", &write, Some(pages.iter().map(String::len).collect()), &copy),
            line("gather it from SQLite (floor: its HTML)", &read, None, &write),
        ],
    );
}

/// The middle size in KiB.
fn middle(mut sizes: Vec<usize>) -> String {
    sizes.sort_unstable();
    short(number(sizes[sizes.len() / 2]) / 1024.0)
}

/// What is compressed in a file, as it was before, and how hard the PDF library compresses it.
type Raw = (Vec<u8>, Compression);

fn streams(file: &[u8]) -> Vec<Raw> {
    let document = Document::load_mem(file).unwrap();
    let streams = document.objects.values().filter_map(|object| match object {
        Object::Stream(stream) => {
            let collects = stream.dict.has_type(b"ObjStm") || stream.dict.has_type(b"XRef");
            let level = if collects { Compression::default() } else { Compression::best() };
            stream.decompressed_content().ok().map(|bytes| (bytes, level))
        }
        _ => None,
    });
    streams.collect()
}

fn compress((bytes, level): &Raw) {
    let mut encoder = ZlibEncoder::new(Vec::new(), *level);
    encoder.write_all(bytes).unwrap();
    std::hint::black_box(encoder.finish().unwrap());
}

fn batches(reports: &[Report]) {
    let one = batch(reports, 1);
    let line = |threads: usize, took: Duration| {
        let times = one.as_secs_f64() / took.as_secs_f64();
        vec![
            threads.to_string(),
            short(took.as_secs_f64()),
            short(number(BATCH) / took.as_secs_f64()),
            short(times),
        ]
    };
    table(
        &format!("{BATCH} reports as PDF"),
        &["threads", "seconds", "a second", "times one thread"],
        &[line(1, one), line(2, batch(reports, 2))],
    );
}

fn batch(reports: &[Report], threads: usize) -> Duration {
    let (begun, next) = (Instant::now(), AtomicUsize::new(0));
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while let at = next.fetch_add(1, Ordering::Relaxed)
                    && at < BATCH
                {
                    drop(pdf::render(&reports[at % reports.len()]).unwrap());
                }
            });
        }
    });
    begun.elapsed()
}

/// Memory of a process that does nothing but make reports.
fn memory(data: &Data) {
    let program = std::env::current_exe().unwrap();
    let output = Command::new(program).args(["--memory", &data.url()]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let figures = String::from_utf8(output.stdout).unwrap();
    let row = figures.split_whitespace().map(str::to_owned).collect();
    table(
        "Memory of a process that makes reports, MiB",
        &["with one report gathered", "at most while it becomes a PDF", "at most in a batch of 72"],
        &[row],
    );
}

/// Runs in the process that is measured.
fn print_memory(url: &str) {
    let address = Address::parse(url).unwrap();
    let database = Database::open(&address, 4, Clock::system(), Source::system(), b"").unwrap();
    let (form, results) = (newest_form(), fixed(&database));
    let first = report(&database, &form, &results[0]);
    let before = measure::memory("self", "VmRSS");
    // VmHWM begins again (proc(5)).
    std::fs::write("/proc/self/clear_refs", "5").unwrap();
    drop(pdf::render(&first).unwrap());
    let one = measure::memory("self", "VmHWM");
    for at in 0..BATCH {
        drop(pdf::render(&report(&database, &form, &results[at % results.len()])).unwrap());
    }
    println!("{} {} {}", short(before), short(one), short(measure::memory("self", "VmHWM")));
}

/// Pure functions, each beside reading its own input with the library that reads it.
fn calculations(form: &Form, results: &[(Case, FixedResult)], again: usize) {
    let one = |at: usize| &results[at % results.len()].1;
    let count = results.len() * again * 10;
    let inputs: Vec<String> =
        results.iter().map(|(_, result)| serde_json::to_string(&result.judged).unwrap()).collect();
    let json = measure_times(count, |at| {
        drop(serde_json::from_str::<serde_json::Value>(&inputs[at % inputs.len()]).unwrap());
    });
    let score =
        measure_times(count, |at| drop(scoring::score(&one(at).judged, &form.rules, &form.key()).unwrap()));
    let near = measure_times(count, |at| {
        drop(scoring::nearest(&one(at).judged, &form.rules, &one(at).scored));
    });
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/forms/usve/2026.1.toml");
    let text = std::fs::read_to_string(file).unwrap();
    let toml = measure_times(20 * again, |_| drop(toml::from_str::<toml::Table>(&text).unwrap()));
    let check = measure_times(20 * again, |_| drop(load::load(file, text.as_bytes()).unwrap()));
    let us = |time: Duration| short(time.as_secs_f64() * 1_000_000.0);
    let line = |what: &str, times: &Times, floor: &Times| {
        let ratio = times.median().as_secs_f64() / floor.median().as_secs_f64();
        vec![what.to_owned(), us(times.median()), us(times.p99()), short(ratio)]
    };
    table(
        "Calculations",
        &["what", "median µs", "p99 µs", "times the floor"],
        &[
            line("floor: parse a case's JSON", &json, &json),
            line("score a case", &score, &json),
            line("find what would have changed its outcome", &near, &json),
            line("floor: parse the form's TOML", &toml, &toml),
            line("read and check the form", &check, &toml),
        ],
    );
}
