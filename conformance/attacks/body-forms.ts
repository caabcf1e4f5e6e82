/** Attacks on the parts of a body or a query: members of JSON, pairs of a form, and what says how to read them. */
import type { SignedRequest } from '@countersign/core';
import type { Attack, Opened, PlaceId } from '../engine/model.ts';
import { bodyText, splitUrl, withBody, withHeader } from '../engine/places.ts';
import { type Change, listed } from './request-attack.ts';

/** The outermost members of a JSON object, as they are written; undefined where the body is none. */
function membersOf(text: string): readonly string[] | undefined {
  const trimmed = text.trim();
  if (!trimmed.startsWith('{') || !trimmed.endsWith('}')) return undefined;
  const members: string[] = [];
  let depth = 0;
  let start = 1;
  for (const match of trimmed.matchAll(/"(?:[^"\\]|\\.)*"|[{}[\],]/g)) {
    if (/^[{[]/.test(match[0])) depth++;
    else if (/^[}\]]/.test(match[0])) depth--;
    const isEnd = depth === 0 && match[0] === '}';
    if (!isEnd && !(depth === 1 && match[0] === ',')) continue;
    members.push(trimmed.slice(start, match.index));
    start = match.index + 1;
  }
  return members.filter((member) => member.includes(':'));
}

const nameOf = (member: string): string => /"(?:[^"\\]|\\.)*"/.exec(member)?.[0] ?? '""';
const textAfter = (member: string): string => member.slice(member.indexOf(':', nameOf(member).length) + 1);

const VALUES = ['null', 'true', '0', '""', '[]', '{}', '"x"', '1e400', '{"__proto__":{"x":1}}'];

type Members = readonly string[];

function memberWays(at: number): readonly ((members: Members) => Members)[] {
  const member = (members: Members): string => members[at] ?? '';
  return [
    ...VALUES.flatMap((value) => [
      (members: Members) => [...members, `${nameOf(member(members))}:${value}`],
      (members: Members) => [`${nameOf(member(members))}:${value}`, ...members],
      (members: Members) => members.with(at, `${nameOf(member(members))}:${value}`),
    ]),
    (members) => [...members, member(members)],
    (members) => members.toSpliced(at, 1),
    (members) => [...members.toSpliced(at, 1), member(members)],
    (members) => [member(members), ...members.toSpliced(at, 1)],
    (members) => members.with(at, ` ${member(members)} `),
    (members) => members.with(at, `${escaped(nameOf(member(members)))}:${textAfter(member(members))}`),
    (members) => [...members, `${escaped(nameOf(member(members)))}:"x"`],
    (members) => [...members, `${nameOf(member(members)).toUpperCase()}:"x"`],
    (members) => [`${otherCase(nameOf(member(members)))}:"x"`, ...members],
    (members) => members.with(at, `${nameOf(member(members))}:[${textAfter(member(members))}]`),
    (members) =>
      members.with(at, `${nameOf(member(members))}:"${textAfter(member(members)).replaceAll('"', '')}"`),
  ];
}

function otherCase(name: string): string {
  return name.replace(/[a-z]/i, (letter) =>
    letter === letter.toUpperCase() ? letter.toLowerCase() : letter.toUpperCase(),
  );
}

/** A name whose first char is escaped: the same name to a reader of JSON. */
function escaped(name: string): string {
  return name.length < 3 ? name : `"\\u00${name.charCodeAt(1).toString(16).padStart(2, '0')}${name.slice(2)}`;
}

const wholeWays: readonly ((text: string, members: Members) => string)[] = [
  (_, members) => `{${members.toReversed().join()}}`,
  (_, members) => `{${members.toSorted().join()}}`,
  (_, members) => `{${members.join(', ')}}`,
  (_, members) => `{\n ${members.join(',\n ')}\n}`,
  (_, members) => `{"__proto__":{"admin":true},${members.join()}}`,
  (_, members) => `{${members.join()},"__proto__":{"admin":true}}`,
  (_, members) => `{${members.join()},"constructor":{"prototype":{}}}`,
  (_, members) => `{${members.join()},"test":true}`,
  (_, members) => `{${members.join()},}`,
  (_, members) => `{,${members.join()}}`,
  (_, members) => `{${members.join(';')}}`,
  (text) => `[${text}]`,
  (text) => `{"body":${text}}`,
  (text) => `${text}${text}`,
  (text) => `${text}{}`,
  (text) => `${text},`,
  (text) => `${text}//`,
  (text) => `/**/${text}`,
  (text) => JSON.stringify(text),
  (text) => text.replaceAll('"', "'"),
  (text) => text.replace(/"(\w+)":/g, '$1:'),
  (text) => text.replace(/\s/g, ''),
  (text) => text.replaceAll('/', '\\/'),
  (text) => text.replaceAll('<', '\\u003c'),
];

function jsonWays(subject: Opened): readonly Change[] | string {
  const members = membersOf(bodyText(subject.request));
  if (!members || members.length === 0) return 'its body is no JSON object';
  const onMembers = members.flatMap((_, at) =>
    memberWays(at).map(
      (way): Change =>
        (request) => {
          const now = membersOf(bodyText(request));
          return now && at < now.length ? withBody(request, `{${way(now).join()}}`) : request;
        },
    ),
  );
  const onWhole = wholeWays.map(
    (way): Change =>
      (request) =>
        withBody(request, way(bodyText(request), membersOf(bodyText(request)) ?? [])),
  );
  return [...onMembers, ...onWhole];
}

function pairWays(at: number): readonly ((pairs: readonly string[]) => readonly string[])[] {
  const pair = (pairs: readonly string[]): string => pairs[at] ?? '';
  const name = (pairs: readonly string[]): string => pair(pairs).split('=', 1)[0] as string;
  const value = (pairs: readonly string[]): string => pair(pairs).slice(name(pairs).length + 1);
  return [
    (pairs) => [...pairs, pair(pairs)],
    (pairs) => [...pairs, `${name(pairs)}=x`],
    (pairs) => [`${name(pairs)}=x`, ...pairs],
    (pairs) => [...pairs, `${name(pairs)}[]=x`],
    (pairs) => [...pairs, `${name(pairs)}[a]=x`],
    (pairs) => [...pairs, `+${name(pairs)}=x`],
    (pairs) => [...pairs, `${otherCase(name(pairs))}=x`],
    (pairs) => [...pairs, `${name(pairs)}=`],
    (pairs) => pairs.toSpliced(at, 1),
    (pairs) => [...pairs.toSpliced(at, 1), pair(pairs)],
    (pairs) => [pair(pairs), ...pairs.toSpliced(at, 1)],
    (pairs) => pairs.with(at, `${name(pairs)}=`),
    (pairs) => pairs.with(at, name(pairs)),
    (pairs) => pairs.with(at, `=${value(pairs)}`),
    (pairs) => pairs.with(at, `${name(pairs)}%00=${value(pairs)}`),
    (pairs) =>
      pairs.with(at, `%${name(pairs).charCodeAt(0).toString(16)}${name(pairs).slice(1)}=${value(pairs)}`),
    (pairs) => pairs.with(at, `${name(pairs)}=${value(pairs)}%0D%0Aa%3Db`),
    (pairs) => pairs.with(at, `${name(pairs)}=${value(pairs)};x=1`),
    (pairs) => pairs.with(at, `${name(pairs)}${value(pairs).slice(0, 1)}=${value(pairs).slice(1)}`),
    (pairs) => pairs.with(at, `${name(pairs).slice(0, -1)}=${name(pairs).slice(-1)}${value(pairs)}`),
    (pairs) => pairs.with(at, `${name(pairs)}==${value(pairs)}`),
    (pairs) => pairs.with(at, `${name(pairs)}=${value(pairs).replaceAll('+', '%20')}`),
  ];
}

const PAIRS_WHOLE: readonly ((pairs: readonly string[]) => readonly string[])[] = [
  (pairs) => pairs.toReversed(),
  (pairs) => pairs.toSorted(),
  (pairs) => [...pairs, ''],
  (pairs) => ['', ...pairs],
  (pairs) => [...pairs, 'x=1'],
  (pairs) => [...pairs, 'x='],
  (pairs) => [...pairs, 'x'],
  (pairs) => [...pairs, '='],
  (pairs) => [...pairs, '__proto__=1'],
  (pairs) => [...pairs, '__proto__[admin]=1'],
  (pairs) => [...pairs, 'constructor.prototype.x=1'],
  (pairs) => [pairs.join(';')],
  (pairs) => [pairs.join('&&')],
  (pairs) => [...pairs, '#x=1'],
  (pairs) => [...pairs, ...Array.from({ length: 2000 }, (_, i) => `p${i}=1`)],
  (pairs) => [...pairs, ...pairs],
];

function pairs(subject: Opened, place: PlaceId): readonly Change[] | string {
  const read = (request: SignedRequest): string =>
    place === 'query' ? splitUrl(request.url).query.slice(1) : bodyText(request);
  const write = (request: SignedRequest, text: string): SignedRequest => {
    if (place !== 'query') return withBody(request, text);
    const { scheme, authority, path } = splitUrl(request.url);
    return { ...request, url: `${scheme}${authority}${path}?${text}` };
  };
  if (place === 'body' && !/^[^{[\r\n"]*=[^{["]*$/.test(read(subject.request)))
    return 'its body is no urlencoded form';
  if (place === 'query' && read(subject.request) === '') {
    return ['', 'x=1', 'x', '=', '&', '__proto__=1', '#', '?'].map(
      (text): Change =>
        (request) =>
          write(request, text),
    );
  }
  const count = read(subject.request).split('&').length;
  // A pair that an earlier attack has taken away is no longer there.
  const onPairs = Array.from({ length: count }, (_, at) =>
    pairWays(at).map((way) => (texts: readonly string[]) => (at < texts.length ? way(texts) : texts)),
  );
  const ways = [...onPairs.flat(), ...PAIRS_WHOLE];
  return ways.map(
    (way): Change =>
      (request) =>
        write(request, way(read(request).split('&')).join('&')),
  );
}

const TYPES = [
  'application/json',
  'application/json; charset=utf-8',
  'application/json; charset=utf-16le',
  'application/json;charset=shift_jis',
  'application/x-www-form-urlencoded',
  'application/x-www-form-urlencoded; charset=iso-8859-1',
  'APPLICATION/X-WWW-FORM-URLENCODED',
  'application/x-www-form-urlencoded, application/json',
  'application/x-www-form-urlencoded;',
  'multipart/form-data',
  'multipart/form-data; boundary=x',
  'multipart/form-data; boundary="x"; boundary=y',
  'multipart/mixed; boundary=x',
  'text/plain',
  'text/plain; charset=utf-7',
  'application/xml',
  '',
  '*/*',
];

const BODIES: readonly ((text: string) => string)[] = [
  (text) => text,
  () => '',
  (text) => multipart(text, '--x'),
  (text) => `x=1&${text}`,
  () => '{"a":1}',
];

/** The pairs of an urlencoded form as the parts of a multipart one. */
function multipart(text: string, mark: string): string {
  const parts = text.split('&').map((pair) => {
    const [name = '', ...rest] = pair.split('=').map((part) => decoded(part));
    return `${mark}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${rest.join('=')}\r\n`;
  });
  return `${parts.join('')}${mark}--\r\n`;
}

function decoded(text: string): string {
  return text
    .replaceAll('+', ' ')
    .replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

export const FORM_ATTACKS: readonly Attack[] = [
  listed({
    id: 'member',
    summary:
      'members doubled, dropped, moved, added, retyped, escaped; `__proto__`; other layouts of the object',
    places: ['body'],
    elsewhere: 'members are in bodies',
    ways: jsonWays,
  }),
  listed({
    id: 'pair',
    summary:
      'pairs doubled, dropped, moved, added, emptied; text moved between name and value; other separators',
    places: ['query', 'body'],
    elsewhere: 'pairs are in queries and forms',
    ways: pairs,
  }),
  listed({
    id: 'media-type',
    summary:
      'the body with other media types and charsets, unchanged, empty, as multipart and with more in it',
    places: ['body'],
    elsewhere: 'a media type is of a body',
    ways: () =>
      TYPES.flatMap((type) =>
        BODIES.map(
          (change): Change =>
            (request) =>
              withBody(withHeader(request, 'content-type', type), change(bodyText(request))),
        ),
      ),
  }),
];
