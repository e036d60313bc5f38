// The server as a subgraph of Apollo Federation 2: composed with a second one that says more of countries, and asked
// through Apollo's gateway. Usage: node federation.mjs PROGRAM. Exit code 1 unless it composes and all answers are right.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';

import { composeServices } from '@apollo/composition';
import { ApolloGateway } from '@apollo/gateway';
import { ApolloServer } from '@apollo/server';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { graphql, parse } from 'graphql';

import { serve } from './served.mjs';

const CAPITALS = { 'country:us': 'Washington', 'country:pa': 'Panama City' };

const second = `
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key"])
  type Country @key(fields: "id") { id: ID! capital: String }
  type Query { capitals: [Country!]! }
`;

/** A subgraph that knows the capitals of countries, and nothing else of them. */
async function serveCapitals() {
  const country = (id) => ({ __typename: 'Country', id, capital: CAPITALS[id] });
  const resolvers = {
    Query: { capitals: () => Object.keys(CAPITALS).map(country) },
    Country: { __resolveReference: ({ id }) => country(id) },
  };
  const schema = buildSubgraphSchema({ typeDefs: parse(second), resolvers });
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const { query, variables } = JSON.parse(body);
    const answer = await graphql({ schema, source: query, variableValues: variables });
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(answer));
  });
  await new Promise((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  return `http://127.0.0.1:${server.address().port}/`;
}

async function ask(url, query, variables) {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables }),
  });
  return response.json();
}

const program = process.argv[2];
if (!program) throw new Error('expected the path of the program');
const record = `${(await serve(program, '--federation', '--seed', 'seed/panama-2022')).url}/graphql`;
const capitals = await serveCapitals();

const { data } = await ask(record, '{ _service { sdl } }');
const composed = composeServices([
  { name: 'onrecord', url: record, typeDefs: parse(data._service.sdl) },
  { name: 'capitals', url: capitals, typeDefs: parse(second) },
]);
assert.deepEqual((composed.errors ?? []).map((error) => error.message), []);

// Asked as a router asks.
const entities = await ask(
  record,
  'query($of: [_Any!]!) { _entities(representations: $of) { __typename ... on Country { id name } ... on Official { name } } }',
  {
    of: [
      { __typename: 'Country', id: 'country:pa' },
      { __typename: 'Official', id: 'official:antony-blinken' },
      { __typename: 'Country', id: 'country:none' },
      { __typename: 'Country', id: 'official:antony-blinken' },
    ],
  },
);
assert.deepEqual(entities, {
  data: {
    _entities: [
      { __typename: 'Country', id: 'country:pa', name: 'Panama' },
      { __typename: 'Official', name: 'Antony Blinken' },
      null,
      null,
    ],
  },
});
for (const [wrong, expected] of [
  [{ id: 'country:pa' }, 'representations[0] has no __typename'],
  [{ __typename: 'Country' }, 'representations[0] has no id'],
  [{ __typename: 'Party', id: 'country:pa' }, 'representations[0].__typename is "Party"'],
  [7, 'representations[0] has no __typename'],
]) {
  const { errors } = await ask(record, 'query($of: [_Any!]!) { _entities(representations: $of) { __typename } }', { of: [wrong] });
  assert.ok(errors?.[0].message.includes(expected), `${JSON.stringify(wrong)}: ${JSON.stringify(errors)}`);
}

// Asked through a gateway.
const gateway = new ApolloGateway({ supergraphSdl: composed.supergraphSdl });
const server = new ApolloServer({ gateway });
await server.start();
async function through(query, variables) {
  const { body } = await server.executeOperation({ query, variables });
  assert.equal(body.singleResult.errors, undefined, JSON.stringify(body.singleResult.errors));
  return JSON.parse(JSON.stringify(body.singleResult.data));
}
// Each says its part of one country, wherever the question starts.
assert.deepEqual(await through('{ country(id: "country:pa") { name capital } }'), {
  country: { name: 'Panama', capital: 'Panama City' },
});
const { capitals: found } = await through('{ capitals { capital name commitments(first: 1) { totalCount } } }');
assert.deepEqual(found.map(({ capital, name }) => [capital, name]), [
  ['Washington', 'United States'],
  ['Panama City', 'Panama'],
]);
assert.ok(found[0].commitments.totalCount > 0);
// Countries that stand deep in an answer, as members of an interface.
const { commitments } = await through('{ commitments(first: 20) { nodes { madeBy { nodes { id ... on Country { capital } } } } } }');
const makers = commitments.nodes.flatMap(({ madeBy }) => madeBy.nodes);
assert.equal(makers.find(({ id }) => id === 'country:us').capital, 'Washington');
await server.stop();
console.log('The subgraph composes, and answers as itself and through the gateway.');
process.exit(0);
