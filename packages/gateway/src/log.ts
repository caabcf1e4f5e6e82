/** The log: pino, one JSON line at a time, written in batches; pretty on a terminal. */
import { type DestinationStream, type LoggerOptions, pino } from 'pino';
import type { LogConfig } from './config/config.ts';
import { createFdWriter } from './fd-writer.ts';

/** Where log lines go; each ends in a line feed. */
export interface LogSink {
  write(line: string): void;
}

export interface Log {
  info(fields: object, message?: string): void;
  warn(fields: object, message?: string): void;
  error(fields: object, message?: string): void;
  /** Whether `info` lines are written. */
  readonly writesInfo: boolean;
  /** Writes what is gathered. */
  flush(): Promise<void>;
}

/** A write for each line would cost more than the line: lines are gathered to 64 KB (some 200), or for a quarter second. */
const GATHER_CHARS = 65_536;
const GATHER_MS = 250;
/** A cause of a cause of a cause; more is a loop. */
const MAX_CAUSES = 3;

/** @param sink default: standard output. */
export async function openLog(config: LogConfig, sink?: LogSink): Promise<Log> {
  const options: LoggerOptions = {
    level: config.level,
    base: null,
    timestamp: createTimestamp(),
    formatters: { level: (label) => ({ level: label }) },
    serializers: { error: describeError },
  };
  const isPretty = config.format === 'pretty' || (config.format === 'auto' && !sink && process.stdout.isTTY);
  const { stream, flush } = await openStream(isPretty, sink);
  const logger = pino(options, stream);
  return {
    info: (fields, message) => logger.info(fields, message),
    warn: (fields, message) => logger.warn(fields, message),
    error: (fields, message) => logger.error(fields, message),
    writesInfo: logger.isLevelEnabled('info'),
    flush,
  };
}

/** ISO 8601 in UTC. Formats once a second and appends the milliseconds: pino's own takes 3 µs a line, a tenth of a request. */
function createTimestamp(): () => string {
  let second = Number.NaN;
  let text = '';
  return () => {
    const nowMs = Date.now();
    const ms = nowMs % 1000;
    if (nowMs - ms !== second) {
      second = nowMs - ms;
      text = `,"time":"${new Date(second).toISOString().slice(0, -4)}`;
    }
    return `${text}${ms < 10 ? '00' : ms < 100 ? '0' : ''}${ms}Z"`;
  };
}

interface OpenStream {
  readonly stream: DestinationStream;
  readonly flush: () => Promise<void>;
}

async function openStream(isPretty: boolean, sink: LogSink | undefined): Promise<OpenStream> {
  const flush = async (): Promise<void> => {};
  if (isPretty) {
    const { prettyLine } = await import('./pretty-line.ts');
    const color = !sink && process.stdout.hasColors?.() === true;
    const target: LogSink = sink ?? process.stdout;
    if (!sink) process.stdout.on('error', tellOnce());
    return { stream: { write: (line) => target.write(prettyLine(line, { color })) }, flush };
  }
  return sink ? { stream: { write: (line) => sink.write(line) }, flush } : gatherToStdout();
}

/** Not by pino's own destination: of lines that a full disk does not take it makes a loop without end when the process exits. */
function gatherToStdout(): OpenStream {
  const stdout = createFdWriter(1, tellOnce());
  let gathered = '';
  let timer: NodeJS.Timeout | undefined;
  const pass = (): void => {
    clearTimeout(timer);
    timer = undefined;
    const text = gathered;
    gathered = '';
    if (text !== '') stdout.write(text);
  };
  return {
    stream: {
      write(line) {
        gathered += line;
        if (gathered.length >= GATHER_CHARS) pass();
        else timer ??= setTimeout(pass, GATHER_MS);
      },
    },
    flush() {
      pass();
      return stdout.settled();
    },
  };
}

/** A log that cannot be written must not end the process: a full disk, a collector or a terminal that has gone. */
function tellOnce(): (error: Error) => void {
  let isTold = false;
  return (error) => {
    if (isTold) return;
    isTold = true;
    process.stderr.write(
      `countersign: the log cannot be written (${error.message}).\n  → Look at where standard output goes. The gateway goes on; lines are lost.\n`,
    );
  };
}

/** An error's words and place. Its other properties stay out: HTTP clients put whole requests there, tokens and all. */
function describeError(error: unknown, depth = 0): unknown {
  if (!(error instanceof Error)) return error === undefined ? undefined : String(error);
  const code = 'code' in error ? error.code : undefined;
  return {
    type: error.name,
    message: error.message,
    stack: error.stack,
    ...(typeof code === 'string' && { code }),
    ...(error.cause !== undefined && depth < MAX_CAUSES && { cause: describeError(error.cause, depth + 1) }),
  };
}
