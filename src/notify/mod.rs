//! Mail: what is written to the outbox inside an act, and how it leaves.
//!
//! Invariants:
//! - A mail is a row of the outbox, written in the transaction of the act that causes it. The same `dedupe` never makes
//!   a second one, so that an act that is run again writes nobody twice.
//! - A mail says what happened and links to a page: never scores, never text that somebody wrote, and no secret but
//!   the sign-in link, which is taken out of the outbox when the mail has left. The one document that goes with a mail
//!   is the receipt of the head who submitted (docs/decisions/receipt.md).
//! - Sending happens outside every transaction and may happen twice when the process dies in between, never not at all.

pub mod deliver;
pub mod store;
pub mod templates;
pub mod transport;

use serde::{Deserialize, Serialize};

use crate::clock::Moment;
use crate::db::Act;
use crate::ids::PersonId;
use crate::problem::Problem;

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident = $text:literal;)+) => {
        /// What a mail is about; each kind has its words in [`templates`].
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub enum Kind {
            /// A one-time sign-in link; `due` is when it ends.
            SignIn {
                /// The secret of the link.
                token: String,
            },
            $($(#[$doc])* $name,)+
        }

        impl Kind {
            /// As stored.
            #[must_use]
            pub fn as_str(&self) -> &'static str {
                match self { Kind::SignIn { .. } => SIGN_IN, $(Kind::$name => $text,)+ }
            }

            /// Reads what was stored; a sign-in mail whose secret is gone is no longer one.
            #[must_use]
            pub fn from_stored(text: &str, token: Option<&str>) -> Option<Kind> {
                match text {
                    SIGN_IN => Some(Kind::SignIn { token: token?.to_owned() }),
                    $($text => Some(Kind::$name),)+
                    _ => None,
                }
            }

            /// Every kind but the sign-in link.
            pub const ALL: &'static [Kind] = &[$(Kind::$name,)+];
        }
    };
}

/// The stored name of [`Kind::SignIn`].
const SIGN_IN: &str = "sign_in";

kinds! {
    /// To the unit: this year's self-assessment is open; `due` is the day of submission.
    CycleOpened = "cycle_opened";
    /// To somebody who answers for a unit from now on: the head has invited them.
    Invited = "invited";
    /// To the new head of a unit: where the assessment stands; `due` is the day of submission.
    HeadHandedOver = "head_handed_over";
    /// To the one who was head: somebody else is now.
    HeadEnded = "head_ended";
    /// To the head: every area is marked as ready; `due` is the day of submission.
    ReadyToSubmit = "ready_to_submit";
    /// To the head who submitted: receipt of the self-assessment, with the answers.
    Submitted = "submitted";
    /// To the unit: the coordinator asks for what is missing; `due` is the last day.
    Returned = "returned";
    /// To the unit: the form was mended while it was answering; some answers are to be confirmed again.
    FormMoved = "form_moved";
    /// To the unit: it leaves this year's evaluation.
    Cancelled = "cancelled";
    /// To the unit: a new last day for the submission, in `due`.
    Extended = "extended";
    /// To the unit: the year's dates have changed; `due` is the new day of submission.
    DatesChanged = "dates_changed";
    /// To the unit: a coordinator reads the draft, to help.
    SupportOpened = "support_opened";
    /// To the unit: the request for more time was declined.
    ExtensionDeclined = "extension_declined";
    /// To the unit: the request that a criterion does not apply was answered.
    NotApplicableDecided = "not_applicable_decided";
    /// To a reviewer: a new assignment; declare conflicts of interest first. `due` is the day of locking.
    Assigned = "assigned";
    /// To a reviewer: the assignment ended.
    AssignmentEnded = "assignment_ended";
    /// To both reviewers: both have locked, the settlement begins; `due` is its last day.
    BothLocked = "both_locked";
    /// To the further reviewer: criteria to score; `due` is the last day.
    FurtherAsked = "further_asked";
    /// To the unit: the draft result is there to check facts in; `due` is the last day.
    FactCheck = "fact_check";
    /// To reviewers and coordinators: the unit has commented on facts.
    FactCommented = "fact_commented";
    /// To the unit and reviewers: the result is fixed.
    Final = "final";
    /// To the unit and the head of administration: the result is released.
    Released = "released";
    /// To the unit and the head of administration: the coordination group has recommended something.
    RecommendationWritten = "recommendation_written";
    /// To the unit: an improvement plan is to be written; `due` is the last day.
    PlanDue = "plan_due";
    /// To the head of administration: a plan is submitted and awaits the co-signature.
    PlanToSign = "plan_to_sign";
    /// To coordinators: a plan is submitted and awaits acceptance.
    PlanWritten = "plan_written";
    /// To the unit: the plan is accepted.
    PlanAccepted = "plan_accepted";
    /// To the unit: time to tell how the actions go; `due` is the day of the check.
    FollowUp = "follow_up";
    /// To the unit's head and whoever added it: the virus scan has stopped a file.
    EvidenceStopped = "evidence_stopped";
    /// To reviewers: a calibration round is open; `due` is the day by which they are asked to lock.
    CalibrationOpened = "calibration_opened";
    /// To reviewers who have not locked every calibration case.
    CalibrationReminder = "calibration_reminder";
    /// To coordinators: something waits for their decision.
    CoordinatorNeeded = "coordinator_needed";
    /// To administrators: a case has no coordinator who can deal with it.
    CoordinatorMissing = "coordinator_missing";
    /// To whom it concerns: a date is near, in `due`.
    Reminder = "reminder";
    /// To the superior or coordinator: a date has passed, in `due`.
    Late = "late";
}

/// One mail to one person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    /// Who gets it, in that person's language.
    pub to: PersonId,
    /// What it is about.
    pub kind: Kind,
    /// The unit's name, as it stands in the subject.
    pub about: Option<String>,
    /// The local address that the mail links to, beginning with `/`.
    pub path: String,
    /// The date that the mail speaks of.
    pub due: Option<Moment>,
    /// A document that goes with it.
    pub attachment: Option<Attachment>,
    /// What makes this mail the same one when an act is run again, for example `assigned:{case}:{person}`.
    pub dedupe: String,
}

/// A document of the service that goes with a mail: kept by its digest, read when the mail leaves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Attachment {
    /// The file's name as the receiver sees it: plain letters, `usve-kardiologi-2026.pdf`.
    pub name: String,
    /// SHA-256 of its bytes.
    pub digest: String,
}

/// What is stored of a mail beside its kind and receiver.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Stored {
    #[serde(skip_serializing_if = "Option::is_none")]
    about: Option<String>,
    path: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    due: Option<Moment>,
    #[serde(skip_serializing_if = "Option::is_none")]
    token: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    attachment: Option<Attachment>,
}

/// Puts a mail in the outbox as part of the act; nothing happens when one with the same `dedupe` is there.
///
/// # Errors
/// The database refuses.
pub fn enqueue(act: &mut Act<'_>, mail: Mail) -> Result<(), Problem> {
    let now = act.now;
    enqueue_held(act, mail, now)
}

/// As [`enqueue`]; the mail waits until a moment, or until it is released.
///
/// # Errors
/// The database refuses.
pub fn enqueue_held(act: &mut Act<'_>, mail: Mail, until: Moment) -> Result<(), Problem> {
    let kind = mail.kind.as_str();
    let token = match mail.kind {
        Kind::SignIn { token } => Some(token),
        _ => None,
    };
    let stored =
        Stored { about: mail.about, path: mail.path, due: mail.due, token, attachment: mail.attachment };
    let data = serde_json::to_string(&stored).map_err(Problem::internal)?;
    store::insert(act, &mail.dedupe, kind, &mail.to, &data, until)
}

/// Lets a held mail leave now with its document and the date it speaks of; nothing happens when it has left already.
///
/// # Errors
/// The database refuses.
pub fn release(act: &mut Act<'_>, dedupe: &str, attachment: Attachment, due: Moment) -> Result<(), Problem> {
    let Some(data) = store::waiting(act, dedupe)? else { return Ok(()) };
    let mut stored: Stored = serde_json::from_str(&data).map_err(Problem::internal)?;
    stored.attachment = Some(attachment);
    stored.due = Some(due);
    let data = serde_json::to_string(&stored).map_err(Problem::internal)?;
    store::release(act, dedupe, &data)
}
