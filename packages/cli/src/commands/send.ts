/** `countersign send`: signs a request, sends it, prints what came back. */
import { isUtf8 } from 'node:buffer';
import { clockDifferenceMs } from '@countersign/core/client';
import type { Call, Command } from '../command.ts';
import { DRAFT_OPTIONS, ENDPOINT_DETAILS, readSigned } from '../draft-input.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { GATE_OPTIONS, readNow } from '../gate-input.ts';
import { requestLine } from '../request-source.ts';
import { type Answer, NoAnswerError, sendRequest } from '../send-request.ts';
import { UsageError } from '../usage-error.ts';
import { visibleBytes, visibleText } from '../visible-text.ts';

const MAX_ANSWER_BYTES = 64 * 1024;
const DEFAULT_TIMEOUT_S = 30;

export const send: Command = {
  name: 'send',
  summary: 'signs a request and sends it; prints status, answer and timing',
  usage: [
    'send [URL] [--body TEXT|@FILE] [--provider ID] [OPTIONS]',
    'send [URL] FILE [--provider ID] [OPTIONS]',
  ],
  details: [
    'FILE contains a request in one of the forms that `countersign verify` takes; with a URL as well, the request goes to that URL. Redirects are not followed.',
    ENDPOINT_DETAILS,
    'Exit code 0: the answer was 2xx. 1: another answer, or none. 2: nothing was sent.',
  ],
  options: {
    ...GATE_OPTIONS,
    ...DRAFT_OPTIONS,
    timeout: {
      value: 'SECONDS',
      description: `how long to wait for the whole answer; default: ${DEFAULT_TIMEOUT_S}`,
    },
    json: { description: 'status, headers, body and timing as one JSON object' },
  },
  examples: [
    {
      note: 'MY_SECRET_KEY and API_ENDPOINT in the environment, or in .env',
      command: `countersign send -d '{"hello":"world"}'`,
    },
    {
      note: 'to a gateway on this machine',
      command: `countersign send http://127.0.0.1:8787/hmac -p hmac --key-env MY_SECRET_KEY -d '{"hello":"world"}'`,
    },
    {
      note: 'a captured request, signed again',
      command: 'countersign send http://127.0.0.1:8787/hook request.http -p github',
    },
  ],
  maxArguments: 2,
  run,
};

async function run(call: Call): Promise<ExitCode> {
  const { args, io, output } = call;
  const timeoutMs = readTimeout(args.text('timeout'));
  const { signed } = await readSigned(call);
  if (!args.flag('json')) output.say(output.errorStyle.dim(visibleText(requestLine(signed))));
  const { fetch, monotonicMs } = io;
  const sentMs = readNow(args.text('now'), io.now)();
  let answer: Answer;
  try {
    answer = await sendRequest(signed, { fetch, monotonicMs, timeoutMs, maxBytes: MAX_ANSWER_BYTES });
  } catch (error) {
    if (!(error instanceof NoAnswerError)) throw error;
    if (args.flag('json')) output.json({ ok: false, error: error.message });
    output.fail(error.message, error.remedy);
    return EXIT.refused;
  }
  const ok = answer.status >= 200 && answer.status < 300;
  const differenceMs = REFUSED_STATUSES.includes(answer.status) ? clockDifference(answer, sentMs) : undefined;
  if (args.flag('json')) {
    const clock = differenceMs !== undefined && { clockDifferenceMs: differenceMs };
    output.json({ ok, ...answerView(answer), ...clock });
  } else printAnswer(answer, ok, call);
  if (differenceMs !== undefined) output.warn(clockHint(differenceMs, sentMs));
  return ok ? EXIT.ok : EXIT.refused;
}

/** Answers that a signed time may be the cause of. */
const REFUSED_STATUSES: readonly number[] = [400, 401, 403];

/** The server's clock minus the one that signed, where that is more than chance. */
function clockDifference({ headers, headMs }: Answer, sentMs: number): number | undefined {
  const get = (header: string): string | null => headers.find(([name]) => name === header)?.[1] ?? null;
  return clockDifferenceMs({ headers: { get }, sentMs, receivedMs: sentMs + headMs });
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** In the largest unit of which there are two, so that nobody has to count days in seconds. */
function spanText(ms: number): string {
  const units = [
    ['days', DAY],
    ['h', HOUR],
    ['min', MINUTE],
  ] as const;
  const [name, length] = units.find(([, unitMs]) => ms >= 2 * unitMs) ?? ['s', 1000];
  return `${Math.round(ms / length)} ${name}`;
}

/** A person is told, and decides: only a client that runs by itself signs anew for the server's clock. */
function clockHint(differenceMs: number, sentMs: number): string {
  const side = differenceMs > 0 ? 'ahead of' : 'behind';
  const serverNow = Math.round((sentMs + differenceMs) / 1000);
  return `The server’s clock is ${spanText(Math.abs(differenceMs))} ${side} the one that signed. Where a time is signed, that may be why: set the clock, or sign as at the server’s time with --now ${serverNow}.`;
}

function printAnswer(answer: Answer, ok: boolean, { output }: Call): void {
  const { status, statusText, headers, body, headMs, totalMs } = answer;
  const { style } = output;
  const line = `${status} ${visibleText(statusText)}`.trimEnd();
  output.print(
    `${(ok ? style.green : style.red)(line)}  ${style.dim(`${headMs} ms to the head, ${totalMs} ms in all`)}`,
  );
  for (const [name, value] of headers) output.print(style.dim(`${visibleText(name)}: ${visibleText(value)}`));
  if (body.length === 0) return;
  output.print(`\n${readable(body)}`);
  if (answer.isCut) output.warn(`The answer is longer; ${MAX_ANSWER_BYTES} bytes of it are shown.`);
}

/** Text as it stands, with its line ends; anything else with what is invisible shown. */
function readable(body: Uint8Array): string {
  const text = Buffer.from(body).toString('utf8');
  const isPlain = isUtf8(body) && !/(?![\n\r\t])\p{C}/u.test(text);
  return isPlain
    ? text
        .replace(/\r?\n$/, '')
        .replaceAll('\r\n', '\n')
        .replaceAll('\r', '␍')
    : visibleBytes(body, { breakLines: true });
}

function answerView({ status, headers, body, isCut, headMs, totalMs }: Answer): object {
  const bytes = Buffer.from(body);
  const content = isUtf8(bytes) ? { body: bytes.toString('utf8') } : { bodyBase64: bytes.toString('base64') };
  return { status, headers, ...content, isCut, headMs, totalMs };
}

function readTimeout(text = String(DEFAULT_TIMEOUT_S)): number {
  const seconds = /^\d+(?:\.\d+)?$/.test(text) ? Number(text) : 0;
  if (seconds <= 0 || seconds > 3600)
    throw new UsageError('--timeout is not a number of seconds', 'Give one up to 3600.');
  return Math.ceil(seconds * 1000);
}
