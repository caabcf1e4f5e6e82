/**
 * Every warning of a coverage report: what it is called, how grave it is, and what it says. One table, for people to read from end to end.
 * No gate loads it: a gate has the records (`coverage-model.ts`).
 */
import type { CoverageWarning, CoveredPart } from './coverage-model.ts';
import { duration } from './text/amounts.ts';

/** `warning`: who runs the gate can mend it. `info`: it lies in how senders prove their requests. */
export type Severity = 'info' | 'warning';

/** What the parts that are covered, the gate's origin and its algorithms show. */
export type SeenWarning =
  | { readonly code: 'unsigned-body' | 'assumed-scheme' | 'sha1' | 'rsa-sha1' }
  /** None of these parts, and no header but for those, is proved. */
  | {
      readonly code: 'unsigned-parts';
      readonly parts: readonly CoveredPart[];
      readonly headers: readonly string[];
    }
  | { readonly code: 'fixed-origin'; readonly origin: string }
  /** Nothing tells a copy from the first. Absent: it does not go stale. */
  | { readonly code: 'copies-taken'; readonly pastMs?: number }
  | { readonly code: 'keyed-hash'; readonly algorithms: readonly string[] };

export type ReportWarning = CoverageWarning | SeenWarning;

export type CoverageCode = ReportWarning['code'];

/** The record of a code, among records that share theirs with others. */
export type OfCode<Code extends CoverageCode, Record = ReportWarning> = Record extends {
  readonly code: infer Own;
}
  ? Code extends Own
    ? Record
    : never
  : never;

type Rows = {
  readonly [Code in CoverageCode]: {
    readonly severity: Severity;
    readonly sentence: string | ((warning: OfCode<Code>) => string);
  };
};

/** What is wrong with the place of a secret in a hash. */
const HASHED = {
  first:
    'whoever captures a request can make the signature of a longer message that begins as its message does, and is kept out only because such a message has the hash’s padding in it, which is looked for',
  last: 'whoever finds two messages of one hash has two of one signature, which is done for SHA-1',
} as const;

export const COVERAGE_WARNINGS: Rows = {
  // What who captures a request can change in it.
  'unsigned-body': {
    severity: 'warning',
    sentence:
      'Whoever captures a request on its way can pass it on with another body: the body is not signed.',
  },
  'signed-members': {
    severity: 'info',
    sentence: ({ members }) =>
      `Of the body the members ${members.join(', ')} are signed, and no others for certain: whoever captures a request on its way can change those, and add some.`,
  },
  'unsigned-parts': {
    severity: 'info',
    sentence: ({ parts, headers }) =>
      `Whoever captures a request on its way can pass it on with ${parts.length === 0 ? '' : `another ${joined(parts)}, and with `}other headers${headers.length === 0 ? '' : ` (all but ${headers.join(', ')})`}: they are not signed.`,
  },
  'unsigned-id': {
    severity: 'info',
    sentence:
      'Whoever captures a request on its way can give it another id: the id is not signed, so it is shown, and never used against replay.',
  },
  'unsigned-type': {
    severity: 'info',
    sentence:
      'Whoever captures a request on its way can give it another event type: the type is not signed, so act on what the body says.',
  },
  'unsigned-query-order': {
    severity: 'info',
    sentence:
      'Whoever captures a request on its way can change the order of the query’s parameters, but of those of one name: it is not signed.',
  },
  'unsigned-parameter-order': {
    severity: 'info',
    sentence:
      'Whoever captures a request on its way can change the order of the query’s parameters, those of one name too: it is not signed.',
  },
  'unsigned-blank-fields': {
    severity: 'info',
    sentence:
      'Whoever captures a request on its way can add fields without a value, or take them out: they may be unsigned.',
  },
  'reprinted-body': {
    severity: 'info',
    sentence:
      'Of the body its values are signed, not its bytes: whoever captures a request on its way can change their order, white space or escapes.',
  },
  'compressed-body': {
    severity: 'info',
    sentence:
      'Of a compressed body what it decompresses to is signed: whoever captures a request on its way can compress it otherwise, or not at all.',
  },
  'normal-path': {
    severity: 'info',
    sentence:
      'The path is compared as URIs are: /%7Eann is as good as /~ann, so let nothing choose by how a path is written.',
  },
  'signed-parts': {
    severity: 'info',
    sentence: ({ members, parameters }) =>
      `Of what is not signed as a whole, these parts are signed all the same: ${[
        ...(members.length > 0 ? [`${members.join(', ')} of the body`] : []),
        ...(parameters.length > 0 ? [`${parameters.join(', ')} of the query`] : []),
      ].join('; ')}. Act on them, and on nothing beside them.`,
  },
  'decoded-url': {
    severity: 'info',
    sentence:
      'What is percent-encoded in the URL is signed decoded: whoever captures a request on its way can write it otherwise, %3A for a colon, so let nothing choose by how the URL is written.',
  },
  'unsigned-path-end': {
    severity: 'info',
    sentence:
      'Whoever captures a request on its way can add a slash to the end of its path, or take it off: let nothing choose by it.',
  },
  'movable-text': {
    severity: 'warning',
    sentence: ({ parts: [first, second] }) =>
      `Nothing in the message shows where ${first} ends and ${second} begins, as a character between them would that neither can hold: whoever captures a request can move text from one into the other under its signature.`,
  },
  'movable-form-text': {
    severity: 'warning',
    sentence:
      'Nothing in the message shows where names and values of the form end: whoever captures a request can move text from one into another under its signature, and change the order of the fields.',
  },
  'movable-query-text': {
    severity: 'warning',
    sentence:
      'Nothing in the message shows where names and values of the query end: whoever captures a request can move text from one into another under its signature, and change the order of the parameters.',
  },
  'separable-items': {
    severity: 'info',
    sentence:
      'Each item of a body is signed by itself, and nothing says which of them belong together: whoever captures requests before they arrive can send their items in another order, some of them alone, or those of several together. Each item is taken once.',
  },
  'movable-between-messages': {
    severity: 'warning',
    sentence:
      'The message has several forms, and one form’s text can be another’s: whoever captures a request can move text from one part into another under its signature.',
  },
  'action-by-key': {
    severity: 'info',
    sentence: ({ part }) =>
      `The action that a request asks for is proved by its key: the ${part} names it and is not signed, and each action has keys of its own, so whoever captures a request can send it to no other action.`,
  },
  'assumed-scheme': {
    severity: 'info',
    sentence:
      'Where neither the request nor a trusted proxy says whether it came over https or http, nobody can check that: what was signed for https is as good over plain HTTP. An origin settles it.',
  },
  'fixed-origin': {
    severity: 'info',
    sentence: ({ origin }) =>
      `A request counts as sent to ${origin}, the gate’s origin: what it says of scheme and host itself is not looked at.`,
  },
  // How often, and until when, it can be sent again.
  'no-time': {
    severity: 'info',
    sentence:
      'Whoever captures a request can send it again once the gate has forgotten it, or its memory is lost: no time is signed.',
  },
  'repeat-in-time': {
    severity: 'info',
    sentence: ({ pastMs }) =>
      `Whoever captures a request can send it again until it ${pastMs === undefined ? 'expires' : `is ${duration(pastMs)} old`}, if the gate’s memory of it is lost.`,
  },
  'copies-taken': {
    severity: 'warning',
    sentence: ({ pastMs }) =>
      `Whoever captures a request can send it again as often as they like${pastMs === undefined ? ', at any time' : ` until it is ${duration(pastMs)} old`}: nothing tells a copy from the first, so let what it starts do no harm twice.`,
  },
  'forgets-early': {
    severity: 'warning',
    sentence: ({ rememberMs }) =>
      `A request is remembered for ${duration(rememberMs)}: after that a copy of it runs again.`,
  },
  'tolerance-wide': {
    severity: 'warning',
    sentence: ({ option, ms }) => `${option} is ${duration(ms)}: stale requests are accepted for that long.`,
  },
  'tolerance-narrow': {
    severity: 'warning',
    sentence: ({ option, ms }) =>
      `${option} is ${duration(ms)}, less than clocks differ by and networks take: honest requests will be refused. Is it meant in seconds?`,
  },
  // What tells requests apart.
  'trusted-id': {
    severity: 'info',
    sentence:
      'A request whose signed id came before counts as a repeat, whatever else it says: the sender’s word tells its requests apart.',
  },
  'equal-requests': {
    severity: 'info',
    sentence: ({ within }) =>
      `Two equal requests ${within === undefined ? 'cannot be told apart for as long as the first is remembered' : `that are signed within one ${within} cannot be told apart`}: the second counts as a repeat.`,
  },
  'differing-requests': {
    severity: 'info',
    sentence: ({ parts, within }) =>
      `Two requests that differ only in ${joined(parts)} count as one ${within === undefined ? 'for as long as the first is remembered' : `where they are signed within one ${within}`}: the second counts as a repeat.`,
  },
  // Tokens: they prove who sends, and nothing of the request.
  'bearer-token': {
    severity: 'info',
    sentence: ({ uses, headers, address, parts = [] }) =>
      uses === undefined
        ? `Whoever captures a request has its token, and can send it again, or any other request with it, until the token expires${limits(headers, address, parts)}: of the request itself nothing ${parts.length === 0 ? '' : 'else '}is proved.`
        : `Whoever captures a request on its way has its token, and can send any other in its place${limits(headers, address, parts)}: the token is good for ${uses === 1 ? 'one request, whichever it is' : `${uses} requests, whichever they are`}.`,
  },
  'bearer-secret': {
    severity: 'info',
    sentence:
      'Whoever captures a request has the secret itself, and can send it again, or any other request with it, until the secret is changed: of the request itself nothing is proved.',
  },
  'endless-token': {
    severity: 'warning',
    sentence: 'No exp is required: a token without one is good forever, for whoever has it.',
  },
  'any-audience': {
    severity: 'warning',
    sentence:
      'Any audience is taken: a token that the issuer made for another service is good here. Set audience, and issuer where several issuers share the key set.',
  },
  'optional-binding': {
    severity: 'warning',
    sentence: ({ headers }) =>
      `The binding is optional: a token without the claim pay is good with any value of ${headers.join(', ')}.`,
  },
  'binding-off': {
    severity: 'warning',
    sentence: ({ headers }) => `The binding is off: a token is good with any value of ${headers.join(', ')}.`,
  },
  'joined-binding': {
    severity: 'info',
    sentence:
      'The token is bound to headers that are joined without a separator, as the vendor defines it: text can be moved from one header into the next.',
  },
  'optional-message-signature': {
    severity: 'warning',
    sentence:
      'Message signatures are optional: who takes one away is left with the token, and repeats of signed requests are not refused.',
  },
  // Algorithms.
  sha1: {
    severity: 'warning',
    sentence:
      'Signatures are HMAC with SHA-1, which nobody chooses any more: no forgery of them is known, but use SHA-256 if the sender can.',
  },
  'keyed-hash': {
    severity: 'warning',
    sentence: ({ algorithms }) =>
      `Signatures are a plain hash of secret and message (${algorithms.join(' or ')}), which is weaker than an HMAC of both: ${HASHED[algorithms.some((name) => name.endsWith('first')) ? 'first' : 'last']}. Use HMAC if the sender can.`,
  },
  'rsa-sha1': {
    severity: 'warning',
    sentence:
      'Signatures by RSA over SHA-1 are taken: whoever has a say in what the sender signs may make two messages of one hash. Have the sender sign by SHA-256, and take no others.',
  },
  'rsa-pkcs1': {
    severity: 'info',
    sentence: ({ algorithms }) =>
      `${joined(algorithms)} is RSA with the padding of PKCS #1 v1.5, the older of the two: sound where signatures are checked as here, but prefer RSA-PSS or Ed25519 if the sender has it.`,
  },
};

/** `a, b or c`. */
function joined(parts: readonly (CoveredPart | string)[]): string {
  return parts.join(', ').replace(/, (?=[^,]*$)/, ' or ');
}

function limits(headers: readonly string[], address: boolean, parts: readonly CoveredPart[]): string {
  const same = [...parts, ...headers];
  const kept = [
    ...(same.length > 0 ? [`with the same ${same.join(', ')}`] : []),
    ...(address ? ['from the same address'] : []),
  ];
  return kept.length === 0 ? '' : `, ${kept.join(' and ')}`;
}
