/** `node record.mjs DTRACE [CASE..]`, as root: records what the dtrace at that path does with all cases, or with those named. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { cases } from "./cases.mjs";
import { runCase } from "./run-case.mjs";

const [dtrace, ...names] = process.argv.slice(2);
if (dtrace === undefined) throw new Error("name the dtrace to record");
const file = new URL("recorded.json", import.meta.url);
const known = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : {};
const recorded = {};
for (const one of cases) {
  const isWanted = names.length === 0 || names.includes(one.name);
  recorded[one.name] = isWanted ? await runCase([dtrace], one) : known[one.name];
}
writeFileSync(file, `${JSON.stringify(recorded, undefined, 2)}\n`);
