//! The words of every mail, in both languages. A mail greets, says what happened in one or two sentences, and links.

use askama::Template;

use super::Kind;
use super::store::Claimed;
use super::transport::Letter;
use crate::clock::Moment;
use crate::problem::Problem;
use crate::text::{self, Lang};

/// What one mail says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Words {
    /// Subject and heading.
    pub subject: String,
    /// The sentences.
    pub body: String,
    /// What the button says.
    pub button: &'static str,
    /// Why the receiver gets it.
    pub why: &'static str,
}

#[derive(Template)]
#[template(path = "mail.html")]
struct Html<'a> {
    lang: Lang,
    name: &'a str,
    words: &'a Words,
    link: &'a str,
    base_url: &'a str,
}

#[derive(Template)]
#[template(path = "mail.txt")]
struct Plain<'a> {
    lang: Lang,
    name: &'a str,
    words: &'a Words,
    link: &'a str,
}

/// Puts the words of a mail together into a letter.
pub(super) fn letter(
    claimed: &Claimed,
    words: &Words,
    link: &str,
    base_url: &str,
    lang: Lang,
) -> Result<Letter, Problem> {
    let name = claimed.name.split_whitespace().next().unwrap_or(&claimed.name);
    let html = Html { lang, name, words, link, base_url }.render().map_err(Problem::internal)?;
    let text = Plain { lang, name, words, link }.render().map_err(Problem::internal)?;
    Ok(Letter {
        id: claimed.id.to_string(),
        to: claimed.email.clone(),
        to_name: claimed.name.clone(),
        subject: words.subject.clone(),
        text,
        html,
        attachments: Vec::new(),
    })
}

/// The words of a kind; `about` is the unit, `due` the date it speaks of.
#[must_use]
pub fn words(kind: &Kind, lang: Lang, about: Option<&str>, due: Option<Moment>) -> Words {
    let (subject, body, button, why) = phrases(kind, lang, due.is_some());
    let when = due.map(|due| text::moment(due, lang)).unwrap_or_default();
    let subject = match about {
        Some(unit) => format!("{subject}: {unit}"),
        None => subject.to_owned(),
    };
    Words { subject, body: body.replace("{när}", &when), button, why }
}

type Phrases = (&'static str, &'static str, &'static str, &'static str);

/// Subject, body with `{när}` where the date goes, button and reason.
#[expect(clippy::too_many_lines, reason = "a table: one entry a kind")]
fn phrases(kind: &Kind, lang: Lang, dated: bool) -> Phrases {
    let unit = lang.t(
        "Du får mejlet för att du arbetar med enhetens utvärdering.",
        "You get this mail because you work with the unit's evaluation.",
    );
    let reviewer =
        lang.t("Du får mejlet för att du är granskare.", "You get this mail because you are a reviewer.");
    let concerned = lang.t(
        "Du får mejlet för att utvärderingen berör dig.",
        "You get this mail because the evaluation concerns you.",
    );
    let (subject, with_date, without, button, why) = match kind {
        Kind::SignIn { .. } => (
            lang.t("Din inloggningslänk", "Your sign-in link"),
            lang.t(
                "Du eller någon annan har bett om att logga in med den här adressen. Länken gäller en gång, till {när}. Har du inte bett om den behöver du inte göra något.",
                "You or somebody else asked to sign in with this address. The link works once, until {när}. If you did not ask for it, you need not do anything.",
            ),
            "",
            lang.t("Logga in", "Sign in"),
            lang.t("Du får mejlet för att din adress angavs på inloggningssidan.", "You get this mail because your address was given on the sign-in page."),
        ),
        Kind::CycleOpened => (
            lang.t("Årets självvärdering är öppen", "This year's self-assessment is open"),
            lang.t("Självvärderingen är öppen. Lämna in senast {när}. Det ni lämnade in förra året finns med, att bekräfta eller ändra.", "The self-assessment is open. Submit no later than {när}. What you submitted last year is there, to confirm or change."),
            lang.t("Självvärderingen är öppen. Det ni lämnade in förra året finns med, att bekräfta eller ändra.", "The self-assessment is open. What you submitted last year is there, to confirm or change."),
            lang.t("Öppna självvärderingen", "Open the self-assessment"),
            unit,
        ),
        Kind::Invited => (
            lang.t("Du är inbjuden att svara för enheten", "You are invited to answer for the unit"),
            "",
            lang.t("Verksamhetschefen har bjudit in dig att skriva i enhetens självvärdering. Logga in med den här adressen; du får en länk i ett mejl.", "The head of the unit has invited you to write in the unit's self-assessment. Sign in with this address; you get a link by mail."),
            lang.t("Öppna självvärderingen", "Open the self-assessment"),
            lang.t("Du får mejlet för att enhetens verksamhetschef angav din adress.", "You get this mail because the head of the unit gave your address."),
        ),
        Kind::HeadHandedOver => (
            lang.t("Du är verksamhetschef i utvärderingen", "You are head of unit in the evaluation"),
            lang.t("Du har tagit över enhetens utvärdering. Självvärderingen lämnas in senast {när}. Sidan visar hur långt den har kommit, vem som skriver i vilket område och vad som väntar på dig.", "You have taken over the unit's evaluation. The self-assessment is submitted no later than {när}. The page shows how far it has come, who writes in which area and what awaits you."),
            lang.t("Du har tagit över enhetens utvärdering. Sidan visar var den står och vad som väntar på dig.", "You have taken over the unit's evaluation. The page shows where it stands and what awaits you."),
            lang.t("Se var utvärderingen står", "See where the evaluation stands"),
            unit,
        ),
        Kind::HeadEnded => (
            lang.t("En annan är verksamhetschef i utvärderingen", "Somebody else is head of unit in the evaluation"),
            "",
            lang.t("Enhetens utvärdering har lämnats över till en ny verksamhetschef.", "The unit's evaluation has been handed over to a new head."),
            lang.t("Gå till Mina uppgifter", "Go to My tasks"),
            unit,
        ),
        Kind::ReadyToSubmit => (
            lang.t("Klart att läsa igenom och lämna in", "Ready to read through and submit"),
            lang.t("Alla områden är markerade som klara. Läs igenom och lämna in senast {när}.", "All areas are marked as ready. Read through and submit no later than {när}."),
            lang.t("Alla områden är markerade som klara. Läs igenom och lämna in.", "All areas are marked as ready. Read through and submit."),
            lang.t("Läs igenom och lämna in", "Read through and submit"),
            unit,
        ),
        Kind::ExtensionDeclined => (
            lang.t("Svar på er begäran om mer tid", "Answer to your request for more time"),
            lang.t("Er begäran om mer tid är besvarad. Lämna in senast {när}.", "Your request for more time has been answered. Submit no later than {när}."),
            lang.t("Er begäran om mer tid är besvarad.", "Your request for more time has been answered."),
            lang.t("Se svaret", "See the answer"),
            unit,
        ),
        Kind::Submitted => (
            lang.t("Självvärderingen är inlämnad", "The self-assessment is submitted"),
            lang.t("Självvärderingen lämnades in {när}. Svaren är låsta. De finns som PDF på kvittots sida, och här som bilaga.", "The self-assessment was submitted {när}. The answers are locked. They are there as PDF on the page of the receipt, and attached here."),
            lang.t("Självvärderingen är inlämnad. Svaren är låsta. De finns som PDF på kvittots sida.", "The self-assessment is submitted. The answers are locked. They are there as PDF on the page of the receipt."),
            lang.t("Se kvittot", "See the receipt"),
            unit,
        ),
        Kind::FormMoved => (
            lang.t("Formuläret har rättats", "The form was mended"),
            "",
            lang.t("Formuläret för årets självvärdering har rättats. Allt ni har svarat finns kvar. Läs igenom de svar som märkts som inte bekräftade, och bekräfta eller ändra dem.", "The form of this year's self-assessment was mended. All you have answered is there. Read through the answers that are marked as not confirmed, and confirm or change them."),
            lang.t("Öppna självvärderingen", "Open the self-assessment"),
            unit,
        ),
        Kind::Returned => (
            lang.t("Självvärderingen behöver kompletteras", "The self-assessment needs completion"),
            lang.t("Samordnaren ber om komplettering senast {när}. Bara det som saknas är öppet.", "The coordinator asks for completion no later than {när}. Only what is missing is open."),
            lang.t("Samordnaren ber om komplettering. Bara det som saknas är öppet.", "The coordinator asks for completion. Only what is missing is open."),
            lang.t("Se vad som saknas", "See what is missing"),
            unit,
        ),
        Kind::Cancelled => (
            lang.t("Enheten utgår ur årets utvärdering", "The unit leaves this year's evaluation"),
            "",
            lang.t("Samordnaren har beslutat att enheten utgår ur årets utvärdering. Det ni har skrivit finns kvar att läsa.", "The coordinator has decided that the unit leaves this year's evaluation. What you have written can still be read."),
            lang.t("Öppna ärendet", "Open the case"),
            unit,
        ),
        Kind::Extended => (
            lang.t("Ny sista dag för självvärderingen", "New last day for the self-assessment"),
            lang.t("Ni har fått längre tid. Lämna in senast {när}.", "You have been given more time. Submit no later than {när}."),
            lang.t("Ni har fått längre tid.", "You have been given more time."),
            lang.t("Öppna självvärderingen", "Open the self-assessment"),
            unit,
        ),
        Kind::DatesChanged => (
            lang.t("Nytt datum för årets självvärdering", "New date for this year's self-assessment"),
            lang.t("Årets datum har ändrats. Lämna in senast {när}.", "The year's dates have changed. Submit no later than {när}."),
            lang.t("Årets datum har ändrats.", "The year's dates have changed."),
            lang.t("Öppna självvärderingen", "Open the self-assessment"),
            unit,
        ),
        Kind::SupportOpened => (
            lang.t("En samordnare läser ert utkast", "A coordinator reads your draft"),
            "",
            lang.t("En samordnare har öppnat ert utkast för att hjälpa er. Samordnaren kan läsa men inte ändra. Skälet står på enhetens sida, och verksamhetschefen kan avsluta läsningen där.", "A coordinator has opened your draft to help you. The coordinator can read but not change. The reason stands on the unit's page, where the head of unit can end it."),
            lang.t("Se skälet", "See the reason"),
            unit,
        ),
        Kind::NotApplicableDecided => (
            lang.t("Svar på er begäran", "Answer to your request"),
            "",
            lang.t("Er begäran om att ett kriterium inte är tillämpligt är besvarad.", "Your request that a criterion does not apply has been answered."),
            lang.t("Se svaret", "See the answer"),
            unit,
        ),
        Kind::Assigned => (
            lang.t("Du är utsedd till granskare", "You are appointed reviewer"),
            lang.t("Börja med att ta ställning till jäv. Granskningen ska vara låst senast {när}.", "Begin by declaring conflicts of interest. The review is to be locked no later than {när}."),
            lang.t("Börja med att ta ställning till jäv.", "Begin by declaring conflicts of interest."),
            lang.t("Ta ställning till jäv", "Declare conflicts of interest"),
            reviewer,
        ),
        Kind::AssignmentEnded => (
            lang.t("Ditt granskningsuppdrag är avslutat", "Your review assignment has ended"),
            "",
            lang.t("Du är inte längre granskare för enheten. Det du skrev är förseglat.", "You no longer review the unit. What you wrote is sealed."),
            lang.t("Gå till Mina uppgifter", "Go to My tasks"),
            reviewer,
        ),
        Kind::BothLocked => (
            lang.t("Samsynen kan börja", "The settlement can begin"),
            lang.t("Båda granskningarna är låsta. Bara det som skiljer är öppet, till {när}.", "Both reviews are locked. Only what differs is open, until {när}."),
            lang.t("Båda granskningarna är låsta. Bara det som skiljer är öppet.", "Both reviews are locked. Only what differs is open."),
            lang.t("Öppna samsynen", "Open the settlement"),
            reviewer,
        ),
        Kind::FurtherAsked => (
            lang.t("Du är utsedd till ytterligare granskare", "You are appointed further reviewer"),
            lang.t("Några kriterier behöver din bedömning senast {när}. Börja med att ta ställning till jäv.", "Some criteria need your judgement no later than {när}. Begin by declaring conflicts of interest."),
            lang.t("Några kriterier behöver din bedömning. Börja med att ta ställning till jäv.", "Some criteria need your judgement. Begin by declaring conflicts of interest."),
            lang.t("Ta ställning till jäv", "Declare conflicts of interest"),
            reviewer,
        ),
        Kind::FactCheck => (
            lang.t("Kontrollera fakta i utkastet", "Check the facts in the draft"),
            lang.t("Granskarnas utkast är klart. Lämna synpunkter på sakuppgifter senast {när}.", "The reviewers' draft is ready. Comment on facts no later than {när}."),
            lang.t("Granskarnas utkast är klart. Ni kan lämna synpunkter på sakuppgifter.", "The reviewers' draft is ready. You can comment on facts."),
            lang.t("Läs utkastet", "Read the draft"),
            unit,
        ),
        Kind::FactCommented => (
            lang.t("Enheten har lämnat synpunkter", "The unit has commented"),
            lang.t("Enheten har lämnat synpunkter på sakuppgifter. Svara senast {när}.", "The unit has commented on facts. Answer no later than {när}."),
            lang.t("Enheten har lämnat synpunkter på sakuppgifter.", "The unit has commented on facts."),
            lang.t("Läs synpunkterna", "Read the comments"),
            concerned,
        ),
        Kind::Final => (
            lang.t("Resultatet är fastställt", "The result is fixed"),
            "",
            lang.t("Årets resultat är fastställt.", "This year's result is fixed."),
            lang.t("Öppna ärendet", "Open the case"),
            concerned,
        ),
        Kind::Released => (
            lang.t("Resultatet är meddelat", "The result is released"),
            "",
            lang.t("Årets resultat och rapport finns att läsa.", "This year's result and report are there to read."),
            lang.t("Läs resultatet", "Read the result"),
            concerned,
        ),
        Kind::RecommendationWritten => (
            lang.t("Samordningsgruppen har lämnat en rekommendation", "The coordination group has made a recommendation"),
            "",
            lang.t("Samordningsgruppen har behandlat årets resultat.", "The coordination group has dealt with this year's result."),
            lang.t("Läs rekommendationen", "Read the recommendation"),
            concerned,
        ),
        Kind::PlanDue => (
            lang.t("En åtgärdsplan behövs", "An improvement plan is needed"),
            lang.t("Skriv en åtgärdsplan senast {när}.", "Write an improvement plan no later than {när}."),
            lang.t("Skriv en åtgärdsplan.", "Write an improvement plan."),
            lang.t("Skriv åtgärdsplanen", "Write the plan"),
            unit,
        ),
        Kind::PlanToSign => (
            lang.t("En åtgärdsplan väntar på din underskrift", "An improvement plan awaits your signature"),
            "",
            lang.t("Enheten har lämnat in sin åtgärdsplan. Läs den och skriv under, så att samordnaren kan godkänna den.", "The unit has submitted its improvement plan. Read and sign it, so that the coordinator can accept it."),
            lang.t("Läs och skriv under", "Read and sign"),
            concerned,
        ),
        Kind::PlanWritten => (
            lang.t("En åtgärdsplan är inlämnad", "An improvement plan is submitted"),
            "",
            lang.t("Enheten har lämnat in sin åtgärdsplan. En samordnare godkänner den eller ger den tillbaka.", "The unit has submitted its improvement plan. A coordinator accepts it or gives it back."),
            lang.t("Läs åtgärdsplanen", "Read the plan"),
            concerned,
        ),
        Kind::PlanAccepted => (
            lang.t("Åtgärdsplanen är godtagen", "The improvement plan is accepted"),
            "",
            lang.t("Åtgärdsplanen är godtagen. Uppföljningen sker vid de datum som står i planen.", "The improvement plan is accepted. It is followed up on the dates in the plan."),
            lang.t("Öppna åtgärdsplanen", "Open the plan"),
            unit,
        ),
        Kind::FollowUp => (
            lang.t("Dags att följa upp åtgärderna", "Time to follow up the actions"),
            lang.t("Berätta hur det går med åtgärderna senast {när}.", "Tell how the actions go no later than {när}."),
            lang.t("Berätta hur det går med åtgärderna.", "Tell how the actions go."),
            lang.t("Uppdatera åtgärderna", "Update the actions"),
            unit,
        ),
        Kind::EvidenceStopped => (
            lang.t("En fil är stoppad av viruskontrollen", "A file was stopped by the virus scan"),
            "",
            lang.t("Viruskontrollen har stoppat en fil i underlaget. Den går inte att öppna och räknas inte. Ta bort den och lämna en ren kopia.", "The virus scan has stopped a file of the evidence. It cannot be opened and does not count. Remove it and give a clean copy."),
            lang.t("Se underlaget", "See the evidence"),
            unit,
        ),
        Kind::CalibrationOpened => (
            lang.t("Årets övningsomgång är öppen", "This year's calibration round is open"),
            lang.t("Alla granskare bedömer samma anonymiserade övningsfall före årets granskning. Lås dina övningsfall senast {när}.", "All reviewers score the same anonymised calibration cases before this year's reviews. Lock your calibration cases no later than {när}."),
            lang.t("Alla granskare bedömer samma anonymiserade övningsfall före årets granskning.", "All reviewers score the same anonymised calibration cases before this year's reviews."),
            lang.t("Öppna övningen", "Open the calibration"),
            reviewer,
        ),
        Kind::CalibrationReminder => (
            lang.t("Påminnelse om övningsomgången", "Reminder of the calibration round"),
            lang.t("Du har övningsfall som inte är låsta. Lås dem senast {när}.", "You have calibration cases that are not locked. Lock them no later than {när}."),
            lang.t("Du har övningsfall som inte är låsta.", "You have calibration cases that are not locked."),
            lang.t("Öppna övningen", "Open the calibration"),
            reviewer,
        ),
        Kind::CoordinatorNeeded => (
            lang.t("Något väntar på samordnaren", "Something awaits the coordinator"),
            "",
            lang.t("Utvärderingen behöver en samordnares beslut för att gå vidare.", "The evaluation needs a coordinator's decision to go on."),
            lang.t("Se vad som väntar", "See what awaits"),
            lang.t("Du får mejlet för att du är samordnare.", "You get this mail because you are a coordinator."),
        ),
        Kind::CoordinatorMissing => (
            lang.t("Ett ärende saknar samordnare", "A case has no coordinator"),
            "",
            lang.t("Ingen av samordnarna kan handlägga ärendet. Utse en samordnare till, så att det inte blir stående.", "None of the coordinators can deal with the case. Appoint another, so that it does not come to a stop."),
            lang.t("Öppna användare", "Open users"),
            lang.t("Du får mejlet för att du är administratör.", "You get this mail because you are an administrator."),
        ),
        Kind::Reminder => (
            lang.t("Påminnelse", "Reminder"),
            lang.t("En uppgift ska vara klar senast {när}.", "A task is to be done no later than {när}."),
            lang.t("En uppgift väntar på dig.", "A task awaits you."),
            lang.t("Öppna uppgiften", "Open the task"),
            concerned,
        ),
        Kind::Late => (
            lang.t("Ett datum har passerat", "A date has passed"),
            lang.t("En uppgift skulle ha varit klar {när}.", "A task was to be done {när}."),
            lang.t("En uppgift är försenad.", "A task is late."),
            lang.t("Öppna ärendet", "Open the case"),
            concerned,
        ),
    };
    (
        subject,
        if (dated && !with_date.is_empty()) || without.is_empty() { with_date } else { without },
        button,
        why,
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::NaiveDate;

    #[test]
    fn every_kind_has_its_words_in_both_languages_with_and_without_a_date() {
        let due = NaiveDate::from_ymd_opt(2027, 3, 31).unwrap().and_hms_opt(21, 59, 0).unwrap();
        for kind in Kind::ALL {
            for due in [None, Some(due)] {
                let swedish = words(kind, Lang::Sv, Some("Kardiologi"), due);
                let english = words(kind, Lang::En, Some("Kardiologi"), due);
                for said in [&swedish, &english] {
                    assert!(said.subject.ends_with(": Kardiologi"), "{said:?}");
                    assert!(!said.body.is_empty() && !said.body.contains('{'), "{said:?}");
                    assert!(!said.button.is_empty() && !said.why.is_empty(), "{said:?}");
                }
                assert_ne!(swedish, english);
            }
        }
    }

    #[test]
    fn the_stored_name_of_every_kind_reads_back() {
        for kind in Kind::ALL {
            assert_eq!(Kind::from_stored(kind.as_str(), None).as_ref(), Some(kind));
        }
        assert_eq!(Kind::from_stored("sign_in", None), None);
    }
}
