/**
 * Prevents: tokens, which an app sends with every request, that cost more here than with the usual libraries.
 */
import { createHmac, createSecretKey, randomUUID, timingSafeEqual } from 'node:crypto';
import { createGate, HeaderList } from '@countersign/core';
import { createVerifier } from 'fast-jwt';
import { jwtVerify } from 'jose';
import jsonwebtoken from 'jsonwebtoken';
import { readArguments } from '../scripts/read-arguments.ts';
import { printComparison, printTargets, ratioOf, type Target } from './measure/report.ts';
import { compareInRounds, DEFAULT_ROUNDS } from './measure/rounds.ts';
import type { Contender } from './measure/slices.ts';

const OURS = 'countersign (approov)';
const PEERS = ['fast-jwt, cache off', 'jsonwebtoken', 'jose'];
/** Distinct tokens: an app's token comes with many requests, a backend's apps are many. */
const TOKENS = 256;

const { values } = readArguments('node bench/jwt.ts [--quick]', {
  options: { quick: { type: 'boolean', default: false } },
});
const rounds = values.quick ? { rounds: 11, sliceMs: 5 } : DEFAULT_ROUNDS;

const secret = Buffer.from('9bX0r8gqgQ3wq0VvV5u1l0m3nXo2z8yR4s6t1u3w5y7=', 'base64');
const key = createSecretKey(secret);
const tokens = Array.from({ length: TOKENS }, makeToken);
const forged = tokens.map((token) =>
  token.replace(/.(.{8})$/, (all, rest: string) => (all[0] === 'A' ? 'B' : 'A') + rest),
);

const contenders: readonly Contender[] = [
  { name: 'by hand', run: byHand },
  ours(OURS, tokens, true),
  { name: 'fast-jwt, cache off', run: fastJwt(false) },
  { name: 'fast-jwt, cache on', run: fastJwt(true) },
  {
    name: 'jsonwebtoken',
    run: (i) => jsonwebtoken.verify(tokenOf(i), key, { algorithms: ['HS256'] }) !== undefined,
  },
  {
    name: 'jose',
    run: async (i) =>
      (await jwtVerify(tokenOf(i), await imported, { algorithms: ['HS256'] })).payload !== undefined,
  },
];
const imported = crypto.subtle.importKey('raw', secret, { name: 'HMAC', hash: 'SHA-256' }, false, ['verify']);

console.log('HS256 tokens: speed against a hand-written check (its ratio is 1; more is faster)');
const measured = await compareInRounds(contenders, rounds);
printComparison('a token of five claims', measured);
const refusals = await compareInRounds(
  [ours('accepted', tokens, true), ours('signature forged', forged, false)],
  rounds,
);
printComparison('refusing, against accepting', refusals);

const targets: Target[] = PEERS.map((peer) => ({
  what: `times ${peer}`,
  value: ratioOf(measured, OURS) / ratioOf(measured, peer),
  atLeast: 1,
}));
targets.push({ what: 'cost of a refusal', value: 1 / ratioOf(refusals, 'signature forged'), atMost: 1.05 });
if (!printTargets(targets)) process.exitCode = 1;

function tokenOf(i: number): string {
  return tokens[i % TOKENS] as string;
}

function makeToken(): string {
  const now = Math.floor(Date.now() / 1000);
  const claims = { iss: 'approov.io', sub: randomUUID(), ip: '192.0.2.17', iat: now - 5, exp: now + 3600 };
  const input = `${encode({ alg: 'HS256', typ: 'JWT' })}.${encode(claims)}`;
  return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`;
}

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

/** This engine, from what a node:http listener has. */
function ours(name: string, sent: readonly string[], accepted: boolean): Contender {
  const gate = createGate({ provider: 'approov', keys: [{ secret: secret.toString('base64') }] });
  const body = new Uint8Array(0);
  const lists = sent.map((token) => [
    'Host',
    'api.example.com',
    'User-Agent',
    'shapes/3.0',
    'Accept',
    'application/json',
    'Approov-Token',
    token,
    'X-Forwarded-For',
    '192.0.2.17',
  ]);
  return {
    name,
    run(i) {
      const headers = HeaderList.fromRaw(lists[i % TOKENS] as readonly string[]);
      const verdict = gate.verify({ method: 'GET', url: '/v1/shapes', headers, body });
      if (verdict instanceof Promise) throw new Error('the verdict should be there at once');
      return verdict.ok === accepted;
    },
  };
}

/** What a careful person writes: the algorithm is fixed, the time is judged after the signature. */
function byHand(i: number): boolean {
  const token = tokenOf(i);
  const first = token.indexOf('.');
  const second = token.lastIndexOf('.');
  const expected = createHmac('sha256', key).update(token.slice(0, second)).digest();
  const received = Buffer.from(token.slice(second + 1), 'base64url');
  if (received.length !== expected.length || !timingSafeEqual(received, expected)) return false;
  const header = JSON.parse(Buffer.from(token.slice(0, first), 'base64url').toString()) as { alg?: unknown };
  const claims = JSON.parse(Buffer.from(token.slice(first + 1, second), 'base64url').toString()) as {
    exp?: unknown;
  };
  return header.alg === 'HS256' && typeof claims.exp === 'number' && Date.now() < claims.exp * 1000;
}

function fastJwt(cache: boolean): (i: number) => boolean {
  const verify = createVerifier({ key: secret, algorithms: ['HS256'], cache });
  return (i) => verify(tokenOf(i)) !== undefined;
}
