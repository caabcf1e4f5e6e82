/** Requests that nobody with the key has sent, and genuine ones as a control. */
import { bytesOf, draw, pick } from '../base/draw.ts';
import { versionOf } from '../base/versions.ts';
import { type Case, headerOf, type Sender, type Wire, withBody, withHeader } from '../base/wire.ts';
import { type Profile, senderOf, signByHand } from '../senders/profile.ts';

const NODE = versionOf('node');

interface Forgery {
  readonly truth: string;
  make(profile: Profile, label: string): Promise<Wire | undefined>;
}

function random(profile: Profile, label: string): string {
  const length = { md5: 16, sha1: 20, sha256: 32, sha384: 48, sha512: 64 }[profile.hash];
  return bytesOf(label, length).toString(profile.form);
}

/** Another amount, address or name in a body that is genuine. */
function edited(body: Buffer, label: string): Buffer {
  const text = body.toString();
  const places = [...text.matchAll(/[1-9a-z](?=[a-z0-9 ]{2,}["&<\r\n])/g)].map(({ index }) => index);
  if (places.length === 0) return Buffer.concat([body.subarray(0, -2), Buffer.from('9'), body.subarray(-2)]);
  const at = pick(label, places);
  const letter = text[at] === '9' || text[at] === 'x' ? '7' : /\d/.test(text[at] ?? '') ? '9' : 'x';
  return Buffer.from(text.slice(0, at) + letter + text.slice(at + 1));
}

const FORGERIES: readonly Forgery[] = [
  {
    truth: 'The signature is random.',
    make: (profile, label) =>
      signByHand(profile, senderOf(profile).draft(label), { spell: () => random(profile, label) }),
  },
  {
    truth: 'The request is signed with a random secret that has nothing to do with the receiver.',
    make: async (profile, label) =>
      profile.signBytes
        ? undefined
        : signByHand(profile, senderOf(profile).draft(label), { key: bytesOf(`${label}/key`, 32) }),
  },
  {
    truth: 'The proof is that of another request of the same sender.',
    make: async (profile, label) => {
      const sender = senderOf(profile);
      const other = await sender.sign(sender.draft(`${label}/other`));
      const wire = await sender.sign(sender.draft(label));
      return profile.signatureHeader === ''
        ? undefined
        : withHeader(wire, profile.signatureHeader, headerOf(other, profile.signatureHeader));
    },
  },
  {
    truth: 'The body of a genuine request was edited: it says something else.',
    make: async (profile, label) => {
      const sender = senderOf(profile);
      const wire = await sender.sign(sender.draft(label));
      return withBody(wire, edited(wire.body, label));
    },
  },
  {
    truth: 'Everything is made up: body, time, secret, encoding and length of the signature.',
    make: (profile, label) => {
      const sender = senderOf(profile);
      return signByHand(profile, sender.draft(label), {
        timestamp: String(1_600_000_000 + draw(label, 1e8)),
        spell: () =>
          bytesOf(`${label}/all`, 10 + draw(label, 60)).toString(pick(label, ['hex', 'base64'] as const)),
      });
    },
  },
];

export async function forgedCases(profiles: readonly Profile[], count: number): Promise<readonly Case[]> {
  const cases: Case[] = [];
  for (let i = 0; i < count; i++) {
    const profile = profiles[i % profiles.length] as Profile;
    const forgery = FORGERIES[(i + Math.floor(i / profiles.length)) % FORGERIES.length] as Forgery;
    const label = `forged/${i}`;
    const wire = await forgery.make(profile, label);
    const { choice, keys, draft } = senderOf(profile);
    if (!wire) continue;
    cases.push({
      sender: profile.name,
      choice,
      keys,
      now: Math.floor(draft(label).at / 1000) + 1,
      wire,
      cause: 'forged',
      truth: forgery.truth,
      madeBy: NODE,
    });
  }
  return cases;
}

/** So many genuine requests, of every sender and kind of body. */
export async function controlCases(
  senders: readonly Sender[],
  count: number,
  prefix = 'control',
): Promise<readonly Case[]> {
  const rows = senders.flatMap((sender) => sender.kinds.map((kind) => ({ sender, kind })));
  const cases: Case[] = [];
  for (let i = 0; i < count; i++) {
    const { sender, kind } = rows[i % rows.length] as (typeof rows)[number];
    const draft = sender.draft(`${prefix}/${i}`, kind);
    const { name, choice, keys, published, signedBy } = sender;
    cases.push({
      sender: name,
      choice,
      keys,
      ...(published && { published }),
      now: Math.floor(draft.at / 1000) + draw(`control/${i}`, 4),
      wire: await sender.sign(draft),
      cause: 'none',
      truth: 'The request is genuine and arrived as it was sent.',
      madeBy: signedBy,
    });
  }
  return cases;
}
