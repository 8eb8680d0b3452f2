import { ActionIcon, Tooltip, UnstyledButton } from '@mantine/core';
import { IconChevronRight, IconEye, IconTable, IconTableColumn } from '@tabler/icons-react';
import type { TableDescription } from 'datasource-sdk';
import { useId, useState } from 'react';

import { quoteIdentifier } from '../sql/identifier';
import classes from './SourcePanel.module.css';

interface Props {
  table: TableDescription;
  /** As a statement names it. */
  name: string;
  /** One of its columns is searched for: they are in sight. */
  searched: boolean;
  onInsert: (name: string) => void;
  onPreview: (statement: string) => void;
}

/** Rows of a first look at a table. */
const previewRows = 100;

/** Of a name that is cut, as many last characters stay: names of one system often differ there. */
const endLength = 14;

/** A table: its name is written by a click, its columns unfold. */
export function TableItem({ table, name, searched, onInsert, onPreview }: Props) {
  const [unfolded, setUnfolded] = useState(false);
  const open = unfolded || searched;
  const id = useId();
  const Icon = table.type === 'view' ? IconTableColumn : IconTable;
  return (
    <li>
      <div className={classes.item}>
        <ActionIcon
          size={22}
          variant="transparent"
          color="gray"
          aria-label={`Columns of ${table.name}`}
          aria-expanded={open}
          aria-controls={open ? id : undefined}
          onClick={() => setUnfolded(!unfolded)}
        >
          <IconChevronRight size={14} stroke={1.75} className={classes.chevron} aria-hidden />
        </ActionIcon>
        <UnstyledButton className={classes.table} aria-label={`Insert ${name}`} title={`Insert ${name}`} onClick={() => onInsert(name)}>
          <Icon size={15} stroke={1.5} aria-hidden />
          <span className={classes.name}>
            <span className={classes.start}>{table.name.slice(0, -endLength)}</span>
            <span className={classes.end}>{table.name.slice(-endLength)}</span>
          </span>
          {table.type === 'table' ? null : <span className={classes.kind}>{table.type}</span>}
        </UnstyledButton>
        <Tooltip label={`First ${previewRows} rows`}>
          <ActionIcon
            className={classes.preview ?? ''}
            size="sm"
            variant="subtle"
            color="gray"
            aria-label={`Show the first rows of ${name}`}
            onClick={() => onPreview(`select * from ${name} limit ${previewRows}`)}
          >
            <IconEye size={14} stroke={1.5} aria-hidden />
          </ActionIcon>
        </Tooltip>
      </div>
      {open ? (
        <ul id={id} className={classes.columns}>
          {table.problem === undefined ? null : <li className={classes.note}>{table.problem}</li>}
          {table.columns.map((column) => (
            <li key={column.name} className={classes.item}>
              <UnstyledButton
                className={classes.column}
                aria-label={`Insert ${column.name}`}
                title={`${column.name}, ${column.type}${column.nullable ? '' : ', never null'}`}
                onClick={() => onInsert(quoteIdentifier(column.name))}
              >
                {column.name}
              </UnstyledButton>
              <span className={classes.kind}>{column.type}</span>
            </li>
          ))}
        </ul>
      ) : null}
    </li>
  );
}
