/**
 * Prevents: a worker whose bundle holds every provider, jose and their like, though it proves webhooks of one sender: by what stands in
 * the bundle, and by its size.
 */
import { describe, expect, it } from 'vitest';
import { SECRET, signedHeaders } from './adapters/sending.ts';
import { bundleOf, type CryptoBuild } from './support/bundle-of.ts';

const BUILDS: readonly CryptoBuild[] = ['web', 'node'];
const ADAPTERS = ['fetch', 'hono', 'node', 'express', 'fastify', 'koa', 'lambda'];

const GITHUB = `import { github } from '@countersign/core/providers/github';`;
const programs: Readonly<Record<string, string>> = {
  gate: `${GITHUB}
import { createGate } from '@countersign/core/gate';
export const gateOf = (key) => createGate({ provider: github, keys: [key] });`,
  verify: `${GITHUB}
import { verify } from '@countersign/core/gate';
export const judge = (request, key) => verify(request, { provider: github, keys: [key] });`,
  client: `${GITHUB}
import { signedFetchOf } from '@countersign/core/client';
export const fetchOf = (key) => signedFetchOf(github, key);`,
  ...Object.fromEntries(ADAPTERS.map((adapter) => [`webhookOf of ${adapter}`, webhookProgram(adapter)])),
};

function webhookProgram(adapter: string): string {
  return `${GITHUB}
import { webhookOf } from '@countersign/core/${adapter}';
export const serve = (secret, handler) => webhookOf(github, secret, handler);`;
}

/** Nothing of these may be in a bundle that has one provider of HMAC. */
const FOREIGN =
  /^(providers\/(?!github)|explain\/|testing\/|guards\/|create-gate|schemes\/(jwt|approov|message-signatures|declared|shared|form|json|query))/;

/** gzipped, and some 1 %: lower them where it shrinks. What it grew by, and for what, is in docs/adr/0057-bundles.md. */
const MAX_BYTES = { verify: 33_400, gate: 41_900, client: 31_100, webhook: 51_600 };

describe.each(BUILDS)('bundled with the crypto of the %s build', (build) => {
  it.each(Object.entries(programs))(
    '%s has one provider, and nothing of the others',
    async (name, program) => {
      const { modules, gzippedBytes } = await bundleOf(program, build);
      expect(modules.filter((module) => FOREIGN.test(module))).toEqual([]);
      expect(modules.filter((module) => !module.endsWith('.ts'))).toEqual([]);
      expect(modules).toContain('providers/github.ts');
      expect(gzippedBytes).toBeLessThanOrEqual(
        MAX_BYTES[name as keyof typeof MAX_BYTES] ?? MAX_BYTES.webhook,
      );
    },
  );
});

it('verify of @countersign/core/gate has no replay guard, and a gate has one', async () => {
  const ofClaims = ['guard.ts', 'leases.ts', 'memory-replay-guard.ts', 'claim-table.ts', 'identity.ts'];
  const verifying = await bundleOf(programs['verify'] as string, 'web');
  expect(verifying.modules.filter((module) => ofClaims.includes(module))).toEqual([]);
  const gate = await bundleOf(programs['gate'] as string, 'web');
  expect(gate.modules).toEqual(expect.arrayContaining(ofClaims));
});

it('webhook, which takes ids, has them all: the test can tell', async () => {
  const { modules } = await bundleOf(`export { webhook } from '@countersign/core/fetch';`, 'web');
  expect(modules).toEqual(
    expect.arrayContaining(['providers/all.generated.ts', 'jose', 'structured-headers']),
  );
  expect(modules.filter((module) => FOREIGN.test(module)).length).toBeGreaterThan(50);
});

it('requireProofOf has the scheme of its provider, and no registry', async () => {
  const { modules } = await bundleOf(
    `import { approov } from '@countersign/core/providers/approov';
import { requireProofOf } from '@countersign/core/fetch';
export const serve = (secret, handler) => requireProofOf(approov, secret, handler);`,
    'web',
  );
  expect(modules.filter((module) => module.startsWith('providers/'))).toEqual(['providers/approov.ts']);
  expect(modules).toContain('schemes/jwt/jwt-scheme.ts');
});

it('what a worker is handed runs: one event once, a repeat acknowledged, a forgery refused', async () => {
  const { code } = await bundleOf(programs['webhookOf of fetch'] as string, 'web');
  const worker: unknown = await import(/* @vite-ignore */ `data:text/javascript,${encodeURIComponent(code)}`);
  const { serve } = worker as { readonly serve: (...parameters: readonly unknown[]) => FetchHandler };
  const types: unknown[] = [];
  const handle = serve(
    (env: { readonly SECRET: string }) => env.SECRET,
    (event: { readonly type: unknown }) => types.push(event.type),
    { onRefused: () => {} },
  );
  const answer = async (body: string): Promise<number> => {
    const request = { method: 'POST', headers: signedHeaders('{}') as Record<string, string>, body };
    return (await handle(new Request('https://worker.example/hook', request), { SECRET })).status;
  };
  expect([await answer('{}'), await answer('{}'), await answer('{} ')]).toEqual([200, 200, 401]);
  expect(types).toEqual(['push']);
});

type FetchHandler = (request: Request, env: unknown) => Promise<Response>;
