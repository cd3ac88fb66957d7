//! Calibration rounds, for the coordinators of their year.

use std::collections::BTreeMap;

use actix_web::web::Path;
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use validator::Validate;

use super::body::{Body, created, done, ok, ok_version, utc};
use super::caller::Caller;
use super::refusal::{Answer, Refusal};
use super::version::Seen;
use crate::app::App;
use crate::calibration::copy::{self, Content};
use crate::calibration::measure::Measured;
use crate::calibration::{Clarification, Round, clarify, close, edit, open, pick, remind, store, view};
use crate::db::Db;
use crate::forms::Form;
use crate::identity::standing::Standing;
use crate::number::exact;
use crate::problem::Problem;

/// One calibration case by its address.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(super) struct CalibrationPath {
    /// The cycle's year.
    #[param(example = 2027)]
    pub year: i32,
    /// The case's number in the round.
    #[param(example = 1)]
    pub number: i32,
}

/// One criterion of a calibration case by its address.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(super) struct CalibrationCriterionPath {
    /// The cycle's year.
    #[param(example = 2027)]
    pub year: i32,
    /// The case's number in the round.
    #[param(example = 1)]
    pub number: i32,
    /// The criterion's id, or `background`.
    #[param(example = "A1")]
    pub criterion: String,
}

/// One criterion of a year's round by its address.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(super) struct ClarificationPath {
    /// The cycle's year.
    #[param(example = 2027)]
    pub year: i32,
    /// The criterion's id.
    #[param(example = "A1")]
    pub criterion: String,
}

/// A calibration round.
#[derive(Debug, Serialize, ToSchema)]
struct RoundView {
    /// The cycle's year.
    year: i32,
    /// The key of the form whose criteria are scored.
    form: String,
    /// `preparing`, `open` or `closed`.
    #[schema(example = "open")]
    state: &'static str,
    /// The day by which reviewers are asked to have locked.
    due: Option<NaiveDate>,
    /// When it opened.
    opened_at: Option<DateTime<Utc>>,
    /// When it ended.
    closed_at: Option<DateTime<Utc>>,
    /// The cases that the caller may handle, with what each was made from.
    cases: Vec<CoordinatedView>,
    /// Who takes part, by name; empty before the round opens.
    participants: Vec<ParticipantView>,
    /// Criteria that need a clarification and have none.
    unclear: Vec<String>,
}

/// A calibration case with what it was made from.
#[derive(Debug, Serialize, ToSchema)]
struct CoordinatedView {
    /// Its number in the round.
    number: i32,
    /// The unit whose case it was made from.
    unit: String,
    /// The year of that case.
    source_year: i32,
    /// How many have locked it.
    locked: usize,
}

/// A reviewer who takes part.
#[derive(Debug, Serialize, ToSchema)]
struct ParticipantView {
    /// Name.
    name: String,
    /// How many of the round's cases they have locked.
    locked: usize,
}

/// Cases that can be picked.
#[derive(Debug, Serialize, ToSchema)]
struct EligibleList {
    /// The newest first.
    cases: Vec<SourceView>,
}

/// A released case.
#[derive(Debug, Serialize, ToSchema)]
struct SourceView {
    /// The unit's slug.
    unit: String,
    /// The unit's name.
    name: String,
    /// The case's year.
    year: i32,
}

/// A case to copy.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"unit": "kardiologi", "year": 2026}))]
pub(super) struct NewCalibrationCase {
    /// The unit's slug.
    #[validate(length(min = 1, max = 200))]
    #[schema(min_length = 1, max_length = 200)]
    unit: String,
    /// The case's year.
    year: i32,
}

/// A calibration case that was made.
#[derive(Debug, Serialize, ToSchema)]
struct Picked {
    /// Its number in the round.
    number: i32,
}

/// The opening of a round.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"read": true, "due": "2027-01-29"}))]
pub(super) struct Opening {
    /// Whether the caller has read every text of every copy.
    read: bool,
    /// The day by which reviewers are asked to have locked.
    #[serde(default)]
    due: Option<NaiveDate>,
}

/// How many were reminded.
#[derive(Debug, Serialize, ToSchema)]
struct Reminded {
    /// Reviewers who have not locked every case.
    people: usize,
}

/// The copy of one criterion, or of the background.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct CopyView {
    /// Counts changes from 1. Also the `ETag`.
    version: i32,
    /// The answers, anonymised.
    #[schema(value_type = Object)]
    answers: crate::forms::RawAnswers,
    /// How many pieces of evidence there were, by kind; none of them is here.
    evidence: BTreeMap<String, usize>,
    /// Why the unit left the criterion without an answer.
    left: Option<String>,
    /// The texts that can be mended, by place.
    texts: BTreeMap<String, String>,
}

/// The copy of a case, by criterion.
#[derive(Debug, Serialize, ToSchema)]
struct WholeCopy {
    /// The background under `background`.
    criteria: BTreeMap<String, CopyView>,
}

/// Texts to mend.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"texts": {"motivation": "The group meets once a month."}}))]
pub(super) struct MendedTexts {
    /// By place, as the copy has them.
    texts: BTreeMap<String, String>,
}

/// How the levels of one criterion are spread in one case.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct MeasuredView {
    /// How many gave 0, 1, 2, 3 and 4.
    #[schema(value_type = Vec<usize>)]
    levels: [usize; 5],
    /// How many could not judge.
    cannot_judge: usize,
    /// The median level, an exact fraction.
    #[schema(example = "5/2")]
    median: Option<String>,
    /// d, the median of the differences within all pairs, an exact fraction.
    #[schema(example = "1")]
    difference: Option<String>,
    /// The share of K in per cent, an exact fraction.
    cannot_judge_share: Option<String>,
    /// Whether the anchors need a clarification: d of at least 2.
    needs_clarification: bool,
}

impl From<&Measured> for MeasuredView {
    fn from(measured: &Measured) -> MeasuredView {
        let told = |value: Option<crate::number::Fraction>| value.as_ref().map(exact);
        MeasuredView {
            levels: measured.levels,
            cannot_judge: measured.cannot_judge,
            median: told(measured.median()),
            difference: told(measured.difference()),
            cannot_judge_share: told(measured.cannot_judge_share()),
            needs_clarification: measured.needs_clarification(),
        }
    }
}

/// What a round shows.
#[derive(Debug, Serialize, ToSchema)]
struct SpreadView {
    /// By criterion, by the case's number.
    criteria: BTreeMap<String, BTreeMap<i32, MeasuredView>>,
}

/// What a criterion's anchors mean this year.
#[derive(Debug, Serialize, ToSchema)]
struct ClarificationView {
    /// Counts changes; 0 when nothing was written. Also the `ETag`.
    version: i32,
    /// The text; empty when there is none.
    text: String,
}

impl From<Option<&Clarification>> for ClarificationView {
    fn from(written: Option<&Clarification>) -> ClarificationView {
        let text = written.map(|written| written.text.clone()).unwrap_or_default();
        ClarificationView { version: written.map_or(0, |written| written.version), text }
    }
}

/// A clarification to write.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"text": "Level 3 takes that the plan is followed up, not only written."}))]
pub(super) struct NewClarification {
    /// The text; empty takes it away.
    #[validate(length(max = 2000))]
    #[schema(max_length = 2000)]
    text: String,
}

/// The form of a round.
pub(super) fn form_of(app: &App, round: &Round) -> Result<std::sync::Arc<Form>, Problem> {
    app.forms.get(&round.form).ok_or_else(|| Problem::internal(format!("no form {}", round.form)))
}

fn the_round(db: &mut Db, standing: &Standing, year: i32) -> Result<Round, Problem> {
    view::coordinated_round(db, standing, year)?.ok_or_else(Problem::not_found)
}

/// The calibration round of a year. For coordinators.
#[utoipa::path(get, path = "/cycles/{year}/calibration", operation_id = "get_calibration", tag = "Calibration",
    params(("year" = i32, Path, example = 2027)), responses((status = 200, body = RoundView)))]
pub(super) async fn show(caller: Caller, year: Path<i32>) -> Answer {
    let app = caller.app.clone();
    let shown = caller
        .read(move |db, standing| {
            let round = the_round(db, standing, *year)?;
            let form = form_of(&app, &round)?;
            let locked = store::locked(db, *year)?;
            let case = |one: view::Coordinated| CoordinatedView {
                number: one.case.number,
                unit: one.source.unit.slug,
                source_year: one.source.year,
                locked: locked.iter().filter(|(number, _)| *number == one.case.number).count(),
            };
            let cases = view::coordinated_cases(db, standing, &round)?.into_iter().map(case).collect();
            let (mut participants, mut unclear) = (Vec::new(), Vec::new());
            if round.opened_at.is_some() {
                let people = view::participants(db, standing, *year)?;
                let one = |(person, locked): (crate::identity::Person, usize)| ParticipantView {
                    name: person.name,
                    locked,
                };
                participants = people.into_iter().map(one).collect();
                let spread = view::spread(db, standing, &round)?;
                unclear = view::unclear(&form, &spread, &view::clarifications(db, standing, &round)?);
            }
            Ok(RoundView {
                year: round.year,
                form: round.form,
                state: round.state.as_str(),
                due: round.due,
                opened_at: round.opened_at.map(utc),
                closed_at: round.closed_at.map(utc),
                cases,
                participants,
                unclear,
            })
        })
        .await?;
    ok(&shown)
}

/// The released cases of earlier years that can be picked: none of the caller's own unit. For coordinators.
#[utoipa::path(get, path = "/cycles/{year}/calibration/eligible", operation_id = "list_calibration_sources",
    tag = "Calibration", params(("year" = i32, Path, example = 2027)), responses((status = 200, body = EligibleList)))]
pub(super) async fn eligible(caller: Caller, year: Path<i32>) -> Answer {
    let app = caller.app.clone();
    let cases = caller.read(move |db, standing| pick::eligible(db, standing, &app.forms, *year)).await?;
    let source = |case: crate::cycles::Case| SourceView {
        unit: case.unit.slug,
        name: case.unit.name,
        year: case.year,
    };
    ok(&EligibleList { cases: cases.into_iter().map(source).collect() })
}

/// Makes an anonymised copy of a released case; with the first one the round begins. For coordinators.
#[utoipa::path(post, path = "/cycles/{year}/calibration/cases", operation_id = "pick_calibration_case",
    tag = "Calibration", params(("year" = i32, Path, example = 2027)), request_body = NewCalibrationCase,
    responses((status = 201, body = Picked)))]
pub(super) async fn add(caller: Caller, year: Path<i32>, new: Body<NewCalibrationCase>) -> Answer {
    let (app, year) = (caller.app.clone(), year.into_inner());
    let case = caller
        .act(move |act, standing| {
            let library = (&app.forms, app.config.calibration_cases);
            pick::pick(act, standing, library, year, (&new.0.unit, new.0.year))
        })
        .await?;
    let location = format!("/api/v1/cycles/{year}/calibration/cases/{}", case.number);
    created(&location, &Picked { number: case.number })
}

/// Leaves a case out of a round that has not opened. For coordinators.
#[utoipa::path(delete, path = "/cycles/{year}/calibration/cases/{number}", operation_id = "leave_out_calibration_case",
    tag = "Calibration", params(CalibrationPath), responses((status = 204)))]
pub(super) async fn leave_out(caller: Caller, path: Path<CalibrationPath>) -> Answer {
    caller.act(move |act, standing| pick::leave_out(act, standing, path.year, path.number)).await?;
    Ok(done())
}

fn copy_view(form: &Form, id: &str, version: i32, content: Content) -> CopyView {
    let texts = copy::texts(&copy::fields(form, form.criterion(id)), &content);
    CopyView {
        version,
        texts: texts.into_iter().map(|one| (one.place, one.text)).collect(),
        answers: content.answers,
        evidence: content.evidence,
        left: content.left,
    }
}

/// The copy of a case as it stands. For coordinators.
#[utoipa::path(get, path = "/cycles/{year}/calibration/cases/{number}", operation_id = "get_calibration_copy",
    tag = "Calibration", params(CalibrationPath), responses((status = 200, body = WholeCopy)))]
pub(super) async fn copy(caller: Caller, path: Path<CalibrationPath>) -> Answer {
    let app = caller.app.clone();
    let criteria = caller
        .read(move |db, standing| {
            let known = view::coordinated_case(db, standing, path.year, path.number)?;
            let form = form_of(&app, &known.round)?;
            let copy = view::copy(db, &known)?;
            Ok(copy
                .into_iter()
                .map(|(id, (version, content))| {
                    let view = copy_view(&form, &id, version, content);
                    (id, view)
                })
                .collect())
        })
        .await?;
    ok(&WholeCopy { criteria })
}

async fn read_copy(caller: &Caller, path: CalibrationCriterionPath) -> Result<CopyView, Refusal> {
    let app = caller.app.clone();
    caller
        .read(move |db, standing| {
            let known = view::coordinated_case(db, standing, path.year, path.number)?;
            let form = form_of(&app, &known.round)?;
            let newest = view::versions(db, &known, &path.criterion)?.pop().ok_or_else(Problem::not_found)?;
            Ok(copy_view(&form, &path.criterion, newest.version, newest.content))
        })
        .await
}

/// The copy of one criterion as it stands. For coordinators.
#[utoipa::path(get, path = "/cycles/{year}/calibration/cases/{number}/{criterion}",
    operation_id = "get_calibration_text", tag = "Calibration", params(CalibrationCriterionPath),
    responses((status = 200, body = CopyView, headers(("ETag" = String, description = "The version")))))]
pub(super) async fn text(caller: Caller, path: Path<CalibrationCriterionPath>) -> Answer {
    let view = read_copy(&caller, path.into_inner()).await?;
    ok_version(view.version, &view)
}

/// Mends texts of one criterion before the round opens; earlier versions stay. For coordinators.
#[utoipa::path(put, path = "/cycles/{year}/calibration/cases/{number}/{criterion}",
    operation_id = "mend_calibration_text", tag = "Calibration", params(CalibrationCriterionPath),
    request_body = MendedTexts,
    responses((status = 200, body = CopyView, headers(("ETag" = String, description = "The new version")))))]
pub(super) async fn mend(
    caller: Caller,
    path: Path<CalibrationCriterionPath>,
    seen: Seen,
    new: Body<MendedTexts>,
) -> Answer {
    let (path, app) = (path.into_inner(), caller.app.clone());
    let texts: Vec<(String, String)> = new.0.texts.into_iter().collect();
    let at = path.clone();
    let saved = caller
        .act(move |act, standing| {
            let round = the_round(act.db, standing, at.year)?;
            let form = form_of(&app, &round)?;
            edit::edit(act, standing, &form, (at.year, at.number, &at.criterion), seen.0, &texts)
        })
        .await;
    let newer = match &saved {
        Err(refusal) if !refusal.is_stale() => None,
        _ => Some(read_copy(&caller, path).await?),
    };
    match (saved, newer) {
        (Ok(_), Some(view)) => ok_version(view.version, &view),
        (Err(refusal), Some(newer)) => Err(refusal.with_newer(newer.version, &newer)),
        (Err(refusal), None) => Err(refusal),
        (Ok(_), None) => Err(Problem::internal("a saved text that is not there").into()),
    }
}

/// Opens the round: reviewers are mailed, and the copies change no more. For coordinators.
#[utoipa::path(post, path = "/cycles/{year}/calibration/opening", operation_id = "open_calibration", tag = "Calibration",
    params(("year" = i32, Path, example = 2027)), request_body = Opening, responses((status = 204)))]
pub(super) async fn begin(caller: Caller, year: Path<i32>, new: Body<Opening>) -> Answer {
    let Opening { read, due } = new.0;
    caller.act(move |act, standing| open::open(act, standing, *year, due, read)).await?;
    Ok(done())
}

/// Reminds everybody who has not locked every case, at most once a day each. For coordinators.
#[utoipa::path(post, path = "/cycles/{year}/calibration/reminders", operation_id = "remind_calibration",
    tag = "Calibration", params(("year" = i32, Path, example = 2027)), responses((status = 200, body = Reminded)))]
pub(super) async fn remind_all(caller: Caller, year: Path<i32>) -> Answer {
    let people = caller.act(move |act, standing| remind::remind(act, standing, *year)).await?;
    ok(&Reminded { people })
}

/// Ends the round: nobody scores any more, and clarifications stand beside the anchors. For coordinators.
#[utoipa::path(post, path = "/cycles/{year}/calibration/closing", operation_id = "close_calibration", tag = "Calibration",
    params(("year" = i32, Path, example = 2027)), responses((status = 204)))]
pub(super) async fn end(caller: Caller, year: Path<i32>) -> Answer {
    caller.act(move |act, standing| close::close(act, standing, *year)).await?;
    Ok(done())
}

/// How the levels of all who have locked are spread, without names. For coordinators.
#[utoipa::path(get, path = "/cycles/{year}/calibration/spread", operation_id = "get_calibration_spread",
    tag = "Calibration", params(("year" = i32, Path, example = 2027)), responses((status = 200, body = SpreadView)))]
pub(super) async fn spread(caller: Caller, year: Path<i32>) -> Answer {
    let spread = caller
        .read(move |db, standing| {
            let round = the_round(db, standing, *year)?;
            view::spread(db, standing, &round)
        })
        .await?;
    let cases = |cases: &BTreeMap<i32, Measured>| {
        cases.iter().map(|(number, measured)| (*number, measured.into())).collect()
    };
    ok(&SpreadView { criteria: spread.iter().map(|(id, of)| (id.clone(), cases(of))).collect() })
}

async fn read_clarification(caller: &Caller, path: ClarificationPath) -> Result<ClarificationView, Refusal> {
    let app = caller.app.clone();
    caller
        .read(move |db, standing| {
            let round = the_round(db, standing, path.year)?;
            form_of(&app, &round)?.criterion(&path.criterion).ok_or_else(Problem::not_found)?;
            let all = view::clarifications(db, standing, &round)?;
            Ok(all.get(&path.criterion).and_then(|all| all.last()).into())
        })
        .await
}

/// The clarification of a criterion's anchors. For coordinators, from the opening on.
#[utoipa::path(get, path = "/cycles/{year}/calibration/clarifications/{criterion}", operation_id = "get_clarification",
    tag = "Calibration", params(ClarificationPath),
    responses((status = 200, body = ClarificationView, headers(("ETag" = String, description = "The version")))))]
pub(super) async fn clarification(caller: Caller, path: Path<ClarificationPath>) -> Answer {
    let view = read_clarification(&caller, path.into_inner()).await?;
    ok_version(view.version, &view)
}

/// Writes the clarification of a criterion's anchors; reviewers read it once the round has ended. For coordinators.
#[utoipa::path(put, path = "/cycles/{year}/calibration/clarifications/{criterion}",
    operation_id = "write_clarification", tag = "Calibration", params(ClarificationPath),
    request_body = NewClarification,
    responses((status = 200, body = ClarificationView, headers(("ETag" = String, description = "The new version")))))]
pub(super) async fn clarify(
    caller: Caller,
    path: Path<ClarificationPath>,
    seen: Seen,
    new: Body<NewClarification>,
) -> Answer {
    let (path, app) = (path.into_inner(), caller.app.clone());
    let at = path.clone();
    let written = caller
        .act(move |act, standing| {
            let round = the_round(act.db, standing, at.year)?;
            let form = form_of(&app, &round)?;
            clarify::clarify(act, standing, &form, (at.year, &at.criterion), seen.0, &new.0.text)
        })
        .await;
    match written {
        Ok(written) => ok_version(written.version, &ClarificationView::from(Some(&written))),
        Err(refusal) if refusal.is_stale() => {
            let newer = read_clarification(&caller, path).await?;
            Err(refusal.with_newer(newer.version, &newer))
        }
        Err(refusal) => Err(refusal),
    }
}
