// The record and the server that is asked: the ones that are given, or a made-up record served by the program.
import { spawn, spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { makeUp } from './made-up.mjs';
import { Random } from './random.mjs';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** A folder that is gone when the process ends. */
function temporaryFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'onrecord-oracle-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** The file into which the program writes a record. */
export function dump(program, seedArguments = []) {
  const file = join(temporaryFolder(), 'dump.ndjson');
  const output = openSync(file, 'w');
  const { status, error } = spawnSync(program, ['dump', ...seedArguments], { cwd: root, stdio: ['ignore', output, 'inherit'] });
  closeSync(output);
  if (status !== 0) throw error ?? new Error(`${program} dump: exit code ${status}`);
  return file;
}

function freePort() {
  return new Promise((resolve) => {
    const server = createServer();
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

/** Serves a made-up record until the process ends: where it is served, and the file with its dump. */
export async function serveMadeUp(program, seed) {
  const folder = temporaryFolder();
  makeUp(folder, new Random(seed));
  const seedArguments = ['--ontology', join(root, 'tests/fixtures/oracle/ontology.graphql'), '--seed', folder];
  const file = dump(program, seedArguments);
  const url = `http://127.0.0.1:${await freePort()}`;
  const server = spawn(program, ['serve', ...seedArguments, '--listen', url.slice('http://'.length)], { stdio: 'ignore' });
  process.on('exit', () => server.kill());
  for (let tries = 0; tries < 100; tries += 1) {
    const response = await fetch(`${url}/readyz`).catch(() => undefined);
    if (response?.ok) return { url, file };
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`${program} does not serve the made-up record`);
}
