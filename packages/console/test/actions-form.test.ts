/** The form that an input's schema stands for, and what is shown of answers. */
import type { PassedView } from '@countersign/api';
import { describe, expect, it } from 'vitest';
import { answerOf } from '../src/actions/answer-kind.ts';
import { inputFields } from '../src/actions/input-fields.ts';
import { inputIssues } from '../src/actions/input-issues.ts';
import { pageText } from '../src/actions/page-text.ts';
import { startValue } from '../src/actions/start-value.ts';

function shapesOf(properties: object, more: object = {}) {
  const fields = inputFields({ type: 'object', properties, ...more }) ?? [];
  return Object.fromEntries(fields.map(({ name, shape }) => [name, shape.kind]));
}

describe('a schema becomes a form', () => {
  it.each<readonly [what: string, schema: object, kind: string]>([
    ['a text', { type: 'string' }, 'text'],
    ['a number', { type: 'number' }, 'number'],
    ['a whole number', { type: 'integer' }, 'number'],
    ['a flag', { type: 'boolean' }, 'flag'],
    ['a text that may be null', { type: ['string', 'null'] }, 'text'],
    ['a text or null', { anyOf: [{ type: 'string' }, { type: 'null' }] }, 'text'],
    ['one of some', { enum: ['a', 'b'] }, 'choice'],
    ['one of some constants', { oneOf: [{ const: 'a' }, { const: 'b' }] }, 'choice'],
    ['an object', { type: 'object', properties: { a: { type: 'string' } } }, 'group'],
    ['a list', { type: 'array', items: { type: 'string' } }, 'list'],
    ['a reference', { $ref: '#/$defs/a' }, 'number'],
    ['a reference to itself', { $ref: '#/$defs/loop' }, 'json'],
    ['a reference elsewhere', { $ref: 'https://example.com/schema' }, 'json'],
    ['a text or a number', { anyOf: [{ type: 'string' }, { type: 'number' }] }, 'json'],
    ['a list of anything', { type: 'array' }, 'json'],
    ['anything', {}, 'json'],
    ['no schema at all', [] as object, 'json'],
  ])('%s', (_, schema, kind) => {
    const $defs = { a: { type: 'integer' }, loop: { $ref: '#/$defs/loop' } };
    expect(shapesOf({ field: schema }, { $defs })).toEqual({ field: kind });
  });

  it('has no form where the input is no object of known members', () => {
    expect(inputFields(undefined)).toBeUndefined();
    expect(inputFields({ type: 'object' })).toBeUndefined();
    expect(inputFields({ anyOf: [{ type: 'object' }, { type: 'string' }] })).toBeUndefined();
  });

  it('ends however deep a schema is', () => {
    const node = { type: 'object', properties: { child: { $ref: '#/$defs/node' } } };
    expect(inputFields({ ...node, $defs: { node } })?.[0]?.name).toBe('child');
  });

  it('begins with defaults and with what must be there', () => {
    const schema = {
      type: 'object',
      properties: {
        city: { type: 'string', default: 'Rome' },
        units: { enum: ['metric', 'us'] },
        days: { type: 'integer' },
        note: { type: 'string' },
        at: { type: 'object', properties: { x: { type: 'number', default: 2 } }, required: ['x'] },
        tags: { type: 'array', items: { type: 'string' } },
      },
      required: ['city', 'units', 'days', 'at', 'tags'],
    };
    expect(startValue(inputFields(schema) ?? [], schema)).toEqual({
      city: 'Rome',
      units: 'metric',
      at: { x: 2 },
      tags: [],
    });
  });
});

function passed(body: string | Uint8Array, headers: Record<string, string> = {}, status = 200): PassedView {
  return {
    gate: 'g',
    requestId: 'r',
    method: 'POST',
    url: '/',
    verdict: {
      kind: 'accepted',
      keyId: 'k',
      ...(status >= 400 && { reason: 'invalid-input', message: 'invalid parameters: /a, /b/0' }),
    },
    status,
    headers: Object.entries(headers).map(([name, value]) => ({ name, value })),
    bodyBase64: Buffer.from(body).toString('base64'),
    isCut: false,
    durationMs: 1,
  };
}

const JSON_TYPE = { 'content-type': 'application/json' };

describe('an answer is shown by its kind', () => {
  it.each<readonly [what: string, view: PassedView, answer: object]>([
    ['empty', passed(''), { kind: 'empty' }],
    [
      'a redirect',
      passed('', { location: 'javascript:alert(1)' }, 303),
      { kind: 'redirect', to: 'javascript:alert(1)' },
    ],
    ['text', passed('hello', { 'content-type': 'text/plain' }), { kind: 'text', text: 'hello', error: '' }],
    [
      'a text in JSON',
      passed('{"result":"hello","error":""}', JSON_TYPE),
      { kind: 'text', text: 'hello', error: '' },
    ],
    [
      'JSON in a text',
      passed('{"result":"{\\"a\\":1}","error":""}', JSON_TYPE),
      { kind: 'json', value: { a: 1 }, error: '' },
    ],
    [
      'what an action says',
      passed('{"result":"","error":"no"}', JSON_TYPE),
      { kind: 'text', text: '', error: 'no' },
    ],
    ['JSON', passed('{"a":{"b":1}}', JSON_TYPE), { kind: 'json', value: { a: { b: 1 } } }],
    ['a table', passed('[{"a":1},{"b":2}]', JSON_TYPE), { kind: 'table', columns: ['a', 'b'] }],
    [
      'a page',
      passed('<p>x', { 'content-type': 'text/html; charset=utf-8' }),
      { kind: 'page', text: '<p>x' },
    ],
    [
      'a file',
      passed('x', { 'content-disposition': 'attachment; filename="../../etc/passwd"' }),
      { kind: 'file', name: '__.._etc_passwd' },
    ],
    ['bytes that are no text', passed(Uint8Array.of(0xff, 0)), { kind: 'file', name: 'result.bin' }],
    ['what says that it is JSON and is not', passed('{', JSON_TYPE), { kind: 'text', text: '{', error: '' }],
  ])('%s', (_, view, answer) => {
    expect(answerOf(view)).toMatchObject(answer);
  });
});

describe('what is wrong with an input is told field by field', () => {
  it.each<readonly [what: string, view: PassedView, paths: readonly string[]]>([
    [
      'as JSON lists it',
      passed(
        '{"error":"invalid parameters","issues":[{"path":"/a/0","message":"must be a number"},{"path":7}]}',
        JSON_TYPE,
        400,
      ),
      ['a/0'],
    ],
    [
      'as one text says it',
      passed(
        '{"result":"","error":"invalid parameters: a must be x; b/c is required; parameters lack d"}',
        JSON_TYPE,
        400,
      ),
      ['a', 'b/c', ''],
    ],
    ['as the log says it', passed('<html>', { 'content-type': 'text/html' }, 400), ['a', 'b/0']],
    ['of one that was taken', passed('{"issues":[{"path":"/a","message":"x"}]}', JSON_TYPE), []],
  ])('%s', (_, view, paths) => {
    expect(inputIssues(view).map(({ path }) => path)).toEqual(paths);
  });
});

describe('a page as text', () => {
  it.each<readonly [html: string, text: string]>([
    [
      '<html><head><style>p{}</style></head><body class="a"><h1>One</h1><p>Two &amp; <b>three</b></p></body></html>',
      'One\nTwo & three',
    ],
    ['<body><table><tr><th>A</th><td>1</td></tr><tr><th>B</th><td>2</td></tr></table>', 'A\t1\nB\t2'],
    ['<p>a<script>alert("</p>")</script>b</p>', 'ab'],
    ['&#60;i&#x3e; &nope; &#9999999;', '<i> &nope; &#9999999;'],
    ['<script>never ends', ''],
  ])('%s', (html, text) => {
    expect(pageText(html)).toBe(text);
  });

  it('takes no longer for what is made to take long', () => {
    const begin = performance.now();
    for (const part of ['<', '<script', '<script>', '</p', '<body', '&#', '<style></script>'])
      pageText(part.repeat((256 * 1024) / part.length));
    expect(performance.now() - begin).toBeLessThan(2_000);
  });
});
