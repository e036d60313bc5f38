import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Plugin, Rolldown } from "vite";

const FONTS = `## Fonts in the style sheet of GraphiQL

Roboto: Copyright 2011 Google Inc. Apache License, Version 2.0 (its text stands above, with react-aria).
Fira Code: Copyright 2014-2020 The Fira Code Project Authors. SIL Open Font License, Version 1.1 (https://openfontlicense.org).
`;

/**
 * Completes the list of licences that Vite writes to `fileName`. Vite looks at the pages only:
 * packages used in web workers alone, and what packages themselves took from others, are missing.
 */
export function notices(fileName: string): { pages: Plugin; worker: Plugin } {
  const inWorkers = new Set<string>();
  return {
    worker: {
      name: "onrecord-notices-worker",
      generateBundle(_options, bundle) {
        for (const folder of packagesIn(bundle)) inWorkers.add(folder);
      },
    },
    pages: {
      name: "onrecord-notices",
      apply: "build",
      enforce: "post",
      generateBundle: {
        order: "post",
        handler(_options, bundle) {
          const list = bundle[fileName];
          if (list?.type !== "asset") this.error(`the build has no ${fileName} to add to`);
          const inPages = new Set(packagesIn(bundle));
          const parts = [String(list.source).trimEnd() + "\n"];
          for (const folder of [...inWorkers].filter((folder) => !inPages.has(folder)).sort()) {
            parts.push(licenceOf(folder));
          }
          for (const folder of [...new Set([...inPages, ...inWorkers])].sort()) {
            const file = join(folder, "ThirdPartyNotices.txt");
            if (existsSync(file)) parts.push(`## In ${nameOf(folder)}\n\n${readText(file)}\n`);
          }
          parts.push(FONTS);
          list.source = parts.join("\n");
        },
      },
    },
  };
}

/** The folders of the packages whose modules are in a bundle. */
function packagesIn(bundle: Rolldown.OutputBundle): string[] {
  const folders = new Set<string>();
  for (const chunk of Object.values(bundle)) {
    if (chunk.type !== "chunk") continue;
    for (const id of chunk.moduleIds) {
      const folder = packageOf(id.replace(/^\0/, "").replace(/\?.*$/, ""));
      if (folder) folders.add(folder);
    }
  }
  return [...folders];
}

/** The nearest folder above a module in `node_modules` that is a package with a name. */
function packageOf(path: string): string | undefined {
  if (!path.includes("node_modules")) return undefined;
  for (let folder = dirname(path); folder !== dirname(folder); folder = dirname(folder)) {
    if (existsSync(join(folder, "package.json")) && nameOf(folder)) return folder;
  }
  return undefined;
}

function nameOf(folder: string): string | undefined {
  return JSON.parse(readText(join(folder, "package.json"))).name;
}

function licenceOf(folder: string): string {
  const { name, version, license } = JSON.parse(readText(join(folder, "package.json")));
  const file = readdirSync(folder).find((file) => /^(licen[cs]e|copying)/i.test(file));
  const text = file ? `\n${readText(join(folder, file))}\n` : "";
  return `## ${name} - ${version} (${license})\n${text}`;
}

function readText(path: string): string {
  return readFileSync(path, "utf8").replaceAll("\r\n", "\n").trim();
}
