/** A pseudo-random int32. */
export function rand(): number {
  return Math.floor(Math.random() * 2 ** 32) | 0;
}
