/** Promises of other libraries and realms, from whatever a gate is given, are waited for as our own are. */
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { someOf } from '../../../scripts/effort.ts';
import {
  type Acted,
  createGate,
  done,
  failed,
  type GateOptions,
  type MaybePromise,
  MemoryReplayGuard,
  type ReplayGuard,
  type SignedRequest,
} from '../src/index.ts';
import { everyScheme } from './support/every-scheme.ts';

const NOW = Date.now();
const SECRET = 'a secret of more than sixteen bytes';

const signed = () =>
  createGate({ provider: 'github', keys: [SECRET] }).sign({
    method: 'POST',
    url: '/',
    headers: {},
    body: 'a',
  });

const Foreign = runInNewContext('Promise') as PromiseConstructor;

/** As the types have it, though nothing but `then` is there. */
const thenable = <T>(promise: Promise<T>): Promise<T> => {
  // biome-ignore lint/suspicious/noThenProperty: that is what is tried
  const bare: unknown = { then: promise.then.bind(promise) };
  return bare as Promise<T>;
};

type Wrap = <T>(promise: Promise<T>) => Promise<T>;

const MAKERS: Readonly<Record<string, Wrap>> = {
  'of another realm': (promise) => Foreign.resolve(promise) as typeof promise,
  'that has `then` alone': thenable,
};

const OUTCOMES: Readonly<Record<string, () => Promise<Acted<string>>>> = {
  done: () => Promise.resolve(done('value')),
  failed: () => Promise.resolve(failed('busy')),
  rejected: () => Promise.reject(new Error('down')),
};

function later(guard: ReplayGuard, wrap: Wrap): ReplayGuard {
  const turn = <T>(work: () => MaybePromise<T>): Promise<T> => wrap(Promise.resolve().then(work));
  return {
    begin: (...given) => turn(() => guard.begin(...given)),
    renew: (...given) => turn(() => guard.renew(...given)),
    commit: (...given) => turn(() => guard.commit(...given)),
    abort: (...given) => turn(() => guard.abort(...given)),
  };
}

/** What a request and its repeat come to. */
async function bothOf(
  options: GateOptions,
  request: SignedRequest,
  act: () => Promise<Acted<string>>,
): Promise<unknown> {
  const gate = createGate({ ...options, now: () => NOW });
  const ends: unknown[] = [];
  for (const run of [act, () => done('again')]) {
    try {
      const received = await gate.receive(request, run);
      ends.push(
        received.kind === 'handshake'
          ? received.kind
          : [received.kind, 'value' in received && received.value],
      );
    } catch (error) {
      ends.push(String(error));
    }
  }
  return ends;
}

/** A short run tries each scheme with one of the outcomes, the next with the next. */
const TURNS = everyScheme.map((sample, turn) => ({ ...sample, turn }));

describe.each(Object.entries(MAKERS))('a promise %s', (_, wrap) => {
  describe.each(TURNS)('at $name', ({ options, sign, turn }) => {
    it.each(someOf(Object.entries(OUTCOMES), 3, turn))(
      'from the function that acts: %s',
      async (__, outcome) => {
        const request = await sign(NOW);
        expect(await bothOf(options, request, () => wrap(outcome()))).toEqual(
          await bothOf(options, request, outcome),
        );
      },
    );

    it.each(someOf(Object.entries(OUTCOMES), 3, turn))('from the replay guard: %s', async (__, outcome) => {
      const request = await sign(NOW);
      const replay = later(new MemoryReplayGuard(), wrap);
      expect(await bothOf({ ...options, replay }, request, outcome)).toEqual(
        await bothOf(options, request, outcome),
      );
    });
  });

  it('from the function of keys', async () => {
    const gate = createGate({ provider: 'github', keys: () => wrap(Promise.resolve([SECRET])) });
    expect(await gate.verify(await signed())).toMatchObject({ ok: true });
  });

  it('from a guard that cannot renew is reported', async () => {
    const guard = new MemoryReplayGuard();
    const { promise, resolve } = Promise.withResolvers<Acted<string>>();
    const replay: ReplayGuard = {
      ...later(guard, wrap),
      renew: () => wrap(Promise.reject(new Error('the guard is away'))),
    };
    const report = (problem: string): void => resolve(done(problem));
    const gate = createGate({ provider: 'github', keys: [SECRET], replay, leaseMs: 30, report });
    expect(await gate.receive(await signed(), () => promise)).toMatchObject({
      value: 'a lease was not renewed, so another gateway may run its request again: the guard is away',
    });
  });
});
