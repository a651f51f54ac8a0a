// The program as a server, on a folder of its own.

import { execFileSync, spawn } from 'node:child_process';
import { join } from 'node:path';
import { freePort } from './provider.mjs';

// Starts one, and reads its link for the first run from what it prints. `origin` is made from its port.
export async function serve(trien, data, options = [], origin = null, port = null) {
  const at = port ?? await freePort();
  const named = origin ? ['--origin', origin(at)] : [];
  const env = { ...process.env, TRIEN_DATA: data };
  const server = spawn(trien, ['serve', '--listen', `127.0.0.1:${at}`, ...named, ...options], { env });
  const [base, code] = await new Promise((resolve, reject) => {
    let said = '';
    const hear = (bytes) => {
      said += bytes;
      const found = /open (https?:\S+)\/console\/setup#(\S+)/.exec(said);
      if (found && said.includes('waiting for an office')) resolve(found.slice(1));
    };
    server.stdout.on('data', hear);
    server.stderr.on('data', hear);
    server.on('exit', () => reject(new Error(`the server ended: ${said}`)));
  });
  return { base, code, link: `${base}/console/setup#${code}`, stop: () => server.kill('SIGTERM') };
}

// A TLS certificate for this name and for this machine's number, and what its key is known by.
export function certificateFor(name, folder) {
  const [key, chain] = [join(folder, 'tls.key'), join(folder, 'tls.pem')];
  execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', key, '-out', chain,
    '-days', '30', '-subj', `/CN=${name}`, '-addext', `subjectAltName=DNS:${name},IP:127.0.0.1`], { stdio: 'pipe' });
  const spki = execFileSync('sh', ['-c', 'openssl x509 -in "$0" -noout -pubkey | openssl pkey -pubin -outform der | openssl dgst -sha256 -binary | base64', chain]);
  return { options: ['--tls-cert', chain, '--tls-key', key], spki: String(spki).trim() };
}
