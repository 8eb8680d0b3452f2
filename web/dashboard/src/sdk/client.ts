import type { Client } from 'datasource-sdk';
import { createContext, use } from 'react';

export const ClientContext = createContext<Client | null>(null);

/** The connected client. Only below SdkProvider, which shows its children once there is one. */
export function useClient(): Client {
  const client = use(ClientContext);
  if (client === null) throw new Error('useClient outside SdkProvider');
  return client;
}
