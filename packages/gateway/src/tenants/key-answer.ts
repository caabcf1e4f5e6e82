/** What a source of keys says of a tenant, read by the rules of a configuration's keys. */
import { SetupError, type TenantKeys } from '@countersign/core';
import { keysSchema } from '../config/gate-schema.ts';
import { type Fault, readBy } from '../config/shape.ts';
import { formatPath, isMapping } from '../config/value-path.ts';
import { parseAnswer } from '../outgoing/outgoing-client.ts';

/** Of one tenant: 16 keys, and their certificates. It is read at once. */
export const MAX_ANSWER_BYTES: number = 128 * 1024;

const LIST = keysSchema('The keys of a tenant.');

/**
 * The answer of a source, as JSON.
 * @param name the tenant whose file it is. Undefined: the answer says whose it is
 * @throws SetupError for what is no such answer; quotes nothing of it
 */
export function readAnswer(bytes: Uint8Array, name?: string): TenantKeys {
  const answer = parseAnswer(bytes);
  if (!isMapping(answer)) {
    throw new SetupError('answer', 'it is no JSON object', 'Have it be { "tenant": "…", "keys": [ … ] }.');
  }
  const { tenant = name, keys, ...others } = answer;
  const [other] = Object.keys(others);
  if (other !== undefined) {
    throw new SetupError('answer', 'it has a member that is neither tenant nor keys', 'Leave it out.');
  }
  if (name !== undefined && tenant !== name) {
    throw new SetupError('tenant', 'it is not the name of the file', 'Leave it out, or rename the file.');
  }
  return readKeys(tenant, keys);
}

/** @throws SetupError for a tenant without a name, and for keys that a configuration could not have */
export function readKeys(tenant: unknown, keys: unknown): TenantKeys {
  if (typeof tenant !== 'string') {
    throw new SetupError('tenant', 'it is missing, or no text', 'Say whose keys they are, by one name each.');
  }
  if (!Array.isArray(keys))
    throw new SetupError('keys', 'they are no list', 'Give a list of keys, each with its secret.');
  const read = readBy(LIST, keys);
  if ('faults' in read) throw keyError(read.faults[0]);
  return { tenant, keys: read.output.map(({ secret, ...key }) => ({ ...key, secret: secret.reveal() })) };
}

function keyError(fault: Fault | undefined): SetupError {
  const path = fault?.path ?? [];
  if (fault?.known !== undefined) {
    // Its name is the source’s, and may be a secret that stands in the wrong place.
    return new SetupError(
      formatPath(['keys', ...path.slice(0, -1)]),
      'it has a member that no key has',
      `Leave it out: a key has ${fault.known.keys.join(', ')}.`,
    );
  }
  return new SetupError(
    formatPath(['keys', ...path]),
    fault?.problem ?? 'it is not what a key has there',
    // A configuration’s secret may stand elsewhere; here it is what stands here.
    `Give ${path.at(-1) === 'secret' ? 'the secret itself, as a text' : fault?.expected}.`,
  );
}
