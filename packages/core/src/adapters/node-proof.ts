/** A whole API behind a proof, on Node’s servers: judged, claimed where a proof is for one request, and passed on. */
import { type Acted, done, failed } from '../acted.ts';
import type { Gate } from '../gate.ts';
import { memberOf } from '../given.ts';
import type { Accepted, BegunClaim, MaybePromise } from '../model.ts';
import { isClosed, type NodeResponse, writeReply } from './node-reply.ts';
import { type NodeRequest, nodeBody, nodeHead } from './node-request.ts';
import { failNode, type Next } from './node-webhook.ts';
import { actedByPassing, answerTo, isSuccess, receiveProof } from './receive-event.ts';
import type { Settings } from './settings.ts';

/** What a request has once it is proved. */
export interface Proved {
  proof?: Accepted;
  /** The bytes, where the proof covers them: the stream was read. */
  rawBody?: unknown;
  body?: unknown;
}

/**
 * Passes a genuine request on, once. Where the proof covers the head alone, the body stays in its stream for whoever reads it next; else
 * `body` and `rawBody` are its bytes, as `express.raw()` leaves them. Never rejects.
 */
export async function serveProof(
  gate: Gate,
  settings: Settings,
  req: NodeRequest & Proved,
  res: NodeResponse,
  next: Next,
): Promise<void> {
  let isPassedOn = false;
  try {
    const readBody = (): ReturnType<typeof nodeBody> => nodeBody(req, gate.maxBodyBytes);
    const received = await receiveProof(
      gate,
      nodeHead(req, settings),
      readBody,
      (accepted, claim, { body }) =>
        passOn(gate, claim, res, () => {
          req.proof = accepted;
          if (gate.scheme.readsBody) keepBody(req, body);
          isPassedOn = true;
          next();
        }),
    );
    if (isPassedOn || received === undefined) return;
    writeReply(res, answerTo(received, settings, { httpVersionMajor: memberOf(req, 'httpVersionMajor') }));
  } catch (error) {
    // Nobody is called twice.
    failNode(error, res, settings, isPassedOn ? undefined : next);
  }
}

function keepBody(req: Proved, bytes: Uint8Array): void {
  req.rawBody = bytes;
  req.body = bytes;
}

/**
 * Passes a request on, and holds its claim until the answer has gone out. A sender who leaves then frees nothing: it could have its request run again and again. One
 * who left before is passed on to nobody, and its retry runs.
 */
export function passOn(
  gate: Gate,
  claim: BegunClaim | undefined,
  res: NodeResponse,
  goOn: () => void,
): MaybePromise<Acted<undefined>> {
  if (claim === undefined) {
    goOn();
    return done();
  }
  if (isClosed(res)) return failed();
  const ended = onceClosed(res).then(() => {
    const isHandled = !res.writableFinished || isSuccess(res.statusCode);
    return actedByPassing(gate, undefined, isHandled);
  });
  goOn();
  return ended;
}

/** What ends with a connection of HTTP/1, all its answers with it: one that waits behind another there never closes by itself. */
interface Connection {
  once(event: 'close', listener: () => void): unknown;
  removeListener(event: 'close', listener: () => void): unknown;
}

function onceClosed(res: NodeResponse): Promise<void> {
  const req = memberOf(res, 'req');
  const socket = memberOf(req, 'httpVersionMajor') === 1 ? memberOf(req, 'socket') : undefined;
  const connection = typeof memberOf(socket, 'once') === 'function' ? (socket as Connection) : undefined;
  return new Promise((resolve) => {
    const close = (): void => {
      connection?.removeListener('close', close);
      resolve();
    };
    connection?.once('close', close);
    res.on('close', close);
  });
}
