/** The reporter: one JSON object a line, the first of which says what the rest is. */
import { type Program, type Reporter } from "@trace/core";
import { createEventEncoder } from "./event-json.ts";

/** The version of the output's format: grows when a reader of the old one would misread the new. */
export const jsonVersion = 1;

function firstLine(program: Program): object {
  return { type: "trace", version: jsonVersion, style: program.style };
}

/**
 * Writes every event as a line of JSON, as `schema.json` of this package describes. The text is plain UTF-8: bytes of a
 * string that are not valid UTF-8 are escaped, so any sink will do.
 */
export function jsonReporter(): Reporter {
  return {
    apiVersion: 1,
    name: "json",
    async write(events, { program, out }) {
      const encode = createEventEncoder(program);
      await out.write(`${JSON.stringify(firstLine(program))}\n`);
      for await (const event of events) await out.write(`${JSON.stringify(encode(event))}\n`);
    },
  };
}
