// Typed code for front ends: graphql-codegen's client preset over the served schema and all examples, checked by TypeScript.
// Usage: node codegen.mjs URL. Exit code 1 unless code is generated for every example and holds.
import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { generate } from '@graphql-codegen/cli';
import { Kind, parse } from 'graphql';
import ts from 'typescript';

const here = fileURLToPath(new URL('.', import.meta.url));
const examples = fileURLToPath(new URL('../../schema/examples', import.meta.url));
const url = new URL('/graphql', process.argv[2] ?? 'http://127.0.0.1:8000').href;
const folder = mkdtempSync(join(tmpdir(), 'onrecord-codegen-'));
// Where TypeScript looks for packages.
symlinkSync(join(here, 'node_modules'), join(folder, 'node_modules'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

// Documents need names, each its own.
const names = [];
const documents = [];
for (const file of readdirSync(examples).filter((name) => name.endsWith('.graphql'))) {
  const text = readFileSync(join(examples, file), 'utf8');
  const operations = parse(text).definitions.filter(({ kind }) => kind === Kind.OPERATION_DEFINITION);
  if (operations.some(({ name }) => !name)) continue;
  documents.push(text);
  names.push(...operations.map(({ name }) => name.value));
}
const generated = await generate(
  {
    schema: url,
    documents,
    silent: true,
    generates: {
      [`${folder}/`]: {
        preset: 'client',
        config: {
          useTypeImports: true,
          // What a scalar of ours is in JSON.
          strictScalars: true,
          scalars: { BigInt: 'string', DateTime: 'string', EDTF: 'string', URL: 'string' },
        },
      },
    },
  },
  true,
);

// One file that uses what was generated, as a front end would.
const main = join(folder, 'main.ts');
const uses = names.map((name) => `export type Of${name} = ResultOf<typeof documents.${name}Document>;`);
writeFileSync(
  main,
  `import type { ResultOf } from '@graphql-typed-document-node/core';\nimport * as documents from './graphql';\n${uses.join('\n')}\n`,
);
const program = ts.createProgram([main], {
  strict: true,
  noEmit: true,
  skipLibCheck: true,
  types: [],
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
});
const diagnostics = ts.getPreEmitDiagnostics(program);
if (diagnostics.length > 0) {
  console.error(
    ts.formatDiagnostics(diagnostics.slice(0, 10), {
      getCanonicalFileName: (name) => name,
      getCurrentDirectory: () => folder,
      getNewLine: () => '\n',
    }),
  );
}
console.log(`${generated.length} files for ${names.length} operations, ${diagnostics.length} mistakes in their types`);
process.exit(names.length > 30 && diagnostics.length === 0 ? 0 : 1);
