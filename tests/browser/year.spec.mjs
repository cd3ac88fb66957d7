// The whole year as the people in it walk it, from an empty service to the report, with and without JavaScript.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, test } from "node:test";
import { promisify } from "node:util";
import { addRow, answerArea, controls, fillIn, save, saw } from "./form.mjs";
import { axe, closeBrowser, database, newPage, press, screenshot, signIn, startServer, until } from "./support.mjs";

const run = promisify(execFile);

// A year whose last day of submission is still to come, whenever the test runs.
const period = new Date().getFullYear();
const year = period + 1;
const ofUnit = `/enhet/kardiologi/${year}`;
const ofReview = `/granska/kardiologi/${year}`;
const ofCase = `/cykel/${year}/kardiologi`;
/** The criterion that the unit asks to have left out, the one on which reviewers stay apart, the one they settle. */
const [notApplicable, apart, near] = ["C5", "E3", "A3"];
const reason = "Underlaget visar detta tydligt; se den bifogade redovisningen och dess bilagor från året.";

const units = `external_id,slug,name,administration,administration_name,department
1,kardiologi,Kardiologi,sus,Skånes universitetssjukvård,Hjärt- och lungmedicin
2,ortopedi,Ortopedi,sus,,Ortopedi
`;

/** Everybody who has a step in the year: address, name, organisation, role, unit. */
const people = {
  head: ["maja@skane.example", "Maja Exempelsson", "region", "head", "kardiologi"],
  contributor: ["olle@skane.example", "Olle Påhittad", "region", "contributor", "kardiologi"],
  university: ["lova@lu.example", "Lova Låtsas", "university", "reviewer"],
  region: ["rune@skane.example", "Rune Rollspel", "region", "reviewer"],
  further: ["ylva@lu.example", "Ylva Ytterligare", "university", "reviewer"],
  coordinator: ["saga@skane.example", "Saga Samordning", "region", "coordinator"],
  otherCoordinator: ["ulf@lu.example", "Ulf Universitet", "university", "coordinator"],
  group: ["greta@skane.example", "Greta Grupp", "region", "group"],
  stranger: ["axel@skane.example", "Axel Annan", "region", "head", "ortopedi"],
};

after(closeBrowser);

/** Fills the registers from files, gives roles, and signs everybody in by mail: each person's page, by the keys above. */
async function everybody(server, javaScript) {
  await writeFile(join(server.folder, "units.csv"), units);
  const rows = Object.values(people).map(([email, name, organisation], at) => [at + 1, email, name, organisation].join());
  await writeFile(join(server.folder, "people.csv"), ["external_id,email,name,organisation", ...rows].join("\n"));
  assert.match(await server.usve("units", "import", "units.csv"), /2 new, 0 changed/);
  assert.match(await server.usve("people", "import", "people.csv"), /9 new, 0 changed/);
  for (const [email, , , role, unit] of Object.values(people)) {
    await server.usve("user", "add", email, "--role", role, ...(unit ? ["--unit", unit] : []));
  }
  const signed = Object.entries(people).map(async ([key, [email]]) => {
    const page = await newPage({ javaScript });
    await signIn(page, server, email);
    page.go = async (path) => (await page.goto(server.url + path)).status();
    return [key, page];
  });
  return Object.fromEntries(await Promise.all(signed));
}

const button = (page, name) => page.getByRole("button", { name });
const link = (page, name) => page.getByRole("link", { name });
const heading = async (page) => (await page.locator("h1").innerText()).trim();

/** Chooses a person in a list, where other facts may stand after the name. */
async function choose(page, label, name) {
  const list = page.getByLabel(label, { exact: true });
  await list.selectOption(await list.locator("option").filter({ hasText: name }).getAttribute("value"));
}

/** What every page of the year must hold, and a picture of it where axe can run. */
async function look(page, name) {
  assert.equal(await page.locator("h1").count(), 1, `h1 of ${page.url()}`);
  assert.match(await page.title(), /.+ – USVE/);
  if (page.javaScript) {
    await screenshot(page, `year-${name}`);
    await axe(page);
  }
}

/** A page that must not be there for this reader, said as a page of ours. */
async function isMissing(page, path) {
  assert.equal(await page.go(path), 404, path);
  await saw(page, "finns inte");
}

/** A refusal has a way out, and it is there for this reader. */
async function leadsOut(page) {
  assert.equal(await press(page, page.locator("main").getByRole("link", { name: "Mina uppgifter" })), 200);
  await page.close();
}

async function openTheYear({ coordinator, head }) {
  assert.equal(await head.go(ofUnit), 404);
  await coordinator.go("/cykel/ny");
  await saw(coordinator, "2 enheter är aktiva.");
  await coordinator.getByLabel("År").fill("1999");
  await press(coordinator, button(coordinator, "Öppna årscykel"));
  assert.match(await coordinator.title(), /^Fel: /);
  await look(coordinator, "open-faulty");
  await coordinator.getByLabel("År").fill(String(year));
  await coordinator.getByLabel("Formulär").selectOption("usve/2026.1");
  await press(coordinator, button(coordinator, "Öppna årscykel"));
  await saw(coordinator, "2 ärenden är öppnade.");
  await look(coordinator, "year-open");
}

/** The unit answers together: two people, area by area, with what goes wrong on the way. */
async function answerTogether({ contributor, head }) {
  await head.go("/");
  await look(head, "tasks-head");
  await contributor.go(ofUnit);
  await saw(contributor, "0 av 49 kriterier klara");
  await saw(contributor, "Verksamhetschefen lämnar in.");
  await look(contributor, "unit-empty");
  const areas = await contributor.locator("ol.tasks a").evaluateAll((all) => all.map((one) => one.getAttribute("href")));
  assert.equal(areas.length, 8);
  await keepsWhatIsWrong({ contributor, head });
  await showsWhatBelongs(contributor);
  await takesRows(contributor);
  await asksForNotApplicable(head);
  for (const [at, place] of [`${ofUnit}/bakgrund`, ...areas].entries()) {
    const writer = at < 5 ? contributor : head;
    await writer.go(place);
    await answerArea(writer, period, (name) => (name === "A5.role" ? "board" : undefined));
  }
  await contributor.go(`${ofUnit}/E`);
  await look(contributor, "area-answered");
  await contributor.go(`${ofUnit}/svar`);
  await saw(contributor, "Årsrapport åäö.pdf");
  await look(contributor, "answers");
}

/** What cannot be right is kept as it was typed, and named where it stands and in the list of what is missing. */
async function keepsWhatIsWrong({ contributor, head }) {
  await contributor.go(`${ofUnit}/bakgrund`);
  const number = contributor.locator('[name="background.beds"]');
  await number.fill("tolv");
  await save(contributor);
  assert.equal(await number.inputValue(), "tolv");
  assert.equal(await number.getAttribute("aria-invalid"), "true");
  await saw(contributor, "Skriv ett heltal, till exempel 12.");
  await look(contributor, "area-invalid");
  await head.go(`${ofUnit}/lamna-in`);
  await look(head, "submit-missing");
  await press(head, button(head, "Lämna in självvärderingen"));
  assert.match(await head.title(), /^Fel: /);
  assert.ok(await head.locator(".errsum li").count() > 49, "every criterion lacks something");
  const way = link(head, /Disponibla vårdplatser/);
  const anchor = new URL(await way.getAttribute("href"), head.url()).hash;
  await press(head, way);
  assert.equal(new URL(head.url()).pathname, `${ofUnit}/bakgrund`);
  assert.ok(await head.locator(anchor).isVisible(), `${anchor} stands on the page that the list leads to`);
  assert.equal(await head.locator(anchor).inputValue(), "tolv");
}

/** A question that another answer calls for is there as soon as that is saved, and only then. */
async function showsWhatBelongs(page) {
  await page.go(`${ofUnit}/A`);
  const belonging = page.locator('[name="A1.decided_on"]');
  assert.equal(await belonging.count(), 0);
  await page.locator('[name="A1.assigned"][value="yes"]').check();
  await save(page);
  assert.equal(await belonging.count(), 1);
}

/** A table grows by a row, and what stands in it is kept. */
async function takesRows(page) {
  await page.go(`${ofUnit}/bakgrund`);
  const table = page.locator("fieldset.table-field");
  await table.locator("tbody tr").first().locator("input").first().fill("7");
  await addRow(page, table);
  await table.locator("tbody tr").nth(1).locator("input").first().fill("9");
  await save(page);
  const typed = await table.locator("tbody tr").evaluateAll((rows) => rows.map((row) => row.querySelector("input").value));
  assert.deepEqual(typed, ["7", "9"]);
}

/** The head asks that one criterion should not apply. */
async function asksForNotApplicable(page) {
  await page.go(`${ofUnit}/${notApplicable[0]}`);
  await page.getByText(`Kan ni inte svara på ${notApplicable}?`).click();
  await page.getByLabel(`Skäl ${notApplicable}`).fill("Enheten ansvarade inte för någon sådan studie under året.");
  await press(page, button(page, `Begär ej tillämpligt ${notApplicable}`));
  await saw(page, "väntar på samordnarens beslut");
}

async function submit({ contributor, head, coordinator, stranger }) {
  await isMissing(stranger, ofUnit);
  await isMissing(stranger, `${ofUnit}/A`);
  await isMissing(coordinator, `${ofUnit}/A`);
  await contributor.go(`${ofUnit}/lamna-in`);
  await saw(contributor, "Bara verksamhetschefen kan lämna in.");
  assert.equal(await button(contributor, "Lämna in självvärderingen").count(), 0);
  await head.go(ofUnit);
  await saw(head, "49 av 49 kriterier klara");
  await saw(head, "Inget saknas.");
  await look(head, "unit-complete");
  await press(head, link(head, "Kontrollera och lämna in"));
  const second = await head.context().newPage();
  await second.goto(head.url());
  await press(head, button(head, "Lämna in självvärderingen"));
  await saw(head, "Självvärderingen är inlämnad");
  await look(head, "unit-receipt");
  await head.go(ofUnit);
  await saw(head, "Svaren är låsta efter inlämningen.");
  await look(head, "unit-submitted");
  assert.equal(await press(second, button(second, "Lämna in självvärderingen")), 409, "once is enough");
  await saw(second, "Det går inte nu: ärendet är i läget Inlämnad.");
  await leadsOut(second);
  await contributor.go(`${ofUnit}/A`);
  await saw(contributor, "Du kan läsa men inte ändra här just nu.");
}

async function assign({ coordinator, university, region, head }) {
  await coordinator.go("/");
  await look(coordinator, "tasks-coordinator");
  await coordinator.go(ofCase);
  await look(coordinator, "case-submitted");
  await isMissing(university, ofReview);
  await choose(coordinator, "Granskare från Lunds universitet", "Lova Låtsas");
  await choose(coordinator, "Granskare från Region Skåne", "Rune Rollspel");
  await press(coordinator, button(coordinator, "Utse granskare"));
  await saw(coordinator, "Granskare utsedda");
  await head.locator("summary", { hasText: "Ta tillbaka inlämningen" }).click();
  await head.getByLabel("Varför tar ni tillbaka den?").fill("En siffra är fel.");
  assert.equal(await press(head, button(head, "Ta tillbaka inlämningen")), 409, "too late for that");
  await look(head, "too-late");
  for (const reviewer of [university, region]) await declare(reviewer, "first");
  await coordinator.go(ofCase);
  await saw(coordinator, "Enskild granskning");
}

/** Nothing of a case opens before its reviewer has said whether there is a conflict of interest. */
async function declare(page, name) {
  await page.go(`${ofReview}/A`);
  assert.equal(new URL(page.url()).pathname, `${ofReview}/jav`);
  await look(page, `declare-${name}`);
  await press(page, button(page, "Lämna besked"));
  assert.match(await page.title(), /^Fel: /);
  await page.getByLabel("Jag är inte jävig").check();
  await press(page, button(page, "Lämna besked"));
  await saw(page, "Ditt besked om jäv är sparat.");
}

/** One reviewer scores every criterion on the pages, area by area; `levelOf(id)` is the level of each. */
async function score(page, name, levelOf) {
  await page.go(ofReview);
  await look(page, `review-${name}`);
  let count = 0;
  for (;;) {
    const criteria = await page.locator("article.rev").evaluateAll((all) => all.map(({ id }) => id));
    for (const id of criteria) {
      await page.locator(`[name="${id}.score"][value="${levelOf(id)}"]`).check();
      await page.locator(`[name="${id}.reason"]`).fill(`${name}: ${reason}`);
    }
    count += criteria.length;
    await press(page, button(page, /Spara och (nästa område|gå till låsning)/));
    await saw(page, "Sparat.");
    if (new URL(page.url()).pathname.endsWith("/las")) break;
  }
  await look(page, `lock-${name}`);
  return count;
}

/** Locks one's review; `then` is the heading of what comes next. */
async function lock(page, then = "Din granskning är låst") {
  await page.go(`${ofReview}/las`);
  await press(page, button(page, "Lås granskningen"));
  assert.equal(await heading(page), then);
}

/** Both score alone. What the other wrote, and the unit's own level, is nowhere before both have locked. */
async function scoreAlone({ university, region, head, coordinator }) {
  await region.go(`${ofReview}/A`);
  await region.locator('[name="A1.score"][value="4"]').check();
  await save(region);
  await region.go(`${ofReview}/las`);
  await press(region, button(region, "Lås granskningen"));
  await saw(region, /\d+ saker saknas innan du kan låsa/);
  await look(region, "lock-refused");
  const way = link(region, /^A1 /).first();
  await press(region, way);
  assert.match(region.url(), /\/A\?visa=fel#A1-reason$/);
  await look(region, "review-faults");

  assert.equal(await score(university, "Universitetet", (id) => (id === apart ? "4" : "3")), 49);
  const second = await university.context().newPage();
  await second.goto(new URL(`${ofReview}/A`, university.url()).href);
  await lock(university);
  await second.locator('[name="A1.reason"]').fill("Ändrat efter låsningen.");
  assert.equal(await press(second, button(second, "Spara och nästa område")), 409, "what is locked is locked");
  await leadsOut(second);
  await isMissing(university, `${ofReview}/samsyn`.replace("samsyn", "ZZ"));
  assert.equal(await score(region, "Regionen", (id) => ({ [apart]: "1", [near]: "1" })[id] ?? "3"), 49);
  for (const area of ["A", apart[0], near[0]]) {
    for (const [page, other] of [[university, "Regionen:"], [region, "Universitetet:"]]) {
      await page.go(`${ofReview}/${area}`);
      const whole = await page.content();
      assert.ok(!whole.includes(other), `${page.url()} tells what the other wrote`);
      assert.ok(!whole.includes("Självskattad nivå"), `${page.url()} tells the unit's own level`);
    }
  }
  await isMissing(university, `${ofUnit}/svar`);
  await isMissing(head, `${ofUnit}/resultat`);
  await coordinator.go(ofCase);
  assert.ok(!(await coordinator.content()).includes("Universitetet:"), "the coordinator sees no scores while they are set");
  await university.go(`${ofReview}/samsyn`);
  assert.ok(!(await university.content()).includes("Samsyn:"), "no settlement before both have locked");
  await lock(region, "Ta ställning till jäv");
  await saw(region, "Båda granskarna har låst. Svara igen innan ni ser varandras bedömningar.");
}

/** The two compare, talk, change or stand by their levels, and sign; the coordinator decides what does not apply. */
async function settle({ university, region, coordinator }) {
  for (const reviewer of [university, region]) await declare(reviewer, "again");
  await region.go(`${ofReview}/samsyn`);
  assert.equal(await heading(region), "Samsyn: Kardiologi");
  assert.deepEqual(await region.locator(".kpis dd").allInnerTexts(), ["2", "0", "0", "47"]);
  await saw(region, `Universitetet: ${reason}`);
  await saw(region, "Samordnaren har inte tagit ställning till om det här är tillämpligt");
  await look(region, "settle");
  const talk = (page, id) => page.locator(`article#${id}`);
  await talk(region, near).getByLabel("Skriv till den andra granskaren").fill("Jag läser underlaget annorlunda.");
  await press(region, talk(region, near).getByRole("button", { name: "Skicka" }));
  await saw(region, "Meddelandet är skickat.");
  await university.go(`${ofReview}/samsyn`);
  await saw(university, "Jag läser underlaget annorlunda.");
  await talk(region, near).getByText("Ändra din nivå").click();
  await talk(region, near).locator('[name="level"][value="2"]').check();
  await press(region, talk(region, near).getByRole("button", { name: "Ändra nivån" }));
  assert.match(await region.title(), /^Fel: /, "a change takes a reason");
  await talk(region, near).getByLabel("Varför ändrar du?").fill(reason);
  await look(region, "settle-fault");
  await press(region, talk(region, near).getByRole("button", { name: "Ändra nivån" }));
  await saw(region, "Din nivå är ändrad.");
  for (const page of [university, region]) {
    for (const id of [apart, near]) {
      await page.go(`${ofReview}/samsyn`);
      const done = talk(page, id).getByRole("button", { name: "Jag är klar med samtalet" });
      // A change that brings the two near each other may have ended the discussion by itself.
      if (id === apart || (await done.count()) > 0) await press(page, done);
    }
  }
  await region.getByLabel("Sammanfattande omdöme").fill("En stark miljö med återkommande uppföljning. Åtgärda först bristerna.");
  await press(region, button(region, "Skriv under samsynen"));
  assert.match(await region.title(), /^Fel: /, "what may not apply is decided first");
  await decideNotApplicable(coordinator);
  await region.go(`${ofReview}/samsyn`);
  await region.getByLabel("Sammanfattande omdöme").fill("En stark miljö med återkommande uppföljning. Åtgärda först bristerna.");
  await press(region, button(region, "Skriv under samsynen"));
  await saw(region, "Du har skrivit under samsynen.");
  await university.go(`${ofReview}/samsyn`);
  await saw(university, "En stark miljö");
  await press(university, button(university, "Skriv under samsynen"));
  await look(university, "settle-signed");
}

async function decideNotApplicable(page) {
  await page.go(ofCase);
  await look(page, "case-not-applicable");
  await page.getByLabel("Nej, det är inte tillämpligt").check();
  await page.locator(`[id="undantag-${notApplicable}-reason"]`).fill("Enheten hade ingen sådan studie.");
  await press(page, button(page, `Ge besked om ${notApplicable}`));
  assert.equal(await button(page, `Ge besked om ${notApplicable}`).count(), 0);
}

/** A further reviewer gets the one criterion on which the two stayed apart, and nothing else. */
async function scoreFurther({ coordinator, further }) {
  await coordinator.go(ofCase);
  await saw(coordinator, "Ytterligare granskning");
  await look(coordinator, "case-further");
  await choose(coordinator, "Ytterligare granskare", "Ylva Ytterligare");
  await press(coordinator, button(coordinator, "Utse ytterligare granskare"));
  await further.go(`${ofReview}/${apart[0]}`);
  await further.getByLabel("Jag är inte jävig").check();
  await press(further, button(further, "Lämna besked"));
  await isMissing(further, `${ofReview}/${near[0] === apart[0] ? "H" : near[0]}`);
  await further.go(`${ofReview}/${apart[0]}`);
  assert.ok(!(await further.content()).includes("Universitetet:"), "a further reviewer scores without the others' words");
  assert.equal(await score(further, "Ytterligare", () => "3"), 1);
  await lock(further);
}

/** The unit comments on a fact, a reviewer answers and corrects, and the coordinator fixes the result. */
async function checkFacts({ head, region, coordinator, stranger }) {
  await head.go(`${ofUnit}/resultat`);
  await saw(head, "Resultatet är inte fastställt och kan ändras.");
  await look(head, "result-draft");
  await isMissing(stranger, `${ofUnit}/resultat`);
  await coordinator.go(ofCase);
  assert.equal(await button(coordinator, "Fastställ resultatet").count(), 0, "not while the unit checks facts");
  await head.go(`${ofUnit}/faktagranskning`);
  await look(head, "fact-check");
  await head.locator("details#A1 > summary").click();
  await head.getByLabel("Er synpunkt på A1").fill("Det hölls tolv möten, inte två.");
  await press(head, button(head, "Skicka synpunkterna"));
  await saw(head, "Synpunkterna är skickade till granskarna och samordnaren.");
  await region.go(`${ofReview}/ratta`);
  await saw(region, "Det hölls tolv möten, inte två.");
  await look(region, "correct");
  await region.getByLabel("Svar till enheten om A1").fill("Rättat efter er uppgift.");
  await press(region, button(region, "Skicka svaret om A1"));
  await region.getByText("Rätta din nivå A1").click();
  await region.locator('#A1 [name="level"][value="4"]').check();
  await region.locator('#A1 [name="reason"]').fill(reason);
  await press(region, region.locator("#A1").getByRole("button", { name: "Rätta nivån" }));
  await saw(region, "Rättat till");
  await coordinator.go(ofCase);
  await look(coordinator, "case-commented");
  await press(coordinator, button(coordinator, "Fastställ resultatet"));
  await saw(coordinator, "Resultatet är fastställt.");
  await look(coordinator, "case-fixed");
  await head.go(ofUnit);
  await look(head, "unit-fixed");
}

/** It takes one coordinator of each authority. */
async function release({ coordinator, otherCoordinator, stranger }) {
  await coordinator.go(`/cykel/${year}/meddela`);
  await look(coordinator, "release");
  await press(coordinator, button(coordinator, "Begär att resultaten meddelas"));
  await saw(coordinator, "Nu behöver en samordnare från den andra myndigheten bekräfta.");
  assert.equal(await button(coordinator, /^Meddela 1/).count(), 0);
  await isMissing(stranger, `${ofUnit}/resultat`);
  await otherCoordinator.go(`/cykel/${year}/meddela`);
  await look(otherCoordinator, "release-asked");
  await press(otherCoordinator, button(otherCoordinator, "Meddela 1 resultat"));
  await saw(otherCoordinator, "Resultaten är meddelade.");
}

async function recommend({ group }) {
  await group.go("/");
  await look(group, "tasks-group");
  await group.go(`/oversikt/jav`);
  await look(group, "group-declare");
  await press(group, button(group, "Lämna besked"));
  await saw(group, "Du har tagit ställning till jäv.");
  await look(group, "overview");
  await group.go(`${ofUnit}/rekommendation`);
  await group.getByLabel("Rekommendation", { exact: true }).fill("Fortsätt på samma väg.");
  await group.getByLabel("Motiv").fill("Kraven är uppfyllda.");
  await group.getByLabel("Deltog", { exact: true }).fill("Greta Grupp");
  await press(group, button(group, "Spara rekommendationen"));
  await saw(group, "Rekommendationen är sparad.");
  await saw(group, "Fortsätt på samma väg.");
  await look(group, "recommendation");
}

/** The result as each may read it, and the report as a file. */
async function readResult({ head, group, stranger }, server) {
  for (const [name, page] of Object.entries({ head, group, stranger })) {
    await page.go(`${ofUnit}/resultat`);
    assert.equal(await heading(page), `Resultat ${year}: Kardiologi`);
    await saw(page, /Omdöme \d+: [A-Z]\. /);
    await look(page, `result-${name}`);
  }
  const outcome = (await head.locator("#outcome").innerText()).split(". ").at(-1);
  await head.go(`${ofUnit}/resultat`);
  await until("the report", async () => {
    await head.reload();
    return (await link(head, "Rapport på svenska (PDF)").count()) > 0;
  });
  const [download] = await Promise.all([head.waitForEvent("download"), link(head, "Rapport på svenska (PDF)").click()]);
  const path = join(server.folder, "rapport.pdf");
  await download.saveAs(path);
  assert.equal((await readFile(path)).subarray(0, 4).toString(), "%PDF");
  const { stdout } = await run("pdftotext", ["-layout", path, "-"]);
  for (const words of ["Kardiologi", String(year), outcome, "En stark miljö med återkommande uppföljning", "Åtgärda", "möten"]) {
    assert.ok(stdout.replaceAll(/\s+/g, " ").includes(words), `the report does not say ${words}:\n${stdout}`);
  }
}

async function leave({ head }) {
  await head.go("/");
  await head.locator("details.me > summary").click();
  await press(head, button(head, "Logga ut"));
  await saw(head, "Du är utloggad.");
  await head.go(ofUnit);
  assert.match(new URL(head.url()).pathname, /^\/logga-in|^\/enhet/);
  assert.ok(!(await head.content()).includes("kriterier klara"));
}

const steps = { openTheYear, answerTogether, submit, assign, scoreAlone, settle, scoreFurther, checkFacts, release,
  recommend, readResult, leave };

for (const javaScript of [false, true]) {
  test(`people walk the whole year ${javaScript ? "with" : "without"} JavaScript (${database})`, async (t) => {
    const server = await startServer({ command: "serve" });
    t.after(server.stop);
    const all = await everybody(server, javaScript);
    for (const [name, step] of Object.entries(steps)) {
      const begun = Date.now();
      await step(all, server);
      t.diagnostic(`${name}: ${Math.round((Date.now() - begun) / 100) / 10} s`);
    }
    for (const [name, page] of Object.entries(all)) assert.deepEqual(page.faults, [], name);
  });
}
