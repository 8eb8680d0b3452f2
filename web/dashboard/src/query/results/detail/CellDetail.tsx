import { ActionIcon, CopyButton, Tooltip } from '@mantine/core';
import { IconCheck, IconCopy, IconX } from '@tabler/icons-react';
import type { Column } from 'datasource-sdk';
import { useEffect, useMemo, useRef, type ReactNode } from 'react';

import { bytesOf, formatSize, hexOf } from '../../../format/bytes';
import { formatCount } from '../../../format/count';
import { localTime, localZone } from '../../../format/time';
import { exactText, isStructured, shownText } from '../value';
import classes from './CellDetail.module.css';
import { hexDump } from './hexDump';
import { readJson } from './json';
import { JsonTree } from './JsonTree';

interface Props {
  column: Column;
  row: number;
  onClose: () => void;
}

/** One cell in full: JSON unfolds, bytes in hexadecimal, moments in both zones, long texts in lines. */
export function CellDetail({ column, row, onClose }: Props) {
  const text = exactText(column, row);
  const panel = useRef<HTMLElement>(null);
  useEffect(() => panel.current?.focus(), []);
  const bytes = column.type === 'binary' && text !== null ? bytesOf(text) : undefined;
  const copied = bytes === undefined ? (isStructured(column) ? text : shownText(column, row)) : hexOf(bytes);
  return (
    <section
      ref={panel}
      className={classes.panel}
      aria-label={`${column.name}, row ${row + 1}`}
      tabIndex={-1}
      onKeyDown={(event) => {
        if (event.key === 'Escape') onClose();
      }}
    >
      <header className={classes.head} role="presentation">
        <h2 className={classes.title}>
          {column.name} <span className={classes.place}>row {row + 1}</span>
        </h2>
        <CopyButton value={copied ?? ''}>
          {({ copied: done, copy }) => (
            <Tooltip label={done ? 'Copied' : 'Copy the value'}>
              <ActionIcon variant="subtle" color="gray" size="sm" aria-label="Copy the value" onClick={copy}>
                {done ? <IconCheck size={15} stroke={1.75} aria-hidden /> : <IconCopy size={15} stroke={1.5} aria-hidden />}
              </ActionIcon>
            </Tooltip>
          )}
        </CopyButton>
        <ActionIcon variant="subtle" color="gray" size="sm" aria-label="Close the cell" onClick={onClose}>
          <IconX size={15} stroke={1.75} aria-hidden />
        </ActionIcon>
      </header>
      <div className={classes.body} tabIndex={0} role="group" aria-label="Value">
        {text === null ? (
          <p className={classes.note}>NULL: there is no value.</p>
        ) : text === '' ? (
          <p className={classes.note}>An empty text: there is a value, and it has no characters.</p>
        ) : bytes !== undefined ? (
          <>
            <p className={classes.note}>{formatSize(bytes.length)}</p>
            <pre className={classes.code}>{hexDump(bytes)}</pre>
          </>
        ) : column.type === 'timestamp' ? (
          <Moments text={text} />
        ) : (
          <Text column={column} text={text} />
        )}
      </div>
    </section>
  );
}

function Moments({ text }: { text: string }) {
  return (
    <dl className={classes.moments}>
      <dt>{localZone}</dt>
      <dd>{localTime(text)}</dd>
      <dt>UTC</dt>
      <dd>{text}</dd>
    </dl>
  );
}

function Text({ column, text }: { column: Column; text: string }): ReactNode {
  const structured = isStructured(column);
  // A text that holds an object or an array is often meant as one.
  const json = useMemo(() => (structured || /^\s*[[{]/.test(text) ? readJson(text) : undefined), [structured, text]);
  if (json !== undefined) return <JsonTree value={json} />;
  return (
    <>
      {text.length > 100 ? <p className={classes.note}>{formatCount(text.length, 'character')}</p> : null}
      <pre className={classes.text}>{text}</pre>
    </>
  );
}
