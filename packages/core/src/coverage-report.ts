/**
 * Coverage in words: which parts of a request are proved, which are not, and what whoever captured one could change or repeat. The
 * entry `@countersign/core/coverage`; no gate loads it.
 */
import type { Coverage, CoverageWarning, CoveredPart } from './coverage-model.ts';
import {
  COVERAGE_WARNINGS,
  type CoverageCode,
  type OfCode,
  type ReportWarning,
  type Severity,
} from './coverage-warnings.ts';
import type { Origin } from './effective-request.ts';
import type { Gate, ProviderId, ProviderIdChoice } from './gate.ts';
import { type KeyWarning, keyWarningText } from './keys/key-warning.ts';
import type { KeyInfo } from './keys.ts';
import { findProvider, sampleScheme, writtenProvider } from './providers/registry.ts';
import type { Scheme } from './scheme.ts';
import { coverageOfScheme } from './schemes/coverage.ts';

export type { Coverage, CoverageWarning, CoveredPart, ReplayIdentity } from './coverage-model.ts';
export type { CoverageCode, ReportWarning, Severity } from './coverage-warnings.ts';
export { senderLimits } from './sender-limits.ts';

/** A warning for programs and for people: they decide by its code, these read its sentence. Holds no secret. */
export interface Warning<Code extends string = string> {
  readonly code: Code;
  readonly severity: Severity;
  readonly sentence: string;
}

/** What a gate’s proof covers, in words where it leaves something open: the grave ones first. */
export interface CoverageReport<Code extends string = CoverageCode> extends Omit<Coverage, 'warnings'> {
  readonly warnings: readonly Warning<Code>[];
}

/** The report of a gate. */
export function coverageReport({ coverage, scheme, provider }: ReportedGate): CoverageReport {
  const ofVendor = vendorsCodes(provider);
  const warnings = allWarnings(coverage, scheme).map((warning): Warning<CoverageCode> => {
    const report = warningInWords(warning);
    return ofVendor.has(report.code) ? { ...report, severity: 'info' } : report;
  });
  return { ...coverage, warnings: bySeverity(warnings) };
}

/** What of a gate is reported. */
export type ReportedGate = Pick<Gate, 'coverage' | 'scheme' | 'provider'>;

/** The report of a provider, as far as it is known without a gate; options that it needs and is not given have sample values. */
export function coverageReportOfProvider(choice: ProviderIdChoice | ProviderId): CoverageReport {
  const scheme = sampleScheme(choice);
  return coverageReport({ coverage: coverageOfScheme(scheme), scheme, provider: scheme.name });
}

/** What a vendor’s own definition leaves open, whatever a gate sets: nobody can mend that there. */
function vendorsCodes(provider: string): ReadonlySet<CoverageCode> {
  if (findProvider(provider) === undefined) return new Set();
  const scheme = sampleScheme(writtenProvider(provider));
  return new Set(allWarnings(coverageOfScheme(scheme), scheme).map(({ code }) => code));
}

function allWarnings(coverage: Coverage, scheme: Scheme): readonly ReportWarning[] {
  const { replay, warnings } = coverage;
  return [...seenWarnings(coverage, scheme), ...(replay === 'none' ? warnings.map(ofCopies) : warnings)];
}

/** Where nothing is remembered, no memory is lost. */
function ofCopies(warning: CoverageWarning): ReportWarning {
  if (warning.code === 'repeat-in-time') return { ...warning, code: 'copies-taken' };
  return warning.code === 'no-time' ? { code: 'copies-taken' } : warning;
}

/** Parts that have a name; of the body and of headers something else is said. */
const NAMED_PARTS: readonly CoveredPart[] = ['method', 'scheme', 'host', 'path', 'query'];

/** What is seen in what is covered, in the gate’s origin and its algorithms. */
function seenWarnings(
  { covered, headers, warnings: own }: Coverage,
  { proof, origin, keys: { forms } }: Scheme,
): readonly ReportWarning[] {
  const warnings: ReportWarning[] = [];
  // A token that proves its bearer alone says so in one sentence.
  if (proof === 'signature' || covered.length > 0) {
    const isSignedInPart = own.some(({ code }) => code === 'signed-members');
    if (!covered.includes('body') && !isSignedInPart) warnings.push({ code: 'unsigned-body' });
    const parts = NAMED_PARTS.filter((part) => !covered.includes(part));
    warnings.push({ code: 'unsigned-parts', parts, headers });
    if (origin === undefined && covered.includes('scheme')) warnings.push({ code: 'assumed-scheme' });
    if (origin && covered.includes('host')) {
      warnings.push({ code: 'fixed-origin', origin: originText(origin) });
    }
  }
  const algorithms: readonly string[] = [...new Set(forms.map(({ algorithm }) => algorithm))];
  if (algorithms.includes('hmac-sha1')) warnings.push({ code: 'sha1' });
  if (algorithms.includes('rsa-pkcs1-sha1')) warnings.push({ code: 'rsa-sha1' });
  const hashed = algorithms.filter((algorithm) => algorithm.includes('-secret-'));
  if (hashed.length > 0) warnings.push({ code: 'keyed-hash', algorithms: hashed });
  const padded = algorithms.filter((algorithm) => algorithm.startsWith('rsa-pkcs1'));
  if (padded.length > 0) warnings.push({ code: 'rsa-pkcs1', algorithms: padded });
  return warnings;
}

function originText({ scheme, host, port }: Origin): string {
  return `${scheme}://${host}${port === '' ? '' : `:${port}`}`;
}

/** The code of what is odd about a key. */
export type KeyCode = `key-${KeyWarning['code'] | 'strength'}`;

/** What is odd about a key, which can always be mended. @param name what the key is called, as a sentence begins. Default `The key`. */
export function keyReport(warning: KeyWarning, name: string = 'The key'): Warning<KeyCode> {
  const sentence = `${keyWarningText(warning, name)}.`;
  return { code: `key-${warning.code}`, severity: 'warning', sentence };
}

/** From 2031 on NIST SP 800-57 asks for as much. */
const LASTING_BITS = 128;

/** How strong a key is at most, in bits: a secret that is not random is weaker. Undefined where that is not known. */
export function strengthOfKey({ bytes, strengthBits }: KeyInfo): number | undefined {
  return strengthBits ?? (bytes === undefined ? undefined : bytes * 8);
}

/** All that is to be said of a key. */
export function keyReports(info: KeyInfo): readonly Warning<KeyCode>[] {
  const { strengthBits = LASTING_BITS } = info;
  const reports = info.warnings.map((warning) => keyReport(warning));
  if (strengthBits >= LASTING_BITS) return reports;
  return [
    ...reports,
    {
      code: 'key-strength',
      severity: 'info',
      sentence: `The key is ${strengthBits} bits strong, as RSA of 2048 bits is: enough for now, and NIST SP 800-57 asks for ${LASTING_BITS} from 2031 on, which RSA of 3072 bits, P-256 and Ed25519 have.`,
    },
  ];
}

/** Those that can be mended at the gate first, else in the order in which they were given. */
export function bySeverity<W extends Pick<Warning, 'severity'>>(warnings: readonly W[]): readonly W[] {
  return [
    ...warnings.filter(({ severity }) => severity === 'warning'),
    ...warnings.filter(({ severity }) => severity !== 'warning'),
  ];
}

/** A warning as it is told; as grave as the table says, whoever defined what raises it. */
export function warningInWords(warning: ReportWarning): Warning<CoverageCode> {
  const { code } = warning;
  return { code, severity: COVERAGE_WARNINGS[code].severity, sentence: sentenceOf(warning) };
}

/** What a warning says. */
function sentenceOf<Code extends CoverageCode>(warning: OfCode<Code>): string {
  const { sentence } = COVERAGE_WARNINGS[warning.code as Code];
  return typeof sentence === 'string' ? sentence : sentence(warning);
}
