/** One line of the log, as JSON. Whatever an action hands to its log becomes a line: nothing of it throws. */

/** A cause of a cause of a cause; more is a loop. */
const MAX_CAUSES = 3;

/**
 * Puts a line together.
 * @param head an object's JSON text that has members, without its closing brace.
 */
export function logLine(head: string, fields: object, message: string | undefined): string {
  const members = membersOf(fields);
  const text = message === undefined ? '' : `,"msg":${JSON.stringify(message)}`;
  return `${head}${members === '' ? '' : `,${members}`}${text}}\n`;
}

function membersOf(fields: object): string {
  if (!('error' in fields || 'err' in fields)) {
    try {
      return JSON.stringify(fields).slice(1, -1);
    } catch {
      // A bigint, a value that contains itself, or a member that throws when it is read: each by itself, so that the rest is told.
    }
  }
  return Object.keys(fields)
    .flatMap((name) => memberOf(name, fields as Readonly<Record<string, unknown>>))
    .join();
}

function memberOf(name: string, fields: Readonly<Record<string, unknown>>): readonly string[] {
  const isError = name === 'error' || name === 'err';
  const value = tolerantText(() => (isError ? describeError(fields[name]) : fields[name]));
  return value === undefined ? [] : [`${JSON.stringify(name)}:${value}`];
}

function tolerantText(read: () => unknown): string | undefined {
  try {
    return JSON.stringify(read(), withoutLoops());
  } catch {
    return '"[unreadable]"';
  }
}

function withoutLoops(): (this: unknown, key: string, value: unknown) => unknown {
  /** The objects around the one that is written. */
  const around: unknown[] = [];
  return function (_key, value) {
    if (typeof value === 'bigint') return String(value);
    if (typeof value !== 'object' || value === null) return value;
    while (around.length > 0 && around.at(-1) !== this) around.pop();
    if (around.includes(value)) return '[circular]';
    around.push(value);
    return value;
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
