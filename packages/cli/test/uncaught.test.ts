/** Where an error that nobody caught was thrown, read from its stack. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, it } from 'vitest';
import { describeUncaught } from '../src/uncaught.ts';
import { visibleText } from '../src/visible-text.ts';
import { newFolder } from './support.ts';

function project() {
  const folder = newFolder();
  const library = join(folder, 'node_modules/library/index.mjs');
  const own = join(folder, 'my actions.mjs');
  mkdirSync(join(library, '..'), { recursive: true });
  for (const file of [library, own]) writeFileSync(file, '');
  return { library, own };
}

const thrownAt = (message: string, ...frames: readonly string[]): Error =>
  Object.assign(new Error(message), {
    stack: [`Error: ${message}`, ...frames.map((frame) => `    at ${frame}`)].join('\n'),
  });

it('is the operator’s own file, though a package threw it', () => {
  const { library, own } = project();
  const forms: readonly string[] = [
    `${own}:3:4`,
    `run (${own}:3:4)`,
    `async ${pathToFileURL(own).href}:3:4`,
    `async Object.run [as act] (${pathToFileURL(own).href}?countersign-load=2:3:4)`,
    `new Act (${own}:3:4)`,
  ];
  for (const form of forms) {
    const error = thrownAt(
      'x',
      'JSON.parse (<anonymous>)',
      `read (${library}:1:2)`,
      'node:internal/x:5:5',
      form,
    );
    expect(describeUncaught(error)).toMatchObject({ thrown: 'Error', at: `${own}:3:4` });
  }
});

it('is the package’s file where the stack has no other', () => {
  const { library } = project();
  expect(describeUncaught(thrownAt('x', `read (${library}:1:2)`)).at).toBe(`${library}:1:2`);
});

it('is no file that only a message names', () => {
  const { own } = project();
  const message = `x\n    at run (${own}:9:9)\n    at run (/no/such/file:1:1)`;
  expect(describeUncaught(thrownAt(message, `run (${own}:3:4)`)).at).toBe(`${own}:3:4`);
  const changed = thrownAt('x\n    at run (/no/such/file:1:1)', `run (${own}:3:4)`);
  changed.message = 'another';
  expect(describeUncaught(changed).at).toBe(`${own}:3:4`);
  expect(describeUncaught(thrownAt(message)).at).toBeUndefined();
});

it('is a bug where it is thrown in the program', () => {
  // Its type says that it takes text.
  const wrong: (value: never) => unknown = visibleText;
  const act: () => unknown = Reflect.apply.bind(undefined, wrong, undefined, [undefined]);
  let error: unknown;
  try {
    act();
  } catch (thrown) {
    error = thrown;
  }
  expect(describeUncaught(error)).toMatchObject({
    problem: expect.stringMatching(
      /^a bug: an error that nobody caught has ended the process: TypeError at .*visible-text\.ts:\d+:\d+\.$/,
    ),
    remedy: 'Report it. DEBUG=1 shows it in full.',
  });
});
