// SPDX-License-Identifier: Apache-2.0
// Tables from elsewhere, into a folder and into a server: what a dry run says is what an import does,
// the same file counts once, and what nobody would save from a spreadsheet costs no good row.
import assert from "node:assert/strict";
import { exec } from "node:child_process";
import { copyFileSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import { ask, binary, dataFolder, root, secretKey, Server, start, twofold } from "../lib/server.js";

const relations = "relation userId=email customerId=account role=role from=start until=end";
const members = [
  "email,account,role,start,end,note",
  "ana@acme.example,acme,admin,2026-01-01,,first",
  "bo@acme.example,acme,,2026-01-01,2026-02-01,\"has, a comma\"",
  "bo@acme.example,globex,viewer,2026-02-01,2026-01-01,ends too early",
  "cy@globex.example,globex,viewer,2026-02-01,,\"two",
  "lines\"",
  ",globex,viewer,2026-02-01,,nobody",
  "di@globex.example,globex,viewer,2026-02-01,",
  "ed@globex.example,globex,viewer,01.02.2026,,a date of elsewhere",
  "",
].join("\n");

const counts = (text) => /: (\d+) accepted, (\d+) already here, (\d+) rejected/.exec(text).slice(1).map(Number);

/** Writes a file; gives its path. */
function write(folder, name, content) {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

/** Imports with `map` (or several) into a folder. */
const load = (data, map, path, ...options) =>
  twofold("import", "--from", "csv", ...[map].flat().flatMap((one) => ["--map", one]), "--data", data, ...options, path);

test("docs/csv.md's example says and does what stands there", async (t) => {
  const cwd = dataFolder(t);
  const blocks = [...readFileSync(join(root, "docs/csv.md"), "utf8").matchAll(/^```\n(.*?)^```$/gms)].map((one) => one[1]);
  write(cwd, "members.csv", blocks[0]);
  const type = (line) =>
    promisify(exec)(line.replace(/^twofold/, binary), { cwd }).catch(({ code, stdout }) => ({ code, stdout }));
  const dry = await type(blocks[1]);
  assert.deepEqual([dry.code, dry.stdout], [2, blocks[2]]);
  assert.deepEqual(counts((await type(blocks[1].replace("--dry-run", ""))).stdout), [2, 0, 1]);
});

const told = [
  "line 2: would state relation ana@acme.example -> acme, role admin, from 2026-01-01 until …",
  "line 3: would state relation bo@acme.example -> acme, role user, from 2026-01-01 until 2026-02-01",
  'line 4: rejected, ends_before_start: until is not after from: 2026-01-01T00:00:00.000Z (columns "start", "end"); the rule: until is after from',
  "line 5: would state relation cy@globex.example -> globex, role viewer, from 2026-02-01 until …",
  'line 7: rejected, missing_id: userId is missing (column "email"); the rule: an event has a userId or an anonymousId; other records their ids',
  "line 8: rejected, malformed_csv: the row has 5 fields and the header 6 columns; the rule: a row has as many fields as the header has columns, and its quotes are closed and doubled",
  'line 9: rejected, bad_date: from is not a date like 2026-03-01 from 1970 to 2199: "01.02.2026" (column "start"); the rule: a date of a relation or of money is a time from 1970 to 2199',
];
const known = (line) => line.replace(": would ", ": already here, so it would not again ");

test("a dry run says row by row what an import does, and keeps nothing", async (t) => {
  const folder = dataFolder(t);
  const data = join(folder, "data");
  const path = write(folder, "members.csv", members);

  const dry = await load(data, relations, path, "--dry-run");
  assert.equal(dry.code, 2);
  assert.deepEqual(dry.stdout.split("\n").slice(0, 7), told);
  assert.match(dry.stdout, /members\.csv as relation: would take 3, 0 already here, would reject 4; nothing was kept/);
  assert.match(dry.stderr, /4 lines would be rejected/);
  assert.ok(!existsSync(data), "no folder was made");

  const real = await load(data, relations, path);
  assert.equal(real.code, 2);
  assert.deepEqual(counts(real.stdout), [3, 0, 4]);
  assert.match(real.stdout, /line 4: until is not after from: .* \(columns "start", "end"\)\n {2}line 7: .*\n {2}line 8: /);
  const answer = () => ask(data, "list users show user.customers");
  const before = (await answer()).rows.sort();
  const again = await load(data, relations, path, "--dry-run");
  assert.deepEqual(again.stdout.split("\n").slice(0, 7), told.map(known));
  assert.deepEqual((await answer()).rows.sort(), before);
});

test("a server is told the same, and keeps nothing of a dry run", async (t) => {
  const data = dataFolder(t);
  const path = write(data, "members.csv", members);
  const key = await secretKey(data);
  const server = await Server.serve(t, data);
  const send = (...options) =>
    twofold("import", "--from", "csv", "--map", relations, "--url", server.url, "--key", key, ...options, path);
  const position = async () => (await (await fetch(`${server.url}/health`)).json()).durable;

  const before = await position();
  const dry = await send("--dry-run");
  assert.deepEqual([dry.code, dry.stdout.split("\n").slice(0, 7)], [2, told]);
  assert.equal(await position(), before);
  assert.deepEqual(counts((await send()).stdout), [3, 0, 4]);
  assert.deepEqual(counts((await send()).stdout), [0, 3, 4]);
  assert.deepEqual((await send("--dry-run")).stdout.split("\n").slice(0, 7), told.map(known));
  assert.equal((await server.ask(key, "count users")).json.rows[0][0], 3);
});

test("dry runs are there for every way in", async (t) => {
  const data = dataFolder(t);
  const key = await secretKey(data);
  const server = await Server.serve(t, data);
  const secret = { authorization: `Bearer ${key}` };
  const event = '{"type":"track","userId":"u","event":"Seen","timestamp":"2026-01-01","messageId":"m"}';
  const would = { index: 0, do: 'add event "Seen" of u at 2026-01-01' };
  for (const path of ["/v1/records?dry_run=true", "/v1/records?dry_run=1", `/v1/batch?dry_run=true`]) {
    const body = path.startsWith("/v1/batch") ? `{"writeKey":"${server.writeKey}","batch":[${event},7]}` : `[${event},7]`;
    const { json } = await server.post(path, body, path.startsWith("/v1/batch") ? {} : secret);
    assert.deepEqual([json.accepted, json.rejected.length, json.dry_run, json.would], [1, 1, true, [would]], path);
  }
  assert.equal((await server.post("/v1/records", event, secret)).json.accepted, 1);
  const after = await server.post("/v1/records?dry_run=true", event, secret);
  assert.deepEqual(after.json.would, [{ ...would, duplicate: true }]);
  assert.equal(after.json.duplicate, 1);

  const jsonl = write(data, "one.jsonl", event.replace('"m"', '"m2"') + "\n\nno json\n");
  const local = dataFolder(t);
  const dry = await twofold("import", "--dry-run", "--data", local, jsonl);
  assert.match(dry.stdout, /^line 1: would add event "Seen" of u at 2026-01-01\nline 3: rejected, malformed_json: /);
  const stripe = write(data, "stripe.jsonl", '{"object":"customer","id":"cus_1","created":1767225600,"name":"Acme"}\n');
  for (const to of [["--data", local], ["--url", server.url, "--key", key]]) {
    const objects = await twofold("import", "--dry-run", "--from", "stripe-json", ...to, stripe);
    assert.match(objects.stdout, /^object 1: would state customer stripe:cus_1/, objects.stdout);
  }
  assert.deepEqual(readdirSync(local), [], "nothing was made");
});

test("what a dry run tells has a bound, and what is beyond is counted", async (t) => {
  const data = dataFolder(t);
  const key = await secretKey(data);
  const server = await Server.serve(t, data);
  const count = 470_000;
  const body = '{"type":"track","userId":"u","event":"E"}\n'.repeat(count);
  const { json, text } = await server.post("/v1/records?dry_run=true", body, { authorization: `Bearer ${key}` });
  assert.equal(json.accepted, count);
  assert.ok(json.untold > 0 && json.would.length > 0);
  assert.equal(json.would.length + json.untold, count);
  assert.ok(text.length > 32 << 20 && text.length < (32 << 20) + 1000, `${text.length} bytes`);
});

test("the same file counts once, under whatever name, and another map is another import", async (t) => {
  const data = dataFolder(t);
  const visits = ["who,what,when,n"];
  for (let i = 0; i < 50; ++i) visits.push(`u${i % 5},Visited,2026-01-0${1 + (i % 9)},${i % 3}`);
  const path = write(data, "visits.csv", visits.join("\r\n"));
  const map = "track event=what userId=who timestamp=when properties.n=n";
  assert.deepEqual(counts((await load(data, map, path)).stdout), [50, 0, 0]);
  assert.deepEqual(counts((await load(data, map, path)).stdout), [0, 50, 0]);
  copyFileSync(path, join(data, "renamed.csv"));
  assert.deepEqual(counts((await load(data, map, join(data, "renamed.csv"))).stdout), [0, 50, 0]);
  assert.deepEqual(counts((await load(data, "track properties.n=\"n\" event=what  timestamp=when userId=who", path, "--delimiter", ",")).stdout), [0, 50, 0]);
  const total = async () => (await ask(data, "trend events of anything, sum(event.n) of \"Visited\" over all time in total")).rows;
  assert.deepEqual(await total(), [[50, 49]]);

  // Several maps are one import each, in their order.
  const both = await load(data, ["identify userId=who traits.last=when", "track event=const:Called userId=who timestamp=when"], path);
  assert.match(both.stdout, /visits\.csv as identify: 50 accepted.*\n.*visits\.csv as track: 50 accepted/);
  assert.equal((await ask(data, 'trend events of "Called" over all time in total')).rows[0][0], 50);
  const packed = write(data, "visits.csv.gz", gzipSync(readFileSync(path)));
  assert.deepEqual(counts((await load(data, map, packed)).stdout), [50, 0, 0], "a packed file is another one");
});

test("an import of a table that is killed counts every row once when it is done again", async (t) => {
  const data = dataFolder(t);
  const rows = ["who,n,note"];
  for (let i = 0; i < 150_000; ++i) rows.push(`u${i % 500},${i % 10},"the same\nagain ""${i % 7}"""`);
  const path = write(data, "many.csv", rows.join("\n") + "\n");
  const map = "track event=const:Done userId=who timestamp=const:2026-01-01 properties=*";
  const { process, ended } = start("import", "--from", "csv", "--map", map, "--data", data, path);
  const log = join(data, "projects", "main", "log");
  const bytes = () => (existsSync(log) ? readdirSync(log).reduce((sum, name) => sum + statSync(join(log, name)).size, 0) : 0);
  const end = Date.now() + 60_000;
  while (bytes() < 2_000_000) {
    assert.ok(Date.now() < end, "waited for a minute");
    await new Promise((next) => setTimeout(next, 1));
  }
  process.kill("SIGKILL");
  assert.deepEqual(await ended, [null, "SIGKILL"]);
  const total = async () => (await ask(data, "trend events of anything, sum(event.n) of \"Done\" over all time in total")).rows[0];
  const [before] = await total();
  assert.ok(before > 0 && before < 150_000, `killed in the middle, at ${before}`);
  assert.deepEqual(counts((await load(data, map, path)).stdout), [150_000 - before, before, 0]);
  assert.deepEqual(await total(), [150_000, 675_000]);
});

test("every kind of record comes from a table", async (t) => {
  const data = dataFolder(t);
  const tables = [
    ["customers.csv", "id;name;stripe;seats;zip\nacme;\"Acme; Inc\";cus_1;12;01234\nglobex;Globex;;3;9000\n",
      "customer customerId=id keys.stripe=stripe traits.name=name traits.seats=seats traits.zip=zip"],
    ["people.csv", "\uFEFFid\tMail\tcountry\nana\tana@acme.example\tNO\nbo\tbo@acme.example\tDE\n",
      "identify userId=id traits.email=Mail traits=*"],
    ["teams.csv", "who,team,role\nana,acme,admin\n", "group userId=who groupId=team role=role timestamp=const:2026-01-01"],
    ["owners.csv", "who,team,since\nbo,acme,31.01.2026 10:00\n",
      "relation userId=who customerId=team role=const:buyer from=date(%d.%m.%Y %H:%M@Europe/Oslo):since"],
    ["same.csv", "old,new\nbobby,bo\n", "alias previousId=old userId=new"],
    ["merged.csv", "old,new\ninitech,globex\n", "alias previousCustomerId=old customerId=new"],
    ["subscriptions.csv", "id,account,plan,price,interval,seats,from\nsub_1,stripe:cus_1,Pro,99.50,month,3,2026-01-15\n",
      "subscription id=id customerId=account plan=plan amount=money:price currency=const:USD every=interval quantity=seats from=from"],
    ["payments.csv", "id,account,paid,cur,on\nch_1,acme,298.5,usd,2026-02-15\n",
      "payment id=id customerId=account amount=money:paid currency=cur time=on"],
    ["events.csv", "user,name,at,format\nana,Exported,1772366400,pdf\nbobby,Exported,1772366400,csv\n",
      "track userId=user event=name timestamp=date(unix):at properties.format=format"],
    ["pages.csv", "visitor,page\nv1,Pricing\n", "page anonymousId=visitor name=page timestamp=const:2026-03-01"],
    ["screens.csv", "visitor,page\nv1,Start\n", "screen anonymousId=visitor name=page timestamp=const:2026-03-01"],
  ];
  for (const [name, content, map] of tables) {
    const path = write(data, name, content);
    const { code, stdout, stderr } = await load(data, map, path);
    assert.equal(code, 0, `${name}: ${stdout}${stderr}`);
    assert.equal(counts(stdout)[0], content.trim().split("\n").length - 1, name);
  }
  const rows = async (question) => (await ask(data, question)).rows;
  const acme = 'list customers where customer.id = "acme" show customer.name, customer.mrr, customer.seats, customer.zip';
  assert.deepEqual(await rows(acme), [["acme", "Acme; Inc", 298.5, 3, "01234"]]);
  assert.deepEqual(await rows("count users where user.country = \"NO\""), [[1]]);
  assert.deepEqual(await rows("count users where role is buyer"), [[1]]);
  assert.deepEqual(await rows('trend users of "Exported" over all time in total'), [[2]]);
  assert.deepEqual(await rows('trend events of "Exported"[format = "csv"] over all time in total'), [[1]]);
  assert.deepEqual(await rows('trend users of "Page Viewed" over all time in total'), [[1]]);
});

const hostile = {
  "an empty file": ["", "identify userId=u", /the file has no row/],
  "blank lines alone": ["\r\n\n", "identify userId=u", /the file has no row/],
  "a header of Latin-1": [Buffer.from("u,stra\xdfe\n1,2\n", "latin1"), "identify userId=u", /header is no UTF-8 text/],
  "UTF-16": [Buffer.from("\uFEFFu,x\n1,2\n", "utf16le"), "identify userId=u", /header is no UTF-8 text/],
  "lines that end with CR": ["u,x\r1,2\r", "identify userId=u", /CR alone/],
  "a column that is not there": ["user,x\n1,2\n", "identify userId=usr", /no column "usr" \(for userId\); it has "user", "x"\n.*did you mean "user"\?/],
  "a column that is there twice": ["u,x,x\n1,2,3\n", "identify userId=u traits.x=x", /two columns of this name.*"x"/],
  "no such field": ["u\n1\n", "identify usrId=u", /no field "usrId"; it has userId, .*\n.*did you mean userId\?/],
  "no such kind": ["u\n1\n", "indentify userId=u", /kind of record .*"indentify"\n.*did you mean identify\?/],
  "a field that is needed": ["u\n1\n", "relation userId=u customerId=u", /a relation needs from/],
  "a form of dates that is none": ["u\n1\n", "identify userId=u timestamp=date(dd.mm.yyyy):u", /%d\.%m\.%Y/],
  "10,001 columns": [",".repeat(10_000) + "\n", "identify userId=u", /10001 columns, more than 10000/],
};

test("a file or map that is wrong as a whole is refused before anything is taken in", async (t) => {
  const folder = dataFolder(t);
  const data = join(folder, "data");
  const good = write(folder, "good.csv", "u\n1\n");
  for (const [name, [content, map, message]] of Object.entries(hostile)) {
    const path = write(folder, "bad.csv", content);
    const { code, stderr } = await load(data, map, good, path);
    assert.match(stderr, message, name);
    assert.ok(code === 2 || code === 6, `${name}: ${code}`);
  }
  assert.match((await twofold("import", "--from", "csv", "--data", data, good)).stderr, /needs --map/);
  assert.match((await twofold("import", "--map", relations, "--data", data, good)).stderr, /are for --from csv/);
  assert.ok(!existsSync(data), "nothing was made, and no file before it taken in");
});

test("what is wrong in one row costs no other row", async (t) => {
  const data = dataFolder(t);
  const huge = "x".repeat(100 << 20);
  const bad = [
    '"never closed,1', '"closed"too early,1', '5" pipe,1', "alone", "one,two,three",
    Buffer.from("zero\0byte,1"), Buffer.from("stra\xdfe,1", "latin1"), `${huge},1`, `"${huge}",1`,
  ];
  const parts = ["u,x\r\n"];
  let good = 0;
  const expected = [];
  for (const row of bad) {
    parts.push(`good${good++},1\r\n`, row, "\r\n");
    expected.push(2 * good + 1);
  }
  parts.push(`good${good++},1`);
  const path = write(data, "bad.csv", Buffer.concat(parts.map((part) => Buffer.from(part))));
  const { stdout, code } = await load(data, "identify userId=u traits.x=x", path);
  assert.equal(code, 2);
  assert.deepEqual(counts(stdout), [good, 0, bad.length], stdout.slice(0, 2000));
  assert.deepEqual([...stdout.matchAll(/^ {2}line (\d+):/gm)].map((one) => Number(one[1])), expected);
  assert.match(stdout, / {2}bad_field: 1\n {2}event_too_large: 2\n {2}invalid_utf8: 1\n {2}malformed_csv: 5\n/);
  const header = write(data, "header.csv", "u,x\n");
  assert.deepEqual(counts((await load(data, "identify userId=u", header)).stdout), [0, 0, 0]);
  assert.equal((await ask(data, "count users")).rows[0][0], good);
});
