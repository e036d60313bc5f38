// What server and oracle may differ in, each with its reason. It should be empty.

/** Each has a `reason`, and `is(difference, document)`, which says whether a difference is that one. */
export const KNOWN = [];
