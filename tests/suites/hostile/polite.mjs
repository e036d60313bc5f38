// The well-behaved client, on a thread of its own so that it does not wait for what the hostile one makes up: it asks the
// examples one after the other, and tells how long each answer took and whether it is the one it had before.
import { parentPort, workerData } from 'node:worker_threads';
import { setTimeout as sleep } from 'node:timers/promises';

const PAUSE_MS = 5;
const { url, examples } = workerData;
const known = new Map();
let phase = { times: [], wrong: [] };

async function ask({ name, query }) {
  const started = performance.now();
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query }),
  });
  const text = await response.text();
  phase.times.push(performance.now() - started);
  if (!known.has(name)) known.set(name, text);
  else if (known.get(name) !== text) phase.wrong.push(`${name}: ${response.status} ${text.slice(0, 200)}`);
}

// What was seen since the last time it was asked for.
parentPort.on('message', () => {
  parentPort.postMessage(phase);
  phase = { times: [], wrong: [] };
});

for (;;) {
  for (const example of examples) {
    await ask(example).catch((error) => phase.wrong.push(`${example.name}: ${error.cause ?? error}`));
    await sleep(PAUSE_MS);
  }
}
