/** The files of the corpus, each with what makes its lines. */
import type { Case } from './base/wire.ts';
import { agentCases } from './breaks/agent-slips.ts';
import type { BodyBreak } from './breaks/body-break.ts';
import { casesOfBreak } from './breaks/body-break.ts';
import { CATALOGUE_SENDERS, catalogueCases, catalogueForgedCases } from './breaks/catalogue-slips.ts';
import { clockCases } from './breaks/clocks.ts';
import { casesOfSender } from './breaks/direct.ts';
import { FLOWENT_SLIPS } from './breaks/flowent-slips.ts';
import { controlCases, forgedCases } from './breaks/forged.ts';
import { otherForgedCases } from './breaks/forged-others.ts';
import { AMI_SLIPS, TWILIO_JSON_SLIPS, TWILIO_SLIPS } from './breaks/form-slips.ts';
import { JSON_REPRINTS, sayTheSame } from './breaks/json-reprints.ts';
import { messageSignatureCases } from './breaks/message-signature-slips.ts';
import { MESSAGE_SLIPS } from './breaks/message-slips.ts';
import { proxyCases } from './breaks/proxy-breaks.ts';
import { publicKeySlips } from './breaks/public-key-slips.ts';
import { reportedCases } from './breaks/reported.ts';
import { casesOfSecret } from './breaks/secret-slip.ts';
import { SECRET_SLIPS } from './breaks/secret-slips.ts';
import { SIGNATURE_SLIPS } from './breaks/signature-slips.ts';
import { casesOfSlip, type SlipRow } from './breaks/slip.ts';
import { TEXT_CHANGES } from './breaks/text-changes.ts';
import { tokenCases } from './breaks/token-cases.ts';
import { WRAPPED_BODIES } from './breaks/wrapped-bodies.ts';
import { agent } from './senders/agents.ts';
import { ALL_SENDERS, BODY_SENDERS, HMAC_PROFILES, PROFILES } from './senders/all.ts';
import { ami, flowent, twilioJson, twilioSender } from './senders/body-senders.ts';
import { senderOf } from './senders/profile.ts';
import { PUBLIC_KEY_PROFILES } from './senders/public-key-profiles.ts';

export interface Group {
  readonly name: string;
  readonly wanted: 'refused' | 'accepted';
  make(): Promise<readonly Case[]>;
}

async function bodyCases(rows: readonly BodyBreak[]): Promise<readonly Case[]> {
  const cases: Case[] = [];
  for (const [i, row] of rows.entries()) cases.push(...(await casesOfBreak(row, i, BODY_SENDERS)));
  return cases;
}

async function slipCases(rows: readonly SlipRow[], profiles: typeof PROFILES): Promise<readonly Case[]> {
  const cases: Case[] = [];
  for (const [i, row] of rows.entries()) cases.push(...(await casesOfSlip(row, i, profiles)));
  return cases;
}

async function secretCases(): Promise<readonly Case[]> {
  const cases: Case[] = [];
  for (const [i, row] of SECRET_SLIPS.entries()) cases.push(...(await casesOfSecret(row, i, HMAC_PROFILES)));
  return cases;
}

/** Of senders whose signature is over fields, or sits in the body. */
async function signedBodyCases(): Promise<readonly Case[]> {
  return [
    ...(await casesOfSender(ami, AMI_SLIPS)),
    ...(await casesOfSender(twilioSender, TWILIO_SLIPS)),
    ...(await casesOfSender(twilioJson, TWILIO_JSON_SLIPS)),
    ...(await casesOfSender(flowent, FLOWENT_SLIPS)),
  ];
}

async function publicKeyCases(): Promise<readonly Case[]> {
  const cases = PUBLIC_KEY_PROFILES.map((profile) =>
    casesOfSender(senderOf(profile), publicKeySlips(profile)),
  );
  return (await Promise.all(cases)).flat();
}

async function forgedGroup(): Promise<readonly Case[]> {
  return [...(await forgedCases(PROFILES, 225)), ...(await otherForgedCases(5))];
}

/** A print that says something else, e.g. 1 for 1.0, cannot be undone: it is a cause of its own. */
async function reprints(): Promise<readonly Case[]> {
  return (await bodyCases(JSON_REPRINTS)).map((item) => {
    const original = item.cause === 'body-parsed-and-printed-again' ? item.genuine?.wire.body : undefined;
    if (!original || sayTheSame(original, item.wire.body)) return item;
    return {
      ...item,
      cause: 'body-printed-again-with-other-values',
      truth: `${item.truth} Values came out otherwise: a number in another spelling or less exact, or an empty object as a list.`,
    };
  });
}

export const GROUPS: readonly Group[] = [
  { name: 'json-reprints', wanted: 'refused', make: reprints },
  { name: 'text-changes', wanted: 'refused', make: () => bodyCases(TEXT_CHANGES) },
  { name: 'wrapped-bodies', wanted: 'refused', make: () => bodyCases(WRAPPED_BODIES) },
  { name: 'message-slips', wanted: 'refused', make: () => slipCases(MESSAGE_SLIPS, PROFILES) },
  { name: 'signature-slips', wanted: 'refused', make: () => slipCases(SIGNATURE_SLIPS, PROFILES) },
  { name: 'secrets', wanted: 'refused', make: secretCases },
  { name: 'clocks', wanted: 'refused', make: () => clockCases(PROFILES) },
  { name: 'signed-bodies', wanted: 'refused', make: signedBodyCases },
  { name: 'public-keys', wanted: 'refused', make: publicKeyCases },
  { name: 'tokens', wanted: 'refused', make: tokenCases },
  { name: 'message-signatures', wanted: 'refused', make: messageSignatureCases },
  { name: 'proxies', wanted: 'refused', make: proxyCases },
  { name: 'reported', wanted: 'refused', make: reportedCases },
  { name: 'forged', wanted: 'refused', make: forgedGroup },
  { name: 'control', wanted: 'accepted', make: () => controlCases(ALL_SENDERS, 104) },
  { name: 'catalogue', wanted: 'refused', make: catalogueCases },
  { name: 'agents', wanted: 'refused', make: agentCases },
  { name: 'catalogue-forged', wanted: 'refused', make: catalogueForgedCases },
  {
    name: 'catalogue-control',
    wanted: 'accepted',
    make: () =>
      controlCases([...CATALOGUE_SENDERS, agent], CATALOGUE_SENDERS.length + 1, 'catalogue-control'),
  },
];
