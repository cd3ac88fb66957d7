//! Two databases equal but for one hidden value answer everybody who may not read it with the same bytes, headers and all.

use std::collections::BTreeMap;

use usve::identity::rights::{Deed, Object, Role};
use usve::reviews::score::{Draft, save};
use usve::reviews::{Score, lock, store};
use usve::state::CaseState;

use super::crawl::{addresses, comparable, crawl, is_document};
use super::grid::Grid;
use super::world::{Somebody, World};
use crate::support::{TestApp, tests_everything};

/// What everybody gets for every address, without what is random by design.
struct Seen(Vec<(String, String, String)>);

impl Seen {
    async fn by(world: &World<'_>, everybody: &[&Somebody]) -> Seen {
        let mut paths = addresses(world);
        // Documents take long to make, and hold what the pages hold; those of the pair are looked at all the same.
        paths.retain(|path| everybody.len() == 2 || !is_document(path));
        // A preview of the release shows what the release opens.
        paths.retain(|path| !path.contains("/meddela/") && !path.contains("/release/"));
        // Who has been in stands in the unit's team.
        for who in &world.everybody {
            world.browser(who);
        }
        let mut seen = Vec::new();
        for who in everybody {
            for (path, reply) in crawl(world, who, &paths).await {
                assert!(reply.status < 500, "{} {path}", who.name);
                seen.push((who.name.to_owned(), path, comparable(&reply)));
            }
        }
        Seen(seen)
    }

    #[track_caller]
    fn is_the_same_as(&self, other: &Seen, hidden: &str) {
        assert_eq!(self.0.len(), other.0.len());
        let differ: Vec<String> = self
            .0
            .iter()
            .zip(&other.0)
            .filter(|(one, two)| one != two)
            .map(|((who, path, one), (_, _, two))| {
                let (was, is) = one.lines().zip(two.lines()).find(|(was, is)| was != is).unwrap_or_default();
                format!("{who} {path}:\n  {was}\n  {is}")
            })
            .collect();
        assert!(
            differ.is_empty(),
            "{hidden}: {} answers differ: {:#?}",
            differ.len(),
            &differ[..differ.len().min(12)]
        );
    }
}

/// Everybody who may read none of the objects in a state, and is not the author.
fn kept_from<'w>(
    world: &'w World<'_>,
    objects: &[Object],
    author: Option<Role>,
    state: CaseState,
) -> Vec<&'w Somebody> {
    let grid = Grid::read();
    let reads = |role: &Role| objects.iter().any(|object| grid.allows((*role, *object, Deed::Read, state)));
    let kept = |who: &&Somebody| !who.roles.iter().any(|role| reads(role) || Some(*role) == author);
    world.everybody.iter().filter(kept).collect()
}

/// The region's reviewer saves a score, in the product's own way and without a moment passing.
fn region_saves(world: &World<'_>, criterion: &str, seen: i32, score: &str, reason: &str) {
    let standing = world.year.standing(&world.year.region);
    let draft = Draft { score: Score::from_text(score), reason: reason.to_owned() };
    world.app.act(|act| save(act, &standing, &world.year.form, &world.case, criterion, seen, &draft));
}

#[actix_web::test]
async fn before_both_have_locked_nobody_learns_of_the_others_score_reason_progress_or_lock() {
    let app = TestApp::new().await;
    let world = World::scoring(&app);
    let state = CaseState::Scoring;
    let kept = kept_from(&world, &[Object::Reviews], Some(Role::Region), state);
    assert!(kept.len() >= 18, "{}", kept.len());
    let mut before = Seen::by(&world, &kept).await;
    let reason = "Ett helt annat skäl, med fler ord än det förra hade och en annan mening.";
    let a1 = world.year.form.criteria().map(|(_, one)| one.id.clone()).next().unwrap();
    let last = world.year.form.criteria().map(|(_, one)| one.id.clone()).last().unwrap();
    for (hidden, criterion, seen, score, reason) in [
        ("a score", a1.as_str(), 1, "4", reason),
        (
            "a reason",
            a1.as_str(),
            2,
            "4",
            "Ett skäl som är kortare, men ändå så långt som reglerna kräver av ett skäl.",
        ),
        ("progress", last.as_str(), 0, "2", reason),
        ("a question whether the criterion applies", last.as_str(), 1, "K", reason),
    ] {
        region_saves(&world, criterion, seen, score, reason);
        let after = Seen::by(&world, &kept).await;
        after.is_the_same_as(&before, hidden);
        before = after;
    }
    for (_, criterion) in world.year.form.criteria() {
        let of = world.app.app.database.read(|db| {
            let seat = store::seat(db, &world.case, &world.year.region)?;
            store::scores(db, &[seat.id])
        });
        if of.unwrap().iter().all(|scored| scored.criterion != criterion.id) {
            region_saves(&world, &criterion.id, 0, "2", reason);
        }
    }
    // The coordinator alone is told who has locked.
    let kept = kept_from(&world, &[Object::Reviews, Object::ReviewProgress], Some(Role::Region), state);
    let before = Seen::by(&world, &kept).await;
    let standing = world.year.standing(&world.year.region);
    world.app.act(|act| lock::lock(act, &standing, &world.year.form, &world.case));
    assert_eq!(world.year.case().state, state);
    Seen::by(&world, &kept).await.is_the_same_as(&before, "a lock");
}

#[actix_web::test]
async fn a_reviewer_who_has_not_locked_learns_nothing_of_the_units_own_level() {
    let app = TestApp::new().await;
    let world = World::scoring(&app);
    let pair = [world.who("university"), world.who("region")];
    let before = Seen::by(&world, &pair).await;
    assert!(change_own_levels(&world, 2, 3) > 0, "the form asks for no level of its own");
    Seen::by(&world, &pair).await.is_the_same_as(&before, "the unit's own level");
    change_own_levels(&world, 3, 2);
}

/// Makes every level that the unit has put on itself another; how many texts that changed.
fn change_own_levels(world: &World<'_>, from: u8, to: u8) -> usize {
    let mut changed = 0;
    for (_, criterion) in world.year.form.criteria() {
        let fields = world.year.form.fields(criterion);
        for field in fields.filter(|field| field.kind == usve::forms::FieldKind::Level) {
            let [from, to] = [from, to].map(|level| format!("\"{}\":\"{level}\"", field.id));
            for table in ["submissions", "answers"] {
                changed += world.sql(&format!(
                    "UPDATE {table} SET content = REPLACE(content, '{from}', '{to}') WHERE case_id = '{}' AND content LIKE \
                     '%{from}%'",
                    world.case,
                ));
            }
        }
    }
    changed
}

/// A value: its name, what is read with it, whose it is, and the statement that makes it another.
type Hidden = (&'static str, Vec<Object>, Option<Role>, String);

/// Hidden values of a case that has gone all the way: what is read with them, whose they are, and how they become others.
fn hidden(world: &World<'_>, turn: usize) -> Vec<Hidden> {
    let (case, year) = (&world.case, 2030 + turn);
    let score = ["0", "1", "3", "4"][turn % 4];
    let seats = format!("(SELECT id FROM assignments WHERE case_id = '{case}' AND party = 'PARTY')");
    let of = |party: &str| seats.replace("PARTY", party);
    let reviews = vec![Object::Reviews, Object::Result, Object::Settlement];
    vec![
        (
            "the university's scores and reasons",
            [reviews.clone(), vec![Object::OwnReview]].concat(),
            Some(Role::University),
            // A level that is neither discussed nor changed moves between 2 and 3, which the rules of the scoring always
            // take.
            format!(
                "UPDATE scores SET reason = 'Annat {turn}.', first = CASE WHEN revised IS NOT NULL OR corrected IS NOT NULL OR \
                 closed_at IS NOT NULL THEN first WHEN first = '2' THEN '3' WHEN first = '3' THEN '2' ELSE first END WHERE \
                 assignment_id IN {}",
                of("university")
            ),
        ),
        (
            "a further reviewer's score",
            [reviews, vec![Object::FurtherReview]].concat(),
            Some(Role::Further),
            format!(
                "UPDATE scores SET first = '{score}', reason = 'Annat {turn}.' WHERE assignment_id IN {}",
                of("further")
            ),
        ),
        (
            "a message of the discussion",
            vec![Object::Settlement],
            None,
            format!("UPDATE settlement_messages SET message = 'Kort {turn}.' WHERE case_id = '{case}'"),
        ),
        (
            "a comment on facts and its answer",
            vec![Object::FactComments],
            None,
            format!(
                "UPDATE fact_comments SET comment = 'Kort {turn}.', answer = 'Nej {turn}.' WHERE case_id = '{case}'"
            ),
        ),
        (
            "the ground of a declaration",
            vec![Object::Declaration],
            None,
            format!(
                "UPDATE declarations SET ground = '{{\"ground\":\"fl-16-2\",\"words\":\"Andra ord {turn}.\"}}', decision_reason = \
                 'Annat' WHERE case_id = '{case}' AND conflict = TRUE"
            ),
        ),
        (
            "the recommendation",
            vec![Object::Recommendation],
            None,
            format!(
                "UPDATE recommendations SET recommendation = 'Nej.', motive = 'Kort {turn}.' WHERE case_id = '{case}'"
            ),
        ),
        (
            "a planned action",
            vec![Object::Plan],
            None,
            format!(
                "UPDATE actions SET action = 'Annat {turn}.', note = '', due = '{year}-01-01' WHERE case_id = '{case}'"
            ),
        ),
        (
            "a comment of the unit",
            vec![Object::UnitComments],
            None,
            format!("UPDATE criterion_comments SET comment = 'Kort {turn}.' WHERE case_id = '{case}'"),
        ),
        (
            "a request for records",
            vec![Object::Records],
            None,
            format!(
                "UPDATE records_requests SET wanted = 'Allt {turn}.', asked_by = 'Någon' WHERE case_id = '{case}'"
            ),
        ),
    ]
}

#[actix_web::test]
async fn two_databases_that_differ_in_hidden_values_look_the_same_to_whom_they_are_hidden_from() {
    let app = TestApp::new().await;
    let world = World::whole(&app).await;
    let last = world.year.case().state;
    world.sql("CREATE TABLE kept_scores AS SELECT assignment_id, criterion, first, reason FROM scores");
    let mut turn = 0;
    let states = [CaseState::Scoring, CaseState::FactCheck, CaseState::Final, CaseState::FollowUp];
    for state in states.into_iter().take(if tests_everything() { 4 } else { 1 }) {
        world.put_in(state);
        // Those from whom the same values are hidden look twice: before all of these values change, and after.
        let mut alike: BTreeMap<Vec<usize>, Vec<&Somebody>> = BTreeMap::new();
        for who in &world.everybody {
            let kept = |(_, objects, author, _): &Hidden| {
                kept_from(&world, objects, *author, state).iter().any(|one| one.name == who.name)
            };
            let values = hidden(&world, 0);
            let places = (0..values.len()).filter(|at| kept(&values[*at])).collect();
            alike.entry(places).or_default().push(who);
        }
        for (places, everybody) in alike.into_iter().filter(|(places, _)| !places.is_empty()) {
            let before = Seen::by(&world, &everybody).await;
            turn += 1;
            let mut names = Vec::new();
            for (name, _, _, statement) in places.into_iter().map(|at| hidden(&world, turn).remove(at)) {
                assert!(world.sql(&statement) > 0, "{name}");
                names.push(name);
            }
            Seen::by(&world, &everybody).await.is_the_same_as(&before, &format!("{state:?}: {names:?}"));
        }
    }
    world.put_in(last);
    // What a lock has sealed stands again as it was.
    let kept = |column: &str| {
        format!(
            "{column} = (SELECT kept.{column} FROM kept_scores kept WHERE kept.assignment_id = scores.assignment_id AND \
             kept.criterion = scores.criterion)"
        )
    };
    world.sql(&format!("UPDATE scores SET {}, {}", kept("first"), kept("reason")));
    world.sql("DROP TABLE kept_scores");
}
