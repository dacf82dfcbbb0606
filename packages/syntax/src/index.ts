/** What the languages of trace share: source text, scanning, diagnostics and their rendering. */
export * from "./span.ts";
export * from "./shorten.ts";
export * from "./line-map.ts";
export * from "./scanner.ts";
export * from "./diagnostic-list.ts";
export * from "./closest-name.ts";
export * from "./render-diagnostic.ts";
