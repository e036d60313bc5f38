// Does the server speak graphql-transport-ws as its specification says (PROTOCOL.md of the npm package graphql-ws)?
// Through that package's own client first, then with bare messages, one check for each thing that the specification says.
//
// Usage: node websocket.mjs --program FILE
//
// The program is started with a clock to subscribe to. Exit code 1 unless every check passes.
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';

import { createClient } from 'graphql-ws';
import WebSocket from 'ws';

import { check, finish } from './checks.mjs';
import { serve } from './served.mjs';

const { values: options } = parseArgs({ options: { program: { type: 'string' } } });
const { url: http, server } = await serve(options.program, '--seed', 'seed/panama-2022', '--test-subscription');
const url = `${http.replace('http', 'ws')}/graphql`;

const QUERY = '{ __typename }';
const THREE = 'subscription { clock(everyMilliseconds: 5, count: 3) { number } }';
const ENDLESS = 'subscription { clock(everyMilliseconds: 10) { number } }';

/** A bare connection: what came over it, and how it was closed. */
class Socket {
  messages = [];
  closed = undefined;

  constructor(protocols = 'graphql-transport-ws') {
    this.socket = new WebSocket(url, protocols);
    this.socket.on('message', (data) => this.messages.push(JSON.parse(String(data))));
    this.socket.on('close', (code, reason) => (this.closed = { code, reason: String(reason) }));
    this.opened = new Promise((resolve) => {
      this.socket.on('open', () => resolve(true));
      this.socket.on('error', () => resolve(false));
    });
  }

  say(message) {
    this.socket.send(typeof message === 'string' ? message : JSON.stringify(message));
  }

  async until(holds, what) {
    for (let waited = 0; waited < 6000; waited += 5) {
      if (holds()) return;
      await sleep(5);
    }
    assert.fail(`no ${what}; came: ${JSON.stringify(this.messages)}, closed: ${JSON.stringify(this.closed)}`);
  }

  of(type) {
    return this.messages.filter((message) => message.type === type);
  }

  async heard(type, count = 1) {
    await this.until(() => this.of(type).length >= count, `${count} ${type}`);
    return this.of(type)[count - 1];
  }

  async closedWith(code) {
    await this.until(() => this.closed, `close with ${code}`);
    assert.equal(this.closed.code, code, JSON.stringify(this.closed));
  }

  subscribe(id, query, rest = {}) {
    this.say({ id, type: 'subscribe', payload: { query, ...rest } });
  }
}

/** Runs a check on a connection of its own, which has been initialised unless it is said otherwise. */
function onSocket(name, run, { protocols, initialised = true } = {}) {
  return check(name, async () => {
    const socket = new Socket(protocols);
    try {
      socket.isOpen = await socket.opened;
      if (initialised) {
        socket.say({ type: 'connection_init' });
        await socket.heard('connection_ack');
      }
      await run(socket);
    } finally {
      socket.socket.terminate();
    }
  });
}
const bare = { initialised: false };

/** All results of an operation, through the client. */
async function results(client, request) {
  const all = [];
  for await (const result of client.iterate(request)) all.push(result);
  return all;
}

const client = createClient({ url, webSocketImpl: WebSocket, retryAttempts: 0 });
await check('client: a subscription yields its results and ends', async () => {
  const numbers = (await results(client, { query: THREE })).map(({ data }) => data.clock.number);
  assert.deepEqual(numbers, [1, 2, 3]);
});
await check('client: a query has one result', async () => {
  assert.deepEqual(await results(client, { query: QUERY }), [{ data: { __typename: 'Query' } }]);
});
await check('client: what is not valid is an error, not a result', async () => {
  const errors = await results(client, { query: '{ nope }' }).then(
    (all) => assert.fail(JSON.stringify(all)),
    (error) => error,
  );
  assert.equal(errors[0].extensions.code, 'GRAPHQL_VALIDATION_FAILED');
});
await check('client: operationName and variables choose', async () => {
  const query = `
    subscription A { a: clock(everyMilliseconds: 5, count: 1) { number } }
    subscription B($count: Int) { b: clock(everyMilliseconds: 5, count: $count) { number } }`;
  const all = await results(client, { query, operationName: 'B', variables: { count: 2 } });
  assert.deepEqual(all, [{ data: { b: { number: 1 } } }, { data: { b: { number: 2 } } }]);
});
await check('client: it can leave a subscription before its end', async () => {
  let seen = 0;
  for await (const { data } of client.iterate({ query: ENDLESS })) {
    seen = data.clock.number;
    if (seen === 3) break;
  }
  assert.equal(seen, 3);
});
await check('client: thirty subscriptions over one connection do not disturb each other', async () => {
  const all = await Promise.all(Array.from({ length: 30 }, () => results(client, { query: THREE })));
  assert.ok(all.every((found) => found.length === 3));
});
await check('client: its own keep-alive is answered', async () => {
  let pongs = 0;
  const alive = createClient({
    url,
    webSocketImpl: WebSocket,
    keepAlive: 20,
    retryAttempts: 0,
    on: { pong: (received) => (pongs += received ? 1 : 0) },
  });
  await results(alive, { query: 'subscription { clock(everyMilliseconds: 100, count: 3) { number } }' });
  await alive.dispose();
  assert.ok(pongs >= 3, `${pongs} pongs`);
});

await onSocket('the handshake chooses graphql-transport-ws', async ({ socket }) => {
  assert.equal(socket.protocol, 'graphql-transport-ws');
}, bare);
await onSocket('where the older protocol is offered too, the current one is chosen', async ({ socket }) => {
  assert.equal(socket.protocol, 'graphql-transport-ws');
}, { ...bare, protocols: ['graphql-ws', 'graphql-transport-ws'] });
await onSocket('no sub-protocol: 4406', (socket) => socket.closedWith(4406), { ...bare, protocols: [] });
await onSocket('an unknown sub-protocol is not chosen', async ({ isOpen }) => {
  assert.equal(isOpen, false);
}, { ...bare, protocols: 'soap' });

await onSocket('connection_init is acknowledged', async ({ messages }) => {
  assert.deepEqual(messages, [{ type: 'connection_ack' }]);
});
await onSocket('connection_init may have a payload', async (socket) => {
  socket.say({ type: 'connection_init', payload: { token: 'x' } });
  await socket.heard('connection_ack');
}, bare);
await onSocket('a second connection_init: 4429', async (socket) => {
  socket.say({ type: 'connection_init' });
  await socket.closedWith(4429);
  assert.equal(socket.closed.reason, 'Too many initialisation requests');
});
await onSocket('no connection_init in time: 4408', async (socket) => {
  await socket.closedWith(4408);
  assert.equal(socket.closed.reason, 'Connection initialisation timeout');
}, bare);
await onSocket('a subscribe before connection_ack: 4401', async (socket) => {
  socket.subscribe('1', QUERY);
  await socket.closedWith(4401);
  assert.equal(socket.closed.reason, 'Unauthorized');
}, bare);

await onSocket('a ping is answered, also before connection_init', async (socket) => {
  socket.say({ type: 'ping' });
  await socket.heard('pong');
}, bare);
await onSocket('a ping with a payload is answered', async (socket) => {
  socket.say({ type: 'ping', payload: { a: [1] } });
  await socket.heard('pong');
});
await onSocket('a pong that nobody asked for is no mistake', async (socket) => {
  socket.say({ type: 'pong', payload: { a: 1 } });
  socket.say({ type: 'ping' });
  await socket.heard('pong');
});

const invalid = {
  'not JSON': 'nonsense',
  'not an object': '[]',
  'no type': {},
  'an unknown type': { type: 'foo' },
  "a server's type": { type: 'next', id: '1', payload: {} },
  "the older protocol's type": { type: 'start', id: '1', payload: { query: QUERY } },
  'a subscribe without a payload': { type: 'subscribe', id: '1' },
  'a subscribe without an id': { type: 'subscribe', payload: { query: QUERY } },
  'a subscribe with an id that is no string': { type: 'subscribe', id: 1, payload: { query: QUERY } },
  'a subscribe without a query': { type: 'subscribe', id: '1', payload: { variables: {} } },
  'a subscribe with variables that are no object': { type: 'subscribe', id: '1', payload: { query: QUERY, variables: [] } },
  'a complete without an id': { type: 'complete' },
  'a ping with a payload that is no object': { type: 'ping', payload: 'x' },
};
for (const [what, message] of Object.entries(invalid)) {
  await onSocket(`${what}: 4400`, async (socket) => {
    socket.say(message);
    await socket.closedWith(4400);
    assert.notEqual(socket.closed.reason, '');
  });
}

await onSocket('a query is a next and a complete', async (socket) => {
  socket.subscribe('a', QUERY);
  await socket.heard('complete');
  assert.deepEqual(socket.messages.slice(1), [
    { id: 'a', type: 'next', payload: { data: { __typename: 'Query' } } },
    { id: 'a', type: 'complete' },
  ]);
});
await onSocket('what is not valid is an error with a list of errors, and no complete', async (socket) => {
  socket.subscribe('a', '{ nope }');
  const { id, payload } = await socket.heard('error');
  await sleep(100);
  assert.equal(id, 'a');
  assert.ok(Array.isArray(payload) && typeof payload[0].message === 'string');
  assert.deepEqual(socket.of('complete'), []);
});
await onSocket('a subscription with two root fields is an error', async (socket) => {
  socket.subscribe('a', 'subscription { a: clock(everyMilliseconds: 5) { number } b: clock(everyMilliseconds: 5) { number } }');
  await socket.heard('error');
});
await onSocket('a subscription that asks for __typename at its root is an error', async (socket) => {
  socket.subscribe('a', 'subscription { __typename }');
  await socket.heard('error');
});
await onSocket('an id that is in use: 4409', async (socket) => {
  socket.subscribe('a', ENDLESS);
  socket.subscribe('a', ENDLESS);
  await socket.closedWith(4409);
  assert.equal(socket.closed.reason, 'Subscriber for a already exists');
});
await onSocket('an id may be used again after complete and after error', async (socket) => {
  socket.subscribe('a', QUERY);
  await socket.heard('complete');
  socket.subscribe('a', '{ nope }');
  await socket.heard('error');
  socket.subscribe('a', QUERY);
  await socket.heard('complete', 2);
  assert.equal(socket.closed, undefined);
});
await onSocket('complete ends a subscription, and nothing follows', async (socket) => {
  socket.subscribe('a', ENDLESS);
  await socket.heard('next', 3);
  socket.say({ id: 'a', type: 'complete' });
  socket.say({ type: 'ping' });
  await socket.heard('pong');
  const heard = socket.messages.length;
  await sleep(100);
  assert.equal(socket.messages.length, heard);
  assert.deepEqual(socket.of('complete'), []);
});
await onSocket('a complete for nothing that runs is passed over', async (socket) => {
  socket.say({ id: 'nothing', type: 'complete' });
  socket.say({ type: 'ping' });
  await socket.heard('pong');
});
await onSocket('operations of one connection run side by side', async (socket) => {
  socket.subscribe('endless', ENDLESS);
  await socket.heard('next');
  socket.subscribe('query', QUERY);
  await socket.heard('complete');
  const { length } = socket.of('next');
  await socket.heard('next', length + 3);
});
await onSocket('too many operations at once are refused one by one', async (socket) => {
  const ids = Array.from({ length: 60 }, (_, place) => String(place));
  for (const id of ids) socket.subscribe(id, ENDLESS);
  const { payload } = await socket.heard('error');
  assert.equal(payload[0].extensions.code, 'LIMIT_EXCEEDED');
  await socket.heard('error', 10);
  assert.equal(socket.closed, undefined);
});
await onSocket('a message that is too large: 1009', async (socket) => {
  socket.subscribe('a', `{ __typename } # ${'x'.repeat(1 << 20)}`);
  await socket.closedWith(1009);
});
// The last one, since it ends the server.
await onSocket('a server that stops: 1001', async (socket) => {
  socket.subscribe('a', ENDLESS);
  await socket.heard('next');
  server.kill();
  await socket.closedWith(1001);
  assert.deepEqual(socket.of('complete'), []);
});

await client.dispose();
finish();
