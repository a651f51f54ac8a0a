// A clerk submits a document by a form, follows it, and downloads what was signed.

import { readFileSync } from 'node:fs';
import { claim, SENTENCE, sitDown } from './eyes.mjs';
import { phone } from './phones.mjs';
import { webhookEnds } from './units.mjs';

export async function documents(desk) {
  await desk.signIn('hanh');
  claim('who administers sees no documents', !(await desk.page.locator('a[href="/console/requests"]').count()));
  await desk.go('/accounts');
  await desk.fill({ name: 'Hoàng Thị Vy', login: 'vy', password: SENTENCE });
  await desk.page.selectOption('#role', 'clerk');
  await desk.page.click('#add ~ form button');
  await desk.news('a clerk is added');
  await desk.signOut();
  const clerk = await sitDown(desk.base);
  const { page, go, look, fill } = clerk;
  await clerk.signIn('vy');
  await page.click('nav a[href="/console/requests"]');
  await look('requests-none');
  await templates(clerk);
  await numbers(clerk);
  await go('/requests/new');
  await look('submission-empty');
  await fill({ q: 'thoa' });
  await page.click('form[role=search] button');
  await look('submission-found');
  await page.click('tbody a');
  claim('the signer is chosen', (await page.textContent('#signers ~ ol')).includes('Đặng Quốc Thỏa'));
  await look('submission');
  const form = page.url();
  const subject = 'Thí điểm ký số trên thiết bị di động tại các sở, ban, ngành và Ủy ban nhân dân cấp xã';
  const send = async (file) => {
    await page.setInputFiles('#file', file);
    await page.check('input[name=unclassified]');
    await page.click('#form ~ form button');
  };
  await clerk.answer('submission-faulty', async () => {
    await page.goto(form);
    await fill({ subject, number: '15/QĐ-UBND', kind: 'Quyết định', issuer: 'UBND tỉnh Đồng Mây' });
    await page.selectOption('#unit', { label: 'UBND tỉnh Đồng Mây' });
    await page.selectOption('#urgency', 'urgent');
    await fill({ copies: 'ubnd tỉnh đồng mây' });
    await page.selectOption('#paper', 'finance');
    await send('README.md');
  });
  claim('what is no PDF is told', await page.locator('.fault[role=alert]').count());
  claim('what was typed into the form stays', (await page.inputValue('#subject')) === subject && (await page.inputValue('#urgency')) === 'urgent');
  await send('server/assets/sample/quyet-dinh.pdf');
  await clerk.news('a document is submitted');
  const first = page.url().split('?')[0];
  await page.goto(first);
  await fill({ 'comment-page': '1', 'comment-text': 'Trích yếu còn thiếu căn cứ' });
  await page.click('#comments ~ form button');
  await clerk.news('a comment stands beside the page');
  await page.goto(first);
  await look('request-open');
  await page.click('#remind ~ form button');
  claim('who was told a moment ago is not told again', (await page.textContent('.fault[role=alert]')).includes('một giờ'));
  await page.goto(first);
  await page.click('a[href*="/requests/new?of="]');
  claim('a new version begins with what the one before said', (await page.inputValue('#subject')) === subject);
  await look('submission-version');
  await send('server/assets/sample/quyet-dinh.pdf');
  await clerk.news('a new version is submitted');
  const here = page.url().split('?')[0];
  await page.goto(first);
  const followed = await page.locator(`a[href="${new URL(here).pathname}"]`).count();
  claim('the one before leads to it, and is taken back', followed && (await page.textContent('#live')).includes('đã thu hồi'));
  await look('request-followed');
  await page.goto(here);
  await look('request-version');
  phone('outside-phone', 'sync');
  phone('outside-phone', 'approve', here.split('/').at(-1), '--yes');
  await page.goto(here);
  const told = await page.textContent('#live');
  claim('who decided is told, with the time', told.includes('đã duyệt') && told.includes('đã hoàn thành'), told);
  await look('request-signed');
  const download = async (selector) => (await Promise.all([page.waitForEvent('download'), page.click(selector)]))[0];
  const signed = readFileSync(await (await download('a[href$="/document"]')).path());
  claim('the signed file is downloaded', signed.includes('/ByteRange'), `${signed.length} bytes`);
  const evidence = readFileSync(await (await download('a[href*="/evidence/"]')).path(), 'utf8');
  claim('and its evidence', evidence.startsWith('trien.evidence/1'), evidence.slice(0, 60));
  await go('/copies');
  await look('copies');
  await page.click('tbody a');
  claim('the copy of the unit that it names is opened', (await page.textContent('main')).includes('mở lần đầu lúc'));
  await look('copy');
  await page.goto(here);
  claim('and the sender sees it', (await page.textContent('#copies ~ ul')).includes('mở lần đầu lúc') && (await page.textContent('dl')).includes('tài chính'));
  await go('/on-paper');
  claim('what also went on paper is counted with its reason', (await page.textContent('tbody')).includes('tài chính'));
  await look('on-paper');
  await go('/on-paper?from=2020-01-01&to=2020-12-31');
  await look('on-paper-none');
  await go('/requests?q=di+dong&state=completed');
  claim('it is found by words without marks', (await page.locator('tbody tr').count()) === 1);
  await look('requests');
  await clerk.leave();
  await desk.signIn('hanh');
  await webhookEnds(desk);
  await desk.signOut();
  await description(desk.base);
}

// The register of numbers: a clerk reserves one before anybody signs, and finds it again.
async function numbers({ page, go, look, fill, news, answer }) {
  await go('/numbers');
  await look('numbers-none');
  await answer('numbers-faulty', async () => {
    await go('/numbers');
    await fill({ kind: 'Quyết định', notation: 'QĐ-UBND', reference: ' ' });
    await page.click('#reserve ~ form button');
  });
  claim('what was typed stays', (await page.inputValue('#notation')) === 'QĐ-UBND');
  await fill({ reference: 'thí điểm ký số' });
  await page.click('#reserve ~ form button');
  await news('a number is reserved');
  claim('it is the first of the year', (await page.textContent('#numbers ~ table')).includes('01/QĐ-UBND'));
  await look('numbers-found');
  await page.click('tbody a');
  claim('the series says which comes next', (await page.textContent('tbody tr')).includes('02'));
  await look('numbers');
  await go('/numbers?q=77');
  await look('numbers-not-found');
}

// A template by a plain form: rows are asked for, a post is named, and a document goes by it.
async function templates({ page, go, look, fill, news, answer }) {
  await go('/templates');
  await look('templates-none');
  await page.click('a[href^="/console/templates/new"]');
  await look('template-new');
  const step = async (at, role) => {
    await page.selectOption(`#role-${at}`, role);
    await page.selectOption(`#who-${at}-0`, 'person');
    await fill({ [`of-${at}-0`]: 'đặng quốc thoả' });
  };
  await step(0, 'review');
  await page.click('button[value=more]');
  claim('there is room for a second step, and what was typed stays', (await page.locator('#role-1').count()) && (await page.inputValue('#of-0-0')) === 'đặng quốc thoả');
  await step(1, 'approve');
  await answer('template-faulty', () => page.click('button[value=save]'));
  await fill({ kind: 'Quyết định', name: 'Quyết định của Chủ tịch', why: 'Quy chế làm việc' });
  await page.click('button[value=save]');
  await news('a template is made');
  await look('template');
  await page.click('a[href$="/edit"]');
  await look('template-edit');
  await page.selectOption('#role-0', '');
  await fill({ 'of-0-0': '', why: 'bớt một bước' });
  await page.selectOption('#who-0-0', '');
  await page.click('button[value=save]');
}

// What a document system's makers read, with scripts: Swagger UI, which asks this server alone.
async function description(base) {
  const reader = await sitDown(base, { scripts: true });
  const faults = [];
  reader.page.on('console', (said) => said.type() === 'error' && faults.push(said.text()));
  reader.page.on('pageerror', (error) => faults.push(String(error)));
  await reader.page.goto(`${base}/api/v1/docs`);
  await reader.page.waitForSelector('.opblock-tag');
  const parts = await reader.page.locator('.opblock-tag').count();
  await reader.page.click('.opblock-tag >> nth=0');
  await reader.page.waitForSelector('.opblock');
  claim('the description of the API is shown by scripts of this server alone', parts >= 5 && !faults.length, `${parts} parts, ${faults.join('; ')}`);
  await reader.leave();
}
