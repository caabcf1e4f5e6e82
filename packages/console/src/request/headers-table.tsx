/** Headers as they came, in their order. */
import type { HeaderView } from '@countersign/api';
import { Badge } from '../ui/badge.tsx';
import { StrangersText } from '../ui/strangers-text.tsx';
import { Table } from '../ui/table.tsx';
import { REQUEST } from '../words/request.ts';

export interface HeadersTableProps {
  readonly headers: readonly HeaderView[];
  /** Where a page has several: which they are. */
  readonly label?: string;
}

export function HeadersTable({ headers, label = REQUEST.headers.label }: HeadersTableProps) {
  const { headers: words } = REQUEST;
  if (headers.length === 0) return <p className="soft">{words.none}</p>;
  return (
    <Table label={label} columns={[words.name, words.value]} className="headers-table">
      {headers.map((header, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: names repeat, and rows do not move
        <tr key={i}>
          <td className="mono">
            <StrangersText text={header.name} />
          </td>
          <td className="mono value">
            {header.withheld === undefined ? (
              <StrangersText text={header.value} />
            ) : (
              <Badge tone="note">{words.withheld[header.withheld]}</Badge>
            )}
          </td>
        </tr>
      ))}
    </Table>
  );
}
