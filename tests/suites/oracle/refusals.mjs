// What is refused before anything is read: arguments that cannot be read, wherever they stand, whether or not the record
// has anything there. Only what is skipped is not looked at.
import { GraphQLError, Kind, getArgumentValues, getDirectiveValues, getNamedType, getNullableType, getVariableValues, isAbstractType, isInputObjectType, isListType, GraphQLIncludeDirective, GraphQLSkipDirective } from 'graphql';

import { checkAggregate } from './aggregates.mjs';
import { roleOf } from './coverage.mjs';
import { edtf, moment } from './dates.mjs';
import { textFits } from './filters.mjs';
import { checkOrder, listOf, pageOf, readCursor } from './pages.mjs';

let known;
/** The names of all properties, which a filter on claims can ask for. */
let propertyNames = [];

/** Takes down the ontology by which arguments are judged. */
export function know(ontology) {
  known = ontology;
  propertyNames = [...ontology.types.values()].flatMap(({ properties }) => [...properties.keys()]);
}

/** How the texts of scalars are read; each throws at one that is none. */
const READERS = { EDTF: edtf, DateTime: moment, BigInt: whole, ID: viewed };

/** An id, with the view that it may carry. */
function viewed(id) {
  const [, suffix] = id.split(/@(.*)/s);
  if (suffix === undefined) return;
  for (const part of suffix.split(';')) {
    const [name, text] = part.split('=');
    const read = { date: edtf, knownAt: moment, publishedBy: edtf }[name];
    if (!read || !text) throw new Error(`${part} is no part of a view`);
    read(text);
  }
}

/** A whole number of 64 bits. */
function whole(text) {
  if (!/^[+-]?\d+$/.test(text) || BigInt.asIntN(64, BigInt(text)) !== BigInt(text)) throw new Error(`${text} is no whole number`);
}

function readable(type, value, asksValue = false) {
  if (value === null || value === undefined) return;
  const bare = getNullableType(type);
  if (isListType(bare)) value.forEach((item) => readable(bare.ofType, item, asksValue));
  else if (isInputObjectType(bare)) checkInput(bare, value, asksValue);
  else READERS[bare.name]?.(value);
}

/** Filters on a value of several, on a part of one, or on what is no claim: nothing is on record of it by itself. */
const ASK_VALUES = {
  list: ['some', 'none'],
  quantifiers: ['count'],
  evidence: ['quote', 'asStated'],
  claim: ['property', 'recordedAt'],
  filter: ['unit', 'currency'],
};

function checkInput(type, value, asksValue) {
  const role = roleOf(type);
  const given = Object.entries(value).filter(([, one]) => one !== null && one !== undefined);
  for (const [name, one] of given) readable(type.getFields()[name].type, one, ASK_VALUES[role]?.includes(name));
  if (role === 'claim' && value.property && !propertyNames.some((property) => textFits(property, value.property))) throw new Error('no property is named so');
  if (role !== 'filter') return;
  const operators = Object.fromEntries(given);
  if (asksValue && ['stated', 'exists', 'match'].some((name) => name in operators)) throw new Error('it asks what is on record of a value');
  if ('matches' in operators) new RegExp(operators.matches, 'u');
  checkBounds(type, operators);
}

const WHOLE = { IntFilter: (text) => BigInt(text), BigIntFilter: (text) => BigInt(text), DateTimeFilter: (text) => BigInt(Math.round(moment(text).milliseconds * 1000)) };
const DAYS = 2n ** 31n;

/** Bounds that leave nothing between them. */
function checkBounds(type, { gt, gte, lt, lte, before, after, during }) {
  const nothing = () => new Error('its bounds leave nothing between them');
  const wholeOf = WHOLE[type.name];
  const [lows, highs] = [[], []];
  if (wholeOf) {
    if (gt !== undefined) lows.push(wholeOf(gt) + 1n);
    if (gte !== undefined) lows.push(wholeOf(gte));
    if (lt !== undefined) highs.push(wholeOf(lt) - 1n);
    if (lte !== undefined) highs.push(wholeOf(lte));
  } else if (type.name === 'EDTFFilter') {
    const day = (number) => (Number.isFinite(number) ? BigInt(number) : number < 0 ? -DAYS : DAYS - 1n);
    if (after !== undefined) lows.push(day(edtf(after).last) + 1n);
    if (before !== undefined) highs.push(day(edtf(before).first) - 1n);
    if (during !== undefined) lows.push(day(edtf(during).first)), highs.push(day(edtf(during).last));
  } else {
    const isNothing = (low, high, isOpen) => low !== undefined && high !== undefined && (low > high || (isOpen && low === high));
    if (isNothing(gt, lt, true) || isNothing(gt, lte, true) || isNothing(gte, lt, true) || isNothing(gte, lte, false)) throw nothing();
  }
  if (lows.some((low) => highs.some((high) => low > high))) throw nothing();
}

function checkArguments(ontology, parent, field, args) {
  if (parent.name.endsWith('Aggregate')) checkAggregate(ontology.members(parent.name.slice(0, -'Aggregate'.length)), field.name, args);
  const [node] = Object.values(getNamedType(field.type).getFields?.() ?? {}).filter(({ name }) => name === 'nodes');
  const type = node && getNamedType(node.type).name;
  const relationship = ontology.members(parent.name)[0]?.relationships.get(field.name)?.relationship;
  for (const order of type && ontology.members(type).length > 0 ? (args.orderBy ?? []) : []) checkOrder(ontology, type, relationship, order);
  for (const argument of field.args) readable(argument.type, args[argument.name]);
  if (field.args.some(({ name }) => name === 'after')) {
    const list = listOf(field.name, args);
    for (const cursor of [args.after, args.before]) if (typeof cursor === 'string') readCursor(cursor, list);
  }
  pageOf(args);
}

/** The errors of an operation's arguments. */
export function refusals(schema, document, variableValues) {
  const operation = document.definitions.find(({ kind }) => kind === Kind.OPERATION_DEFINITION);
  const { coerced, errors } = getVariableValues(schema, operation.variableDefinitions ?? [], variableValues);
  if (errors) return errors;
  const found = [];
  const possible = (type) => (isAbstractType(type) ? schema.getPossibleTypes(type) : [type]);
  const isSkipped = (node) => {
    const skip = getDirectiveValues(GraphQLSkipDirective, node, coerced);
    const include = getDirectiveValues(GraphQLIncludeDirective, node, coerced);
    return skip?.if === true || include?.if === false;
  };
  const walk = (parent, types, { selections }) => {
    for (const node of selections) {
      if (isSkipped(node)) continue;
      if (node.kind === Kind.FIELD) {
        const field = parent.getFields?.()[node.name.value];
        if (!field) continue;
        try {
          checkArguments(known, parent, field, getArgumentValues(field, node, coerced));
        } catch (error) {
          found.push(new GraphQLError(error.message, { nodes: node }));
        }
        const target = getNamedType(field.type);
        if (node.selectionSet) walk(target, possible(target), node.selectionSet);
        continue;
      }
      const fragment = node.kind === Kind.FRAGMENT_SPREAD ? document.definitions.find((one) => one.kind === Kind.FRAGMENT_DEFINITION && one.name.value === node.name.value) : node;
      const on = fragment.typeCondition ? schema.getType(fragment.typeCondition.name.value) : parent;
      const left = types.filter((type) => possible(on).includes(type));
      if (left.length > 0) walk(on, left, fragment.selectionSet);
    }
  };
  const root = schema.getQueryType();
  walk(root, [root], operation.selectionSet);
  return found;
}
