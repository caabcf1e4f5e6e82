/** Messages of which the report does not say that text moves in them: no two requests that are taken have one message, whatever the parts are. */
import { createHmac } from 'node:crypto';
import { expect, it } from 'vitest';
import { runs } from '../../../../scripts/effort.ts';
import { seededRandom } from '../../../../scripts/seeded-random.ts';
import { createGate, type Gate, type RequestParts, SetupError, writtenScheme } from '../../src/index.ts';

const KEY = 'a secret of thirty-two characters';
const NOW = 1_760_000_000_000;

/** A part as a declaration writes it; by its name a text, empty where it is absent. */
interface Part {
  readonly written: string;
  readonly name: string;
  /** What stands about its text, where there is one. */
  readonly around?: readonly [string, string];
}

const OF_A_TEXT: readonly Part[] = [{ written: '{body}', name: 'body' }];
const OF_JSON: readonly Part[] = [
  { written: '{member:m}', name: 'm' },
  { written: '{member:n?}', name: 'n' },
  { written: '{member:k?:any}', name: 'k' },
];
const PARTS: readonly Part[] = [
  { written: '{timestamp}', name: 'x-time' },
  { written: '{id}', name: 'x-id' },
  { written: '{nonce}', name: 'x-nonce' },
  { written: '{method}', name: 'method' },
  { written: '{header:x-a}', name: 'x-a' },
  { written: '{header:x-b?}', name: 'x-b' },
  { written: '{parameter:p}', name: 'p' },
  { written: '{?a:{header:x-c};?}', name: 'x-c', around: ['a:', ';'] },
  { written: '{?.{parameter:q}a?}', name: 'q', around: ['.', 'a'] },
];
const TEXTS = ['', ';', '.', ':', '\n', 'a', 'a:', ';a', '.a', '5'];

const random = seededRandom(20_261_128);
const oneOf = <T>(list: readonly T[]): T => list[random() % list.length] as T;
const textOf = (letters: readonly string[], most: number): string =>
  Array.from({ length: random() % (most + 1) }, () => oneOf(letters)).join('');

/** Parts and texts in turn. */
function template(): readonly (Part | string)[] {
  const all = [...PARTS, ...(random() % 5 < 3 ? OF_A_TEXT : OF_JSON)];
  const parts = all
    .map((part) => [random(), part] as const)
    .toSorted(([a], [b]) => a - b)
    .slice(0, 2 + (random() % 3));
  return [oneOf(TEXTS), ...parts.flatMap(([, part]) => [part, oneOf(TEXTS)])];
}

function gateOf(pieces: readonly (Part | string)[]): Gate | undefined {
  const message = pieces.map((piece) => (typeof piece === 'string' ? piece : piece.written)).join('');
  const has = (written: string): boolean => message.includes(written);
  try {
    const gate = createGate({
      scheme: writtenScheme({
        algorithm: 'hmac-sha256',
        signature: 'x-sig',
        message,
        ...(has('{timestamp}') && { timestamp: 'x-time' }),
        ...(has('{id}') && { id: 'x-id' }),
        ...(has('{nonce}') && { nonce: 'x-nonce' }),
      }),
      keys: [KEY],
      now: () => NOW,
    });
    return gate.coverage.warnings.some(({ code }) => code.startsWith('movable-')) ? undefined : gate;
  } catch (error) {
    if (error instanceof SetupError) return undefined;
    throw error;
  }
}

type Texts = Readonly<Record<string, string>>;

function textsFor(parts: readonly Part[]): Texts {
  const letters = [';', '.', ':', 'a', '5'];
  return Object.fromEntries(
    parts.map(({ name }): [string, string] => {
      if (name === 'x-time') return [name, oneOf(['1760000000', '1760000000.5', '1760000000.55'])];
      return [name, name === 'method' ? textOf(['a', '.'], 2) || 'a' : textOf(letters, 4)];
    }),
  );
}

function messageOf(pieces: readonly (Part | string)[], texts: Texts): string {
  return pieces
    .map((piece) => {
      if (typeof piece === 'string') return piece;
      const text = texts[piece.name] ?? '';
      const [before, behind] = text === '' ? ['', ''] : (piece.around ?? ['', '']);
      return `${before}${text}${behind}`;
    })
    .join('');
}

function requestOf(parts: readonly Part[], texts: Texts, message: string): RequestParts {
  const headers: Record<string, string> = {
    'x-sig': createHmac('sha256', KEY).update(message).digest('hex'),
  };
  const query = new URLSearchParams();
  const members: Record<string, string> = {};
  for (const { name } of parts) {
    const text = texts[name] ?? '';
    if (text === '') continue;
    if (name.startsWith('x-')) headers[name] = text;
    else if (name === 'p' || name === 'q') query.set(name, text);
    else if (name.length === 1) members[name] = text;
  }
  const isJson = parts.some(({ name }) => OF_JSON.some((part) => part.name === name));
  return {
    method: texts['method'] ?? 'POST',
    url: `/?${query}`,
    headers,
    body: isJson ? JSON.stringify({ m: '', ...members }) : (texts['body'] ?? ''),
  };
}

it('is that of one request only', async () => {
  let judged = 0;
  let pairs = 0;
  for (let i = 0; i < runs(15_000); i++) {
    const pieces = template();
    const gate = gateOf(pieces);
    if (gate === undefined) continue;
    judged++;
    const parts = pieces.filter((piece) => typeof piece !== 'string');
    const taken = new Map<string, string>();
    const tried = new Set<string>();
    for (let n = 0; n < 150; n++) {
      const texts = textsFor(parts);
      const message = messageOf(pieces, texts);
      const written = JSON.stringify(texts);
      const isAnother = !tried.has(`${message} ${written}`);
      tried.add(`${message} ${written}`);
      if (!isAnother || !(await gate.verify(requestOf(parts, texts, message))).ok) continue;
      const first = taken.get(message) ?? written;
      taken.set(message, first);
      pairs++;
      if (first !== written)
        expect.fail(`${JSON.stringify(pieces)}: ${JSON.stringify(message)} is of ${first} and of ${written}`);
    }
  }
  expect(judged).toBeGreaterThan(runs(15_000) / 10);
  expect(pairs).toBeGreaterThan(judged * 5);
});
