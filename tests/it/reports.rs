//! Reports as people and machines meet them: the tag tree, the pages, the fragment.

mod every_block;
mod sample;
mod tags;

use lopdf::{Document, Object};
use proptest::prelude::*;
use usve::forms::{FieldKind, library::Library};
use usve::reports::unit_report::FactComment;
use usve::reports::{Block, Cell, Report, answers_report, blank_form, html, pdf, unit_report};
use usve::text::Lang;

fn report() -> Report {
    unit_report::build(&sample::unit())
}

fn open(report: &Report) -> Document {
    Document::load_mem(&pdf::render(report).unwrap()).unwrap()
}

fn read(report: &Report) -> String {
    words(&tags::tree(&open(report)).read())
}

/// Single spaces between words; soft hyphens are not read.
fn words(text: &str) -> String {
    text.replace('\u{ad}', "").replace('\u{a0}', " ").split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What a page's reader hears of a fragment: pictures by their description, nothing that is hidden.
fn heard(fragment: &str) -> String {
    let mut text = String::new();
    let mut rest = fragment;
    while let Some((before, tag)) = rest.split_once('<') {
        text.push_str(before);
        let (tag, after) = tag.split_once('>').unwrap();
        rest = after;
        let skip = |end: &str| after.split_once(end).unwrap().1;
        match tag {
            tag if tag.starts_with("svg") && tag.contains("aria-hidden") => rest = skip("</svg>"),
            tag if tag.starts_with("svg") => {
                let words = skip("<desc").split_once('>').unwrap().1.split_once("</desc>").unwrap().0;
                text.push_str(words);
                rest = skip("</svg>");
            }
            tag if tag.contains("aria-hidden") => rest = skip("</span>"),
            "b" | "/b" => {}
            _ => text.push(' '),
        }
    }
    text.push_str(rest);
    for (escaped, sign) in [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&")] {
        text = text.replace(escaped, sign);
    }
    words(&text)
}

#[test]
fn the_answers_of_a_submission_say_who_signed_them_when_and_their_checksum() {
    let submitted = sample::submission();
    let answers_report::Made::Submitted(signed) = &submitted.made else { panic!("a draft") };
    let report = answers_report::build(&submitted);
    let read = read(&report);
    for said in [
        "Maja Exempelsson",
        "måndag 30 mars 2026 kl. 16.12 (sen)",
        "3F1C-9A3F-1C9A",
        "A3 Gemensamma mål",
        "Beslut om uppdrag",
    ] {
        assert!(read.contains(said), "{said}: {read}");
    }
    assert!(read.replace(' ', "").contains(&signed.digest));
    assert_eq!(pdf::render(&report).unwrap(), pdf::render(&report).unwrap());
}

#[test]
fn the_draft_of_answers_says_on_every_page_that_it_is_one_and_what_is_left() {
    let report = answers_report::build(&sample::draft());
    let read = read(&report);
    for said in [
        "Utkast",
        "torsdag 12 mars 2026 kl. 9.40",
        "10 av 12",
        "Lämnas in senast söndag 29 mars 2026 kl. 23.59",
        "A3 Gemensamma mål",
        "Kvar att göra",
        "Svara på frågan. Beskriv <b>målen</b> & utfallet.",
        "Inget underlag finns än.",
    ] {
        assert!(read.contains(said), "{said}: {read}");
    }
    assert!(!read.contains("SHA-256") && !read.contains("Kvitto"));
    assert_eq!(report.watermark.as_deref(), Some("Utkast"));
}

fn form_of_the_year() -> std::sync::Arc<usve::forms::Form> {
    Library::open(None).unwrap().get("usve/2026.1").unwrap()
}

fn blank(lang: Lang) -> Report {
    blank_form::build(&form_of_the_year(), 2026, chrono::NaiveDate::from_ymd_opt(2026, 2, 2).unwrap(), lang)
}

#[test]
fn a_blank_form_holds_every_question_level_and_option_in_both_languages() {
    let form = form_of_the_year();
    for lang in [Lang::Sv, Lang::En] {
        let read = read(&blank(lang));
        let says = |text: &usve::text::Text| {
            let text = words(text.get(lang));
            assert!(read.contains(&text), "{text}");
        };
        for (area, criterion) in form.criteria() {
            says(&area.title);
            says(&criterion.title);
            says(&criterion.guidance);
            criterion.not_applicable.iter().for_each(says);
            criterion.levels.iter().for_each(|level| says(&level.anchor));
            for field in form.fields(criterion).filter(|field| field.explains.is_none()) {
                says(&field.label);
                field.hint.iter().for_each(says);
                field.options.iter().for_each(|option| says(&option.label));
                field.columns.iter().for_each(|column| says(&column.label));
            }
        }
        form.background.iter().for_each(|field| says(&field.label));
        form.scale.iter().for_each(|level| says(&level.title));
    }
}

#[test]
fn a_blank_form_says_when_a_question_is_asked_and_how_long_an_answer_may_be() {
    let read = read(&blank(Lang::Sv));
    assert!(read.contains("Fyll i om ”") && !read.contains("Frågas bara i vissa fall"), "{read}");
    assert!(read.contains("Högst 1 500 tecken.") || read.contains("Högst 2 000 tecken."));
    assert!(read.contains("Svaren gäller 2025"));
}

#[test]
fn there_is_room_to_write_for_every_question_of_a_blank_form() {
    let form = form_of_the_year();
    let answers: Vec<Cell> = blank(Lang::Sv)
        .blocks
        .iter()
        .filter_map(|block| match block {
            Block::Table(table) if table.columns[1].head == "Svar" => Some(table),
            _ => None,
        })
        .flat_map(|table| table.rows.iter().map(|row| row[1].clone()))
        .collect();
    assert!(answers.iter().all(|cell| matches!(cell, Cell::Room { lines: 1.. } | Cell::Boxes { .. })));
    let asked =
        form.background.iter().chain(form.criteria().flat_map(|(_, criterion)| form.fields(criterion)));
    let rows = asked.filter(|field| {
        field.explains.is_none()
            && !matches!(field.kind, FieldKind::Table | FieldKind::Years | FieldKind::Level)
    });
    assert_eq!(answers.len(), rows.count());
}

#[test]
fn there_is_one_top_heading_and_no_level_is_skipped() {
    let answers = [sample::submission(), sample::draft()].map(|answers| answers_report::build(&answers));
    for report in [report(), every_block::every_block(), blank(Lang::Sv)].into_iter().chain(answers) {
        let tree = tags::tree(&open(&report));
        let levels: Vec<u32> = tree
            .all()
            .iter()
            .filter_map(|tag| tag.role.strip_prefix('H').and_then(|level| level.parse().ok()))
            .collect();
        assert_eq!(levels.iter().filter(|level| **level == 1).count(), 1);
        assert_eq!(levels[0], 1);
        assert!(levels.windows(2).all(|pair| pair[1] <= pair[0] + 1), "{levels:?}");
    }
}

#[test]
fn pictures_have_words_and_table_heads_their_scope() {
    let tree = tags::tree(&open(&every_block::every_block()));
    let figures: Vec<_> = tree.all().into_iter().filter(|tag| tag.role == "Figure").collect();
    assert_eq!(figures.len(), 4);
    assert!(figures.iter().all(|figure| figure.alternative.as_ref().is_some_and(|words| words.len() > 20)));
    let heads: Vec<_> = tree.all().into_iter().filter(|tag| tag.role == "TH").collect();
    let scopes = |scope: &str| heads.iter().filter(|head| head.scope.as_deref() == Some(scope)).count();
    assert!(scopes("Column") > 1 && scopes("Row") > 1);
    assert_eq!(scopes("Column") + scopes("Row"), heads.len());
}

#[test]
fn nothing_is_drawn_outside_the_tag_tree_and_its_artifacts() {
    let document = open(&report());
    for page in document.get_pages().into_values() {
        let (texts, loose) = tags::marked(&document, page);
        assert!(!texts.is_empty());
        assert!(loose.is_empty(), "{loose:?}");
    }
}

#[test]
fn the_page_and_the_pdf_read_the_same_in_the_same_order() {
    let mut draft = sample::unit();
    draft.draft = true;
    draft.language = Lang::En;
    let answers = answers_report::build(&sample::draft());
    for report in [report(), every_block::every_block(), unit_report::build(&draft), answers, blank(Lang::En)]
    {
        assert_eq!(read(&report), heard(&html::render(&report, "r")));
    }
}

#[test]
fn all_faces_are_embedded_and_the_file_does_nothing_by_itself() {
    let document = open(&report());
    let mut faces = 0;
    for object in document.objects.values() {
        let Ok(dictionary) = object.as_dict().or_else(|_| object.as_stream().map(|stream| &stream.dict))
        else {
            continue;
        };
        if dictionary.has(b"FontName") {
            faces += 1;
            assert!(dictionary.has(b"FontFile2"));
        }
        for forbidden in
            [b"JavaScript".as_slice(), b"JS", b"OpenAction", b"AA", b"URI", b"Launch", b"EmbeddedFiles", b"F"]
        {
            let is_flag = forbidden == b"F" && matches!(dictionary.get(b"F"), Ok(Object::Integer(_)));
            assert!(is_flag || !dictionary.has(forbidden), "{dictionary:?}");
        }
    }
    assert_eq!(faces, 2);
}

#[test]
fn the_same_report_gives_the_same_bytes_and_another_one_others() {
    let bytes = pdf::render(&report()).unwrap();
    assert_eq!(bytes, pdf::render(&report()).unwrap());
    let mut other = report();
    other.version = "2".into();
    other.code = "0000-0000-0000".into();
    assert_ne!(bytes, pdf::render(&other).unwrap());
}

#[test]
fn a_draft_says_so_on_every_page_and_an_issued_report_does_not() {
    let mut unit = sample::unit();
    assert!(!read(&unit_report::build(&unit)).contains("Utkast"));
    unit.draft = true;
    let draft = unit_report::build(&unit);
    assert!(read(&draft).starts_with("Utkast Kvalitetsutvärdering 2026"));
    let document = open(&draft);
    for page in document.get_pages().into_values() {
        let content = lopdf::content::Content::decode(&document.get_page_content(page)).unwrap();
        let turned = |operands: &[Object]| operands[0].as_float().is_ok_and(|part| part > 0.7 && part < 0.71);
        assert!(
            content
                .operations
                .iter()
                .any(|operation| operation.operator == "Tm" && turned(&operation.operands))
        );
    }
}

#[test]
fn hostile_texts_are_shown_as_they_were_typed() {
    let hostile =
        "<script>alert(1)</script> &amp; #set {{ 7*7 }} \\(a) ) Tj ET EMC %PDF <</S/URI>> \" onload='x'";
    let mut unit = sample::unit();
    unit.unit = hostile.to_owned();
    unit.summary = Some(hostile.to_owned());
    let report = unit_report::build(&unit);
    assert!(read(&report).matches(hostile).count() >= 2);
    let fragment = html::render(&report, "r\"><script>");
    assert!(!fragment.contains("<script"));
    assert!(heard(&fragment).matches(hostile).count() >= 2);
    let about = open(&report);
    let about = about.get_dictionary(about.trailer.get(b"Info").unwrap().as_reference().unwrap()).unwrap();
    assert!(tags::decoded(about.get(b"Title").unwrap()).contains(hostile));
}

#[test]
fn letters_of_names_and_signs_of_texts_survive() {
    let typed = "Å Ä Ö å ä ö é ü Łucja Šárka Şule Nguyễn − – « » “ ” … ≥ ≤ ½ µ → ▲ ● ■";
    let mut unit = sample::unit();
    unit.summary = Some(typed.to_owned());
    assert!(read(&unit_report::build(&unit)).contains(typed));
    unit.summary = Some("A\u{30a}kerstro\u{308}m 中".to_owned());
    assert!(read(&unit_report::build(&unit)).contains("Åkerström ?"));
}

#[test]
fn unmet_minimums_come_first_and_every_outcome_has_its_sentence() {
    let text = read(&report());
    let at = |words: &str| text.find(words).unwrap_or_else(|| panic!("{words} is missing"));
    assert!(at("1 av 16 minimikrav är inte uppfyllda") < at("Poäng av 100"));
    assert!(text.matches("Omdömet gäller årets utvärdering, inte uppdraget som USVE.").count() >= 2);
    assert!(at("Bilaga: enhetens svar") < at("Finns ett skriftligt beslut?"));
    for words in
        ["Rättat av granskaren för Region Skåne.", "Łucja Överdriven-Ågren", "2026-KV-0147", "Inget svar"]
    {
        at(words);
    }
}

#[test]
fn an_english_report_is_marked_as_english() {
    let mut unit = sample::unit();
    unit.language = Lang::En;
    let document = open(&unit_report::build(&unit));
    let language = document.catalog().unwrap().get(b"Lang").unwrap();
    assert_eq!(tags::decoded(language), "en-GB");
    let text = tags::tree(&document).read();
    assert!(text.contains("Appendix: the unit's answers") && !text.contains("Bilaga"));
}

#[test]
fn bookmarks_and_contents_lead_to_every_chapter() {
    let report = report();
    let document = open(&report);
    let chapters = report.blocks.iter().filter_map(|block| match block {
        Block::Heading { level: 1, text } => Some(text.clone()),
        _ => None,
    });
    let outline = document.catalog().unwrap().get(b"Outlines").unwrap().as_reference().unwrap();
    let mut next =
        Some(document.get_dictionary(outline).unwrap().get(b"First").unwrap().as_reference().unwrap());
    let mut titles = Vec::new();
    while let Some(id) = next {
        let entry = document.get_dictionary(id).unwrap();
        titles.push(tags::decoded(entry.get(b"Title").unwrap()));
        let page = entry.get(b"Dest").unwrap().as_array().unwrap()[0].as_reference().unwrap();
        assert!(document.get_pages().values().any(|id| *id == page));
        next = entry.get(b"Next").ok().map(|next| next.as_reference().unwrap());
    }
    assert_eq!(titles[0], report.title);
    assert_eq!(titles[1..], chapters.collect::<Vec<_>>());
    let links = document.objects.values().filter_map(|object| object.as_dict().ok());
    let links = links
        .filter(|link| {
            link.get(b"Subtype").is_ok_and(|kind| kind.as_name().is_ok_and(|kind| kind == b"Link"))
        })
        .count();
    assert!(links > titles.len());
}

#[test]
fn a_report_without_a_cover_is_refused() {
    let mut report = report();
    report.blocks.remove(0);
    assert!(matches!(pdf::render(&report), Err(pdf::PdfError::NoCover)));
}

#[test]
fn the_fragment_holds_to_the_strictest_content_policy() {
    let fragment = html::render(&every_block::every_block(), "r");
    for forbidden in [" style=", "<style", "<script", "http:", "https:", " onclick"] {
        assert!(!fragment.contains(forbidden), "{forbidden}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_reads_the_same_on_the_page_and_in_the_pdf(
        texts in proptest::collection::vec("[ -~åäöÅÄÖéł–−«»“”…\u{a0}\u{ad}\n]{0,400}", 12),
        long in "[a-zåäö]{200,1600}",
    ) {
        let mut unit = sample::unit();
        let mut texts = texts.into_iter().map(|text| format!("{text} x"));
        let mut next = || texts.next().unwrap_or_default();
        unit.unit = next();
        unit.summary = Some(next());
        unit.outcome.rule = next();
        unit.method[0].title = next();
        unit.actions[0].text = next();
        unit.actions[0].owner.clone_from(&long);
        let criterion = &mut unit.areas[0].criteria[0];
        criterion.title = next();
        criterion.explanation = next();
        criterion.reviews[0].reasons = vec![next(), long, next()];
        criterion.fact_comments = vec![FactComment { comment: next(), answer: None }];
        unit.areas[1].title = next();
        let report = unit_report::build(&unit);
        prop_assert_eq!(read(&report), heard(&html::render(&report, "r")));
    }
}
