/** A flame graph as one SVG file: a picture by itself, and interactive where scripts run. It loads nothing. */
import type { FlameProfile, FlameUnit } from "./flame-tree.ts";
import { newProfile } from "./flame-tree.ts";
import { frameIdentity, frameLabel, type Frame, type FrameKind } from "./frame.ts";
import { layOut, type FlameBox, type FlameLayout } from "./svg-layout.ts";
import { flameScript } from "./svg-script.ts";
import { flameStyle, geometry, shades } from "./svg-style.ts";

/** What the legend calls the kinds of frames. */
const KINDS: Readonly<Record<FrameKind, string>> = {
  key: "key",
  call: "traced call",
  script: "script",
  native: "native",
  kernel: "kernel",
  unknown: "no symbol",
};

const UNITS: Readonly<Record<FlameUnit, string>> = {
  count: "samples",
  nanoseconds: "time",
  bytes: "bytes",
  none: "sum",
};

/** The file, in pieces: of the profile called `shown`, or else the first. */
export function* flameSvg(
  profiles: readonly FlameProfile[],
  title: string,
  shown: string | undefined,
): Generator<string> {
  const profile =
    profiles.find(({ name }) => name === shown) ?? profiles[0] ?? newProfile("nothing was recorded", "count");
  const layout = layOut(profile);
  const { width, header, row, footer } = geometry;
  const height = header + (layout.depth + 1) * row + footer;
  yield `<?xml version="1.0" encoding="UTF-8"?>
<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${xmlText(title)}, a flame graph">
<title>${xmlText(title)}</title>
<style>${flameStyle()}</style>
<metadata>${xmlText(graphData(profile, layout))}</metadata>
<rect class="page" width="${width}" height="${height}"/>
<g class="frames">
`;
  for (const box of layout.boxes) yield boxPicture(box, layout);
  yield `</g>
<g>${legend(layout, height)}</g>
<g class="head">
<rect class="page" width="${width}" height="${header - 8}"/>
<text class="title" x="${geometry.margin}" y="34">${xmlText(title)}</text>
<text class="soft" x="${geometry.margin}" y="56">${xmlText(subtitle(profiles, profile, layout))}</text>
<foreignObject class="controls" x="${width - geometry.margin - 480}" y="14" width="480" height="36"><form xmlns="http://www.w3.org/1999/xhtml"><span class="matched"></span><input type="text" placeholder="search (regular expression)" aria-label="search"/><button type="button" hidden="">reset zoom</button></form></foreignObject>
</g>
<foreignObject class="tip" width="${width}" height="${height}"><div xmlns="http://www.w3.org/1999/xhtml"></div></foreignObject>
<script><![CDATA[${flameScript}]]></script>
</svg>
`;
}

function subtitle(profiles: readonly FlameProfile[], profile: FlameProfile, { hidden }: FlameLayout): string {
  const parts = [`${profile.name}: width is ${UNITS[profile.unit]}`];
  const others = profiles.filter((one) => one !== profile).map(({ name }) => name);
  if (others.length > 0) parts.push(`not shown: ${others.join(", ")}`);
  if (hidden > 0) parts.push(`${hidden} paths too narrow to show`);
  return parts.join(" · ");
}

/** One frame as it is without the script; nothing where it would not be seen. */
function boxPicture({ frame, depth, left, width }: FlameBox, layout: FlameLayout): string {
  const { margin, header, row, character } = geometry;
  const inner = geometry.width - 2 * margin;
  const size = width * inner;
  if (size < 0.4) return "";
  const x = margin + left * inner;
  const y = header + (layout.depth - depth) * row;
  const label = frameLabel(frame);
  const room = Math.floor((size - 8) / character);
  const shown = label.length <= room ? label : `${label.slice(0, room - 1)}…`;
  const text = room < 3 ? "" : `<text x="${(x + 5).toFixed(2)}" y="${y + row - 6}">${xmlText(shown)}</text>`;
  const share = `${(width * 100).toFixed(2)}%`;
  return `<g class="frame ${shadeClass(frame)}"><title>${xmlText(`${label} · ${share}`)}</title><rect x="${x.toFixed(2)}" y="${y}" width="${size.toFixed(2)}" height="${row}"/>${text}</g>\n`;
}

function legend({ boxes }: FlameLayout, height: number): string {
  const kinds = new Set(boxes.slice(1).map(({ frame }) => frame.kind));
  let x: number = geometry.margin;
  const y = height - 18;
  return (Object.keys(KINDS) as FrameKind[])
    .filter((kind) => kinds.has(kind))
    .map((kind) => {
      const name = KINDS[kind];
      const entry = `<g class="${kind}2"><rect x="${x}" y="${y - 10}" width="12" height="12" rx="3"/></g><text class="soft" x="${x + 18}" y="${y}">${name}</text>`;
      x += 40 + name.length * 7;
      return entry;
    })
    .join("");
}

/** What the script reads; see `svg-script.ts`. */
function graphData(profile: FlameProfile, layout: FlameLayout): string {
  const names: [label: string, className: string, place: string][] = [];
  const indexes = new Map<string, number>();
  const boxes = layout.boxes.map(({ frame, depth, left, width, total, self }) => {
    const identity = frameIdentity(frame);
    let index = indexes.get(identity);
    if (index === undefined) {
      const { file, line, module } = frame;
      const place = file === undefined ? module : `${file}${line === undefined ? "" : `:${line}`}`;
      index = names.push([frameLabel(frame), shadeClass(frame), place ?? ""]) - 1;
      indexes.set(identity, index);
    }
    return [index, depth, left, width, Number(total), Number(self)];
  });
  const { unit } = profile;
  return JSON.stringify({ geometry, unit, total: Number(layout.total), depth: layout.depth, names, boxes });
}

/** A shade for a frame, the same wherever it is. */
function shadeClass(frame: Frame): string {
  let hash = 0;
  for (const character of frame.name) hash = (Math.imul(hash, 31) + (character.codePointAt(0) ?? 0)) | 0;
  return `${frame.kind}${Math.abs(hash) % shades}`;
}

/** `text` inside XML 1.0: what it cannot hold at all becomes U+FFFD. */
function xmlText(text: string): string {
  return (
    text
      // oxlint-disable-next-line no-control-regex -- the characters that XML 1.0 has not
      .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff\p{Surrogate}]/gu, "\ufffd")
      .replaceAll("&", "&amp;")
      .replaceAll("<", "&lt;")
      .replaceAll(">", "&gt;")
      .replaceAll('"', "&quot;")
  );
}
