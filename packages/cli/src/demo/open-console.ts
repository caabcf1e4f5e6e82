/** Opens the web console in the browser of whoever sits at this machine, logged in. */
import { spawn } from 'node:child_process';
import type { Gateway } from '@countersign/gateway';
import type { Call } from '../command.ts';
import { logInLinkText } from '../gateway-lines.ts';
import type { Io } from '../io.ts';
import type { Style } from '../output.ts';

export interface OpenConsoleOptions {
  readonly args: Call['args'];
  readonly io: Pick<Io, 'env' | 'stdout'>;
  readonly style: Style;
}

/** Opens it, unless --no-open says otherwise or nobody sits here. @returns what to print: the address, which logs in once */
export function openConsole(
  gateway: Pick<Gateway, 'createLogInUrl'>,
  { args, io, style }: OpenConsoleOptions,
): readonly string[] {
  const link = gateway.createLogInUrl();
  if (link === undefined) return [];
  if (!args.flag('no-open') && hasBrowser(io, process.platform)) openBrowser(link, process.platform);
  return [
    `\n${style.bold('Open the console')}: requests as they come, and why some are refused`,
    `  ${logInLinkText(link, style)}`,
  ];
}

/** Who sits nowhere near has none: over SSH, in CI, where output goes to a file, on a Linux without a screen. */
export function hasBrowser({ env, stdout }: Pick<Io, 'env' | 'stdout'>, platform: string): boolean {
  if (stdout.isTTY !== true || env['CI'] || env['SSH_CONNECTION']) return false;
  return platform === 'darwin' || platform === 'win32' || Boolean(env['DISPLAY'] || env['WAYLAND_DISPLAY']);
}

const OPENERS: Readonly<Record<string, readonly [program: string, ...args: string[]]>> = {
  darwin: ['open'],
  // The empty text is the window's title: without it, the address would be.
  win32: ['cmd', '/c', 'start', ''],
};

/** The address is printed as well: where no browser opens, nothing is said. */
function openBrowser(url: string, platform: string): void {
  const [program, ...args] = OPENERS[platform] ?? ['xdg-open'];
  const opener = spawn(program, [...args, url], { stdio: 'ignore', detached: true });
  opener.on('error', () => {});
  opener.unref();
}
