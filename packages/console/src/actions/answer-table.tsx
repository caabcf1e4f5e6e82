import { useState } from 'react';
import { Button } from '../ui/button.tsx';
import { StrangersText } from '../ui/strangers-text.tsx';
import { Table } from '../ui/table.tsx';
import { ACTIONS } from '../words/actions.ts';
import type { Row } from './answer-kind.ts';

export interface AnswerTableProps {
  readonly columns: readonly string[];
  readonly rows: readonly Row[];
}

/** At first: each cell is an element. */
const SHOWN_ROWS = 50;
const SHOWN_COLUMNS = 30;

export function AnswerTable({ columns, rows }: AnswerTableProps) {
  const { result: words } = ACTIONS;
  const [shown, setShown] = useState(SHOWN_ROWS);
  const names = columns.slice(0, SHOWN_COLUMNS);
  const left = rows.length - shown;
  return (
    <div className="stack tight">
      <Table label={words.tableLabel} columns={names}>
        {rows.slice(0, shown).map((row, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: rows have no other name, and do not move
          <tr key={i}>
            {names.map((name) => (
              <td key={name}>
                <StrangersText text={cellText(Object.hasOwn(row, name) ? row[name] : undefined)} />
              </td>
            ))}
          </tr>
        ))}
      </Table>
      {left > 0 && (
        <div>
          <Button onClick={() => setShown(shown + SHOWN_ROWS)}>{words.more(left)}</Button>
        </div>
      )}
    </div>
  );
}

function cellText(value: unknown): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
