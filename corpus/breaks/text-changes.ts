/** Bodies whose text is changed: line ends, charsets, letters, white space. */
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { ask, type Language, scratchPath } from '../base/helper.ts';
import { jsonBody } from '../base/json-bodies.ts';
import { post } from '../base/servers.ts';
import { pipe, versionOf } from '../base/versions.ts';
import type { BodyKind } from '../base/wire.ts';
import type { BodyBreak } from './body-break.ts';

const by =
  (language: Language, operation: string): BodyBreak['change'] =>
  (body) =>
    ask(language, operation, body).catch(() => undefined);
const NODE = versionOf('node');

function row(
  cause: string,
  kind: BodyKind,
  count: number,
  madeBy: string,
  truth: string,
  change: BodyBreak['change'],
  more: Partial<BodyBreak> = {},
): BodyBreak {
  return { cause, kind, count, madeBy, truth, change, ...more };
}

/** Opens the body as a file in an editor and saves it. */
function edited(command: string, args: readonly string[], input?: string): BodyBreak['change'] {
  return (body) => {
    const path = scratchPath('body');
    writeFileSync(path, body);
    const { status, stderr } = spawnSync(command, [...args, path], {
      timeout: 10_000,
      input: input ?? '',
      env: { ...process.env, HOME: '/nonexistent', TERM: 'dumb' },
    });
    if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${stderr}`);
    return readFileSync(path);
  };
}

const VIM = ['-u', 'NONE', '-es', '-N', '-i', 'NONE', '--cmd', 'set encoding=utf-8'];
const vim = (...commands: readonly string[]): BodyBreak['change'] =>
  edited('vim', [...VIM, ...commands.flatMap((command) => ['-c', command]), '-c', 'wq']);
const shell =
  (script: string): BodyBreak['change'] =>
  (body) =>
    pipe(body, 'bash', '--norc', '-c', script);
const iconv =
  (to: string): BodyBreak['change'] =>
  (body) =>
    pipe(body, 'iconv', '-f', 'UTF-8', '-t', to);

const withLine = (body: Buffer): Buffer => Buffer.concat([body, Buffer.from(body.at(-1) === 10 ? '' : '\n')]);
const withoutLine = (body: Buffer): Buffer => Buffer.from(body.toString().trimEnd());
const withReturn = (body: Buffer): Buffer => Buffer.concat([withoutLine(body), Buffer.from('\r\n')]);
const indented = (_body: Buffer, label: string): Buffer => jsonBody(label, 'indented');
const crlf = (body: Buffer, label: string): Buffer =>
  Buffer.from(indented(body, label).toString().replace(/\n/g, '\r\n'));
const marked = (body: Buffer): Buffer => Buffer.concat([Buffer.from('\ufeff'), body]);
const latin = (body: Buffer): Buffer =>
  Buffer.from(
    `${withoutLine(body)
      .toString()
      .replace(/[\u0100-\uffff]/g, '')}\u00e9`,
    'latin1',
  );
const composed = (body: Buffer): Buffer => Buffer.from(body.toString().normalize('NFC'));

/** Of a sender that signs with an elliptic curve. */
const SENDGRID = { prepare: withReturn, of: 'sendgrid' };

const LINE_ENDS: readonly BodyBreak[] = [
  row(
    'final-newline-lost',
    'json',
    4,
    NODE,
    'The body ended with CR LF, which .trim() took off.',
    (body) => Buffer.from(body.toString().trim()),
    SENDGRID,
  ),
  row(
    'final-newline-added',
    'json',
    6,
    versionOf('vim'),
    'The body was saved by an editor, which ended its last line.',
    vim(),
    { prepare: withoutLine, keepsLength: true },
  ),
  row(
    'final-newline-added',
    'text',
    3,
    versionOf('ed'),
    'The body was saved by ed, which ended its last line.',
    edited('ed', ['-s'], 'w\nq\n'),
    { prepare: withoutLine },
  ),
  row(
    'final-newline-added',
    'json',
    6,
    versionOf('bash'),
    'The body was written to a file by echo, which adds a line end.',
    shell('echo "$(cat)"'),
    { prepare: withoutLine },
  ),
  row(
    'final-newline-added',
    'json',
    4,
    versionOf('ruby'),
    'The body was logged by puts, which adds a line end, and sent again from the log.',
    by('ruby', 'puts'),
    { prepare: withoutLine },
  ),
  row(
    'final-newline-added',
    'form',
    3,
    versionOf('perl'),
    'The body was printed by say, which adds a line end.',
    by('perl', 'say'),
  ),
  row(
    'final-newline-added',
    'json',
    3,
    versionOf('go'),
    'The body was written by fmt.Fprintln, which adds a line end.',
    by('go', 'fprintln'),
    { prepare: withoutLine },
  ),
  row(
    'final-newline-added',
    'json',
    4,
    versionOf('bash'),
    'The sender signed the text in a here document, with its line end, and sent it without.',
    shell('cat <<<"$(cat)"'),
    { side: 'signer', prepare: withoutLine },
  ),
  row(
    'final-newline-lost',
    'json',
    6,
    versionOf('bash'),
    'The body ended with a line end, which $(…) took off.',
    shell('body=$(cat); printf %s "$body"'),
    { prepare: withLine },
  ),
  row(
    'final-newline-lost',
    'json',
    4,
    versionOf('ruby'),
    'The body ended with a line end, which chomp took off.',
    by('ruby', 'chomp'),
    { prepare: withReturn },
  ),
  row(
    'final-newline-lost',
    'json',
    5,
    NODE,
    'The body ended with CR LF, which .trim() took off.',
    (body) => Buffer.from(body.toString().trim()),
    { prepare: withReturn },
  ),
  row(
    'final-newline-lost',
    'text',
    3,
    versionOf('php'),
    'The body ended with a line end, which trim() took off.',
    by('php', 'trim'),
    { prepare: withLine },
  ),
  row(
    'final-newline-lost',
    'json',
    3,
    versionOf('python'),
    'The sender signed the stripped text, and sent it with its line end.',
    by('python', 'strip'),
    { side: 'signer', prepare: withLine },
  ),
  row(
    'line-ends-changed',
    'json',
    7,
    versionOf('vim'),
    'The body was saved with the line ends of DOS: each LF became CR LF.',
    vim('set ff=dos'),
    { prepare: indented, keepsLength: true },
  ),
  row(
    'line-ends-changed',
    'json',
    5,
    versionOf('python'),
    'The body was written in text mode on Windows: each LF became CR LF.',
    by('python', 'text-mode'),
    { prepare: indented },
  ),
  row('line-ends-changed', 'text', 3, versionOf('perl'), 'Each LF became CR LF.', by('perl', 'crlf')),
  row(
    'line-ends-changed',
    'json',
    6,
    versionOf('python'),
    'The body was read with universal newlines: each CR LF became LF.',
    by('python', 'universal-newlines'),
    { prepare: crlf },
  ),
  row(
    'line-ends-changed',
    'json',
    4,
    'GNU tr',
    'tr -d took out each CR.',
    (body) => pipe(body, 'tr', '-d', '\\r'),
    { prepare: crlf },
  ),
  row('line-ends-changed', 'text', 3, versionOf('perl'), 'Each CR LF became LF.', by('perl', 'lf'), {
    prepare: (body) => Buffer.from(body.toString().replace(/\r?\n/g, '\r\n')),
  }),
  row(
    'newlines-removed',
    'json',
    6,
    versionOf('java'),
    'The body was read line by line and put together without its line ends.',
    by('java', 'read-lines'),
    { prepare: indented },
  ),
  row(
    'newlines-removed',
    'json',
    3,
    versionOf('python'),
    'The body was joined from splitlines(), without its line ends.',
    by('python', 'splitlines'),
    { prepare: indented },
  ),
  row('newlines-removed', 'text', 3, 'GNU tr', 'tr -d took out each CR and LF.', (body) =>
    pipe(body, 'tr', '-d', '\\r\\n'),
  ),
];

const CHARSETS: readonly BodyBreak[] = [
  row(
    'byte-order-mark-added',
    'json',
    6,
    versionOf('python'),
    'The body was saved as UTF-8 with a byte order mark in front (utf-8-sig).',
    by('python', 'utf-8-sig'),
  ),
  row(
    'byte-order-mark-added',
    'json',
    4,
    versionOf('vim'),
    'An editor saved the body with a byte order mark.',
    vim('set bomb', 'set nofixeol noeol'),
  ),
  row(
    'byte-order-mark-lost',
    'json',
    5,
    `${versionOf('hono')}, await c.req.text()`,
    'The body began with a byte order mark, which decoding it to text took off.',
    (_body, wire) => post('hono', '/text', wire),
    { prepare: marked },
  ),
  row(
    'byte-order-mark-lost',
    'json',
    3,
    `${NODE}, TextDecoder`,
    'The body began with a byte order mark, which TextDecoder took off.',
    (body) => Buffer.from(new TextDecoder().decode(body)),
    { prepare: marked },
  ),
  row(
    'charset-changed',
    'json',
    6,
    versionOf('iconv'),
    'The body was converted from UTF-8 to ISO-8859-1.',
    iconv('ISO-8859-1//TRANSLIT'),
  ),
  row(
    'charset-changed',
    'json',
    4,
    versionOf('iconv'),
    'The body was converted from UTF-8 to Windows-1252.',
    iconv('WINDOWS-1252//TRANSLIT'),
  ),
  row(
    'charset-changed',
    'json',
    4,
    versionOf('iconv'),
    'The body was converted from UTF-8 to UTF-16.',
    iconv('UTF-16'),
  ),
  row(
    'charset-changed',
    'text',
    3,
    versionOf('java'),
    'getBytes() under UTF-16 wrote the body.',
    by('java', 'utf-16'),
  ),
  row(
    'charset-changed',
    'json',
    3,
    versionOf('php'),
    'utf8_decode() converted the body to ISO-8859-1.',
    by('php', 'utf8-decode'),
  ),
  row(
    'charset-changed',
    'json',
    4,
    versionOf('python'),
    'The sender signed the text in Windows-1252, and sent it in UTF-8.',
    by('python', 'cp1252-replaced'),
    { side: 'signer' },
  ),
  row(
    'utf-8-encoded-twice',
    'json',
    6,
    versionOf('python'),
    'The bytes, which were UTF-8, were read as ISO-8859-1 and encoded as UTF-8 again.',
    by('python', 'latin-1-as-utf-8'),
  ),
  row(
    'utf-8-encoded-twice',
    'json',
    5,
    versionOf('php'),
    'utf8_encode() encoded as UTF-8 what already was.',
    by('php', 'utf8-encode'),
  ),
  row(
    'utf-8-encoded-twice',
    'form',
    3,
    versionOf('java'),
    'The bytes were read as ISO-8859-1 and encoded as UTF-8 again.',
    by('java', 'read-as-latin-1'),
    {
      prepare: (body) =>
        Buffer.from(decodeURIComponent(body.toString().replaceAll('%26', '')).replaceAll('%', '')),
    },
  ),
  row(
    'utf-8-encoded-twice',
    'json',
    4,
    NODE,
    "A digest over a 'binary' string: the sender signed the text's code units, and sent UTF-8.",
    (body) => Buffer.from(body.toString('latin1')),
    { side: 'signer' },
  ),
  row(
    'undecodable-bytes-replaced',
    'json',
    6,
    NODE,
    'The body was ISO-8859-1; body.toString() put U+FFFD for each byte that is no UTF-8.',
    (body) => Buffer.from(body.toString()),
    { prepare: latin },
  ),
  row(
    'undecodable-bytes-replaced',
    'json',
    3,
    versionOf('python'),
    'The body was ISO-8859-1; decode("utf-8", "replace") put U+FFFD for each byte that is no UTF-8.',
    by('python', 'utf-8-replaced'),
    { prepare: latin },
  ),
  row(
    'undecodable-bytes-replaced',
    'text',
    3,
    versionOf('go'),
    'strings.ToValidUTF8 replaced what is no UTF-8.',
    by('go', 'valid-utf-8'),
    { prepare: latin },
  ),
  row(
    'undecodable-bytes-replaced',
    'json',
    3,
    `${versionOf('express')}, express.text()`,
    'The body was ISO-8859-1; express.text() read it as UTF-8.',
    (_body, wire) => post('express', '/text', wire),
    { prepare: latin },
  ),
  row(
    'letters-replaced-for-charset',
    'json',
    4,
    versionOf('python'),
    'Letters that ASCII lacks became question marks.',
    by('python', 'ascii-replaced'),
  ),
  row(
    'letters-replaced-for-charset',
    'json',
    3,
    versionOf('java'),
    'getBytes() under US-ASCII put question marks for letters.',
    by('java', 'us-ascii'),
  ),
  row(
    'letters-replaced-for-charset',
    'json',
    3,
    versionOf('python'),
    'Letters that ASCII lacks were left out.',
    by('python', 'ascii-ignored'),
  ),
  row(
    'unicode-normalised',
    'json',
    5,
    versionOf('python'),
    'Letters with marks were decomposed (NFD).',
    by('python', 'nfd'),
    { prepare: composed },
  ),
  row(
    'unicode-normalised',
    'json',
    3,
    versionOf('ruby'),
    'Letters with marks were decomposed (NFD).',
    by('ruby', 'unicode-nfd'),
    { prepare: composed },
  ),
  row(
    'unicode-normalised',
    'json',
    4,
    NODE,
    'Letters with marks arrived composed (NFC), and were signed decomposed.',
    (body) => composed(body),
    { prepare: (body) => Buffer.from(body.toString().normalize('NFD')) },
  ),
];

const WHITE_SPACE: readonly BodyBreak[] = [
  row(
    'tabs-became-blanks',
    'json',
    4,
    versionOf('coreutils'),
    'expand made blanks of the tabs that indent the body.',
    (body) => pipe(body, 'expand', '-t', '4'),
    {
      prepare: (body, label) =>
        Buffer.from(
          indented(body, label)
            .toString()
            .replace(/^ +/gm, (blanks) => '\t'.repeat(blanks.length / 2)),
        ),
    },
  ),
  row(
    'tabs-became-blanks',
    'json',
    3,
    versionOf('vim'),
    'An editor made tabs of the blanks that indent the body.',
    vim('set noet ts=2', 'retab!', 'set nofixeol noeol'),
    { prepare: indented },
  ),
  row(
    'trailing-blanks-removed',
    'text',
    3,
    versionOf('sed'),
    'An editor took off blanks at the ends of lines.',
    (body) => pipe(body, 'sed', 's/[ \\t]*$//'),
    { prepare: (body) => Buffer.from(body.toString().replace(/\n/, '  \n')) },
  ),
  row(
    'blanks-squeezed',
    'json',
    4,
    versionOf('ruby'),
    'squish made one blank of each run of white space.',
    by('ruby', 'squish'),
    { prepare: indented },
  ),
  row(
    'lines-wrapped',
    'json',
    4,
    versionOf('coreutils'),
    'The body was wrapped at 76 letters, as a mail or a terminal does.',
    (body) => pipe(body, 'fold', '-w', '76'),
  ),
  row(
    'blanks-at-the-ends-removed',
    'json',
    3,
    versionOf('python'),
    'strip() took off blanks at both ends.',
    by('python', 'strip'),
    { prepare: (body) => Buffer.from(` ${body} `) },
  ),
  row(
    'blanks-at-the-ends-removed',
    'text',
    3,
    versionOf('go'),
    'bytes.TrimSpace took off white space at both ends.',
    by('go', 'trim-space'),
    { prepare: (body) => Buffer.from(`\n${body}\n`) },
  ),
];

export const TEXT_CHANGES: readonly BodyBreak[] = [...LINE_ENDS, ...CHARSETS, ...WHITE_SPACE];
