// SPDX-License-Identifier: Apache-2.0
// Answers first, then times: each question's plans are compared with Twofold's answer; the fastest
// of each peer then takes turns with Twofold.
import { difference, isOverLimit, limitSeconds } from "./answers.js";

const median = (numbers) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];
const wall = (times) => median(times.map((one) => one.seconds));
const processors = (times) => median(times.map((one) => one.processors));

// The fastest plan. A wrong answer is an error, whether or not its plan is the fastest.
async function fastestPlan(peer, question, threads, ours) {
  const found = { plan: null, seconds: Infinity, slow: [], wrong: [] };
  for (const plan of peer.plans(question)) {
    let seconds = Infinity;
    try {
      // Twice: the first time also warms.
      for (let i = 0; i < 2; ++i) {
        const theirs = await peer.ask(question, threads, plan);
        const differs = difference(ours, theirs.rows);
        if (differs) found.wrong.push(`${question.what}: ${peer.name}, ${plan}: ${differs}`);
        seconds = Math.min(seconds, theirs.seconds);
        if (theirs.seconds > 10) break;
      }
    } catch (error) {
      if (!isOverLimit(error)) throw error;
      found.slow.push(`${plan}: over ${limitSeconds} s`);
    }
    if (seconds < found.seconds) Object.assign(found, { plan, seconds });
  }
  return found;
}

// What takes part in the rounds of a question with so many threads: Twofold, and each peer's plan.
async function prepare(twofold, peers, question, threads) {
  const row = { what: question.what, threads, reach: question.reach ?? {}, peers: {}, wrong: [] };
  const { rows } = await twofold.ask(question, threads);
  const racing = [];
  for (const peer of peers) {
    const found = await fastestPlan(peer, question, threads, rows);
    row.wrong.push(...found.wrong);
    row.peers[peer.key] = { plan: found.plan, slow: found.slow };
    if (found.plan) racing.push({ peer, plan: found.plan, times: [] });
  }
  return { row, racing, ours: [] };
}

// Beyond so many seconds a question warms the caches by itself.
const warmSeconds = 3;

// Warm: whoever was asked before leaves the caches to itself. What is quick is asked twice, the
// second time counts.
async function askWarm(ask) {
  const first = await ask();
  return first.seconds < warmSeconds ? ask() : first;
}

// Whoever is slow takes part in the first two rounds only.
async function round(twofold, question, { row, racing, ours }) {
  ours.push(await askWarm(() => twofold.ask(question, row.threads)));
  for (const { peer, plan, times } of racing) {
    if (times.length >= 2 && wall(times) > 10) continue;
    try {
      times.push(await askWarm(() => peer.ask(question, row.threads, plan)));
    } catch (error) {
      if (!isOverLimit(error)) throw error;
      times.push({ seconds: limitSeconds, processors: limitSeconds });
    }
  }
}

const ratios = (theirs, ours) => theirs.map((one, i) => one.seconds / ours[i].seconds);

function finish({ row, racing, ours }, first) {
  const summed = (times, alone) => ({
    seconds: wall(times),
    processors: processors(times),
    gain: median(ratios(alone, times)),
  });
  row.twofold = summed(ours, first.ours);
  for (const { peer, times } of racing) {
    const alone = first.racing.find((one) => one.peer === peer)?.times ?? [];
    Object.assign(row.peers[peer.key], summed(times, alone.slice(0, times.length)), {
      ratio: median(ratios(times, ours)),
      processorRatio: processors(times) / processors(ours),
    });
  }
  return row;
}

// A row for each number of threads. All of them take part in each round, so that what else goes on
// on the machine meets all alike.
async function measureQuestion(twofold, peers, question, { threads, rounds }) {
  const runs = [];
  for (const count of threads) runs.push(await prepare(twofold, peers, question, count));
  for (let i = 0; i < rounds; ++i) for (const run of runs) await round(twofold, question, run);
  return runs.map((run) => finish(run, runs[0]));
}

// Rows of the table, in the order of the questions.
export async function measure(twofold, peers, questions, { rounds, threads, say }) {
  const rows = [];
  for (const question of questions) {
    const found = await measureQuestion(twofold, peers, question, { threads, rounds });
    rows.push(...found);
    found.forEach(say);
  }
  return rows;
}
