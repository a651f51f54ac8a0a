// Accounts and their roles; one's own tokens and sessions; keys of the keyboard.

import { claim, judgePage, picture, SENTENCE, sitDown, SIZES } from './eyes.mjs';

// Phones are in use: a CA officer is proposed by one administrator and confirmed by another.
export async function roles(desk) {
  const { page, go, look, fill, news } = desk;
  await go('/accounts');
  await fill({ name: 'Đỗ Văn Ký', login: 'ky', password: SENTENCE });
  await page.selectOption('#role', 'ca-officer');
  await page.click('#add ~ form button');
  await news('a CA officer is proposed');
  await look('accounts-waiting');
  await page.selectOption('#state', 'waiting');
  await page.click('.filter button');
  claim('who waits is found', (await page.locator('tbody tr').count()) === 1);
  await page.fill('#q', 'do van ky');
  await page.click('.filter button');
  await page.click('tbody a');
  claim('nobody confirms the own proposal', !(await page.locator('form[action$="/confirm"]').count()));
  const dung = await sitDown(desk.base);
  await dung.signIn('dung');
  claim('the second administrator is told', (await dung.page.locator('#roles ~ ul a').count()) === 1);
  await dung.look('home-roles');
  await dung.page.click('#roles ~ ul a');
  await dung.look('account-confirm');
  await dung.page.click('form[action$="/confirm"] button');
  await dung.news('a role is confirmed');
  await go('/accounts?q=chung');
  await page.click('tbody a');
  await page.selectOption('#role', 'auditor');
  await page.fill('#why-give', 'kiêm nhiệm');
  await page.click('#give ~ form button');
  await news('a role is given');
  await look('account');
  await page.click('summary >> nth=0');
  await page.fill('details[open] input[name=why]', 'thôi kiêm nhiệm');
  await page.click('details[open] button');
  await news('a role is taken away');
  await page.fill('#why-sign-out', 'nghi mất máy');
  await page.click('#sign-out ~ form button');
  await news('sessions are ended');
  await dung.leave();
}

// A token for the API is made with the password, shown once, speaks for whoever made it, and ends.
export async function tokens(desk) {
  const { page, base, go, look } = desk;
  const make = async (password) => {
    await go('/sessions');
    await page.fill('#token-label', 'chương trình nhập cán bộ');
    await page.selectOption('#token-verbs', 'act');
    await page.fill('#token-days', '7');
    await page.fill('#token-password', password);
    await page.click('section[aria-labelledby=tokens] > form button');
  };
  await make('không phải mật khẩu này');
  claim('a token is made with the password only', await page.locator('.fault[role=alert]').count());
  await desk.answer('token', () => make(SENTENCE));
  const token = (await page.textContent('code.secret')) ?? '';
  claim('a token is shown', token.startsWith('trien_admin_'));
  const ask = () => fetch(`${base}/api/v1/admin/token`, { headers: { authorization: `Bearer ${token}` } });
  const answer = await ask();
  claim('a token speaks for whoever made it', answer.ok && (await answer.json()).verbs === 'act');
  await go('/sessions');
  claim('a token is shown once', !(await page.content()).includes(token));
  await look('tokens');
  for (let left = await page.locator('section[aria-labelledby=tokens] td button').count(); left > 0; left -= 1) {
    await page.click('section[aria-labelledby=tokens] td button');
    await desk.news('a token is ended');
  }
  claim('an ended token is refused', (await ask()).status === 401);
}

// One sees where one is signed in, ends another session from here, and signs out.
export async function sessions(desk) {
  const { page, base, go, look } = desk;
  const rows = page.locator('#where ~ table tbody tr');
  const elsewhere = await sitDown(base, { userAgent: 'May o phong hop' });
  await elsewhere.signIn('hanh');
  await go('/sessions');
  const there = rows.filter({ hasText: 'May o phong hop' });
  claim('a session elsewhere is listed', (await there.count()) === 1, await rows.count());
  claim('and it is plain which one is this one', (await rows.filter({ hasText: 'phiên này' }).count()) === 1 && !(await there.textContent()).includes('phiên này'));
  await look('sessions');
  await there.locator('button').click();
  await desk.news('a chosen session is ended');
  claim('it is listed no more', (await there.count()) === 0);
  await elsewhere.go('/people');
  claim('and it is over', elsewhere.page.url().endsWith('/console/sign-in'), elsewhere.page.url());
  await go('/people');
  claim('this one goes on', page.url().endsWith('/console/people'));
  await elsewhere.leave();
  await desk.signOut();
  claim('signing out ends the session', page.url().endsWith('/console/sign-in?news=out'));
}

// Keys move through a list and open what is chosen; what the page shows by script is accessible as well.
export async function keys(base) {
  const desk = await sitDown(base, { scripts: true });
  await desk.signIn('hanh');
  for (const size of Object.keys(SIZES)) await keysOn(desk, size);
  await desk.leave();
}

async function keysOn({ page, go }, size) {
  const press = (key) => page.keyboard.press(key);
  await page.setViewportSize(SIZES[size]);
  await go('/people');
  await press('j');
  await press('j');
  const row = () => page.evaluate(() => document.activeElement.closest('tr')?.rowIndex);
  claim(`j goes to the second row on the ${size}`, (await row()) === 2, await row());
  await press('k');
  claim('k goes back', (await row()) === 1);
  const chosen = await page.textContent('tbody tr:first-child a');
  await press('Enter');
  await page.waitForURL(/\/people\/[0-9a-f-]+$/);
  claim('Enter opens what is chosen', (await page.textContent('h1')) === chosen, chosen);
  await go('/people');
  await press('/');
  await page.keyboard.type('j/k?');
  claim('/ goes to the search, where letters are letters', (await page.inputValue('#q')) === 'j/k?');
  await page.fill('#q', 'khue');
  await press('Enter');
  await page.waitForURL('**q=khue*');
  claim('Enter searches', (await page.locator('tbody tr').count()) === 1);
  await press('?');
  claim('? tells the keys', await page.isVisible('#keys'));
  await judgePage(page, 'keys', size);
  await page.screenshot({ path: picture(`keys-${size}.png`) });
  await press('Enter');
  claim('Enter closes them', !(await page.isVisible('#keys')));
}

