/** What drives a server: without it a bench ends with 2, for it has measured nothing. */
import { spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';

type Tool = readonly [name: string, argument: string, install: string];

const LOAD: readonly Tool[] = [
  ['wrk', '-v', 'apt-get install wrk'],
  ['taskset', '-V', 'apt-get install util-linux'],
];
const SLOWER_DISK: Tool = ['strace', '-V', 'apt-get install strace'];

/** @param bench what needs them @param isSlower whether a disk is made slower */
export function requireLoadTools(bench: string, isSlower = false): void {
  for (const [tool, argument, install] of isSlower ? [...LOAD, SLOWER_DISK] : LOAD) {
    if (spawnSync(tool, [argument]).error) {
      console.error(
        `${bench}: ${tool} is not installed; nothing can be measured without it.\n  → ${install} (Debian, Ubuntu), then start this again.`,
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
