/** What others wrote, and what people type, cannot drive the terminal that it is printed on. */
import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
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

/** A request that somebody captured, to be signed again. */
const captured = (parts: object): string =>
  JSON.stringify({ method: 'POST', url: 'http://a/x', headers: [], ...parts });

it.each([
  ['curl', { body: HOSTILE }],
  ['json', { body: HOSTILE, headers: [['x-a', '\u009b31m\u061c']] }],
])('a request that is signed anew is printed for a terminal: %s', async (as, parts) => {
  const cwd = folder({ a: captured(parts) });
  for (const isTTY of [true, false]) {
    const { code, out } = await run(['sign', 'a', '--as', as, ...WITH_KEY], { cwd, isTTY });
    expect(out).not.toMatch(ACTING);
    expect(code).toBe(0);
    expect((await run(['verify', '-', ...WITH_KEY], { cwd, stdin: out })).code).toBe(0);
  }
});

it.each([
  ['http', { body: HOSTILE }],
  ['http', { headers: [['x-a', '\u009b31m']] }],
  ['curl', { headers: [['x-a', '\u009b31m']] }],
])('a form that must hold such bytes goes to no terminal: %s %j', async (as, parts) => {
  const cwd = folder({ a: captured(parts) });
  const args = ['sign', 'a', '--as', as, ...WITH_KEY];
  expect(await run(args, { cwd, isTTY: true })).toEqual({
    code: 2,
    out: '',
    err: expect.stringContaining(
      'the signed request has characters that a terminal would act on\n  → Write it to a file, as with > signed.txt, or print it with --as json.\n',
    ),
  });
  const { code, out } = await run(args, { cwd });
  expect(code).toBe(0);
  expect((await run(['verify', '-', ...WITH_KEY], { cwd, stdin: out })).code).toBe(0);
});

it('a request without such characters is printed at a terminal in every form', async () => {
  const cwd = folder({ a: captured({ body: '{"a":\t"ü"}\r\n', headers: [['x-a', 'ü']] }) });
  for (const as of ['curl', 'http', 'json'])
    expect(await run(['sign', 'a', '--as', as, ...WITH_KEY], { cwd, isTTY: true })).toMatchObject({
      code: 0,
    });
});

it('an answer of mcp is JSON that a terminal can be given', async () => {
  const { out } = await run(['mcp', '--admin', 'http://127.0.0.1:9'], {
    cwd: folder({}),
    env: { COUNTERSIGN_ADMIN_TOKEN: 'a-token-of-some-length' },
    stdin: JSON.stringify({ jsonrpc: '2.0', id: HOSTILE, method: 'ping' }),
  });
  expect(out).not.toMatch(ACTING);
  expect(JSON.parse(out)).toEqual({ jsonrpc: '2.0', id: HOSTILE, result: {} });
});

it('few write to the terminal without Output, each with a reason', () => {
  const root = join(import.meta.dirname, '../src');
  const writers = readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .filter((file) => /\b(?:stdout|stderr)\.write\(|writeAll\(/.test(readFileSync(join(root, file), 'utf8')));
  expect(writers.sort()).toEqual([
    // A result as its stable JSON, escaped by JSON itself.
    'batch/answer-lines.ts',
    // Words for a shell, a line each, escaped by visibleText.
    'commands/completion.ts',
    // A test file, in which texts are escaped for JavaScript.
    'commands/events/test.ts',
    // A page into a file or a program, which is the bytes of its Markdown; a terminal has it by Output.
    'commands/handout.ts',
    // What was searched, once a second, where that is a terminal.
    'commands/init.ts',
    // Answers of a protocol, one JSON a line, escaped by visibleJson.
    'commands/mcp.ts',
    // A signed request, which is asked for byte by byte; refused where a terminal would act on it.
    'commands/sign.ts',
    // Events as JSON, escaped by JSON itself.
    'commands/store/export.ts',
    // The lines of the live feed, escaped by prettyLine and visibleJson.
    'commands/tail.ts',
    // The gateway's log, escaped by prettyLine.
    'demo/start-demo-gateway.ts',
    // A question, which holds the line.
    'flowent/confirm.ts',
    'output.ts',
    // Nothing, to learn when all is read.
    'process-end.ts',
    // How many are done, which is written over.
    'progress.ts',
    // A question that is ours, and the end of its line; never what is typed.
    'secret-input.ts',
    'write-all.ts',
  ]);
});
