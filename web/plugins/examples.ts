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

/** Examples on one subject. */
export interface Group {
  name: string;
  examples: Example[];
}

/** The list of the examples, and what their groups are called. */
const INDEX = "README.md";

/**
 * The examples in `folder`, grouped and ordered as its README.md lists them: each `## heading` begins
 * a group, each link to a file below it is an example of it. What is not listed follows in the order
 * of the file names; there are none if there is no such folder.
 */
function read(folder: string): Group[] {
  if (!existsSync(folder)) return [];
  const left = new Set(readdirSync(folder).filter((file) => file.endsWith(".graphql")).sort());
  const index = existsSync(join(folder, INDEX)) ? readFileSync(join(folder, INDEX), "utf8") : "";
  const groups: Group[] = [];
  for (const line of index.split("\n")) {
    const heading = /^## +(.+?) *$/.exec(line)?.[1];
    if (heading) groups.push({ name: heading, examples: [] });
    for (const [, file = ""] of line.matchAll(/\]\(([^)/]+\.graphql)\)/g)) {
      if (left.delete(file)) groups.at(-1)?.examples.push(readExample(folder, file));
    }
  }
  const others = [...left].map((file) => readExample(folder, file));
  if (others.length > 0) groups.push({ name: groups.length > 0 ? "Others" : "Examples", examples: others });
  return groups.filter(({ examples }) => examples.length > 0);
}

function readExample(folder: string, file: string): Example {
  const name = basename(file, ".graphql");
  const query = readFileSync(join(folder, file), "utf8").trim() + "\n";
  return { name, question: questionOf(query) || name, query };
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

/** The lists of the start page, one for each group: each item opens GraphiQL with its operation. */
function lists(groups: Group[]): string {
  const list = ({ name, examples }: Group) => {
    const items = examples.map(({ question, query }) => {
      const href = `graphiql/?query=${encodeURIComponent(query)}`;
      return `<li><a href="${escapeHtml(href)}">${escapeHtml(question)}</a></li>`;
    });
    return `<h3>${escapeHtml(name)}</h3>\n<ul class="questions">\n${items.join("\n")}\n</ul>`;
  };
  return groups.map(list).join("\n");
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
        return shown.replace("<!-- examples -->", () => lists(found));
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
