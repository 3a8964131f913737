// SPDX-License-Identifier: Apache-2.0
// The peers' tables: the same events with persons resolved, sorted and final; relations and
// subscriptions as they count.
//
// `member` is what Twofold derives from relations, done once for the peers: when an event of a
// person belongs to a customer, [since, until). A person's first relation reaches back to its first
// event, at most 30 days.
import { execFileSync, spawn } from "node:child_process";
import fs from "node:fs";
import path from "node:path";

const properties = ["path", "referrer", "country", "language", "browser", "device", "plan",
  "version", "coupon"];

const dates = "since DateTime64(3, 'UTC'), until DateTime64(3, 'UTC')";
// As they lie in ClickHouse; a column of texts takes each of them once for many rows.
const columns = {
  events: `person UInt32, ts DateTime64(3, 'UTC'), event LowCardinality(String), ${
    properties.map((name) => `${name} LowCardinality(String)`).join(", ")
  }, amount Float64, seconds UInt16, beta Bool`,
  relations: `person UInt32, customer UInt32, ${dates}`,
  subscriptions: `customer UInt32, mrr Int64, ${dates}`,
};
const sortedBy = {
  events: "(person, ts)",
  relations: "(person, customer)",
  subscriptions: "customer",
};

const member = {
  clickhouse: `
    SELECT person, customer,
           if(since = first, greatest(since - INTERVAL 30 DAY, least(since, seen)), since) AS since,
           until
    FROM relations
    JOIN (SELECT person, min(since) AS first FROM relations GROUP BY person) AS firsts USING person
    JOIN (SELECT person, min(ts) AS seen FROM events GROUP BY person) AS seens USING person`,
  duckdb: `
    SELECT person, customer,
           CASE WHEN since = first THEN greatest(since - INTERVAL 30 DAY, least(since, seen))
                ELSE since END AS since,
           until
    FROM relations
    JOIN (SELECT person, min(since) AS first FROM relations GROUP BY person) USING (person)
    JOIN (SELECT person, min(ts) AS seen FROM events GROUP BY person) USING (person)
    ORDER BY person`,
};

// The rows come through a pipe, so that they are on disk once: where they are asked.
async function fillFromWorld(clickhouse, table, { beside, events, seed, folder }) {
  const pipe = path.join(folder, `${table}.pipe`);
  fs.rmSync(pipe, { force: true });
  execFileSync("mkfifo", [pipe]);
  const writer = spawn(beside, ["--events", events, "--seed", seed, "rows", table, pipe], {
    stdio: "inherit",
  });
  // Read as plain texts: that takes a quarter of the time.
  const plain = columns[table]
    .replaceAll("LowCardinality(String)", "String")
    .replaceAll("'", "\\'");
  try {
    await clickhouse.request(JSON.stringify({
      sql: `INSERT INTO ${table} SELECT * FROM file('${pipe}', 'RowBinary', '${plain}')`,
    }));
  } catch (error) {
    writer.kill();
    throw error;
  }
  const code = writer.exitCode ?? (await new Promise((done) => writer.on("exit", done)));
  if (code !== 0) throw new Error(`the rows of ${table} ended with ${code}`);
  fs.rmSync(pipe);
}

// What questions.js relies on: a window that includes its bound, steps of one instant in any order.
async function checkWindowFunnel(clickhouse) {
  const cases = [["(0, 0), (5, 1)", "2"], ["(0, 0), (6, 1)", "1"], ["(0, 1), (0, 0)", "2"]];
  for (const [rows, level] of cases) {
    const sql = `SELECT windowFunnel(5)(t, step = 0, step = 1)
      FROM values('t UInt64, step UInt8', ${rows})`;
    const reply = await clickhouse.request(JSON.stringify({ sql }));
    if (reply.rows[0][0] !== level) {
      throw new Error(`windowFunnel gives ${reply.rows[0][0]} for ${rows} and not ${level}`);
    }
  }
}

export async function fillClickHouse(clickhouse, world) {
  const run = (sql) => clickhouse.request(JSON.stringify({ sql }));
  await checkWindowFunnel(clickhouse);
  for (const [table, list] of Object.entries(columns)) {
    await run(`CREATE TABLE ${table} (${list}) ENGINE = MergeTree ORDER BY ${sortedBy[table]}`);
    await fillFromWorld(clickhouse, table, world);
    await run(`OPTIMIZE TABLE ${table} FINAL`);
  }
  await run(`CREATE TABLE member (${columns.relations}) ENGINE = MergeTree ORDER BY person`);
  await run(`INSERT INTO member ${member.clickhouse}`);
  await run("OPTIMIZE TABLE member FINAL");
}

// Texts of few values are enumerations in DuckDB: what it compares and groups fastest.
function eventsOf(file) {
  const enums = ["event", ...properties].map(
    (name) => `CREATE TYPE ${name}_value AS ENUM (
      SELECT DISTINCT ${name} FROM '${file}' ORDER BY 1);`,
  );
  const casts = ["event", ...properties].map((name) => `${name}::${name}_value AS ${name}`);
  return `${enums.join("\n")}
    CREATE TABLE events AS
    SELECT * REPLACE (${["ts::TIMESTAMP AS ts", ...casts].join(", ")}) FROM '${file}'`;
}

function datedOf(table, file) {
  return `CREATE TABLE ${table} AS
    SELECT * REPLACE (since::TIMESTAMP AS since, until::TIMESTAMP AS until) FROM '${file}'`;
}

export async function fillDuckDb(duckdb, clickhouse, folder) {
  const run = (sql) => duckdb.request(JSON.stringify({ sql }));
  for (const table of Object.keys(columns)) {
    const file = path.join(folder, `${table}.parquet`);
    fs.rmSync(file, { force: true });
    await clickhouse.request(JSON.stringify({
      sql: `SELECT * FROM ${table} ORDER BY ${sortedBy[table]}
        INTO OUTFILE '${file}' FORMAT Parquet`,
      settings: { output_format_parquet_string_as_string: 1 },
    }));
    await run(table === "events" ? eventsOf(file) : datedOf(table, file));
    fs.rmSync(file);
  }
  await run(`CREATE TABLE member AS ${member.duckdb}`);
  await run("CHECKPOINT");
}
