/** Attacks on the list of header fields: copies, order, names, folding, and fields that steer other programs. */
import { HeaderList, type SignedRequest } from '@countersign/core';
import type { Attack, Opened, PlaceId } from '../engine/model.ts';
import { type Change, listed } from './request-attack.ts';

type Field = readonly [name: string, value: string];

const withFields = (request: SignedRequest, fields: readonly Field[]): SignedRequest => ({
  ...request,
  headers: new HeaderList(fields.flat()),
});

const fieldsOf = (request: SignedRequest): Field[] =>
  [...request.headers].map(([name, value]) => [name, value]);

/** Of the fields at a place, by index: a composed trial may have others. */
function ofEach(
  subject: Opened,
  place: PlaceId,
  changes: readonly ((fields: Field[], at: number) => readonly Field[])[],
): readonly Change[] | string {
  const names = (subject.places.get(place) ?? []).map(({ name }) => name);
  const places = fieldsOf(subject.request).flatMap(([name], at) => (names.includes(name) ? [at] : []));
  if (places.length === 0) return place === 'proof' ? 'its proof is in no header' : 'it has no such field';
  return places.flatMap((at) =>
    changes.map(
      (change): Change =>
        (request) => {
          const fields = fieldsOf(request);
          return at < fields.length ? withFields(request, change(fields, at)) : request;
        },
    ),
  );
}

const field = (fields: readonly Field[], at: number): Field => fields[at] as Field;

/** A value that is not the genuine one, of the same length. */
const wrong = (value: string): string => (value.startsWith('0') ? '1' : '0') + value.slice(1);

const FIELD_PLACES: readonly PlaceId[] = ['headers', 'proof', 'host', 'time', 'id'];
const NO_FIELD = 'it is no header field';

const STEERING: readonly Field[] = [
  ['X-HTTP-Method-Override', 'DELETE'],
  ['X-Forwarded-Host', 'evil.example'],
  ['X-Forwarded-Proto', 'http'],
  ['X-Forwarded-For', '127.0.0.1'],
  ['Forwarded', 'host=evil.example;proto=http'],
  ['X-Original-URL', '/admin'],
  ['X-Rewrite-URL', '/admin'],
  ['X-Host', 'evil.example'],
  ['Content-Encoding', 'gzip'],
  ['Transfer-Encoding', 'chunked'],
  ['Content-Length', '0'],
  ['Expect', '100-continue'],
  ['Connection', 'close, x-signature'],
  ['Content-Type', 'text/plain'],
  ['Content-Type', 'application/x-www-form-urlencoded'],
  ['Content-Type', 'multipart/form-data; boundary=x'],
  ['Content-Type', 'application/json; charset=utf-16'],
  ['Authorization', 'Bearer x'],
  ['Cookie', 'admin=1'],
  ['__proto__', 'x'],
  ['constructor', 'x'],
  ['', ''],
  ['X-Key-Id', 'key-2'],
  ['X-Nonce', 'n2'],
  ['Digest', 'SHA-256=x'],
  ['Content-Digest', 'sha-256=:x:'],
];

export const HEADER_ATTACKS: readonly Attack[] = [
  listed({
    id: 'field-copy',
    summary: 'the header twice: the same, or with a wrong, an empty or a longer one before or after it',
    places: FIELD_PLACES,
    elsewhere: NO_FIELD,
    ways: (subject, place) =>
      ofEach(subject, place, [
        (fields, at) => fields.toSpliced(at, 0, field(fields, at)),
        ...[wrong, () => '', (value: string) => `${value},${value}`, () => 'x'].flatMap((change) => [
          (fields: Field[], at: number) =>
            fields.toSpliced(at, 0, [field(fields, at)[0], change(field(fields, at)[1])]),
          (fields: Field[], at: number) => [
            ...fields,
            [field(fields, at)[0], change(field(fields, at)[1])] as const,
          ],
          (fields: Field[], at: number) => [
            ...fields,
            [field(fields, at)[0].toUpperCase(), change(field(fields, at)[1])] as const,
          ],
        ]),
      ]),
  }),
  listed({
    id: 'field-order',
    summary: 'the headers in reverse order, rotated, and the header first or last',
    places: FIELD_PLACES,
    elsewhere: NO_FIELD,
    ways: (subject, place) =>
      ofEach(subject, place, [
        (fields) => fields.toReversed(),
        (fields, at) => [field(fields, at), ...fields.toSpliced(at, 1)],
        (fields, at) => [...fields.toSpliced(at, 1), field(fields, at)],
        (fields) => [...fields.slice(1), ...fields.slice(0, 1)],
      ]),
  }),
  listed({
    id: 'field-name',
    summary:
      'its name in another case, with underscores, spaces, a prefix, a suffix or look-alikes; the header without a name',
    places: FIELD_PLACES,
    elsewhere: NO_FIELD,
    ways: (subject, place) =>
      ofEach(
        subject,
        place,
        [
          (name: string) => name.toUpperCase(),
          (name: string) => name.toLowerCase(),
          (name: string) => name.replaceAll('-', '_'),
          (name: string) => `${name} `,
          (name: string) => ` ${name}`,
          (name: string) => `${name}:`,
          (name: string) => `${name}\0`,
          (name: string) => `x-${name}`,
          (name: string) => `${name}-2`,
          (name: string) => name.slice(0, -1),
          (name: string) => name.replace(/[sk]/i, '\u017f'),
        ].map(
          (change) => (fields: Field[], at: number) =>
            fields.with(at, [change(field(fields, at)[0]), field(fields, at)[1]]),
        ),
      ),
  }),
  listed({
    id: 'field-fold',
    summary: 'its value folded over lines, split into two headers at each comma, and with spaces around it',
    places: FIELD_PLACES,
    elsewhere: NO_FIELD,
    ways: (subject, place) =>
      ofEach(subject, place, [
        ...[' ', '\t', '\r\n ', '\n ', '\r\n\t', '\r\n'].flatMap((fold) => [
          (fields: Field[], at: number) =>
            fields.with(at, [field(fields, at)[0], fold + field(fields, at)[1]]),
          (fields: Field[], at: number) =>
            fields.with(at, [field(fields, at)[0], field(fields, at)[1] + fold]),
          (fields: Field[], at: number) => {
            const [name, value] = field(fields, at);
            const middle = value.length >> 1;
            return fields.with(at, [name, value.slice(0, middle) + fold + value.slice(middle)]);
          },
        ]),
        (fields, at) => {
          const [name, value] = field(fields, at);
          return fields.toSpliced(at, 1, ...value.split(/, ?/).map((part): Field => [name, part]));
        },
        (fields, at) => {
          const [name, value] = field(fields, at);
          return fields.toSpliced(at, 1, ...value.split(';').map((part): Field => [name, part]));
        },
      ]),
  }),
  listed({
    id: 'field-drop',
    summary: 'without the header; without all headers; with only this one',
    places: FIELD_PLACES,
    elsewhere: NO_FIELD,
    ways: (subject, place) =>
      ofEach(subject, place, [
        (fields, at) => fields.toSpliced(at, 1),
        () => [],
        (fields, at) => [field(fields, at)],
        (fields, at) => fields.filter((_, i) => i !== at && i % 2 === 0),
      ]),
  }),
  listed({
    id: 'field-add',
    summary:
      'headers that control servers and proxies, before and after the others; a hundred and a thousand headers',
    places: ['headers'],
    elsewhere: 'fields are added to the list',
    ways: () => [
      ...STEERING.flatMap((added): readonly Change[] => [
        (request) => withFields(request, [...fieldsOf(request), added]),
        (request) => withFields(request, [added, ...fieldsOf(request)]),
      ]),
      ...[100, 1000].map(
        (times): Change =>
          (request) =>
            withFields(request, [
              ...Array.from({ length: times }, (_, i): Field => [`x-filler-${i}`, 'x']),
              ...fieldsOf(request),
            ]),
      ),
    ],
  }),
];
