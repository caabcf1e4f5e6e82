/** Reads what `strace -f -o` writes: system calls of all threads, each with when it began and when it had ended. */
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';

export interface SystemCall {
  readonly name: string;
  /** As strace prints them. */
  readonly args: string;
  /** The number of the line in which it began. */
  readonly beganAt: number;
  /** The number of the line in which it had ended. Equal where nothing came between. */
  readonly endedAt: number;
  /** What it returned; negative where it failed. Undefined where the process ended in it. */
  readonly result: number | undefined;
}

interface Begun {
  readonly name: string;
  readonly args: string;
  readonly beganAt: number;
}

const UNFINISHED = ' <unfinished ...>';

/** Calls in the order in which they ended. */
export async function* readTrace(file: string): AsyncGenerator<SystemCall> {
  const begun = new Map<string, Begun>();
  let at = 0;
  for await (const line of createInterface({ input: createReadStream(file, 'latin1') })) {
    at++;
    const call = callOf(line, at, begun);
    if (call !== undefined) yield call;
  }
  // What a killed process was in the middle of.
  for (const { name, args, beganAt } of begun.values()) {
    yield { name, args, beganAt, endedAt: Number.POSITIVE_INFINITY, result: undefined };
  }
}

function callOf(line: string, at: number, begun: Map<string, Begun>): SystemCall | undefined {
  const head = /^(\d+) +(?:<\.\.\. (\w+) resumed>|(\w+)\()/.exec(line);
  if (head === null) return undefined;
  const [start, thread = '', resumed, name] = head;
  const rest = line.slice(start.length);
  if (name !== undefined && line.endsWith(UNFINISHED)) {
    begun.set(thread, { name, args: rest.slice(0, -UNFINISHED.length), beganAt: at });
    return undefined;
  }
  const end = /\) += (-?\d+|\?)[^=]*$/.exec(rest);
  if (end === null) return undefined;
  const args = rest.slice(0, end.index);
  const result = end[1] === '?' ? undefined : Number(end[1]);
  if (name !== undefined) return { name, args, beganAt: at, endedAt: at, result };
  const beginning = begun.get(thread);
  begun.delete(thread);
  if (beginning === undefined || beginning.name !== resumed) return undefined;
  return { ...beginning, args: beginning.args + args, endedAt: at, result };
}
