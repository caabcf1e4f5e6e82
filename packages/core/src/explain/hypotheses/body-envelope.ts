/** JSON that was put into an envelope after it was signed, or taken out of one. */
import { utf8 } from '../../text/bytes.ts';
import { shownText } from '../../text/shown-text.ts';
import { FEW_STYLES, LINE } from '../few-styles.ts';
import type { TrialHypothesis } from '../hypothesis.ts';
import { guessesOf } from '../json-guesses.ts';
import { printTree } from '../json-print.ts';
import type { JsonTree } from '../json-tree.ts';
import { bodyJson, bodyText, otherBody, withTexts } from '../other-body.ts';
import { bytesOfBase64 } from '../strangers-base64.ts';
import type { Change, Trial } from '../trial.ts';
import { BODY_STEPS, COMPARED, SIGN_WHAT_IS_SENT } from './body-part.ts';

/** Members that are left out one by one. */
const MAX_MEMBERS = 16;

/** What is tried of all that stands inside. */
const MAX_INSIDE = 32;
/** Items of a list that is taken for a batch. */
const MAX_BATCH = 3;
const MAX_PLACE_CHARS = 80;

/** Of numbers that were printed otherwise, too. */
const MEMBER_GUESSES = { cost: 5, guesses: 420, asItIs: true };

/** A longer body is printed too often. */
const MAX_ADDED_BYTES = 16 * 1024;

const ENVELOPES = ['body', 'payload', 'data', 'event', 'message'];
/** Something inside the body, and where, e.g. `Records[0].body`. */
interface Inside {
  readonly place: string;
  readonly value: JsonTree;
}

/** What stands inside, the outermost first: an envelope has few members, and one more around it at times. */
function nestedValues(tree: JsonTree): readonly Inside[] {
  const all: Inside[] = [{ place: '', value: tree }];
  for (let at = 0; at < all.length && all.length <= MAX_INSIDE; at++) {
    const { place, value } = all[at] as Inside;
    if (value.kind === 'object') {
      const dot = place === '' ? '' : '.';
      all.push(...value.members.map((member) => ({ place: place + dot + member.name, value: member.value })));
    } else if (value.kind === 'list' && value.items.length <= MAX_BATCH) {
      all.push(...value.items.map((item, i) => ({ place: `${place}[${i}]`, value: item })));
    }
  }
  return all.slice(1, MAX_INSIDE + 1);
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

/** `body-envelope-on` 3 trials for each of 32 things inside at most; `body-envelope-off` 21; `body-json-member-added` 4 a member, and 424 for the last. */
export const BODY_ENVELOPE: readonly TrialHypothesis[] = [
  {
    id: 'body-envelope-on',
    ...BODY_STEPS,
    *changes(trial) {
      const tree = bodyJson(trial);
      for (const { place, value } of tree ? nestedValues(tree) : [])
        yield* contents(trial, value, shownText(place.slice(0, MAX_PLACE_CHARS)));
    },
    says: (name) =>
      `The signature is of what stands in the body at ${name} alone: the rest was put around it after it was signed, or the sender signs that only.`,
    mend: (name) =>
      `Hand the gate what the sender sent: in events of queues, functions and logs that is ${name}, as text or decoded from base64. If the body came so, the sender must sign all of it.`,
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
        const styles = [...FEW_STYLES, { ...LINE, order: 'by-name' } as const];
        const rest: JsonTree = { kind: 'object', members };
        const name = shownText(omitted.name);
        for (const style of styles) yield* otherBody(trial, utf8(printTree(style, rest)), name);
        // What is added goes to the end, and numbers are often printed anew with it.
        if (omitted !== tree.members.at(-1)) continue;
        for (const { body } of guessesOf(rest, MEMBER_GUESSES)) yield* otherBody(trial, body, name);
      }
    },
    says: (name) =>
      `The signature is of the body without its member ${name}: that was put in after the rest was signed.`,
    mend: (name) =>
      `Hand the gate the body before anything adds ${name} to it. If the sender does, it must sign the body with ${name}; where that is the signature itself, declare it: signature: { member: ${name} }.`,
    example: 'raw-body',
  },
];
