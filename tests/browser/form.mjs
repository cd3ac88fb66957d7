// Answering a form as a reader of the page would: what is asked for is read from the page, never from the form's file.
// Only locators act on the page, so that all of this works without JavaScript too.

import assert from "node:assert/strict";
import { press } from "./support.mjs";

const text = "Så här gör vi på enheten: återkommande möten, åtgärder och ändringar följs upp.";
/** A file that is taken as evidence: the least that is a PDF. */
const evidence = { name: "Årsrapport åäö.pdf", mimeType: "application/pdf", buffer: Buffer.from("%PDF-1.7\n%%EOF\n") };

/** Every control of the self-assessment on the page: `{ name, type, value, checked, isNumber, fault }`. */
export async function controls(page) {
  return page.locator("form#area").locator("input[name], textarea[name], select[name]").evaluateAll((all) =>
    all.filter((one) => one.type !== "hidden" && one.type !== "file").map((one) => ({
      name: one.name,
      type: one.type,
      value: one.value,
      checked: Boolean(one.checked),
      isNumber: one.matches(".num-in, .amount"),
      option: [...(one.options ?? [])].map(({ value }) => value).find(Boolean),
      fault: one.closest("td, .field, fieldset").querySelector(".err")?.textContent ?? "",
    })));
}

/**
 * Answers everything on the page that is empty or faulty; answers how many controls it touched.
 *
 * - `period`: the year that the answers are about; `choose(name)`: a value other than the usual one, or nothing.
 */
export async function fillIn(page, period, choose = () => undefined) {
  const all = await controls(page);
  let touched = 0;
  for (const name of new Set(all.filter(({ type }) => type === "radio" || type === "checkbox").map(({ name }) => name))) {
    const group = all.filter((one) => one.name === name);
    if (group.some(({ checked }) => checked)) continue;
    const values = group.map(({ value }) => value);
    const wanted = choose(name) ?? ["yes", "2"].find((usual) => values.includes(usual)) ?? values[0];
    await page.locator(`[name="${name}"][value="${wanted}"]`).check();
    touched += 1;
  }
  for (const one of all.filter(({ type }) => type !== "radio" && type !== "checkbox")) {
    // A comment answers nothing, and its thread may be folded.
    if ((one.value && !one.fault) || one.name.startsWith("comment.")) continue;
    const control = page.locator(`[name="${one.name}"]`);
    if (one.type === "select-one") await control.selectOption(one.option);
    else await control.fill(choose(one.name) ?? valueOf(one, period));
    touched += 1;
  }
  return touched;
}

/** A value that fits; a limit is read from the sentence that the page gave. */
function valueOf({ type, isNumber, fault }, period) {
  if (type === "date") return `${period}-06-01`;
  if (!isNumber) return text.slice(0, /Högst (\d+) får plats/.exec(fault)?.[1]);
  const limit = /(?:minst|högst) (\d[\d\s]*(?:,\d+)?)/.exec(fault);
  return limit ? limit[1].replaceAll(/\s/g, "") : "2";
}

/** Adds a row to every table that the page says has too few. */
async function addRows(page) {
  const tooFew = page.locator("fieldset.table-field.bad").filter({ hasText: /minst \d+ rader/ });
  for (let left = await tooFew.count(); left > 0; left -= 1) {
    await addRow(page, tooFew.nth(left - 1));
  }
}

/** Adds a row to one table, with the script or by a way to the server and back. */
export async function addRow(page, table) {
  const rows = table.locator("tbody tr");
  const before = await rows.count();
  const button = table.getByRole("button", { name: "Lägg till rad" });
  if (page.javaScript) await button.click();
  else await press(page, button);
  assert.equal(await rows.count(), before + 1);
}

/** Gives a file to every criterion of the page that lacks one. */
async function giveEvidence(page) {
  const lacking = page.locator("fieldset.needed");
  for (let left = await lacking.count(); left > 0; left -= 1) {
    const one = lacking.first();
    await one.locator("input[type=file]").setInputFiles(evidence);
    await press(page, one.getByRole("button", { name: "Ladda upp" }));
    await saw(page, "Underlaget är sparat.");
    assert.equal(await lacking.count(), left - 1);
  }
}

/** Asserts that the page says this to its reader. */
export async function saw(page, sentence) {
  const found = page.getByText(sentence).filter({ visible: true }).first();
  if (!(await found.isVisible())) {
    const whole = await page.locator("main").innerText();
    assert.fail(`${page.url()} does not say “${sentence}”, but:\n${whole}`);
  }
}

/** Saves the page by its button. */
export async function save(page) {
  await press(page, page.getByRole("button", { name: "Spara", exact: true }));
  await saw(page, "Sparat.");
}

/** Answers everything that an area asks for, with what comes up on the way, and marks it as ready. */
export async function answerArea(page, period, choose) {
  await fillIn(page, period, choose);
  await save(page);
  await giveEvidence(page);
  for (let round = 0; round < 8; round += 1) {
    await addRows(page);
    await fillIn(page, period, choose);
    const address = page.url();
    await press(page, page.getByRole("button", { name: /Markera området som klart|Spara och nästa område/ }));
    if (new URL(page.url()).pathname !== new URL(address).pathname) return saw(page, /Området är klart.|Sparat./);
    assert.match(await page.title(), /^Fel: /);
  }
  assert.fail(`${page.url()} is never ready:\n${await page.locator(".errsum").innerText()}`);
}
