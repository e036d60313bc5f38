// Operations made up by chance from the schema. A witness goes along: what the oracle itself finds on the way down, so
// that filters, ids and cursors have values that are on record and mostly match something.
import { getNamedType, getNullableType, isAbstractType, isLeafType, isListType } from 'graphql';

import { Arguments } from './arguments.mjs';
import { Conditions } from './conditions.mjs';
import { kindOf, resolve, resolveType, rootOf } from './resolvers.mjs';

const DEEPEST = 7;

export class Operations {
  constructor({ schema, coverage, record, random, context }) {
    Object.assign(this, { schema, coverage, record, random, context });
    this.conditions = new Conditions({ coverage, record, random });
    this.conditions.now = rootOf(record).view;
    this.given = new Arguments(this);
  }

  /** A document with its variables, and the lists in it of which a second page can be read. */
  next() {
    this.variables = [];
    this.values = {};
    this.fragments = [];
    this.pages = [];
    const root = rootOf(this.record);
    const place = { depth: 0, width: 1, path: [] };
    const query = this.selection(this.schema.getQueryType(), root, place, this.random.between(1, 3));
    const declared = this.variables.length > 0 ? `(${this.variables.join(', ')})` : '';
    const name = this.random.chance(0.5) ? ` Asked` : '';
    const head = declared || name ? `query${name}${declared} ` : '';
    return { query: [`${head}${query}`, ...this.fragments].join('\n'), variables: this.values, pages: this.pages };
  }

  variable(type, value, fallback) {
    const name = `v${this.variables.length + 1}`;
    this.variables.push(`$${name}: ${type}${fallback === undefined ? '' : ` = ${fallback}`}`);
    if (value !== undefined) this.values[name] = value;
    return `$${name}`;
  }

  directive() {
    if (!this.random.chance(0.06)) return '';
    const skip = this.random.chance(0.5);
    // Mostly such that the field stays.
    const value = this.random.chance(0.8) ? !skip : skip;
    const condition = this.random.chance(0.6) ? this.variable('Boolean!', value) : String(value);
    return ` @${skip ? 'skip' : 'include'}(if: ${condition})`;
  }

  /** The selections of an object; `keys` are those taken already, with what they stand for. */
  selection(type, witness, place, count = this.random.between(1, 4), keys = new Map()) {
    const { random } = this;
    const parts = [];
    for (let tries = 0; parts.length < count && tries < count * 4; tries += 1) {
      const part = random.chance(place.nested ? 0.05 : 0.15) ? this.fragment(type, witness, { ...place, nested: true }, keys) : this.field(type, witness, place, keys);
      if (part) parts.push(part);
    }
    if (parts.length === 0 || random.chance(0.08)) parts.push('__typename');
    return `{ ${parts.join(' ')} }`;
  }

  /** A fragment on the type itself, on what it implements, or on what implements it. */
  fragment(type, witness, place, keys) {
    const { random, schema } = this;
    const concrete = witness && isAbstractType(type) ? schema.getType(resolveType(witness)) : undefined;
    const narrower = isAbstractType(type) ? schema.getPossibleTypes(type) : [];
    const wider = (type.getInterfaces?.() ?? []).filter((one) => one !== type);
    const on = random.weighed([
      [1, type],
      [concrete ? 4 : 0, concrete],
      [wider.length > 0 ? 2 : 0, random.pick(wider)],
      [narrower.length > 0 ? 1 : 0, random.pick(narrower)],
    ]);
    if (!on || !this.coverage.fields.get(on.name)?.length) return undefined;
    const fits = witness && (!isAbstractType(on) ? this.concrete(type, witness) === on.name : true);
    const body = this.selection(on, fits ? witness : undefined, place, random.between(1, 3), keys);
    if (random.chance(0.3)) {
      const name = `F${this.fragments.length + 1}`;
      this.fragments.push(`fragment ${name} on ${on.name} ${body}`);
      return `...${name}${this.directive()}`;
    }
    const condition = on === type && random.chance(0.3) ? '' : ` on ${on.name}`;
    return `...${condition}${this.directive()} ${body}`;
  }

  concrete(type, witness) {
    return isAbstractType(type) ? resolveType(witness) : type.name;
  }

  field(type, witness, place, keys) {
    const { random, coverage } = this;
    if (random.chance(0.03)) return this.keyed('__typename', '__typename', 'String!', keys);
    const all = coverage.fields.get(type.name);
    const field = type === this.schema.getQueryType() ? this.rootField(all) : random.pick(all);
    const target = getNamedType(field.type);
    const leaf = isLeafType(target);
    if (!leaf && (place.depth >= DEEPEST || !coverage.fields.get(target.name)?.length)) return undefined;
    if (!leaf && place.depth >= 3 && random.chance(0.15 * place.depth)) return undefined;
    const arguments_ = this.given.of(field, target, witness, place);
    if (!arguments_) return undefined;
    const { text, values, size } = arguments_;
    coverage.note(`${type.name}.${field.name}`);
    const [key, inner] = this.key(field.name, `${field.name}${text}:${field.type}`, keys);
    const directive = this.directive();
    const head = `${key === field.name ? '' : `${key}: `}${field.name}${text}${directive}`;
    if (leaf) return head;
    const path = place.path && size === 1 && !isListType(getNullableType(field.type)) ? [...place.path, key] : undefined;
    const below = { depth: place.depth + 1, width: place.width * size, path };
    if (kindOf(target, coverage.ontology) === 'connection') {
      Object.assign(below, { width: place.width, path: place.path && [...place.path, key], size });
      return `${head} ${this.list(target, this.witness(witness, field, values), below, inner, arguments_.page)}`;
    }
    if (place.size && (field.name === 'nodes' || field.name === 'edges')) {
      below.width = place.width * place.size;
      below.path = undefined;
    }
    return `${head} ${this.selection(target, this.witness(witness, field, values), below, undefined, inner)}`;
  }

  /** The selection of a connection; of one that is to be read on, with its cursors. */
  list(type, witness, place, keys, page) {
    const selection = this.selection(type, witness, place, this.random.between(1, 3), keys);
    if (!page) return selection;
    this.pages.push({ ...page, path: [...place.path, 'turn'] });
    return selection.replace(/ \}$/, ' turn: pageInfo { startCursor endCursor hasNextPage hasPreviousPage } }');
  }

  rootField(all) {
    const { random } = this;
    const of = (name) => all.find((field) => field.name === name);
    const one = all.filter((field) => field.args.length === 1 && field.args[0].name === 'id' && !['node', 'claim'].includes(field.name));
    const many = all.filter((field) => getNamedType(field.type).name.endsWith('Connection'));
    const others = all.filter((field) => !one.includes(field) && !many.includes(field));
    const named = { node: 2, nodes: 1, claim: 1, at: 4, paths: 0.7, neighborhood: 0.5, graph: 0.3 };
    return random.weighed([
      [5, random.pick(many)],
      [4, random.pick(one)],
      ...others.map((field) => [named[field.name] ?? 1, of(field.name)]),
    ]);
  }

  /** A key that stands for one thing only, and the keys below it; the same field may come again and is merged. */
  key(name, meaning, keys) {
    const wanted = this.random.chance(0.15) ? `a${this.random.below(1000)}` : name;
    for (let key = wanted, more = 1; ; more += 1, key = `${wanted}_${more}`) {
      const known = keys.get(key) ?? { meaning, below: new Map() };
      // Only what takes no arguments, and so no variables, is the same thing when it comes again.
      if (keys.has(key) && (known.meaning !== meaning || meaning.includes('('))) continue;
      keys.set(key, known);
      return [key, known.below];
    }
  }

  keyed(name, text, type, keys) {
    const [key] = this.key(name, `${text}:${type}`, keys);
    return key === name ? text : `${key}: ${text}`;
  }

  /** What the oracle finds below: one of many, by chance. */
  witness(witness, field, values) {
    if (!witness) return undefined;
    let found;
    try {
      found = resolve(witness, values, this.context, { fieldName: field.name, returnType: field.type });
    } catch {
      return undefined;
    }
    if (!Array.isArray(found)) return found ?? undefined;
    return this.random.pick(found.filter((item) => item !== null));
  }

  /** All items of a connection, whatever its arguments. */
  all(witness, field) {
    if (!witness) return [];
    return this.witness(witness, { ...field, args: [] }, { first: 1000 })?.items ?? [];
  }
}
