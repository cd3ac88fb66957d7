// Nothing that somebody has typed is lost: typing saves by itself, and whatever goes wrong is said and kept.

import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, beforeEach, test } from "node:test";
import { saw } from "./form.mjs";
import { axe, closeBrowser, database, newPage, press, screenshot, signIn, startServer } from "./support.mjs";

const year = new Date().getFullYear() + 1;
const head = "maja@skane.example";
const coordinator = "saga@skane.example";
/** One long text on a page that the head may write on. */
const text = '[name="A1.motivation"]';
let server;
let page;
let area;
let number = 0;

before(async () => {
  server = await startServer({ command: "serve" });
  area = `${server.url}/enhet/kardiologi/${year}/A`;
  await writeFile(join(server.folder, "units.csv"), `external_id,slug,name,administration,administration_name
1,kardiologi,Kardiologi,sus,Skånes universitetssjukvård
`);
  await server.usve("units", "import", "units.csv");
  await server.usve("user", "add", head, "--name", "Maja Exempelsson", "--role", "head", "--unit", "kardiologi");
  await server.usve("user", "add", coordinator, "--name", "Saga Samordning", "--organisation", "region", "--role", "coordinator");
  await server.usve("cycle", "open", String(year), "--form", "usve/2026.1");
  page = await newPage();
  await signIn(page, server, head);
});
after(async () => {
  await closeBrowser();
  await server?.stop();
});
beforeEach(() => open(page));

/** Opens the area; what is still unsaved on the page is let go of. */
async function open(one) {
  await one.goto(area);
  assert.equal(await one.locator("h1").innerText(), "A. Organisation");
}

/** A page in a browser of its own with the same session. */
const besides = async () => newPage({ more: { storageState: await page.context().storageState() } });

/** Types a text that was never there before, as a person does, at the end of what stands there. */
async function type(one, words) {
  number += 1;
  const typed = `${words} ${number}. `;
  await one.locator(text).press("Control+End");
  await one.locator(text).pressSequentially(typed);
  return typed.trim();
}

/** Waits until the page says how it stands with the saving; answers how long that took, in milliseconds. */
async function says(one, sentence, seconds = 15) {
  const begun = Date.now();
  await one.locator("[data-save-state]").filter({ hasText: sentence }).waitFor({ timeout: seconds * 1000 });
  return Date.now() - begun;
}

/** What the service has, read by a page of its own. */
async function stored() {
  const other = await page.context().newPage();
  await other.goto(area);
  const value = await other.locator(text).inputValue();
  await other.close();
  return value;
}

const saved = /^Sparat \d\d\.\d\d$/;

test(`typed text is saved within five seconds without a button, and survives a reload (${database})`, async () => {
  const typed = await type(page, "Möten hålls åtta gånger om året");
  const focus = await page.evaluate(() => document.activeElement.name);
  const took = await says(page, saved);
  assert.ok(took < 5000, `it took ${took} ms`);
  assert.equal(await page.evaluate(() => document.activeElement.name), focus, "saving moves no focus");
  assert.equal(await page.locator(".savebar .state").getAttribute("role"), "status");
  await page.reload();
  assert.ok((await page.locator(text).inputValue()).includes(typed));
  assert.match(await page.locator("[data-save-state]").innerText(), saved);
});

test(`a server that is gone is told loudly, and the text is saved when it is back (${database})`, async () => {
  await server.kill();
  const typed = await type(page, "Servern är borta");
  await says(page, "Inte sparat. Försöker igen om 5 sekunder. Lämna inte sidan.");
  assert.equal(await page.locator(".savebar .state").getAttribute("role"), "alert");
  await axe(page);
  await screenshot(page, "autosave-failed");
  await page.getByRole("button", { name: "Spara", exact: true }).click();
  await says(page, "Inte sparat.");
  assert.ok((await page.locator(text).inputValue()).includes(typed), "the text still stands on the page");
  await server.again();
  await says(page, saved, 25);
  assert.equal(await page.locator(".savebar .state").getAttribute("role"), "status");
  assert.ok((await stored()).includes(typed));
});

test(`a second tab that is behind gets both texts, and drops neither (${database})`, async () => {
  const second = await page.context().newPage();
  second.javaScript = true;
  await open(second);
  const first = await type(page, "Skrivet först");
  await says(page, saved);
  const later = await type(second, "Skrivet sist");
  await says(second, "En kollega har ändrat samma svar. Tryck Spara för att jämföra.");
  await screenshot(second, "autosave-stale");
  assert.equal(await press(second, second.getByRole("button", { name: "Spara", exact: true })), 409);
  await saw(second, "Inget är borta.");
  const row = second.locator("tr").filter({ hasText: "Motivering" });
  assert.match(await row.locator("td").first().innerText(), new RegExp(first));
  assert.match(await row.locator("td").last().innerText(), new RegExp(later));
  await axe(second);
  await screenshot(second, "autosave-both-texts");
  assert.ok((await stored()).includes(first), "the first is kept until somebody chooses");
  await second.getByRole("radio", { name: "Min text" }).check();
  await press(second, second.getByRole("button", { name: "Spara mina val" }));
  await saw(second, "Sparat.");
  assert.ok((await stored()).includes(later));
  await second.close();
});

test(`text that meets the end of its session comes along when its writer signs in again (${database})`, async () => {
  const other = await page.context().newPage();
  await other.goto(server.url);
  await other.locator("details.me > summary").click();
  await press(other, other.getByRole("button", { name: "Logga ut" }));
  await other.close();
  const typed = await type(page, "Skrivet efter utloggningen");
  await says(page, "Du är utloggad. Tryck Spara: texten följer med när du loggar in.");
  assert.equal(await press(page, page.getByRole("button", { name: "Spara", exact: true })), 401);
  await saw(page, "Det du skrev är sparat.");
  await screenshot(page, "autosave-signed-out");
  await signIn(page, server, head);
  await saw(page, "Något du skrev är sparat men inte skickat.");
  await press(page, page.getByRole("link", { name: "Se det" }));
  await saw(page, "Det du skrev är sparat");
  await axe(page);
  await screenshot(page, "autosave-kept");
  await press(page, page.getByRole("button", { name: "Skicka det nu" }));
  await saw(page, "Sparat.");
  assert.ok((await stored()).includes(typed));
});

test(`a page that was open before somebody signed in again keeps its text (${database})`, async () => {
  const other = await page.context().newPage();
  await other.goto(server.url);
  await other.locator("details.me > summary").click();
  await press(other, other.getByRole("button", { name: "Logga ut" }));
  await signIn(other, server, head);
  await other.close();
  const typed = await type(page, "Skrivet på den gamla sidan");
  await says(page, "Du är utloggad.");
  assert.equal(await press(page, page.getByRole("button", { name: "Spara", exact: true })), 403);
  await saw(page, "Det du skrev är sparat men inte skickat.");
  await press(page, page.getByRole("link", { name: "Gå vidare" }));
  await press(page, page.getByRole("button", { name: "Skicka det nu" }));
  assert.ok((await stored()).includes(typed));
});

test(`a button pressed while a saving is under way meets no other writer (${database})`, async () => {
  const typed = await type(page, "Sparat två gånger på en gång");
  const sending = page.waitForRequest((request) => request.headers()["x-autosave"] === "1");
  await sending;
  await press(page, page.getByRole("button", { name: "Spara", exact: true }));
  await saw(page, "Sparat.");
  assert.ok((await stored()).includes(typed));
});

test(`a server killed while somebody types loses nothing that it had acknowledged (${database})`, async () => {
  for (let round = 0; round < 3; round += 1) {
    const acknowledged = await type(page, "Kvitterat");
    await says(page, saved);
    const sending = page.waitForRequest((request) => request.headers()["x-autosave"] === "1");
    const later = await type(page, "Under avbrottet");
    await sending;
    await server.kill();
    await server.again();
    assert.ok((await stored()).includes(acknowledged));
    await says(page, saved, 25);
    assert.ok((await stored()).includes(later));
  }
});

test(`somebody who keeps typing is saved all the same (${database})`, async () => {
  const begun = Date.now();
  const saving = page.waitForResponse((answer) => answer.request().headers()["x-autosave"] === "1", { timeout: 8000 });
  let typing = true;
  saving.finally(() => { typing = false; });
  number += 1;
  await page.locator(text).press("Control+End");
  while (typing) await page.locator(text).pressSequentially(`ord${number} `, { delay: 60 });
  assert.equal((await saving).status(), 200);
  assert.ok(Date.now() - begun < 5500, `it took ${Date.now() - begun} ms`);
  await says(page, saved);
});

test(`two hours without a network lose nothing, and the page says so (${database})`, async () => {
  const away = await besides();
  await away.clock.install();
  await open(away);
  await away.context().setOffline(true);
  await says(away, "Du är offline. Det du skriver finns kvar på sidan och sparas när nätet är tillbaka.");
  assert.equal(await away.locator(".savebar .state").getAttribute("role"), "alert");
  const typed = await type(away, "Skrivet på tåget");
  for (let hour = 0; hour < 4; hour += 1) await away.clock.runFor("30:00");
  await says(away, "Du är offline.");
  await axe(away);
  assert.ok(!(await stored()).includes(typed));
  assert.equal(await away.evaluate(() => localStorage.length + sessionStorage.length), 0, "nothing is left on the machine");
  await away.context().setOffline(false);
  for (let second = 0; second < 20 && !(await stored()).includes(typed); second += 1) await away.clock.runFor(1000);
  await says(away, saved);
  assert.ok((await stored()).includes(typed));
  await away.context().close();
});

test(`pauses between tries grow while the server is away (${database})`, async () => {
  const other = await besides();
  await other.clock.install();
  await open(other);
  let tries = 0;
  await other.route("**/enhet/**", (route) => (route.request().method() === "POST" ? (tries += 1, route.abort()) : route.continue()));
  await type(other, "Försöker igen");
  await other.clock.runFor(2000);
  for (const pause of [5, 10, 20, 40, 60]) {
    await says(other, `Försöker igen om ${pause} sekunder.`);
    await other.clock.runFor(pause * 1000 + 500);
  }
  await says(other, "Försöker igen om 60 sekunder.");
  assert.ok(tries <= 7, `${tries}`);
  await other.context().close();
});

test(`a session about to end by silence asks its reader, and one key goes on (${database})`, async () => {
  const silent = await newPage();
  await signIn(silent, server, head);
  let left = 140;
  await silent.route("**/session", (route) => {
    if (route.request().method() === "POST") left = 43200;
    return route.fulfill({ json: { seconds: left } });
  });
  await silent.clock.install();
  await open(silent);
  const dialog = silent.getByRole("dialog", { name: "Är du kvar?" });
  assert.equal(await dialog.isVisible(), false);
  for (let hour = 0; hour < 12; hour += 1) await silent.clock.fastForward("58:00");
  await silent.clock.runFor("30:00");
  await dialog.waitFor();
  assert.equal(await silent.evaluate(() => document.activeElement.textContent), "Fortsätt", "focus goes in");
  await axe(silent);
  await screenshot(silent, "idle-warning");
  await silent.keyboard.press("Escape");
  await dialog.waitFor({ state: "hidden" });
  assert.equal(left, 43200, "the session was extended");
  await silent.context().close();
});

// Last: the unit leaves the year.
test(`a text that meets a closed case is told so, and not that somebody else was first (${database})`, async () => {
  const other = await newPage();
  await signIn(other, server, coordinator);
  await other.goto(`${server.url}/cykel/${year}/kardiologi`);
  await other.locator("#utgar > summary").click();
  await other.getByLabel("Varför utgår enheten?").fill("Enheten slås ihop med Thoraxkirurgi.");
  await press(other, other.getByRole("button", { name: "Enheten utgår" }));
  await saw(other, "Enheten utgår ur årets utvärdering.");
  await type(page, "Skrivet för sent");
  await says(page, "Inte sparat: här går det inte att ändra just nu. Tryck Spara för att se varför.");
  assert.equal(await press(page, page.getByRole("button", { name: "Spara", exact: true })), 409);
  await saw(page, "ärendet är i läget Utgår");
});
