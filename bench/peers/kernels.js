// SPDX-License-Identifier: Apache-2.0
// What Twofold has kernels for and no question yet: kernel_speed counts over columns in memory, the
// peers over their tables, and all must count the same. Events of one instant come by name here.
import { execFileSync } from "node:child_process";
import { isOverLimit, limitSeconds } from "./answers.js";

const gap = 30 * 60 * 1000;
const week = 7 * 24 * 3600;
const inOrder = { optimize_aggregation_in_order: 1 };
const millis = "toInt64(toUnixTimestamp64Milli(ts))";
const code = "toUInt64(toUInt8(substring(event, 7)))";
const both = (sql) => ({ "by hash": { sql }, "in order": { sql, settings: inOrder } });

const times = `SELECT arraySort(groupArray(${millis})) AS times FROM events GROUP BY person`;
const named = `SELECT arraySort(groupArray((${millis}, ${code}))) AS rows FROM events
  GROUP BY person`;
const sessionsOf = `arraySplit((x, pause) -> pause > ${gap}, rows,
  arrayDifference(arrayMap(x -> x.1, rows)))`;
const packed = (a, b, c, d, e) =>
  [a, b, c, d, e].map((name, i) => `bitShiftLeft(${name}, ${6 * i})`).join(" + ");
const shifted = [1, 2, 3, 4].map((n) => `arraySlice(codes, ${n + 1}, length(codes) - 4)`);
const totals = "SELECT sum(c), count(), max(c)";
const weeks = `SELECT groupBitOr(bitShiftLeft(toUInt64(1),
  intDiv(toUInt32(toDateTime(ts, 'UTC')) - 1735689600, ${week}))) AS m FROM events GROUP BY person`;
const duckWeeks = `SELECT bit_or(1::BIGINT << ((epoch_ms(ts) - 1735689600000) // ${week * 1000})) AS m
  FROM events GROUP BY person`;
const pause = `SELECT epoch_ms(ts) - lag(epoch_ms(ts)) OVER (PARTITION BY person ORDER BY ts)
  AS pause FROM events`;
const duckCode = "substring(event::VARCHAR, 7)::INT";

export const kernels = [
  {
    what: "sessions by day",
    columns: ["sessions", "duration_ms"],
    reach: { clickhouse: 8 },
    clickhouse: both(`SELECT sum(1 + arrayCount(d -> d > ${gap}, pauses)),
      sum(arraySum(d -> if(d > ${gap}, 0, d), pauses))
      FROM (SELECT arrayDifference(times) AS pauses FROM (${times}))`),
    duckdb: { windows: { sql: `SELECT count(*) FILTER (pause IS NULL OR pause > ${gap}),
      sum(pause) FILTER (pause <= ${gap})::BIGINT FROM (${pause})` } },
  },
  {
    what: "paths of 5 steps",
    columns: ["total", "distinct", "top_count"],
    reach: { clickhouse: 30 },
    clickhouse: both(`${totals} FROM (SELECT path, count() AS c FROM (
      SELECT arrayJoin(arrayMap(s -> arraySlice(arrayCompact(arrayMap(x -> x.2, s)), 1, 5),
        ${sessionsOf})) AS path FROM (${named})) GROUP BY path)`),
  },
  {
    what: "sequences of 5 events",
    columns: ["total", "distinct", "top_count"],
    reach: { clickhouse: 30 },
    clickhouse: both(`${totals} FROM (SELECT key, count() AS c FROM (
      SELECT arrayJoin(arrayMap((a, b, c, d, e) -> ${packed("a", "b", "c", "d", "e")},
        arraySlice(codes, 1, length(codes) - 4), ${shifted.join(", ")})) AS key
      FROM (SELECT arrayMap(x -> x.2, rows) AS codes FROM (${named})) WHERE length(codes) >= 5)
      GROUP BY key)`),
    duckdb: { windows: { sql: `SELECT sum(c)::BIGINT, count(*), max(c) FROM (
      SELECT key, count(*) AS c FROM (SELECT code + ${[1, 2, 3, 4].map((n) =>
        `lead(code, ${n}) OVER w * ${64 ** n}`).join(" + ")} AS key
        FROM (SELECT person, ts, ${duckCode}::BIGINT AS code FROM events)
        WINDOW w AS (PARTITION BY person ORDER BY ts, code)) WHERE key IS NOT NULL GROUP BY key)` } },
  },
  {
    what: "lifecycle by week",
    columns: ["new", "returning", "dormant"],
    reach: { clickhouse: 10 },
    clickhouse: both(`SELECT count(), sum(bitCount(bitAnd(m, bitShiftRight(m, 1)))),
      sum(bitCount(bitAnd(bitAnd(m, bitNot(bitShiftRight(m, 1))),
        bitShiftLeft(toUInt64(1), 52) - 1))) FROM (${weeks})`),
    duckdb: { "bits of weeks": { sql: `SELECT count(*), sum(bit_count(m & (m >> 1)))::BIGINT,
      sum(bit_count(m & ~(m >> 1) & ((1::BIGINT << 52) - 1)))::BIGINT FROM (${duckWeeks})` } },
  },
  {
    what: "stickiness by day",
    columns: ["users", "on_one_day", "on_10_days_or_more", "users_by_day"],
    reach: { clickhouse: 10 },
    clickhouse: {
      ...both(`SELECT count(), countIf(d = 1), countIf(d >= 10), sum(d) FROM (
        SELECT length(groupUniqArray(toDate(ts))) AS d FROM events GROUP BY person)`),
      "distinct days": { sql: `SELECT count(), countIf(d = 1), countIf(d >= 10), sum(d) FROM (
        SELECT count() AS d FROM (SELECT person, toDate(ts) AS day FROM events
          GROUP BY person, day) GROUP BY person)` },
    },
    duckdb: { "distinct days": { sql: `SELECT count(*), count(*) FILTER (d = 1),
      count(*) FILTER (d >= 10), sum(d)::BIGINT FROM (SELECT count(*) AS d FROM (
        SELECT DISTINCT person, ts::DATE AS day FROM events) GROUP BY person)` } },
  },
];

// A line for each kernel and number of threads: what it counted, and the best of its times.
export function runKernels(program, { events, seed }) {
  const lines = execFileSync(program, ["--events", events, "--seed", seed], { encoding: "utf8" });
  return lines.trim().split("\n").map((line) => JSON.parse(line));
}

// The best of three of the fastest plan; a plan that counts otherwise is an error.
async function best(process, key, kernel, threads, counted) {
  const found = { plan: null, seconds: Infinity, processors: Infinity, wrong: [] };
  const limits = key === "clickhouse" ? { max_execution_time: limitSeconds } : {};
  for (const [plan, { sql, settings = {} }] of Object.entries(kernel[key])) {
    const times = { plan, seconds: Infinity, processors: Infinity };
    try {
      for (let i = 0; i < 3; ++i) {
        const reply = await process.request(JSON.stringify({
          sql, threads, limit: limitSeconds, settings: { ...settings, ...limits },
        }));
        const theirs = reply.rows[0].map(String).join(" ");
        if (theirs !== counted) {
          found.wrong.push(`${kernel.what}: ${key}, ${plan}: ${theirs} and not ${counted}`);
          break;
        }
        times.seconds = Math.min(times.seconds, reply.seconds);
        times.processors = Math.min(times.processors, reply.processors);
        if (reply.seconds > 10) break;
      }
    } catch (error) {
      if (!isOverLimit(error)) throw error;
    }
    if (times.seconds < found.seconds) Object.assign(found, times);
  }
  return found;
}

// Rows as measure() gives them.
export async function measureKernels(lines, engines, { threads, say }) {
  const rows = [];
  for (const kernel of kernels) {
    for (const count of threads) {
      const ours = lines.find((line) => line.kernel === kernel.what && line.threads === count);
      if (!ours) continue;
      const counted = kernel.columns.map((column) => String(ours[column])).join(" ");
      const row = { what: `kernel alone: ${kernel.what}`, threads: count, reach: kernel.reach,
        twofold: { seconds: ours.seconds, processors: ours.processor_seconds }, peers: {},
        wrong: [] };
      for (const [key, process] of Object.entries(engines)) {
        if (!kernel[key]) continue;
        const found = await best(process, key, kernel, count, counted);
        row.wrong.push(...found.wrong);
        row.peers[key] = { ...found, slow: [], ratio: found.seconds / ours.seconds,
          processorRatio: found.processors / ours.processor_seconds };
      }
      rows.push(row);
      say(row);
    }
  }
  return rows;
}
