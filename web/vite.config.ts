import { resolve } from "node:path";
import { defineConfig } from "vite";
import { compress } from "./plugins/compress.ts";
import { examples } from "./plugins/examples.ts";
import { notices } from "./plugins/notices.ts";

const root = import.meta.dirname;

/** The notices that the licences of the bundled packages require; served beside the pages. */
const LICENCES = "licenses.txt";
const { pages, worker } = notices(LICENCES);

export default defineConfig({
  // Relative addresses, so that the pages also work below a path prefix of a reverse proxy.
  base: "./",
  plugins: [examples(resolve(root, "../schema/examples")), pages, compress()],
  worker: { format: "es", plugins: () => [worker] },
  build: {
    license: { fileName: LICENCES },
    rolldownOptions: {
      input: { start: resolve(root, "index.html"), graphiql: resolve(root, "graphiql/index.html") },
      // "use client" in React packages means nothing in a browser.
      checks: { moduleLevelDirective: false },
    },
    // The editor is one large part by nature; a browser keeps it after the first visit.
    chunkSizeWarningLimit: 6000,
    reportCompressedSize: false,
  },
  server: {
    proxy: Object.fromEntries(
      ["/graphql", "/schema.graphql", "/healthz"].map((path) => [path, "http://127.0.0.1:8000"]),
    ),
  },
});
