/** Code and settings by framework, as data: what they are run in is `npm run examples`. */
import { describe, expect, it } from 'vitest';
import type { Part } from '../../src/explain/hypothesis.ts';
import { EXAMPLES, exampleFor, examplesOf, FRAMEWORKS } from '../../src/explain/index.ts';
import { HYPOTHESES } from '../../src/explain/table.ts';
import { createGate, type GateOptions } from '../../src/index.ts';

const topics = new Set(HYPOTHESES.flatMap(({ example }) => example ?? []));

it('every example is of a topic that a hypothesis names', () => {
  expect(EXAMPLES.flatMap((example) => example.topics).filter((topic) => !topics.has(topic))).toEqual([]);
});

it('the raw body has one for every framework', () => {
  for (const framework of FRAMEWORKS) {
    expect(exampleFor('body-json-javascript', framework)?.frameworks, framework).toContain(framework);
  }
});

it('a framework has one example of a topic', () => {
  for (const topic of topics) {
    const frameworks = examplesOf(topic).flatMap((example) => example.frameworks);
    expect(frameworks, topic).toEqual([...new Set(frameworks)]);
  }
});

/** Which topics a mistake of a part may have code of: what mends a key is no clock, and a token is proved by no HMAC of a body. */
const TOPICS_OF: Readonly<Record<Part, RegExp>> = {
  body: /^(?:raw-body|raw-body-lambda|charset|decompression|content-digest|redirect|header-dropped|query-encoding|proxy-\w+)$/,
  key: /^(?:key-\w+|key-\w+-\w+|token-key|charset)$/,
  signature: /^(?:signature-\w+|header-dropped|query-encoding|raw-body)$/,
  message: /^(?:message-parts|signature-header|time-form|raw-body|charset|query-encoding|proxy-\w+)$/,
  place: /^(?:proxy-\w+|trusted-proxies|query-encoding|redirect|header-dropped|raw-body|charset)$/,
  algorithm: /^(?:signature-encoding|header-dropped|token-key)$/,
  time: /^(?:clock|time-form|tolerance|header-dropped)$/,
  token: /^(?:token-\w+|binding|charset)$/,
  'message-signature': /^(?:content-digest|header-dropped|raw-body|message-parts)$/,
  replay: /^$/,
};

it.each(HYPOTHESES.filter(({ example }) => example !== undefined))(
  '$id has code of its own kind',
  ({ part, example }) => {
    expect(example).toMatch(TOPICS_OF[part]);
  },
);

/** Of other code: one that is written in another way is not looked at. */
const GATES = 10;

describe('its gate', () => {
  const gates = EXAMPLES.flatMap(({ code }) => code.match(/(?<=createGate\()\{[\s\S]*?\}(?=\))/g) ?? []);
  // What a person pastes must be taken by what reads it.
  const read = (code: string): GateOptions =>
    new Function('process', `return (${code})`)({
      env: { WEBHOOK_SECRET_OLD: 'an-old-secret-of-the-endpoint' },
    });
  const withSecrets = (code: string): string =>
    code
      .replace(/\[process\.env\.(\w+)\]/g, "['aDh2ZF9yWjBDazdzWjJtVHE5RmgzUTB5WGI1dU44d0xyQTFlR2NLalB6RQ==']")
      .replace(
        /process\.env\.WEBHOOK_SECRET\b(?!_)|\bsecret\b(?!:)/g,
        "'aDh2ZF9yWjBDazdzWjJtVHE5RmgzUTB5WGI1dU44d0xyQTFlR2NLalB6RQ=='",
      )
      .replace("id: 'main', 'aDh2", "id: 'main', secret: 'aDh2")
      .replace("id: 'github', 'aDh2", "id: 'github', secret: 'aDh2");

  it('is in as many examples as are known', () => {
    expect(new Set(gates).size).toBeGreaterThanOrEqual(GATES);
  });

  it.each([...new Set(gates)])('is one: %s', (code) => {
    expect(() => createGate(read(withSecrets(code)))).not.toThrow();
  });

  it('is written as the configuration reads it', () => {
    const written = EXAMPLES.flatMap(
      ({ code }) => code.match(/(?<=In countersign\.yaml: keys: )\[.*\]/g) ?? [],
    );
    expect(written.length).toBeGreaterThan(1);
    for (const keys of written)
      expect(keys).toMatch(/^\[\{ secret: "\$\{env:[A-Z_]+\}", encoding: (?:base64|utf8) \}\]$/);
  });

  it('is the asker’s own where that needs no options; else it says whose it is', () => {
    const own = exampleFor('body-json-javascript', 'express', 'stripe');
    expect(own?.code).toContain("webhook('stripe', process.env.STRIPE_WEBHOOK_SECRET, ");
    expect(own?.code).not.toMatch(/github/i);
    const nest = exampleFor('body-json-javascript', 'nest', 'stripe');
    expect(nest?.code).toContain("new ProofGuard('stripe', process.env.STRIPE_WEBHOOK_SECRET)");
    expect(exampleFor('body-coding-undone', 'express', 'stripe')?.code).toContain("provider: 'stripe'");
    expect(exampleFor('body-json-javascript', 'express', 'a-declared-one')?.note).toMatch(
      /^The gate in the code is github’s/,
    );
    expect(exampleFor('body-json-javascript', 'flask', 'slack')?.note).toMatch(
      /^The code verifies GitHub webhooks \(sha256= and the hex of an HMAC\): put the header/,
    );
    expect(exampleFor('body-json-javascript', 'flask', 'github')).toEqual(
      exampleFor('body-json-javascript', 'flask'),
    );
    expect(exampleFor('time-in-milliseconds', 'php', 'slack')).toEqual(
      exampleFor('time-in-milliseconds', 'php'),
    );
  });
});

it('its secret is in the variable that the asker has it in', () => {
  const codeOf = (id: string, variable: string): string | undefined =>
    exampleFor(id, 'express', 'github', variable)?.code;
  expect(codeOf('body-json-javascript', 'MY_SECRET')).toContain("webhook('github', process.env.MY_SECRET, ");
  expect(codeOf('body-coding-undone', 'MY_SECRET')).toContain('[process.env.MY_SECRET]');
  expect(codeOf('body-json-javascript', 'A; B')).toContain('process.env.GITHUB_WEBHOOK_SECRET');
});

describe('of two mistakes at once', () => {
  it('it is the first that has any', () => {
    expect(exampleFor('body-signed-hex+key-line-end', 'go')?.topics).toEqual(['key-whitespace']);
  });
});

it('each that is not run says why, and none ends with a line end', () => {
  for (const { notRun, code } of EXAMPLES) {
    expect(notRun ?? 'a reason').toMatch(/^\w.*[^.]$/);
    expect(code).toBe(code.trimEnd());
  }
});
