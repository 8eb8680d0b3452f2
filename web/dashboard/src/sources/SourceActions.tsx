import { ActionIcon, Button, Menu, Tooltip } from '@mantine/core';
import { IconDotsVertical, IconKey, IconPencil, IconPower, IconTrash } from '@tabler/icons-react';
import type { Connector, DataSource } from 'datasource-sdk';
import { Link } from 'react-router';

import { hasCredentials } from './RotateCredentials';

interface Props {
  source: DataSource;
  connector: Connector | undefined;
  testing: boolean;
  switching: boolean;
  onTest: () => void;
  /** Ends the test that runs. */
  onStop: () => void;
  onSwitch: () => void;
  onRotate: () => void;
  onDelete: () => void;
}

/** What can be done with a source: the frequent in sight, the rest in a menu. */
export function SourceActions({ source, connector, testing, switching, onTest, onStop, onSwitch, onRotate, onDelete }: Props) {
  const { name, status } = source;
  return (
    <>
      {/* One button: whoever tests by keyboard stays on it. */}
      <Button size="compact-sm" variant="default" miw="3.25rem" aria-label={testing ? `Stop the test of ${name}` : `Test ${name}`} onClick={testing ? onStop : onTest}>
        {testing ? 'Stop' : 'Test'}
      </Button>
      <Tooltip label="Edit">
        <ActionIcon component={Link} to={`/sources/${encodeURIComponent(name)}/edit`} variant="subtle" color="gray" aria-label={`Edit ${name}`}>
          <IconPencil size={16} stroke={1.5} aria-hidden />
        </ActionIcon>
      </Tooltip>
      <Menu position="bottom-end" withInitialFocusPlaceholder={false}>
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" loading={switching} aria-label={`More actions for ${name}`}>
            <IconDotsVertical size={16} stroke={1.5} aria-hidden />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {hasCredentials(connector) ? (
            <Menu.Item leftSection={<IconKey size={16} stroke={1.5} aria-hidden />} onClick={onRotate}>
              Rotate credentials…
            </Menu.Item>
          ) : null}
          <Menu.Item leftSection={<IconPower size={16} stroke={1.5} aria-hidden />} onClick={onSwitch}>
            {status === 'DISABLED' ? 'Enable' : 'Disable'}
          </Menu.Item>
          <Menu.Divider />
          <Menu.Item leftSection={<IconTrash size={16} stroke={1.5} aria-hidden />} color="var(--app-bad)" onClick={onDelete}>
            Delete…
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </>
  );
}
