/** Prevents: a page that says how to make a key pair to try the gate with, of which the gate takes no half. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createGate, writtenProvider } from '@countersign/core';
import { sampleClaims } from '@countersign/core/internal/signing-recipe';
import { afterAll, describe, expect, it } from 'vitest';
import { SENDER_DRAFTS } from '../../packages/core/test/support/sender-drafts.ts';
import { hasSecret } from '../../scripts/provider-pages/page-facts.ts';
import { PROVIDER_PAGES } from './provider-page.ts';

const scratch = mkdtempSync(join(tmpdir(), 'key-pairs-'));
afterAll(() => rmSync(scratch, { recursive: true }));

const pages = PROVIDER_PAGES.map((page) => ({
  ...page,
  command: /make a key pair: `([^`]+)`/.exec(page.markdown)?.[1],
}));

it('is said of every provider whose private keys its sender alone has', () => {
  const told = pages.filter(({ command }) => command !== undefined).map(({ id }) => id);
  expect(told).toEqual(PROVIDER_PAGES.filter(({ facts }) => !hasSecret(facts)).map(({ id }) => id));
});

describe('a gate with the public half', () => {
  it.each(pages.filter(({ command }) => command !== undefined))(
    'of $id takes what the private half signs',
    async ({ id, facts: { provider, scheme }, command = '' }) => {
      const { status, stderr } = spawnSync('sh', ['-ec', command], { cwd: scratch, encoding: 'utf8' });
      expect(status, stderr).toBe(0);
      const gateWith = (file: string) =>
        createGate({
          provider: writtenProvider(id, provider.needs),
          keys: [readFileSync(join(scratch, file), 'utf8')],
        });
      const request = await gateWith('private.pem').sign({
        method: 'POST',
        url: `https://hooks.example/webhooks/${id}`,
        headers: { 'content-type': 'application/json' },
        body: '{"id":"evt_1"}',
        claims: sampleClaims(scheme, Date.now()),
        ...SENDER_DRAFTS[id],
      });
      expect(await gateWith('public.pem').verify(request)).toMatchObject({ ok: true });
    },
  );
});
