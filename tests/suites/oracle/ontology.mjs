// The ontology as the oracle reads it: types, properties and relationships, from its SDL.
import { Kind, parse, valueFromASTUntyped } from 'graphql';

/** `[T!]!` or `T`, as the name of T and whether there are many. */
function shape(type) {
  if (type.kind === Kind.NON_NULL_TYPE) return shape(type.type);
  if (type.kind === Kind.LIST_TYPE) return { ...shape(type.type), many: true };
  return { type: type.name.value, many: false };
}

function directives(node) {
  const found = {};
  for (const { name, arguments: given } of node.directives ?? []) {
    found[name.value] = Object.fromEntries(given.map((argument) => [argument.name.value, valueFromASTUntyped(argument.value)]));
  }
  return found;
}

/** `edge.since DESC` as a term of an order. */
function term(text) {
  const [path, direction] = text.split(' ');
  const onEdge = path.startsWith('edge.');
  return { onEdge, field: onEdge ? path.slice(5) : path, descending: direction === 'DESC' };
}

export const pascal = (name) => name.split('_').map((word) => word[0].toUpperCase() + word.slice(1).toLowerCase()).join('');

/** `commitmentsReceived` as `commitments received`. */
export const spaced = (name) => name.replace(/([a-z0-9])([A-Z])/g, '$1 $2').toLowerCase();

/** The ontology that some SDL texts make together. */
export function readOntology(...texts) {
  const objects = new Map();
  const interfaces = new Map();
  const enums = new Map();
  let bounds = { about: 0.1, almost: 0.02 };
  const places = {
    [Kind.OBJECT_TYPE_DEFINITION]: objects,
    [Kind.OBJECT_TYPE_EXTENSION]: objects,
    [Kind.INTERFACE_TYPE_DEFINITION]: interfaces,
    [Kind.INTERFACE_TYPE_EXTENSION]: interfaces,
  };
  for (const node of texts.flatMap((text) => parse(text).definitions)) {
    bounds = directives(node).bounds ?? bounds;
    const name = node.name?.value;
    if (node.kind === Kind.ENUM_TYPE_DEFINITION || node.kind === Kind.ENUM_TYPE_EXTENSION) {
      enums.set(name, [...(enums.get(name) ?? []), ...node.values.map((value) => value.name.value)]);
    }
    const place = places[node.kind];
    if (!place) continue;
    const declared = place.get(name) ?? { name, fields: new Map(), directives: {}, interfaces: [] };
    place.set(name, declared);
    Object.assign(declared.directives, directives(node));
    declared.interfaces.push(...node.interfaces.map((one) => one.name.value));
    for (const field of node.fields) {
      declared.fields.set(field.name.value, { name: field.name.value, ...shape(field.type), directives: directives(field) });
    }
  }
  return build(objects, interfaces, enums, bounds);
}

function build(objects, interfaces, enums, bounds) {
  const types = new Map();
  const relationships = new Map();
  for (const declared of objects.values()) {
    if (!declared.directives.entity) continue;
    const above = [...declared.interfaces, 'Entity'].map((name) => interfaces.get(name)).filter(Boolean);
    const fields = new Map(declared.fields);
    for (const one of above) {
      for (const [name, field] of one.fields) {
        const own = fields.get(name);
        // A field has its interface's directives, and those of its own.
        fields.set(name, { ...(own ?? field), directives: { ...field.directives, ...own?.directives } });
      }
    }
    const { prefix, label = 'name' } = declared.directives.entity;
    const type = { name: declared.name, prefix, label, role: declared.directives.plays?.role, properties: new Map(), relationships: new Map() };
    types.set(type.name, type);
    for (const field of fields.values()) {
      const { relationship, temporal, default: fallback, plays } = field.directives;
      if (!relationship) {
        // What is said of a type that happened holds of all its properties.
        const happened = [temporal, declared.directives.temporal].some((said) => said?.kind === 'EVENT');
        const property = { name: field.name, type: field.type, many: field.many, lasting: !happened, default: fallback?.value, role: plays?.role };
        type.properties.set(field.name, property);
        continue;
      }
      const known = relationships.get(relationship.type) ?? { name: relationship.type, properties: new Map(), lasting: true, order: { OUT: [], IN: [] } };
      relationships.set(known.name, known);
      if (temporal?.kind === 'EVENT') known.lasting = false;
      if (relationship.orderBy) known.order[relationship.direction] = relationship.orderBy.map(term);
      for (const own of objects.get(relationship.properties)?.fields.values() ?? []) {
        known.properties.set(own.name, { name: own.name, type: own.type, identity: 'identity' in own.directives });
      }
      type.relationships.set(field.name, { name: field.name, relationship: known, direction: relationship.direction, many: field.many, target: field.type, role: plays?.role });
    }
  }
  const byPrefix = new Map([...types.values()].map((type) => [type.prefix, type]));
  const members = (name) => [...types.values()].filter((type) => name === 'Entity' || name === 'Node' || type.name === name || objects.get(type.name).interfaces.includes(name));
  /** Whether a type has a relationship to many, or an interface declares one that all of its types have. */
  const hasMany = (name, field) => {
    const [type] = members(name);
    const isDeclared = types.has(name) || interfaces.get(name)?.fields.has(field) || interfaces.get('Entity').fields.has(field);
    return Boolean(isDeclared && type?.relationships.get(field)?.many);
  };
  return { types, relationships, enums, bounds, byPrefix, members, hasMany, abstract: new Set(['Node', 'Entity', ...interfaces.keys()]) };
}
