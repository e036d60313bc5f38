// Checks one after the other: what fails is told, and makes the process fail.
const PATIENCE_MS = 10_000;
let [passed, failed] = [0, 0];

/** Runs one check, which fails by throwing or by taking too long. */
export async function check(name, run) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`it takes longer than ${PATIENCE_MS / 1000} s`)), PATIENCE_MS);
  });
  try {
    await Promise.race([run(), late]);
    passed += 1;
  } catch (error) {
    failed += 1;
    const reason = error instanceof Error ? error.message : JSON.stringify(error);
    console.error(`failed: ${name}\n  ${reason.slice(0, 500).replaceAll('\n', '\n  ')}`);
  } finally {
    clearTimeout(timer);
  }
}

/** Says how many passed, and ends the process. */
export function finish() {
  console.log(`${passed} of ${passed + failed} checks pass`);
  process.exit(passed > 0 && failed === 0 ? 0 : 1);
}
