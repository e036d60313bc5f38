// Connections: lists that are filtered, ordered, and read in pages, as Relay defines them.
import { claimFits, edgeFits, entityFits } from './filters.mjs';
import { sorted } from './view.mjs';

const MOST = 1000;
const DEFAULT = 25;

/** The mark of the oracle's cursors, by which an answer's cursors are known. */
export const CURSOR = 'oracle-cursor:';

/** A page's size. Throws if it is out of bounds. */
export function size(name, given) {
  if (given !== null && given !== undefined && (given < 0 || given > MOST)) throw new Error(`${name} is out of bounds`);
  return given ?? undefined;
}

/** The sizes of a page, of which one can be given. */
export function pageOf(args) {
  const [first, last] = [size('first', args.first), size('last', args.last)];
  if (first !== undefined && last !== undefined) throw new Error('first and last are both given');
  return { first, last };
}

/** What makes a list, whosever it is: a cursor is good for one list. */
export const listOf = (field, { where, edge, orderBy }) => JSON.stringify([field, where, edge, orderBy]);

/** A cursor of a list. Throws if it is none. */
export function readCursor(cursor, list) {
  if (!cursor.startsWith(CURSOR)) throw new Error('it is no cursor');
  const found = JSON.parse(cursor.slice(CURSOR.length));
  if (found.list !== list) throw new Error('it is the cursor of another list');
  return found;
}

/**
 * A connection. `items` have an `id`, a `number` in the order of recording, and an `entity` or a `claim`;
 * those of relationships have their `tie`.
 */
export function connection(view, owner, info, items, args) {
  const { first, last } = pageOf(args);
  const { where, edge, orderBy } = args;
  let all = items;
  if (edge) all = all.filter(({ tie }) => edgeFits(view, tie, edge));
  if (where) all = all.filter(({ entity, claim }) => (claim ? claimFits(view, claim, where) : entityFits(view, entity, where)));
  const whole = all;
  if (orderBy && orderBy.length > 0) all = ordered(view, all, orderBy);

  const list = listOf(info.fieldName, args);
  const of = JSON.stringify([owner?.id, view.suffix]);
  const place = (cursor) => {
    const found = readCursor(cursor, list);
    if (found.of !== of) throw new Error('it is the cursor of another entity\'s list, or of another view');
    return all.findIndex((item) => item.id === found.id);
  };
  const from = typeof args.after === 'string' ? place(args.after) + 1 : 0;
  const to = Math.max(from, typeof args.before === 'string' ? place(args.before) : all.length);
  const length = first ?? last ?? DEFAULT;
  const [start, end] = last === undefined ? [from, Math.min(to, from + length)] : [Math.max(from, to - length), to];
  return {
    is: 'connection',
    view,
    whole,
    total: all.length,
    items: all.slice(start, end),
    hasNextPage: end < all.length,
    hasPreviousPage: start > 0,
    cursor: (item) => `${CURSOR}${JSON.stringify({ list, of, id: item.id })}`,
  };
}

function ordered(view, items, orderBy) {
  const terms = orderBy.map((order) => ({ descending: directionOf(order) === 'DESC' }));
  const keyed = items.map((item) => ({ item, keys: orderBy.map((order) => keyOf(view, item, order)) }));
  return sorted(keyed, terms, ({ item }) => item.number).map(({ item }) => item);
}

/** ASC or DESC, however far in. */
function directionOf(order) {
  const [inner] = Object.values(order);
  return typeof inner === 'string' ? inner : directionOf(inner);
}

/** What an item sorts by in one term of an order: a field of its own, of its relationship, or one step away. */
function keyOf(view, { entity, tie }, order) {
  const [[field, inner]] = Object.entries(order);
  if (typeof inner === 'string') return view.orderKey(entity, field);
  const link = entity.type.relationships.get(field);
  if (link) {
    const found = view.toOne(entity, link);
    return found && keyOf(view, { entity: found[link.direction], tie: found }, inner);
  }
  const [name] = Object.keys(inner);
  if (field === 'edge') return view.tieKey(tie, name);
  return [view.ties(entity, entity.type.relationships.get(name)).length];
}

/** Refuses an order by what relationships or types do not have. */
export function checkOrder(ontology, type, relationship, order) {
  const [[field, inner]] = Object.entries(order);
  if (typeof inner === 'string') return;
  const link = ontology.members(type)[0].relationships.get(field);
  if (link) {
    checkOrder(ontology, link.target, link.relationship, inner);
    return;
  }
  const [name] = Object.keys(inner);
  const isEdge = field === 'edge';
  if (isEdge && !relationship) throw new Error('the list is not one of relationships');
  const has = isEdge ? ['since', 'until'].includes(name) || relationship.properties.has(name) : ontology.hasMany(type, name);
  if (!has) throw new Error(`there is no ${name} to order by`);
}
