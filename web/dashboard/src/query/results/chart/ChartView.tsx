import { Button, Menu, NativeSelect } from '@mantine/core';
import { IconChartLine, IconChevronDown } from '@tabler/icons-react';
import type { ResultSet } from 'datasource-sdk';
import { lazy, Suspense, useMemo, useState } from 'react';

import { EmptyState } from '../../../components/EmptyState';
import { PageSkeleton } from '../../../components/PageSkeleton';
import { formatCount } from '../../../format/count';
import type { RowOrder } from '../rows/order';
import classes from './ChartView.module.css';
import { chartData, numericColumns, suggest, xKindOf, type ChartChoice, type ChartKind } from './series';

const Plot = lazy(() => import('./Plot'));

const kinds: { value: ChartKind; label: string }[] = [
  { value: 'line', label: 'Line' },
  { value: 'bars', label: 'Bars' },
  { value: 'points', label: 'Points' },
];
const mostSeries = 8;

/** A chart of the numeric columns that are chosen, over any column. */
export default function ChartView({ result, order }: { result: ResultSet; order: RowOrder | null }) {
  const rowCount = order?.length ?? result.rowCount;
  const numbers = useMemo(() => numericColumns(result), [result]);
  const [choice, setChoice] = useState(() => suggest(result));
  const data = useMemo(() => (choice === undefined || rowCount === 0 ? undefined : chartData(result, order, choice)), [result, order, rowCount, choice]);
  const nameOf = (index: number) => (index < 0 ? 'Row' : (result.columns[index]?.name ?? ''));
  const yNames = useMemo(() => (choice?.ys ?? []).map((index) => result.columns[index]?.name ?? ''), [result, choice]);

  if (choice === undefined || data === undefined) {
    return (
      <EmptyState icon={<IconChartLine size={28} stroke={1.25} />} title="Nothing to draw">
        {rowCount === 0 ? 'There are no rows to draw.' : 'The result has no numeric column besides the one it could be drawn over. Select one, such as count(*).'}
      </EmptyState>
    );
  }
  const change = (part: Partial<ChartChoice>) => setChoice({ ...choice, ...part });
  const toggle = (index: number) => {
    const ys = choice.ys.includes(index) ? choice.ys.filter((y) => y !== index) : [...choice.ys, index].slice(-mostSeries);
    if (ys.length > 0) change({ ys });
  };
  const kindName = kinds.find(({ value }) => value === choice.kind)?.label ?? '';
  return (
    <div className={classes.view}>
      <div className={classes.bar} role="group" aria-label="Chart">
        <NativeSelect
          size="xs"
          aria-label="Kind of chart"
          value={choice.kind}
          data={kinds}
          onChange={(event) => change({ kind: event.currentTarget.value as ChartKind })}
        />
        <Menu closeOnItemClick={false} withInitialFocusPlaceholder={false} position="bottom-start">
          <Menu.Target>
            <Button size="xs" variant="default" className={classes.values ?? ''} rightSection={<IconChevronDown size={14} aria-hidden />} aria-label={`Values: ${yNames.join(', ')}`}>
              {yNames.join(', ')}
            </Button>
          </Menu.Target>
          <Menu.Dropdown className={classes.choices ?? ''}>
            {numbers.map((index) => (
              <Menu.CheckboxItem key={index} checked={choice.ys.includes(index)} onChange={() => toggle(index)}>
                {nameOf(index)}
              </Menu.CheckboxItem>
            ))}
          </Menu.Dropdown>
        </Menu>
        <span className={classes.over}>over</span>
        <NativeSelect
          size="xs"
          aria-label="Horizontal axis"
          value={String(choice.x)}
          data={[{ value: '-1', label: 'Row' }, ...result.columns.map(({ name }, index) => ({ value: String(index), label: name }))]}
          onChange={(event) => {
            const x = Number(event.currentTarget.value);
            change({ x, kind: xKindOf(result.columns[x]) === 'category' ? 'bars' : choice.kind });
          }}
        />
        {data.thinned ? (
          <span className={classes.note}>{formatCount(rowCount, 'row')}, drawn by the highest and lowest of neighbours</span>
        ) : null}
      </div>
      <Suspense fallback={<PageSkeleton />}>
        <Plot
          data={data}
          kind={choice.kind}
          xName={nameOf(choice.x)}
          yNames={yNames}
          summary={`${kindName} chart of ${yNames.join(', ')} over ${nameOf(choice.x)}, ${formatCount(rowCount, 'row')}. The table holds the same values.`}
        />
      </Suspense>
    </div>
  );
}
