/** Slices of CPU time: as many calls of a contender as take one. */

/** One thing to measure. `run` gets a running number and returns true when it did what it should. */
export interface Contender {
  readonly name: string;
  run(index: number): boolean | Promise<boolean>;
}

/** The optimising compiler has settled by then. */
const WARM_UP_MS = 300;

/** Calls until a slice takes `sliceMs`; this also warms the contender up. */
export async function calibrate(contender: Contender, sliceMs: number): Promise<number> {
  let count = 16;
  let warmMs = 0;
  for (;;) {
    const cpuMs = await runSlice(contender, count);
    warmMs += cpuMs;
    if (cpuMs < sliceMs / 2) count *= 2;
    else if (warmMs > WARM_UP_MS) return Math.max(1, Math.round((count * sliceMs) / cpuMs));
  }
}

/**
 * What so many calls take of CPU time, in milliseconds: a neighbour costs a slice its caches but not its turn.
 * @throws Error where a call does not do what it should.
 */
export async function runSlice({ name, run }: Contender, count: number): Promise<number> {
  let done = 0;
  const isLater = run(0) instanceof Promise;
  const before = process.cpuUsage();
  // One that gives no promise pays for no await.
  if (isLater) {
    for (let i = 0; i < count; i++) if (await run(i)) done++;
  } else {
    for (let i = 0; i < count; i++) if (run(i) === true) done++;
  }
  const { user, system } = process.cpuUsage(before);
  if (done !== count)
    throw new Error(`${name}: ${count - done} of ${count} calls did not do what they should`);
  return (user + system) / 1000;
}
