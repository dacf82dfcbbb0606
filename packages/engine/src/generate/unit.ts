/**
 * One piece of generated code and the values it is linked with. All names in it are made here, and all texts of the
 * program reach it through {@link quote}: nothing in a program can become code.
 */

/** A JavaScript string literal. JSON is a subset of ECMAScript since ES2019. */
export function quote(text: string): string {
  return JSON.stringify(text);
}

/** `name` as far as it can be part of a JavaScript identifier: only to make generated code readable. */
function readable(name: string): string {
  return name.replace(/[^A-Za-z0-9_]/g, "_").slice(0, 40);
}

export class Unit {
  /** Is anything in it that may throw a fault? Set as code is made; who wants to know of a part resets it. */
  canFault = false;
  private readonly linked = new Map<unknown, string>();
  private temporaries = 0;
  private locals: string[] = [];

  /** The name by which generated code refers to `value`; `name` only makes it readable. */
  link(name: string, value: unknown): string {
    let known = this.linked.get(value);
    if (known === undefined) {
      known = `${readable(name)}_${this.linked.size}`;
      this.linked.set(value, known);
    }
    return known;
  }

  /** A call of a function of the engine. */
  call(fn: (...values: never[]) => unknown, ...values: readonly string[]): string {
    return `${this.link(fn.name, fn)}(${values.join(", ")})`;
  }

  /** A fresh local variable of the handler; `initial` is its value at the start of each firing. */
  local(name: string, initial?: string): string {
    const made = `$${readable(name)}${this.temporaries++}`;
    this.locals.push(initial === undefined ? made : `${made} = ${initial}`);
    return made;
  }

  /** The declaration of all locals made since the last call. */
  takeLocals(): string {
    const { locals } = this;
    this.locals = [];
    return locals.length === 0 ? "" : `let ${locals.join(", ")};\n`;
  }

  /** Compiles `text`, the body of a function that may refer to all linked names, and runs it. */
  evaluate(text: string): unknown {
    const names = [...this.linked.values()];
    // oxlint-disable-next-line typescript/no-implied-eval, no-new-func -- compiling is what this package does
    return new Function(...names, `"use strict";\n${text}`)(...this.linked.keys());
  }
}
