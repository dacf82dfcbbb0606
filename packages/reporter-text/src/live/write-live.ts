/** Live mode: the text of a style as it comes, and the aggregations while they grow. */
import type { Program, Sink, TraceEvent } from "@trace/core";
import { themeOf } from "../pretty/theme.ts";
import type { RenderEvent, StyleOptions } from "../text-style.ts";
import type { LiveOptions } from "./live-options.ts";
import { LiveScreen } from "./live-screen.ts";
import type { LiveTerminal } from "./live-terminal.ts";
import { LiveView } from "./live-view.ts";

/** A run to show. */
export interface LiveRun {
  readonly events: AsyncIterable<TraceEvent>;
  readonly program: Program;
  readonly out: Sink;
  /** The style of everything but the growing aggregations. */
  readonly render: RenderEvent;
  readonly style: StyleOptions;
}

/** Shows `run` on a terminal if `options` name one, else with a summary at intervals. */
export function writeLive(run: LiveRun, options: LiveOptions): Promise<void> {
  return options.terminal === undefined
    ? writeSummaries(run, options)
    : writeOnTerminal(run, options.terminal, options);
}

/** What Ctrl-C is while keys arrive one by one. */
const CONTROL_C = "\u0003";

async function writeOnTerminal(
  { events, program, out, render, style }: LiveRun,
  terminal: LiveTerminal,
  { now = clock, onInterrupt = interruptProcess, status, message }: LiveOptions,
): Promise<void> {
  const view = new LiveView(program, style);
  const screen = new LiveScreen(
    out,
    () => terminal.size(),
    ({ columns, rows }) => {
      const theme = themeOf({ ...style, width: columns });
      const foot = [...(status === undefined ? [] : [status()]), view.helpLine(theme)];
      return [...view.lines(theme, rows - foot.length), ...foot];
    },
  );
  const press = (key: string): void => {
    if (key === "s") view.nextSort();
    else if (key === "r") view.reverse();
    else if (key === "p" || key === " ") view.togglePause();
    else if (key === "q" || key === CONTROL_C) onInterrupt();
    else return;
    screen.request();
  };
  const unlisten = terminal.listen({
    key: (text) => {
      for (const key of text) press(key);
    },
    resize: () => screen.request(),
  });
  let last = "";
  try {
    for await (const event of events) {
      const text = render(event);
      if (isConclusion(event)) last += text;
      else await screen.print(text);
      await screen.print(message?.(event) ?? "");
      if (event.type === "aggregation" && !event.final) {
        view.observe(event.aggregations, now());
        await screen.refresh();
      }
    }
  } finally {
    try {
      await screen.close(last);
    } finally {
      unlisten();
    }
  }
}

/** What is written when the growing aggregations are gone. */
function isConclusion(event: TraceEvent): boolean {
  return event.type === "end" || (event.type === "aggregation" && event.final);
}

const DEFAULT_SECONDS = 10;

async function writeSummaries(
  { events, program, out, render, style }: LiveRun,
  { now = clock, every = DEFAULT_SECONDS }: LiveOptions,
): Promise<void> {
  const view = new LiveView(program, style);
  const theme = themeOf(style);
  const begin = now();
  let last = begin;
  for await (const event of events) {
    const text = render(event);
    if (text !== "") await out.write(text);
    if (event.type !== "aggregation" || event.final) continue;
    const at = now();
    if (at - last < every * 1000) continue;
    last = at;
    view.observe(event.aggregations, at);
    const lines = view.lines(theme);
    if (lines.length > 0)
      await out.write([`--- ${Math.round((at - begin) / 1000)} s`, ...lines, "", ""].join("\n"));
  }
}

function clock(): number {
  return performance.now();
}

function interruptProcess(): void {
  process.kill(process.pid, "SIGINT");
}
