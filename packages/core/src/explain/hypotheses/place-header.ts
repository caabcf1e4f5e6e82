/** Requests whose signed headers, or whose proof’s own, came otherwise than they were sent. */
import { HeaderList } from '../../headers.ts';
import { byteString, byteText, decodeUtf8, latin1, utf8 } from '../../text/bytes.ts';
import { shownText } from '../../text/shown-text.ts';
import { declaredAs } from '../declared.ts';
import type { Hypothesis } from '../hypothesis.ts';
import { withHeader } from '../other-address.ts';
import { absentParts } from '../proof-places.ts';
import type { Change, Trial } from '../trial.ts';
import { chosenHeaders, coveredHeaders, proofHeaders } from '../trial-headers.ts';

/** Longer values are left as they are. */
const MAX_VALUE_CHARS = 4096;

/** In a longer list the rest of the values are not tried. */
const MAX_VALUES = 4;

/** For each signed header 2 to 9 trials, of 16 headers at most; most schemes sign none or one. */
export const PLACE_HEADER: readonly Hypothesis[] = [
  {
    id: 'place-header-renamed',
    part: 'place',
    steps: ['extract', 'canonical', 'compare'],
    *changes(trial) {
      const { request } = trial;
      const ownNames = [...proofHeaders(trial), ...coveredHeaders(trial)];
      const isWanted = (name: string): boolean =>
        ownNames.includes(usualName(name)) && usualName(name) !== name.toLowerCase();
      const renamed = [...request.headers].filter(([name]) => isWanted(name));
      if (renamed.length === 0) return;
      const taken = new Set(renamed.map(([name]) => usualName(name)));
      const others = [...request.headers].filter(([name]) => !taken.has(name.toLowerCase()));
      const flat = others.flatMap(([name, value]) => [isWanted(name) ? usualName(name) : name, value]);
      const names = shownText(renamed.map(([name]) => name).join(', '));
      yield { request: { ...request, headers: new HeaderList(flat) }, detail: names };
    },
    says: (names) => `A proxy or framework gave a header of the proof another name: ${names}.`,
    mend: () =>
      'Hand the gate the headers with the names that they came with: - not _, no HTTP_ or X-Forwarded- in front (PHP: getallheaders(); WSGI: - for _, and without HTTP_; AWS: a custom header where it remaps one).',
    example: 'header-dropped',
  },
  {
    id: 'place-header-repeated',
    part: 'place',
    steps: ['receive', 'extract', 'canonical', 'compare'],
    *changes(trial) {
      for (const name of ['host', ...proofHeaders(trial), ...coveredHeaders(trial)]) {
        if (trial.request.headers.count(name) < 2) continue;
        const values = [...trial.request.headers].flatMap(([other, value]) =>
          other.toLowerCase() === name ? [value] : [],
        );
        for (const value of new Set(values.slice(0, MAX_VALUES)))
          yield { ...inPlaceOf(trial, name, value), detail: name };
      }
    },
    says: (name) => `The header ${name} came more than once, and the signature is good with one of them.`,
    mend: (name) =>
      `Look for what adds ${name} a second time on the way (nginx: proxy_set_header replaces, add_header does not; HAProxy: set-header replaces, add-header adds).`,
    example: 'header-dropped',
  },
  {
    id: 'place-header-joined',
    part: 'place',
    steps: ['extract', 'canonical', 'compare'],
    *changes(trial) {
      for (const name of [...proofHeaders(trial), ...coveredHeaders(trial)]) {
        // Lists by themselves: a comma in them separates signatures.
        if (name === 'signature' || name === 'signature-input' || isLabelledByComma(trial, name)) continue;
        const value = trial.request.headers.get(name);
        if (value === undefined || value.length > MAX_VALUE_CHARS || !value.includes(',')) continue;
        const parts = value.split(',').map((part) => part.trim());
        for (const part of new Set(parts.slice(0, MAX_VALUES))) yield withValue(trial, name, part);
        yield withValue(trial, name, parts.join(', '));
        yield withValue(trial, name, parts.join(','));
      }
    },
    says: (name) =>
      `Values of the header ${name} were joined with a comma on the way, and the signature is good without that.`,
    mend: (name) => `Look for what sends or adds ${name} twice: a proxy joins two values into one.`,
    example: 'header-dropped',
  },
  {
    id: 'place-content-type',
    part: 'place',
    steps: ['compare'],
    *changes(trial) {
      if (!coveredHeaders(trial).includes('content-type')) return;
      const ownType = trial.request.headers.get('content-type') ?? '';
      const [type = ''] = ownType.split(';', 1);
      const charsets = ['', ';charset=utf-8', '; charset=utf-8', ';charset=UTF-8', '; charset=UTF-8'];
      for (const bare of new Set([type.trim(), ...typesOf(trial.request.body)]))
        for (const charset of charsets) {
          const value = `${bare}${charset}`;
          if (bare !== '') yield { ...withValue(trial, 'content-type', value), detail: shownText(value) };
        }
    },
    says: (value) =>
      `The header Content-Type was ${value} when it was signed, and is another here: something on the way set it, or its charset, anew.`,
    mend: () =>
      'Look for what sets Content-Type on the way, or have the sender sign the value that its HTTP client sends.',
    example: 'header-dropped',
  },
  {
    id: 'place-header-blanks',
    part: 'place',
    steps: ['compare'],
    *changes(trial) {
      for (const [name, value] of valuesOf(trial)) {
        yield withValue(trial, name, value.replace(/[ \t]+/g, ' ').trim());
        const parts = value.split(/([,;=])/).map((part) => part.trim());
        yield withValue(trial, name, parts.join(''));
        yield withValue(trial, name, ` ${value}`);
        yield withValue(trial, name, `${value} `);
      }
    },
    says: (name) =>
      `The header ${name} had other white space when it was signed; HTTP trims it, and proxies fold it.`,
    mend: (name) =>
      `Have the sender sign ${name} as it arrives: without blanks around it, and with single ones inside.`,
    example: 'header-dropped',
  },
  {
    id: 'place-header-case',
    part: 'place',
    steps: ['compare'],
    *changes(trial) {
      for (const [name, value] of valuesOf(trial)) {
        yield withValue(trial, name, value.toLowerCase());
        yield withValue(trial, name, value.toUpperCase());
      }
    },
    says: (name) => `The value of the header ${name} was signed in letters of another case.`,
    mend: (name) => `Have the sender sign ${name} as it sends it.`,
    example: 'header-dropped',
  },
  {
    id: 'place-header-encoding',
    part: 'place',
    steps: ['compare'],
    *changes(trial) {
      for (const [name, value] of valuesOf(trial)) {
        const bytes = latin1(value);
        const text = bytes && decodeUtf8(bytes);
        if (text !== undefined && latin1(text) !== undefined) yield withValue(trial, name, text);
        yield withValue(trial, name, byteText(utf8(value)));
        yield* withDecoded(trial, name, value);
      }
    },
    says: (name) =>
      `The value of the header ${name} was in another encoding when it was signed (UTF-8, Latin-1, percent-encoding).`,
    mend: (name) =>
      `Have the sender keep ${name} in ASCII; or hand the gate header values as the bytes that came.`,
    example: 'header-dropped',
  },
  {
    id: 'place-header-hop',
    part: 'place',
    steps: ['canonical', 'extract', 'compare'],
    *changes(trial) {
      const usual: Readonly<Record<string, readonly string[]>> = {
        'content-length': [String(trial.request.body.length)],
        connection: ['keep-alive', 'close', 'Keep-Alive'],
        'accept-encoding': ['gzip, deflate', 'gzip', 'identity', 'gzip, deflate, br', 'deflate, gzip'],
        'transfer-encoding': ['chunked'],
      };
      for (const name of coveredHeaders(trial))
        for (const value of usual[name] ?? []) yield withValue(trial, name, value);
    },
    says: (name) =>
      `The signature covers the header ${name}, which belongs to one connection: a proxy on the way changed or dropped it.`,
    mend: (name) => `Have the sender leave ${name} out of what it signs.`,
    example: 'header-dropped',
  },
  {
    id: 'place-header-dropped',
    part: 'place',
    steps: ['canonical', 'extract'],
    certainty: 'possible',
    sees(trial, trace) {
      const { verdict } = trace;
      const { proof, headers } = trial.scheme;
      // An access token may have a message signature beside it.
      const isOfMessage = headers.proof.includes('signature-input');
      const isSigned = proof === 'signature' || isOfMessage;
      if (verdict.ok || verdict.reason !== 'missing-part' || !isSigned) return undefined;
      const isAbsent = (name: string): boolean => trial.request.headers.count(name) === 0;
      const isProofThere = trial.scheme.headers.proof.some((name) => !isAbsent(name));
      // A body that is empty needs no digest, where the signature names none.
      const isNamed = (name: string): boolean =>
        name !== 'content-digest' || !isOfMessage || chosenHeaders(trial).includes(name);
      const names = coveredHeaders(trial).filter((name) => isNamed(name) && isAbsent(name));
      const absent = names.length > 0 ? names : absentParts(trial, trace);
      return isProofThere && absent.length > 0
        ? absent.slice(0, MAX_VALUES).map(shownText).join(', ')
        : undefined;
    },
    says: (names) => `The request came without a header that is signed: ${names}.`,
    mend: () =>
      'Have the proxy pass it on (nginx drops names with _ unless underscores_in_headers is on; ALB drops invalid names where that is switched on; CloudFront passes only what its origin request policy lists); or the sender did not send it.',
    example: 'header-dropped',
  },
];

/** Whether a comma stands between label and signature there: `v1,abc`. */
function isLabelledByComma({ scheme }: Trial, name: string): boolean {
  const { signature } = declaredAs(scheme, 'template')?.options ?? {};
  if (!signature || !('header' in signature)) return false;
  return signature.list?.assign === ',' && signature.header.toLowerCase() === name;
}

/** What the sender most often calls a body that looks so. */
function typesOf(body: Uint8Array): readonly string[] {
  const first = body[0];
  if (first === 0x7b || first === 0x5b)
    return ['application/json', 'text/plain', 'application/cloudevents+json'];
  if (first === 0x3c) return ['application/xml', 'text/xml'];
  return body.includes(0x3d) ? ['application/x-www-form-urlencoded', 'text/plain'] : ['text/plain'];
}

function withValue(trial: Trial, name: string, value: string): Change {
  const { request } = trial;
  const isThere = request.headers.get(name) !== undefined;
  const headers = isThere
    ? withHeader(request.headers, name, value)
    : new HeaderList([...request.headers.flat, name, value]);
  return { request: { ...request, headers }, detail: name };
}

/** One field of that name. */
function inPlaceOf({ request }: Trial, name: string, value: string): Change {
  const others = [...request.headers].filter(([other]) => other.toLowerCase() !== name);
  return { request: { ...request, headers: new HeaderList([...others.flat(), name, value]) } };
}

function* withDecoded(trial: Trial, name: string, value: string): Generator<Change> {
  if (!value.includes('%')) return;
  try {
    yield withValue(trial, name, byteString(decodeURIComponent(value)));
  } catch (error) {
    if (!(error instanceof URIError)) throw error;
  }
}

/** The signed headers that are there, by name. */
function valuesOf(trial: Trial): readonly (readonly [string, string])[] {
  return coveredHeaders(trial).flatMap((name) => {
    const value = trial.request.headers.get(name);
    return value === undefined || value.length > MAX_VALUE_CHARS ? [] : [[name, value] as const];
  });
}

/** The name that CGI, API gateways and proxies made another of. */
function usualName(name: string): string {
  return name
    .toLowerCase()
    .replaceAll('_', '-')
    .replace(/^(?:http|x-amzn-remapped|x-original|x-forwarded|x-orig)-(?=.)/, '');
}
