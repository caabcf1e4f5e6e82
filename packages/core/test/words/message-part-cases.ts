/** Requests without what a message covers of them, or with what could be moved in it. */
import { HeaderList } from '../../src/index.ts';
import { FORM, NO_SIGNATURE, overBody, type RefusalCase } from './refusal-case.ts';

const SIGNED = { 'x-signature': NO_SIGNATURE };
const LOOK = 'Look for a proxy that drops or doubles the part, and at what the sender signs.';
const ONE_SPELLING =
  'The sender must write the name once, in one way. If it is genuine, have the gate’s message cover all of the body or the query.';
const LISTED =
  'The sender must name each header that it signs, once, and send it once; what is in front of the gate must hand them on.';
const COMPARE = 'Compare the signature’s length, alphabet and prefix with the provider’s page.';
const GIVE_HOST = 'Hand the request over with its Host header or an absolute URL, or set the gate’s origin.';

const overPart = (message: string): object => overBody({ message });
const overList = overBody({
  message: '{headers:x-list}\n{timestamp}\n{body}',
  timestamp: { header: 'x-time', unit: 's' },
});
const listed = (headers: Readonly<Record<string, string>>, list = 'x-list,x-time') => ({
  headers: { ...SIGNED, 'x-time': '1760000000', 'x-list': list, ...headers },
});

const eachItem = overBody({
  each: 'items.*',
  signature: { member: 'sig', encoding: 'hex' },
  message: '{member:a}',
});
const itemBody = (...items: readonly unknown[]) => ({ body: JSON.stringify({ items }) });
const ITEMS = 'The sender must send at most 16 items of together 64 KB.';

export const messagePartCases: readonly RefusalCase[] = [
  {
    when: 'a member of the message that is not there',
    gate: overPart('{member:a.b}'),
    request: { headers: SIGNED, body: '{"a":{}}' },
    says: 'the message covers the body’s member a.b, which is absent',
    remedy: LOOK,
  },
  {
    when: 'a member of the message that is a list',
    gate: overPart('{member:a}'),
    request: { headers: SIGNED, body: '{"a":[1]}' },
    says: 'the message covers the body’s member a, which is no text',
    remedy: LOOK,
  },
  {
    when: 'a member that holds what ends it',
    gate: overPart('{member:a}:{member:b:any}'),
    request: { headers: SIGNED, body: '{"a":"1:2","b":"3:4"}' },
    says: '{member:a} holds ":", which ends it in the message',
    remedy: 'The sender must choose another: text could be moved across its end.',
  },
  {
    when: 'items that are none',
    gate: eachItem,
    request: itemBody(),
    says: 'the body’s list at items.* is not a list with something in it',
    remedy: ITEMS,
  },
  {
    when: 'an item that is there twice',
    gate: eachItem,
    request: itemBody({ a: 1, sig: NO_SIGNATURE }, { a: 1, sig: NO_SIGNATURE }),
    says: 'the body’s list at items.* has an item twice',
    remedy: ITEMS,
  },
  {
    when: 'more items than anybody sends',
    gate: eachItem,
    request: itemBody(...Array.from({ length: 17 }, () => ({ a: 1, sig: NO_SIGNATURE }))),
    says: 'the body’s list at items.* has more than 16 items',
    remedy: ITEMS,
  },
  {
    when: 'an item that is a number',
    gate: eachItem,
    request: itemBody({ a: 1, sig: NO_SIGNATURE }, 2),
    says: 'the body’s list at items.* has an item that is no object',
    remedy: ITEMS,
  },
  {
    when: 'an item without its signature',
    gate: eachItem,
    request: itemBody({ a: 1, sig: NO_SIGNATURE }, { a: 2 }),
    says: 'an item has no signature in its JSON member sig',
    remedy: 'The sender does not sign, signs for another provider, or a proxy dropped the signature.',
  },
  {
    when: 'an item whose signature is a number',
    gate: eachItem,
    request: itemBody({ a: 1, sig: 5 }),
    says: 'the JSON member sig of an item is not text',
    remedy: 'The sender must write it there as a text, and no other type.',
  },
  {
    when: 'an item whose signature has no prefix',
    gate: overBody({
      each: 'items.*',
      signature: { member: 'sig', encoding: 'hex', prefix: 'v1=' },
      message: '{member:a}',
    }),
    request: itemBody({ a: 1, sig: NO_SIGNATURE }),
    says: 'the signature does not start with "v1="',
    remedy: COMPARE,
  },
  {
    when: 'a parameter that is not there',
    gate: overPart('{parameter:a.b}\n{body}'),
    request: { url: '/hook?a=1', headers: SIGNED },
    says: 'the message covers the query’s parameter a.b, which is absent',
    remedy: LOOK,
  },
  {
    when: 'a parameter that is there twice',
    gate: overPart('{parameter:a}\n{body}'),
    request: { url: '/hook?a=1&a=2', headers: SIGNED },
    says: 'the message covers the query’s parameter a, which is repeated',
    remedy: LOOK,
  },
  ...['A=2', 'a[]=2', '%20a=2', 'a[b]=2'].map((other) => ({
    when: `a parameter, and ${other} beside it`,
    gate: overPart('{parameter:a}\n{body}'),
    request: { url: `/hook?a=1&${other}`, headers: SIGNED },
    says: `the message covers the query’s parameter a, and ${JSON.stringify(decodeURIComponent(other.split('=', 1)[0] ?? ''))} stands beside it, which many readers take for the same`,
    remedy: ONE_SPELLING,
  })),
  {
    when: 'a field of a form, and another case of its name beside it',
    gate: overPart('{field:a}'),
    request: { headers: { ...SIGNED, 'content-type': FORM }, body: 'a=1&A=2' },
    says: 'the message covers the form field a, and "A" stands beside it, which many readers take for the same',
    remedy: ONE_SPELLING,
  },
  {
    when: 'JSON in a field of a form, and a field that may be read in its place',
    gate: overPart('{json:j:a}'),
    request: { headers: { ...SIGNED, 'content-type': FORM }, body: 'j={"a":"1"}&j[]={"a":"2"}' },
    says: 'the message covers the form field j, and "j[]" stands beside it, which many readers take for the same',
    remedy: ONE_SPELLING,
  },
  {
    when: 'JSON in a field of a form, and another case of the member’s name in it',
    gate: overPart('{json:j:a}'),
    request: { headers: { ...SIGNED, 'content-type': FORM }, body: 'j={"a":"1","A":"2"}' },
    says: 'the message covers the member a, and "A" stands beside it, which many readers take for the same',
    remedy: ONE_SPELLING,
  },
  ...[
    ['a', { a: '1', A: '2' }, 'A', 'a'],
    ['a.b', { a: { b: '1' }, A: { b: '2' } }, 'A', 'a'],
    ['a.b', { a: { b: '1', B: '2' } }, 'B', 'b'],
    ['b?', { B: '2' }, 'B', 'b'],
    ['kind', { kind: '1', '\u212aind': '2' }, '\\u{212a}ind', 'kind'],
  ].map(([path, body, other, name]) => ({
    when: `a member ${path}, and ${other} beside it`,
    gate: overPart(`{member:${path}}:{path}`),
    request: { headers: SIGNED, body: JSON.stringify(body) },
    says: `the message covers the member ${String(name)}, and "${String(other)}" stands beside it, which many readers take for the same`,
    remedy: ONE_SPELLING,
  })),
  {
    when: 'a list of items, and another case of its name beside it',
    gate: eachItem,
    request: {
      headers: {},
      body: JSON.stringify({ items: [{ a: 1, sig: NO_SIGNATURE }], Items: [{ a: 2 }] }),
    },
    says: 'the message covers the member items, and "Items" stands beside it, which many readers take for the same',
    remedy: ONE_SPELLING,
  },
  {
    when: 'a parameter that holds what ends it',
    gate: overPart('{parameter:a};{body}'),
    request: { url: '/hook?a=1%3B2', headers: SIGNED },
    says: '{parameter:a} holds ";", which ends it in the message',
    remedy: 'The sender must choose another: text could be moved across its end.',
  },
  {
    when: 'a query that does not decode, of which a parameter is signed',
    gate: overPart('{parameter:a}\n{body}'),
    request: { url: '/hook?a=%ff', headers: SIGNED },
    says: 'the message covers the query, and a field has a broken percent escape or is not UTF-8',
    remedy: LOOK,
  },
  {
    when: 'a part that can fall away and holds what ends it',
    gate: overPart('{?id:{header:x-id};?}ts:{body}'),
    request: { headers: { ...SIGNED, 'x-id': 'a;id:b' } },
    says: '{header:x-id} holds ";", which ends it in the message',
    remedy: 'The sender must choose another: text could be moved across its end.',
  },
  {
    when: 'a URL that is decoded, with a slash in its path that is not one',
    gate: overPart('{url:decoded}\n{body}'),
    request: { url: '/a%2Fb', headers: { ...SIGNED, host: 'a.example' } },
    says: 'the message has the path decoded, and a slash or a question mark in it is percent-encoded: it could as well be another path',
    remedy: 'Have the sender call an address without %2F and %3F in its path.',
  },
  {
    when: 'a URL that is decoded, of no host',
    gate: overPart('{url:decoded}\n{body}'),
    request: { headers: SIGNED },
    says: 'the message covers the host; there is none',
    remedy: GIVE_HOST,
  },
  {
    when: 'an address with its form, of no host',
    gate: overPart('{url+form}'),
    request: { headers: { ...SIGNED, 'content-type': FORM }, body: 'a=1' },
    says: 'the message covers the host; there is none',
    remedy: GIVE_HOST,
  },
  {
    when: 'an address with its form, of a query that does not decode',
    gate: overPart('{url+form}'),
    request: {
      url: '/hook?a=%ff',
      headers: { ...SIGNED, host: 'a.example', 'content-type': FORM },
      body: 'a=1',
    },
    says: 'the message covers the query’s parameters, and the query does not decode',
    remedy: 'The sender must percent-encode them as UTF-8.',
  },
  {
    when: 'a target that is escaped, with two question marks',
    gate: overPart('{target:escaped}\n{body}'),
    request: { url: '/hook?a=1?b=2', headers: SIGNED },
    says: 'the query holds a question mark, and what stands behind it is not signed',
    remedy: 'Have the sender call an address that has its question marks percent-encoded.',
  },
  {
    when: 'a list of headers that is not there',
    gate: overList,
    request: { headers: { ...SIGNED, 'x-time': '1760000000' } },
    says: 'the header x-list is absent',
    remedy: LISTED,
  },
  {
    when: 'a list of more headers than anybody signs',
    gate: overList,
    request: listed({}, Array.from({ length: 65 }, (_, i) => `x-${i}`).join(',')),
    says: 'the header x-list names more than 64 headers',
    remedy: LISTED,
  },
  {
    when: 'a list of headers that names one twice',
    gate: overList,
    request: listed({}, 'x-list,x-time,X-Time'),
    says: 'the header x-list names a header twice',
    remedy: LISTED,
  },
  {
    when: 'a list of headers with a comma too many',
    gate: overList,
    request: listed({}, 'x-list,,x-time'),
    says: 'the header x-list names what is none',
    remedy: LISTED,
  },
  {
    when: 'a list of headers that leaves out itself',
    gate: overList,
    request: listed({}, 'x-time'),
    says: 'the header x-list does not name x-list, so that is not signed',
    remedy: 'The sender must sign it, or the gate must not read it.',
  },
  {
    when: 'a list of headers that leaves out the time',
    gate: overList,
    request: listed({}, 'x-list'),
    says: 'the header x-list does not name x-time, so that is not signed',
    remedy: 'The sender must sign it, or the gate must not read it.',
  },
  {
    when: 'a header of the list that is not there',
    gate: overList,
    request: listed({}, 'x-list,x-time,x-other'),
    says: 'the header x-other, which x-list names, is absent',
    remedy: LISTED,
  },
  {
    when: 'a header of the list that holds a letter beyond one byte',
    gate: overList,
    request: {
      headers: new HeaderList([
        'x-signature',
        NO_SIGNATURE,
        'x-time',
        '1760000000',
        'x-list',
        'x-list,x-time,x-other',
        'x-other',
        '\u20ac',
      ]),
    },
    says: 'the header x-other holds a character that no header can',
    remedy: LISTED,
  },
  {
    when: 'a header of the list that holds what another could begin with',
    gate: overList,
    request: listed({ 'x-other': 'a;x-time:1' }, 'x-list,x-time,x-other'),
    says: 'the header x-other holds what another header of the list begins with',
    remedy: 'The sender must choose another value: text could be moved across its end.',
  },
  {
    when: 'a list of signatures with nothing in it',
    gate: overBody({ signature: { header: 'x-signature', list: { bare: true } } }),
    request: { headers: { 'x-signature': ',,' } },
    says: 'the signature header is an empty list',
    remedy: 'The sender does not sign, signs for another provider, or a proxy dropped the signature.',
  },
  {
    when: 'two signatures in a header beside that of the signature',
    gate: overBody({ signature: { header: 'x-signature', also: 'x-signature-2' } }),
    request: {
      headers: [
        ['x-signature-2', NO_SIGNATURE],
        ['x-signature-2', NO_SIGNATURE],
      ],
    },
    says: 'the header x-signature-2 is repeated',
    remedy: 'The sender must send it once, as a text; look for a proxy that adds one.',
  },
  {
    when: 'a signature without its prefix in one of several places',
    gate: overBody({ signature: { header: 'x-signature', prefix: 'v1=', also: 'x-signature-2' } }),
    request: { headers: { 'x-signature-2': NO_SIGNATURE } },
    says: 'the signature does not start with "v1="',
    remedy: COMPARE,
  },
];
