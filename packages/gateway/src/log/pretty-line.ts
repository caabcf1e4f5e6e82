/** A log line for a person at a terminal: one line a request, with what to do under a refusal. */

export interface PrettyOptions {
  readonly color: boolean;
}

/** Text in one colour, or in none. */
interface Piece {
  readonly code?: number;
  readonly text: string;
}
type Line = readonly Piece[];

type LogRecord = Readonly<Record<string, unknown>>;

const RED = 31;
const GREEN = 32;
const YELLOW = 33;
const DIM = 2;

/** As wide as a line's time, under which it stands. */
const INDENT: Piece = { text: ' '.repeat(12) };

/** Wide enough for `✗ 401 signature-mismatch`. */
const VERDICT_COLUMNS = 26;

/** What a record of a request has of its own; the rest of it is shown or left to the JSON form. */
const REQUEST_FIELDS: readonly string[] = [
  'level',
  'time',
  'msg',
  'requestId',
  'gate',
  'session',
  'method',
  'path',
  'verdict',
  'reason',
  'step',
  'message',
  'remedy',
  'keyId',
  'tenant',
  'reading',
  'claim',
  'status',
  'durationMs',
  'error',
];

/** @param json one line of the log’s JSON form. What is no JSON object is given back, like all of it without what a terminal would act on. */
export function prettyLine(json: string, { color }: PrettyOptions): string {
  const record = parse(json);
  const lines = record === undefined ? [[{ text: json.replace(/\n$/, '') }]] : linesOf(record);
  const shown = ({ code, text }: Piece): string =>
    color && code !== undefined ? `\x1b[${code}m${visible(text)}\x1b[0m` : visible(text);
  return lines.map((line) => `${line.map(shown).join('  ')}\n`).join('');
}

/** What a terminal would act on, as its escape: of everything that is printed, and after all of it was put together. */
function visible(text: string): string {
  return text.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, (char) => `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`);
}

function linesOf(record: LogRecord): readonly Line[] {
  const time = { code: DIM, text: clock(record['time']) };
  const lines =
    'verdict' in record
      ? requestLines(record, time)
      : 'finding' in record
        ? findingLines(record, time)
        : 'delivery' in record
          ? attemptLines(record, time)
          : 'issue' in record
            ? issueLines(record, time)
            : [eventLine(record, time)];
  return [...lines, ...stackLines(record['error'])];
}

function requestLines(record: LogRecord, time: Piece): readonly Line[] {
  const { status, verdict, reason, method, path, gate, session, step, message, keyId, tenant, reading } =
    record;
  const isGood = Number(status) < 400 && record['letThrough'] !== true;
  const verdictText = `${isGood ? '✓' : '✗'} ${text(status)} ${text(reason ?? verdict)}`;
  const details = [
    ...(keyId ? [`key ${tenant ? `${text(tenant)}/` : ''}${text(keyId)}`] : []),
    ...(reading ? [`reading ${text(reading)}`] : []),
    ...(step ? [`step ${text(step)}`] : []),
    ...rest(record),
    `${text(record['durationMs'])} ms`,
    text(record['requestId']),
  ];
  const line = [
    time,
    { code: isGood ? GREEN : RED, text: verdictText.padEnd(VERDICT_COLUMNS) },
    { text: text(gate ?? session ?? '-') },
    { text: `${text(method)} ${text(path)}` },
    { code: DIM, text: details.join('  ') },
  ];
  const under = [...(message ? [text(message)] : []), ...(isGood ? [] : remedyLine(record))];
  return [line, ...under.map(underLine)];
}

/** An attempt to deliver an event, as the live stream has it. */
function attemptLines({ gate, delivery }: LogRecord, time: Piece): readonly Line[] {
  const { destination, event, type, attempt, code, status, problem, tookMs, state, dueAt } = (
    typeof delivery === 'object' && delivery !== null ? delivery : {}
  ) as LogRecord;
  const isSkipped = code === 'skipped';
  const isGood = state === 'delivered';
  const symbol = isSkipped ? '–' : isGood ? '✓' : '✗';
  const codeText = `${symbol} ${endOf(code, status)}`;
  const color = isSkipped ? DIM : isGood ? GREEN : state === 'waiting' ? YELLOW : RED;
  const took = tookMs === 0 ? '<1 ms' : `${text(tookMs)} ms`;
  const line = [
    time,
    { code: color, text: codeText.padEnd(VERDICT_COLUMNS) },
    { text: `${text(gate)} → ${text(destination)}` },
    ...(type === undefined ? [] : [{ text: text(type) }]),
    { code: DIM, text: [`attempt ${text(attempt)}`, took, text(event)].join('  ') },
  ];
  const next =
    state === 'waiting'
      ? [`next attempt at ${clock(dueAt)}`]
      : state === 'dead' && code !== 'body-not-kept'
        ? [
            `→ No further attempt is made. Once it is mended: countersign deliveries redrive --event ${text(event)} --destination ${text(destination)}`,
          ]
        : [];
  return [line, ...(problem === undefined ? [] : [text(problem)]), ...next].map((each) =>
    typeof each === 'string' ? underLine(each) : each,
  );
}

/** A change of an issue, as the live stream has it. */
function issueLines({ gate, issue }: LogRecord, time: Piece): readonly Line[] {
  const { id, change, destination, reason, state, count } = (
    typeof issue === 'object' && issue !== null ? issue : {}
  ) as LogRecord;
  const isOpen = state === 'open';
  const whose = [gate, destination].filter((name) => name !== undefined).map(text);
  const line = [
    time,
    { code: isOpen ? RED : DIM, text: `${isOpen ? '!' : '–'} issue ${text(change)}`.padEnd(VERDICT_COLUMNS) },
    { text: whose.length === 0 ? 'no gate' : whose.join(' → ') },
    { text: text(reason) },
    { code: DIM, text: `${text(count)} ${count === 1 ? 'failure' : 'failures'}` },
  ];
  return [line, ...(isOpen ? [underLine(`→ countersign issues show ${text(id)}`)] : [])];
}

/** How an attempt ended: an HTTP status first, of a command its exit code. */
function endOf(code: unknown, status: unknown): string {
  if (code === 'exit-code') return `exit ${text(status)}`;
  const first = status === 0 ? 'exit 0' : status;
  return [first, code]
    .filter((part) => part !== undefined)
    .map(text)
    .join(' ');
}

/** As the log has it, and as the live stream does. */
function findingLines(record: LogRecord, time: Piece): readonly Line[] {
  const { finding, gate, requestId, msg, certainty, remedy } = record;
  const {
    sentence = msg,
    mend = remedy,
    ...more
  } = (typeof finding === 'object' ? finding : {}) as LogRecord;
  const sure = SURE[String(more['certainty'] ?? certainty)] ?? 'cause';
  const line = [
    time,
    { text: `${sure}: ${text(sentence)}` },
    { code: DIM, text: `gate=${text(gate)} requestId=${text(requestId)}` },
  ];
  return [line, underLine(`→ ${text(mend)}`)];
}

const SURE: Readonly<Record<string, string>> = {
  proved: 'cause',
  likely: 'likely cause',
  possible: 'possible cause',
};

function underLine(text: string): Line {
  return [INDENT, { code: DIM, text }];
}

function remedyLine({ remedy }: LogRecord): readonly string[] {
  return remedy === undefined ? [] : [`→ ${text(remedy)}`];
}

function eventLine(record: LogRecord, time: Piece): Line {
  const { level, msg } = record;
  const word = text(level).toUpperCase().padEnd(5);
  const colour = level === 'error' ? RED : level === 'warn' ? YELLOW : DIM;
  const gate = record['gate'] === undefined ? [] : [`gate=${text(record['gate'])}`];
  const requestId = record['requestId'] === undefined ? [] : [`requestId=${text(record['requestId'])}`];
  const fields = [...gate, ...requestId, ...rest(record)].join(' ');
  const pieces = [time, { code: colour, text: word }, { text: text(msg ?? '') }, { code: DIM, text: fields }];
  return pieces.filter((piece) => piece.text !== '');
}

/** Fields that have no place of their own. */
function rest(record: LogRecord): readonly string[] {
  return Object.entries(record)
    .filter(([name, value]) => !REQUEST_FIELDS.includes(name) && value !== undefined && value !== null)
    .map(([name, value]) => `${name}=${text(value)}`);
}

function stackLines(error: unknown): readonly Line[] {
  if (typeof error !== 'object' || error === null) {
    return error === undefined ? [] : [[INDENT, { text: text(error) }]];
  }
  const { stack, message, cause } = error as LogRecord;
  const words = typeof stack === 'string' ? stack.split('\n') : [text(message ?? error)];
  const lines = words.map(underLine);
  return cause === undefined ? lines : [...lines, underLine('caused by'), ...stackLines(cause)];
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value));
}

function clock(time: unknown): string {
  const date = new Date(String(time));
  if (Number.isNaN(date.getTime())) return '--:--:--.---';
  const two = (n: number): string => String(n).padStart(2, '0');
  const [h, m, s] = [date.getHours(), date.getMinutes(), date.getSeconds()];
  return `${two(h)}:${two(m)}:${two(s)}.${String(date.getMilliseconds()).padStart(3, '0')}`;
}

function parse(json: string): LogRecord | undefined {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as LogRecord)
      : undefined;
  } catch {
    return undefined;
  }
}
