/** What the routes of the configuration do. */
import type { ConfigApi, ConfigReportView, ConfigView } from '@countersign/api';
import type { ConfigReport, EffectiveConfig } from '../config/config-report.ts';
import type { AdminParts, Handlers } from './admin-parts.ts';
import { etagOf, TaggedReply } from './etag.ts';
import { Problem } from './problem.ts';

export function createConfigHandlers({ reloader }: Pick<AdminParts, 'reloader'>): Handlers<ConfigApi> {
  const noFile = (): Problem =>
    new Problem('no-config-file', 'the gateway was started by a program that gave it no file');
  return {
    config: () => (reloader === undefined ? noFile() : effectiveReply(reloader.effective)),
    validateConfig: async ({ text }) =>
      reloader === undefined ? noFile() : reportView(await reloader.validate(text)),
    reloadConfig: async () => (reloader === undefined ? noFile() : reportView(await reloader.reload())),
  };
}

function effectiveReply({ file, shown, loadedMs, version }: EffectiveConfig): TaggedReply<ConfigView> {
  const defaults = shown.values.filter(({ isDefault }) => isDefault).map(({ path }) => path);
  const loadedAt = new Date(loadedMs).toISOString();
  return new TaggedReply({ file, loadedAt, config: shown.tree, defaults }, etagOf(version));
}

function reportView({ findings, warnings, ...report }: ConfigReport): ConfigReportView {
  return {
    ...report,
    findings: findings.map(({ isUnset: _, ...finding }) => finding),
    warnings: warnings.map(({ path, code, severity, sentence }) => ({ path, code, severity, sentence })),
  };
}
