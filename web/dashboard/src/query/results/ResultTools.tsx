import { Loader, SegmentedControl, TextInput } from '@mantine/core';
import type { ResultSet } from 'datasource-sdk';

import { ExportMenu } from './export/ExportMenu';
import classes from './ResultTools.module.css';
import type { View } from './ResultView';
import type { ResultRows } from './rows/useRowOrder';

interface Props {
  result: ResultSet;
  rows: ResultRows;
  /** Rows still come: filter, chart and export are for when all are there. */
  growing: boolean;
  /** What an exported file is named after. */
  name: string;
  view: View;
  onView: (view: View) => void;
  /** Only rows with these are shown. */
  words: string;
  onWords: (words: string) => void;
}

/** What can be done with a result: filter it, look at it as a table or a chart, export it. */
export function ResultTools({ result, rows, growing, name, view, onView, words, onWords }: Props) {
  return (
    <>
      <TextInput
        type="search"
        size="xs"
        className={classes.filter ?? ''}
        aria-label="Filter rows"
        placeholder="Filter rows"
        disabled={growing}
        rightSection={rows.pending === null ? null : <Loader size={12} aria-label="At work" />}
        value={words}
        onChange={(event) => onWords(event.currentTarget.value)}
      />
      <SegmentedControl
        size="xs"
        aria-label="Show the result as"
        disabled={growing}
        value={view}
        onChange={(next) => onView(next as View)}
        data={[
          { value: 'table', label: 'Table' },
          { value: 'chart', label: 'Chart' },
        ]}
      />
      <ExportMenu result={result} order={rows.order} name={name} disabled={growing} />
    </>
  );
}
