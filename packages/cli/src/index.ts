/** The command line as a function, for programs that start it themselves. The program is `bin/countersign.js`. */
export { EXIT, type ExitCode } from './exit-codes.ts';
export type { InStream, Io, OutStream } from './io.ts';
export { runCli } from './run-cli.ts';
