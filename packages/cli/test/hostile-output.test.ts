/** What others wrote, and what people type, cannot drive the terminal that it is printed on. */
import { mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { run } from './support.ts';

/** Clears the screen, sets the title, conceals, turns text round, and begins a sequence in one letter. */
const HOSTILE = '\x1b[2J\x1b]0;owned\x07\x1b[8m\u202e\x9b31m\x7f\r';
const WITH_KEY = ['-p', 'github', '-k', 'a secret of more than sixteen bytes'];
/** All that a terminal may be given besides letters: line feeds, and our own colours. */
const ACTING = /(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;
const ESCAPE = '\u001b';
const COLOURS = new RegExp(`${ESCAPE}\\[(?:1|2|22|31|32|33|36|39)m`, 'g');

function folder(files: Readonly<Record<string, string>>): string {
  const cwd = mkdtempSync(join(tmpdir(), 'countersign-'));
  onTestFinished(() => rmSync(cwd, { recursive: true }));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(cwd, name), text);
  return cwd;
}

const yaml = (text: string): string => `gates:\n${text}`;
const quoted = JSON.stringify(HOSTILE);

it.each<[string, readonly string[], Readonly<Record<string, string>>]>([
  ['a command', [HOSTILE], {}],
  ['an option', ['verify', `--${HOSTILE}`], {}],
  ['an option’s value', ['verify', 'a', '-p', HOSTILE], {}],
  ['a file’s name', ['verify', HOSTILE, ...WITH_KEY], {}],
  ['a method', ['sign', 'http://a/', '-X', HOSTILE, ...WITH_KEY], {}],
  ['a URL', ['send', `http://${HOSTILE}/`, ...WITH_KEY], {}],
  ['a curl line’s option', ['explain', 'a', ...WITH_KEY], { a: `curl --${HOSTILE} http://x` }],
  ['a curl line’s file', ['explain', 'a', ...WITH_KEY], { a: `curl -d @'${HOSTILE}' http://x` }],
  ['a curl line’s cookie file', ['explain', 'a', ...WITH_KEY], { a: `curl -b '${HOSTILE}' http://x` }],
  ['a curl line’s variable', ['explain', 'a', ...WITH_KEY], { a: `curl "\${${HOSTILE}}" http://x` }],
  ['a header', ['explain', 'a', ...WITH_KEY], { a: `POST / HTTP/1.1\nhost: a\nx-${HOSTILE}: b\n\n` }],
  ['a path', ['explain', 'a', ...WITH_KEY], { a: `POST /${HOSTILE} HTTP/1.1\nhost: a\n\n` }],
  ['JSON', ['verify', 'a', ...WITH_KEY], { a: `{"${HOSTILE}": 1}` }],
  ['a gate’s name', ['check', '-c', 'c.yaml'], { 'c.yaml': yaml(`  ${quoted}: { path: /a }\n`) }],
  ['a path of a gate', ['check', '-c', 'c.yaml'], { 'c.yaml': yaml(`  a: { path: ${quoted} }\n`) }],
  ['a member', ['check', '-c', 'c.yaml'], { 'c.yaml': yaml(`  a: { ${quoted}: 1 }\n`) }],
  ['a provider', ['check', '-c', 'c.yaml'], { 'c.yaml': yaml(`  a: { path: /a, provider: ${quoted} }\n`) }],
  [
    'a variable of a gate',
    ['check', '-c', 'c.yaml'],
    { 'c.yaml': yaml(`  a: { path: /a, provider: github, keys: [{ secret: "\${env:\\e[2J}" }] }\n`) },
  ],
  ['YAML that is none', ['check', '-c', 'c.yaml'], { 'c.yaml': `a: b: ${HOSTILE}` }],
  ['.env', ['sign', 'http://a/', '-p', 'github'], { '.env': `GITHUB_${HOSTILE}=1\n${HOSTILE}` }],
  ['a configuration’s name', ['check', '-c', HOSTILE], {}],
])('%s', async (_what, args, files) => {
  const cwd = folder(files);
  for (const more of [[], ['--json']]) {
    const { out, err } = await run([...args, ...more], { cwd, env: { FORCE_COLOR: '1' } });
    expect((out + err).replace(COLOURS, '')).not.toMatch(ACTING);
    expect(out + err).not.toBe('');
  }
});

it.each([
  ['a request', 'zero', ['verify', 'zero', ...WITH_KEY]],
  ['a configuration', 'zero.yaml', ['check', '-c', 'zero.yaml']],
  ['a key', 'zero', ['verify', 'a', '-p', 'github', '--key-file', 'zero']],
  ['a variable’s file', '.env', ['sign', 'http://a/', '-p', 'github']],
])('a device is read as no file: %s', async (_what, name, args) => {
  const cwd = folder({ a: 'POST / HTTP/1.1\nhost: a\n\n' });
  symlinkSync('/dev/zero', join(cwd, name));
  const { code, err } = await run(args, { cwd });
  expect(err).toContain('it is neither a file nor a pipe');
  expect(code).toBe(2);
});

it('a file that is too long is not read', async () => {
  const cwd = folder({ a: '', '.env': '' });
  truncateSync(join(cwd, 'a'), 300 * 1024 * 1024);
  expect((await run(['verify', 'a', ...WITH_KEY], { cwd })).err).toContain(
    'a cannot be read: it is too long',
  );
  truncateSync(join(cwd, '.env'), 2 * 1024 * 1024);
  const { err } = await run(['sign', 'http://a/', '-p', 'github'], { cwd });
  expect(err).toContain('.env cannot be read: it is larger than 1048576 bytes');
});
