/** The log: one JSON line at a time, written in batches; pretty on a terminal. */
import { counted } from '@countersign/core/internal/amounts';
import type { LogConfig, LogLevel } from '../config/config.ts';
import { createFdWriter, withoutBlocking } from './fd-writer.ts';
import { logLine } from './log-line.ts';

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
  /** Writes what is gathered, as far as it is taken within `waitMs`. */
  flush(waitMs?: number): Promise<void>;
}

/** A write for each line would cost more than the line: lines are gathered to 64 KB (some 200), or for a quarter second. */
const GATHER_CHARS = 65_536;
const GATHER_MS = 250;
/** How long the last lines of a process wait for a reader. */
const FLUSH_MS = 1_000;
/** How long the last word on standard error does. */
const TELL_MS = 250;
const SEVERITY = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;

/** @param sink default: standard output. */
export async function openLog(config: LogConfig, sink?: LogSink): Promise<Log> {
  const isPretty = config.format === 'pretty' || (config.format === 'auto' && !sink && process.stdout.isTTY);
  const { write, flush } = await openStream(isPretty, sink);
  const timestamp = createTimestamp();
  const writes = (level: LogLevel): boolean => SEVERITY.indexOf(level) >= SEVERITY.indexOf(config.level);
  const at = (level: 'info' | 'warn' | 'error'): Log['info'] =>
    writes(level)
      ? (fields, message) => write(logLine(`{"level":"${level}","time":"${timestamp()}"`, fields, message))
      : () => {};
  return { info: at('info'), warn: at('warn'), error: at('error'), writesInfo: writes('info'), flush };
}

/** ISO 8601 in UTC. Formats once a second and appends the milliseconds: a whole one takes a tenth of a request. */
function createTimestamp(): () => string {
  let second = Number.NaN;
  let text = '';
  return () => {
    const nowMs = Date.now();
    const ms = nowMs % 1000;
    if (nowMs - ms !== second) {
      second = nowMs - ms;
      text = `${new Date(second).toISOString().slice(0, -4)}`;
    }
    return `${text}${ms < 10 ? '00' : ms < 100 ? '0' : ''}${ms}Z`;
  };
}

interface OpenStream {
  readonly write: (line: string) => void;
  readonly flush: (waitMs?: number) => Promise<void>;
}

async function openStream(isPretty: boolean, sink: LogSink | undefined): Promise<OpenStream> {
  const { write, flush } = sink
    ? { write: (line: string) => sink.write(line), flush: nothing }
    : openStdout();
  if (!isPretty) return { write, flush };
  const { prettyLine } = await import('./pretty-line.ts');
  const color = !sink && process.stdout.hasColors?.() === true;
  return { write: (line) => write(prettyLine(line, { color })), flush };
}

async function nothing(): Promise<void> {}

/** A terminal is written to line by line. */
function openStdout(): OpenStream {
  if (!process.stdout.isTTY) return gatherToStdout();
  process.stdout.on('error', createLosses((text) => process.stderr.write(text)).add);
  return { write: (line) => process.stdout.write(line), flush: nothing };
}

function gatherToStdout(): OpenStream {
  const stderr = createFdWriter(
    withoutBlocking(2, () => process.stderr),
    () => {},
  );
  const losses = createLosses((text) => stderr.write(text));
  const stdout = createFdWriter(
    withoutBlocking(1, () => process.stdout),
    losses.add,
  );
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
    write(line) {
      gathered += line;
      if (gathered.length >= GATHER_CHARS) pass();
      else timer ??= setTimeout(pass, GATHER_MS);
    },
    async flush(waitMs = FLUSH_MS) {
      pass();
      await stdout.settled(waitMs);
      losses.tell();
      await stderr.settled(TELL_MS);
    },
  };
}

/** A log that cannot be written must not end the process: a full disk, a collector or a terminal that has gone. */
function createLosses(say: (text: string) => void): Losses {
  let isTold = false;
  let lines = 0;
  return {
    add(error, lost = 0) {
      lines += lost;
      if (isTold) return;
      isTold = true;
      say(
        `countersign: the log cannot be written (${error.message}).\n  → Look at where standard output goes. The gateway goes on; lines are lost.\n`,
      );
    },
    tell() {
      if (lines > 0)
        say(`countersign: ${counted(lines, 'line')} of the log ${lines === 1 ? 'was' : 'were'} lost.\n`);
      lines = 0;
    },
  };
}

interface Losses {
  /** The first is told at once. */
  add(error: Error, lines?: number): void;
  /** Tells how many lines were lost since it last did. */
  tell(): void;
}
