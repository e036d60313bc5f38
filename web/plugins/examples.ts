import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import type { Plugin } from "vite";

/** One operation of `schema/examples`. */
export interface Example {
  /** The file's name without its ending. */
  name: string;
  /** The comment at its top, which asks in plain words what the operation answers. */
  question: string;
  /** The whole file, comment included. */
  query: string;
}

/** The examples in `folder` in the order of their file names; none if there is no such folder. */
function read(folder: string): Example[] {
  if (!existsSync(folder)) return [];
  const files = readdirSync(folder).filter((file) => file.endsWith(".graphql")).sort();
  return files.map((file) => {
    const name = basename(file, ".graphql");
    const query = readFileSync(join(folder, file), "utf8").trim() + "\n";
    return { name, question: questionOf(query) || name, query };
  });
}

/** The first paragraph of the comment that a file starts with. */
function questionOf(query: string): string {
  const lines = query.split("\n").map((line) => /^#+(.*)$/.exec(line)?.[1]?.trim() ?? "");
  const end = lines.indexOf("");
  return lines.slice(0, end === -1 ? lines.length : end).join(" ");
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** The list items of the start page: each opens GraphiQL with its operation. */
function listItems(examples: Example[]): string {
  const items = examples.map(({ question, query }) => {
    const href = `graphiql/?query=${encodeURIComponent(query)}`;
    return `<li><a href="${escapeHtml(href)}">${escapeHtml(question)}</a></li>`;
  });
  return items.join("\n        ");
}

/**
 * Gives the operations in `folder` to the pages: as the module `virtual:examples`, and in place
 * of `<!-- examples -->` in HTML. Without any, what lies between `<!-- if examples -->` and
 * `<!-- end -->` is left out.
 */
export function examples(folder: string): Plugin {
  const id = "virtual:examples";
  return {
    name: "onrecord-examples",
    resolveId: (source) => (source === id ? `\0${id}` : undefined),
    load: (source) =>
      source === `\0${id}` ? `export default ${JSON.stringify(read(folder))}` : undefined,
    transformIndexHtml: {
      order: "pre",
      handler(html) {
        const found = read(folder);
        const shown =
          found.length > 0 ? html : html.replace(/<!-- if examples -->[^]*?<!-- end -->/g, "");
        return shown.replace("<!-- examples -->", () => listItems(found));
      },
    },
    configureServer(server) {
      server.watcher.add(folder);
      server.watcher.on("all", (_event, path) => {
        if (!path.startsWith(folder)) return;
        const module = server.moduleGraph.getModuleById(`\0${id}`);
        if (module) server.moduleGraph.invalidateModule(module);
        server.ws.send({ type: "full-reload" });
      });
    },
  };
}
