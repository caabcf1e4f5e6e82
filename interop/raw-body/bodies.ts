/** Bodies that set-ups change on their way from the socket to the signature: each is genuine, signed byte for byte. */
import { gzipSync } from 'node:zlib';

export interface GenuineBody {
  readonly name: string;
  /** As they are sent. */
  readonly bytes: Uint8Array;
  /** What the signature is of, where that is something else. */
  readonly signedBytes?: Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent in pieces of so many bytes. */
  readonly pieceBytes?: number;
  /** Whether the header of the signature is there twice. */
  readonly isSignedTwice?: boolean;
  /** Whether only senders that send forms send it. */
  readonly isForm?: boolean;
  /** Where ours may not take it, what it says to do. */
  readonly remedy?: RegExp;
}

/** Of an event that each sender’s library takes. @param note a JSON text, or what a sender makes of one */
function eventWith(note: string, id: string): string {
  return `{"id":"${id}","object":"event","type":"event_callback","event_id":"${id}","team_id":"T1","api_app_id":"A1","event":{"type":"app_mention","user":"U2","channel":"C1","ts":"1.2","text":"hello"},"action":"opened","issue":{"number":7},"note":${note}}`;
}

const EMOJI = '"🎉 né 你好"';
const FORM = 'token=unused&team_id=T1&user_id=U2&channel_id=C1&command=%2Fweather&text=caf%c3%a9+%26+tea';

/** Each of another event. */
export function genuineBodies(): readonly GenuineBody[] {
  let count = 0;
  const event = (note: string): Buffer => Buffer.from(eventWith(note, `evt_${++count}`));
  const json = (name: string, note: string): GenuineBody => ({ name, bytes: event(note) });
  const after = event(EMOJI);
  return [
    json('plain JSON', '"plain"'),
    json('an emoji', EMOJI),
    { name: 'an emoji, in pieces of one byte', bytes: event(EMOJI), pieceBytes: 1 },
    json('half an emoji, escaped (`"\\ud83c"`)', '"\\ud83c"'),
    json('a NUL, escaped (`"\\u0000"`)', '"\\u0000"'),
    json('numbers as `1.0`, `1e2`, 12345678901234567890', '[1.0,1e2,12345678901234567890]'),
    json('names in an order of their own (`{"b":1,"1":2}`), and one twice', '{"b":1,"1":2,"b":3}'),
    json('blanks and CRLF between', ' [ 1 ,\r\n\t2 ]\r\n'),
    json('`/` and letters escaped (`"\\/caf\\u00e9"`)', '"\\/caf\\u00e9"'),
    { name: 'a byte order mark before it', bytes: Buffer.concat([Buffer.from('\ufeff'), event('1')]) },
    {
      name: 'bytes that are not UTF-8 (Latin-1)',
      bytes: Buffer.from(event('"é"').toString(), 'latin1'),
    },
    {
      name: 'compressed, and signed as it is sent',
      bytes: gzipSync(event(EMOJI)),
      headers: { 'content-encoding': 'gzip' },
    },
    {
      name: 'compressed after it was signed',
      bytes: gzipSync(after),
      signedBytes: after,
      headers: { 'content-encoding': 'gzip' },
      remedy: /has a Content-Encoding/,
    },
    {
      ...json('the signature’s header twice', '"twice"'),
      isSignedTwice: true,
      remedy: /proxy that (adds one|joins two)/,
    },
    {
      name: 'a form (a Slack command, GitHub’s older content type)',
      bytes: Buffer.from(FORM),
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      isForm: true,
    },
  ];
}
