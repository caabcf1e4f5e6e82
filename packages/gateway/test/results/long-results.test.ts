import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { file } from '../../src/results/file.ts';
import { progress } from '../../src/results/progress.ts';
import { stream } from '../../src/results/stream.ts';

async function* chunks(): AsyncGenerator<string> {
  yield 'a';
}

describe('file', () => {
  it('is bytes of no known type unless it says so', () => {
    expect(file({ name: 'a', content: 'x' })).toMatchObject({
      kind: 'file',
      contentType: 'application/octet-stream',
      content: 'x',
    });
  });

  it.each(['text/csv', 'text/csv; charset=utf-8', 'application/vnd.a+json;v="1 2"', 'image/svg+xml'])(
    'takes the content type %j',
    (contentType) => {
      expect(file({ name: 'a', content: '', contentType }).contentType).toBe(contentType);
    },
  );

  it.each(['', 'csv', 'text/', 'text/csv\r\nset-cookie: a=b', 'text/csv;\ncharset=x', 'text/ä', 'text/csv;'])(
    'refuses the content type %j',
    (contentType) => {
      const problem = `${JSON.stringify(contentType)} is not a media type`;
      expect(() => file({ name: 'a', content: '', contentType })).toThrow(problem);
      expect(() => stream(chunks, { contentType })).toThrow(problem);
    },
  );

  it('takes what comes one by one: a generator function, a generator, a Node stream, a web stream', () => {
    for (const content of [chunks, chunks(), Readable.from(['a']), new Blob(['a']).stream()]) {
      expect(Symbol.asyncIterator in Object(file({ name: 'a', content }).content)).toBe(true);
    }
  });

  it('refuses content that is neither, at once', () => {
    const wrong = { name: 'a', content: 1 } as unknown as Parameters<typeof file>[0];
    expect(() => file(wrong)).toThrow('is not an async iterable');
    const nameless = { content: 'x' } as unknown as Parameters<typeof file>[0];
    expect(() => file(nameless)).toThrow('file: name is not text');
  });
});

describe('stream', () => {
  it('is plain text unless it says so', () => {
    expect(stream(chunks).contentType).toBe('text/plain; charset=utf-8');
  });

  it('refuses a text, which comes all at once', () => {
    expect(() => stream('abc' as unknown as AsyncIterable<string>)).toThrow(
      'stream: the source is not an async',
    );
  });
});

describe('progress', () => {
  it('refuses a source that gives nothing one by one', () => {
    const wrong = [] as unknown as AsyncIterable<string>;
    expect(() => progress({}, wrong)).toThrow('progress: the source is not an async iterable');
  });

  it('has no title where none is given', () => {
    expect('title' in progress({}, chunks)).toBe(false);
    expect(progress({ title: 'T' }, chunks).title).toBe('T');
  });
});
