//! Pages that tell: help, the accessibility statement, personal data.

use askama::Template;

use super::{Answer, Page, Visitor, respond};

#[derive(Template)]
#[template(path = "help.html")]
struct Information {
    page: Page,
    sections: Vec<(&'static str, &'static str)>,
    contact: String,
}

/// A heading and its text, each in Swedish and English.
type Section = ((&'static str, &'static str), (&'static str, &'static str));

fn information(visitor: &Visitor, title: (&str, &str), sections: &[Section]) -> Answer {
    let lang = visitor.lang;
    let sections = sections
        .iter()
        .map(|(heading, text)| (lang.t(heading.0, heading.1), lang.t(text.0, text.1)))
        .collect();
    let page = visitor.page(lang.t(title.0, title.1));
    respond::page(&Information { page, sections, contact: visitor.app.config.contact.clone() })
}

const HELP: &[Section] = &[
    (
        ("Så går året till", "How the year goes"),
        (
            "Enheten fyller i sin självvärdering och lämnar in den. Två granskare, en från Lunds universitet och en från Region Skåne, bedömer den var för sig och sedan tillsammans. Enheten kontrollerar sakuppgifter. Därefter fastställs resultatet och meddelas.",
            "The unit fills in its self-assessment and submits it. Two reviewers, one from Lund University and one from Region Skåne, judge it separately and then together. The unit checks facts. Then the result is fixed and released.",
        ),
    ),
    (
        ("Att fylla i", "Filling in"),
        (
            "Det du skriver sparas medan du skriver, och ett utkast behöver aldrig vara färdigt. Tal kan skrivas med mellanslag och decimalkomma. Flera kan arbeta i samma självvärdering; ändrar två samma svar visas båda texterna.",
            "What you write is saved while you write, and a draft need never be complete. Numbers can be written with spaces and a decimal comma. Several people can work in the same self-assessment; if two change the same answer, both texts are shown.",
        ),
    ),
    (
        ("Vad utvärderingen gäller", "What the evaluation is about"),
        (
            "Omdömet gäller årets utvärdering, inte uppdraget som universitetssjukvårdsenhet.",
            "The outcome is about this year's evaluation, not about the assignment as a university healthcare unit.",
        ),
    ),
];

const ACCESSIBILITY: &[Section] = &[
    (
        ("Hur tillgänglig är tjänsten?", "How accessible is the service?"),
        (
            "Tjänsten är byggd för att uppfylla EN 301 549 och WCAG 2.2 på nivå AA: allt går att göra med tangentbord och utan JavaScript, färg bär aldrig ensam betydelse, och texten går att förstora till 400 procent. Rapporter finns som webbsidor och som taggade PDF-filer.",
            "The service is built to meet EN 301 549 and WCAG 2.2 at level AA: everything can be done by keyboard and without JavaScript, colour never carries meaning alone, and text can be enlarged to 400 per cent. Reports are there as web pages and as tagged PDF files.",
        ),
    ),
    (
        ("Hur den är prövad", "How it is tested"),
        (
            "Alla sidmallar prövas maskinellt med axe vid varje ändring. Den är ännu inte prövad av användare med hjälpmedel.",
            "Every page template is tested by machine with axe at every change. It has not yet been tested by users of assistive technology.",
        ),
    ),
    (
        ("Meddela brister", "Report shortcomings"),
        (
            "Berätta om något hindrar dig, så hjälper vi dig och rättar felet. Är du inte nöjd med svaret kan du anmäla det till Myndigheten för digital förvaltning.",
            "Tell us if something stands in your way, and we help you and mend the fault. If you are not content with the answer you can report it to the Swedish Agency for Digital Government.",
        ),
    ),
];

const PERSONAL_DATA: &[Section] = &[
    (
        ("Vilka uppgifter", "Which data"),
        (
            "Namn, e-postadress, organisation, roller, vad du har skrivit och gjort i tjänsten och när, och dina ställningstaganden om jäv. Uppgifter om patienter hör inte hemma här.",
            "Name, e-mail address, organisation, roles, what you wrote and did in the service and when, and your declarations of conflicts of interest. Data about patients do not belong here.",
        ),
    ),
    (
        ("Varför och hur länge", "Why and for how long"),
        (
            "Uppgifterna behövs för att genomföra utvärderingen, en uppgift av allmänt intresse. Ärendena är allmänna handlingar och bevaras eller gallras enligt myndigheternas beslut.",
            "The data are needed to carry out the evaluation, a task in the public interest. The cases are public records and are preserved or disposed of as the authorities have decided.",
        ),
    ),
    (
        ("Kakor", "Cookies"),
        (
            "Tjänsten sätter bara kakor som behövs: inloggning, språk, utseende och meddelanden mellan sidor. Inget delas med någon annan.",
            "The service sets only the cookies it needs: sign-in, language, theme and messages between pages. Nothing is shared with anybody else.",
        ),
    ),
    (
        ("Dina rättigheter", "Your rights"),
        (
            "Du kan begära att få veta vad som finns om dig och att få fel rättade.",
            "You can ask what is kept about you and have errors corrected.",
        ),
    ),
];

/// `GET /hjalp`
pub(super) async fn help(visitor: Visitor) -> Answer {
    information(&visitor, ("Hjälp", "Help"), HELP)
}

/// `GET /tillganglighet`
pub(super) async fn accessibility(visitor: Visitor) -> Answer {
    information(&visitor, ("Tillgänglighetsredogörelse", "Accessibility statement"), ACCESSIBILITY)
}

/// `GET /personuppgifter`
pub(super) async fn personal_data(visitor: Visitor) -> Answer {
    information(&visitor, ("Så behandlar vi personuppgifter", "How we treat personal data"), PERSONAL_DATA)
}
