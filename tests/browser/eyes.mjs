// How each page is looked at: in both languages, at a desk and on a phone. Nothing is wider than its box or cut off,
// no word is broken, and nothing is loaded from elsewhere; axe finds nothing (WCAG 2.2 AA) in Vietnamese at the desk
// and in English on the phone. Pictures are taken in Vietnamese.

import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import { chromium } from 'playwright-core';

export const SIZES = { desk: { width: 1280, height: 800 }, phone: { width: 390, height: 844 } };
export const SENTENCE = 'trời xanh mây trắng nắng vàng';
const WCAG = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
const TEMPLATES = 'server/templates/console';
const LANGUAGES = ['vi', 'en'];
// axe is half of the stage's time, and a page has the same elements in the other language.
const JUDGED = { desk: 'vi', phone: 'en' };

const problems = [];
let passed = 0;
let pictures;
let browser;
// What was seen of each template, as `people vi desk`.
const seen = new Set();

export function claim(what, holds, found = '') {
  if (holds) passed += 1;
  else problems.push(`${what} ${found}`.trim());
}

// Starts Chromium. Certificates of these keys are trusted, and these names are this machine.
export async function open(folder, spki, name) {
  pictures = join(folder, 'pictures');
  mkdirSync(pictures, { recursive: true });
  const args = ['--no-sandbox', `--ignore-certificate-errors-spki-list=${spki}`, `--host-resolver-rules=MAP ${name} 127.0.0.1`];
  browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args });
  return browser;
}

// Says what was found, and how much.
export function judge() {
  for (const problem of problems) console.log(`browser: NO: ${problem}`);
  console.log(`${passed} passed, ${problems.length} failed`);
  return problems.length === 0;
}

// Where a picture goes.
export function picture(name) {
  return join(pictures, name);
}

// A browser of somebody's own, watched: our pages ask nobody but these addresses for anything. What another site's own
// page asks for is not ours.
export async function watched(homes, options = {}) {
  const context = await browser.newContext({ locale: 'vi-VN', ...options });
  const here = (address) => homes.some((home) => address === home || address.startsWith(`${home}/`));
  const foreign = (request) => !request.isNavigationRequest() && homes.slice(1).some((home) => request.frame().url().startsWith(home));
  context.on('request', (request) => {
    if (!foreign(request)) claim('nothing is loaded from elsewhere', here(request.url()), request.url());
  });
  return context;
}

// Somebody at the console, without scripts unless asked for.
export async function sitDown(base, { scripts = false, homes = [base], ...options } = {}) {
  const context = await watched(homes, { javaScriptEnabled: scripts, ...options });
  return desk(context, await context.newPage(), base);
}

function desk(context, page, base) {
  const fill = async (values) => {
    for (const [id, value] of Object.entries(values)) await page.fill(`#${id}`, value);
  };
  return {
    context, page, base, fill,
    go: (path) => page.goto(`${base}/console${path}`),
    // What an act leads to. Where the last proof is long ago, as on a slow machine, the password is asked for first.
    news: async (what) => {
      if (await page.locator('#proof').count()) {
        await page.fill('#proof', SENTENCE);
        await page.click('main form button');
      }
      claim(what, await page.locator('.news[role=status]').count(), page.url());
    },
    signIn: async (login, password = SENTENCE) => {
      await page.goto(`${base}/console/sign-in`);
      await fill({ login, password });
      await page.click('main form button');
    },
    signOut: () => page.click('header button'),
    // The page at this address.
    look: (name) => inspect(context, page.url(), name),
    // The answer to a form, which cannot be asked for again by its address.
    lookHere: async (name) => inspect(context, page.url(), name, { text: await page.content(), languages: [await spoken(page)] }),
    // The answer to what may be sent twice: first in English, then in Vietnamese.
    answer: async (name, send) => {
      await speak(context, base, 'en');
      await send();
      await inspect(context, page.url(), name, { text: await page.content(), languages: ['en'] });
      await speak(context, base, 'vi');
      await send();
      await inspect(context, page.url(), name, { text: await page.content(), languages: ['vi'] });
    },
    // Sends a form as the page's own would, and looks at the answer, which scripts would leave at once.
    post: async (name, path, form) => {
      const here = page.url();
      for (const language of ['en', 'vi']) {
        await speak(context, base, language);
        await page.goto(here);
        const token = await page.inputValue('main input[name=token] >> nth=0');
        const options = { form: { token, ...form }, headers: { origin: base }, maxRedirects: 0 };
        const answer = await context.request.post(`${base}/console${path}`, options);
        await inspect(context, `${base}/console${path}`, name, { text: await answer.text(), languages: [language] });
      }
    },
    leave: () => context.close(),
  };
}

// The same person at another screen, with scripts, who touches nothing.
export async function follow({ context, base }, path) {
  const other = await watched([base], { storageState: await context.storageState() });
  const page = await other.newPage();
  await page.goto(`${base}/console${path}`);
  return page;
}

function spoken(page) {
  return page.getAttribute('html', 'lang');
}

function speak(context, base, language) {
  return context.addCookies([{ name: 'trien-language', value: language, domain: new URL(base).hostname, path: '/console' }]);
}

// A viewer with scripts, because axe is one.
async function inspect(worker, address, name, { text, languages = LANGUAGES } = {}) {
  const { origin } = new URL(address);
  const viewer = await watched([origin], { storageState: await worker.storageState() });
  const page = await viewer.newPage();
  if (text) {
    const body = text.replace(/content="0; url=[^"]*"/, 'content="86400"');
    await page.route((url) => url.href === address, (route) => route.fulfill({ body, contentType: 'text/html; charset=utf-8' }));
  }
  for (const language of languages) {
    await speak(viewer, origin, language);
    await page.goto(address);
    for (const [size, viewport] of Object.entries(SIZES)) {
      await page.setViewportSize(viewport);
      if (language === 'vi') await page.screenshot({ path: picture(`${name}-${size}.png`), fullPage: true });
      await judgePage(page, name, size, { always: false });
    }
  }
  await viewer.close();
}

// What stands on the screen now.
export async function judgePage(page, name, size, { always = true } = {}) {
  const language = await spoken(page);
  const template = await page.getAttribute('main', 'data-page');
  const what = `${name} in ${language} on the ${size}`;
  const flaws = await page.evaluate(findFlaws);
  claim(`${what} is whole`, !flaws.length, flaws.join('; '));
  if (always || JUDGED[size] === language) await claimAccessible(page, what);
  seen.add(`${template} ${language} ${size}`);
}

async function claimAccessible(page, what) {
  // Our pages have no frames, for whose sake axe would open a page of its own each time.
  const { violations } = await new AxeBuilder({ page }).withTags(WCAG).setLegacyMode().analyze();
  const found = violations.map(({ id, nodes }) => `${id} (${nodes[0].target})`);
  claim(`${what} is accessible`, !violations.length, found.join(', '));
}

// Each page was looked at in each way.
export function claimAllSeen() {
  for (const file of readdirSync(TEMPLATES)) {
    if (!readFileSync(join(TEMPLATES, file), 'utf8').startsWith('{% extends')) continue;
    const template = file.replace('.html', '');
    for (const language of LANGUAGES) {
      for (const size of Object.keys(SIZES)) {
        claim(`${file} was seen in ${language} on the ${size}`, seen.has(`${template} ${language} ${size}`));
      }
    }
  }
}

// The eyes themselves: each of these is seen, and what is sound is not.
export async function claimEyesSee() {
  const context = await browser.newContext({ viewport: SIZES.desk });
  const page = await context.newPage();
  const look = async (html) => {
    await page.setContent(`<!doctype html><style>* { box-sizing: border-box } td { overflow-wrap: anywhere }</style>${html}`);
    return (await page.evaluate(findFlaws)).join('; ');
  };
  const bad = {
    'too wide': '<table style="width: 2000px"><tr><td>một</table>',
    'beyond the screen': '<p style="position: fixed; right: -40px">ra ngoài</p>',
    'wider than its box': '<div style="width: 60px"><span style="white-space: nowrap">dài hơn chiếc hộp của nó nhiều</span></div>',
    'cut off': '<p style="height: 20px; overflow: hidden">một<br>hai<br>ba</p>',
    'a choice is cut off': '<select style="width: 90px"><option>Ủy ban nhân dân xã Minh Tân</select>',
    'a broken word: Nguyễn': '<table style="width: 40px"><tr><td>Nguyễn</table>',
    'a broken word: 02/12/2026': '<table style="width: 60px"><tr><td>02/12/2026</table>',
  };
  for (const [flaw, html] of Object.entries(bad)) {
    const found = await look(html);
    claim(`the eyes see: ${flaw}`, found.includes(flaw), found);
  }
  const found = await look('<p>lành lặn, ngày 02/12/2026</p><select><option>vừa</select><textarea>một\nhai\nba\nbốn</textarea><code>0f0f</code>');
  claim('the eyes see nothing in what is sound', found === '', found);
  await context.close();
}

// Runs in the page: what a person sees at once, and axe does not.
function findFlaws() {
  const found = [];
  const screen = document.documentElement.clientWidth;
  const wide = document.documentElement.scrollWidth - screen;
  if (wide > 0) found.push(`the page is ${wide} pixels too wide`);
  const told = (node) => `<${node.localName}${node.id ? ` id=${node.id}` : ''}> ${node.textContent.trim().replace(/\s+/g, ' ').slice(0, 40)}`;
  const onScreen = (node) => node.checkVisibility({ visibilityProperty: true, opacityProperty: true })
    && !node.closest('.unseen, .skip') && getComputedStyle(node.closest('thead') ?? node).clipPath === 'none';
  const elements = [...document.body.querySelectorAll('*')].filter((node) => !node.closest('svg') && onScreen(node));
  for (const node of elements) {
    const box = node.getBoundingClientRect();
    if (box.width && (box.right > screen + 1 || box.left < -1)) found.push(`beyond the screen: ${told(node)}`);
    const typed = /^(input|textarea|select|option)$/.test(node.localName);
    const across = node.scrollWidth - node.clientWidth;
    if (node.clientWidth && !typed && across > 1) found.push(`${across} pixels wider than its box: ${told(node)}`);
    const clips = getComputedStyle(node).overflowY !== 'visible';
    const down = node.scrollHeight - node.clientHeight;
    // What is typed into may scroll; what is only shown may not.
    if (clips && node.clientHeight && !(typed && !node.readOnly) && down > 1) found.push(`cut off: ${told(node)}`);
    // On a phone the system shows the choices, whole.
    if (node.localName === 'select' && screen > 640 && cutsChoice(node)) found.push(`a choice is cut off: ${node.selectedOptions[0].text}`);
  }
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const range = document.createRange();
  for (let node = texts.nextNode(); node; node = texts.nextNode()) {
    const parent = node.parentElement;
    // Addresses, digests and identifiers have no words.
    if (!onScreen(parent) || parent.closest('code, svg, script, style, option, textarea, noscript, .digits')) continue;
    for (const { 0: word, index } of node.data.matchAll(/(?<![\p{L}\p{N}])\p{L}{2,24}(?![\p{L}\p{N}])|\d+\/\d+\/\d{4}|\d\d:\d\d/gu)) {
      range.setStart(node, index);
      range.setEnd(node, index + word.length);
      const lines = new Set([...range.getClientRects()].map((line) => Math.round(line.top)));
      if (lines.size > 1) found.push(`a broken word: ${word} in ${told(parent)}`);
    }
  }
  return [...new Set(found)].slice(0, 6);

  // A field to choose in does not say that its text is longer than itself.
  function cutsChoice(field) {
    const style = getComputedStyle(field);
    const pen = document.createElement('canvas').getContext('2d');
    pen.font = style.font;
    const room = field.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight) - 18;
    return field.selectedOptions.length > 0 && pen.measureText(field.selectedOptions[0].text).width > room;
  }
}
