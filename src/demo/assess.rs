//! A unit answers one case: answers and files in batches, requests and submission by the verbs.

use std::collections::BTreeMap;
use std::path::Path;

use chrono::Days;
use serde_json::json;

use super::answers::{self, Answered};
use super::build::{Stage, pause, standing};
use super::cast::UnitCast;
use super::dice::Dice;
use super::store::{self, EvidenceRow, FileRow};
use super::story::{Times, office};
use super::units::UnitFacts;
use crate::assessments::batch_store::{self, AnswerRow, VersionRow};
use crate::assessments::{BACKGROUND, not_applicable};
use crate::audit::{self, Past};
use crate::clock::{Moment, local_day};
use crate::db::Act;
use crate::forms::{Criterion, RawAnswers};
use crate::ids::{CaseId, PersonId, sha256};
use crate::problem::Problem;

/// What the answers of a case would make fair reviewers say; criteria that were left out are not there.
pub(super) type Fair = BTreeMap<String, u8>;

/// One case while it is played.
pub(super) struct Played<'a> {
    pub case: CaseId,
    pub unit: &'a UnitFacts,
    pub cast: &'a UnitCast,
    pub year: i32,
    pub times: Times,
    pub dice: Dice,
}

impl Played<'_> {
    fn period(&self) -> i32 {
        self.year - 1
    }

    /// Who saves the answers of an area.
    fn writer(&self, place: usize) -> &PersonId {
        let contributors = &self.cast.contributors;
        match contributors.len() {
            0 => &self.cast.head,
            count => contributors.get(place % (count + 1)).unwrap_or(&self.cast.head),
        }
    }
}

/// Rows to write of one case.
#[derive(Default)]
struct Sheets {
    /// The versions that came from last year, by criterion: what is written goes over them.
    there: BTreeMap<String, i32>,
    answers: Vec<AnswerRow>,
    versions: Vec<VersionRow>,
    evidence: Vec<EvidenceRow>,
    files: Vec<FileRow>,
    past: Vec<Past>,
}

impl Sheets {
    fn note(&mut self, at: Moment, actor: &PersonId, act: &'static str, detail: serde_json::Value) {
        self.past.push(Past { at, actor: Some(actor.clone()), act, detail });
    }
}

/// Answers the criteria up to a share of them in hundredths; the last one begun is left half done.
pub(super) fn answer(
    act: &mut Act<'_>,
    stage: &Stage<'_>,
    played: &mut Played<'_>,
    share: usize,
) -> Result<Fair, Problem> {
    let form = stage.form;
    let all: Vec<_> = form.criteria().collect();
    let take = (all.len() * share).div_ceil(100);
    let days = (local_day(played.times.submitted) - played.times.first_answer).num_days().max(1);
    let there = store::versions_there(act, &played.case)?;
    let (mut sheets, mut fair) = (Sheets { there, ..Sheets::default() }, Fair::new());
    if share > 0 {
        let administration = stage.cast.administrations.get(played.unit.administration);
        let administration = administration.map_or("", |administration| administration.name.as_str());
        let head = &played.cast.head_name;
        let content = answers::background(stage.words, played.unit, administration, head, played.period());
        act.now = office(played.times.first_answer, 0, &mut played.dice);
        keep(act, &mut sheets, played, BACKGROUND, &content, 0)?;
    }
    for (at, (area, criterion)) in all.into_iter().take(take).enumerate() {
        let after = u64::try_from(days * i64::try_from(at).unwrap_or_default() / 50).unwrap_or_default();
        act.now =
            office(played.times.first_answer + Days::new(after), 1 + i64::from(at % 4 > 1), &mut played.dice);
        let place = form.areas.iter().position(|one| one.id == area.id).unwrap_or_default();
        if let Some(reason) = answers::does_not_apply(criterion, played.unit) {
            // The verb writes its own entry after those so far.
            audit::record_past(act, &played.case, std::mem::take(&mut sheets.past))?;
            let head = standing(act, &played.cast.head)?;
            not_applicable::ask(act, &head, form, &played.case, &criterion.id, reason)?;
            continue;
        }
        let mut answered =
            answers::answer(stage.words, form, &area.id, criterion, played.unit, played.period());
        if share == 100 && !criterion.minimum && answered.level == 0 && played.dice.chance(350) {
            leave_out(act, &mut sheets, played, criterion, place)?;
            continue;
        }
        if share < 100 && at + 1 == take {
            answered.answers.remove("motivation");
            answered.files = 0;
        }
        keep(act, &mut sheets, played, &criterion.id, &answered.answers, place)?;
        add_files(act, stage.files, &mut sheets, played, criterion, &answered, place)?;
        fair.insert(criterion.id.clone(), answered.level);
    }
    batch_store::write(act, &sheets.answers, &sheets.versions)?;
    store::add_evidence(act, &sheets.files, &sheets.evidence)?;
    audit::record_past(act, &played.case, sheets.past)?;
    Ok(fair)
}

/// Keeps what was typed; now and then it was typed in two goes.
fn keep(
    act: &mut Act<'_>,
    sheets: &mut Sheets,
    played: &mut Played<'_>,
    criterion: &str,
    content: &RawAnswers,
    place: usize,
) -> Result<(), Problem> {
    let by = played.writer(place).clone();
    let mut earlier = content.clone();
    let twice = played.dice.chance(80) && earlier.remove("motivation").is_some();
    let goes: Vec<&RawAnswers> = if twice { vec![&earlier, content] } else { vec![content] };
    let mut version = sheets.there.get(criterion).copied().unwrap_or_default();
    let mut kept = None;
    for go in goes {
        let content = serde_json::to_string(go).map_err(Problem::internal)?;
        version += 1;
        let digest = sha256(content.as_bytes());
        let detail = json!({ "criterion": criterion, "version": version, "digest": digest });
        sheets.note(act.now, &by, "save_answer", detail);
        let row = AnswerRow {
            case_id: played.case.clone(),
            criterion: criterion.to_owned(),
            version,
            content,
            confirmed: true,
            declared_missing: None,
            saved_by: Some(by.clone()),
            saved_at: act.now,
        };
        sheets.versions.push(row.as_version());
        kept = Some(row);
        pause(act, 7);
    }
    sheets.answers.extend(kept);
    Ok(())
}

/// The unit says that it has no answer.
fn leave_out(
    act: &mut Act<'_>,
    sheets: &mut Sheets,
    played: &mut Played<'_>,
    criterion: &Criterion,
    place: usize,
) -> Result<(), Problem> {
    let by = played.writer(place).clone();
    keep(act, sheets, played, &criterion.id, &RawAnswers::new(), place)?;
    if let Some(row) = sheets.answers.last_mut() {
        row.declared_missing = Some("Uppgifterna gick inte att ta fram i tid.".to_owned());
    }
    let version = sheets.answers.last().map_or(1, |row| row.version);
    let detail = json!({ "criterion": criterion.id, "version": version });
    sheets.note(act.now, &by, "declare_missing", detail);
    Ok(())
}

/// Adds files to a criterion. A unit has a handful of documents and shows the same one for many criteria.
fn add_files(
    act: &mut Act<'_>,
    folder: &Path,
    sheets: &mut Sheets,
    played: &Played<'_>,
    criterion: &Criterion,
    answered: &Answered,
    place: usize,
) -> Result<(), Problem> {
    for number in 0..answered.files {
        pause(act, 3);
        let title = if number == 0 { document(&criterion.id) } else { "Protokoll" };
        let heading = format!("{} {}: {title}", played.unit.name, played.period());
        let bytes =
            pdf(&[&heading, "Underlag till självvärderingen", "Exempel i en övning. Inget är verkligt."]);
        let sha256 = sha256(&bytes);
        let stored_as = match sheets.files.iter().find(|file| file.sha256 == sha256) {
            Some(same) => same.stored_as.clone(),
            None => keep_file(act, folder, sheets, played, &bytes, &sha256)?,
        };
        let row = EvidenceRow {
            id: act.id(),
            case_id: played.case.clone(),
            criterion: criterion.id.clone(),
            name: format!("{title} {}.pdf", played.period()),
            stored_as: Some(stored_as),
            url: None,
            place: if number == 0 { format!("s. {}", 2 + place % 9) } else { String::new() },
            description: String::new(),
            owner: if number == 0 { "Verksamhetschefen".to_owned() } else { String::new() },
            valid_until: None,
            version: 1,
            added_by: played.writer(place).clone(),
            added_at: act.now,
        };
        let detail = json!({ "criterion": row.criterion, "file": row.id, "sha256": sha256 });
        sheets.note(act.now, &row.added_by, "add_evidence", detail);
        sheets.evidence.push(row);
    }
    Ok(())
}

/// Stores a file of the case.
fn keep_file(
    act: &Act<'_>,
    folder: &Path,
    sheets: &mut Sheets,
    played: &Played<'_>,
    bytes: &[u8],
    sha256: &str,
) -> Result<String, Problem> {
    let stored_as = act.secret();
    std::fs::write(folder.join(&stored_as), bytes).map_err(Problem::unavailable)?;
    sheets.files.push(FileRow {
        stored_as: stored_as.clone(),
        unit_id: played.cast.id.clone(),
        media_type: "application/pdf".to_owned(),
        size: i32::try_from(bytes.len()).unwrap_or(i32::MAX),
        sha256: sha256.to_owned(),
        scan: "unscanned".to_owned(),
        scanned_at: act.now,
        used_at: act.now,
    });
    Ok(stored_as)
}

/// The document that shows what a criterion asks for.
fn document(criterion: &str) -> &'static str {
    match criterion.chars().next() {
        Some('A') => "Verksamhetsplan",
        Some('B') => "Kompetensöversikt",
        Some('C') => "Förteckning över studier och lokaler",
        Some('D') => "Bokslutsutdrag",
        Some('E') => "Forskningsöversikt",
        Some('F') => "Kursvärderingar",
        _ => "Förbättringsarbete",
    }
}

/// The coordinator answers what the unit asked to leave out.
pub(super) fn decide_requests(
    act: &mut Act<'_>,
    stage: &Stage<'_>,
    played: &Played<'_>,
    at: Moment,
) -> Result<(), Problem> {
    act.now = at;
    for (_, criterion) in stage.form.criteria() {
        if answers::does_not_apply(criterion, played.unit).is_some() {
            let coordinator = standing(act, stage.coordinator(1, played.year))?;
            let reason = "Skälet stämmer med formulärets villkor för när kriteriet inte gäller.";
            not_applicable::decide(act, &coordinator, &played.case, &criterion.id, true, reason)?;
            pause(act, 2);
        }
    }
    Ok(())
}

/// A small, whole PDF with some lines of text.
fn pdf(lines: &[&str]) -> Vec<u8> {
    let mut text = String::from("BT /F1 14 Tf 60 760 Td 20 TL ");
    for line in lines {
        text.push('(');
        text.extend(line.chars().map(|sign| if matches!(sign, '(' | ')' | '\\') { ' ' } else { sign }));
        text.push_str(") Tj T* ");
    }
    text.push_str("ET");
    // The font's encoding has one byte for each sign that Swedish uses.
    let stream: Vec<u8> = text.chars().map(|sign| u8::try_from(u32::from(sign)).unwrap_or(b'?')).collect();
    let objects: [Vec<u8>; 5] = [
        b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(),
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_vec(),
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>"
            .to_vec(),
        [format!("<< /Length {} >>\nstream\n", stream.len()).as_bytes(), &stream, b"\nendstream"].concat(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>".to_vec(),
    ];
    let mut file = b"%PDF-1.4\n".to_vec();
    let mut offsets = Vec::new();
    for (number, object) in (1..).zip(&objects) {
        offsets.push(file.len());
        file.extend(format!("{number} 0 obj\n").as_bytes());
        file.extend(object);
        file.extend(b"\nendobj\n");
    }
    let table = file.len();
    file.extend(b"xref\n0 6\n0000000000 65535 f \n");
    for offset in offsets {
        file.extend(format!("{offset:010} 00000 n \n").as_bytes());
    }
    file.extend(format!("trailer\n<< /Size 6 /Root 1 0 R >>\nstartxref\n{table}\n%%EOF\n").as_bytes());
    file
}
