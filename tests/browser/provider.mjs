// An identity provider that we did not write (npm oidc-provider), with its own pages: whoever types a login there is
// that person.

import { createServer } from 'node:http';
import { Provider } from 'oidc-provider';

// A port that is free now.
export function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.on('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}

// Listens at a name, while the console is at a number: for a browser, these are two sites.
export async function startProvider(redirects, secret) {
  const port = await freePort();
  const issuer = `http://localhost:${port}`;
  const provider = new Provider(issuer, {
    clients: [{
      client_id: 'trien',
      client_secret: secret,
      redirect_uris: redirects,
      grant_types: ['authorization_code'],
      response_types: ['code'],
    }],
    pkce: { required: () => true },
    claims: { openid: ['sub'], email: ['email', 'email_verified'] },
    conformIdTokenClaims: false,
    cookies: { keys: ['only to try it out'] },
    findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, email: `${id}@dongmay.gov.vn`, email_verified: true }) }),
  });
  const faults = [];
  provider.on('server_error', (_, error) => faults.push(String(error)));
  provider.on('grant.error', (_, error) => faults.push(`${error} ${error.error_description ?? ''}`));
  const listener = createServer(provider.callback());
  await new Promise((resolve) => listener.listen(port, '127.0.0.1', resolve));
  return { issuer, faults, stop: () => listener.close() };
}
