// Answers out to Excel and back: shown before anything changes, taken without scripts, readable at every width.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { axe, closeBrowser, newPage, press, screenshot, startServer } from "./support.mjs";
import { answer, unzip, zip } from "./zip.mjs";

let server;

before(async () => {
  server = await startServer({ command: "demo", args: ["--units", "24", "--years", "2"] });
});
after(async () => {
  await closeBrowser();
  await server?.stop();
});

/** The head of a unit that is answering, with the unit's address and its workbook. */
async function head(look) {
  const page = await newPage(look);
  await page.goto(`${server.url}/demo`);
  await press(page, page.locator("main li", { hasText: "svara och lämna in" }).first().getByRole("button"));
  if (look.lang) await page.context().addCookies([{ name: "sprak", value: look.lang, url: server.url }]);
  await page.goto(`${server.url}/enhet`);
  const [unit] = page.url().match(/.*\/enhet\/[^/]+\/\d{4}/);
  const file = await page.context().request.get(`${unit}/svar.xlsx`);
  assert.equal(file.status(), 200);
  return { page, unit, parts: unzip(await file.body()) };
}

/** Brings a changed workbook back by the page's own form. */
async function bring(page, unit, parts) {
  await page.goto(unit);
  await press(page, page.locator("a[href$='/svar/las-in']"));
  await page.locator("input[type=file]").setInputFiles({
    name: "svar.xlsx",
    mimeType: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    buffer: zip(parts),
  });
  return press(page, page.locator("main form[enctype] button"));
}

test("without scripts an answer out of Excel is seen, chosen and saved, and what is not chosen stays", async () => {
  const { page, unit, parts } = await head({ javaScript: false });
  answer(parts, "A1", "motivation", "Skrivet i Excel på mötet.");
  answer(parts, "A2", "motivation", "Det här väljs bort.");
  assert.equal(await bring(page, unit, parts), 200);
  assert.equal(await page.locator("h1").textContent(), "Skillnad mot Excel-filen");
  assert.equal(await page.locator("input[name=take]:checked").count(), 2);
  assert.match(await page.locator("#A1-motivation ins").first().textContent(), /Skrivet i Excel/);
  await page.locator("#A2-motivation input[name=take]").uncheck();
  await press(page, page.getByRole("button", { name: "Spara valda ändringar" }));
  assert.match(await page.locator("main").textContent(), /1 svar är sparat/);
  assert.match(await page.locator("#A1").textContent(), /Skrivet i Excel på mötet\./);
  await page.goto(`${unit}/A`);
  assert.equal(await page.locator("#A1-motivation").inputValue(), "Skrivet i Excel på mötet.");
  assert.doesNotMatch(await page.locator("#A2-motivation").inputValue(), /väljs bort/);
  await page.context().close();
});

for (const look of [
  { lang: "sv", width: 320, theme: "light" },
  { lang: "sv", width: 1280, theme: "dark" },
  { lang: "en", width: 320, theme: "dark" },
  { lang: "en", width: 1280, theme: "light" },
]) {
  test(`what would change can be read in ${look.lang} at ${look.width}`, async () => {
    const { page, unit, parts } = await head(look);
    answer(parts, "A1", "known_by_managers", "kanske");
    answer(parts, "A1", "motivation", "En helt annan text.");
    answer(parts, "A2", "motivation", "");
    answer(parts, "A2", "meetings_held", "cirka tolv");
    answer(parts, "A4", "motivation", "Det som står i filen.");
    await page.goto(`${unit}/A`);
    await page.locator("#A4-motivation").fill(`Skrivet av en kollega, ${look.lang} ${look.width}.`);
    await press(page, page.getByRole("button", { name: /^(Spara|Save)$/ }).first());
    await page.goto(`${unit}/svar/las-in`);
    await axe(page);
    await bring(page, unit, parts);
    assert.equal(await page.locator(".proposal").count(), 5);
    assert.equal(await page.locator("#A4-motivation input[name=take]").isChecked(), false);
    assert.match(await page.locator("#A4-motivation table").textContent(), /Skrivet av en kollega.*Det som står i filen/s);
    await axe(page);
    await screenshot(page, `workbook-${look.lang}-${look.width}`);
    assert.deepEqual(page.faults, []);
    await page.context().close();
  });
}
