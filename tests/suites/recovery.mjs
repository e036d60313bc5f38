// Does the server keep its schema to itself when it is told to? Wrong operations are sent that make a server name what it knows:
// fields, arguments, input fields, values and types that are nearly right, fields without selections or arguments, values and
// variables of other types. No message may hold a name of the schema that the operation does not hold itself.
//
// Usage: node recovery.mjs --program FILE
//
// The words that are tried are the schema's own, which is more than a word list finds. Exit code 1 when a name is told.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { buildSchema, getNamedType, isEnumType, isInputObjectType, isInterfaceType, isLeafType, isObjectType, isRequiredArgument, isSpecifiedScalarType } from 'graphql';

import { root, serve } from './served.mjs';

const { values: options } = parseArgs({ options: { program: { type: 'string' } } });
const { url } = await serve(options.program, '--seed', 'seed/panama-2022', '--disclosure-suggestions=false', '--disclosure-introspection=false');
const schema = buildSchema(readFileSync(join(root, 'schema/api.graphql'), 'utf8'));
const AT_ONCE = 4;
const MOST_SHOWN = 20;

const types = Object.values(schema.getTypeMap()).filter(({ name }) => !name.startsWith('__') && !isSpecifiedScalarType(schema.getType(name)));
/** Names that are no words of a sentence: those with a capital letter or a line in them. */
const names = new Set();
for (const type of types) {
  names.add(type.name);
  for (const { name } of isEnumType(type) ? type.getValues() : Object.values(type.getFields?.() ?? {})) names.add(name);
}
for (const name of [...names]) if (!/[A-Z_]/.test(name) || ['Query', 'Subscription', 'Mutation'].includes(name)) names.delete(name);

/** Nearly the name. */
const near = (name) => `${name.slice(0, -1)}${name.endsWith('x') ? 'y' : 'x'}`;
const query = schema.getQueryType();
const required = (field) => field.args.filter(isRequiredArgument).map(({ name, type }) => `${name}: ${String(type).startsWith('[') ? '["x"]' : '"x"'}`);
const withRequired = (field) => (required(field).length > 0 ? `${field.name}(${required(field)})` : field.name);

function* operations() {
  for (const field of Object.values(query.getFields())) {
    const leaf = isLeafType(getNamedType(field.type));
    yield `{ ${near(field.name)} }`;
    yield `{ ${field.name} }`;
    yield `{ ${field.name} { zzz } }`;
    yield `{ ${field.name}(zzz: 1) { __typename } }`;
    if (!leaf) yield `{ ${withRequired(field)} { __typename { a } } }`;
    for (const argument of field.args) {
      yield `{ ${field.name}(${near(argument.name)}: 1) { __typename } }`;
      for (const value of ['1', '"x"', '[1]', '{zzz: 1}', 'ZZZ', 'null', '1.5', '[{zzz: null}]', '{}', '[ZZZ]', '9999', '-1']) yield `{ ${field.name}(${argument.name}: ${value}) { __typename } }`;
      yield `query($v: Float) { ${field.name}(${argument.name}: $v) { __typename } }`;
      const input = getNamedType(argument.type);
      if (!isInputObjectType(input)) continue;
      for (const { name } of Object.values(input.getFields()).slice(0, 12)) {
        for (const value of ['1', '{zzz: 1}', 'ZZZ', '"x"', '{}', 'null']) yield `{ ${field.name}(${argument.name}: {${name}: ${value}}) { __typename } }`;
        yield `{ ${field.name}(${argument.name}: {${near(name)}: 1}) { __typename } }`;
      }
    }
  }
  for (const type of types) {
    yield `{ ...on ${near(type.name)} { a } }`;
    yield `{ ...on ${type.name} { a } }`;
    yield `query($v: ${type.name}) { zzz(a: $v) }`;
    yield `query($v: ${type.name} = 1) { __typename }`;
    if (!isObjectType(type) && !isInterfaceType(type)) continue;
    for (const { name } of Object.values(type.getFields())) yield `query { nodes(ids: []) { ...on ${type.name} { ${near(name)} ${name} ${name}: id } } }`;
  }
  yield '{ a: nodes(ids: []) { id } a: graph { version } }';
  yield '{ __schema { types { name } } }';
  yield '{ __type(name: "Query") { name } }';
  yield 'mutation { zzz }';
  yield 'subscription { zzz }';
}

let [sent, told] = [0, 0];
const shapes = new Map();
async function ask(text, variables) {
  const response = await fetch(`${url}/graphql`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ query: text, variables }) });
  const { errors = [] } = await response.json();
  sent += 1;
  const own = new Set(`${text} ${JSON.stringify(variables ?? {})}`.match(/\w+/g));
  for (const { message } of errors) {
    const found = (message.match(/\w+/g) ?? []).filter((word) => names.has(word) && !own.has(word));
    if (found.length === 0) continue;
    told += 1;
    const shape = message.replaceAll(/"[^"]*"|\w*[A-Z_]\w*|\d+/g, '…');
    if (!shapes.has(shape)) shapes.set(shape, `${text}\n  ${message}\n  tells ${found.join(', ')}`);
  }
}

const left = operations();
await Promise.all(Array.from({ length: AT_ONCE }, async () => {
  for (const text of left) await ask(text);
}));
// Variables are looked at by another part of the server.
for (const field of Object.values(query.getFields())) {
  for (const { name, type } of field.args) {
    const others = field.args.filter((other) => other.name !== name);
    const given = [...required({ args: others }), `${name}: $v`];
    for (const value of [1, 'x', null, [], {}, { zzz: 1 }, [{ zzz: 1 }], 'ZZZ', { NOT: { zzz: 1 } }]) {
      await ask(`query($v: ${type}) { ${field.name}(${given}) { __typename } }`, { v: value });
    }
  }
}

for (const shown of [...shapes.values()].slice(0, MOST_SHOWN)) console.log(shown);
console.log(`${sent} operations, ${told} messages tell a name of the schema, in ${shapes.size} ways`);
process.exit(sent > 1000 && told === 0 ? 0 : 1);
