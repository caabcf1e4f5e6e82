import { createHmac } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import {
  createGate,
  type Done,
  done,
  failed,
  type Gate,
  type GateOptions,
  MemoryReplayGuard,
  type ReplayGuard,
  requestFrom,
} from '../src/index.ts';
import { createLeases } from '../src/leases.ts';
import { guardWith } from './support/guard-with.ts';

const SECRET = 'a secret of more than sixteen bytes';
const LEASE = 50;

/** A guard that tells of each renewal. */
class TellingGuard extends MemoryReplayGuard {
  readonly told = new EventEmitter();
  renewals = 0;

  override renew(identity: Uint8Array, nowMs: number, leaseMs: number): void {
    super.renew(identity, nowMs, leaseMs);
    this.renewals++;
    this.told.emit('renewed');
  }

  /** Resolves after so many more renewals: three a lease. */
  async renewed(times: number): Promise<void> {
    for (let n = 0; n < times; n++) await once(this.told, 'renewed');
  }
}

/** The same calls, each answered in a later turn. */
function later(guard: MemoryReplayGuard): ReplayGuard {
  const turn = async <T>(work: () => T): Promise<T> => {
    await new Promise((resolve) => setImmediate(resolve));
    return work();
  };
  return {
    begin: (...given) => turn(() => guard.begin(...given)),
    renew: (...given) => turn(() => guard.renew(...given)),
    commit: (...given) => turn(() => guard.commit(...given)),
    abort: (...given) => turn(() => guard.abort(...given)),
  };
}

function gateOf(options: Partial<GateOptions>): Gate {
  return createGate({ provider: 'github', keys: [SECRET], id: 'gate', leaseMs: LEASE, ...options });
}

function request(body: string) {
  const mac = createHmac('sha256', SECRET).update(body).digest('hex');
  return requestFrom({
    method: 'POST',
    url: '/',
    headers: { 'x-hub-signature-256': `sha256=${mac}` },
    body,
  });
}

const IN_FLIGHT = { kind: 'refused', verdict: { reason: 'replayed', repeat: { state: 'in-flight' } } };
const COMMITTED = { kind: 'refused', verdict: { reason: 'replayed', repeat: { state: 'committed' } } };

describe.each(['at once', 'later'] as const)(
  'an outcome longer than its lease, at a guard that answers %s',
  (when) => {
    it('runs once: every repeat in the meantime is told to wait, here and at another process', async () => {
      const guard = new TellingGuard();
      const replay = when === 'later' ? later(guard) : guard;
      const [gate, other] = [gateOf({ replay }), gateOf({ replay })];
      const { promise, resolve } = Promise.withResolvers<Done<string>>();
      let runs = 0;
      const act = () => {
        runs++;
        return promise;
      };
      const first = gate.receive(request('a'), act);
      for (let lease = 0; lease < 6; lease++) {
        await guard.renewed(3);
        expect(await gate.receive(request('a'), act)).toMatchObject(IN_FLIGHT);
        expect(await other.receive(request('a'), act)).toMatchObject(IN_FLIGHT);
      }
      resolve(done('done'));
      expect(await first).toMatchObject({ kind: 'done', value: 'done' });
      expect(await other.receive(request('a'), act)).toMatchObject(COMMITTED);
      expect(runs).toBe(1);
    });

    it('frees the claim where it fails in the end, and takes the retry', async () => {
      const guard = new TellingGuard();
      const gate = gateOf({ replay: when === 'later' ? later(guard) : guard });
      for (const end of ['failed', 'rejected'] as const) {
        const { promise, resolve, reject } = Promise.withResolvers<ReturnType<typeof failed<string>>>();
        const first = Promise.resolve(gate.receive(request(end), () => promise)).catch(
          (error: Error) => error.message,
        );
        await guard.renewed(5);
        if (end === 'failed') resolve(failed('busy'));
        else reject(new Error('down'));
        await first;
        expect(await gate.receive(request(end), () => done('retried'))).toMatchObject({
          kind: 'done',
          value: 'retried',
        });
      }
    });

    it('renews the leases of many outcomes with one interval, and none when they have ended', async () => {
      const guard = new TellingGuard();
      const gate = gateOf({ replay: when === 'later' ? later(guard) : guard });
      const { promise, resolve } = Promise.withResolvers<Done<undefined>>();
      const all = Array.from({ length: 20 }, (_, n) => gate.receive(request(`n${n}`), () => promise));
      await guard.renewed(20 * 4);
      resolve(done());
      await Promise.all(all);
      const { renewals } = guard;
      // Another outcome's renewals: those that ended are not among them, but for what was on its way when they did.
      const last = gate.receive(request('last'), () => guard.renewed(3).then(() => done()));
      await last;
      expect(guard.renewals - renewals).toBeLessThanOrEqual(20 + 3);
    });
  },
);

describe('a lease', () => {
  it('is no matter for an outcome that is there at once: nothing is held, no timer is made', () => {
    let calls = 0;
    const replay = new TellingGuard();
    const now = (): number => {
      calls++;
      return Date.now();
    };
    const gate = gateOf({ replay, now });
    for (let n = 0; n < 100; n++) gate.receive(request(`n${n}`), () => done(n));
    expect(replay.renewals).toBe(0);
    // One look at the clock a request: `hold` would be the second.
    expect(calls).toBe(100);
  });

  it('holds whatever the clock does: set forward by a day, a repeat still does not run', async () => {
    let nowMs = Date.now();
    const gate = gateOf({ now: () => nowMs, leaseMs: 60_000 });
    const { promise, resolve } = Promise.withResolvers<Done<string>>();
    const first = gate.receive(request('a'), () => promise);
    nowMs += 86_400_000;
    expect(await gate.receive(request('a'), () => done('second'))).toMatchObject(IN_FLIGHT);
    resolve(done('first'));
    expect(await first).toMatchObject({ value: 'first' });
  });

  it('of an outcome that another maker’s promise stands for is held until that has settled', async () => {
    const guard = new TellingGuard();
    const gate = gateOf({ replay: guard });
    const Foreign = runInNewContext('Promise') as PromiseConstructor;
    const { promise, resolve } = Foreign.withResolvers<Done<string>>();
    expect(promise).not.toBeInstanceOf(Promise);
    const first = gate.receive(request('a'), () => promise);
    await guard.renewed(4);
    expect(await gate.receive(request('a'), () => done('second'))).toMatchObject(IN_FLIGHT);
    resolve(done('first'));
    expect(await first).toMatchObject({ value: 'first' });
    expect(await gate.receive(request('a'), () => done('second'))).toMatchObject(COMMITTED);
  });

  it('that cannot be renewed is reported, and the outcome goes on', async () => {
    for (const renew of [
      () => Promise.reject(new Error('the guard is away')),
      () => {
        throw new Error('the guard is away');
      },
    ]) {
      const replay = guardWith({ renew });
      const { promise, resolve } = Promise.withResolvers<Done<string>>();
      const gate = gateOf({ replay, report: (problem) => resolve(done(problem)) });
      const received = await gate.receive(request('a'), () => promise);
      expect(received).toMatchObject({
        kind: 'done',
        value: 'a lease was not renewed, so another gateway may run its request again: the guard is away',
      });
    }
  });

  it('longer than a timer can hold is not renewed without pause', async () => {
    const guard = new TellingGuard();
    const leases = createLeases({ replay: () => guard, leaseMs: 1e12, now: Date.now, report: () => {} });
    const claims = [{ identity: new Uint8Array(16), untilMs: Date.now() + 1e12 }];
    leases.hold(claims, Date.now());
    for (let turn = 0; turn < 1_000; turn++) await new Promise((resolve) => setImmediate(resolve));
    expect(guard.renewals).toBe(0);
    leases.abort(claims);
  });
});

describe('a proof that is for one request', () => {
  const nonceGate = (replay?: ReplayGuard) =>
    createGate({
      id: 'gate',
      keys: [SECRET],
      scheme: {
        algorithm: 'hmac-sha256',
        signature: { header: 'x-signature' },
        message: '{timestamp}.{nonce}.{body}',
        timestamp: { header: 'x-timestamp', unit: 's' },
        nonce: { header: 'x-nonce' },
      },
      ...(replay && { replay }),
    });
  const once = () => {
    const seconds = String(Math.floor(Date.now() / 1000));
    const mac = createHmac('sha256', SECRET).update(`${seconds}.n1.a`).digest('hex');
    const headers = { 'x-signature': mac, 'x-timestamp': seconds, 'x-nonce': 'n1' };
    return requestFrom({ method: 'POST', url: '/', headers, body: 'a' });
  };

  it.each([
    [
      'throws',
      () => {
        throw new Error('down');
      },
    ],
    ['rejects', () => Promise.reject(new Error('down'))],
  ] as const)('is used up where the act %s: nobody knows how far it came', async (_, act) => {
    const gate = nonceGate();
    expect(gate.scheme.replay?.singleUse).toBe(true);
    const request = once();
    await expect((async () => gate.receive(request, act))()).rejects.toThrow('down');
    expect(await gate.receive(request, () => done('again'))).toMatchObject(COMMITTED);
  });

  it('is free again where the act says itself that it did nothing', async () => {
    const gate = nonceGate();
    const request = once();
    expect(await gate.receive(request, () => failed('not begun'))).toMatchObject({
      kind: 'failed',
      value: 'not begun',
    });
    expect(await gate.receive(request, () => done('again'))).toMatchObject({ value: 'again' });
  });

  it.each([
    ['of DPoP is', { provider: { id: 'dpop', algorithm: 'EdDSA' }, keys: [PUBLIC] }, true],
    ['that is a consumed token is', { provider: { id: 'jwt-bearer', algorithm: 'HS256', consume: 1 } }, true],
    ['that is a consumed Approov token is', { provider: { id: 'approov', consume: 2 } }, true],
    [
      'with a required nonce is',
      { provider: { id: 'http-message-signatures', required: ['created', 'nonce'] } },
      true,
    ],
    ['with an optional nonce is not', { provider: 'hmac' }, false],
    ['with a signed id, which a retry has again, is not', { provider: 'standard-webhooks' }, false],
    ['that is a reusable token is not', { provider: { id: 'jwt-bearer', algorithm: 'HS256' } }, false],
  ] as const)('%s one', (_, options, expected) => {
    expect(createGate({ keys: [KEY], ...options }).scheme.replay?.singleUse ?? false).toBe(expected);
  });
});

/** Good for each of these schemes: base64 of 32 bytes. */
const KEY = Buffer.from(SECRET.padEnd(64, '.')).toString('base64');
/** RFC 8037 A.2. */
const PUBLIC =
  '{"kty":"OKP","crv":"Ed25519","alg":"EdDSA","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}';
