/**
 * What an aggregation has seen, in the form that generated code updates fastest: fields are plain numbers while those
 * are exact. Each kind knows how to become core's `AggregationState` and how to take one in.
 */
import {
  addInt,
  addToBucket,
  normalizeInt,
  type AggregatingFunction,
  type AggregationState,
  type Int,
} from "@trace/core";

const MAX = Number.MAX_SAFE_INTEGER;

/** `count`. No run lasts for 2^53 events. */
export class CountState {
  n = 0;
}

/** `sum`: `sum` plus `spilled`. */
export class SumState {
  sum = 0;
  spilled = 0n;
}

/** `avg`. */
export class AverageState {
  n = 0;
  sum = 0;
  spilled = 0n;
}

/** `min` and `max`: infinite before the first value. */
export class ExtremeState {
  value: Int;
  constructor(none: number) {
    this.value = none;
  }
}

/** `stddev`: `squares` plus `spilledSquares` is the sum of squares. */
export class DeviationState {
  n = 0;
  sum = 0;
  spilled = 0n;
  squares = 0;
  spilledSquares = 0n;
}

/** The quantize family: counts by bucket index in `near`, those of negative and of large indexes in `far`. */
export class BucketState {
  near: Int[] = [];
  far: Map<number, Int> | undefined = undefined;
}

/** Indexes from here on are kept in `far`: arrays stay short. Above all of quantize. */
const FAR_INDEX = 1024;

/** What a place in `far` takes of memory, in places of `near`. */
const FAR_COST = 8;

/** Room for buckets, shared by the elements of an aggregation: in places of arrays. */
export interface BucketRoom {
  places: number;
}

/** Adds `weight` to a bucket that may have no place yet. False where there is no room for one. */
export function addToBucketState(state: BucketState, index: number, weight: Int, room: BucketRoom): boolean {
  if (index >= 0 && index < FAR_INDEX) {
    const missing = index + 1 - state.near.length;
    if (missing > 0) {
      if (room.places < missing) return false;
      room.places -= missing;
      for (let count = missing; count > 0; count--) state.near.push(0);
    }
    state.near[index] = addInt(state.near[index] ?? 0, weight);
    return true;
  }
  state.far ??= new Map();
  if (!state.far.has(index)) {
    if (room.places < FAR_COST) return false;
    room.places -= FAR_COST;
  }
  addToBucket(state.far, index, weight);
  return true;
}

/** The places that `state` takes of its aggregation's room. */
export function placesOf(state: State): number {
  return state instanceof BucketState ? state.near.length + (state.far?.size ?? 0) * FAR_COST : 0;
}

export type State = CountState | SumState | AverageState | ExtremeState | DeviationState | BucketState;

/** The state of `fn` before the first value. */
export function newState(fn: AggregatingFunction): State {
  switch (fn.name) {
    case "count":
      return new CountState();
    case "sum":
      return new SumState();
    case "avg":
      return new AverageState();
    case "min":
      return new ExtremeState(Number.POSITIVE_INFINITY);
    case "max":
      return new ExtremeState(Number.NEGATIVE_INFINITY);
    case "stddev":
      return new DeviationState();
    case "quantize":
    case "lquantize":
    case "llquantize":
      return new BucketState();
  }
}

/** Adds `value` to a sum. */
export function addSum(state: SumState | AverageState | DeviationState, value: Int): void {
  if (typeof value === "number") {
    const sum = state.sum + value;
    if (sum <= MAX && sum >= -MAX) {
      state.sum = sum;
      return;
    }
  }
  state.spilled += BigInt(value);
}

/** Adds the square of `value` to a sum of squares. */
export function addSquare(state: DeviationState, value: Int): void {
  if (typeof value === "number") {
    const squares = state.squares + value * value;
    if (squares <= MAX) {
      state.squares = squares;
      return;
    }
  }
  const big = BigInt(value);
  state.spilledSquares += big * big;
}

function total(sum: number, spilled: bigint): Int {
  return spilled === 0n ? sum : normalizeInt(BigInt.asIntN(64, BigInt(sum) + spilled));
}

/** `state` of `fn` as core's. */
export function toCoreState(fn: AggregatingFunction, state: State): AggregationState {
  if (state instanceof CountState) return { kind: "count", n: state.n };
  if (state instanceof SumState) return { kind: "sum", sum: total(state.sum, state.spilled) };
  if (state instanceof AverageState) return { kind: "avg", n: state.n, sum: total(state.sum, state.spilled) };
  if (state instanceof ExtremeState) {
    const { value } = state;
    const isNone = value === Number.POSITIVE_INFINITY || value === Number.NEGATIVE_INFINITY;
    return { kind: fn.name === "min" ? "min" : "max", value: isNone ? undefined : value };
  }
  if (state instanceof DeviationState) {
    return {
      kind: "stddev",
      n: state.n,
      sum: total(state.sum, state.spilled),
      squares: normalizeInt(BigInt(state.squares) + state.spilledSquares),
    };
  }
  const counts = new Map<number, Int>(state.far);
  for (const [index, count] of state.near.entries()) addToBucket(counts, index, count);
  return { kind: "buckets", counts };
}

/** Adds core's `from` to `state`, both of `fn`. False where a bucket found no room. */
export function mergeCoreState(state: State, from: AggregationState, room: BucketRoom): boolean {
  if (state instanceof CountState && from.kind === "count") state.n += Number(from.n);
  else if (state instanceof SumState && from.kind === "sum") addSum(state, from.sum);
  else if (state instanceof AverageState && from.kind === "avg") {
    state.n += Number(from.n);
    addSum(state, from.sum);
  } else if (state instanceof ExtremeState && (from.kind === "min" || from.kind === "max")) {
    const { value } = from;
    if (value !== undefined && (from.kind === "min" ? value < state.value : value > state.value))
      state.value = value;
  } else if (state instanceof DeviationState && from.kind === "stddev") {
    state.n += Number(from.n);
    addSum(state, from.sum);
    state.spilledSquares += BigInt(from.squares);
  } else if (state instanceof BucketState && from.kind === "buckets") {
    let fits = true;
    for (const [index, count] of from.counts) fits = addToBucketState(state, index, count, room) && fits;
    return fits;
  }
  return true;
}
