/** Freshness and claims meet: at every instant at which a request is accepted, a repeat of it is refused. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { between, isLong, someOf } from '../../../../scripts/effort.ts';
import {
  createGate,
  done,
  findProvider,
  type Gate,
  MemoryReplayGuard,
  providers,
  type Received,
  type SignedRequest,
  writtenProvider,
} from '../../src/index.ts';
import type { SchemeSource } from '../../src/scheme-source.ts';
import type { SenderSource } from '../../src/schemes/sender-template.ts';
import { keyOfProvider } from '../support/provider-key.ts';
import { SENDER_DRAFTS } from '../support/sender-drafts.ts';
import { type TimedScheme, timedSchemes } from '../support/timed-schemes.ts';

const NOW = 1_760_000_000_000;
const DAY = 24 * 3_600_000;

const wordOf = (received: Received<unknown>): string =>
  received.kind === 'refused' ? received.verdict.reason : received.kind;

/** A gate whose clock can be set. */
function gateOf(
  options: Parameters<typeof createGate>[0],
  startMs: number,
): Gate & { set(ms: number): void } {
  let nowMs = startMs;
  const gate = createGate({ rememberMs: DAY, ...options, now: () => nowMs });
  return {
    ...gate,
    set: (ms) => {
      nowMs = ms;
    },
  };
}

/** Of an event that its sender signs anew with each delivery. */
const SENT_AGAIN = [
  'stripe by id',
  'slack by id',
  'mailgun',
  'standard-webhooks',
  'twitch',
  'aws-sns topics',
  ...providers.flatMap(({ id, signsAs }) => (signsAs === 'standard-webhooks' ? [id] : [])),
];

/** The instant between an accepted and a refused one at which the verdict changes, to a sixteenth of a millisecond. */
async function edge(
  accepts: (nowMs: number) => Promise<boolean>,
  inside: number,
  outside: number,
): Promise<number> {
  let [good, bad] = [inside, outside];
  while (Math.abs(bad - good) > 1 / 16) {
    const middle = (good + bad) / 2;
    if (await accepts(middle)) good = middle;
    else bad = middle;
  }
  return good;
}

/** Within 2 ms around each edge, in steps of a quarter and a whole millisecond, and everywhere between. */
function instants(first: number, last: number): readonly number[] {
  const around = [first, last, Math.round(first), Math.round(last)].flatMap((at) =>
    [-2, -1, -0.75, -0.5, -0.25, 0, 0.25, 0.5, 0.75, 1, 2].map((step) => at + step),
  );
  const between = [0.25, 0.5, 0.75].map((part) => first + (last - first) * part);
  return [...around, ...between].sort((a, b) => a - b);
}

/** Senders that sign a time, and are not among those. */
const senders: readonly TimedScheme[] = providers
  .filter(({ id, scheme }) => isClaimedInTime(scheme) && !timedSchemes.some(({ name }) => name === id))
  .map(({ id }) => {
    const { signing, held } = keyOfProvider(id);
    const provider = writtenProvider(id, findProvider(id)?.needs);
    const signer = createGate({ provider, keys: [signing] });
    return {
      name: id,
      options: { provider, keys: held },
      sign: async (timestampMs) =>
        signer.sign({
          method: 'POST',
          url: 'https://api.example/in',
          body: '{"total":12}',
          ...SENDER_DRAFTS[id],
          timestampMs,
        }),
    };
  });

function isClaimedInTime(scheme: SchemeSource): boolean {
  if (!('declared' in scheme)) return false;
  const { timestamp, replay } = (scheme as SenderSource).declared;
  return timestamp !== undefined && replay !== 'none';
}

/** A short run dates each request at a whole second or shortly before the next, in turn. */
const TURNS = [...timedSchemes, ...senders].map((scheme, turn) => ({ ...scheme, turn }));

describe.each(TURNS)('$name', ({ name, options, sign, turn }) => {
  it.each(isLong ? [0, 0.4, 1, 999.75] : someOf([0, 999.75], 2, turn))(
    'refuses every repeat that is fresh, dated at %s ms',
    async (offset) => {
      const timeMs = NOW + offset;
      const request = await sign(timeMs);
      const judging = gateOf(options, timeMs);
      const accepts = async (nowMs: number): Promise<boolean> => {
        judging.set(nowMs);
        return (await judging.verify(request)).ok;
      };
      expect(await accepts(timeMs)).toBe(true);
      const last = await edge(accepts, timeMs, timeMs + DAY);
      const first = (await accepts(timeMs - DAY))
        ? timeMs - 10_000
        : await edge(accepts, timeMs, timeMs - DAY);
      const uses = (options.provider as { consume?: number } | undefined)?.consume ?? 1;
      for (const start of [first, timeMs, last]) {
        const guard = new MemoryReplayGuard();
        const gate = gateOf({ ...options, replay: guard }, start);
        for (let use = 0; use < uses; use++)
          expect(wordOf(await gate.receive(request, () => done(1)))).toBe('done');
        for (const nowMs of instants(first, last)) {
          if (nowMs < start) continue;
          gate.set(nowMs);
          const word = wordOf(await gate.receive(request, () => done(2)));
          expect(word, `begun at ${start - timeMs}, again at ${nowMs - timeMs}`).toBe(
            (await accepts(nowMs)) ? 'replayed' : 'expired',
          );
        }
      }
    },
  );

  it('claims until a whole millisecond: that at which the request ceases to be fresh, or a day on for an id that is sent again', async () => {
    await fc.assert(
      fc.asyncProperty(fc.double({ min: 0, max: 100_000, noNaN: true }), async (offset) => {
        const timeMs = NOW + offset;
        const request = await sign(timeMs);
        const gate = gateOf(options, timeMs);
        let untilMs = Number.NaN;
        await gate.receive(request, (_, claim) => {
          untilMs = claim?.untilMs ?? Number.NaN;
          return done();
        });
        expect(Number.isSafeInteger(untilMs)).toBe(true);
        if (SENT_AGAIN.includes(name)) {
          expect(Math.abs(untilMs - timeMs - DAY)).toBeLessThanOrEqual(1000);
          return;
        }
        gate.set(untilMs);
        expect(await gate.verify(request)).toMatchObject({ ok: false, reason: 'expired' });
        gate.set(untilMs - 1);
        expect(await gate.verify(request)).toMatchObject({ ok: true });
      }),
      { seed: 8, numRuns: between(5, 20) },
    );
  });
});

/** Their tokens are reused, or say nothing of the body. */
const UNCLAIMED = ['firebase-app-check', 'incode', 'google-pubsub', 'atlassian-connect'];

it('stands for every provider that has an identity and a time', () => {
  const timeless = providers.flatMap(({ id, scheme }) =>
    'declared' in scheme && !isClaimedInTime(scheme) ? [id] : [],
  );
  const tested = TURNS.map(({ options: { provider } }) => (provider as { id?: string } | undefined)?.id);
  expect(
    new Set([...UNCLAIMED, 'truelayer', ...timeless, ...tested.filter((id) => id !== undefined)]),
  ).toEqual(new Set(providers.map(({ id }) => id)));
});

describe('the documented tolerance', () => {
  it.each([
    ['flowent', 300_000, 300_000],
    ['stripe', 300_000, 300_000],
    ['hmac', 300_000, 300_000],
  ] as const)('of %s is taken to its last millisecond, and no further', async (id, past, future) => {
    const { options, sign } = timedSchemes.find(({ name }) => name === id) ?? expect.unreachable();
    const request: SignedRequest = await sign(NOW);
    const gate = gateOf(options, NOW);
    const at = async (nowMs: number): Promise<string> => {
      gate.set(nowMs);
      const verdict = await gate.verify(request);
      return verdict.ok ? 'accepted' : verdict.reason;
    };
    expect(await at(NOW + past)).toBe('accepted');
    expect(await at(NOW + past + 0.999)).toBe('accepted');
    expect(await at(NOW + past + 1)).toBe('expired');
    expect(await at(NOW - future)).toBe('accepted');
    expect(await at(NOW - future - 1)).toBe('from-the-future');
    expect(await at(Number.NaN)).toBe('expired');
  });
});
