// Signing in without a password: by a passkey, and by an identity provider.

import { claim, SENTENCE, sitDown } from './eyes.mjs';

// An authenticator in Chromium that agrees to everything.
export async function virtualAuthenticator({ context, page }) {
  const devtools = await context.newCDPSession(page);
  await devtools.send('WebAuthn.enable');
  const chip = { protocol: 'ctap2', transport: 'internal', hasResidentKey: true, hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true };
  await devtools.send('WebAuthn.addVirtualAuthenticator', { options: chip });
}

// A passkey signs in without a password, at the name that it was made for and nowhere else, until it is removed.
export async function passkey(numbers) {
  const base = numbers.replace('127.0.0.1', 'localhost');
  const desk = await sitDown(base, { scripts: true, homes: [base, numbers] });
  const { page, go, fill } = desk;
  const faults = [];
  page.on('console', (said) => said.type() === 'error' && !/status of 4\d\d/.test(said.text()) && faults.push(said.text()));
  page.on('pageerror', (error) => faults.push(String(error)));
  await virtualAuthenticator(desk);
  await page.goto(`${numbers}/console/sign-in`);
  claim('no passkey is offered at a number', !(await page.isVisible('form[action$="/passkey"]')));
  await go('/sign-in');
  await desk.look('sign-in-name');
  await question(base);
  await desk.signIn('binh');
  const add = async (password) => {
    await fill({ label: 'máy ở phòng Nội vụ' });
    await page.fill('#passkeys ~ form #password', password);
    await page.click('#passkeys ~ form button');
  };
  await go('/sessions');
  await add('không phải mật khẩu này');
  claim('a passkey is added with the password only', await page.locator('.fault[role=alert]').count());
  await add(SENTENCE);
  await page.waitForURL('**/console/sessions?news=passkey');
  claim('a passkey is added', (await page.textContent('#passkeys ~ table')).includes('máy ở phòng Nội vụ'));
  await desk.look('own');
  const out = async () => {
    await desk.signOut();
    await page.waitForURL('**/console/sign-in?news=out');
  };
  await out();
  await page.click('form[action$="/passkey"] button');
  await page.waitForURL('**/console');
  claim('a passkey signs in', (await page.textContent('.who')).includes('Trần Văn Bình'));
  await go('/sessions');
  await fill({ current: SENTENCE, chosen: `${SENTENCE} đẹp`, again: `${SENTENCE} đẹp` });
  await page.click('#change ~ form button');
  await desk.news('a password is changed');
  await page.click('#passkeys ~ table button');
  await desk.news('a passkey is removed');
  await out();
  const wrong = async () => {
    await go('/sign-in');
    await page.click('form[action$="/passkey"] button');
    await page.waitForSelector('#passkey-fault:visible');
  };
  await desk.answer('passkey-wrong', wrong);
  claim('a removed passkey does not sign in', page.url().endsWith('/sign-in/passkey/answer'));
  claim('no script fails', !faults.length, faults.join('; '));
  await desk.leave();
}

// The page that puts the question is gone at once where an authenticator answers.
async function question(base) {
  const desk = await sitDown(base);
  await desk.signIn('binh');
  await desk.go('/sessions');
  await desk.post('passkey-add', '/sessions/passkeys', { label: 'máy', password: SENTENCE });
  await desk.leave();
}

// A provider that we did not write signs people in, at another site than the console, without scripts and with them.
export async function byProvider(base, provider) {
  const homes = [base, provider.issuer];
  const desk = await sitDown(base, { homes });
  const { page, context, go } = desk;
  const there = async (who, login) => {
    await who.waitForURL(`${provider.issuer}/interaction/**`);
    await who.fill('input[name=login]', login);
    await who.fill('input[name=password]', 'x');
    await who.click('button[type=submit]');
  };
  const agree = async (who) => {
    await who.waitForURL(`${provider.issuer}/interaction/**`);
    await who.click('button[type=submit]');
  };
  await go('/sign-in');
  await desk.look('sign-in-provider');
  await page.click('a[href="/console/sign-in/provider"]');
  await there(page, 'nguoi-la');
  await agree(page);
  await page.waitForURL(`${base}/console/sign-in/provider/back**`);
  claim('who is not linked is told the identifier', (await page.textContent('dl')).includes('nguoi-la'));
  claim('and nobody is signed in', await page.locator('.fault[role=alert]').count());
  await desk.lookHere('provider-unlinked');
  await page.reload();
  claim('an answer counts once', (await page.textContent('.fault')).includes('năm phút'));
  await desk.look('provider-late');
  await context.clearCookies();

  await desk.signIn('chung');
  await go('/sessions');
  await page.fill('#link-password', SENTENCE);
  await page.click('#provider ~ form button');
  await there(page, 'chung-o-tinh');
  await agree(page);
  await page.waitForURL(`${base}/console/sessions?news=linked`);
  claim('the own account is linked', (await page.textContent('#provider ~ p')).includes('chung-o-tinh'));
  await go('/sessions');
  await desk.look('own-provider');
  await desk.signOut();
  claim('the session there goes on, and that is said', (await page.textContent('.news')).includes('Cổng định danh'));
  await page.click('a[href="/console/sign-in/provider"]');
  await page.waitForURL(`${base}/console`);
  claim('a provider signs in without scripts', (await page.textContent('.who')).includes('Phạm Thị Chung'));
  const cookies = await context.cookies(base);
  claim('the journey leaves no cookie', !cookies.some((cookie) => cookie.name.endsWith('provider')), JSON.stringify(cookies));
  claim('the session is strict', cookies.some((cookie) => cookie.name === 'trien-session' && cookie.sameSite === 'Strict'));
  await go('/sessions');
  await desk.post('provider-go-on', '/sessions/provider', { act: 'prove' });
  await go('/sessions');
  await page.click('form:has(input[value=prove]) button');
  await there(page, 'chung-o-tinh');
  await page.waitForURL(`${base}/console/sessions?news=proved`);
  await desk.fill({ chosen: `${SENTENCE} đẹp`, again: `${SENTENCE} đẹp` });
  await page.click('#change ~ form button');
  await desk.news('a fresh sign-in there stands for the password');
  await desk.leave();
  await withScripts(base, homes, there, agree);
  claim('the provider found no fault', !provider.faults.length, provider.faults.join('; '));
}

async function withScripts(base, homes, there, agree) {
  const desk = await sitDown(base, { scripts: true, homes });
  const { page } = desk;
  const faults = [];
  page.on('pageerror', (error) => faults.push(String(error)));
  await desk.go('/sign-in');
  await page.click('a[href="/console/sign-in/provider"]');
  await there(page, 'chung-o-tinh');
  await Promise.race([agree(page), page.waitForURL(`${base}/console`)]);
  await page.waitForURL(`${base}/console`);
  claim('a provider signs in with scripts', (await page.textContent('.who')).includes('Phạm Thị Chung'));
  claim('no script fails beside it', !faults.length, faults.join('; '));
  await desk.leave();
}
