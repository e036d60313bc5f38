// The operation in the page's address: a link to GraphiQL carries its question with it.

/** What an address asks for. */
export interface Asked {
  query: string;
  variables: string;
}

/** Longer addresses are cut by some servers and chat programs. */
const LONGEST = 8000;

/** The operation in the address, if it has one. */
export function readAddress(search: string): Asked | undefined {
  const parameters = new URLSearchParams(search);
  const query = parameters.get("query");
  return query ? { query, variables: parameters.get("variables") ?? "" } : undefined;
}

/** Makes the address that of the operation shown, so that it can be copied, kept and reloaded. */
export function writeAddress({ query, variables }: Asked): void {
  // Not URLSearchParams: it writes a space as `+`, which not every reader turns back.
  const search = query.trim()
    ? `?query=${encodeURIComponent(query)}` +
      (variables.trim() ? `&variables=${encodeURIComponent(variables)}` : "")
    : "";
  const path = search.length > LONGEST ? location.pathname : location.pathname + search;
  history.replaceState(null, "", path);
}
