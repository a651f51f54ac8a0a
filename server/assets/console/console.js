// Every page works without this. With it: keys, passkeys, and lists that follow what happens.
(() => {
  'use strict';

  // Nothing but htmx may write pages, and it writes only what this server sent (the policy's name is in
  // the Content-Security-Policy; all other ways from text into the page are closed).
  htmx.registerExtension('trien', {
    init(api) {
      const policy = { createHTML: (text) => text };
      api.initSecurity(window.trustedTypes ? trustedTypes.createPolicy('htmx', policy) : policy);
    },
  });

  // Lists follow what happens. Looking at a page that follows is no use of the session.
  async function follow() {
    const live = document.getElementById('live');
    if (!live) return;
    await htmx.ajax('GET', location.pathname + location.search, {
      source: live, target: '#live', select: '#live', swap: 'outerMorph', headers: { 'Trien-Follows': '1' },
    });
    const moved = document.getElementById('moved');
    const time = new Date().toLocaleTimeString(document.documentElement.lang);
    if (moved) moved.textContent = `${moved.dataset.said} ${time}`;
  }
  document.addEventListener('changed', follow);
  // What happened while nobody listened is looked up.
  document.addEventListener('htmx:sse:after:connection', (event) => event.detail.connection.attempt && follow());

  const typing = (target) => target.closest('input, textarea, select, [contenteditable]');

  function search() {
    const field = document.querySelector('main input[type=search]');
    field?.focus();
    return field;
  }

  // The rows that lead somewhere, each by its first link or button.
  function step(by) {
    const handles = [...document.querySelectorAll('main tbody tr')]
      .map((row) => row.querySelector('a[href], button, summary')).filter(Boolean);
    const row = document.activeElement.closest('tbody tr');
    const at = handles.findIndex((handle) => row?.contains(handle));
    const next = at < 0 ? (by > 0 ? 0 : handles.length - 1) : at + by;
    handles[next]?.focus();
    return handles[next];
  }

  function help() {
    const keys = document.getElementById('keys');
    keys?.showModal();
    return keys;
  }

  const acts = { '/': search, j: () => step(1), k: () => step(-1), '?': help };
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    if (Object.hasOwn(acts, event.key) && acts[event.key]()) event.preventDefault();
  });
  document.querySelectorAll('[data-keys]').forEach((button) => {
    button.hidden = false;
    button.addEventListener('click', help);
  });

  // The link of the first run carries its code behind "#", which browsers send nowhere.
  const linked = document.querySelector('[data-linked]');
  function takeCode() {
    if (!linked || location.hash.length < 2) return;
    linked.value = location.hash.slice(1);
    // It stays with whoever changes the language.
    document.querySelectorAll('a[hreflang]').forEach((link) => { link.hash = location.hash; });
  }
  takeCode();
  window.addEventListener('hashchange', takeCode);

  // A passkey belongs to a name: at another address of the same server it is not offered.
  const known = window.PublicKeyCredential?.parseRequestOptionsFromJSON;
  const here = (name) => location.hostname === name || location.hostname.endsWith(`.${name}`);
  document.querySelectorAll('[data-passkey-name]').forEach((part) => {
    part.hidden = !(known && here(part.dataset.passkeyName));
  });

  async function ask(form) {
    const options = JSON.parse(form.dataset.options);
    const credential = form.dataset.passkey === 'new'
      ? await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) })
      : await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) });
    form.elements.answer.value = JSON.stringify(credential.toJSON());
    form.submit();
  }

  document.querySelectorAll('form[data-passkey]').forEach((form) => {
    const fault = document.getElementById('passkey-fault');
    const attempt = (event) => {
      event?.preventDefault();
      fault.hidden = true;
      // Turned away by the person, by the clock, or by a browser that wants a click first.
      ask(form).catch(() => { fault.hidden = false; });
    };
    form.addEventListener('submit', attempt);
    if (form.dataset.passkey !== 'again') attempt();
  });
})();
