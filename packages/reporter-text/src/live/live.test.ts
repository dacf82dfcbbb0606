import { string, type AggregationEvent, type TraceEvent } from "@trace/core";
import { describe, expect, it } from "vitest";
import { aggregation, begin, printf, s, scalar, type Filled, type Item } from "../dtrace/scenario.ts";
import { programOf, textOf } from "../scenario.ts";
import { textReporter, type TextReporterOptions } from "../text-reporter.ts";
import type { LiveListeners, LiveTerminal } from "./live-terminal.ts";
import { VirtualScreen } from "./virtual-screen.ts";

const calls = (one: number, other: number): Filled =>
  aggregation(
    "calls",
    "count",
    [string],
    [
      [["a"], ...Array.from({ length: one }, () => 1)],
      [["b"], ...Array.from({ length: other }, () => 1)],
    ],
  );
const told = (...filled: readonly Filled[]): AggregationEvent => ({
  type: "aggregation",
  aggregations: filled.map(({ snapshot }) => snapshot),
  final: false,
});
const record = (...items: readonly Item[]): TraceEvent => ({
  type: "record",
  clause: 0,
  probe: begin,
  probeId: 1,
  items,
});
const line = (text: string): TraceEvent => record(printf([s, "\n"], text));
const final = (...filled: readonly Filled[]): readonly TraceEvent[] => [
  { ...told(...filled), final: true },
  { type: "end", reason: "stopped", status: 0 },
];

/** A terminal in memory: what is written to it, and keys and changes of size for those who listen. */
class MemoryTerminal implements LiveTerminal {
  screen: VirtualScreen;
  columns: number;
  rows: number;
  listeners: LiveListeners | undefined;

  constructor(columns = 60, rows = 12) {
    this.columns = columns;
    this.rows = rows;
    this.screen = new VirtualScreen(columns, rows);
  }

  readonly size = (): { columns: number; rows: number } => ({ columns: this.columns, rows: this.rows });

  readonly listen = (listeners: LiveListeners): (() => void) => {
    this.listeners = listeners;
    return () => {
      this.listeners = undefined;
    };
  };

  readonly out = {
    write: (text: string): Promise<void> => {
      this.screen.write(text);
      return Promise.resolve();
    },
  };

  get text(): string {
    return this.screen.lines.map((one) => `${one}\n`).join("");
  }

  /** Presses a key; what it does is on the screen afterwards. */
  async press(key: string): Promise<void> {
    this.listeners?.key(key);
    await new Promise(setImmediate);
  }
}

/** A step of a run: an event, or something that is done or looked at before the next one. */
type Step = TraceEvent | (() => void | Promise<void>);

/** Plays `steps` of a run with the aggregation `calls`; `terminal` shows it. */
async function live(
  terminal: MemoryTerminal,
  steps: readonly Step[],
  options: TextReporterOptions = {},
  liveOptions: object = {},
): Promise<void> {
  async function* events(): AsyncGenerator<TraceEvent> {
    for (const step of steps) {
      if (typeof step === "function") await step();
      else yield step;
    }
  }
  let seconds = 0;
  await textReporter({
    unicode: false,
    ...options,
    live: { terminal, now: () => 1000 * seconds++, ...liveOptions },
  }).write(events(), {
    program: programOf({ aggregations: [calls(0, 0)], options: { quiet: true } }),
    out: terminal.out,
  });
}

describe("on a terminal", () => {
  it("aggregations are redrawn in place, with rates from the second time on", async () => {
    const terminal = new MemoryTerminal();
    await live(terminal, [
      told(calls(1, 3)),
      () => {
        expect(terminal.text).toMatch(
          /^@calls count\nkey {2}count {2}share\nb {8}3 {2}75\.0% {2}#+\na {8}1 {2}25\.0% {2}#+\ns sort: value/,
        );
      },
      told(calls(6, 4)),
      () => {
        expect(terminal.text).toMatch(
          /^@calls count\nkey {2}count {2}rate {2}share\na {8}6 {3}5\/s {2}60\.0% {2}#+\nb {8}4 {3}1\/s {2}40\.0% {2}#+\ns sort: value/,
        );
      },
      ...final(calls(6, 4)),
    ]);
  });

  it("leave nothing behind but what the style prints at the end", async () => {
    const terminal = new MemoryTerminal(80);
    await live(terminal, [line("one"), told(calls(1, 3)), line("two"), ...final(calls(1, 3))]);
    const plain = await textOf(
      {
        options: { quiet: true },
        aggregations: [calls(1, 3)],
        records: [[printf(["one\n"])], [printf(["two\n"])]],
      },
      {},
    );
    expect(terminal.text).toBe(`${plain}\n`);
    expect(terminal.listeners).toBeUndefined();
  });

  it("text of the program scrolls by above, lines without an end with what follows", async () => {
    const terminal = new MemoryTerminal();
    await live(terminal, [
      line("first"),
      record(printf(["no end, "])),
      told(calls(1, 1)),
      () => {
        expect(terminal.text).toMatch(/^first\nno end, \n@calls count\n/);
      },
      record(printf(["but now\n"])),
      told(calls(1, 1)),
      () => {
        expect(terminal.text).toMatch(/^first\nno end, but now\n@calls count\n/);
      },
      ...final(calls(1, 1)),
    ]);
    expect(terminal.text).toMatch(/^first\nno end, but now\n\n {2}a /);
  });

  it("keys sort, reverse and pause", async () => {
    const terminal = new MemoryTerminal();
    const rows = (): string =>
      terminal.text
        .match(/^[ab] (?= )/gm)
        ?.join("")
        .replaceAll(" ", "") ?? "";
    await live(terminal, [
      told(calls(1, 10)),
      told(calls(8, 11)),
      async () => {
        expect(rows()).toBe("ba");
        await terminal.press("s");
        expect(terminal.text).toContain("sort: rate ");
        expect(rows()).toBe("ab");
        await terminal.press("s");
        expect(terminal.text).toContain("sort: key ");
        await terminal.press("r");
        expect(terminal.text).toContain("sort: key, reversed ");
        expect(rows()).toBe("ba");
        await terminal.press("p");
        expect(terminal.text).toContain("\npaused  s sort");
      },
      told(calls(20, 30)),
      async () => {
        expect(terminal.text).toMatch(/^b +11 /m);
        await terminal.press(" ");
        expect(terminal.text).toMatch(/^b +30 /m);
        expect(terminal.text).not.toContain("paused");
      },
      ...final(calls(20, 30)),
    ]);
  });

  it("q and Ctrl-C interrupt, other keys do nothing", async () => {
    const terminal = new MemoryTerminal();
    let interrupts = 0;
    await live(
      terminal,
      [
        told(calls(1, 1)),
        async () => {
          await terminal.press("q");
          await terminal.press("x");
          await terminal.press("\u0003");
        },
        ...final(calls(1, 1)),
      ],
      {},
      { onInterrupt: () => interrupts++ },
    );
    expect(interrupts).toBe(2);
  });

  it("a status line stands below them, messages above", async () => {
    const terminal = new MemoryTerminal();
    const lost: TraceEvent = { type: "lost", what: "records", count: 3, reason: "buffer full" };
    await live(
      terminal,
      [
        lost,
        told(calls(1, 1)),
        () => {
          expect(terminal.text).toMatch(/^3 lost\n@calls count\n(?:.*\n){3}2 probes\ns sort/);
        },
        ...final(calls(1, 1)),
      ],
      {},
      {
        status: () => "2 probes",
        message: (event: TraceEvent) => (event.type === "lost" ? `${event.count} lost\n` : ""),
      },
    );
    expect(terminal.text).toMatch(/^3 lost\n\n {2}a /);
  });

  it("show what the screen has room for and say how much more there is", async () => {
    const terminal = new MemoryTerminal(40, 8);
    const many = aggregation(
      "calls",
      "count",
      [string],
      Array.from(
        { length: 100 },
        (_, at) => [[`k${at}`], ...Array.from({ length: at + 1 }, () => 1)] as const,
      ),
    );
    await live(terminal, [
      line("above"),
      told(many),
      told(many),
      () => {
        const lines = terminal.text.split("\n").slice(0, -1);
        // The text above has scrolled off: the rest fills the screen.
        expect(lines).toHaveLength(1 + 8);
        expect(lines[3]).toMatch(/^k99 {4}100 /);
        expect(lines[6]).toMatch(/^k96 {5}97 /);
        expect(lines[7]).toBe("... 96 more");
      },
      ...final(),
    ]);
    expect(terminal.text).toBe("above\n\n\n");
  });

  it("a change of size redraws for the new size, and erases what the terminal has wrapped", async () => {
    const terminal = new MemoryTerminal(60, 12);
    await live(terminal, [
      told(calls(1, 1)),
      async () => {
        // What a terminal does that is made narrower: it wraps what it shows.
        const shown = terminal.text.slice(0, -1);
        terminal.columns = 30;
        terminal.screen = new VirtualScreen(30, 12);
        terminal.screen.write(shown);
        terminal.listeners?.resize();
        await new Promise(setImmediate);
        for (const one of terminal.screen.lines.slice(0, -2)) expect(one.length).toBeLessThanOrEqual(30);
        expect(terminal.text.match(/@calls/g)).toHaveLength(1);
      },
      ...final(calls(1, 1)),
    ]);
    expect(terminal.text).toMatch(/^\n {2}a /);
  });

  it("a sink that fails ends it with the sink's error, and the terminal is let go", async () => {
    const terminal = new MemoryTerminal();
    const broken = Object.assign(new Error("write EPIPE"), { code: "EPIPE" });
    terminal.out.write = () => Promise.reject(broken);
    await expect(live(terminal, [told(calls(1, 1)), ...final()])).rejects.toBe(broken);
    expect(terminal.listeners).toBeUndefined();
  });

  it("events that fail do so for the caller, after what was printed", async () => {
    const terminal = new MemoryTerminal();
    const failure = new Error("no more events");
    const fail = (): never => {
      throw failure;
    };
    await expect(live(terminal, [line("printed"), told(calls(1, 1)), fail])).rejects.toBe(failure);
    expect(terminal.text).toBe("printed\n\n");
    expect(terminal.listeners).toBeUndefined();
  });

  it("a line without end and without limit does not fill the memory", async () => {
    const terminal = new MemoryTerminal();
    let written = 0;
    let most = 0;
    terminal.out.write = (text: string) => {
      written += text.length;
      most = Math.max(most, text.length);
      return Promise.resolve();
    };
    const piece = record(printf(["x".repeat(10_000)]));
    await live(terminal, [...Array.from({ length: 1000 }, () => piece), ...final()]);
    expect(written).toBeGreaterThanOrEqual(10_000_000);
    expect(most).toBeLessThan(200_000);
  });
});

describe("without a terminal", () => {
  const none = aggregation("calls", "count", [string], []);
  const summaries = (interim: readonly (readonly Filled[])[], every: number): Promise<string> => {
    let seconds = 0;
    return textOf(
      { options: { quiet: true }, aggregations: [none], interim, records: [[printf(["text\n"])]] },
      { unicode: false, live: { every, now: () => 1000 * seconds++ } },
    );
  };

  it("summaries come at intervals, with rates over them", async () => {
    const text = await summaries([[calls(1, 1)], [calls(2, 1)], [calls(5, 1)], [calls(12, 1)]], 2);
    expect(text).toMatch(
      /^text\n--- 2 s\n@calls count\nkey {2}count {2}share\na {8}2 .*\nb {8}1 .*\n\n--- 4 s\n@calls count\nkey {2}count {2}rate {2}share\na {7}12 {3}5\/s .*\nb {8}1 {3}0\/s .*\n\n\n$/,
    );
  });

  it("aggregations without elements show nothing", async () => {
    expect(await summaries([[none]], 1)).toBe("text\n\n");
  });

  it("one distribution has its rate beside its name", async () => {
    let seconds = 0;
    const one = (...values: number[]): Filled => scalar("ns", "quantize", ...values);
    const text = await textOf(
      { options: { quiet: true }, aggregations: [one()], interim: [[one(1)], [one(1, 2, 3)]] },
      { live: { every: 1, now: () => 1000 * seconds++ } },
    );
    expect(text).toContain("\n@ns quantize  2/s\n");
  });

  it("a live run without options is one without a terminal", async () => {
    expect(await textOf({ options: { quiet: true }, records: [[printf(["x\n"])]] }, { live: true })).toBe(
      "x\n\n",
    );
  });
});
