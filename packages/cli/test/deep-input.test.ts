/** JSON of thousands of levels, wherever the command line takes JSON: what is wrong is said, and nothing overflows. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { run } from './support.ts';

const DEPTH = 20_000;
const deep = '['.repeat(DEPTH) + ']'.repeat(DEPTH);
const WITH_KEY = ['-p', 'github', '-k', 'a secret of more than sixteen bytes'];
const headers = '{"x-hub-signature-256":"sha256=00"}';

const INPUTS = {
  'a body': `POST / HTTP/1.1\nhost: a\ncontent-type: application/json\n\n${deep}`,
  'a request as JSON': `{"method":"POST","url":"/","headers":${headers},"body":${deep}}`,
  'headers of one': `{"method":"POST","url":"/","headers":${deep},"body":""}`,
  'a member of one': `{"method":"POST","url":"/","more":${deep}}`,
  'a delivery': `{"id":1,"url":"/","request":{"headers":${headers},"payload":${deep}},"response":{}}`,
  'a Lambda event': `{"version":"2.0","rawPath":"/","requestContext":${deep},"headers":${headers}}`,
  'a HAR': `{"log":{"entries":${deep}}}`,
  'a fetch call': `fetch("http://a/", ${deep})`,
  'nothing that is known': deep,
} as const;

for (const [what, text] of Object.entries(INPUTS)) {
  it.each(['verify', 'explain', 'send'])(`%s: ${what}`, async (command) => {
    const cwd = mkdtempSync(join(tmpdir(), 'countersign-'));
    onTestFinished(() => rmSync(cwd, { recursive: true }));
    writeFileSync(join(cwd, 'a'), text);
    const offline: typeof fetch = () => Promise.reject(new Error('nothing is sent'));
    const { out, err } = await run([command, 'a', ...WITH_KEY], { cwd, fetch: offline });
    expect(out + err).not.toMatch(/RangeError|call stack/);
    expect(out + err).not.toBe('');
  });
}

it('a line of a batch', async () => {
  const request = `{"method":"POST","url":"/","headers":${headers},"body":"x"}`;
  const lines = [
    `{"provider":"github","keys":${deep},"request":${request}}`,
    `{"provider":"github","keys":["a secret of more than sixteen bytes"],"options":{"a":${deep}},"request":${request}}`,
    `{"provider":"github","keys":["a secret of more than sixteen bytes"],"request":{"method":${deep}}}`,
    `{"provider":"github","keys":["a secret of more than sixteen bytes"],"request":{"method":"POST","url":"/","headers":${deep}}}`,
    deep,
  ];
  const { out, err } = await run(['verify', '--batch'], { stdin: lines.join('\n') });
  expect(
    out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line)),
  ).toMatchObject(lines.map(() => ({ ok: false })));
  expect(out + err).not.toMatch(/RangeError|call stack/);
});
