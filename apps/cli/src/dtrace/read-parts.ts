/** From the words of a command line to D text. */
import { readFileSync } from "node:fs";
import { decodeText } from "@trace/core";
import type { DtraceRequest, ProgramWord, Setting } from "./dtrace-request.ts";
import { DtraceFailure } from "./dtrace-failure.ts";
import { preprocess } from "./preprocess.ts";
import type { ProgramPart } from "./program-parts.ts";
import { systemMessage } from "./system-message.ts";

/** The programs of `request`. Throws a DtraceFailure where one cannot be read. */
export function readParts(request: DtraceRequest, settings: readonly Setting[]): readonly ProgramPart[] {
  return request.programs.map((word) => readPart(word, request.preprocess ? settings : undefined));
}

function readPart(word: ProgramWord, preprocessor: readonly Setting[] | undefined): ProgramPart {
  if (word.kind === "description")
    return { kind: "description", name: word.text, text: descriptionText(word) };
  const { file } = word;
  const text = readScript(file);
  return {
    kind: "script",
    name: file,
    text: preprocessor === undefined ? text : preprocess(file, text, preprocessor),
  };
}

function readScript(file: string): string {
  try {
    return decodeText(readFileSync(file === "/dev/stdin" ? 0 : file));
  } catch (error) {
    throw new DtraceFailure(`failed to open ${file}: ${systemMessage(error)}`);
  }
}

/** The names of dtrace's own probes by their numbers. */
const OWN_PROBES: Readonly<Record<string, string>> = {
  1: "dtrace:::BEGIN",
  2: "dtrace:::END",
  3: "dtrace:::ERROR",
};

/** The clause that a description with its predicate and action is, the parts that it leaves out added. */
function descriptionText({ text, part }: ProgramWord & { kind: "description" }): string {
  const [description = ""] = /^[^{/;]*/.exec(text) ?? [];
  const rest = text.slice(description.length);
  // A control line or nothing at all is no description, and what ends in a semicolon is complete, right or wrong.
  const isClause = /^\s*[^#\s]/.test(description) && !rest.includes(";");
  const body = rest.includes("{") || !isClause ? rest : `${rest}{}`;
  return completeDescriptions(description, part) + body;
}

const MISSING_PARTS = { provider: ":::", module: "::", function: ":", name: "", id: "" } as const;

function completeDescriptions(descriptions: string, part: keyof typeof MISSING_PARTS): string {
  return descriptions
    .split(",")
    .map((one) => {
      const name = one.trim();
      if (name === "") return one;
      const own = OWN_PROBES[name];
      if (own !== undefined) return one.replace(name, own);
      if (part === "provider" && name === "dtrace") return Object.values(OWN_PROBES).join(", ");
      return one.replace(name, name + MISSING_PARTS[part]);
    })
    .join(",");
}
