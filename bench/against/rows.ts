/** What is compared inside one process: the engine's work, as the other benches measure it. */
import { createHmac, randomFillSync, randomUUID } from 'node:crypto';
import { createGate, type GateOptions, type ReplayGuard } from '@countersign/core';
import {
  alter,
  type Format,
  forge,
  makeSamples,
  type Sample,
  SECRET,
  SIZES,
  unsign,
  WHSEC,
} from '../verify/samples.ts';
import type { Engine } from './engine.ts';

/** One call of what a row measures; true where it did what it should. */
export type Work = (index: number) => boolean | Promise<boolean>;

export interface Row {
  readonly name: string;
  /** What both trees are given. */
  prepare(): Promise<(engine: Engine) => Work>;
}

const FORMATS: readonly Format[] = ['github', 'stripe', 'slack', 'standard-webhooks', 'hmac', 'flowent'];
const TOKEN_SECRET = Buffer.from(SECRET).toString('base64');
const HOUR_S = 3600;

/** Providers that no bench has samples of: signed here by this tree, the same bytes for both. */
const SIGNED_HERE: readonly {
  readonly name: string;
  readonly options: GateOptions;
  readonly claims?: boolean;
}[] = [
  {
    name: 'flow-production-tracking-webhook',
    options: { provider: 'flow-production-tracking-webhook', keys: [SECRET] },
  },
  { name: 'incode', options: { provider: 'incode', keys: [SECRET] } },
  {
    name: 'http-message-signatures',
    options: { provider: { id: 'http-message-signatures', algorithm: 'hmac-sha256' }, keys: [SECRET] },
  },
  { name: 'jwt-bearer', options: { provider: 'jwt-bearer', keys: [SECRET] }, claims: true },
  { name: 'approov', options: { provider: 'approov', keys: [TOKEN_SECRET] }, claims: true },
];

export const ROWS: readonly Row[] = [
  ...FORMATS.flatMap((format) => SIZES.map(({ label, bytes }) => verifyRow(format, label, bytes))),
  ...SIGNED_HERE.flatMap(({ name, options, claims }) =>
    (claims ? SIZES.slice(1, 2) : SIZES).map(({ label, bytes }) =>
      signedHereRow(name, options, label, bytes),
    ),
  ),
  ...FORMATS.flatMap((format) => [
    refusingRow(format, 'signature forged', forge),
    refusingRow(format, 'body changed', alter),
    refusingRow(format, 'no signature', unsign),
  ]),
  tokenRow('jwt, accepted', true),
  tokenRow('jwt, signature forged', false),
  ...FORMATS.flatMap((format) =>
    SIZES.slice(1, 3).map(({ label, bytes }) => receiveRow(format, label, bytes)),
  ),
  requestRow('raw headers', (sample) => sample.rawHeaders),
  requestRow('a record of headers', (sample) => sample.headers),
  guardRow(),
];

function keysOf(format: Format): GateOptions['keys'] {
  return [format === 'standard-webhooks' ? WHSEC : SECRET];
}

function verifying(engine: Engine, options: GateOptions, samples: readonly Sample[], expects: boolean): Work {
  const gate = engine.createGate(options);
  const { HeaderList } = engine;
  return (i) => {
    const { url, rawHeaders, body } = samples[i % samples.length] as Sample;
    const verdict = gate.verify({ method: 'POST', url, headers: HeaderList.fromRaw(rawHeaders), body });
    return verdict instanceof Promise ? verdict.then(({ ok }) => ok === expects) : verdict.ok === expects;
  };
}

function verifyRow(format: Format, label: string, bytes: number): Row {
  return {
    name: `verify ${format}, ${label}`,
    async prepare() {
      const samples = makeSamples(format, bytes);
      return (engine) => verifying(engine, { provider: format, keys: keysOf(format) ?? [] }, samples, true);
    },
  };
}

function refusingRow(format: Format, what: string, change: (sample: Sample) => Sample): Row {
  return {
    name: `refuse ${format}, 1 KB, ${what}`,
    async prepare() {
      const samples = makeSamples(format, 1024).map(change);
      return (engine) => verifying(engine, { provider: format, keys: keysOf(format) ?? [] }, samples, false);
    },
  };
}

function signedHereRow(name: string, options: GateOptions, label: string, bytes: number): Row {
  return {
    name: `verify ${name}, ${label}`,
    async prepare() {
      const gate = createGate(options);
      const samples: Sample[] = [];
      for (const { rawHeaders, body, url, text } of makeSamples('github', bytes)) {
        const flat = rawHeaders.filter((_, i) => !/signature/i.test(rawHeaders[i - (i % 2)] as string));
        const exp = Math.floor(Date.now() / 1000) + HOUR_S;
        const { headers } = await gate.sign({
          method: 'POST',
          url: `https://hooks.example.com${url}`,
          headers: flat,
          body,
          claims: { exp, sub: randomUUID() },
        });
        samples.push({
          url: `https://hooks.example.com${url}`,
          rawHeaders: headers.flat,
          headers: {},
          body,
          text,
        });
      }
      return (engine) => verifying(engine, options, samples, true);
    },
  };
}

/** As jwt.ts: a token of five claims, 256 different ones. */
function tokenRow(name: string, genuine: boolean): Row {
  return {
    name,
    async prepare() {
      const key = Buffer.from(TOKEN_SECRET, 'base64');
      const samples = Array.from({ length: 256 }, (): Sample => {
        const now = Math.floor(Date.now() / 1000);
        const claims = {
          iss: 'approov.io',
          sub: randomUUID(),
          ip: '192.0.2.17',
          iat: now - 5,
          exp: now + HOUR_S,
        };
        const input = [{ alg: 'HS256', typ: 'JWT' }, claims]
          .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
          .join('.');
        const mac = createHmac('sha256', genuine ? key : `${TOKEN_SECRET}, but another`);
        const rawHeaders = [
          'Host',
          'api.example.com',
          'Accept',
          'application/json',
          'Approov-Token',
          `${input}.${mac.update(input).digest('base64url')}`,
        ];
        return { url: '/v1/shapes', rawHeaders, headers: {}, body: Buffer.alloc(0), text: '' };
      });
      return (engine) => verifying(engine, { provider: 'approov', keys: [TOKEN_SECRET] }, samples, genuine);
    },
  };
}

/** Verify, claim, act, commit. Each request once; then a guard that knows none of them, behind the same gate. */
function receiveRow(format: Format, label: string, bytes: number): Row {
  return {
    name: `receive ${format}, ${label}`,
    async prepare() {
      const samples = Array.from({ length: bytes > 5000 ? 16 : 64 }, () => makeSamples(format, bytes)).flat();
      return (engine) => {
        let guard = new engine.MemoryReplayGuard();
        let next = 0;
        const replay: ReplayGuard = {
          begin: (identity, nowMs, leaseMs) => guard.begin(identity, nowMs, leaseMs),
          renew: (identity, nowMs, leaseMs) => guard.renew(identity, nowMs, leaseMs),
          commit: (...parameters) => guard.commit(...parameters),
          abort: (identity) => guard.abort(identity),
        };
        const gate = engine.createGate({ provider: format, keys: keysOf(format) ?? [], replay });
        return () => {
          if (next === samples.length) {
            guard = new engine.MemoryReplayGuard();
            next = 0;
          }
          const { url, rawHeaders, body } = samples[next++] as Sample;
          const request = { method: 'POST', url, headers: engine.HeaderList.fromRaw(rawHeaders), body };
          const received = gate.receive(request, () => ({ kind: 'done', value: true }));
          return received instanceof Promise
            ? received.then(({ kind }) => kind === 'done')
            : received.kind === 'done';
        };
      };
    },
  };
}

function requestRow(
  what: string,
  headersOf: (sample: Sample) => Sample['rawHeaders'] | Sample['headers'],
): Row {
  return {
    name: `requestFrom, ${what}`,
    async prepare() {
      const samples = makeSamples('github', 1024);
      return (engine) => (i) => {
        const sample = samples[i % samples.length] as Sample;
        const parts = { method: 'POST', url: sample.url, headers: headersOf(sample), body: sample.body };
        return engine.requestFrom(parts).body.length === sample.body.length;
      };
    },
  };
}

/** Begin and commit of claims that are all new. */
function guardRow(): Row {
  const CLAIMS = 100_000;
  const NOW = 1_760_000_000_000;
  return {
    name: 'replay guard, begin and commit',
    async prepare() {
      const identities = randomFillSync(new Uint8Array(16 * CLAIMS));
      return (engine) => {
        const open = (): InstanceType<Engine['MemoryReplayGuard']> =>
          new engine.MemoryReplayGuard({ maxClaims: CLAIMS + 1 });
        let guard = open();
        let next = 0;
        return () => {
          if (next === CLAIMS) {
            guard = open();
            next = 0;
          }
          const identity = identities.subarray(16 * next, 16 * next + 16);
          next++;
          guard.begin(identity, NOW, 60_000);
          guard.commit(identity, NOW + 300_000);
          return true;
        };
      };
    },
  };
}
