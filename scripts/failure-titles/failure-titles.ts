/** The title of each hypothesis’ page: the literal text that people search for who have that failure. */
import { BODY_TITLES } from './body-titles.ts';
import { KEY_TITLES } from './key-titles.ts';
import { PLACE_TITLES } from './place-titles.ts';
import { PRINTED_BODY_TITLES } from './printed-body-titles.ts';
import { SIGNATURE_TITLES } from './signature-titles.ts';
import { TOKEN_TITLES } from './token-titles.ts';

export const FAILURE_TITLES: Readonly<Record<string, string>> = {
  ...KEY_TITLES,
  ...BODY_TITLES,
  ...PRINTED_BODY_TITLES,
  ...PLACE_TITLES,
  ...SIGNATURE_TITLES,
  ...TOKEN_TITLES,
};

/** What is wrong with the titles. @param ids of all hypotheses */
export function titleFaults(
  ids: readonly string[],
  titles: Readonly<Record<string, string>>,
): readonly string[] {
  const owners = new Map<string, string>();
  const faults = ids.filter((id) => !Object.hasOwn(titles, id)).map((id) => `${id} has no title`);
  for (const [id, title] of Object.entries(titles)) {
    const other = owners.get(title.toLowerCase());
    if (!ids.includes(id)) faults.push(`${id} has a title, and is no hypothesis`);
    if (other !== undefined) faults.push(`${id} and ${other} have one title`);
    owners.set(title.toLowerCase(), id);
  }
  return faults;
}
