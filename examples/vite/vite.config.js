// Vite's servers pass the API on. The host stays as the browser sent it: the gateway answers pages of its own origin only.
const gateway = process.env.GATEWAY ?? 'http://127.0.0.1:8480';
const api = { target: gateway, changeOrigin: false };
const proxy = { '/_plugins': api, '/_health': api };

/** @type {import('vite').UserConfig} */
export default {
  server: { host: '127.0.0.1', proxy },
  preview: { host: '127.0.0.1', proxy },
};
