import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

const gateway = process.env['DASHBOARD_GATEWAY'] ?? 'http://127.0.0.1:8480';

/** An address of a file that is not there is left as it stands: the pages would build, and fail in the browser. */
const wasmIsThere: Plugin = {
  name: 'wasm-is-there',
  buildStart() {
    const dist = join(dirname(createRequire(import.meta.url).resolve('datasource-sdk/package.json')), 'dist');
    for (const file of ['datasource.wasm', 'datasource-simd.wasm']) {
      if (!existsSync(join(dist, file))) this.error(`${join(dist, file)} is missing; make it with "npm run build -w datasource-sdk"`);
    }
  },
};

export default defineConfig({
  plugins: [wasmIsThere, react()],
  build: {
    outDir: process.env['DASHBOARD_OUT'] ?? '../../build/dashboard',
    emptyOutDir: true,
    target: 'es2023',
    // light-dark() goes out as it is written: rewritten, it would not see the colour scheme that is set on the root element.
    cssTarget: ['chrome123', 'edge123', 'firefox120', 'safari17.5'],
    // The Wasm module stays a file of its own: it is compiled while it streams in.
    assetsInlineLimit: 0,
  },
  server: {
    host: '127.0.0.1',
    // The gateway takes requests whose Origin is their Host, so the Host stays what the browser sent.
    proxy: Object.fromEntries(['/_plugins', '/_health'].map((path) => [path, { target: gateway, changeOrigin: false }])),
  },
  // The package finds its Wasm file beside its module; pre-bundling would move the module and not the file.
  optimizeDeps: { exclude: ['datasource-sdk'] },
});
