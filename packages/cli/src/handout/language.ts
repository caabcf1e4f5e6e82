/** A language that a program is written in, and what its programs have in common with those of others. */
import type { Atom, PlanVariable } from './plan-parts.ts';
import type { Put, SigningPlan } from './signing-plan.ts';
import type { Syntax } from './syntax.ts';

export interface Language {
  readonly id: string;
  readonly title: string;
  /** Behind the three backticks. */
  readonly fence: string;
  readonly file: string;
  /** How a file of it is run. */
  readonly command: string;
  /** What must be installed, where a secret signs and where a private key does. */
  readonly needs: { readonly secret: string; readonly privateKey: string };
  /** Why it has no program of this plan, as a sentence. */
  lacks(plan: SigningPlan): string | undefined;
  readonly syntax: Syntax;
}

/** The program that signs a body from standard input and sends it. */
export function writeProgram(plan: SigningPlan, { syntax }: Pick<Language, 'syntax'>): string {
  const fresh = (['timestamp', 'id', 'nonce'] as const).filter((name) => isMade(name, plan));
  const usesDigest = ({ value }: Put): boolean => value.some((atom) => isOf(atom, 'digest'));
  const early = plan.puts.some(usesDigest);
  const later = new Set<PlanVariable>([...plan.derived, ...plan.computed.map(({ variable }) => variable)]);
  const isLate = (put: Put): boolean =>
    !usesDigest(put) && put.value.some((atom) => 'variable' in atom && later.has(atom.variable));
  const first = plan.puts.filter((put) => !usesDigest(put) && !isLate(put));
  return syntax.whole([
    ...syntax.open(plan),
    ...fresh.flatMap((name) => syntax.make(name, plan)),
    ...first.flatMap((put) => syntax.put(put)),
    ...(early ? syntax.derive('digest') : []),
    ...plan.puts.filter(usesDigest).flatMap((put) => syntax.put(put)),
    ...plan.derived.filter((name) => !(early && name === 'digest')).flatMap((name) => syntax.derive(name)),
    ...plan.computed.flatMap((computed) => syntax.compute(computed)),
    ...plan.puts.filter(isLate).flatMap((put) => syntax.put(put)),
    ...syntax.message(plan.message),
    ...syntax.sign(plan),
    ...syntax.printOnly(plan.signatureText),
    ...syntax.put(plan.signaturePut),
    ...syntax.send(plan),
  ]);
}

function isMade(name: 'timestamp' | 'id' | 'nonce', { timestamp, hasId, hasNonce }: SigningPlan): boolean {
  if (name === 'timestamp') return timestamp !== undefined;
  return name === 'id' ? hasId : hasNonce;
}

function isOf(atom: Atom, variable: PlanVariable): boolean {
  return 'variable' in atom && atom.variable === variable;
}

/** The variables that hold bytes, and no text. */
export const BYTES: readonly PlanVariable[] = ['body', 'digestBytes', 'formLines', 'formText'];

/** `digestBytes` as `digest_bytes`: what languages call variables that write them so. */
export function snakeCase(variable: PlanVariable): string {
  return variable.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** What a program says of a body that is no form, and ends. */
export const NOT_A_FORM =
  'The body is not a well-formed form: a percent escape is broken, bytes are not UTF-8, or a field has no name.';

/** What a key is read from, in programs and on the page. */
export const SECRET_VARIABLE = 'SIGNING_SECRET';
export const KEY_FILE_VARIABLE = 'SIGNING_KEY_FILE';
export const ACCESS_TOKEN_VARIABLE = 'ACCESS_TOKEN';

/** Why a language that knows P-256 alone has no program of a proof that holds its public key. */
export function lackOfJwk({ derived, algorithm }: SigningPlan, title: string): string | undefined {
  if (!derived.includes('jwk') || algorithm === 'ecdsa-p256-sha256') return undefined;
  return `${title} has no program for the public key of such proofs: take a library of DPoP, or the program in JavaScript.`;
}
