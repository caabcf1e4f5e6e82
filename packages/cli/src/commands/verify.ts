/** `countersign verify`: judges one captured request, or a stream of them. */

import { explain } from '@countersign/core/explain';
import type { RequestInput } from '@countersign/core/internal/request-input';
import { refuseBesideBatch } from '../batch/beside-batch.ts';
import type { Call, Command } from '../command.ts';
import type { ConfiguredGate } from '../config-gate.ts';
import { readConfiguredCase } from '../configured-case.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { GATE_OPTIONS, isConfigured, readProviderGate } from '../gate-input.ts';
import { REQUEST_FORMS, REQUEST_OPTIONS, readBoth, readRequestInput } from '../request-source.ts';
import { TRIAL_MS } from '../trial-time.ts';
import { verdictNotes } from '../verdict-notes.ts';
import { findingText, verdictText, verdictView } from '../verdict-view.ts';

export const verify: Command = {
  name: 'verify',
  summary: 'says whether a captured request is genuine, or does so for a stream of them',
  usage: [
    'verify [FILE] --provider ID [OPTIONS]',
    'verify [FILE] --config FILE [--gate NAME]',
    'verify --batch',
  ],
  details: [
    REQUEST_FORMS,
    'Exit code 0: accepted. 1: refused. 2: nothing was judged. It cannot detect a replayed request: only a running gateway remembers requests.',
    '--batch reads one JSON object per line (JSON Lines) from standard input, {"provider", "keys", "now", "options", "request": {"method", "url", "headers", "bodyBase64"}}, and prints one verdict per line in the same order. Its exit code is 0 if every line was judged, whatever the verdicts, and 2 if there was no line.',
  ],
  options: {
    ...GATE_OPTIONS,
    ...REQUEST_OPTIONS,
    json: { description: 'the verdict as one JSON object' },
    batch: { description: 'judge a stream: JSON Lines in, JSON Lines out' },
  },
  examples: [
    {
      note: 'a captured request, the key from the environment',
      command: 'countersign verify request.http --provider github --key-env GITHUB_WEBHOOK_SECRET',
    },
    {
      note: 'a curl line from the clipboard, judged at the time it was captured',
      command: 'pbpaste | countersign verify -p stripe --now 2026-05-01T12:00:00Z',
    },
    {
      note: 'a whole log of requests',
      command: 'countersign verify --batch < requests.jsonl > verdicts.jsonl',
    },
  ],
  maxArguments: 1,
  run: (call) => (call.args.flag('batch') ? runBatch(call) : runOne(call)),
};

const NOTHING_FOUND = { findings: [] };

async function runOne(call: Call): Promise<ExitCode> {
  const { args, output } = call;
  const { gate, request, refusal, notes: inputNotes } = await readCase(call);
  const judged = await gate.verify(request);
  // Where there is a configuration it is loaded already.
  const verdict = refusal ? (await import('@countersign/gateway')).refusedVerdict(judged, refusal) : judged;
  const { findings } =
    verdict.ok || refusal ? NOTHING_FOUND : await explain(request, gate, { budgetMs: TRIAL_MS });
  const notes = [...inputNotes, ...verdictNotes(gate, request, verdict)];
  if (args.flag('json')) {
    const remedy = verdict.ok ? {} : { remedy: verdict.remedy };
    output.json({
      ...verdictView(verdict),
      ...remedy,
      ...(verdict.ok ? {} : { findings }),
      ...(notes.length > 0 && { notes }),
    });
  } else {
    output.print(verdictText(verdict, output.style));
    // The likeliest; `explain` has more.
    for (const finding of findings.slice(0, 1)) output.print(findingText(finding));
    for (const note of notes) output.warn(note);
  }
  return verdict.ok ? EXIT.ok : EXIT.refused;
}

/** A gate of a configuration is chosen by the request. */
async function readCase(call: Call): Promise<RequestInput & Pick<ConfiguredGate, 'gate' | 'refusal'>> {
  if (!isConfigured(call)) {
    const { gate, input } = await readBoth(
      call.args.positionals,
      () => readProviderGate(call),
      () => readRequestInput(call),
    );
    return { gate, ...input };
  }
  return readConfiguredCase(call);
}

async function runBatch({ args, io }: Call): Promise<ExitCode> {
  refuseBesideBatch(args);
  const { answerLines } = await import('../batch/answer-lines.ts');
  const { createLineJudge } = await import('../batch/judge-line.ts');
  await answerLines(io, createLineJudge(io.now));
  return EXIT.ok;
}
