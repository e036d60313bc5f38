// Arguments of fields, and how they are written: as literals, or as variables with a value, a default or neither.
import { getNamedType, getNullableType, isEnumType, isInputObjectType, isLeafType, isListType, isNonNullType } from 'graphql';

import { isSummable, screamingSnake } from './aggregates.mjs';
import { isoDay } from './dates.mjs';

const DATES = ['2022-04-20', '1962-10-22', '1900', '186X', '2022-04~', '1789/1801', '2021-12-31/..', '1945-22'];
/** What a list without a page is taken to hold. */
const PLAIN = 10;
/** How many objects a level may hold at the most, by its page sizes. */
const WIDEST = 4000;
const FAULTS = {
  first: [-1, 1001],
  last: [-2, 5000],
  after: ['no cursor', ''],
  before: ['bm8', 'cursor'],
  date: ['20 April 2022', '2022-13', ''],
  publishedBy: ['April', '2022/2021'],
  knownAt: ['yesterday', '2026-11-05'],
};

export class Arguments {
  constructor(operations) {
    this.operations = operations;
    const { coverage, record, random } = operations;
    Object.assign(this, { coverage, record, random });
    this.conditions = operations.conditions;
  }

  /**
   * The arguments of a field: their text, their values, and how many things the field may lead to for each of them.
   * Undefined if no page is small enough.
   */
  of(field, target, witness, place) {
    const isConnection = target.name.endsWith('Connection');
    const values = isConnection ? this.#list(field, witness, place) : this.#plain(field, witness, place);
    if (!values) return undefined;
    const { page, ...given } = values;
    const known = this.coverage.arguments(field);
    const taken = new Set(known.map(({ name }) => name));
    for (const name of Object.keys(given)) if (!taken.has(name) || given[name] === undefined) delete given[name];
    const size = this.#size(field, given, isConnection);
    if (!isLeafType(target) && place.width * size > WIDEST) return undefined;
    if (!page && this.random.chance(0.003)) this.#spoil(given, known);
    const texts = known.filter(({ name }) => name in given || name === page?.name).map((argument) => `${argument.name}: ${this.#argument(argument, given, page)}`);
    return { text: texts.length > 0 ? `(${texts.join(', ')})` : '', values: given, size, page };
  }

  #argument({ name, type }, given, page) {
    if (name !== page?.name) return this.write(type, given[name]);
    page.variable = `turn${this.operations.pages.length + 1}`;
    this.operations.variables.push(`$${page.variable}: String`);
    return `$${page.variable}`;
  }

  #spoil(given, known) {
    const name = this.random.pick(Object.keys(FAULTS).filter((fault) => known.some((argument) => argument.name === fault)));
    if (name) given[name] = this.random.pick(FAULTS[name]);
  }

  #size(field, given, isConnection) {
    if (isConnection) return given.first ?? given.last ?? 25;
    if (field.name === 'evidence') return given.first ?? 25;
    if (field.name === 'nodes' && given.ids) return given.ids.length;
    if (field.name === 'paths') return (given.first ?? 1) * (given.maxLength ?? 6);
    if (field.name === 'neighborhood') return given.limit ?? 200;
    if (field.name === 'groupBy') return given.first ?? 25;
    return isListType(getNullableType(field.type)) ? PLAIN : 1;
  }

  /** A page's size that a place has room for. */
  #pageSize(place, most) {
    const room = Math.floor(2000 / place.width);
    if (room < 1) return undefined;
    const { random } = this;
    const wanted = random.weighed([[8, random.between(1, 5)], [3, random.between(6, 40)], [0.3, 0], [place.depth < 2 ? 0.6 : 0, most]]);
    return Math.min(wanted, room);
  }

  #list(field, witness, place) {
    const { random, conditions } = this;
    const given = {};
    const argument = (name) => field.args.find((one) => one.name === name);
    const input = (name) => getNamedType(argument(name).type);
    const view = witness?.view ?? conditions.now;
    // The items without a filter, of which one is the witness of the filter.
    const item = random.pick(this.operations.all(witness, field));
    if (argument('where') && random.chance(0.35)) given.where = conditions.of(input('where'), view, item);
    if (argument('edge') && random.chance(0.25)) given.edge = conditions.edge(input('edge'), view, item?.tie);
    if (argument('orderBy') && random.chance(0.3)) given.orderBy = conditions.order(input('orderBy'), witness?.entity?.type.relationships.get(field.name)?.relationship);
    const backwards = random.chance(0.25);
    const size = this.#pageSize(place, 1000);
    if (size === undefined) return undefined;
    if (backwards) given.last = size;
    else if (place.width * 25 > 2000 || random.chance(0.75)) given.first = size;
    if (random.chance(0.002)) given.first = given.last = size;
    if (random.chance(0.02)) given[backwards ? 'before' : 'after'] = null;
    const page = place.path && random.chance(0.4) ? { name: random.chance(backwards ? 0.9 : 0.1) ? 'before' : 'after' } : undefined;
    return { ...given, page };
  }

  #plain(field, witness, place) {
    const { random, record, conditions } = this;
    const given = {};
    for (const { name } of field.args) {
      switch (name) {
        case 'id':
          given.id = this.#id(field, witness);
          break;
        case 'ids':
        case 'avoid':
          if (name === 'ids' || random.chance(0.3)) given[name] = Array.from({ length: random.between(name === 'ids' && field.name === 'neighborhood' ? 1 : 0, 4) }, () => this.#anId(witness, 'Entity', field.name === 'nodes'));
          break;
        case 'from':
          given.from = this.#anId(witness, 'Entity');
          break;
        case 'to':
          given.to = this.#reachable(witness, given.from);
          break;
        case 'first':
          if (field.name === 'groupBy') given.first = random.weighed([[2, undefined], [2, random.between(0, 8)]]);
          else if (field.name === 'paths') given.first = random.weighed([[4, undefined], [3, random.between(1, 4)]]);
          else given.first = place.width * 25 > 2000 || random.chance(0.6) ? this.#pageSize(place, 100) : undefined;
          break;
        case 'maxLength':
          if (random.chance(0.3)) given.maxLength = random.between(0, 7);
          break;
        case 'depth':
          if (random.chance(0.5)) given.depth = random.between(0, 2);
          break;
        case 'limit':
          given.limit = random.between(1, 40);
          break;
        case 'relationshipTypes':
          if (random.chance(0.3)) given[name] = random.some([...record.ontology.relationships.keys()], random.between(1, 12));
          break;
        case 'types':
        case 'avoidTypes':
          if (random.chance(0.3)) given[name] = random.some([...record.ontology.types.keys()], random.between(1, 4)).map(this.operations.context.valueOfType);
          break;
        case 'by':
          if (random.chance(0.98)) given.by = this.#names(field, 'by', random.weighed([[5, 1], [3, 2], [0.5, 3]]));
          break;
        case 'edge': {
          // Mostly what the list's edges have.
          const own = witness?.relationship && [...[...witness.relationship.properties.keys()].map(screamingSnake), 'SINCE', 'UNTIL'];
          if (own && random.chance(0.3)) given.edge = random.some(own, random.between(1, 2));
          else if (random.chance(0.02)) given.edge = this.#names(field, 'edge', 1);
          break;
        }
        case 'of': {
          const isList = isListType(getNullableType(field.args.find((one) => one.name === 'of').type));
          const members = record.ontology.members(getNamedType(field.args[0].type).name.replace(/Key$/, ''));
          const summable = this.#names(field, 'of', 99).filter((name) => members.some((type) => isSummable(type, name)));
          if (!isList) given.of = random.chance(0.8) ? this.#names(field, 'of', 1)[0] : undefined;
          else if (field.name === 'summary' || random.chance(0.3)) given.of = random.chance(0.97) ? random.some(summable, random.between(1, 2)) : this.#names(field, 'of', 1);
          break;
        }
        case 'dates':
          if (random.chance(0.4)) given.dates = random.pick(['YEAR', 'MONTH']);
          break;
        case 'orderBy':
          if (random.chance(0.4)) given.orderBy = conditions.bucketOrder(getNamedType(field.args.find((one) => one.name === 'orderBy').type));
          break;
        case 'date':
        case 'publishedBy':
          given[name] = random.weighed([[2, undefined], [0.3, null], [name === 'date' ? 2.5 : 0.7, this.#day()]]);
          break;
        case 'knownAt':
          given.knownAt = random.weighed([[2, undefined], [0.3, null], [2, this.#moment()]]);
          break;
        default:
          break;
      }
    }
    if (conditions.now && field.name === 'at' && Object.values(given).every((one) => one === undefined) && random.chance(0.8)) given.date = this.#day();
    return given;
  }

  /** Some values of an argument's enum. */
  #names(field, argument, count) {
    const { type } = field.args.find((one) => one.name === argument);
    return this.random.some(getNamedType(type).getValues().map(({ name }) => name), count);
  }

  #day() {
    const { random, record } = this;
    const { since, until, attested } = random.pick(record.claims).valid;
    const date = since ?? until ?? attested;
    if (!date || random.chance(0.3)) return random.pick(DATES);
    const day = (Number.isFinite(date.first) ? date.first : 0) + random.pick([0, 0, 1, -1, 400]);
    return random.weighed([[3, isoDay(day)], [1, isoDay(day).slice(0, 7)], [1, date.text]]);
  }

  #moment() {
    const { random, record } = this;
    const { milliseconds } = random.pick(record.transactions).recordedAt;
    const text = new Date(milliseconds + random.pick([0, -1000, 1000, 3_600_000])).toISOString().slice(0, 19);
    return `${text}${random.weighed([[5, 'Z'], [1, '+00:00'], [1, '+02:00'], [1, '-05:30'], [0.5, '.250Z']])}`;
  }

  #id(field, witness) {
    const { random, record } = this;
    if (field.name === 'claim') return random.chance(0.95) ? random.pick(record.claims).id : 'claim:no-such';
    return this.#anId(witness, field.name === 'node' ? 'Node' : getNamedType(field.type).name, true);
  }

  /** An id, now and then one of another type, an alternate one, one with a view, or of nothing. */
  #anId(witness, name, isFree = false) {
    const { random, record, conditions } = this;
    const view = witness?.view ?? conditions.now;
    const entity = conditions.anEntity(name, view) ?? random.pick(record.entities);
    return random.weighed([
      [20, entity.id],
      [isFree ? 1 : 0.2, random.pick(record.entities).id],
      [isFree ? 0.6 : 0.1, `${entity.id.split(':')[0]}:no-such`],
      [0.6, view.id(entity.id)],
      [isFree ? 0.4 : 0, `${entity.id}@date=${random.pick(DATES)}`],
      [isFree ? 0.2 : 0, `${entity.id}@nonsense`],
      [record.alternateIds.length > 0 ? 0.6 : 0, random.pick(record.alternateIds)],
    ]);
  }

  /** The id of something a few steps away, or of anything. */
  #reachable(witness, from) {
    const { random, record } = this;
    let at = record.resolve(from.split('@')[0]);
    for (let step = random.between(0, 3); at && step > 0; step -= 1) {
      const tie = random.pick([...at.OUT, ...at.IN]);
      if (tie) at = tie.OUT === at ? tie.IN : tie.OUT;
    }
    return at && random.chance(0.8) ? at.id : this.#anId(witness, 'Entity');
  }

  /** A value as text: a literal, or a variable for it. */
  write(type, value, isOneOf = false) {
    const { random, operations } = this;
    if (value !== undefined && random.chance(0.12)) {
      const strict = isNonNullType(type) || isOneOf || (value !== null && random.chance(0.2));
      const declared = `${getNullableType(type)}${strict ? '!' : ''}`;
      if (value !== null && random.chance(0.15)) return operations.variable(declared, undefined, this.#literal(type, value, false));
      return operations.variable(declared, value);
    }
    return this.#literal(type, value, true);
  }

  #literal(type, value, lifts) {
    const write = (inner, one, isOneOf) => (lifts ? this.write(inner, one, isOneOf) : this.#literal(inner, one, false));
    if (value === null) return 'null';
    const bare = getNullableType(type);
    if (isListType(bare)) {
      const items = Array.isArray(value) ? value : [value];
      // One value stands for a list of one.
      if (items.length === 1 && this.random.chance(0.15)) return this.#literal(bare.ofType, items[0], lifts);
      return `[${items.map((item) => write(bare.ofType, item)).join(', ')}]`;
    }
    if (isInputObjectType(bare)) {
      const fields = Object.entries(value).map(([name, one]) => `${name}: ${write(bare.getFields()[name].type, one, bare.isOneOf)}`);
      return `{${fields.join(', ')}}`;
    }
    if (isEnumType(bare)) return String(value);
    return typeof value === 'string' ? JSON.stringify(value) : String(value);
  }
}
