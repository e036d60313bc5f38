// Writes countries.csv out of Unicode's CLDR: ISO 3166-1 codes, names in English and Spanish, and whether
// the country is a member of the United Nations.
//
//   npm pack cldr-core@48.2.0 cldr-localenames-full@48.2.0   (and unpack both into folders of these names)
//   node make.mjs FOLDER > countries.csv
import { readFileSync } from "node:fs";
import { join } from "node:path";

const folder = process.argv[2];
const read = (...path) => JSON.parse(readFileSync(join(folder, ...path), "utf8"));
const core = (name) => read("cldr-core", "supplemental", name).supplemental;
const names = (language) =>
  read("cldr-localenames-full", "main", language, "territories.json").main[language].localeDisplayNames.territories;

const codes = core("codeMappings.json").codeMappings;
const contains = core("territoryContainment.json").territoryContainment;
const english = names("en");
const spanish = names("es");
const members = new Set(contains.UN._contains);

// What the regions of the world contain, down to the countries.
const countries = [];
const visit = (code) => {
  if (contains[code]) contains[code]._contains.forEach(visit);
  else countries.push(code);
};
visit("001");

const field = (text) => (/[",]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
console.log("id,alpha2,alpha3,numeric,name_en,name_es,kind");
for (const code of [...new Set(countries)].sort()) {
  const { _alpha3: alpha3, _numeric: numeric } = codes[code] ?? {};
  // ISO leaves the codes that begin with X to their users: they are none of its own.
  const own = !code.startsWith("X") && alpha3 && numeric;
  if (!own && code !== "XK") continue;
  const iso = own ? [code, alpha3, numeric] : ["", "", ""];
  const kind = members.has(code) ? "STATE" : "";
  console.log([code.toLowerCase(), ...iso, english[code], spanish[code], kind].map(field).join(","));
}
