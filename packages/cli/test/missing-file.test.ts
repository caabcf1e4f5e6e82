/** What is wrong with the file that is named comes before what else is missing: nobody looks for a key first to be told of a typing mistake then. */
import { describe, expect, it } from 'vitest';
import { run } from './support.ts';

describe('a file that is not there is told first', () => {
  it.each([
    ['verify', 'no-such.http'],
    ['explain', 'no-such.http'],
    ['explain', 'no-such.http', '--provider', 'stripe'],
    ['verify', 'no-such.http', '--config', 'no-such.yaml'],
    ['sign', 'no-such.http'],
    ['send', 'no-such.http'],
    ['sign', 'https://a.example/', '--body', '@no-such.http'],
    ['send', 'no-such.http', '--provider', 'github'],
    ['conformance', 'no-such.http', '--adapter', './no-such-adapter.mjs'],
  ])('%s %s %s %s', async (...args) => {
    const { code, out, err } = await run(args);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(/no-such\.http.*(?:there is no such file|no such)/);
    expect(err).not.toContain('provider');
  });

  it('standard input is not read before the gate is there: it may be a terminal', async () => {
    for (const args of [
      ['verify', '-'],
      ['explain', '-', '--provider', 'stripe'],
      ['verify'],
      ['sign', '-'],
    ]) {
      const { code, err } = await run(args, { stdin: 'no request' });
      expect(code).toBe(2);
      expect(err).toMatch(/no provider is given|no key is given/);
    }
  });
});

describe('a batch without a request', () => {
  it.each(['verify', 'explain'])('%s says that none was read', async (command) => {
    for (const stdin of ['', '\n \r\n\n']) {
      const { code, out, err } = await run([command, '--batch'], { stdin });
      expect({ code, out }).toEqual({ code: 2, out: '' });
      expect(err).toContain('standard input holds no request');
    }
  });
});
