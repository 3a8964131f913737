// SPDX-License-Identifier: Apache-2.0
// Twofold beside ClickHouse and DuckDB: the same events, the same questions, in one run. Fails when
// answers differ. `make bench` runs it; `node bench/peers/bench.js --help` says what can be chosen.
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { Peer, Twofold } from "./answers.js";
import { LineProcess } from "./line_process.js";
import { measureKernels, runKernels } from "./kernels.js";
import { measure } from "./measure.js";
import { pairs, questions } from "./questions.js";
import { bytesTable, memoryTable, pairsTable, questionsTable, threadsTable } from "./report.js";
import { fillClickHouse, fillDuckDb } from "./tables.js";

const here = path.dirname(fileURLToPath(import.meta.url));
const root = path.resolve(here, "../..");
const { values: options } = parseArgs({
  options: {
    events: { type: "string", default: "2000000" },
    seed: { type: "string", default: "1" },
    rounds: { type: "string", default: "7" },
    threads: { type: "string", default: "1,2" },
    only: { type: "string", default: "" },
    folder: { type: "string", default: path.join(os.tmpdir(), "twofold-beside") },
    beside: { type: "string", default: path.join(root, "build/release/bin/beside") },
    kernels: { type: "string", default: path.join(root, "build/release/bin/kernel_speed") },
    table: { type: "string", default: "" },
    keep: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});
if (options.help) {
  console.log(`node bench/peers/bench.js [--events 2000000] [--rounds 7] [--threads 1,2]
  [--only TEXT]    questions whose name has this in it
  [--folder F]     where to work; emptied first, and at the end
  [--keep]         leave what was loaded there; the next run with --keep and the same world asks
                   it again
  [--table FILE]   writes the tables there, as Markdown`);
  process.exit(0);
}

const say = (text) => console.log(`[${process.uptime().toFixed(0).padStart(4)} s] ${text}`);
const threads = options.threads.split(",").map(Number);
const inFolder = (name) => path.join(options.folder, name);

const program = (name, data) => new LineProcess("node", [path.join(here, name), inFolder(data)]);
const world = JSON.stringify({ events: options.events, seed: options.seed });
const kept = inFolder("loaded.json");

async function load() {
  fs.rmSync(options.folder, { recursive: true, force: true });
  fs.mkdirSync(options.folder, { recursive: true });
  const twofold = new LineProcess(options.beside, [
    "--events", options.events, "--seed", options.seed, "serve", inFolder("twofold"),
  ]);
  const loaded = await twofold.next();
  say(`Twofold has ${loaded.events} events in ${loaded.parts} parts and ${loaded.head_rows} rows ` +
    `in the head; nine in ten took ${loaded.bulk_seconds.toFixed(1)} s, merging them ` +
    `${loaded.compact_seconds.toFixed(1)} s, a start ${loaded.start_seconds.toFixed(2)} s, the ` +
    `late ones ${loaded.late_seconds.toFixed(1)} s`);
  const clickhouse = program("clickhouse.js", "clickhouse");
  await fillClickHouse(clickhouse, options);
  say("ClickHouse has its tables");
  const duckdb = program("duckdb.js", "duckdb.db");
  await fillDuckDb(duckdb, clickhouse, options.folder);
  say("DuckDB has its tables");
  if (options.keep) fs.writeFileSync(kept, world);
  return { twofold, clickhouse, duckdb };
}

async function loadedBefore() {
  const twofold = new LineProcess(options.beside, ["again", inFolder("twofold")]);
  const loaded = await twofold.next();
  say(`Twofold has ${loaded.events} events of an earlier run in ${loaded.parts} parts and ` +
    `${loaded.head_rows} rows in the head; its start took ${loaded.start_seconds.toFixed(2)} s`);
  return {
    twofold,
    clickhouse: program("clickhouse.js", "clickhouse"),
    duckdb: program("duckdb.js", "duckdb.db"),
  };
}

const isKept = () => options.keep && fs.existsSync(kept) && fs.readFileSync(kept, "utf8") === world;

const ask = async (engine, sql) => (await engine.request(JSON.stringify({ sql }))).rows;

async function versions({ clickhouse, duckdb }) {
  const git = execFileSync("git", ["-C", root, "describe", "--always", "--dirty"]);
  const commit = git.toString().trim();
  const [cpu] = os.cpus();
  return `${Number(options.events) / 1e6} M events; Twofold ${commit}, ClickHouse ${
    (await ask(clickhouse, "SELECT version()"))[0]}, DuckDB ${
    (await ask(duckdb, "SELECT version()"))[0]}; ${os.cpus().length} × ${cpu.model}, ${
    Math.round(os.totalmem() / 2 ** 30)} GB, Linux ${os.release()}`;
}

async function bytes({ twofold, clickhouse, duckdb }) {
  const columns = await ask(clickhouse, `SELECT name, data_compressed_bytes FROM system.columns
    WHERE database = currentDatabase() AND table = 'events'`);
  const [[rows]] = await ask(clickhouse, "SELECT count() FROM events");
  const theirs = {
    columns: Object.fromEntries(columns.map(([name, count]) => [name, Number(count)])),
    rows: Number(rows),
  };
  const duckdbBytes = fs.statSync(inFolder("duckdb.db")).size;
  return bytesTable(await twofold.request("bytes"), theirs, duckdbBytes);
}

function sayRow(row) {
  const ms = (seconds) => `${(seconds * 1e3).toFixed(1)} ms`;
  const peers = Object.entries(row.peers).map(([key, { plan, seconds, ratio }]) =>
    `${key} ${plan ? `${ms(seconds)}, ${ratio.toFixed(1)}×, ${plan}` : "over the limit"}`);
  const threads = row.threads === 1 ? "1 thread" : `${row.threads} threads`;
  say(`${row.what}, ${threads}: ${ms(row.twofold.seconds)}; ${peers.join("; ")}`);
  for (const peer of Object.values(row.peers)) for (const slow of peer.slow) say(`  not: ${slow}`);
  for (const wrong of row.wrong) say(`  WRONG: ${wrong}`);
}

async function main() {
  const engines = await (isKept() ? loadedBefore() : load());
  const peers = [new Peer("ClickHouse", "clickhouse", engines.clickhouse),
    new Peer("DuckDB", "duckdb", engines.duckdb)];
  const asked = questions.filter((question) => question.what.includes(options.only));
  const rows = await measure(new Twofold(engines.twofold), peers, asked, {
    rounds: Number(options.rounds), threads, say: sayRow,
  });
  const { clickhouse, duckdb } = engines;
  const alone = options.only ? [] : await measureKernels(runKernels(options.kernels, options), { clickhouse, duckdb }, {
    threads, say: sayRow,
  });
  const text = [
    await versions(engines),
    questionsTable([...rows, ...alone]),
    pairsTable(rows, pairs),
    threadsTable(rows),
    await bytes(engines),
    memoryTable(["twofold", "clickhouse", "duckdb"].map((key) => [key, engines[key].memory()])),
  ].join("\n\n");
  console.log(`\n${text}\n`);
  if (options.table) fs.writeFileSync(options.table, `${text}\n`);
  for (const engine of Object.values(engines)) await engine.stop();
  if (!options.keep) fs.rmSync(options.folder, { recursive: true, force: true });
  const wrong = [...rows, ...alone].flatMap((row) => row.wrong);
  for (const one of wrong) console.error(`WRONG ANSWER: ${one}`);
  process.exitCode = wrong.length ? 1 : 0;
}

await main();
