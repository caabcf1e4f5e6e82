/** The ways to read a JSON body that carries its own signature: without it, and as the sender may have printed it. */
import type { Message } from '../crypto/backend.ts';
import type { CoverageWarning } from '../model.ts';
import {
  findMember,
  inOrder,
  isGoText,
  isInOrder,
  type JsonMember,
  type JsonObjectText,
  type PrintStyle,
  printJson,
  withoutMember,
} from '../text/json-text.ts';
import { type BodyReading, messageOfChunks } from './body-reading.ts';

const REPRINTED: readonly CoverageWarning[] = [{ code: 'reprinted-body' }];

/**
 * The body without one top-level JSON member: as received; without white space; and without white space and with
 * ASCII escapes, as Python's `json.dumps` prints it.
 */
export function bodyWithoutMember(name: string): readonly BodyReading[] {
  return [
    { name: 'raw', read: ({ found: { json } }) => json && cutMember(json, name)[0] },
    // A second cut, where white space stands behind the comma of a member that comes first.
    { name: 'raw', read: ({ found: { json } }) => (json?.hasSpace ? cutMember(json, name)[1] : undefined) },
    {
      name: 'compact',
      leaves: REPRINTED,
      read: ({ found: { json } }) =>
        json?.hasSpace ? print(json, without(json, name), 'compact') : undefined,
    },
    {
      name: 'compact-ascii',
      leaves: REPRINTED,
      read: ({ found: { json } }) =>
        json && hasToEscape(json) ? print(json, without(json, name), 'ascii') : undefined,
    },
  ];
}

function cutMember(json: JsonObjectText, name: string): readonly Message[] {
  const member = findMember(json, name);
  return member ? withoutMember(json, member) : [[json.bytes]];
}

function without({ members }: JsonObjectText, omit: string): readonly JsonMember[] {
  return members.filter(({ name }) => name !== omit);
}

/** U+007F is ASCII, and yet escaped by Python’s `json.dumps`. */
const DELETE = 0x7f;

function hasToEscape({ isAscii, bytes }: JsonObjectText): boolean {
  return !isAscii || bytes.indexOf(DELETE) >= 0;
}

/** The members in the sender's own order, as Go's `encoding/json` or Python's `json.dumps` prints them: something on the way sorted them. */
export function reorderedBody(order: readonly string[], omit: string): readonly BodyReading[] {
  return [
    {
      name: 'go',
      leaves: REPRINTED,
      sorts: true,
      read({ found: { json } }) {
        if (!json || (isInOrder(json, order, omit) && isGoText(json))) return undefined;
        const members = inOrder(json, order, omit);
        return members && print(json, members, 'go');
      },
    },
    {
      name: 'reordered-ascii',
      leaves: REPRINTED,
      read({ found: { json } }) {
        // In the sender's own order already: compact and compact-ascii have read it. Or `go` has read it.
        if (!json || isInOrder(json, order, omit) || (!hasToEscape(json) && isGoText(json))) return undefined;
        const members = inOrder(json, order, omit);
        return members && print(json, members, 'ascii');
      },
    },
  ];
}

function print(json: JsonObjectText, members: readonly JsonMember[], style: PrintStyle): Message | undefined {
  return messageOfChunks(json.bytes.length, () => printJson(json, members, style));
}
