import { Button, Group, List, Modal, Stack, Text } from '@mantine/core';
import type { Connector, DataSource } from 'datasource-sdk';
import { useEffect, useState } from 'react';

import { toast } from '../components/toasts/toast';
import { FailurePanel } from '../components/FailurePanel';
import { useDeleteDataSource } from '../sdk/dataSources';
import { address } from './address';
import { isGiven } from './form/draft';

interface Props {
  /** The source to be deleted; null keeps the dialog closed. */
  source: DataSource | null;
  connector: Connector | undefined;
  onClose: () => void;
}

/** Asks before a source is deleted, and names what goes and what stays. */
export function DeleteSource({ source, connector, onClose }: Props) {
  const remove = useDeleteDataSource();
  // What is said stays readable while the dialog fades out.
  const [shown, setShown] = useState(source);
  useEffect(() => {
    if (source !== null) setShown(source);
  }, [source]);

  const close = () => {
    remove.reset();
    onClose();
  };
  const confirm = () => {
    if (source === null) return;
    remove.mutate(source, {
      onSuccess: () => {
        toast(`${source.name} was deleted`, { tone: 'neutral' });
        close();
        // The button that opened the dialog is gone with its row.
        document.getElementById('main')?.focus();
      },
    });
  };

  const name = shown?.name ?? '';
  const where = shown === null ? '' : address(shown, connector);
  const credentials = shown === null ? [] : (connector?.fields ?? []).filter((field) => field.group === 'credentials' && field.type !== 'choice' && isGiven(field, shown));
  const goes = new Intl.ListFormat('en').format(credentials.map(({ title }) => title.toLowerCase()));
  return (
    <Modal opened={source !== null} onClose={close} title={`Delete ${name}?`} centered closeButtonProps={{ 'aria-label': 'Close' }}>
      <Stack gap="sm">
        <div>
          <Text size="md" mb={4}>
            This goes for good:
          </Text>
          <List size="md" spacing={2}>
            <List.Item>
              the source <strong>{name}</strong>
              {where ? ` (${where})` : null}
            </List.Item>
            {goes === '' ? null : <List.Item>its stored {goes}</List.Item>}
            {shown?.allowedRoles?.length ? <List.Item>the roles that may use it: {shown.allowedRoles.join(', ')}</List.Item> : null}
          </List>
        </div>
        <Text size="md" c="dimmed">
          Statements that name {name} will fail. The data itself
          {shown?.resultIndex ? ` and the result index ${shown.resultIndex}` : ''} stay.
        </Text>
        {remove.isError ? <FailurePanel error={remove.error} title={`${name} was not deleted`} /> : null}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={close} data-autofocus>
            Keep it
          </Button>
          <Button color="red.9" loading={remove.isPending} onClick={confirm}>
            Delete {name}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
