/** Why some of the requests were refused: what was found out of a sample. */
import type { IssueCauseView } from '@countersign/api';
import { Link } from '@tanstack/react-router';
import { requestAddress } from '../shell/addresses.ts';
import { Table } from '../ui/table.tsx';
import { ISSUES } from '../words/issues.ts';

export function IssueCauses({ causes }: { readonly causes: readonly IssueCauseView[] }) {
  const { causes: words, certainty } = ISSUES.detail;
  if (causes.length === 0) return <p className="soft">{words.none}</p>;
  return (
    <>
      <p className="small soft">{words.text}</p>
      <Table
        label={words.label}
        isStacked
        columns={[words.finding, words.certainty, words.count, words.example]}
      >
        {causes.map((cause) => {
          const to = requestAddress(cause.requestId);
          return (
            <tr key={`${cause.finding} ${cause.certainty}`}>
              <td className="mono" data-name={words.finding}>
                {cause.finding}
              </td>
              <td data-name={words.certainty}>{certainty[cause.certainty] ?? cause.certainty}</td>
              <td data-name={words.count}>{cause.count.toLocaleString('en')}</td>
              <td data-name={words.example}>
                <Link to={to} aria-label={words.openLabel(cause.finding)}>
                  {words.open}
                </Link>
              </td>
            </tr>
          );
        })}
      </Table>
    </>
  );
}
