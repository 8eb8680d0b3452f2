import { ActionIcon, Tooltip } from '@mantine/core';
import { IconLink } from '@tabler/icons-react';

import { toast } from '../components/toasts/toast';
import { linkTo } from './session/link';

/** Copies a link that opens the statement. */
export function ShareButton({ statement }: { statement: string }) {
  const copy = async () => {
    const link = linkTo(statement);
    try {
      await navigator.clipboard.writeText(link);
      toast('Link copied. It holds the statement; rows and passwords are not in it.');
    } catch {
      // Without HTTPS browsers have no clipboard for pages.
      window.history.replaceState(window.history.state, '', link);
      toast('The link stands in the address bar: copy it from there.');
    }
  };
  return (
    <Tooltip label="Copy a link to this statement">
      <ActionIcon variant="subtle" color="gray" size={30} aria-label="Copy link" disabled={statement.trim() === ''} onClick={() => void copy()}>
        <IconLink size={16} stroke={1.5} aria-hidden />
      </ActionIcon>
    </Tooltip>
  );
}
