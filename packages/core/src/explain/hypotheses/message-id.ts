/** Ids that are not the one that the sender signed. */
import { providers } from '../../providers/registry.ts';
import type { MessageField } from '../../schemes/message-part.ts';
import type { PartSource } from '../../schemes/part-source.ts';
import type { TemplateOptions } from '../../schemes/template-options.ts';
import { utf8Text } from '../../text/bytes.ts';
import { shownText } from '../../text/shown-text.ts';
import { isToken } from '../../text/token.ts';
import { declaredAs } from '../declared.ts';
import type { Hypothesis } from '../hypothesis.ts';
import type { JsonTree } from '../json-tree.ts';
import { bodyJson } from '../other-body.ts';
import { literalField, partsOf, placesOf, replaced } from '../other-message.ts';
import type { Trial } from '../trial.ts';
import { textAt } from '../written-signature.ts';
import { messageRow } from './message.ts';

/** More are not tried. */
const MAX_IDS = 64;
/** Nor are longer ones. */
const MAX_CHARS = 128;

/** A word of queues, and nothing of an id that a sender draws. */
const OF_QUEUE =
  /(?:^|[^a-z])(?:job|task|queue|requeued?|retry|retries|retried|attempt|redeliver(?:y|ed)?|replay(?:ed)?|resend|resent|dlq)(?:[^a-z]|$)/i;

export const MESSAGE_ID: readonly Hypothesis[] = [
  messageRow(
    'message-id-changed',
    'The id is another than the one that the sender signed, which stands elsewhere in the request',
    function* (parts, options, trial) {
      for (const field of ['id', 'nonce'] as const) {
        if (placesOf(parts, field).length > 0)
          yield* replaced(parts, field, ...otherIds(options[field], trial));
      }
    },
    () =>
      'Have whatever hands the request on leave the id as it came, and write its own into another header.',
  ),
  {
    id: 'message-id-replaced',
    part: 'message',
    steps: ['compare'],
    certainty: 'possible',
    example: 'message-parts',
    sees(trial, { verdict }) {
      const place = verdict.ok || verdict.reason !== 'signature-mismatch' ? undefined : signedId(trial);
      if (!place) return undefined;
      const { header, text } = place;
      const isQueues = OF_QUEUE.test(text) || !text.startsWith(beginningOf(header));
      return isQueues ? `${header}: ${shownText(text.slice(0, MAX_CHARS))}` : undefined;
    },
    says: (detail) =>
      `The signature covers the id, and the one that came looks like a queue’s or a retry’s and not like the sender’s: ${detail}.`,
    mend: () =>
      'Look for a queue or a worker that writes an id of its own there: the header must keep the id with which the sender signed. Its own belongs into another header.',
  },
];

/** What ids of that header begin with; empty where nobody says. */
function beginningOf(header: string): string {
  const [beginning = ''] = providers.flatMap(({ idBeginnings }) => idBeginnings?.[header] ?? []);
  return beginning;
}

/** The id that the message covers, where it is a header’s. */
function signedId(trial: Trial): { readonly header: string; readonly text: string } | undefined {
  const { options } = declaredAs(trial.scheme, 'template') ?? {};
  const source = options?.id;
  if (!options || !source || !('header' in source)) return undefined;
  if (!partsOf(options).some((parts) => placesOf(parts, 'id').length > 0)) return undefined;
  const text = textAt(source, trial);
  return text === undefined ? undefined : { header: source.header.toLowerCase(), text };
}

/** What else may be the id: without what is behind it, in another header, in the JSON. */
function* otherIds(source: TemplateOptions['id'], trial: Trial): Generator<MessageField> {
  const own = source && textAt(source, trial);
  if (own !== undefined) yield* shortened(own);
  let count = 0;
  for (const [name, value] of trial.request.headers) {
    if (isOwn(source, name) || value === '' || value.length > MAX_CHARS || !isToken(name)) continue;
    if (count++ === MAX_IDS) break;
    yield literalField('id', `{header:${name.toLowerCase()}}`, value);
  }
  const tree = bodyJson(trial);
  for (const [path, text] of tree ? textsOf(tree, '') : []) {
    if (count++ === 2 * MAX_IDS) return;
    yield literalField('id', `{body.${path}}`, utf8Text(text));
  }
}

function isOwn(source: PartSource | undefined, name: string): boolean {
  return source !== undefined && 'header' in source && source.header.toLowerCase() === name.toLowerCase();
}

/** Without a number, or a word, that was put behind it. */
function* shortened(id: string): Generator<MessageField> {
  for (let at = id.length - 1, cuts = 0; at > 0 && cuts < 4; at--) {
    if (!/[-_:.#/]/.test(id.charAt(at))) continue;
    cuts++;
    yield literalField('id', `{id without ${shownText(id.slice(at))}}`, id.slice(0, at));
  }
}

/** Every short text and number of it, with its place. */
function* textsOf(tree: JsonTree, path: string): Generator<readonly [string, string]> {
  if (tree.kind === 'object')
    for (const { name, value } of tree.members) yield* textsOf(value, path === '' ? name : `${path}.${name}`);
  if (tree.kind === 'text' && tree.text !== '' && tree.text.length <= MAX_CHARS) yield [path, tree.text];
  if (tree.kind === 'word' && /^\d/.test(tree.word)) yield [path, tree.word];
}
