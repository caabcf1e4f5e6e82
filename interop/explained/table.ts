/** What came of each library, as tables for docs/conformance.md. */
import { markdownText } from '../../scripts/markdown-text.ts';

export interface PeerResult {
  readonly name: string;
  /** Broken requests that it was handed. */
  readonly requests: number;
  /** Of those, it accepts. */
  readonly accepted: number;
  /** Its texts with how often each came, and how often that named the cause. */
  readonly texts: readonly { readonly text: string; readonly count: number; readonly named: number }[];
  /** Of the same requests: our first finding names the true cause. */
  readonly ours: number;
}

const BEGIN = '<!-- peers -->';
const END = '<!-- /peers -->';

export function tableText(results: readonly PeerResult[]): string {
  const lines = [
    '| library | requests | it accepts | its texts | names what happened | our first finding names it |',
    '| --- | --- | --- | --- | --- | --- |',
    ...results.map((result) => {
      const { name, requests, accepted, texts, ours } = result;
      return `| ${name} | ${requests} | ${accepted} | ${texts.length} | ${shareText(namedBy(result), requests)} | ${shareText(ours, requests)} |`;
    }),
    '',
    'All that they say, with how often, and how often that names what happened:',
    '',
    '| library | text | requests | of them named |',
    '| --- | --- | --- | --- |',
    ...results.flatMap(({ name, texts }) =>
      texts.map(({ text, count, named }) => `| ${name} | ${markdownText(text)} | ${count} | ${named} |`),
    ),
  ];
  return lines.join('\n');
}

export function namedBy({ texts }: PeerResult): number {
  return texts.reduce((sum, { named }) => sum + named, 0);
}

function shareText(count: number, of: number): string {
  return `${count} (${((100 * count) / of).toFixed(0)} %)`;
}

/** The page with the tables between its marks. */
export function withTable(page: string, table: string): string {
  const [start, end] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (start < 0 || end < start) throw new Error(`docs/conformance.md has no ${BEGIN} … ${END}`);
  return `${page.slice(0, start + BEGIN.length)}\n${table}\n${page.slice(end)}`;
}

/** Without what our own hits are: they change with what is tried, and with how busy a machine is. */
export function withoutOurs(page: string): string {
  return page.replaceAll(/^(\|(?: [^|\n]+ \|){5}) [^|\n]+ \|$/gm, '$1');
}
