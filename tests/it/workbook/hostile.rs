//! Files as hostile, hurried or unlucky people send them.
use serde_json::json;
use usve::text::Lang;

use super::book::{Book, Put};
use super::{form, found, planned, save, taken_out, ticked, upload};
use crate::evidence::corpus;
use crate::support::TestApp;
use crate::support::year::Year;

#[actix_web::test]
async fn formulas_and_faults_are_named_by_sheet_and_cell_and_the_rest_is_read() {
    let app = TestApp::new().await;
    let year = Year::open(&app);
    let mut book = Book::open(&taken_out(&year, Lang::Sv));
    book.answer("A1", "motivation", &Put::Formula("HYPERLINK(\"http://example.com\")"));
    book.answer("A2", "meetings_held", &Put::Fault("#N/A"));
    book.answer("A2", "motivation", &Put::Text("Läses."));
    let staff = book.table("background", "staff");
    let employed = book.column(staff, "employed");
    book.put(staff, 4, employed, &Put::Formula("SUM(A1:A2)"));
    let (at, row) = book.find("A4", "motivation");
    let shared = format!("<c r=\"E{}\"><f t=\"shared\" si=\"0\"/><v>2</v></c>", row + 1);
    book.edit(&Book::part(at), |xml| {
        let start = xml.find(&format!("<c r=\"E{}\"", row + 1)).unwrap();
        let end = start + xml[start..].find("/>").unwrap() + 2;
        format!("{}{shared}{}", &xml[..start], &xml[end..])
    });
    let read = found(&year, &book.save());
    let codes: Vec<&str> = read.unreadable.iter().map(|one| one.code).collect();
    assert_eq!(codes.iter().filter(|code| **code == "formula").count(), 3, "{codes:?}");
    assert_eq!(codes.iter().filter(|code| **code == "fault").count(), 1);
    let head = app.signed_in(&year.head);
    let shown = upload(&head, &book.save()).await.expect_status(200).text();
    let (_, row) = book.find("A1", "motivation");
    assert!(shown.contains(&format!("cell E{}: Cellen innehåller en formel.", row + 1)));
    assert_eq!(ticked(&form(&shown)), ["A2.motivation"]);
}

#[actix_web::test]
async fn rows_may_change_places_go_missing_or_stand_twice_and_sheets_may_be_renamed() {
    let app = TestApp::new().await;
    let year = Year::open(&app);
    save(&year, &year.head, "A1", json!({ "motivation": "Kvar." }));
    let mut book = Book::open(&taken_out(&year, Lang::Sv));
    book.answer("A2", "motivation", &Put::Text("Ändrad."));
    let (at, removed) = book.find("A1", "motivation");
    let rows = book.rows(at);
    let (heads, mut answers): (Vec<_>, Vec<_>) =
        rows.into_iter().filter(|(row, _)| *row != removed).partition(|(row, _)| *row < 3);
    answers.reverse();
    let ordered: Vec<String> = heads.into_iter().chain(answers).map(|(_, row)| row).collect();
    book.set_rows(at, &ordered);
    book.edit("xl/workbook.xml", |xml| xml.replacen("name=\"A ", "name=\"Mitt blad ", 1));
    let plan = planned(&year, &book.save());
    let changes: Vec<_> =
        plan.criteria.iter().flat_map(|one| one.changes.iter().map(|change| change.field.as_str())).collect();
    assert_eq!(
        changes,
        ["motivation"],
        "the removed row leaves its answer, the others are found where they are"
    );

    let mut twice: Vec<String> = ordered.clone();
    twice.push(ordered[ordered.len() - 2].clone());
    book.set_rows(at, &twice);
    let read = found(&year, &book.save());
    assert!(read.unreadable.iter().any(|one| one.code == "row_repeated"));
}

#[actix_web::test]
async fn a_sheet_without_one_of_its_columns_is_not_read_and_says_so() {
    let app = TestApp::new().await;
    let year = Year::open(&app);
    save(&year, &year.head, "A1", json!({ "motivation": "Kvar." }));
    save(&year, &year.head, "background", json!({ "staff": [{ "profession": "nurse", "employed": "8" }] }));
    let mut book = Book::open(&taken_out(&year, Lang::Sv));
    let (at, _) = book.find("A1", "motivation");
    book.put(at, 1, 4, &Put::Nothing);
    let staff = book.table("background", "staff");
    let employed = book.column(staff, "employed");
    book.put(staff, 2, employed, &Put::Nothing);
    let (other, row) = book.find("B1", "motivation");
    book.put(other, row, 6, &Put::Text("x"));
    let (other, row) = book.find("B2", "motivation");
    book.put(other, row, 1, &Put::Text("motivering"));
    let read = found(&year, &book.save());
    let mut codes: Vec<&str> = read.unreadable.iter().map(|one| one.code).collect();
    codes.sort_unstable();
    assert_eq!(codes, ["column_missing", "column_missing", "unknown_field", "version"]);
    assert!(planned(&year, &book.save()).criteria.is_empty(), "what is not read changes nothing");
}

#[actix_web::test]
async fn a_file_of_another_unit_year_or_form_is_refused_in_words() {
    let app = TestApp::new().await;
    let year = Year::open(&app);
    let bytes = taken_out(&year, Lang::Sv);
    let head = app.signed_in(&year.head);
    for (id, value, said) in [
        ("unit", "ortopedi", "Filen gäller Kardiologi 2026"),
        ("year", "2025", "Filen gäller Kardiologi 2025"),
        ("form", "usve/2025.1", "Filen gäller formuläret usve/2025.1"),
        ("usve-workbook", "9", "inte en som är hämtad härifrån"),
    ] {
        let mut book = Book::open(&bytes);
        let row = (0..20).find(|row| {
            matches!(book.sheets()[0].cells.get(&(*row, 0)), Some(usve::assessments::workbook::cells::Cell::Text(text)) if text == id)
        });
        book.put(0, row.unwrap(), 2, &Put::Text(value));
        let refused = upload(&head, &book.save()).await.expect_status(422).text();
        assert!(refused.contains(said), "{id}: {refused}");
        assert!(refused.contains("/svar/las-in"), "with a way back");
    }
}

#[actix_web::test]
async fn the_hostile_corpus_is_refused_with_a_sentence_and_leaves_nothing_behind() {
    let app = TestApp::new().await;
    let year = Year::open(&app);
    let head = app.signed_in(&year.head);
    for sent in corpus::all() {
        let reply = upload(&head, &sent.bytes).await;
        assert!([413, 415, 422].contains(&reply.status), "{}: {} {}", sent.what, reply.status, reply.text());
    }
    let arriving = std::fs::read_dir(app.app.config.data.folder.join("arriving")).unwrap().count();
    assert_eq!(arriving, 0);
}

#[actix_web::test]
async fn a_workbook_that_grows_claims_too_much_or_holds_entities_is_refused() {
    let app = TestApp::new().await;
    let year = Year::open(&app);
    let bytes = taken_out(&year, Lang::Sv);
    let head = app.signed_in(&year.head);
    let refused = |change: &dyn Fn(&mut Book)| {
        let mut book = Book::open(&bytes);
        change(&mut book);
        let (bytes, head) = (book.save(), head.clone());
        async move {
            let reply = upload(&head, &bytes).await;
            (reply.status, reply.text())
        }
    };
    // More than 32 MB unpacked, though not more than 250 times its size: what is the same lies too far apart to be packed.
    let line = |number: u32| format!("<b>{}{}</b>", number.wrapping_mul(2_654_435_761), "x".repeat(200));
    let lines: String = (0..1_000).map(line).collect();
    let large = [b"<a>".to_vec(), lines.repeat(34 * 1024 * 1024 / lines.len() + 1).into_bytes()].concat();
    let (status, text) = refused(&|book| book.set_part("xl/media/a.xml", &large)).await;
    assert!(status == 415 && text.contains("orimligt stor"), "{status} {text}");
    let many = |xml: String| xml.replacen("uniqueCount=\"", "uniqueCount=\"99999999999", 1);
    let (status, text) = refused(&|book| book.edit("xl/sharedStrings.xml", many)).await;
    assert!(status == 415 && text.contains("orimligt stor"), "{status} {text}");
    let entity = |xml: String| {
        xml.replacen("<sst", "<!DOCTYPE sst [<!ENTITY a SYSTEM \"file:///etc/passwd\">]><sst", 1)
    };
    let (status, text) = refused(&|book| book.edit("xl/sharedStrings.xml", entity)).await;
    assert!(status == 415 && text.contains("hänvisningar"), "{status} {text}");
    let types = |xml: String| {
        xml.replace("spreadsheetml.sheet.main+xml", "spreadsheetml.sheet.main+xml macroEnabled")
    };
    let (status, text) = refused(&|book| book.edit("[Content_Types].xml", types)).await;
    assert!(status == 415 && text.contains("makron"), "{status} {text}");
    // A cell far away, a text copied into very many cells, and a damaged sheet.
    let far = |xml: String| {
        xml.replacen(
            "</sheetData>",
            "<row r=\"1048576\"><c r=\"XFD1048576\"><v>1</v></c></row></sheetData>",
            1,
        )
    };
    assert_eq!(refused(&|book| book.edit("xl/worksheets/sheet2.xml", far)).await.0, 200);
    let copies = "<c t=\"s\"><v>0</v></c>".repeat(250_000);
    let copied =
        |xml: String| xml.replacen("</sheetData>", &format!("<row r=\"9000\">{copies}</row></sheetData>"), 1);
    assert_eq!(refused(&|book| book.edit("xl/worksheets/sheet2.xml", copied)).await.0, 415);
    assert_eq!(
        refused(&|book| book.edit("xl/worksheets/sheet2.xml", |xml| xml[..xml.len() / 2].to_owned())).await.0,
        415
    );
    assert_eq!(upload(&head, &vec![b'x'; 6 * 1024 * 1024]).await.status, 413);
    assert_eq!(upload(&head, b"").await.status, 422);
}
