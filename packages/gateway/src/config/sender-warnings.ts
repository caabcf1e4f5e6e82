/** What is told of a gate that cannot keep its sender's own limits. */
import type { GateConfig } from './config.ts';
import { type ConfigWarning, configWarning } from './config-warnings.ts';
import { senderOf } from './sender-patience.ts';

/** Where the gate cannot keep what its sender asks for. */
export function senderWarnings({
  name,
  proof,
  replay: { rememberMs },
  outcome,
}: Pick<GateConfig, 'name' | 'proof' | 'replay' | 'outcome'>): readonly ConfigWarning[] {
  const { title = '', waitsMs = Number.POSITIVE_INFINITY, retriesForMs = 0 } = senderOf(proof) ?? {};
  const warnings: ConfigWarning[] = [];
  if (outcome.kind === 'forward' && outcome.timeoutMs > waitsMs) {
    warnings.push(
      configWarning(`gates.${name}.forward.timeout`, 'slow-upstream', title, waitsMs, outcome.timeoutMs),
    );
  }
  if (rememberMs < retriesForMs) {
    warnings.push(
      configWarning(
        `gates.${name}.replay.remember`,
        'forgets-before-sender',
        title,
        retriesForMs,
        rememberMs,
      ),
    );
  }
  return warnings;
}
