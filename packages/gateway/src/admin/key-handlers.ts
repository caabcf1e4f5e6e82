/** What the routes of a gate's keys do. */
import { randomBytes } from 'node:crypto';
import type { AddedKeyView, AdminApi, GateKeysView, InputOf, KeyApi } from '@countersign/api';
import { nearMiss } from '@countersign/core';
import type { KeyConfig } from '../config/config.ts';
import { Secret } from '../config/secret.ts';
import { hasFetchedKeys } from '../gates/core-gate.ts';
import { addKey, changeKey, KeyFault, type Keys } from '../gates/key-changes.ts';
import type { OpenGate } from '../gates/open-gate.ts';
import type { AdminParts, Handlers } from './admin-parts.ts';
import type { Caller } from './caller.ts';
import { changedMeanwhile, etagOf, type IfMatch, TaggedReply } from './etag.ts';
import { timeMs } from './iso-time.ts';
import { createKeyDeliveryHandlers } from './key-delivery-handlers.ts';
import { gateKeysView } from './key-views.ts';
import { Problem } from './problem.ts';
import { namedGate } from './unknown-gate.ts';

type KeyParts = Pick<AdminParts, 'gates' | 'keyUses' | 'now' | 'log'>;

export function createKeyHandlers(parts: KeyParts): Handlers<KeyApi> {
  return {
    gateKeys: (input) => showKeys(parts, input.gate),
    addKey: (input, caller, ifMatch) => addToGate(parts, input, { caller, ifMatch }),
    changeKey: (input, caller, ifMatch) => changeOfGate(parts, input, { caller, ifMatch }),
    ...createKeyDeliveryHandlers(parts),
  };
}

/** Who asks for a change, and of which state. */
interface Asking {
  readonly caller: Caller;
  readonly ifMatch: IfMatch | undefined;
}

async function showKeys(parts: KeyParts, name: string): Promise<TaggedReply<GateKeysView> | Problem> {
  const gate = namedGate(parts.gates, name);
  return gate instanceof Problem ? gate : tagged(parts, gate);
}

async function tagged(parts: KeyParts, gate: OpenGate): Promise<TaggedReply<GateKeysView>> {
  await parts.keyUses.of(gate.config.name)?.read();
  return new TaggedReply(gateKeysView(parts, gate), etagOf(gate.keys.state));
}

/** @param make is asked again for the last word once no other change is under way */
async function changeKeys(
  { keys, coreGate }: OpenGate,
  { ifMatch }: Asking,
  make: (keys: Keys) => Keys | KeyFault,
): Promise<Problem | undefined> {
  if (coreGate === undefined || hasFetchedKeys(coreGate)) {
    const why =
      coreGate === undefined
        ? 'the gate takes unsigned requests, and has no keys'
        : coreGate.keys.isByTenant === true
          ? 'the gate looks its keys up by tenant, and they are changed where keysFrom says'
          : 'the gate’s keys are fetched from an address, and are changed there';
    return new Problem('keys-fetched', why);
  }
  let problem: Problem | undefined;
  const fault = await keys.change((current) => {
    problem = changedMeanwhile(ifMatch, etagOf(keys.state));
    return problem === undefined ? make(current) : STAYS;
  });
  return problem ?? (fault && new Problem(fault.code, fault.sentence));
}

/** The problem says why. */
const STAYS = new KeyFault('changed-meanwhile', 'the keys have changed since they were read');

async function addToGate(
  parts: KeyParts,
  input: InputOf<AdminApi['addKey']>,
  asking: Asking,
): Promise<TaggedReply<AddedKeyView> | Problem> {
  const gate = namedGate(parts.gates, input.gate);
  if (gate instanceof Problem) return gate;
  const text = secretOf(input, gate);
  if (text instanceof Problem) return text;
  const key = keyOf(input, text);
  const problem =
    key instanceof Problem
      ? key
      : (problemOf(gate, input) ?? (await changeKeys(gate, asking, (keys) => addKey(keys, key))));
  if (problem !== undefined) return problem;
  parts.log.info({ gate: input.gate, keyId: input.id, by: asking.caller.name }, 'a key was added');
  const { reply, etag } = await tagged(parts, gate);
  return new TaggedReply({ keys: reply, ...(input.generate === true && { secret: text }) }, etag);
}

/** What a list of keys does not refuse by itself. */
function problemOf(
  { keys, outcome, actions }: OpenGate,
  { action }: InputOf<AdminApi['addKey']>,
): Problem | undefined {
  if (!keys.canAdd) {
    return new Problem(
      'store-key-missing',
      'a key that is added is stored encrypted, and the configuration has no storeKey: make one with openssl rand -hex 32, set storeKey to it, and start the gateway again',
    );
  }
  const names = actions.map((ready) => ready.action.name);
  if (action === undefined || outcome.kind !== 'answer' || names.includes(action)) return undefined;
  const meant = nearMiss(action, names);
  return new Problem(
    'invalid-input',
    `the gate has no action of this name${meant === undefined ? '' : `; did you mean ${meant}?`}`,
  );
}

function keyOf(
  { id, encoding, state = 'next', from, until, action }: InputOf<AdminApi['addKey']>,
  text: string,
): KeyConfig | Problem {
  const fromMs = timeMs(from);
  const untilMs = timeMs(until);
  if (Number.isNaN(fromMs) || Number.isNaN(untilMs)) return NO_SUCH_DAY;
  if (fromMs !== undefined && untilMs !== undefined && untilMs <= fromMs)
    return new Problem('invalid-input', 'until is not after from');
  return {
    id,
    secret: new Secret(text),
    ...(encoding !== undefined && { encoding }),
    state,
    ...(fromMs !== undefined && { fromMs }),
    ...(untilMs !== undefined && { untilMs }),
    ...(action !== undefined && { for: { action } }),
  };
}

const NO_SUCH_DAY = new Problem('invalid-input', 'from or until is a day that there is not');

/** As many as the longest digest of HMAC is usually keyed with; 256 bits. */
const GENERATED_BYTES = 32;

function secretOf(
  { secret, generate = false, encoding }: InputOf<AdminApi['addKey']>,
  { coreGate }: OpenGate,
): string | Problem {
  if ((secret === undefined) === !generate)
    return new Problem('invalid-input', 'give secret, or generate: true, and not both');
  if (secret !== undefined) return secret;
  const form = coreGate?.scheme.keys.forms[0];
  if (form !== undefined && form.kind !== 'secret')
    return new Problem(
      'invalid-input',
      'the gate’s keys are public ones: their other halves are the sender’s',
    );
  const bytes = randomBytes(GENERATED_BYTES);
  const as = encoding === 'prefixed' ? form?.encoding : (encoding ?? form?.encoding);
  const prefix = encoding === undefined || encoding === 'prefixed' ? (form?.prefix ?? '') : '';
  if (as === undefined || as === 'utf8') return prefix + bytes.toString('base64url');
  if (as === 'base64' || as === 'base64url' || as === 'hex') return prefix + bytes.toString(as);
  return new Problem('invalid-input', 'no secret is generated in this encoding: leave encoding out');
}

async function changeOfGate(
  parts: KeyParts,
  { gate: name, key: id, change, from, until, force = false }: InputOf<AdminApi['changeKey']>,
  asking: Asking,
): Promise<TaggedReply<GateKeysView> | Problem> {
  const gate = namedGate(parts.gates, name);
  if (gate instanceof Problem) return gate;
  const fromMs = timeMs(from);
  const untilMs = timeMs(until);
  if (Number.isNaN(fromMs) || Number.isNaN(untilMs)) return NO_SUCH_DAY;
  const problem = await changeKeys(gate, asking, (keys) =>
    changeKey(keys, { id, change, fromMs, untilMs, force }, parts.now()),
  );
  if (problem !== undefined) return problem;
  if (change === 'remove') await parts.keyUses.of(name)?.forget(id);
  parts.log.info({ gate: name, keyId: id, change, from, until, by: asking.caller.name }, 'a key was changed');
  return tagged(parts, gate);
}
