// What the hostile client sends: each attack has a name, how many go on at once, the time that the server may take for
// one, and a way to make one up. What an attack sends changes from one to the next, so that nothing is answered from memory.
import { randomBytes } from 'node:crypto';

import { getIntrospectionQuery } from 'graphql';

import { get, post, raw, socket } from './requests.mjs';

const MEBIBYTE = 1 << 20;
const TEN_MEGABYTES = 10_000_000;

const body = (query, variables) => JSON.stringify({ query, variables });

/** Fragments of which each spreads the next twice: written out, 2^levels fields. */
function exponential(levels, number) {
  const one = (place) => `fragment F${place} on Query { ...F${place + 1} ...F${place + 1} }`;
  const all = Array.from({ length: levels }, (_, place) => one(place));
  return `query A${number} { ...F0 } ${all.join(' ')} fragment F${levels} on Query { a${number}: __typename }`;
}

/** The same with fields that go deeper, and so with conflicts to look for between all pairs. */
function overlapping(levels, number) {
  const inner = (place) => (place === 0 ? `a${number}: id` : `relationships { nodes { from { ${inner(place - 1)} } } } relationships { nodes { from { ${inner(place - 1)} } } }`);
  return `{ nodes(ids: []) { ${inner(levels)} } }`;
}

const cyclic = (number) => `{ ...A } fragment A on Query { a${number}: __typename ...B } fragment B on Query { ...A }`;

const aliases = (count, field, number) => `{${Array.from({ length: count }, (_, place) => `b${(place + number).toString(36)}:${field}`).join(' ')}}`;

function head(length, more = []) {
  return ['POST /graphql HTTP/1.1', 'host: localhost', 'content-type: application/json', `content-length: ${length}`, ...more, '', ''].join('\r\n');
}

/** A body that comes a byte at a time, and never ends. */
function* slowly(random) {
  yield head(100_000);
  yield '{"query":"{ a';
  for (let sent = 0; sent < 1000; sent += 1) yield String(random.below(10));
}

/** A head that comes a line at a time, and never ends. */
function* slowHead(random) {
  yield 'POST /graphql HTTP/1.1\r\n';
  for (let sent = 0; sent < 1000; sent += 1) yield `x-${sent}: ${random.below(10)}\r\n`;
}

/** Text with some characters put in, left out, doubled or changed. */
function mutated(text, random) {
  let changed = text;
  for (let times = random.between(1, 6); times > 0; times -= 1) {
    const at = random.below(changed.length);
    const cut = random.chance(0.5) ? random.below(20) : 0;
    const added = random.weighed([
      [1, ''],
      [2, random.pick(['{', '}', '(', ')', '[', ']', '"', '"""', '$', '@', '...', '!', '&', '#', '\\u{110000}', '\u0000', '\ud800', '-', '1e999', 'null'])],
      [1, changed.slice(at, at + random.below(200))],
    ]);
    changed = changed.slice(0, at) + added + changed.slice(at + cut);
  }
  return changed;
}

/** A literal or variable that no field can mean. */
const numbers = ['1e999', '-1e999', '99999999999999999999', '-9223372036854775809', '4294967296', '2147483648', '0.1e-400', `1${'0'.repeat(10_000)}`, `0.${'3'.repeat(10_000)}`];

function* chunked(size) {
  const chunk = new Uint8Array(64 * 1024).fill(0x20);
  for (let sent = 0; sent < size; sent += chunk.length) yield chunk;
}

/** All attacks; `budgets` are in milliseconds, `made` are operations made up from the schema. */
export function attacks({ url, random, budgets, examples, made }) {
  let number = 0;
  const clock = (id, every) => ({ id: String(id), type: 'subscribe', payload: { query: `subscription { clock(everyMilliseconds: ${every}) { number } }` } });
  const init = { type: 'connection_init' };
  const wholeSchema = getIntrospectionQuery({ descriptions: true, inputValueDeprecation: true });
  const all = {
    'exponential fragments': [2, () => post(url, body(random.pick([exponential(random.between(10, 60), number), overlapping(random.between(3, 9), number), cyclic(number)])))],
    'bodies of 10 MB': [2, () => post(url, random.chance(0.5) ? Buffer.alloc(TEN_MEGABYTES, ' ') : ReadableStream.from(chunked(TEN_MEGABYTES)))],
    'bodies just below the limit': [1, () => post(url, body(`{ __typename } # ${'x'.repeat(MEBIBYTE - 100)}`))],
    '100,000 aliases': [2, () => post(url, body(aliases(random.pick([100, 5000, 100_000]), random.pick(['x', '__typename']), number)))],
    'deep JSON': [2, () => {
      const [open, close] = random.pick([['[', ']'], ['{"a":', '}']]);
      const depth = random.pick([100, 120, 10_000, 150_000]);
      const deep = open.repeat(depth) + '1' + (random.chance(0.5) ? close.repeat(depth) : '');
      return post(url, `{"query":"query($a: Int) { __typename }","variables":{"a":${deep}}}`);
    }],
    'deep documents': [2, () => {
      const [open, close] = random.pick([['{a', '}'], ['[', ']'], ['{a:', '}'], ['...{', '}'], ['a(b:{c:', '})']]);
      const depth = random.pick([50, 500, 4000, 100_000]);
      return post(url, body(`{ nodes(ids: ${open.repeat(depth)}${close.repeat(depth)}) { id } ${open.repeat(depth)}${close.repeat(depth)} }`));
    }],
    'invalid UTF-8': [1, () => post(url, Buffer.concat([Buffer.from('{"query":"{ a'), randomBytes(random.between(1, 2000)), Buffer.from('"}')]))],
    'huge numbers': [1, () => {
      const huge = random.pick(numbers);
      if (random.chance(0.5)) return post(url, `{"query":"query($n: Int) { graph(first: $n) { __typename } nodes(ids: []) { id } }","variables":{"n":${huge}}}`);
      const field = random.pick(['officials(first: N) { nodes { id } }', 'search(text: "a", first: N) { edges { cursor } }', 'commitments(where: {amount: {gt: N}}) { nodes { id } }', 'at(date: N) { graph { __typename } }']);
      return post(url, body(`{ ${field.replace('N', huge)} }`));
    }],
    'random bytes': [3, () => random.chance(0.5) ? raw(url, [randomBytes(random.between(1, 20_000))], 1) : post(url, randomBytes(random.between(1, 20_000)))],
    'odd heads': [2, () => raw(url, [random.pick([
      head(`${'9'.repeat(30)}`), head(-1), head(5, ['transfer-encoding: chunked']), head(0, Array.from({ length: 500 }, (_, place) => `x-${place}: y`)), head(0, [`x: ${'y'.repeat(1_000_000)}`]),
      `GET /graphql?query=${'%FF'.repeat(20_000)} HTTP/1.1\r\nhost: x\r\n\r\n`, `GET /${'../'.repeat(1000)} HTTP/1.1\r\nhost: x\r\n\r\n`, 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n' + 'x'.repeat(1000),
    ])], 1)],
    'mutated examples': [3, () => post(url, body(mutated(random.pick(examples).query, random)))],
    'operations from the schema': [4, () => { const { query, variables } = made[number % made.length]; return post(url, body(`${query} # ${number}`, variables)); }],
    'the whole schema': [1, () => post(url, body(`${wholeSchema} # ${number}`))],
    'long texts to search': [2, () => post(url, body('query($t: String!) { search(text: $t, first: 10) { edges { cursor } } }', { t: Array.from({ length: random.pick([3, 100, 20_000]) }, () => random.pick(['panama', 'Blinkn', '巴拿马', 'zzzz', 'a', random.next().toString(36)])).join(random.pick([' ', ''])) }))],
    'addresses with operations': [1, () => get(url, `/graphql?query=${encodeURIComponent(mutated(random.pick(examples).query, random).toWellFormed()).slice(0, 30_000)}`)],
  };
  const held = {
    'slow bodies': [20, budgets.body, () => raw(url, slowly(random), 100)],
    'slow heads': [10, budgets.head, () => raw(url, slowHead(random), 100)],
    'connections without a request': [20, budgets.head, () => raw(url, [random.pick(['', 'P', 'PRI * HTTP/2.0'])], 1)],
    'half-open WebSockets': [30, budgets.init, () => socket(url, random.pick([[], [{ type: 'ping' }], [randomBytes(100)]]), budgets.init + 5000)],
    'silent WebSockets': [30, undefined, () => socket(url, [init], random.between(500, 5000), { reads: false })],
    'subscription storms': [20, undefined, () => socket(url, [init, ...Array.from({ length: 60 }, (_, id) => clock(id, 1))], random.between(200, 2000))],
    'subscriptions that nobody reads': [10, undefined, () => socket(url, [init, ...Array.from({ length: 50 }, (_, id) => clock(id, 1))], random.between(1000, 5000), { reads: false })],
    'streams that nobody reads': [10, undefined, () => raw(url, [`${head(body('subscription { clock(everyMilliseconds: 1) { number } }').length, ['accept: text/event-stream'])}${body('subscription { clock(everyMilliseconds: 1) { number } }')}`], 1)],
  };
  const numbered = (send) => () => {
    number += 1;
    return send();
  };
  return [
    ...Object.entries(all).map(([name, [atOnce, send]]) => ({ name, atOnce, budget: budgets.operation, send: numbered(send) })),
    ...Object.entries(held).map(([name, [atOnce, budget, send]]) => ({ name, atOnce, budget, send: numbered(send) })),
  ];
}
