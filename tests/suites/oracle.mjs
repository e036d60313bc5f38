// Are the server's answers right? An independent implementation over the record's dump answers the same made-up
// operations: graphql-js over the printed schema, with naive resolvers written from what the schema and README say.
//
// Usage: node oracle.mjs [URL] (--dump FILE | --program FILE) [--operations 2000] [--seed 1] [--only NUMBER]
//        node oracle.mjs --made-up --program FILE [...]
//
// The dump must be of the record that is served: FILE is what `onrecord dump` wrote, or the program that writes it from
// the seed of this repository. With --made-up the program serves a record that is made up from the seed, in which claims
// contradict, follow and correct each other in more ways than in a true one. Answers are compared value for value and in
// the order of their keys, and whether they are errors; cursors are not. Exit code 1 when they differ in anything that
// oracle/differences.mjs does not name.
import { parseArgs } from 'node:util';

import { executeSync, parse, print, validate } from 'graphql';

import { difference } from './oracle/compare.mjs';
import { KNOWN } from './oracle/differences.mjs';
import { Operations } from './oracle/operations.mjs';
import { Random } from './oracle/random.mjs';
import { refusals } from './oracle/refusals.mjs';
import { resolve, resolveType, rootOf } from './oracle/resolvers.mjs';
import { dump, serveMadeUp } from './oracle/served.mjs';
import { ask, settingOf } from './oracle/setting.mjs';
import { needed, shrink } from './oracle/shrink.mjs';

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    dump: { type: 'string' },
    program: { type: 'string' },
    'made-up': { type: 'boolean' },
    operations: { type: 'string', default: '2000' },
    seed: { type: 'string', default: '1' },
    only: { type: 'string' },
  },
});
const [wanted, seed] = [Number(options.operations), Number(options.seed)];
if (!options.dump && !options.program) throw new Error('--dump or --program is needed');
const made = options['made-up'] && (await serveMadeUp(options.program, seed));
const url = new URL(made?.url ?? positionals[0] ?? 'http://127.0.0.1:8000');
/** Differences that are shown; the others are counted. */
const MOST_SHOWN = 10;
/** The share of operations that the server may refuse for their price. */
const MOST_REFUSED = 0.02;
const REFUSALS = ['LIMIT_EXCEEDED', 'BUDGET_EXCEEDED'];

const { schema, record, coverage, context } = await settingOf(url, made?.file ?? options.dump ?? dump(options.program));

/** The oracle's answer. */
function answer(document, variableValues) {
  const invalid = validate(schema, document);
  if (invalid.length > 0) return { errors: invalid };
  const errors = refusals(schema, document, variableValues);
  if (errors.length > 0) return { errors };
  return executeSync({
    schema,
    document,
    variableValues,
    rootValue: rootOf(record),
    contextValue: context,
    fieldResolver: resolve,
    typeResolver: resolveType,
  });
}

/** What both answer, and how they differ. */
async function compared(document, variables, cursors = new Map()) {
  const asked = ask(url, print(document), withCursors(variables, cursors));
  const oracle = answer(document, variables);
  const server = await asked;
  const codes = server.errors?.map((error) => error.extensions?.code) ?? [];
  if (codes.some((code) => REFUSALS.includes(code))) return { refused: codes };
  if (server.errors && oracle.errors) return { oracle, failed: true };
  if (server.errors || oracle.errors) {
    const one = ({ errors, data }) => (errors ? errors.map(({ message }) => `error: ${message}`) : data);
    return { oracle, found: { path: '', server: one(server), oracle: one(oracle) } };
  }
  return { oracle, found: difference(server.data, JSON.parse(JSON.stringify(oracle.data)), cursors) };
}

/** Variables as the server knows them: each side has cursors of its own. */
function withCursors(variables, cursors) {
  return Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, cursors.get(value) ?? value]));
}

const counts = { agreed: 0, failed: 0, refused: 0, known: 0, differed: 0, pages: 0 };

/** Compares one operation; its answer if the oracle has one. */
async function check(number, document, variables, cursors) {
  const { oracle, found, failed, refused } = await compared(document, variables, cursors);
  if (refused) counts.refused += 1;
  else if (failed) counts.failed += 1;
  else if (!found) counts.agreed += 1;
  else if (KNOWN.some((known) => known.is(found, document))) counts.known += 1;
  else {
    counts.differed += 1;
    if (counts.differed <= MOST_SHOWN) await show(number, document, variables, cursors);
  }
  return found || oracle?.errors ? undefined : oracle?.data;
}

async function show(number, document, variables, cursors) {
  const differs = async (candidate) => (await compared(candidate, needed(candidate, variables), new Map(cursors))).found;
  const smallest = await shrink(document, differs);
  const found = await differs(smallest);
  const short = (value) => JSON.stringify(value)?.slice(0, 600);
  console.log(`\noperation ${number} of seed ${seed} differs${found.path && ` at ${found.path}`}\n${print(smallest)}`);
  const left = needed(smallest, variables);
  if (Object.keys(left).length > 0) console.log(`variables ${JSON.stringify(left)}`);
  console.log(`server  ${short(found.server)}\noracle  ${short(found.oracle)}`);
}

/** The cursor to go on from; mostly the one that leads on. */
function turn(random, { name }, { startCursor, endCursor }) {
  const [on, back] = name === 'after' ? [endCursor, startCursor] : [startCursor, endCursor];
  return random.chance(0.85) ? on : back;
}

const random = new Random(seed);
const operations = new Operations({ schema, coverage, record, random, context });
console.log(`seed ${seed}: ${record.entities.length} entities, ${record.claims.length} claims, ${record.ties.length} relationships`);
const started = performance.now();
const done = () => counts.agreed + counts.failed + counts.refused + counts.known + counts.differed;
for (let number = Number(options.only ?? 1); done() < wanted; number += 1) {
  random.seed(seed, number);
  const { query, variables, pages } = operations.next();
  const document = parse(query);
  const cursors = new Map();
  let data = await check(number, document, variables, cursors);
  // Second and third pages, with the cursors of the page before.
  const page = pages.length > 0 ? random.pick(pages) : undefined;
  for (let more = 0; page && data && more < 2 && done() < wanted; more += 1) {
    const info = page.path.reduce((value, key) => value?.[key], data);
    const cursor = info && turn(random, page, info);
    if (!cursor) break;
    counts.pages += 1;
    data = await check(number, document, { ...variables, [page.variable]: cursor }, cursors);
  }
  if (options.only) break;
}

const { all, unasked } = coverage.summary();
const names = (list) => (list.length > 0 ? `: ${list.slice(0, 40).join(' ')}${list.length > 40 ? ' …' : ''}` : '');
console.log(`${done()} operations in ${((performance.now() - started) / 1000).toFixed(0)} s, ${counts.pages} of them further pages`);
console.log(`${counts.agreed} agreed, ${counts.failed} refused by both, ${counts.refused} too dear for the server, ${counts.known} differ as is known, ${counts.differed} differ`);
console.log(`asked: ${all - unasked.length} of ${all} fields and conditions; not asked${names(unasked)}`);
console.log(`not covered: ${coverage.missing.length}${names(coverage.missing)}`);
const isHonest = options.only || counts.refused <= MOST_REFUSED * done();
process.exit(counts.differed === 0 && isHonest ? 0 : 1);
