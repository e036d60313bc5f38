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

/** What lies around some entities, the nearest first, and how many more would have been next. */
export function neighborhood(view, starts, args) {
  const { tie: isFollowed } = rules({ ...args, avoided: [], avoidTypes: [] });
  const isAllowed = (tie, to) => isFollowed(tie) && (!args.types || args.types.includes(to.type.name));
  const reached = new Set(starts);
  const kept = [...reached].slice(0, args.limit).map((entity) => ({ entity, depth: 0 }));
  for (const { entity, depth } of kept) {
    if (depth === args.depth) break;
    for (const { to } of steps(view, entity, isAllowed)) {
      if (reached.has(to)) continue;
      reached.add(to);
      if (kept.length < args.limit) kept.push({ entity: to, depth: depth + 1 });
    }
  }
  const among = new Set(kept.map(({ entity }) => entity));
  const between = [...among].flatMap((entity) => entity.OUT.filter((tie) => among.has(tie.OUT) && view.tieWinner(tie) && isFollowed(tie)));
  between.sort((one, other) => one.IN.number - other.IN.number || one.OUT.number - other.OUT.number || one.number - other.number);
  return { is: 'subgraph', view, nodes: [...among], ties: between, omitted: reached.size - among.size };
}
