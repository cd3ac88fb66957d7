//! Files in a bucket: a service of the test's own that speaks as much of S3 as the store needs.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use actix_web::http::Method;
use actix_web::web::{self, Bytes, Data};
use actix_web::{HttpRequest, HttpResponse, HttpServer};
use chrono::TimeDelta;
use usve::assessments::evidence::collect;

use super::corpus::{PDF, pdf};
use crate::api::{Program, refused};
use crate::support::TestApp;
use crate::support::year::Year;

const CASE: &str = "/cases/2026/kardiologi";

#[derive(Default)]
struct Objects {
    whole: Mutex<BTreeMap<String, Vec<u8>>>,
    parts: Mutex<BTreeMap<String, BTreeMap<u32, Vec<u8>>>>,
    refuses: AtomicBool,
    in_parts: AtomicBool,
}

async fn serve(request: HttpRequest, body: Bytes, objects: Data<Objects>) -> HttpResponse {
    let signed =
        request.headers().get("authorization").and_then(|value| value.to_str().ok()).unwrap_or_default();
    if objects.refuses.load(Ordering::SeqCst) || !signed.starts_with("AWS4-HMAC-SHA256 Credential=usve-test/")
    {
        return HttpResponse::Forbidden().finish();
    }
    let query = web::Query::<BTreeMap<String, String>>::from_query(request.query_string()).unwrap();
    let key = request.path().strip_prefix("/underlag").unwrap().trim_start_matches('/').to_owned();
    let (mut whole, mut parts) = (objects.whole.lock().unwrap(), objects.parts.lock().unwrap());
    let upload = query.get("uploadId").cloned();
    match (request.method().clone(), upload) {
        (Method::POST, None) => {
            parts.insert(key.clone(), BTreeMap::new());
            HttpResponse::Ok().body(format!(
                "<InitiateMultipartUploadResult><UploadId>{key}</UploadId></InitiateMultipartUploadResult>"
            ))
        }
        (Method::PUT, Some(upload)) => {
            let number = query["partNumber"].parse().unwrap();
            parts.get_mut(&upload).unwrap().insert(number, body.to_vec());
            HttpResponse::Ok().insert_header(("etag", format!("\"{number}\""))).finish()
        }
        (Method::POST, Some(upload)) => {
            let all = parts.remove(&upload).unwrap();
            objects.in_parts.fetch_or(all.len() > 1, Ordering::SeqCst);
            whole.insert(key, all.into_values().flatten().collect());
            HttpResponse::Ok()
                .body("<CompleteMultipartUploadResult><ETag>\"1\"</ETag></CompleteMultipartUploadResult>")
        }
        (Method::DELETE, Some(upload)) => {
            parts.remove(&upload);
            HttpResponse::NoContent().finish()
        }
        (Method::PUT, None) => {
            whole.insert(key, body.to_vec());
            HttpResponse::Ok().insert_header(("etag", "\"1\"")).finish()
        }
        (Method::DELETE, None) => {
            whole.remove(&key);
            HttpResponse::NoContent().finish()
        }
        (_, _) if key.is_empty() => {
            let about = |(key, bytes): (&String, &Vec<u8>)| {
                let size = bytes.len();
                format!(
                    "<Contents><Key>{key}</Key><LastModified>2026-11-01T00:00:00.000Z</LastModified><ETag>\"1\"</ETag><Size>{size}</Size></Contents>"
                )
            };
            let all: String = whole.iter().map(about).collect();
            HttpResponse::Ok()
                .body(format!("<ListBucketResult><IsTruncated>false</IsTruncated>{all}</ListBucketResult>"))
        }
        (_, _) => match whole.get(&key) {
            Some(bytes) => HttpResponse::Ok()
                .insert_header(("etag", "\"1\""))
                .insert_header(("last-modified", "Sun, 01 Nov 2026 00:00:00 GMT"))
                .body(bytes.clone()),
            None => HttpResponse::NotFound().body("<Error><Code>NoSuchKey</Code></Error>"),
        },
    }
}

/// The service, on threads of its own for as long as the tests run; and what lies in it.
fn start() -> (String, Arc<Objects>) {
    let objects = Arc::new(Objects::default());
    let data = Data::from(Arc::clone(&objects));
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        let server = HttpServer::new(move || {
            actix_web::App::new()
                .app_data(data.clone())
                .app_data(web::PayloadConfig::new(32 * 1024 * 1024))
                .default_service(web::to(serve))
        });
        let running = server.workers(1).disable_signals().listen(listener).unwrap().run();
        actix_web::rt::System::new().block_on(running).unwrap();
    });
    (address, objects)
}

#[actix_web::test]
async fn a_bucket_keeps_files_whole_in_one_piece_or_in_parts() {
    let (endpoint, objects) = start();
    let app = TestApp::with(&[
        ("USVE_FILES_BUCKET", "underlag"),
        ("USVE_FILES_ENDPOINT", &endpoint),
        ("USVE_FILES_KEY_ID", "usve-test"),
        ("USVE_FILES_SECRET", "hemlig-nyckel"),
    ])
    .await;
    let shown = format!("{:?} {:?}", app.app.config.shown(), app.app.config.files);
    assert!(!shown.contains("hemlig-nyckel"), "{shown}");
    let year = Year::open(&app);
    let head = Program::of(&app, &year.head);
    let large: Vec<u8> = (0..12_000_000_u32).map(|number| number.to_le_bytes()[1]).collect();
    let mut made = Vec::new();
    for bytes in [PDF.to_vec(), pdf(&large)] {
        let reply = head.upload(&format!("{CASE}/evidence/A1?name=a.pdf"), &bytes).await.expect_status(201);
        let path = format!("{CASE}/evidence/{}", reply.json()["id"].as_str().unwrap());
        assert!(head.get(&path).await.expect_status(200).body == bytes);
        made.push(path);
    }
    assert!(objects.in_parts.load(Ordering::SeqCst), "the large one came in parts");
    assert_eq!(objects.whole.lock().unwrap().len(), 2);
    assert!(!app.app.config.data.folder.join("files").exists(), "nothing lies in the folder");
    assert_eq!(std::fs::read_dir(app.app.config.data.folder.join("arriving")).unwrap().count(), 0);
    // What nothing names is collected, here too; and what came without a row is swept.
    objects.whole.lock().unwrap().insert("f".repeat(64), b"orphan".to_vec());
    head.delete(&made[1]).await.expect_status(204);
    app.travel(TimeDelta::days(collect::KEPT_DAYS + 1));
    app.mails().await;
    assert_eq!(objects.whole.lock().unwrap().len(), 1);
    let head = Program::of(&app, &year.head);
    head.get(&made[0]).await.expect_status(200);
    // A bucket that refuses: nothing is kept, and the refusal says to try again.
    objects.refuses.store(true, Ordering::SeqCst);
    let problem = refused(
        &head.upload(&format!("{CASE}/evidence/A2?name=b.pdf"), &pdf(b"b")).await,
        503,
        "unavailable",
    );
    assert!(!problem.to_string().contains("hemlig"), "{problem}");
    assert_eq!(year.entered().evidence.get("A2"), None);
    refused(&head.get(&made[0]).await, 503, "unavailable");
}

#[test]
fn a_bucket_without_its_key_and_an_open_way_to_it_are_refused_by_name() {
    let load = |pairs: &[(&str, &str)]| {
        let all: Vec<(String, String)> =
            pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        usve::config::Config::load(None, &all).unwrap_err().message.en
    };
    let bucket = ("USVE_FILES_BUCKET", "underlag");
    assert!(load(&[bucket]).starts_with("USVE_FILES_KEY_ID must be set"));
    assert!(load(&[bucket, ("USVE_FILES_KEY_ID", "a")]).starts_with("USVE_FILES_SECRET must be set"));
    let open = load(&[bucket, ("USVE_FILES_ENDPOINT", "http://s3.example.se")]);
    assert!(open.starts_with("USVE_FILES_ENDPOINT must be https"), "{open}");
    assert!(load(&[("USVE_SCANNER", "clamd:3310")]).starts_with("USVE_SCANNER is `clamd:3310`"));
    assert!(load(&[("USVE_FILES_QUOTA_MB", "1")]).contains("from 20 to 1000000"));
}
