/** What calls itself an admin server cannot drive the terminal of `countersign tail`. */
import { expect, it } from 'vitest';
import { ADMIN_HEADERS, run } from './support.ts';

const HOSTILE = '\x1b]0;owned\x07\x1b[2J\x9b31m\u061c\u202e\u2066\u2028\u{e0001}\x7f\r';
/** All that a terminal may be given besides letters: line feeds, and our own colours. */
const ACTING = /(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;
const COLOURS = new RegExp(`${'\u001b'}\\[(?:0|2|31|32|33)m`, 'g');
const REQUEST = { verdict: 'accepted', status: 200, gate: 'g', method: 'POST', path: '/', requestId: '1' };

const ITEMS: readonly (readonly [string, unknown])[] = [
  ['a status', { ...REQUEST, status: HOSTILE }],
  ['a verdict', { ...REQUEST, verdict: HOSTILE }],
  ['a reason', { ...REQUEST, reason: HOSTILE }],
  ['a level', { level: HOSTILE, msg: 'a' }],
  ['a member’s name', { ...REQUEST, [HOSTILE]: 'a' }],
  ['a member’s name of a record that is not a request', { level: 'info', msg: 'a', [HOSTILE]: 'a' }],
  ['a member’s name within', { ...REQUEST, a: { [HOSTILE]: [HOSTILE] } }],
  ['a text', HOSTILE],
  ['a list', [HOSTILE]],
  [
    'an attempt',
    {
      gate: HOSTILE,
      delivery: {
        event: HOSTILE,
        type: HOSTILE,
        destination: HOSTILE,
        attempt: HOSTILE,
        code: HOSTILE,
        status: HOSTILE,
        problem: HOSTILE,
        tookMs: HOSTILE,
        state: 'dead',
        dueAt: HOSTILE,
      },
    },
  ],
  ['a stack', { ...REQUEST, error: { stack: HOSTILE, cause: { [HOSTILE]: HOSTILE } } }],
];

/** What tail prints of a server that sends these items, each behind a mark, and is gone then. */
async function tailed(args: readonly string[]): Promise<string> {
  const events = ITEMS.flatMap(([, item], i) => [{ level: 'info', msg: `mark ${i}` }, item]);
  let asked = 0;
  const answer = async () =>
    asked++ === 0
      ? new Response(events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join(''), {
          headers: ADMIN_HEADERS,
        })
      : new Response('{}', { status: 404 });
  const { out } = await run(['tail', '--admin', 'http://h', ...args], {
    env: { COUNTERSIGN_ADMIN_TOKEN: 'x', FORCE_COLOR: '1' },
    fetch: answer as typeof fetch,
  });
  return out;
}

it.each<[readonly string[]]>([[[]], [['--json']]])(
  'drives it by nothing that it sends: tail %j',
  async (args) => {
    const printed = (await tailed(args)).split(/.*mark \d+.*\n/).slice(1);
    expect(printed).toHaveLength(ITEMS.length);
    for (const [i, text] of printed.entries()) {
      const what = ITEMS[i]?.[0];
      expect(text, what).toMatch(/owned.*\n$/is);
      expect(text.replace(COLOURS, ''), what).not.toMatch(ACTING);
    }
  },
);
