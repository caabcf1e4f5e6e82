/** `countersign password`: a password becomes the hash that a configuration has. */
import { MAX_PASSWORD_CHARS, makePasswordHash } from '@countersign/gateway/make-password-hash';
import type { Call, Command } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { askInSecret, type SecretRemedies } from '../secret-input.ts';
import { UsageError } from '../usage-error.ts';

const LEAST_CHARS = 8;
const REMEDIES: SecretRemedies = {
  pipe: 'Pipe the password in: countersign password < FILE',
  shorter: 'Give one line with the password and nothing else.',
};

export const password: Command = {
  name: 'password',
  summary: 'hashes a password for a user of the web console (admin.users)',
  usage: ['password'],
  details: [
    'Asks for the password twice, without showing it; from a pipe it reads one line. Prints its argon2id hash, for `password` of an entry in admin.users. The password cannot be read from the hash.',
  ],
  options: { json: { description: 'the hash as one JSON object' } },
  examples: [
    { note: 'type it in', command: 'countersign password' },
    { note: 'from a password manager', command: 'pass show countersign/ada | countersign password' },
  ],
  maxArguments: 0,
  run,
};

async function run({ args, io, output }: Call): Promise<ExitCode> {
  const text = await askInSecret('Password: ', io, REMEDIES);
  if (io.stdin.isTTY === true && text !== (await askInSecret('Once more: ', io, REMEDIES)))
    throw new UsageError('the two passwords differ', 'Run it again, and type the same password twice.');
  checkLength(text);
  const hash = await makePasswordHash(text);
  if (args.flag('json')) output.json({ password: hash });
  else output.print(hash);
  return EXIT.ok;
}

function checkLength(text: string): void {
  if (text === '')
    throw new UsageError('no password was given', 'Type one, or give it as a line of standard input.');
  if (text.length < LEAST_CHARS)
    throw new UsageError(
      `the password is shorter than ${LEAST_CHARS} characters`,
      'Choose a longer one: three or four words that nobody would put together.',
    );
  if (text.length > MAX_PASSWORD_CHARS)
    throw new UsageError(`the password is longer than ${MAX_PASSWORD_CHARS} characters`, REMEDIES.shorter);
}
