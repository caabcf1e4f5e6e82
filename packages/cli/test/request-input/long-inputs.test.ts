/** A capture of any form is read in a time that grows with its length, whatever is repeated in it. */
import { performance } from 'node:perf_hooks';
import { expect, it } from 'vitest';
import { readRequest } from '../../../core/src/request-input/detect.ts';
import { UsageError } from '../../src/usage-error.ts';

/** How a form begins. */
const BEGINNINGS: readonly string[] = [
  'curl http://x/ ',
  "curl http://x/ -H 'a: ",
  "curl http://x/ -d $'",
  'curl http://x/ -d "',
  'curl ^"http://x/^" ',
  '$ curl http://x/ \\\n',
  'POST /a HTTP/1.1\n',
  'POST /a HTTP/1.1\nA: a',
  'POST /a HTTP/1.1\nTransfer-Encoding: chunked\n\n',
  'Request URL: https://x/\n',
  'Request URL: https://x/\nA: ',
  'fetch("https://x/", {}',
  'fetch("https://x/", {})',
  'fetch("https://x/", {});',
  '{"method":"POST","url":"/',
];

const REPEATED: readonly string[] = [
  ' ',
  '\t',
  '\n',
  '\r',
  '\r\n',
  ' \n',
  'a',
  '\\',
  "'",
  '"',
  '^',
  '$',
  ':',
  '=',
  '{',
  '[',
  ')',
  ') ',
  ';',
  '0',
  '\\"',
  '^"',
  "$'",
  '\n{',
  'a:',
  '0\r\n',
  '\xa0',
  '\u2028',
];

const LENGTH = 100_000;

it.each(BEGINNINGS)('%j, and whatever many times', (beginning) => {
  for (const unit of REPEATED) {
    const text = beginning + unit.repeat(LENGTH / unit.length);
    for (const end of ['', 'x', '"', "'", '\n{}']) {
      const startMs = performance.now();
      try {
        readRequest(Buffer.from(text + end));
      } catch (error) {
        expect(error).toBeInstanceOf(UsageError);
      }
      expect(performance.now() - startMs, JSON.stringify([unit, end])).toBeLessThan(1000);
    }
  }
});
