/** Actions that end in every way in which one can. */
import { setTimeout as delay } from 'node:timers/promises';
import { ActionError, defineAction, file, stream } from '../../src/index.ts';

const input = { type: 'object', additionalProperties: true } as const;
const base = { description: 'soaked', input, concurrency: 64, queue: 10_000 };

async function* lines(signal: AbortSignal, breaksOff: boolean): AsyncGenerator<string> {
  for (let i = 0; i < 5 && !signal.aborted; i++) {
    yield `line ${i}\n`;
    await delay(2);
  }
  if (breaksOff) throw new Error('the source broke off');
}

export const quick = defineAction({ ...base, name: 'quick', run: () => ({ done: true }) });
export const late = defineAction({
  ...base,
  name: 'late',
  run: async () => {
    await delay(20);
    return { done: true };
  },
});
export const refusing = defineAction({
  ...base,
  name: 'refusing',
  run: () => {
    throw new ActionError('no', { status: 422 });
  },
});
export const failing = defineAction({
  ...base,
  name: 'failing',
  run: async () => {
    await delay(1);
    throw new Error('a bug of the action');
  },
});
export const overdue = defineAction({
  ...base,
  name: 'overdue',
  deadlineMs: 10,
  run: async () => {
    await delay(30);
    return stream(lines(new AbortController().signal, false));
  },
});
export const streaming = defineAction({
  ...base,
  name: 'streaming',
  run: (_, { signal }) => stream(lines(signal, false)),
});
export const breaking = defineAction({
  ...base,
  name: 'breaking',
  run: (_, { signal }) => stream(lines(signal, true)),
});
export const large = defineAction({
  ...base,
  name: 'large',
  run: () => file({ name: 'large.bin', content: new Uint8Array(1_000_000) }),
});
