// Resolvers: what each field of the printed schema answers, straight from the record.
//
// A value that has fields says what it `is`; FIELDS has a table for each kind. Where a field is in no table and the
// ontology does not declare it, the oracle does not cover it, and no operation asks for it.
import { isAbstractType } from 'graphql';

import { SUMMARY, countDistinct, groupBy, summaries } from './aggregates.mjs';
import { edtf, isoDay, moment } from './dates.mjs';
import { pascal, spaced } from './ontology.mjs';
import { connection, size } from './pages.mjs';
import { interval, label } from './values.mjs';
import { View } from './view.mjs';
import { neighborhood, paths } from './walks.mjs';

/** Whether a claim was on record for everybody, be it retracted since or not. */
const isPublic = (view, claim) => claim.version <= view.known && claim.review === 'ACCEPTED';

const LEAST_PATHS = 1;
const entityOf = (view, entity) => ({ is: 'entity', view, entity });
const claimOf = (view) => (claim) => ({ is: 'claim', view, claim });
const tieOf = (view, tie) => ({ is: 'relationship', view, tie });
const entityOrNull = (view, entity) => (entity && view.has(entity) ? entityOf(view, entity) : null);
const dateOf = (date) => (date ? { is: 'date', date } : null);

/** A value as the API shows it. */
function shown(view, value) {
  if (value === undefined) return null;
  switch (value.kind) {
    case 'date':
      return dateOf(value.date);
    case 'dateTime':
      return value.moment.text;
    case 'quantity':
      return { is: 'quantity', view, quantity: value.held };
    case 'localizedText':
      return { is: 'localizedText', ...value.held };
    case 'entity':
      return entityOrNull(view, value.entity);
    case 'bigInt':
      return String(value.held);
    default:
      return value.held;
  }
}

/** Pieces of evidence of some claims, each passage once. */
function passages(view, claims, { first }) {
  const seen = new Set();
  const found = claims.flatMap((claim) => view.evidence(claim)).filter((evidence) => {
    const passage = JSON.stringify([evidence.source.id, evidence.quote?.exact, evidence.stance]);
    return !seen.has(passage) && seen.add(passage);
  });
  return found.slice(0, size('first', first) ?? 25).map((evidence) => ({ is: 'evidence', view, evidence }));
}

const claimItem = (claim) => ({ id: claim.id, number: claim.number, claim });
const entityItem = (entity) => ({ id: entity.id, number: entity.number, entity });
const tieItem = (direction) => (tie) => ({ id: tie.id, number: tie.number, entity: tie[direction], tie });

/** The view after `at`: null resets a clock, what is not given stays. */
function turned(view, args) {
  const clocks = { ...view.clocks };
  for (const [name, read] of Object.entries({ date: edtf, knownAt: moment, publishedBy: edtf })) {
    if (args[name] === null) delete clocks[name];
    if (typeof args[name] === 'string') clocks[name] = read(args[name]);
  }
  return viewOf(view.record, clocks);
}

const views = new Map();

/** The view of some clocks; the latest ones are kept, since much is worked out in them. */
function viewOf(record, clocks) {
  const made = new View(record, clocks);
  const kept = views.get(made.suffix) ?? made;
  views.delete(made.suffix);
  views.set(made.suffix, kept);
  if (views.size > 12) views.delete(views.keys().next().value);
  return kept;
}

/** An id that was given out in a view leads to that view. */
export function viewed(view, id) {
  const [plain, suffix] = id.split(/@(.*)/s);
  if (suffix === undefined) return { plain, view };
  const reset = { date: null, knownAt: null, publishedBy: null };
  const parts = suffix.split(';').map((part) => part.split('='));
  if (!parts.every(([name, text]) => name in reset && text)) throw new Error(`${suffix} is no view`);
  return { plain, view: turned(view, { ...reset, ...Object.fromEntries(parts) }) };
}

function nodeOf(view, id) {
  const found = viewed(view, id);
  const entity = found.view.entity(found.plain);
  return entity ? entityOf(found.view, entity) : null;
}

/** The entity that an argument names, which has to be on record. */
function named(view, id) {
  const entity = view.entity(id.endsWith(`@${view.suffix}`) ? id.slice(0, -view.suffix.length - 1) : id);
  if (!entity) throw new Error(`${id} is not on record`);
  return entity;
}

const within = (name, value, least, most) => {
  if (value < least || value > most) throw new Error(`${name} is out of bounds`);
  return value;
};

const winner = ({ view, tie }) => view.tieWinner(tie);
const tieDates = {
  since: (source) => dateOf(winner(source)?.valid.since),
  until: (source) => dateOf(winner(source)?.valid.until),
  attested: (source) => dateOf(winner(source)?.valid.attested),
  ongoing: (source) => winner(source)?.valid.stillHolds ?? false,
  evidence: ({ view, tie }, args) => passages(view, view.bestFirst(tie.claims), args),
};

/** What is answered, by what the value is and the name of the field. */
export const FIELDS = {
  root: {
    node: ({ view }, { id }) => nodeOf(view, id),
    nodes: ({ view }, { ids }) => ids.map((id) => nodeOf(view, id)),
    claim: ({ view }, { id }) => {
      const found = viewed(view, id);
      const claim = view.record.claim(found.plain);
      return claim && found.view.sees(claim) ? claimOf(found.view)(claim) : null;
    },
    at: ({ view }, args) => ({ is: 'root', view: turned(view, args) }),
    graph: ({ view }) => ({ is: 'graph', view }),
    paths: ({ view }, args, { typeOfValue }) => {
      const [maxLength, first] = [within('maxLength', args.maxLength ?? 6, 0, 12), within('first', args.first ?? 1, LEAST_PATHS, 50)];
      const [from, to] = [named(view, args.from), named(view, args.to)];
      const avoided = (args.avoid ?? []).map((id) => named(view, id));
      const avoidTypes = (args.avoidTypes ?? []).map(typeOfValue);
      return paths(view, from, to, { ...args, maxLength, first, avoided, avoidTypes });
    },
    neighborhood: ({ view }, args, { typeOfValue }) => {
      const [depth, limit] = [within('depth', args.depth ?? 1, 0, 6), within('limit', args.limit ?? 200, 1, 1500)];
      const starts = args.ids.map((id) => named(view, id));
      return neighborhood(view, starts, { ...args, depth, limit, types: args.types?.map(typeOfValue) });
    },
  },
  entity: {
    id: ({ view, entity }) => view.id(entity.id),
    entityId: ({ entity }) => entity.id,
    name: ({ view, entity }) => view.labelOf(entity),
    at: ({ view, entity }, args) => entityOrNull(turned(view, args), entity),
    facts: ({ view, entity }) => ({ is: 'facts', view, entity }),
    claims: ({ view, entity }, args, context, info) => connection(view, entity, info, listed(view, entity).map(claimItem), args),
    evidence: ({ view, entity }, args) => passages(view, stated(view, entity), args),
    sources: ({ view, entity }, args, context, info) => {
      const sources = new Set(stated(view, entity).flatMap((claim) => view.evidence(claim)).map(({ source }) => source));
      return connection(view, entity, info, [...sources].map(entityItem), args);
    },
    aboutClaims: ({ view, entity }) => {
      const claims = entity.notes.filter(({ claim, since }) => since <= view.known && view.sees(claim)).map(({ claim }) => claim);
      return [...new Set(claims)].sort((one, other) => one.number - other.number).map(claimOf(view));
    },
  },
  connection: {
    edges: (source) => source.items.map((item) => ({ is: 'edge', view: source.view, item, tie: item.tie, cursor: source.cursor(item) })),
    nodes: ({ view, items }) => items.map((item) => itemNode(view, item)),
    totalCount: ({ total }) => total,
    aggregate: ({ view, whole, relationship }) => ({ is: 'aggregate', view, items: whole, relationship }),
    pageInfo: (source) => ({ ...source, is: 'pageInfo' }),
  },
  pageInfo: {
    hasNextPage: ({ hasNextPage }) => hasNextPage,
    hasPreviousPage: ({ hasPreviousPage }) => hasPreviousPage,
    startCursor: ({ items, cursor }) => (items.length > 0 ? cursor(items[0]) : null),
    endCursor: ({ items, cursor }) => (items.length > 0 ? cursor(items.at(-1)) : null),
  },
  aggregate: {
    count: ({ items }) => items.length,
    countDistinct: (source, args, context) => countDistinct(source, args, context),
    summary: ({ view, items }, { of }) => summaries(view, items, of),
    groupBy: (source, args, context) => groupBy(source, { ...args, first: size('first', args.first) }, context),
  },
  grouping: {
    groups: ({ all, first }) => all.slice(0, first),
    totalGroups: ({ all }) => all.length,
    distinctTotal: ({ distinct }) => distinct,
    overlapping: ({ overlapping }) => overlapping,
  },
  bucket: {
    keys: ({ view, names, values }) => values.map((value, place) => ({ is: 'bucketKey', view, name: names[place], value })),
    node: ({ view, values }) => {
      const { entity } = values.find((value) => value.entity) ?? {};
      return entity ? entityOf(view, entity) : null;
    },
    count: ({ items }) => items.length,
    summary: ({ view, items, of }) => summaries(view, items, of),
  },
  bucketKey: {
    key: ({ name }) => name,
    value: ({ value }) => value.text ?? null,
    node: ({ view, value }) => (value.entity ? entityOf(view, value.entity) : null),
    stated: ({ value }) => value.stated,
  },
  summary: SUMMARY,
  edge: {
    cursor: ({ cursor }) => cursor,
    node: ({ view, item }) => itemNode(view, item),
    ...tieDates,
    rank: (source) => source.view.rank(winner(source)).rank,
    claim: (source) => claimOf(source.view)(winner(source)),
    relationship: ({ view, tie }) => tieOf(view, tie),
    alternatives: ({ view, others }) => others.map((item) => ({ is: 'edge', view, item, tie: item.tie, others: [] })),
  },
  relationship: {
    id: ({ view, tie }) => view.id(tie.id),
    type: ({ tie }) => tie.type.name,
    from: ({ view, tie }) => entityOf(view, tie.IN),
    to: ({ view, tie }) => entityOf(view, tie.OUT),
    ...tieDates,
    claims: ({ view, tie }) => view.bestFirst(tie.claims).map(claimOf(view)),
  },
  claim: {
    id: ({ view, claim }) => view.id(claim.id),
    claimId: ({ claim }) => claim.id,
    subject: ({ view, claim }) => entityOf(view, claim.subject),
    property: ({ claim }) => claim.property?.name ?? null,
    relationship: ({ view, claim }) => (claim.tie ? tieOf(view, claim.tie) : null),
    stated: ({ claim }) => claim.stated,
    value: ({ view, claim }) => (claim.tie ? view.labelOf(claim.tie.OUT) : claim.value ? label(claim.value) : null),
    since: ({ claim }) => dateOf(claim.valid.since),
    until: ({ claim }) => dateOf(claim.valid.until),
    attested: ({ claim }) => dateOf(claim.valid.attested),
    ongoing: ({ claim }) => claim.valid.stillHolds,
    rank: ({ view, claim }) => view.rank(claim).rank,
    rankReason: ({ view, claim }) => view.rank(claim).reason ?? null,
    review: ({ claim }) => claim.review,
    recordedAt: ({ view, claim }) => view.record.transactions[claim.version - 1].recordedAt.text,
    recordedBy: ({ view, claim }) => view.record.transactions[claim.version - 1].author,
    recordedBecause: ({ view, claim }) => view.record.transactions[claim.version - 1].reason,
    version: ({ claim }) => String(claim.version),
    // What was withdrawn by the time that a view knows is not seen in it.
    retractedAt: () => null,
    retractionReason: () => null,
    evidence: ({ view, claim }, args) => passages(view, [claim], args),
    annotations: ({ view, claim }) => claim.annotations.filter(({ since }) => since <= view.known).map(({ entity }) => entityOf(view, entity)),
  },
  evidence: {
    source: ({ view, evidence }) => entityOf(view, evidence.source),
    quote: ({ evidence }) => evidence.quote?.exact ?? null,
    prefix: ({ evidence }) => evidence.quote?.prefix ?? null,
    suffix: ({ evidence }) => evidence.quote?.suffix ?? null,
    asStated: ({ evidence }) => evidence.asStated ?? null,
    attributedTo: ({ view, evidence }) => entityOrNull(view, evidence.attributedTo),
    attributedAs: ({ evidence }) => evidence.attributedAs ?? null,
    modality: ({ evidence }) => evidence.modality,
    stance: ({ evidence }) => evidence.stance,
    flags: ({ evidence }) => evidence.flags ?? [],
    note: ({ evidence }) => evidence.note ?? null,
  },
  fact: {
    value: ({ view, entity, property, claim }) => shown(view, claim ? claim.value : view.value(entity, property.name)),
    asStated: ({ view, claim }) => (claim && view.evidence(claim).find(({ asStated }) => asStated !== undefined)?.asStated) ?? null,
    stated: ({ claim }) => claim?.stated ?? 'NOT_STATED',
    disputed: ({ view, entity, property }) => view.disputed(entity, property),
    claim: ({ view, claim }) => (claim ? claimOf(view)(claim) : null),
    alternatives: ({ view, entity, property, claim }) => {
      const claims = view.claimsOn(entity, property.name);
      const standing = property.many ? view.byRank(claims) : view.bestFirst(claims);
      return [...standing, ...view.deprecated(claims)].filter((other) => other !== claim).map(claimOf(view));
    },
  },
  date: {
    edtf: ({ date }) => date.text,
    earliest: ({ date }) => (Number.isFinite(date.first) ? isoDay(date.first) : null),
    latest: ({ date }) => (Number.isFinite(date.last) ? isoDay(date.last) : null),
    precision: ({ date }) => date.precision,
    approximate: ({ date }) => date.about,
    uncertain: ({ date }) => date.unsure,
    label: ({ date }) => date.label,
  },
  quantity: {
    value: ({ quantity }) => quantity.value,
    bound: ({ quantity }) => quantity.bound ?? 'EXACT',
    low: ({ view, quantity }) => interval(quantity, view.ontology.bounds)[0],
    high: ({ view, quantity }) => interval(quantity, view.ontology.bounds)[1],
    unit: ({ quantity }) => quantity.unit ?? null,
    currency: ({ quantity }) => quantity.currency ?? null,
    label: ({ quantity }) => label({ kind: 'quantity', held: quantity }),
  },
  localizedText: {
    text: ({ text }) => text,
    language: ({ language }) => language ?? null,
  },
  path: {
    length: ({ steps }) => steps.length,
    steps: ({ view, steps }) => steps.map((step) => ({ is: 'pathStep', view, ...step })),
  },
  pathStep: {
    from: ({ view, from }) => entityOf(view, from),
    to: ({ view, to }) => entityOf(view, to),
    relationship: ({ view, tie }) => tieOf(view, tie),
    forward: ({ forward }) => forward,
    label: ({ view, from, to, tie, forward }) => {
      const leads = (field) => field.relationship === tie.type && field.direction === (forward ? 'OUT' : 'IN');
      const field = [...from.type.relationships.values()].find(leads);
      return [view.labelOf(from), spaced(field.name), view.labelOf(to)].join(' – ');
    },
  },
  subgraph: {
    nodes: ({ view, nodes }) => nodes.map((entity) => entityOf(view, entity)),
    relationships: ({ view, ties }) => ties.map((tie) => tieOf(view, tie)),
    omitted: ({ omitted }) => omitted,
  },
  graph: {
    version: ({ view }) => String(view.known),
    recordedAt: ({ view }) => view.record.transactions[view.known - 1]?.recordedAt.text ?? null,
    // As much as was on record for everybody by then, whether or not the view shows it.
    entities: ({ view }) => view.record.entities.filter(({ recorded }) => recorded <= view.known).length,
    relationships: ({ view }) => view.record.ties.filter(({ claims }) => claims.some((claim) => isPublic(view, claim))).length,
    claims: ({ view }) => view.record.claims.filter((claim) => isPublic(view, claim)).length,
    evidence: ({ view }) => view.record.claims.filter((claim) => isPublic(view, claim)).flatMap(({ evidence }) => evidence).filter(({ since }) => since <= view.known).length,
    types: ({ view }, args, { entityTypes }) => entityTypes.map((type) => ({ is: 'typeCount', view, type: view.ontology.types.get(type) })),
  },
  typeCount: {
    type: ({ type }, args, { valueOfType }) => valueOfType(type.name),
    name: ({ type }) => type.name,
    count: ({ view, type }) => view.record.byType.get(type).filter((entity) => view.has(entity)).length,
  },
};

/** The claims whose subject an entity is. */
const stated = (view, entity) => entity.claims.filter((claim) => view.sees(claim));

/** The claims that an entity is made of; of a source, those that cite it. */
function listed(view, entity) {
  if (entity.type.name !== 'Source') return stated(view, entity);
  const cites = (claim) => view.sees(claim) && view.evidence(claim).some(({ source }) => source === entity);
  return [...new Set(entity.cited)].filter(cites).sort((one, other) => one.number - other.number);
}

function itemNode(view, item) {
  return item.claim ? claimOf(view)(item.claim) : entityOf(view, item.entity);
}

/** A field of an entity that the ontology declares. */
function declaredField({ view, entity }, args, info) {
  const name = info.fieldName;
  const property = entity.type.properties.get(name);
  if (property?.many) return view.byRank(view.claimsOn(entity, name)).map((claim) => claim.value).filter(Boolean).map((value) => shown(view, value));
  if (property) return shown(view, view.value(entity, name));
  const field = entity.type.relationships.get(name);
  if (field?.many) return { ...connection(view, entity, info, view.row(entity, field).map(tieItem(field.direction)), args), relationship: field.relationship };
  if (field) return entityOrNull(view, view.toOne(entity, field)?.[field.direction]);
  const behind = entity.type.relationships.get(name.replace(/Edge$/, ''));
  const tie = view.toOne(entity, behind);
  if (!tie) return null;
  const claims = new Map(view.ties(entity, behind).map((one) => [view.tieWinner(one), one]));
  const [first, ...others] = view.bestFirst([...claims.keys()]).map((claim) => tieItem(behind.direction)(claims.get(claim)));
  return { is: 'edge', view, item: first, tie, others };
}

function factsField({ view, entity }, name) {
  const property = entity.type.properties.get(name);
  const fact = (claim) => ({ is: 'fact', view, entity, property, claim });
  return property.many ? view.byRank(view.claimsOn(entity, name)).map(fact) : fact(view.winner(entity, name));
}

/** All entities of a type, or one of them. */
function rootField(view, args, { ontology }, info) {
  const target = String(info.returnType).replace(/(Connection)?!?$/, '');
  const type = ontology.types.get(target);
  if (!('id' in args)) {
    const all = view.record.byType.get(type).filter((entity) => view.has(entity));
    return connection(view, undefined, info, all.map(entityItem), args);
  }
  const found = nodeOf(view, args.id);
  return found?.entity.type === type ? found : null;
}

/** The resolver of every field. */
export function resolve(source, args, context, info) {
  const own = FIELDS[source.is]?.[info.fieldName];
  if (own) return own(source, args, context, info);
  switch (source.is) {
    case 'root':
      return rootField(source.view, args, context, info);
    case 'entity':
      return declaredField(source, args, info);
    case 'facts':
      return factsField(source, info.fieldName);
    default:
      return shown(source.view, source.view.tieValue(source.tie, info.fieldName));
  }
}

/** The object type of what an interface stands for. */
export function resolveType(source) {
  return source.is === 'relationship' ? `${pascal(source.tie.type.name)}Relationship` : source.entity.type.name;
}

export const rootOf = (record) => ({ is: 'root', view: viewOf(record, {}) });

/** What the values of an output type are, by its name; undefined where the oracle does not know. */
export function kindOf(type, ontology) {
  const { name } = type;
  const kinds = { Query: 'root', Claim: 'claim', Evidence: 'evidence', ImpreciseDate: 'date', Quantity: 'quantity', LocalizedText: 'localizedText', PageInfo: 'pageInfo', Path: 'path', PathStep: 'pathStep', Subgraph: 'subgraph', Graph: 'graph', TypeCount: 'typeCount', Relationship: 'relationship', Grouping: 'grouping', Bucket: 'bucket', BucketKey: 'bucketKey', Summary: 'summary' };
  if (kinds[name]) return kinds[name];
  if (ontology.types.has(name) || (isAbstractType(type) && ontology.abstract.has(name))) return 'entity';
  const ending = [['Connection', 'connection'], ['Aggregate', 'aggregate'], ['Edge', 'edge'], ['Facts', 'facts'], ['Fact', 'fact'], ['Relationship', 'relationship']];
  return ending.find(([end]) => name.endsWith(end))?.[1];
}
