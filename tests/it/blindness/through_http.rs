//! The grid of rights through HTTP: every request that reads or writes a part of a case, as everybody, in every state.

use actix_web::http::Method;
use serde_json::{Value as Json, json};
use usve::identity::rights::{Deed, Object, Role};
use usve::state::CaseState;

use super::grid::{Grid, cells};
use super::states;
use super::world::{BETWEEN, Somebody, World};
use crate::support::{Actor, TestApp};

const API: &str = "/api/v1/cases/2026/kardiologi";
const UNIT: &str = "/enhet/kardiologi/2026";

/// One request that does a deed with an object.
struct Probe {
    object: Object,
    deed: Deed,
    method: Method,
    path: String,
    body: Json,
    /// What the reader must be able to read to find the address at all.
    behind: Object,
    /// Not for whoever has a seat: the reviewers read answers on their own pages alone.
    not_seated: bool,
    /// A file that is sent instead of the body.
    file: Option<&'static [u8]>,
    /// The part of the answer that the right decides.
    part: Option<Part>,
}

/// A part of an answer.
struct Part {
    text: String,
    /// What is read by whoever sees it: everything of any of these.
    read_with: Vec<Vec<Object>>,
}

fn read(object: Object, path: &str) -> Probe {
    let path = if path.starts_with('/') { path.to_owned() } else { format!("{API}/{path}") };
    let path = path.trim_end_matches('/').to_owned();
    Probe {
        object,
        deed: Deed::Read,
        method: Method::GET,
        not_seated: false,
        path,
        body: Json::Null,
        behind: object,
        file: None,
        part: None,
    }
}

fn does(object: Object, deed: Deed, method: Method, path: &str, body: Json) -> Probe {
    Probe { deed, method, body, ..read(object, path) }
}

/// An address behind another right, in whose answer a text stands for who may read the object, or as `read_with` says.
fn part(object: Object, behind: Object, path: &str, text: &str, read_with: &[&[Object]]) -> Probe {
    let read_with = if read_with.is_empty() { &[&[object][..]] } else { read_with };
    let read_with = read_with.iter().map(|all| all.to_vec()).collect();
    let part = Part { text: text.to_owned(), read_with };
    Probe { part: Some(part), behind, ..read(object, path) }
}

impl Probe {
    fn behind(self, behind: Object) -> Probe {
        Probe { behind, ..self }
    }

    fn not_seated(self) -> Probe {
        Probe { not_seated: true, ..self }
    }
}

/// A reason that passes the check of its length and is empty all the same, so that the act is refused at its end.
const BLANK: &str = " ";

/// A newer version of a file.
const NEWER: &[u8] = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n";

/// Every request. Writing ones are such that the product says whether they are allowed and then refuses them: a version that
/// nobody has read, a blank reason; or that may be done again and again.
fn probes(world: &World<'_>) -> Vec<Probe> {
    [of_answers(world), of_reviews(), of_case(world)].into_iter().flatten().collect()
}

fn of_answers(world: &World<'_>) -> Vec<Probe> {
    use Deed::{Decide, Submit, Write};
    use Object as O;
    let blank = || json!({ "reason": BLANK });
    let (file, grant) = (world.file(), world.contributors_grant());
    // All of them, as it is: the same again.
    let areas: Vec<&str> = world.year.form.areas.iter().map(|area| area.id.as_str()).collect();
    let (put, post) = (|| Method::PUT, || Method::POST);
    vec![
        read(O::Assessment, "answers"),
        read(O::Assessment, "evidence"),
        read(O::Assessment, &format!("{UNIT}/svar")).not_seated(),
        does(O::Assessment, Write, put(), "answers/A1", json!({ "fields": {} })),
        does(O::Assessment, Write, put(), "answers/A1/declared-missing", json!({ "reason": "Saknas." })),
        does(O::Assessment, Submit, post(), "submission?dry_run=true", Json::Null),
        does(O::Assessment, Submit, post(), "submission/withdrawal", blank()),
        part(O::LaterEvidence, O::Assessment, &format!("{UNIT}/svar"), "Lämna nyare version", &[])
            .not_seated(),
        Probe {
            file: Some(NEWER),
            ..does(
                O::LaterEvidence,
                Write,
                post(),
                &format!("evidence/{file}/versions?name=ny.pdf"),
                Json::Null,
            )
        }
        .behind(O::Assessment),
        read(O::Progress, "extension-requests"),
        read(O::UnitComments, "comments"),
        does(O::UnitComments, Write, post(), "comments/A1", json!({ "comment": BLANK })),
        read(O::Team, "team"),
        does(O::Team, Write, put(), &format!("team/{grant}/areas"), json!({ "areas": areas })),
        read(O::Completion, "completion"),
        does(O::Completion, Submit, post(), "not-applicable/A1", blank()),
        does(
            O::Completion,
            Decide,
            post(),
            "completion?dry_run=true",
            json!({ "criteria": [{"criterion": "A1", "what": BLANK}] }),
        ),
    ]
}

fn of_reviews() -> Vec<Probe> {
    use Deed::{Decide, Write};
    use Object as O;
    let (put, post) = (|| Method::PUT, || Method::POST);
    vec![
        read(O::OwnReview, "review").behind(O::Case),
        does(O::OwnReview, Write, put(), "review/A1", json!({ "score": "2", "reason": "" })).behind(O::Case),
        read(O::Reviews, "reviews"),
        part(O::ReviewerIdentity, O::Reviews, "reviews", "\"reviewer\":\"Lova Låtsas\"", &[]),
        part(O::ReviewerIdentity, O::Result, &format!("{UNIT}/resultat"), "<li>Lova Låtsas <span", &[]),
        part(O::ReviewerIdentity, O::Result, "result", "\"name\":\"Lova Låtsas\"", &[]),
        // Whoever reads the locked reviews knows that they are locked; an own lock is one's own to know.
        part(
            O::ReviewProgress,
            O::Assignment,
            "assignments",
            "\"locked_at\":\"2",
            &[
                &[O::ReviewProgress, O::ReviewerIdentity],
                &[O::Reviews, O::ReviewerIdentity],
                &[O::OwnReview],
                &[O::FurtherReview],
            ],
        ),
        read(O::FurtherReview, "review/A3").behind(O::Case),
        does(O::FurtherReview, Write, put(), "review/A3", json!({ "score": "2", "reason": "" }))
            .behind(O::Case),
        read(O::Settlement, "settlement"),
        does(O::Settlement, Write, put(), "settlement/summary", json!({ "summary": "En text." })),
        does(O::Settlement, Write, post(), "settlement/A3/messages", json!({ "message": BLANK })),
        read(O::FactComments, "fact-check"),
        does(O::FactComments, Write, put(), "fact-check/A1", json!({ "comment": BLANK })),
        does(O::FactComments, Decide, post(), "fact-check/A1/answer", json!({ "answer": BLANK })),
        read(O::Result, "result"),
        read(O::Result, "result/versions"),
        read(O::Result, &format!("{UNIT}/resultat")),
        does(
            O::Result,
            Decide,
            post(),
            "result/corrections",
            json!({ "levels": [{"criterion": "A1", "party": "region", "level": 3}], "reason": BLANK }),
        ),
    ]
}

fn of_case(world: &World<'_>) -> Vec<Probe> {
    use Deed::{Decide, Sign, Submit, Write};
    use Object as O;
    let blank = || json!({ "reason": BLANK });
    let (waiting, visit) = (world.waiting_conflict(), world.visit());
    let head = world.year.head.to_string();
    let (put, post) = (|| Method::PUT, || Method::POST);
    vec![
        read(O::Recommendation, "recommendation"),
        does(
            O::Recommendation,
            Write,
            post(),
            "recommendation",
            json!({ "recommendation": "R", "motive": "M", "present": "P", "absent": "", "decided_on": "2027-01-15" }),
        ),
        read(O::Plan, "plan"),
        read(O::Plan, &format!("{UNIT}/atgardsplan")),
        does(
            O::Plan,
            Write,
            post(),
            "plan/actions",
            json!({ "action": "A", "criterion": null, "due": "2027-06-01", "owner": "O" }),
        ),
        does(O::Plan, Submit, post(), "plan/submission", Json::Null),
        does(O::Plan, Sign, post(), "plan/signature", Json::Null),
        does(O::Plan, Decide, post(), "plan/acceptance", Json::Null),
        read(O::Assignment, "assignments"),
        does(O::Assignment, Decide, post(), "assignments", json!({ "university": head, "region": head })),
        does(
            O::Assignment,
            Decide,
            post(),
            "assignments/successor",
            json!({ "party": "region", "person": head }),
        ),
        read(O::Declaration, "declarations"),
        does(
            O::Declaration,
            Decide,
            post(),
            &format!("declarations/{waiting}/decision"),
            json!({ "upheld": true, "reason": BLANK }),
        ),
        read(O::Case, ""),
        does(O::Case, Decide, post(), "cancel", blank()),
        read(O::Log, "log"),
        read(O::Support, "support"),
        does(O::Support, Decide, post(), "support", blank()),
        does(O::Support, Write, post(), &format!("support/{visit}/end"), Json::Null),
        does(O::RegistryNumber, Write, put(), "registry-number", json!({ "number": BLANK })),
        read(O::RegistryNumber, "/diarium/2026/kardiologi"),
        read(O::Records, "records-requests"),
        does(
            O::Records,
            Write,
            post(),
            "records-requests",
            json!({ "asked_on": "2026-12-01", "wanted": BLANK }),
        ),
    ]
}

/// What an answer says of the right behind it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Said {
    /// Nothing is there.
    Hidden,
    /// It is there, and not the reader's to do.
    Closed,
    /// It is the reader's to do, but not as things stand; or not at all, and for the same reason.
    NotNow,
    /// It was done, or would be but for what was sent.
    Open,
}

/// What an answer says, its status, and whether the part that is asked for stands in it.
async fn ask(browser: &Actor<'_>, probe: &Probe) -> (Said, u16, bool) {
    let mut request = browser.request(probe.method.clone(), &probe.path);
    if probe.method != Method::GET {
        request =
            request.insert_header(("sec-fetch-site", "same-origin")).insert_header(("if-match", "\"900\""));
        if let Some(file) = probe.file {
            request = request.insert_header(("content-type", "application/octet-stream")).set_payload(file);
        } else if !probe.body.is_null() {
            request = request.set_json(&probe.body);
        }
    }
    let reply = browser.send(request).await;
    let said = match reply.status {
        401 | 404 => Said::Hidden,
        403 => Said::Closed,
        409 => Said::NotNow,
        // A page that asks a visitor to sign in shows nothing either.
        303 if reply.location().starts_with("/logga-in") => Said::Hidden,
        200 | 201 | 204 | 304 | 412 | 422 => Said::Open,
        other => panic!("{} {}: {other} {}", probe.method, probe.path, String::from_utf8_lossy(&reply.body)),
    };
    let part = probe.part.as_ref().is_some_and(|part| reply.text().contains(&part.text));
    (said, reply.status, part)
}

/// What the grid expects of an answer.
fn is_as(grid: &Grid, who: &Somebody, probe: &Probe, state: CaseState, said: Said, told: bool) -> bool {
    let may = |object, deed| who.roles.iter().any(|role| grid.allows((*role, object, deed, state)));
    let seated = |role: &Role| matches!(role, Role::University | Role::Region | Role::Further);
    let hidden = (probe.not_seated && who.roles.iter().any(seated))
        || who.person.is_none()
        // A cancelled case never came to a result, and has no page of one.
        || (state == CaseState::Cancelled && probe.path.ends_with("/resultat"));
    if hidden || !may(probe.behind, Deed::Read) {
        return said == Said::Hidden && (probe.part.is_none() || !told);
    }
    if let Some(Part { read_with, .. }) = &probe.part {
        let reads = |all: &Vec<Object>| all.iter().all(|object| may(*object, Deed::Read));
        return said == Said::Open && told == read_with.iter().any(reads);
    }
    match (probe.deed, may(probe.object, probe.deed)) {
        (Deed::Read, true) => said == Said::Open,
        (Deed::Read, false) => said == Said::Hidden,
        (_, true) => matches!(said, Said::Open | Said::NotNow),
        // Behind what may be read, a deed that may not be done is closed, or refused for the state that is shown.
        (_, false) => matches!(said, Said::Closed | Said::NotNow | Said::Hidden),
    }
}

/// Who reads their own seat or their own review: the one is a role's own, the other comes before any role.
fn is_special(who: &Somebody, probe: &Probe) -> bool {
    match probe.path.rsplit('/').next().unwrap_or_default() {
        // An own seat is shown before the declaration, since it asks for it.
        "assignments" => who.name == "undeclared further" && probe.method == Method::GET,
        // One address for the pair's review and a further one.
        "review" | "A1" if probe.object == Object::OwnReview => who.roles.contains(&Role::Further),
        "A3" if probe.object == Object::FurtherReview => {
            who.roles.iter().any(|role| matches!(role, Role::University | Role::Region))
        }
        // A visit is ended by whose it is, and by the head: other coordinators have none.
        "end" => who.roles.contains(&Role::Coordinator) && !who.roles.contains(&Role::Support),
        _ => false,
    }
}

#[actix_web::test]
async fn every_cell_of_the_grid_holds_through_http() {
    let app = TestApp::new().await;
    let world = World::whole(&app).await;
    let grid = Grid::read();
    let probes = probes(&world);
    // Every right that somebody has anywhere has a request of its own.
    for (object, deed) in Object::ALL.into_iter().flat_map(|object| Deed::ALL.map(|deed| (object, deed))) {
        let given = cells().into_iter().any(|cell| (cell.1, cell.2) == (object, deed) && grid.allows(cell));
        let asked = probes.iter().any(|probe| (probe.object, probe.deed) == (object, deed));
        assert_eq!(given, asked, "{object:?} {deed:?}");
    }
    let (mut count, mut wrong) = (0, Vec::new());
    let last = world.year.case().state;
    let states = states();
    for state in &states {
        world.put_in(*state);
        let first = CaseState::ALL.iter().find(|one| one.phase() == state.phase()) == Some(state);
        // Whoever is no role of its own, but between two, is asked once a phase.
        for who in world.everybody.iter().filter(|who| first || !BETWEEN.contains(&who.name)) {
            let browser = world.browser(who);
            for probe in probes.iter().filter(|probe| !is_special(who, probe)) {
                let (said, status, told) = ask(&browser, probe).await;
                count += 1;
                if !is_as(&grid, who, probe, *state, said, told) {
                    let Probe { object, deed, method, path, .. } = probe;
                    wrong.push(format!(
                        "{state:?} {} {object:?} {deed:?} {method} {path}: {status} {told}",
                        who.name
                    ));
                }
                if said == Said::Open && probe.method != Method::GET && status < 300 {
                    world.put_in(*state);
                    world.undo();
                }
            }
        }
    }
    world.put_in(last);
    let least = if states.len() == CaseState::ALL.len() { 17_500 } else { 10_000 };
    assert!(count >= least, "{count} cells");
    assert!(wrong.is_empty(), "{} of {count}: {:#?}", wrong.len(), &wrong[..wrong.len().min(60)]);
}
