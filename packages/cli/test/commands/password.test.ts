/** `countersign password`: what comes out is what a gateway takes, and what is typed is shown nowhere. */

import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../../gateway/src/config/parse-config.ts';
import { isPassword } from '../../../gateway/src/passwords/argon2id.ts';
import { readPasswordHash } from '../../../gateway/src/passwords/password-hash.ts';
import type { InStream } from '../../src/io.ts';
import { run } from '../support.ts';

async function isHashOf(password: string, text: string): Promise<boolean> {
  const hash = readPasswordHash(text);
  return !('fault' in hash) && isPassword(password, hash);
}

/** A terminal on which this is typed, key by key. */
function terminal(keys: string, canHide = true) {
  const modes: boolean[] = [];
  const typed = [...keys][Symbol.iterator]();
  const input: InStream = {
    isTTY: true,
    ...(canHide && { setRawMode: (isRaw: boolean) => modes.push(isRaw) }),
    [Symbol.asyncIterator]: () => ({
      next: async () => {
        const { value, done = false } = typed.next();
        return done ? { value: undefined, done: true } : { value: Buffer.from(value ?? ''), done: false };
      },
    }),
  };
  return { input, modes };
}

it('of a line from a pipe prints the hash, which a configuration takes', async () => {
  const { code, out, err } = await run(['password'], { stdin: 'correct horse\r\nmore' });
  expect([code, err]).toEqual([0, '']);
  expect(await isHashOf('correct horse', out.trim())).toBe(true);
  const users = [{ name: 'ada', password: out.trim(), role: 'admin' as const }];
  const gates = { g: { path: '/g', provider: 'none', keep: {} } };
  const { config, warnings } = parseConfig(
    { store: 'memory:', admin: { users }, gates },
    { baseDir: '/srv', env: {}, isFileText: true },
  );
  expect(config.admin.users[0]?.password.reveal()).toBe(out.trim());
  // A hash may stand in the file.
  expect(warnings.filter(({ path }) => path.startsWith('admin'))).toEqual([]);
});

it('--json prints it as an object', async () => {
  const { out } = await run(['password', '--json'], { stdin: 'correct horse' });
  expect(JSON.parse(out)).toEqual({ password: expect.stringMatching(/^\$argon2id\$v=19\$/) });
});

describe('on a terminal', () => {
  it('asks twice, shows nothing of it, and takes back what was typed wrongly', async () => {
    const { input, modes } = terminal('correkt\u007f\u007fct horse\rcorrect horse\r');
    const { code, out, err } = await run(['password'], { input });
    expect([code, err, modes]).toEqual([0, 'Password: \nOnce more: \n', [true, false, true, false]]);
    expect(await isHashOf('correct horse', out.trim())).toBe(true);
  });

  it.each([
    [
      'two that differ',
      'correct horse\rcorrect hors\r',
      true,
      'the two passwords differ',
      'Run it again, and type the same password twice.',
    ],
    ['Ctrl-C', 'corr\u0003', true, 'the input was cancelled', 'Run the command again.'],
    [
      'one that cannot hide',
      '',
      false,
      'the terminal cannot hide what is typed',
      'Pipe the password in: countersign password < FILE',
    ],
  ])('%s', async (_, keys, canHide, says, remedy) => {
    const { input, modes } = terminal(keys, canHide);
    const { code, out, err } = await run(['password'], { input });
    expect([code, out, modes.at(-1) ?? false]).toEqual([2, '', false]);
    expect(err).toContain(`countersign: ${says}\n  → ${remedy}\n`);
  });
});
