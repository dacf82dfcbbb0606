import { errorDiagnostic } from "@trace/core";
import type { Diagnostic } from "@trace/core";

/** Stable codes of everything this package refuses. */
export type ElfErrorCode =
  | "ELF_CANNOT_READ"
  | "ELF_NOT_ELF"
  | "ELF_UNSUPPORTED"
  | "ELF_MALFORMED"
  | "ELF_TOO_LARGE"
  | "ELF_NO_PROCESS"
  | "ELF_NOT_PERMITTED"
  | "ELF_BAD_PROBE";

/** A diagnostic of this package. */
export interface ElfError extends Diagnostic {
  readonly code: ElfErrorCode;
}

/** A value, or why there is none. Nothing in this package throws for what a file contains. */
export type ElfResult<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: ElfError };

export function succeed<T>(value: T): ElfResult<T> {
  return { ok: true, value };
}

export function fail(
  code: ElfErrorCode,
  message: string,
  hint: string,
): { readonly ok: false; readonly error: ElfError } {
  return { ok: false, error: { ...errorDiagnostic(code, message, { hint }), code } };
}

/** The failure that an exception of `node:fs` about `path` means. */
export function failFromSystem(
  path: string,
  cause: unknown,
): { readonly ok: false; readonly error: ElfError } {
  const code = systemErrorCode(cause);
  if (code === "EACCES" || code === "EPERM") {
    return fail(
      "ELF_NOT_PERMITTED",
      `not permitted to read ${path}`,
      "run as the owner of the file or process, or as root",
    );
  }
  return fail("ELF_CANNOT_READ", `cannot read ${path}: ${code ?? String(cause)}`, "check the path");
}

/** The `code` of a Node system error, such as `ENOENT`. */
export function systemErrorCode(cause: unknown): string | undefined {
  if (typeof cause === "object" && cause !== null && "code" in cause && typeof cause.code === "string")
    return cause.code;
  return undefined;
}
