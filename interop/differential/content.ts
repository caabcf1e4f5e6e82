/** What a sender signs, genuine and odd: each kind of oddness is signed rightly, so that only its reading can differ. */

/** Whole numbers of 32 bits, the same for the same seed. */
export type Random = () => number;

/** The parts that a request is made and signed of. */
export interface Content {
  readonly body: Uint8Array;
  /** As it is written in the request, one char a byte. */
  readonly time: string;
  readonly id: string;
  readonly url: string;
}

export function pick<T>(all: readonly T[], random: Random): T {
  return all[random() % all.length] as T;
}

/** A usual content, with one part made odd now and then. */
export function contentOf(random: Random, nowMs: number): Content {
  const usual: Content = {
    body: Buffer.from(pick(USUAL_BODIES, random)),
    time: String(Math.floor(nowMs / 1000) - (random() % 60)),
    id: `evt_${random() % 1000}`,
    url: 'https://shop.example/webhooks?from=peer',
  };
  switch (random() % 6) {
    case 0:
      return { ...usual, body: Buffer.from(pick(ODD_BODIES, random), 'latin1') };
    case 1:
      return { ...usual, time: pick(TIMES, random)(Math.floor(nowMs / 1000)) };
    case 2:
      return { ...usual, id: pick(IDS, random) };
    default:
      return usual;
  }
}

const USUAL_BODIES: readonly string[] = [
  '{"id":"evt_1","type":"order.paid"}',
  '{"id":"evt_2","type":"order.paid","note":"café ☕ 1.0","n":1.50}',
  '{"type":"ping"}',
];

/** Byte strings: JSON that two parsers read in two ways, no JSON, no UTF-8. */
const ODD_BODIES: readonly string[] = [
  '',
  '{}',
  'null',
  '[1]',
  'no JSON',
  '\xef\xbb\xbf{"id":"evt_1"}',
  '{"id":"evt_1"}\r\n',
  '{"id":"\\ud800"}',
  '{"id":"evt_1","id":"evt_2"}',
  '{"__proto__":{"a":1}}',
  '{"id":"\xff\xfe"}',
  '{"id":"\xed\xa0\x80"}',
  '{"id":"evt_1","n":1e999}',
  '\0',
  `{"a":${'['.repeat(300)}${']'.repeat(300)}}`,
];

/** Of now, in seconds: forms that number parsers take, and ages. Not within two seconds of a limit. */
const TIMES: readonly ((seconds: number) => string)[] = [
  (seconds) => `${seconds - 290}`,
  (seconds) => `${seconds + 290}`,
  (seconds) => `${seconds - 310}`,
  (seconds) => `${seconds + 310}`,
  (seconds) => `${seconds + 86_400}`,
  (seconds) => `${seconds}000`,
  (seconds) => `${seconds}.5`,
  (seconds) => `${seconds}.`,
  (seconds) => `0${seconds}`,
  (seconds) => `+${seconds}`,
  (seconds) => ` ${seconds}`,
  (seconds) => `${seconds} `,
  (seconds) => `${seconds}x`,
  (seconds) => `${seconds}e0`,
  (seconds) => `0x${seconds.toString(16)}`,
  (seconds) => String(seconds).replace(/^(\d)/, '$1_'),
  (seconds) => `-${seconds}`,
  () => '',
  () => 'now',
  () => '0',
  () => 'NaN',
  () => 'Infinity',
];

const IDS: readonly string[] = [
  '',
  'msg.1',
  'msg_1.1760000000',
  'msg 1',
  `m${'1'.repeat(300)}`,
  'caf\xc3\xa9',
  '__proto__',
];
