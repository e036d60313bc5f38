// What @graphql-eslint's presets for schemas, `recommended` and `relay`, say of the API's schema.
// Usage: node lint.mjs. Exit code 1 for what EXCEPTIONS does not name, or if an exception no longer excepts anything.
import { fileURLToPath } from 'node:url';

import graphqlPlugin from '@graphql-eslint/eslint-plugin';
import { ESLint } from 'eslint';

const schema = fileURLToPath(new URL('../../schema/api.graphql', import.meta.url));

/** What is meant to be so. */
const EXCEPTIONS = [
  {
    rule: 'relay-edge-types',
    message: /^A list type should only wrap an edge type\.$/,
    because: 'lists that are no pages, such as the steps of a path, and the `nodes` of a connection are plain lists',
  },
  {
    rule: 'relay-edge-types',
    message: /^Edge type's field `node` must implement `Node` interface\.$/,
    because: 'claims, changes, disputes, rows of a ledger and the like are said of entities and are none themselves',
  },
  {
    rule: 'relay-arguments',
    message: /must contain an argument `(last|before)`/,
    because: 'a list that is worked out as it is read, such as disputes or a search, can be read forward only',
  },
  {
    rule: 'strict-id-in-types',
    message: /must have exactly one non-nullable unique identifier/,
    because: 'what has an identity implements Node; dates, edges, facts and connections are values and have none',
  },
  {
    rule: 'naming-convention',
    message: /^Input value "(AND|OR|NOT)" should be in camelCase format$/,
    because: 'the words of logic are in capitals, so that they are told from fields of those names',
  },
  {
    rule: 'naming-convention',
    message: /^Type "TypeCount" should not have "Type" prefix$/,
    because: 'it counts what is of a type',
  },
  {
    rule: 'no-typename-prefix',
    message: /^Field "(annotations|claimId|entityId|sources|statementsAbout|statisticsAbout)" starts with the name/,
    because: 'these are names of interfaces and of the ontology, which mean something else than the type',
  },
  {
    rule: 'no-unreachable-types',
    message: /^Input object type `(BigInt|Float)Filter` is unreachable\.$/,
    because: 'they are for ontologies with such properties, which the default one has not',
  },
];

const presets = ['flat/schema-recommended', 'flat/schema-relay'].map((name) => graphqlPlugin.configs[name].rules);
const eslint = new ESLint({
  cwd: fileURLToPath(new URL('../..', import.meta.url)),
  overrideConfigFile: true,
  overrideConfig: [
    {
      files: ['**/*.graphql'],
      languageOptions: { parser: graphqlPlugin.parser, parserOptions: { graphQLConfig: { schema } } },
      plugins: { '@graphql-eslint': graphqlPlugin },
      rules: {
        ...Object.assign({}, ...presets),
        '@graphql-eslint/description-style': ['error', { style: 'inline' }],
      },
    },
  ],
});
const [{ messages }] = await eslint.lintFiles([schema]);

const used = new Set();
const wrong = messages.filter(({ ruleId, message }) => {
  const exception = EXCEPTIONS.find((known) => ruleId === `@graphql-eslint/${known.rule}` && known.message.test(message));
  if (exception) used.add(exception);
  return !exception;
});
for (const { ruleId, line, message } of wrong.slice(0, 20)) console.error(`schema/api.graphql:${line}: ${message} [${ruleId}]`);
const idle = EXCEPTIONS.filter((exception) => !used.has(exception));
for (const { rule, message } of idle) console.error(`the exception of ${rule} for ${message} excepts nothing`);
const rules = Object.keys(Object.assign({}, ...presets)).length;
console.log(`${wrong.length} mistakes by ${rules} rules, ${messages.length - wrong.length} exceptions of ${used.size} kinds`);
process.exit(wrong.length === 0 && idle.length === 0 && rules > 15 ? 0 : 1);
