import "./workers";
import { explorerPlugin } from "@graphiql/plugin-explorer";
import { createGraphiQLFetcher } from "@graphiql/toolkit";
import { GraphiQL } from "graphiql";
import { HISTORY_PLUGIN } from "@graphiql/plugin-history";
import { createRoot } from "react-dom/client";
import groups from "virtual:examples";
import { readAddress, writeAddress } from "./address";
import { EXAMPLES_PLUGIN } from "./examples";

import "graphiql/style.css";
import "@graphiql/plugin-explorer/style.css";
import "./graphiql.css";

const asked = readAddress(location.search);
const fetcher = createGraphiQLFetcher({ url: new URL("../graphql", document.baseURI).href });
const plugins = [EXAMPLES_PLUGIN, HISTORY_PLUGIN, explorerPlugin()];

// The first of each group are the tabs of a first visit, the others are in the side bar; later
// GraphiQL brings back the visitor's own, and adds the operation asked for unless one of them holds it.
const firsts = groups.flatMap(({ examples }) => examples.slice(0, 1));
const tabs = firsts.map(({ query }) => ({ query, variables: null as string | null }));
if (asked) {
  const same = tabs.findIndex(({ query }) => query === asked.query);
  if (same !== -1 && asked.variables === "") tabs.splice(same, 1);
  tabs.unshift({ query: asked.query, variables: asked.variables || null });
}

// A newcomer sees the examples, where there is room beside the question; whoever has been here
// finds the side bar as it was left.
const isNew = Object.keys(localStorage).every((key) => !key.startsWith("graphiql:"));
const showExamples = isNew && !asked && matchMedia("(min-width: 701px)").matches;

function Page() {
  return (
    <GraphiQL
      fetcher={fetcher}
      plugins={plugins}
      defaultTabs={tabs.length > 0 ? tabs : undefined}
      visiblePlugin={showExamples ? EXAMPLES_PLUGIN : undefined}
      initialQuery={asked?.query}
      initialVariables={asked?.variables}
      onTabChange={({ tabs, activeTabIndex }) => {
        const tab = tabs[activeTabIndex];
        writeAddress({ query: tab?.query ?? "", variables: tab?.variables ?? "" });
      }}
    >
      <GraphiQL.Logo>
        <a className="onrecord-logo" href="../" title="To the start page">
          onrecord
        </a>
      </GraphiQL.Logo>
    </GraphiQL>
  );
}

const place = document.getElementById("graphiql");
if (!place) throw new Error("the page has no element #graphiql");
createRoot(place).render(<Page />);
