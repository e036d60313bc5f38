// A made-up record: few entities and many claims that contradict, follow and correct each other, in more ways than any
// true record does. Of the ontology in tests/fixtures/oracle.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { isoDay } from './dates.mjs';

const WORDS = ['Ana', 'Élan', 'Ñu', 'zebra', 'Zürich', 'Москва', '北京', 'ana', 'Straße', 'a b', '"q"', 'Œuvre', 'øre', 'x\\y', '🂡 ace', 'İzmir'];
const KINDS = ['LARGE', 'SMALL', 'MEDIUM'];
const BOUNDS = ['EXACT', 'ABOUT', 'ALMOST', 'MORE_THAN', 'LESS_THAN', 'VAGUE'];
const FLAGS = ['MISSPELLED', 'AMBIGUOUS', 'ESTIMATED', 'WEAK_SOURCE'];
const SHAPES = [(day) => day, (day) => day.slice(0, 7), (day) => day.slice(0, 4), (day) => `${day.slice(0, 4)}~`, (day) => `${day.slice(0, 3)}X`, (day) => `${day}/..`, (day) => `../${day}`, (day) => `${day}?`, (day) => `${day.slice(0, 4)}-23`, (day) => `${day.slice(0, 4)}-34%`, (day) => `/${day}`, (day) => `${day.slice(0, 4)}-XX`];

class MadeUp {
  constructor(random) {
    this.random = random;
    this.entities = { alpha: [], beta: [], gamma: [], source: [] };
    this.claims = 0;
    /** Claims that stand. */
    this.standing = [];
  }

  text() {
    const { random } = this;
    return random.chance(0.4) ? random.pick(WORDS) : `${random.pick(WORDS)} ${random.pick(WORDS)} ${random.below(4)}`;
  }

  day() {
    // Few days, so that many are equal.
    return isoDay(15_000 + 97 * this.random.below(60));
  }

  date() {
    return this.random.pick(this.random.chance(0.5) ? SHAPES.slice(0, 3) : SHAPES)(this.day());
  }

  moment() {
    return `${this.day()}T1${this.random.below(3)}:00:00${this.random.pick(['Z', '+01:00', '.5Z'])}`;
  }

  quantity() {
    const { random } = this;
    const value = random.pick([0, 1, 12.5, 1000, 134_000, 1_900_000, -7]);
    return { value, bound: random.pick(BOUNDS), ...random.weighed([[3, {}], [1, { low: value - 1 }], [1, { low: value - 2, high: value + 3 }]]), ...random.weighed([[2, {}], [2, { unit: random.pick(['km', 'Ñu']) }], [1, { currency: 'USD' }]]) };
  }

  thing() {
    return this.random.pick([...this.entities.alpha, ...this.entities.beta]);
  }

  /** When a claim was true; an end is never before a start. */
  valid() {
    const { random } = this;
    const [from, to] = [this.day(), this.day()].sort();
    return random.weighed([
      [6, {}],
      [3, { since: from }],
      [1, { since: `${from.slice(0, 4)}~` }],
      [2, { since: from, until: to }],
      [1, { since: from, until: '..' }],
      [1, { until: to }],
      [0.5, { until: '..' }],
      [2, { attested: this.date() }],
      [0.5, { since: from, attested: to }],
    ]);
  }

  evidence() {
    const { random } = this;
    // A claim has one source that supports it at least.
    const one = (_, place) => ({
      source: random.pick(this.entities.source).slice('source:'.length),
      quote: random.pick([`said ${random.below(6)}`, { exact: `said ${random.below(3)}`, prefix: 'he ' }]),
      ...(random.chance(0.3) && { asStated: this.text() }),
      ...(random.chance(0.2) && { attributedTo: this.thing() }),
      ...(random.chance(0.1) && { attributedAs: 'a voice', note: 'a note', modality: 'REPORTED' }),
      ...(random.chance(0.2) && { flags: random.some(FLAGS, random.between(1, 2)) }),
      ...(place > 0 && random.chance(0.3) && { stance: 'DISPUTES' }),
    });
    return Array.from({ length: random.weighed([[6, 1], [2, 2], [1, 3]]) }, one);
  }

  /** A claim with what it says. */
  claim(said) {
    const { random } = this;
    this.claims += 1;
    const key = `c${this.claims}`;
    const hasKey = random.chance(0.8);
    if (hasKey) this.standing.push(`claim:${key}`);
    const rank = random.weighed([[8, {}], [1, { rank: 'PREFERRED', reason: 'it is better' }], [1, { rank: 'DEPRECATED', reason: 'it is worse' }], [0.5, { reason: 'as it came' }]]);
    return { ...said, ...this.valid(), ...rank, ...(hasKey && { key }), evidence: this.evidence(), ...(random.chance(0.05) && { review: random.pick(['PROPOSED', 'REJECTED']) }) };
  }

  value(make) {
    return this.claim(this.random.chance(0.12) ? { state: this.random.pick(['NONE', 'UNKNOWN']) } : make());
  }

  /** Some claims, mostly one, mostly on few fields. */
  some(make, share = 0.4) {
    const { random } = this;
    if (!random.chance(share)) return undefined;
    return Array.from({ length: random.weighed([[6, 1], [3, 2], [1, 4]]) }, make);
  }

  properties(type) {
    const { random } = this;
    const value = (make, share) => this.some(() => this.value(() => ({ value: make() })), share);
    const number = () => random.pick([0, 1, 2, 3, 3, 40, -5]);
    const localized = () => ({ value: this.text(), ...(random.chance(0.5) && { language: random.pick(['es', 'de']) }) });
    const shared = () => ({
      name: value(() => this.text(), 0.6),
      aliases: this.some(() => this.claim(localized())),
      kind: value(() => random.pick(KINDS)),
      begun: value(() => this.date()),
      links: this.some(() => this.link()),
      linkedBy: this.some(() => this.link(), 0.1),
    });
    switch (type) {
      case 'alpha':
        return {
          ...shared(),
          count: value(number),
          big: value(() => random.pick(['9007199254740993', '5', '-12', '9223372036854775807'])),
          size: value(() => number() / 4),
          yes: value(() => random.chance(0.5)),
          day: value(() => this.date()),
          moment: value(() => this.moment()),
          site: value(() => `https://example.org/${random.below(5)}`),
          motto: this.some(() => this.value(localized)),
          amount: this.some(() => this.value(() => this.quantity())),
          status: value(() => random.pick(['NEW', 'USED', 'GONE'])),
          tags: value(() => this.text()),
          owner: this.some(() => this.claim({ to: random.pick(this.entities.beta), ...(random.chance(0.5) && { share: number() / 8 }) })),
          partner: this.some(() => this.claim({ to: this.thing() }), 0.3),
        };
      case 'beta':
        return { ...shared(), title: value(() => this.text(), 0.7), owns: this.some(() => this.claim({ to: random.pick(this.entities.alpha) }), 0.2) };
      case 'gamma':
        return {
          amount: this.some(() => this.value(() => this.quantity()), 0.7),
          day: value(() => this.date()),
          whole: this.some(() => this.claim({ to: random.pick(this.entities.gamma) }), 0.5),
        };
      default:
        return {};
    }
  }

  link() {
    const { random } = this;
    const maybe = (share, make) => (random.chance(share) ? make() : undefined);
    const given = {
      to: this.thing(),
      role: maybe(0.5, () => random.pick(KINDS)),
      via: maybe(0.3, () => this.thing()),
      weight: maybe(0.5, () => random.below(4)),
      size: maybe(0.3, () => random.below(9) / 4),
      big: maybe(0.2, () => '9007199254740993'),
      yes: maybe(0.3, () => random.chance(0.5)),
      day: maybe(0.3, () => this.date()),
      moment: maybe(0.3, () => this.moment()),
      word: maybe(0.3, () => this.text()),
      amount: maybe(0.3, () => this.quantity()),
    };
    return this.claim(JSON.parse(JSON.stringify(given)));
  }

  /** One file: new entities, claims on all there are, and what becomes of older claims. */
  file(number) {
    const { random } = this;
    const file = { story: `Made up ${number}`, sources: {}, entities: {} };
    const older = [...this.standing];
    for (let more = random.between(1, 2); more > 0; more -= 1) {
      const slug = `s${this.entities.source.length}`;
      this.entities.source.push(`source:${slug}`);
      file.sources[slug] = { title: this.text(), kind: random.pick(['PRESS', 'DATASET', 'BLOG']), ...(random.chance(0.7) && { published: this.date() }) };
    }
    const fresh = [['alpha', 6], ['beta', 4], ['gamma', 3]].flatMap(([type, count]) => Array.from({ length: count }, () => {
      const id = `${type}:${type[0]}${this.entities[type].length}`;
      this.entities[type].push(id);
      return id;
    }));
    const known = [...this.entities.alpha, ...this.entities.beta, ...this.entities.gamma];
    for (const id of new Set([...fresh, ...random.some(known, 12)])) {
      file.entities[id] = this.properties(id.split(':')[0]);
      if (fresh.includes(id) && random.chance(0.1)) file.entities[id].alternateIds = [`${id}-too`];
    }
    const taken = random.some(older, 24);
    const turn = (count) => taken.splice(0, count);
    file.retractions = turn(8).map((claim) => ({ claim, reason: 'it was wrong' }));
    this.standing = this.standing.filter((claim) => !file.retractions.some((one) => one.claim === claim));
    file.ranks = turn(8).map((claim) => ({ claim, rank: random.pick(['PREFERRED', 'NORMAL', 'DEPRECATED']), reason: `of ${number}` }));
    file.evidence = turn(8).map((claim) => ({ claim, ...this.evidence().at(-1) }));
    file.annotations = random.some(older, 2).map((claim, place) => ({ id: `n${number}-${place}`, kind: random.pick(['GAP', 'ERRATUM', 'AMBIGUITY']), text: this.text(), about: [claim, random.pick(known)] }));
    for (const section of ['retractions', 'ranks', 'evidence', 'annotations']) if (file[section].length === 0) delete file[section];
    return file;
  }
}

/** Writes a made-up record into a folder. JSON is YAML too. */
export function makeUp(folder, random, files = 14) {
  const made = new MadeUp(random);
  const transactions = [];
  for (let number = 1; number <= files; number += 1) {
    const file = `part-${number}.yaml`;
    writeFileSync(join(folder, file), JSON.stringify(made.file(number), null, 1));
    // Two of them at the same moment.
    const day = isoDay(20_400 + Math.floor((number * 4) / 5));
    transactions.push({ file, recordedAt: `${day}T09:00:00Z`, author: `author ${number % 3}`, reason: `reason ${number}` });
  }
  writeFileSync(join(folder, 'manifest.yaml'), JSON.stringify({ transactions }));
}
