/** Keys that are bound to actions: gates that cannot be set up, and requests that are refused. */
import { actionFrom } from '../../src/index.ts';
import { actionOfPath } from '../support/action-of-path.ts';
import { ED25519 } from '../tokens/mint.ts';
import { gateOf, hmacHex, type RefusalCase, SECRET } from './refusal-case.ts';
import type { SetupCase } from './setup-cases.ts';

const OTHER = 'another secret of thirty-two letters';
const bound = (action: unknown, secret: string = SECRET) => ({ secret, id: `of-${action}`, for: { action } });
const github = (keys: readonly unknown[], more: object = {}) => ({
  provider: 'github',
  keys,
  action: actionOfPath,
  ...more,
});
const setUp =
  (...args: Parameters<typeof github>) =>
  () =>
    gateOf(github(...args));
const KEYS = [bound('show'), bound('delete', OTHER)];
const unsigned = (url: string) => () =>
  gateOf(github(KEYS)).sign({ method: 'POST', url, headers: {}, body: '{}' });

export const boundKeySetups: readonly SetupCase[] = [
  {
    when: 'a bound key at a gate that does not say what names actions',
    act: setUp([bound('show')], { action: undefined }),
    says: 'keys[0].for: it is given, and nothing says which action a request asks for. Give the gate action: actionFrom(…), or leave it out.',
  },
  {
    when: 'an unbound key where anybody could choose the action',
    act: setUp([bound('show'), OTHER]),
    says: 'keys[1].for: it is not given, and the signature does not cover the path, which names the action: a request that was signed for one action would run any other. Bind each key to its action: for: { action }, a secret of its own for each.',
  },
  {
    when: 'one secret for two actions',
    act: setUp([bound('show'), bound('delete')]),
    says: 'keys[1].secret: it is the secret of the key "of-show" too, which is bound to the action "show": a request that was signed for one action would run the other. Give each action a secret of its own.',
  },
  {
    when: 'a secret of every action that is one action’s too',
    act: setUp([SECRET, bound('show')], { provider: undefined, scheme: { type: 'shared-token' } }),
    says: 'keys[1].secret: it is the secret of the key "key-1" too, which is bound to no action: a request that was signed for one action would run the other. Give each action a secret of its own.',
  },
  {
    when: 'more keys for an action than are tried',
    act: setUp(Array.from({ length: 17 }, (_, i) => ({ ...bound('show', `${SECRET}${i}`), id: `${i}` }))),
    says: 'keys: 17 keys are too many. At most 16 are tried: remove those that are no longer in use.',
  },
  {
    when: 'more keys than a ring may have',
    act: setUp(Array.from({ length: 257 }, (_, i) => bound(`a${i}`, `${SECRET}${i}`))),
    says: 'keys: 257 keys are too many. A gate has at most 256 of all actions together, and 16 for one: give some of the actions a gate of their own.',
  },
  {
    when: 'an action as a text in place of a record',
    act: setUp([{ secret: SECRET, for: 'show' }]),
    says: 'keys[0].for: it is a text. Give { action } and nothing else, with the action’s name of at most 256 characters.',
  },
  {
    when: 'a purpose of another name',
    act: setUp([{ secret: SECRET, for: { actions: ['show'] } }]),
    says: 'keys[0].for: it names no action. Give { action } and nothing else, with the action’s name of at most 256 characters.',
  },
  {
    when: 'a purpose without a name',
    act: setUp([bound('')]),
    says: 'keys[0].for: it names no action. Give { action } and nothing else, with the action’s name of at most 256 characters.',
  },
  {
    when: 'half a character in an action’s name',
    act: setUp([bound('\ud800')]),
    says: 'keys[0].for: it names no action. Give { action } and nothing else, with the action’s name of at most 256 characters.',
  },
  {
    when: 'a function alone that reads the action',
    act: setUp([bound('show')], { action: () => 'show' }),
    says: 'action: it is a function. Give what actionFrom makes.',
  },
  {
    when: 'an action in a part that no request has',
    act: () => actionFrom('form' as never, () => undefined),
    says: 'part: it is "form". Parts: method, scheme, host, path, query, body, timestamp, id, type.',
  },
  {
    when: 'a name in place of a function that reads it',
    act: () => actionFrom('path', 'show' as never),
    says: 'read: it is a text. Give a function that reads the action’s name of a request.',
  },
  {
    when: 'one public key of tokens for two actions',
    act: setUp([bound('show', ED25519.pem), bound('delete', `${ED25519.pem}\n`)], {
      provider: { id: 'jwt-bearer', algorithm: 'EdDSA' },
    }),
    says: 'keys[1].secret: it is the secret of the key "of-show" too, which is bound to the action "show": a request that was signed for one action would run the other. Give each action a secret of its own.',
  },
  {
    when: 'a key of account message signatures for an action',
    act: () =>
      gateOf({
        provider: { id: 'approov', messageSigning: 'required', signer: 'account' },
        keys: [
          { secret: Buffer.alloc(32, 'ab'), for: { action: 'show' } },
          { id: 'account-message', secret: Buffer.alloc(32, 'cd'), for: { action: 'show' } },
        ],
        action: actionOfPath,
      }),
    says: 'keys[1].for: it is given for a key of account message signatures, which are for every action. Leave it out: bind the tokens’ keys to actions.',
  },
  {
    when: 'a request to sign for an action that has no key',
    act: unsigned('/render'),
    says: 'keys: no key is bound to the action "render", which the request asks for. Name one of the actions that have a key: show, delete.',
  },
  {
    when: 'a request to sign that names no action',
    act: unsigned('/'),
    says: 'keys: the request names no action, and each key is bound to one. Name one of the actions that have a key: show, delete.',
  },
];

const CALL_ITS_OWN =
  'Have the sender call the address of the action that its key is for, or sign with the key of the action that it calls; somebody may also have captured the request and sent it to another action.';
const signed = (url: string): RefusalCase['request'] => ({
  url,
  headers: { 'x-hub-signature-256': `sha256=${hmacHex('{}')}` },
});

export const boundKeyCases: readonly RefusalCase[] = [
  {
    when: 'a proof of one action’s key at another',
    gate: github(KEYS),
    request: signed('/delete'),
    says: 'key "of-show" proves the request, but is bound to the action "show", and the request asks for "delete"',
    remedy: CALL_ITS_OWN,
  },
  {
    when: 'a proof of one action’s key where no action is named',
    gate: github(KEYS),
    request: signed('/'),
    says: 'key "of-show" proves the request, but is bound to the action "show", and the request names no action',
    remedy: CALL_ITS_OWN,
  },
  {
    when: 'an action that has no key',
    gate: github([bound('delete', OTHER)]),
    request: signed('/render'),
    says: 'no key is bound to the action that the request asks for',
    remedy:
      'Compare the action’s name in the request with those of the gate’s keys (keys[].for); give the action a key, if it should be run.',
  },
];
