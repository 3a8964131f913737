// SPDX-License-Identifier: Apache-2.0
// A newcomer joins Stripe's payers to the users of Segment's `group` calls, in five clicks and without
// reading: what is clear at once, the rest one by one. Everything can be refused, chosen and undone.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Analytics } from "@segment/analytics-node";
import Stripe from "stripe";
import { openBrowser, picture } from "../lib/browser.js";
import { secretKey, Server, twofold } from "../lib/server.js";

const secret = "whsec_of_this_test";
const stripe = new Stripe("sk_test_not_used");
const day = 86_400;
const now = Math.floor(Date.now() / 1000);

let folder;
let data;
let server;
let key;
let browser;
let page;
let problems;
let clicks = 0;
const cleanups = [];

/** Customers of the product, with people; `hooli-lab` has Hooli's addresses too. */
const customers = {
  acme: ["Acme", "acme.example"],
  globex: ["Globex", "globex.example"],
  initech: ["Initech", "initech.example"],
  umbrella: ["Umbrella", "umbrella.example"],
  hooli: ["Hooli", "hooli.example"],
  "hooli-lab": ["Hooli Lab", "hooli.example"],
};
const payers = [
  { id: "cus_1", name: "Acme, Inc.", email: "u1@ACME.example", monthly: 50_000 },
  { id: "cus_2", name: "Globex Corporation", email: "billing@globex.example", monthly: 40_000 },
  { id: "cus_3", name: "IT Holding", email: null, metadata: { org: "initech" }, monthly: 30_000 },
  { id: "cus_4", name: "UMBRELLA GmbH", email: "accounts@gmail.com", monthly: 20_000 },
  { id: "cus_5", name: "Hooli", email: "pay@hooli.example", monthly: 10_000 },
];

async function sendSegment() {
  const analytics = new Analytics({ writeKey: server.writeKey, host: server.url, flushAt: 1_000 });
  let number = 0;
  for (const [groupId, [name, domain]] of Object.entries(customers)) {
    for (const nth of [1, 2]) {
      const userId = `${groupId}-${nth}`;
      const at = (daysAgo) => new Date((now - daysAgo * day) * 1000);
      number += 1;
      analytics.identify({ userId, traits: { email: `u${number}@${domain}`, name: `${name} ${nth}` }, timestamp: at(20) });
      analytics.group({ userId, groupId, traits: { name }, timestamp: at(20) });
      analytics.track({ userId, event: "Report Viewed", timestamp: at(3) });
    }
  }
  await analytics.closeAndFlush();
}

async function deliver(id, type, object) {
  const payload = JSON.stringify({ id, object: "event", api_version: "2024-06-20", created: now - 10 * day, type, data: { object } });
  const header = stripe.webhooks.generateTestHeaderString({ payload, secret });
  const answer = await server.post("/v1/sources/stripe/main", payload, { "content-type": "application/json", "stripe-signature": header });
  assert.equal(answer.status, 200, answer.text);
}

async function sendStripe() {
  for (const { id, name, email, metadata = {}, monthly } of payers) {
    const created = now - 10 * day;
    await deliver(`evt_${id}`, "customer.created", { id, object: "customer", created, name, email, metadata });
    const price = { id: "price_1", nickname: "Pro", unit_amount: monthly, currency: "usd", recurring: { interval: "month", interval_count: 1 } };
    await deliver(`evt_s${id}`, "customer.subscription.created", {
      id: `sub_${id}`,
      object: "subscription",
      customer: id,
      created,
      start_date: created,
      status: "active",
      currency: "usd",
      items: { object: "list", data: [{ id: `si_${id}`, object: "subscription_item", quantity: 1, price }], has_more: false },
    });
  }
}

async function serve() {
  server = await Server.serve({ after: (undo) => cleanups.push(undo) }, data);
}

before(async () => {
  folder = mkdtempSync(join(tmpdir(), "twofold-match-"));
  data = join(folder, "data");
  const file = join(folder, "secret");
  writeFileSync(file, `${secret}\n`);
  const added = await twofold("source", "add", "stripe", "main", "--secret-file", file, "--data", data);
  assert.equal(added.code, 0, added.stderr);
  await serve();
  key = await secretKey(data);
  await new Promise((next) => setTimeout(next, 1_200));
  await sendSegment();
  await sendStripe();
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

async function click(locator) {
  await locator.click();
  clicks += 1;
}

const payer = (id) => page.locator(`[data-payer="stripe:${id}"]`);
const joined = () => page.locator('[data-list="joined"] tbody tr');
const said = (text) => page.getByRole("status").getByText(text).waitFor();

async function ask(question) {
  const answer = await server.ask(key, question);
  assert.equal(answer.status, 200, answer.text);
  return answer.json;
}
const silent = "count customers where paying and no user did use in the last 30 days";
const matches = async (query = "") =>
  (await fetch(`${server.url}/v1/match${query}`, { headers: { authorization: `Bearer ${key}` } })).json();

test("until they are joined, answers say so and the home page leads there", async () => {
  const answer = await ask(silent);
  assert.deepEqual(answer.rows, [[5]]);
  assert.match(answer.notes.join(), /100\.0 % of MRR \(1500\.00 USD\) is of 5 payers .* Match page/);
  assert.deepEqual((await ask("count customers, sum(customer.mrr) where paying")).notes, [], "of one side alone");
  await page.locator('[data-hint="match"]').waitFor();
  await picture(page, "match-home");
});

test("all payers are joined in five clicks, and both sides are seen", async () => {
  await click(page.locator('[data-hint="match"]').getByRole("link"));
  await page.getByRole("heading", { name: "5 payers are waiting" }).waitFor();
  await picture(page, "match-before");
  assert.match(await payer("cus_1").innerText(), /u1@acme\.example is one of its people/);
  assert.match(await payer("cus_3").innerText(), /its metadata says org = initech/);
  await click(page.getByRole("button", { name: "Join all 3 clear ones" }));
  await said("3 payers are joined now.");
  assert.equal(await joined().count(), 3);
  await picture(page, "match-clear-joined");
  await click(payer("cus_4").getByRole("button", { name: "Join with Umbrella" }));
  await said("UMBRELLA GmbH is joined with Umbrella.");
  await click(payer("cus_5").getByRole("button", { name: "Join with Hooli", exact: true }));
  await page.getByRole("heading", { name: "Every payer has its customer" }).waitFor();
  assert.equal(await joined().count(), 5);
  await picture(page, "match-after");
  assert.ok(clicks <= 5, `${clicks} clicks`);

  await click(page.getByRole("link", { name: "Who pays, and how many use it?" }));
  await page.locator('[data-answer="list"] tbody tr').first().waitFor();
  const rows = await page.locator('[data-answer="list"] tbody tr').allInnerTexts();
  assert.deepEqual(
    rows.map((row) => row.split("\t").map((cell) => cell.trim()).slice(1)),
    [
      ["Acme", "500.00", "2"],
      ["Globex", "400.00", "2"],
      ["Initech", "300.00", "2"],
      ["Umbrella", "200.00", "2"],
      ["Hooli", "100.00", "2"],
    ],
  );
  const answer = await ask(silent);
  assert.deepEqual([answer.rows, answer.notes], [[[0]], []]);
});

test("what was joined is parted again, and joined again", async () => {
  await page.goto(`${server.url}/match`);
  await joined().filter({ hasText: "cus_5" }).getByRole("button", { name: "Undo" }).click();
  await said("stripe:cus_5 and Hooli are two again.");
  await payer("cus_5").waitFor();
  assert.deepEqual((await ask(silent)).rows, [[1]]);
  await page.getByRole("status").getByRole("button", { name: "Undo" }).click();
  await said("As it was.");
  assert.deepEqual((await ask(silent)).rows, [[0]]);
  await joined().filter({ hasText: "cus_5" }).getByRole("button", { name: "Undo" }).click();
  await payer("cus_5").waitFor();
});

test("what is refused is not proposed again, also after a restart, until that is undone", async () => {
  await payer("cus_5").getByRole("button", { name: "Not Hooli", exact: true }).click();
  await said("Hooli is not proposed again for Hooli.");
  assert.equal(await payer("cus_5").locator('[data-suggestion="hooli"]').count(), 0);
  await picture(page, "match-refused");
  await server.stop();
  await serve();
  await page.goto(`${server.url}/match`);
  await payer("cus_5").waitFor();
  assert.equal(await payer("cus_5").locator('[data-suggestion="hooli"]').count(), 0);
  assert.equal(await joined().count(), 4);
  const [waiting] = (await matches()).payers;
  assert.deepEqual([waiting.refused, waiting.suggestions.map((one) => one.id)], [[{ id: "hooli", name: "Hooli" }], ["hooli-lab"]]);
  await payer("cus_5").getByRole("button", { name: "Propose Hooli again" }).click();
  await payer("cus_5").locator('[data-suggestion="hooli"]').waitFor();
});

test("any customer can be chosen, and a payer can be one of its own", async () => {
  await payer("cus_5").getByRole("button", { name: "Choose another" }).click();
  await payer("cus_5").getByRole("searchbox").fill("lab");
  await payer("cus_5").locator(".choose").getByRole("button", { name: "Hooli Lab" }).click();
  await said("Hooli is joined with Hooli Lab.");
  const answer = await ask('list customers show customer.mrr where customer.id = "hooli-lab"');
  assert.deepEqual(answer.rows, [["hooli-lab", 100]]);
  await page.getByRole("status").getByRole("button", { name: "Undo" }).click();
  await payer("cus_5").getByRole("button", { name: "It is a customer of its own" }).click();
  await said("Hooli is a customer of its own.");
  const kept = await ask(silent);
  assert.deepEqual([kept.rows, kept.notes], [[[1]], []], "it is known, and has no users");
  assert.deepEqual(await joined().last().locator("td").allInnerTexts(), ["Hooli", "0", "–", "100.00", "itself · stripe:cus_5", "Undo"]);
  await joined().last().getByRole("button", { name: "Undo" }).click();
  await payer("cus_5").getByRole("button", { name: "It is a customer of its own" }).waitFor();
  assert.deepEqual(problems, []);
});

test("the route gives pages, and to nobody without a key", async () => {
  const { payers: waiting, ...all } = await matches("?limit=2");
  assert.deepEqual([waiting.length, all.payer_count, all.joined.length, all.joined_count], [1, 1, 2, 4]);
  assert.deepEqual((await matches("?joined_from=3")).joined.map((one) => one.payer), ["stripe:cus_4"]);
  assert.deepEqual((await matches("?customers_from=1")).customers.map((one) => one.id), ["hooli-lab"]);
  assert.deepEqual(Object.keys(await matches("?head=true")).sort(), ["currency", "mrr", "much", "paying", "position", "share"]);
  assert.equal((await matches("?limit=1001")).error.code, "too_large");
  assert.equal((await matches("?limit=-1")).error.code, "invalid");
  assert.equal((await fetch(`${server.url}/v1/match`)).status, 401);
});
