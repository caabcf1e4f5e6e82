import { createHash } from 'node:crypto';
import { REFUSALS, type RefusalReason } from '@countersign/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runs } from '../../../../scripts/effort.ts';
import { pageAnswers } from '../../src/answers/page-answers.ts';
import { file } from '../../src/results/file.ts';
import { html, page } from '../../src/results/html.ts';
import { message } from '../../src/results/message.ts';
import { progress } from '../../src/results/progress.ts';
import { redirect } from '../../src/results/redirect.ts';
import { stream } from '../../src/results/stream.ts';
import { anyText, callWith, headersOf, skeleton, textOf } from './support.ts';

const style = pageAnswers('Review & more');
const call = callWith({ server_hostname: 'studio.shotgrid.autodesk.com' });

const policyOf = (answer: Parameters<typeof headersOf>[0]): readonly string[] =>
  String(headersOf(answer)['content-security-policy']).split('; ');

describe('a page’s result', () => {
  it.each([
    ['a text, line breaks kept', 'a\n<b>', '<h1>Review &#38; more</h1>\n<p class="text">a\n&#60;b&#62;</p>'],
    ['html', html`<b>x</b>`, '<h1>Review &#38; more</h1>\n<b>x</b>'],
    ['a page', page({ title: '<T>', body: 'x' }), '<h1>&#60;T&#62;</h1>\n<p class="text">x</p>'],
    ['a page without a title', page({ body: html`<hr>` }), '<h1>Review &#38; more</h1>\n<hr>'],
    [
      'a message',
      message('Done.', { title: 'M' }),
      '<h1>M</h1>\n<p class="message info" role="status">Done.</p>',
    ],
    ['an object', { a: ['<'] }, '<pre>{\n  &#34;a&#34;: [\n    &#34;&#60;&#34;\n  ]\n}</pre>'],
  ])('may be %s', async (_, value, shown) => {
    const answer = style.result(value, call);
    expect(answer.status).toBe(200);
    expect(headersOf(answer)['content-type']).toBe('text/html; charset=utf-8');
    const text = await textOf(answer);
    expect(text).toContain(shown);
    expect(text).toMatch(/^<!doctype html>\n<html lang="en">[\s\S]*<\/main>\n<\/body>\n<\/html>\n$/);
    expect(text.match(/<h1>/g)).toHaveLength(1);
  });

  it('may be a redirect', async () => {
    const answer = style.result(redirect('https://studio.example/page/1'), call);
    expect(answer).toMatchObject({ status: 303, body: '' });
    expect(headersOf(answer)).toMatchObject({ location: 'https://studio.example/page/1' });
  });

  it('may be a file', async () => {
    const whole = style.result(file({ name: 'a.csv', contentType: 'text/csv', content: 'a,b' }), call);
    expect(headersOf(whole)).toMatchObject({
      'content-type': 'text/csv',
      'content-disposition': 'attachment; filename="a.csv"',
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
    });
    expect(whole.body).toBe('a,b');
    const bytes = new Uint8Array([0, 255]);
    expect(style.result(file({ name: 'a', content: bytes }), call).body).toBe(bytes);
    async function* parts(): AsyncGenerator<string | Uint8Array> {
      yield 'ä';
      yield '';
      yield Buffer.from('b');
    }
    expect(await textOf(style.result(file({ name: 'a', content: parts }), call))).toBe('äb');
  });

  it('may be a stream, framed by its site only', async () => {
    async function* parts(): AsyncGenerator<string> {
      yield 'a';
      yield 'b';
    }
    const answer = style.result(stream(parts, { contentType: 'text/x-log' }), call);
    expect(headersOf(answer)).toMatchObject({
      'content-type': 'text/x-log',
      'content-security-policy': 'frame-ancestors https://studio.shotgrid.autodesk.com',
      'x-content-type-options': 'nosniff',
      'x-accel-buffering': 'no',
    });
    expect(await textOf(answer)).toBe('ab');
  });

  it.each([
    ['nothing', undefined, 'returned nothing'],
    ['a function', () => '', 'returned nothing'],
    ['a BigInt', { a: 1n }, 'BigInt'],
    [
      'a circle',
      Object.defineProperty({}, 'self', {
        enumerable: true,
        get() {
          return this;
        },
      }),
      'circular',
    ],
    [
      'a toJSON that throws',
      {
        toJSON() {
          throw new Error('no!');
        },
      },
      'no!',
    ],
    ['bytes', Buffer.from('x'), 'file() or stream()'],
    ['a bare generator', (async function* () {})(), 'stream() or progress()'],
  ])('is refused where it is %s', (_, value, why) => {
    expect(() => style.result(value, call)).toThrow(TypeError);
    expect(() => style.result(value, call)).toThrow(why);
  });

  it('lets no text be markup, whatever the text', async () => {
    const render = async (text: string): Promise<string> => {
      async function* updates(): AsyncGenerator<string, string> {
        yield text;
        return text;
      }
      const problem = {
        reason: 'invalid-input',
        status: 400,
        message: text,
        issues: [{ path: text, message: text }],
      } as const;
      const answers = [
        style.result(text, call),
        style.result({ text }, call),
        style.result(page({ title: text, body: text }), call),
        style.result(message(text, { title: text }), call),
        style.result(progress({ title: text }, updates), call),
        style.problem(problem, call),
        pageAnswers(text).result(html`x`, call),
      ];
      return (await Promise.all(answers.map(textOf))).join('');
    };
    const harmless = skeleton(await render('x'));
    await fc.assert(
      fc.asyncProperty(anyText, async (text) => {
        expect(skeleton(await render(text))).toBe(harmless);
      }),
      { seed: 5, numRuns: runs(300) },
    );
  });
});

describe('a page’s headers', () => {
  it('let the page do nothing', () => {
    const answer = style.result('x', call);
    expect(policyOf(answer)).toEqual([
      "default-src 'none'",
      expect.stringMatching(/^style-src 'sha256-[A-Za-z0-9+/]{43}='$/),
      'img-src https: data:',
      "base-uri 'none'",
      "form-action 'none'",
      'frame-ancestors https://studio.shotgrid.autodesk.com',
    ]);
    expect(headersOf(answer)).toMatchObject({
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
    });
  });

  it('name the hash of the page’s own style', async () => {
    const answer = style.result('x', call);
    const css = /<style>([\s\S]*?)<\/style>/.exec(await textOf(answer))?.[1] ?? '';
    const hash = createHash('sha256').update(css).digest('base64');
    expect(policyOf(answer)).toContain(`style-src 'sha256-${hash}'`);
  });

  it.each([
    ['studio.shotgrid.autodesk.com', 'https://studio.shotgrid.autodesk.com'],
    ['Studio.Example:8443', 'https://studio.example:8443'],
    ['localhost:8790', 'http://localhost:8790'],
    ['127.0.0.1', 'http://127.0.0.1'],
    ['localhost.evil.example', 'https://localhost.evil.example'],
    ['studio.example; script-src *', "'none'"],
    ['studio.example evil.example', "'none'"],
    ['*.example', "'none'"],
    ['*', "'none'"],
    ['https://studio.example', "'none'"],
    ['studio.example/page', "'none'"],
    ['studio.example\r\nx: y', "'none'"],
  ])('let the site %j show it in a frame as %s', (host, ancestors) => {
    const answer = style.result('x', callWith({ server_hostname: host }));
    expect(policyOf(answer).at(-1)).toBe(`frame-ancestors ${ancestors}`);
  });

  it('let nobody show it in a frame where no site is proved', () => {
    for (const unknown of [callWith({}), callWith(), { ...callWith(), accepted: undefined }])
      expect(policyOf(style.result('x', unknown)).at(-1)).toBe("frame-ancestors 'none'");
  });

  it('hold for what came to nothing too', () => {
    const problem = { reason: 'action-failed', status: 502, message: 'no', issues: [] } as const;
    const answer = style.problem(problem, call);
    expect(answer.status).toBe(502);
    expect(policyOf(answer).at(-1)).toBe('frame-ancestors https://studio.shotgrid.autodesk.com');
    expect(policyOf(style.problem(problem, undefined)).at(-1)).toBe("frame-ancestors 'none'");
  });
});

describe('a page’s refusal', () => {
  it('has the reason’s status, and the same bytes for every reason of one status', () => {
    const bodies = new Map<number, unknown>();
    for (const [reason, { status }] of Object.entries(REFUSALS)) {
      const answer = style.refusal({ reason: reason as RefusalReason });
      expect(answer.status).toBe(status);
      expect(answer.body).toBe(bodies.get(status) ?? answer.body);
      bodies.set(status, answer.body);
      expect(answer.body).not.toMatch(/signature|timestamp|mismatch|malformed|expired/);
    }
    expect(bodies.size).toBeGreaterThan(5);
  });

  it('may be shown in the modal of a site that is not proved', () => {
    expect(policyOf(style.refusal({ reason: 'expired' })).at(-1)).toBe('frame-ancestors *');
  });

  it('says when to come again', () => {
    const repeat = { state: 'in-flight', retryAfterMs: 1000 } as const;
    expect(headersOf(style.refusal({ reason: 'replayed', repeat }))['retry-after']).toBe('1');
  });
});
