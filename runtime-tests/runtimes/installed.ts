/** Where the packages of Bun, Deno and workerd for this system have put their programs, without an install script. BUN and DENO in the environment say otherwise. */
import { join } from 'node:path';

/** The folder whose packages they are, for `installPeers`. */
export const RUNTIME_PACKAGES: string = join(import.meta.dirname, '..');

const installed = join(RUNTIME_PACKAGES, 'node_modules');
const { arch } = process;
const system = process.platform === 'win32' ? 'windows' : process.platform;

export const BUN: string =
  process.env['BUN'] ?? join(installed, `@oven/bun-${system}-${arch === 'arm64' ? 'aarch64' : arch}/bin/bun`);
export const DENO: string =
  process.env['DENO'] ??
  join(installed, `@deno/${process.platform}-${arch}${system === 'linux' ? '-glibc' : ''}/deno`);
export const WORKERD: string = join(
  installed,
  `@cloudflare/workerd-${system}-${arch === 'x64' ? '64' : arch}/bin/workerd`,
);
