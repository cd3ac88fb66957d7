// The pairing page as its coordinator meets it: an impossible year that names what clashes and is mended by a way out, the
// proposal with its reasons, the question that creates nothing, a changed seat, and a reviewer who declines and is replaced.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { saw } from "./form.mjs";
import { axe, closeBrowser, database, newPage, press, screenshot, signIn, startServer } from "./support.mjs";

const declined = "Har inte tid i vår, eftersom jag är tjänstledig.";
let server;
let year;

before(async () => {
  server = await startServer({ command: "demo", args: ["--units", "24", "--years", "1"] });
});
after(async () => {
  await closeBrowser();
  await server?.stop();
});

const button = (page, name) => page.getByRole("button", { name });
const rows = (page) => page.locator("section[aria-labelledby=proposal] tbody tr");
const clash = (page) => page.locator("section[aria-labelledby=clash]");

/** The coordinator of a year, at its page. */
async function coordinator(javaScript) {
  const page = await newPage({ javaScript });
  page.go = async (path) => assert.equal((await page.goto(server.url + path)).status(), 200, path);
  await page.go("/demo");
  await press(page, page.locator("main li").filter({ has: page.getByRole("heading", { name: "Samordnare, Region Skåne" }) }).getByRole("button"));
  await page.go("/cykel");
  year = (await page.locator("h1").innerText()).match(/\d{4}/)[0];
  return page;
}

/** Signs in a reviewer by name: the rehearsal's addresses are made of names. */
async function reviewer(name, authority, javaScript) {
  const local = name.toLowerCase().normalize("NFD").replace(/[^a-z -]/g, "").trim().replace(/\s+/g, ".");
  const page = await newPage({ javaScript });
  await signIn(page, server, `${local}@${authority}.example`);
  return page;
}

/** On a phone and on a desk. */
async function readsEverywhere(page, name) {
  for (const width of [320, 1280]) {
    await page.setViewportSize({ width, height: 900 });
    await axe(page);
    await screenshot(page, `pairing-${name}-${width}`);
  }
}

/** Lets everybody have no more assignments than they have, as a program of the coordinator's would. */
async function fillUp(page, people) {
  const refused = await page.evaluate(async (people) => {
    for (const [id, given] of people) {
      const path = `/api/v1/reviewers/${id}`;
      const { person, name, organisation, version, ...entry } = await (await fetch(path)).json();
      const headers = { "content-type": "application/json", "if-match": `"${version}"` };
      const answer = await fetch(path, { method: "PUT", headers, body: JSON.stringify({ ...entry, load_limit: given }) });
      if (!answer.ok) return `${name}, ${organisation} (${person}): ${answer.status} ${await answer.text()}`;
    }
  }, people);
  assert.equal(refused, undefined);
}

/** What the page says of the cases that wait, and of everybody's load. */
const everything = async (page) => {
  await page.go(`/cykel/${year}/parning`);
  return page.locator("main table").allInnerTexts();
};

/** The names in the list of a seat, the chosen one first. */
const names = async (list) => (await list.locator("option").allInnerTexts()).map((label) => label.replace(/\s*[(,].*$/, "").trim());

test(`an impossible year says which rules clash and how it can be mended (${database})`, async () => {
  const page = await coordinator(true);
  await press(page, page.getByRole("link", { name: "Parning", exact: true }));
  assert.equal(await clash(page).count(), 0, "the rehearsal can be paired");
  // Nobody of the university takes more than they have.
  const loads = page.locator("section[aria-labelledby=loads] tbody tr").filter({ hasText: "Lunds universitet" });
  const people = await loads.evaluateAll((all) =>
    all.map((row) => [row.querySelector("a").getAttribute("href").split("/").pop(), Number(row.cells[1].innerText)]));
  assert.ok(people.length > 1);
  await fillUp(page, people);

  await page.go(`/cykel/${year}/parning`);
  assert.equal(await clash(page).getByRole("heading", { level: 2 }).innerText(), "Alla platser går inte att tillsätta");
  const rules = await clash(page).locator("ul li").allTextContents();
  assert.ok(rules.some((rule) => rule.endsWith("ska ha en granskare från Lunds universitet.")), rules.join());
  assert.ok(rules.some((rule) => /tar högst \d+ uppdrag i år och har \d+\.$/.test(rule)), rules.join());
  await saw(page, "Ingen kan ta platsen utan att något annat ändras.");
  const wanting = await rows(page).count();
  assert.ok(wanting > 0);
  assert.equal(await rows(page).getByRole("checkbox", { checked: true }).count(), 0, "half a pair is ticked");
  await readsEverywhere(page, "clash");

  // The first way out, followed by its links alone.
  const way = clash(page).locator("ol li").first();
  const steps = await way.getByRole("link").evaluateAll((all) => all.map((one) => [one.getAttribute("href"), one.innerText]));
  assert.ok(steps.length > 0 && steps.length <= wanting, await way.innerText());
  for (const [href, text] of steps) {
    const [, name, most] = text.match(/^Höj gränsen för (.+) från \d+ till (\d+)\.$/);
    await page.go(href);
    assert.equal(await page.locator("h1").innerText(), name);
    await page.locator("#limit").fill(most);
    await press(page, button(page, "Spara"));
    await saw(page, "Uppgifterna är sparade.");
  }
  await page.go(`/cykel/${year}/parning`);
  assert.equal(await clash(page).count(), 0, "the way out does not lead out");
  assert.equal(await rows(page).getByRole("checkbox", { checked: true }).count(), wanting);
  await readsEverywhere(page, "proposal");
  assert.deepEqual(page.faults, []);
  await page.context().close();
});

test(`without JavaScript a coordinator pairs a unit, and replaces whoever declines (${database})`, async () => {
  const page = await coordinator(false);
  const before = await everything(page);
  const row = rows(page).first();
  const unit = await row.getByRole("checkbox").getAttribute("value");
  const title = (await row.locator("label").first().innerText()).trim();
  const [university, region] = [row.locator(`#university-${unit}`), row.locator(`#region-${unit}`)];
  for (const list of [university, region]) {
    assert.match(await list.locator("xpath=..").innerText(), /\d+ av \d+ uppdrag/, "no reason");
  }
  const [proposed, next] = await names(region);
  await saw(page, new RegExp(`Näst bäst: ${next} \\((0|\\+\\d+)\\)`));

  // Could somebody review it? The answer gives reasons and changes nothing.
  await page.getByLabel("Granskare", { exact: true }).selectOption({ label: next });
  await page.getByLabel("Enhet", { exact: true }).selectOption({ label: title });
  await press(page, button(page, "Fråga"));
  await saw(page, `Ja. ${next} kan granska ${title}.`);
  assert.deepEqual(await everything(page), before, "a question changed something");

  // Another in the seat than the proposed one. What was changed stays when the rest is counted anew.
  await region.selectOption({ index: 1 });
  await press(page, button(page, "Räkna om med mina ändringar"));
  assert.equal((await names(region))[0], next);
  assert.ok((await names(region)).includes(proposed));
  const first = (await names(university))[0];
  for (const one of await rows(page).getByRole("checkbox").all()) {
    await one.setChecked((await one.getAttribute("value")) === unit);
  }
  await press(page, button(page, "Utse granskare till de ikryssade"));
  await saw(page, "Ett par är utsett och har fått mejl.");
  assert.equal(await page.locator(`#region-${unit}`).count(), 0, "the case still waits");
  const ofCase = `/cykel/${year}/${unit}`;
  await page.go(ofCase);
  assert.deepEqual((await page.locator("article.seat h3").allInnerTexts()).toSorted(), [first, next].toSorted());

  // One of them accepts by what the pages say …
  const accepts = await reviewer(first, "lu", true);
  await accepts.goto(`${server.url}/granska`);
  await press(accepts, accepts.getByRole("link", { name: new RegExp(`^Svara på uppdraget.*${title}$`) }));
  await readsEverywhere(accepts, "assignment");
  await press(accepts, button(accepts, "Tacka ja"));
  assert.equal(await accepts.locator("h1").innerText(), "Ta ställning till jäv");
  // … the other declines with a reason.
  const declines = await reviewer(next, "skane", false);
  await declines.goto(`${server.url}/granska`);
  await press(declines, declines.getByRole("link", { name: new RegExp(`^Svara på uppdraget.*${title}$`) }));
  await declines.getByLabel("Varför tackar du nej?").fill(declined);
  await press(declines, button(declines, "Tacka nej"));
  await saw(declines, "Du har tackat nej.");
  assert.equal(await declines.getByRole("link", { name: `${title} ${year}` }).count(), 0, "the unit is in the list");

  // The coordinator reads why, is not offered the same person, and gives the seat to another.
  await page.go(ofCase);
  await saw(page, declined);
  const seat = page.locator("article.seat").filter({ hasText: first });
  assert.ok((await seat.innerText()).includes("Har tackat ja"));
  const successors = page.locator("select#seat-region");
  assert.ok(!(await names(successors)).includes(next), "who declined is asked again");
  const [, successor] = await names(successors);
  await successors.selectOption({ index: 1 });
  await press(page, button(page, "Utse granskare"));
  assert.deepEqual((await page.locator("article.seat h3").allInnerTexts()).toSorted(), [first, successor].toSorted());
  await page.go(`/cykel/${year}/parning`);
  await page.getByLabel("Granskare", { exact: true }).selectOption({ label: next });
  await page.getByLabel("Enhet", { exact: true }).selectOption({ label: title });
  await press(page, button(page, "Fråga"));
  await saw(page, `Nej. ${next} kan inte granska ${title}.`);
  await saw(page, "Personen har tackat nej till enheten i år.");
  for (const one of [page, accepts, declines]) {
    assert.deepEqual(one.faults, []);
    await one.context().close();
  }
});
