/** JSON that was put into an envelope after it was signed, or taken out of one. */
import { utf8 } from '../../text/bytes.ts';
import { shownText } from '../../text/shown-text.ts';
import type { Tried } from '../hypothesis.ts';
import { type JsonStyle, printTree } from '../json-print.ts';
import type { JsonMember, JsonTree } from '../json-tree.ts';
import { bodyJson, bodyText, otherBody, withTexts } from '../other-body.ts';
import { bytesOfBase64 } from '../strangers-base64.ts';
import type { Change, Trial } from '../trial.ts';
import { BODY_STEPS, COMPARED, SIGN_WHAT_IS_SENT } from './body-part.ts';
import { FEW_STYLES } from './few-styles.ts';

/** Members that are tried: an envelope has few. */
const MAX_MEMBERS = 16;

/** A longer body is printed too often. */
const MAX_ADDED_BYTES = 16 * 1024;

const ENVELOPES = ['body', 'payload', 'data', 'event', 'message'];
const LINE: JsonStyle = { comma: ',', colon: ':' };

function membersOf(trial: Trial): readonly JsonMember[] {
  const tree = bodyJson(trial);
  const object = tree?.kind === 'list' && tree.items.length === 1 ? tree.items[0] : tree;
  return object?.kind === 'object' ? object.members.slice(0, MAX_MEMBERS) : [];
}

/** What a member may stand for. */
function* contents(trial: Trial, value: JsonTree, detail: string): Generator<Change> {
  if (value.kind === 'text') {
    yield* otherBody(trial, utf8(value.text), detail);
    const bytes = value.text.length >= 4 ? bytesOfBase64(value.text) : undefined;
    if (bytes) yield* otherBody(trial, bytes, detail);
  } else if (value.kind !== 'word') {
    for (const style of FEW_STYLES) yield* otherBody(trial, utf8(printTree(style, value)), detail);
  }
}

function* envelopesOf(text: string): Generator<string> {
  const string = JSON.stringify(text);
  yield `[${text}]`;
  for (const name of ENVELOPES) {
    for (const content of [text, string]) {
      yield `{"${name}":${content}}`;
      yield `{"${name}": ${content}}`;
    }
  }
}

/** `body-envelope-on` 4 trials a member, of 16 at most; `body-envelope-off` 21; `body-json-member-added` 4 a member. */
export const BODY_ENVELOPE: readonly Tried[] = [
  {
    id: 'body-envelope-on',
    ...BODY_STEPS,
    *changes(trial) {
      for (const { name, value } of membersOf(trial)) yield* contents(trial, value, shownText(name));
      const tree = bodyJson(trial);
      const [only] = tree?.kind === 'list' && tree.items.length === 1 ? tree.items : [];
      if (only) yield* contents(trial, only, '0');
    },
    says: (name) =>
      `The signature is of what stands in the body’s member ${name} alone: the rest was put around it after it was signed, or the sender signs that member only.`,
    mend: (name) =>
      `Hand the gate what the sender sent: in events of queues, functions and logs that is the member ${name}, as text or decoded from base64. If the body came so, the sender must sign all of it.`,
    example: 'raw-body-lambda',
  },
  {
    id: 'body-envelope-off',
    ...COMPARED,
    *changes(trial) {
      const text = bodyText(trial);
      if (text !== undefined && bodyJson(trial)) yield* withTexts(trial, envelopesOf(text));
    },
    says: () =>
      'The signature is of the body in an envelope, such as {"body":…} or […], that was taken off, or that the sender signs and does not send.',
    mend: () => `Hand the gate the whole body, before anything is taken out of it. ${SIGN_WHAT_IS_SENT}`,
    example: 'raw-body',
  },
  {
    id: 'body-json-member-added',
    ...COMPARED,
    *changes(trial) {
      const tree = bodyJson(trial);
      if (tree?.kind !== 'object' || tree.members.length > MAX_MEMBERS) return;
      if (trial.request.body.length > MAX_ADDED_BYTES) return;
      for (const omitted of tree.members.toReversed()) {
        const members = tree.members.filter((member) => member !== omitted);
        const styles = [...FEW_STYLES, { ...LINE, order: 'by name' } as const];
        for (const style of styles)
          yield* otherBody(
            trial,
            utf8(printTree(style, { kind: 'object', members })),
            shownText(omitted.name),
          );
      }
    },
    says: (name) =>
      `The signature is of the body without its member ${name}: that was put in after the rest was signed.`,
    mend: (name) =>
      `Hand the gate the body before anything adds ${name} to it. If the sender does, it must sign the body with ${name}; where that is the signature itself, declare it: signature: { member: ${name} }.`,
    example: 'raw-body',
  },
];
