import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import type { Plugin } from "vite";

/** Files worth compressing; fonts and images are compressed already. */
const TEXT = /\.(css|html|js|json|svg|txt)$/;
/** Below this a packet is sent anyway. */
const SMALLEST = 1024;

/**
 * Writes `FILE.br` and `FILE.gz` beside each text file of the finished build, so that the server
 * never compresses anything itself.
 */
export function compress(): Plugin {
  let folder = "";
  return {
    name: "onrecord-compress",
    apply: "build",
    configResolved(config) {
      folder = join(config.root, config.build.outDir);
    },
    async closeBundle(error?: Error) {
      if (error) return;
      const files = readdirSync(folder, { recursive: true, encoding: "utf8" });
      await Promise.all(files.filter((file) => TEXT.test(file)).map((file) => pack(join(folder, file))));
    },
  };
}

async function pack(path: string): Promise<void> {
  const raw = readFileSync(path);
  if (raw.length < SMALLEST) return;
  const [brotli, gzipped] = await Promise.all([
    promisify(brotliCompress)(raw, {
      params: {
        // The best quality takes ten times as long for a twentieth less.
        [constants.BROTLI_PARAM_QUALITY]: 9,
        [constants.BROTLI_PARAM_SIZE_HINT]: raw.length,
      },
    }),
    promisify(gzip)(raw, { level: 9 }),
  ]);
  writeFileSync(`${path}.br`, brotli);
  writeFileSync(`${path}.gz`, gzipped);
}
