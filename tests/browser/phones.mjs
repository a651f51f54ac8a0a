// The headless companion: `trien phone`, each phone in a folder of its own.

import { execFileSync, spawn } from 'node:child_process';
import { join } from 'node:path';

let trien;
let folder;

export function phonesOf(program, place) {
  [trien, folder] = [program, place];
}

// Runs a command to its end.
export function phone(name, ...words) {
  return String(execFileSync(trien, ['phone', '--folder', join(folder, name), ...words], { env: environment() }));
}

// Runs a command on a server's data folder to its end.
export function command(data, ...words) {
  return String(execFileSync(trien, words, { env: { ...environment(), TRIEN_DATA: data } }));
}

// Starts an enrollment: what it says is waited for, and codes are typed into it.
export function enroll(name, link) {
  const process = spawn(trien, ['phone', '--folder', join(folder, name), 'enroll', link], { env: environment() });
  let said = '';
  let from = 0;
  const listeners = new Set();
  const hear = (bytes) => {
    said += bytes;
    for (const listener of listeners) listener();
  };
  process.stdout.on('data', hear);
  process.stderr.on('data', hear);
  const says = (what) => new Promise((resolve, reject) => {
    const ended = setTimeout(() => reject(new Error(`the companion did not say ${what}: ${said}`)), 30_000);
    const listener = () => {
      const found = what.exec(said.slice(from));
      if (!found) return;
      from += found.index + found[0].length;
      clearTimeout(ended);
      listeners.delete(listener);
      resolve(found);
    };
    listeners.add(listener);
    listener();
  });
  return {
    says,
    digits: async () => (await says(/^code +(\d{4} \d{4})/m))[1],
    said: () => said,
    types: (line) => process.stdin.write(`${line}\n`),
    kill: () => process.kill(),
  };
}

function environment() {
  return { ...process.env, TRIEN_PHONE_PASSPHRASE: 'chỉ để thử' };
}
