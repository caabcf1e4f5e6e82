/** Whatever a sender, a receiver or a file has put into the store, no command of the day lets it drive the terminal, colour a line or begin one. */
import type { KeptEvent } from '@countersign/gateway';
import { expect, it } from 'vitest';
import { type Day, SECRET, startDay } from './day-bench.ts';

const HOSTILE: readonly (readonly [what: string, text: string])[] = [
  ['a sequence', '\u001b[2J\u001b[1;1H'],
  ['our own colour', '\u001b[31mred\u001b[39m'],
  ['a title', '\u001b]0;owned\u0007'],
  ['a link', '\u001b]8;;http://evil.example\u001b\\shop\u001b]8;;\u001b\\'],
  ['a bell', '\u0007'],
  ['a carriage return', 'good\rINJECTED'],
  ['a line feed', 'good\nINJECTED'],
  ['a separator of lines', 'good\u2028INJECTED'],
  ['text turned round', '\u202egnp.exe'],
  ['an isolate', '\u2066a\u2069'],
  ['NUL', 'a\u0000b'],
  ['a sequence in one letter', '\u009b31m'],
  ['a tag', '\u{e0041}'],
  ['delete', 'a\u007f'],
];

/** Each command that shows something of the store. */
const COMMANDS: readonly (readonly [
  args: (id: string, destination: string) => readonly string[],
  codes?: readonly number[],
])[] = [
  [() => ['events', 'list']],
  [() => ['events', 'list', '--type', 'none']],
  [(id) => ['events', 'show', id]],
  [() => ['events', 'search', 'needle']],
  [() => ['events', 'follow', '--from', 'start', '--once']],
  [(id) => ['events', 'resend', id, '--dry-run']],
  [(id) => ['events', 'resend', id], [0, 1]],
  [() => ['events', 'resend', '--gate', 'open', '--dry-run']],
  [() => ['events', 'erase', '--match', 'text=needle', '--dry-run']],
  [(id) => ['events', 'test', id, '--out', '-']],
  [() => ['deliveries', 'list']],
  [() => ['deliveries', 'list', '--state', 'dead']],
  [() => ['deliveries', 'destinations']],
  [(id, destination) => ['deliveries', 'preview', id, destination], [2]],
  [() => ['deliveries', 'redrive', '--gate', 'open', '--dry-run']],
  [(id, destination) => ['deliveries', 'skip', id, destination], [0, 1, 2]],
  [() => ['store', 'export']],
  [() => ['store', 'stats']],
  [() => ['store', 'verify']],
];

async function keepHostile({ keep, gateway }: Day, text: string): Promise<string> {
  const bytes = Buffer.from(text).toString('latin1');
  const changes: Partial<KeptEvent> = {
    method: `M${text}`,
    url: `/open/needle${text}`,
    type: `t${text}`,
    provider: `p${text}`,
    keyId: `k${text}`,
    headers: ['content-type', 'text/plain', `x-${bytes}`, bytes, 'x-evil', `${bytes}\u00ff`],
    forwarded: { host: `h${text}` },
    verdict: { reading: `r${text}`, evidence: { provider: `e${text}` } as never },
    // No text; and a text, which may begin lines of its own.
    body: Buffer.concat([Buffer.from(text.replaceAll('INJECTED', '')), Uint8Array.of(0xff)]),
  };
  const destination = `d${text}`;
  const id = await keep(1, changes, [{ destination, orderKey: `o${text}` }]);
  await keep(2, { ...changes, body: Buffer.from(text.replaceAll('INJECTED', '')) }, []);
  const { deliveries } = gateway.store;
  const nowMs = Date.now();
  const [due] = await deliveries.take({ destination, limit: 1, maxBytes: 1, leaseMs: 60_000, nowMs });
  const attempt = {
    startedMs: nowMs,
    tookMs: 1,
    code: `c${text}`,
    problem: `it said ${text}`,
    answer: Buffer.from(text.replaceAll('INJECTED', '')),
  };
  await deliveries.settle({ place: due?.place ?? 0, lease: due?.lease ?? 0, state: 'dead', attempt });
  await deliveries.setCondition(destination, {
    state: 'paused',
    isMuted: true,
    reason: `w${text}`,
    sinceMs: nowMs,
  });
  return id;
}

/** All that a terminal may be given besides letters: line feeds, and our own colours. */
const ACTING = /(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;
const ESCAPE = '\u001b';
const COLOURS = new RegExp(`${ESCAPE}\\[(?:1|2|22|31|32|33|36|39)m`, 'g');
/** Takes a line of progress back. */
const CLEARED = new RegExp(`\\r${ESCAPE}\\[K`, 'g');

it.each(HOSTILE)(
  '%s',
  async (_what, text) => {
    const day = await startDay();
    const id = await keepHostile(day, text);
    for (const [argsOf, codes = [0]] of COMMANDS) {
      const args = argsOf(id, encodeURIComponent('none'));
      for (const more of [[], ['--json']]) {
        if (more.length > 0 && (args.includes('export') || args.includes('-'))) continue;
        const plain = await day.ask([...args, ...more]);
        const painted = await day.ask([...args, ...more], {
          isTTY: true,
          env: { SECRET, HOME: day.cwd, FORCE_COLOR: '1' },
        });
        const shown = `${args.join(' ')}: `;
        expect([shown, codes.includes(plain.code ?? -1)]).toEqual([shown, true]);
        for (const { out, err } of [plain, painted]) {
          expect(shown + out.replace(COLOURS, '')).not.toMatch(ACTING);
          expect(shown + err.replace(COLOURS, '').replace(CLEARED, '')).not.toMatch(ACTING);
          expect(shown + out + err).not.toMatch(/\nINJECTED/);
        }
        // Colours are ours where there are any: without them there are none.
        expect(shown + plain.out + plain.err).not.toContain(ESCAPE);
        if (more.length > 0 && plain.code === 0)
          for (const line of plain.out.trimEnd().split('\n')) if (line !== '') JSON.parse(line);
      }
    }
  },
  60_000,
);
