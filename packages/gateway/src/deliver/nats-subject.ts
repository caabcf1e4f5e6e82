/** Subjects of messages on NATS, made of a template: `webhooks.{gate}.{type}`. */
import { SetupError } from '@countersign/core/internal/setup-error';
import type { KeptEvent } from '../stores/event-store.ts';

type SubjectOf = (event: KeptEvent) => string;

/** What stands for a value that is not there, or has no letter that a subject can hold. */
const NONE = 'none';
const PLACEHOLDER = /\{([^{}]*)\}/g;
/** A wildcard, white space or an empty token in a subject would be refused by the server, or mean another one. */
const TOKEN = /^[^\s*>{}.]+$/;
const MAX_TYPE_TOKENS = 8;
const MAX_TOKEN = 100;

const VALUES: Readonly<Record<string, SubjectOf>> = {
  gate: ({ gate }) => tokenOf(gate),
  provider: ({ provider }) => tokenOf(provider),
  // The dots of a type are those of a subject: invoice.paid is heard by invoice.> too.
  type: ({ type = '' }) => {
    const tokens = type.split('.').filter((part) => part !== '');
    return tokens.length === 0 ? NONE : tokens.slice(0, MAX_TYPE_TOKENS).map(tokenOf).join('.');
  },
};

/** @throws SetupError for a template that is no subject. */
export function createSubject(template: string): SubjectOf {
  for (const [, name = ''] of template.matchAll(PLACEHOLDER)) {
    if (Object.hasOwn(VALUES, name)) continue;
    throw new SetupError(
      'subject',
      `it names {${name}}, of which no subject is made`,
      'Use {gate}, {provider} and {type}.',
    );
  }
  const example = template.replace(PLACEHOLDER, 'x');
  if (!example.split('.').every((token) => TOKEN.test(token)))
    throw new SetupError(
      'subject',
      'it is no subject of NATS',
      'Write words with dots between them, without white space, * and >, e.g. webhooks.{gate}.{type}.',
    );
  return (event) => template.replace(PLACEHOLDER, (_, name: string) => VALUES[name]?.(event) ?? NONE);
}

/** A sender names types: what has a meaning in a subject is none in its words. */
function tokenOf(value: string): string {
  const token = value.slice(0, MAX_TOKEN).replace(/[^A-Za-z0-9_-]/g, '_');
  return token === '' ? NONE : token;
}
