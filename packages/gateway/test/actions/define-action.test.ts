/** What is checked of an action when it is declared, and what a complaint says. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SetupError } from '@countersign/core';
import { describe, expect, it } from 'vitest';
import { ActionError, defineAction } from '../../src/actions/define-action.ts';
import { loadActions } from '../../src/actions/load-actions.ts';
import { temporaryDir } from '../harness.ts';

const good = { name: 'a_1', description: 'Does it.', input: { type: 'object' }, run: () => 'done' } as const;

function complaint(change: object): string {
  try {
    defineAction({ ...good, ...change });
  } catch (error) {
    if (error instanceof SetupError) return error.message;
    throw error;
  }
  return 'none';
}

describe('defineAction', () => {
  it.each(['a', '0', '_', 'a'.repeat(100), 'send_email_2'])('takes the name %s', (name) => {
    expect(complaint({ name })).toBe('none');
  });

  it.each(['', 'a'.repeat(101), 'Send', 'send-email', 'sénd', 'a b', ' a', 'a\n', 1, undefined])(
    'refuses the name %j',
    (name) => {
      expect(complaint({ name })).toContain('is not an action name');
    },
  );

  it('takes descriptions of 1 to 500 characters', () => {
    expect(complaint({ description: 'd' })).toBe('none');
    expect(complaint({ description: 'd'.repeat(500) })).toBe('none');
    expect(complaint({ description: 'd'.repeat(501) })).toContain('1 to 500 characters');
    expect(complaint({ description: '' })).toContain('1 to 500 characters');
  });

  it.each([
    { deadlineMs: 0 },
    { deadlineMs: 1.5 },
    { concurrency: 0 },
    { queue: -1 },
    { deadlineMs: 2 ** 31 },
  ])('refuses %j', (limit) => {
    expect(complaint(limit)).toContain(Object.keys(limit)[0]);
  });

  it('refuses an action without an input schema, and says what to give', () => {
    expect(complaint({ input: undefined })).toContain("{ type: 'object' } for no input");
  });

  it('names the file and line', () => {
    expect(complaint({ name: 'Not one' })).toMatch(
      /define-action\.test\.ts:\d+: "Not one" is not an action name/,
    );
  });
});

describe('loadActions', () => {
  const define = JSON.stringify(new URL('../../src/actions/define-action.ts', import.meta.url).href);
  const load = (source: string) => {
    const file = join(temporaryDir(), 'actions.mjs');
    writeFileSync(file, source);
    return loadActions(file, 'gates.f.answer.actions');
  };
  const action = (name: string) =>
    `defineAction({ name: '${name}', description: 'x', input: { type: 'object' }, run() {} })`;

  it('names the file and line of a wrong action', async () => {
    const source = `import { defineAction } from ${define};\n\nexport const a =\n  ${action('Wrong')};`;
    await expect(load(source)).rejects.toThrow(/actions\.mjs:4: "Wrong" is not an action name/);
  });

  it('names the file of an action that was not made by defineAction', async () => {
    const source =
      "export const a = { name: 'Wrong', description: 'x', input: { type: 'object' }, run() {} };";
    await expect(load(source)).rejects.toThrow(/actions\.mjs: "Wrong" is not an action name/);
  });

  it('names both places of one name', async () => {
    const source = `import { defineAction } from ${define};\nexport const a = ${action('same')};\nexport const b = ${action('same')};`;
    await expect(load(source)).rejects.toThrow(
      /two actions are named "same": .*actions\.mjs:2 and .*actions\.mjs:3/,
    );
  });
});

describe('ActionError', () => {
  it('has a status of 400 to 599, and 500 where none is given', () => {
    expect(new ActionError('x').status).toBe(500);
    expect(new ActionError('x', { status: 404 }).status).toBe(404);
    expect(() => new ActionError('x', { status: 200 })).toThrow(RangeError);
  });
});
