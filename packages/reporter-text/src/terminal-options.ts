/** What a terminal can show, by its stream and the environment. */
import type { StyleOptions } from "./text-style.ts";

/** A stream that may be a terminal, such as `process.stdout`. */
export interface MaybeTerminal {
  readonly isTTY?: boolean;
  readonly columns?: number;
}

/**
 * The options of style `pretty` for `stream`: the width of a terminal, colours on one (NO_COLOR forbids, FORCE_COLOR
 * demands them, as does no terminal named `dumb`), and Unicode where the locale says so (LC_ALL, LC_CTYPE, LANG: the
 * first that is set counts, locale(7)).
 */
export function terminalOptions(
  stream: MaybeTerminal,
  env: Readonly<Record<string, string | undefined>>,
): Required<Pick<StyleOptions, "color" | "unicode">> & Pick<StyleOptions, "width"> {
  const isSet = (name: string): boolean => (env[name] ?? "") !== "";
  const isTerminal = stream.isTTY === true;
  const locale = env["LC_ALL"] || env["LC_CTYPE"] || env["LANG"] || "";
  const forced = isSet("FORCE_COLOR") && env["FORCE_COLOR"] !== "0";
  return {
    color: !isSet("NO_COLOR") && (forced || (isTerminal && env["TERM"] !== "dumb")),
    unicode: /utf-?8/i.test(locale),
    ...(isTerminal && stream.columns !== undefined && stream.columns > 0 ? { width: stream.columns } : {}),
  };
}
