// Answering together: questions come up and go, levels have their anchors, tables are moved about, colleagues are seen;
// by keyboard alone, without a script, in both languages and on narrow screens.

import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { answerArea, saw } from "./form.mjs";
import { axe, closeBrowser, database, newPage, press, screenshot, signIn, startServer, until } from "./support.mjs";

const period = new Date().getFullYear();
const year = period + 1;
const heads = { kardiologi: "maja@skane.example", ortopedi: "axel@skane.example", neurologi: "nils@skane.example" };
const colleague = "olle@skane.example";
let server;

before(async () => {
  server = await startServer({ command: "serve" });
  const units = Object.keys(heads).map((slug, at) => `${at + 1},${slug},${slug},sus,Skånes universitetssjukvård`);
  await writeFile(join(server.folder, "units.csv"), ["external_id,slug,name,administration,administration_name", ...units].join("\n"));
  await server.usve("units", "import", "units.csv");
  for (const [unit, email] of Object.entries(heads)) {
    await server.usve("user", "add", email, "--name", `Chef ${unit}`, "--role", "head", "--unit", unit);
  }
  await server.usve("user", "add", colleague, "--name", "Olle Påhittad", "--role", "contributor", "--unit", "neurologi");
  await server.usve("cycle", "open", String(year), "--form", "usve/2026.1");
});
after(async () => {
  await closeBrowser();
  await server?.stop();
});

const of = (unit, place = "") => `${server.url}/enhet/${unit}/${year}${place}`;
const saved = (page) => page.locator("[data-save-state]").filter({ hasText: /^Sparat \d\d\.\d\d$/ }).waitFor();

const sessions = {};

/** A page of the unit's head, signed in once for all tests. */
async function headOf(unit, options = {}) {
  const page = await newPage({ ...options, more: { storageState: sessions[unit] } });
  if (!sessions[unit]) {
    await signIn(page, server, heads[unit]);
    sessions[unit] = await page.context().storageState();
  }
  return page;
}

/** Does `work` and waits until the script has saved what it changed. */
async function saving(page, work) {
  const answer = page.waitForResponse((one) => one.request().headers()["x-autosave"] === "1" && one.request().method() === "POST" && !one.url().endsWith("narvaro"));
  await work();
  await answer;
  await saved(page);
}

test(`a question comes up right after what governs it, is announced, and moves no focus (${database})`, async () => {
  const page = await headOf("neurologi");
  await page.goto(of("neurologi", "/A"));
  const governor = page.locator('[name="A1.assigned"][value="yes"]');
  await saving(page, () => governor.check());
  assert.equal(await page.locator("[data-said]").innerText(), "Fem frågor till visas.");
  assert.equal(await page.locator("[data-said]").getAttribute("role"), "status");
  assert.equal(await page.evaluate(() => document.activeElement.name), "A1.assigned");
  const order = await page.locator('[data-crit="A1"] [data-q]:not([hidden])').evaluateAll((all) => all.map((one) => one.dataset.q));
  assert.deepEqual(order.slice(0, 4), ["A1-assigned", "A1-decided_on", "A1-valid_from", "A1-valid_until"]);
  for (const [field, day] of [["decided_on", `${period - 1}-02-01`], ["valid_from", `${period - 1}-02-01`], ["valid_until", `${period + 3}-01-31`]]) {
    await page.locator(`[name="A1.${field}"]`).fill(day);
  }
  await until("the computed indicator", async () => (await page.locator('[data-computed="A1"]').innerText()).includes("Svaren motsvarar nivå 2."));
  await saving(page, () => page.locator('[name="A1.assigned"][value="no"]').check());
  assert.equal(await page.locator("[data-said]").innerText(), "Fem frågor är inte längre aktuella.");
  assert.equal(await page.locator('[name="A1.valid_from"]').isVisible(), false);
  await saw(page, "Svaren är sparade men lämnas inte in.");
  await axe(page);
  await screenshot(page, "answering-hidden");
  await saving(page, () => governor.check());
  assert.equal(await page.locator('[name="A1.valid_from"]').inputValue(), `${period - 1}-02-01`, "kept while it was hidden");
  assert.deepEqual(page.faults, []);
  await page.context().close();
});

test(`what must be mended is said at the control once it is left, and a number gets its thousands apart (${database})`, async () => {
  const page = await headOf("neurologi");
  await page.goto(of("neurologi", "/D"));
  const cost = page.locator('[name="D4.unit_cost"]');
  await saving(page, () => cost.fill("mycket"));
  assert.equal(await page.locator("#D4-unit_cost-error").count(), 0, "nobody is interrupted");
  await cost.press("Tab");
  await page.locator("#D4-unit_cost-error").waitFor();
  assert.equal(await cost.getAttribute("aria-invalid"), "true");
  assert.ok((await cost.getAttribute("aria-describedby")).includes("D4-unit_cost-error"));
  await axe(page);
  await saving(page, async () => { await cost.fill("1250000"); await cost.press("Tab"); });
  assert.equal(await cost.inputValue(), "1\u00a0250\u00a0000");
  await until("the error to go", async () => (await page.locator("#D4-unit_cost-error").count()) === 0);
  await page.reload();
  assert.equal(await cost.inputValue(), "1\u00a0250\u00a0000");
  await page.context().close();
});

test(`the counter agrees with the server on every hard text, and nothing pasted is cut (${database})`, async () => {
  const page = await headOf("neurologi");
  await page.goto(of("neurologi", "/A"));
  const area = page.locator('[name="A2.motivation"]'), counter = page.locator("#A2-motivation-count");
  await area.evaluate((one) => { one.dataset.mostWords = "100"; });
  const put = (text) => area.evaluate((one, value) => {
    one.value = value;
    one.dispatchEvent(new Event("input", { bubbles: true }));
  }, text);
  const list = JSON.parse(await readFile(new URL("../data/counting.json", import.meta.url), "utf8"));
  for (const { text, characters, words } of list) {
    await put(text);
    assert.equal(await counter.innerText(), `${1500 - characters} tecken kvar · ${100 - words} ord kvar`, JSON.stringify(text));
  }
  // As the server says it of the same text, after a reload.
  for (const { text, characters } of list.slice(6, 12)) {
    await saving(page, () => put(`x${text}x`));
    const live = (await counter.innerText()).split(" · ")[0];
    const other = await page.context().newPage();
    await other.goto(of("neurologi", "/A"));
    assert.equal(await other.locator("#A2-motivation-count").innerText(), live, JSON.stringify([text, characters]));
    await other.close();
  }
  const long = "Inklistrat. ".repeat(300);
  await saving(page, () => put(long));
  assert.equal((await area.inputValue()).length, long.length);
  assert.match(await counter.innerText(), /^\d+ tecken för mycket/);
  await page.context().close();
});

test(`rows are added, moved and taken away by script and are saved in the order they stand (${database})`, async () => {
  const page = await headOf("neurologi");
  await page.goto(of("neurologi", "/A"));
  await saving(page, () => page.locator('[name="A3.joint_goals"][value="yes"]').check());
  const table = page.locator("#A3-goals");
  const goals = () => table.locator('input[name$=".goal"]').evaluateAll((all) => all.map((one) => one.value));
  for (const [at, goal] of ["ett", "två", "tre"].entries()) {
    if (at) await table.getByRole("button", { name: "Lägg till rad" }).click();
    await table.locator('input[name$=".goal"]').nth(at).fill(goal);
  }
  await saving(page, async () => {
    const up = table.getByRole("button", { name: "Flytta upp rad 3" });
    await up.focus();
    await page.keyboard.press("Enter");
  });
  assert.deepEqual(await goals(), ["ett", "tre", "två"]);
  assert.equal(await page.locator("[data-said]").innerText(), "Raden är nu nummer 2.");
  assert.equal(await page.evaluate(() => document.activeElement.innerText.trim()), "Flytta upp rad 2", "focus stays on the button");
  await saving(page, () => page.keyboard.press("Enter"));
  assert.equal(await page.evaluate(() => document.activeElement.innerText.trim()), "Flytta ner rad 1", "the first goes no higher");
  await saving(page, () => table.getByRole("button", { name: "Ta bort rad 2" }).click());
  await page.reload();
  assert.deepEqual(await goals(), ["tre", "två"]);
  await axe(page);
  await page.context().close();
});

test(`a colleague who writes is seen by name in the criterion, and gone after a while (${database})`, async () => {
  const page = await headOf("neurologi");
  await page.goto(of("neurologi", "/A"));
  const other = await newPage();
  await signIn(other, server, colleague);
  await other.goto(of("neurologi", "/A"));
  await saving(other, () => other.locator('[name="A4.motivation"]').pressSequentially("Olle skriver här"));
  await page.locator('[data-writing="A4"]').filter({ hasText: "Olle Påhittad skriver här nu." }).waitFor({ timeout: 30_000 });
  await axe(page);
  await screenshot(page, "answering-presence");
  await page.reload();
  await saw(page, "Senast ändrat av Olle Påhittad kl.");
  for (const one of [page, other]) await one.context().close();
});

test(`the page of an area has no fault in any state, language or width (${database})`, async () => {
  for (const width of [320, 1280]) {
    const page = await headOf("neurologi", { width });
    for (const language of ["sv", "en"]) {
      for (const [place, name] of [["/B", "empty"], ["/A", "filled"], ["/A?visa=fel", "faults"], ["/D?visa=fel", "faults-numbers"], ["/bakgrund", "background"]]) {
        await page.goto(of("neurologi", place));
        assert.equal(await page.locator("html").getAttribute("lang"), language);
        await axe(page);
        await screenshot(page, `answering-${name}-${language}-${width}`);
      }
      // The page of both texts.
      const behind = await page.context().newPage();
      behind.javaScript = true;
      await behind.goto(of("neurologi", "/A"));
      await behind.locator('[name="A2.motivation"]').evaluate((one, words) => { one.value = words; }, `Efter ${language} ${width}`);
      await page.goto(of("neurologi", "/A"));
      await page.locator('[name="A2.motivation"]').fill(`Före ${language} ${width}`);
      await press(page, page.locator('.savebar button[value="save"]'));
      assert.equal(await press(behind, behind.locator('.savebar button[value="save"]')), 409);
      await axe(behind);
      await screenshot(behind, `answering-both-${language}-${width}`);
      await behind.close();
      await page.goto(of("neurologi", "/A"));
      await page.locator("details.me > summary").click();
      await press(page, page.getByRole("button", { name: /^(English|Svenska)$/ }));
    }
    await page.context().close();
  }
});

/** Marks every other area and the background as done, so that one is left. */
async function answerAllBut(page, unit, left) {
  for (const place of ["bakgrund", ..."ABCDEFGH"].filter((one) => one !== left)) {
    await page.goto(of(unit, `/${place}`));
    await answerArea(page, period);
  }
}

test(`without a script a whole area is answered, and the assessment submitted (${database})`, async () => {
  const page = await headOf("ortopedi", { javaScript: false });
  await answerAllBut(page, "ortopedi");
  await page.goto(of("ortopedi", "/lamna-in"));
  await press(page, page.locator("main").getByRole("button", { name: /Lämna in/ }));
  await saw(page, "Självvärderingen är inlämnad");
  await page.context().close();
});

/** What has the focus. */
const focused = (page) => page.evaluate(() => {
  const one = document.activeElement, group = [...document.getElementsByName(one.name ?? "")];
  return {
    name: one.name, type: one.type, tag: one.tagName, value: one.value, text: one.innerText?.trim(),
    isNumber: one.matches(".num-in, .amount"),
    at: one.value, chosen: group.some(({ checked }) => checked), inForm: Boolean(one.closest?.("#area")), id: one.id,
    lacks: Boolean(one.closest?.("fieldset.needed")), fault: one.closest?.("td, .field, fieldset")?.querySelector(".err")?.innerText ?? "",
  };
});

/**
 * Chooses a file in the control that has the focus. A busy Chromium can drop the first key without opening its dialog;
 * what may never happen is that the page takes the focus away meanwhile.
 */
async function chooseByKeyboard(page, id) {
  for (let attempt = 0; attempt < 5; attempt += 1) {
    const opened = page.waitForEvent("filechooser", { timeout: 5_000 }).catch(() => undefined);
    await page.keyboard.press("Space");
    const chooser = await opened;
    assert.equal((await focused(page)).id, id, "the focus stays at the control for files");
    if (!chooser) continue;
    await chooser.setFiles({ name: "Underlag.pdf", mimeType: "application/pdf", buffer: Buffer.from("%PDF-1.7\n%%EOF\n") });
    return;
  }
  assert.fail(`${page.url()}: Space at ${id} opened no dialog`);
}

/** Goes through the page from its top by Tab, and answers what has the focus; ends with Enter on the button wanted. */
async function byKeyboard(page, button) {
  const given = new Set();
  await page.locator("h1").waitFor();
  for (let stop = 0; stop < 600; stop += 1) {
    await page.keyboard.press("Tab");
    const one = await focused(page);
    if (one.tag === "BUTTON" && button.test(one.text)) {
      await Promise.all([page.waitForNavigation(), page.keyboard.press("Enter")]);
      return;
    }
    if (one.type === "file" && one.lacks && !given.has(one.id)) {
      given.add(one.id);
      await chooseByKeyboard(page, one.id);
      await page.keyboard.press("Tab");
      await Promise.all([page.waitForNavigation(), page.keyboard.press("Enter")]);
      continue;
    }
    if (!one.inForm || !one.name || given.has(one.name)) continue;
    if (one.type === "radio" && !one.chosen) {
      given.add(one.name);
      await page.keyboard.press("Space");
      if (one.name.endsWith("self_level")) for (let level = 0; level < 2; level += 1) await page.keyboard.press("ArrowDown");
    } else if (one.type === "checkbox" && !one.chosen) {
      given.add(one.name);
      await page.keyboard.press("Space");
    } else if (one.type === "date" && !one.value) {
      given.add(one.name);
      for (const digits of [`0601${period}`, `${period}0601`]) {
        await page.keyboard.type(digits);
        if ((await focused(page)).value === `${period}-06-01`) break;
      }
    } else if (one.tag === "SELECT" && !one.value) {
      given.add(one.name);
      await page.keyboard.press("ArrowDown");
    } else if ((one.tag === "TEXTAREA" || one.type === "text") && (!one.value || one.fault)) {
      given.add(one.name);
      await page.keyboard.press("Control+a");
      await page.keyboard.type(one.isNumber ? "2" : "Så gör vi på enheten.");
    }
  }
  assert.fail(`${page.url()}: no button ${button}`);
}

test(`by keyboard alone a whole area is answered, and the assessment submitted (${database})`, async () => {
  const page = await headOf("kardiologi");
  await answerAllBut(page, "kardiologi", "A");
  await page.goto(of("kardiologi", "/A"));
  const begun = page.url();
  for (let round = 0; round < 6 && page.url().startsWith(begun); round += 1) {
    await byKeyboard(page, /Markera området som klart/);
  }
  await saw(page, "Området är klart.");
  await page.goto(of("kardiologi", "/lamna-in"));
  await byKeyboard(page, /Lämna in/);
  await saw(page, "Självvärderingen är inlämnad");
  await page.context().close();
});
