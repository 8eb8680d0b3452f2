// Debian's Chromium without windows, which needs half of the processor time, driven by Playwright.

import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { chromium } from 'playwright-core';

import { repository } from './gateway.mjs';

export const screenshotFolder = join(repository, 'build/screenshots');

/** A browser whose pages fail the test by `problems` when anything is written to the console as an error or thrown. */
export async function startBrowser() {
  const browser = await chromium.launch({
    executablePath: '/usr/bin/chromium-headless-shell',
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
  });
  await mkdir(screenshotFolder, { recursive: true });
  return {
    async page({ width = 1440, height = 900, colorScheme = 'light', url, ...options }) {
      const context = await browser.newContext({ viewport: { width, height }, colorScheme, baseURL: url, reducedMotion: 'reduce', ...options });
      const page = await context.newPage();
      page.setDefaultTimeout(20_000);
      const problems = [];
      page.on('pageerror', (error) => problems.push(String(error)));
      page.on('console', (message) => message.type() === 'error' && problems.push(message.text()));
      return { page, problems, screenshot: (name) => page.screenshot({ path: join(screenshotFolder, `${name}.png`) }), close: () => context.close() };
    },
    /** Bytes that the largest tab has to itself. */
    async tabMemory() {
      const session = await browser.newBrowserCDPSession();
      const { processInfo } = await session.send('SystemInfo.getProcessInfo');
      await session.detach();
      const tabs = processInfo.filter(({ type }) => type === 'renderer');
      const sizes = await Promise.all(tabs.map(async ({ id }) => privateBytes(await readFile(`/proc/${id}/smaps_rollup`, 'utf8'))));
      return Math.max(...sizes);
    },
    stop: () => browser.close(),
  };
}

function privateBytes(rollup) {
  const lines = [...rollup.matchAll(/^(?:Private_Clean|Private_Dirty):\s+(\d+) kB$/gm)];
  return lines.reduce((sum, [, kilobytes]) => sum + Number(kilobytes) * 1024, 0);
}
