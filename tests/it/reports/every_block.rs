//! A report with everything that a report can hold.

use chrono::NaiveDate;
use usve::number::parse;
use usve::reports::charts::{Bar, Chart, HeatRow, Mark, Series, ticks};
use usve::reports::{Block, Cell, Column, Cover, Fact, Figure, Light, Notice, Report, Table, Tone};
use usve::text::Lang;

const LONG: &str = "Underlaget visar ett systematiskt arbete med tydligt ansvar. Uppföljningen sker två gånger per år, men det \
                    framgår inte hur resultaten påverkar planeringen av nästa års verksamhet.";

/// A draft with every kind of block, chart and cell, and headings that skip a level.
pub fn every_block() -> Report {
    let heading = |level, text: &str| Block::Heading { level, text: text.into() };
    let cells = vec![
        vec![
            Cell::text("Ortopedi"),
            Light::Green.cell(Lang::Sv),
            Cell::Level { step: 4, text: "4 Ledande".into() },
        ],
        vec![Cell::text("Psykiatri"), Light::Red.cell(Lang::Sv), Cell::text("Kort\ntext över två rader")],
        vec![Cell::text("Primärvård"), Light::Yellow.cell(Lang::Sv)],
    ];
    Report {
        title: "Sammanställning 2026".into(),
        language: Lang::Sv,
        subject: "Alla enheter".into(),
        unit: "Alla enheter".into(),
        year: 2026,
        registry_number: None,
        version: "1".into(),
        date: NaiveDate::from_ymd_opt(2026, 8, 20).unwrap(),
        watermark: Some("Utkast".into()),
        code: String::new(),
        blocks: vec![
            Block::Cover(Cover {
                title: "Sammanställning 2026".into(),
                subtitle: "Universitetssjukvårdsenheternas kvalitetsutvärdering i sin helhet".into(),
                outcome: None,
                facts: vec![Fact::new("Version", "1")],
            }),
            Block::Contents { title: "Innehåll".into() },
            heading(1, "Översikt"),
            Block::Paragraph {
                lead: Some("Läs så här.".into()), text: "Första raden\nandra raden.".into()
            },
            Block::List { items: vec!["En punkt".into(), LONG.into()] },
            heading(3, "En rubrik som hoppar över en nivå"),
            Block::Table(Table {
                caption: "Tre enheter".into(),
                columns: vec![Column::left("Enhet", 3), Column::left("Ljus", 2), Column::right("Nivå", 3)],
                rows: cells,
                row_heads: true,
            }),
            Block::KeyFigures {
                figures: vec![
                    Fact::new("Enheter", "21"),
                    Fact::new(
                        "Ett värde som är för långt för en ruta",
                        "Försämrad jämfört med förra året, −12,5",
                    ),
                    Fact { label: "Ljus".into(), value: Light::Yellow.cell(Lang::Sv) },
                ],
                compact: false,
            },
            Block::KeyFigures {
                figures: vec![Fact::new("Kort", "1"), Fact::new("Långt", LONG)],
                compact: true,
            },
            Block::Notice(Notice {
                tone: Tone::Good,
                title: Some("Bra".into()),
                texts: vec![LONG.into(); 9],
            }),
            Block::PageBreak,
            heading(1, "Bilder"),
        ]
        .into_iter()
        .chain(figures())
        .collect(),
    }
}

fn figures() -> Vec<Block> {
    let figure = |chart, caption: &str| {
        Block::Figure(Figure {
            chart,
            caption: caption.into(),
            alt: format!("{caption} för tre påhittade enheter."),
        })
    };
    let mark = |value: &str| Some(Mark::new(&parse(value).unwrap(), &parse("100").unwrap(), value));
    vec![
        figure(
            Chart::Radar {
                axes: ["Ett", "Två", "Universitetssjukvårdsövergripande samverkan"]
                    .map(String::from)
                    .to_vec(),
                series: ["2026", "2025", "Median"]
                    .map(|name| Series { name: name.into(), marks: vec![mark("40"), mark("80"), None] })
                    .to_vec(),
                ticks: ticks(100, 25),
            },
            "Profil",
        ),
        figure(
            Chart::Bars {
                rows: vec![
                    Bar { label: "Ortopedi".into(), mark: mark("62,5"), compared: mark("66") },
                    Bar { label: "Psykiatri och beroendevård i öster".into(), mark: None, compared: None },
                ],
                ticks: ticks(100, 20),
                compared: "2025".into(),
            },
            "Staplar",
        ),
        figure(
            Chart::Heat {
                columns: ["A", "B", "C"].map(String::from).to_vec(),
                rows: (0..5)
                    .map(|step| HeatRow {
                        label: format!("Enhet {step}"),
                        cells: vec![Some((step, format!("{step},5"))), None, Some((4 - step, "2".into()))],
                    })
                    .collect(),
            },
            "Värmekarta",
        ),
        figure(
            Chart::Trend {
                moments: ["2023", "2024", "2025", "2026"].map(String::from).to_vec(),
                series: vec![
                    Series {
                        name: "Enheten".into(),
                        marks: vec![mark("40"), None, mark("55,5"), mark("61")],
                    },
                    Series {
                        name: "Median".into(),
                        marks: vec![mark("50"), mark("51"), mark("52"), mark("50")],
                    },
                ],
                ticks: ticks(100, 20),
            },
            "Utveckling",
        ),
    ]
}
