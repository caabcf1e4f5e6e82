/** What curl -d @file makes of a file of JSON: no line ends, and a form by its content type. */
import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { explain } from '../../src/explain/index.ts';
import { createGate } from '../../src/index.ts';

const KEY = 'the-shared-secret-of-this-partner';
const FORM = 'application/x-www-form-urlencoded';
const gate = createGate({ provider: 'github', keys: [KEY] });

function sent(file: string, type = FORM, secret = KEY) {
  const headers = {
    'content-type': type,
    'x-hub-signature-256': `sha256=${createHmac('sha256', secret).update(file).digest('hex')}`,
  };
  return { method: 'POST', url: '/github', headers, body: file.replace(/[\r\n\0]/g, '') };
}

describe('JSON of a file that curl -d has sent', () => {
  it.each([
    ['one line', '{"a":1,"b":[1,2]}\n'],
    ['one line that ends with CR LF', '{"a":1,"b":[1,2]}\r\n'],
    ['indented by two', `${JSON.stringify({ a: 1, b: { c: [1, 2] } }, null, 2)}\n`],
    ['indented by four', JSON.stringify({ a: 1, b: { c: [1, 2] } }, null, 4)],
    ['indented, with CR LF', `${JSON.stringify({ a: 1, b: 'x' }, null, 2)}\n`.replaceAll('\n', '\r\n')],
    ['indented by tabs', `${JSON.stringify({ a: 1, b: 'x' }, null, '\t')}\n`],
    ['lines without indentation', '{\n"a": 1,\n"b": 2\n}\n'],
  ])('%s: the line ends are put back, and how to send it is said', async (_name, file) => {
    const { findings } = await explain(sent(file), gate, { budgetMs: 10_000 });
    expect(findings[0]).toMatchObject({ id: 'body-curl-data', certainty: 'proved' });
    expect(findings[0]?.mend).toContain("--data-binary @file -H 'Content-Type: application/json'");
  });

  it('by another content type it is not told of curl', async () => {
    const { findings } = await explain(sent('{"a":1}\n', 'application/json'), gate, { budgetMs: 10_000 });
    expect(findings[0]?.id).toBe('body-newline-cut');
  });

  it('that no line ends explain is still no form', async () => {
    const { findings } = await explain(sent('{"a":1}', FORM, 'another-secret-of-the-same-length'), gate, {
      budgetMs: 10_000,
    });
    expect(findings).toMatchObject([{ id: 'body-json-as-form', certainty: 'possible' }]);
    expect(findings[0]?.mend).toContain('--data-binary @file');
  });

  it('of a form nothing of the kind is said', async () => {
    for (const body of ['payload=%7B%7D', 'a=1&b=2', '']) {
      const { findings } = await explain({ ...sent(body), headers: { ...sent('x').headers } }, gate, {
        budgetMs: 10_000,
      });
      expect(findings.map(({ id }) => id)).not.toContain('body-json-as-form');
    }
  });
});
