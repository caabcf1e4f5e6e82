// biome-ignore-all lint/suspicious/noTemplateCurlyInString: ${…} is what a configuration writes.
/** What the environment or a file fills in stands in no sentence that is said of a configuration: problems, warnings, reports. */
import { generateKeyPairSync } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createBlank } from '../../src/config/blank.ts';
import { ConfigError } from '../../src/config/config-error.ts';
import { setUpProblems } from '../../src/config/finding.ts';
import { type LoadedConfig, openConfigSource } from '../../src/config/load-config.ts';
import { dryStart } from '../../src/dry-start.ts';
import { createReloader } from '../../src/setting/reloader.ts';
import { temporaryDir } from '../harness.ts';

/** A part of a path: senders that cannot sign have such a secret. */
const HIDDEN = 'kZ93xQ-Path-secret';
const OK = `keys: [{ secret: "a plain secret of sixteen bytes" }], respond: { status: 202 }`;

/** Each quotes a filled-in value, by itself or changed, in a warning or a problem. */
const ROWS: Readonly<Record<string, string>> = {
  'a path that holds another': `gates:
  wide: { path: "/h/\${env:HIDDEN}/*", provider: github, ${OK} }
  narrow: { path: "/h/\${env:HIDDEN}/a", provider: github, ${OK} }`,
  'two gates of one path': `gates:
  a: { path: "/h/\${env:HIDDEN}", provider: github, ${OK} }
  b: { path: "/h/\${env:HIDDEN}", provider: github, ${OK} }`,
  'a path that is none': `gates:
  a: { path: "h/\${env:HIDDEN}", provider: github, ${OK} }`,
  'a provider that there is not': `gates:
  a: { path: /a, provider: "\${env:HIDDEN}", ${OK} }`,
  'an option of a provider': `gates:
  a: { path: /a, provider: { id: github, "origin": "\${env:HIDDEN}" }, ${OK} }`,
  'a program that there is not': `gates:
  a: { path: /a, provider: github, keys: [{ secret: a plain secret of sixteen bytes }], keep: { deliver: [{ run: ["/no/\${env:HIDDEN}"] }] } }`,
  'a module that there is not': `gates:
  a: { path: /a, provider: github, keys: [{ secret: a plain secret of sixteen bytes }], answer: { actions: "./\${env:HIDDEN}.ts" } }`,
  'an address that is taken from a file': `gates:
  a: { path: "/h/\${file:hidden}", provider: github, ${OK} }
  b: { path: "/h/\${file:hidden}", provider: github, ${OK} }`,
  'an upstream’s address': `gates:
  a: { path: /a, provider: github, keys: [{ secret: a plain secret of sixteen bytes }], forward: { to: "ftp://\${env:HIDDEN}/" } }`,
  'a header that is withheld': `gates:
  a: { path: /a, provider: bearer, keys: [{ secret: a plain secret of sixteen bytes }], keep: { deliver: [{ to: "http://127.0.0.1:9", keepHeaders: ["\${env:HIDDEN}"], headers: { "x-a": "\${env:HIDDEN}" } }] } }`,
  'a destination that there is not': `operatorEvents: "\${env:HIDDEN}"
gates:
  a: { path: /a, provider: github, ${OK} }`,
  proxies: `listen: { public: "0.0.0.0:8787", trustedProxies: ["\${env:HIDDEN}"] }
gates:
  a: { path: /a, provider: github, ${OK} }`,
  'a key': `gates:
  a: { path: /a, provider: standard-webhooks, keys: [{ id: "\${env:HIDDEN}", secret: "\${env:HIDDEN}" }], respond: { status: 202 } }`,
};

interface Said {
  readonly text: string;
  readonly loaded: LoadedConfig | undefined;
}

/** All that check, a reload and a look say of it. */
async function said(yaml: string): Promise<Said> {
  const dir = temporaryDir();
  writeFileSync(join(dir, 'countersign.yaml'), `store: "memory:"\n${yaml}\n`);
  writeFileSync(join(dir, 'hidden'), HIDDEN);
  const options = { cwd: dir, env: { HIDDEN } };
  try {
    const source = await openConfigSource(options);
    const { loaded } = source;
    const { problems } = await dryStart(loaded.config);
    const lines: unknown[] = [];
    const write = (...line: unknown[]): void => void lines.push(line);
    const reloader = createReloader({
      source,
      current: () => loaded.config,
      apply: async () => {},
      lookAgain: async () => {},
      onSecrets() {},
      now: Date.now,
      log: { info: write, warn: write, error: write },
    });
    const reports = [await reloader.validate(), await reloader.reload()];
    const fault = problems.length > 0 ? setUpProblems(loaded, problems).message : '';
    return { text: JSON.stringify([loaded.warnings, reports, lines, fault]), loaded };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return { text: JSON.stringify([error.message, error.problems]), loaded: undefined };
  }
}

describe('what was filled in', () => {
  it.each(Object.entries(ROWS))('is not said of %s, in any case of its letters', async (_, yaml) => {
    const { text } = await said(yaml);
    expect(text.toLowerCase()).not.toContain(HIDDEN.toLowerCase());
    expect(text.toUpperCase()).not.toContain(HIDDEN.toUpperCase());
  });

  it('is named instead', async () => {
    const { text } = await said(ROWS['a path that holds another'] ?? '');
    expect(text).toContain('/h/${env:HIDDEN}/* holds the paths of narrow (/h/${env:HIDDEN}/a)');
  });
});

describe('createBlank', () => {
  it('leaves no value of eight characters or more in any text, also as a URL or JSON writes it', () => {
    const written = fc.constantFrom(
      (value: string) => value,
      (value: string) => value.toUpperCase(),
      (value: string) => JSON.stringify(value),
      (value: string) => encodeURIComponent(value.toWellFormed()),
    );
    // Letters whose other case is as long: `ß` has none.
    const value = fc.string({ minLength: 8, maxLength: 60 }).filter((text) => text.trim().length >= 8);
    fc.assert(
      fc.property(value, fc.string(), fc.string(), written, (secret, before, after, write) => {
        const blank = createBlank([{ reference: '${env:X}', value: secret }]);
        const text = blank(`${before}${write(secret)}${after}`);
        expect(text.toLowerCase()).not.toContain(secret.toLowerCase());
      }),
      { numRuns: 2_000, seed: 20_261_127 },
    );
  });

  it('takes a short value for a word, and leaves one of less than four characters', () => {
    const blank = createBlank([
      { reference: '${env:LEVEL}', value: 'info' },
      { reference: '${env:NO}', value: 'no' },
    ]);
    expect(blank('info is no information: info.')).toBe('${env:LEVEL} is no information: ${env:LEVEL}.');
  });

  it('takes the longer of two that begin alike', () => {
    const blank = createBlank([
      { reference: '${env:A}', value: 'abcdefgh' },
      { reference: '${env:B}', value: 'abcdefghijkl' },
    ]);
    expect(blank('abcdefghijkl, abcdefgh')).toBe('${env:B}, ${env:A}');
  });

  it('takes a bundle of certificates, whose lines are thousands, out of a text', () => {
    const lines = Array.from({ length: 4_000 }, (_, i) => `line ${i} of what nobody should read`);
    const blank = createBlank([{ reference: '${file:ca.pem}', value: lines.join('\n') }]);
    expect(blank(`it begins with "${lines[0]}" and ends with "${lines.at(-1)?.toUpperCase()}"`)).toBe(
      'it begins with "${file:ca.pem}" and ends with "${file:ca.pem}"',
    );
  });

  it('takes a value out whose letters have another case beyond ASCII', () => {
    const blank = createBlank([{ reference: '${env:NAME}', value: 'Ὀδυσσεύς-Ünïcode' }]);
    expect(blank('«ὈΔΥΣΣΕΎΣ-ÜNÏCODE»')).toBe('«${env:NAME}»');
  });
});

it('a long file that a configuration takes in breaks no warning', async () => {
  const dir = temporaryDir();
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 4096 });
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  writeFileSync(join(dir, 'ca.pem'), pem.repeat(70));
  writeFileSync(
    join(dir, 'countersign.yaml'),
    `store: "memory:"
destinations: { events: { nats: { servers: ["tls://127.0.0.1:4222"], subject: a, ca: "\${file:ca.pem}" } } }
gates:
  a: { path: /a, provider: github, keys: [{ secret: a plain secret of sixteen bytes }], keep: { deliver: [events] } }`,
  );
  const { loaded } = await openConfigSource({ cwd: dir, env: {} });
  expect(loaded.warnings.map(({ code }) => code)).toContain('secret-in-file');
});
