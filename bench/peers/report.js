// SPDX-License-Identifier: Apache-2.0
// The tables, as Markdown.

const ms = (seconds) => (seconds * 1e3).toFixed(seconds < 0.01 ? 2 : seconds < 0.1 ? 1 : 0);
const times = (ratio) => `${ratio.toFixed(ratio < 10 ? 1 : 0)}×`;
const mb = (bytes) => `${Math.round(bytes / 1e6)} MB`;

function table(head, rows) {
  const line = (cells) => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

// A ratio is the median of those of the rounds; behind it, that of the processors' time, which
// other work on the machine changes less.
function peerCells(row, key) {
  const peer = row.peers[key];
  if (!peer) return ["not asked", "", ""];
  if (!peer.plan) return ["over 60 s", "", ""];
  return [ms(peer.seconds), `${times(peer.ratio)} (${times(peer.processorRatio)})`, peer.plan];
}

function verdict(row) {
  const parts = Object.entries(row.reach).map(([key, least]) => {
    const peer = row.peers[key];
    const short = key === "clickhouse" ? "ClickHouse" : "DuckDB";
    if (!peer?.plan) return `${short} ≥ ${least}×`;
    return `${short} ≥ ${least}×${peer.ratio >= least ? "" : " **missed**"}`;
  });
  return parts.join(", ");
}

export function questionsTable(rows) {
  return table(
    ["question", "threads", "Twofold ms (cpu)", "ClickHouse ms", "ratio (cpu)", "plan", "DuckDB ms",
      "ratio (cpu)", "plan", "reach"],
    rows.map((row) => [
      row.what,
      row.threads,
      `${ms(row.twofold.seconds)} (${ms(row.twofold.processors)})`,
      ...peerCells(row, "clickhouse"),
      ...peerCells(row, "duckdb"),
      verdict(row),
    ]),
  );
}

const find = (rows, what, threads) =>
  rows.find((row) => row.what === what && row.threads === threads);

// How much more the second question of a pair takes than the first, by the processors' time: the
// two are not asked in turns.
export function pairsTable(rows, pairs) {
  const found = [];
  for (const [plain, more, reach] of pairs) {
    const before = find(rows, plain, 1)?.twofold.processors;
    const after = find(rows, more, 1)?.twofold.processors;
    if (!before || !after) continue;
    const met = after <= before * reach.factor || after - before <= (reach.seconds ?? 0);
    const bound = `≤ ${reach.factor}×${reach.seconds ? ` or + ${reach.seconds * 1e3} ms` : ""}`;
    found.push([plain, more, `${ms(before)} → ${ms(after)}`, times(after / before),
      `${bound}${met ? "" : " **missed**"}`]);
  }
  return table(["this", "and this", "ms of a processor", "factor", "reach"], found);
}

export function threadsTable(rows) {
  // With one number of threads there is no gain to tell.
  const both = rows.filter((row) => row.threads === 2 &&
    rows.some((other) => other.what === row.what && other.threads === 1));
  const found = both.map((row) => {
    const gain = (key) => (row.peers[key]?.gain ? times(row.peers[key].gain) : "");
    const met = row.twofold.gain >= 1.7 ? "" : " **missed**";
    return [row.what, `${times(row.twofold.gain)}${met}`, gain("clickhouse"), gain("duckdb")];
  });
  return table(["two threads against one (reach ≥ 1.7×)", "Twofold", "ClickHouse", "DuckDB"], found);
}

export function bytesTable(ours, clickhouse, duckdbBytes) {
  const each = (bytes, rows) => (bytes === undefined ? "" : (bytes / rows).toFixed(2));
  const same = { "(user)": "person", "(event)": "event" };
  const inClickHouse = (name) => (name === "(second)" ? "ts" : same[name] ?? name);
  const sum = (columns) => Object.values(columns).reduce((a, b) => a + b, 0);
  const names = Object.keys(ours.columns).sort((a, b) => ours.columns[b] - ours.columns[a]);
  const rows = names.map((name) => [name, each(ours.columns[name], ours.rows),
    each(clickhouse.columns[inClickHouse(name)], clickhouse.rows)]);
  rows.push(["**all**", each(sum(ours.columns), ours.rows),
    each(sum(clickhouse.columns), clickhouse.rows)]);
  return `${table(["bytes an event on disk", "Twofold", "ClickHouse (LZ4)"], rows)}

DuckDB: ${each(duckdbBytes, clickhouse.rows)} bytes an event.`;
}

export function memoryTable(memories) {
  return table(["memory", "own (heap)", "mapped files"],
    memories.map(([name, { own, mapped }]) => [name, mb(own), mb(mapped)]));
}
