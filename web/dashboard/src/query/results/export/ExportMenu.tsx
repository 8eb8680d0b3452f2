import { Button, Menu } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import type { ResultSet } from 'datasource-sdk';
import { useEffect, useRef, useState } from 'react';

import { toast } from '../../../components/toasts/toast';
import { formatCount } from '../../../format/count';
import { capitalised, describe } from '../../../sdk/failure';
import type { RowOrder } from '../rows/order';
import { Turns } from '../rows/turns';
import { encode, type Format } from './encode';

interface Props {
  result: ResultSet;
  /** The rows that are shown; null: all. */
  order: RowOrder | null;
  /** Name of the file, without its extension. */
  name: string;
  disabled: boolean;
}

/** Writes the result into a file. A long one shows how far it is and can be stopped. */
export function ExportMenu({ result, order, name, disabled }: Props) {
  const [share, setShare] = useState<number | null>(null);
  const running = useRef<AbortController | null>(null);
  // Another result takes the place of this one, and its rows are gone.
  useEffect(() => () => running.current?.abort(), [result]);

  const start = async (format: Format) => {
    const own = new AbortController();
    running.current = own;
    setShare(0);
    try {
      save(await encode(result, order, format, new Turns(own.signal, setShare)), `${fileName(name)}.${format}`);
    } catch (error) {
      if (!own.signal.aborted) toast(capitalised(describe(error).message), { tone: 'bad', title: 'Nothing was exported' });
    } finally {
      if (running.current === own) setShare(null);
    }
  };

  if (share !== null) {
    return (
      <Button size="xs" variant="default" aria-label="Stop the export" onClick={() => running.current?.abort()}>
        {Math.floor(share * 100)} %, stop
      </Button>
    );
  }
  return (
    <Menu position="bottom-end" withInitialFocusPlaceholder={false}>
      <Menu.Target>
        <Button size="xs" variant="default" disabled={disabled} leftSection={<IconDownload size={14} stroke={1.75} aria-hidden />}>
          Export
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{order === null ? `All ${formatCount(result.rowCount, 'row')}` : `${formatCount(order.length, 'row')} of ${result.rowCount.toLocaleString('en')}, as shown`}</Menu.Label>
        <Menu.Item onClick={() => void start('csv')}>CSV file</Menu.Item>
        <Menu.Item onClick={() => void start('json')}>JSON file</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

function fileName(title: string): string {
  const plain = title.replaceAll(/[^\p{L}\p{N}]+/gu, '-').replaceAll(/^-+|-+$/g, '');
  return plain.slice(0, 60).toLowerCase() || 'result';
}

function save(file: Blob, name: string): void {
  const url = URL.createObjectURL(file);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // Not at once: some browsers begin to read a little later.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
