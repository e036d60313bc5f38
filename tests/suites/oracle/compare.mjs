// Two answers side by side: value for value, and keys in the same order. Cursors are the server's own affair.
import { CURSOR } from './pages.mjs';

/** The first difference, as its path and both values; undefined if there is none. `cursors` learns the server's by the oracle's. */
export function difference(server, oracle, cursors, path = []) {
  const differ = () => ({ path: path.join('.'), server, oracle });
  if (typeof oracle === 'string' && oracle.startsWith(CURSOR)) {
    if (typeof server !== 'string' || server === '') return differ();
    cursors.set(oracle, server);
    return undefined;
  }
  if (typeof server !== 'object' || typeof oracle !== 'object' || server === null || oracle === null) {
    return server === oracle ? undefined : differ();
  }
  if (Array.isArray(server) !== Array.isArray(oracle)) return differ();
  const [keys, wanted] = [Object.keys(server), Object.keys(oracle)];
  if (!Array.isArray(server) && keys.join() !== wanted.join()) return { path: path.join('.'), server: keys, oracle: wanted };
  for (const key of wanted) {
    if (!(key in server)) break;
    const found = difference(server[key], oracle[key], cursors, [...path, key]);
    if (found) return found;
  }
  return keys.length === wanted.length ? undefined : { path: path.join('.'), server: `${keys.length} items`, oracle: `${wanted.length} items` };
}
