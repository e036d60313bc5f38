// What the server says of its schema, by introspection and as a file, as graphql-js reads it.
// Usage: node schema.mjs [URL]. Exit code 1 unless both are valid and both are the same schema.
import {
  buildClientSchema,
  buildSchema,
  getIntrospectionQuery,
  lexicographicSortSchema,
  printSchema,
  validateSchema,
} from 'graphql';

const url = process.argv[2] ?? 'http://127.0.0.1:8000/graphql';
const mistakes = [];

// All that introspection can tell, so that nothing goes unasked.
const everything = getIntrospectionQuery({
  descriptions: true,
  specifiedByUrl: true,
  directiveIsRepeatable: true,
  schemaDescription: true,
  inputValueDeprecation: true,
  oneOf: true,
});
const response = await fetch(url, {
  method: 'POST',
  headers: { 'content-type': 'application/json', accept: 'application/graphql-response+json' },
  body: JSON.stringify({ query: everything }),
});
const { data, errors } = await response.json();
if (errors) {
  console.error(`introspection is refused: ${JSON.stringify(errors)}`);
  process.exit(1);
}
const introspected = buildClientSchema(data);

const file = new URL('/schema.graphql', url);
const written = buildSchema(await (await fetch(file)).text());

for (const [name, schema] of [['introspection', introspected], [file.pathname, written]]) {
  for (const error of validateSchema(schema)) {
    mistakes.push(`${name}: ${error.message}`);
  }
}

// Sorted, since the order of types and fields means nothing.
const [one, other] = [introspected, written].map((schema) => printSchema(lexicographicSortSchema(schema)).split('\n'));
const different = one.findIndex((line, place) => line !== other[place]);
if (different >= 0 || one.length !== other.length) {
  const place = different >= 0 ? different : one.length;
  mistakes.push(`introspection and ${file.pathname} differ, first in\n  ${one[place]}\n  ${other[place]}`);
}

for (const mistake of mistakes) {
  console.error(mistake);
}
const types = Object.keys(introspected.getTypeMap()).filter((name) => !name.startsWith('__'));
console.log(`${types.length} types, ${one.length} lines, ${mistakes.length} mistakes at ${url}`);
process.exit(mistakes.length === 0 && types.length > 100 ? 0 : 1);
