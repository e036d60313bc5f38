// What the oracle needs to know of a server: its schema, its ontology, and the record that it serves.
import { readFileSync } from 'node:fs';

import { buildSchema } from 'graphql';

import { Coverage } from './coverage.mjs';
import { readOntology } from './ontology.mjs';
import { Record } from './record.mjs';
import { know } from './refusals.mjs';

/** Asks a server an operation. */
export async function ask(url, query, variables) {
  const response = await fetch(new URL('/graphql', url), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables }),
  });
  return response.json();
}

/** Reads the schema and the ontology from the server, and the record from the file that `onrecord dump` wrote of it. */
export async function settingOf(url, file) {
  const builtin = readFileSync(new URL('../../../src/ingest/builtin.graphql', import.meta.url), 'utf8');
  const ontology = readOntology(builtin, (await ask(url, '{ graph { ontology } }')).data.graph.ontology);
  know(ontology);
  const record = new Record(ontology, file);
  const schema = buildSchema(await (await fetch(new URL('/schema.graphql', url))).text());
  const coverage = new Coverage(schema, ontology);
  const bare = (name) => name.replaceAll('_', '').toLowerCase();
  const values = schema.getType('EntityType').getValues().map(({ name }) => name);
  const typeOfValue = (value) => [...ontology.types.keys()].find((name) => bare(name) === bare(value));
  const context = {
    ontology,
    typeOfValue,
    valueOfType: (type) => values.find((name) => bare(name) === bare(type)),
    /** In the order of the schema. */
    entityTypes: values.map(typeOfValue),
  };
  return { schema, record, coverage, context };
}
