/** A newcomer's program in strict TypeScript: every package, each for what it is installed for. */
import { createAdminClient, ROUTES } from '@countersign/api';
import { createGate as createAnyGate } from '@countersign/core';
import { webhook } from '@countersign/core/fetch';
import { createGate } from '@countersign/core/gate';
import { github } from '@countersign/core/providers/github';
import { assertAccepted, assertRefused, signedRequest } from '@countersign/core/testing';
import { defineAction } from '@countersign/gateway/actions';
import { testAction } from '@countersign/gateway/testing';
import { flowentCall } from '@countersign/sandbox';

const secret = 'a-webhook-secret-of-27-bytes';

function hold(isAsItShould: boolean, what: string): void {
  if (!isAsItShould) throw new Error(`${what}: not so`);
}

const genuine = await signedRequest({ provider: 'github', keys: [secret] }, { action: 'opened' });
const gate = createGate({ provider: github, keys: [secret] });
assertAccepted(await gate.verify(genuine.request));
const other = createAnyGate({ provider: 'github', keys: ['another-secret-of-25-bytes'] });
assertRefused(await other.verify(genuine.request), 'signature-mismatch');

let actions = 0;
const answer = webhook('github', secret, () => {
  actions += 1;
});
const forged = await signedRequest({ provider: 'github', keys: ['another-secret-of-25-bytes'] }, '{}');
hold((await answer(genuine.toRequest())).status === 200, 'the adapter takes a genuine request');
hold((await answer(forged.toRequest())).status === 401, 'the adapter refuses a forged one');
hold(actions === 1, 'the handler has run once');

const greet = defineAction({
  name: 'greet',
  description: 'Greets a person.',
  input: { type: 'object', properties: { name: { type: 'string' } }, required: ['name'] },
  run: ({ name }) => `Hello, ${name}`,
});
hold((await testAction(greet, { name: 'Ada' })).text.includes('Hello, Ada'), 'the action answers');

const key = 'a-flowent-key-of-24-byte';
const call = flowentCall({ action: 'greet', parameters: { name: 'Ada' }, key, nowMs: Date.now() });
hold(new TextDecoder().decode(call.body).includes('"greet"'), 'the sandbox signs a call');

const client = createAdminClient({ baseUrl: 'http://127.0.0.1:1', token: 'a-token-of-a-test' });
hold(typeof client.call === 'function' && Object.hasOwn(ROUTES, 'events'), 'the admin client has its routes');
