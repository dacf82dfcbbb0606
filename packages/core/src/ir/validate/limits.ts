/** What a program may be at most: so much that nobody misses more, and so little that compiling it takes no time. */

export const limits = {
  clauses: 4096,
  pointsOfClause: 4096,
  declarations: 4096,
  keys: 32,
  /** Expressions and statements in the whole program. */
  nodes: 100_000,
  /** How deep expressions and statements are nested. */
  depth: 250,
  /** Characters of a name or of a field of a probe point. */
  name: 256,
  field: 4096,
  /** Characters of a string constant or of a format's literal text. */
  text: 65_536,
  formatParts: 4096,
  /** Bytes, of `stringSize`. */
  stringSize: 65_536,
  /** Of `maxKeys`: what a JavaScript Map holds. */
  maxKeys: 16_777_216,
  /** Bytes, of a program's own memory and of its scratch memory. */
  memory: 1_048_576,
  speculations: 4096,
  /** Frames of a stack. */
  frames: 1024,
  /** Buckets of lquantize and llquantize. */
  buckets: 65_535,
} as const;
