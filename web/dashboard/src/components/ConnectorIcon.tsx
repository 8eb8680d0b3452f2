import {
  IconBraces,
  IconBrandGoogleBigQuery,
  IconBrandMongodb,
  IconBrandMysql,
  IconBrandSnowflake,
  IconBucket,
  IconChartLine,
  IconDatabase,
  IconDatabaseSearch,
  IconFileDatabase,
  IconFiles,
  IconFlame,
  IconPlug,
  IconServer2,
  IconShieldLock,
} from '@tabler/icons-react';
import type { Connector } from 'datasource-sdk';

/** What people know a system by, where there is a sign for it. */
const ofConnector: Record<string, typeof IconDatabase> = {
  bigquery: IconBrandGoogleBigQuery,
  mongodb: IconBrandMongodb,
  mysql: IconBrandMysql,
  opensearch: IconDatabaseSearch,
  prometheus: IconFlame,
  security_lake: IconShieldLock,
  snowflake: IconBrandSnowflake,
  sqlite: IconFileDatabase,
  sqlserver: IconServer2,
};

const ofFamily: Record<string, typeof IconDatabase> = {
  relational: IconDatabase,
  object_store: IconBucket,
  time_series: IconChartLine,
  document: IconBraces,
  files: IconFiles,
};

export function ConnectorIcon({ connector, size = 18 }: { connector: Connector | undefined; size?: number }) {
  const Icon = ofConnector[connector?.id ?? ''] ?? ofFamily[connector?.family ?? ''] ?? IconPlug;
  return <Icon size={size} stroke={1.5} aria-hidden />;
}
