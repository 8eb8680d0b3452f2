/** Names of what is cached. */
export const keys = {
  client: ['client'] as const,
  dataSources: ['data-sources'] as const,
  health: ['health'] as const,
  connectors: ['connectors'] as const,
  schema: (id: string) => ['schema', id] as const,
  test: (id: string) => ['test', id] as const,
};
