// SPDX-License-Identifier: Apache-2.0
// Relations are seen and corrected on both pages, by clicking, and every correction can be undone.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { openBrowser, picture } from "../lib/browser.js";
import { secretKey, Server, twofold } from "../lib/server.js";

let folder;
let server;
let key;
let browser;
let page;
let problems;
const cleanups = [];

const track = (userId, timestamp) => ({ type: "track", userId, event: "Report Viewed", timestamp });
const group = (userId, groupId, timestamp) => ({ type: "group", userId, groupId, timestamp });

before(async () => {
  folder = mkdtempSync(join(tmpdir(), "twofold-relations-"));
  const data = join(folder, "data");
  for (const setting of [["zone", "Europe/Oslo"], ["now", "2026-07-01"]]) {
    const made = await twofold("project", ...setting, "--data", data);
    assert.equal(made.code, 0, made.stderr);
  }
  server = await Server.serve({ after: (undo) => cleanups.push(undo) }, data);
  key = await secretKey(data);
  await new Promise((next) => setTimeout(next, 1_200));
  const records = [
    { type: "customer", customerId: "acme", traits: { name: "Acme" }, timestamp: "2026-01-01T00:00:00Z" },
    { type: "customer", customerId: "globex", traits: { name: "Globex" }, timestamp: "2026-01-01T00:00:00Z" },
    { type: "identify", userId: "ann", traits: { name: "Ann" }, timestamp: "2026-01-02T09:00:00Z" },
    { type: "identify", userId: "ben", traits: { name: "Ben" }, timestamp: "2026-01-02T09:00:00Z" },
    group("ann", "acme", "2026-01-05T09:00:00Z"),
    { type: "relation", userId: "ben", customerId: "acme", role: "admin", from: "2026-02-01" },
    track("ann", "2026-03-10T09:00:00Z"),
    track("ben", "2026-03-10T09:00:00Z"),
    track("ben", "2026-06-10T09:00:00Z"),
  ];
  const sent = await server.post("/v1/records", JSON.stringify(records), { authorization: `Bearer ${key}` });
  assert.equal(sent.json?.accepted, records.length, sent.text);
  await server.answered();
  ({ browser, page, problems } = await openBrowser(folder, server));
  await page.goto(server.signInLink);
  await page.getByRole("link", { name: "Ask", exact: true }).waitFor();
});

after(async () => {
  await browser?.close();
  await server?.stop();
  for (const undo of cleanups) undo();
  rmSync(folder, { recursive: true, force: true });
});

/** Events of each customer, as the next question counts them. */
async function eventsOf() {
  const answer = await server.ask(key, 'trend events of "Report Viewed" by customer in total over all time');
  assert.equal(answer.status, 200, answer.text);
  return Object.fromEntries(answer.json.rows);
}

const people = () => page.locator('[data-list="people"]');
const rowOf = (name) => people().locator("tbody tr").filter({ has: page.getByRole("link", { name, exact: true }) });
const cells = async (row) => (await row.locator("td").allInnerTexts()).map((text) => text.trim());

test("a customer's page says how each relation is known", async () => {
  await page.goto(`${server.url}/customers/acme`);
  await rowOf("Ann").waitFor();
  assert.deepEqual((await cells(rowOf("Ann"))).slice(1, 5), ["user", "5 Jan 2026", "–", "a group call"]);
  assert.deepEqual((await cells(rowOf("Ben"))).slice(1, 5), ["admin", "1 Feb 2026", "–", "a stated relation"]);
  assert.deepEqual(await eventsOf(), { acme: 3 });
});

test("an end that is set takes events away; undo gives them back", async () => {
  await rowOf("Ben").getByRole("button", { name: "Edit" }).click();
  await people().getByLabel("until", { exact: true }).fill("2026-05-01");
  await people().getByRole("button", { name: "Save" }).click();
  await page.getByText("Saved.").waitFor();
  assert.deepEqual((await cells(rowOf("Ben"))).slice(1, 5), ["admin", "1 Feb 2026", "1 May 2026", "a stated relation"]);
  assert.deepEqual(await eventsOf(), { acme: 2, "(none)": 1 });
  await picture(page, "relation-ended");
  await people().getByRole("button", { name: "Undo" }).click();
  await page.getByText("As it was.").waitFor();
  assert.deepEqual((await cells(rowOf("Ben"))).slice(1, 5), ["admin", "1 Feb 2026", "–", "a stated relation"]);
  assert.deepEqual(await eventsOf(), { acme: 3 });
});

test("what a client implied is stated, with another date", async () => {
  await rowOf("Ben").getByRole("button", { name: "Edit" }).click();
  await rowOf("Ann").getByRole("button", { name: "Edit" }).click();
  await people().getByRole("button", { name: "State it" }).click();
  assert.equal(await people().getByLabel("from").inputValue(), "2026-01-05");
  await people().getByLabel("from").fill("2026-04-01");
  await people().getByRole("button", { name: "Add", exact: true }).click();
  await page.getByText("Added.").waitFor();
  assert.deepEqual((await cells(rowOf("Ann"))).slice(1, 5), ["user", "1 Apr 2026", "–", "a stated relation"]);
  await people().getByRole("button", { name: "Remove" }).click();
  await page.getByText("Removed.").waitFor();
  assert.deepEqual((await cells(rowOf("Ann"))).slice(1, 5), ["user", "5 Jan 2026", "–", "a group call"]);
});

test("a customer is added on a user's page, for a time", async () => {
  await page.goto(`${server.url}/users/ben`);
  const customers = page.locator('[data-list="customers"]');
  await customers.getByRole("button", { name: "Add a customer" }).click();
  await customers.getByLabel("customer id").fill("globex");
  await customers.getByLabel("role").fill("consultant");
  await customers.getByLabel("from").fill("2026-06-01");
  await customers.getByLabel("until, not included").fill("2026-07-01");
  await picture(page, "relation-add");
  await customers.getByRole("button", { name: "Add", exact: true }).click();
  await page.getByText("Added.").waitFor();
  const row = customers.locator("tbody tr").filter({ has: page.getByRole("link", { name: "Globex" }) });
  assert.deepEqual((await cells(row)).slice(4, 8), ["consultant", "1 Jun 2026", "1 Jul 2026", "a stated relation"]);
  assert.deepEqual(await eventsOf(), { acme: 3, globex: 1 });
  await customers.getByRole("button", { name: "Undo" }).click();
  await page.getByText("As it was.").waitFor();
  assert.deepEqual(await eventsOf(), { acme: 3 });
});

test("what cannot be is said, and nothing is changed", async () => {
  const customers = page.locator('[data-list="customers"]');
  await customers.getByLabel("customer id").fill("globex");
  await customers.getByLabel("from").fill("2026-06-01");
  await customers.getByLabel("until, not included").fill("2026-05-01");
  await customers.getByRole("button", { name: "Add", exact: true }).click();
  assert.match(await page.getByRole("alert").innerText(), /until/);
  await picture(page, "relation-refused");
  assert.deepEqual(await eventsOf(), { acme: 3 });
  assert.deepEqual(problems, []);
});

test("records are taken from the signed-in page alone", async () => {
  const [session] = await browser.cookies(server.url);
  const record = JSON.stringify({ type: "customer", customerId: "initech" });
  const cookie = `${session.name}=${session.value}`;
  const send = async (headers) => (await server.post("/v1/records", record, headers)).status;
  assert.equal(await send({ cookie }), 401, "another site's form cannot send X-Twofold");
  assert.equal(await send({ cookie: `${session.name}=no-such-session`, "x-twofold": "page" }), 401);
  assert.equal(await send({ cookie, authorization: `Bearer ${server.writeKey}`, "x-twofold": "page" }), 401);
  assert.equal(await send({ cookie, "x-twofold": "page" }), 200);
});

test("of joined ids each stated relation is given under the ids that replace it", async () => {
  const secret = { authorization: `Bearer ${key}` };
  const send = async (records) => {
    const sent = await server.post("/v1/records", JSON.stringify(records), secret);
    assert.equal(sent.json?.accepted, records.length, sent.text);
    await server.answered();
  };
  const relation = { type: "relation", userId: "dan-old", customerId: "stripe:cus_1", role: "billing", from: "2026-02-01" };
  await send([
    relation,
    { type: "identify", userId: "dan", traits: {}, timestamp: "2026-01-02T09:00:00Z" },
    { type: "alias", previousId: "dan-old", userId: "dan" },
    { type: "customer", customerId: "umbrella", keys: { stripe: "cus_1" }, timestamp: "2026-01-02T09:00:00Z" },
  ]);
  const pairs = async () => {
    const response = await fetch(`${server.url}/v1/users/dan`, { headers: secret });
    return (await response.json()).customers;
  };
  const [umbrella] = await pairs();
  assert.equal(umbrella.id, "umbrella");
  const from = Date.parse("2026-02-01T00:00:00+01:00");
  assert.deepEqual(umbrella.stated, [{ user: "dan-old", customer: "stripe:cus_1", role: "billing", from, until: null }]);
  await send([{ ...relation, until: "2026-03-01" }]);
  const [ended] = await pairs();
  assert.deepEqual(ended.relations.map((one) => [one.since, one.until]), [[from, Date.parse("2026-03-01T00:00:00+01:00")]]);
});
