// The record as `onrecord dump` writes it: plain arrays of entities, claims and relationships, in the order of recording.
import { readFileSync } from 'node:fs';

import { edtf, moment } from './dates.mjs';

/** A value of a dump, `{"date": "2022-04"}`, as its kind and what it holds. */
function value(written) {
  const [[kind, held]] = Object.entries(written);
  if (kind === 'date') return { kind, date: edtf(held) };
  if (kind === 'dateTime') return { kind, moment: moment(held) };
  return { kind, held };
}

function validTime(valid = {}) {
  const date = (text) => (text === undefined ? undefined : edtf(text));
  return {
    since: date(valid.since),
    until: valid.until === '..' ? undefined : date(valid.until),
    stillHolds: valid.until === '..',
    attested: date(valid.attested),
  };
}

export class Record {
  entities = [];
  claims = [];
  /** Relationships: claims that say the same of the same ends share one. */
  ties = [];
  transactions = [];
  /** The entities of each type. */
  byType = new Map();
  #ids = new Map();
  #alternates = new Map();
  #claimIds = new Map();
  #tieKeys = new Map();

  constructor(ontology, file) {
    this.ontology = ontology;
    for (const type of ontology.types.values()) this.byType.set(type, []);
    for (const line of readFileSync(file, 'utf8').split('\n')) {
      // Large whole numbers stay as they are written.
      if (line) this.#line(JSON.parse(line.replaceAll(/"bigInt":(-?\d+)/g, '"bigInt":"$1"')));
    }
  }

  #line(line) {
    const version = this.transactions.length;
    if (line.transaction) {
      this.transactions.push({ ...line.transaction, recordedAt: moment(line.transaction.recordedAt) });
    } else if (line.putEntity) {
      const { id } = line.putEntity;
      const type = this.ontology.byPrefix.get(id.split(':')[0]);
      const entity = { number: this.entities.length, id, type, recorded: version, claims: [], cited: [], notes: [], OUT: [], IN: [] };
      this.entities.push(entity);
      this.byType.get(type).push(entity);
      this.#ids.set(id, entity);
    } else if (line.alternateId) {
      this.#alternates.set(line.alternateId.id, { entity: this.#ids.get(line.alternateId.entity), since: version });
    } else if (line.addClaim) {
      this.#addClaim(line.addClaim.claim, version);
    } else if (line.addEvidence) {
      this.#addEvidence(this.#claimIds.get(line.addEvidence.claim), line.addEvidence.evidence, version);
    } else if (line.setRank) {
      this.#claimIds.get(line.setRank.claim).ranks.push({ since: version, rank: line.setRank.rank, reason: line.setRank.reason });
    } else if (line.retract) {
      Object.assign(this.#claimIds.get(line.retract.claim), { retracted: version, retraction: line.retract.reason });
    } else if (line.annotateClaim) {
      const claim = this.#claimIds.get(line.annotateClaim.claim);
      const annotation = this.resolve(line.annotateClaim.annotation);
      claim.annotations.push({ entity: annotation, since: version });
      annotation.notes.push({ claim, since: version });
    } else if (line.format !== 'onrecord-dump') {
      throw new Error(`the dump has a line that is not known here: ${JSON.stringify(line).slice(0, 100)}`);
    }
  }

  #addClaim(written, version) {
    const { statement } = written;
    const claim = {
      number: this.claims.length,
      id: written.id,
      version,
      subject: this.resolve(written.subject),
      valid: validTime(written.valid),
      review: written.review,
      ranks: [{ since: version, rank: written.rank, reason: written.rankReason }],
      retracted: Infinity,
      evidence: [],
      annotations: [],
    };
    this.claims.push(claim);
    this.#claimIds.set(claim.id, claim);
    claim.subject.claims.push(claim);
    if (statement.property) {
      const { property, stated } = statement.property;
      claim.property = claim.subject.type.properties.get(property);
      claim.stated = typeof stated === 'string' ? stated.toUpperCase() : 'VALUE';
      if (claim.stated === 'VALUE') claim.value = value(stated.value);
    } else {
      const { relationship, object, properties = [] } = statement.relationship;
      claim.stated = 'VALUE';
      claim.properties = new Map(properties.map(([name, held]) => [name, this.#own(value(held))]));
      claim.tie = this.#tie(this.ontology.relationships.get(relationship), claim, this.resolve(object));
      claim.tie.claims.push(claim);
    }
    for (const evidence of written.evidence) this.#addEvidence(claim, evidence, version);
  }

  /** A value that names an entity, with the entity itself. */
  #own(found) {
    return found.kind === 'entity' ? { ...found, entity: this.resolve(found.held) } : found;
  }

  #tie(type, claim, to) {
    const identity = [...type.properties.values()].filter((property) => property.identity).map(({ name }) => {
      const found = claim.properties.get(name);
      return found && [found.kind, found.entity?.id ?? found.date?.text ?? found.moment?.text ?? found.held];
    });
    const key = JSON.stringify([type.name, claim.subject.id, to.id, identity]);
    let tie = this.#tieKeys.get(key);
    if (!tie) {
      const id = `relationship:${claim.id.slice('claim:'.length)}`;
      tie = { number: this.ties.length, id, type, OUT: to, IN: claim.subject, claims: [] };
      this.ties.push(tie);
      this.#tieKeys.set(key, tie);
      claim.subject.OUT.push(tie);
      to.IN.push(tie);
    }
    return tie;
  }

  #addEvidence(claim, written, version) {
    const source = this.resolve(written.source);
    claim.evidence.push({ ...written, source, attributedTo: written.attributedTo && this.resolve(written.attributedTo), since: version });
    if (source.cited.at(-1) !== claim) source.cited.push(claim);
  }

  /** The entity of an id, be it its own or another one. */
  resolve(id) {
    return this.#ids.get(id) ?? this.#alternates.get(id)?.entity;
  }

  /** The version since which an id leads somewhere. */
  knownSince(id) {
    return this.#alternates.get(id)?.since ?? 0;
  }

  claim(id) {
    return this.#claimIds.get(id);
  }

  get alternateIds() {
    return [...this.#alternates.keys()];
  }
}
