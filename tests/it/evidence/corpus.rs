//! Files as hostile or careless people send them, made here.

use super::archive::{Part, archive, sheet, sheet_with, with_types, word, word_with};

/// A file and what becomes of it: the code of its refusal, or none when it is taken.
pub struct Sent {
    pub what: &'static str,
    pub name: String,
    pub bytes: Vec<u8>,
    pub refused: Option<&'static str>,
}

/// The least that is a PDF.
pub const PDF: &[u8] = b"%PDF-1.7\n%%EOF\n";
/// What every scanner must find.
pub const EICAR: &[u8] = br"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*";

/// The least that is taken as a PNG, with more between header and end.
pub fn png(between: &[u8]) -> Vec<u8> {
    let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\0\x01\0\0\0\x01\x08\x02\0\0\0".to_vec();
    bytes.extend_from_slice(between);
    bytes.extend_from_slice(b"\0\0\0\0IEND\xae\x42\x60\x82");
    bytes
}

/// The least that is taken as a JPG, with more between header and end.
pub fn jpg(between: &[u8]) -> Vec<u8> {
    [b"\xff\xd8\xff\xe0\0\x10JFIF\0", between, b"\xff\xd9"].concat()
}

/// A PDF with more inside.
pub fn pdf(inside: &[u8]) -> Vec<u8> {
    [b"%PDF-1.7\n", inside, b"\n%%EOF\n"].concat()
}

/// 200 MB of spaces in a workbook of about 195 kB.
pub fn bomb() -> Vec<u8> {
    let mut rows = b"<?xml version=\"1.0\"?><sheet>".to_vec();
    rows.resize(200_000_000, b' ');
    sheet_with(Part::new("xl/worksheets/sheet1.xml", &rows))
}

fn wide(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

/// All of them.
pub fn all() -> Vec<Sent> {
    let mut all = mislabelled();
    all.extend(not_whole());
    all.extend(documents());
    all.extend(polyglots());
    all.extend(names());
    all
}

fn mislabelled() -> Vec<Sent> {
    let other = |what, name: &str, bytes: &[u8]| Sent {
        what,
        name: name.to_owned(),
        bytes: bytes.to_vec(),
        refused: Some("wrong_kind"),
    };
    vec![
        other("HTML as PDF", "rapport.pdf", b"<!DOCTYPE html><script>alert(1)</script>"),
        other("HTML after a byte order mark", "rapport.pdf", b"\xef\xbb\xbf<html><script>"),
        other("HTML with a PDF further in", "rapport.pdf", b"<script>alert(1)</script>%PDF-1.7\n%%EOF"),
        other("SVG as PNG", "bild.png", b"<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"alert(1)\"/>"),
        other("XML that is a stylesheet", "bild.jpg", b"<?xml version=\"1.0\"?><xsl:stylesheet/>"),
        other("a script as PDF", "rapport.pdf", b"fetch('https://evil.example/')"),
        other("a Windows program as DOCX", "rapport.docx", b"MZ\x90\0\x03\0\0\0"),
        other("a Linux program as PDF", "rapport.pdf", b"\x7fELF\x02\x01\x01\0"),
        other("a Mac program as JPG", "bild.jpg", b"\xcf\xfa\xed\xfe\x07\0\0\x01"),
        other("a shell script", "rapport.pdf", b"#!/bin/sh\nrm -rf /\n"),
        other("a batch file", "rapport.xlsx", b"@echo off\r\ndel *.*\r\n"),
        other("PHP", "rapport.pdf", b"<?php system($_GET['c']); ?>"),
        other("a Java class", "rapport.pdf", b"\xca\xfe\xba\xbe\0\0\0\x34"),
        other("WebAssembly", "bild.png", b"\0asm\x01\0\0\0"),
        other("a shortcut of Windows", "rapport.pdf", b"\x4c\0\0\0\x01\x14\x02\0"),
        other("RTF as DOCX", "rapport.docx", b"{\\rtf1\\object}"),
        other("GIF as PNG", "bild.png", b"GIF89a\x01\0\x01\0"),
        other("BMP as JPG", "bild.jpg", b"BM\x46\0\0\0"),
        other("TIFF as JPG", "bild.jpg", b"II*\0\x08\0\0\0"),
        other("WebP as PNG", "bild.png", b"RIFF\x1a\0\0\0WEBPVP8 "),
        other("an icon", "bild.png", b"\0\0\x01\0\x01\0"),
        other("RAR", "rapport.docx", b"Rar!\x1a\x07\0"),
        other("7z", "rapport.docx", b"7z\xbc\xaf\x27\x1c"),
        other("gzip", "rapport.docx", b"\x1f\x8b\x08\0\0\0\0\0"),
        other("an old Word document", "rapport.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1WordDocument"),
        other("a database", "rapport.xlsx", b"SQLite format 3\0"),
        other("plain text", "rapport.pdf", b"bara text"),
        other("zeros", "rapport.pdf", &[0; 4096]),
        other("EICAR as it is", "rapport.pdf", EICAR),
        other("a PDF after a line", "rapport.pdf", b"\n%PDF-1.7\n%%EOF"),
        other("a plain ZIP", "rapport.docx", &archive(&[Part::new("a.txt", b"a")])),
        other("a Java archive", "rapport.docx", &archive(&[Part::new("META-INF/MANIFEST.MF", b"Main-Class: A")])),
        other(
            "an OpenDocument",
            "rapport.docx",
            &archive(&[Part::new("mimetype", b"application/vnd.oasis.opendocument.text")]),
        ),
        other(
            "a PowerPoint presentation",
            "rapport.docx",
            &with_types(b"<Types>application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml</Types>"),
        ),
        other(
            "a document that says that it is two",
            "rapport.docx",
            &with_types(
                b"<Types>application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml \
                application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml</Types>",
            ),
        ),
    ]
}

fn not_whole() -> Vec<Sent> {
    let broken = |what, name: &str, bytes: Vec<u8>| Sent {
        what,
        name: name.to_owned(),
        bytes,
        refused: Some("broken_file"),
    };
    let whole = archive(&word());
    let half = |bytes: &[u8]| bytes[..bytes.len() / 2].to_vec();
    let patched = |at: usize, value: u8| {
        let mut bytes = whole.clone();
        let at = bytes.len() - at;
        bytes[at] = value;
        bytes
    };
    let mut damaged = archive(&word());
    // Within the packed bytes of the first part.
    damaged[60] ^= 0xff;
    vec![
        Sent {
            what: "nothing",
            name: "rapport.pdf".to_owned(),
            bytes: Vec::new(),
            refused: Some("empty_file"),
        },
        broken("a PDF without its end", "rapport.pdf", b"%PDF-1.7\n1 0 obj".to_vec()),
        broken("the beginning of a PDF alone", "rapport.pdf", b"%PDF-".to_vec()),
        broken("a PNG without its end", "bild.png", half(&png(&[0; 100]))),
        broken("a PNG with HTML after its end", "bild.png", [png(b""), b"<script>".to_vec()].concat()),
        broken(
            "a PNG that begins with another part",
            "bild.png",
            png(b"").into_iter().map(|byte| if byte == b'H' { b'X' } else { byte }).collect(),
        ),
        broken("a JPG without its end", "bild.jpg", b"\xff\xd8\xff\xe0\0\x10JFIF\0 half".to_vec()),
        broken("half a document", "rapport.docx", half(&whole)),
        broken("a document with bytes after its end", "rapport.docx", [&whole[..], b"<script>"].concat()),
        broken("the beginning of an archive alone", "rapport.docx", b"PK\x03\x04".to_vec()),
        broken("an archive on several disks", "rapport.docx", patched(18, 1)),
        broken("an archive that counts other parts", "rapport.docx", patched(14, 9)),
        broken("an archive whose directory lies elsewhere", "rapport.docx", patched(6, 1)),
        broken("a document with a damaged part", "rapport.docx", damaged),
    ]
}

fn documents() -> Vec<Sent> {
    let sent = |what, bytes: Vec<u8>, code| Sent {
        what,
        name: "rapport.docx".to_owned(),
        bytes,
        refused: Some(code),
    };
    let part = |name: &str, bytes: &[u8]| word_with(Part::new(name, bytes));
    let mut encrypted = word();
    encrypted[1].flags = 1;
    let mut lying = word();
    lying[1] = Part::new("word/document.xml", &vec![b'<'; 3_000_000]);
    lying[1].declared = 2000;
    let mut short = word();
    short[1].declared += 10;
    let mut twice = word();
    twice.push(Part::new("word/document.xml", b"<other/>"));
    let mut symlink = Part::new("word/media/a", b"/etc/passwd");
    symlink.attributes = 0o12_0777 << 16;
    let many: Vec<Part> = (0..5000).map(|number| Part::new(&format!("{number}"), b"")).collect();
    let old_locked =
        [b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".to_vec(), vec![0; 600], wide("EncryptedPackage")].concat();
    let xxe = b"<?xml version=\"1.0\"?><!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><a>&x;</a>";
    let laughs = b"<!DOCTYPE a [<!ENTITY b \"ha\"><!ENTITY c \"&b;&b;&b;&b;\">]><a>&c;</a>";
    let macros = "application/vnd.ms-word.document.macroEnabled.main+xml";
    let types = |extra: &str| {
        with_types(
            format!("<Types>application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml {extra}</Types>")
                .as_bytes(),
        )
    };
    vec![
        sent("a macro", part("word/vbaProject.bin", b"\xd0\xcf\x11\xe0"), "file_with_macro"),
        sent("a macro in other letters", part("WORD/VBAPROJECT.BIN", b"x"), "file_with_macro"),
        sent("a macro of a workbook", sheet_with(Part::new("xl/vbaProject.bin", b"x")), "file_with_macro"),
        sent("a document with macros by its type", types(macros), "file_with_macro"),
        sent("a program inside", part("word/media/image1.png", b"MZ\x90\0"), "file_with_macro"),
        sent("an external entity", part("word/footnotes.xml", xxe), "file_with_entities"),
        sent("an external entity in relations", part("_rels/.rels", xxe), "file_with_entities"),
        sent(
            "an external entity in UTF-16",
            part("word/a.xml", &wide("<?xml version=\"1.0\"?><!DOCTYPE a><a/>")),
            "file_with_entities",
        ),
        sent(
            "an external entity after a comment",
            part("word/a.xml", b"<!-- <a> --><!DOCTYPE a><a/>"),
            "file_with_entities",
        ),
        sent("a million laughs", part("word/a.xml", laughs), "file_with_entities"),
        sent("an external entity in a drawing", part("word/a.vml", xxe), "file_with_entities"),
        sent("a password on a part", archive(&encrypted), "encrypted_file"),
        sent("a password on the document", old_locked, "encrypted_file"),
        sent("an archive inside", part("word/media/a.zip", &archive(&word())), "file_with_embedded"),
        sent("a workbook inside", part("word/embeddings/a.xlsx", &archive(&sheet())), "file_with_embedded"),
        sent(
            "an object inside",
            part("word/embeddings/oleObject1.bin", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),
            "file_with_embedded",
        ),
        sent("a gzip inside", part("word/media/a", b"\x1f\x8b\x08\0"), "file_with_embedded"),
        sent("a part that climbs", part("../../evil.xml", b"<a/>"), "broken_file"),
        sent("a part from the root", part("/etc/passwd", b"<a/>"), "broken_file"),
        sent("a part that climbs as on Windows", part("..\\..\\evil.xml", b"<a/>"), "broken_file"),
        sent("a part with NUL in its name", part("word/a\0.xml", b"<a/>"), "broken_file"),
        sent("a part that is there twice", archive(&twice), "broken_file"),
        sent("a part that is a link", word_with(symlink), "broken_file"),
        sent("a part that is shorter than it says", archive(&short), "broken_file"),
        sent("200 MB in 195 kB", bomb(), "file_expands"),
        sent("a part that is longer than it says", archive(&lying), "broken_file"),
        sent("too many parts", archive(&many), "file_expands"),
        sent("too long a list of types", types(&" ".repeat(1024 * 1024)), "file_expands"),
    ]
}

fn polyglots() -> Vec<Sent> {
    let taken = |what, name: &str, bytes: Vec<u8>| Sent { what, name: name.to_owned(), bytes, refused: None };
    let html = b"<html><script>alert(document.domain)</script></html>";
    let mut stored = Part::new("word/media/image1.png", html);
    stored.flags = 0;
    vec![
        taken("a PDF that is HTML", "rapport.pdf", pdf(html)),
        taken("a PDF named HTML", "rapport.html", PDF.to_vec()),
        taken("a PDF named as a program", "rapport.pdf.exe", PDF.to_vec()),
        taken("a PDF with a script", "rapport.pdf", pdf(b"1 0 obj << /S /JavaScript /JS (app.alert(1)) >>")),
        taken(
            "a PDF with an archive after its end",
            "rapport.pdf",
            [PDF, &archive(&[Part::new("a", b"a")])].concat(),
        ),
        taken("a PDF with HTML after its end", "rapport.pdf", [PDF, html].concat()),
        taken("a PNG that is HTML", "bild.png", png(html)),
        taken("a PNG named SVG", "bild.svg", png(b"")),
        taken("a JPG that is HTML", "bild.jpg", jpg(html)),
        taken("a JPG that is a script", "bild.js", jpg(b"*/=alert(1);/*")),
        taken("a JPG with more after its end", "bild.jpg", [jpg(b""), b"<script>".to_vec()].concat()),
        taken("a document with HTML inside", "rapport.docx", word_with(stored)),
        taken("a workbook named DOCX", "rapport.docx", archive(&sheet())),
    ]
}

fn names() -> Vec<Sent> {
    let named = |name: String| Sent { what: "a name", name, bytes: PDF.to_vec(), refused: None };
    [
        "../../../../etc/passwd",
        "..\\..\\..\\windows\\system32\\a.pdf",
        "/etc/cron.d/a",
        "C:\\Windows\\a.pdf",
        "....//....//a.pdf",
        "%2e%2e%2f%2e%2e%2fa.pdf",
        "files/../usve.db",
        "a\0.pdf",
        "\0",
        "",
        ".",
        "..",
        "...",
        " ",
        "CON",
        "con.pdf",
        "NUL.pdf",
        "COM1",
        "LPT1.pdf",
        "a.pdf:stream",
        "rapport\u{202e}fdp.exe",
        "\u{200b}\u{feff}.pdf",
        "a\r\nSet-Cookie: b=c\r\n\r\n<script>.pdf",
        "a\"; filename=\"x.html",
        "a'b`c$(id)|d;e&f.pdf",
        "<img src=x onerror=alert(1)>.pdf",
        "{{7*7}}{% include 'x' %}.pdf",
        "årsrapport åäö ÅÄÖ.pdf",
        "отчёт 报告 📄.pdf",
        ".htaccess",
        "-rf.pdf",
    ]
    .map(|name| named(name.to_owned()))
    .into_iter()
    .chain([named("å".repeat(4096)), named(format!("{}.pdf", "a/".repeat(2048)))])
    .collect()
}
