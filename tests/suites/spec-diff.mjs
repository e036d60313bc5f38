// Is a request refused exactly when the reference implementation refuses it? Mutants of the example
// operations go to graphql-js and to a running server; each says whether the request may run.
// Usage: node spec-diff.mjs [URL]. Exit code 1 when they disagree anywhere that is not listed here.
import { readFileSync, readdirSync } from 'node:fs';
import {
  GraphQLError,
  Kind,
  TypeInfo,
  buildClientSchema,
  getIntrospectionQuery,
  getNamedType,
  getNullableType,
  getOperationAST,
  getVariableValues,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isListType,
  isRequiredArgument,
  isScalarType,
  parse,
  parseValue,
  print,
  validate,
  visit,
  visitWithTypeInfo,
} from 'graphql';

const url = process.argv[2] ?? 'http://127.0.0.1:8000/graphql';

/** Mutants of one operation; more are thinned out evenly. */
const MOST_PER_OPERATION = 80;

const EMPTY = 'the specification allows it since September 2026; graphql-js 16 keeps to an older one';

/** What the two may disagree on: the mutation's name, and why that is right. */
const KNOWN = new Map([
  ['an empty selection of an object', EMPTY],
  ['an empty operation', EMPTY],
]);

const folders = ['../../schema/examples/', '../fixtures/queries/'].map((path) => new URL(path, import.meta.url));

async function send(request) {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/graphql-response+json' },
    body: JSON.stringify(request),
  });
  return { status: response.status, body: await response.json() };
}

const introspection = await send({ query: getIntrospectionQuery({ oneOf: true, inputValueDeprecation: true }) });
const schema = buildClientSchema(introspection.body.data);

// --- The judge -----------------------------------------------------------------------------------

/** Why graphql-js refuses a request, or undefined. */
function reasonToRefuse({ query, variables, operationName }) {
  let document;
  try {
    document = parse(query);
  } catch (error) {
    if (error instanceof GraphQLError) return error.message;
    throw error;
  }
  const [error] = validate(schema, document);
  if (error) return error.message;
  const operation = getOperationAST(document, operationName);
  if (!operation) return 'no operation is chosen';
  if (!schema.getRootType(operation.operation)) return `no ${operation.operation} type`;
  const coerced = getVariableValues(schema, operation.variableDefinitions ?? [], variables ?? {});
  return coerced.errors?.[0]?.message;
}

// --- The mutants ---------------------------------------------------------------------------------

/** The document with its `place`-th node of a kind replaced; null removes it. */
function replaced(document, kind, place, make) {
  let seen = -1;
  return visit(document, {
    [kind](node) {
      seen += 1;
      return seen === place ? make(node) : undefined;
    },
  });
}

const called = (value) => ({ kind: Kind.NAME, value });
const selectionsOf = (text) => parse(text).definitions[0].selectionSet.selections;
const directivesOf = (text) => selectionsOf(`{ a ${text} }`)[0].directives;

/** Values of every shape. Which of them fit, the judge says. */
const VALUES = ['null', '7', '-1', '99999999999', '1.5', '"SIGNED"', 'true', 'NO_SUCH_VALUE', '[1]', '["a", "b"]', '{ noSuchField: 1 }'];

/** A scalar of ours takes what it takes: graphql-js knows nothing of its syntax. */
const isOpaque = (type) => isScalarType(getNamedType(type)) && !['Int', 'Float', 'String', 'Boolean', 'ID'].includes(getNamedType(type).name);

/** A page's size is bounded, which graphql-js does not know either. */
const isBounded = (name) => ['first', 'last', 'depth', 'limit', 'maxLength'].includes(name);

function* fieldMutants(node, parent, type) {
  yield ['a misspelled field', { ...node, name: called(`${node.name.value}s`) }];
  if (parent.name !== 'Query') {
    yield ['a field of another type', { ...node, name: called('search') }];
  }
  if (isCompositeType(getNamedType(type))) {
    yield ['no selection on an object', { ...node, selectionSet: undefined }];
    for (const [what, selection] of [
      ['an impossible fragment', '{ ... on PageInfo { hasNextPage } }'],
      ['a fragment on a scalar', '{ ... on String { length } }'],
      ['a fragment on an unknown type', '{ ... on NoSuchType { id } }'],
      ['an unknown fragment', '{ ...NoSuchFragment }'],
      ['the same key for two fields', '{ __typename twice: __typename twice: noSuchField }'],
      ['introspection below the root', '{ __schema { description } }'],
    ]) {
      yield [what, { ...node, selectionSet: { ...node.selectionSet, selections: [...node.selectionSet.selections, ...selectionsOf(selection)] } }];
    }
    const [first, second] = node.selectionSet.selections;
    if (first?.kind === Kind.FIELD && second?.kind === Kind.FIELD) {
      const merged = [first, second].map((field) => ({ ...field, alias: called('same') }));
      yield ['two fields under one alias', { ...node, selectionSet: { ...node.selectionSet, selections: merged } }];
    }
  } else {
    yield ['a selection on a leaf', { ...node, selectionSet: { kind: Kind.SELECTION_SET, selections: selectionsOf('{ id }') } }];
  }
  if (node.arguments.length > 0) {
    yield ['an argument twice', { ...node, arguments: [...node.arguments, node.arguments[0]] }];
  }
  yield ['an unknown argument', { ...node, arguments: [...node.arguments, { kind: Kind.ARGUMENT, name: called('noSuchArgument'), value: parseValue('1') }] }];
  for (const text of ['@noSuchDirective', '@skip', '@skip(if: 1)', '@skip(if: null)', '@include(if: true) @include(if: true)', '@deprecated', '@include(if: $noSuchVariable)', '@skip(if: false)']) {
    yield [`the directive ${text}`, { ...node, directives: directivesOf(text) }];
  }
}

function* argumentMutants(node, argument) {
  yield ['a misspelled argument', { ...node, name: called(`${node.name.value}s`) }];
  yield [isRequiredArgument(argument) ? 'a required argument left out' : 'an argument left out', null];
  if (!isOpaque(argument.type)) {
    for (const value of VALUES.filter((value) => !isBounded(node.name.value) || !['-1', '7'].includes(value))) {
      yield [`the argument ${value}`, { ...node, value: parseValue(value) }];
    }
  }
  yield ['an undeclared variable', { ...node, value: { kind: Kind.VARIABLE, name: called('noSuchVariable') } }];
}

function* inputMutants(node, type) {
  const fields = type.getFields();
  const given = new Set(node.fields.map((field) => field.name.value));
  const field = (name, value) => ({ kind: Kind.OBJECT_FIELD, name: called(name), value: parseValue(value) });
  yield ['an unknown input field', { ...node, fields: [...node.fields, field('noSuchField', '1')] }];
  if (node.fields.length > 0) {
    yield ['an input field twice', { ...node, fields: [...node.fields, node.fields[0]] }];
  }
  yield ['an input object without fields', { ...node, fields: [] }];
  const other = Object.values(fields).find((candidate) => !given.has(candidate.name) && isEnumType(getNullableType(candidate.type)));
  if (other) {
    yield ['one more input field', { ...node, fields: [...node.fields, field(other.name, getNullableType(other.type).getValues()[0].name)] }];
  }
}

function* inputFieldMutants(node, type, name) {
  yield ['a misspelled input field', { ...node, name: called(`${name}s`) }];
  if (type && !isOpaque(type)) {
    for (const value of VALUES) {
      yield [`the input field ${value}`, { ...node, value: parseValue(value) }];
    }
  }
}

/** All mutants of nodes, each with the kind and number of the node it replaces. */
function nodeMutants(document) {
  const info = new TypeInfo(schema);
  const counts = {};
  const mutants = [];
  const at = (kind, found) => {
    counts[kind] = (counts[kind] ?? -1) + 1;
    for (const [what, node] of found) {
      const place = counts[kind];
      mutants.push([what, () => replaced(document, kind, place, () => node)]);
    }
  };
  visit(document, visitWithTypeInfo(info, {
    Field: (node) => at('Field', fieldMutants(node, info.getParentType(), info.getType())),
    Argument: (node) => at('Argument', info.getArgument() ? argumentMutants(node, info.getArgument()) : []),
    ObjectValue: (node) => {
      const type = getNamedType(info.getInputType());
      at('ObjectValue', isInputObjectType(type) ? inputMutants(node, type) : []);
    },
    ObjectField: (node) => at('ObjectField', inputFieldMutants(node, info.getInputType(), node.name.value)),
    VariableDefinition: (node) => at('VariableDefinition', [
      ['a variable of an output type', { ...node, type: { kind: Kind.NAMED_TYPE, name: called('Query') } }],
      ['a variable of an unknown type', { ...node, type: { kind: Kind.NAMED_TYPE, name: called('NoSuchType') } }],
      ['a variable of another type', { ...node, type: { kind: Kind.NAMED_TYPE, name: called('Boolean') } }],
      ['a variable of a list', { ...node, type: { kind: Kind.LIST_TYPE, type: node.type } }],
      ...(isOpaque(info.getInputType() ?? schema.getType('EDTF'))
        ? []
        : [['a default that does not fit', { ...node, defaultValue: parseValue('{ noSuchField: 1 }') }]]),
      ['a variable left out', null],
    ]),
  }));
  return mutants;
}

/** Mutants of the document as a whole. */
function* documentMutants(document, operation) {
  const more = (text) => () => ({ ...document, definitions: [...document.definitions, ...parse(text).definitions] });
  yield ['a second operation without a name', more('{ __typename }')];
  yield ['two operations and no choice', more('query Other { __typename }')];
  yield ['a fragment that nobody spreads', more('fragment Unused on Query { __typename }')];
  yield ['a fragment that spreads itself', () => {
    const spread = { ...operation.selectionSet, selections: [...operation.selectionSet.selections, ...selectionsOf('{ ...Loop }')] };
    const changed = { ...document, definitions: document.definitions.map((one) => (one === operation ? { ...operation, selectionSet: spread } : one)) };
    return { ...changed, definitions: [...changed.definitions, ...parse('fragment Loop on Query { ...Loop }').definitions] };
  }];
  yield ['an operation twice', () => ({ ...document, definitions: [...document.definitions, operation] })];
  yield ['a type among the operations', more('type NoSuchType { id: ID }')];
  yield ['a mutation', () => ({ ...document, definitions: [{ ...operation, operation: 'mutation' }] })];
  yield ['a variable that nobody uses', () => replaced(document, 'OperationDefinition', 0, (node) => ({
    ...node,
    variableDefinitions: [...(node.variableDefinitions ?? []), ...parse('query ($unused: Int) { a }').definitions[0].variableDefinitions],
  }))];
  yield ['a variable declared twice', () => replaced(document, 'OperationDefinition', 0, (node) => ({
    ...node,
    variableDefinitions: [...(node.variableDefinitions ?? []), ...(node.variableDefinitions ?? []).slice(0, 1)],
  }))];
  yield ['a directive on an operation', () => replaced(document, 'OperationDefinition', 0, (node) => ({ ...node, directives: directivesOf('@skip(if: true)') }))];
}

/** Mutants of the text, which need not parse. */
function* textMutants(text) {
  yield ['a brace too many', `${text}}`];
  yield ['a brace missing', text.slice(0, text.lastIndexOf('}'))];
  yield ['an empty operation', `${text.slice(0, text.indexOf('{'))}{ }`];
  const last = text.lastIndexOf('{');
  yield ['an empty selection of an object', `${text.slice(0, last)}{ ${text.slice(text.indexOf('}', last))}`];
  yield ['a string without an end', text.replace('{', '{ a(b: "c) ')];
  yield ['a character that means nothing', text.replace('{', '{ % ')];
}

/** Values of the variables: the right ones, and one wrong at a time. */
function* variableMutants(operation) {
  for (const { variable, type } of operation.variableDefinitions ?? []) {
    const name = variable.name.value;
    const base = type.kind === Kind.NON_NULL_TYPE ? type.type : type;
    const named = base.kind === Kind.NAMED_TYPE ? schema.getType(base.name.value) : undefined;
    const opaque = named && isOpaque(named);
    for (const value of [null, 3, 1.5, 'SIGNED', true, [1], ['a'], { noSuchField: 1 }]) {
      if (!(opaque && value !== null)) yield [`the variable's value ${JSON.stringify(value)}`, { [name]: value }];
    }
  }
  yield ['a variable that is not declared', { noSuchVariable: 1 }];
}

/** What to give for a variable that must be given. */
function sample(type) {
  if (isListType(getNullableType(type))) return [];
  const named = getNamedType(type);
  if (isEnumType(named)) return named.getValues()[0].name;
  return { Int: 3, Float: 1.5, Boolean: true, EDTF: '2022', DateTime: '2026-11-05T00:00:00Z' }[named.name] ?? (isInputObjectType(named) ? {} : 'country:us');
}

function requestsOf(text) {
  const document = parse(text);
  const operation = document.definitions.find((definition) => definition.kind === Kind.OPERATION_DEFINITION);
  const variables = {};
  for (const { variable, type, defaultValue } of operation.variableDefinitions ?? []) {
    if (type.kind === Kind.NON_NULL_TYPE && !defaultValue) variables[variable.name.value] = sample(schema.getType(print(type).replace(/[[\]!]/g, '')));
  }
  const operationName = operation.name?.value;
  const requests = [['the operation itself', { query: text, variables }]];
  const mutants = [
    ...nodeMutants(document).map(([what, make]) => [what, () => ({ query: print(make()), variables })]),
    ...[...documentMutants(document, operation)].map(([what, make]) => [what, () => ({ query: print(make()), variables })]),
    ...[...textMutants(print(document))].map(([what, query]) => [what, () => ({ query, variables })]),
    ...[...variableMutants(operation)].map(([what, given]) => [what, () => ({ query: text, variables: { ...variables, ...given } })]),
    ['an operation that is not there', () => ({ query: text, variables, operationName: 'NoSuchOperation' })],
    ['the operation by its name', () => ({ query: text, variables, operationName })],
  ];
  // Thinned out by a step that has no common divisor with the few kinds of mutations.
  const share = Math.max(1, mutants.length / MOST_PER_OPERATION);
  for (let at = 0; at < mutants.length; at += share) {
    const [what, make] = mutants[Math.floor(at)];
    requests.push([what, make()]);
  }
  return requests;
}

// --- The trial -----------------------------------------------------------------------------------

const operations = folders.flatMap((folder) => {
  let names = [];
  try {
    names = readdirSync(folder).filter((name) => name.endsWith('.graphql')).sort();
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
  }
  return names.map((name) => [name, readFileSync(new URL(name, folder), 'utf8')]);
});

const seen = new Set();
const disagreements = [];
let asked = 0;
let toRefuse = 0;
// graphql-js knows the types of arguments and not what they mean: that two ids are wanted, or the name of another node.
// Where the server finds them meaningless, it says so with the path of their field. That is right, and rare.
let meaningless = 0;
for (const [file, text] of operations) {
  for (const [what, request] of requestsOf(text)) {
    const key = JSON.stringify(request);
    if (seen.has(key)) continue;
    seen.add(key);
    asked += 1;
    const reason = reasonToRefuse(request);
    toRefuse += reason ? 1 : 0;
    const { status, body } = await send(request);
    const refused = !('data' in body);
    const isMeaningless = ({ path, extensions }) => path?.length > 0 && extensions?.code === 'BAD_USER_INPUT';
    if (refused && !reason && status === 400 && body.errors?.every(isMeaningless)) {
      meaningless += 1;
      continue;
    }
    const wellFormed = refused ? status === 400 && body.errors?.length > 0 : status === 200;
    if (refused !== Boolean(reason) || !wellFormed) {
      disagreements.push({ file, what, request, reason, status, body });
    }
  }
}

const unknown = disagreements.filter(({ what, status }) => !(KNOWN.has(what) && status === 200));
for (const { file, what, request, reason, status, body } of unknown) {
  console.error(`${file}: ${what}`);
  console.error(`  ${request.query.replace(/\s+/g, ' ').slice(0, 300)} ${JSON.stringify(request.variables)}`);
  console.error(`  graphql-js: ${reason ?? 'may run'}`);
  console.error(`  the server: ${status} ${JSON.stringify(body).slice(0, 300)}`);
}
console.log(
  `${asked} requests of ${operations.length} operations, ${toRefuse} of them to refuse: `
    + `${disagreements.length} disagreements, ${disagreements.length - unknown.length} of them known; `
    + `${meaningless} with arguments of the right types that mean nothing`,
);
process.exit(unknown.length === 0 && meaningless < 10 && asked > 300 && toRefuse > 100 ? 0 : 1);
