/** Actions that behave as a contract test wants, and a log that is kept. */
import type { Action } from '../../src/actions/define-action.ts';
import type { Log } from '../../src/log/log.ts';
import { stream } from '../../src/results/stream.ts';
import type { ReceiverBehaviour } from '../../src/testing/index.ts';

export interface LoggedLine {
  readonly fields: object;
  readonly message: string | undefined;
}

export function keptLog(): { readonly log: Log; readonly lines: readonly LoggedLine[] } {
  const lines: LoggedLine[] = [];
  const line = (fields: object, message?: string): void => void lines.push({ fields, message });
  return { lines, log: { info: line, warn: line, error: line, writesInfo: true, flush: async () => {} } };
}

type Run = (input: Readonly<Record<string, unknown>>) => string | object | Promise<string | object>;

const RUNS: Readonly<Partial<Record<ReceiverBehaviour, Run>>> = {
  refuses: () => {
    throw new TypeError('a secret of the error');
  },
  hangs: () => new Promise(() => {}),
  slow: () =>
    stream(async function* () {
      for (const letter of 'slow') {
        await new Promise((resolve) => setImmediate(resolve));
        yield letter;
      }
    }),
  garbage: () => ({ toJSON: () => 1n }),
  leaves: async () => {
    throw 'a secret of the error';
  },
  chatty: () => 'x'.repeat(1_048_576),
};

export function receivingAction(behaviour: ReceiverBehaviour): {
  readonly action: Action;
  readonly log: Log;
  readonly bodies: readonly Uint8Array[];
} {
  const bodies: Uint8Array[] = [];
  const take: Run = (input) => {
    bodies.push(Buffer.from(JSON.stringify(input)));
    return 'taken';
  };
  const action = {
    name: 'receive',
    description: 'Receives.',
    input: { type: 'object' },
    run: RUNS[behaviour] ?? take,
  } as const;
  return { action: action as Action, log: keptLog().log, bodies };
}
