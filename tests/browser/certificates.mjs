// The register of certificates: who reads it, who acts in it, and what ends soon.

import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { claim } from './eyes.mjs';

// Who enrolls devices sees the register, and acts on nothing in it.
export async function register({ page, go, look }) {
  await go('/certificates?state=revoked');
  claim('an empty list says how to see all', await page.locator('section a[href="/console/certificates"]').count());
  await go('/certificates');
  claim('the suspended certificate is listed', (await page.locator('tbody tr').count()) === 1);
  await page.selectOption('#state', 'suspended');
  await page.click('.filter button');
  claim('a filter keeps what fits', (await page.locator('tbody tr').count()) === 1);
  await look('certificates');
  const [download] = await Promise.all([page.waitForEvent('download'), page.click('a[href*="/export"]')]);
  claim('the list is downloaded as a sheet', download.suggestedFilename() === 'certificates.csv');
  await page.click('tbody a');
  claim('its life is told', (await page.locator('.timeline li').count()) >= 4);
  claim('who enrolls does not revoke here', !(await page.locator('#revoke').count()));
}

// A CA officer records a certificate on a token, ends it, and sees why, the agency's seal being for a clerk alone; and a certificate that ends within a week.
export async function seal(desk, folder) {
  const { page, go, look, news } = desk;
  await desk.signIn('chung');
  await go('/certificates/add');
  await page.fill('#q', 'van thu');
  await page.click('main form button');
  await look('certificate-holder');
  await page.click('tbody a');
  await look('certificate-add');
  const form = page.url();
  await desk.answer('certificate-unfit', async () => {
    await page.goto(form);
    await page.selectOption('#kind', 'agency-seal');
    await page.setInputFiles('#file', 'tests/vectors/certificates/tls-server.pem');
    await page.click('main form button');
  });
  claim('a certificate for servers is told', await page.locator('.fault').count());
  claim('what was chosen stays', (await page.inputValue('#kind')) === 'agency-seal');
  await page.setInputFiles('#file', 'tests/vectors/certificates/seal.pem');
  await page.click('main form button');
  claim('a seal is for whoever has a post as clerk', (await page.textContent('.fault')).includes('văn thư'));
  await page.selectOption('#kind', 'personal');
  await page.setInputFiles('#file', 'tests/vectors/certificates/seal.pem');
  await page.click('main form button');
  await news('a certificate from elsewhere is recorded');
  await look('certificate');
  await page.selectOption('#reason', 'superseded');
  await page.fill('#why', 'đổi tên cơ quan');
  await page.click('#revoke ~ form button');
  await news('a certificate from elsewhere is ended');
  claim('everybody sees why', (await page.textContent('.timeline')).includes('đổi tên cơ quan'));
  await look('certificate-revoked');
  await page.goto(form);
  await page.setInputFiles('#file', endsSoon(folder));
  await page.click('main form button');
  await news('a certificate that ends soon is recorded');
  await go('');
  claim('home says what ends soon', (await page.textContent('#expiring ~ ul')).includes('1'), await page.textContent('main'));
  await look('home-expiring');
  await page.click('#expiring ~ ul a >> nth=0');
  claim('and leads to it', (await page.locator('tbody tr').count()) === 1);
  await look('certificates-expiring');
  await go('/certificates');
  await look('certificates-all');
  await go('/certificates/counts');
  claim('figures have a sum', await page.locator('tr.sum').count());
  await look('certificate-counts');
  await desk.signOut();
}

// A person's certificate from elsewhere, with five days left.
function endsSoon(folder) {
  const file = join(folder, 'ends-soon.pem');
  execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', join(folder, 'ends-soon.key'), '-out', file, '-days', '5',
    '-utf8', '-subj', '/C=VN/CN=Đặng Quốc Thỏa', '-addext', 'basicConstraints=critical,CA:false', '-addext', 'keyUsage=critical,digitalSignature,nonRepudiation'], { stdio: 'pipe' });
  return file;
}
