/** `countersign audit verify`. */
import type { AuditVerifiedView } from '@countersign/api';
import { counted } from '@countersign/core/internal/amounts';
import { AUDIT_OPTIONS, withAudit } from '../../audit/audit-source.ts';
import { notedHeads } from '../../audit/noted-heads.ts';
import { EXIT } from '../../exit-codes.ts';
import { type Output, SYMBOLS } from '../../output.ts';
import type { SubCommand } from '../../sub-commands.ts';
import { visibleText } from '../../visible-text.ts';

export const verifyAudit: SubCommand = {
  name: 'verify',
  usage: '[--log FILE]… [--head SEQ:MAC]… [--store ADDRESS] [--config FILE]',
  details:
    'verify checks the chain of the audit log, from its first entry to its last, with the configuration’s storeKey, and names the first entry that was changed, moved or inserted, and entries that are missing. That the end was cut off shows only if you give heads that were noted elsewhere: --log reads them from the gateway’s log (JSON lines; - is standard input), --head takes one. With --store, --config names the configuration that has the storeKey.',
  options: {
    log: {
      value: 'FILE',
      description: 'a log of the gateway, whose heads must be in the chain',
      repeatable: true,
    },
    head: { value: 'SEQ:MAC', description: 'a head that must be in the chain', repeatable: true },
    ...AUDIT_OPTIONS,
  },
  takes: [],
  examples: [],
  async run(call) {
    const heads = await notedHeads(call);
    const report = await withAudit(call, ({ verify }) => verify(heads));
    if (call.args.flag('json')) call.output.json(report);
    else printReport(report, heads.length, call.output);
    return report.findings.length === 0 ? EXIT.ok : EXIT.refused;
  },
};

function printReport(
  { entries, isKeyed, head, headsTooOld, findings }: AuditVerifiedView,
  heads: number,
  output: Output,
): void {
  const { style, errorStyle } = output;
  for (const { code, problem } of findings)
    output.print(`${style.red(SYMBOLS.refused)} ${visibleText(code)}: ${visibleText(problem)}`);
  if (findings.length === 0) {
    const compared = heads === 0 ? '' : `, and every noted head is in it (${heads - headsTooOld})`;
    output.print(`${style.green(SYMBOLS.accepted)} ${entriesText(entries)}: the chain is whole${compared}.`);
  }
  if (head !== undefined) output.print(`  its last entry is ${visibleText(head)}`);
  if (headsTooOld > 0)
    output.say(
      `${counted(headsTooOld, 'noted head')} could not be compared: the entries were removed as too old (admin.audit.for).`,
    );
  if (!isKeyed)
    output.say(
      'There is no storeKey: whoever can write to the file could have forged all of it. Name the configuration that has one with --config FILE, or set storeKey.',
    );
  if (heads === 0)
    output.say(
      errorStyle.dim('Whether the end was cut off shows only against the gateway’s log: --log FILE'),
    );
}

function entriesText(count: number): string {
  return count === 1 ? '1 entry' : `${count} entries`;
}
