import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { Secret } from '../../src/config/secret.ts';

const secret = new Secret('hunter2');

describe('Secret', () => {
  it('gives its text by reveal() only', () => {
    expect(secret.reveal()).toBe('hunter2');
  });

  it.each([
    ['String()', String(secret)],
    ['a template', `${secret}`],
    ['+', `${secret}!`.slice(0, -1)],
    ['JSON.stringify', JSON.parse(JSON.stringify({ secret })).secret],
    ['inspect', inspect(secret)],
  ])('prints as [secret] by %s', (_how, printed) => {
    expect(printed).toBe('[secret]');
  });

  it('shows nothing to those who look inside', () => {
    expect(inspect({ deep: [secret] }, { showHidden: true, customInspect: false, depth: 9 })).not.toContain(
      'hunter2',
    );
    expect(Object.getOwnPropertyNames(secret)).toEqual([]);
    expect(JSON.stringify(structuredClone({ secret }))).not.toContain('hunter2');
    expect(Object.isFrozen(secret)).toBe(true);
  });
});
