/** What a request is turned into: texts that are seen, a line of a shell. */
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import { STEPS } from '@countersign/core';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { runs } from '../../../scripts/effort.ts';
import { asCurl } from '../src/request/as-curl.ts';
import type { Content } from '../src/request/content.ts';
import { sameParts, visibleSpace } from '../src/request/diff-text.ts';
import { hexRow } from '../src/request/hex-rows.ts';
import { type Json, jsonRows, readJson } from '../src/request/json-rows.ts';
import { stepsUntil } from '../src/request/way-without-trace.ts';
import { plainText, visibleParts } from '../src/ui/visible-text.ts';

function content(body: Uint8Array<ArrayBuffer>, changes: Partial<Content> = {}): Content {
  const base: Content = {
    method: 'POST',
    url: '/webhooks/github?x=1',
    headers: [{ name: 'content-type', value: 'application/json' }],
    body,
    bodyMissing: undefined,
    isMasked: false,
  };
  return Object.assign(base, changes);
}

const bytes = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);

describe('a text of a stranger', () => {
  it.each([
    ['a right-to-left override', 'gpj.\u202Eexe', 'gpj.⟨RLO⟩exe'],
    ['an escape of a terminal', '\u001B[31mred', '⟨ESC⟩[31mred'],
    ['NUL, CR and DEL', 'a\0b\rc\u007F', 'a⟨NUL⟩b⟨CR⟩c⟨DEL⟩'],
    ['what joins invisibly', 'pay\u200Bpal', 'pay⟨ZWSP⟩pal'],
    ['a space that is none', 'a\u00A0b', 'a⟨NBSP⟩b'],
    ['a byte order mark', '\uFEFF{}', '⟨BOM⟩{}'],
    ['half a pair', 'x\uD800y', 'x⟨U+D800⟩y'],
    ['a tag', 'a\u{E0041}', 'a⟨U+E0041⟩'],
    ['a line separator', 'a\u2028b', 'a⟨U+2028⟩b'],
    ['letters, lines and an emoji', 'Zoë\n\t漢字 ❤️', 'Zoë\n\t漢字 ❤️'],
  ])('shows %s', (_, text, shown) => {
    expect(plainText(text)).toBe(shown);
  });

  it('loses nothing: its parts are the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(
          visibleParts(text)
            .map((part) => part.text)
            .join(''),
        ).toBe(text);
      }),
    );
  });
});

describe('a line of curl', () => {
  it('sends the request byte for byte, whatever stands in it', async () => {
    const received: { url: string | undefined; headers: readonly string[]; body: Buffer }[] = [];
    const server = createServer((request, response) => {
      const pieces: Buffer[] = [];
      request.on('data', (piece: Buffer) => pieces.push(piece));
      request.on('end', () => {
        received.push({ url: request.url, headers: request.rawHeaders, body: Buffer.concat(pieces) });
        response.end();
      });
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => void server.close());
    const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const run = promisify(execFile);
    const bodies = fc.oneof(
      fc.string({ unit: fc.constantFrom("'", '"', '\\', '$', '`', '!', '\n', '@', '&', ' ', 'é', '%', '-') }),
      fc.uint8Array({ maxLength: 200 }),
    );
    await fc.assert(
      fc.asyncProperty(
        bodies,
        fc.string({ unit: fc.constantFrom("'", '$', '`', '"', 'a', ';') }),
        async (body, value) => {
          const sent = typeof body === 'string' ? bytes(body) : Uint8Array.from(body);
          const headers = [
            { name: 'X-Signature', value: `v${value}` },
            { name: 'x-empty', value: '' },
          ];
          const line = asCurl(content(sent, { headers, url: "/a/../b?c='$(id)[1-3]" }), origin);
          await run('sh', ['-c', `${line} --silent --max-time 10`]);
          const last = received.at(-1);
          expect(last?.body.equals(Buffer.from(sent))).toBe(true);
          expect(last?.url).toBe("/a/../b?c='$(id)[1-3]");
          expect(last?.headers.slice(-20).join('\n')).toContain(`X-Signature\nv${value}`);
          expect(last?.headers).toContain('x-empty');
          expect(last?.headers.map((name) => name.toLowerCase())).not.toContain('user-agent');
        },
      ),
      { numRuns: runs(300) },
    );
  });

  it('leaves out headers whose values are withheld', () => {
    const headers = [{ name: 'authorization', value: '', withheld: 'sealed' as const }];
    expect(asCurl(content(bytes('x'), { headers }), 'http://127.0.0.1')).not.toContain('authorization');
  });
});

describe('a body', () => {
  it('as hex has its offset, sixteen bytes, and what of them is printable', () => {
    expect(hexRow(bytes('{"a":1}\n0123456789'), 0)).toEqual({
      offset: '00000000',
      hex: '7b 22 61 22 3a 31 7d 0a  30 31 32 33 34 35 36 37',
      text: '{"a":1}.01234567',
    });
    expect(hexRow(bytes('{"a":1}\n0123456789'), 1)).toMatchObject({ offset: '00000010', text: '89' });
  });

  it('as a tree shows the rows whose parents are open', () => {
    const value = readJson('{"a":[1,{"b":null}],"c":"x"}') ?? null;
    const rows = jsonRows(value, new Set());
    expect(rows.map(({ depth, name, text }) => `${depth} ${name ?? ''} ${text}`)).toEqual([
      '0  {2}',
      '1 a [2]',
      '2 0 1',
      '2 1 {1}',
      '3 b null',
      '1 c "x"',
    ]);
    const [root, list] = rows;
    expect(jsonRows(value, new Set([list?.path ?? '']))).toHaveLength(3);
    expect(jsonRows(value, new Set([root?.path ?? '']))).toHaveLength(1);
  });

  it('as a tree has another path for each row, whatever the names are', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 3 }), (value) => {
        const paths = jsonRows(value as Json, new Set()).map(({ path }) => path);
        expect(new Set(paths).size).toBe(paths.length);
      }),
    );
  });

  it('that nests five thousand deep, or has a million members, is no trouble', () => {
    expect(
      jsonRows(readJson(`${'['.repeat(5000)}${']'.repeat(5000)}`) ?? null, new Set()).length,
    ).toBeLessThan(10);
    const wide = readJson(JSON.stringify({ list: Array.from({ length: 1_000_000 }, () => 1) })) ?? null;
    expect(jsonRows(wide, new Set())).toHaveLength(2);
    expect(jsonRows(wide, new Set(['/4:list'])).length).toBeLessThanOrEqual(50_000);
  });
});

describe('a difference', () => {
  it('shows white space, and of what is the same the ends', () => {
    expect(visibleSpace('a b\tc\n')).toBe('a·b→c↵\n');
    expect(sameParts(bytes('short'))).toEqual({ begin: 'short', end: '', left: 0 });
    const { begin, end, left } = sameParts(bytes('x'.repeat(1000)));
    expect(begin.length + end.length + left).toBe(1000);
    expect(left).toBeGreaterThan(500);
  });
});

it('a way without a trace has the steps of the engine', () => {
  expect(stepsUntil(undefined, undefined).map(({ step }) => step)).toEqual(STEPS);
});
