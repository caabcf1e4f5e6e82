/** What the matchers say, in Vitest, in Jest's own `expect`, and under node:test. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createGate, done, failed, type Refused, type SignedRequest } from '../../src/index.ts';
import {
  assertAccepted,
  assertRefused,
  type CountersignMatchers,
  countersignMatchers,
  type Judged,
  signedRequest,
} from '../../src/testing/index.ts';

declare module 'vitest' {
  interface Matchers<R extends void | Promise<void> = void | Promise<void>, T = unknown>
    extends CountersignMatchers<R> {}
}

expect.extend(countersignMatchers);

const sample = await signedRequest('stripe', { type: 'invoice.paid' });
const gate = createGate(sample.gateOptions);
const changed: SignedRequest = { ...sample.request, body: new TextEncoder().encode('{}') };
const accepted = await gate.verify(sample.request);
const refused = (await gate.verify(changed)) as Refused;
const slack = await signedRequest('slack', { type: 'url_verification', challenge: 'c' });
const handshake = await createGate(slack.gateOptions).receive(slack.request, () => done());

const REFUSED = `it was refused as signature-mismatch at step compare: ${refused.message}\n→ ${refused.remedy}`;
const ACCEPTED = 'it was accepted at the gate of stripe, by the key test';
const HANDSHAKE = 'it is a platform’s test of the endpoint, which proves nothing';

describe('in Vitest', () => {
  it('holds of what verify gives, and of what receive gives', async () => {
    expect(accepted).toBeAccepted();
    expect(accepted).not.toBeRefused();
    expect(refused).toBeRefused();
    expect(refused).toBeRefused('signature-mismatch');
    expect(refused).not.toBeRefused('expired');
    expect(refused).not.toBeAccepted();
    await expect(Promise.resolve(gate.verify(changed))).resolves.toBeRefused('signature-mismatch');
    const received = createGate({ ...sample.gateOptions, id: 'received' });
    expect(await received.receive(sample.request, () => failed('later'))).toBeAccepted();
    expect(await received.receive(sample.request, () => done())).toBeAccepted();
    expect(await received.receive(sample.request, () => done())).toBeRefused('replayed');
    expect(handshake).not.toBeAccepted();
    expect(handshake).not.toBeRefused();
  });

  it.each<readonly [string, () => void, string]>([
    [
      'a refusal, where acceptance was due',
      () => expect(refused).toBeAccepted(),
      `expected the request to be accepted, but ${REFUSED}`,
    ],
    [
      'another refusal',
      () => expect(refused).toBeRefused('expired'),
      `expected the request to be refused as expired, but ${REFUSED}`,
    ],
    [
      'acceptance, where a refusal was due',
      () => expect(accepted).toBeRefused(),
      `expected the request to be refused, but ${ACCEPTED}`,
    ],
    [
      'acceptance, where one refusal was due',
      () => expect(accepted).toBeRefused('expired'),
      `expected the request to be refused as expired, but ${ACCEPTED}`,
    ],
    [
      'acceptance that was not due',
      () => expect(accepted).not.toBeAccepted(),
      `expected the request to be refused, but ${ACCEPTED}`,
    ],
    [
      'a refusal that was not due',
      () => expect(refused).not.toBeRefused(),
      `expected the request not to be refused, but ${REFUSED}`,
    ],
    [
      'a refusal for a reason that was not due',
      () => expect(refused).not.toBeRefused('signature-mismatch'),
      `expected the request not to be refused as signature-mismatch, but ${REFUSED}`,
    ],
    [
      'a handshake',
      () => expect(handshake).toBeAccepted(),
      `expected the request to be accepted, but ${HANDSHAKE}`,
    ],
    [
      'a promise',
      () => expect(Promise.resolve(accepted)).toBeAccepted(),
      'expect: it is an instance of Promise. Await it first: expect(await gate.verify(request)).',
    ],
    [
      'something else',
      () => expect({ status: 200 }).toBeAccepted(),
      'expect: it is a plain object. Give what gate.verify or gate.receive came to.',
    ],
    [
      'a reason that there is not',
      () => expect(refused).toBeRefused('signature-missmatch' as 'expired'),
      'reason: it is "signature-missmatch". Did you mean signature-mismatch? One of ',
    ],
  ])('says what came: %s', (_, act, message) => {
    expect(act).toThrow(message);
  });
});

describe('as assertions', () => {
  it('give the verdict', () => {
    expect(assertAccepted(accepted)).toBe(accepted);
    expect(assertRefused(refused)).toBe(refused);
    expect(assertRefused(refused, 'signature-mismatch')).toBe(refused);
  });

  it.each<readonly [() => unknown, string]>([
    [() => assertAccepted(refused), `expected the request to be accepted, but ${REFUSED}`],
    [() => assertAccepted(handshake), `expected the request to be accepted, but ${HANDSHAKE}`],
    [() => assertRefused(accepted), `expected the request to be refused, but ${ACCEPTED}`],
    [
      () => assertRefused(refused, 'expired'),
      `expected the request to be refused as expired, but ${REFUSED}`,
    ],
    [() => assertRefused({} as Judged), 'expect: it is a plain object.'],
  ])('say what came: %s', (act, message) => {
    expect(act).toThrow(message);
  });
});

const PREPARED = `
import { createGate } from '@countersign/core';
import { assertAccepted, assertRefused, countersignMatchers, signedRequest } from '@countersign/core/testing';
const { request, gateOptions } = await signedRequest('github', { zen: 'Keep it logically awesome.' });
const gate = createGate(gateOptions);
const changed = { ...request, body: new Uint8Array(2) };
`;

/** Runs a program as a user's would run, below the project so that imports resolve. */
function run(
  code: string,
  ...args: readonly string[]
): { readonly status: number | null; readonly output: string } {
  const folder = mkdtempSync(join(import.meta.dirname, '.scratch-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'program.mjs');
  writeFileSync(file, PREPARED + code);
  const command = ['--conditions=countersign-source', ...args, file];
  // A run under node:test would take a child's for its own.
  const env = { ...process.env, NODE_TEST_CONTEXT: undefined, NO_COLOR: '1' };
  const { status, stdout, stderr } = spawnSync(process.execPath, command, { encoding: 'utf8', env });
  return { status, output: stdout + stderr };
}

describe('elsewhere', () => {
  it('work under node:test, whose report has reason, step, message and remedy', () => {
    const { status, output } = run(
      `
import { test } from 'node:test';
test('genuine', async () => void assertAccepted(await gate.verify(request)));
test('changed', async () => void assertRefused(await gate.verify(changed), 'signature-mismatch'));
test('wrong', async () => void assertAccepted(await gate.verify(changed)));
`,
      '--test',
    );
    expect(status).toBe(1);
    expect(output).toMatch(/pass 2\b/);
    expect(output).toMatch(/fail 1\b/);
    expect(output).toContain(
      'expected the request to be accepted, but it was refused as signature-mismatch at step compare:',
    );
    expect(output).toContain('→ ');
  });

  // All of Jest is some 300 packages; this one is what `expect.extend` is of.
  const hasJestsExpect = existsSync(join(import.meta.dirname, '../../../../node_modules/expect'));
  if (!hasJestsExpect && process.env['CI'] !== undefined) throw new Error('expect is missing. Run npm ci.');
  const reason = hasJestsExpect ? '' : ' (skipped: it is not installed; npm ci)';
  it.skipIf(!hasJestsExpect)(`work in Jest’s expect${reason}`, () => {
    const { status, output } = run(`
import { expect } from 'expect';
expect.extend(countersignMatchers);
expect(await gate.verify(request)).toBeAccepted();
expect(await gate.verify(changed)).not.toBeAccepted();
await expect(Promise.resolve(gate.verify(changed))).resolves.toBeRefused('signature-mismatch');
try {
  expect(await gate.verify(changed)).toBeRefused('expired');
} catch (error) {
  console.log(error.message);
}
`);
    expect(status, output).toBe(0);
    expect(output).toContain(
      'expected the request to be refused as expired, but it was refused as signature-mismatch at step compare:',
    );
  });
});
