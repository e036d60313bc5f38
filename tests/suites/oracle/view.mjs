// A view: which claims are seen by two clocks, which of them wins, and what an entity is by them.
import { compareKeys, dateKey, label, sortKey, textKey } from './values.mjs';

const RANKS = ['DEPRECATED', 'NORMAL', 'PREFERRED'];

/** Whether one claim wins over another: by rank, then the latest start, then the latest recorded. */
function beats(one, other) {
  return (one.rank - other.rank || one.start - other.start || one.claim.number - other.claim.number) > 0;
}

export class View {
  #seen = new Map();
  #winners = new Map();
  #properties = new Map();
  #published = new Map();
  #rows = new Map();
  #labels = new Map();

  /** `clocks` has `date`, `knownAt` and `publishedBy`; undefined is now. */
  constructor(record, clocks = {}) {
    this.record = record;
    this.ontology = record.ontology;
    this.clocks = clocks;
    const { transactions } = record;
    this.known = clocks.knownAt ? transactions.filter((one) => one.recordedAt.milliseconds <= clocks.knownAt.milliseconds).length : transactions.length;
    const parts = [
      clocks.date && `date=${clocks.date.text}`,
      clocks.knownAt && `knownAt=${clocks.knownAt.text}`,
      clocks.publishedBy && `publishedBy=${clocks.publishedBy.text}`,
    ];
    /** What ids carry in this view. */
    this.suffix = parts.filter(Boolean).join(';');
  }

  /** An id as it is given out in this view. */
  id(plain) {
    return this.suffix ? `${plain}@${this.suffix}` : plain;
  }

  // --- Claims -----------------------------------------------------------------------------------

  sees(claim) {
    let found = this.#seen.get(claim);
    if (found === undefined) {
      found = claim.version <= this.known && claim.retracted > this.known && claim.review === 'ACCEPTED' && this.#held(claim) && this.#isPublished(claim);
      this.#seen.set(claim, found);
    }
    return found;
  }

  /** Whether it may have held on the date; what happened is not asked. */
  #held({ valid, property, tie }) {
    const { date } = this.clocks;
    if (!date || !(property ?? tie.type).lasting) return true;
    const { since, until, stillHolds, attested } = valid;
    if (!since && !until && !stillHolds) return !attested || (attested.first <= date.last && attested.last >= date.first);
    return (since?.first ?? -Infinity) <= date.last && (until?.last ?? Infinity) >= date.first;
  }

  /** Whether a source that supports it was published by then. What has no evidence states itself. */
  #isPublished(claim) {
    if (!this.clocks.publishedBy) return true;
    const isStated = this.evidence(claim).some((one) => one.stance === 'SUPPORTS');
    return isStated || claim.evidence.every((one) => one.since > this.known);
  }

  /** The first day on which a source may have been published; NaN if that is not on record. */
  #publication(source) {
    let day = this.#published.get(source);
    if (day === undefined) {
      const knownAt = this.clocks.knownAt && { knownAt: this.clocks.knownAt };
      const found = new View(this.record, knownAt).value(source, 'published')?.date.first;
      day = Number.isFinite(found) ? found : NaN;
      this.#published.set(source, day);
    }
    return day;
  }

  /** The evidence that was on record, of sources that were published by then. */
  evidence(claim) {
    const by = this.clocks.publishedBy;
    return claim.evidence.filter((one) => one.since <= this.known && (!by || this.#publication(one.source) <= by.last));
  }

  rank(claim) {
    return claim.ranks.findLast((one) => one.since <= this.known) ?? claim.ranks[0];
  }

  #standing(claims) {
    const standing = claims.filter((claim) => this.sees(claim)).map((claim) => ({ claim, rank: RANKS.indexOf(this.rank(claim).rank), start: claim.valid.since?.first ?? -Infinity }));
    return standing.filter(({ rank }) => rank > 0);
  }

  /** The claims that stand, the winner first. */
  bestFirst(claims) {
    return this.#standing(claims).sort((one, other) => (beats(one, other) ? -1 : 1)).map(({ claim }) => claim);
  }

  /** The claims that stand, by rank, and else as they were recorded: the order of lists. */
  byRank(claims) {
    return this.#standing(claims).sort((one, other) => other.rank - one.rank || one.claim.number - other.claim.number).map(({ claim }) => claim);
  }

  /** The deprecated ones, as they were recorded. */
  deprecated(claims) {
    return claims.filter((claim) => this.sees(claim) && this.rank(claim).rank === 'DEPRECATED');
  }

  // --- Entities ---------------------------------------------------------------------------------

  /** The entity of an id, if this view has it. */
  entity(id) {
    const found = this.record.resolve(id);
    return found && this.record.knownSince(id) <= this.known && this.has(found) ? found : undefined;
  }

  has(entity) {
    return entity.recorded <= this.known && (!this.clocks.publishedBy || entity.claims.some((claim) => this.sees(claim)));
  }

  claimsOn(entity, property) {
    return entity.claims.filter((claim) => claim.property?.name === property);
  }

  winner(entity, property) {
    let own = this.#properties.get(entity);
    if (!own) this.#properties.set(entity, (own = new Map()));
    if (!own.has(property)) own.set(property, this.bestFirst(this.claimsOn(entity, property))[0]);
    return own.get(property);
  }

  /** The value that is shown, or undefined. */
  value(entity, property) {
    const winner = this.winner(entity, property);
    if (winner) return winner.value;
    const declared = entity.type.properties.get(property);
    if (declared?.default === undefined) return undefined;
    return { kind: this.ontology.enums.has(declared.type) ? 'enum' : 'text', held: declared.default };
  }

  /** VALUE, NONE, UNKNOWN or NOT_STATED. */
  stated(entity, property) {
    return this.winner(entity, property)?.stated ?? 'NOT_STATED';
  }

  labelOf(entity) {
    let found = this.#labels.get(entity);
    if (found === undefined) {
      const value = this.value(entity, entity.type.label);
      found = value ? label(value) : entity.id;
      this.#labels.set(entity, found);
    }
    return found;
  }

  /** Whether claims contradict each other, or a source speaks against one. */
  disputed(entity, { name, many, lasting }) {
    const standing = this.bestFirst(this.claimsOn(entity, name));
    if (standing.some((claim) => this.evidence(claim).some((one) => one.stance === 'DISPUTES'))) return true;
    const start = ({ valid }) => (valid.since ?? valid.attested)?.first ?? -Infinity;
    // Of what holds for a time, claims that begin at different times follow one another.
    const follow = (one, other) => lasting && Number.isFinite(start(one)) && Number.isFinite(start(other)) && start(one) !== start(other);
    const said = ({ stated, value }) => JSON.stringify([stated, value?.kind, value?.date?.text ?? value?.moment?.text ?? value?.held]);
    return !many && standing.some((one) => standing.some((other) => said(one) !== said(other) && !follow(one, other)));
  }

  // --- Relationships ----------------------------------------------------------------------------

  tieWinner(tie) {
    if (!this.#winners.has(tie)) this.#winners.set(tie, this.bestFirst(tie.claims)[0]);
    return this.#winners.get(tie);
  }

  tieValue(tie, property) {
    return this.tieWinner(tie)?.properties.get(property);
  }

  /** The relationships that a field shows, in the order of recording. */
  ties(entity, { relationship, direction }) {
    return entity[direction].filter((tie) => tie.type === relationship && this.tieWinner(tie));
  }

  /** The same in the order that the ontology declares. */
  row(entity, field) {
    const { relationship, direction } = field;
    const key = `${entity.id} ${relationship.name} ${direction}`;
    if (!this.#rows.has(key)) {
      const terms = relationship.order[direction];
      const keyed = this.ties(entity, field).map((tie) => ({ tie, keys: terms.map((term) => this.#rowKey(tie, tie[direction], term)) }));
      this.#rows.set(key, sorted(keyed, terms, (item) => item.tie.number).map((item) => item.tie));
    }
    return this.#rows.get(key);
  }

  #rowKey(tie, far, { onEdge, field }) {
    // A declared order names properties; `name` is the label where a type has no property of that name.
    if (!onEdge) return this.orderKey(far, field, far.type.properties.has(field));
    return this.tieKey(tie, field);
  }

  /** What a relationship sorts by in an order of one of its own parts. */
  tieKey(tie, field) {
    const { valid } = this.tieWinner(tie);
    if (field === 'since') return valid.since && dateKey(valid.since);
    if (field === 'until') return valid.stillHolds ? [Infinity, Infinity] : valid.until && dateKey(valid.until);
    return sortKey(this.tieValue(tie, field), tie.type.properties.get(field).type, this);
  }

  /** What an entity sorts by in an order of this field; its name is never missing, a property of that name may be. */
  orderKey(entity, field, asProperty = false) {
    if (field === 'id') return textKey(entity.id);
    if (field === 'name' && !asProperty) return textKey(this.labelOf(entity));
    const property = entity.type.properties.get(field);
    return property && sortKey(this.value(entity, field), property.type, this);
  }

  /** The relationship that a field of one shows. */
  toOne(entity, field) {
    const ties = new Map(this.ties(entity, field).map((tie) => [this.tieWinner(tie), tie]));
    return ties.get(this.bestFirst([...ties.keys()])[0]);
  }
}

/** Items with `keys` in an order; equal ones by their number. */
export function sorted(items, terms, numberOf) {
  return items.sort((one, other) => {
    const differing = terms.findIndex((term, place) => compareKeys(one.keys[place], other.keys[place], term.descending) !== 0);
    return differing < 0 ? numberOf(one) - numberOf(other) : compareKeys(one.keys[differing], other.keys[differing], terms[differing].descending);
  });
}
