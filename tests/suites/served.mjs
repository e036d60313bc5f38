// A server of a check's own, which ends with the process.
import { spawn } from 'node:child_process';
import { get } from 'node:http';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';

/** The folder of the repository. */
export const root = fileURLToPath(new URL('../..', import.meta.url));

function freePort() {
  return new Promise((resolve) => {
    const server = createServer();
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

/** Asked over a connection of its own: one that is kept may be closed by the server when a check comes back to it. */
function isReady(url) {
  return new Promise((resolve) => {
    get(`${url}/readyz`, { agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    }).on('error', () => resolve(false));
  });
}

/** Starts `onrecord serve` and gives its address when it is ready. */
export async function serve(program, ...words) {
  const url = `http://127.0.0.1:${await freePort()}`;
  const server = spawn(program, ['serve', ...words, '--listen', url.slice('http://'.length)], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  process.on('exit', () => server.kill());
  for (let tries = 0; tries < 600 && server.exitCode === null; tries += 1) {
    if (await isReady(url)) return { url, server };
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`${program} serve ${words.join(' ')} does not become ready`);
}
