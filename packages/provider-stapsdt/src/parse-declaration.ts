/** Reading a provider's declaration, with everything that can be wrong with it found at once. */
import {
  argumentTypes,
  errorDiagnostic,
  maxProbeArguments,
  TraceError,
  type ArgumentType,
  type Diagnostic,
  type ProbeArgument,
} from "@trace/core";

/** A probe as declared. */
export interface DeclaredProbe {
  readonly name: string;
  readonly arguments: readonly ProbeArgument[];
}

/** What DTrace, SystemTap and bpftrace all accept: a C identifier, at most 63 bytes (DTRACE_PROVNAMELEN, DTRACE_NAMELEN). */
const NAME = /^[A-Za-z_][A-Za-z0-9_]{0,62}$/;
const ARGUMENT = /^\s*([A-Za-z_$][\w$]*)\s*:\s*(\w+)\s*$/;

/**
 * The probes of a declaration. Throws a TraceError with a diagnostic for each mistake: PROVIDER_NAME, PROVIDER_EMPTY,
 * PROBE_NAME, PROBE_ARGUMENTS, ARGUMENT_DECLARATION.
 */
export function parseDeclaration(
  provider: string,
  declaration: Readonly<Record<string, readonly string[]>>,
): readonly DeclaredProbe[] {
  const diagnostics: Diagnostic[] = [];
  // DTrace writes the process id after the name.
  if (!NAME.test(provider) || /\d$/.test(provider)) {
    diagnostics.push(
      errorDiagnostic("PROVIDER_NAME", `${quote(provider)} cannot name a provider`, {
        hint: "use letters, digits and _, at most 63, without a digit at the start or end",
      }),
    );
  }
  const probes = Object.entries(declaration).map(([name, list]) => {
    if (!NAME.test(name)) {
      diagnostics.push(
        errorDiagnostic("PROBE_NAME", `${quote(name)} cannot name a probe of ${provider}`, {
          hint: "use letters, digits and _, at most 63, not starting with a digit; request__start is DTrace's request-start",
        }),
      );
    }
    if (!Array.isArray(list) || list.length > maxProbeArguments) {
      diagnostics.push(
        errorDiagnostic(
          "PROBE_ARGUMENTS",
          `the arguments of probe ${provider}:${name} must be an array of at most ${maxProbeArguments}`,
          { hint: 'for example ["order: string", "cents: int64"]' },
        ),
      );
      return { name, arguments: [] };
    }
    return {
      name,
      arguments: list.map((text) => parseArgument(`${provider}:${name}`, text, diagnostics)),
    };
  });
  if (probes.length === 0) {
    diagnostics.push(
      errorDiagnostic("PROVIDER_EMPTY", `provider ${provider} declares no probe`, {
        hint: 'declare one: { request__start: ["id: uint32"] }',
      }),
    );
  }
  if (diagnostics.length > 0) throw new TraceError(diagnostics);
  return probes;
}

function parseArgument(probe: string, text: string, diagnostics: Diagnostic[]): ProbeArgument {
  const match = ARGUMENT.exec(String(text));
  const [, name = "", type = ""] = match ?? [];
  if (match !== null && isArgumentType(type)) return { name, type };
  diagnostics.push(
    errorDiagnostic("ARGUMENT_DECLARATION", `${quote(text)} declares no argument of probe ${probe}`, {
      hint: `write "name: type", with a type of ${argumentTypes.join(", ")}`,
    }),
  );
  return { name, type: "int64" };
}

function isArgumentType(type: string): type is ArgumentType {
  return (argumentTypes as readonly string[]).includes(type);
}

function quote(text: unknown): string {
  return JSON.stringify(String(text));
}
