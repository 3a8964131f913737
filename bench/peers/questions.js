// SPDX-License-Identifier: Apache-2.0
// Every question three times: in Twofold's language and as SQL of the peers, for each of which the
// fastest of several plans counts. All give the same rows, or the bench fails.
//
// What the SQL relies on, so that it means the same:
//
// - Times are UTC with milliseconds; days and weeks (from Monday) are UTC's; the year is 2025, and
//   now is its last millisecond. All events lie in it, so the peers need no filter on time.
// - A funnel's window includes its bound: a step exactly 7 days after the entry counts. So it is in
//   windowFunnel of ClickHouse 26, which also lets steps of one instant follow each other whatever
//   their order, as Twofold does; tables.js checks both.
// - A country is one person's for good, so `any(country)` is the first touch.
// - Belonging comes from `member` (tables.js): [since, until) as of each event.

const name = (code) => `Event ${String(code).padStart(2, "0")}`;
const quoted = (codes) => codes.map((code) => `'${name(code)}'`).join(", ");
const now = "'2025-12-31 23:59:59.999'";
const year = "over the last 365 days";
const windowMs = 7 * 24 * 3600 * 1000;
const inOrder = { optimize_aggregation_in_order: 1 };

const two = (value) => Number(value).toFixed(2);
// Of zeros Twofold shows rows and SQL does not; of the rest after the top it shows `(other)`.
const shown = (rows, value) =>
  rows.filter((row) => Number(row[value]) !== 0 && !row.includes("(other)"));

// From "so many units reached exactly this level" to "so many reached at least this step".
export function reached(rows, steps) {
  const groups = new Map();
  for (const row of rows) {
    const count = Number(row.at(-1));
    const level = Number(row.at(-2));
    const key = row.slice(0, -2).join("\t");
    const sums = groups.get(key) ?? Array(steps).fill(0);
    for (let step = 0; step < level; ++step) sums[step] += count;
    groups.set(key, sums);
  }
  return [...groups].flatMap(([key, sums]) =>
    sums.map((count, step) => [String(step + 1), ...(key ? [key] : []), String(count)]),
  ).filter((row) => row.at(-1) !== "0");
}

const asked = (codes) =>
  `funnel ${codes.map((code) => `"${name(code)}"`).join(" > ")} within 7 days`;
const millis = "toUInt64(toUnixTimestamp64Milli(ts))";
const steps = (codes) => codes.map((code) => `event = '${name(code)}'`).join(", ");
const funnelLevel = (codes) => `windowFunnel(${windowMs})(${millis}, ${steps(codes)})`;

// The spans of each person in one array, found by hash: no join of rows with rows.
const spans = `
  SELECT person, groupArray((customer, since, until)) AS spans FROM member GROUP BY person`;
const belonging = "arrayFilter(x -> ts >= x.2 AND ts < x.3, spans)";
// Events with the customers they belong to, a row for each; `columns` beside the customer.
const ofCustomers = {
  join: (columns, where) => `
    SELECT member.customer AS customer, ${columns}
    FROM events JOIN member ON events.person = member.person
    WHERE ${where} AND ts >= member.since AND ts < member.until`,
  arrays: (columns, where) => `
    SELECT arrayJoin(${belonging}).1 AS customer, ${columns}
    FROM events JOIN (${spans}) AS spans ON events.person = spans.person
    WHERE ${where}`,
};
const duckCustomers = (columns, where) => `
  SELECT customer, ${columns} FROM events JOIN member USING (person)
  WHERE ${where} AND ts >= since AND ts < until`;

// An attempt takes the earliest next step at or after the one before; ASOF finds it. (Windows over
// each person's rows, and lists with lambdas, take ten times as long and more.)
function asofFunnel(codes, of, group = "") {
  const tables = codes.map((code, i) => `s${i} AS (${of(code)})`);
  const extra = group ? `, ${group}` : "";
  const joined = codes.slice(1).map((code, i) => {
    const from = i === 0 ? `(SELECT unit, ms AS t0${extra} FROM s0)` : `j${i}`;
    return `j${i + 1} AS (SELECT a.*, b.ms AS t${i + 1} FROM ${from} a
      ASOF LEFT JOIN s${i + 1} b ON a.unit = b.unit AND a.t${i} <= b.ms)`;
  });
  const levels = codes.slice(1).map((code, i) =>
    `WHEN t${i + 1} IS NULL OR t${i + 1} > t0 + ${windowMs} THEN ${i + 1}`);
  const last = codes.length - 1;
  return `WITH ${[...tables, ...joined].join(",\n")}
    SELECT ${group ? `${group}, ` : ""}level, count(*) FROM (
      SELECT unit${group ? `, any_value(${group}) AS ${group}` : ""},
             max(CASE ${levels.join(" ")} ELSE ${codes.length} END) AS level
      FROM j${last} GROUP BY unit) GROUP BY ALL`;
}

// `by`: a property of events that is one person's for good.
function funnel(what, codes, reach, by = "") {
  const key = by ? `${by}, ` : "";
  const sql = `SELECT ${key}level, count() FROM (
    SELECT ${by ? `any(${by}) AS ${by}, ` : ""}${funnelLevel(codes)} AS level FROM events
    WHERE event IN (${quoted(codes)}) GROUP BY person) GROUP BY ${key}level`;
  const columns = ["step", ...(by ? [`event.${by}`] : []), "count"];
  const ofStep = (code) => `
    SELECT ${key}person AS unit, epoch_ms(ts) AS ms FROM events WHERE event = '${name(code)}'`;
  return {
    what,
    reach,
    ask: `${asked(codes)} ${year}${by ? ` by event.${by} top 50` : ""}`,
    columns,
    normal: (all) => shown(all, columns.length - 1),
    clickhouse: {
      plans: { "by hash": { sql }, "in order": { sql, settings: inOrder } },
      normal: (all) => reached(all, codes.length),
    },
    duckdb: {
      plans: { "ASOF joins": { sql: asofFunnel(codes, ofStep, by) } },
      normal: (all) => reached(all, codes.length),
    },
  };
}

function customersFunnel(codes) {
  const where = `event IN (${quoted(codes)})`;
  const sql = (rows, order = {}) => ({
    sql: `SELECT level, count() FROM (SELECT ${funnelLevel(codes)} AS level
      FROM (${rows("ts, event", where)}) GROUP BY customer) GROUP BY level`,
    settings: order,
  });
  return {
    what: "funnel of 3 common steps for customers",
    ask: `${asked(codes)} for customers ${year}`,
    columns: ["step", "count"],
    normal: (all) => shown(all, 1),
    clickhouse: {
      plans: {
        "hash join": sql(ofCustomers.join),
        "merge join": sql(ofCustomers.join, { join_algorithm: "'full_sorting_merge'" }),
        "arrays of spans": sql(ofCustomers.arrays),
      },
      normal: (all) => reached(all, codes.length),
    },
    duckdb: {
      plans: {
        "ASOF joins": { sql: asofFunnel(codes, (code) =>
          `SELECT customer AS unit, epoch_ms(ts) AS ms
           FROM (${duckCustomers("ts", `event = '${name(code)}'`)})`) },
      },
      normal: (all) => reached(all, codes.length),
    },
  };
}

// Weeks that a unit was there as the bits of one number, bit 0 the week of 2024-12-30; its lowest
// bit is the cohort's week, so bit k of what is shifted down is the k-th week after.
const weekSql = "intDiv(toUInt32(toDate(ts)) - 20087, 7)";
const weekDuck = "(datediff('day', DATE '2024-12-30', ts::DATE) // 7)";
const cohortLabel = (week) =>
  new Date(Date.UTC(2024, 11, 30) + week * 7 * 86400000).toISOString().slice(0, 10);

function retention(what, question, rows, duckRows, unit, reach) {
  const weeks = 12;
  const mask = (from) => `SELECT groupBitOr(bitShiftLeft(toUInt64(1), ${weekSql})) AS mask
    FROM ${from} GROUP BY ${unit}`;
  const cells = (from) => `SELECT week, sumForEach(arrayMap(k -> toUInt64(bitTest(since, k)),
      range(${weeks + 1}))) FROM (
    SELECT toUInt8(log2(bitAnd(mask, bitNot(mask) + 1))) AS week,
           bitShiftRight(mask, week) AS since FROM (${mask(from)}))
    GROUP BY week`;
  const expand = (all) => all.flatMap(([week, counts]) =>
    counts.slice(1, -1).split(",").map((count, k) =>
      [cohortLabel(Number(week)), String(k), count.trim()]),
  ).filter((row) => row[2] !== "0");
  return {
    what,
    reach,
    ask: question,
    columns: ["cohort", "period", "count"],
    // Without the averages, and periods that have not begun.
    normal: (all) => shown(all, 2).filter((row) => row[0] !== "average" && row[2] !== "null"),
    clickhouse: { plans: rows(cells), normal: expand },
    duckdb: {
      plans: {
        "bits of weeks": { sql: `SELECT week, [${[...Array(weeks + 1).keys()].map((k) =>
          `sum((mask >> (week + ${k})) & 1)`).join(", ")}] FROM (
            SELECT mask, (bit_count(xor(mask, mask - 1)) - 1)::INT AS week FROM (
              SELECT bit_or(1::BIGINT << ${weekDuck}) AS mask FROM ${duckRows} GROUP BY ${unit}))
          GROUP BY week` },
      },
      normal: expand,
    },
  };
}

function counted(what, ask, columns, sql, duck, more = {}) {
  const plans = (one) => (typeof one === "string" ? { plain: { sql: one } } : one);
  const normal = more.normal ?? ((all) => shown(all, columns.length - 1));
  return {
    what,
    ask,
    columns,
    normal,
    reach: more.reach,
    clickhouse: { plans: plans(sql), normal },
    duckdb: { plans: plans(duck), normal },
  };
}

const daily = "SELECT d, count() FROM";
const sums = (all) => shown(all, 1).map(([key, sum]) => [key, two(sum)]);
const lastMonth = (at) => `ts >= ${at} - INTERVAL 30 DAY AND ts <= ${at}`;
const at = { clickhouse: `toDateTime64(${now}, 3, 'UTC')`, duckdb: `TIMESTAMP ${now}` };

// Customers with two users at least who are theirs now and did Event 05 for them in 30 days.
const lifted = (dialect) => `SELECT customer FROM member
  JOIN (SELECT person, max(ts) AS last FROM events
        WHERE event = '${name(5)}' AND ${lastMonth(at[dialect])} GROUP BY person) AS busy
  ON member.person = busy.person
  WHERE since <= ${at[dialect]} AND until > ${at[dialect]} AND last >= since
  GROUP BY customer HAVING count(DISTINCT member.person) >= 2`;

// When a person belongs to a customer that pays.
const paidSpans = `SELECT m.person AS person,
    groupArray((greatest(m.since, s.since), least(m.until, s.until))) AS spans
  FROM member AS m JOIN subscriptions AS s ON m.customer = s.customer
  WHERE greatest(m.since, s.since) < least(m.until, s.until) GROUP BY m.person`;
const paidSpansDuck = `SELECT m.person AS person, greatest(m.since, s.since) AS since,
    least(m.until, s.until) AS until
  FROM member AS m JOIN subscriptions AS s ON m.customer = s.customer
  WHERE greatest(m.since, s.since) < least(m.until, s.until)`;

const busyNow = (dialect) => `SELECT customer FROM member
  JOIN (SELECT person, max(ts) AS last FROM events WHERE ${lastMonth(at[dialect])}
        GROUP BY person) AS busy ON member.person = busy.person
  WHERE since <= ${at[dialect]} AND until > ${at[dialect]} AND last >= since`;
const silent = (dialect) => `SELECT count(*), sum(mrr) FROM subscriptions
  WHERE since <= ${at[dialect]} AND until > ${at[dialect]}
    AND customer NOT IN (${busyNow(dialect)})`;

const weekly = { clickhouse: "toMonday(ts)", duckdb: "date_trunc('week', ts)::DATE" };
const customersAWeek = (rows, where = "true") => `SELECT w, uniqExact(customer) FROM (
  ${rows(`${weekly.clickhouse} AS w`, `event = '${name(0)}'`)}) WHERE ${where} GROUP BY w`;
const duckCustomersAWeek = (where = "true") => `SELECT w, count(DISTINCT customer) FROM (
  ${duckCustomers(`${weekly.duckdb} AS w`, `event = '${name(0)}'`)}) WHERE ${where} GROUP BY w`;

const common = [0, 1, 2];

export const questions = [
  counted(
    "count of one event",
    `trend events of "${name(0)}" in total over all time`,
    ["value"],
    `SELECT count() FROM events WHERE event = '${name(0)}'`,
    `SELECT count(*) FROM events WHERE event = '${name(0)}'`,
    { reach: { clickhouse: 5 } },
  ),
  counted(
    "daily counts of one event by country",
    `trend events of "${name(0)}" by event.country top 50 every day ${year}`,
    ["time", "event.country", "value"],
    `SELECT toDate(ts) AS d, country, count() FROM events WHERE event = '${name(0)}'
     GROUP BY d, country`,
    `SELECT ts::DATE AS d, country, count(*) FROM events WHERE event = '${name(0)}'
     GROUP BY d, country`,
    { reach: { clickhouse: 2.5, duckdb: 3 } },
  ),
  counted(
    "unique users a day",
    `trend users of anything every day ${year}`,
    ["time", "value"],
    {
      uniqExact: { sql: "SELECT toDate(ts) AS d, uniqExact(person) FROM events GROUP BY d" },
      bitmaps: { sql: "SELECT toDate(ts) AS d, groupBitmap(person) FROM events GROUP BY d" },
      "days of a person": {
        sql: `${daily} (SELECT person, toDate(ts) AS d FROM events GROUP BY person, d) GROUP BY d`,
      },
      "days of a person, in order": {
        sql: `${daily} (SELECT person, toDate(ts) AS d FROM events GROUP BY person, d) GROUP BY d`,
        settings: inOrder,
      },
      "distinct in order": {
        sql: `${daily} (SELECT DISTINCT person, toDate(ts) AS d FROM events) GROUP BY d`,
        settings: { optimize_distinct_in_order: 1 },
      },
      "arrays of days, in order": {
        sql: `${daily} (SELECT arrayJoin(groupUniqArray(toDate(ts))) AS d FROM events
              GROUP BY person) GROUP BY d`,
        settings: inOrder,
      },
    },
    {
      "count distinct": {
        sql: "SELECT ts::DATE AS d, count(DISTINCT person) FROM events GROUP BY d",
      },
      "days of a person": {
        sql: `SELECT d, count(*) FROM (SELECT DISTINCT person, ts::DATE AS d FROM events)
              GROUP BY d`,
      },
    },
    { reach: { clickhouse: 8, duckdb: 15 } },
  ),
  counted(
    "sum of a property of one event by path, top 10",
    `trend sum(event.amount) of "${name(0)}" by event.path top 10 in total over all time`,
    ["event.path", "value"],
    `SELECT path, sum(amount) AS s FROM events WHERE event = '${name(0)}'
     GROUP BY path ORDER BY s DESC, path LIMIT 10`,
    `SELECT path, sum(amount) AS s FROM events WHERE event = '${name(0)}'
     GROUP BY path ORDER BY s DESC, path LIMIT 10`,
    { reach: { clickhouse: 2.5, duckdb: 3 }, normal: sums },
  ),
  counted(
    "sum of a property of all events by country, top 10",
    "trend sum(event.amount) of anything by event.country top 10 in total over all time",
    ["event.country", "value"],
    `SELECT country, sum(amount) AS s FROM events GROUP BY country
     ORDER BY s DESC, country LIMIT 10`,
    `SELECT country, sum(amount) AS s FROM events GROUP BY country
     ORDER BY s DESC, country LIMIT 10`,
    { reach: { clickhouse: 2.5, duckdb: 3 }, normal: sums },
  ),
  funnel("funnel of 3 common steps", common, { clickhouse: 6 }),
  funnel("funnel of 5 common steps", [0, 1, 2, 3, 4], { clickhouse: 6 }),
  funnel("funnel of 3 rare steps", [10, 20, 30], { clickhouse: 8 }),
  funnel("funnel of 3 common steps by country", common, { clickhouse: 6 }, "country"),
  retention(
    "weekly retention over 12 weeks",
    `retention anything then anything every week for 12 weeks ${year}`,
    (cells) => ({
      "bits of weeks": { sql: cells("events") },
      "bits of weeks, in order": { sql: cells("events"), settings: inOrder },
    }),
    "events",
    "person",
    { clickhouse: 10, duckdb: 15 },
  ),
  counted(
    "users with a rare property",
    'trend users of anything where event.coupon = "WELCOME-07" in total over all time',
    ["value"],
    "SELECT uniqExact(person) FROM events WHERE coupon = 'WELCOME-07'",
    "SELECT count(DISTINCT person) FROM events WHERE coupon = 'WELCOME-07'",
  ),
  counted(
    "silent list: who pays and did nothing for 30 days",
    "count customers, sum(customer.mrr) where paying and no user did anything in the last 30 days",
    ["count", "sum(customer.mrr)"],
    { "last event of a person": { sql: silent("clickhouse") },
      "last event of a person, in order": { sql: silent("clickhouse"), settings: inOrder } },
    silent("duckdb"),
    { normal: (all, engine) => all.map(([count, sum]) =>
      [count, two(engine === "twofold" ? sum : Number(sum) / 100)]) },
  ),
  customersFunnel(common),
  retention(
    "weekly retention over 12 weeks for customers",
    `retention anything then anything every week for 12 weeks for customers ${year}`,
    (cells) => ({
      "hash join": { sql: cells(`(${ofCustomers.join("ts", "true")})`) },
      "arrays of spans": { sql: cells(`(${ofCustomers.arrays("ts", "true")})`) },
    }),
    `(${duckCustomers("ts", "true")})`,
    "customer",
  ),
  counted(
    "daily counts of one event",
    `trend events of "${name(0)}" every day ${year}`,
    ["time", "value"],
    `SELECT toDate(ts) AS d, count() FROM events WHERE event = '${name(0)}' GROUP BY d`,
    `SELECT ts::DATE AS d, count(*) FROM events WHERE event = '${name(0)}' GROUP BY d`,
  ),
  counted(
    "… where a customer pays as of the event (lower)",
    `trend events of "${name(0)}" where paying every day ${year}`,
    ["time", "value"],
    `SELECT toDate(ts) AS d, count() FROM events JOIN (${paidSpans}) AS paid
       ON events.person = paid.person
     WHERE event = '${name(0)}' AND arrayExists(x -> ts >= x.1 AND ts < x.2, spans) GROUP BY d`,
    `SELECT ts::DATE AS d, count(*) FROM events WHERE event = '${name(0)}' AND EXISTS (
       SELECT 1 FROM (${paidSpansDuck}) AS paid WHERE paid.person = events.person
         AND ts >= paid.since AND ts < paid.until) GROUP BY d`,
  ),
  counted(
    "customers of one event a week",
    `trend customers of "${name(0)}" every week ${year}`,
    ["time", "value"],
    { "hash join": { sql: customersAWeek(ofCustomers.join) },
      "arrays of spans": { sql: customersAWeek(ofCustomers.arrays) } },
    duckCustomersAWeek(),
  ),
  counted(
    "… where two users did another in 30 days (lift)",
    `trend customers of "${name(0)}" where at least 2 users did "${name(5)}" in the last 30 days
     every week ${year}`.replace(/\s+/g, " "),
    ["time", "value"],
    { "hash join": {
        sql: customersAWeek(ofCustomers.join, `customer IN (${lifted("clickhouse")})`) },
      "arrays of spans": {
        sql: customersAWeek(ofCustomers.arrays, `customer IN (${lifted("clickhouse")})`) } },
    duckCustomersAWeek(`customer IN (${lifted("duckdb")})`),
  ),
];

// Pairs of which the second asks the same and something about customers: factors of speed.md.
export const pairs = [
  ["funnel of 3 common steps", "funnel of 3 common steps for customers", { factor: 3 }],
  ["weekly retention over 12 weeks", "weekly retention over 12 weeks for customers",
    { factor: 1.3 }],
  ["daily counts of one event", "… where a customer pays as of the event (lower)",
    { factor: 1.5, seconds: 0.04 }],
  ["customers of one event a week", "… where two users did another in 30 days (lift)",
    { factor: 1.5, seconds: 0.04 }],
];
