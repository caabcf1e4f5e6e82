/** A small table: it scrolls where it is wider than its place. On a telephone, one that is stacked has a card for each row. */
import type { ReactNode } from 'react';
import { Scrolled } from './scrolled.tsx';
import { StrangersText } from './strangers-text.tsx';

export interface Column {
  readonly name: string;
  /** Its numbers stand one below the other. */
  readonly isNumber?: true;
  /** Its heading is for readers of screens alone. */
  readonly isUnseen?: true;
}

export interface TableProps {
  readonly label: string;
  /** Headings, each its column’s. */
  readonly columns: readonly (string | Column)[];
  /** The label stands above it, too. */
  readonly isCaptioned?: true;
  /** All headings are for readers of screens alone. */
  readonly isHeadless?: true;
  /** On a telephone each row is a card; its cells have a `data-name`. */
  readonly isStacked?: true;
  readonly className?: string;
  /** Of the place in which it scrolls. */
  readonly placeClassName?: string;
  /** Rows. */
  readonly children: ReactNode;
}

export function Table(props: TableProps) {
  const { label, columns, isCaptioned, isHeadless, isStacked, children } = props;
  const { className = '', placeClassName = '' } = props;
  return (
    <Scrolled label={label} className={`table-scroll ${placeClassName}`}>
      <table className={`table ${isStacked ? 'stacked' : ''} ${className}`}>
        {isCaptioned && <caption>{label}</caption>}
        <thead className={isHeadless && 'visually-hidden'}>
          <tr>
            {columns.map((column) => (
              <Heading key={typeof column === 'string' ? column : column.name} column={column} />
            ))}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </Scrolled>
  );
}

function Heading({ column }: { readonly column: string | Column }) {
  const { name, isNumber, isUnseen }: Column = typeof column === 'string' ? { name: column } : column;
  return (
    <th scope="col" className={isNumber && 'number'}>
      {isUnseen ? <span className="visually-hidden">{name}</span> : <StrangersText text={name} />}
    </th>
  );
}
