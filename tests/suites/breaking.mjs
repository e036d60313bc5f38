// What the schema breaks for clients of the last release. Usage: node breaking.mjs [REVISION]. Without a revision the
// newest tag that begins with v is the last release; before the first one there is nothing to break.
// Exit code 1 if something breaks that CHANGELOG.md does not name under "Breaking" in what is unreleased.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

import { BreakingChangeType, buildSchema, findBreakingChanges, findDangerousChanges } from 'graphql';

import { root } from './served.mjs';

const SCHEMA = 'schema/api.graphql';
const git = (...words) => execFileSync('git', words, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
const current = readFileSync(new URL(`../../${SCHEMA}`, import.meta.url), 'utf8');

/** The names, such as `Official.offices`, that the changelog says are broken. */
function announced() {
  const log = readFileSync(new URL('../../CHANGELOG.md', import.meta.url), 'utf8');
  const unreleased = log.split(/^## /m).find((part) => part.startsWith('[Unreleased]')) ?? '';
  const breaking = unreleased.split(/^### /m).find((part) => part.startsWith('Breaking')) ?? '';
  return [...breaking.matchAll(/`([A-Za-z_.]+)`/g)].map(([, name]) => name);
}

// A judge that finds nothing where a field is gone would be worth nothing.
const without = current.replace(/^\t"[^"]*"\n\ttotalCount: Int!\n/m, '');
const seen = findBreakingChanges(buildSchema(current), buildSchema(without));
if (seen.length !== 1 || seen[0].type !== BreakingChangeType.FIELD_REMOVED) {
  throw new Error(`a field that is removed is not seen as that: ${JSON.stringify(seen)}`);
}

let revision = process.argv[2];
if (!revision) {
  try {
    revision = git('describe', '--tags', '--abbrev=0', '--match', 'v*').trim();
  } catch {
    console.log('There is no release yet, so there is nothing to break.');
    process.exit(0);
  }
}

const before = buildSchema(git('show', `${revision}:${SCHEMA}`));
const after = buildSchema(current);
const names = announced();
const breaking = findBreakingChanges(before, after);
const untold = breaking.filter(({ description }) => !names.some((name) => description.includes(name)));
for (const { description } of findDangerousChanges(before, after)) console.log(`may surprise: ${description}`);
for (const { description } of breaking) console.log(`breaks: ${description}`);
console.log(`${breaking.length} changes since ${revision} break clients, ${untold.length} of them are not in the changelog`);
process.exit(untold.length === 0 ? 0 : 1);
