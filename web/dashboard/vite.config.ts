import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const gateway = process.env['DASHBOARD_GATEWAY'] ?? 'http://127.0.0.1:8480';

export default defineConfig({
  plugins: [react()],
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
    proxy: { '/_plugins': gateway, '/_health': gateway },
  },
  // The package finds its Wasm file beside its module; pre-bundling would move the module and not the file.
  optimizeDeps: { exclude: ['datasource-sdk'] },
});
