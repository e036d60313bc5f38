// Aggregates: what a whole list comes to, in numbers and in groups.
import { interval, label, number, sortKey, textKey } from './values.mjs';
import { sorted } from './view.mjs';

/** `onBehalfOf` as a value of an enum. */
export const screamingSnake = (name) => name.replace(/([a-z0-9])([A-Z])/g, '$1_$2').toUpperCase();

const STATED = ['VALUE', 'NONE', 'UNKNOWN', 'NOT_STATED'];

const named = (fields, name) => [...fields.values()].find((field) => screamingSnake(field.name) === name);
const SUMMABLE = ['Int', 'BigInt', 'Float', 'Quantity', 'EDTF'];

/** The property or relationship that a key of a type is; undefined for the type itself. */
export function keyOf({ properties, relationships }, name) {
  return named(properties, name) ?? named(relationships, name);
}

/** Whether values of a key can be added or have a first and a last. */
export const isSummable = (type, name) => {
  const property = named(type.properties, name);
  return property !== undefined && !property.many && SUMMABLE.includes(property.type);
};

/** A part of a date: of an interval, that of its start. Undefined where it is not known. */
function partOf({ start }, part) {
  if (!start || ['DECADE', 'CENTURY'].includes(start.grain) || (part === 'MONTH' && !start.month)) return undefined;
  const year = `${start.year < 0 ? '-' : ''}${String(Math.abs(start.year)).padStart(4, '0')}`;
  return part === 'YEAR' ? { text: year, sort: [start.year] } : { text: `${year}-${String(start.month).padStart(2, '0')}`, sort: [start.year * 12 + start.month] };
}

const absent = (stated) => ({ is: stated, stated });

/** What a value is for a group: `is` tells groups apart, `text` is shown, `sort` orders. */
function ofValue(view, value, type, dates) {
  if (value.kind === 'entity') {
    const entity = view.entity(value.entity.id);
    return entity ? ofEntity(view, entity) : absent('NOT_STATED');
  }
  if (value.kind !== 'date') return { is: `value ${label(value)}`, text: label(value), sort: sortKey(value, type, view), stated: 'VALUE' };
  const shown = dates ? partOf(value.date, dates) : { text: value.date.text, sort: sortKey(value, type, view) };
  return shown ? { is: `date ${shown.text}`, ...shown, stated: 'VALUE' } : absent('VALUE');
}

const ofEntity = (view, entity) => ({ is: entity.id, text: view.id(entity.id), entity, sort: textKey(view.labelOf(entity)), stated: 'VALUE' });

/** All that a key is for an item, each once; what has none says what the record says instead. */
function valuesOf(view, item, { name, onEdge }, dates, context) {
  const found = onEdge ? ofEdge(view, item, name, dates) : ofNode(view, item.entity, name, dates, context);
  const distinct = new Map(found.map((value) => [value.is, value]));
  return distinct.size > 0 ? [...distinct.values()] : [absent('NOT_STATED')];
}

function ofNode(view, entity, name, dates, { entityTypes, valueOfType }) {
  const { type } = entity;
  const key = keyOf(type, name);
  if (name === 'ENTITY_TYPE' && !key) return [{ is: type.name, text: valueOfType(type.name), sort: [entityTypes.indexOf(type.name)], stated: 'VALUE' }];
  if (!key) return [absent('NOT_STATED')];
  if (key.relationship && key.many) return view.ties(entity, key).map((tie) => ofEntity(view, tie[key.direction]));
  if (key.relationship) {
    const far = view.toOne(entity, key)?.[key.direction];
    return far && view.has(far) ? [ofEntity(view, far)] : [];
  }
  if (!key.many) {
    const value = view.value(entity, key.name);
    return [value ? ofValue(view, value, key.type, dates) : absent(view.stated(entity, key.name))];
  }
  const claims = view.byRank(view.claimsOn(entity, key.name));
  const values = claims.filter(({ value }) => value).map(({ value }) => ofValue(view, value, key.type, dates));
  // Where no claim has a value, the best one says what there is instead.
  return values.length > 0 || claims.length === 0 ? values : [absent(claims[0].stated)];
}

function ofEdge(view, { tie }, name, dates) {
  const { valid, properties } = view.tieWinner(tie);
  const property = named(tie.type.properties, name);
  if (property) {
    const value = properties.get(property.name);
    return [value ? ofValue(view, value, property.type, dates) : absent('NOT_STATED')];
  }
  const date = name === 'SINCE' ? valid.since : valid.until;
  if (date) return [ofValue(view, { kind: 'date', date }, 'EDTF', dates)];
  return [absent(name === 'UNTIL' && valid.stillHolds ? 'NONE' : 'NOT_STATED')];
}

/** How many different items there are, or different values of a key. */
export function countDistinct({ view, items }, { of }, context) {
  if (!of) return new Set(items.map(({ entity }) => entity)).size;
  const values = items.flatMap((item) => valuesOf(view, item, { name: of }, undefined, context));
  return new Set(values.filter(({ text }) => text !== undefined).map(({ is }) => is)).size;
}

const addUp = (numbers) => numbers.reduce((sum, one) => (sum === null || one === null ? null : sum + one), 0);
const least = (one, other) => one - other;

/** What the values of some properties come to: amounts of one unit and currency alone are added. */
export function summaries(view, items, of = []) {
  return (of ?? []).flatMap((name) => {
    const units = new Map();
    for (const { entity } of items) {
      const property = named(entity.type.properties, name);
      const value = property && view.value(entity, property.name);
      if (!value) continue;
      const { unit = null, currency = null } = value.kind === 'quantity' ? value.held : {};
      const key = JSON.stringify([unit, currency]);
      if (!units.has(key)) units.set(key, { is: 'summary', view, of: name, unit, currency, values: [], figures: [] });
      units.get(key).values.push(value);
      if (entity.type.role === 'OBSERVATION' && property.role === 'VALUE') units.get(key).figures.push(entity);
    }
    const terms = [{ descending: true }, { descending: false }, { descending: false }];
    // What has no unit comes first among equals.
    const keyed = [...units.values()].map((summary) => ({ summary, keys: [[summary.values.length], [Number(summary.unit !== null), summary.unit ?? ''], [Number(summary.currency !== null), summary.currency ?? '']] }));
    return sorted(keyed, terms, () => 0).map(({ summary }) => summary);
  });
}

const dateEnds = (values) => values.filter(({ kind }) => kind === 'date').map(({ date }) => date);
const numbersOf = (values) => values.filter(({ kind }) => kind !== 'date').map((value) => Number(number(value)));
const boundsOf = ({ view, values }, side) => values.map((value) => (value.kind === 'quantity' ? interval(value.held, view.ontology.bounds)[side] : Number(number(value))));
const orNull = (values, compute) => (values.length > 0 ? compute(values) : null);
const dateOf = (date) => ({ is: 'date', date });

/** What a figure leads to by a role of its type's relationships. */
const leadsTo = (view, entity, role) =>
  [...entity.type.relationships.values()].filter((field) => field.role === role && field.direction === 'OUT').flatMap((field) => view.ties(entity, field).map((tie) => tie.OUT));

const isSame = (one, other) => one.every((entity) => other.includes(entity)) && other.every((entity) => one.includes(entity));

/** Whether a figure is a part of another, or a part of a part. */
function isPart(view, entity, whole, seen = new Set([entity])) {
  return leadsTo(view, entity, 'WHOLE').some((above) => above === whole || (!seen.has(above) && isPart(view, above, whole, seen.add(above))));
}

/** Whether two figures count the same. */
function countsTheSame(view, one, other) {
  if (one === other || isPart(view, one, other) || isPart(view, other, one)) return true;
  const played = ({ type }, role) => [...type.properties.values()].find((property) => property.role === role)?.name;
  const value = (entity, role) => played(entity, role) && view.value(entity, played(entity, role));
  const words = (entity) => value(entity, 'SCOPE') && label(value(entity, 'SCOPE'));
  const time = (entity) => (value(entity, 'PERIOD') ?? value(entity, 'AS_OF'))?.date ?? { first: -Infinity, last: Infinity };
  const share = leadsTo(view, one, 'MEASURE').some((measure) => leadsTo(view, other, 'MEASURE').includes(measure));
  const [about, others] = [leadsTo(view, one, 'ABOUT'), leadsTo(view, other, 'ABOUT')];
  // A figure that names no group may be of any.
  const group = about.length === 0 || others.length === 0 || isSame(about, others);
  return share && group && isSame(leadsTo(view, one, 'PLACE'), leadsTo(view, other, 'PLACE')) && words(one) === words(other) && time(one).first <= time(other).last && time(other).first <= time(one).last;
}

/** Whether figures of a summary count the same: then they are not added. */
function overlapping(summary) {
  const { view, figures } = summary;
  summary.overlapping ??= figures.some((one, place) => figures.slice(place + 1).some((other) => countsTheSame(view, one, other)));
  return summary.overlapping;
}

/** The fields of a summary. */
export const SUMMARY = {
  of: ({ of }) => of,
  count: ({ values }) => values.length,
  unit: ({ unit }) => unit,
  currency: ({ currency }) => currency,
  overlapping,
  min: ({ values }) => orNull(numbersOf(values), (numbers) => Math.min(...numbers)),
  max: ({ values }) => orNull(numbersOf(values), (numbers) => Math.max(...numbers)),
  sum: (summary) => (overlapping(summary) ? null : orNull(numbersOf(summary.values), addUp)),
  avg: ({ values }) => orNull(numbersOf(values), (numbers) => addUp(numbers) / numbers.length),
  low: (summary) => (overlapping(summary) ? null : orNull(numbersOf(summary.values), () => addUp(boundsOf(summary, 0)))),
  high: (summary) => (overlapping(summary) ? null : orNull(numbersOf(summary.values), () => addUp(boundsOf(summary, 1)))),
  earliest: ({ values }) => orNull(dateEnds(values), (dates) => dateOf([...dates].sort((one, other) => compare(one.first, other.first) || compare(one.last, other.last))[0])),
  latest: ({ values }) => orNull(dateEnds(values), (dates) => dateOf([...dates].sort((one, other) => compare(other.last, one.last) || compare(other.first, one.first))[0])),
};

const compare = (one, other) => (one === other ? 0 : least(one, other));

/** A list in groups: what has several values of a key is in several of them. */
export function groupBy({ view, items, relationship }, args, context) {
  const { dates, of, orderBy } = args;
  for (const name of args.edge ?? []) {
    if (!relationship || (!['SINCE', 'UNTIL'].includes(name) && !named(relationship.properties, name))) throw new Error(`edges have no ${name}`);
  }
  const keys = [...(args.by ?? []).map((name) => ({ name })), ...(args.edge ?? []).map((name) => ({ name, onEdge: true }))];
  const groups = new Map();
  let overlapping = false;
  for (const item of items) {
    let combined = [[]];
    for (const key of keys) {
      const values = valuesOf(view, item, key, dates, context);
      combined = combined.flatMap((before) => values.map((value) => [...before, value]));
    }
    overlapping ||= combined.length > 1;
    for (const values of combined) {
      const is = JSON.stringify(values.map((value) => value.is));
      if (!groups.has(is)) groups.set(is, { is: 'bucket', view, number: groups.size, names: keys.map(({ name }) => name), values, items: [], of });
      groups.get(is).items.push(item);
    }
  }
  const [[field, direction]] = Object.entries(orderBy ?? { count: 'DESC' });
  const descending = direction === 'DESC';
  const byKeys = keys.map(() => ({ descending: field === 'key' && descending }));
  // What sorts alike: entities as they were recorded, others by their text.
  const ties = keys.map(() => ({ descending: false }));
  const terms = [...(field === 'key' ? byKeys : [{ descending }, ...byKeys]), ...ties];
  const keyed = [...groups.values()].map((group) => {
    const sorts = group.values.map(({ sort }) => sort);
    const apart = group.values.map(({ entity, text, stated }) => [entity?.number ?? text ?? STATED.indexOf(stated)]);
    return { group, keys: [...(field === 'key' ? [] : [[group.items.length]]), ...sorts, ...apart] };
  });
  const all = sorted(keyed, terms, ({ group }) => group.number).map(({ group }) => group);
  return { is: 'grouping', all, first: args.first ?? 25, distinct: items.length, overlapping };
}

/** What cannot be grouped or summed up at all, whatever the list. */
export function checkAggregate(members, field, { by, edge, of }) {
  const lists = [by, edge, Array.isArray(of) ? of : []].map((names) => names ?? []);
  if (lists.some((names) => new Set(names).size < names.length)) throw new Error('a key stands twice');
  const count = lists[0].length + lists[1].length;
  if (field === 'groupBy' && (count < 1 || count > 5)) throw new Error('too few or too many keys');
  if (Array.isArray(of) && of.length === 0) throw new Error('nothing is to be summed up');
  if (lists[2].some((name) => !members.some((type) => isSummable(type, name)))) throw new Error('it cannot be summed up');
}
