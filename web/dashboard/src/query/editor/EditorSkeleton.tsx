import { Skeleton, Stack } from '@mantine/core';

/** Stands in for the editor while its code is on the way. */
export function EditorSkeleton() {
  return (
    <Stack gap={8} p="md" role="status" aria-label="Loading the editor">
      <Skeleton h={12} w="60%" />
      <Skeleton h={12} w="45%" />
      <Skeleton h={12} w="52%" />
    </Stack>
  );
}
