/** A whole API behind a proof, on Node’s servers: judged, claimed where a proof is for one request, and passed on. */
import { type Acted, done } from '../acted.ts';
import type { Gate } from '../gate.ts';
import type { Accepted } from '../model.ts';
import type { NodeResponse } from './node-reply.ts';
import { writeReply } from './node-reply.ts';
import { type NodeRequest, nodeBody, nodeHead } from './node-request.ts';
import { failNode, type Next, refuse } from './node-webhook.ts';
import { answerTo, isSuccess, outcomeOfPassing, refuseEarly } from './receive-event.ts';
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
    const head = nodeHead(req, settings);
    const early = gate.scheme.readsBody ? refuseEarly(gate, head) : gate.refuseHead(head);
    if (early) return refuse(early, req, res, settings);
    const bytes = gate.scheme.readsBody ? await nodeBody(req, gate.maxBodyBytes) : new Uint8Array(0);
    if (bytes === undefined) return;
    const received = await gate.receive({ ...head, body: bytes }, (accepted, claim) => {
      req.proof = accepted;
      if (gate.scheme.readsBody) keepBody(req, bytes);
      isPassedOn = true;
      const ended = claim === undefined ? done() : settled(gate, res);
      next();
      return ended;
    });
    if (isPassedOn) return;
    if (received.kind === 'refused') refuse(received.verdict, req, res, settings);
    else writeReply(res, answerTo(received, settings));
  } catch (error) {
    // Nobody is called twice.
    failNode(error, res, settings, isPassedOn ? undefined : next);
  }
}

function keepBody(req: Proved, bytes: Uint8Array): void {
  req.rawBody = bytes;
  req.body = bytes;
}

/** When the answer has gone out. A sender who leaves frees nothing: it could have its request run again and again. */
export function settled(gate: Gate, res: NodeResponse): Promise<Acted<undefined>> {
  return new Promise((resolve) => {
    res.on('close', () => {
      const isHandled = !res.writableFinished || isSuccess(res.statusCode);
      resolve(outcomeOfPassing(gate, undefined, isHandled));
    });
  });
}
