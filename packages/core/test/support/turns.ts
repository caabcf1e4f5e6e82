/** Turns of the event loop beside some work: what holds it lets none pass. */

/** How many turns pass until the work is done. */
export async function turnsWhile(work: () => PromiseLike<unknown>): Promise<number> {
  let turns = 0;
  let isDone = false;
  const count = (): void => {
    if (isDone) return;
    turns++;
    setImmediate(count);
  };
  const done = work();
  setImmediate(count);
  await done;
  isDone = true;
  return turns;
}

/** How many milliseconds each turn takes of a processor: on a busy machine others have it between, threads of this process among them. */
export async function turnsMs(work: () => PromiseLike<unknown>): Promise<readonly number[]> {
  const turns: number[] = [];
  let last = process.threadCpuUsage();
  let isOver = false;
  const watch = (): void => {
    const { user, system } = process.threadCpuUsage(last);
    turns.push((user + system) / 1000);
    last = process.threadCpuUsage();
    if (!isOver) setImmediate(watch);
  };
  setImmediate(watch);
  await work();
  isOver = true;
  return turns;
}
