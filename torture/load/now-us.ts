/** Microseconds of the clock that all processes of a machine share, and that nobody sets. */
export function nowUs(): number {
  return Number(process.hrtime.bigint() / 1_000n);
}
