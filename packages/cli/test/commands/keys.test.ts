/** `countersign keys`, against a gateway that runs: what is typed or generated proves requests, and what is revoked does not. */
import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { InStream } from '../../src/io.ts';
import { run } from '../support.ts';
import { SECRET, startDay, TOKEN } from './day-bench.ts';

const GATE = ['--gate', 'hooks'];
const NEW = 'the-new-secret-of-this-gate-abcdefghij';

async function startRotation() {
  const day = await startDay(`storeKey: ${'ab'.repeat(32)}`);
  const statusOf = async (secret: string): Promise<number> => {
    const body = JSON.stringify({ at: performance.now() });
    const signature = `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;
    const headers = { 'x-hub-signature-256': signature };
    return (await fetch(`${day.gateway.publicUrl}/hooks`, { method: 'POST', headers, body })).status;
  };
  return { day, statusOf };
}

/** Columns of a table. */
function rowsOf(text: string): readonly (readonly string[])[] {
  return text
    .trimEnd()
    .split('\n')
    .map((line) => line.split(/ {2,}/));
}

/** A terminal on which this is typed. */
function typing(keys: string): InStream {
  const typed = [...keys][Symbol.iterator]();
  return {
    isTTY: true,
    setRawMode: () => undefined,
    [Symbol.asyncIterator]: () => ({
      next: async () => {
        const { value, done = false } = typed.next();
        return done ? { value: undefined, done: true } : { value: Buffer.from(value ?? ''), done: false };
      },
    }),
  };
}

describe('countersign check', () => {
  it('shows the keys that were added or changed while the gateway ran, once it has stopped', async () => {
    const { day } = await startRotation();
    await day.ask(['keys', 'add', 'new', ...GATE, '--until', '2098-01-01'], { stdin: NEW });
    await day.ask(['keys', 'activate', 'new', ...GATE]);
    await day.ask(['keys', 'revoke', 'key-1', ...GATE, '--yes']);
    expect((await run(['check'], day)).out).toContain(
      'Keys that were added or changed while the gateway ran are not shown: its store cannot be looked into now. countersign keys list --gate NAME asks the running gateway.',
    );
    await day.gateway.close();
    const { code, out } = await run(['check'], day);
    expect(code).toBe(0);
    expect(out).toContain('  key       key-1: active\n');
    expect(out).toContain('  key       key-1: revoked (changed while the gateway ran; in the store)\n');
    expect(out).toContain(
      '  key       new: active, until 2098-01-01T00:00:00Z (added while the gateway ran; in the store)\n',
    );
    expect(out).not.toContain(NEW);
    const json = JSON.parse((await run(['check', '--json'], day)).out);
    expect(json.gates.flatMap((one: { runTimeKeys?: unknown }) => one.runTimeKeys ?? [])).toEqual([
      { id: 'key-1', source: 'changed', state: 'revoked' },
      { id: 'new', source: 'added', state: 'active', until: '2098-01-01T00:00:00Z' },
    ]);
  });
});

describe('countersign keys', () => {
  it('has a key that would begin later begin at once', async () => {
    const { day, statusOf } = await startRotation();
    await day.ask(['keys', 'add', 'new', ...GATE, '--from', '2999-01-01'], { stdin: NEW });
    expect(await statusOf(NEW)).toBe(401);
    const begun = await day.ask(['keys', 'make-next', 'new', ...GATE, '--from', '0s']);
    expect([begun.code, begun.err]).toEqual([0, '']);
    expect(await statusOf(NEW)).toBe(200);
    expect((await day.ask(['keys', 'retire', 'new', ...GATE, '--from', '0s'])).err).toContain('--from');
  });

  it('rotates a gate’s key: adds the next one from a pipe, activates it, retires and revokes the old one', async () => {
    const { day, statusOf } = await startRotation();
    expect(await statusOf(NEW)).toBe(401);
    const added = await day.ask(['keys', 'add', 'new', ...GATE], { stdin: `${NEW}\r\n` });
    expect([added.code, added.err]).toEqual([0, '']);
    expect(rowsOf(added.out).map(([id, state, source]) => [id, state, source])).toEqual([
      ['key-1', 'active', 'configured'],
      ['new', 'next', 'added'],
    ]);
    expect([await statusOf(NEW), await statusOf(SECRET)]).toEqual([200, 200]);
    expect((await day.ask(['keys', 'activate', 'new', ...GATE])).out).toMatch(/^new +active +added/m);
    const retired = await day.ask(['keys', 'retire', 'key-1', ...GATE, '--until', '14d'], {
      now: () => Date.UTC(2098, 0, 1),
    });
    expect(retired.out).toMatch(/^key-1 +retiring until 2098-01-15 00:00:00 +configured/m);
    const listed = await day.ask(['keys', 'list', ...GATE]);
    expect(rowsOf(listed.out)[1]).toEqual([
      'new',
      'active',
      'added',
      '1 request, 1 in the last hour',
      expect.stringMatching(/^last 20\d\d-/),
      expect.stringMatching(/^It proved 1 request within the last day/),
    ]);
    // It has proved one within the last day, and nobody can be asked.
    expect(await day.ask(['keys', 'revoke', 'key-1', ...GATE])).toMatchObject({
      code: 2,
      err: expect.stringContaining(
        'the key may be in use: It proved 1 request within the last day: its sender still signs with it.\n  → Add --yes to end it all the same.\n',
      ),
    });
    expect(await statusOf(SECRET)).toBe(200);
    expect((await day.ask(['keys', 'revoke', 'key-1', ...GATE, '--yes'])).code).toBe(0);
    expect([await statusOf(NEW), await statusOf(SECRET)]).toEqual([200, 401]);
    const json = JSON.parse((await day.ask(['keys', 'list', ...GATE, '--json'])).out);
    expect(json.keys.map(({ id, state }: { id: string; state: string }) => [id, state])).toEqual([
      ['key-1', 'revoked'],
      ['new', 'active'],
    ]);
  });

  it('prints a secret that the gateway has made once; what is typed is shown nowhere', async () => {
    const { day, statusOf } = await startRotation();
    const made = await day.ask(['keys', 'add', 'made', ...GATE, '--generate']);
    expect(made.err).toBe('made is a key of hooks. Its secret is shown only this once:\n');
    expect(await statusOf(made.out.trimEnd())).toBe(200);
    const json = await day.ask([
      'keys',
      'add',
      'other',
      ...GATE,
      '--generate',
      '--state',
      'active',
      '--json',
    ]);
    expect(await statusOf(JSON.parse(json.out).secret)).toBe(200);
    const typed = await day.ask(['keys', 'add', 'typed', ...GATE], { input: typing(`${NEW}\r`) });
    expect(typed.err).toBe('Secret: \n');
    expect(typed.out + (await day.ask(['keys', 'list', ...GATE, '--json'])).out).not.toContain(NEW);
    expect(await statusOf(NEW)).toBe(200);
    const removed = await day.ask(['keys', 'remove', 'made', ...GATE, '--yes']);
    expect(removed.out).not.toMatch(/^made/m);
    expect(await statusOf(made.out.trimEnd())).toBe(401);
  });

  it('changes nothing where somebody else has changed the keys since they were read', async () => {
    const { day, statusOf } = await startRotation();
    await day.ask(['keys', 'add', 'new', ...GATE], { stdin: NEW });
    let changes = 0;
    const ran = await day.ask(['keys', 'revoke', 'key-1', ...GATE, '--yes'], {
      fetch: async (url, init) => {
        // Between the reading and the change.
        if (init?.method === 'POST' && changes++ === 0)
          await fetch(`${day.adminUrl}/api/gates/hooks/keys/new`, {
            method: 'POST',
            headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
            body: JSON.stringify({ change: 'revoke' }),
          });
        return fetch(url, init);
      },
    });
    expect([ran.code, ran.out]).toEqual([2, '']);
    expect(ran.err).toContain('Look at it as it is now, and decide again.');
    expect(await statusOf(SECRET)).toBe(200);
  });

  it('asks a person whether a key that may be in use is to end', async () => {
    const { day, statusOf } = await startRotation();
    await day.ask(['keys', 'add', 'new', ...GATE], { stdin: NEW });
    expect(await statusOf(SECRET)).toBe(200);
    const answer = (text: string): InStream => ({
      isTTY: true,
      async *[Symbol.asyncIterator]() {
        yield text;
      },
    });
    const revoke = (text: string) =>
      day.ask(['keys', 'revoke', 'key-1', ...GATE], { input: answer(text), isTTY: true });
    expect((await revoke('n\n')).code).toBe(1);
    expect(await statusOf(SECRET)).toBe(200);
    expect((await revoke('y\n')).code).toBe(0);
    expect(await statusOf(SECRET)).toBe(401);
  });

  it('takes no bytes that are no text, and shows nothing of a secret on a terminal that would', async () => {
    const { day } = await startRotation();
    const bytes = await day.ask(['keys', 'add', 'new', ...GATE], { stdin: Uint8Array.of(0xff, 0xfe) });
    expect(bytes.err).toBe(
      'countersign: standard input is not UTF-8 text\n  → Give the key’s text and nothing else, at most 64 KB of it.\n',
    );
    const { setRawMode: _, ...input } = typing(`${NEW}\r`);
    expect((await day.ask(['keys', 'add', 'new', ...GATE], { input })).err).toBe(
      'countersign: the terminal cannot hide what is typed\n  → Pipe the secret in: countersign keys add ID --gate NAME < FILE\n',
    );
  });

  it('says what the gateway refuses, and why', async () => {
    const { day } = await startRotation();
    const errorOf = async (args: readonly string[], stdin = ''): Promise<string> => {
      const { code, err, out } = await day.ask(['keys', ...args], { stdin });
      expect([code, out]).toEqual([2, '']);
      return err;
    };
    expect(await errorOf(['activate', 'nwe', ...GATE])).toContain(
      '`countersign keys list` shows the gate’s keys.',
    );
    expect(await errorOf(['list', '--gate', 'hoks'])).toContain('did you mean hooks?');
    expect(await errorOf(['add', 'key-1', ...GATE], NEW)).toContain('Give the new key another id');
    expect(await errorOf(['remove', 'key-1', ...GATE, '--yes'])).toContain(
      'Take the key out of the configuration’s file.',
    );
    expect(await errorOf(['revoke', 'key-1', ...GATE, '--yes'])).toContain('add --force');
    await day.ask(['keys', 'add', 'new', ...GATE], { stdin: NEW });
    await day.ask(['keys', 'revoke', 'new', ...GATE, '--yes']);
    expect(await errorOf(['activate', 'new', ...GATE])).toContain('Add --force if the key is to come back.');
    expect((await day.ask(['keys', 'activate', 'new', ...GATE, '--force'])).code).toBe(0);
  });
});
