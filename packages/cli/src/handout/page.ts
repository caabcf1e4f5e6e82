/** The page that a partner gets. */
import { answerLines } from './answers.ts';
import type { Explanation } from './explanation.ts';
import type { Handout, Program, Signing } from './handout.ts';
import { ACCESS_TOKEN_VARIABLE, KEY_FILE_VARIABLE, SECRET_VARIABLE } from './language.ts';
import { block, code, row } from './markdown.ts';
import { messageSignatureExplanation } from './message-signature-page.ts';
import { BODILESS } from './signing-plan.ts';
import { templateExplanation } from './template-page.ts';
import { sharedTokenExplanation, tokenExplanation } from './token-page.ts';
import { vectorLines } from './vector-lines.ts';

/** Markdown, with a line end at its end. */
export function handoutPage(handout: Handout): string {
  const explanation = explanationOf(handout);
  const lines = [
    titleOf(handout),
    '',
    ...openingLines(handout),
    '',
    ...(explanation ? explainedLines(handout, explanation) : unsignedLines(handout)),
  ];
  return `${lines.join('\n')}\n`;
}

function titleOf({ gate, provider }: Handout): string {
  if (provider?.setUp === undefined) return `# How to sign requests for ${code(gate)}`;
  return `# How to set up ${provider.title} for ${code(gate)}`;
}

function openingLines({ url, isSampleUrl, method, provider }: Handout): readonly string[] {
  const sample = isSampleUrl ? ' The host is an example: ask for the real one.' : '';
  if (provider?.setUp !== undefined) return [`The address is ${code(url)}.${sample}`];
  return [
    `Send ${code(`${method} ${url}`)}.${sample}`,
    '',
    'Nothing on this page is secret. You get the key separately.',
  ];
}

/** Undefined where a platform signs, or code of a provider’s own. */
function explanationOf(handout: Handout): Explanation | undefined {
  const { recipe: of } = handout;
  switch (of?.kind) {
    case undefined:
      return undefined;
    case 'template':
      return templateExplanation(of.recipe, handout);
    case 'token':
      return tokenExplanation(of.recipe, handout);
    case 'message-signature':
      return messageSignatureExplanation(of.recipe, handout);
    case 'shared-token':
      return sharedTokenExplanation(of.recipe);
  }
}

/** The platform signs, or its own code says how. */
function unsignedLines(handout: Handout): readonly string[] {
  const { provider, schemeName, noCode, keyId } = handout;
  if (provider?.setUp !== undefined) {
    return [
      `${provider.title} come with their own proof; there is no code to write.`,
      '',
      provider.setUp,
      '',
      `How the proof works: ${provider.source}`,
    ];
  }
  return [
    '## The proof',
    '',
    provider?.summary ?? `Each request carries a proof of the scheme ${code(schemeName)}.`,
    ...(provider ? ['', `The standard: ${provider.source}`] : []),
    ...(keyId === undefined ? [] : ['', `The key has the id ${code(keyId)}.`]),
    '',
    noCode ?? '',
    '',
    ...coverageLines(handout, 'proof'),
    '',
    '## Answers',
    '',
    ...answerLines(handout),
  ];
}

function explainedLines(handout: Handout, explanation: Explanation): readonly string[] {
  const { signing, noCode } = handout;
  const { rows, rule, formula, meanings, proof, key } = explanation;
  return [
    '## The request',
    '',
    row(['part', 'where it goes', 'format']),
    row(['---', '---', '---']),
    ...bodyRow(handout),
    ...rows,
    ...(rule === undefined ? [] : ['', rule]),
    '',
    `## The ${proof}`,
    '',
    ...(formula === undefined ? [] : [block(formula), '']),
    ...meanings,
    '',
    '## The key',
    '',
    key,
    '',
    ...coverageLines(handout, proof),
    '',
    '## Answers',
    '',
    ...answerLines(handout),
    '',
    ...(signing ? ['## Test vector', '', ...vectorLines(signing), '', '## Programs', ''] : []),
    ...(signing ? [programsText(signing)] : ['## Programs', '', noCode ?? '']),
    ...(signing ? signing.programs.flatMap((program) => ['', ...programLines(program, signing)]) : []),
  ];
}

function bodyRow({ method, maxBodyBytes, signing }: Handout): readonly string[] {
  if (BODILESS.includes(method)) return [];
  const type = signing ? code(signing.plan.contentType) : 'of any type';
  return [row(['body', 'the body', `${type}, at most ${maxBodyBytes.toLocaleString('en')} bytes`])];
}

/** What a request need not have is no gap of its signature. */
const ALWAYS_THERE = ['method', 'scheme', 'host', 'path', 'query', 'body'];

function coverageLines(
  { coverage: { covered, open, headers }, signing }: Handout,
  proof: Explanation['proof'],
): readonly string[] {
  const proved = [...covered, ...headers.map((name) => `the header ${code(name)}`)];
  const isThere = (part: string): boolean =>
    ALWAYS_THERE.includes(part) || (part === 'id' && signing?.plan.hasId === true);
  const left = [...open.filter(isThere), headers.length === 0 ? 'headers' : 'other headers'];
  return [
    `## What the ${proof} does not cover`,
    '',
    `It covers: ${proved.length === 0 ? 'nothing of the request, so whoever sees it can send another request with it' : proved.join(', ')}. It does not cover: ${left.join(', ')}. Anyone between you and the gateway could change those: send over https, and put nothing there that has to be trusted.`,
  ];
}

function programsText({ plan }: Signing): string {
  const key = plan.secret
    ? `the environment variable ${code(SECRET_VARIABLE)}`
    : `the file named by the environment variable ${code(KEY_FILE_VARIABLE)}`;
  const token = plan.derived.includes('accessToken')
    ? ` and the access token from ${code(ACCESS_TOKEN_VARIABLE)}`
    : '';
  const body = plan.hasBody ? 'the body from standard input, ' : '';
  const { name } = 'name' in plan.signaturePut ? plan.signaturePut : { name: 'the body' };
  return `Each program reads ${body}the key from ${key}${token}, signs and sends the request, and prints the status and the answer. With the argument ${code('print')} it sends nothing and prints what it would put into ${code(name)}, to compare with the test vector.`;
}

function programLines(program: Program, { plan }: Signing): readonly string[] {
  const { language } = program;
  if ('lacks' in program) return [`### ${language.title}`, '', program.lacks];
  const key = plan.secret ? SECRET_VARIABLE : KEY_FILE_VARIABLE;
  return [
    `### ${language.title}`,
    '',
    `${code(language.file)}; needs ${plan.secret ? language.needs.secret : language.needs.privateKey}. With ${code(key)} set: ${code(plan.hasBody ? `${language.command} < body` : language.command)}`,
    '',
    block(program.code, language.fence),
  ];
}
