// Paths and neighbourhoods over relationships in both directions. Where several are equally good, the one
// with the entities recorded first comes first, then the one with the relationships recorded first.

/** The steps from an entity that are allowed: one to each other entity, by its first relationship. */
function steps(view, entity, isAllowed) {
  const found = new Map();
  for (const field of entity.type.relationships.values()) {
    for (const tie of view.ties(entity, field)) {
      const to = tie[field.direction];
      const known = found.get(to);
      if (isAllowed(tie, to) && (!known || tie.number < known.tie.number)) {
        found.set(to, { from: entity, tie, to, forward: field.direction === 'OUT' });
      }
    }
  }
  return [...found.values()].sort((one, other) => one.to.number - other.to.number);
}

function rules(args, ends = []) {
  const only = args.relationshipTypes && new Set(args.relationshipTypes);
  return {
    tie: (tie) => !only || only.has(tie.type.name),
    passes: (to) => ends.includes(to) || (!args.avoided.includes(to) && !args.avoidTypes.includes(to.type.name)),
  };
}

/** The `first` shortest ways; those that visit the same entities count once. */
export function paths(view, from, to, args) {
  const { tie: isFollowed, passes } = rules(args, [from, to]);
  const known = new Map();
  const next = (entity) => {
    if (!known.has(entity)) known.set(entity, steps(view, entity, (tie, far) => isFollowed(tie) && passes(far)));
    return known.get(entity);
  };
  if (from === to) return [{ is: 'path', view, steps: [] }];
  const distances = new Map([[to, 0]]);
  for (const entity of distances.keys()) {
    if (distances.get(entity) >= args.maxLength) break;
    for (const step of next(entity)) {
      if (!distances.has(step.to)) distances.set(step.to, distances.get(entity) + 1);
    }
  }
  const found = [];
  const extend = (taken, at, length) => {
    if (at === to) found.push({ is: 'path', view, steps: [...taken] });
    if (at === to || taken.length === length) return;
    for (const step of next(at)) {
      const left = distances.get(step.to);
      const isNew = step.to !== from && taken.every((one) => one.to !== step.to);
      // A way that reaches the end earlier was found with a smaller length.
      const fits = left !== undefined && taken.length + 1 + left <= length && (step.to !== to || taken.length + 1 === length);
      if (isNew && fits) extend([...taken, step], step.to, length);
      if (found.length === args.first) return;
    }
  };
  for (let length = distances.get(from) ?? Infinity; length <= args.maxLength && found.length < args.first; length += 1) {
    extend([], from, length);
  }
  return found;
}

/** What each entity of a level is connected by: relationships to what is nearer, and to each other. */
function connections(view, level, isNew, isAllowed) {
  const counts = new Map();
  for (const entity of level) {
    for (const tie of [...entity.OUT, ...entity.IN]) {
      const to = tie.OUT === entity ? tie.IN : tie.OUT;
      if (to !== entity && isNew(to) && view.tieWinner(tie) && isAllowed(tie, to)) counts.set(to, (counts.get(to) ?? 0) + 1);
    }
  }
  return counts;
}

/**
 * What lies around some entities, the nearest first, and how many more would have been next. Where there is no room for
 * all that are equally near, the best connected are kept.
 */
export function neighborhood(view, starts, args) {
  const { tie: isFollowed } = rules({ ...args, avoided: [], avoidTypes: [] });
  const isAllowed = (tie, to) => isFollowed(tie) && (!args.types || args.types.includes(to.type.name));
  const reached = new Set(starts);
  let level = [...reached].slice(0, args.limit);
  const kept = [];
  for (let depth = 0; level.length > 0; depth += 1) {
    kept.push(...level);
    if (depth === args.depth) break;
    const counts = connections(view, level, (to) => !reached.has(to), isAllowed);
    for (const entity of counts.keys()) reached.add(entity);
    const room = args.limit - kept.length;
    let next = [...counts.keys()];
    if (next.length > room) {
      const among = connections(view, next, (to) => counts.has(to), isFollowed);
      const connected = (entity) => counts.get(entity) + (among.get(entity) ?? 0);
      next = next.sort((one, other) => connected(other) - connected(one) || one.number - other.number).slice(0, room);
    }
    level = next.sort((one, other) => one.number - other.number);
  }
  const among = new Set(kept);
  const between = [...among].flatMap((entity) => entity.OUT.filter((tie) => among.has(tie.OUT) && view.tieWinner(tie) && isFollowed(tie)));
  between.sort((one, other) => one.IN.number - other.IN.number || one.OUT.number - other.OUT.number || one.number - other.number);
  return { is: 'subgraph', view, nodes: [...among], ties: between, omitted: reached.size - among.size };
}
