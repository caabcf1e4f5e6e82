// biome-ignore-all lint/suspicious/noTemplateCurlyInString: ${…} is what a configuration writes.
/** Prevents: a refused request of which nothing at all is said: no finding, and no note of what is likely then. */
import { createHmac } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { newFolder, run } from './support.ts';

const SECRET = 'the-shared-secret-of-this-gate-0123456789';
const OTHER = 'another-secret-of-another-issuer-0123456789';

function token(secret: string, subject = 'u1', signedSubject = subject): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const text = (sub: string): string => `${part({ alg: 'HS256' })}.${part({ sub, exp: 4_000_000_000 })}`;
  const mac = createHmac('sha256', secret).update(text(signedSubject)).digest('base64url');
  return `${text(subject)}.${mac}`;
}

const requestWith = (value: string): string =>
  ['GET /hooks HTTP/1.1', 'Host: hooks.example', `Authorization: ${value}`, '', ''].join('\r\n');

describe('of a token that nothing explains is said what is likely', () => {
  const OF_TOKEN =
    'None of the mistakes that can be tried explains it, so the token is most likely of another issuer, or of another environment (test for live, staging for production), or the gate’s key is another than the one that signed it; or its content was changed after that. Compare the gate’s key, or the address of its key set, with the issuer’s. Where both are the same, a stranger made it.';

  it.each([
    ['a token of another secret', token(OTHER)],
    ['a token whose content was changed', token(SECRET, 'admin', 'u1')],
  ])('%s', async (_, text) => {
    const { err } = await run(['explain', '--provider', 'jwt-bearer', '-k', SECRET], {
      stdin: requestWith(`Bearer ${text}`),
    });
    expect(err).toContain(OF_TOKEN);
  });

  it('a shared secret that nothing explains is most likely another one', async () => {
    const cwd = newFolder();
    const gates =
      'gates: { hooks: { path: /hooks, scheme: { type: shared-token }, keys: [{ secret: "${env:K}" }], respond: { status: 204 } } }';
    writeFileSync(join(cwd, 'countersign.yaml'), `store: "memory:"\n${gates}\n`);
    const { err } = await run(['explain', '--config', 'countersign.yaml'], {
      cwd,
      env: { K: SECRET },
      stdin: requestWith(`Bearer ${OTHER}`),
    });
    expect(err).toContain(
      'None of the mistakes that can be tried explains it, so the gate’s secret is most likely another one than the client’s: of another address, or of another environment (test for live, staging for production). Compare the two. Where both are the same, a stranger sent it.',
    );
  });
});

it('a genuine request with another method than the gate takes is told as that', async () => {
  const cwd = newFolder();
  const gates =
    'gates: { hooks: { path: /hooks, provider: github, keys: [{ secret: "${env:K}" }], respond: { status: 204 } } }';
  writeFileSync(join(cwd, 'countersign.yaml'), `store: "memory:"\n${gates}\n`);
  const mac = createHmac('sha256', SECRET).update('{}').digest('hex');
  const head = ['PUT /hooks HTTP/1.1', 'Host: hooks.example', `X-Hub-Signature-256: sha256=${mac}`];
  const { out } = await run(['explain', '--config', 'countersign.yaml'], {
    cwd,
    env: { K: SECRET },
    stdin: [...head, 'Content-Length: 2', '', '{}'].join('\r\n'),
  });
  expect(out).toContain(
    'Cause, proved by trying it: The proof of the request holds: the gate’s key and what was signed are right, and its method alone is refused.\n  → Have the sender use the method that the gate takes; or add the one that came to the gate’s methods.',
  );
});
