/** The text of a test file that a request is written as. */
import { isUtf8 } from 'node:buffer';
import { createHash } from 'node:crypto';
import type { TestRunner } from '@countersign/api';
import type { SignedRequest } from '@countersign/core';
import type { ThrowAwayGate } from './throw-away-gate.ts';

export interface TestParts {
  /** What it is a test of, e.g. `the event 019a…`. */
  readonly what: string;
  readonly gate: string;
  /** When the request came. */
  readonly nowMs: number;
  readonly runner: TestRunner;
  readonly request: SignedRequest;
  /** Undefined where nobody can sign for the gate: then the bytes alone are there. */
  readonly signed: ThrowAwayGate | undefined;
}

export function testText(parts: TestParts): string {
  const { what, gate, runner, signed } = parts;
  const run = runner === 'node' ? "import { test } from 'node:test';" : "import { test } from 'vitest';";
  const signing =
    signed === undefined
      ? 'Nobody here can sign for its gate: the request is there as it came, with what is secret left out.'
      : 'It is signed anew with a key that is good for this file alone; the clock stands where it came.';
  return [
    `/** ${asComment(`${what[0]?.toUpperCase()}${what.slice(1)} of the gate ${gate}. ${signing}`)} */`,
    '// It holds the body as its sender sent it: a person’s data, perhaps.',
    "import assert from 'node:assert/strict';",
    ...(signed === undefined ? ["import { createHash } from 'node:crypto';"] : []),
    run,
    ...(signed === undefined ? [] : ["import { createGate, requestFrom } from '@countersign/core';"]),
    '',
    ...requestLines(signed?.request ?? parts.request),
    ...(signed === undefined ? unsignedTest(parts) : signedTests(parts, signed)),
    '',
  ].join('\n');
}

/** No text of a sender ends a comment, or begins a line. */
function asComment(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, '?').replaceAll('*/', '* /');
}

/** A longer body is written in base64: nobody reads it, and to escape it would hold the event loop. */
const MAX_TEXT_BYTES = 32 * 1024;

function requestLines({ method, url, headers, body, forwarded }: SignedRequest): readonly string[] {
  const bytes = Buffer.from(body);
  return [
    '/** Byte for byte; values of headers have a letter for each byte. */',
    'const request = {',
    `  method: ${literal(method)},`,
    `  url: ${literal(url)},`,
    '  headers: [',
    ...[...headers].map(([name, value]) => `    [${literal(name)}, ${literal(value)}],`),
    '  ],',
    bytes.length <= MAX_TEXT_BYTES && isUtf8(bytes)
      ? `  body: Buffer.from(${literal(bytes.toString('utf8'))}),`
      : `  body: Buffer.from(${literal(bytes.toString('base64'))}, 'base64'),`,
    ...(forwarded === undefined ? [] : [`  forwarded: ${literal(forwarded)},`]),
    '};',
    '',
  ];
}

function signedTests({ what, nowMs }: TestParts, { options, provesBody }: ThrowAwayGate): readonly string[] {
  const members = Object.entries(options).map(([name, value]) => `  ${name}: ${literal(value)},`);
  return [
    `const NOW_MS = ${nowMs}; // ${new Date(nowMs).toISOString()}`,
    'const gate = createGate({',
    ...members,
    '  now: () => NOW_MS,',
    '});',
    '',
    `test(${literal(`${what} is genuine`)}, async () => {`,
    '  const verdict = await gate.verify(requestFrom(request));',
    '  assert.equal(verdict.ok, true);',
    '  // What your own code makes of it:',
    '  // await handle(request.body);',
    '});',
    ...(provesBody
      ? [
          '',
          `test(${literal(`${what} is refused where its body was changed`)}, async () => {`,
          '  const body = Buffer.from(request.body);',
          '  body[body.length - 1] ^= 1;',
          '  const verdict = await gate.verify(requestFrom({ ...request, body }));',
          '  assert.equal(verdict.ok, false);',
          '});',
        ]
      : []),
  ];
}

function unsignedTest({ what, request }: TestParts): readonly string[] {
  return [
    `test(${literal(`the body of ${what} is byte for byte what came`)}, () => {`,
    "  const hash = createHash('sha256').update(request.body).digest('hex');",
    `  assert.equal(hash, ${literal(createHash('sha256').update(request.body).digest('hex'))});`,
    '  // What your own code makes of it:',
    '  // await handle(request.body);',
    '});',
  ];
}

/** JSON is JavaScript; what an editor or a terminal would act on is escaped. */
function literal(value: unknown): string {
  return JSON.stringify(value).replace(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
