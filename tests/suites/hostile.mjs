// Can a hostile client hurt the server? It does all of hostile/attacks.mjs side by side for some time, while a well-behaved
// client asks the examples one after the other.
//
// Usage: node hostile.mjs --program FILE [--seconds 60] [--seed 1] [--strict] [--only ATTACK]
//
// The program is started with the seed of this repository and short budgets of time, so that it is seen whether they are
// kept. Exit code 1 when the server ends, says 500, holds three times the memory that it held at rest, or gives the well-behaved
// client anything but the answer of before. Times are told; with --strict they count too, and memory may only double: the
// 99th percentile of the well-behaved client must stay under four times that at rest (or 50 ms, if that is more), and no
// request may take longer than its budget and 50 ms (and for how long this very process stood still). That wants a machine
// which does nothing else, and `MIMALLOC_PURGE_DELAY=0` in the environment, as the packages have it.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';

import { attacks } from './hostile/attacks.mjs';
import { Operations } from './oracle/operations.mjs';
import { Random } from './oracle/random.mjs';
import { dump } from './oracle/served.mjs';
import { settingOf } from './oracle/setting.mjs';
import { root, serve } from './served.mjs';

const { values: options } = parseArgs({
  options: {
    program: { type: 'string' },
    seconds: { type: 'string', default: '60' },
    seed: { type: 'string', default: '1' },
    strict: { type: 'boolean', default: false },
    only: { type: 'string' },
  },
});
const seconds = Number(options.seconds);
const SEED = 'seed';
const OPERATIONS = 500;
/** What a request may take beyond its budget, and what a well-behaved client always has to bear. */
const GRACE_MS = 50;
const budgets = { operation: 1000, body: 2000, head: 5000, init: 3000 };

const record = dump(options.program, ['--seed', SEED]);
const { url, server } = await serve(
  options.program, '--seed', SEED, '--test-subscription', '--limits-time', `${budgets.operation}ms`,
  '--server-request-timeout', `${budgets.body}ms`, '--server-head-timeout', `${budgets.head}ms`,
);
const random = new Random(Number(options.seed));
const folder = join(root, 'schema/examples');
const examples = readdirSync(folder).filter((name) => name.endsWith('.graphql')).map((name) => ({ name, query: readFileSync(join(folder, name), 'utf8') }));
const setting = await settingOf(url, record);
const operations = new Operations({ ...setting, random });
const made = Array.from({ length: OPERATIONS }, () => operations.next());

/** Mebibytes that the server holds in memory. */
function memory() {
  const status = readFileSync(`/proc/${server.pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) / 1024;
}

const polite = new Worker(new URL('hostile/polite.mjs', import.meta.url), { workerData: { url, examples } });
/** What the well-behaved client saw since it was last asked. */
function seen() {
  return new Promise((resolve) => {
    polite.once('message', resolve);
    polite.postMessage('tell');
  });
}
const percentile99 = (times) => [...times].sort((a, b) => a - b)[Math.floor(times.length * 0.99)];

const faults = [];
const fault = (text, counts = true) => {
  console.log(`${counts ? 'FAULT' : 'missed'}: ${text}`);
  if (counts) faults.push(text);
};

// At rest: first everything is asked for once or twice, then it is measured.
const restMs = Math.min(5000, seconds * 500);
await sleep(restMs);
await seen();
await sleep(restMs);
const rest = { ...(await seen()), memory: memory() };

const until = performance.now() + seconds * 1000;
let most = 0;
const watching = setInterval(() => (most = Math.max(most, memory())), 50);
/** What became of an attack: how often, what was answered, and the longest. */
const tallies = new Map();

async function attack({ name, budget, send }) {
  const tally = tallies.get(name) ?? { sent: 0, longest: 0, answers: {}, budget };
  tallies.set(name, tally);
  while (performance.now() < until && server.exitCode === null) {
    const started = performance.now();
    const { status, text } = await send();
    tally.longest = Math.max(tally.longest, performance.now() - started);
    tally.sent += 1;
    tally.answers[status] = (tally.answers[status] ?? 0) + 1;
    if (status === 500 || text?.includes('INTERNAL')) fault(`${name}: ${status} ${text?.slice(0, 300)}`);
    await sleep(random.below(20));
  }
}

const stood = monitorEventLoopDelay({ resolution: 5 });
stood.enable();
const all = attacks({ url, random, budgets, examples, made }).filter(({ name }) => [name, undefined].includes(options.only));
await Promise.all(all.flatMap((one) => Array.from({ length: one.atOnce }, () => attack(one))));
clearInterval(watching);
const standstill = stood.max / 1e6;
const under = await seen();
await sleep(1000);
const after = { ...(await seen()), memory: memory() };

const ms = (time) => `${time.toFixed(1)} ms`;
for (const [name, { sent, longest, answers, budget }] of tallies) {
  console.log(`${name}: ${sent}, longest ${ms(longest)} ${JSON.stringify(answers)}`);
  if (budget && longest > budget + GRACE_MS + standstill) fault(`${name}: the longest took ${ms(longest)}, of ${budget} ms`, options.strict);
}
console.log(`this process stood still for ${ms(standstill)} at most`);
const [restTime, time] = [percentile99(rest.times), percentile99(under.times)];
console.log(`the well-behaved client: ${rest.times.length} answers at rest, 99 % within ${ms(restTime)}; ${under.times.length} under attack, 99 % within ${ms(time)}`);
console.log(`memory: ${rest.memory.toFixed(0)} MiB at rest, ${most.toFixed(0)} MiB at most, ${after.memory.toFixed(0)} MiB afterwards`);

if (time > Math.max(4 * restTime, GRACE_MS)) fault(`the well-behaved client waits: ${ms(time)}, at rest ${ms(restTime)}`, options.strict);
for (const [times, counts] of [[3, true], [2, options.strict]]) {
  if (most > times * rest.memory) fault(`the server holds ${times} times as much memory as at rest`, counts);
}
for (const { wrong } of [rest, under, after]) for (const text of wrong.slice(0, 5)) fault(`a wrong answer: ${text}`);
if (after.times.length === 0) fault('the well-behaved client has no more answers');
if (server.exitCode !== null) fault(`the server ended with exit code ${server.exitCode}`);
console.log(faults.length === 0 ? 'the server bears it' : `${faults.length} faults`);
process.exit(faults.length === 0 ? 0 : 1);
