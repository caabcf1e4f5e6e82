/** The page that a partner gets. */
import { answerLines, durationText } from './answers.ts';
import {
  algorithmName,
  bodyRule,
  fieldLines,
  messageFormula,
  placeText,
  signatureFormula,
} from './formula.ts';
import type { Handout, Program, Signing } from './handout.ts';
import { KEY_FILE_VARIABLE, SECRET_VARIABLE } from './language.ts';
import { block, code, row } from './markdown.ts';
import { vectorLines } from './vector-lines.ts';

/** Markdown, with a line end at its end. */
export function handoutPage(handout: Handout): string {
  const { gate, signing } = handout;
  const lines = [
    `# How to sign requests for ${code(gate)}`,
    '',
    ...openingLines(handout),
    '',
    ...(signing ? signingLines(handout, signing) : unsignedLines(handout)),
  ];
  return `${lines.join('\n')}\n`;
}

function openingLines({ url, isSampleUrl, method, provider }: Handout): readonly string[] {
  return [
    `Send ${code(`${method} ${url}`)}.${isSampleUrl ? ' The host is a sample: ask for the real one.' : ''}`,
    ...(provider?.setUp === undefined
      ? ['', 'Nothing on this page is secret. The key comes to you another way.']
      : []),
  ];
}

/** What is no template: the platform signs, or a library. */
function unsignedLines(handout: Handout): readonly string[] {
  const { provider, schemeName, noCode, keyId } = handout;
  if (provider?.setUp !== undefined) {
    return [
      `No code is to be written: ${provider.title} prove themselves.`,
      '',
      `${provider.setUp} The address is ${code(handout.url)}.`,
      '',
      `How they do it: ${provider.source}`,
    ];
  }
  return [
    '## The proof',
    '',
    provider?.summary ?? `Each request is proved by the scheme ${code(schemeName)}.`,
    ...(provider ? ['', `The standard: ${provider.source}`] : []),
    ...(keyId === undefined ? [] : ['', `The key has the id ${code(keyId)}.`]),
    '',
    noCode ?? '',
    '',
    ...coverageLines(handout),
    '',
    '## Answers',
    '',
    ...answerLines(handout),
  ];
}

function signingLines(handout: Handout, signing: Signing): readonly string[] {
  const { recipe, plan } = signing;
  const rule = bodyRule(recipe);
  return [
    '## The request',
    '',
    row(['part', 'where it stands', 'its form']),
    row(['---', '---', '---']),
    row([
      'body',
      'the body',
      `${code(plan.contentType)}; at most ${handout.maxBodyBytes.toLocaleString('en')} bytes`,
    ]),
    ...partRows(handout, signing),
    ...(rule === undefined ? [] : ['', rule]),
    '',
    '## The signature',
    '',
    block(`message   = ${messageFormula(recipe)}\nsignature = ${signatureFormula(recipe)}`),
    '',
    ...fieldLines(recipe),
    '',
    '`+` puts bytes behind one another. Text is UTF-8.',
    '',
    '## The key',
    '',
    keyText(signing),
    '',
    ...coverageLines(handout),
    '',
    '## Answers',
    '',
    ...answerLines(handout),
    '',
    '## Test vector',
    '',
    ...vectorLines(signing),
    '',
    '## Programs',
    '',
    programsText(signing),
    ...signing.programs.flatMap((program) => ['', ...programLines(program, signing)]),
  ];
}

function partRows({ keyId }: Handout, { recipe, plan }: Signing): readonly string[] {
  const { timestamp, id, nonce, signature, tolerance, bodyDigest, keyId: keyPlace } = recipe;
  const { pastMs, futureMs } = tolerance;
  const age =
    pastMs === futureMs
      ? `at most ${durationText(pastMs)} from the gateway’s clock`
      : `at most ${durationText(pastMs)} old, and ${durationText(futureMs)} ahead`;
  return [
    ...(timestamp
      ? [row(['timestamp', placeText(timestamp.place), `${UNITS[timestamp.unit]}; ${age}`])]
      : []),
    ...(id && plan.hasId
      ? [row(['id', placeText(id), 'one of its own for each request, e.g. 32 random hex digits'])]
      : []),
    ...(nonce && plan.hasNonce
      ? [row(['nonce', placeText(nonce), 'random and new for each request, e.g. 32 hex digits'])]
      : []),
    ...(keyPlace && keyId !== undefined ? [row(['key’s id', placeText(keyPlace), code(keyId)])] : []),
    ...(bodyDigest
      ? [
          row([
            'digest of the body',
            placeText(bodyDigest),
            'SHA-256 of the body in lower-case hex, where the body is no form',
          ]),
        ]
      : []),
    ...plan.headers.map(([name]) =>
      row([name, placeText({ kind: 'header', name }), 'your own; the signature covers it']),
    ),
    row([
      'signature',
      placeText(signature.place),
      `${signature.encoding === 'hex' ? 'lower-case hex' : signature.encoding === 'hex-any-case' ? 'hex' : signature.encoding}${signature.prefix === '' ? '' : `, behind ${code(signature.prefix)}`}`,
    ]),
  ];
}

const UNITS = {
  s: 'whole seconds since 1970 (Unix time)',
  ms: 'whole milliseconds since 1970',
  rfc3339: 'RFC 3339 in UTC, e.g. `2026-01-02T03:04:05Z`',
} as const;

const KEY_ENCODINGS = {
  utf8: 'Its bytes are the text itself in UTF-8, to the letter: no quotes, no line end.',
  base64: 'It is written in base64: decode it, and sign with the bytes.',
  base64url: 'It is written in base64url: decode it, and sign with the bytes.',
  hex: 'It is written in hex: decode it, and sign with the bytes.',
  base32: 'It is written in base32: decode it, and sign with the bytes.',
} as const;

function keyText({ recipe, plan }: Signing): string {
  if (plan.secret) {
    const { prefix, encoding } = plan.secret;
    const cut = prefix === '' ? '' : ` It begins with ${code(prefix)}, which is cut off first.`;
    return `A secret that both sides know. Keep it out of code, logs and addresses.${cut} ${KEY_ENCODINGS[encoding]}`;
  }
  return `A pair of keys for ${algorithmName(recipe)}. Make it yourself, keep the private key (PEM, PKCS #8) to yourself, and hand over the public key:\n\n${block(`${newKeyCommand(plan.algorithm)} -out private.pem\nopenssl pkey -in private.pem -pubout -out public.pem`)}`;
}

function newKeyCommand(algorithm: string): string {
  if (algorithm === 'ed25519') return 'openssl genpkey -algorithm ed25519';
  if (algorithm.startsWith('rsa-')) return 'openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:3072';
  return `openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:${algorithm.includes('p384') ? 'P-384' : 'P-256'}`;
}

/** What a request need not have is no gap of its signature. */
const ALWAYS_THERE = ['method', 'scheme', 'host', 'path', 'query', 'body'];

function coverageLines({ coverage: { covered, open, headers }, signing }: Handout): readonly string[] {
  const proved = [...covered, ...headers.map((name) => `the header ${code(name)}`)];
  const isThere = (part: string): boolean =>
    ALWAYS_THERE.includes(part) || (part === 'id' && signing?.plan.hasId === true);
  const left = [...open.filter(isThere), headers.length === 0 ? 'headers' : 'other headers'];
  return [
    '## What the signature does not cover',
    '',
    `It covers: ${proved.length === 0 ? 'nothing of the request; whoever sees it can send another with it' : proved.join(', ')}. It does not cover: ${left.join(', ')}. Whoever stands between could change those: send over https, and put nothing there that must be proved.`,
  ];
}

function programsText({ plan }: Signing): string {
  const key = plan.secret
    ? `the environment variable ${code(SECRET_VARIABLE)}`
    : `the file that the environment variable ${code(KEY_FILE_VARIABLE)} names`;
  return `Each takes the body from standard input and the key from ${key}, signs, sends, and prints the status and the answer. With the argument ${code('print')} it sends nothing and prints the signature: so it is compared with the test vector.`;
}

function programLines(program: Program, { plan }: Signing): readonly string[] {
  const { language } = program;
  if ('lacks' in program) return [`### ${language.title}`, '', program.lacks];
  const key = plan.secret ? SECRET_VARIABLE : KEY_FILE_VARIABLE;
  return [
    `### ${language.title}`,
    '',
    `${code(language.file)}; needs ${plan.secret ? language.needs.secret : language.needs.privateKey}. With ${code(key)} set: ${code(`${language.command} < body`)}`,
    '',
    block(program.code, language.fence),
  ];
}
