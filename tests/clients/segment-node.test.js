// SPDX-License-Identifier: Apache-2.0
// Segment's own client for servers, unchanged, against the real server.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Analytics } from "@segment/analytics-node";
import { ask, dataFolder, Server } from "../lib/server.js";

const users = 400;
const customers = 50;
const tracksEach = 23; // 400 × (identify + group + 23 tracks) = 10,000 calls

test("10,000 calls over a kill -9 count exactly, none lost, none twice", async (t) => {
  const data = dataFolder(t);
  let server = await Server.serve(t, data);
  const port = server.port;
  const client = new Analytics({
    writeKey: server.writeKey,
    host: server.url,
    flushAt: 20,
    maxRetries: 30,
    httpRequestTimeout: 5000,
  });
  const failed = [];
  client.on("error", (error) => failed.push(error));
  let delivered = 0;
  let killed;
  const settled = [];
  const call = (kind, message) =>
    settled.push(
      new Promise((done) => {
        client[kind](message, (error) => {
          if (error) failed.push(error);
          delivered += 1;
          // In the middle, with requests under way.
          if (delivered === 4000) {
            killed = server.kill().then(async () => {
              server = await Server.serve(t, data, port);
            });
          }
          done();
        });
      }),
    );

  for (let u = 0; u < users; ++u) {
    const userId = `user-${u}`;
    call("identify", { userId, traits: { plan: u % 2 === 0 ? "pro" : "free" } });
    call("group", { userId, groupId: `customer-${u % customers}`, traits: { name: `C ${u % customers}` } });
    for (let i = 0; i < tracksEach; ++i) {
      call("track", { userId, event: i % 3 === 0 ? "Exported" : "Viewed", properties: { i } });
    }
    if (u % 20 === 0) await new Promise((next) => setTimeout(next, 5));
  }
  await client.closeAndFlush({ timeout: 120_000 });
  await Promise.all(settled);
  await killed;
  assert.deepEqual(failed, []);
  assert.equal(delivered, users * (2 + tracksEach));
  assert.ok(killed, "the server was killed on the way");
  await server.stop();

  const one = async (question) => (await ask(data, question)).rows.map((row) => row.at(-1));
  assert.deepEqual(await one("trend events of anything in total"), [users * tracksEach]);
  assert.deepEqual(await one('trend events of "Exported" in total'), [users * 8]);
  assert.deepEqual(await one('trend events of "Viewed" in total'), [users * 15]);
  assert.deepEqual(await one("trend users of anything in total"), [users]);
  assert.deepEqual(await one("trend customers of anything in total"), [customers]);
  assert.deepEqual(await one('count users where user.plan = "pro"'), [users / 2]);
  assert.deepEqual(await one("count customers"), [customers]);
  assert.deepEqual(await one('trend sum(event.i) of "Exported" in total'), [
    users * [0, 3, 6, 9, 12, 15, 18, 21].reduce((a, b) => a + b),
  ]);
});

test("what the client sends is refused record by record, and never the batch", async (t) => {
  const data = dataFolder(t);
  const server = await Server.serve(t, data);
  const response = await fetch(`${server.url}/v1/batch/`, {
    method: "POST",
    headers: { "content-type": "text/plain" },
    body: JSON.stringify({
      writeKey: server.writeKey,
      batch: [
        { type: "track", userId: "a", event: "Good", messageId: "m1" },
        { type: "track", event: "Nobody", messageId: "m2" },
        { type: "track", userId: "a", event: "Ancient", timestamp: "0001-01-01T00:00:00Z" },
        { type: "track", userId: "a", event: "Good", messageId: "m1" },
        { type: "dance", userId: "a" },
      ],
    }),
  });
  assert.equal(response.status, 200);
  const receipt = await response.json();
  assert.equal(receipt.accepted, 1);
  assert.equal(receipt.duplicate, 1);
  assert.deepEqual(
    receipt.rejected.map((one) => [one.index, one.code]),
    [
      [1, "missing_id"],
      [2, "time_out_of_range"],
      [4, "unknown_type"],
    ],
  );
  const unknown = await fetch(`${server.url}/v1/batch`, {
    method: "POST",
    body: JSON.stringify({ writeKey: "tfw_nobody", batch: [] }),
  });
  assert.equal(unknown.status, 401);
  const broken = await fetch(`${server.url}/v1/batch`, { method: "POST", body: '{"batch":[' });
  assert.equal(broken.status, 400);
  assert.equal((await (await fetch(`${server.url}/health`)).json()).rejected.missing_id, 1);
});
