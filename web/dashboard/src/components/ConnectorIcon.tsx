import { IconBraces, IconBucket, IconChartLine, IconDatabase, IconFiles, IconPlug } from '@tabler/icons-react';
import type { Connector } from 'datasource-sdk';

const icons: Record<string, typeof IconDatabase> = {
  relational: IconDatabase,
  object_store: IconBucket,
  time_series: IconChartLine,
  document: IconBraces,
  files: IconFiles,
};

export function ConnectorIcon({ connector, size = 18 }: { connector: Connector | undefined; size?: number }) {
  const Icon = icons[connector?.family ?? ''] ?? IconPlug;
  return <Icon size={size} stroke={1.5} aria-hidden />;
}
