/** `countersign sign`: signs a request and prints it. */

import type { Gate, SignedRequest } from '@countersign/core';
import { readRequest } from '@countersign/core/internal/request-input';
import type { Call, Command } from '../command.ts';
import { DRAFT_OPTIONS, ENDPOINT_DETAILS, readSigned } from '../draft-input.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { GATE_OPTIONS } from '../gate-input.ts';
import { printRequest, REQUEST_PRINTS, type RequestPrint } from '../print-request.ts';
import { readWord } from '../read-word.ts';
import { UsageError } from '../usage-error.ts';
import { actsOnTerminal } from '../visible-text.ts';

export const sign: Command = {
  name: 'sign',
  summary: 'signs a request and prints it as a curl line, a raw HTTP message or JSON',
  usage: [
    'sign [URL] [--body TEXT|@FILE] [--provider ID] [OPTIONS]',
    'sign [URL] FILE [--provider ID] [OPTIONS]',
  ],
  details: [
    'FILE contains a request in one of the forms that `countersign verify` takes; with a URL as well, the request goes to that URL.',
    ENDPOINT_DETAILS,
  ],
  options: {
    ...GATE_OPTIONS,
    ...DRAFT_OPTIONS,
    as: { value: 'FORM', description: `${REQUEST_PRINTS.join(', ')}; default: curl` },
  },
  examples: [
    {
      note: 'a line to paste into a shell',
      command: `countersign sign http://127.0.0.1:8787/hmac -p hmac --key-env MY_SECRET_KEY -d '{"hello":"world"}'`,
    },
    {
      note: 'a fixture for a test',
      command:
        'countersign sign request.json -p github --key-env GITHUB_WEBHOOK_SECRET --as http > signed.http',
    },
  ],
  maxArguments: 2,
  run,
};

async function run(call: Call): Promise<ExitCode> {
  const as = readWord(call.args.text('as'), REQUEST_PRINTS, 'there is no form') ?? 'curl';
  const { stdout } = call.io;
  const { gate, signed } = await readSigned(call);
  const bytes = await printProvable(signed, as, gate);
  if (stdout.isTTY === true && actsOnTerminal(bytes)) {
    throw new UsageError(
      'the signed request has characters that a terminal would act on',
      'Write it to a file, as with > signed.txt, or print it with --as json.',
    );
  }
  stdout.write(bytes);
  return EXIT.ok;
}

/** What is printed must prove itself as well: where the scheme of the URL is signed, a raw message has to name it. */
async function printProvable(signed: SignedRequest, as: RequestPrint, gate: Gate): Promise<Uint8Array> {
  const bytes = printRequest(signed, as);
  if (as !== 'http') return bytes;
  const { request } = readRequest(bytes);
  return (await gate.verify(request)).ok ? bytes : printRequest(signed, as, true);
}
