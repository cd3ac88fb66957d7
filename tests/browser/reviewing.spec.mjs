// A reviewer at work: ten units' area scored by the keyboard alone, drafts that save themselves, what changed since last
// year, and the page as everybody can read it.

import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { saw } from "./form.mjs";
import { axe, closeBrowser, database, newPage, press, screenshot, signIn, startServer, until } from "./support.mjs";

const forms = fileURLToPath(new URL("../it/support/two_years", import.meta.url));
const earlier = new Date().getFullYear() + 1;
const year = earlier + 1;
const units = ["akutsjukvard", "dermatologi", "endokrinologi", "geriatrik", "hematologi", "infektion", "kardiologi", "lungmedicin",
  "neurologi", "ortopedi"];
const people = {
  head: ["maja@skane.example", "Maja Exempelsson", "region", "head"],
  university: ["lova@lu.example", "Lova Låtsas", "university", "reviewer"],
  region: ["rune@skane.example", "Rune Rollspel", "region", "reviewer"],
  coordinator: ["saga@skane.example", "Saga Samordning", "region", "coordinator"],
};
const reason = "Underlaget visar detta tydligt; se den bifogade redovisningen från året.";
const saved = /^Sparat \d\d\.\d\d$/;
let server;
let reviewer;

/** Asks the service as one of its own pages would; answers what it said. */
async function ask(page, method, path, body, version) {
  const answer = await page.evaluate(async ([method, path, body, version]) => {
    const headers = { "content-type": "application/json", ...(version === undefined ? {} : { "if-match": `"${version}"` }) };
    const answer = await fetch(`/api/v1${path}`, { method, headers, body: body && JSON.stringify(body) });
    return { status: answer.status, text: await answer.text() };
  }, [method, path, body, version]);
  assert.ok(answer.status < 300, `${method} ${path}: ${answer.status} ${answer.text}`);
  return answer.text && JSON.parse(answer.text);
}

/** What a unit answers the first year, and what it changes the second. */
const first = {
  background: { beds: "24" },
  A1: { meetings: "10", regular: "yes", note: "Som vanligt.", motivation: "Vi har tolv möten om året.\nAlla har protokoll." },
  A2: { goals: [{ aim: "Fler studier", state: "on" }], follow_up: "Varje kvartal.", motivation: "Målen är satta." },
  A4: { faxes: "En." },
  B1: { names: "Docent Påhittad", supervisors: "3", motivation: "Tre docenter." },
  B2: { names: "Doktorand Låtsas", students: "5", motivation: "Fem doktorander." },
  B3: { topic: "lab", budget: "250 000", motivation: "Ett laboratorium." },
};
const second = {
  A1: { meetings_held: "12", reasons: "Vi har elva möten om året.\nFå har protokoll.", self_level: "3" },
  B6: { partners: "Lunds universitet" },
};

before(async () => {
  server = await startServer({ command: "serve", environment: { USVE_FORMS: forms } });
  const rows = units.map((slug, at) => `${at + 1},${slug},${slug[0].toUpperCase()}${slug.slice(1)},sus,Skånes universitetssjukvård`);
  await writeFile(join(server.folder, "units.csv"), ["external_id,slug,name,administration,administration_name", ...rows].join("\n"));
  await server.usve("units", "import", "units.csv");
  for (const [email, name, organisation, role] of Object.values(people)) {
    for (const unit of role === "head" ? units : [undefined]) {
      await server.usve("user", "add", email, "--name", name, "--organisation", organisation, "--role", role, ...(unit ? ["--unit", unit] : []));
    }
  }
  const signed = Object.fromEntries(await Promise.all(Object.entries(people).map(async ([key, [email]]) => {
    const page = await newPage();
    await signIn(page, server, email);
    return [key, page];
  })));
  await server.usve("cycle", "open", String(earlier), "--form", "prov/2025.1");
  for (const unit of units) {
    for (const [criterion, fields] of Object.entries(first)) {
      await ask(signed.head, "PUT", `/cases/${earlier}/${unit}/answers/${criterion}`, { fields }, 0);
    }
    await ask(signed.head, "POST", `/cases/${earlier}/${unit}/submission`);
  }
  await server.usve("cycle", "open", String(year), "--form", "prov/2026.1");
  const find = async (party) => {
    const { candidates } = await ask(signed.coordinator, "GET", `/cases/${year}/${units[0]}/candidates?party=${party}`);
    const { person } = candidates.find(({ refused }) => !refused);
    await ask(signed.coordinator, "PUT", `/reviewers/${person}`, { load_limit: units.length }, 0);
    return person;
  };
  let pair;
  for (const unit of units) {
    const path = `/cases/${year}/${unit}`;
    for (const { criterion, version, stage } of (await ask(signed.head, "GET", `${path}/answers`)).items) {
      if (second[criterion]) await ask(signed.head, "PUT", `${path}/answers/${criterion}`, { fields: second[criterion] }, version);
      else if (stage === "not_confirmed") await ask(signed.head, "POST", `${path}/answers/${criterion}/confirm`, undefined, version);
    }
    await ask(signed.head, "POST", `${path}/submission`);
    pair ??= { university: await find("university"), region: await find("region") };
    await ask(signed.coordinator, "POST", `${path}/assignments`, pair);
    for (const who of ["university", "region"]) await ask(signed[who], "POST", `${path}/declarations`, { conflict: null });
  }
  reviewer = signed.university;
});
after(async () => {
  await closeBrowser();
  await server?.stop();
});

const areaOf = (unit, area = "A") => `${server.url}/granska/${unit}/${year}/${area}`;

/** Presses Tab until what has the focus is the one, as somebody without a mouse does. */
async function tabTo(page, what, selector) {
  for (let steps = 0; steps < 120; steps += 1) {
    await page.keyboard.press("Tab");
    if (await page.evaluate((selector) => document.activeElement?.matches(selector), selector)) return;
  }
  assert.fail(`Tab never comes to ${what} on ${page.url()}`);
}

/** Presses Enter on what has the focus and waits for the page it leads to. */
async function enter(page) {
  await Promise.all([page.waitForNavigation(), page.keyboard.press("Enter")]);
}

/** Presses a key until what it does is seen: a browser that is busy can miss one. */
async function key(page, name, seen) {
  for (let tries = 0; tries < 4; tries += 1) {
    await page.keyboard.press(name);
    for (let waits = 0; waits < 10; waits += 1) {
      if (await seen()) return;
      await page.waitForTimeout(50);
    }
  }
  assert.fail(`${name} does nothing on ${page.url()}; the focus is in ${await focused(page)}`);
}

const focused = (page) => page.evaluate(() => document.activeElement.id || document.activeElement.name || document.activeElement.value);

/** Waits until the page says how it stands with the saving. */
const says = (page, sentence, seconds = 15) =>
  page.locator("[data-save-state]").filter({ hasText: sentence }).waitFor({ timeout: seconds * 1000 });

test(`ten units' area is scored by the keyboard alone (${database})`, async () => {
  const page = reviewer;
  for (const unit of units) {
    await page.goto(`${server.url}/granska`);
    await tabTo(page, unit, `main a[href^="/granska/${unit}/"]`);
    await enter(page);
    assert.equal(page.url(), areaOf(unit));
    await tabTo(page, "the first criterion", 'main a[href="#A1"]');
    const goes = (name, to) => key(page, name, async () => (await focused(page)) === to);
    const sets = (name, level, score) =>
      key(page, name, async () => (await page.locator(`[name="${level}.score"]:checked`).count()) > 0
        && (await page.locator(`[name="${level}.score"]:checked`).inputValue()) === score);
    const opens = (open) => key(page, "o", () => page.locator("#A1 details.unchanged").evaluate((one, open) => one.open === open, open));
    await goes("Enter", "A1");
    // Unchanged answers open by one key, and close again.
    assert.equal(await page.locator("#A1 details.unchanged").evaluate((one) => one.open), false);
    await opens(true);
    await opens(false);
    await sets("3", "A1", "3");
    await goes("n", "A2");
    await sets("k", "A2", "K");
    assert.equal(await page.locator("#A2-reason-count").innerText(), "50 tecken till behövs");
    await goes("m", "A2-reason");
    // In a text the keys are letters: no level changes and nothing moves.
    await page.keyboard.type(`0 1 2 k n s ${reason}`);
    assert.equal(await page.locator('[name="A2.score"]:checked').inputValue(), "K");
    assert.ok((await page.locator("#A2-reason").inputValue()).length > reason.length);
    await goes("Escape", "A2.score");
    await goes("n", "A3");
    await sets("2", "A3", "2");
    await goes("f", "A2");
    await goes("n", "A3");
    await page.keyboard.press("s");
    await says(page, saved);
    assert.equal(await page.locator("[data-part=done]").innerText(), "3 av 3");
    await goes("n", "do");
    await enter(page);
    assert.equal(page.url(), areaOf(unit, "B"));
  }
  await page.goto(`${server.url}/granska`);
  assert.equal(await page.locator("progress[value='3']").count(), units.length, "three criteria of each unit are done");
  assert.deepEqual(page.faults, []);
});

test(`a draft saves itself, and survives a reload and a killed server (${database})`, async () => {
  const page = reviewer;
  await page.goto(areaOf("kardiologi", "B"));
  const text = page.locator("#B1-reason");
  await page.locator('#B1 [value="4"]').check();
  await text.pressSequentially("Handledarna är tre.");
  await says(page, saved);
  await page.reload();
  assert.equal(await text.inputValue(), "Handledarna är tre.");
  assert.equal(await page.locator('[name="B1.score"]:checked').inputValue(), "4");
  await saw(page, "Motivera");
  for (let round = 0; round < 2; round += 1) {
    const sending = page.waitForRequest((request) => request.headers()["x-autosave"] === "1");
    await text.press("Control+End");
    await text.pressSequentially(` Under avbrott ${round}.`);
    await sending;
    await server.kill();
    await server.again();
    await says(page, saved, 25);
    const other = await page.context().newPage();
    await other.goto(areaOf("kardiologi", "B"));
    assert.ok((await other.locator("#B1-reason").inputValue()).includes(`Under avbrott ${round}.`));
    await other.close();
  }
});

test(`the counter says what the server says, in the middle of writing and after (${database})`, async () => {
  const page = reviewer;
  await page.goto(areaOf("ortopedi", "B"));
  const [text, count] = [page.locator("#B5-reason"), page.locator("#B5-reason-count")];
  for (const [score, typed] of [["2", ""], ["4", " \u00a0Så här.\n\nÅtta 🩺 \t"], ["0", "x".repeat(49)], ["1", "x".repeat(50)],
    ["3", "Kort."], ["4", "y".repeat(1501)]]) {
    await page.locator(`#B5 [name="B5.score"][value="${score}"]`).check();
    await text.fill(typed);
    const said = await count.innerText();
    await until("the saving", async () => saved.test(await page.locator("[data-save-state]").innerText()));
    await press(page, page.getByRole("button", { name: "Spara", exact: true }));
    assert.equal(await count.innerText(), said, `${score}: ${typed}`);
  }
});

test(`two windows: both texts are shown, and both stay in the history (${database})`, async () => {
  const [page, other] = [reviewer, await reviewer.context().newPage()];
  for (const one of [page, other]) await one.goto(areaOf("neurologi", "B"));
  await other.locator("#B5-reason").fill("Det som den andra sidan skrev.");
  await says(other, saved);
  await page.locator("#B5-reason").fill("Det som den första sidan skrev.");
  await says(page, "Bedömningen är ändrad i ett annat fönster. Tryck Spara för att jämföra.");
  page.faults.length = 0;
  assert.equal(await press(page, page.getByRole("button", { name: "Spara", exact: true })), 409);
  await saw(page, "Det som den andra sidan skrev.");
  await saw(page, "Det som den första sidan skrev.");
  await axe(page);
  await press(page, page.getByRole("button", { name: "Behåll det som är sparat" }));
  assert.equal(await page.locator("#B5-reason").inputValue(), "Det som den andra sidan skrev.");
  await press(page, page.locator("#B5").getByRole("link", { name: "Tidigare versioner" }));
  assert.equal(await page.locator(".versions > li").count(), 3);
  await saw(page, "första");
  await other.close();
});

for (const lang of ["sv", "en"]) {
  for (const width of [320, 1280]) {
    test(`everybody can read the page in ${lang} at ${width} px (${database})`, async () => {
      const page = await newPage({ width, theme: width === 320 ? "dark" : "light", more: { storageState: await reviewer.context().storageState() } });
      await page.context().addCookies([{ name: "sprak", value: lang, url: server.url }]);
      for (const address of [areaOf("hematologi"), areaOf("hematologi", "B"), `${server.url}/granska/hematologi/${year}/historik/A2`]) {
        await page.goto(address);
        assert.equal(await page.locator("html").getAttribute("lang"), lang);
        for (const fold of await page.locator("details.unchanged").all()) await fold.evaluate((one) => { one.open = true; });
        await axe(page);
        await screenshot(page, `reviewing-${lang}-${width}-${address.split("/").slice(-2).join("-")}`);
      }
      assert.deepEqual(page.faults, []);
      await page.context().close();
    });
  }
}

test(`without scripts every answer is there and scores are saved by the button (${database})`, async () => {
  const page = await newPage({ javaScript: false, more: { storageState: await reviewer.context().storageState() } });
  await page.goto(areaOf("infektion"));
  const fold = page.locator("#A1 details.unchanged");
  assert.match(await fold.locator("summary").innerText(), new RegExp(`Oförändrat sedan ${earlier}`));
  await fold.locator("summary").click();
  await saw(page, "Som vanligt.");
  assert.equal(await page.locator("[data-keys]").isVisible(), false, "no keys without the script");
  await page.locator('[name="A1.score"][value="2"]').check();
  await press(page, page.getByRole("button", { name: "Spara", exact: true }));
  assert.equal(await page.locator('[name="A1.score"]:checked').inputValue(), "2");
  await page.context().close();
});

test(`what changed stands word by word, and paper holds what is folded (${database})`, async () => {
  const page = reviewer;
  await page.goto(areaOf("geriatrik"));
  const last = page.locator("#A1 .rev-cols > section").nth(1);
  assert.equal(await last.locator("del").first().textContent(), "[borttaget: tolv]");
  assert.equal(await last.locator("ins").first().textContent(), "[tillagt: elva]");
  assert.match(await page.locator("#A1 .chg").innerText(), /\+2 \(\+20\s%\)/);
  assert.match(await last.innerText(), /Hållna möten\s*10/);
  assert.ok(!(await page.locator("main").innerText()).includes("Självskattad"), "the unit's own level is hidden");
  await page.emulateMedia({ media: "print" });
  const height = await page.locator("#A1 details.unchanged dl").evaluate((one) => one.getBoundingClientRect().height);
  assert.ok(height > 10, "what is folded is on paper");
  await page.emulateMedia({ media: "screen" });
});
