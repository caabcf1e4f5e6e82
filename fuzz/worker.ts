/** Searches one target in a thread of its own, which can be ended where an input never does. */
import { parentPort, workerData } from 'node:worker_threads';
import { seededRandom } from '../scripts/seeded-random.ts';
import { MOST_INPUT_BYTES, readCorpus, writeCorpus } from './corpus.ts';
import { countImports } from './counters.ts';
import { minimised, shortened } from './minimise.ts';
import { type FaultFound, Search } from './search.ts';
import { noteInput } from './shared-input.ts';
import type { TargetName } from './targets/all.ts';

/** What a thread is told. */
export interface Order {
  readonly name: TargetName;
  readonly seed: number;
  /** The search ends with the first of the two. */
  readonly executions: number;
  readonly seconds: number;
  /** One input to run in place of a search. */
  readonly input?: Uint8Array;
  /** Whether the corpus is written anew. */
  readonly keeps: boolean;
  readonly shared: SharedArrayBuffer;
}

/** What it says at its end. */
export interface Report {
  readonly executions: number;
  readonly seconds: number;
  readonly branches: number;
  /** Of all modules that were loaded. */
  readonly allBranches: number;
  readonly inputs: number;
  readonly fault?: { readonly input: Uint8Array; readonly text: string };
}

/** Beyond the corpus's inputs, so that what is quadratic shows. */
const MOST_BYTES = 4 * 1024;

const order = workerData as Order;
const loaded = countImports();
// Imported here: only from now on do the packages count.
const { TARGETS } = await import('./targets/all.ts');
const target = await TARGETS[order.name]();
parentPort?.postMessage(await searchTarget());

async function searchTarget(): Promise<Report> {
  const counters = loaded.counters();
  const onInput = (input: Uint8Array): void => noteInput(order.shared, input);
  const search = new Search({
    target,
    counters,
    words: [...(target.words ?? []), ...loaded.words()].map((word) => Buffer.from(word, 'utf8')),
    random: seededRandom(order.seed),
    mostBytes: target.mostBytes ?? MOST_BYTES,
    onInput,
  });
  const startMs = performance.now();
  const fault = await findFault(search, startMs + 1000 * order.seconds);
  const seconds = (performance.now() - startMs) / 1000;
  if (order.keeps && fault === undefined) {
    const options = { target, counters, mostBytes: MOST_INPUT_BYTES, onInput };
    writeCorpus(order.name, await minimised(search.inputs, options));
  }
  return {
    executions: search.executions,
    seconds,
    branches: search.branches,
    allBranches: counters.length,
    inputs: search.inputs.length,
    ...(fault && { fault: await described(fault) }),
  };
}

async function findFault(search: Search, untilMs: number): Promise<FaultFound | undefined> {
  if (order.input) return await search.add(order.input);
  const begun = (target.words ?? []).map((word) => Buffer.from(word, 'utf8'));
  for (const input of [new Uint8Array(0), ...begun, ...readCorpus(order.name)]) {
    const fault = await search.add(input);
    if (fault) return fault;
  }
  while (search.executions < order.executions) {
    // The clock is looked at now and then: a look takes as long as a short input.
    if (search.executions % 64 === 0 && performance.now() > untilMs) break;
    const fault = await search.step();
    if (fault) return fault;
  }
  return undefined;
}

/** The fault's shortest input, by its sentence. */
async function described({ input, error }: FaultFound): Promise<NonNullable<Report['fault']>> {
  const message = await messageOf(input);
  const shorter =
    message === undefined
      ? input
      : await shortened(input, async (bytes) => (await messageOf(bytes)) === message);
  return { input: shorter, text: error.stack ?? error.message };
}

async function messageOf(input: Uint8Array): Promise<string | undefined> {
  try {
    await target.judge(input, await target.read(input));
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message.replace(/\d+/g, '0') : String(error);
  }
}
