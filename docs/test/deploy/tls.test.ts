/** Prevents: a section about TLS without a proxy whose configuration no gateway starts with. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { newFolder, run } from '../../../packages/cli/test/support.ts';
import { createAuthority } from '../../../packages/gateway/test/tls/authority.ts';
import { codeBlocks } from '../../../scripts/docs-blocks.ts';
import { fitted, PAGE } from './page.ts';

it('the configuration with TLS, client certificates, allow-lists and rate limits is right', async () => {
  const block = codeBlocks(readFileSync(PAGE, 'utf8')).find(({ code }) =>
    code.includes('clientCertificates:'),
  );
  const authority = createAuthority('partners');
  const { certFile, keyFile } = authority.issue('gateway', 'DNS:hooks.example.com');
  const folder = '/etc/letsencrypt/live/hooks.example.com';
  const text = fitted(block?.code ?? '', [
    { from: `${folder}/fullchain.pem`, to: certFile },
    { from: `${folder}/privkey.pem`, to: keyFile },
    { from: '/etc/countersign/partners-ca.pem', to: authority.caFile },
  ]);
  const cwd = newFolder();
  writeFileSync(join(cwd, 'countersign.yaml'), text);
  const env = { STRIPE_SECRET: 'whsec_a_stripe_secret', PARTNER_SECRET: 'a-partner-secret-of-28-bytes' };
  const { code, out, err } = await run(['check'], { cwd, env });
  expect(code, out + err).toBe(0);
});
