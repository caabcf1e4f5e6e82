/** What becomes of a connection whose request is answered before all of it has come. */
import type { Exchange } from './exchange.ts';
import { announcesBody } from './read-body.ts';

/** More than this is not read over for the sake of a connection. */
const READ_OVER_BYTES = 65_536;

/** Whether what is left of a request is little enough to be read over, so that its connection can be used again. */
export function endsSoon({ incoming, awaitsContinue }: Exchange): boolean {
  // Who was not told to continue may leave the body out: what comes next would be taken for it.
  if (awaitsContinue) return false;
  if (incoming.complete || !announcesBody(incoming)) return true;
  return Number(incoming.headers['content-length']) <= READ_OVER_BYTES && incoming.readableFlowing === null;
}
