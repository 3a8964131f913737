// SPDX-License-Identifier: Apache-2.0
// Stripe's webhooks, signed by Stripe's own package, against the real server.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import Stripe from "stripe";
import { ask, binary, dataFolder, Server, twofold } from "../lib/server.js";
import { monthDays, monthStart, random, shuffled, StripeWorld } from "../lib/stripe_world.js";

const secret = "whsec_of_this_test";
const stripe = new Stripe("sk_test_not_used");
const path = "/v1/sources/stripe/main";
const world = new StripeWorld(20260301);

function sign(payload, options = {}) {
  const header = stripe.webhooks.generateTestHeaderString({ payload, secret, ...options });
  return { "content-type": "application/json; charset=utf-8", "stripe-signature": header };
}

/** Makes the source as an operator would; the secret is on no command line. */
function addSource(data, ...options) {
  const file = join(data, "secret");
  writeFileSync(file, `${secret}\n`);
  return twofold("source", "add", "stripe", "main", "--secret-file", file, "--data", data, ...options);
}

async function serveStripe(t, data) {
  const added = await addSource(data);
  assert.equal(added.stdout, `${path}\n`, added.stderr);
  return Server.serve(t, data);
}

async function deliver(server, event) {
  const payload = JSON.stringify(event, null, 2);
  return server.post(path, payload, sign(payload));
}

/** Several at once, as Stripe does; calls `after` with each answer. */
async function deliverAll(server, events, after = () => {}) {
  const queue = [...events];
  const work = async () => {
    for (let event = queue.shift(); event; event = queue.shift()) after(event, await deliver(server, event));
  };
  await Promise.all(Array.from({ length: 8 }, work));
}

const iso = (seconds) => new Date(seconds * 1000).toISOString().slice(0, 10);
const range = `from ${iso(monthStart)} to ${iso(monthStart + (monthDays - 1) * 86_400)}`;
const questions = [
  `count customers, sum(customer.mrr) every day ${range}`,
  `count customers, sum(customer.mrr), sum(customer.seats) where paying every day ${range} by customer.plan`,
  `list customers show customer.mrr, customer.plan, customer.status, customer.lifetime_revenue, customer.traits.billing_email sort by customer.id at ${iso(monthStart + monthDays * 86_400)}`,
  `trend events of money.paid, sum(event.amount) of money.paid, events of money.refunded, sum(event.amount) of money.refunded every day ${range}`,
  `trend events of money.churned in total ${range} by event.reason`,
  `trend events of money.expanded, events of money.contracted, events of money.churned, events of money.trial_started every day ${range}`,
];

async function answers(data) {
  const all = [];
  for (const question of questions) all.push((await ask(data, question)).rows);
  return all;
}

/** What all ways must come to: the month delivered in order, without repeats. */
let inOrder;

test("a month of events in order is what the definition says, day by day", async (t) => {
  const data = dataFolder(t);
  const server = await serveStripe(t, data);
  for (const event of world.events) {
    const answer = await deliver(server, event);
    assert.equal(answer.status, 200, answer.text);
    assert.deepEqual([answer.json.duplicate, answer.json.rejected, answer.json.notes], [0, [], []]);
  }
  await server.stop();
  inOrder = await answers(data);
  const [daily, , listed, money, churned] = inOrder;
  assert.ok(churned.some((row) => row[0] === "too_expensive"), JSON.stringify(churned));
  assert.equal(daily.length, monthDays);
  daily.forEach(([time, , mrr], i) => {
    const expected = world.mrrAt(monthStart + (i + 1) * 86_400 - 1) / 100;
    assert.ok(Math.abs(mrr - expected) < 0.05, `${time}: ${mrr}, by the definition ${expected}`);
  });
  assert.ok(new Set(daily.map((row) => row[2])).size > 20, "it changes nearly every day");
  assert.equal(listed.length, 40);
  assert.ok(listed.some((row) => row[0] === "account-0") && listed.some((row) => row[0] === "stripe:cus_1"));
  const sums = [1, 2, 3, 4].map((column) => money.reduce((sum, row) => sum + (row[column] ?? 0), 0));
  assert.equal(sums[0], world.payments);
  assert.ok(Math.abs(sums[1] - world.paidMinor / 100) < 0.01, `${sums[1]} paid`);
  assert.ok(sums[2] > 4 && Math.abs(sums[3] - world.refundedMinor / 100) < 0.01, `${sums[3]} refunded`);
});

test("shuffled, a tenth of it twice, over a kill -9, it is the same", async (t) => {
  const data = dataFolder(t);
  let server = await serveStripe(t, data);
  const next = random(7);
  const events = shuffled([...world.events, ...world.events.filter(() => next() < 0.1)], next);
  const open = [];
  let answered = 0;
  let killed;
  await deliverAll(server, events.slice(0, events.length / 2), (event, answer) => {
    assert.equal(answer.status, 200, answer.text);
  });
  // What Stripe got no 200 for it sends again, and here and there what it got one for too.
  const queue = events.slice(Math.floor(events.length / 2));
  const work = async () => {
    for (let event = queue.shift(); event; event = queue.shift()) {
      const answer = await deliver(server, event).catch(() => undefined);
      if (answer?.status !== 200 || next() < 0.1) open.push(event);
      if (++answered === 40) killed = server.kill();
    }
  };
  await Promise.all(Array.from({ length: 8 }, work));
  await killed;
  assert.ok(killed && open.length > 20, "it was killed with much still to come");
  server = await Server.serve(t, data);
  let duplicates = 0;
  await deliverAll(server, open, (event, answer) => {
    assert.equal(answer.status, 200, answer.text);
    duplicates += answer.json.duplicate;
  });
  assert.ok(duplicates > 0, "some had been kept before the kill, and count once");
  await server.stop();
  assert.deepEqual(await answers(data), inOrder);
});

test("a file of the same events is the same, also beside webhooks, again, and packed", async (t) => {
  const data = dataFolder(t);
  const server = await serveStripe(t, data);
  const kept = world.events.filter((_, i) => i % 3 === 0);
  await deliverAll(server, kept);
  await server.stop();
  const file = (name, bytes) => (writeFileSync(join(data, name), bytes), join(data, name));
  const half = Math.floor(world.events.length / 2);
  const page = (events) => ({ object: "list", data: events, has_more: true, url: "/v1/events" });
  const pages = file("pages.json", JSON.stringify([page(world.events.slice(half)), page(world.events.slice(0, 9))], null, 2));
  const lines = file("lines.jsonl.gz", gzipSync(world.events.slice(0, half).map((one) => JSON.stringify(one)).join("\n")));
  const imported = () => twofold("import", "--from", "stripe-json", pages, lines, "--data", data);
  const first = await imported();
  assert.equal(first.code, 0, first.stdout + first.stderr);
  assert.deepEqual(await answers(data), inOrder);
  const again = await imported();
  assert.match(again.stdout, /pages\.json: 0 accepted, \d+ already here, 0 rejected/);
  assert.match(again.stdout, /lines\.jsonl\.gz: 0 accepted, \d+ already here, 0 rejected/);
  assert.deepEqual(await answers(data), inOrder);
});

test("exported objects fill in what no event told, and the later events still count", async (t) => {
  const data = dataFolder(t);
  const start = Date.UTC(2026, 0, 10) / 1000;
  const item = { id: "si_1", quantity: 2, price: { id: "p", unit_amount: 5000, currency: "eur", recurring: { interval: "month" } } };
  const subscription = (rest) => ({
    id: "sub_1", object: "subscription", customer: "cus_1", created: start, start_date: start, currency: "eur",
    status: "active", items: { object: "list", data: [item] }, discounts: [], ...rest,
  });
  const objects = [
    { id: "cus_1", object: "customer", created: start, name: "Acme", metadata: { account_id: "acme" } },
    subscription({}),
    { ...subscription({ ended_at: start + 40 * 86_400, status: "canceled" }), id: "sub_2", customer: "cus_2" },
    { id: "in_1", object: "invoice", customer: "cus_1", created: start, currency: "eur", status: "paid", amount_paid: 10_000, subscription: "sub_1", status_transitions: { paid_at: start } },
    { id: "ch_1", object: "charge" },
  ];
  const file = join(data, "objects.json");
  writeFileSync(file, JSON.stringify({ object: "list", data: objects }));
  const server = await serveStripe(t, data);
  const key = (await twofold("key", "create", "--kind", "secret", "--data", data)).stdout.trim();
  const send = () => twofold("import", "--from", "stripe-json", file, "--url", server.url, "--key", key);
  const first = await send();
  assert.match(first.stdout, /: 4 accepted, 0 already here, 0 rejected[^]*ignored: 1/, first.stderr);
  assert.match((await send()).stdout, /: 0 accepted, 4 already here, 0 rejected/);
  const more = subscription({ items: { object: "list", data: [{ ...item, quantity: 3 }] } });
  const changed = { id: "evt_1", object: "event", created: start + 50 * 86_400, type: "customer.subscription.updated", data: { object: more } };
  assert.equal((await deliver(server, changed)).status, 200);
  await server.answered();
  const question = "list customers show customer.mrr, customer.status, customer.seats sort by customer.id";
  const at = async (days) => (await server.ask(key, `${question} at ${iso(start + days * 86_400)}`)).json.rows;
  assert.deepEqual(await at(20), [["acme", 100, "paying", 2], ["stripe:cus_2", 100, "paying", 2]]);
  assert.deepEqual(await at(45), [["acme", 100, "paying", 2], ["stripe:cus_2", 0, "past", 0]]);
  assert.deepEqual(await at(60), [["acme", 150, "paying", 3], ["stripe:cus_2", 0, "past", 0]]);
});

test("what is not Stripe's is refused by its code, and costs nothing of what is", async (t) => {
  const data = dataFolder(t);
  const server = await serveStripe(t, data);
  const payload = JSON.stringify(world.events[0]);
  const now = Math.floor(Date.now() / 1000);
  const refuse = async (status, code, body, headers, to = path) => {
    const answer = await server.post(to, body, headers);
    assert.deepEqual([answer.status, answer.json.error.code], [status, code], answer.text);
    assert.ok(!answer.text.includes(secret) && !answer.text.includes("whsec"), answer.text);
    return answer.json.error.message;
  };
  const right = sign(payload);
  await refuse(400, "invalid", payload, sign(payload, { secret: "whsec_another" }));
  await refuse(400, "invalid", payload, sign(payload, { secret: secret.slice("whsec_".length) }));
  await refuse(400, "invalid", payload.replace("customer", "Customer"), right);
  await refuse(400, "invalid", `${payload} `, right);
  await refuse(400, "invalid", JSON.stringify(JSON.parse(payload), null, 2), right);
  await refuse(400, "invalid", payload, {});
  await refuse(400, "invalid", payload, { "stripe-signature": "t=,v1=" });
  await refuse(400, "invalid", payload, sign(payload, { scheme: "v0" }));
  assert.match(await refuse(400, "invalid", payload, sign(payload, { timestamp: now - 330 })), /five minutes/);
  assert.match(await refuse(400, "invalid", payload, sign(payload, { timestamp: now + 330 })), /five minutes/);
  await refuse(404, "not_found", payload, right, "/v1/sources/stripe/other");
  await refuse(404, "not_found", payload, right, "/v1/sources/paddle/main");
  for (const broken of ["", "{", "[]", "null", '{"id":"cus_1","object":"customer"}']) {
    await refuse(400, "invalid", broken, sign(broken));
  }
  const large = JSON.stringify({ ...world.events[0], note: "x".repeat(5 << 20) });
  await refuse(413, "too_large", large, sign(large));
  assert.equal((await fetch(server.url + path)).status, 405);

  // Nothing of that was kept; the same events, as Stripe sends them, count.
  assert.equal((await deliver(server, world.events[0])).json.accepted, 1);
  const rolled = right["stripe-signature"].replace("v1=", `v1=${"a".repeat(64)},v1=`);
  const repeated = await server.post(path, payload, { "stripe-signature": rolled });
  assert.deepEqual([repeated.status, repeated.json.duplicate], [200, 1]);
  const other = { id: "evt_x", object: "event", created: now, type: "price.updated", data: { object: { id: "p", object: "price" } } };
  assert.deepEqual((await deliver(server, other)).json, {
    success: true, accepted: 0, duplicate: 0, rejected: [], ignored: 1, noted: 0, notes: [],
  });
  // What cannot be kept is answered with 200, since sending it again would change nothing.
  const nobody = { ...other, id: "evt_y", type: "charge.refunded", data: { object: { id: "c", object: "charge", amount_refunded: 5 } } };
  assert.equal((await deliver(server, nobody)).json.rejected[0].code, "missing_group");
  const { stripe: counts, rejected } = await (await fetch(`${server.url}/health`)).json();
  assert.deepEqual(counts, { read: 4, ignored: 1, notes: 0, refused: 16 });
  assert.deepEqual(rejected, { missing_group: 1 });
});

test("a source is made, listed, changed and removed beside a running server; its secret stays inside", async (t) => {
  const data = dataFolder(t);
  const server = await serveStripe(t, data);
  const payload = JSON.stringify(world.events[0]);
  const again = await addSource(data);
  assert.equal(again.code, 5, "there is one already");
  const command = ["source", "add", "stripe", "main", "--replace", "--data", data];
  const replaced = execFileSync(binary, [...command, "--secret-file", "-"], { input: "whsec_new\n" });
  assert.equal(replaced.toString(), `${path}\n`);
  await new Promise((next) => setTimeout(next, 1100));
  assert.equal((await server.post(path, payload, sign(payload))).status, 400);
  assert.equal((await server.post(path, payload, sign(payload, { secret: "whsec_new" }))).status, 200);
  const env = { ...process.env, TWOFOLD_SOURCE_SECRET: secret };
  execFileSync(binary, command, { env });
  await new Promise((next) => setTimeout(next, 1100));
  assert.equal((await server.post(path, payload, sign(payload))).status, 200);
  const listed = await twofold("source", "list", "--data", data);
  assert.match(listed.stdout, /^stripe +main +\/v1\/sources\/stripe\/main\n$/);
  await server.answered();
  await server.stop();
  const exported = await twofold("export", "--data", data);
  for (const text of [listed.stdout, again.stderr, exported.stdout]) assert.ok(!text.includes("whsec"), text);
  assert.match(exported.stdout, /stripe/);

  const wrong = (name, text) => {
    writeFileSync(join(data, "wrong"), text);
    return twofold("source", "add", "stripe", name, "--secret-file", join(data, "wrong"), "--data", data);
  };
  assert.equal((await wrong("a", "sk_live_1")).code, 2);
  assert.ok(!(await wrong("a", "sk_live_1")).stderr.includes("sk_live_1"));
  assert.equal((await wrong("a", "")).code, 2);
  assert.equal((await wrong("a/b", "whsec_1")).code, 2);
  assert.equal((await twofold("source", "add", "stripe", "a", "--data", data)).code, 2);
  assert.equal((await twofold("source", "remove", "stripe", "nobody", "--data", data)).code, 3);
  assert.equal((await twofold("source", "remove", "stripe", "main", "--data", data)).code, 0);
  assert.equal((await twofold("source", "list", "--data", data)).stdout, "");
  assert.ok(!readFileSync(join(data, "server.db")).includes(secret), "a removed secret is overwritten");
});
