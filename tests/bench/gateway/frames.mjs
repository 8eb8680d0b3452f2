// Frames of the dashboard while a million rows scroll, beside those of an empty page.

import { startBrowser } from '../../support/browser.mjs';
import { runStatement, scrollFrames } from '../../browser/pages.mjs';
import { heading, median, tell } from './report.mjs';

const idleFrames = (page) =>
  page.evaluate(async () => {
    const times = [];
    for (let last = performance.now(); times.length < 120; ) {
      await new Promise(requestAnimationFrame);
      const now = performance.now();
      times.push(now - last);
      last = now;
    }
    return times;
  });

export async function frames(gateway) {
  const browser = await startBrowser();
  try {
    const { page } = await browser.page({ url: gateway.url });
    await page.goto('/_health');
    const idle = await idleFrames(page);
    await page.goto('/');
    await runStatement(page, "select i, i * i as square, 'customer ' || i % 1000 as name, i / 7.0 as share from range(1000000) t(i)");
    await page.getByText('1,000,000 rows').waitFor({ timeout: 60_000 });
    const { times } = await scrollFrames(page);
    heading('frames while 1,000,000 rows scroll in the dashboard');
    tell('a page without content', median(idle), ' ms');
    tell('the rows', median(times), ' ms');
    tell('the rows / a page without content', median(times) / median(idle), 'x', { most: 1.5 });
  } finally {
    await browser.stop();
  }
}
