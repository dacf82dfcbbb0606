/** The reporter: one JSON object a line, the first of which says what the rest is. */
import { writeTexts, type Reporter } from "@trace/core";
import { LineEncoder, type RecordingFacts } from "@trace/recording";

export interface JsonReporterOptions {
  /** What of the run's surroundings is written besides the events, for a recording that is to be looked at elsewhere. */
  readonly facts?: RecordingFacts;
}

/**
 * Writes every event as a line of JSON, as `schema.json` of this package describes. The text is plain UTF-8: bytes of a
 * string that are not valid UTF-8 are escaped, so any sink will do. `readRecording` of `@trace/recording` reads it.
 */
export function jsonReporter(options: JsonReporterOptions = {}): Reporter {
  return {
    apiVersion: 1,
    name: "json",
    async write(events, { program, out }) {
      const encoder = new LineEncoder(program, options.facts);
      await writeTexts(events, out, (event) => encoder.encode(event), encoder.first());
    },
  };
}
