// Values for `where`, `edge` and `orderBy`, drawn from a witness so that they mostly fit it.
import { getNamedType, isListType } from 'graphql';

import { roleOf } from './coverage.mjs';
import { isoDay } from './dates.mjs';
import { OF_CLAIMS } from './filters.mjs';
import { label, number } from './values.mjs';

const BOUNDS = ['gt', 'gte', 'lt', 'lte', 'before', 'after', 'during'];
const STATED = ['VALUE', 'NONE', 'UNKNOWN', 'NOT_STATED'];
/** What is given where the witness has no value, and now and then where it has one. */
const STRANGE = {
  text: ['', 'a', 'México', 'ÑANDÚ', 'Об', '100%', 'a"b\\c'],
  date: ['2022', '1950-05~', '19XX', '2009/2021~', '../1900', '2022-01-01/..', '2022-21', '/1865', '0000'],
};

export class Conditions {
  constructor({ coverage, record, random }) {
    Object.assign(this, { coverage, record, random, ontology: record.ontology });
  }

  /** An entity of a type or an interface, mostly one that the view has. */
  anEntity(name, view = this.now) {
    const members = this.ontology.members(name).filter((type) => this.record.byType.get(type).length > 0);
    if (members.length === 0) return undefined;
    const tries = Array.from({ length: 6 }, () => this.random.pick(this.record.byType.get(this.random.pick(members))));
    return tries.find((entity) => view.has(entity)) ?? tries[0];
  }

  #choose(type, count, without = []) {
    const fields = this.coverage.inputs.get(type.name).filter(({ name }) => !without.includes(name));
    const chosen = this.random.some(fields, count);
    for (const field of chosen) this.coverage.note(`${type.name}.${field.name}`);
    return chosen;
  }

  /** A `where` that fits an item of a list. */
  of(type, view, item) {
    return roleOf(type) === 'claim' ? this.#claim(type, view, item?.claim) : this.where(type, view, item?.entity);
  }

  /**
   * Conditions of a type that can be joined with AND, OR and NOT: `one` makes that of a field. Now and then one is null.
   */
  #joined(type, depth, again, one) {
    const { random } = this;
    const conditions = {};
    for (const field of this.#choose(type, random.weighed([[4, 1], [2, 2], [1, 3]]))) {
      const input = getNamedType(field.type);
      const isConnective = input === type;
      if (isConnective && depth > 2) continue;
      if (random.chance(0.02)) conditions[field.name] = null;
      // One of several may be another's.
      else if (isConnective && isListType(field.type)) conditions[field.name] = Array.from({ length: random.weighed([[3, 1], [5, 2], [0.4, 0]]) }, () => again(false));
      else if (isConnective) conditions[field.name] = again(random.chance(0.7));
      else conditions[field.name] = one(field.name, input);
    }
    return conditions;
  }

  /** A `where` that fits the witness, if nothing in it is drawn from another. */
  where(type, view, witness, depth = 0) {
    const { random } = this;
    const target = type.name.replace(/Where$/, '');
    const entity = witness && random.chance(0.85) ? witness : this.anEntity(target, view);
    const again = (isOther) => this.where(type, view, isOther ? this.anEntity(target, view) : entity, depth + 1);
    return this.#joined(type, depth, again, (name, input) => {
      if (name === 'id' && entity) return this.#operators(input, { kind: 'text', held: random.chance(0.1) ? view.id(entity.id) : entity.id });
      if (name === 'evidence') return this.#evidence(input, view, entity?.claims.filter((claim) => view.sees(claim)), depth + 1);
      if (name === 'name' && entity) return this.#operators(input, { kind: 'text', held: view.labelOf(entity) }, view.stated(entity, entity.type.label));
      return this.#ofEntity(input, view, entity, name, depth);
    });
  }

  #ofEntity(input, view, entity, name, depth) {
    const { random } = this;
    const link = entity?.type.relationships.get(name.replace(/Edge$/, '')) ?? entity?.type.relationships.get(name);
    const ties = link ? view.ties(entity, link) : [];
    switch (roleOf(input)) {
      case 'where': {
        const far = link && view.toOne(entity, link)?.[link.direction];
        return random.chance(0.15) ? {} : this.where(input, view, far, depth + 1);
      }
      case 'match':
        return this.#match(input, view, link, link && view.toOne(entity, link), depth);
      case 'quantifiers': {
        const conditions = {};
        for (const { name: quantifier, type } of this.#choose(input, random.chance(0.9) ? 1 : 2)) {
          const inner = getNamedType(type);
          conditions[quantifier] = quantifier === 'count' ? this.#plain(inner, { kind: 'int', held: ties.length }) : this.#match(inner, view, link, random.pick(ties), depth);
        }
        return conditions;
      }
      case 'list':
        return this.#list(input, entity ? view.byRank(view.claimsOn(entity, name)).map((claim) => claim.value).filter(Boolean) : []);
      default:
        return this.#operators(input, entity && view.value(entity, name), entity && view.stated(entity, name));
    }
  }

  #list(input, values) {
    const { random } = this;
    const [{ name, type }] = this.#choose(input, 1);
    const inner = getNamedType(type);
    if (inner.name === 'Boolean') return { [name]: random.chance(0.5) };
    if (inner.name.endsWith('Filter')) return { [name]: this.#plain(inner, random.pick(values)) };
    if (!isListType(type)) return { [name]: this.#operand('eq', inner, random.pick(values)) };
    return { [name]: random.some(values, 2).map((value) => this.#operand('eq', inner, value)) };
  }

  #match(input, view, link, tie, depth) {
    const match = {};
    for (const part of this.#choose(input, this.random.weighed([[5, 1], [3, 2], [1, 0]]))) {
      const type = getNamedType(part.type);
      if (part.name === 'node') match.node = depth > 2 ? {} : this.where(type, view, tie?.[link.direction], depth + 1);
      else if (part.name === 'edge') match.edge = this.edge(type, view, tie, depth + 1);
      else match.evidence = this.#evidence(type, view, tie && view.bestFirst(tie.claims), depth + 1);
    }
    return match;
  }

  /** An `edge` that fits a relationship. */
  edge(type, view, tie, depth = 0) {
    const claims = tie && view.bestFirst(tie.claims);
    return this.#joined(type, depth, (isOther) => this.edge(type, view, isOther ? undefined : tie, depth + 1), (name, input) => {
      const value = tie && view.tieValue(tie, name);
      const role = roleOf(input);
      if (role === 'evidence') return this.#evidence(input, view, claims, depth + 1);
      if (role === 'where') return depth > 2 ? {} : this.where(input, view, value?.entity, depth + 1);
      const isDate = name === 'since' || name === 'until';
      const date = isDate && claims?.[0].valid[name];
      if (isDate && !tie?.type.properties.has(name)) return this.#operators(input, date && { kind: 'date', date }, date ? 'VALUE' : this.random.pick(STATED));
      return this.#operators(input, value, value ? 'VALUE' : 'NOT_STATED');
    });
  }

  /** Conditions that a piece of evidence of some claims fits. */
  #evidence(type, view, claims = [], depth = 0, piece = this.random.pick(claims.flatMap((claim) => view.evidence(claim)))) {
    const { random } = this;
    const text = (held) => held && { kind: 'text', held };
    const again = (isOther) => this.#evidence(type, view, claims, depth + 1, isOther ? undefined : piece);
    return this.#joined(type, depth, again, (name, input) => {
      switch (name) {
        case 'source':
        case 'attributedTo':
          return depth > 2 ? {} : this.where(input, view, piece?.[name], depth + 1);
        case 'quote':
          return this.#plain(input, text(piece?.quote?.exact));
        case 'asStated':
          return this.#plain(input, text(piece?.asStated));
        case 'flag':
          return this.#plain(input, { kind: 'word', held: random.pick(piece?.flags ?? []) });
        default:
          return this.#plain(input, { kind: 'word', held: piece?.[name] });
      }
    });
  }

  /** A `where` on claims that fits one. */
  #claim(type, view, witness, depth = 0) {
    const { random, record } = this;
    const claim = witness ?? random.pick(record.claims);
    const again = (isOther) => this.#claim(type, view, isOther ? undefined : claim, depth + 1);
    return this.#joined(type, depth, again, (name, input) => {
      switch (name) {
        case 'rank':
          return this.#plain(input, { kind: 'word', held: view.rank(claim).rank });
        case 'stated':
          return this.#plain(input, { kind: 'word', held: claim.stated });
        case 'property':
          return this.#plain(input, { kind: 'text', held: claim.property?.name ?? 'name' });
        case 'relationshipType':
          return this.#plain(input, { kind: 'word', held: claim.tie?.type.name });
        case 'recordedAt':
          return this.#plain(input, { kind: 'dateTime', moment: record.transactions[claim.version - 1].recordedAt });
        default:
          return this.#evidence(input, view, [claim], depth + 1);
      }
    });
  }

  /** Operators on a value itself, not on what claims say of it. */
  #plain(input, value) {
    return this.#operators(input, value, undefined, this.random.chance(0.99) ? [...Object.keys(OF_CLAIMS), 'match'] : []);
  }

  /** Operators on a value, mostly one. */
  #operators(input, value, stated, without = []) {
    const { random } = this;
    const operators = {};
    for (const { name, type } of this.#choose(input, random.weighed([[6, 1], [2, 2]]), without)) {
      if (random.chance(0.02)) {
        operators[name] = null;
        continue;
      }
      const inner = getNamedType(type);
      const held = { bound: { kind: 'word', held: value?.held?.bound ?? 'EXACT' }, unit: value?.held?.unit && { kind: 'text', held: value.held.unit }, currency: value?.held?.currency && { kind: 'text', held: value.held.currency } };
      if (name === 'stated') operators.stated = this.#operators(inner, { kind: 'word', held: random.chance(0.8) && stated ? stated : random.pick(STATED) });
      else if (name === 'exists') operators.exists = random.chance(0.8) && stated ? stated === 'VALUE' : random.chance(0.5);
      else if (name === 'exact') operators.exact = random.chance(0.8);
      else if (name === 'match') operators.match = random.chance(0.8) ? 'ANY' : 'WINNER';
      else if (name in held && inner.name.endsWith('Filter')) operators[name] = this.#plain(inner, held[name]);
      else if (isListType(type)) operators[name] = this.#severalOf(inner, value);
      else operators[name] = this.#operand(name, inner, value);
    }
    // Bounds from both sides mostly leave nothing between them.
    const bounds = Object.keys(operators).filter((name) => BOUNDS.includes(name));
    if (random.chance(0.9)) for (const name of bounds.slice(1)) delete operators[name];
    return operators;
  }

  #severalOf(inner, value) {
    const length = this.random.weighed([[3, 1], [5, 2], [0.5, 0]]);
    return Array.from({ length }, (_, place) => this.#operand('eq', inner, place === 0 ? value : undefined));
  }

  /** What a value is compared with. */
  #operand(operator, inner, value) {
    const { random } = this;
    const enumValues = inner.getValues?.().map((one) => one.name);
    if (enumValues) {
      const own = value?.held;
      return enumValues.includes(own) && random.chance(0.8) ? own : random.pick(enumValues);
    }
    switch (inner.name) {
      case 'EDTF':
        return this.#date(operator, value?.date);
      case 'Boolean':
        return value && random.chance(0.8) ? value.held : random.chance(0.5);
      case 'Int':
      case 'Float': {
        const near = (value ? number(value) : random.between(-10, 1_000_000)) + random.pick([0, 0, 0, -1, 1, 1000]);
        return inner.name === 'Int' ? Math.round(near) | 0 : near;
      }
      case 'BigInt':
        return String((value ? number(value) : BigInt(random.between(-10, 10))) + random.pick([0n, 0n, -1n, 1n]));
      case 'DateTime':
        return value?.moment && random.chance(0.8) ? value.moment.text : random.pick(this.record.transactions).recordedAt.text;
      case 'ID':
        return value && random.chance(0.9) ? value.held : random.pick(this.record.entities).id;
      default:
        return this.#text(operator, value && label(value));
    }
  }

  #text(operator, text) {
    const { random } = this;
    if (operator === 'matches' && !text) return this.#pattern(['a']);
    if (text === undefined || random.chance(0.05)) return random.pick(STRANGE.text);
    const letters = [...text];
    const [from, to] = [random.below(letters.length), random.between(1, 12)];
    if (operator === 'matches') return this.#pattern(letters.slice(from, from + to));
    const part = {
      contains: letters.slice(from, from + to).join(''),
      startsWith: letters.slice(0, to).join(''),
      endsWith: letters.slice(-to).join(''),
    }[operator] ?? text;
    const plain = (one) => one.normalize('NFD').replace(/\p{M}/gu, '');
    return random.weighed([[5, part], [1, part.toUpperCase()], [1, part.toLowerCase()], [1, plain(part)]]);
  }

  /** A regular expression that some letters match; now and then one that is none. */
  #pattern(letters) {
    const { random } = this;
    if (random.chance(0.02)) return random.pick(['(', '[a', '*a']);
    const plain = letters.map((letter) => (/[\p{L}\p{N} ]/u.test(letter) ? random.weighed([[8, letter], [1, '.'], [0.5, `${letter}+`], [0.5, `[${letter}x]`]]) : '.')).join('');
    return random.weighed([[4, plain], [1, `^${plain}`], [1, `${plain}$`], [1, `${plain}|x{3}`], [1, `(?:${plain}).*`]]);
  }

  #date(operator, date) {
    const { random } = this;
    if (!date || random.chance(0.1)) return random.pick(STRANGE.date);
    const day = Number.isFinite(date.first) ? date.first : Number.isFinite(date.last) ? date.last : 0;
    const [before, after] = [isoDay(day - random.between(1, 900)), isoDay(day + random.between(1, 900))];
    const year = isoDay(day).slice(0, 4);
    const fitting = {
      before: [after, after.slice(0, 4), `${after}/..`],
      after: [before, before.slice(0, 7), `../${before}`],
      during: [year, `${year.slice(0, 3)}X`, `${before}/${after}`, date.text],
      overlaps: [isoDay(day), year, `${before}/..`, date.text],
    }[operator] ?? [date.text];
    return random.pick(random.chance(0.85) ? fitting : [date.text, year, before, after]);
  }

  /** An order of groups. */
  bucketOrder(type) {
    const [{ name }] = this.#choose(type, 1);
    return { [name]: this.random.pick(['ASC', 'DESC']) };
  }

  /** An order of a list, of relationships of a type if it is one of those. */
  order(type, relationship) {
    const { random } = this;
    const terms = random.weighed([[5, 1], [3, 2], [1, 3], [0.2, 0]]);
    return Array.from({ length: terms }, () => this.#term(type, relationship)).filter(Boolean);
  }

  #term(type, relationship, depth = 0) {
    const { random } = this;
    const [{ name, type: inner }] = this.#choose(type, 1);
    const direction = random.pick(['ASC', 'DESC']);
    const input = getNamedType(inner);
    if (input.name === 'EdgeOrder') {
      const own = relationship ? ['since', 'until', ...relationship.properties.keys()] : [];
      if (random.chance(0.02)) return { [name]: { since: direction } };
      const known = this.coverage.inputs.get(input.name).filter((field) => own.includes(field.name));
      return known.length > 0 ? this.#noted(input, name, random.pick(known).name, direction) : undefined;
    }
    if (input.name === 'CountOrder') {
      const isKnown = (field) => this.ontology.hasMany(type.name.replace(/Order$/, ''), field);
      const known = this.coverage.inputs.get(input.name).filter((field) => random.chance(0.01) || isKnown(field.name));
      return known.length > 0 ? this.#noted(input, name, random.pick(known).name, direction) : undefined;
    }
    if (roleOf(input) !== 'order') return { [name]: direction };
    if (depth > 1) return undefined;
    const link = this.ontology.members(type.name.replace(/Order$/, ''))[0].relationships.get(name);
    const term = this.#term(input, link?.relationship, depth + 1);
    return term && { [name]: term };
  }

  #noted(input, name, inner, direction) {
    this.coverage.note(`${input.name}.${inner}`);
    return { [name]: { [inner]: direction } };
  }
}
