/** A time that is judged and not signed lets whoever holds one request date it anew: such a gate is not set up. */
import { describe, expect, it } from 'vitest';
import { createGate, SetupError, writtenScheme } from '../../src/index.ts';

const keys = ['a secret of thirty-two characters'];

function problemOf(options: Parameters<typeof createGate>[0]): string {
  try {
    createGate(options);
  } catch (error) {
    if (error instanceof SetupError) return `${error.option}: ${error.message}`;
    throw error;
  }
  return 'none';
}

const declared = (scheme: object): string =>
  problemOf({
    scheme: writtenScheme({ algorithm: 'hmac-sha256', signature: 'x-signature', ...scheme }),
    keys,
  });

const SIGNED_FORM = { signature: { field: 'sig' } };
const LIST = { signature: { header: 'x-signature', list: { labels: ['v1'] } } };

describe('a timestamp that the message leaves out', () => {
  it.each([
    { message: '{body}', timestamp: 'x-timestamp' },
    { message: '{method}{body}', timestamp: { header: 'X-Timestamp', unit: 'ms' } },
    { message: '{header:x-other}.{body}', timestamp: 'x-timestamp' },
    { message: ['{timestamp}.{body}', '{body}'], timestamp: 'x-timestamp' },
    { message: ['{body}', '{header:x-timestamp}{body}'], timestamp: 'x-timestamp' },
    { message: '{body}', timestamp: { query: 'ts' } },
    { message: '{path}{body}', timestamp: { query: 'ts' } },
    { message: '{method} {path}', timestamp: { member: 'at' } },
    { message: '{query}', timestamp: { field: 'at' } },
    { message: '{body}', timestamp: { item: 't' }, ...LIST },
    { message: '{header:x-signature}{body}', timestamp: { item: 't' }, ...LIST },
    // What sits where the signature sits is left out of the message with it.
    { message: '{url}', signature: { query: 'sig' }, timestamp: { query: 'sig' } },
    { message: '{body}', signature: { member: 'sig' }, timestamp: { member: 'sig' } },
    { message: 'body-without-member', signature: { member: 'sig' }, timestamp: 'x-timestamp' },
    { message: 'sorted-form-lines', timestamp: 'x-timestamp', ...SIGNED_FORM },
    { message: '{body}', timestamp: 'x-timestamp', ...SIGNED_FORM },
  ])('is refused: %j', (scheme) => {
    expect(declared(scheme)).toContain('the timestamp is checked but not signed');
  });

  it.each([
    { message: '{timestamp}.{body}', timestamp: 'x-timestamp' },
    { message: '{body}{header:X-TIMESTAMP}', timestamp: { header: 'x-Timestamp' } },
    { message: ['{timestamp}.{body}', '{header:x-timestamp}'], timestamp: 'x-timestamp' },
    { message: '{query}', timestamp: { query: 'ts' } },
    { message: '{url}', timestamp: { query: 'ts' }, signature: { query: 'sig' } },
    { message: '{body}', timestamp: { member: 'at' } },
    { message: '{body}', timestamp: { field: 'at' } },
    { message: '{timestamp}{method}', timestamp: { member: 'at' } },
    { message: '{timestamp}{body}', timestamp: { item: 't' }, ...LIST },
    { message: '{body}', timestamp: { member: 'at' }, signature: { member: 'sig' } },
    { message: 'sorted-form-lines', timestamp: { field: 'at' }, ...SIGNED_FORM },
    { message: '{body}', timestamp: 'none' },
    { message: '{body}' },
  ])('is none here: %j', (scheme) => {
    expect(declared(scheme)).toBe('none');
  });

  it.each([
    [{ message: '{body}' }, 'provider.timestamp: '],
    [{ message: ['{timestamp}.{body}', '{body}'] }, 'provider.timestamp: '],
    [{ message: '{body}', timestamp: 'none' }, 'none'],
    [{ message: '{header:x-timestamp}.{body}' }, 'none'],
    [{}, 'none'],
  ])('is refused of the generic HMAC too: %j', (options, expected) => {
    const problem = problemOf({ provider: { id: 'hmac', ...options }, keys });
    expect(problem).toContain(expected);
    if (expected !== 'none') expect(problem).toContain('Add {timestamp} to the message');
  });
});
