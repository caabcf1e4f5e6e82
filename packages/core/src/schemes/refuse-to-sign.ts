/** Keys that their sender publishes prove requests, and sign none. */
import { SetupError } from '../setup-error.ts';

/** @param source what the keys are of, as a sentence goes on @throws SetupError always */
export function refuseToSign(
  source: string,
  remedy = 'To sign, give the gate a private key as its key.',
): never {
  throw new SetupError('keys', `the keys of ${source} are public`, remedy);
}
