/** What an operator is told of a proof’s gaps, each beside the declaration that leaves it: read by `check` and in docs/coverage.md. */
import { describe, expect, it } from 'vitest';
import { unquotedSentences } from '../../../../scripts/sentences.ts';
import { type CoverageCode, coverageReport, coverageReportOfProvider } from '../../src/coverage-report.ts';
import { COVERAGE_WARNINGS } from '../../src/coverage-warnings.ts';
import {
  createGate,
  findProvider,
  type Gate,
  type ProviderId,
  writtenProvider,
  writtenScheme,
} from '../../src/index.ts';
import { actionOfPath } from '../support/action-of-path.ts';
import { codesOf } from '../support/warnings.ts';

const KEY = 'Vd3pQ0zkT9wXr2LmYb7HVd3pQ0zkT9wX';
const NONCE = { message: '{timestamp}.{nonce}.{body}', nonce: 'x-nonce' };

const template = (scheme: object, gate: object = {}): Gate =>
  createGate({
    scheme: writtenScheme({ algorithm: 'hmac-sha256', signature: 'x-signature', ...scheme }),
    keys: [KEY],
    ...gate,
  });
const timed = (scheme: object): Gate =>
  template({ message: '{timestamp}.{body}', timestamp: { header: 'x-timestamp', unit: 's' }, ...scheme });
const fields = (scheme: object): Gate =>
  createGate({
    scheme: writtenScheme({ type: 'http-message-signatures', algorithm: 'hmac-sha256', ...scheme }),
    keys: [KEY],
  });
const provider = (id: ProviderId, options: object = {}, keys: readonly string[] = [KEY]): Gate =>
  createGate({ provider: writtenProvider(id, { ...findProvider(id)?.needs, ...options }), keys });
const jwks = { jwks: 'https://issuer.example/jwks' };

interface Case {
  /** What the matter is, in words that the program has no part in. */
  readonly when: string;
  readonly gate: () => Gate;
  readonly says: string;
}

const CASES: Readonly<Record<CoverageCode, readonly Case[]>> = {
  'unsigned-body': [
    {
      when: 'a message of method and path',
      gate: () => template({ message: '{method} {path}' }),
      says: 'Whoever captures a request on its way can pass it on with another body: the body is not signed.',
    },
  ],
  'signed-members': [
    {
      when: 'members of a JSON body',
      gate: () => createGate({ provider: writtenProvider('aws-sns', findProvider('aws-sns')?.needs) }),
      says: 'Of the body the members Message, MessageId, Timestamp, TopicArn, Type are signed, and no others for certain: whoever captures a request on its way can change those, and add some.',
    },
  ],
  'unsigned-parts': [
    {
      when: 'a message of method and path',
      gate: () => template({ message: '{method} {path}' }),
      says: 'Whoever captures a request on its way can pass it on with another scheme, host or query, and with other headers: they are not signed.',
    },
    {
      when: 'a message of all but headers',
      gate: () => template({ message: '{method}\n{url}\n{body}' }),
      says: 'Whoever captures a request on its way can pass it on with other headers: they are not signed.',
    },
    {
      when: 'a message of two headers',
      gate: () => template({ message: '{method}\n{url}\n{header:x-a}\n{header:x-b}\n{body}' }),
      says: 'Whoever captures a request on its way can pass it on with other headers (all but x-a, x-b): they are not signed.',
    },
  ],
  'action-by-key': [
    {
      when: 'keys that are bound to actions, which the unsigned path names',
      gate: () =>
        createGate({
          provider: 'github',
          keys: [{ secret: KEY, for: { action: 'show_it' } }],
          action: actionOfPath,
        }),
      says: 'The action that a request asks for is proved by its key: the path names it and is not signed, and each action has keys of its own, so whoever captures a request can send it to no other action.',
    },
  ],
  'unsigned-id': [
    {
      when: 'an id of GitHub, which the signature does not cover',
      gate: () => provider('github'),
      says: 'Whoever captures a request on its way can give it another id: the id is not signed, so it is shown, and never used against replay.',
    },
  ],
  'unsigned-type': [
    {
      when: 'an event’s type of GitHub, which the signature does not cover',
      gate: () => provider('github'),
      says: 'Whoever captures a request on its way can give it another event type: the type is not signed, so act on what the body says.',
    },
  ],
  'unsigned-query-order': [
    {
      when: 'parameters by name',
      gate: () => template({ message: '{query:sorted}\n{body}' }),
      says: 'Whoever captures a request on its way can change the order of the query’s parameters, but of those of one name: it is not signed.',
    },
  ],
  'unsigned-parameter-order': [
    {
      when: 'parameters that are signed in order',
      gate: () => provider('aws-sigv4'),
      says: 'Whoever captures a request on its way can change the order of the query’s parameters, those of one name too: it is not signed.',
    },
    {
      when: 'parameters whose hash in order is in a claim',
      gate: () => provider('atlassian-connect'),
      says: 'Whoever captures a request on its way can change the order of the query’s parameters, those of one name too: it is not signed.',
    },
  ],
  'unsigned-blank-fields': [
    {
      when: 'blank fields of a form',
      gate: () => provider('flow-production-tracking'),
      says: 'Whoever captures a request on its way can add fields without a value, or take them out: they may be unsigned.',
    },
  ],
  'reprinted-body': [
    {
      when: 'JSON that is printed anew',
      gate: () => provider('flowent'),
      says: 'Of the body its values are signed, not its bytes: whoever captures a request on its way can change their order, white space or escapes.',
    },
  ],
  'compressed-body': [
    {
      when: 'a body that is signed before it is compressed',
      gate: () => provider('stream-chat'),
      says: 'Of a compressed body what it decompresses to is signed: whoever captures a request on its way can compress it otherwise, or not at all.',
    },
  ],
  'normal-path': [
    {
      when: 'an address that is normalised',
      gate: () => provider('dpop'),
      says: 'The path is compared as URIs are: /%7Eann is as good as /~ann, so let nothing choose by how a path is written.',
    },
  ],
  'movable-text': [
    {
      when: 'parts that nothing sets apart',
      gate: () => timed({ message: '{timestamp}.{path}{body}' }),
      says: 'Nothing in the message shows where {path} ends and {body} begins, as a character between them would that neither can hold: whoever captures a request can move text from one into the other under its signature.',
    },
  ],
  'movable-form-text': [
    {
      when: 'a form’s fields by name',
      gate: () => template({ message: '{form:sorted}' }),
      says: 'Nothing in the message shows where names and values of the form end: whoever captures a request can move text from one into another under its signature, and change the order of the fields.',
    },
  ],
  'movable-query-text': [
    {
      when: 'an address and a form that are joined',
      gate: () => provider('plivo-v3'),
      says: 'Nothing in the message shows where names and values of the query end: whoever captures a request can move text from one into another under its signature, and change the order of the parameters.',
    },
  ],
  'signed-parts': [
    {
      when: 'members of a body',
      gate: () => template({ message: '{member:a}.{member:b.c}' }),
      says: 'Of what is not signed as a whole, these parts are signed all the same: a, b.c of the body. Act on them, and on nothing beside them.',
    },
    {
      when: 'fields of a form',
      gate: () => template({ message: '{field:a}.{field:b}' }),
      says: 'Of what is not signed as a whole, these parts are signed all the same: a, b of the body. Act on them, and on nothing beside them.',
    },
    {
      when: 'members of the JSON in a field',
      gate: () => template({ message: '{json:a:b.c}' }),
      says: 'Of what is not signed as a whole, these parts are signed all the same: a.b.c of the body. Act on them, and on nothing beside them.',
    },
    {
      when: 'a parameter of the query beside a member',
      gate: () => template({ message: '{member:a}.{parameter:data.id}.{header:x-a}' }),
      says: 'Of what is not signed as a whole, these parts are signed all the same: a of the body; data.id of the query. Act on them, and on nothing beside them.',
    },
  ],
  'separable-items': [
    {
      when: 'items that are signed one by one',
      gate: () => provider('adyen', {}, ['ab'.repeat(32)]),
      says: 'Each item of a body is signed by itself, and nothing says which of them belong together: whoever captures requests before they arrive can send their items in another order, some of them alone, or those of several together. Each item is taken once.',
    },
  ],
  'decoded-url': [
    {
      when: 'a URL that is signed decoded',
      gate: () => template({ message: '{url:decoded}\n{body}' }),
      says: 'What is percent-encoded in the URL is signed decoded: whoever captures a request on its way can write it otherwise, %3A for a colon, so let nothing choose by how the URL is written.',
    },
  ],
  'movable-between-messages': [
    {
      when: 'two messages that can be one text',
      gate: () => timed({ message: ['{timestamp}.{body}{nonce}', '{timestamp}.{body}'], nonce: 'x-nonce' }),
      says: 'The message has several forms, and one form’s text can be another’s: whoever captures a request can move text from one part into another under its signature.',
    },
  ],
  'assumed-scheme': [
    {
      when: 'a whole URL, and no origin',
      gate: () => provider('twilio'),
      says: 'Where neither the request nor a trusted proxy says whether it came over https or http, nobody can check that: what was signed for https is as good over plain HTTP. An origin settles it.',
    },
  ],
  'fixed-origin': [
    {
      when: 'an origin of the gate’s own',
      gate: () => template({ message: '{url}\n{body}', origin: 'https://hooks.example:8443' }),
      says: 'A request counts as sent to https://hooks.example:8443, the gate’s origin: what it says of scheme and host itself is not looked at.',
    },
  ],
  'no-time': [
    {
      when: 'a message of the body alone',
      gate: () => provider('github'),
      says: 'Whoever captures a request can send it again once the gate has forgotten it, or its memory is lost: no time is signed.',
    },
  ],
  'repeat-in-time': [
    {
      when: 'a time that is signed',
      gate: () => provider('stripe'),
      says: 'Whoever captures a request can send it again until it is 5 min old, if the gate’s memory of it is lost.',
    },
    {
      when: 'an end that is signed, and no time',
      gate: () => fields({ lifetime: 'unbounded', required: ['expires'] }),
      says: 'Whoever captures a request can send it again until it expires, if the gate’s memory of it is lost.',
    },
  ],
  'copies-taken': [
    {
      when: 'copies that nothing tells from the first, of a message with a time',
      gate: () => timed({ message: '{timestamp}.{body}', replay: 'none' }),
      says: 'Whoever captures a request can send it again as often as they like until it is 5 min old: nothing tells a copy from the first, so let what it starts do no harm twice.',
    },
    {
      when: 'copies that nothing tells from the first, of a message without a time',
      gate: () => template({ message: '{body}', replay: 'none' }),
      says: 'Whoever captures a request can send it again as often as they like, at any time: nothing tells a copy from the first, so let what it starts do no harm twice.',
    },
  ],
  'forgets-early': [
    {
      when: 'a short memory, where no time ends a proof',
      gate: () => template({ message: '{body}' }, { rememberMs: 5000 }),
      says: 'A request is remembered for 5 s: after that a copy of it runs again.',
    },
  ],
  'tolerance-wide': [
    {
      when: 'a time of days',
      gate: () => timed({ ...NONCE, toleranceMs: 10 * 86_400_000 }),
      says: 'toleranceMs is 10 days: stale requests are accepted for that long.',
    },
  ],
  'tolerance-narrow': [
    {
      when: 'a time of a moment',
      gate: () => timed({ ...NONCE, toleranceMs: 300 }),
      says: 'toleranceMs is 300 ms, less than clocks differ by and networks take: honest requests will be refused. Is it meant in seconds?',
    },
  ],
  'trusted-id': [
    {
      when: 'an id that is signed',
      gate: () => provider('stripe'),
      says: 'A request whose signed id came before counts as a repeat, whatever else it says: the sender’s word tells its requests apart.',
    },
  ],
  'equal-requests': [
    {
      when: 'seconds, and no nonce',
      gate: () => timed({}),
      says: 'Two equal requests that are signed within one second cannot be told apart: the second counts as a repeat.',
    },
    {
      when: 'no time and no nonce',
      gate: () => provider('http-message-signatures', { required: 'none' }),
      says: 'Two equal requests cannot be told apart for as long as the first is remembered: the second counts as a repeat.',
    },
  ],
  'differing-requests': [
    {
      when: 'seconds, and a message without an address',
      gate: () => timed({}),
      says: 'Two requests that differ only in method, host, path or query count as one where they are signed within one second: the second counts as a repeat.',
    },
    {
      when: 'no time, and a message of method and path',
      gate: () => template({ message: '{method} {path}' }),
      says: 'Two requests that differ only in host, query or body count as one for as long as the first is remembered: the second counts as a repeat.',
    },
  ],
  'bearer-token': [
    {
      when: 'a token',
      gate: () => provider('jwt-bearer'),
      says: 'Whoever captures a request has its token, and can send it again, or any other request with it, until the token expires: of the request itself nothing is proved.',
    },
    {
      when: 'a token that is bound to a header and an address',
      gate: () => provider('approov', { binding: ['authorization'], ip: true }),
      says: 'Whoever captures a request has its token, and can send it again, or any other request with it, until the token expires, with the same authorization and from the same address: of the request itself nothing is proved.',
    },
    {
      when: 'a token that is bound to method, path and query',
      gate: () => provider('atlassian-connect'),
      says: 'Whoever captures a request has its token, and can send it again, or any other request with it, until the token expires, with the same method, path, query: of the request itself nothing else is proved.',
    },
    {
      when: 'a token for one request',
      gate: () => provider('jwt-bearer', { consume: 1 }),
      says: 'Whoever captures a request on its way has its token, and can send any other in its place: the token is good for one request, whichever it is.',
    },
    {
      when: 'a token for three requests',
      gate: () => provider('jwt-bearer', { consume: 3 }),
      says: 'Whoever captures a request on its way has its token, and can send any other in its place: the token is good for 3 requests, whichever they are.',
    },
  ],
  'unsigned-path-end': [
    {
      when: 'a path whose last slash is not signed',
      gate: () => provider('atlassian-connect'),
      says: 'Whoever captures a request on its way can add a slash to the end of its path, or take it off: let nothing choose by it.',
    },
  ],
  'bearer-secret': [
    {
      when: 'a secret in a header',
      gate: () => provider('incode'),
      says: 'Whoever captures a request has the secret itself, and can send it again, or any other request with it, until the secret is changed: of the request itself nothing is proved.',
    },
  ],
  'endless-token': [
    {
      when: 'a token without an end',
      gate: () => provider('jwt-bearer', { lifetime: 'unbounded' }),
      says: 'No exp is required: a token without one is good forever, for whoever has it.',
    },
  ],
  'any-audience': [
    {
      when: 'an issuer’s keys, and no audience',
      gate: () => provider('jwt-bearer', { ...jwks, algorithm: 'RS256' }, []),
      says: 'Any audience is taken: a token that the issuer made for another service is good here. Set audience, and issuer where several issuers share the key set.',
    },
  ],
  'optional-binding': [
    {
      when: 'a binding that may be left out',
      gate: () => provider('approov', { binding: ['authorization'], bindingMode: 'optional' }),
      says: 'The binding is optional: a token without the claim pay is good with any value of authorization.',
    },
  ],
  'binding-off': [
    {
      when: 'a binding that is not looked at',
      gate: () => provider('approov', { binding: ['authorization'], bindingMode: 'off' }),
      says: 'The binding is off: a token is good with any value of authorization.',
    },
  ],
  'joined-binding': [
    {
      when: 'a binding of two headers',
      gate: () => provider('approov', { binding: ['authorization', 'x-device'] }),
      says: 'The token is bound to headers that are joined without a separator, as the vendor defines it: text can be moved from one header into the next.',
    },
  ],
  'optional-message-signature': [
    {
      when: 'a message signature that may be left out',
      gate: () => provider('approov', { messageSigning: 'optional' }),
      says: 'Message signatures are optional: who takes one away is left with the token, and repeats of signed requests are not refused.',
    },
  ],
  sha1: [
    {
      when: 'a scheme of SHA-1',
      gate: () => timed({ algorithm: 'sha1' }),
      says: 'Signatures are HMAC with SHA-1, which nobody chooses any more: no forgery of them is known, but use SHA-256 if the sender can.',
    },
  ],
  'keyed-hash': [
    {
      when: 'a secret before the message',
      gate: () => timed({ algorithm: 'sha256-secret-first' }),
      says: 'Signatures are a plain hash of secret and message (sha256-secret-first), which is weaker than an HMAC of both: whoever captures a request can make the signature of a longer message that begins as its message does, and is kept out only because such a message has the hash’s padding in it, which is looked for. Use HMAC if the sender can.',
    },
    {
      when: 'a secret behind the message',
      gate: () => timed({ algorithm: 'sha1-secret-last' }),
      says: 'Signatures are a plain hash of secret and message (sha1-secret-last), which is weaker than an HMAC of both: whoever finds two messages of one hash has two of one signature, which is done for SHA-1. Use HMAC if the sender can.',
    },
  ],
  'rsa-sha1': [
    {
      when: 'a signature by RSA over SHA-1',
      gate: () => createGate({ provider: writtenProvider('aws-sns', findProvider('aws-sns')?.needs) }),
      says: 'Signatures by RSA over SHA-1 are taken: whoever has a say in what the sender signs may make two messages of one hash. Have the sender sign by SHA-256, and take no others.',
    },
  ],
  'rsa-pkcs1': [
    {
      when: 'tokens of two algorithms of RSA',
      gate: () => provider('jwt-bearer', { ...jwks, algorithm: ['RS256', 'PS256', 'RS512'] }, []),
      says: 'RS256 or RS512 is RSA with the padding of PKCS #1 v1.5, the older of the two: sound where signatures are checked as here, but prefer RSA-PSS or Ed25519 if the sender has it.',
    },
  ],
};

const cases = Object.entries(CASES).flatMap(([code, list]) => list.map((one) => ({ code, ...one })));

it.each(cases)('$code: $when', ({ code, gate, says }) => {
  const { warnings } = coverageReport(gate());
  expect(warnings.filter((warning) => warning.code === code).map(({ sentence }) => sentence)).toEqual([says]);
});

it('the table of warnings is that of codes', () => {
  expect(Object.keys(COVERAGE_WARNINGS).sort()).toEqual(Object.keys(CASES).sort());
});

describe('what can be mended at the gate', () => {
  const graveOf = (gate: Gate) =>
    coverageReport(gate)
      .warnings.filter(({ severity }) => severity === 'warning')
      .map(({ code }) => code);

  it.each([
    ['sha1', () => timed({ algorithm: 'sha1' }), () => provider('flow-production-tracking-webhook')],
    ['sha1', () => provider('hmac', { algorithm: 'sha1' }), () => provider('twilio')],
    ['movable-form-text', () => template({ message: '{form:sorted}' }), () => provider('twilio')],
    ['unsigned-body', () => template({ message: '{method} {path}' }), () => provider('dpop')],
  ] as const)('%s is grave where the gate declares it, and not where a vendor does', (code, own, vendors) => {
    expect(graveOf(own())).toContain(code);
    expect(codesOf(vendors())).toContain(code);
    expect(graveOf(vendors())).toEqual([]);
  });

  it('comes first', () => {
    const severities = coverageReport(timed({ algorithm: 'sha1', toleranceMs: 300 })).warnings.map(
      ({ severity }) => severity,
    );
    expect(severities).toEqual([...severities].sort().reverse());
    expect(severities[0]).toBe('warning');
  });

  it('is told of a provider by its id as of a gate', () => {
    expect(coverageReportOfProvider('github')).toEqual(coverageReport(provider('github')));
    expect(coverageReportOfProvider({ id: 'hmac', algorithm: 'sha1' }).warnings[0]?.code).toBe('sha1');
  });
});

it('every one stands in a test', () => {
  const unquoted = unquotedSentences('packages/core', { sentence: 'property' });
  expect(unquoted.filter((place) => place.startsWith('coverage-'))).toEqual([]);
});
