import { ActionIcon, Button, Tooltip } from '@mantine/core';
import { IconTrash } from '@tabler/icons-react';
import type { Connector, DataSource } from 'datasource-sdk';
import { useId, useState } from 'react';

import { ConnectorIcon } from '../components/ConnectorIcon';
import { StatusLabel } from '../components/StatusLabel';
import { useLastTest, useTestDataSource } from '../sdk/dataSources';
import { address } from './address';
import { LastTestAnnouncement, LastTestReport, LastTestSummary } from './LastTest';
import classes from './SourceTable.module.css';

interface Props {
  source: DataSource;
  connector: Connector | undefined;
  onDelete: () => void;
}

/** One source; below it, once tested, the steps of its test. */
export function SourceRow({ source, connector, onDelete }: Props) {
  const test = useTestDataSource(source.name);
  const last = useLastTest(source.name);
  const [open, setOpen] = useState(false);
  const reportId = useId();
  const where = address(source, connector);

  const run = () => {
    test.mutate(undefined, {
      onSuccess: (report) => setOpen(!report.passed),
      onError: () => setOpen(true),
    });
  };

  return (
    <tbody className={classes.group}>
      <tr>
        <th scope="row" className={classes.name}>
          {source.name}
          {source.description ? <span className={classes.description}>{source.description}</span> : null}
        </th>
        <td data-label="Connector">
          <span className={classes.connector}>
            <ConnectorIcon connector={connector} size={16} />
            {connector?.title ?? source.connector}
          </span>
        </td>
        <td data-label="Address" className={classes.address} title={where}>
          {where}
        </td>
        <td data-label="Status">
          <StatusLabel status={source.status} />
        </td>
        <td data-label="Last test" className={classes.test}>
          <LastTestSummary last={last} open={open} reportId={reportId} onToggle={() => setOpen(!open)} />
          <LastTestAnnouncement last={last} name={source.name} />
        </td>
        <td className={classes.actions}>
          <Button
            size="compact-sm"
            variant="default"
            loading={last?.running ?? false}
            aria-label={`Test ${source.name}`}
            onClick={run}
          >
            Test
          </Button>
          <Tooltip label="Delete">
            <ActionIcon variant="subtle" color="gray" aria-label={`Delete ${source.name}`} onClick={onDelete}>
              <IconTrash size={16} stroke={1.5} aria-hidden />
            </ActionIcon>
          </Tooltip>
        </td>
      </tr>
      {open && last !== undefined && !last.running ? (
        <tr className={classes.report}>
          <td colSpan={6} id={reportId}>
            <LastTestReport last={last} name={source.name} />
          </td>
        </tr>
      ) : null}
    </tbody>
  );
}
