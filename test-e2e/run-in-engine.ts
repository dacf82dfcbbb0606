/** A D script without a target, from its text to its output: language, engine and text reporter, no backend between. */
import {
  errorDiagnostic,
  outputStatements,
  type Diagnostic,
  type LanguageContext,
  type Program,
  type TraceEvent,
} from "@trace/core";
import { compileProgram, programProbes, type Engine, type EngineHost } from "@trace/engine";
import { dLanguage } from "@trace/lang-d";
import { textReporter } from "@trace/reporter-text";

/** The surroundings that a script can ask for. */
export interface Surroundings extends LanguageContext {
  readonly cpu?: number;
  readonly pid?: number;
  /** Nanoseconds since 1970. */
  readonly wallTime?: bigint;
}

/** What came of a script. `status` is undefined where the script did not end by itself within {@link maxTicks} timers. */
export interface ScriptResult {
  readonly diagnostics: readonly Diagnostic[];
  readonly output: string;
  readonly status: number | undefined;
}

/** How many firings of timers a script gets to end itself. */
const maxTicks = 1000;

/** Runs `text` until it exits. Time is imaginary: timers fire in the order in which they are due, at once. */
export async function runInEngine(
  name: string,
  text: string,
  surroundings: Surroundings = {},
): Promise<ScriptResult> {
  const { program, diagnostics } = dLanguage().parse({ name, text }, surroundings);
  if (program === undefined) return { diagnostics, output: "", status: undefined };
  const found: Diagnostic[] = [...diagnostics];
  const events: TraceEvent[] = [];
  let status: number | undefined;
  const { engine } = compileProgram(
    program,
    host(program, surroundings, {
      event: (event) => events.push(event),
      fault: (diagnostic) => found.push(diagnostic),
      exit: (code) => (status = code),
    }),
  );
  if (engine === undefined) throw new Error("this process does not allow code generation");
  engine.begin();
  runTimers(engine, () => status !== undefined);
  engine.end();
  events.push({ type: "aggregation", aggregations: engine.snapshot(), final: true });
  events.push({ type: "end", reason: status === undefined ? "stopped" : "exit", status: status ?? 0 });
  return { diagnostics: found, output: await render(program, events), status };
}

interface Listener {
  event(event: TraceEvent): void;
  fault(diagnostic: Diagnostic): void;
  exit(status: number): void;
}

function host(program: Program, surroundings: Surroundings, listener: Listener): EngineHost {
  const statements = outputStatements(program);
  const probes = new Map(programProbes(program).map(({ probe, probeId }) => [probeId, probe]));
  const { cpu = 0, pid = 1, wallTime = 0n } = surroundings;
  return {
    emit({ clause, probe: probeId, items }) {
      const probe = probes.get(probeId);
      if (probe === undefined) throw new Error(`no probe ${probeId}`);
      listener.event({
        type: "record",
        clause,
        probe,
        probeId,
        cpu,
        items: items.map(({ statement: number, ...item }) => {
          const statement = statements[number];
          if (statement === undefined) throw new Error(`no output statement ${number}`);
          return { statement, ...item };
        }),
      });
    },
    onError: ({ code, message }) => listener.fault(errorDiagnostic(code, message)),
    onExit: (status) => listener.exit(status),
    now: () => 1,
    wallTime: () => wallTime,
    vtime: () => 1,
    cpu: () => cpu,
    pid: () => pid,
    tid: () => pid,
    ppid: () => 1,
    uid: () => 0,
    gid: () => 0,
    execname: () => "dtrace",
    target: surroundings.target ?? 0,
  };
}

function runTimers(engine: Engine, isOver: () => boolean): void {
  const due = engine.timers.map((timer) => ({ timer, at: timer.period }));
  for (let ticks = 0; ticks < maxTicks && !isOver(); ticks++) {
    const next = due.toSorted((a, b) => a.at - b.at)[0];
    if (next === undefined) return;
    next.timer.fire();
    next.at += next.timer.period;
  }
}

async function render(program: Program, events: readonly TraceEvent[]): Promise<string> {
  async function* stream(): AsyncGenerator<TraceEvent> {
    yield* events;
  }
  let text = "";
  const out = {
    write(piece: string): Promise<void> {
      text += piece;
      return Promise.resolve();
    },
  };
  await textReporter().write(stream(), { program, out });
  return text;
}
