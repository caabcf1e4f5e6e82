/** Prevents: a body that a page sends to a typed handler, and that does not run it: GitHub’s type is not signed, and must be shown by the body. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { events } from '@countersign/core/events';
import { webhook } from '@countersign/core/fetch';
import { signedRequest } from '@countersign/core/testing';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');
const SECRET = 'a secret of this test';
const SENT = /^\$ npx countersign send .* -p github -H 'X-GitHub-Event: (\w+)' -d '(\{.*\})'$/gm;

interface Payloads {
  readonly push: { readonly ref: string };
  readonly issues: { readonly action: 'opened'; readonly issue: { readonly title: string } };
}

async function namesRunFor(type: string, body: string): Promise<readonly string[]> {
  const names: string[] = [];
  const github = events<Payloads>()
    .on('push', ({ payload }) => names.push(`push to ${payload.ref}`))
    .on('issues.opened', ({ payload }) => names.push(`issue ${payload.issue.title}`));
  const hook = webhook('github', SECRET, (event) => void github(event), { onError: () => {} });
  const headers = { 'content-type': 'application/json', 'x-github-event': type };
  const { toRequest } = await signedRequest({ provider: 'github', keys: [SECRET] }, body, {
    url: 'http://localhost/webhooks/github',
    headers,
  });
  await hook(toRequest());
  return names;
}

describe.each([
  ['docs/library.md', ['push to refs/heads/main', 'issue It works']],
  ['examples/frameworks/README.md', ['push to refs/heads/main']],
])('%s', (page, names) => {
  it('sends bodies that run their handlers', async () => {
    const text = readFileSync(join(root, page), 'utf8');
    const runs = [...text.matchAll(SENT)].map(([, type = '', body = '']) => namesRunFor(type, body));
    expect((await Promise.all(runs)).flat()).toEqual(names);
  });
});
