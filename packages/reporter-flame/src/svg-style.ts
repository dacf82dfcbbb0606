/** What a flame graph looks like. */

/** Pixels. */
export const geometry = {
  width: 1200,
  margin: 16,
  header: 76,
  row: 19,
  footer: 44,
  character: 6.65,
} as const;

/** Shades of each kind of frame. */
export const shades = 6;

/** Hue, saturation and lightness of each kind, in which range its shades vary. */
const PALETTE = {
  key: { hue: [212, 222], saturation: 22, lightness: [74, 80] },
  call: { hue: [186, 200], saturation: 48, lightness: [66, 74] },
  script: { hue: [88, 128], saturation: 46, lightness: [66, 74] },
  native: { hue: [14, 48], saturation: 88, lightness: [64, 72] },
  kernel: { hue: [262, 292], saturation: 48, lightness: [74, 80] },
  unknown: { hue: [30, 40], saturation: 8, lightness: [76, 82] },
} as const;

/** The style sheet, with a class for each shade of each kind: `native3`. */
export function flameStyle(): string {
  const colours = Object.entries(PALETTE).flatMap(([kind, { hue, saturation, lightness }]) =>
    Array.from({ length: shades }, (_, shade) => {
      const at = (range: readonly [number, number]): number =>
        Math.round(range[0] + ((range[1] - range[0]) * ((shade * 5) % shades)) / (shades - 1));
      const base = `hsl(${at(hue)} ${saturation}% ${at(lightness)}%)`;
      return `.${kind}${shade} rect{fill:${base}}`;
    }),
  );
  return `${STYLE}${colours.join("\n")}\n`;
}

const STYLE = `
svg { --page: #fbfbfa; --ink: #1f2328; --soft: #656d76; --line: #d0d7de; --field: #fff; --hit: #e5319d;
  background: var(--page); font-family: system-ui, "Segoe UI", Roboto, "Helvetica Neue", sans-serif; }
@media (prefers-color-scheme: dark) {
  svg { --page: #16181d; --ink: #e6e9ee; --soft: #99a1ad; --line: #3a414c; --field: #21252c; --hit: #ff5fb8; }
  .frame rect { filter: brightness(.86); }
  .frame.above text, .searching .frame:not(.hit) text { fill: var(--ink); }
}
.page { fill: var(--page); }
.title { font-size: 19px; font-weight: 650; fill: var(--ink); }
.soft { font-size: 12px; fill: var(--soft); }
.frame { cursor: pointer; }
.frame rect { rx: 2.5px; stroke: var(--page); stroke-width: 1px; }
.frame text { font: 11px ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; fill: #14171a;
  pointer-events: none; white-space: pre; }
.frame:hover rect { stroke: var(--ink); stroke-width: 1.4px; }
.frame.above rect { opacity: .55; }
.searching .frame:not(.hit) rect { opacity: .35; }
.searching .frame.hit rect { fill: var(--hit); }
.searching .frame.hit text { fill: #fff; }
.controls { display: none; }
.live .controls { display: inline; }
.controls form { display: flex; gap: 8px; justify-content: flex-end; align-items: center; margin: 0; height: 34px;
  font: 12px system-ui, sans-serif; color: var(--soft); }
.controls input, .controls button { box-sizing: border-box; height: 30px; border: 1px solid var(--line); border-radius: 7px;
  background: var(--field); color: var(--ink); font: inherit; padding: 0 10px; }
.controls input { width: 230px; }
.controls input:focus, .controls button:focus-visible { outline: 2px solid var(--hit); outline-offset: -1px; }
.controls button { cursor: pointer; }
.controls [hidden] { display: none; }
.tip { pointer-events: none; }
.tip div { display: none; position: absolute; max-width: 520px; padding: 8px 11px; border-radius: 8px; font: 12px/1.5 system-ui, sans-serif;
  background: var(--ink); color: var(--page); box-shadow: 0 4px 18px rgb(0 0 0 / .28); overflow-wrap: anywhere; }
.tip b { font: 600 12px ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace; display: block; }
.tip i { font-style: normal; opacity: .75; display: block; }
`;
