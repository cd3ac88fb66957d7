// A settlement by its pages, on the data of the rehearsal: what can change the outcome comes first, the two talk, one
// changes a level once, they stand by the others, a further reviewer decides blind, and nobody signs while anything is open.

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { saw } from "./form.mjs";
import { axe, closeBrowser, database, newPage, press, screenshot, signIn, startServer } from "./support.mjs";

after(closeBrowser);

const reason = "Efter samtalet: underlaget visar den nivån tydligt, se den bifogade redovisningen från året.";
const button = (page, name) => page.getByRole("button", { name });
const talk = (page, id) => page.locator(`article#${id}`);
const open = (page) => page.locator("section[aria-labelledby=talks] article.rev");
const ids = (articles) => articles.evaluateAll((all) => all.map(({ id }) => id));

/** Somebody of the rehearsal: by role from the list of people, or by address through a link in a mail. */
async function as(server, javaScript, { role, email }) {
  const page = await newPage({ javaScript });
  page.go = async (path) => (await page.goto(server.url + path)).status();
  if (email) {
    await signIn(page, server, email);
  } else {
    await page.go("/demo");
    await press(page, page.locator("main li").filter({ has: page.getByRole("heading", { name: role }) }).getByRole("button").first());
  }
  return page;
}

/** The address of a person, from the administrator's list. */
async function addressOf(administrator, name) {
  await administrator.go(`/admin?sok=${encodeURIComponent(name)}`);
  return (await administrator.locator("main").innerText()).match(/\S+@\S+\.\S+/)[0];
}

/** What the row says about a criterion, as what the order is made of: the greater comes first. */
async function weightOf(article) {
  const said = await article.locator("p.stake").innerText();
  const points = said.match(/upp till ([\d,]+) poäng/)?.[1].replace(",", ".") ?? "0";
  return [said.startsWith("Kan avgöra om omdömet blir"), said.includes("Avgör om minimikravet"), Number(points)];
}

const before = (one, other) => {
  const at = one.findIndex((part, index) => part !== other[index]);
  return at < 0 || one[at] > other[at];
};

/** The case of the running year that is being settled, with the names of its pair. */
async function findCase(coordinator) {
  await coordinator.go("/cykel");
  const year = (await coordinator.locator("h1").innerText()).match(/\d{4}/)[0];
  await coordinator.go(`/cykel/${year}?lage=settling`);
  const hrefs = await coordinator.locator("main a").evaluateAll((all) => all.map((one) => one.getAttribute("href")));
  const ofCase = hrefs.find((href) => new RegExp(`^/cykel/${year}/[a-z0-9-]+$`).test(href) && !/(datum|meddela|utskick|parning|ovning)$/.test(href));
  await coordinator.go(ofCase);
  const names = await coordinator.locator("#granskare article.seat h3").allInnerTexts();
  assert.equal(names.length, 2);
  return { ofCase, names, ofReview: `/granska/${ofCase.split("/")[3]}/${year}` };
}

/** What can change the outcome comes first, and the row says so in words; both of the pair see the same order. */
async function checkOrder(pair) {
  const orders = [];
  for (const page of pair) {
    const articles = await open(page).all();
    assert.ok(articles.length >= 2, "the rehearsal leaves some criteria to discuss");
    const weights = await Promise.all(articles.map(weightOf));
    for (let at = 1; at < weights.length; at += 1) {
      assert.ok(before(weights[at - 1], weights[at]), `${weights[at - 1]} stands before ${weights[at]}`);
    }
    for (const [at, article] of articles.entries()) {
      assert.equal(await article.locator("header").getByText("Kan avgöra omdömet").count(), weights[at][0] ? 1 : 0);
    }
    orders.push(await ids(open(page)));
  }
  assert.deepEqual(orders[0], orders[1]);
  return orders[0];
}

/** What settled by itself says by which rule. */
async function checkRules(page) {
  const rest = page.locator("section[aria-labelledby=rest]");
  const groups = await rest.locator("details > summary").allInnerTexts();
  assert.ok(groups.some((group) => /^Lika: \d+ kriterier/.test(group)), groups.join());
  assert.ok(groups.some((group) => /^Nära varandra: \d+ kriteri/.test(group)), groups.join());
  const near = rest.locator("details").filter({ has: page.locator("summary", { hasText: "Nära varandra" }) });
  if (!(await near.evaluate((details) => details.open))) await near.locator("summary").click();
  await saw(page, "Medelvärdet gäller, utan samtal.");
  assert.match(await near.locator("td.span").first().innerText(), /så värdet är medelvärdet \d(,5)?\./);
}

/** One writes, the other answers and changes the level, once and with a reason. */
async function changeOnce([one, other], id, path) {
  await talk(one, id).getByLabel("Skriv till den andra granskaren").fill("Jag läser bilagan annorlunda.");
  await press(one, talk(one, id).getByRole("button", { name: "Skicka" }));
  await other.go(path);
  assert.ok((await talk(other, id).locator("ol.log").innerText()).includes("Jag läser bilagan annorlunda."));
  const level = (await talk(other, id).locator("section h4 .sc").first().innerText()).trim();
  await talk(other, id).getByText("Ändra din nivå").click();
  await talk(other, id).locator(`[name="level"][value="${level}"]`).check();
  await press(other, talk(other, id).getByRole("button", { name: "Ändra nivån" }));
  assert.match(await other.title(), /^Fel: /, "a change takes a reason");
  assert.ok(await talk(other, id).locator(`[name="level"][value="${level}"]`).isChecked(), "what was chosen is kept");
  await talk(other, id).getByLabel("Varför ändrar du?").fill(reason);
  await press(other, talk(other, id).getByRole("button", { name: "Ändra nivån" }));
  await saw(other, "Din nivå är ändrad.");
  assert.equal(await talk(other, id).getByText("Ändra din nivå").count(), 0, "once");
  assert.ok((await talk(other, id).innerText()).includes(`Ändrat till ${level}`));
}

/** Each says that the talk is over; who has not changed the level stands by it, and the button says so. */
async function close(page, id, path) {
  await page.go(path);
  const done = talk(page, id).getByRole("button", { name: "Jag är klar med samtalet" });
  const changes = await talk(page, id).getByText("Ändra din nivå").count();
  assert.equal(/står fast vid \d/.test(await done.innerText()), changes === 1, "a changed level is not stood by");
  await press(page, done);
}

async function sign(page, path) {
  await page.go(path);
  await press(page, button(page, "Skriv under samsynen"));
}

/** People without a seat score what stayed open, until nothing is. */
async function scoreFurther(server, javaScript, { coordinator, administrator }, { ofCase, ofReview }) {
  for (let turn = 0; turn < 4; turn += 1) {
    await coordinator.go(ofCase);
    const lacking = coordinator.locator('#ytterligare [name="criterion"]');
    if ((await lacking.count()) === 0) break;
    const wanted = await lacking.evaluateAll((all) => all.map(({ value }) => value));
    const list = coordinator.getByLabel("Ytterligare granskare", { exact: true });
    const name = (await list.locator("option").nth(1).innerText()).split(/[,(·]/)[0].trim();
    await list.selectOption({ index: 1 });
    await press(coordinator, button(coordinator, "Utse ytterligare granskare"));
    const further = await as(server, javaScript, { email: await addressOf(administrator, name) });
    await further.go(ofReview);
    await further.getByLabel("Jag är inte jävig").check();
    await press(further, button(further, "Lämna besked"));
    assert.equal(await further.go(`${ofReview}/samsyn`), 404, "a further reviewer never sees the settlement");
    for (const area of new Set(wanted.map((id) => id[0]))) {
      await further.go(`${ofReview}/${area}`);
      assert.ok(!(await further.content()).includes("Jag läser bilagan annorlunda."));
      for (const id of await ids(further.locator("article.rev"))) {
        assert.ok(wanted.includes(id), `${id} was not sent`);
        await further.locator(`[name="${id}.score"][value="2"]`).check();
        await further.locator(`[name="${id}.reason"]`).fill(reason);
      }
      await press(further, button(further, /Spara och/));
    }
    await further.go(`${ofReview}/las`);
    await press(further, button(further, "Lås granskningen"));
    assert.deepEqual(further.faults, []);
    await further.context().close();
  }
}

for (const javaScript of [false, true]) {
  test(`a pair settles with a further reviewer ${javaScript ? "with" : "without"} JavaScript (${database})`, async (t) => {
    const server = await startServer({ command: "demo", args: ["--units", "24", "--years", "1"] });
    t.after(server.stop);
    const coordinator = await as(server, javaScript, { role: /^Samordnare/ });
    const administrator = await as(server, javaScript, { role: /^Administratör/ });
    const found = await findCase(coordinator);
    const path = `${found.ofReview}/samsyn`;
    const pair = [];
    for (const name of found.names) {
      const page = await as(server, javaScript, { email: await addressOf(administrator, name) });
      await page.go(path);
      assert.match(await page.locator("h1").innerText(), /^Samsyn: /);
      pair.push(page);
    }
    const order = await checkOrder(pair);
    await checkRules(pair[0]);
    if (javaScript) {
      await screenshot(pair[0], "settle-order");
      await axe(pair[0]);
    }
    await press(pair[0], button(pair[0], "Skriv under samsynen"));
    assert.match(await pair[0].title(), /^Fel: /, "not while anything is open");
    await saw(pair[0], `Samtalet är inte avslutat om `);

    await changeOnce(pair, order[0], path);
    for (const [at, id] of order.entries()) {
      for (const page of pair) {
        await close(page, id, path);
        if (page === pair[0] || at < order.length - 1) {
          await sign(page, path);
          assert.match(await page.title(), /^Fel: /, `${id} or what follows is open`);
        }
      }
    }
    await pair[0].go(path);
    await saw(pair[0], "Inget återstår att samtala om.");
    const ended = pair[0].locator("section[aria-labelledby=ended] article.rev");
    assert.deepEqual((await ids(ended)).toSorted(), order.toSorted());
    assert.ok((await ended.allInnerTexts()).join().includes("Båda stod kvar efter samtalet."));
    await pair[0].getByLabel("Sammanfattande omdöme").fill("En enhet med god riktning och några luckor.");
    await press(pair[0], button(pair[0], "Skriv under samsynen"));
    await saw(pair[0], "Du har skrivit under samsynen.");
    await pair[1].go(path);
    await saw(pair[1], "En enhet med god riktning och några luckor.");
    await sign(pair[1], path);
    await coordinator.go(found.ofCase);
    await saw(coordinator, "Ytterligare granskning");
    await scoreFurther(server, javaScript, { coordinator, administrator }, found);
    await coordinator.go(found.ofCase);
    await saw(coordinator, "Faktagranskning");
    await pair[0].go(path);
    await saw(pair[0], /Värdet är medianen av \d, \d och 2: \d\./);
    if (javaScript) await axe(pair[0]);
    for (const page of [...pair, coordinator, administrator]) assert.deepEqual(page.faults, []);
  });
}
