/** Prevents: a guide that does not work when it is followed to the letter. Each is followed; then genuine and forged requests are sent to what it has started. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import type { ProviderChoice } from '@countersign/core';
import { OPEN_CODES } from '@countersign/core/propose';
import { signedRequest } from '@countersign/core/testing';
import { describe, expect, it } from 'vitest';
import { isRefusalReason } from '../../packages/core/src/refusals.ts';
import { rowsOf } from '../../scripts/effort.ts';
import { type GuideFile, guidePageOf } from './guide-page.ts';
import { createReader } from './guide-reader.ts';

const root = join(import.meta.dirname, '../..');
/** Whose tables have the code of each warning; generated. */
const warnings = readFileSync(join(root, 'docs/coverage.md'), 'utf8');

interface Guide {
  /** Below docs/guides; or the project's own README. */
  readonly page: string;
  /** Files that the page speaks of and does not show, by name. */
  readonly given?: () => Promise<readonly GuideFile[]>;
  /** What the page has set up: where signed requests go, and by what they are proved. */
  readonly provider: ProviderChoice;
  readonly url: string;
  readonly secret: string;
  readonly payloads?: readonly (string | URLSearchParams)[];
  readonly needs?: string;
}

const JSON_PAYLOADS = [
  '{"action":"opened","title":"r\u00e9sum\u00e9 \ud83d\ude80"}',
  '{ "action" : "\\u00e9", "n": 1.0 }',
];
const GITHUB = { provider: 'github', secret: 'GITHUB_WEBHOOK_SECRET', payloads: JSON_PAYLOADS } as const;

const README_SECRET = 'whsec_a_secret_of_yours';

const GUIDES: readonly Guide[] = [
  {
    page: 'README',
    given: filesOfReadme,
    url: 'http://localhost:8080/webhooks/stripe',
    provider: 'stripe',
    secret: 'STRIPE_WEBHOOK_SECRET',
    payloads: ['{"id":"evt_7","type":"\ud83d\ude80"}'],
  },
  { page: 'github-webhooks', url: 'http://localhost:8080/', ...GITHUB },
  { page: 'express', url: 'http://localhost:8080/webhooks/github', ...GITHUB },
  { page: 'fastify', url: 'http://localhost:8080/webhooks/github', ...GITHUB },
  { page: 'nextjs', url: 'http://localhost:3000/webhooks/github', ...GITHUB },
  { page: 'hono-workers', url: 'http://localhost:8080/webhooks/github', ...GITHUB },
  { page: 'behind-nginx', url: 'http://localhost:8080/webhooks/github', needs: '/usr/sbin/nginx', ...GITHUB },
  { page: 'keys-by-tenant', url: 'http://localhost:8787/hooks/acme', ...GITHUB, secret: 'ACME_SECRET' },
  {
    page: 'declare-a-sender',
    url: 'http://localhost:8787/hooks/acme',
    provider: {
      id: 'hmac',
      signature: { header: 'x-acme-signature', encoding: 'hex', prefix: 'sha256=' },
      message: '{timestamp}.{body}',
      timestamp: { header: 'x-acme-timestamp', unit: 's' },
    },
    secret: 'ACME_SECRET',
    payloads: JSON_PAYLOADS,
  },
  { page: 'rotate-a-key', url: 'http://localhost:8787/webhooks/github', ...GITHUB },
  {
    page: 'migrate-a-live-endpoint',
    url: 'http://localhost:8787/webhooks/partner',
    provider: 'standard-webhooks',
    secret: 'PARTNER_SECRET',
    payloads: JSON_PAYLOADS,
  },
  {
    page: 'stripe-webhooks',
    url: 'http://localhost:8080/webhooks/stripe',
    provider: 'stripe',
    secret: 'STRIPE_WEBHOOK_SECRET',
    payloads: ['{"id":"evt_7","type":"invoice.paid","data":{"object":{"id":"\ud83d\ude80"}}}'],
  },
  {
    page: 'approov',
    url: 'http://localhost:8080/api/orders',
    provider: 'approov',
    secret: 'APPROOV_BASE64_SECRET',
    payloads: ['{"item":"\ud83d\ude80"}'],
  },
  {
    page: 'write-an-action',
    url: 'http://localhost:8787/actions/get_weather',
    provider: 'flowent',
    secret: 'FLOWENT_HMAC_KEY',
    payloads: ['{"action_name":"get_weather","parameters":{"location":"\u00c5lesund"}}'],
  },
  {
    page: 'action-menu-items',
    url: 'http://localhost:8787/ami/show_selection',
    provider: 'flow-production-tracking',
    secret: 'AMI_SECRET_TOKEN',
    payloads: [
      new URLSearchParams({
        user_id: '7',
        user_login: 'gr\u00fc\u00df',
        entity_type: 'Shot',
        selected_ids: '3',
      }),
    ],
  },
  {
    page: 'incode',
    url: 'http://localhost:8787/webhook',
    provider: 'incode',
    secret: 'INCODE_WEBHOOK_TOKEN',
    payloads: [
      '{"interviewId":"int-2","onboardingStatus":"ONBOARDING_FINISHED","clientId":"sandbox-client","flowId":"846a08fc292d954367252525"}',
    ],
  },
];

it('follows every guide', () => {
  const pages = readdirSync(join(root, 'docs/guides')).map((name) => name.replace(/\.md$/, ''));
  expect(GUIDES.map(({ page }) => page).sort()).toEqual([...pages, 'README'].sort());
});

it('names each matter that one request leaves open', () => {
  const page = readFileSync(join(root, 'docs/guides/declare-a-sender.md'), 'utf8');
  expect(OPEN_CODES.filter((code) => !page.includes(`\`${code}\``))).toEqual([]);
});

it('names reasons and warnings that there are', () => {
  const pages = [...GUIDES.map(({ page }) => `docs/guides/${page}.md`), 'docs/troubleshooting.md'];
  const unknown = pages
    .filter((page) => !page.endsWith('README.md'))
    .flatMap((page) =>
      // The first cells of their tables.
      [...readFileSync(join(root, page), 'utf8').matchAll(/^\| ([^|]+) \|/gm)].flatMap(([, cell = '']) =>
        [...cell.matchAll(/`([a-z]+(?:-[a-z]+)+|expired|replayed)`/g)]
          .map(([, word = '']) => word)
          .filter((word) => !OPEN_CODES.some((code) => code === word))
          .filter((word) => !isRefusalReason(word) && !warnings.includes(`| \`${word}\` |`))
          .map((word) => `${page}: ${word}`),
      ),
    );
  expect(unknown).toEqual([]);
});

describe.each(rowsOf(GUIDES, ({ provider }) => String(provider)))(
  'the guide $page',
  ({ page, given, provider, url, secret, payloads = [], needs }) => {
    it('goes as it says, and takes what is genuine alone', async ({ skip }) => {
      if (needs !== undefined && !existsSync(needs)) skip(`${needs} is not installed`);
      const file = page === 'README' ? 'README.md' : `docs/guides/${page}.md`;
      const shown = guidePageOf(readFileSync(join(root, file), 'utf8'));
      const guide = { ...shown, files: [...shown.files, ...((await given?.()) ?? [])] };
      const reader = await createReader();
      await reader.follow(guide);

      const env = guide.files.find(({ name }) => name === '.env' || name === '.dev.vars')?.code ?? '';
      const key = parseEnv(env)[secret] ?? '';
      expect(key).not.toBe('');
      const to = reader.withPorts(url);
      for (const payload of payloads) {
        const sent = {
          url: to,
          ...(typeof payload === 'string' && { headers: { 'content-type': 'application/json' } }),
        };
        const { toRequest } = await signedRequest({ provider, keys: [key] }, payload, sent);
        const genuine = await fetch(toRequest());
        expect(genuine.ok, await genuine.text()).toBe(true);
        const forged = await signedRequest({ provider, keys: [otherKey(key)] }, payload, sent);
        expect((await fetch(forged.toRequest())).status).toBe(401);
      }
    });
  },
);

/** A webhook of Stripe's as it stands behind express.json(), and the secret of its endpoint. */
async function filesOfReadme(): Promise<readonly GuideFile[]> {
  const event = { id: 'evt_1', type: 'invoice.paid' };
  const options = { provider: 'stripe', keys: [README_SECRET] } as const;
  const { toRequest } = await signedRequest(options, JSON.stringify(event, null, 2));
  const signature = toRequest().headers.get('stripe-signature');
  const body = JSON.stringify(event);
  const head = `POST /webhooks/stripe HTTP/1.1\r\nhost: app.example\r\nstripe-signature: ${signature}\r\ncontent-length: ${body.length}`;
  return [
    { name: 'request.http', code: `${head}\r\n\r\n${body}` },
    { name: '.env', code: `STRIPE_WEBHOOK_SECRET=${README_SECRET}\n` },
  ];
}

/** Of the same form, and another one. */
function otherKey(key: string): string {
  return key.replace(/[a-z]/g, (letter) => (letter === 'a' ? 'b' : 'a'));
}
