import { Button, Group, Text } from '@mantine/core';

import { formatCount } from '../format/count';

interface Props {
  /** Those that are listed. */
  some: readonly unknown[];
  /** How many one step adds; 0: all are listed. */
  more: number;
  showMore: () => void;
  /** What each of them is called. */
  one: string;
  /** How many there are. */
  of: number;
}

/** Below a list of which not all is shown: how much of it is, and the next step. */
export function More({ some, more, showMore, one, of }: Props) {
  if (more <= 0) return null;
  return (
    <Group gap="xs" px={8} py={4}>
      <Text size="sm" c="dimmed">
        The first {formatCount(some.length, one)} of {of.toLocaleString('en')}
      </Text>
      <Button size="compact-sm" variant="subtle" onClick={showMore}>
        Show {more} more
      </Button>
    </Group>
  );
}
