/** What the command's exit code says to a script. The only such table; `countersign --help` prints it. */

export const EXIT = {
  /** Done; for verdicts: accepted. */
  ok: 0,
  /** The request was refused, a configuration’s gate would refuse every one, the answer was not 2xx, a demo verdict differs, or a platform did not do all of it. */
  refused: 1,
  /** Wrong usage or a set-up that cannot work: nothing was judged. */
  usage: 2,
  /** A bug of ours, or an error in the operator's module that nobody caught (EX_SOFTWARE of sysexits.h). */
  bug: 70,
  /** The second signal: 128 + SIGINT, as shells report it. */
  interrupted: 130,
  /** The reader of standard output went away, or its disk is full: 128 + SIGPIPE, as shells report it. */
  pipe: 141,
} as const;

/** Each in words, for `--help`. */
export const EXIT_MEANINGS: Readonly<Record<keyof typeof EXIT, string>> = {
  ok: 'done, accepted',
  refused: 'refused, only partly done, or an unexpected answer or verdict',
  usage: 'wrong usage or set-up',
  bug: 'a bug in countersign, or an error that a module of the configuration does not catch',
  interrupted: 'stopped at once by a second signal',
  pipe: 'standard output was closed, or its disk is full',
};

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
