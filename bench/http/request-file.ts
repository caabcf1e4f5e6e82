/**
 * Writes the load: HTTP requests of one length, one behind the other, each with its own body, time and signatures.
 * The same bytes go to every server: the body carries Flowent's signature, a header GitHub's.
 */
import { createHmac, createSecretKey } from 'node:crypto';
import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs';
import { fill } from '../verify/samples.ts';

export const SECRET = '1d7f0a9c5e3b8642f0d1c2b3a4958677';
export const PATH = '/actions/send_email';

const BODY_BYTES = 1024;
/** `,"signature":"` + 64 + `"`. */
const SIGNATURE_MEMBER_BYTES = 79;
const REQUESTS_PER_WRITE = 1024;

export interface RequestFile {
  readonly path: string;
  readonly requests: number;
  /** Of each request. */
  readonly bytes: number;
}

/** Writes `requests` signed requests, or as many whose two signatures are well-formed and wrong. */
export function writeRequests(path: string, requests: number, signed: boolean): RequestFile {
  const key = createSecretKey(Buffer.from(signed ? SECRET : `${SECRET}, but another`));
  const mac = (text: string): string => createHmac('sha256', key).update(text).digest('hex');
  const seconds = Math.floor(Date.now() / 1000);
  const file = openSync(path, 'w');
  let bytes = 0;
  let pending: string[] = [];
  for (let serial = 0; serial < requests; serial++) {
    const subject = `message ${String(serial).padStart(9, '0')}`;
    const payload = fill(
      `{"action_name":"send_email","parameters":{"recipient":"ada@example.com","subject":"${subject}","body":"`,
      `"},"timestamp":${seconds}}`,
      BODY_BYTES - SIGNATURE_MEMBER_BYTES,
    );
    const body = `${payload.slice(0, -1)},"signature":"${mac(payload)}"}`;
    const request = [
      `POST ${PATH} HTTP/1.1`,
      'Host: hooks.example.com',
      'User-Agent: Hookshot/4a0f1c2',
      'Accept: */*',
      'Content-Type: application/json',
      `X-Hub-Signature-256: sha256=${mac(body)}`,
      `Content-Length: ${body.length}`,
      '',
      body,
    ].join('\r\n');
    bytes = request.length;
    pending.push(request);
    if (pending.length === REQUESTS_PER_WRITE) {
      writeSync(file, pending.join(''));
      pending = [];
    }
  }
  writeSync(file, pending.join(''));
  // Written now, so that it is not written while a store waits for its own fsync.
  fsyncSync(file);
  closeSync(file);
  return { path, requests, bytes };
}
