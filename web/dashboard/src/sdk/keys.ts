/** Names of what is cached. */
export const keys = {
  client: ['client'] as const,
  dataSources: ['data-sources'] as const,
  connectors: ['connectors'] as const,
  test: (name: string) => ['test', name] as const,
};
