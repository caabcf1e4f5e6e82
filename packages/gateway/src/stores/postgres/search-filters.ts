/** What a search holds rows of `events` to, whichever index has led to them. */
import type { EventSearch } from '../event-search.ts';
import type { Parameters } from './parameters.ts';
import { storable } from './text.ts';

/** Texts of headers and bodies that are longer are looked into by whoever asks: they stand out of line, and to fetch them takes long. */
const MOST_SCANNED_BYTES = 4_096;

const VERDICTS = {
  accepted: "erased IS NULL AND key_id <> '' AND refused IS NULL",
  refused: 'refused IS NOT NULL',
  unsigned: "erased IS NULL AND key_id = ''",
};

/** A condition on a row; of content it holds of more rows than have it, and never of fewer. */
export function filterOf(search: EventSearch, { add }: Parameters): string {
  const { gate, type, isUnmatched, id, verdict, reason, sinceMs, untilMs, header, memberValue, words } =
    search;
  const { tenant, masked = [] } = search;
  const filters: string[] = [];
  const addContent = (condition: string): void => {
    filters.push(masked.length === 0 ? condition : `gate = ANY(${add(masked)}::text[]) OR ${condition}`);
  };
  if (gate !== undefined) filters.push(`gate = ${add(storable(gate))}`);
  if (type !== undefined) filters.push(`type = ${add(storable(type))}`);
  if (tenant !== undefined) filters.push(`tenant = ${add(storable(tenant))}`);
  if (isUnmatched === true) filters.push('destinations = 0');
  if (id !== undefined) filters.push(`starts_with(id, ${add(storable(id))})`);
  if (sinceMs !== undefined) filters.push(`received_ms >= ${add(Math.ceil(sinceMs))}::bigint`);
  if (untilMs !== undefined) filters.push(`received_ms < ${add(Math.ceil(untilMs))}::bigint`);
  if (verdict !== undefined) filters.push(VERDICTS[verdict]);
  if (reason !== undefined) filters.push(`refused = ${add(storable(reason))}`);
  if (header !== undefined) {
    const { name, value } = header;
    const pattern = `%"${storable(name).replace(/[%_\\]/g, '\\$&')}"%`;
    filters.push(`${IS_LONG_HEAD} OR headers COLLATE "C" ILIKE ${add(pattern)}`);
    if (value !== undefined)
      addContent(`${IS_LONG_HEAD} OR strpos(headers COLLATE "C", ${add(JSON.stringify(value))}) > 0`);
  }
  // A compressed body cannot be looked into here, nor one with escapes.
  if (memberValue !== undefined)
    addContent(
      `encoding = 'zstd' OR encoding IS NULL AND (octet_length(body) > ${MOST_SCANNED_BYTES}
       OR position(${add(Buffer.from(JSON.stringify(memberValue).slice(1, -1)))}::bytea IN body) > 0 OR position('\\x5c'::bytea IN body) > 0)`,
    );
  if (words !== undefined) filters.push(`gate = ANY(${add(words.gates)}::text[])`);
  return filters.length === 0 ? 'true' : filters.map((condition) => `(${condition})`).join(' AND ');
}

const IS_LONG_HEAD = `octet_length(headers) > ${MOST_SCANNED_BYTES}`;
