/** What drives a server: without it a bench ends with 2, for it has measured nothing. */
import { spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';

/** @param bench what needs them */
export function requireLoadTools(bench: string): void {
  for (const [tool, argument, install] of [
    ['wrk', '-v', 'apt-get install wrk'],
    ['taskset', '-V', 'apt-get install util-linux'],
  ] as const) {
    if (spawnSync(tool, [argument]).error) {
      console.error(
        `${bench}: ${tool} is not installed; the load comes from it.\n  → ${install} (Debian, Ubuntu), then start this again.`,
      );
      process.exit(2);
    }
  }
  if (availableParallelism() < 2) {
    console.error(
      `${bench}: two cores are needed, one for the server and one for the load.\n  → Run it on a larger machine.`,
    );
    process.exit(2);
  }
}
