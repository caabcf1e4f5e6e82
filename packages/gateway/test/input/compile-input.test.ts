import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { compileInput } from '../../src/input/compile-input.ts';

const COMPILE_INPUT = fileURLToPath(new URL('../../src/input/compile-input.ts', import.meta.url));

/** The modules that are loaded once inputs are compiled, from another process, which starts with none. */
async function modulesLoadedFor(...inputs: readonly object[]): Promise<readonly string[]> {
  const program = `
    import { registerHooks } from 'node:module';
    const loaded = [];
    registerHooks({ load: (url, context, next) => { loaded.push(url); return next(url, context); } });
    const { compileInput } = await import(${JSON.stringify(COMPILE_INPUT)});
    for (const input of ${JSON.stringify(inputs)}) {
      await compileInput({ input, takesUnknownFields: false, where: 's' });
    }
    console.log(JSON.stringify(loaded));`;
  const flags = ['--conditions=countersign-source', '--input-type=module', '--eval', program];
  const { stdout } = await promisify(execFile)(process.execPath, flags);
  return JSON.parse(stdout) as readonly string[];
}

it('loads no schema library before a schema needs one', async () => {
  const subset = { type: 'object', properties: { a: { type: 'string', minLength: 1 } }, required: ['a'] };
  const loaded = await modulesLoadedFor(subset);
  expect(loaded.filter((url) => url.includes('/node_modules/'))).toEqual([]);
  expect(loaded.length).toBeLessThan(10);

  const more = { type: 'object', properties: { a: { type: 'string', pattern: '^a' } } };
  expect((await modulesLoadedFor(more)).some((url) => url.includes('/node_modules/ajv/'))).toBe(true);
});

it('checks an input by the subset without a promise, and gives it through as it is', async () => {
  const compiled = await compileInput({
    input: { type: 'object', properties: { a: { type: 'string' } } },
    takesUnknownFields: false,
    where: 's',
  });
  const value = { a: 'x' };
  const checked = compiled.check(value);
  expect(checked).toEqual({ ok: true, value });
  expect('value' in checked && checked.value).toBe(value);
  expect(compiled.check({ a: 1, b: 1 })).toEqual({
    ok: false,
    issues: [
      { path: '/a', message: 'must be a string' },
      { path: '/b', message: 'is not a known field' },
    ],
  });
});

it('keeps what was compiled when the schema is changed later', async () => {
  const properties: Record<string, object> = { a: { type: 'string' } };
  const compiled = await compileInput({
    input: { type: 'object', properties },
    takesUnknownFields: false,
    where: 's',
  });
  properties['b'] = { type: 'string' };
  expect(compiled.check({ b: 'x' })).toMatchObject({ ok: false });
  expect(compiled.jsonSchema).toEqual({ type: 'object', properties: { a: { type: 'string' } } });
});
