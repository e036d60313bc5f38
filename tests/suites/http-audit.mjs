// The GraphQL-over-HTTP audits of the specification's own package, against a running server.
// Usage: node http-audit.mjs [URL]. Exit code 1 unless every audit passes.
import { serverAudits } from 'graphql-http';

const url = process.argv[2] ?? 'http://127.0.0.1:8000/graphql';
const audits = serverAudits({ url, fetchFn: fetch });

let passed = 0;
for (const audit of audits) {
  const result = await audit.fn();
  if (result.status === 'ok') {
    passed += 1;
    continue;
  }
  const { response } = result;
  const body = response && !response.bodyUsed ? (await response.text()).slice(0, 200) : '';
  console.error(`${result.status}: ${audit.name} [${audit.id}]`);
  console.error(`  ${result.reason} (status ${response?.status}) ${body}`);
}

console.log(`${passed} of ${audits.length} audits pass at ${url}`);
process.exit(audits.length > 0 && passed === audits.length ? 0 : 1);
