import { Anchor, Breadcrumbs, Text } from '@mantine/core';
import { Link } from 'react-router';

interface Props {
  steps: readonly { title: string; to: string }[];
  here: string;
}

/** The way back up. */
export function Trail({ steps, here }: Props) {
  return (
    <nav aria-label="Breadcrumb">
      <Breadcrumbs separator="/" mb="xs" fz="sm" separatorMargin={6}>
        {steps.map(({ title, to }) => (
          <Anchor key={to} component={Link} to={to} fz="sm" c="var(--app-accent)">
            {title}
          </Anchor>
        ))}
        <Text size="sm" c="dimmed" aria-current="page">
          {here}
        </Text>
      </Breadcrumbs>
    </nav>
  );
}
