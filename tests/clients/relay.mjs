// Relay's compiler over the schema, and relay/*.js: @connection, @refetchable through Query and through Node, @arguments.
// Usage: node relay.mjs. Exit code 1 unless it compiles all of them.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const at = (path) => fileURLToPath(new URL(path, import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'onrecord-relay-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

cpSync(at('relay'), join(folder, 'source'), { recursive: true });
cpSync(at('../../schema/api.graphql'), join(folder, 'schema.graphql'));
mkdirSync(join(folder, 'artifacts'));
const configuration = {
  src: './source',
  schema: './schema.graphql',
  language: 'typescript',
  artifactDirectory: './artifacts',
  customScalarTypes: { BigInt: 'string', DateTime: 'string', EDTF: 'string', URL: 'string' },
};
writeFileSync(join(folder, 'relay.config.json'), JSON.stringify(configuration));
const { status, error } = spawnSync(at('node_modules/.bin/relay-compiler'), ['relay.config.json'], {
  cwd: folder,
  stdio: ['ignore', 'inherit', 'inherit'],
});
if (error) throw error;
const artifacts = readdirSync(join(folder, 'artifacts'));
console.log(`${artifacts.length} artifacts`);
process.exit(status === 0 && artifacts.includes('CommitmentsListPaginationQuery.graphql.ts') ? 0 : 1);
