import { Badge, type Tone } from '../ui/badge.tsx';
import { CATALOGUE } from '../words/catalogue.ts';
import type { CatalogueEntry } from './entries.ts';
import { partNames, provedText } from './part-names.ts';

const TONES: Readonly<Record<CatalogueEntry['coverage']['replay'], Tone>> = {
  'signed-id': 'good',
  message: 'plain',
  none: 'warn',
};

/** A sender in two lines. */
export function CatalogueRow({ entry }: { readonly entry: CatalogueEntry }) {
  const { row } = CATALOGUE;
  const { id, title, summary, where, algorithms, coverage, isUnverified } = entry;
  return (
    <div className="catalogue-row">
      <div className="main">
        <div className="line">
          <b>{title}</b> <span className="mono soft small">{id ?? row.declared}</span>
          {isUnverified && <span className="soft small"> {row.unverified}</span>}
        </div>
        <div className="line soft small">{summary === '' ? algorithms.join(', ') : summary}</div>
      </div>
      <div className="proof small">
        <div className="line mono">{where}</div>
        <div className="line soft">{algorithms.join(', ')}</div>
      </div>
      <div className="covers small">
        <div className="line">{provedText(coverage)}</div>
        <div className="line soft">{row.open(partNames(coverage.open))}</div>
      </div>
      <div className="repeats">
        <Badge tone={TONES[coverage.replay]}>{CATALOGUE.replay[coverage.replay]}</Badge>
      </div>
    </div>
  );
}
