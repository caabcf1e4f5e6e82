/** Requests that a stranger must not be able to tell apart by how long they are judged. */
import { createHmac } from 'node:crypto';
import { createGate, type Gate, HeaderList, type SignedRequest } from '@countersign/core';

export interface Pair {
  readonly name: string;
  /** What somebody would learn who can tell the two apart. */
  readonly learns: string;
  /** Another one each time, so that nothing hangs on one object. */
  readonly first: (n: number) => () => unknown;
  readonly second: (n: number) => () => unknown;
}

const NOW_MS = 1_760_000_000_000;
const SECONDS = String(NOW_MS / 1000);
const SECRET = 'a secret of thirty-two characters';
const REVOKED = 'a revoked secret of as many letters';
const now = (): number => NOW_MS;

const bodyOf = (n: number): Buffer =>
  Buffer.from(JSON.stringify({ id: `evt_${String(n).padStart(6, '0')}`, note: 'x'.repeat(200) }));

const mac = (key: string, ...parts: readonly (string | Uint8Array)[]): Buffer => {
  const hmac = createHmac('sha256', key);
  for (const part of parts) hmac.update(part);
  return hmac.digest();
};

/** With one byte changed. */
function wrongAt(bytes: Buffer, at: number): Buffer {
  const copy = Buffer.from(bytes);
  copy[at] = (copy[at] as number) ^ 0x55;
  return copy;
}

/** A text that lies in memory as a server’s does: one that was put together of pieces takes another time to read. */
function fromWire(text: string): string {
  return Buffer.from(text, 'latin1').toString('latin1');
}

function request(body: Uint8Array, headers: Readonly<Record<string, string>>): SignedRequest {
  const all = { host: 'api.example', 'content-type': 'application/json', ...headers };
  return {
    method: 'POST',
    url: '/hook',
    headers: new HeaderList(Object.entries(all).flat().map(fromWire)),
    body,
  };
}

/** Judged without a promise: the time is that of the verdict. */
const judged =
  (gate: Gate, signedRequest: SignedRequest): (() => unknown) =>
  () =>
    gate.verify(signedRequest);

const github = createGate({ provider: 'github', keys: [SECRET], now });
const signed = (body: Uint8Array, signature: Buffer): SignedRequest =>
  request(body, { 'x-hub-signature-256': `sha256=${signature.toString('hex')}` });
const githubWrong = (at: number) => (n: number) => {
  const body = bodyOf(n);
  return judged(github, signed(body, wrongAt(mac(SECRET, body), at)));
};

const stripe = createGate({ provider: 'stripe', keys: ['whsec_secret_of_the_endpoint_0123'], now });
const stripeForged = (time: string) => (n: number) => {
  const signature = mac('another', String(n)).toString('hex');
  return judged(stripe, request(bodyOf(n), { 'stripe-signature': `t=${time},v1=${signature}` }));
};

const sharedToken = (secret: string): Gate =>
  createGate({ scheme: { type: 'shared-token', header: 'x-token' }, keys: [secret], now });
const shared = sharedToken(SECRET);
const sharedLonger = sharedToken(`${SECRET}, and ten more`);
const tokenOf =
  (text: string, gate = shared) =>
  (n: number) =>
    judged(gate, request(bodyOf(n), { 'x-token': text }));

const withIds = createGate({
  provider: 'hmac',
  keys: ['partner-a', 'partner-b', 'partner-c'].map((id, i) => ({ id, secret: `${SECRET} ${i}` })),
  now,
});
const keyed = (id: string) => (n: number) =>
  judged(
    withIds,
    request(bodyOf(n), {
      'x-timestamp': SECONDS,
      'x-key-id': id,
      'x-signature': mac('another', String(n)).toString('hex'),
    }),
  );

const withRevoked = createGate({
  provider: 'github',
  keys: [
    { id: 'new', secret: SECRET },
    { id: 'old', secret: REVOKED, state: 'revoked' },
  ],
  now,
});
const provedBy = (key: string) => (n: number) => {
  const body = bodyOf(n);
  return judged(withRevoked, signed(body, mac(key, body)));
};

const jwt = createGate({ provider: 'jwt-bearer', keys: [SECRET], now });
const encoded = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const bearer = (claims: object, key: string, wrong?: number) => (n: number) => {
  const input = `${encoded({ alg: 'HS256' })}.${encoded({ sub: `user-${String(n).padStart(6, '0')}`, ...claims })}`;
  const signature = mac(key, input);
  const written = (wrong === undefined ? signature : wrongAt(signature, wrong)).toString('base64url');
  return judged(jwt, request(new Uint8Array(0), { authorization: `Bearer ${input}.${written}` }));
};
const FRESH = { exp: NOW_MS / 1000 + 300 };
const EXPIRED = { exp: NOW_MS / 1000 - 300 };

/** Byte by byte until one differs, as a loop or `===` compares. */
function comparedEarly(a: Uint8Array, b: Uint8Array): boolean {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

const naive = (at: number) => (n: number) => {
  const right = mac(SECRET, String(n));
  const wrong = wrongAt(right, at);
  return () => comparedEarly(right, wrong);
};

export const PAIRS: readonly Pair[] = [
  {
    name: 'control: a loop that stops early, first or last byte of 32 wrong',
    learns: 'nothing of a gate: it shows that the test finds what is there',
    first: naive(0),
    second: naive(31),
  },
  {
    name: 'control: the same forgery twice',
    learns: 'nothing: it shows what the test says where nothing is there',
    first: githubWrong(0),
    second: githubWrong(0),
  },
  {
    name: 'signature, first or last byte wrong',
    learns: 'a signature, byte by byte',
    first: githubWrong(0),
    second: githubWrong(31),
  },
  {
    name: 'token’s signature, first or last byte wrong',
    learns: 'a token’s signature, byte by byte',
    first: bearer(FRESH, SECRET, 0),
    second: bearer(FRESH, SECRET, 31),
  },
  {
    name: 'shared token, first or last letter wrong',
    learns: 'the token, letter by letter',
    first: tokenOf(`b${SECRET.slice(1)}`),
    second: tokenOf(`${SECRET.slice(0, -1)}z`),
  },
  {
    name: 'wrong shared token, as long as the gate’s or shorter',
    learns: 'how long the token is',
    first: tokenOf(`b${SECRET.slice(1)}`),
    second: tokenOf(`b${SECRET.slice(1)}`, sharedLonger),
  },
  {
    name: 'forged, at a fresh or an old time',
    learns: 'the gate’s clock',
    first: stripeForged(SECONDS),
    second: stripeForged(String(NOW_MS / 1000 - 9000)),
  },
  {
    name: 'token, forged: with claims in time or expired',
    learns: 'the gate’s clock',
    first: bearer(FRESH, 'another secret of as many characters'),
    second: bearer(EXPIRED, 'another secret of as many characters'),
  },
  {
    name: 'key id, known or unknown',
    learns: 'which key ids there are, which are no secrets',
    first: keyed('partner-b'),
    second: keyed('partner-z'),
  },
  {
    name: 'signed by a revoked key, or by none',
    learns: 'that a key which was withdrawn was good once, to who has it',
    first: provedBy(REVOKED),
    second: provedBy('another secret of as many letters!'),
  },
];
