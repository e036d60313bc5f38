// What of the printed schema the oracle answers: nothing else is asked for, and what is left out is counted.
import { getNamedType, isEnumType, isInputObjectType, isInterfaceType, isLeafType, isObjectType, isRequiredArgument } from 'graphql';

import { CLAIM_FIELDS, EDGE_FIELDS, EVIDENCE_FIELDS, LIST_OPERATORS, MATCH_FIELDS, MODIFIERS, OF_CLAIMS, OPERATORS, QUANTIFIERS, WHERE_FIELDS } from './filters.mjs';
import { FIELDS, kindOf } from './resolvers.mjs';

/** Fields that are no question to the record, and search, whose scores are the server's own. */
const EXCEPTED = new Set(['Query.search', 'Graph.ontology', 'Graph.persistent']);
const EXCEPTED_TYPES = /^Search/;

const LIST_ARGUMENTS = ['where', 'edge', 'orderBy', 'first', 'after', 'last', 'before'];
const ARGUMENTS = {
  at: ['date', 'knownAt', 'publishedBy'],
  evidence: ['first'],
  countDistinct: ['of'],
  summary: ['of'],
  groupBy: ['by', 'edge', 'dates', 'of', 'first', 'orderBy'],
  paths: ['from', 'to', 'relationshipTypes', 'avoid', 'avoidTypes', 'maxLength', 'first'],
  neighborhood: ['ids', 'depth', 'relationshipTypes', 'types', 'limit'],
};

export class Coverage {
  #asked = new Set();

  constructor(schema, ontology) {
    this.schema = schema;
    this.ontology = ontology;
    this.edgeProperties = new Set([...ontology.relationships.values()].flatMap((relationship) => [...relationship.properties.keys()]));
    /** Of each type, the fields that can be asked for; of each input, those that can be given. */
    this.fields = new Map();
    this.inputs = new Map();
    this.missing = [];
    for (const type of Object.values(schema.getTypeMap())) {
      if (type.name.startsWith('__') || EXCEPTED_TYPES.test(type.name)) continue;
      if (isInputObjectType(type)) this.inputs.set(type.name, this.#split(type, Object.values(type.getFields()), (field) => this.#takes(type, field)));
      if (isObjectType(type) || isInterfaceType(type)) this.fields.set(type.name, this.#split(type, Object.values(type.getFields()), (field) => this.#answers(type, field)));
    }
  }

  #split(type, all, isCovered) {
    return all.filter((field) => {
      const path = `${type.name}.${field.name}`;
      if (EXCEPTED.has(path)) return false;
      const covered = isCovered(field);
      if (!covered) this.missing.push(path);
      return covered;
    });
  }

  /** The arguments of a field that the oracle understands. */
  arguments(field) {
    const isConnection = getNamedType(field.type).name.endsWith('Connection');
    const known = isConnection ? LIST_ARGUMENTS : (ARGUMENTS[field.name] ?? ['id', 'ids']);
    return field.args.filter((argument) => known.includes(argument.name));
  }

  #answers(type, field) {
    const kind = kindOf(type, this.ontology);
    const target = getNamedType(field.type);
    // A list of what the oracle does not know is not known either.
    const { nodes } = type.getFields();
    if (kind === 'connection' && !kindOf(getNamedType(nodes.type), this.ontology)) return false;
    if (!kind || !(isLeafType(target) || kindOf(target, this.ontology))) return false;
    const arguments_ = this.arguments(field);
    const left = field.args.filter((argument) => !arguments_.includes(argument));
    if (left.some(isRequiredArgument)) return false;
    if (!(FIELDS[kind]?.[field.name] || this.#declares(type, kind, field, target))) return false;
    this.missing.push(...left.map((argument) => `${type.name}.${field.name}(${argument.name})`));
    return true;
  }

  #declares(type, kind, field, target) {
    const members = this.ontology.members(type.name);
    const all = (test) => members.length > 0 && members.every(test);
    switch (kind) {
      case 'root':
        return this.ontology.types.has(target.name.replace(/Connection$/, ''));
      case 'entity':
        return all(({ properties, relationships }) => properties.has(field.name) || relationships.has(field.name) || (/Edge$/.test(field.name) && relationships.has(field.name.slice(0, -4))));
      case 'facts':
        return this.ontology.types.get(type.name.slice(0, -5))?.properties.has(field.name);
      case 'edge':
      case 'relationship':
        return this.edgeProperties.has(field.name);
      default:
        return false;
    }
  }

  #takes(type, field) {
    const role = roleOf(type);
    const members = this.ontology.members(type.name.replace(/(Where|Order)$/, ''));
    switch (role) {
      case 'where':
        return WHERE_FIELDS.includes(field.name) || (members.length > 0 && members.every(({ properties, relationships }) => properties.has(field.name) || relationships.has(field.name.replace(/Edge$/, ''))));
      case 'evidence':
        return EVIDENCE_FIELDS.includes(field.name);
      case 'claim':
        return CLAIM_FIELDS.includes(field.name);
      case 'edge':
        return EDGE_FIELDS.includes(field.name) || this.edgeProperties.has(field.name);
      case 'quantifiers':
        return field.name in QUANTIFIERS || field.name === 'count';
      case 'match':
        return MATCH_FIELDS.includes(field.name);
      case 'list':
        return LIST_OPERATORS.includes(field.name);
      case 'order':
        if (type.name === 'BucketOrder') return ['count', 'key'].includes(field.name);
        if (type.name === 'EdgeOrder') return ['since', 'until'].includes(field.name) || this.edgeProperties.has(field.name);
        if (type.name === 'CountOrder') return [...this.ontology.types.values()].some(({ relationships }) => relationships.get(field.name)?.many);
        if (['EdgeOrder', 'CountOrder'].includes(getNamedType(field.type).name)) return true;
        if (isInputObjectType(getNamedType(field.type))) return members.every(({ relationships }) => relationships.has(field.name));
        return ['id', 'name'].includes(field.name) || (isEnumType(getNamedType(field.type)) && members.some(({ properties }) => properties.has(field.name)));
      default:
        return field.name in OF_CLAIMS || MODIFIERS.includes(field.name) || field.name in (this.operators(type) ?? {});
    }
  }

  /** What the oracle knows to compare for an input type. */
  operators(type) {
    return OPERATORS[type.name] ?? (isEnumType(this.schema.getType(type.name.replace(/Filter$/, ''))) ? OPERATORS.EnumFilter : undefined);
  }

  /** Takes down that something was asked for. */
  note(path) {
    this.#asked.add(path);
  }

  /** How much can be asked for, and what of it was not. */
  summary() {
    const all = [this.fields, this.inputs].flatMap((place) => [...place].flatMap(([name, fields]) => fields.map((field) => `${name}.${field.name}`)));
    return { all: all.length, unasked: all.filter((path) => !this.#asked.has(path)) };
  }
}

const ROLES = { EvidenceWhere: 'evidence', ClaimWhere: 'claim' };

/** What an input type is for, by its name and shape. */
export function roleOf(type) {
  if (!isInputObjectType(type)) return 'leaf';
  const fields = type.getFields();
  if (ROLES[type.name]) return ROLES[type.name];
  if (type.name.endsWith('RelationshipWhere')) return 'edge';
  if (fields.AND) return 'where';
  if (fields.node) return 'match';
  if (fields.some) return getNamedType(fields.some.type).name.endsWith('Filter') ? 'list' : 'quantifiers';
  return type.isOneOf ? 'order' : 'filter';
}
