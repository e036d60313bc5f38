// Ways to send what no well-behaved client sends, each ended by a time of its own.
import { connect } from 'node:net';

import WebSocket from 'ws';

/** No request is waited for longer than this; all budgets are far below it. */
const PATIENCE_MS = 30_000;

/** What the server answers: a status and a text; `cut` where it closes the connection. */
async function answer(address, options) {
  try {
    const response = await fetch(address, { ...options, signal: AbortSignal.timeout(PATIENCE_MS) });
    return { status: response.status, text: await response.text() };
  } catch (error) {
    if (error.name === 'TimeoutError') throw error;
    return { status: 'cut' };
  }
}

export const post = (url, body) => answer(`${url}/graphql`, { method: 'POST', headers: { 'content-type': 'application/json' }, body, duplex: 'half' });

export const get = (url, path) => answer(`${url}${path}`);

/** Writes bytes to a connection, piece by piece, until the server answers or closes it. */
export function raw(url, pieces, pauseMs) {
  const { hostname, port } = new URL(url);
  return new Promise((resolve) => {
    const socket = connect(Number(port), hostname);
    let heard = '';
    let timer;
    const end = () => {
      clearTimeout(timer);
      socket.destroy();
      const status = /^HTTP\/1\.1 (\d+)/.exec(heard)?.[1];
      resolve({ status: status ? Number(status) : 'cut', text: heard });
    };
    const left = pieces[Symbol.iterator]();
    const write = () => {
      const { value, done } = left.next();
      if (done || socket.destroyed) return;
      socket.write(value);
      timer = setTimeout(write, pauseMs);
    };
    socket.setTimeout(PATIENCE_MS, end);
    socket.on('connect', write);
    socket.on('data', (data) => {
      heard += data.toString('latin1');
      end();
    });
    socket.on('error', end);
    socket.on('close', end);
  });
}

/** Opens a WebSocket, says these messages, and leaves it be for so long, read or unread. */
export function socket(url, messages, forMs, { reads = true } = {}) {
  return new Promise((resolve) => {
    const one = new WebSocket(`${url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
    let heard = 0;
    const timer = setTimeout(() => one.terminate(), forMs);
    one.on('message', () => (heard += 1));
    one.on('open', () => {
      for (const message of messages) one.send(typeof message === 'object' && !Buffer.isBuffer(message) ? JSON.stringify(message) : message);
      if (!reads) one.pause();
    });
    one.on('unexpected-response', (_, response) => {
      clearTimeout(timer);
      one.terminate();
      resolve({ status: response.statusCode });
    });
    one.on('error', () => {});
    one.on('close', (code) => {
      clearTimeout(timer);
      resolve({ status: `closed ${code}`, heard });
    });
  });
}
