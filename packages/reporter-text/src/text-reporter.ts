/** The reporter: events in, text out. */
import { writeTexts, type Reporter } from "@trace/core";
import type { LiveOptions } from "./live/live-options.ts";
import type { StyleOptions, TextStyle } from "./text-style.ts";

/** The name of a style that there is. */
export type TextStyleName = "bpftrace" | "dtrace" | "pretty" | "stap";

/** Loaded when asked for: what the widths of all scripts need takes its time, and DTrace's layout knows bytes only. */
const styles: Readonly<Record<TextStyleName, () => Promise<TextStyle>>> = {
  bpftrace: async () => (await import("./bpftrace/bpftrace-style.ts")).bpftraceStyle,
  dtrace: async () => (await import("./dtrace/dtrace-style.ts")).dtraceStyle,
  pretty: async () => (await import("./pretty/pretty-style.ts")).prettyStyle,
  stap: async () => (await import("./stap/stap-style.ts")).stapStyle,
};

/** The names of all styles. */
export const textStyles: readonly TextStyleName[] = Object.keys(styles) as TextStyleName[];

export interface TextReporterOptions extends StyleOptions {
  /** Whose layout the output has. Default: that of the program's language. */
  readonly style?: TextStyleName;
  /** Show the aggregations while they grow; what else is shown, and the end, are those of the style. Default no. */
  readonly live?: boolean | LiveOptions;
}

/**
 * Prints records and aggregations as the tracer would whose style it follows.
 *
 * Shows what belongs on standard output and nothing else: what is `ready`, `lost` or a `diagnostic` is for standard
 * error and the one who runs the session. Strings reach the sink in the encoding of core's `text.ts`: a sink of bytes
 * must write `encodeText(text)`.
 */
export function textReporter(options: TextReporterOptions = {}): Reporter {
  const { live = false } = options;
  return {
    apiVersion: 1,
    name: "text",
    async write(events, { program, out }) {
      const style = await styles[options.style ?? program.style]();
      const render = style(program, options);
      if (live !== false) {
        const { writeLive } = await import("./live/write-live.ts");
        await writeLive({ events, program, out, render, style: options }, live === true ? {} : live);
        return;
      }
      await writeTexts(events, out, render);
    },
  };
}
