//! Words that stand in one text alone: nobody comes upon one that is not theirs to read, on any page, in any answer, document or
//! mail, in any state.

use usve::identity::rights::{Deed, Object, Role};
use usve::state::{CaseState, Phase};

use super::crawl::{addresses, crawl, is_document, text};
use super::crawled;
use super::grid::Grid;
use super::world::{BETWEEN, Somebody, Word, World};
use crate::support::TestApp;

/// Whether somebody may read a word, as the independent table says.
fn may_read(grid: &Grid, who: &Somebody, word: &Word, state: CaseState) -> bool {
    let reads = |role: &Role, object: Object| grid.allows((*role, object, Deed::Read, state));
    who.roles.iter().any(|role| {
        let own = word.author.is_some_and(|(author, object)| author == *role && reads(role, object));
        // The head reads in the log what the unit did and is told, which stands elsewhere too.
        let of_log = |object: &Object| *object != Object::Log || *role != Role::Head;
        own || word.objects.iter().filter(|object| of_log(object)).any(|object| reads(role, *object))
    })
}

/// The words that stand in a text: each is `zk`, its place in three digits, and `q`.
fn words_in<'w>(text: &str, words: &'w [Word]) -> Vec<&'w Word> {
    let place = |at: usize| text.get(at + 2..at + 5)?.parse::<usize>().ok();
    let found = |at: usize| words.get(place(at)?).filter(|word| text[at..].starts_with(&word.text));
    text.match_indices("zk").filter_map(|(at, _)| found(at)).collect()
}

#[actix_web::test]
async fn nobody_comes_upon_a_word_that_is_not_theirs_to_read() {
    let app = TestApp::new().await;
    let world = World::whole(&app).await;
    world.sql("UPDATE cycles SET published = TRUE");
    let grid = Grid::read();
    let all = addresses(&world);
    let (plain, documents): (Vec<String>, Vec<String>) = all.into_iter().partition(|path| !is_document(path));
    let last = world.year.case().state;
    let (mut found, mut seen) = (Vec::new(), std::collections::BTreeSet::new());
    let mut phases: Vec<Phase> = Vec::new();
    let mut answers = 0;
    let states = crawled();
    for state in &states {
        world.put_in(*state);
        // Documents take long to make and follow the phase alone, as do those who are between two roles and what is about no case.
        let first = !phases.contains(&state.phase());
        let about =
            |path: &&String| first || ["2026", "oversikt", "atgarder"].iter().any(|word| path.contains(word));
        let mut paths: Vec<String> = plain.iter().filter(about).cloned().collect();
        if first {
            phases.push(state.phase());
            paths.extend(documents.iter().cloned());
        }
        for who in world.everybody.iter().filter(|who| first || !BETWEEN.contains(&who.name)) {
            for (path, reply) in crawl(&world, who, &paths).await {
                assert!(reply.status < 500, "{state:?} {} {path}: {}", who.name, reply.status);
                answers += 1;
                let text = text(&reply);
                // A preview of the release shows what the release opens.
                let previewed = path.contains("/meddela/") || path.contains("/release/");
                let state = if previewed { &CaseState::Released } else { state };
                for word in words_in(&text, &world.words) {
                    seen.insert(word.text.clone());
                    if !may_read(&grid, who, word, *state) {
                        found
                            .push(format!("{state:?} {} {path}: {:?} {}", who.name, word.objects, word.text));
                    }
                }
            }
        }
    }
    world.put_in(last);
    assert!(answers > 1_000 * states.len(), "{answers} answers");
    assert!(found.is_empty(), "{}: {:#?}", found.len(), &found[..found.len().min(60)]);
    let unseen: Vec<&String> =
        world.words.iter().map(|word| &word.text).filter(|word| !seen.contains(*word)).collect();
    assert!(unseen.len() * 10 < world.words.len(), "words that nobody reads anywhere: {unseen:?}");
}

#[actix_web::test]
async fn no_mail_holds_a_word_of_any_text() {
    let app = TestApp::new().await;
    let world = World::whole(&app).await;
    assert!(world.letters.len() > 20, "{}", world.letters.len());
    for letter in &world.letters {
        let text = format!("{letter:?}");
        let held: Vec<&str> =
            world.words.iter().map(|word| word.text.as_str()).filter(|word| text.contains(word)).collect();
        assert!(held.is_empty(), "{held:?} in {text}");
    }
}
