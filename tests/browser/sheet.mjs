// Makes the README's pictures of the console from those that the stage `browser` took: each page at a desk and on a
// phone, side by side.
//
//     tests/run browser
//     node target/browser/sheet.mjs target/browser docs/images

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';

// docs/images/console-NAME.png ← the stage's picture
const SHEETS = { home: 'home-wave', register: 'certificates-all', wave: 'wave-units', device: 'device-by-slip' };
const HEIGHT = 640;

const [folder, images] = process.argv.slice(2);
const source = (name) => `data:image/png;base64,${readFileSync(join(folder, 'pictures', `${name}.png`)).toString('base64')}`;
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
const page = await browser.newPage({ viewport: { width: 1200, height: HEIGHT } });
for (const [name, taken] of Object.entries(SHEETS)) {
  const frame = (size, width) => `<div style="width:${width}px"><img src="${source(`${taken}-${size}`)}" alt=""></div>`;
  await page.setContent(`<style>
    body { margin: 0; padding: 20px; width: fit-content; display: flex; gap: 20px; background: #dedad4; }
    div { height: ${HEIGHT - 40}px; overflow: hidden; background: #fff; box-shadow: 0 1px 4px #0006; }
    img { display: block; width: 100%; }
  </style>${frame('desk', 860)}${frame('phone', 278)}`);
  await page.waitForFunction(() => [...document.images].every((image) => image.complete));
  await page.locator('body').screenshot({ path: join(images, `console-${name}.png`) });
}
await browser.close();
