// A conflict of interest that is reported in the middle of a review: the next request is the door, the coordinator decides,
// and somebody else begins from the beginning.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { saw } from "./form.mjs";
import { axe, closeBrowser, newPage, press, screenshot, signIn, startServer } from "./support.mjs";

let server;

before(async () => {
  server = await startServer({ command: "demo", args: ["--units", "24", "--years", "2"] });
});
after(async () => {
  await closeBrowser();
  await server?.stop();
});

/** Signs in as one of the rehearsal's people: by the words of the role. */
async function as(role, options) {
  const page = await newPage(options);
  await page.goto(`${server.url}/demo`);
  const card = page.locator("li.card").filter({ has: page.getByRole("heading", { name: role, exact: true }) });
  await press(page, card.getByRole("button"));
  return page;
}

/** Signs in somebody of the region by name, by the link of a mail: the rehearsal's addresses are made of names. */
async function named(name) {
  const address = name.toLowerCase().normalize("NFD").replace(/[^a-z -]/g, "").trim().replace(/\s+/g, ".");
  const page = await newPage();
  await signIn(page, server, `${address}@skane.example`);
  return page;
}

/** The address of a case that the reviewer scores now, and its first area. */
async function underReview(page) {
  await page.goto(`${server.url}/granska`);
  const hrefs = await page.locator("main a").evaluateAll((all) => all.map((one) => one.getAttribute("href")));
  for (const href of hrefs.filter((one) => /^\/granska\/[^/]+\/\d+/.test(one ?? ""))) {
    const place = href.match(/^\/granska\/[^/]+\/\d+/)[0];
    await page.goto(server.url + place);
    const way = new URL(page.url()).pathname;
    const area = way.endsWith("/jav") ? null : `${place}/A`;
    if (!area || (await page.goto(server.url + area)).status() !== 200) continue;
    if (await page.locator(".savebar").count()) return [place, area];
  }
  throw new Error("nobody scores anything in the rehearsal");
}

const reviewer = "Granskare, Region Skåne";

for (const javaScript of [true, false]) {
  test(`a conflict reported mid-way shuts the door at the next request, script ${javaScript}`, async () => {
    const page = await as(reviewer, { javaScript });
    const [place, area] = await underReview(page);
    const beside = await page.context().newPage();
    await beside.goto(server.url + area);
    const typed = "Skrivet mitt i granskningen, innan jävet kom fram.";
    const text = page.locator('textarea[name$=".reason"]').first();
    await text.fill(typed);
    if (javaScript) await page.locator("[data-save-state]").filter({ hasText: "Sparat" }).waitFor();
    else await press(page, page.getByRole("button", { name: "Spara", exact: true }));
    await press(page, page.getByRole("link", { name: /Anmäl jäv/ }).first());
    assert.equal(await page.locator("h1").innerText(), "Anmäl jäv");
    if (javaScript) {
      await axe(page);
      await screenshot(page, "conflict-report");
    }
    await page.getByLabel(/16 § 4|annan särskild omständighet/).check();
    await page.getByLabel(/Beskriv jävet/).fill("Vi handleder samma doktorand.");
    await press(page, page.getByRole("button", { name: "Anmäl jäv" }));
    await saw(page, "Du ser inte längre ärendet");
    // The other window still shows the page. Whatever it asks for next is the door.
    if (javaScript) {
      await beside.locator('textarea[name$=".reason"]').first().fill("Skrivet efter anmälan.");
      await beside.locator("[data-save-state]").filter({ hasText: "Inte sparat" }).waitFor();
    }
    for (const path of [place, area, `${place}/las`, `${place}/jav`]) {
      assert.equal((await beside.goto(server.url + path)).status(), 404, path);
    }
    const unit = place.split("/")[2];
    await page.goto(`${server.url}/granska`);
    assert.equal(await page.locator(`main a[href*="/${unit}/"]`).count(), 0, "the unit is in the list");

    const coordinator = await as("Samordnare, Region Skåne");
    const ofCase = place.replace(/^\/granska\/([^/]+)\/(\d+)$/, "/cykel/$2/$1");
    await coordinator.goto(server.url + ofCase);
    await saw(coordinator, "Vi handleder samma doktorand.");
    await axe(coordinator);
    await coordinator.getByLabel("Ja, uppdraget avslutas").check();
    await coordinator.locator("#jav textarea").first().fill("Nära samarbete som pågår.");
    await press(coordinator, coordinator.getByRole("button", { name: /^Avgör jävet/ }));
    const list = coordinator.locator("select#seat-region");
    const choice = list.locator("option").nth(1);
    const name = (await choice.innerText()).replace(/\s*[(,].*$/, "").trim();
    await list.selectOption(await choice.getAttribute("value"));
    await press(coordinator, coordinator.getByRole("button", { name: "Utse granskare" }));

    const successor = await named(name);
    await successor.goto(server.url + place);
    assert.ok(successor.url().endsWith("/jav"), successor.url());
    await successor.getByLabel(/Jag är inte jävig/).check();
    await press(successor, successor.getByRole("button", { name: "Lämna besked" }));
    assert.equal((await successor.goto(server.url + area)).status(), 200);
    assert.equal(await successor.locator('input[name$=".score"]:checked').count(), 0, "a score is there already");
    const reasons = await successor.locator('textarea[name$=".reason"]').evaluateAll((all) => all.map((one) => one.value));
    assert.ok(reasons.length > 0 && reasons.every((one) => one.trim() === ""), "a reason is there already");
    assert.ok(!(await successor.content()).includes(typed));
    for (const one of [coordinator, successor]) assert.deepEqual(one.faults, []);
    await Promise.all([page, coordinator, successor].map((one) => one.context().close()));
  });
}
