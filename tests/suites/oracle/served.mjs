// The record and the server that is asked: the ones that are given, or a made-up record served by the program.
import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { root, serve } from '../served.mjs';
import { makeUp } from './made-up.mjs';
import { Random } from './random.mjs';

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

/** Serves a made-up record until the process ends: where it is served, and the file with its dump. */
export async function serveMadeUp(program, seed) {
  const folder = temporaryFolder();
  makeUp(folder, new Random(seed));
  const seedArguments = ['--ontology', join(root, 'tests/fixtures/oracle/ontology.graphql'), '--seed', folder];
  const file = dump(program, seedArguments);
  const { url } = await serve(program, ...seedArguments);
  return { url, file };
}
