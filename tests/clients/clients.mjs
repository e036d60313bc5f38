// The clients that front-end teams use, each doing what they do: queries, pages merged in a cache, views side by side in
// one, errors, and subscriptions over every transport that it has.
//
// Usage: node clients.mjs --program FILE
//
// The program is started with a clock to subscribe to. Exit code 1 unless every check passes.
import assert from 'node:assert/strict';
import { parseArgs } from 'node:util';

import { ApolloClient, CombinedGraphQLErrors, HttpLink, InMemoryCache, gql } from '@apollo/client/core';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import { relayStylePagination } from '@apollo/client/utilities';
import { Client, cacheExchange, fetchExchange, subscriptionExchange } from '@urql/core';
import { createClient as createSse } from 'graphql-sse';
import { createClient as createWs } from 'graphql-ws';
import WebSocket from 'ws';

import { check, finish } from '../suites/checks.mjs';
import { serve } from '../suites/served.mjs';

// Node has none of its own before version 22.
globalThis.WebSocket ??= WebSocket;

const { values: options } = parseArgs({ options: { program: { type: 'string' } } });
const served = await serve(options.program, '--seed', 'seed/panama-2022', '--test-subscription');
const url = `${served.url}/graphql`;
const overWs = () => createWs({ url: url.replace('http', 'ws'), webSocketImpl: WebSocket, retryAttempts: 0 });

const TICKS = 'subscription Ticks($count: Int) { clock(everyMilliseconds: 5, count: $count) { number query { graph { version } } } }';
const ENDLESS = 'subscription { clock(everyMilliseconds: 5) { number } }';
const PAGE = gql`
  query Page($first: Int, $after: String) {
    commitments(first: $first, after: $after) {
      totalCount
      edges {
        cursor
        node {
          id
          text
        }
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`;

// --- Apollo Client --------------------------------------------------------------------------------

/** A client of its own, with what it sent. */
function apollo(link, fetchOptions) {
  const sent = [];
  const recording = (address, request) => {
    sent.push({ address: String(address), ...request });
    return fetch(address, request);
  };
  const cache = new InMemoryCache({
    // Apollo Client takes every object of the root's type for the root itself. What `at` answers is of type Query, too, so
    // that the root goes by another name here.
    possibleTypes: { Query: ['Root'] },
    typePolicies: { Root: { queryType: true, fields: { commitments: relayStylePagination() } } },
  });
  const client = new ApolloClient({ cache, link: link ?? new HttpLink({ uri: url, fetch: recording, ...fetchOptions }) });
  return { client, cache, sent };
}

/** All that an observable tells until its end. */
function collected(observable) {
  return new Promise((resolve, reject) => {
    const all = [];
    observable.subscribe({ next: (value) => all.push(value), error: reject, complete: () => resolve(all) });
  });
}

const numbers = (results) => results.map(({ data }) => data.clock.number);

await check('Apollo Client: pages are merged in the cache as one list', async () => {
  const { client, cache } = apollo();
  const whole = (await apollo().client.query({ query: PAGE, variables: { first: 6 } })).data.commitments;
  const { data } = await client.query({ query: PAGE, variables: { first: 3 } });
  const { endCursor } = data.commitments.pageInfo;
  // Not from the cache, where the list is already.
  await client.query({ query: PAGE, variables: { first: 3, after: endCursor }, fetchPolicy: 'network-only' });
  const merged = cache.readQuery({ query: PAGE, variables: { first: 6 } }).commitments;
  assert.deepEqual(
    merged.edges.map(({ node }) => node.id),
    whole.edges.map(({ node }) => node.id),
  );
});

await check('Apollo Client: two views of one entity do not overwrite each other in the cache', async () => {
  const { client, cache } = apollo();
  const query = gql`
    {
      now: official(id: "official:antony-blinken") {
        id
        entityId
        offices {
          totalCount
        }
      }
      then: at(date: "1990") {
        official(id: "official:antony-blinken") {
          id
          entityId
          offices {
            totalCount
          }
        }
      }
    }
  `;
  const { data } = await client.query({ query });
  const cached = cache.readQuery({ query });
  assert.deepEqual(cached, data);
  assert.equal(data.then.official.entityId, data.now.entityId);
  assert.notEqual(data.then.official.id, data.now.id);
  assert.notEqual(data.then.official.offices.totalCount, data.now.offices.totalCount);
});

await check('Apollo Client: queries by GET', async () => {
  const { client, sent } = apollo(undefined, { useGETForQueries: true });
  const { data } = await client.query({ query: PAGE, variables: { first: 1 } });
  assert.equal(data.commitments.edges.length, 1);
  assert.equal(sent[0].method, 'GET');
});

await check('Apollo Client: what is not valid is an error with its code', async () => {
  const { error } = await apollo().client.query({ query: gql`{ nope }`, errorPolicy: 'all' });
  assert.ok(CombinedGraphQLErrors.is(error), String(error));
  assert.equal(error.errors[0].extensions.code, 'GRAPHQL_VALIDATION_FAILED');
});

await check('Apollo Client: a mutation is refused with a reason', async () => {
  const mutation = gql`mutation { record { version } }`;
  const { error } = await apollo().client.mutate({ mutation, errorPolicy: 'all' });
  assert.ok(CombinedGraphQLErrors.is(error), String(error));
});

const links = { 'over graphql-ws': () => new GraphQLWsLink(overWs()), 'as multipart answers': () => undefined };
for (const [how, link] of Object.entries(links)) {
  await check(`Apollo Client: a subscription ${how}`, async () => {
    const { client } = apollo(link());
    const results = await collected(client.subscribe({ query: gql(TICKS), variables: { count: 3 } }));
    assert.deepEqual(numbers(results), [1, 2, 3]);
    assert.ok(results.every(({ data }) => Number(data.clock.query.graph.version) > 0));
  });
  await check(`Apollo Client: a subscription ${how} that is not valid`, async () => {
    const { client } = apollo(link());
    const [result] = await collected(client.subscribe({ query: gql`subscription { nope }` }));
    assert.ok(CombinedGraphQLErrors.is(result.error), JSON.stringify(result));
    assert.equal(result.error.errors[0].extensions.code, 'GRAPHQL_VALIDATION_FAILED');
  });
  await check(`Apollo Client: a subscription ${how} that it leaves`, () => {
    const { client } = apollo(link());
    return new Promise((resolve, reject) => {
      const running = client.subscribe({ query: gql(ENDLESS) }).subscribe({
        error: reject,
        next({ data }) {
          if (data.clock.number === 3) resolve(running.unsubscribe());
        },
      });
    });
  });
}

// --- urql -----------------------------------------------------------------------------------------

const urql = (options) => new Client({ url, exchanges: [cacheExchange, fetchExchange], preferGetMethod: false, ...options });

await check('urql: a query', async () => {
  const { data, error } = await urql().query(PAGE, { first: 2 }).toPromise();
  assert.equal(error, undefined);
  assert.equal(data.commitments.edges.length, 2);
});

await check('urql: a query by GET, with what has to be escaped', async () => {
  const text = 'Panamá & "Darién" = 100 % +';
  const query = gql`query Search($text: String!) { search(text: $text) { totalCount } }`;
  const { data, error } = await urql({ preferGetMethod: 'force' }).query(query, { text }).toPromise();
  assert.equal(error, undefined);
  assert.equal(typeof data.search.totalCount, 'number');
});

await check('urql: what is not valid is an error with its code', async () => {
  const { error } = await urql().query('{ nope }', {}).toPromise();
  assert.equal(error.graphQLErrors[0].extensions.code, 'GRAPHQL_VALIDATION_FAILED');
});

/** The numbers that a subscription of urql's tells. */
function urqlTicks(client) {
  return new Promise((resolve, reject) => {
    const heard = [];
    const running = client.subscription(TICKS, { count: 3 }).subscribe(({ data, error }) => {
      if (error) reject(error);
      if (heard.at(-1) !== data.clock.number) heard.push(data.clock.number);
      if (heard.length === 3) {
        resolve(heard);
        setTimeout(() => running.unsubscribe());
      }
    });
  });
}

await check('urql: a subscription over graphql-ws', async () => {
  const ws = overWs();
  const forwardSubscription = (request) => ({
    subscribe: (sink) => ({ unsubscribe: ws.subscribe({ ...request, query: request.query ?? '' }, sink) }),
  });
  const client = urql({ exchanges: [fetchExchange, subscriptionExchange({ forwardSubscription })] });
  assert.deepEqual(await urqlTicks(client), [1, 2, 3]);
});

await check('urql: a subscription as server-sent events', async () => {
  assert.deepEqual(await urqlTicks(urql({ fetchSubscriptions: true })), [1, 2, 3]);
});

// --- graphql-sse ----------------------------------------------------------------------------------

const sse = (options) => createSse({ url, retryAttempts: 0, ...options });

async function iterated(request, most = Infinity) {
  const results = [];
  for await (const result of sse().iterate(request)) {
    results.push(result);
    if (results.length === most) break;
  }
  return results;
}

await check('graphql-sse: a query', async () => {
  assert.deepEqual(await iterated({ query: '{ __typename }' }), [{ data: { __typename: 'Query' } }]);
});

await check('graphql-sse: a subscription', async () => {
  assert.deepEqual(numbers(await iterated({ query: TICKS, variables: { count: 3 } })), [1, 2, 3]);
});

await check('graphql-sse: a subscription that it leaves', async () => {
  assert.deepEqual(numbers(await iterated({ query: ENDLESS }, 3)), [1, 2, 3]);
});

await check('graphql-sse: what is not valid is a result with errors', async () => {
  const [{ errors }, ...rest] = await iterated({ query: '{ nope }' });
  assert.equal(errors[0].extensions.code, 'GRAPHQL_VALIDATION_FAILED');
  assert.deepEqual(rest, []);
});

// --- graphql-ws -----------------------------------------------------------------------------------
// The protocol has a suite of its own: ../suites/websocket.mjs.

await check('graphql-ws: queries and a subscription over one connection', async () => {
  const client = overWs();
  const all = async (request) => {
    const results = [];
    for await (const result of client.iterate(request)) results.push(result);
    return results;
  };
  const [query, ticks] = await Promise.all([
    all({ query: '{ __typename }' }),
    all({ query: TICKS, variables: { count: 3 } }),
  ]);
  assert.deepEqual(query, [{ data: { __typename: 'Query' } }]);
  assert.deepEqual(numbers(ticks), [1, 2, 3]);
  await client.dispose();
});

finish();
