/** A log line for a person at a terminal: one line a request, with what to do under a refusal. */

export interface PrettyOptions {
  readonly color: boolean;
}

type LogRecord = Readonly<Record<string, unknown>>;

const RED = 31;
const GREEN = 32;
const YELLOW = 33;
const DIM = 2;

/** Wide enough for `✗ 401 signature-mismatch`. */
const VERDICT_COLUMNS = 26;

/** What a record of a request has of its own; the rest of it is shown or left to the JSON form. */
const REQUEST_FIELDS: readonly string[] = [
  ...['level', 'time', 'msg', 'requestId', 'gate', 'session', 'method', 'path', 'verdict', 'reason'],
  ...['step', 'message', 'remedy', 'keyId', 'reading', 'claim', 'status', 'durationMs', 'error'],
];

/** @param json one line as pino writes it. Its line end is kept; what is no JSON is given back as it is. */
export function prettyLine(json: string, { color }: PrettyOptions): string {
  const record = parse(json);
  if (record === undefined) return json;
  const paint = (code: number, text: string): string => (color ? `\x1b[${code}m${text}\x1b[0m` : text);
  const time = paint(DIM, clock(record['time']));
  const lines = 'verdict' in record ? requestLines(record, time, paint) : eventLines(record, time, paint);
  return `${[...lines, ...stackLines(record['error'], paint)].join('\n')}\n`;
}

type Paint = (code: number, text: string) => string;

function requestLines(record: LogRecord, time: string, paint: Paint): readonly string[] {
  const { status, verdict, reason, method, path, gate, session, step, message, keyId, reading } = record;
  const isGood = Number(status) < 400;
  const verdictText = `${isGood ? '✓' : '✗'} ${status} ${reason ?? verdict}`;
  const details = [
    ...(keyId ? [`key ${text(keyId)}`] : []),
    ...(reading ? [`reading ${text(reading)}`] : []),
    ...(step ? [`step ${text(step)}`] : []),
    ...rest(record),
    `${text(record['durationMs'])} ms`,
    text(record['requestId']),
  ];
  const line = [
    time,
    paint(isGood ? GREEN : RED, verdictText.padEnd(VERDICT_COLUMNS)),
    text(gate ?? session ?? '-'),
    `${text(method)} ${text(path)}`,
    paint(DIM, details.join('  ')),
  ].join('  ');
  const under = [...(message ? [text(message)] : []), ...(isGood ? [] : remedyLine(record))];
  return [line, ...under.map((sentence) => `              ${paint(DIM, sentence)}`)];
}

function remedyLine({ remedy }: LogRecord): readonly string[] {
  return remedy === undefined ? [] : [`→ ${text(remedy)}`];
}

function eventLines(record: LogRecord, time: string, paint: Paint): readonly string[] {
  const { level, msg } = record;
  const word = String(level).toUpperCase().padEnd(5);
  const colour = level === 'error' ? RED : level === 'warn' ? YELLOW : DIM;
  const gate = record['gate'] === undefined ? [] : [`gate=${text(record['gate'])}`];
  const requestId = record['requestId'] === undefined ? [] : [`requestId=${text(record['requestId'])}`];
  const fields = paint(DIM, [...gate, ...requestId, ...rest(record)].join(' '));
  return [[time, paint(colour, word), text(msg ?? ''), fields].filter((part) => part !== '').join('  ')];
}

/** Fields that have no place of their own. */
function rest(record: LogRecord): readonly string[] {
  return Object.entries(record)
    .filter(([name, value]) => !REQUEST_FIELDS.includes(name) && value !== undefined && value !== null)
    .map(([name, value]) => `${name}=${text(value)}`);
}

function stackLines(error: unknown, paint: Paint): readonly string[] {
  if (typeof error !== 'object' || error === null) {
    return error === undefined ? [] : [`              ${text(error)}`];
  }
  const { stack, message, cause } = error as LogRecord;
  const words = typeof stack === 'string' ? stack.split('\n') : [text(message ?? error)];
  const lines = words.map((line) => `              ${paint(DIM, text(line))}`);
  return cause === undefined
    ? lines
    : [...lines, `              ${paint(DIM, 'caused by')}`, ...stackLines(cause, paint)];
}

/** A value on one line; what a terminal would act on is shown as its escape. */
function text(value: unknown): string {
  const words = typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value));
  return words.replace(/\p{C}/gu, (char) => `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`);
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
    return typeof value === 'object' && value !== null ? (value as LogRecord) : undefined;
  } catch {
    return undefined;
  }
}
