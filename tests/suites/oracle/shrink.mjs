// Makes an operation small: what can be left out while the two still differ is left out.
import { Kind, print, visit } from 'graphql';

const REMOVABLE = [Kind.FIELD, Kind.FRAGMENT_SPREAD, Kind.INLINE_FRAGMENT, Kind.ARGUMENT, Kind.DIRECTIVE, Kind.OBJECT_FIELD];

/** The document without its `place`-th removable node; undefined if there are not so many. */
function without(document, place) {
  let seen = -1;
  let removed = false;
  const edited = visit(document, {
    enter(node, key, parent) {
      const isItem = Array.isArray(parent) && (REMOVABLE.includes(node.kind) || node.kind.endsWith('Value'));
      if (!isItem) return undefined;
      seen += 1;
      if (seen !== place) return undefined;
      removed = true;
      return null;
    },
  });
  return removed ? tidied(edited) : undefined;
}

/** Selections that became empty go with what they belong to, and so do fragments and variables that nothing uses. */
function tidied(document) {
  const whole = visit(document, {
    leave: (node) => (node.selectionSet && node.selectionSet.selections.length === 0 && node.kind !== Kind.OPERATION_DEFINITION ? null : undefined),
  });
  const used = { spreads: new Set(), variables: new Set() };
  const spread = (node) => {
    visit(node, {
      FragmentSpread({ name }) {
        if (used.spreads.has(name.value)) return;
        used.spreads.add(name.value);
        const fragment = whole.definitions.find((one) => one.kind === Kind.FRAGMENT_DEFINITION && one.name.value === name.value);
        if (fragment) spread(fragment);
      },
      VariableDefinition: () => false,
      Variable: ({ name }) => void used.variables.add(name.value),
    });
  };
  spread(whole.definitions.find((one) => one.kind === Kind.OPERATION_DEFINITION));
  return visit(whole, {
    FragmentDefinition: ({ name }) => (used.spreads.has(name.value) ? undefined : null),
    VariableDefinition: ({ variable }) => (used.variables.has(variable.name.value) ? false : null),
  });
}

function isComplete({ definitions }) {
  return definitions.length > 0 && definitions.every(({ selectionSet }) => selectionSet.selections.length > 0);
}

/** The smallest document found for which `differs` is still true. */
export async function shrink(document, differs) {
  let smallest = document;
  for (let isSmaller = true; isSmaller; ) {
    isSmaller = false;
    for (let place = 0; ; ) {
      const candidate = without(smallest, place);
      if (!candidate) break;
      const isWhole = isComplete(candidate) && print(candidate) !== print(smallest);
      if (isWhole && (await differs(candidate))) {
        smallest = candidate;
        isSmaller = true;
      } else {
        place += 1;
      }
    }
  }
  return smallest;
}

/** The variables that a document declares. */
export function needed(document, variables) {
  const { variableDefinitions = [] } = document.definitions.find((one) => one.kind === Kind.OPERATION_DEFINITION) ?? {};
  const names = variableDefinitions.map(({ variable }) => variable.name.value);
  return Object.fromEntries(Object.entries(variables).filter(([name]) => names.includes(name)));
}
