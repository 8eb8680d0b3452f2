import { Skeleton, Stack, VisuallyHidden } from '@mantine/core';

/** Stands in for a page whose code or data is on the way. */
export function PageSkeleton() {
  return (
    <Stack gap="sm" p="md" maw={1120} mx="auto" w="100%" role="status">
      <VisuallyHidden>Loading</VisuallyHidden>
      <Skeleton h={24} w={160} />
      <Skeleton h={120} />
      <Skeleton h={40} />
      <Skeleton h={40} />
    </Stack>
  );
}
