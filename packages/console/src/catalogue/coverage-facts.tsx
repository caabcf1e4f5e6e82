import type { CoverageReport } from '@countersign/core/coverage';
import { Badge } from '../ui/badge.tsx';
import { Sentence } from '../ui/sentence.tsx';
import { CATALOGUE } from '../words/catalogue.ts';

/** Which parts of a request are proved and which are not, and what follows from that. */
export function CoverageFacts({ coverage }: { readonly coverage: CoverageReport }) {
  const { overview: words, part } = CATALOGUE;
  const { covered, open, headers, warnings } = coverage;
  const proved = [...covered.map((each) => part[each]), ...headers];
  const unproved = [
    ...open.map((each) => part[each]),
    headers.length === 0 ? words.headers : words.otherHeaders,
  ];
  return (
    <div className="stack tight">
      <dl className="facts coverage-facts">
        <dt>{words.covered}</dt>
        <dd className="row">
          {proved.length === 0 && words.nothing}
          {proved.map((each) => (
            <Badge key={each} tone="good">
              {each}
            </Badge>
          ))}
        </dd>
        <dt>{words.open}</dt>
        <dd className="row">
          {unproved.map((each) => (
            <Badge key={each}>{each}</Badge>
          ))}
        </dd>
      </dl>
      {warnings.length > 0 && (
        <ul className="coverage-warnings">
          {warnings.map(({ code, severity, sentence }) => (
            <li key={code + sentence}>
              <Badge tone={severity === 'warning' ? 'warn' : 'plain'}>{words.severity[severity]}</Badge>
              <span>
                <Sentence text={sentence} />
              </span>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
