/** A change of the program that must be noticed is of the program as it is written now. */
import { existsSync } from 'node:fs';
import { expect, it } from 'vitest';
import { spoiltProgram } from '../engine/spoilt-program.ts';
import { SPOILT } from '../trials/durability.ts';

it.each(SPOILT)('$title: the built program has the place, once', (change) => {
  const { program, remove } = spoiltProgram(change);
  remove();
  expect(existsSync(program)).toBe(false);
});

it('says so where the place is gone', () => {
  expect(() => spoiltProgram({ title: 'gone', find: /what no program holds/g, replace: '' })).toThrow(
    'is 0 times in the built program',
  );
});
