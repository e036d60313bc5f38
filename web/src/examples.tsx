import { pick, useGraphiQL, useGraphiQLActions, type GraphiQLPlugin } from "@graphiql/react";
import groups, { type Example } from "virtual:examples";

function Icon() {
  return (
    <svg viewBox="0 0 24 24" fill="none" stroke="currentColor" strokeWidth="1.5" aria-hidden="true">
      <path d="M4 5.5h10M4 10h16M4 14.5h16M4 19h9" strokeLinecap="round" />
      <path d="M17.5 3.5a2 2 0 1 1 2.6 2.4c-.4.2-.6.5-.6 1" strokeLinecap="round" />
    </svg>
  );
}

/** All examples by group; one that is clicked opens as a tab, or its tab is shown again. */
function Examples() {
  const { queryEditor, variableEditor, tabs } = useGraphiQL(
    pick("queryEditor", "variableEditor", "tabs"),
  );
  const { addTab, changeTab } = useGraphiQLActions();

  function open({ query }: Example) {
    const held = tabs.findIndex((tab) => tab.query === query);
    if (held !== -1) {
      changeTab(held);
      return;
    }
    addTab();
    queryEditor?.setValue(query);
    variableEditor?.setValue("");
  }

  return (
    <section className="onrecord-examples" aria-label="Examples">
      <div className="onrecord-examples-title">Examples</div>
      {groups.map((group) => (
        <section key={group.name}>
          <h2>{group.name}</h2>
          <ul>
            {group.examples.map((example) => (
              <li key={example.name}>
                <button type="button" onClick={() => open(example)}>
                  {example.question}
                </button>
              </li>
            ))}
          </ul>
        </section>
      ))}
    </section>
  );
}

/** The side bar's list of examples. */
export const EXAMPLES_PLUGIN: GraphiQLPlugin = {
  title: "Examples",
  icon: Icon,
  content: Examples,
};
