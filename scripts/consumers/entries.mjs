/** A newcomer's JavaScript in ES modules: imports each entry, named as arguments, and receives one webhook. */
import assert from 'node:assert/strict';
import { webhook } from '@countersign/core/fetch';
import { signedRequest } from '@countersign/core/testing';

for (const entry of process.argv.slice(2)) {
  const names = Object.keys(await import(entry));
  assert.ok(names.length > 0, `${entry} exports nothing`);
}

const secret = 'a-webhook-secret-of-27-bytes';
const { toRequest } = await signedRequest({ provider: 'github', keys: [secret] }, { action: 'opened' });
assert.equal((await webhook('github', secret, () => undefined)(toRequest())).status, 200);
