import { plainSource } from './connectors.js';
import { hasVectors, Loader, type WasmSource } from './loader.js';
import type { Connector, DataSourceInput, Violation } from './types.js';

const catalogue: Connector[] = [];

/** The catalogue: every connector with its fields. Empty until `load()` is done. */
export const connectors: readonly Connector[] = catalogue;

// Each address is written out, because that is what bundlers look for.
const beside = () =>
  hasVectors() ? new URL('./datasource-simd.wasm', import.meta.url) : new URL('./datasource.wasm', import.meta.url);

/** The module of the Data Source API. */
export const loader = new Loader(beside, (module) => {
  catalogue.splice(0, Infinity, ...(JSON.parse(module.catalogue()) as Connector[]));
});

/**
 * Loads the WebAssembly module, once; later calls wait for the first. `Client.connect` does it too.
 *
 * @param source Needed only where the module does not lie beside this package's JavaScript.
 */
export async function load(source?: WasmSource): Promise<void> {
  await loader.load(source);
}

/** All broken rules of a data source; none: the server will take it. Call `load()` before. */
export function validate(source: DataSourceInput): Violation[] {
  if (!loader.current) throw new Error('call load() before validate()');
  return JSON.parse(loader.current.validate(JSON.stringify(plainSource(source)))) as Violation[];
}
