//! A whole year of a made-up unit, long enough to fill a real report.

use chrono::NaiveDate;
use usve::number::parse;
use usve::reports::Light;
use usve::reports::answers_report::{AnswersReport, AreaSoFar, Draft, File, Made, Submitted};
use usve::reports::unit_report::{
    Action, Answer, AnswerGroup, AnswerValue, Area, Criterion, FactComment, LearningExample, LevelValue,
    Method, Outcome, Review, Reviewer, Score, UnitReport, Unmet, Year,
};
use usve::text::Lang;

/// Titles of areas with their criteria; a star marks a minimum requirement.
const AREAS: [(&str, &str, &[&str]); 8] = [
    (
        "A",
        "Organisation",
        &[
            "A1* Skriftligt uppdrag som USVE",
            "A2* Universitetet deltar i ledningen",
            "A3* Gemensamma mål för forskning, utbildning och utveckling",
            "A4 Regelbunden uppföljning",
            "A5 Meriter och incitament",
            "A6 Fokus på universitetssjukvårdens uppdrag",
        ],
    ),
    (
        "B",
        "Vetenskapligt ledarskap",
        &[
            "B1* Forsknings- och utbildningsansvarig",
            "B2* Docenter och professorer",
            "B3* Förenade anställningar",
            "B5 Schemalagd forskningstid",
        ],
    ),
    (
        "C",
        "Infrastruktur",
        &[
            "C1* Lokaler och basutrustning",
            "C2 Tillgång till forskningsstöd",
            "C4 Kvalitetsregister och data",
        ],
    ),
    ("D", "Finansiering", &["D1* Redovisning av medel", "D2 ALF-medel i konkurrens", "D5 Långsiktighet"]),
    (
        "E",
        "Forskning",
        &[
            "E1* Kontinuerlig vetenskaplig produktion",
            "E2* Kliniskt verksamma doktorander",
            "E3 Genomslag och kvalitet",
            "E5* Nationella och internationella samarbeten",
        ],
    ),
    (
        "F",
        "Utbildning",
        &[
            "F1* Handledare med pedagogisk utbildning",
            "F2* Utbildningsansvarig",
            "F4* Studenternas utvärdering",
        ],
    ),
    (
        "G",
        "Utveckling och innovation",
        &["G1* Använder patienters upplevelser", "G2* Plan för patienters delaktighet", "G5 Innovationer"],
    ),
    (
        "H",
        "Samverkan och spridning",
        &["H1 Sprider kunskap till övrig vård", "H4 Uppdrag i kunskapsstyrning"],
    ),
];

const REASONS: [&str; 5] = [
    "Beslutet är bifogat, gäller hela året och är känt av alla första linjens chefer enligt protokollen från \
     arbetsplatsträffarna i februari och september.",
    "Underlaget visar ett systematiskt arbete med tydligt ansvar. Uppföljningen sker två gånger per år, men det framgår \
     inte hur resultaten påverkar planeringen av nästa års verksamhet. Enheten redovisar själv att arbetet med \
     forskningsmeriter i tjänsteplaneringen har försenats av ombyggnaden.",
    "Två av fyra doktorander är kliniskt verksamma mer än halvtid.",
    "Samarbetet med Universitetssjukhuset i Exempelby är väl beskrivet; se även protokollsutdrag 2026-03-14 («gemensam \
     forskningsdag») och https://exempel.example/forskningsdagen/2026/program-och-anteckningar-fran-gruppdiskussionerna.",
    "Nivån når inte miniminivån. Andelen handledare med pedagogisk utbildning är 41 %, gränsen är 50 %.",
];

fn score(text: &str) -> Score {
    Score { exact: parse(text).unwrap(), shown: text.to_owned() }
}

fn criterion(text: &str, at: usize) -> Criterion {
    let (id, title) = text.split_once(' ').unwrap();
    let minimum = id.ends_with('*');
    let id = id.trim_end_matches('*').to_owned();
    let (shown, step, word, light, state, explanation) = match (id.as_str(), at % 4) {
        ("E2", _) => (
            "1",
            1,
            Some("Påbörjat"),
            Light::Red,
            "Lika",
            "Båda granskarna gav 1. Minimikravet är inte uppfyllt eftersom värdet är under 2.",
        ),
        (_, 0) => ("3", 3, Some("Väl utvecklat"), Light::Green, "Lika", "Båda granskarna gav 3."),
        (_, 1) => (
            "2,5",
            2,
            None,
            Light::Yellow,
            "Medelvärde",
            "Granskarna gav 3 och 2. Skillnaden är ett steg på samma sida om miniminivån, så värdet är medelvärdet.",
        ),
        (_, 2) => ("4", 4, Some("Ledande"), Light::Green, "Lika", "Båda granskarna gav 4."),
        _ => (
            "2",
            2,
            Some("Uppfyllt"),
            Light::Yellow,
            "Median",
            "Granskarna gav 4 och 2 och stod kvar efter samtal. En ytterligare granskare gav 2, och värdet är medianen \
             av de tre.",
        ),
    };
    let mut reviews = vec![
        Review {
            party: "Lunds universitet".into(),
            score: shown.split(',').next().unwrap().into(),
            reasons: vec![REASONS[at % 5].into()],
        },
        Review {
            party: "Region Skåne".into(),
            score: if at % 4 == 3 { "4".into() } else { shown.split(',').next().unwrap().into() },
            reasons: if at.is_multiple_of(3) { vec![] } else { vec![REASONS[(at + 2) % 5].into()] },
        },
    ];
    if state == "Median" {
        reviews.push(Review {
            party: "Ytterligare granskare".into(),
            score: "2".into(),
            reasons: vec!["Miniminivån är visad, men inte mer.".into()],
        });
    }
    Criterion {
        id,
        title: title.into(),
        minimum,
        met: minimum.then_some(step >= 2),
        value: Some(LevelValue { step, shown: shown.into(), word: word.map(Into::into) }),
        light: Some(light),
        last_year: Some(if at.is_multiple_of(2) { "2".into() } else { "2,5".into() }),
        state: state.into(),
        explanation: explanation.into(),
        self_level: Some("3".into()),
        reviews,
        fact_comments: if at % 9 == 4 {
            vec![FactComment {
                comment:
                    "Antalet möten ska vara 11, inte 10; protokollet från december saknades i underlaget."
                        .into(),
                answer: Some("Rättat av granskaren för Region Skåne. Nivån ändras inte.".into()),
            }]
        } else {
            vec![]
        },
    }
}

fn areas() -> Vec<Area> {
    let scores = ["72,5", "61,4", "68,8", "54,2", "47,9", "66,7", "75,0", "58,3"];
    let before = ["70,0", "55,0", "68,8", "60,4", "52,1", "58,3", "62,5", "58,3"];
    let changes = ["+2,5", "+6,4", "0,0", "−6,2", "−4,2", "+8,4", "+12,5", "0,0"];
    let mut count = 0;
    AREAS
        .iter()
        .enumerate()
        .map(|(at, (id, title, criteria))| Area {
            id: (*id).into(),
            title: (*title).into(),
            weight: ["10 %", "15 %", "10 %", "10 %", "20 %", "15 %", "10 %", "10 %"][at].into(),
            score: Some(score(scores[at])),
            light: Some([Light::Green, Light::Yellow, Light::Green, Light::Red][at % 4]),
            last_year: Some(score(before[at])),
            change: changes[at].into(),
            criteria: criteria
                .iter()
                .map(|text| {
                    count += 1;
                    criterion(text, count)
                })
                .collect(),
        })
        .collect()
}

/// The answers of the same unit, as they were submitted.
pub fn submission() -> AnswersReport {
    let digest = "3f1c9a".repeat(11).chars().take(64).collect::<String>();
    AnswersReport {
        language: Lang::Sv,
        unit: "Kardiologi".into(),
        administration: "Skånes universitetssjukvård".into(),
        year: 2026,
        form_version: "USVE 2026.1".into(),
        date: NaiveDate::from_ymd_opt(2026, 3, 30).unwrap(),
        answers: answers(),
        files: vec![File {
            criterion: "A1".into(),
            name: "Beslut om uppdrag <b>Å & Ö</b> 中.pdf".into(),
            size: "84\u{a0}kB".into(),
            mark: format!("SHA-256 {}…", digest.chars().take(16).collect::<String>()),
        }],
        made: Made::Submitted(Submitted {
            number: 2,
            at: "måndag 30 mars 2026 kl. 16.12".into(),
            by: "Maja Exempelsson".into(),
            late: true,
            code: "3F1C-9A3F-1C9A".into(),
            digest,
        }),
    }
}

/// The same answers while they are a draft.
pub fn draft() -> AnswersReport {
    let area = |name: &str, done, not_confirmed| AreaSoFar { name: name.into(), done, not_confirmed, of: 6 };
    AnswersReport {
        date: NaiveDate::from_ymd_opt(2026, 3, 12).unwrap(),
        files: Vec::new(),
        made: Made::Draft(Draft {
            at: "torsdag 12 mars 2026 kl. 9.40".into(),
            due: Some("söndag 29 mars 2026 kl. 23.59".into()),
            areas: vec![area("A Organisation", 4, 1), area("B Vetenskapligt ledarskap", 6, 0)],
            missing: vec![
                ("Bakgrund".into(), vec!["Läkare, antal: svara på frågan.".into()]),
                ("A3".into(), vec!["Svara på frågan.".into(), "Beskriv <b>målen</b> & utfallet.".into()]),
            ],
        }),
        ..submission()
    }
}

fn answers() -> Vec<AnswerGroup> {
    let text =
        |label: &str, value: &str| Answer { label: label.into(), value: AnswerValue::Text(value.into()) };
    let mut groups = vec![AnswerGroup {
        area: "Bakgrund".into(),
        title: "Bakgrund".into(),
        answers: vec![
            text("Läkare, antal", "64"),
            text("Årskostnad", "318\u{a0}400\u{a0}000\u{a0}kr"),
            text("Uppdrag från år", "2022"),
        ],
    }];
    for (id, title, criteria) in AREAS.iter().take(3) {
        for (at, one) in criteria.iter().enumerate() {
            let mut answers = vec![
                text("Finns ett skriftligt beslut?", "Ja"),
                text("Andel möten med deltagande från universitetet", "81,8\u{a0}%"),
                text("Beskriv arbetet", REASONS[(at + 1) % 5]),
            ];
            if at == 2 {
                answers.push(Answer {
                    label: "Mål under året".into(),
                    value: AnswerValue::Rows {
                        heads: vec![
                            ("Mål".into(), false),
                            ("Målvärde".into(), true),
                            ("Utfall".into(), true),
                            ("Uppnått".into(), false),
                        ],
                        rows: (1..=8)
                            .map(|row| {
                                vec![
                                    format!("Mål {row}: andel medarbetare med schemalagd forskningstid"),
                                    format!("{},0", row * 7),
                                    format!("{},5", row * 11),
                                    if row % 2 == 0 { "ja".into() } else { "delvis".into() },
                                ]
                            })
                            .collect(),
                    },
                });
                answers.push(text("Kommentar", ""));
            }
            groups.push(AnswerGroup { area: format!("{id} {title}"), title: one.replace('*', ""), answers });
        }
    }
    groups
}

/// The report's content in Swedish.
pub fn unit() -> UnitReport {
    let year = |year, total: &str, outcome: &str| Year {
        year,
        total: Some(score(total)),
        outcome: Some(outcome.into()),
    };
    UnitReport {
        language: Lang::Sv,
        unit: "Reumatologi och osteoporos, Exempelsjukhuset".into(),
        administration: "Skånes universitetssjukvård".into(),
        year: 2026,
        registry_number: Some("2026-KV-0147".into()),
        version: "1".into(),
        form_version: "USVE 2026.1".into(),
        date: NaiveDate::from_ymd_opt(2026, 6, 30).unwrap(),
        draft: false,
        code: "7F3A-91C2-4D08".into(),
        outcome: Outcome {
            letter: "V".into(),
            name: "Godkänd med krav på åtgärder".into(),
            rule: "Ett minimikrav är inte uppfyllt (E2). Poängen är 60,3 av 100 och inget område är under 40.".into(),
        },
        total: Some(score("60,3")),
        total_last_year: Some(score("54,0")),
        total_change: "Förbättrad, +6,3".into(),
        unmet: vec![Unmet {
            id: "E2".into(),
            title: "Kliniskt verksamma doktorander".into(),
            value: "1".into(),
            remark: "Inte uppfyllt andra året i rad. Planen från 2025 är godkänd.".into(),
        }],
        special_reasons: Some("Enheten har byggts om under våren, och 14 vårdplatser har varit stängda.".into()),
        summary: Some(
            "Enheten har en stark klinisk verksamhet med mycket god täckning i kvalitetsregister. Forskningen växer men \
             hänger på få personer, och antalet kliniskt verksamma doktorander har minskat två år i rad.\n\nVi ser \
             positivt på samarbetet med ortopedin och rekommenderar att en förenad anställning utlyses så snart som \
             möjligt."
                .into(),
        ),
        areas: areas(),
        years: vec![
            year(2023, "48,5", "V Godkänd med krav på åtgärder"),
            year(2024, "51,2", "V Godkänd med krav på åtgärder"),
            year(2025, "54,0", "V Godkänd med krav på åtgärder"),
            year(2026, "60,3", "V Godkänd med krav på åtgärder"),
        ],
        reviewers: reviewers(),
        learning_example: Some(LearningExample {
            title: "Gemensam mottagning för tidig artrit".into(),
            text: "Sedan 2024 träffar varje ny patient reumatolog, fysioterapeut och forskningssjuksköterska samma dag. \
                   Tiden från remiss till behandling har minskat från 9 till 4 veckor, och 62 % av patienterna ingår i \
                   en studie.\n\nArbetssättet är beskrivet steg för steg och har prövats på två andra enheter."
                .into(),
        }),
        plan: Some("Planen är godkänd 2026-09-14. Den följs upp efter 6 och 12 månader.".into()),
        actions: actions(),
        recommendation: Some("Gruppen rekommenderar en fördjupad uppföljning av antalet doktorander våren 2027.".into()),
        answers: answers(),
        method: method(),
    }
}

fn reviewers() -> Vec<Reviewer> {
    vec![
        Reviewer {
            name: "Karin Påhittad".into(),
            party: "Lunds universitet".into(),
            task: "Granskare, alla kriterier".into(),
        },
        Reviewer {
            name: "Anders Exempelsson".into(),
            party: "Region Skåne".into(),
            task: "Granskare, alla kriterier".into(),
        },
        Reviewer {
            name: "Łucja Överdriven-Ågren".into(),
            party: "Region Skåne".into(),
            task: "Ytterligare granskare, 7 kriterier".into(),
        },
    ]
}

fn actions() -> Vec<Action> {
    vec![
        Action {
            text: "Utlysa en förenad anställning som lektor tillsammans med medicinska fakulteten".into(),
            criteria: "E2, B3".into(),
            owner: "Ulf Låtsas".into(),
            due: "31 januari 2027".into(),
            state: "Pågår".into(),
        },
        Action {
            text: "Ta fram forskningsplan 2027–2029".into(),
            criteria: "E2".into(),
            owner: "Annika Tänkt".into(),
            due: "30 juni 2027".into(),
            state: "Inte påbörjad".into(),
        },
    ]
}

fn method() -> Vec<Method> {
    vec![
            Method {
                title: "Skalan".into(),
                text: "0 Saknas, 1 Påbörjat, 2 Uppfyllt, 3 Väl utvecklat, 4 Ledande. Nivå 2 är miniminivån.".into(),
            },
            Method {
                title: "Från två bedömningar till en".into(),
                text: "En granskare från universitetet och en från regionen har bedömt varje kriterium utan att se \
                       varandras bedömning eller enhetens egen nivå. Skiljer det högst ett steg är värdet medelvärdet. \
                       Skiljer det mer har granskarna samtalat, och var och en har kunnat ändra sig en gång med skäl. \
                       Står de fortfarande långt ifrån varandra har en ytterligare granskare bedömt, och värdet är \
                       medianen av de tre."
                    .into(),
            },
            Method {
                title: "Ljus och omdöme".into(),
                text: "Ett kriterium är grönt från 3, gult från 2 och annars rött. Ett område är grönt när minst hälften \
                       av kriterierna är gröna och gult när minst hälften är gröna eller gula; ett minimikrav som inte \
                       är uppfyllt gör det högst gult.\n\nOmdömet prövas i ordningen E, O, V, F, G. Omdöme V ges vid ett \
                       eller två minimikrav som inte är uppfyllda, vid poäng under 60 eller när ett område är under 40."
                    .into(),
            },
        ]
}
