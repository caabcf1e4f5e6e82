/** Where a module that does not parse is wrong: the runtime's own error names the module that was asked for, or none. */
import { fileURLToPath } from 'node:url';

/** What the runtime prints above a syntax error: `file:///…/helper.ts:2`, the line, and a caret under the place. */
const PLACE = /^(file:\/\/[^\s?]+)(?:\?\S*)?:(\d+)\n([\s\S]*?)^([ \t]*)\^/m;

const TIMEOUT_MS = 10_000;

/**
 * `path:line:column`; undefined where the error is no syntax error, or its place cannot be found.
 * @param url of the module that was asked for; the error may be in one that it imports.
 */
export function syntaxPlace(error: unknown, url: string): string | undefined {
  if (!(error instanceof SyntaxError)) return undefined;
  return placeIn(error.stack ?? '') ?? placeIn(printedError(url));
}

function placeIn(text: string): string | undefined {
  const match = PLACE.exec(text);
  if (match === null) return undefined;
  const [, file = '', line = '', , indent = ''] = match;
  return `${fileURLToPath(file)}:${line}:${indent.length + 1}`;
}

/**
 * For JavaScript the place is printed only when the error ends a process. A module that does not parse is not linked, so
 * nothing of it runs here.
 */
function printedError(url: string): string {
  const script = `import ${JSON.stringify(url)}`;
  // Loaded here: no start that succeeds needs it.
  const { spawnSync } = process.getBuiltinModule('node:child_process');
  const { stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', script], {
    encoding: 'utf8',
    timeout: TIMEOUT_MS,
  });
  return stderr;
}
