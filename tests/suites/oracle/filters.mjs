// `where` and `edge`: which entities and relationships fit. A condition that is null is no condition.
import { edtf, moment } from './dates.mjs';
import { fold, label, number } from './values.mjs';

const asList = (given) => (Array.isArray(given) ? given : [given]);
const plainId = (id) => id.split('@')[0];
const sameDays = (one, other) => one.first === other.first && one.last === other.last;

const same = (given) => given;

/** Operators on what is compared with `of`: the value's side and the argument's. */
const equality = (of, given = of) => ({
  eq: (value, wanted) => of(value) === given(wanted),
  ne: (value, wanted) => of(value) !== given(wanted),
  in: (value, wanted) => asList(wanted).some((one) => of(value) === given(one)),
});

const ordering = (of, given = of) => ({
  lt: (value, wanted) => of(value) < given(wanted),
  lte: (value, wanted) => of(value) <= given(wanted),
  gt: (value, wanted) => of(value) > given(wanted),
  gte: (value, wanted) => of(value) >= given(wanted),
});

/** Operators on texts: `seen` is what a text is to them, with or without case and accents. */
const texts = (seen, flags) => ({
  ...equality((value) => seen(label(value)), seen),
  contains: (value, part) => seen(label(value)).includes(seen(part)),
  startsWith: (value, part) => seen(label(value)).startsWith(seen(part)),
  endsWith: (value, part) => seen(label(value)).endsWith(seen(part)),
  matches: (value, pattern) => new RegExp(seen === same ? pattern : foldPattern(pattern), flags).test(seen(label(value))),
});

/** The letters of a pattern as they are in a folded text; its signs stay. */
const foldPattern = (pattern) => [...pattern].map((letter) => (letter > '\x7f' ? fold(letter) : letter)).join('');

const text = texts(fold, 'iu');
const exactText = texts(same, 'u');

const dates = {
  eq: ({ date }, wanted) => sameDays(date, edtf(wanted)),
  ne: ({ date }, wanted) => !sameDays(date, edtf(wanted)),
  in: ({ date }, wanted) => asList(wanted).some((one) => sameDays(date, edtf(one))),
  before: ({ date }, wanted) => date.last < edtf(wanted).first,
  after: ({ date }, wanted) => date.first > edtf(wanted).last,
  during: ({ date }, wanted) => date.first >= edtf(wanted).first && date.last <= edtf(wanted).last,
  overlaps: ({ date }, wanted) => date.first <= edtf(wanted).last && date.last >= edtf(wanted).first,
};

const words = equality(same);
const held = equality((value) => value.held, same);
const numbers = { ...equality(number, Number), ...ordering(number, Number) };
const whole = { ...equality(number, BigInt), ...ordering(number, BigInt) };
const milliseconds = (wanted) => moment(wanted).milliseconds;
const asText = (given) => (given === undefined ? undefined : { kind: 'text', held: given });

const quantities = {
  ...numbers,
  bound: (value, wanted) => fits('BoundFilter', value.held.bound ?? 'EXACT', wanted),
  unit: (value, wanted) => fits('StringFilter', asText(value.held.unit), wanted),
  currency: (value, wanted) => fits('StringFilter', asText(value.held.currency), wanted),
};

/** What the oracle knows to compare, by input type. `stated` goes with each of them that has it. */
export const OPERATORS = {
  StringFilter: text,
  IDFilter: equality((id) => id, plainId),
  BooleanFilter: { eq: held.eq, ne: held.ne },
  IntFilter: numbers,
  FloatFilter: numbers,
  BigIntFilter: whole,
  DateTimeFilter: { ...equality(number, milliseconds), ...ordering(number, milliseconds) },
  EDTFFilter: dates,
  QuantityFilter: quantities,
  BoundFilter: words,
  StatedFilter: words,
  /** Filters on enums, whatever their name. */
  EnumFilter: held,
};

const given = (where) => Object.entries(where).filter(([, wanted]) => wanted !== null && wanted !== undefined);

/** What is asked of the claims on a property, beside its value. */
export const OF_CLAIMS = {
  stated: (stated, wanted) => fits('StatedFilter', stated, wanted),
  exists: (stated, wanted) => (stated === 'VALUE') === wanted,
};

/** What changes how the other operators look at a value. */
export const MODIFIERS = ['exact', 'match'];

/** Whether a value, undefined if there is none, fits all operators. */
function fits(filter, value, where) {
  const operators = where.exact && filter === 'StringFilter' ? exactText : OPERATORS[filter];
  return given(where).every(([operator, wanted]) => {
    if (operator in OF_CLAIMS || MODIFIERS.includes(operator)) return true;
    if (!operators[operator]) throw new Error(`the oracle does not know ${filter}.${operator}`);
    return value !== undefined && operators[operator](value, wanted);
  });
}

/** Whether there are operators on the value itself; what asks nothing of a part asks nothing. */
const asksValue = (where) => given(where).some(([operator, wanted]) => !(operator in OF_CLAIMS) && !MODIFIERS.includes(operator) && (typeof wanted !== 'object' || Array.isArray(wanted) || asksValue(wanted)));

/**
 * Whether what claims say fits: each gives a `value`, undefined if it has none, and how that is `stated`. With
 * `match: ANY` one of `all` that fits is enough: for the value, and for each operator on how it is stated; else `shown` counts.
 */
function claimsFit(filter, shown, all, where) {
  const said = where.match === 'ANY' && all.length > 0 ? all : [shown];
  const asked = [...given(where.stated ?? {}).map(([operator, wanted]) => ['stated', { [operator]: wanted }]), ...given(where).filter(([operator]) => operator === 'exists')];
  const isStated = asked.every(([operator, wanted]) => said.some(({ stated }) => OF_CLAIMS[operator](stated, wanted)));
  return isStated && (!asksValue(where) || said.some(({ value }) => value !== undefined && fits(filter, value, where)));
}

/** The input type that filters values of a property's type. */
export function filterOf(type, ontology) {
  if (ontology.enums.has(type)) return 'EnumFilter';
  const texts = { URL: 'StringFilter', LocalizedText: 'StringFilter' };
  return texts[type] ?? `${type}Filter`;
}

/** How many of some must fit. */
export const QUANTIFIERS = {
  some: (fitting) => fitting.includes(true),
  none: (fitting) => !fitting.includes(true),
  all: (fitting) => !fitting.includes(false),
  single: (fitting) => fitting.filter(Boolean).length === 1,
};

const LISTS = {
  some: (values, where, filter) => values.some((value) => fits(filter, value, where)),
  none: (values, where, filter) => !values.some((value) => fits(filter, value, where)),
  includes: (values, wanted, filter) => LISTS.some(values, { eq: wanted }, filter),
  includesAny: (values, wanted, filter) => LISTS.some(values, { in: wanted }, filter),
  includesAll: (values, wanted, filter) => asList(wanted).every((one) => LISTS.includes(values, one, filter)),
  isEmpty: (values, wanted) => (values.length === 0) === wanted,
  exists: (values, wanted) => values.length > 0 === wanted,
};

/** What the oracle knows of the filters on lists of values. */
export const LIST_OPERATORS = Object.keys(LISTS);

/** `AND`, `OR` and `NOT` over what `isFit` says of a condition. */
const CONNECTIVES = {
  AND: (isFit, wheres) => asList(wheres).every(isFit),
  OR: (isFit, wheres) => asList(wheres).some(isFit),
  NOT: (isFit, where) => !isFit(where),
};

/** Whether all conditions hold; `holds` says so of one that is no connective. */
function conditionsHold(where, holds) {
  const isFit = (one) => conditionsHold(one, holds);
  return given(where).every(([name, wanted]) => (CONNECTIVES[name] ? CONNECTIVES[name](isFit, wanted) : holds(name, wanted)));
}

const named = (name) => ({ value: { kind: 'text', held: name } });

const WHERE = {
  id: (view, entity, where) => fits('IDFilter', entity.id, where),
  name: (view, entity, where) => {
    // The name is never missing; by `match: ANY` it is a property like others.
    if (where.match === 'ANY') return propertyFits(view, entity, entity.type.properties.get(entity.type.label), where, 'StringFilter');
    return claimsFit('StringFilter', { ...named(view.labelOf(entity)), stated: view.stated(entity, entity.type.label) }, [], where);
  },
  evidence: (view, entity, where) => evidenceFits(view, stated(view, entity), where),
};

/** The claims whose subject an entity is. */
const stated = (view, entity) => entity.claims.filter((claim) => view.sees(claim));

/** The fields of a filter that do not come from the ontology. */
export const WHERE_FIELDS = [...Object.keys(CONNECTIVES), ...Object.keys(WHERE)];

/** Whether an entity fits a `where`. */
export function entityFits(view, entity, where) {
  return conditionsHold(where, (name, wanted) => {
    if (WHERE[name]) return WHERE[name](view, entity, wanted);
    const property = entity.type.properties.get(name);
    if (property) return propertyFits(view, entity, property, wanted);
    const field = entity.type.relationships.get(name);
    if (!field) {
      const behind = entity.type.relationships.get(name.replace(/Edge$/, ''));
      const tie = view.toOne(entity, behind);
      return tie !== undefined && tieFits(view, tie, behind.direction, wanted);
    }
    if (!field.many) {
      const tie = view.toOne(entity, field);
      return tie !== undefined && entityFits(view, tie[field.direction], wanted);
    }
    const ties = view.ties(entity, field);
    return given(wanted).every(([quantifier, match]) => {
      if (quantifier === 'count') return fits('IntFilter', { kind: 'int', held: ties.length }, match);
      return QUANTIFIERS[quantifier](ties.map((tie) => tieFits(view, tie, field.direction, match)));
    });
  });
}

const TIE = {
  node: (view, tie, direction, where) => entityFits(view, tie[direction], where),
  edge: (view, tie, direction, where) => edgeFits(view, tie, where),
  evidence: (view, tie, direction, where) => evidenceFits(view, view.bestFirst(tie.claims), where),
};

/** The parts of a filter on one relationship. */
export const MATCH_FIELDS = Object.keys(TIE);

function tieFits(view, tie, direction, match) {
  return given(match).every(([part, where]) => TIE[part](view, tie, direction, where));
}

function propertyFits(view, entity, property, wanted, filter = filterOf(property.type, view.ontology)) {
  const standing = view.byRank(view.claimsOn(entity, property.name));
  if (!property.many) {
    return claimsFit(filter, { value: view.value(entity, property.name), stated: view.stated(entity, property.name) }, standing, wanted);
  }
  const values = standing.map((claim) => claim.value).filter(Boolean);
  return given(wanted).every(([operator, condition]) => LISTS[operator](values, condition, filter));
}

const DATES = ['since', 'until'];

/** The fields of a filter on relationships that every relationship has. */
export const EDGE_FIELDS = [...DATES, 'evidence', ...Object.keys(CONNECTIVES)];

/** Whether a relationship fits an `edge`. */
export function edgeFits(view, tie, where) {
  return conditionsHold(where, (name, wanted) => {
    const property = tie.type.properties.get(name);
    if (!property && name === 'evidence') return evidenceFits(view, view.bestFirst(tie.claims), wanted);
    const said = (claim) => (property ? partOf(claim, name) : dateOf(claim, name));
    const winner = view.tieWinner(tie);
    if (property && (view.ontology.abstract.has(property.type) || view.ontology.types.has(property.type))) {
      const entity = view.entity(said(winner).value?.entity.id ?? '');
      return entity !== undefined && entityFits(view, entity, wanted);
    }
    const filter = property ? filterOf(property.type, view.ontology) : 'EDTFFilter';
    return claimsFit(filter, said(winner), view.bestFirst(tie.claims).map(said), wanted);
  });
}

function partOf(claim, name) {
  const value = claim.properties.get(name);
  return { value, stated: value ? 'VALUE' : 'NOT_STATED' };
}

function dateOf({ valid }, name) {
  const date = valid[name];
  // What still holds has no end, and a source says so.
  const stated = date ? 'VALUE' : name === 'until' && valid.stillHolds ? 'NONE' : 'NOT_STATED';
  return { value: date && { kind: 'date', date }, stated };
}

const EVIDENCE = {
  source: (view, { source }, where) => entityFits(view, source, where),
  attributedTo: (view, { attributedTo }, where) => attributedTo !== undefined && entityFits(view, attributedTo, where),
  flag: (view, { flags = [] }, where) => given(where).every(([operator, wanted]) => flags.some((flag) => asList(wanted).includes(flag)) === (operator !== 'ne')),
  modality: (view, { modality }, where) => fits('EnumFilter', { held: modality }, where),
  stance: (view, { stance }, where) => fits('EnumFilter', { held: stance }, where),
  quote: (view, { quote }, where) => fits('StringFilter', asText(quote?.exact), where),
  asStated: (view, { asStated }, where) => fits('StringFilter', asText(asStated), where),
};

/** The fields of a filter on evidence. */
export const EVIDENCE_FIELDS = [...Object.keys(CONNECTIVES), ...Object.keys(EVIDENCE)];

/** Whether one piece of the evidence of some claims fits all conditions. */
function evidenceFits(view, claims, where) {
  const pieces = claims.flatMap((claim) => view.evidence(claim));
  return pieces.some((piece) => conditionsHold(where, (name, wanted) => EVIDENCE[name](view, piece, wanted)));
}

const CLAIM = {
  rank: (view, claim, where) => fits('EnumFilter', { held: view.rank(claim).rank }, where),
  stated: (view, claim, where) => fits('StatedFilter', claim.stated, where),
  property: (view, claim, where) => fits('StringFilter', asText(claim.property?.name), where),
  relationshipType: (view, claim, where) => fits('EnumFilter', claim.tie && { held: claim.tie.type.name }, where),
  recordedAt: (view, claim, where) => fits('DateTimeFilter', { kind: 'dateTime', moment: view.record.transactions[claim.version - 1].recordedAt }, where),
  evidence: (view, claim, where) => evidenceFits(view, [claim], where),
};

/** Whether a text fits operators on texts. */
export const textFits = (text, where) => fits('StringFilter', asText(text), where);

/** The fields of a filter on claims. */
export const CLAIM_FIELDS = [...Object.keys(CONNECTIVES), ...Object.keys(CLAIM)];

/** Whether a claim fits a `where`. */
export const claimFits = (view, claim, where) => conditionsHold(where, (name, wanted) => CLAIM[name](view, claim, wanted));
