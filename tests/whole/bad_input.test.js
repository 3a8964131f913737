// SPDX-License-Identifier: Apache-2.0
// What is wrong gets the code and the words that docs/records.md and docs/limits.md promise, costs
// nothing of what came with it, and never the server.
import assert from "node:assert/strict";
import { connect } from "node:net";
import { after, before, test } from "node:test";
import { gzipSync } from "node:zlib";
import { dataFolder, secretKey, Server } from "../lib/server.js";

const data = dataFolder({ after });
const cleanups = [];
let key;
let server;
let good = 0;
const refused = {};

before(async () => {
  server = await Server.serve({ after: (undo) => cleanups.push(undo) }, data);
  key = await secretKey(data);
});
after(async () => {
  await server?.stop();
  for (const undo of cleanups) undo();
});

const nested = (levels) => "[".repeat(levels) + "]".repeat(levels);
const track = (members) => JSON.stringify({ type: "track", userId: "u", event: "Bad", ...members });
const withProperty = (json) => `{"type":"track","userId":"u","event":"Bad","properties":{"a":${json}}}`;
const next = () => `{"type":"track","userId":"u","event":"Good","properties":{"n":${++good}}}`;
const secret = () => ({ authorization: `Bearer ${key}` });

/** Sends a bad record between two good ones; gives the outcome of the bad one. */
async function between(path, bad, headers = {}) {
  const parts = [`{"writeKey":"${server.writeKey}","batch":[${next()},`, bad, `,${next()}]}`];
  const answer = await server.post(path, Buffer.concat(parts.map((part) => Buffer.from(part))), headers);
  assert.equal(answer.status, 200, answer.text);
  assert.equal(answer.json.accepted, 2, answer.text.slice(0, 300));
  assert.equal(answer.json.rejected.length, 1);
  const [outcome] = answer.json.rejected;
  assert.equal(outcome.index, 1);
  assert.ok(outcome.message.length > 5 && outcome.message.length < 300, outcome.message);
  refused[outcome.code] = (refused[outcome.code] ?? 0) + 1;
  return outcome;
}

const yearOne = "0001-01-01T00:00:00Z";
const events = {
  "JSON with a comma too many": ['{"type":"track",}', "malformed_json"],
  NaN: [withProperty("NaN"), "malformed_json"],
  "a number": ["17", "not_an_object"],
  "a list": ["[]", "not_an_object"],
  null: ["null", "not_an_object"],
  "properties that are none": [track({ properties: 17 }), "not_an_object", /properties/],
  "a context that is none": [track({ context: "x" }), "not_an_object", /context/],
  "no type": ['{"userId":"u"}', "unknown_type"],
  "a type of the wrong type": ['{"type":17,"userId":"u"}', "unknown_type"],
  "an unknown type": ['{"type":"dance","userId":"u"}', "unknown_type", /dance/],
  "money with a write key": ['{"type":"subscription","id":"s"}', "not_allowed", /secret key/],
  "what is not kept yet": ['{"type":"cost"}', "unsupported_type", /cost/],
  "no id": ['{"type":"track","event":"Bad"}', "missing_id", /userId.*anonymousId/],
  "an empty id": [track({ userId: "" }), "missing_id"],
  "an object as id": [track({ userId: {} }), "bad_id", /userId/],
  "a fraction as id": [track({ userId: 1.5 }), "bad_id", /1\.5/],
  "an object as message id": [track({ messageId: {} }), "bad_id", /messageId/],
  "no event": ['{"type":"track","userId":"u"}', "missing_event"],
  "a number as event": [track({ event: 17 }), "missing_event", /17/],
  "no group": ['{"type":"group","userId":"u"}', "missing_group", /groupId/],
  "a time in words": [track({ timestamp: "yesterday" }), "bad_time", /yesterday/],
  "a day that is none": [track({ timestamp: "2026-02-30T00:00:00Z" }), "bad_time", /2026-02-30/],
  "an object as time": [track({ timestamp: {} }), "bad_time"],
  "the year 1": [track({ timestamp: yearOne }), "time_out_of_range"],
  "the year 99999": [track({ timestamp: "99999-01-01T00:00:00Z" }), "time_out_of_range", /99999/],
  "the last second of 1999": [track({ timestamp: "1999-12-31T23:59:59Z" }), "time_out_of_range"],
  "a time in two days": [track({ timestamp: Date.now() + 2 * 86_400_000 }), "time_out_of_range"],
  "a time beyond all years": [track({ timestamp: 1e18 }), "time_out_of_range"],
  "a text of 1 MB": [track({ properties: { a: "x".repeat(1 << 20) } }), "event_too_large", /64 KiB in "a"/],
  "a text of 64 KiB and a byte": [track({ properties: { a: "x".repeat(65_537) } }), "event_too_large"],
  "six texts of 60 kB": [track({ properties: Object.fromEntries([..."abcdef"].map((name) => [name, "x".repeat(60_000)])) }), "event_too_large", /256 KiB/],
  "2 MiB of JSON": [track({ properties: { a: "x".repeat(2 << 20) } }), "event_too_large", /2 MiB/],
  "a long name": [track({ event: "e".repeat(201) }), "name_too_long", /200 bytes/],
  "a long property": [track({ properties: { ["p".repeat(201)]: 1 } }), "name_too_long", /200 bytes/],
  "a long id": [track({ userId: "i".repeat(513) }), "id_too_long", /512 bytes/],
  "2,000 levels": [withProperty(nested(2000)), "too_deep"],
  "33 levels": [withProperty(nested(31)), "too_deep", /32 levels/],
  "1,001 properties": [track({ properties: Object.fromEntries(Array.from({ length: 1001 }, (_, i) => [`p${i}`, i])) }), "too_many_properties", /1000/],
  "2^63": [withProperty("9223372036854775808"), "number_too_large", /2\^63/],
  "a number beyond all": [withProperty("1e400"), "number_too_large"],
  "bytes that are no UTF-8": [Buffer.concat([Buffer.from('{"type":"track","userId":"u","event":"'), Buffer.from([0xff, 0xfe]), Buffer.from('"}')]), "invalid_utf8"],
  "UTF-8 cut short": [Buffer.concat([Buffer.from('{"type":"track","userId":"u","event":"a'), Buffer.from([0xe2, 0x82]), Buffer.from('"}')]), "invalid_utf8"],
};

test("a bad event is refused by name, and those beside it count", async (t) => {
  for (const [name, [bad, code, message]] of Object.entries(events)) {
    await t.test(name, async () => {
      const outcome = await between("/v1/batch", bad);
      assert.equal(outcome.code, code, outcome.message);
      if (message) assert.match(outcome.message, message);
    });
  }
});

const subscription = (members) =>
  JSON.stringify({ type: "subscription", id: "s", customerId: "c", amount: 100, currency: "USD", every: "month", from: "2026-01-01", ...members });
const payment = (members) =>
  JSON.stringify({ type: "payment", id: "p", customerId: "c", amount: 100, currency: "USD", ...members });
const relation = (members) =>
  JSON.stringify({ type: "relation", userId: "u", customerId: "c", from: "2026-01-01", ...members });
const own = {
  "no beginning": [subscription({ from: undefined }), "missing_field", /from/],
  "a relation without beginning": [relation({ from: undefined }), "missing_field", /from/],
  "no customer": [subscription({ customerId: undefined }), "missing_group", /customerId/],
  "no id": [subscription({ id: undefined }), "missing_id"],
  "less than nothing": [subscription({ amount: -1 }), "bad_amount", /-1/],
  "half a cent": [subscription({ amount: 1.5 }), "bad_amount", /1\.5/],
  "more than all money": [subscription({ amount: 10_000_000_000_001 }), "bad_amount"],
  "more than all money by quantity": [subscription({ amount: 1e13, quantity: 2 }), "bad_amount", /quantity/],
  "more than all of it off": [subscription({ discountPercent: 101 }), "bad_amount"],
  "a currency in words": [subscription({ currency: "dollars" }), "bad_currency", /dollars/],
  "every fortnight": [subscription({ every: "fortnight" }), "bad_interval", /fortnight/],
  "every 1,201 months": [subscription({ every: { months: 1201 } }), "bad_interval", /1,200/],
  "more seats than people": [subscription({ quantity: 1_000_000_001 }), "bad_quantity"],
  "seats in quotes": [subscription({ quantity: "3" }), "bad_quantity"],
  "an end before the beginning": [subscription({ until: "2025-12-31" }), "ends_before_start"],
  "the year 1969": [subscription({ from: "1969-12-30" }), "bad_date", /1970/],
  "the year 2200": [relation({ until: "2200-01-02" }), "bad_date", /2199/],
  "the year 1": [relation({ from: yearOne }), "bad_date"],
  "the year 99999": [relation({ from: "99999-01-01" }), "bad_date", /99999/],
  "a role of the wrong type": [relation({ role: 4 }), "bad_role"],
  "a gift": [payment({ kind: "gift" }), "bad_kind", /gift/],
  "metered by words": [subscription({ metered: "yes" }), "bad_field", /metered/],
  "a consent": ['{"type":"consent","userId":"u"}', "unsupported_type", /consent/],
};

test("a bad record of the project's own is refused by name, and those beside it count", async (t) => {
  for (const [name, [bad, code, message]] of Object.entries(own)) {
    await t.test(name, async () => {
      const outcome = await between("/v1/records", bad, secret());
      assert.equal(outcome.code, code, outcome.message);
      if (message) assert.match(outcome.message, message);
    });
  }
});

test("at the limits themselves records are taken", async () => {
  const atLimits = [
    track({ event: "Good", properties: { n: ++good, a: "x".repeat(65_536) } }),
    track({ event: "Good", userId: "i".repeat(512) }),
    `{"type":"track","userId":"u","event":"Good","properties":{"a":${nested(30)}}}`,
    track({ event: "Good", properties: Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`p${i}`, i])) }),
    `{"type":"track","userId":"u","event":"Good","properties":{"a":9223372036854775807}}`,
    track({ event: "Good", timestamp: "2000-01-02" }),
    track({ event: "Good", ["e".repeat(300)]: 1, properties: { ["p".repeat(200)]: 1 } }),
  ];
  good += atLimits.length - 1;
  const answer = await server.post("/v1/batch", `{"writeKey":"${server.writeKey}","batch":[${atLimits}]}`);
  assert.deepEqual(answer.json, { success: true, accepted: atLimits.length, duplicate: 0, rejected: [] });
});

test("lines stand by themselves", async () => {
  const lines = [next(), "not json", next(), '{"type":', ""].join("\n");
  const answer = await server.post("/v1/records", lines, secret());
  assert.equal(answer.json.accepted, 2);
  assert.deepEqual(answer.json.rejected.map((one) => [one.index, one.code]), [[1, "malformed_json"], [3, "malformed_json"]]);
  refused.malformed_json += 2;
});

const inflated = (bytes) => gzipSync(Buffer.alloc(bytes, " "));
const wrongChecksum = (gzip) => (gzip.writeUInt8(gzip.at(-6) ^ 0xff, gzip.length - 6), gzip);
const batch = (inside) => `{"writeKey":"${server.writeKey}",${inside}}`;
const bodies = {
  "nothing": [() => "", 400, "invalid", /not JSON/],
  "words": [() => "hello", 400, "invalid", /not JSON: "hello"/],
  "null": [() => "null", 400, "invalid", /not JSON/],
  "a bracket left open": [() => '{"batch":[', 400, "invalid", /line 1, column 11/],
  "a million brackets": [() => "[".repeat(1_000_000), 400, "invalid", /closing bracket/],
  "a quote left open": [() => batch('"batch":[{"type":"track'), 400, "invalid", /closing quote/],
  "UTF-16": [() => Buffer.from('{"batch":[]}', "utf16le"), 400, "invalid", /not JSON/],
  "a byte over 20 MiB": [() => Buffer.alloc((20 << 20) + 1, " "), 413, "too_large", /20971520 bytes/],
  "60 MB": [() => Buffer.alloc(60_000_000, " "), 413, "too_large", /20971520 bytes/],
  "21 MiB in a little gzip": [() => inflated(21 << 20), 413, "too_large", /20 MiB/],
  "400 MiB in a little gzip": [() => inflated(400 << 20), 413, "too_large", /20 MiB/],
  "gzip within gzip": [() => gzipSync(inflated(21 << 20)), 400, "invalid", /not JSON/],
  "gzip cut short": [() => gzipSync(batch('"batch":[]')).subarray(0, 30), 400, "invalid", /too early/],
  "damaged gzip": [() => wrongChecksum(gzipSync(batch('"batch":[]'))), 400, "invalid", /damaged/],
  "500,001 records": [() => batch(`"batch":[${"1,".repeat(500_000)}1]`), 413, "too_large", /500,000/],
  "1 MiB around the batch": [() => batch(`"x":"${"y".repeat(1 << 20)}","batch":[]`), 413, "too_large", /1 MiB/],
  "a wrong key": [() => '{"writeKey":"tfw_guess","batch":[]}', 401, "denied", /write key/],
  "a number as key": [() => '{"writeKey":17,"batch":[]}', 401, "denied", /write key/],
  "no key": [() => '{"batch":[]}', 401, "denied", /write key/],
};

test("a body that is wrong as a whole is refused with status, code and words", async (t) => {
  for (const [name, [body, status, code, message]] of Object.entries(bodies)) {
    await t.test(name, async () => {
      const answer = await server.post("/v1/batch", body());
      assert.equal(answer.status, status, answer.text);
      assert.equal(answer.json.error.code, code);
      assert.match(answer.json.error.message, message);
    });
  }
  const brotli = await server.post("/v1/batch", "x", { "content-encoding": "br" });
  assert.equal(brotli.status, 400);
  assert.match(brotli.json.error.message, /gzip or deflate: "br"/);
});

test("keys open what they are for and nothing else", async () => {
  const status = async (path, headers, method = "POST") =>
    (await fetch(server.url + path, { method, headers, body: method === "POST" ? "{}" : undefined })).status;
  const write = { authorization: `Bearer ${server.writeKey}` };
  const guess = { authorization: "Bearer tfs_guess" };
  for (const headers of [{}, write, guess]) {
    assert.equal(await status("/v1/records", headers), 401);
    assert.equal(await status("/v1/ask", headers), 401);
    assert.equal(await status("/v1/ask/parse", headers), 401);
    assert.equal(await status("/v1/schema", headers, "GET"), 401);
    assert.equal(await status("/v1/find?q=u", headers, "GET"), 401);
    assert.equal(await status("/v1/users/u", headers, "GET"), 401);
  }
  assert.equal(await status("/v1/users/u", secret(), "GET"), 200);
  assert.equal(await status("/v1/users/nobody", secret(), "GET"), 404);
  assert.equal(await status("/v1/customers/nobody", secret(), "GET"), 404);
  assert.equal(await status("/v1/session", {}), 400);
});

test("wrong methods and unknown routes are named as such", async () => {
  const call = (path, method) => fetch(server.url + path, { method });
  for (const [path, method, allowed] of [
    ["/v1/batch", "GET", "POST, OPTIONS"],
    ["/v1/records", "PUT", "POST"],
    ["/v1/ask", "DELETE", "POST"],
    ["/v1/ask", "OPTIONS", "POST"],
    ["/health", "POST", "GET, HEAD"],
    ["/v1/session", "PATCH", "GET, HEAD, POST, DELETE"],
  ]) {
    const answer = await call(path, method);
    assert.equal(answer.status, 405, path);
    assert.equal(answer.headers.get("allow"), allowed);
    assert.equal((await answer.json()).error.code, "invalid");
  }
  for (const path of ["/v1/nothing", "/etc/passwd", "/assets/..%2f..%2f..%2fetc/passwd", "/v1/customers/"]) {
    const answer = await call(path, "GET");
    assert.equal(answer.status, 404, path);
    assert.equal((await answer.json()).error.code, "not_found");
  }
});

test("an address that holds anything is answered in JSON", async () => {
  const get = (path) => fetch(server.url + path, { headers: secret() });
  for (const id of ["%ff%fe", "%00", "a%0d%0ab", "%22%3cscript%3e", "x".repeat(5000), "%zz", "..%2f..%2f"]) {
    for (const path of [`/v1/customers/${id}`, `/v1/users/${id}`]) {
      const answer = await get(path);
      assert.equal(answer.status, 404, path.slice(0, 40));
      const { error } = await answer.json();
      assert.equal(error.code, "not_found");
      assert.ok(error.message.length < 300, "what was asked for is cut");
    }
    const found = await get(`/v1/find?q=${id}`);
    assert.deepEqual(await found.json(), { customers: [], users: [] });
  }
});

/** Sends bytes on a connection of its own; gives what came back until the end or for a second. */
function raw(bytes, { end = false } = {}) {
  return new Promise((done) => {
    let answer = "";
    const socket = connect(server.port, "127.0.0.1", () => (end ? socket.end(bytes) : socket.write(bytes)));
    socket.on("data", (part) => (answer += part));
    socket.on("error", () => {});
    socket.on("close", () => done(answer));
    socket.setTimeout(1000, () => socket.destroy());
  });
}

test("what is no request, or half of one, costs nothing but its connection", async () => {
  const head = (length) => `POST /v1/batch HTTP/1.1\r\nHost: x\r\nContent-Length: ${length}\r\n\r\n`;
  assert.match(await raw("hello\r\n\r\n"), /^HTTP\/1\.1 400 .*"code":"invalid"/s);
  assert.match(await raw(Buffer.alloc(300, 0xff)), /^$|^HTTP\/1\.1 400/);
  assert.match(await raw(`GET / HTTP/1.1\r\nX: ${"y".repeat(40_000)}\r\n\r\n`), /^HTTP\/1\.1 431 .*32768 bytes/s);
  assert.match(await raw(`GET /${"y".repeat(40_000)} HTTP/1.1\r\n\r\n`), /^HTTP\/1\.1 431 /);
  assert.match(await raw(head("seven")), /^HTTP\/1\.1 400 /);
  assert.match(await raw(head(21 << 20)), /^HTTP\/1\.1 413 /, "answered before the body is sent");
  const event = batch(`"batch":[{"type":"track","userId":"half","event":"Half"}]`);
  assert.equal(await raw(head(event.length + 1) + event, { end: true }), "", "a byte is missing");
  assert.equal(await raw("POST /v1/batch HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{\"bat", { end: true }), "");
  assert.match(await raw("POST /v1/batch HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n", { end: true }), /^$|^HTTP\/1\.1 400/);
  const halves = await server.ask(key, "count users");
  assert.equal(halves.json.rows[0][0], 2, "u and iii…: nothing of the halves was taken");
});

const ofGood = 'trend events of "Good"';
const questions = {
  "an unknown event": ['trend users of "Goood"', 400, /no event "Goood"; did you mean "Good"\?/, [1, 16], '"Good"'],
  "an unknown property": ['count users where user.nothing = 1', 400, /no property user\.nothing/, [1, 19]],
  "a property nearly known": ['trend events of "Good"[nn = 1]', 400, /event\.nn/, [1, 24]],
  "an unknown role": ["count users where role is adimn", 400, /did you mean admin\?/, [1, 19]],
  "a word nearly known": ["cuont users", 400, /did you mean count\?/, [1, 1], "count"],
  "a place in the second line": ['count users\nwhere user.nothing = 1', 400, /user\.nothing/, [2, 7]],
  "a kind to come": ['lifecycle of "Good"', 400, /trend, count, list, funnel, retention, sides and overlap/, [1, 1]],
  "money of users": ["count users, sum(customer.mrr)", 400, /money belongs to customers/, [1, 18], "count customers, sum(customer.mrr)"],
  "within without a funnel": ["count users within 3 days", 400, /clause of funnel/, [1, 13]],
  "every in a list": ["list users every day", 400, /clause of trend, count, retention, sides and overlap, not of list/, [1, 12]],
  "a funnel of one step": ['funnel "Good"', 400, /expected/, [1, 14]],
  "a range that ends first": [`${ofGood} from 2026-02-01 to 2026-01-01`, 400, /ends after it begins/, [1, 24]],
  "a day that is none": [`${ofGood} since 2026-02-30`, 400, /no date/, [1, 30]],
  "no intervals": [`${ofGood} over the last 0 days`, 400, /at least 1/],
  "too many intervals": [`${ofGood} every hour over the last 100001 hours`, 413, /at most 100000/],
  "an unknown zone": ['count users in zone "Mars/Base"', 400, /no such time zone/, [1, 13]],
  "a pattern that is none": ['count users where user.id matches "("', 400, /not a pattern/, [1, 19]],
  "a zero byte": ["count users\u0000", 400, /u0000/, [1, 12]],
  "a number too large": ["count users where user.id > 99999999999999999999", 400, /too large/],
  "21 steps": [`funnel ${Array(21).fill('"Good"').join(" > ")}`, 413, /at most 20 steps/],
  "2,000 parentheses": [`count users where ${"(".repeat(2000)}paying${")".repeat(2000)}`, 413, /100 levels/],
  "5,000 times not": [`count users where ${"not ".repeat(5000)}paying`, 413, /100 levels/],
  "70,000 bytes": [`count users -- ${"x".repeat(70_000)}`, 413, /65536 bytes/],
};

test("a question that makes no sense gets the place, the words and what was meant", async (t) => {
  for (const [name, [question, status, message, at, suggestion]] of Object.entries(questions)) {
    await t.test(name, async () => {
      const { status: found, json, text } = await server.ask(key, question);
      assert.equal(found, status, text);
      assert.equal(json.error.code, status === 413 ? "too_large" : "invalid");
      assert.match(json.error.message, message);
      assert.ok(json.error.message.length < 400);
      if (at) assert.deepEqual([json.error.at.line, json.error.at.column], at);
      if (suggestion) assert.equal(json.error.suggestion, suggestion);
    });
  }
});

const count = { kind: "count", of: "users" };
const requests = {
  "nothing": ["", 400, "invalid", /must be JSON/],
  "words": ["count users", 400, "invalid", /must be JSON/],
  "both forms": [{ ask: "count users", question: count }, 400, "invalid", /either/],
  "a number": [{ ask: 17 }, 400, "invalid", /must be a text/],
  "an unknown member": [{ question: { ...count, wher: {} } }, 400, "invalid", /wher/],
  "a wrong member": [{ question: { kind: "count", of: "dogs" } }, 400, "invalid", /^of: .*users, customers/],
  "a clause of another kind": [{ question: { ...count, order: "strict" } }, 400, "invalid", /order/],
  "1,000 levels": [`{"question":${nested(1000)}}`, 413, "too_large", /400 levels/],
  "a million levels": [`{"question":${nested(1_000_000)}}`, 413, "too_large", /400 levels/],
  "a million levels to open": [`{"ask":"count users","open":{"a":${nested(1_000_000)}}}`, 413, "too_large", /400 levels/],
  "2 MiB of a word": [{ question: { kind: "count", of: "u".repeat(2_100_000) } }, 413, "too_large", /2097152 bytes/],
  "3 MB": ["x".repeat(3_000_000), 413, "too_large", /bytes/],
  "a wrong time": [{ ask: "count users", at: "tomorrow" }, 400, "invalid", /tomorrow/],
  "the year 99999": [{ ask: "count users", at: "99999-01-01" }, 400, "invalid", /99999/],
  "a limit below zero": [{ ask: "list users", limit: -1 }, 400, "invalid", /-1/],
  "a position not held": [{ ask: "count users", position: 999_999_999 }, 404, "not_found", /held no longer/],
  "a step of no funnel": [{ ask: "count users", open: { step: 2 } }, 400, "invalid", /no steps/],
  "bytes that are no UTF-8": [Buffer.concat([Buffer.from('{"ask":"count '), Buffer.from([0xff]), Buffer.from('"}')]), 400, "invalid", /must be JSON/],
};

test("a request that asks wrongly is refused with status, code and words", async (t) => {
  for (const [name, [body, status, code, message]] of Object.entries(requests)) {
    await t.test(name, async () => {
      const sent = typeof body === "string" || Buffer.isBuffer(body) ? body : JSON.stringify(body);
      for (const path of ["/v1/ask", "/v1/ask/parse"]) {
        if (path.endsWith("parse") && /step of|position/.test(name)) continue; // says nothing of answers
        const answer = await server.post(path, sent, secret());
        assert.equal(answer.status, status, answer.text.slice(0, 300));
        assert.equal(answer.json.error.code, code);
        assert.match(answer.json.error.message, message);
      }
    });
  }
});

test("after all this it serves, every good record counts once, and refusals are counted", async () => {
  await server.answered();
  const counted = await server.ask(key, `${ofGood} over all time in total`);
  assert.deepEqual(counted.json.rows, [[good]]);
  assert.equal((await server.ask(key, 'count users where did "Bad"')).status, 400, "no such event was kept");
  const health = await (await fetch(`${server.url}/health`)).json();
  assert.equal(health.ok, true);
  assert.deepEqual(health.rejected, refused);
});
